//! Named contexts, each with a probability and a vector of its own: Σ √p_c |c⟩|v_c⟩.
//!
//! Contexts are orthogonal, so that measuring the context is Born's rule, p_c, and the expectation of a distance to a vector is
//! Σ p_c · distance. Contexts are kept in the order of their names' bytes and equal vectors once: equal superpositions have
//! equal bytes.

mod bytes;
mod error;
mod text;

pub use bytes::{ByteOrder, View};
pub use error::SuperpositionError;

use crate::random::Random;
use crate::state::MAX_DIMENSIONS;

/// The most contexts there may be.
pub const MAX_CONTEXTS: usize = 1000;

/// The longest name of a context, in bytes of UTF-8.
pub const MAX_NAME: usize = 255;

/// How far the sum of the weights may be from 1 for them to be kept bit by bit. What dividing a thousand weights by their sum yields is within
/// 10⁻¹² of it: normalised weights survive their own text and binary form.
pub const WEIGHT_TOLERANCE: f64 = 1e-9;

/// A superposition that was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Superposition {
    /// In the order of the names' bytes, all different.
    names: Vec<String>,
    /// Not negative, of sum 1.
    probabilities: Vec<f64>,
    dimensions: usize,
    /// One row for each context, or a single one for all.
    vectors: Vec<f32>,
}

impl Superposition {
    /// The superposition of these contexts. `vectors` has a vector for each, or one for all. Weights are divided by their sum,
    /// unless that is 1 already.
    ///
    /// # Errors
    /// See [`SuperpositionError`].
    pub fn new<N: Into<String>, V: AsRef<[f32]>>(
        contexts: impl IntoIterator<Item = N>,
        weights: &[f64],
        vectors: &[V],
    ) -> Result<Self, SuperpositionError> {
        let names: Vec<String> = contexts.into_iter().map(Into::into).collect();
        let count = names.len();
        check_contexts(count)?;
        if weights.len() != count {
            return Err(SuperpositionError::WeightCount { contexts: count, weights: weights.len() });
        }
        if vectors.len() != count && vectors.len() != 1 {
            return Err(SuperpositionError::VectorCount { contexts: count, vectors: vectors.len() });
        }
        let vector = |context: usize| vectors[context.min(vectors.len() - 1)].as_ref();
        let dimensions = vector(0).len();
        check_dimensions(dimensions)?;
        for (name, &weight) in names.iter().zip(weights) {
            check_name(name)?;
            if !(weight >= 0.0 && weight.is_finite()) {
                return Err(SuperpositionError::Weight { name: name.clone() });
            }
        }
        for (row, name) in vectors.iter().zip(&names) {
            let row = row.as_ref();
            if row.len() != dimensions {
                return Err(SuperpositionError::Dimensions { left: dimensions, right: row.len() });
            }
            if let Some(at) = row.iter().position(|x| !x.is_finite()) {
                return Err(SuperpositionError::NotFinite { name: name.clone(), component: at + 1 });
            }
        }
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by(|&a, &b| names[a].cmp(&names[b]));
        if let Some(pair) = order.windows(2).find(|pair| names[pair[0]] == names[pair[1]]) {
            return Err(SuperpositionError::Repeated { name: names[pair[0]].clone() });
        }
        // Summed in the order of the names: the order in which they were given changes no bit.
        let sum: f64 = order.iter().map(|&i| weights[i]).sum();
        if !(sum > 0.0 && sum.is_finite()) {
            return Err(SuperpositionError::WeightSum);
        }
        let divisor = if (sum - 1.0).abs() <= WEIGHT_TOLERANCE { 1.0 } else { sum };
        // Adding zero makes −0 into 0.
        let probabilities = order.iter().map(|&i| weights[i] / divisor + 0.0).collect();
        let bits = |row: &[f32]| row.iter().map(|x| (x + 0.0).to_bits()).collect::<Vec<_>>();
        let first = bits(vector(0));
        let shared = vectors.iter().all(|row| bits(row.as_ref()) == first);
        let kept = if shared { &order[..1] } else { &order[..] };
        let vectors = kept.iter().flat_map(|&i| vector(i)).map(|x| x + 0.0).collect();
        let names = order.iter().map(|&i| names[i].clone()).collect();
        Ok(Self { names, probabilities, dimensions, vectors })
    }

    /// The contexts with their probabilities and vectors, in the order of their names' bytes.
    pub fn contexts(&self) -> impl Iterator<Item = (&str, f64, &[f32])> + Clone {
        let row = move |i: usize| {
            let at = if self.is_shared() { 0 } else { i * self.dimensions };
            &self.vectors[at..at + self.dimensions]
        };
        let named = self.names.iter().zip(&self.probabilities).enumerate();
        named.map(move |(i, (name, &probability))| (name.as_str(), probability, row(i)))
    }

    /// Dimensions of the vectors.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Whether there is one vector for all contexts.
    pub fn is_shared(&self) -> bool {
        self.vectors.len() == self.dimensions
    }
}

/// Which of these probabilities a measurement finds, by Born's rule. The same seed finds the same.
pub fn measure(probabilities: impl Iterator<Item = f64> + Clone, seed: u64) -> usize {
    // The sum differs from 1 by rounding.
    let mut left = Random::new(seed).unit() * probabilities.clone().sum::<f64>();
    let mut last = 0;
    for (i, probability) in probabilities.enumerate().filter(|(_, p)| *p > 0.0) {
        if left < probability {
            return i;
        }
        left -= probability;
        last = i;
    }
    last
}

fn check_contexts(contexts: usize) -> Result<(), SuperpositionError> {
    match contexts {
        1..=MAX_CONTEXTS => Ok(()),
        _ => Err(SuperpositionError::Contexts { contexts, limit: MAX_CONTEXTS }),
    }
}

fn check_dimensions(dimensions: usize) -> Result<(), SuperpositionError> {
    match dimensions {
        1..=MAX_DIMENSIONS => Ok(()),
        _ => Err(SuperpositionError::DimensionCount { dimensions, limit: MAX_DIMENSIONS }),
    }
}

fn check_name(name: &str) -> Result<(), SuperpositionError> {
    match name.len() {
        1..=MAX_NAME => Ok(()),
        length => Err(SuperpositionError::Name { length, limit: MAX_NAME }),
    }
}
