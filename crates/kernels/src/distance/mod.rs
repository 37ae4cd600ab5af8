//! Distances between vectors of single- or half-precision components. Halves are widened, which is exact; all arithmetic is
//! `f32`. Sums are accumulated in several lanes: against an exact sum the relative error stays below 1e-5 of the sum of the
//! absolute terms for every length that fits a row. NaN and infinities propagate as in the plain loop.
//!
//! One implementation a level for both kinds of component: only the loads differ.

/// A level's [`inner_products`]: four rows of `a` with `$columns` of `b` at a time by its `tile`, which loads each number
/// once for all of them; what is left over one by one.
#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_endian = "little")))]
macro_rules! inner_products {
    ($features:literal, $columns:literal) => {
        #[target_feature(enable = $features)]
        pub(crate) fn inner_products(a: &[f32], b: &[f32], dims: usize, out: &mut [f32]) {
            let columns = b.len().checked_div(dims).unwrap_or(0);
            if columns == 0 {
                out.fill(0.0);
                return;
            }
            for (a, out) in a.chunks(4 * dims).zip(out.chunks_mut(4 * columns)) {
                let whole = a.len() == 4 * dims && out.len() == 4 * columns;
                for (j, b) in b.chunks($columns * dims).enumerate() {
                    let places = out.chunks_exact_mut(columns).map(|row| &mut row[$columns * j..]);
                    if whole && b.len() == $columns * dims {
                        for (place, sums) in places.zip(tile(a, b, dims)) {
                            place[..$columns].copy_from_slice(&sums);
                        }
                    } else {
                        for (place, x) in places.zip(a.chunks_exact(dims)) {
                            for (o, y) in place.iter_mut().zip(b.chunks_exact(dims)) {
                                *o = inner_product(x, y);
                            }
                        }
                    }
                }
            }
        }
    };
}

pub(crate) mod scalar;

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
pub(crate) mod neon;
#[cfg(test)]
mod tests;

use crate::dispatch::{Kernels, table};

/// A kind of component: `f32`, or `u16` for the bits of a half float.
pub trait Component: Copy + Default + sealed::Sealed + 'static {
    /// The component as single precision, exactly.
    fn to_f32(self) -> f32;

    /// This kind's distances of one level.
    fn distances(level: &Kernels) -> &Distances<Self>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for u16 {}
}

impl Component for f32 {
    #[inline(always)]
    fn to_f32(self) -> f32 {
        self
    }

    #[inline(always)]
    fn distances(level: &Kernels) -> &Distances<Self> {
        &level.f32
    }
}

impl Component for u16 {
    #[inline(always)]
    fn to_f32(self) -> f32 {
        crate::f16_to_f32(self)
    }

    #[inline(always)]
    fn distances(level: &Kernels) -> &Distances<Self> {
        &level.f16
    }
}

/// One level's distances between vectors of one kind of component.
#[non_exhaustive]
#[derive(Debug, Clone, Copy)]
pub struct Distances<C> {
    /// See [`l2_squared`].
    pub l2_squared: fn(&[C], &[C]) -> f32,
    /// See [`inner_product`].
    pub inner_product: fn(&[C], &[C]) -> f32,
    /// See [`l1`].
    pub l1: fn(&[C], &[C]) -> f32,
    /// See [`cosine_terms`].
    pub cosine_terms: fn(&[C], &[C]) -> CosineTerms,
}

impl<C: Component> Distances<C> {
    pub(crate) const SCALAR: Self = Self {
        l2_squared: scalar::l2_squared,
        inner_product: scalar::inner_product,
        l1: scalar::l1,
        cosine_terms: scalar::cosine_terms,
    };
}

/// Fewer than `N` components, filled up with zeroes.
#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_endian = "little")))]
#[inline(always)]
fn padded<C: Copy + Default, const N: usize>(x: &[C]) -> [C; N] {
    let mut lanes = [C::default(); N];
    for (lane, x) in lanes.iter_mut().zip(x) {
        *lane = *x;
    }
    lanes
}

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
pub fn l2_squared<C: Component>(a: &[C], b: &[C]) -> f32 {
    debug_assert_eq!(a.len(), b.len());
    (C::distances(table()).l2_squared)(a, b)
}

/// Inner product, Σ aᵢbᵢ (not negated).
#[inline]
pub fn inner_product<C: Component>(a: &[C], b: &[C]) -> f32 {
    debug_assert_eq!(a.len(), b.len());
    (C::distances(table()).inner_product)(a, b)
}

/// Manhattan distance, Σ |aᵢ − bᵢ|.
#[inline]
pub fn l1<C: Component>(a: &[C], b: &[C]) -> f32 {
    debug_assert_eq!(a.len(), b.len());
    (C::distances(table()).l1)(a, b)
}

/// Squared Euclidean norm, Σ aᵢ².
#[inline]
pub fn norm_squared<C: Component>(a: &[C]) -> f32 {
    (C::distances(table()).inner_product)(a, a)
}

/// Inner product and both squared norms in one pass.
#[inline]
pub fn cosine_terms<C: Component>(a: &[C], b: &[C]) -> CosineTerms {
    debug_assert_eq!(a.len(), b.len());
    (C::distances(table()).cosine_terms)(a, b)
}

/// Inner product of each row of `a` with each row of `b`, both row-major matrices of `dims` columns; `out` is a row-major matrix with a row
/// for each of `a` and a column for each of `b`. Places of `out` for which `a` is too short keep their value.
#[inline]
pub fn inner_products(a: &[f32], b: &[f32], dims: usize, out: &mut [f32]) {
    debug_assert_eq!(a.len() * b.len(), out.len() * dims * dims);
    (table().inner_products)(a, b, dims, out);
}
