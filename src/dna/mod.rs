//! `dna`: bytes as bases, compressed and under a checksum, or a sequence that somebody typed.
//!
//! The payload of the varlena is `helix`'s stored value, byte by byte (its README has the layout). Each file has one group of
//! the functions in `sql/dna.sql`, `sql/dna_column.sql`, `sql/dna_strands.sql`, `sql/dna_store.sql`.

mod codec;
mod column;
mod compare;
mod dictionary;
mod io;
mod progress;
mod sequence;
mod slice;
mod stats;
mod store;
mod strands;

use crate::types::datum::{Detoasted, VarlenaBuf, varlena_type};
use pgrx::pg_sys;

/// A `dna` argument. Nothing about it has been checked: that is the engine's, in every function but comparisons.
pub struct Dna<'a>(Detoasted<'a>);

impl Dna<'_> {
    /// # Safety
    /// `datum` must be a non-null value of the SQL type `dna` that outlives `'a`.
    pub unsafe fn from_datum_unchecked(datum: pg_sys::Datum) -> Self {
        // SAFETY: as promised by the caller.
        Self(unsafe { Detoasted::from_datum(datum) })
    }

    /// The stored value as the engine knows it.
    pub fn stored(&self) -> &[u8] {
        self.0.bytes()
    }
}

/// A `dna` result.
pub struct DnaBuf(VarlenaBuf);

impl DnaBuf {
    /// A value of these stored bytes, which the engine made or checked.
    pub fn from_stored(stored: &[u8]) -> Self {
        Self(VarlenaBuf::from_bytes(stored))
    }

    /// Hands the value to PostgreSQL.
    pub fn into_datum(self) -> pg_sys::Datum {
        self.0.into_datum()
    }
}

varlena_type!(Dna, DnaBuf, "dna");
