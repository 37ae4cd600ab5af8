//! Refinement codes: four bits a dimension beside the one-bit code, read only for rows that the one-bit code still admits.
//!
//! The extended RaBitQ code (Gao et al., "Practical and Asymptotically Optimal Quantization of High-Dimensional Vectors in
//! Euclidean Space for Approximate Nearest Neighbor Search", SIGMOD 2025) in its simplest form: components of the rotated
//! residual r are rounded to sixteen equal steps, x̂ = Δ·(u − 7.5), and ⟨y, r⟩ is estimated by ‖r‖² / ⟨x̂, r⟩ · ⟨y, x̂⟩. With
//! s the cosine between x̂ and r the error is at most ‖y‖·‖r‖·√(1/s² − 1), and its standard deviation over the rotation
//! 1/√d of that: about a seventh of the one-bit code's.
//!
//! ```text
//! record: add     f32   constant part of the score
//!         rescale f32   factor of Σ qᵢ·(uᵢ − 7.5)
//!         error   f32   certain bound of the score's error for a query at distance 1 from the centroid
//!         u       4 bits × padded dimensions (kernels: nibbles)
//! ```

use crate::metric::Metric;
use crate::quantizer::Quantizer;

/// Step of the rounding in units of a component's root mean square: the best for a normal distribution and 16 levels
/// (Max, "Quantizing for Minimum Distortion", 1960, table II), which rotated residuals nearly have.
const STEP: f32 = 0.3352;

/// The middle of the sixteen values.
const MIDDLE: f32 = 7.5;

const FACTOR_BYTES: usize = 12;

/// Bytes of a record for a padded number of dimensions.
pub const fn record_bytes(padded_dims: usize) -> usize {
    FACTOR_BYTES + padded_dims / 2
}

/// A score as a record estimates it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub score: f32,
    /// Certain bound of its error for a query at distance 1 from the centroid.
    pub error: f32,
}

/// Writes the record of a residual (rotated vector less `centroid`). `values` is scratch of the padded length. A residual
/// whose factors are not finite gives a record whose estimate is NaN.
pub fn write_record(
    quantizer: &Quantizer,
    residual: &[f32],
    centroid: &[f32],
    values: &mut Vec<u8>,
    record: &mut [u8],
) {
    let square = kernels::norm_squared(residual);
    let step = STEP * (square / residual.len() as f32).sqrt();
    let inverse = if step > 0.0 { 1.0 / step } else { 0.0 };
    values.clear();
    // what is left of the point is cut off
    values.extend(residual.iter().map(|r| (r * inverse + (MIDDLE + 0.5)).clamp(0.0, 15.0) as u8));
    // eight sums of each kind: one would wait for itself at every step
    let [mut along, mut code_square, mut code_centroid, mut mean_part] = [[0f32; 8]; 4];
    let eights = values.as_chunks::<8>().0.iter().zip(residual.as_chunks::<8>().0);
    let others = centroid.as_chunks::<8>().0.iter().zip(quantizer.mean().as_chunks::<8>().0);
    for ((values, residual), (centroid, mean)) in eights.zip(others) {
        for i in 0..8 {
            let x = step * (f32::from(values[i]) - MIDDLE);
            along[i] += x * residual[i];
            code_square[i] += x * x;
            code_centroid[i] += x * centroid[i];
            mean_part[i] += (mean[i] + centroid[i]) * residual[i];
        }
    }
    let [along, code_square, code_centroid, mean_part] =
        [along, code_square, code_centroid, mean_part].map(|sums| sums.iter().sum::<f32>());
    let w = if along > 0.0 { square / along } else { 0.0 };
    // 1/s² = ‖x̂‖²‖r‖² / ⟨x̂, r⟩²
    let spread =
        if along > 0.0 { (code_square * square / (along * along) - 1.0).max(0.0).sqrt() } else { 1.0 };
    let (add, rescale, slope) = match quantizer.metric() {
        Metric::InnerProduct => (w * code_centroid - mean_part, -w * step, 1.0),
        _ => (square + 2.0 * w * code_centroid, -2.0 * w * step, 2.0),
    };
    let factors = [add, rescale, slope * square.sqrt() * spread];
    for (place, factor) in record.as_chunks_mut::<4>().0.iter_mut().zip(factors) {
        *place = factor.to_le_bytes();
    }
    kernels::pack_nibbles(values, &mut record[FACTOR_BYTES..]);
}

