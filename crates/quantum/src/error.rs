//! The errors of this crate.

use thiserror::Error;

/// Why something is not a state, or two states cannot be used together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum QuantumError {
    /// No amplitudes at all.
    #[error("a state must have at least 1 dimension")]
    NoDimensions,
    /// More amplitudes than a state may have.
    #[error("a state cannot have more than {limit} dimensions")]
    TooManyDimensions {
        /// The largest number there may be, [`crate::MAX_DIMENSIONS`].
        limit: usize,
    },
    /// All amplitudes are zero, so that no unit vector has their direction.
    #[error("a state cannot be the zero vector")]
    ZeroVector,
    /// An amplitude is NaN or infinite.
    #[error("amplitude {index} is not finite")]
    NotFinite {
        /// Which one, from 0.
        index: usize,
    },
    /// Two states of different spaces.
    #[error("different dimensions {left} and {right}")]
    DimensionMismatch {
        /// Dimensions of the first operand.
        left: usize,
        /// Dimensions of the second operand.
        right: usize,
    },
    /// Real and imaginary parts in turn must be an even number of floats.
    #[error("{length} floats do not make whole complex amplitudes")]
    OddLength {
        /// The number of floats.
        length: usize,
    },
    /// The text is not that of a state.
    #[error("{problem} at byte {position}")]
    Text {
        /// Position in the text in bytes, from 1; one past the end where the text ends too early.
        position: usize,
        /// What is wrong there.
        problem: TextProblem,
    },
}

/// What is wrong at a position of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TextProblem {
    /// Another character had to come here.
    #[error("expected {expected}, found {found:?}")]
    Unexpected {
        /// What could have come, as a noun phrase.
        expected: &'static str,
        /// What came.
        found: char,
    },
    /// The text ends here.
    #[error("expected {expected}, found the end of the text")]
    End {
        /// What could have come, as a noun phrase.
        expected: &'static str,
    },
    /// NaN or an infinity, by name.
    #[error("NaN and infinity are not amplitudes")]
    NotFinite,
    /// A number beyond the range of a 32-bit float.
    #[error("number out of range for a 32-bit float")]
    OutOfRange,
}
