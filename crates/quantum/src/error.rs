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
    /// A superposition has one weight for each state.
    #[error("{states} states and {weights} weights")]
    WeightCount {
        /// Number of states.
        states: usize,
        /// Number of weights.
        weights: usize,
    },
    /// A weight is NaN or infinite.
    #[error("weight {index} is not finite")]
    WeightNotFinite {
        /// Which one, from 0.
        index: usize,
    },
    /// Only states of 2ⁿ dimensions are states of qubits.
    #[error("a state of {dimensions} dimensions is not one of qubits")]
    NotQubits {
        /// The dimensions it has.
        dimensions: usize,
    },
    /// Only states of 4 dimensions are states of two qubits.
    #[error("a state of {dimensions} dimensions is not one of two qubits")]
    NotTwoQubits {
        /// The dimensions it has.
        dimensions: usize,
    },
    /// A qubit beyond the last.
    #[error("there is no qubit {qubit} in a state of {qubits} qubits")]
    NoSuchQubit {
        /// The qubit, from 0.
        qubit: usize,
        /// How many there are.
        qubits: usize,
    },
    /// The same qubit twice.
    #[error("qubit {qubit} is named twice")]
    RepeatedQubit {
        /// The qubit, from 0.
        qubit: usize,
    },
    /// A gate has a fixed number of qubits.
    #[error("the gate has {expected} qubits, not {found}")]
    Operands {
        /// The number the gate has.
        expected: usize,
        /// The number given.
        found: usize,
    },
    /// A density matrix of more than 7 qubits.
    #[error("a density matrix of {kept} qubits is too large")]
    TooManyKept {
        /// How many qubits are to be kept.
        kept: usize,
    },
    /// NaN or infinity as an angle.
    #[error("the angle is not a finite number")]
    Angle,
    /// The matrix does not keep norms.
    #[error("the matrix is not unitary")]
    NotUnitary,
    /// An observable has as many rows and columns as the state has dimensions.
    #[error("the matrix is not {dimensions} by {dimensions}")]
    MatrixSize {
        /// The dimensions of the state.
        dimensions: usize,
    },
    /// NaN or infinity in a matrix.
    #[error("an entry of the matrix is not finite")]
    MatrixNotFinite {
        /// Its row, from 0.
        row: usize,
        /// Its column, from 0.
        column: usize,
    },
    /// An observable equals its adjoint.
    #[error("the matrix is not symmetric")]
    NotHermitian {
        /// The row of an entry that differs from its mirror image, from 0.
        row: usize,
        /// Its column, from 0.
        column: usize,
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
