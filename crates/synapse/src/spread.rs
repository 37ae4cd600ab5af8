//! How far exact scores lie from the scores that the codes estimate, where these are not the same thing.
//!
//! L1 and Jaccard are approached through the metric of the codes, and a sketch stands for a wide sparse vector or a state. On the scale of
//! the codes the exact score then is a multiple of theirs, different from pair to pair. A build measures the logarithm of
//! that multiple on neighbours in its sample; a search widens its bounds by as many standard deviations as it widens them for
//! the codes.

use crate::metric::Metric;
use crate::quantizer::Quantizer;
use crate::vector::{Embedding, Vector};
use rayon::prelude::*;

/// Sample vectors that stand in as queries, the sample rows each is compared with, and the neighbours looked at.
const QUERIES: usize = 64;
const ROWS: usize = 4096;
const NEIGHBOURS: usize = 10;

/// Fewer pairs say nothing.
const LEAST_PAIRS: usize = 50;

/// Logarithm of (exact score on the codes' scale / score of the embedded vectors): mean and standard deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Mean.
    pub mean: f32,
    /// Standard deviation; infinite while nothing was measured.
    pub deviation: f32,
}

/// What multiplies the bounds of a code to make them bounds of the exact score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Widening {
    /// For the lower bound.
    pub low: f32,
    /// For the upper bound; may be infinite.
    pub high: f32,
}

impl Widening {
    /// The codes estimate the exact score itself.
    pub const NONE: Self = Self { low: 1.0, high: 1.0 };

    /// Widens a lower bound.
    pub fn low(&self, bound: f32) -> f32 {
        if bound > 0.0 { bound * self.low } else { bound }
    }

    /// Widens an upper bound.
    pub fn high(&self, bound: f32) -> f32 {
        if bound > 0.0 { bound * self.high } else { bound }
    }
}

impl Spread {
    /// Exact scores are what the codes estimate.
    pub const NONE: Self = Self { mean: 0.0, deviation: 0.0 };

    /// Nothing is known of it yet.
    pub const UNKNOWN: Self = Self { mean: 0.0, deviation: f32::INFINITY };

    /// What an index of this metric and embedding begins with.
    pub fn initial(metric: Metric, embedding: &Embedding) -> Self {
        if Self::is_needed(metric, embedding) { Self::UNKNOWN } else { Self::NONE }
    }

    /// Whether a build has to measure it. The error of an inner product of sketches is no multiple of it; the search
    /// widens the codes' bound instead.
    pub fn is_needed(metric: Metric, embedding: &Embedding) -> bool {
        match metric {
            Metric::L1 | Metric::Jaccard => true,
            Metric::InnerProduct => false,
            Metric::L2 | Metric::Cosine | Metric::Hamming | Metric::Infidelity => embedding.is_sketch(),
        }
    }

    /// An exact score on the codes' scale, less the mean.
    pub fn centre(&self, metric: Metric, score: f32) -> f32 {
        metric.on_scale_of_codes(score) * (-self.mean).exp()
    }

    /// How to widen the bounds of codes by `epsilon` standard deviations, or, if `certain`, by what always holds. None
    /// where no bound is known: then every row has to be compared exactly.
    pub fn widening(
        &self,
        metric: Metric,
        embedding: &Embedding,
        certain: bool,
        epsilon: f32,
    ) -> Option<Widening> {
        let sketched = embedding.is_sketch();
        if !Self::is_needed(metric, embedding) {
            return (!certain || !sketched).then_some(Widening::NONE);
        }
        if !certain && self.deviation.is_finite() {
            let width = (epsilon * self.deviation).exp();
            return Some(Widening { low: 1.0 / width, high: width });
        }
        let centre = (-self.mean).exp();
        match metric {
            _ if sketched => None,
            Metric::L1 => Some(Widening { low: centre, high: centre * embedding.dims() as f32 }),
            _ => Some(Widening { low: centre, high: f32::INFINITY }),
        }
    }

