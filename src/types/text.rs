//! Text arguments and results of input and output functions.

use crate::types::datum::TextBuf;
use pgrx::pg_sys;
use std::borrow::Cow;
use std::ffi::{CStr, c_int};
use std::ptr::NonNull;

/// An input function's text for an engine that reads ASCII. In a database encoding other than UTF-8 every byte
/// beyond ASCII becomes `?`: what an engine then quotes in an error is valid in any encoding.
pub fn input_text(text: &CStr) -> Cow<'_, str> {
    // SAFETY: reads a variable of the backend.
    let utf8 = unsafe { pg_sys::GetDatabaseEncoding() } == pg_sys::pg_enc::PG_UTF8 as c_int;
    if utf8 || text.to_bytes().is_ascii() {
        return text.to_string_lossy();
    }
    let ascii = |&byte: &u8| if byte.is_ascii() { char::from(byte) } else { '?' };
    Cow::Owned(text.to_bytes().iter().map(ascii).collect())
}

/// An output function's result.
pub fn output_text(text: &str) -> TextBuf {
    // SAFETY: palloc returns memory of that size or raises an error (the largest text of a type fits, see its limit).
    unsafe {
        let copy: *mut u8 = pg_sys::palloc(text.len() + 1).cast();
        std::ptr::copy_nonoverlapping(text.as_ptr(), copy, text.len());
        copy.add(text.len()).write(0);
        TextBuf::from_palloced(NonNull::new(copy).expect("palloc never returns null"))
    }
}
