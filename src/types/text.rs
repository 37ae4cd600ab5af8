//! Text arguments and results of input and output functions.

use crate::types::datum::{Detoasted, TextBuf, datum_argument};
use pgrx::pg_sys;
use std::borrow::Cow;
use std::ffi::{CStr, c_char, c_int};
use std::marker::PhantomData;
use std::ptr::NonNull;

/// How much of a faulty text an error message repeats.
const QUOTED: usize = 200;

/// Bytes that a printed `f32` needs at most (`FLOAT_SHORTEST_DECIMAL_LEN` in `common/shortest_dec.h`).
pub const PRINTED_FLOAT: usize = 16;

unsafe extern "C" {
    /// Writes the shortest decimal that reads back to the same bits, without a terminating zero, and returns its
    /// length. Exported by the server for its own `float4` output; it neither raises errors nor allocates.
    fn float_to_shortest_decimal_bufn(value: f32, result: *mut c_char) -> c_int;
}

fn database_is_utf8() -> bool {
    // SAFETY: reads a variable of the backend.
    unsafe { pg_sys::GetDatabaseEncoding() == pg_sys::pg_enc::PG_UTF8 as c_int }
}

/// An input function's text for an engine that reads ASCII. In a database encoding other than UTF-8 every byte
/// beyond ASCII becomes `?`: what an engine then quotes in an error is valid in any encoding.
pub fn input_text(text: &CStr) -> Cow<'_, str> {
    readable(text.to_bytes())
}

fn readable(bytes: &[u8]) -> Cow<'_, str> {
    if database_is_utf8() || bytes.is_ascii() {
        return String::from_utf8_lossy(bytes);
    }
    let ascii = |&byte: &u8| if byte.is_ascii() { char::from(byte) } else { '?' };
    Cow::Owned(bytes.iter().map(ascii).collect())
}

/// A `text` argument for an engine that reads ASCII, with the same care as [`input_text`].
pub struct TextArg<'a>(Detoasted<'a>);

impl TextArg<'_> {
    /// # Safety
    /// `datum` must be a non-null value of the SQL type `text` that outlives `'a`.
    pub unsafe fn from_datum_unchecked(datum: pg_sys::Datum) -> Self {
        // SAFETY: as promised by the caller.
        Self(unsafe { Detoasted::from_datum(datum) })
    }

    /// The text.
    pub fn read(&self) -> Cow<'_, str> {
        readable(self.0.bytes())
    }
}

datum_argument!(TextArg, "text");

/// A `jsonb` argument for an engine that reads it as text, with the same care.
pub struct JsonbArg<'a>(pg_sys::Datum, PhantomData<&'a ()>);

impl JsonbArg<'_> {
    /// # Safety
    /// `datum` must be a non-null value of the SQL type `jsonb` that outlives `'a`.
    pub unsafe fn from_datum_unchecked(datum: pg_sys::Datum) -> Self {
        Self(datum, PhantomData)
    }

    /// The value as text.
    pub fn read(&self) -> String {
        // SAFETY: the datum is a jsonb, of which jsonb_out makes a C string in the current memory context.
        let text: Option<&CStr> = unsafe { pgrx::direct_function_call(pg_sys::jsonb_out, &[Some(self.0)]) };
        text.map(|text| input_text(text).into_owned()).unwrap_or_default()
    }
}

datum_argument!(JsonbArg, "jsonb");

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

/// A text as an error message may repeat it: not endless, and in the encoding of the database.
pub fn quoted(text: &[u8]) -> String {
    let shown = &text[..text.len().min(QUOTED)];
    let mut quoted = if database_is_utf8() {
        let whole = shown.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        whole.to_owned()
    } else {
        shown.iter().map(|&byte| if byte.is_ascii() { byte as char } else { '?' }).collect()
    };
    if shown.len() < text.len() {
        quoted.push_str("...");
    }
    quoted
}

/// A number as PostgreSQL prints a `float4`: the shortest decimal that reads back to the same bits.
pub fn printed_float(value: f32) -> String {
    let mut text = [0; PRINTED_FLOAT];
    // SAFETY: the buffer is as long as the longest number.
    let len = unsafe { float_to_shortest_decimal_bufn(value, text.as_mut_ptr().cast()) };
    text[..len as usize].iter().map(|&byte| char::from(byte)).collect()
}

/// An output function's result under construction, where it is built piece by piece: palloc'ed memory of a size that
/// the caller knows to be enough.
pub struct TextWriter {
    start: NonNull<u8>,
    len: usize,
    capacity: usize,
}

impl TextWriter {
    /// Room for `capacity` bytes. Raises `out of memory` like palloc.
    pub fn with_capacity(capacity: usize) -> Self {
        // SAFETY: palloc returns memory of that size (and a zero at its end) or raises an error.
        let start = NonNull::new(unsafe { pg_sys::palloc(capacity + 1) }.cast());
        Self { start: start.expect("palloc never returns null"), len: 0, capacity }
    }

    /// Appends an ASCII character.
    pub fn push(&mut self, byte: u8) {
        assert!(self.len < self.capacity, "the text is longer than its writer allowed for");
        // SAFETY: there is room, as just checked.
        unsafe { self.start.add(self.len).write(byte) };
        self.len += 1;
    }

    /// Appends a number as PostgreSQL prints a `float4`, of at most [`PRINTED_FLOAT`] bytes.
    pub fn push_float(&mut self, value: f32) {
        assert!(self.len + PRINTED_FLOAT <= self.capacity, "the text is longer than its writer allowed for");
        // SAFETY: there is room, as just checked.
        let len = unsafe { float_to_shortest_decimal_bufn(value, self.start.add(self.len).as_ptr().cast()) };
        self.len += len as usize;
    }

    /// The finished text.
    pub fn finish(self) -> TextBuf {
        // SAFETY: `with_capacity` left room for the zero.
        unsafe {
            self.start.add(self.len).write(0);
            TextBuf::from_palloced(self.start)
        }
    }
}
