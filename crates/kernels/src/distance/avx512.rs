//! AVX-512 (F, BW, VL): 16 lanes, masked tails. Many rows with many; a single distance is that of `avx2.rs`, because
//! 512-bit instructions gain little on so short a loop and slow down for a while what the CPU does after it.

use core::arch::x86_64::*;

use super::avx2::{inner_product, store, sum_each};

/// Fewer than 16 floats, the other lanes zero.
#[inline]
#[target_feature(enable = "avx512bw,avx512vl")]
fn load_tail(x: &[f32]) -> __m512 {
    let mask = ((1u32 << x.len().min(15)) - 1) as __mmask16;
    // SAFETY: the mask enables at most `x.len()` lanes; masked lanes are not accessed.
    unsafe { _mm512_maskz_loadu_ps(mask, x.as_ptr()) }
}

/// Sixteen chains of additions, for which eight loads do.
#[inline]
#[target_feature(enable = "avx512bw,avx512vl")]
fn tile(a: &[f32], b: &[f32], dims: usize) -> [[f32; 4]; 4] {
    let (whole, rest) = (dims / 16, dims % 16);
    let mut sums = [_mm512_setzero_ps(); 16];
    for c in 0..whole {
        // SAFETY: both have four rows of `dims` floats, and 16·(c + 1) <= dims.
        let at = |x: &[f32], row: usize| unsafe { _mm512_loadu_ps(x.as_ptr().add(row * dims + 16 * c)) };
        let y = [at(b, 0), at(b, 1), at(b, 2), at(b, 3)];
        for row in 0..4 {
            let x = at(a, row);
            for column in 0..4 {
                sums[4 * row + column] = _mm512_fmadd_ps(x, y[column], sums[4 * row + column]);
            }
        }
    }
    if rest > 0 {
        for (i, sum) in sums.iter_mut().enumerate() {
            let tail = |x: &[f32], row: usize| load_tail(&x[(row + 1) * dims - rest..(row + 1) * dims]);
            *sum = _mm512_fmadd_ps(tail(a, i / 4), tail(b, i % 4), *sum);
        }
    }
    let mut out = [[0.0; 4]; 4];
    let (eights, _) = out.as_flattened_mut().as_chunks_mut::<8>();
    let (sums, _) = sums.as_chunks::<8>();
    for (eight, sums) in eights.iter_mut().zip(sums) {
        let halves = sums.map(|s| {
            let high = _mm256_castpd_ps(_mm512_extractf64x4_pd::<1>(_mm512_castps_pd(s)));
            _mm256_add_ps(_mm512_castps512_ps256(s), high)
        });
        store(eight, sum_each(halves));
    }
    out
}

inner_products!("avx512bw,avx512vl", 4);
