//! Distances between sparse vectors and their norm. The sums are single precision, in the order of the indices.

use super::Sparsevec;
use super::check::check_same_dimensions;
use crate::types::entry::entry_points;
use kernels::sparse::{self, Sparse};

/// Checks the operands and applies a kernel to them.
#[inline]
fn measure<R>(a: &Sparsevec<'_>, b: &Sparsevec<'_>, kernel: impl Fn(Sparse<'_>, Sparse<'_>) -> R) -> R {
    check_same_dimensions(a, b);
    kernel(Sparse::new(a.indices(), a.values()), Sparse::new(b.indices(), b.values()))
}

entry_points! {
    fn sparsevec_l2_distance(a: Sparsevec<'_>, b: Sparsevec<'_>) -> f64 {
        f64::from(measure(&a, &b, sparse::l2_squared)).sqrt()
    }

    fn sparsevec_l2_squared_distance(a: Sparsevec<'_>, b: Sparsevec<'_>) -> f64 {
        measure(&a, &b, sparse::l2_squared).into()
    }

    fn sparsevec_inner_product(a: Sparsevec<'_>, b: Sparsevec<'_>) -> f64 {
        measure(&a, &b, sparse::inner_product).into()
    }

    fn sparsevec_negative_inner_product(a: Sparsevec<'_>, b: Sparsevec<'_>) -> f64 {
        (-measure(&a, &b, sparse::inner_product)).into()
    }

    /// NaN where a vector has no direction (or a sum overflows); rounding never leads out of 0 to 2.
    fn sparsevec_cosine_distance(a: Sparsevec<'_>, b: Sparsevec<'_>) -> f64 {
        let terms = measure(&a, &b, sparse::cosine_terms);
        let norms = (f64::from(terms.norm_a_squared) * f64::from(terms.norm_b_squared)).sqrt();
        1.0 - (f64::from(terms.dot) / norms).clamp(-1.0, 1.0)
    }

    fn sparsevec_l1_distance(a: Sparsevec<'_>, b: Sparsevec<'_>) -> f64 {
        measure(&a, &b, sparse::l1).into()
    }

    fn sparsevec_l2_norm(vector: Sparsevec<'_>) -> f64 {
        norm(&vector)
    }
}

/// The Euclidean norm, summed in double precision: unlike a distance it must not overflow for any vector.
pub fn norm(vector: &Sparsevec<'_>) -> f64 {
    let squares = vector.values().iter().map(|&value| f64::from(value) * f64::from(value));
    // Not `sum`, which is -0 for no elements.
    squares.fold(0.0, |sum, square| sum + square).sqrt()
}
