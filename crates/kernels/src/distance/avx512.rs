//! AVX-512 (F, BW, VL): 16 lanes, masked tails. One query against many rows; a single distance is that of `avx2.rs`, because
//! 512-bit instructions gain little on so short a loop and slow down for a while what the CPU does after it.

use core::arch::x86_64::*;

use super::avx2::{inner_product, l2_squared};

#[inline]
#[target_feature(enable = "avx512bw,avx512vl")]
fn load(x: &[f32; 16]) -> __m512 {
    // SAFETY: the reference covers 16 floats.
    unsafe { _mm512_loadu_ps(x.as_ptr()) }
}

/// Fewer than 16 floats, the other lanes zero.
#[inline]
#[target_feature(enable = "avx512bw,avx512vl")]
fn load_tail(x: &[f32]) -> __m512 {
    let mask = ((1u32 << x.len().min(15)) - 1) as __mmask16;
    // SAFETY: the mask enables at most `x.len()` lanes; masked lanes are not accessed.
    unsafe { _mm512_maskz_loadu_ps(mask, x.as_ptr()) }
}

#[inline]
#[target_feature(enable = "avx512bw,avx512vl")]
fn step<const L2: bool>(acc: __m512, q: __m512, x: __m512) -> __m512 {
    if L2 {
        let d = _mm512_sub_ps(q, x);
        _mm512_fmadd_ps(d, d, acc)
    } else {
        _mm512_fmadd_ps(q, x, acc)
    }
}

/// Eight rows at a time: each piece of the query is loaded once for all, and eight chains hide the latency.
#[target_feature(enable = "avx512bw,avx512vl")]
pub(crate) fn many<const L2: bool>(query: &[f32], rows: &[f32], out: &mut [f32]) {
    let d = query.len();
    if d == 0 {
        out.fill(0.0);
        return;
    }
    let n = out.len().min(rows.len() / d);
    let (rows, out) = (&rows[..n * d], &mut out[..n]);
    let (pieces, tail) = query.as_chunks::<16>();
    let (out8, out_rest) = out.as_chunks_mut::<8>();
    let eights = rows.chunks_exact(8 * d);
    let rows_rest = eights.remainder();
    for (eight, o) in eights.zip(out8) {
        let mut sums = [_mm512_setzero_ps(); 8];
        for (c, piece) in pieces.iter().enumerate() {
            let q = load(piece);
            for (r, sum) in sums.iter_mut().enumerate() {
                // SAFETY: `eight` has 8·d floats, r < 8 and 16·(c + 1) <= d.
                let x = unsafe { _mm512_loadu_ps(eight.as_ptr().add(r * d + 16 * c)) };
                *sum = step::<L2>(*sum, q, x);
            }
        }
        if !tail.is_empty() {
            let q = load_tail(tail);
            for (r, sum) in sums.iter_mut().enumerate() {
                *sum = step::<L2>(*sum, q, load_tail(&eight[(r + 1) * d - tail.len()..(r + 1) * d]));
            }
        }
        let halves = sums.map(|s| {
            let high = _mm256_castpd_ps(_mm512_extractf64x4_pd::<1>(_mm512_castps_pd(s)));
            _mm256_add_ps(_mm512_castps512_ps256(s), high)
        });
        super::avx2::store(o, super::avx2::sum_each(halves));
    }
    for (row, o) in rows_rest.chunks_exact(d).zip(out_rest) {
        *o = if L2 { l2_squared(query, row) } else { inner_product(query, row) };
    }
}
