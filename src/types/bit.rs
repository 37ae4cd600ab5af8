//! Distances between PostgreSQL's own bit strings. Stored bytes: the number of bits `i32`, then the bits, the first in the
//! highest position of the first byte; those behind the last bit are 0.

use crate::error::Report;
use crate::types::datum::{Detoasted, datum_argument};
use crate::types::entry::entry_points;
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

datum_argument!(Bits, "bit");

#[cold]
fn damaged(stored: usize) -> ! {
    Report::new(ERRCODE_DATA_CORRUPTED, "stored bit string is damaged")
        .detail(format!("It has {stored} bytes, which is not what its length needs."))
        .raise()
}

/// Checks the operands and applies a kernel to them.
#[inline]
fn measure<R>(a: &Bits<'_>, b: &Bits<'_>, kernel: impl Fn(&[u8], &[u8]) -> R) -> R {
    if a.len() != b.len() {
        Report::new(ERRCODE_DATA_EXCEPTION, format!("different bit lengths {} and {}", a.len(), b.len()))
            .hint("Both bit strings must have the same length; length() tells it.")
            .raise();
    }
    kernel(a.bytes(), b.bytes())
}

entry_points! {
    fn hamming_distance(a: Bits<'_>, b: Bits<'_>) -> f64 {
        measure(&a, &b, kernels::hamming) as f64
    }

    fn jaccard_distance(a: Bits<'_>, b: Bits<'_>) -> f64 {
        measure(&a, &b, kernels::jaccard_terms).distance()
    }
}
