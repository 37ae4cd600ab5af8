//! The binary form of a dense vector: what clients send and `COPY … (FORMAT binary)` stores, all big-endian:
//!
//! | bytes | field |
//! | --- | --- |
//! | 2 | number of components, unsigned |
//! | 2 | 0, reserved |
//! | [`Component::WIDTH`] each | the components |

use crate::Component;

/// Bytes before the components.
const HEADER: usize = 4;

/// Why bytes are not a vector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// They end too early.
    #[error("vector takes {expected} bytes, not {found}")]
    Truncated {
        /// How many bytes there must be, as far as it can be told from those that are there.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// It claims no components.
    #[error("vector has no components")]
    Empty,
    /// It claims more components than the caller allows; they were not read.
    #[error("vector has {dims} components, more than {max}")]
    TooMany {
        /// How many it claims.
        dims: usize,
        /// The caller's limit.
        max: usize,
    },
    /// The reserved field is in use.
    #[error("reserved field is {value}, not 0")]
    Reserved {
        /// What stands there.
        value: u16,
    },
    /// A component (from 1) is NaN.
    #[error("component {component} is NaN")]
    Nan {
        /// Which component.
        component: usize,
    },
    /// A component (from 1) is infinite.
    #[error("component {component} is infinite")]
    Infinite {
        /// Which component.
        component: usize,
    },
}

/// How many bytes a vector of `dims` components takes.
pub const fn length<C: Component>(dims: usize) -> usize {
    HEADER + C::WIDTH * dims
}

/// Reads a vector of at most `max_components` finite components from the start of `message`; gives them and the
/// number of bytes they took.
///
/// # Errors
/// See [`WireError`].
pub fn read<C: Component>(message: &[u8], max_components: usize) -> Result<(Vec<C>, usize), WireError> {
    let Some((header, body)) = message.split_first_chunk::<HEADER>() else {
        return Err(WireError::Truncated { expected: HEADER, found: message.len() });
    };
    let dims = usize::from(u16::from_be_bytes([header[0], header[1]]));
    let reserved = u16::from_be_bytes([header[2], header[3]]);
    if dims == 0 {
        return Err(WireError::Empty);
    }
    if dims > max_components {
        return Err(WireError::TooMany { dims, max: max_components });
    }
    if reserved != 0 {
        return Err(WireError::Reserved { value: reserved });
    }
    let length = length::<C>(dims);
    let Some(body) = body.get(..length - HEADER) else {
        return Err(WireError::Truncated { expected: length, found: message.len() });
    };
    let components: Vec<C> = body.chunks_exact(C::WIDTH).map(C::read).collect();
    match components.iter().position(|component| !component.to_f32().is_finite()) {
        None => Ok((components, length)),
        Some(at) if components[at].to_f32().is_nan() => Err(WireError::Nan { component: at + 1 }),
        Some(at) => Err(WireError::Infinite { component: at + 1 }),
    }
}

/// Writes a vector of 1 to 65,535 components into `message`, which has [`length`] bytes.
pub fn write<C: Component>(components: &[C], message: &mut [u8]) {
    debug_assert_eq!(message.len(), length::<C>(components.len()));
    let (header, body) = message.split_at_mut(HEADER);
    header[..2].copy_from_slice(&(components.len() as u16).to_be_bytes());
    header[2..].fill(0);
    for (place, component) in body.chunks_exact_mut(C::WIDTH).zip(components) {
        component.write(place);
    }
}
