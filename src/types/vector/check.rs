//! What every vector must satisfy, and the errors when one does not.

use super::MAX_DIMENSIONS;
use crate::error::Report;
use pgrx::PgSqlErrorCode::*;

/// A vector has from 1 to [`MAX_DIMENSIONS`] components.
pub fn check_dimensions(dims: usize) {
    if dims < 1 {
        Report::new(ERRCODE_DATA_EXCEPTION, "vector must have at least 1 dimension").raise();
    }
    if dims > MAX_DIMENSIONS {
        too_many_dimensions().raise();
    }
}

/// The error for more than [`MAX_DIMENSIONS`] components.
pub fn too_many_dimensions() -> Report {
    Report::new(
        ERRCODE_PROGRAM_LIMIT_EXCEEDED,
        format!("vector cannot have more than {MAX_DIMENSIONS} dimensions"),
    )
}

/// `vector(n)` takes vectors of `n` components only; a type modifier of -1 takes any.
pub fn check_type_modifier(type_modifier: i32, dims: usize) {
    if type_modifier != -1 && usize::try_from(type_modifier) != Ok(dims) {
        Report::new(
            ERRCODE_DATA_EXCEPTION,
            format!("expected {type_modifier} dimensions, not {dims}"),
        )
        .hint(format!(
            "The type is vector({type_modifier}): pass {type_modifier} components, or declare it vector({dims})."
        ))
        .raise();
    }
}

/// Binary operators need operands of equal length.
pub fn check_same_dimensions(a: &[f32], b: &[f32]) {
    if a.len() != b.len() {
        Report::new(
            ERRCODE_DATA_EXCEPTION,
            format!("different vector dimensions {} and {}", a.len(), b.len()),
        )
        .hint("Both vectors must have the same number of dimensions; vector_dims() tells it.")
        .raise();
    }
}

/// Components are finite.
pub fn check_finite(components: &[f32]) {
    if let Some(at) = components.iter().position(|value| !value.is_finite()) {
        if components[at].is_nan() { nan_component(at + 1) } else { infinite_component(at + 1) }.raise();
    }
}

/// The error for a NaN as component `number` (from 1).
pub fn nan_component(number: usize) -> Report {
    not_finite("NaN not allowed in vector", number)
}

/// The error for an infinity as component `number` (from 1).
pub fn infinite_component(number: usize) -> Report {
    not_finite("infinite value not allowed in vector", number)
}

fn not_finite(message: &str, number: usize) -> Report {
    Report::new(ERRCODE_DATA_EXCEPTION, message)
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
