//! Casts: to another type modifier, from vectors and arrays (amplitude encoding), to `vector` (probabilities).

use super::{QVector, QVectorBuf};
use crate::error::{OrRaise, Report};
use crate::types::array::ArrayArg;
use crate::types::datum::datum_result;
use crate::types::dimensions::check_type_modifier;
use crate::types::vector::{Vector, VectorBuf};
use pgrx::PgSqlErrorCode::*;
use pgrx::{pg_extern, pg_sys};
use quantum::{MAX_DIMENSIONS, QuantumError, State};

/// The argument as the result.
struct Unchanged(pg_sys::Datum);

impl Unchanged {
    fn into_datum(self) -> pg_sys::Datum {
        self.0
    }
}

datum_result!(Unchanged, "qvector");

/// Checks the type modifier; the value stays as it is.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn qvector(value: QVector<'_>, type_modifier: i32, _explicit: bool) -> Unchanged {
    check_type_modifier(type_modifier, "qvector", value.dims());
    Unchanged(value.into_datum())
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_to_qvector(vector: Vector<'_>, type_modifier: i32, _explicit: bool) -> QVectorBuf {
    check_type_modifier(type_modifier, "qvector", vector.dims());
    State::from_real(vector.as_slice()).or_raise().into()
}

/// One function for both element types, as the SQL functions of this name differ in nothing else.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn array_to_qvector(array: ArrayArg<'_>, type_modifier: i32, _explicit: bool) -> QVectorBuf {
    if array.dimensions() > 1 {
        Report::new(ERRCODE_DATA_EXCEPTION, "array must be 1-D")
            .detail(format!("It has {} dimensions.", array.dimensions()))
            .raise();
    }
    if array.contains_nulls() {
        Report::new(ERRCODE_NULL_VALUE_NOT_ALLOWED, "array must not contain nulls").raise();
    }
    if array.len() > MAX_DIMENSIONS {
        Err(QuantumError::TooManyDimensions { limit: MAX_DIMENSIONS }).or_raise()
    }
    let amplitudes: Vec<f32> = match array.element_type() {
        pg_sys::FLOAT4OID => array.fixed().iter().map(|&bytes| f32::from_ne_bytes(bytes)).collect(),
        pg_sys::FLOAT8OID => {
            array.fixed().iter().map(|&bytes| to_single(f64::from_ne_bytes(bytes))).collect()
        }
        _ => Report::new(ERRCODE_DATA_EXCEPTION, "unsupported array type").raise(),
    };
    check_type_modifier(type_modifier, "qvector", amplitudes.len());
    State::from_real(&amplitudes).or_raise().into()
}

/// Rounds to single precision; a finite number that does not fit is an error, worded as PostgreSQL's own.
fn to_single(value: f64) -> f32 {
    let single = value as f32;
    if single.is_infinite() && value.is_finite() {
        Report::new(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "value out of range: overflow")
            .detail(format!("{value:e} does not fit into single precision."))
            .raise();
    }
    single
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn probabilities(value: QVector<'_>) -> VectorBuf {
    VectorBuf::from_slice(&value.state().probabilities())
}
