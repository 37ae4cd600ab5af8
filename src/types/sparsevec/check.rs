//! What every sparse vector must satisfy, and the errors when one does not.

use super::{MAX_DIMENSIONS, MAX_ELEMENTS};
use crate::error::Report;
use crate::types::dimensions;
use pgrx::PgSqlErrorCode::*;
use vector_io::{SparseFault, SparseLimits};

/// The limits of the type.
pub const LIMITS: SparseLimits = SparseLimits { dimensions: MAX_DIMENSIONS, elements: MAX_ELEMENTS };

impl From<SparseFault> for Report {
    fn from(fault: SparseFault) -> Self {
        let data = |message: &str| Report::new(ERRCODE_DATA_EXCEPTION, message);
        let limit = |message: String| Report::new(ERRCODE_PROGRAM_LIMIT_EXCEEDED, message);
        let not_finite = |message: &str, element: usize| {
            data(message)
                .detail(format!("The value of element {element} is not a finite number."))
                .hint("Store NULL where there is no vector, or replace the value.")
        };
        match fault {
            SparseFault::NoDimensions => data("sparsevec must have at least 1 dimension"),
            SparseFault::TooManyDimensions { max } => {
                limit(format!("sparsevec cannot have more than {max} dimensions"))
            }
            SparseFault::NegativeElements { count } => {
                data("sparsevec cannot have negative number of elements")
                    .detail(format!("The message announces {count} elements."))
            }
            SparseFault::TooManyElements { max } => {
                limit(format!("sparsevec cannot have more than {max} non-zero elements"))
            }
            SparseFault::MoreElementsThanDimensions { count, dims } => {
                limit("sparsevec cannot have more elements than dimensions".into())
                    .detail(format!("It has {count} elements and {dims} dimensions."))
            }
            SparseFault::IndexOutOfBounds { index, dims } => data("sparsevec index out of bounds")
                .detail(format!("Index {index} is not from 1 to {dims}. (The binary form counts from 0.)")),
            SparseFault::NotAscending { index, previous } => data(
                "sparsevec indices must be in ascending order",
            )
            .detail(format!("Index {index} comes after index {previous}. (The binary form counts from 0.)")),
            SparseFault::Duplicate { index } => data("sparsevec indices must not contain duplicates")
                .detail(format!("Index {index} comes twice.")),
            SparseFault::Nan { element } => not_finite("NaN not allowed in sparsevec", element),
            SparseFault::Infinite { element } => {
                not_finite("infinite value not allowed in sparsevec", element)
            }
            SparseFault::Zero { element } => {
                data("binary representation of sparsevec cannot contain zero values")
                    .detail(format!("The value of element {element} is 0."))
                    .hint("Send only the elements that are not 0.")
            }
        }
    }
}

/// A number of dimensions as that of a `sparsevec`; raises an error unless it is from 1 to [`MAX_DIMENSIONS`].
pub fn check_dimensions(dims: usize) -> i32 {
    if dims < 1 {
        Report::from(SparseFault::NoDimensions).raise();
    }
    match i32::try_from(dims) {
        Ok(dims) if dims <= MAX_DIMENSIONS => dims,
        _ => Report::from(SparseFault::TooManyDimensions { max: MAX_DIMENSIONS }).raise(),
    }
}

/// A vector has at most [`MAX_ELEMENTS`] elements.
pub fn check_elements(count: usize) {
    if count > MAX_ELEMENTS {
        Report::from(SparseFault::TooManyElements { max: MAX_ELEMENTS })
            .detail(format!("The result would have {count} of them."))
            .raise();
    }
}

/// `sparsevec(n)` takes vectors of `n` dimensions only; a type modifier of -1 takes any.
pub fn check_type_modifier(type_modifier: i32, dims: i32) {
    dimensions::check_type_modifier(type_modifier, "sparsevec", dims as usize);
}

/// Raises the error for operands of different dimensions.
#[cold]
pub fn different_dimensions(a: i32, b: i32) -> ! {
    Report::new(ERRCODE_DATA_EXCEPTION, format!("different sparsevec dimensions {a} and {b}"))
        .hint("Both vectors must have the same number of dimensions, the number behind the \"/\".")
        .raise()
}

/// The error for stored bytes that no function of ours writes.
#[cold]
pub fn damaged(detail: String) -> ! {
    Report::new(ERRCODE_DATA_CORRUPTED, "stored sparsevec is damaged").detail(detail).raise()
}
