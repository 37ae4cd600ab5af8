//! Why something is not a superposition.

use thiserror::Error;

/// Why contexts, weights and vectors are no superposition, or bytes or a text none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SuperpositionError {
    /// No contexts, or too many.
    #[error("a superposition cannot have {contexts} contexts")]
    Contexts {
        /// How many there are.
        contexts: usize,
        /// How many there may be, [`super::MAX_CONTEXTS`].
        limit: usize,
    },
    /// Every context has one weight.
    #[error("{contexts} contexts and {weights} weights")]
    WeightCount {
        /// Number of contexts.
        contexts: usize,
        /// Number of weights.
        weights: usize,
    },
    /// One vector for each context, or one for all.
    #[error("{contexts} contexts and {vectors} vectors")]
    VectorCount {
        /// Number of contexts.
        contexts: usize,
        /// Number of vectors.
        vectors: usize,
    },
    /// The name of a context is empty or too long.
    #[error("the name of a context cannot have {length} bytes")]
    Name {
        /// Its length in bytes of UTF-8.
        length: usize,
        /// The longest there may be, [`super::MAX_NAME`].
        limit: usize,
    },
    /// Two contexts of one name.
    #[error("context \"{name}\" is named twice")]
    Repeated {
        /// The name.
        name: String,
    },
    /// A weight is negative, NaN or infinite.
    #[error("the weight of context \"{name}\" is not a number from 0 up")]
    Weight {
        /// The context.
        name: String,
    },
    /// All weights are 0, or their sum is infinite.
    #[error("the weights cannot be normalised")]
    WeightSum,
    /// Vectors of different dimensions.
    #[error("different dimensions {left} and {right}")]
    Dimensions {
        /// Dimensions of the first vector.
        left: usize,
        /// Dimensions of another one.
        right: usize,
    },
    /// Vectors without dimensions, or with too many.
    #[error("a vector cannot have {dimensions} dimensions")]
    DimensionCount {
        /// How many there are.
        dimensions: usize,
        /// How many there may be, [`crate::MAX_DIMENSIONS`].
        limit: usize,
    },
    /// A component is NaN or infinite.
    #[error("component {component} of context \"{name}\" is not finite")]
    NotFinite {
        /// The context.
        name: String,
        /// Which component, from 1.
        component: usize,
    },
    /// The text is not that of a superposition.
    #[error("{problem} at byte {position}")]
    Text {
        /// Position in the text in bytes, from 1.
        position: usize,
        /// What is wrong there.
        problem: String,
    },
    /// The bytes are of a version that this release does not know.
    #[error("format version {version} with flags {flags}")]
    Version {
        /// The first byte.
        version: u8,
        /// The second byte.
        flags: u8,
    },
    /// The bytes end early, go on too long or contradict themselves.
    #[error("{0}")]
    Damaged(&'static str),
}
