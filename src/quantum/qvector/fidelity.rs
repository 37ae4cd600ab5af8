//! How alike two states are.

use super::{QVector, no_state};
use crate::error::OrRaise;
use pgrx::pg_extern;
use quantum::{QuantumError, fidelity_interleaved};

fn measure(a: &QVector<'_>, b: &QVector<'_>) -> f64 {
    match fidelity_interleaved(a.interleaved(), b.interleaved()) {
        Err(error @ QuantumError::DimensionMismatch { .. }) => Err(error).or_raise(),
        Err(error) => no_state(error),
        Ok(fidelity) => fidelity,
    }
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn fidelity(a: QVector<'_>, b: QVector<'_>) -> f64 {
    measure(&a, &b)
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn qvector_distance(a: QVector<'_>, b: QVector<'_>) -> f64 {
    1.0 - measure(&a, &b)
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn qvector_dims(value: QVector<'_>) -> i32 {
    value.dims() as i32
}
