//! Distances: which score orders the neighbours, how a vector is prepared for it, and which score of the codes stands for it.

use crate::vector::VectorRef;

/// How far two vectors are from each other. Scores are comparable only within one metric; smaller is nearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Euclidean distance; the score is its square.
    L2,
    /// Negative inner product; the score is −⟨q, x⟩.
    InnerProduct,
    /// Cosine distance; the score is the squared Euclidean distance of the unit vectors, 2 − 2·cos.
    Cosine,
    /// Taxicab distance; the score is the distance.
    L1,
    /// Hamming distance of bit strings; the score is the number of bits that differ.
    Hamming,
    /// Jaccard distance of bit strings; the score is 1 − |a ∧ b| / |a ∨ b|.
    Jaccard,
    /// Infidelity of quantum states; the score is twice that, 2 − 2·|⟨a|b⟩|².
    Infidelity,
}

impl Metric {
    /// All metrics.
    pub const ALL: [Self; 7] = [
        Self::L2,
        Self::InnerProduct,
        Self::Cosine,
        Self::L1,
        Self::Hamming,
        Self::Jaccard,
        Self::Infidelity,
    ];

    /// The number that stands for the metric in the meta page and in the support functions of the operator classes.
    pub const fn code(self) -> u8 {
        match self {
            Self::L2 => 1,
            Self::InnerProduct => 2,
            Self::Cosine => 3,
            Self::L1 => 4,
            Self::Hamming => 5,
            Self::Jaccard => 6,
            Self::Infidelity => 7,
        }
    }

