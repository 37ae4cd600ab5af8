//! `vector(n)`: n single-precision components. The functions' work is done in [`dense`]; they stand here in the order of
//! `sql/vector.sql`.

mod distance;

use crate::types::array::{ArrayArg, ArrayBuf};
use crate::types::datum::{BytesBuf, TextBuf};
use crate::types::dense::quantize::BitBuf;
use crate::types::dense::{
    self, Dense, DenseBuf, aggregate, arithmetic, cast, compare::compare, io, quantize,
};
use crate::types::entry::entry_points;
use pgrx::Internal;
use pgrx::pg_sys::{FunctionCallInfo, Oid};
use std::ffi::CStr;

/// A `vector` argument.
pub type Vector<'a> = Dense<'a, f32>;

/// A `vector` result.
pub type VectorBuf = DenseBuf<f32>;

type Unchanged = cast::Unchanged<f32>;

entry_points! {
    fn vector_in(text: &CStr, _element_type: Oid, type_modifier: i32) -> VectorBuf { io::input(text, type_modifier) }

    fn vector_out(vector: Vector<'_>) -> TextBuf { io::output(&vector) }

    fn vector_typmod_in(modifiers: ArrayArg<'_>) -> i32 { io::typmod_in::<f32>(&modifiers) }

    fn vector_recv(message: Internal, _element_type: Oid, type_modifier: i32) -> VectorBuf {
        // SAFETY: the server calls this function with a message.
        unsafe { io::receive(message, type_modifier) }
    }

    fn vector_send(vector: Vector<'_>) -> BytesBuf { io::send(&vector) }
}

entry_points! {
    fn vector_dims(vector: Vector<'_>) -> i32 { vector.dims() as i32 }

    fn vector_norm(vector: Vector<'_>) -> f64 { dense::distance::norm(vector.as_slice()) }

    fn l2_normalize(vector: Vector<'_>) -> VectorBuf { arithmetic::normalize(&vector) }

    fn binary_quantize(vector: Vector<'_>) -> BitBuf { quantize::signs(&vector) }

    fn subvector(vector: Vector<'_>, start: i32, count: i32) -> VectorBuf { arithmetic::part(&vector, start, count) }

    fn vector_add(a: Vector<'_>, b: Vector<'_>) -> VectorBuf { arithmetic::add(&a, &b) }

    fn vector_sub(a: Vector<'_>, b: Vector<'_>) -> VectorBuf { arithmetic::subtract(&a, &b) }

    fn vector_mul(a: Vector<'_>, b: Vector<'_>) -> VectorBuf { arithmetic::multiply(&a, &b) }

    fn vector_concat(a: Vector<'_>, b: Vector<'_>) -> VectorBuf { arithmetic::concatenate(&a, &b) }
}

entry_points! {
    fn vector_lt(a: Vector<'_>, b: Vector<'_>) -> bool { compare(&a, &b).is_lt() }

    fn vector_le(a: Vector<'_>, b: Vector<'_>) -> bool { compare(&a, &b).is_le() }

    fn vector_eq(a: Vector<'_>, b: Vector<'_>) -> bool { compare(&a, &b).is_eq() }

    fn vector_ne(a: Vector<'_>, b: Vector<'_>) -> bool { compare(&a, &b).is_ne() }

    fn vector_ge(a: Vector<'_>, b: Vector<'_>) -> bool { compare(&a, &b).is_ge() }

    fn vector_gt(a: Vector<'_>, b: Vector<'_>) -> bool { compare(&a, &b).is_gt() }

    fn vector_cmp(a: Vector<'_>, b: Vector<'_>) -> i32 { compare(&a, &b) as i32 }
}

entry_points! {
    fn vector(vector: Vector<'_>, type_modifier: i32, _explicit: bool) -> Unchanged {
        cast::with_type_modifier(vector, type_modifier)
    }

    /// One function for all element types, as the SQL functions of this name differ in nothing else.
    fn array_to_vector(array: ArrayArg<'_>, type_modifier: i32, _explicit: bool) -> VectorBuf {
        cast::from_array(&array, type_modifier)
    }

    fn vector_to_float4(vector: Vector<'_>, _type_modifier: i32, _explicit: bool) -> ArrayBuf { cast::to_float4(&vector) }

    fn vector_accum(state: ArrayArg<'_>, value: Vector<'_>, call: FunctionCallInfo) -> ArrayBuf {
        // SAFETY: this is the running call.
        unsafe { aggregate::accumulate(state, &value, call) }
    }

    /// For `halfvec`, too.
    fn vector_combine(a: ArrayArg<'_>, b: ArrayArg<'_>) -> ArrayBuf { aggregate::combine(&a, &b) }

    fn vector_avg(state: ArrayArg<'_>) -> Option<VectorBuf> { aggregate::mean(&state) }
}
