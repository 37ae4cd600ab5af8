//! Casts: to another type modifier, from arrays, to `float4[]`.

use super::check::*;
use super::{Vector, VectorBuf};
use crate::error::Report;
use crate::types::array::{ArrayArg, ArrayBuf};
use crate::types::datum::datum_result;
use pgrx::PgSqlErrorCode::*;
use pgrx::{pg_extern, pg_sys};

/// The argument as the result.
struct Unchanged(pg_sys::Datum);

impl Unchanged {
    fn into_datum(self) -> pg_sys::Datum {
        self.0
    }
}

datum_result!(Unchanged, "vector");

/// Checks the type modifier; the value stays as it is.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector(vector: Vector<'_>, type_modifier: i32, _explicit: bool) -> Unchanged {
    check_type_modifier(type_modifier, vector.dims());
    Unchanged(vector.into_datum())
}

/// One function for all element types, as the SQL functions of this name differ in nothing else.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn array_to_vector(array: ArrayArg<'_>, type_modifier: i32, _explicit: bool) -> VectorBuf {
    if array.dimensions() > 1 {
        Report::new(ERRCODE_DATA_EXCEPTION, "array must be 1-D")
            .detail(format!("It has {} dimensions.", array.dimensions()))
            .raise();
    }
    if array.contains_nulls() {
        Report::new(ERRCODE_NULL_VALUE_NOT_ALLOWED, "array must not contain nulls").raise();
    }
    check_dimensions(array.len());
    check_type_modifier(type_modifier, array.len());
    let mut vector = VectorBuf::zeroed(array.len());
    let components = vector.as_mut_slice().iter_mut();
    match array.element_type() {
        pg_sys::INT4OID => components
            .zip(array.fixed())
            .for_each(|(component, &bytes)| *component = i32::from_ne_bytes(bytes) as f32),
        pg_sys::FLOAT4OID => components
            .zip(array.fixed())
            .for_each(|(component, &bytes)| *component = f32::from_ne_bytes(bytes)),
        pg_sys::FLOAT8OID => components
            .zip(array.fixed())
            .for_each(|(component, &bytes)| *component = f64::from_ne_bytes(bytes) as f32),
        pg_sys::NUMERICOID => components.zip(array.varlenas()).for_each(|(component, datum)| {
            // SAFETY: the element is a numeric, what numeric_float4 takes; it returns a value or raises an error.
            let value = unsafe { pgrx::direct_function_call(pg_sys::numeric_float4, &[Some(datum)]) };
            *component = value.unwrap_or(f32::NAN);
        }),
        _ => Report::new(ERRCODE_DATA_EXCEPTION, "unsupported array type").raise(),
    }
    check_finite(vector.as_mut_slice());
    vector
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_to_float4(vector: Vector<'_>, _type_modifier: i32, _explicit: bool) -> ArrayBuf {
    ArrayBuf::one_dimensional(pg_sys::FLOAT4OID, vector.as_slice().iter().map(|value| value.to_ne_bytes()))
}
