//! The specification, and what runs without SIMD detection. Eight independent sums let the compiler use the
//! baseline vector registers that every 64-bit CPU has.

use super::{Component, CosineTerms};

const LANES: usize = 8;

#[inline(always)]
fn fold<C: Component>(a: &[C], b: &[C], term: impl Fn(f32, f32) -> f32) -> f32 {
    let n = a.len().min(b.len());
    let ((a, a_rest), (b, b_rest)) = (a[..n].as_chunks::<LANES>(), b[..n].as_chunks::<LANES>());
    let mut sums = [0.0f32; LANES];
    for (x, y) in a.iter().zip(b) {
        for i in 0..LANES {
            sums[i] += term(x[i].to_f32(), y[i].to_f32());
        }
    }
    for (i, (x, y)) in a_rest.iter().zip(b_rest).enumerate() {
        sums[i] += term(x.to_f32(), y.to_f32());
    }
    sums.iter().sum()
}

pub(crate) fn l2_squared<C: Component>(a: &[C], b: &[C]) -> f32 {
    fold(a, b, |x, y| (x - y) * (x - y))
}

pub(crate) fn inner_product<C: Component>(a: &[C], b: &[C]) -> f32 {
    fold(a, b, |x, y| x * y)
}

pub(crate) fn l1<C: Component>(a: &[C], b: &[C]) -> f32 {
    fold(a, b, |x, y| (x - y).abs())
}

pub(crate) fn cosine_terms<C: Component>(a: &[C], b: &[C]) -> CosineTerms {
    let n = a.len().min(b.len());
    CosineTerms {
        dot: inner_product(a, b),
        norm_a_squared: inner_product(&a[..n], &a[..n]),
        norm_b_squared: inner_product(&b[..n], &b[..n]),
    }
}

pub(crate) fn inner_products(a: &[f32], b: &[f32], dims: usize, out: &mut [f32]) {
    let columns = b.len().checked_div(dims).unwrap_or(0);
    if columns == 0 {
        out.fill(0.0);
        return;
    }
    for (x, row) in a.chunks_exact(dims).zip(out.chunks_exact_mut(columns)) {
        for (y, o) in b.chunks_exact(dims).zip(row) {
            *o = inner_product(x, y);
        }
    }
}
