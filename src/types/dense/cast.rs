//! Casts: to another type modifier, from arrays, to `float4[]`, between the dense types.

use super::check::*;
use super::{Component, Dense, DenseBuf, Element, Half};
use crate::types::array::{ArrayArg, ArrayBuf};
use crate::types::datum::datum_result;
use pgrx::pg_sys;
use std::marker::PhantomData;

/// The argument as the result.
pub struct Unchanged<E>(pg_sys::Datum, PhantomData<E>);

impl<E> Unchanged<E> {
    fn into_datum(self) -> pg_sys::Datum {
        self.0
    }
}

datum_result!(Unchanged<E: Element>, E::NAME);

/// Checks the type modifier; the value stays as it is.
pub fn with_type_modifier<E: Element>(vector: Dense<'_, E>, type_modifier: i32) -> Unchanged<E> {
    check_type_modifier::<E>(type_modifier, vector.dims());
    Unchanged(vector.into_datum(), PhantomData)
}

/// From an array of `int4`, `float4`, `float8` or `numeric`, by way of single precision.
pub fn from_array<E: Element>(array: &ArrayArg<'_>, type_modifier: i32) -> DenseBuf<E> {
    array.check_components();
    check_dimensions::<E>(array.len());
    check_type_modifier::<E>(type_modifier, array.len());
    let mut vector = DenseBuf::zeroed(array.len());
    let components = vector.as_mut_slice();
    array.for_each_float(|i, value| components[i] = narrow(value, i + 1));
    check_finite(components);
    vector
}

/// To an array of `float4`.
pub fn to_float4<E: Element>(vector: &Dense<'_, E>) -> ArrayBuf {
    let elements = vector.as_slice().iter().map(|component| component.to_f32().to_ne_bytes());
    ArrayBuf::one_dimensional(pg_sys::FLOAT4OID, elements)
}

/// From single to half precision.
pub fn vector_to_halfvec(vector: &Dense<'_, f32>, type_modifier: i32) -> DenseBuf<Half> {
    check_type_modifier::<Half>(type_modifier, vector.dims());
    let mut result = DenseBuf::zeroed(vector.dims());
    kernels::narrow_f16(vector.as_slice(), result.as_mut_bits());
    for (i, (half, &value)) in result.as_mut_slice().iter().zip(vector.as_slice()).enumerate() {
        if !half.to_f32().is_finite() {
            narrow::<Half>(value, i + 1);
        }
    }
    result
}

/// From half to single precision, exactly.
pub fn halfvec_to_vector(vector: &Dense<'_, Half>, type_modifier: i32) -> DenseBuf<f32> {
    check_type_modifier::<f32>(type_modifier, vector.dims());
    let mut result = DenseBuf::zeroed(vector.dims());
    kernels::widen_f16(vector.as_bits(), result.as_mut_slice());
    result
}
