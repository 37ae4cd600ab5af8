//! Dense vectors: `vector` of `f32` and `halfvec` of [`Half`], with pgvector's stored bytes.
//!
//! Payload: `dim: i16`, `unused: i16` (0, but in the query of a search with a recall of its own, see [`DenseBuf::for_search`]), then
//! `dim` components, all in native byte order.
//!
//! Names, SQLSTATEs, messages and limits are pgvector's, so that its clients work unchanged. Here stands what the
//! functions do, one file per group, generic over the [`Element`]; `types/vector` and `types/halfvec` declare them.

pub mod aggregate;
pub mod arithmetic;
pub mod cast;
pub mod check;
pub mod compare;
pub mod distance;
mod element;
pub mod io;
pub mod quantize;

use crate::error::Report;
use crate::types::datum::{Detoasted, VarlenaBuf, datum_argument, datum_result};
use crate::types::fast_call::Operand;
use pgrx::PgSqlErrorCode::*;
use pgrx::pg_sys;
use std::marker::PhantomData;

pub use element::Element;
pub use vector_io::{Component, Half};

/// The largest number of dimensions a dense vector may have (pgvector's limit).
pub const MAX_DIMENSIONS: usize = 16_000;

/// Bytes of payload before the components.
const PREFIX: usize = 4;

/// A recall of 1 in a query vector.
const RECALL_STEPS: u16 = 10_000;

/// A dense vector as an argument.
pub struct Dense<'a, E>(Detoasted<'a>, PhantomData<E>);

impl<'a, E: Element> Dense<'a, E> {
    /// # Safety
    /// `datum` must be a non-null value of the SQL type [`Element::NAME`] that outlives `'a`.
    #[inline]
    pub unsafe fn from_datum_unchecked(datum: pg_sys::Datum) -> Self {
        // SAFETY: as promised by the caller.
        let value = unsafe { Detoasted::from_datum(datum) };
        // SAFETY: a detoasted payload is aligned to four bytes.
        if unsafe { components::<E>(value.bytes()) }.is_none() {
            damaged::<E>(value.bytes());
        }
        Self(value, PhantomData)
    }

    /// The components.
    #[inline]
    pub fn as_slice(&self) -> &[E] {
        let bytes = &self.0.bytes()[PREFIX..];
        debug_assert!(bytes.as_ptr().cast::<E>().is_aligned());
        // SAFETY: a detoasted payload is aligned to four bytes, which is enough for an Element; the length was
        // checked, any bits are an Element.
        unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len() / size_of::<E>()) }
    }

    /// Number of components.
    pub fn dims(&self) -> usize {
        self.as_slice().len()
    }

    /// The recall that an index scan for this vector is to reach, if it carries one.
    pub fn recall(&self) -> Option<f64> {
        let tag = u16::from_ne_bytes([self.0.bytes()[2], self.0.bytes()[3]]);
        (1..=RECALL_STEPS).contains(&tag).then(|| f64::from(tag) / f64::from(RECALL_STEPS))
    }

    /// Hands the value back to PostgreSQL as it is.
    pub fn into_datum(self) -> pg_sys::Datum {
        self.0.into_datum()
    }
}

impl Dense<'_, Half> {
    /// The components' bits.
    pub fn as_bits(&self) -> &[u16] {
        Half::lanes(self.as_slice())
    }
}

/// The components of a payload, unless it is damaged: it must have as many as it claims, one at least.
///
/// # Safety
/// The payload must be aligned to four bytes.
#[inline(always)]
unsafe fn components<E: Element>(payload: &[u8]) -> Option<&[E]> {
    let (prefix, components) = payload.split_first_chunk::<PREFIX>()?;
    let claimed = usize::from(u16::from_ne_bytes([prefix[0], prefix[1]]));
    if claimed == 0 || components.len() != size_of::<E>() * claimed {
        return None;
    }
    // SAFETY: four bytes behind an alignment of four there are as many Elements, whose alignment is no more; any bits are one.
    Some(unsafe { std::slice::from_raw_parts(components.as_ptr().cast(), claimed) })
}

#[cold]
fn damaged<E: Element>(payload: &[u8]) -> ! {
    let claimed = payload.first_chunk().map_or(0, |dims| i16::from_ne_bytes(*dims));
    Report::new(ERRCODE_DATA_CORRUPTED, format!("stored {} is damaged", E::NAME))
        .detail(format!("It has {} bytes and claims {claimed} dimensions.", payload.len()))
        .raise()
}

impl<E: Element> Operand for Dense<'_, E> {
    type View<'a> = &'a [E::Lane];

    #[inline(always)]
    unsafe fn view(payload: &[u8]) -> Option<&[E::Lane]> {
        // SAFETY: as the caller promises.
        unsafe { components(payload) }.map(E::lanes)
    }

    #[inline(always)]
    fn fit(a: &[E::Lane], b: &[E::Lane]) -> bool {
        a.len() == b.len()
    }

    fn raise_damaged(payload: &[u8]) -> ! {
        damaged::<E>(payload)
    }

    fn raise_unfit(a: &[E::Lane], b: &[E::Lane]) -> ! {
        check::different_dimensions::<E>(a.len(), b.len())
    }
}

/// A dense vector as a result.
pub struct DenseBuf<E>(VarlenaBuf, PhantomData<E>);

impl<E: Element> DenseBuf<E> {
    /// A vector of `dims` zeroes; `dims` must be from 1 to [`MAX_DIMENSIONS`], see [`check::check_dimensions`].
    pub fn zeroed(dims: usize) -> Self {
        debug_assert!((1..=MAX_DIMENSIONS).contains(&dims));
        let mut value = VarlenaBuf::zeroed(PREFIX + size_of::<E>() * dims);
        value.bytes_mut()[..2].copy_from_slice(&(dims as i16).to_ne_bytes());
        Self(value, PhantomData)
    }

    /// A vector with these components.
    pub fn from_slice(components: &[E]) -> Self {
        let mut value = Self::zeroed(components.len());
        value.as_mut_slice().copy_from_slice(components);
        value
    }

    /// The components.
    pub fn as_mut_slice(&mut self) -> &mut [E] {
        let bytes = &mut self.0.bytes_mut()[PREFIX..];
        // SAFETY: palloc aligns to eight bytes, so the components are aligned to four; any bits are an Element.
        unsafe { std::slice::from_raw_parts_mut(bytes.as_mut_ptr().cast(), bytes.len() / size_of::<E>()) }
    }

    /// Lets the vector carry the recall of the search for it. A query is the only thing that reaches an index scan beside its settings,
    /// so a recall in it holds for that scan and no other. Nothing else looks at the field.
    #[must_use]
    pub fn for_search(mut self, recall: f64) -> Self {
        let tag = (recall.clamp(0.0, 1.0) * f64::from(RECALL_STEPS)).round() as u16;
        self.0.bytes_mut()[2..PREFIX].copy_from_slice(&tag.to_ne_bytes());
        self
    }

    /// Hands the value to PostgreSQL.
    pub fn into_datum(self) -> pg_sys::Datum {
        self.0.into_datum()
    }
}

impl DenseBuf<Half> {
    /// The components' bits.
    pub fn as_mut_bits(&mut self) -> &mut [u16] {
        let halves = self.as_mut_slice();
        // SAFETY: Half is a transparent u16.
        unsafe { std::slice::from_raw_parts_mut(halves.as_mut_ptr().cast(), halves.len()) }
    }
}

datum_argument!(Dense<E: Element>, E::NAME);
datum_result!(DenseBuf<E: Element>, E::NAME);
