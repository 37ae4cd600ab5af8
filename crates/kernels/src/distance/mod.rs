//! Distances between `f32` vectors. Sums are accumulated in `f32`, in several lanes: against an exact sum the
//! relative error stays below 1e-5 of the sum of the absolute terms for every length that fits a row.
//! NaN and infinities propagate as in the plain loop.

pub(crate) mod scalar;

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
pub(crate) mod neon;
#[cfg(test)]
mod tests;

use crate::dispatch::table;

/// The three sums of a cosine: `cos = dot / sqrt(norm_a_squared * norm_b_squared)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CosineTerms {
    /// Σ aᵢbᵢ
    pub dot: f32,
    /// Σ aᵢ²
    pub norm_a_squared: f32,
    /// Σ bᵢ²
    pub norm_b_squared: f32,
}

/// Squared Euclidean distance, Σ (aᵢ − bᵢ)².
#[inline]
pub fn l2_squared(a: &[f32], b: &[f32]) -> f32 {
    debug_assert_eq!(a.len(), b.len());
    (table().l2_squared)(a, b)
}

/// Inner product, Σ aᵢbᵢ (not negated).
#[inline]
pub fn inner_product(a: &[f32], b: &[f32]) -> f32 {
    debug_assert_eq!(a.len(), b.len());
    (table().inner_product)(a, b)
}

/// Manhattan distance, Σ |aᵢ − bᵢ|.
#[inline]
pub fn l1(a: &[f32], b: &[f32]) -> f32 {
    debug_assert_eq!(a.len(), b.len());
    (table().l1)(a, b)
}

/// Squared Euclidean norm, Σ aᵢ².
#[inline]
pub fn norm_squared(a: &[f32]) -> f32 {
    (table().inner_product)(a, a)
}

/// Inner product and both squared norms in one pass.
#[inline]
pub fn cosine_terms(a: &[f32], b: &[f32]) -> CosineTerms {
    debug_assert_eq!(a.len(), b.len());
    (table().cosine_terms)(a, b)
}

/// Squared Euclidean distance of `query` to each row of `rows`, a row-major matrix of
/// `out.len()` × `query.len()`. Places of `out` for which `rows` is too short keep their value.
#[inline]
pub fn l2_squared_many(query: &[f32], rows: &[f32], out: &mut [f32]) {
    debug_assert_eq!(rows.len(), out.len() * query.len());
    (table().l2_squared_many)(query, rows, out);
}

/// Inner product of `query` with each row of `rows`; shapes as in [`l2_squared_many`].
#[inline]
pub fn inner_product_many(query: &[f32], rows: &[f32], out: &mut [f32]) {
    debug_assert_eq!(rows.len(), out.len() * query.len());
    (table().inner_product_many)(query, rows, out);
}
