//! Distances between sparse vectors and their norm. The sums are single precision, in the order of the indices.

use super::{Sparsevec, View};
use crate::types::entry::entry_points;
use crate::types::fast_call::distance_functions;
use kernels::sparse::{self, Sparse};

type Pair<'a> = (Sparse<'a>, Sparse<'a>);

#[inline(always)]
fn pair<'a>(a: View<'a>, b: View<'a>) -> Pair<'a> {
    (Sparse::new(a.indices, a.values), Sparse::new(b.indices, b.values))
}

#[inline]
fn l2_squared((a, b): Pair<'_>) -> f64 {
    sparse::l2_squared(a, b).into()
}

#[inline]
fn inner_product((a, b): Pair<'_>) -> f64 {
    sparse::inner_product(a, b).into()
}

/// NaN where a vector has no direction (or a sum overflows); rounding never leads out of 0 to 2.
#[inline]
fn cosine((a, b): Pair<'_>) -> f64 {
    let terms = sparse::cosine_terms(a, b);
    let norms = (f64::from(terms.norm_a_squared) * f64::from(terms.norm_b_squared)).sqrt();
    1.0 - (f64::from(terms.dot) / norms).clamp(-1.0, 1.0)
}

#[inline]
fn l1((a, b): Pair<'_>) -> f64 {
    sparse::l1(a, b).into()
}

distance_functions! {
    Sparsevec<'_> {
        sparsevec_l2_distance = |a, b| l2_squared(pair(a, b)).sqrt();
        sparsevec_l2_squared_distance = |a, b| l2_squared(pair(a, b));
        sparsevec_inner_product = |a, b| inner_product(pair(a, b));
        sparsevec_negative_inner_product = |a, b| -inner_product(pair(a, b));
        sparsevec_cosine_distance = |a, b| cosine(pair(a, b));
        sparsevec_l1_distance = |a, b| l1(pair(a, b));
    }
}

entry_points! {
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
