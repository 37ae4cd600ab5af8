//! The support functions of `avg`. `sum` needs none: it is `+`.
//!
//! The state is a `float8[]`: the number of vectors, then the sum of each component; before the first vector it is `{0}`.
//! Double precision keeps the mean of many vectors exact enough, and an array can travel between parallel workers.

use super::check::*;
use super::{Dense, DenseBuf, Element};
use crate::error::Report;
use crate::types::array::{ArrayArg, ArrayBuf};
use pgrx::PgSqlErrorCode::*;
use pgrx::pg_sys;

/// The state's numbers; `step` and the type name the SQL function in the error.
fn state<'a>(array: &'a ArrayArg<'_>, step: &str, type_name: &str) -> &'a [[u8; 8]] {
    if array.dimensions() != 1
        || array.len() < 1
        || array.has_null_bitmap()
        || array.element_type() != pg_sys::FLOAT8OID
    {
        Report::new(ERRCODE_INTERNAL_ERROR, format!("{type_name}_{step}: expected state array"))
            .detail("The state is a float8[]: the number of vectors, then the sum of each component.")
            .raise();
    }
    array.fixed()
}

fn new_state(numbers: Vec<[u8; 8]>) -> ArrayBuf {
    ArrayBuf::one_dimensional(pg_sys::FLOAT8OID, numbers.into_iter())
}

/// Adds one number to each sum; an infinite sum is an overflow.
fn add(sums: &mut [[u8; 8]], addends: impl Iterator<Item = f64>) {
    let mut overflowed = false;
    for (place, addend) in sums.iter_mut().zip(addends) {
        let sum = f64::from_ne_bytes(*place) + addend;
        overflowed |= sum.is_infinite();
        *place = sum.to_ne_bytes();
    }
    if overflowed {
        overflow().raise();
    }
}

/// As `check_type_modifier`, for the second and later vectors of one aggregate.
fn check_state_dimensions(expected: usize, dims: usize) {
    if expected != dims {
        Report::new(ERRCODE_DATA_EXCEPTION, format!("expected {expected} dimensions, not {dims}"))
            .hint("All vectors of one aggregate must have the same number of dimensions.")
            .raise();
    }
}

/// Adds a vector to the state, in place where the state is a running aggregate's own.
///
/// # Safety
/// `fcinfo` must be the running call, of which `array` is the first argument.
pub unsafe fn accumulate<E: Element>(
    mut array: ArrayArg<'_>,
    value: &Dense<'_, E>,
    fcinfo: pg_sys::FunctionCallInfo,
) -> ArrayBuf {
    let components = value.as_slice().iter().map(|component| f64::from(component.to_f32()));
    let old = state(&array, "accum", E::NAME);
    let count = (f64::from_ne_bytes(old[0]) + 1.0).to_ne_bytes();
    if old.len() == 1 {
        return new_state(std::iter::once(count).chain(components.map(f64::to_ne_bytes)).collect());
    }
    check_state_dimensions(old.len() - 1, components.len());
    // SAFETY: asks the server how it called us.
    if unsafe { pg_sys::AggCheckCallContext(fcinfo, std::ptr::null_mut()) } == 0 {
        let mut new = old.to_vec();
        new[0] = count;
        add(&mut new[1..], components);
        return new_state(new);
    }
    // SAFETY: called for an aggregate, so the state is that aggregate's own, to be changed in place.
    let state = unsafe { array.fixed_mut() };
    state[0] = count;
    add(&mut state[1..], components);
    array.into()
}

/// The state of all vectors that went into two states. It is the same for all dense types.
pub fn combine(a: &ArrayArg<'_>, b: &ArrayArg<'_>) -> ArrayBuf {
    let (a, b) = (state(a, "combine", f32::NAME), state(b, "combine", f32::NAME));
    // A worker that saw no vector has no sums.
    let (longer, shorter) = if a.len() == 1 { (b, a) } else { (a, b) };
    if longer.len() > 1 {
        check_dimensions::<f32>(longer.len() - 1);
    }
    if shorter.len() > 1 {
        check_state_dimensions(longer.len() - 1, shorter.len() - 1);
    }
    let mut combined = longer.to_vec();
    add(&mut combined, shorter.iter().map(|&bytes| f64::from_ne_bytes(bytes)));
    new_state(combined)
}

/// The mean; of no vector it is null.
pub fn mean<E: Element>(array: &ArrayArg<'_>) -> Option<DenseBuf<E>> {
    let [count, sums @ ..] = state(array, "avg", E::NAME) else { return None };
    let count = f64::from_ne_bytes(*count);
    if count == 0.0 {
        return None;
    }
    check_dimensions::<E>(sums.len());
    let mut mean = DenseBuf::zeroed(sums.len());
    for (i, (component, &sum)) in mean.as_mut_slice().iter_mut().zip(sums).enumerate() {
        *component = narrow((f64::from_ne_bytes(sum) / count) as f32, i + 1);
    }
    check_finite(mean.as_mut_slice());
    Some(mean)
}
