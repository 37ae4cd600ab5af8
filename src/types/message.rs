//! The message a binary input function reads.

use pgrx::{Internal, pg_sys};
use std::ffi::c_int;

/// The message that the server passes to a `recv` function as `internal`.
pub struct Message(pg_sys::StringInfo);

impl Message {
    /// # Safety
    /// `message` must be the first argument of a `recv` function called by the server.
    pub unsafe fn new(message: Internal) -> Self {
        let message = message.unwrap().map(|datum| datum.cast_mut_ptr());
        Self(message.unwrap_or_else(|| panic!("a recv function was called without a message")))
    }

    /// The next `len` bytes. Raises `insufficient data left in message` if there are fewer.
    pub fn read(&mut self, len: usize) -> &[u8] {
        // A length beyond c_int is beyond any message, too.
        let wanted = c_int::try_from(len).unwrap_or(c_int::MAX);
        // SAFETY: `new` got a message; pq_getmsgbytes raises an error unless `wanted` bytes are there.
        unsafe {
            let bytes = pg_sys::pq_getmsgbytes(self.0, wanted);
            std::slice::from_raw_parts(bytes.cast(), wanted as usize)
        }
    }

    /// All bytes that are left.
    pub fn read_rest(&mut self) -> &[u8] {
        // SAFETY: as in `read`; the cursor never passes the length.
        let left = unsafe { (*self.0).len - (*self.0).cursor };
        self.read(left.max(0) as usize)
    }

    /// All bytes that are left, without taking them.
    pub fn rest(&self) -> &[u8] {
        // SAFETY: `new` got a message; the cursor never passes the length.
        unsafe {
            let (data, cursor) = ((*self.0).data.cast::<u8>(), (*self.0).cursor.max(0) as usize);
            std::slice::from_raw_parts(data.add(cursor), ((*self.0).len as usize).saturating_sub(cursor))
        }
    }

    /// Takes the next `len` bytes, which [`Message::rest`] showed.
    pub fn skip(&mut self, len: usize) {
        self.read(len);
    }
}
