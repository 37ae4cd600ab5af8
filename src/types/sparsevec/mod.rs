//! `sparsevec(n)`: n single-precision components of which few are not zero, with pgvector's stored bytes.
//!
//! Payload, in native byte order:
//!
//! | offset | bytes | field |
//! | --- | --- | --- |
//! | 0 | 4 | number of dimensions n, from 1 to 1,000,000,000 |
//! | 4 | 4 | number of elements, from 0 to 16,000 |
//! | 8 | 4 | reserved: 0 |
//! | 12 | 4 each | index of each element, from 0, ascending |
//! | | 4 each | value of each element `f32`, finite and not 0 |
//!
//! Names, SQLSTATEs, messages and limits are pgvector's; `avg` and `sum` are ours. One file per group of functions, in the
//! order of `sql/sparsevec.sql`.

mod aggregate;
mod arithmetic;
mod cast;
mod check;
mod compare;
mod distance;
mod io;
mod sums;

use crate::types::datum::{Detoasted, VarlenaBuf, varlena_type};
use check::damaged;
use pgrx::pg_sys;

/// The largest number of dimensions a `sparsevec` may have (pgvector's limit).
pub const MAX_DIMENSIONS: i32 = 1_000_000_000;

/// The largest number of elements a `sparsevec` may have (pgvector's limit).
pub const MAX_ELEMENTS: usize = 16_000;

/// Bytes of payload before the indices.
const PREFIX: usize = 12;

/// A `sparsevec` argument.
pub struct Sparsevec<'a>(Detoasted<'a>);

impl<'a> Sparsevec<'a> {
    /// Checks the size of the value, not its elements: that would cost a distance function as much as the distance.
    ///
    /// # Safety
    /// `datum` must be a non-null value of the SQL type `sparsevec` that outlives `'a`.
    #[inline]
    pub unsafe fn from_datum_unchecked(datum: pg_sys::Datum) -> Self {
        // SAFETY: as promised by the caller.
        let value = Self(unsafe { Detoasted::from_datum(datum) });
        let bytes = value.0.bytes();
        if bytes.len() < PREFIX {
            damaged(format!("It has {} bytes.", bytes.len()));
        }
        let (dims, elements) = (value.dims(), value.field(1));
        let possible =
            (1..=MAX_DIMENSIONS).contains(&dims) && (0..=dims.min(MAX_ELEMENTS as i32)).contains(&elements);
        if !possible || bytes.len() != PREFIX + 8 * elements as usize {
            damaged(format!(
                "It has {} bytes and claims {dims} dimensions and {elements} elements.",
                bytes.len()
            ));
        }
        value
    }

    /// One of the integers before the values.
    #[inline]
    fn field(&self, number: usize) -> i32 {
        i32::from_ne_bytes(self.0.bytes().as_chunks().0[number])
    }

    /// Number of dimensions.
    #[inline]
    pub fn dims(&self) -> i32 {
        self.field(0)
    }

    /// The two halves of the elements.
    #[inline]
    fn halves(&self) -> (&[u8], &[u8]) {
        let elements = &self.0.bytes()[PREFIX..];
        debug_assert!(elements.as_ptr().cast::<u32>().is_aligned());
        elements.split_at(elements.len() / 2)
    }

    /// The index of each element, from 0. Whoever uses one as an index checks it.
    #[inline]
    pub fn indices(&self) -> &[i32] {
        let bytes = self.halves().0;
        // SAFETY: a detoasted payload is aligned to four bytes, half of the elements is a multiple of that, any bits are an i32.
        unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len() / 4) }
    }

    /// The value of each element.
    #[inline]
    pub fn values(&self) -> &[f32] {
        let bytes = self.halves().1;
        // SAFETY: as in `indices`; any bits are an f32.
        unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len() / 4) }
    }

    /// Index and value of each element.
    pub fn elements(&self) -> impl ExactSizeIterator<Item = (i32, f32)> {
        self.indices().iter().copied().zip(self.values().iter().copied())
    }

    /// Hands the value back to PostgreSQL as it is.
    pub fn into_datum(self) -> pg_sys::Datum {
        self.0.into_datum()
    }
}

/// A `sparsevec` result.
pub struct SparsevecBuf(VarlenaBuf);

impl SparsevecBuf {
    /// A vector of these elements. The caller has checked the number of dimensions and of elements, and gives the indices
    /// ascending and the values finite and not 0.
    pub fn new(dims: i32, elements: impl ExactSizeIterator<Item = (i32, f32)>) -> Self {
        let count = elements.len();
        debug_assert!((1..=MAX_DIMENSIONS).contains(&dims) && count <= MAX_ELEMENTS);
        let mut value = VarlenaBuf::zeroed(PREFIX + 8 * count);
        let fields = value.bytes_mut().as_chunks_mut().0;
        fields[0] = dims.to_ne_bytes();
        fields[1] = (count as i32).to_ne_bytes();
        let (indices, values) = fields[PREFIX / 4..].split_at_mut(count);
        for ((place, (index, value)), value_place) in indices.iter_mut().zip(elements).zip(values) {
            (*place, *value_place) = (index.to_ne_bytes(), value.to_ne_bytes());
        }
        Self(value)
    }

    /// Hands the value to PostgreSQL.
    pub fn into_datum(self) -> pg_sys::Datum {
        self.0.into_datum()
    }
}

varlena_type!(Sparsevec, SparsevecBuf, "sparsevec");