    /// Measures on a sample: `raw` vectors and, row-major, what they were coded as.
    pub fn measure(
        metric: Metric,
        quantizer: &Quantizer,
        raw: &[Vector],
        coded: &[f32],
        pool: &rayon::ThreadPool,
    ) -> Self {
        let padded = quantizer.padded_dims();
        let rows = raw.len();
        let row = |i: usize| &coded[i * padded..][..padded];
        let step = rows.div_ceil(ROWS).max(1);
        let queries: Vec<usize> = (0..QUERIES.min(rows)).map(|i| i * rows / QUERIES.min(rows)).collect();
        let logarithms: Vec<f64> = pool.install(|| {
            queries
                .par_iter()
                .map(|&query| {
                    let mut scores: Vec<(f32, usize)> = (0..rows)
                        .step_by(step)
                        .filter(|i| *i != query)
                        .map(|i| (metric.score(raw[query].as_ref(), raw[i].as_ref()), i))
                        .filter(|(score, _)| !score.is_nan())
                        .collect();
                    scores.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                    scores
                        .iter()
                        .take(NEIGHBOURS)
                        .filter_map(|(score, i)| {
                            let exact = metric.on_scale_of_codes(*score);
                            let coded = quantizer.score(row(query), row(*i));
                            let ratio = f64::from(exact) / f64::from(coded);
                            // equal vectors have no ratio; neither have disjoint bit strings a useful one
                            (coded > 0.0 && ratio > 0.0 && ratio.is_finite()).then(|| ratio.ln())
                        })
                        .collect::<Vec<f64>>()
                })
                .collect::<Vec<_>>()
                .concat()
        });
        if logarithms.len() < LEAST_PAIRS {
            return Self::UNKNOWN;
        }
        let count = logarithms.len() as f64;
        let mean = logarithms.iter().sum::<f64>() / count;
        let variance = logarithms.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
        Self { mean: mean as f32, deviation: variance.sqrt() as f32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::Form;

    #[test]
    fn certain_bounds_of_l1_hold_for_any_vector() {
        let embedding = Embedding::new(Form::Dense, 3).unwrap();
        let spread = Spread { mean: 0.7, deviation: 0.1 };
        let widening = spread.widening(Metric::L1, &embedding, true, 1.0).unwrap();
        for x in [[1.0f32, 0.0, 0.0], [1.0, 1.0, 1.0], [3.0, -2.0, 0.5]] {
            let (l1, l2): (f32, f32) = (x.iter().map(|x| x.abs()).sum(), x.iter().map(|x| x * x).sum());
            let score = spread.centre(Metric::L1, l1);
            assert!(widening.low(l2) <= score * 1.0001 && score <= widening.high(l2) * 1.0001, "{x:?}");
        }
    }

    #[test]
    fn sketches_have_no_certain_bound() {
        let embedding = Embedding::new(Form::Sparse, 100_000).unwrap();
        for metric in [Metric::L2, Metric::InnerProduct, Metric::Cosine, Metric::L1] {
            let spread = Spread::initial(metric, &embedding);
            assert_eq!(spread.widening(metric, &embedding, true, 1.0), None);
        }
        let spread = Spread { mean: 0.0, deviation: 0.05 };
        assert!(spread.widening(Metric::L2, &embedding, false, 2.0).is_some());
    }

    #[test]
    fn metrics_of_the_codes_need_no_widening() {
        let embedding = Embedding::new(Form::Dense, 8).unwrap();
        for metric in [Metric::L2, Metric::InnerProduct, Metric::Cosine, Metric::Hamming] {
            let spread = Spread::initial(metric, &embedding);
            for certain in [false, true] {
                assert_eq!(spread.widening(metric, &embedding, certain, 3.0), Some(Widening::NONE));
            }
            assert_eq!(spread.centre(metric, -3.5), -3.5);
        }
    }
}
