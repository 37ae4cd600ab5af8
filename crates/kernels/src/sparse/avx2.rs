//! Eight indices against eight: the products of a block's matches, then the block that ends first gives way to its next.

use core::arch::x86_64::*;

use super::{Sparse, add_products};

#[inline]
#[target_feature(enable = "avx2")]
fn load(x: &[i32; 8]) -> __m256i {
    // SAFETY: the reference covers 8 integers.
    unsafe { _mm256_loadu_si256(x.as_ptr().cast()) }
}

/// A bit for each lane that is all ones.
#[inline]
#[target_feature(enable = "avx2")]
fn mask(lanes: __m256i) -> u32 {
    _mm256_movemask_ps(_mm256_castsi256_ps(lanes)) as u32
}

/// The lanes of `a` that `b` has in any lane.
#[inline]
#[target_feature(enable = "avx2")]
fn matches(a: __m256i, b: __m256i) -> u32 {
    // b, and b with its halves swapped, each in its four rotations within the halves.
    let c = _mm256_permute2x128_si256::<1>(b, b);
    let equal = |x| _mm256_cmpeq_epi32(a, x);
    let or = |x, y| _mm256_or_si256(x, y);
    let four = |x| {
        or(
            or(equal(x), equal(_mm256_shuffle_epi32::<0b00_11_10_01>(x))),
            or(
                equal(_mm256_shuffle_epi32::<0b01_00_11_10>(x)),
                equal(_mm256_shuffle_epi32::<0b10_01_00_11>(x)),
            ),
        )
    };
    mask(or(four(b), four(c)))
}

#[target_feature(enable = "avx2")]
pub(crate) fn inner_product(a: Sparse<'_>, b: Sparse<'_>) -> f32 {
    let (a_blocks, b_blocks) = (a.indices.as_chunks::<8>().0, b.indices.as_chunks::<8>().0);
    let (a_values, b_values) = (a.values.as_chunks::<8>().0, b.values.as_chunks::<8>().0);
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while let (Some(x), Some(y)) = (a_blocks.get(i), b_blocks.get(j)) {
        let lanes = load(y);
        let mut matched = matches(load(x), lanes);
        while matched != 0 {
            let at = matched.trailing_zeros() as usize % 8;
            matched &= matched - 1;
            let bt = mask(_mm256_cmpeq_epi32(lanes, _mm256_set1_epi32(x[at]))).trailing_zeros() as usize % 8;
            sum += a_values[i][at] * b_values[j][bt];
        }
        i += usize::from(x[7] <= y[7]);
        j += usize::from(y[7] <= x[7]);
    }
    // What is left of one side is less than a block, the other side may have many: none of them has been matched.
    add_products(sum, after(a, 8 * i), after(b, 8 * j))
}

/// The components from the stored one number `start` on.
fn after(vector: Sparse<'_>, start: usize) -> Sparse<'_> {
    Sparse { indices: &vector.indices[start..], values: &vector.values[start..] }
}
