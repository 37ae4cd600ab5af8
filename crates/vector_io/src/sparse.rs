//! What the text and the binary form of a sparse vector have in common: the elements they carry and what is wrong with
//! elements that make no vector.

/// How large a sparse vector may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SparseLimits {
    /// Largest number of dimensions.
    pub dimensions: i32,
    /// Largest number of elements that are written.
    pub elements: usize,
}

/// A sparse vector that was read: as many indices as values, the indices ascending from 0, the values finite and not 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Sparse {
    /// Number of dimensions, from 1.
    pub dims: i32,
    /// Which dimensions are not 0, counted from 0, ascending.
    pub indices: Vec<i32>,
    /// The value of each of them.
    pub values: Vec<f32>,
}

/// Why dimensions and elements are no sparse vector. Indices count from 1, as in the text form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SparseFault {
    /// The number of dimensions is 0 or negative.
    #[error("sparse vector has no dimensions")]
    NoDimensions,
    /// More dimensions than the limit.
    #[error("sparse vector has more than {max} dimensions")]
    TooManyDimensions {
        /// The limit.
        max: i32,
    },
    /// The number of elements is negative.
    #[error("sparse vector has {count} elements")]
    NegativeElements {
        /// That number.
        count: i32,
    },
    /// More elements than the limit; not all of them were read.
    #[error("sparse vector has more than {max} elements")]
    TooManyElements {
        /// The limit.
        max: usize,
    },
    /// More elements than dimensions.
    #[error("sparse vector of {dims} dimensions has {count} elements")]
    MoreElementsThanDimensions {
        /// Number of elements.
        count: usize,
        /// Number of dimensions.
        dims: i32,
    },
    /// An index that is none of the dimensions.
    #[error("index {index} is not from 1 to {dims}")]
    IndexOutOfBounds {
        /// The index; far beyond any limit it is the nearest `i64`.
        index: i64,
        /// Number of dimensions.
        dims: i32,
    },
    /// An index stands behind a larger one.
    #[error("index {index} comes after index {previous}")]
    NotAscending {
        /// The index.
        index: i64,
        /// The one before it.
        previous: i64,
    },
    /// An index stands there twice.
    #[error("index {index} comes twice")]
    Duplicate {
        /// The index.
        index: i64,
    },
    /// A value is NaN.
    #[error("element {element} is NaN")]
    Nan {
        /// Which element, in the order of the input, from 1.
        element: usize,
    },
    /// A value is infinite.
    #[error("element {element} is infinite")]
    Infinite {
        /// Which element, in the order of the input, from 1.
        element: usize,
    },
    /// A value is 0 in a form that does not allow it.
    #[error("element {element} is zero")]
    Zero {
        /// Which element, in the order of the input, from 1.
        element: usize,
    },
}

impl SparseLimits {
    /// A number of dimensions as it was read, if it is allowed.
    pub(crate) fn check_dims(&self, dims: i64) -> Result<i32, SparseFault> {
        if dims < 1 {
            return Err(SparseFault::NoDimensions);
        }
        let allowed = i32::try_from(dims).ok().filter(|&dims| dims <= self.dimensions);
        allowed.ok_or(SparseFault::TooManyDimensions { max: self.dimensions })
    }
}

/// Checks one index, counted from 1, against the dimensions and the index before it.
pub(crate) fn check_index(index: i64, previous: Option<i64>, dims: i32) -> Result<(), SparseFault> {
    if index < 1 || index > i64::from(dims) {
        return Err(SparseFault::IndexOutOfBounds { index, dims });
    }
    match previous {
        Some(previous) if index < previous => Err(SparseFault::NotAscending { index, previous }),
        Some(previous) if index == previous => Err(SparseFault::Duplicate { index }),
        _ => Ok(()),
    }
}

/// Checks that the value of element number `element` is finite.
pub(crate) fn check_finite(value: f32, element: usize) -> Result<(), SparseFault> {
    if value.is_nan() {
        return Err(SparseFault::Nan { element });
    }
    if value.is_infinite() { Err(SparseFault::Infinite { element }) } else { Ok(()) }
}
