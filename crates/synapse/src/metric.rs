//! Distances: which score orders the neighbours and how a vector is prepared for it.

/// How far two vectors are from each other. Scores are comparable only within one metric; smaller is nearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Euclidean distance; the score is its square.
    L2,
    /// Negative inner product; the score is −⟨q, x⟩.
    InnerProduct,
    /// Cosine distance; the score is the squared Euclidean distance of the unit vectors, 2 − 2·cos.
    Cosine,
}

impl Metric {
    /// The number that stands for the metric in the meta page and in the support functions of the operator classes.
    pub const fn code(self) -> u8 {
        match self {
            Self::L2 => 1,
            Self::InnerProduct => 2,
            Self::Cosine => 3,
        }
    }

    /// The metric of a stored number.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::L2),
            2 => Some(Self::InnerProduct),
            3 => Some(Self::Cosine),
            _ => None,
        }
    }

    /// Makes `vector` what the index stores and compares: a unit vector for cosine, itself otherwise. Returns false
    /// where the metric is undefined (cosine of a zero vector, or of one whose norm overflows to infinity).
    pub fn prepare(self, vector: &mut [f32]) -> bool {
        if self != Self::Cosine {
            return true;
        }
        // f64: the squares of large or tiny f32 components leave the range of f32
        let norm = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
        if norm == 0.0 || !norm.is_finite() {
            return false;
        }
        for x in vector.iter_mut() {
            *x = (f64::from(*x) / norm) as f32;
        }
        true
    }

    /// The exact score of a raw vector (as stored in the table) against a prepared query of the same length.
    /// NaN where the metric is undefined.
    pub fn score(self, prepared_query: &[f32], raw: &[f32]) -> f32 {
        match self {
            Self::L2 => kernels::l2_squared(prepared_query, raw),
            Self::InnerProduct => -kernels::inner_product(prepared_query, raw),
            Self::Cosine => {
                let terms = kernels::cosine_terms(prepared_query, raw);
                let norm = f64::from(terms.norm_b_squared).sqrt();
                (2.0 - 2.0 * f64::from(terms.dot) / norm) as f32
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_round_trip() {
        for metric in [Metric::L2, Metric::InnerProduct, Metric::Cosine] {
            assert_eq!(Metric::from_code(metric.code()), Some(metric));
        }
        assert_eq!(Metric::from_code(0), None);
    }

    #[test]
    fn cosine_of_zero_is_undefined() {
        assert!(!Metric::Cosine.prepare(&mut [0.0, 0.0]));
        assert!(Metric::L2.prepare(&mut [0.0, 0.0]));
        assert!(Metric::Cosine.score(&[1.0, 0.0], &[0.0, 0.0]).is_nan());
    }

    #[test]
    fn cosine_score_is_twice_the_distance() {
        let mut query = [3.0f32, 4.0];
        assert!(Metric::Cosine.prepare(&mut query));
        assert!((Metric::Cosine.score(&query, &[4.0, 3.0]) - 2.0 * (1.0 - 0.96)).abs() < 1e-6);
    }
}
