//! Distances between sparse vectors: of each only the components other than zero, in the order of their indices.
//!
//! Terms are added one by one in the order of the indices, in `f32`, as in the source of pgvector's `sparsevec`, so that
//! [`l2_squared`], [`l1`] and [`inner_product`] give its results. All levels are bit-equal, and NaN and infinities propagate.
//! Only the norms of [`cosine_terms`] are sums in several lanes, like those of dense vectors.
//!
//! Two ways through the indices: a merge without branches on them, and for products, which only matched indices have, an
//! intersection of eight indices with eight (`avx2.rs`).

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(test)]
mod tests;

use core::hint::select_unpredictable;

use crate::dispatch::table;
use crate::{CosineTerms, norm_squared};

/// A sparse vector: indices and the values there, of equal number.
#[derive(Debug, Clone, Copy)]
pub struct Sparse<'a> {
    indices: &'a [i32],
    values: &'a [f32],
}

impl<'a> Sparse<'a> {
    /// The indices must ascend without repetition; if they do not, distances mean nothing. Debug builds stop at unequal numbers
    /// of indices and values, release builds use those that have both.
    #[inline]
    pub fn new(indices: &'a [i32], values: &'a [f32]) -> Self {
        debug_assert_eq!(indices.len(), values.len());
        let stored = indices.len().min(values.len());
        Self { indices: &indices[..stored], values: &values[..stored] }
    }
}

/// The value if `keep`, else 0, by a conditional move: left to itself the compiler makes it a branch, and which of two indices
/// is the smaller cannot be predicted.
#[inline(always)]
fn or_zero(value: f32, keep: bool) -> f32 {
    f32::from_bits(select_unpredictable(keep, value.to_bits(), 0))
}

/// Σ term over the indices that are in one vector or in both, with 0 for the value that is absent.
#[inline(always)]
fn merge(a: Sparse<'_>, b: Sparse<'_>, term: impl Fn(f32, f32) -> f32) -> f32 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    // The compiler sees from these lengths that no index below is out of bounds.
    let (a_values, b_values) = (&a.values[..a.indices.len()], &b.values[..b.indices.len()]);
    while i < a.indices.len() && j < b.indices.len() {
        let (at, bt) = (a.indices[i], b.indices[j]);
        sum += term(or_zero(a_values[i], at <= bt), or_zero(b_values[j], bt <= at));
        i += usize::from(at <= bt);
        j += usize::from(bt <= at);
    }
    let sum = a_values[i..].iter().fold(sum, |sum, x| sum + term(*x, 0.0));
    b_values[j..].iter().fold(sum, |sum, y| sum + term(0.0, *y))
}

/// Squared Euclidean distance, Σ (aᵢ − bᵢ)².
pub fn l2_squared(a: Sparse<'_>, b: Sparse<'_>) -> f32 {
    merge(a, b, |x, y| (x - y) * (x - y))
}

/// Manhattan distance, Σ |aᵢ − bᵢ|.
pub fn l1(a: Sparse<'_>, b: Sparse<'_>) -> f32 {
    merge(a, b, |x, y| (x - y).abs())
}

/// Inner product, Σ aᵢbᵢ (not negated).
#[inline]
pub fn inner_product(a: Sparse<'_>, b: Sparse<'_>) -> f32 {
    (table().sparse_inner_product)(a, b)
}

/// Inner product and both squared norms.
pub fn cosine_terms(a: Sparse<'_>, b: Sparse<'_>) -> CosineTerms {
    CosineTerms {
        dot: inner_product(a, b),
        norm_a_squared: norm_squared(a.values),
        norm_b_squared: norm_squared(b.values),
    }
}

pub(crate) fn inner_product_scalar(a: Sparse<'_>, b: Sparse<'_>) -> f32 {
    add_products(0.0, a, b)
}

/// Adds the products of matched indices to a sum.
#[inline(always)]
fn add_products(mut sum: f32, a: Sparse<'_>, b: Sparse<'_>) -> f32 {
    let (mut i, mut j) = (0, 0);
    let (a_values, b_values) = (&a.values[..a.indices.len()], &b.values[..b.indices.len()]);
    while i < a.indices.len() && j < b.indices.len() {
        let (at, bt) = (a.indices[i], b.indices[j]);
        // Adding 0 changes no sum: one that began as 0 is never -0.
        sum += or_zero(a_values[i] * b_values[j], at == bt);
        i += usize::from(at <= bt);
        j += usize::from(bt <= at);
    }
    sum
}
