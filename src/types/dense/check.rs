//! What every dense vector must satisfy, and the errors when one does not.

use super::{Element, MAX_DIMENSIONS};
use crate::error::Report;
use crate::types::{dimensions, text::printed_float};
use pgrx::PgSqlErrorCode::*;

/// A vector has from 1 to [`MAX_DIMENSIONS`] components.
pub fn check_dimensions<E: Element>(dims: usize) {
    if dims < 1 {
        no_dimensions::<E>().raise();
    }
    if dims > MAX_DIMENSIONS {
        too_many_dimensions::<E>().raise();
    }
}

/// The error for no components.
pub fn no_dimensions<E: Element>() -> Report {
    Report::new(ERRCODE_DATA_EXCEPTION, format!("{} must have at least 1 dimension", E::NAME))
}

/// The error for more than [`MAX_DIMENSIONS`] components.
pub fn too_many_dimensions<E: Element>() -> Report {
    Report::new(
        ERRCODE_PROGRAM_LIMIT_EXCEEDED,
        format!("{} cannot have more than {MAX_DIMENSIONS} dimensions", E::NAME),
    )
}

/// `vector(n)` takes vectors of `n` components only; a type modifier of -1 takes any.
pub fn check_type_modifier<E: Element>(type_modifier: i32, dims: usize) {
    dimensions::check_type_modifier(type_modifier, E::NAME, dims);
}

/// Binary operators need operands of equal length.
#[inline]
pub fn check_same_dimensions<E: Element>(a: &[E], b: &[E]) {
    if a.len() != b.len() {
        different_dimensions::<E>(a.len(), b.len());
    }
}

/// Raises the error for operands of `a` and `b` components.
#[cold]
pub fn different_dimensions<E: Element>(a: usize, b: usize) -> ! {
    Report::new(ERRCODE_DATA_EXCEPTION, format!("different {} dimensions {a} and {b}", E::NAME))
        .hint(format!("Both {}s must have the same number of dimensions; vector_dims() tells it.", E::NAME))
        .raise()
}

/// Component `number` (from 1), which must not be a finite `value` that the type cannot hold.
pub fn narrow<E: Element>(value: f32, number: usize) -> E {
    let component = E::from_f32(value);
    if value.is_finite() && component.to_f32().is_infinite() {
        out_of_range::<E>(&printed_float(value), number).raise();
    }
    component
}

/// The error for a number, `written` so, that is too large as component `number` (from 1).
pub fn out_of_range<E: Element>(written: &str, number: usize) -> Report {
    Report::new(
        ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
        format!("\"{written}\" is out of range for type {}", E::NAME),
    )
    .detail(format!("Component {number} does not fit into {}.", E::FORMAT))
}

/// Components are finite.
pub fn check_finite<E: Element>(components: &[E]) {
    if let Some(at) = components.iter().position(|component| !component.to_f32().is_finite()) {
        let nan = components[at].to_f32().is_nan();
        if nan { nan_component::<E>(at + 1) } else { infinite_component::<E>(at + 1) }.raise();
    }
}

/// The error for a NaN as component `number` (from 1).
pub fn nan_component<E: Element>(number: usize) -> Report {
    not_finite("NaN", E::NAME, number)
}

/// The error for an infinity as component `number` (from 1).
pub fn infinite_component<E: Element>(number: usize) -> Report {
    not_finite("infinite value", E::NAME, number)
}

fn not_finite(what: &str, type_name: &str, number: usize) -> Report {
    Report::new(ERRCODE_DATA_EXCEPTION, format!("{what} not allowed in {type_name}"))
        .detail(format!("Component {number} is not a finite number."))
        .hint("Store NULL where there is no vector, or replace the component.")
}

/// The error for a result too large for its type, worded as PostgreSQL's own.
pub fn overflow() -> Report {
    Report::new(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "value out of range: overflow")
}

/// The error for a non-zero result that became zero, worded as PostgreSQL's own.
pub fn underflow() -> Report {
    Report::new(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "value out of range: underflow")
}
