//! Vectors to 1-bit codes and factors, and the affine estimate of a score from a code's sum.
//!
//! RaBitQ (Gao and Long, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound", SIGMOD 2024):
//! the residual r of a rotated vector x to its centroid c is kept as its signs x̄ and a factor. ⟨y, r⟩ is estimated by
//! w·Σ±yᵢ with w = ‖r‖²/‖r‖₁; the estimate is unbiased over the rotation, its standard deviation is at most
//! ‖y‖·w·κ. Because the sum is linear in the query, the centroid's part of it is folded into a constant of each code
//! and one lookup table serves all lists.

use crate::metric::Metric;
use kernels::Rotation;

/// Standard deviation of an estimate in units of ‖q − c‖·w: √(1 − s²) for s = √(2/π), the value around which the
/// cosine s between a rotated residual and its signs concentrates.
pub const KAPPA: f32 = 0.603;

/// Constant part and factor of one code's score: score ≈ `add` + list constant + `rescale` · Σ±qᵢ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Factors {
    /// What does not depend on the query.
    pub add: f32,
    /// What multiplies the signed sum over the query's rotated components.
    pub rescale: f32,
}

/// Turns vectors into the space of the codes and into codes.
#[derive(Clone)]
pub struct Quantizer {
    metric: Metric,
    rotation: Rotation,
    /// The rotated mean of the data; codes live relative to it.
    mean: Vec<f32>,
}

impl Quantizer {
    /// A quantizer; `metric` is one of the codes ([`Metric::of_codes`]), `mean` is rotated and padded, or empty for zero.
    pub fn new(metric: Metric, dims: usize, seed: u64, mean: Vec<f32>) -> Self {
        let rotation = Rotation::new(dims, seed);
        let mean = if mean.is_empty() { vec![0.0; rotation.padded_dims()] } else { mean };
        Self { metric, rotation, mean }
    }

    /// Dimensions of a code: the index's, rounded up to a multiple of 64.
    pub fn padded_dims(&self) -> usize {
        self.rotation.padded_dims()
    }

    /// Dimensions of a vector.
    pub fn dims(&self) -> usize {
        self.rotation.dims()
    }

    /// How scores are measured.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// The rotated mean.
    pub fn mean(&self) -> &[f32] {
        &self.mean
    }

    /// A prepared vector in the space of the codes: rotated, then centred.
    pub fn rotate(&self, prepared: &[f32], out: &mut [f32]) {
        self.rotation.apply(prepared, out);
        for (x, m) in out.iter_mut().zip(&self.mean) {
            *x -= m;
        }
    }

    /// Rotates without centring (for finding the mean).
    pub fn rotate_only(&self, prepared: &[f32], out: &mut [f32]) {
        self.rotation.apply(prepared, out);
    }

    /// Sets the rotated mean.
    pub fn set_mean(&mut self, mean: Vec<f32>) {
        self.mean = mean;
    }

    /// Encodes a rotated vector relative to a centroid. `residual` is scratch of the padded length; `code` gets
    /// padded/8 bytes. None if a factor is not finite: such a vector cannot be estimated.
    pub fn encode(
        &self,
        x: &[f32],
        centroid: &[f32],
        residual: &mut [f32],
        code: &mut [u8],
    ) -> Option<Factors> {
        // eight sums of each kind: one would wait for itself at every step
        let [mut square, mut absolute, mut signed_centroid, mut mean_part] = [[0f32; 8]; 4];
        let eights = residual.as_chunks_mut::<8>().0.iter_mut().zip(x.as_chunks::<8>().0);
        let others = centroid.as_chunks::<8>().0.iter().zip(self.mean.as_chunks::<8>().0);
        for ((residual, x), (centroid, mean)) in eights.zip(others) {
            for i in 0..8 {
                let r = x[i] - centroid[i];
                residual[i] = r;
                square[i] += r * r;
                absolute[i] += r.abs();
                signed_centroid[i] += if r >= 0.0 { centroid[i] } else { -centroid[i] };
                mean_part[i] += (mean[i] + centroid[i]) * r;
            }
        }
        let [square, absolute, signed_centroid, mean_part] =
            [square, absolute, signed_centroid, mean_part].map(|sums| sums.iter().sum::<f32>());
        kernels::pack_signs(residual, code);
        let w = if absolute == 0.0 { 0.0 } else { square / absolute };
        let factors = match self.metric {
            Metric::InnerProduct => Factors { add: w * signed_centroid - mean_part, rescale: -w },
            _ => Factors { add: square + 2.0 * w * signed_centroid, rescale: -2.0 * w },
        };
        (factors.add.is_finite() && factors.rescale.is_finite() && square.is_finite()).then_some(factors)
    }

    /// The list constant of a score: what a rotated query and a centroid contribute. `distance_squared` is that of
    /// query and centroid.
    pub fn list_constant(&self, query: &[f32], centroid: &[f32], distance_squared: f32) -> f32 {
        match self.metric {
            Metric::InnerProduct => {
                -query.iter().zip(&self.mean).zip(centroid).map(|((q, m), c)| (q + m) * (m + c)).sum::<f32>()
            }
            _ => distance_squared,
        }
    }

    /// The norm that a rotated, centred vector had before it was centred.
    pub fn norm(&self, x: &[f32]) -> f32 {
        x.iter().zip(&self.mean).map(|(x, m)| (x + m) * (x + m)).sum::<f32>().sqrt()
    }

    /// Exact score of two rotated, centred vectors.
    pub fn score(&self, a: &[f32], b: &[f32]) -> f32 {
        match self.metric {
            Metric::InnerProduct => self.list_constant(a, b, 0.0),
            _ => kernels::l2_squared(a, b),
        }
    }
}
