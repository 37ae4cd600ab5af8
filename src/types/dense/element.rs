//! What differs between the dense types: the name, the number format, the kernels.

use kernels::CosineTerms;
use vector_io::{Component, Half};

/// A component of a dense vector type.
///
/// # Safety
/// Any bits must be a value of the type, and its alignment must be at most four bytes.
pub unsafe trait Element: Component {
    /// The SQL type made of these.
    const NAME: &'static str;

    /// The number format, as in "does not fit into …".
    const FORMAT: &'static str;

    /// Σ (aᵢ − bᵢ)²
    fn l2_squared(a: &[Self], b: &[Self]) -> f32;

    /// Σ aᵢbᵢ
    fn inner_product(a: &[Self], b: &[Self]) -> f32;

    /// Σ |aᵢ − bᵢ|
    fn l1(a: &[Self], b: &[Self]) -> f32;

    /// The inner product and both squared norms.
    fn cosine_terms(a: &[Self], b: &[Self]) -> CosineTerms;
}

// SAFETY: any 32 bits are an f32.
unsafe impl Element for f32 {
    const NAME: &'static str = "vector";
    const FORMAT: &'static str = "single precision";

    #[inline]
    fn l2_squared(a: &[Self], b: &[Self]) -> f32 {
        kernels::l2_squared(a, b)
    }

    #[inline]
    fn inner_product(a: &[Self], b: &[Self]) -> f32 {
        kernels::inner_product(a, b)
    }

    #[inline]
    fn l1(a: &[Self], b: &[Self]) -> f32 {
        kernels::l1(a, b)
    }

    #[inline]
    fn cosine_terms(a: &[Self], b: &[Self]) -> CosineTerms {
        kernels::cosine_terms(a, b)
    }
}

// SAFETY: any 16 bits are a Half.
unsafe impl Element for Half {
    const NAME: &'static str = "halfvec";
    const FORMAT: &'static str = "half precision";

    fn l2_squared(a: &[Self], b: &[Self]) -> f32 {
        widened(a, b, kernels::l2_squared)
    }

    fn inner_product(a: &[Self], b: &[Self]) -> f32 {
        widened(a, b, kernels::inner_product)
    }

    fn l1(a: &[Self], b: &[Self]) -> f32 {
        widened(a, b, kernels::l1)
    }

    fn cosine_terms(a: &[Self], b: &[Self]) -> CosineTerms {
        widened(a, b, kernels::cosine_terms)
    }
}

/// A kernel for single precision, applied to half precision.
fn widened<R>(a: &[Half], b: &[Half], kernel: impl Fn(&[f32], &[f32]) -> R) -> R {
    let widen = |halves: &[Half]| {
        let mut floats = vec![0.0; halves.len()];
        kernels::widen_f16(bits(halves), &mut floats);
        floats
    };
    kernel(&widen(a), &widen(b))
}

/// The bits of half-precision numbers.
pub fn bits(halves: &[Half]) -> &[u16] {
    // SAFETY: Half is a transparent u16.
    unsafe { std::slice::from_raw_parts(halves.as_ptr().cast(), halves.len()) }
}

/// The bits of half-precision numbers, for writing.
pub fn bits_mut(halves: &mut [Half]) -> &mut [u16] {
    // SAFETY: Half is a transparent u16.
    unsafe { std::slice::from_raw_parts_mut(halves.as_mut_ptr().cast(), halves.len()) }
}