/// Estimates a score from a record. `query` is rotated and centred, `sum` the sum of its components, `constant` the list
/// constant ([`Quantizer::list_constant`]).
pub fn estimate(record: &[u8], query: &[f32], sum: f32, constant: f32) -> Estimate {
    let factor = |i: usize| {
        f32::from_le_bytes([record[4 * i], record[4 * i + 1], record[4 * i + 2], record[4 * i + 3]])
    };
    let inner = kernels::nibble_dot(query, &record[FACTOR_BYTES..]) - MIDDLE * sum;
    Estimate { score: factor(0) + constant + factor(1) * inner, error: factor(2) }
}

/// How much farther, squared, a row lies from another centroid than from its list's, as its record estimates it: negative where the
/// other is nearer. `step` is the other centroid less the list's, `sum` the sum of its components, `square` its squared norm.
pub fn farther_by(metric: Metric, record: &[u8], step: &[f32], sum: f32, square: f32) -> f32 {
    let rescale = f32::from_le_bytes([record[4], record[5], record[6], record[7]]);
    // ‖r − y‖² − ‖r‖² = ‖y‖² − 2⟨y, r⟩; the factor of an inner product lacks the 2
    let twice = if metric == Metric::InnerProduct { 2.0 } else { 1.0 };
    square + twice * rescale * (kernels::nibble_dot(step, &record[FACTOR_BYTES..]) - MIDDLE * sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The certain bound holds for any vectors and metric.
        #[test]
        fn the_error_is_within_its_bound(
            x in prop::collection::vec(-10f32..10.0, 128),
            centroid in prop::collection::vec(-5f32..5.0, 128),
            query in prop::collection::vec(-10f32..10.0, 128),
            inner_product in any::<bool>(),
        ) {
            let metric = if inner_product { Metric::InnerProduct } else { Metric::L2 };
            let quantizer = Quantizer::new(metric, 128, 1, vec![0.25; 128]);
            let residual: Vec<f32> = x.iter().zip(&centroid).map(|(x, c)| x - c).collect();
            let mut record = vec![0; record_bytes(128)];
            write_record(&quantizer, &residual, &centroid, &mut Vec::new(), &mut record);
            let distance_squared = kernels::l2_squared(&query, &centroid);
            let constant = quantizer.list_constant(&query, &centroid, distance_squared);
            let estimate = estimate(&record, &query, query.iter().sum(), constant);
            let exact = quantizer.score(&query, &x);
            let slack = 1e-5 * (exact.abs() + distance_squared + kernels::norm_squared(&query));
            prop_assert!(
                (estimate.score - exact).abs() <= estimate.error * distance_squared.sqrt() + slack,
                "{estimate:?} for {exact}"
            );

            // the query as another centroid
            let step: Vec<f32> = query.iter().zip(&centroid).map(|(q, c)| q - c).collect();
            let farther =
                farther_by(quantizer.metric(), &record, &step, step.iter().sum(), kernels::norm_squared(&step));
            let exact = kernels::l2_squared(&x, &query) - kernels::norm_squared(&residual);
            let factor = if inner_product { 2.0 } else { 1.0 };
            prop_assert!(
                (farther - exact).abs() <= factor * estimate.error * distance_squared.sqrt() + slack,
                "{farther} for {exact}"
            );
        }
    }

    #[test]
    fn a_residual_of_zero_is_exact() {
        let quantizer = Quantizer::new(Metric::L2, 64, 1, Vec::new());
        let mut record = vec![0; record_bytes(64)];
        write_record(&quantizer, &[0.0; 64], &[1.0; 64], &mut Vec::new(), &mut record);
        let estimate = estimate(&record, &[2.0; 64], 128.0, 64.0);
        assert_eq!(estimate, Estimate { score: 64.0, error: 0.0 });
    }

    #[test]
    fn the_usual_error_is_a_seventh_of_one_bits() {
        let mut state = 7u64;
        let mut normal =
            || (0..12).map(|_| kernels::splitmix64(&mut state) as f64 / u64::MAX as f64).sum::<f64>() - 6.0;
        let residual: Vec<f32> = (0..256).map(|_| normal() as f32).collect();
        let quantizer = Quantizer::new(Metric::L2, 256, 1, Vec::new());
        let mut record = vec![0; record_bytes(256)];
        write_record(&quantizer, &residual, &[0.0; 256], &mut Vec::new(), &mut record);
        let error = estimate(&record, &[0.0; 256], 0.0, 0.0).error;
        let one_bit = 2.0 * kernels::norm_squared(&residual).sqrt() * 0.75;
        assert!(error < one_bit / 6.5, "{error} of {one_bit}");
    }
}
