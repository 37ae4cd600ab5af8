//! The table as a split sees it: the vectors of rows by identifier, as the index covers them.

use super::heap_rows::HeapRows;
use super::value::Kind;
use crate::threads;
use pgrx::pg_sys;
use synapse::{Table, Tid, VectorRef};

/// The table as the engine sees it when it makes codes anew: every row that somebody may still see, whoever inserted it. Nothing is
/// opened until a row is asked for.
pub struct IndexedRows {
    heap: pg_sys::Relation,
    index: pg_sys::Relation,
    kind: Kind,
    open: Option<Open>,
}

struct Open {
    rows: HeapRows,
    /// Lives as long as `rows` points to it.
    _snapshot: Box<pg_sys::SnapshotData>,
    /// What the values of one row take.
    memory: pg_sys::MemoryContext,
}

impl IndexedRows {
    /// # Safety
    /// `index` must be an open `synaptic` index over values of this kind of the open table `heap`; both outlive the value.
    pub unsafe fn new(heap: pg_sys::Relation, index: pg_sys::Relation, kind: Kind) -> Self {
        Self { heap, index, kind, open: None }
    }

    fn open(&self) -> Open {
        // Rows that vacuum may remove are left alone: their values outside the table's pages may be gone already (as
        // get_actual_variable_range does).
        // SAFETY: both relations are open, as `new` was promised; the snapshot stands still on the heap.
        unsafe {
            let mut snapshot = Box::new(pg_sys::SnapshotData {
                snapshot_type: pg_sys::SnapshotType::SNAPSHOT_NON_VACUUMABLE,
                vistest: pg_sys::GlobalVisTestFor(self.heap),
                ..Default::default()
            });
            let rows = HeapRows::open(self.heap, self.index, &mut *snapshot);
            let memory = pg_sys::AllocSetContextCreateInternal(
                pg_sys::CurrentMemoryContext,
                c"synaptic row".as_ptr(),
                pg_sys::ALLOCSET_DEFAULT_MINSIZE as usize,
                pg_sys::ALLOCSET_DEFAULT_INITSIZE as usize,
                pg_sys::ALLOCSET_DEFAULT_MAXSIZE as usize,
            );
            Open { rows, _snapshot: snapshot, memory }
        }
    }
}

impl Table for IndexedRows {
    fn vector(&mut self, tid: Tid, take: &mut dyn FnMut(VectorRef<'_>)) -> bool {
        if self.open.is_none() {
            self.open = Some(self.open());
        }
        let Some(open) = &mut self.open else { return false };
        // SAFETY: the context was made for this; the value is not used after the reset.
        unsafe {
            let outer = pg_sys::CurrentMemoryContext;
            pg_sys::CurrentMemoryContext = open.memory;
            let found = open.rows.fetch(tid) && open.rows.vector(self.kind, take).is_some();
            pg_sys::CurrentMemoryContext = outer;
            pg_sys::MemoryContextReset(open.memory);
            found
        }
    }

    fn pool(&mut self) -> rayon::ThreadPool {
        // one thread: the statement that inserts a row is not one to occupy the machine
        threads::pool(0, "splitting a list", "max_worker_processes")
    }
}

impl Drop for IndexedRows {
    fn drop(&mut self) {
        // while an error unwinds, the transaction's abort does it
        if !std::thread::panicking()
            && let Some(open) = self.open.take()
        {
            // SAFETY: opened by `open`, and the relations are still open.
            unsafe {
                open.rows.close();
                pg_sys::MemoryContextDelete(open.memory);
            }
        }
    }
}
