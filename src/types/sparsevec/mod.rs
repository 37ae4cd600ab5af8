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
use crate::types::fast_call::Operand;
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
        // SAFETY: a detoasted payload is aligned to four bytes.
        if unsafe { view(value.0.bytes()) }.is_none() {
            raise_damaged(value.0.bytes());
        }
        value
    }

    #[inline]
    fn view(&self) -> View<'_> {
        // SAFETY: a detoasted payload is aligned to four bytes.
        let view = unsafe { view(self.0.bytes()) };
        view.unwrap_or_else(|| raise_damaged(self.0.bytes()))
    }

    /// Number of dimensions.
    #[inline]
    pub fn dims(&self) -> i32 {
        self.view().dims
    }

    /// The index of each element, from 0. Whoever uses one as an index checks it.
    #[inline]
    pub fn indices(&self) -> &[i32] {
        self.view().indices
    }

    /// The value of each element.
    #[inline]
    pub fn values(&self) -> &[f32] {
        self.view().values
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

/// The parts of a stored value.
#[derive(Clone, Copy)]
pub struct View<'a> {
    dims: i32,
    indices: &'a [i32],
    values: &'a [f32],
}

/// The parts of a payload, unless its size is not what it says.
///
/// # Safety
/// The payload must be aligned to four bytes.
#[inline(always)]
unsafe fn view(payload: &[u8]) -> Option<View<'_>> {
    let (prefix, elements) = payload.split_first_chunk::<PREFIX>()?;
    let field = |i: usize| i32::from_ne_bytes([prefix[i], prefix[i + 1], prefix[i + 2], prefix[i + 3]]);
    let (dims, count) = (field(0), field(4));
    let possible =
        (1..=MAX_DIMENSIONS).contains(&dims) && (0..=dims.min(MAX_ELEMENTS as i32)).contains(&count);
    if !possible || elements.len() != 8 * count as usize {
        return None;
    }
    let (indices, values) = elements.split_at(4 * count as usize);
    // SAFETY: aligned to four bytes by the caller's promise and the length of the prefix; any bits are an i32 and an f32.
    unsafe {
        Some(View {
            dims,
            indices: std::slice::from_raw_parts(indices.as_ptr().cast(), count as usize),
            values: std::slice::from_raw_parts(values.as_ptr().cast(), count as usize),
        })
    }
}

/// Raises the error for a payload that is no sparse vector.
#[cold]
fn raise_damaged(payload: &[u8]) -> ! {
    let field = |at: usize| {
        payload.get(at..at + 4).map(|bytes| i32::from_ne_bytes(bytes.try_into().unwrap_or_default()))
    };
    match (field(0), field(4)) {
        (Some(dims), Some(elements)) if payload.len() >= PREFIX => damaged(format!(
            "It has {} bytes and claims {dims} dimensions and {elements} elements.",
            payload.len()
        )),
        _ => damaged(format!("It has {} bytes.", payload.len())),
    }
}

impl Operand for Sparsevec<'_> {
    type View<'a> = View<'a>;

    #[inline(always)]
    unsafe fn view(payload: &[u8]) -> Option<View<'_>> {
        // SAFETY: as the caller promises.
        unsafe { view(payload) }
    }

    #[inline(always)]
    fn fit(a: View<'_>, b: View<'_>) -> bool {
        a.dims == b.dims
    }

    fn raise_damaged(payload: &[u8]) -> ! {
        raise_damaged(payload)
    }

    fn raise_unfit(a: View<'_>, b: View<'_>) -> ! {
        check::different_dimensions(a.dims, b.dims)
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
