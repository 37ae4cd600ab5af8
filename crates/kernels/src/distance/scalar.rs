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

/// The rows of a row-major matrix as `many` pairs them with `out`; rows of no components have distance 0.
#[inline(always)]
fn each_row(query: &[f32], rows: &[f32], out: &mut [f32], term: impl Fn(&[f32], &[f32]) -> f32) {
    if query.is_empty() {
        out.fill(0.0);
        return;
    }
    for (row, o) in rows.chunks_exact(query.len()).zip(out) {
        *o = term(query, row);
    }
}

pub(crate) fn l2_squared_many(query: &[f32], rows: &[f32], out: &mut [f32]) {
    each_row(query, rows, out, l2_squared);
}

pub(crate) fn inner_product_many(query: &[f32], rows: &[f32], out: &mut [f32]) {
    each_row(query, rows, out, inner_product);
}
