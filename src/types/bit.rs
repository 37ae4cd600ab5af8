//! Distances between PostgreSQL's own bit strings. Stored bytes: the number of bits `i32`, then the bits, the first in the
//! highest position of the first byte; those behind the last bit are 0.

use crate::error::Report;
use crate::types::datum::Detoasted;
use crate::types::fast_call::{Operand, distance_functions};
use pgrx::PgSqlErrorCode::*;
use pgrx::pg_sys;

/// A `bit` or `varbit` argument.
pub struct Bits<'a>(Detoasted<'a>);

impl Bits<'_> {
    /// # Safety
    /// `datum` must be a non-null value of the SQL type `bit` or `varbit`.
    #[inline]
    pub unsafe fn from_datum_unchecked(datum: pg_sys::Datum) -> Self {
        // SAFETY: as promised by the caller.
        let value = Self(unsafe { Detoasted::from_datum(datum) });
        let stored = value.0.bytes();
        if stored.len() < 4 || stored.len() - 4 != (value.len() as usize).div_ceil(8) {
            damaged(stored.len());
        }
        value
    }

    /// Number of bits.
    #[inline]
    pub fn len(&self) -> u32 {
        u32::from_ne_bytes(self.0.bytes().as_chunks().0[0])
    }

    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes()[4..]
    }
}

#[cold]
fn damaged(stored: usize) -> ! {
    Report::new(ERRCODE_DATA_CORRUPTED, "stored bit string is damaged")
        .detail(format!("It has {stored} bytes, which is not what its length needs."))
        .raise()
}

impl Operand for Bits<'_> {
    /// Number of bits, and the bits.
    type View<'a> = (u32, &'a [u8]);

    #[inline(always)]
    unsafe fn view(payload: &[u8]) -> Option<(u32, &[u8])> {
        let (len, bytes) = payload.split_first_chunk::<4>()?;
        let len = u32::from_ne_bytes(*len);
        (bytes.len() == (len as usize).div_ceil(8)).then_some((len, bytes))
    }

    #[inline(always)]
    fn fit(a: (u32, &[u8]), b: (u32, &[u8])) -> bool {
        a.0 == b.0
    }

    fn raise_damaged(payload: &[u8]) -> ! {
        damaged(payload.len())
    }

    fn raise_unfit(a: (u32, &[u8]), b: (u32, &[u8])) -> ! {
        Report::new(ERRCODE_DATA_EXCEPTION, format!("different bit lengths {} and {}", a.0, b.0))
            .hint("Both bit strings must have the same length; length() tells it.")
            .raise()
    }
}

distance_functions! {
    Bits<'_> {
        hamming_distance = |a, b| kernels::hamming(a.1, b.1) as f64;
        jaccard_distance = |a, b| kernels::jaccard_terms(a.1, b.1).distance();
    }
}
