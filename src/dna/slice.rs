//! Slices of `dna_text` and `dna_bytea`: of a value in frames, only those that hold the slice are fetched and decompressed.
//!
//! What `substring` and its like mean is the server's: its function gets the frames that hold the slice, and the positions as they
//! are within them. A value that is not in frames is decompressed whole.

use super::codec::{decode_frames, decompressed};
use crate::error::OrRaise;
use crate::types::datum::{Detoasted, VARHDRSZ, VarlenaBuf, datum_argument, datum_result};
use helix::{Beginning, Content, Head};
use pgrx::{pg_extern, pg_sys};
use std::marker::PhantomData;
use std::ops::Range;

mod server {
    use pgrx::pg_sys::{Datum, FunctionCallInfo};
    unsafe extern "C-unwind" {
        pub fn text_substr(call: FunctionCallInfo) -> Datum;
        pub fn bytea_substr(call: FunctionCallInfo) -> Datum;
        pub fn text_substr_no_len(call: FunctionCallInfo) -> Datum;
        pub fn bytea_substr_no_len(call: FunctionCallInfo) -> Datum;
        pub fn textlen(call: FunctionCallInfo) -> Datum;
    }
}

/// What is fetched of a value at first, in bytes: a TOAST chunk holds about so many.
const FIRST: usize = 1_996;

/// A compressed value that has not been fetched yet.
pub struct Unfetched<'a>(pg_sys::Datum, PhantomData<&'a ()>);

impl Unfetched<'_> {
    /// # Safety
    /// `datum` must be a non-null value of one of the compressed types that outlives `'a`.
    pub unsafe fn from_datum_unchecked(datum: pg_sys::Datum) -> Self {
        Self(datum, PhantomData)
    }

    fn whole(&self) -> Detoasted<'_> {
        // SAFETY: as promised where it was made.
        unsafe { Detoasted::from_datum(self.0) }
    }

    /// Length of the stored value, wherever it lies.
    fn stored_len(&self) -> usize {
        // SAFETY: a varlena.
        unsafe { pg_sys::toast_raw_datum_size(self.0) }.saturating_sub(VARHDRSZ)
    }

    /// A part of the stored value.
    fn part(&self, range: Range<usize>) -> Detoasted<'_> {
        // SAFETY: a varlena; values and hence positions are below 1 GB. What comes back is plain, hence not copied again.
        unsafe {
            let part =
                pg_sys::pg_detoast_datum_slice(self.0.cast_mut_ptr(), range.start as i32, range.len() as i32);
            Detoasted::from_datum(pg_sys::Datum::from(part))
        }
    }

    /// The head of a value in frames, `None` for another one.
    fn head(&self) -> Option<Head> {
        let length = self.stored_len();
        let mut wanted = length.min(FIRST);
        loop {
            let first = self.part(0..wanted);
            match Head::read(first.bytes(), length).or_raise() {
                Beginning::Head(head) => return Some(head),
                Beginning::Needs(more) if more > wanted => wanted = more,
                _ => return None,
            }
        }
    }
}

/// What a function of the server returned: text, or bytea.
pub struct Slice(pg_sys::Datum);

impl Slice {
    /// Hands the value to PostgreSQL.
    pub fn into_datum(self) -> pg_sys::Datum {
        self.0
    }
}

datum_argument!(Unfetched, "dna_text");
datum_result!(Slice, "text");

/// Positions from 1 as `substring` takes them: those that exist, from 0, as if the value were endless. What is no slice at all, such
/// as one of negative length, is empty here; the server says what it thinks of it.
fn wanted(start: i32, length: Option<i32>) -> Range<usize> {
    let first = i64::from(start);
    let end = length.map_or(i64::MAX, |length| first + i64::from(length));
    let from_zero = |position: i64| usize::try_from(position.max(1) - 1).unwrap_or(usize::MAX);
    from_zero(first)..from_zero(end)
}

type Substr = unsafe extern "C-unwind" fn(pg_sys::FunctionCallInfo) -> pg_sys::Datum;

/// Whether the positions of frames are those of characters: they were counted, or each is a byte.
fn counts_characters(head: &Head) -> bool {
    // SAFETY: asks for the database's encoding.
    head.content() == Content::Utf8 || unsafe { pg_sys::pg_database_encoding_max_length() } == 1
}

fn slice(value: &Unfetched<'_>, text: bool, start: i32, length: Option<i32>) -> Slice {
    let (plain, before) = match value.head().filter(|head| !text || counts_characters(head)) {
        None => (decompressed(value.whole().bytes()), 0),
        Some(head) => {
            let (frames, before) = head.covering(wanted(start, length));
            if frames.is_empty() {
                (Vec::new(), 0)
            } else {
                let bytes = value.part(head.stored(frames.clone()));
                (decode_frames(&head, frames, bytes.bytes()), before)
            }
        }
    };
    let plain = VarlenaBuf::from_bytes(&plain).into_datum();
    // Frames before the slice are as many positions less.
    let start = pg_sys::Datum::from(start.saturating_sub(before as i32));
    let collation = pg_sys::InvalidOid;
    // SAFETY: `substr` of a value of its type, a position and, where there is one, a length.
    Slice(unsafe {
        match length.map(pg_sys::Datum::from) {
            Some(length) => {
                let function = if text { server::text_substr } else { server::bytea_substr } as Substr;
                pg_sys::DirectFunctionCall3Coll(Some(function), collation, plain, start, length)
            }
            None => {
                let function =
                    if text { server::text_substr_no_len } else { server::bytea_substr_no_len } as Substr;
                pg_sys::DirectFunctionCall2Coll(Some(function), collation, plain, start)
            }
        }
    })
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_text_substr(value: Unfetched<'_>, start: i32, length: i32) -> Slice {
    text_slice(&value, start, Some(length))
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_text_substr_no_len(value: Unfetched<'_>, start: i32) -> Slice {
    text_slice(&value, start, None)
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_bytea_substr(value: Unfetched<'_>, start: i32, length: i32) -> Slice {
    slice(&value, false, start, Some(length))
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_bytea_substr_no_len(value: Unfetched<'_>, start: i32) -> Slice {
    slice(&value, false, start, None)
}

/// The first characters; with a negative number, all but that many.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_text_left(value: Unfetched<'_>, length: i32) -> Slice {
    let length = if length >= 0 { length } else { text_len(&value).saturating_add(length).max(0) };
    text_slice(&value, 1, Some(length))
}

/// Characters.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_text_length(value: Unfetched<'_>) -> i32 {
    text_len(&value)
}

/// Bytes of the value inside.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_octet_length(value: Unfetched<'_>) -> i32 {
    match value.head() {
        Some(head) => head.raw_len() as i32,
        None => decompressed(value.whole().bytes()).len() as i32,
    }
}

fn text_slice(value: &Unfetched<'_>, start: i32, length: Option<i32>) -> Slice {
    slice(value, true, start, length)
}

fn text_len(value: &Unfetched<'_>) -> i32 {
    if let Some(characters) = value.head().as_ref().and_then(Head::characters) {
        return characters as i32;
    }
    let plain = VarlenaBuf::from_bytes(&decompressed(value.whole().bytes())).into_datum();
    // SAFETY: a text.
    unsafe { pg_sys::DirectFunctionCall1Coll(Some(server::textlen), pg_sys::InvalidOid, plain) }.value()
        as i32
}
