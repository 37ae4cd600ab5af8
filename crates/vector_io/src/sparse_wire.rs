//! The binary form of a sparse vector, what clients send and `COPY … (FORMAT binary)` stores, all big-endian:
//!
//! | bytes | field |
//! | --- | --- |
//! | 4 | number of dimensions |
//! | 4 | number of elements |
//! | 4 | 0, reserved |
//! | 4 each | index of each element, from 0, ascending |
//! | 4 each | value of each element, single precision |

use crate::sparse::{Sparse, SparseFault, SparseLimits, check_finite, check_index};

/// Bytes before the indices.
const HEADER: usize = 12;

/// Why bytes are no sparse vector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SparseWireError {
    /// They end too early.
    #[error("sparse vector takes {expected} bytes, not {found}")]
    Truncated {
        /// How many bytes there must be, as far as it can be told from those that are there.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// The reserved field is in use.
    #[error("reserved field is {value}, not 0")]
    Reserved {
        /// What stands there.
        value: i32,
    },
    /// The form is right, what it says is no sparse vector.
    #[error(transparent)]
    Fault(#[from] SparseFault),
}

/// How many bytes a sparse vector of so many elements takes.
pub const fn sparse_length(elements: usize) -> usize {
    HEADER + 8 * elements
}

/// Reads a sparse vector from the start of `message`; gives it and the number of bytes it took. Nothing is allocated before
/// the header has been held against the limits and the length of the message.
///
/// # Errors
/// The first of dimensions, number of elements and reserved field that is not allowed; a message that ends early; the first
/// index out of bounds or order; the first value that is not finite or 0.
pub fn read_sparse(message: &[u8], limits: SparseLimits) -> Result<(Sparse, usize), SparseWireError> {
    let Some((header, _)) = message.split_first_chunk::<HEADER>() else {
        return Err(SparseWireError::Truncated { expected: HEADER, found: message.len() });
    };
    let field = |at: usize| i32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let (dims, count, reserved) = (limits.check_dims(field(0).into())?, field(4), field(8));
    let elements = usize::try_from(count).map_err(|_| SparseFault::NegativeElements { count })?;
    if elements > limits.elements {
        Err(SparseFault::TooManyElements { max: limits.elements })?;
    }
    if count > dims {
        Err(SparseFault::MoreElementsThanDimensions { count: elements, dims })?;
    }
    if reserved != 0 {
        return Err(SparseWireError::Reserved { value: reserved });
    }
    let length = sparse_length(elements);
    let Some(body) = message.get(HEADER..length) else {
        return Err(SparseWireError::Truncated { expected: length, found: message.len() });
    };
    let (indices, values) = body.as_chunks().0.split_at(elements);
    let indices: Vec<i32> = indices.iter().map(|&bytes| i32::from_be_bytes(bytes)).collect();
    let values: Vec<f32> = values.iter().map(|&bytes| f32::from_be_bytes(bytes)).collect();
    let mut previous = None;
    for index in indices.iter().map(|&index| i64::from(index) + 1) {
        check_index(index, previous, dims)?;
        previous = Some(index);
    }
    for (element, &value) in values.iter().enumerate().map(|(i, value)| (i + 1, value)) {
        check_finite(value, element)?;
        if value == 0.0 {
            Err(SparseFault::Zero { element })?;
        }
    }
    Ok((Sparse { dims, indices, values }, length))
}

/// Writes a sparse vector into `message`, which has the [`sparse_length`] of as many elements as there are indices and
/// values.
pub fn write_sparse(dims: i32, indices: &[i32], values: &[f32], message: &mut [u8]) {
    debug_assert_eq!(indices.len(), values.len());
    debug_assert_eq!(message.len(), sparse_length(indices.len()));
    let header = [dims, indices.len() as i32, 0].map(i32::to_be_bytes);
    let fields = header
        .into_iter()
        .chain(indices.iter().map(|index| index.to_be_bytes()))
        .chain(values.iter().map(|value| value.to_be_bytes()));
    for (place, field) in message.as_chunks_mut().0.iter_mut().zip(fields) {
        *place = field;
    }
}
