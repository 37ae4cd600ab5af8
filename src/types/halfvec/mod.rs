//! `halfvec(n)`: n half-precision components. The functions' work is done in [`dense`]; they stand here in the order of
//! `sql/halfvec.sql`. The aggregate's combine function is that of `vector`.

mod distance;

use crate::types::array::{ArrayArg, ArrayBuf};
use crate::types::datum::{BytesBuf, TextBuf};
use crate::types::dense::quantize::BitBuf;
use crate::types::dense::{
    self, Dense, DenseBuf, Half, aggregate, arithmetic, cast, compare::compare, io, quantize,
};
use crate::types::entry::entry_points;
use crate::types::vector::{Vector, VectorBuf};
use pgrx::Internal;
use pgrx::pg_sys::{FunctionCallInfo, Oid};
use std::ffi::CStr;

/// A `halfvec` argument.
pub type Halfvec<'a> = Dense<'a, Half>;

/// A `halfvec` result.
pub type HalfvecBuf = DenseBuf<Half>;

type Unchanged = cast::Unchanged<Half>;

entry_points! {
    fn halfvec_in(text: &CStr, _element_type: Oid, type_modifier: i32) -> HalfvecBuf { io::input(text, type_modifier) }

    fn halfvec_out(vector: Halfvec<'_>) -> TextBuf { io::output(&vector) }

    fn halfvec_typmod_in(modifiers: ArrayArg<'_>) -> i32 { io::typmod_in::<Half>(&modifiers) }

    fn halfvec_recv(message: Internal, _element_type: Oid, type_modifier: i32) -> HalfvecBuf {
        // SAFETY: the server calls this function with a message.
        unsafe { io::receive(message, type_modifier) }
    }

    fn halfvec_send(vector: Halfvec<'_>) -> BytesBuf { io::send(&vector) }
}

entry_points! {
    fn halfvec_vector_dims(vector: Halfvec<'_>) -> i32 { vector.dims() as i32 }

    fn halfvec_l2_norm(vector: Halfvec<'_>) -> f64 { dense::distance::norm(vector.as_slice()) }

    fn halfvec_l2_normalize(vector: Halfvec<'_>) -> HalfvecBuf { arithmetic::normalize(&vector) }

    fn halfvec_binary_quantize(vector: Halfvec<'_>) -> BitBuf { quantize::signs(&vector) }

    fn halfvec_subvector(vector: Halfvec<'_>, start: i32, count: i32) -> HalfvecBuf { arithmetic::part(&vector, start, count) }

    fn halfvec_add(a: Halfvec<'_>, b: Halfvec<'_>) -> HalfvecBuf { arithmetic::add(&a, &b) }

    fn halfvec_sub(a: Halfvec<'_>, b: Halfvec<'_>) -> HalfvecBuf { arithmetic::subtract(&a, &b) }

    fn halfvec_mul(a: Halfvec<'_>, b: Halfvec<'_>) -> HalfvecBuf { arithmetic::multiply(&a, &b) }

    fn halfvec_concat(a: Halfvec<'_>, b: Halfvec<'_>) -> HalfvecBuf { arithmetic::concatenate(&a, &b) }
}

entry_points! {
    fn halfvec_lt(a: Halfvec<'_>, b: Halfvec<'_>) -> bool { compare(&a, &b).is_lt() }

    fn halfvec_le(a: Halfvec<'_>, b: Halfvec<'_>) -> bool { compare(&a, &b).is_le() }

    fn halfvec_eq(a: Halfvec<'_>, b: Halfvec<'_>) -> bool { compare(&a, &b).is_eq() }

    fn halfvec_ne(a: Halfvec<'_>, b: Halfvec<'_>) -> bool { compare(&a, &b).is_ne() }

    fn halfvec_ge(a: Halfvec<'_>, b: Halfvec<'_>) -> bool { compare(&a, &b).is_ge() }

    fn halfvec_gt(a: Halfvec<'_>, b: Halfvec<'_>) -> bool { compare(&a, &b).is_gt() }

    fn halfvec_cmp(a: Halfvec<'_>, b: Halfvec<'_>) -> i32 { compare(&a, &b) as i32 }
}

entry_points! {
    fn halfvec(vector: Halfvec<'_>, type_modifier: i32, _explicit: bool) -> Unchanged {
        cast::with_type_modifier(vector, type_modifier)
    }

    /// One function for all element types, as the SQL functions of this name differ in nothing else.
    fn array_to_halfvec(array: ArrayArg<'_>, type_modifier: i32, _explicit: bool) -> HalfvecBuf {
        cast::from_array(&array, type_modifier)
    }

    fn halfvec_to_float4(vector: Halfvec<'_>, _type_modifier: i32, _explicit: bool) -> ArrayBuf { cast::to_float4(&vector) }

    fn halfvec_to_vector(vector: Halfvec<'_>, type_modifier: i32, _explicit: bool) -> VectorBuf {
        cast::halfvec_to_vector(&vector, type_modifier)
    }

    fn vector_to_halfvec(vector: Vector<'_>, type_modifier: i32, _explicit: bool) -> HalfvecBuf {
        cast::vector_to_halfvec(&vector, type_modifier)
    }

    fn halfvec_accum(state: ArrayArg<'_>, value: Halfvec<'_>, call: FunctionCallInfo) -> ArrayBuf {
        // SAFETY: this is the running call.
        unsafe { aggregate::accumulate(state, &value, call) }
    }

    fn halfvec_avg(state: ArrayArg<'_>) -> Option<HalfvecBuf> { aggregate::mean(&state) }
}
