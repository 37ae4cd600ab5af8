//! Memory of the server for what is computed from one row.
//!
//! Operators and functions of SQL may leave what they allocated to whoever called them; without this it would stay until the query, or the
//! build of the index, ends.

use pgrx::pg_sys;

/// A memory context that is emptied after each piece of work. It belongs to the context that was current when it was made.
#[derive(Clone, Copy)]
pub struct RowMemory(pg_sys::MemoryContext);

/// Bytes that stay allocated from row to row: values of the usual sizes find room.
const KEPT: usize = 32 << 10;

impl RowMemory {
    /// # Safety
    /// There must be a current memory context; the value must not be used after that is gone.
    pub unsafe fn new() -> Self {
        // SAFETY: as promised.
        Self(unsafe {
            pg_sys::AllocSetContextCreateInternal(
                pg_sys::CurrentMemoryContext,
                c"synaptic row".as_ptr(),
                0,
                KEPT,
                pg_sys::ALLOCSET_DEFAULT_MAXSIZE as usize,
            )
        })
    }

    /// Does a piece of work, and frees what it allocated from the server and has not freed. (After an error the server goes back to
    /// a context of its own.)
    ///
    /// # Safety
    /// The result must not point to what was allocated, and this memory must not be in use further up the stack.
    pub unsafe fn run<R>(self, work: impl FnOnce() -> R) -> R {
        // SAFETY: as promised.
        unsafe {
            let outer = pg_sys::CurrentMemoryContext;
            pg_sys::CurrentMemoryContext = self.0;
            let result = work();
            pg_sys::CurrentMemoryContext = outer;
            pg_sys::MemoryContextReset(self.0);
            result
        }
    }

    /// Frees what is left of the last time, then does a piece of work. What that allocates stays until the next time.
    ///
    /// # Safety
    /// Nothing may use what was allocated before, and this memory must not be in use further up the stack.
    pub unsafe fn refill<R>(self, work: impl FnOnce() -> R) -> R {
        // SAFETY: as promised.
        unsafe {
            pg_sys::MemoryContextReset(self.0);
            let outer = pg_sys::CurrentMemoryContext;
            pg_sys::CurrentMemoryContext = self.0;
            let result = work();
            pg_sys::CurrentMemoryContext = outer;
            result
        }
    }

    /// Gives the memory back.
    ///
    /// # Safety
    /// Nothing may use it any more.
    pub unsafe fn delete(self) {
        // SAFETY: as promised.
        unsafe { pg_sys::MemoryContextDelete(self.0) };
    }
}
