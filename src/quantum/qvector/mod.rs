//! `qvector(n)`: a pure state of n dimensions, complex single-precision amplitudes of norm 1.
//!
//! Payload of the varlena, version 1, in native byte order:
//!
//! | offset | bytes | field |
//! | --- | --- | --- |
//! | 0 | 1 | version: 1 |
//! | 1 | 1 | flags: 0 |
//! | 2 | 2 | n, from 1 to 16000 |
//! | 4 | 8 each | n amplitudes: real part `f32`, imaginary part `f32`; finite, none of them −0 |
//!
//! Equal states have equal bytes. Every version that was ever written stays readable; `qvector_stored` in the regress
//! tests holds values of each. Each file has one group of the functions in `sql/quantum.sql`.

mod cast;
mod compare;
mod fidelity;
mod io;
mod transform;

use crate::error::Report;
use crate::types::datum::{Detoasted, VarlenaBuf, varlena_type};
use pgrx::PgSqlErrorCode::*;
use pgrx::pg_sys;
use quantum::{MAX_DIMENSIONS, QuantumError, State};

/// The version of the stored bytes.
const VERSION: u8 = 1;

/// Bytes of payload before the amplitudes.
const PREFIX: usize = 4;

/// A `qvector` argument.
pub struct QVector<'a>(Detoasted<'a>);

impl QVector<'_> {
    /// # Safety
    /// `datum` must be a non-null value of the SQL type `qvector` that outlives `'a`.
    pub unsafe fn from_datum_unchecked(datum: pg_sys::Datum) -> Self {
        // SAFETY: as promised by the caller.
        let value = Self(unsafe { Detoasted::from_datum(datum) });
        let bytes = value.0.bytes();
        let &[version, flags, low, high, ref amplitudes @ ..] = bytes else {
            damaged(format!("It ends after {} bytes.", bytes.len()));
        };
        if (version, flags) != (VERSION, 0) {
            Report::new(
                ERRCODE_FEATURE_NOT_SUPPORTED,
                format!(
                    "qvector has format version {version} with flags {flags}, this release reads version 1 with flags 0"
                ),
            )
            .hint("Either a newer release of qstore wrote the value, or it is damaged.")
            .raise();
        }
        let dims = usize::from(u16::from_ne_bytes([low, high]));
        if !(1..=MAX_DIMENSIONS).contains(&dims) || amplitudes.len() != 8 * dims {
            damaged(format!("It has {} bytes of amplitudes and claims {dims} dimensions.", amplitudes.len()));
        }
        value
    }

    /// Real and imaginary parts in turn. Nothing but their number has been checked.
    pub fn interleaved(&self) -> &[f32] {
        let bytes = &self.0.bytes()[PREFIX..];
        debug_assert!(bytes.as_ptr().cast::<f32>().is_aligned());
        // SAFETY: a detoasted payload is aligned to four bytes, the length was checked, any bits are an f32.
        unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len() / 4) }
    }

    /// Number of dimensions.
    pub fn dims(&self) -> usize {
        self.interleaved().len() / 2
    }

    /// The state, with all its amplitudes checked.
    pub fn state(&self) -> State {
        let state = State::from_interleaved(self.interleaved()).unwrap_or_else(|error| no_state(error));
        // Reading a state that was written changes no bit: not the norm, and there was no −0.
        if !state.interleaved().iter().map(|x| x.to_bits()).eq(self.interleaved().iter().map(|x| x.to_bits()))
        {
            damaged("Its amplitudes are not those of a normalised state.".into());
        }
        state
    }

    /// Hands the value back to PostgreSQL as it is.
    pub fn into_datum(self) -> pg_sys::Datum {
        self.0.into_datum()
    }
}

/// The error for stored bytes that no writer of their version makes.
fn damaged(detail: String) -> ! {
    Report::new(ERRCODE_DATA_CORRUPTED, "stored qvector is damaged")
        .detail(detail)
        .hint("Take the value from a backup or a replica.")
        .raise()
}

/// The error for stored amplitudes that the engine refused.
pub fn no_state(error: QuantumError) -> ! {
    damaged(match error {
        QuantumError::NotFinite { index } => format!("Amplitude {} is not a finite number.", index + 1),
        _ => format!("It is no state: {error}."),
    })
}

/// A `qvector` result.
pub struct QVectorBuf(VarlenaBuf);

impl From<State> for QVectorBuf {
    fn from(state: State) -> Self {
        let mut value = VarlenaBuf::zeroed(PREFIX + 8 * state.dimensions());
        let (prefix, amplitudes) = value.bytes_mut().split_at_mut(PREFIX);
        prefix[0] = VERSION;
        prefix[2..].copy_from_slice(&(state.dimensions() as u16).to_ne_bytes());
        for (place, part) in amplitudes.as_chunks_mut().0.iter_mut().zip(state.interleaved()) {
            *place = part.to_ne_bytes();
        }
        Self(value)
    }
}

impl QVectorBuf {
    /// Hands the value to PostgreSQL.
    pub fn into_datum(self) -> pg_sys::Datum {
        self.0.into_datum()
    }
}

varlena_type!(QVector, QVectorBuf, "qvector");
