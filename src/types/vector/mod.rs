//! `vector(n)`: n single-precision components, with pgvector's stored bytes.
//!
//! Payload: `dim: i16`, `unused: i16` (always 0), then `dim` components `f32`, all in native byte order.
//!
//! Names, SQLSTATEs, messages and limits are pgvector's, so that its clients work unchanged; one file per group of
//! functions, in the order of `sql/types.sql`.

mod aggregate;
mod arithmetic;
mod cast;
mod check;
mod compare;
mod distance;
mod io;

use crate::error::Report;
use crate::types::datum::{Detoasted, VarlenaBuf, varlena_type};
use pgrx::PgSqlErrorCode::*;
use pgrx::pg_sys;

/// The largest number of dimensions a `vector` may have (pgvector's limit).
pub const MAX_DIMENSIONS: usize = 16_000;

/// Bytes of payload before the components.
const PREFIX: usize = 4;

/// A `vector` argument.
pub struct Vector<'a>(Detoasted<'a>);

impl<'a> Vector<'a> {
    /// # Safety
    /// `datum` must be a non-null value of the SQL type `vector` that outlives `'a`.
    #[inline]
    pub unsafe fn from_datum_unchecked(datum: pg_sys::Datum) -> Self {
        // SAFETY: as promised by the caller.
        let value = Self(unsafe { Detoasted::from_datum(datum) });
        let bytes = value.0.bytes();
        let stored = if bytes.len() < PREFIX { 0 } else { i16::from_ne_bytes([bytes[0], bytes[1]]) as usize };
        if stored == 0 || bytes.len() != PREFIX + 4 * stored {
            damaged(bytes.len(), stored);
        }
        value
    }

    /// The components.
    #[inline]
    pub fn as_slice(&self) -> &[f32] {
        let bytes = &self.0.bytes()[PREFIX..];
        debug_assert!(bytes.as_ptr().cast::<f32>().is_aligned());
        // SAFETY: a detoasted payload is aligned to four bytes, the length was checked, any bits are an f32.
        unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len() / 4) }
    }

    /// Number of components.
    pub fn dims(&self) -> usize {
        self.as_slice().len()
    }

    /// Hands the value back to PostgreSQL as it is.
    pub fn into_datum(self) -> pg_sys::Datum {
        self.0.into_datum()
    }
}

#[cold]
fn damaged(bytes: usize, stored: usize) -> ! {
    Report::new(ERRCODE_DATA_CORRUPTED, "stored vector is damaged")
        .detail(format!("It has {bytes} bytes and claims {stored} dimensions."))
        .raise()
}

/// A `vector` result.
pub struct VectorBuf(VarlenaBuf);

impl VectorBuf {
    /// A vector of `dims` zeroes; `dims` must be from 1 to [`MAX_DIMENSIONS`].
    pub fn zeroed(dims: usize) -> Self {
        debug_assert!((1..=MAX_DIMENSIONS).contains(&dims));
        let mut value = VarlenaBuf::zeroed(PREFIX + 4 * dims);
        value.bytes_mut()[..2].copy_from_slice(&(dims as i16).to_ne_bytes());
        Self(value)
    }

    /// A vector with these components.
    pub fn from_slice(components: &[f32]) -> Self {
        let mut value = Self::zeroed(components.len());
        value.as_mut_slice().copy_from_slice(components);
        value
    }

    /// The components.
    pub fn as_mut_slice(&mut self) -> &mut [f32] {
        let bytes = &mut self.0.bytes_mut()[PREFIX..];
        // SAFETY: palloc aligns to eight bytes, so the components are aligned to four; any bits are an f32.
        unsafe { std::slice::from_raw_parts_mut(bytes.as_mut_ptr().cast(), bytes.len() / 4) }
    }

    /// Hands the value to PostgreSQL.
    pub fn into_datum(self) -> pg_sys::Datum {
        self.0.into_datum()
    }
}

varlena_type!(Vector, VectorBuf, "vector");