    /// The metric of a stored number.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::L2),
            2 => Some(Self::InnerProduct),
            3 => Some(Self::Cosine),
            4 => Some(Self::L1),
            5 => Some(Self::Hamming),
            6 => Some(Self::Jaccard),
            7 => Some(Self::Infidelity),
            _ => None,
        }
    }

    /// The metric by which the codes are compared. A code estimates inner products only, so that some metrics are
    /// approached through another: L1 through L2 (‖x‖₂ ≤ ‖x‖₁ ≤ √d·‖x‖₂); the Hamming distance is the squared Euclidean
    /// distance of the bits; Jaccard through cosine (the cosine of two bit strings is at least their Dice coefficient,
    /// which orders as Jaccard does); fidelity is the inner product of density matrices, which are unit vectors.
    pub const fn of_codes(self) -> Self {
        match self {
            Self::L2 | Self::L1 | Self::Hamming => Self::L2,
            Self::InnerProduct => Self::InnerProduct,
            Self::Cosine | Self::Jaccard | Self::Infidelity => Self::Cosine,
        }
    }

    /// A score on the scale of the codes' metric: equal to that metric's score for metrics that the codes estimate, never
    /// below it for the others. Keeps the order.
    pub fn on_scale_of_codes(self, score: f32) -> f32 {
        match self {
            Self::L1 => score * score,
            Self::Jaccard => {
                let jaccard = 1.0 - score;
                let dice = 2.0 * jaccard / (1.0 + jaccard);
                2.0 - 2.0 * dice
            }
            Self::L2 | Self::InnerProduct | Self::Cosine | Self::Hamming | Self::Infidelity => score,
        }
    }

    /// Makes an embedded vector what the index codes: a unit vector where codes are compared by cosine, itself otherwise.
    /// Returns false where the metric is undefined (cosine of a zero vector, or of one whose norm overflows to infinity).
    pub fn prepare(self, vector: &mut [f32]) -> bool {
        if self.of_codes() != Self::Cosine {
            return true;
        }
        // f64: the squares of large or tiny f32 components leave the range of f32
        let mut sums = [0f64; 8];
        let (eights, rest) = vector.as_chunks::<8>();
        for eight in eights {
            sums.iter_mut().zip(eight).for_each(|(sum, x)| *sum += f64::from(*x) * f64::from(*x));
        }
        sums.iter_mut().zip(rest).for_each(|(sum, x)| *sum += f64::from(*x) * f64::from(*x));
        let norm = sums.iter().sum::<f64>().sqrt();
        if norm == 0.0 || !norm.is_finite() {
            return false;
        }
        let scale = 1.0 / norm;
        for x in vector.iter_mut() {
            *x = (f64::from(*x) * scale) as f32;
        }
        true
    }

    /// The exact score of two vectors of the same form and length. NaN where the metric is undefined, for vectors of
    /// different forms or lengths, and for a metric that the form does not have.
    pub fn score(self, a: VectorRef<'_>, b: VectorRef<'_>) -> f32 {
        if a.dims() != b.dims() {
            return f32::NAN;
        }
        match (self, a, b) {
            (Self::L2, VectorRef::Dense(a), VectorRef::Dense(b)) => kernels::l2_squared(a, b),
            (Self::InnerProduct, VectorRef::Dense(a), VectorRef::Dense(b)) => -kernels::inner_product(a, b),
            (Self::L1, VectorRef::Dense(a), VectorRef::Dense(b)) => kernels::l1(a, b),
            (Self::Cosine, VectorRef::Dense(a), VectorRef::Dense(b)) => {
                let terms = kernels::cosine_terms(a, b);
                let regular = |x: f32| x.is_normal();
                match regular(terms.norm_a_squared) && regular(terms.norm_b_squared) && terms.dot.is_finite()
                {
                    true => cosine_score(terms),
                    // the squares left the range of f32
                    false => wide_cosine_score(a, b),
                }
            }
            (Self::L2, VectorRef::Half(a), VectorRef::Half(b)) => kernels::l2_squared(a, b),
            (Self::InnerProduct, VectorRef::Half(a), VectorRef::Half(b)) => -kernels::inner_product(a, b),
            (Self::L1, VectorRef::Half(a), VectorRef::Half(b)) => kernels::l1(a, b),
            (Self::Cosine, VectorRef::Half(a), VectorRef::Half(b)) => {
                cosine_score(kernels::cosine_terms(a, b))
            }
            (
                metric,
                VectorRef::Sparse { indices: ai, values: av, .. },
                VectorRef::Sparse { indices: bi, values: bv, .. },
            ) => {
                let (a, b) = (kernels::sparse::Sparse::new(ai, av), kernels::sparse::Sparse::new(bi, bv));
                match metric {
                    Self::L2 => kernels::sparse::l2_squared(a, b),
                    Self::InnerProduct => -kernels::sparse::inner_product(a, b),
                    Self::L1 => kernels::sparse::l1(a, b),
                    Self::Cosine => cosine_score(kernels::sparse::cosine_terms(a, b)),
                    Self::Hamming | Self::Jaccard | Self::Infidelity => f32::NAN,
                }
            }
            (Self::Hamming, VectorRef::Bits { bytes: a, .. }, VectorRef::Bits { bytes: b, .. }) => {
                kernels::hamming(a, b) as f32
            }
            (Self::Jaccard, VectorRef::Bits { bytes: a, .. }, VectorRef::Bits { bytes: b, .. }) => {
                kernels::jaccard_terms(a, b).distance() as f32
            }
            (Self::Infidelity, VectorRef::State(a), VectorRef::State(b)) => {
                (2.0 * crate::state::infidelity(a, b)) as f32
            }
            _ => f32::NAN,
        }
    }
}

/// The squared distance of the unit vectors.
fn cosine_score(terms: kernels::CosineTerms) -> f32 {
    let norms = (f64::from(terms.norm_a_squared) * f64::from(terms.norm_b_squared)).sqrt();
    (2.0 - 2.0 * f64::from(terms.dot) / norms) as f32
}

/// As [`cosine_score`], summed in double precision.
fn wide_cosine_score(a: &[f32], b: &[f32]) -> f32 {
    let (mut dot, mut aa, mut bb) = (0f64, 0f64, 0f64);
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (f64::from(*x), f64::from(*y));
        (dot, aa, bb) = (dot + x * y, aa + x * x, bb + y * y);
    }
    (2.0 - 2.0 * dot / (aa.sqrt() * bb.sqrt())) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_round_trip() {
        for metric in Metric::ALL {
            assert_eq!(Metric::from_code(metric.code()), Some(metric));
        }
        assert_eq!(Metric::from_code(0), None);
        assert_eq!(Metric::from_code(8), None);
    }

    #[test]
    fn cosine_of_zero_is_undefined() {
        assert!(!Metric::Cosine.prepare(&mut [0.0, 0.0]));
        assert!(Metric::L2.prepare(&mut [0.0, 0.0]));
        let score = Metric::Cosine.score(VectorRef::Dense(&[1.0, 0.0]), VectorRef::Dense(&[0.0, 0.0]));
        assert!(score.is_nan());
    }

    #[test]
    fn cosine_score_is_twice_the_distance() {
        for scale in [1.0f32, 1e25, 1e-30] {
            let score = Metric::Cosine
                .score(VectorRef::Dense(&[3.0 * scale, 4.0 * scale]), VectorRef::Dense(&[4.0, 3.0]));
            assert!((score - 2.0 * (1.0 - 0.96)).abs() < 1e-6, "{score} at {scale}");
        }
    }

    #[test]
    fn every_form_has_the_scores_of_its_dense_twin() {
        let (a, b) = ([1.0f32, 0.0, 2.0, 0.0], [0.0f32, 0.0, 1.0, -4.0]);
        let half = |x: &[f32]| x.iter().map(|x| kernels::f32_to_f16(*x)).collect::<Vec<u16>>();
        let (ah, bh) = (half(&a), half(&b));
        let sparse = [
            VectorRef::Sparse { dims: 4, indices: &[0, 2], values: &[1.0, 2.0] },
            VectorRef::Sparse { dims: 4, indices: &[2, 3], values: &[1.0, -4.0] },
        ];
        for metric in [Metric::L2, Metric::InnerProduct, Metric::Cosine, Metric::L1] {
            let dense = metric.score(VectorRef::Dense(&a), VectorRef::Dense(&b));
            assert_eq!(metric.score(VectorRef::Half(&ah), VectorRef::Half(&bh)), dense, "{metric:?}");
            assert_eq!(metric.score(sparse[0], sparse[1]), dense, "{metric:?}");
            assert!(metric.score(VectorRef::Dense(&a), sparse[1]).is_nan(), "mixed forms");
        }
        let bits = |bytes| VectorRef::Bits { len: 8, bytes };
        assert_eq!(Metric::Hamming.score(bits(&[0b1110_0000]), bits(&[0b0110_1000])), 2.0);
        assert_eq!(Metric::Jaccard.score(bits(&[0b1110_0000]), bits(&[0b0110_1000])), 0.5);
        assert_eq!(Metric::Jaccard.score(bits(&[0]), bits(&[0])), 1.0);
        assert!(Metric::L2.score(bits(&[0]), bits(&[1])).is_nan());
    }

    #[test]
    fn the_scale_of_the_codes_is_never_below_their_score() {
        let strings: Vec<[u8; 1]> = (1..=255u8).map(|byte| [byte]).collect();
        for a in &strings {
            for b in &strings {
                let bits = |bytes| VectorRef::Bits { len: 8, bytes };
                let score = Metric::Jaccard.score(bits(a), bits(b));
                let terms = (a[0] & b[0]).count_ones() as f32;
                let cosine = terms / ((a[0].count_ones() * b[0].count_ones()) as f32).sqrt();
                assert!(Metric::Jaccard.on_scale_of_codes(score) >= 2.0 - 2.0 * cosine - 1e-6);
            }
        }
    }
}
