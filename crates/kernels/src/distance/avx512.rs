//! AVX-512 (F, BW, VL): 16 lanes, masked tails.

use core::arch::x86_64::*;

use super::CosineTerms;

/// What sixteen lanes are loaded from, as single precision.
pub(crate) trait Load: Copy {
    /// # Safety
    /// The CPU must have AVX-512 F, BW and VL.
    unsafe fn load(x: &[Self; 16]) -> __m512;

    /// Fewer than 16 components, the other lanes zero.
    ///
    /// # Safety
    /// The CPU must have AVX-512 F, BW and VL.
    unsafe fn load_tail(x: &[Self]) -> __m512;
}

/// The lanes that `len` components fill, if they are fewer than 16.
fn lanes(len: usize) -> __mmask16 {
    ((1u32 << len.min(15)) - 1) as __mmask16
}

impl Load for f32 {
    #[inline]
    #[target_feature(enable = "avx512bw,avx512vl")]
    unsafe fn load(x: &[f32; 16]) -> __m512 {
        // SAFETY: the reference covers 16 floats.
        unsafe { _mm512_loadu_ps(x.as_ptr()) }
    }

    #[inline]
    #[target_feature(enable = "avx512bw,avx512vl")]
    unsafe fn load_tail(x: &[f32]) -> __m512 {
        // SAFETY: the mask enables at most `x.len()` lanes; masked lanes are not accessed.
        unsafe { _mm512_maskz_loadu_ps(lanes(x.len()), x.as_ptr()) }
    }
}

/// Half floats: the widening is exact. AVX-512 FP16 has nothing to add, its arithmetic rounds to half precision.
impl Load for u16 {
    #[inline]
    #[target_feature(enable = "avx512bw,avx512vl")]
    unsafe fn load(x: &[u16; 16]) -> __m512 {
        // SAFETY: the reference covers 16 halves.
        _mm512_cvtph_ps(unsafe { _mm256_loadu_si256(x.as_ptr().cast()) })
    }

    #[inline]
    #[target_feature(enable = "avx512bw,avx512vl")]
    unsafe fn load_tail(x: &[u16]) -> __m512 {
        // SAFETY: the mask enables at most `x.len()` lanes; masked lanes are not accessed.
        _mm512_cvtph_ps(unsafe { _mm256_maskz_loadu_epi16(lanes(x.len()), x.as_ptr().cast()) })
    }
}

#[inline]
#[target_feature(enable = "avx512bw,avx512vl")]
fn load<C: Load>(x: &[C; 16]) -> __m512 {
    // SAFETY: this function's features are those that the method needs.
    unsafe { C::load(x) }
}

#[inline]
#[target_feature(enable = "avx512bw,avx512vl")]
fn load_tail<C: Load>(x: &[C]) -> __m512 {
    // SAFETY: this function's features are those that the method needs.
    unsafe { C::load_tail(x) }
}

/// Four accumulators hide the latency of the additions: two loads per step bound the loop before they do.
macro_rules! fold {
    ($name:ident, |$acc:ident, $x:ident, $y:ident| $step:expr) => {
        #[target_feature(enable = "avx512bw,avx512vl")]
        pub(crate) fn $name<C: Load>(a: &[C], b: &[C]) -> f32 {
            let n = a.len().min(b.len());
            let ((a64, a), (b64, b)) = (a[..n].as_chunks::<64>(), b[..n].as_chunks::<64>());
            let mut sums = [_mm512_setzero_ps(); 4];
            for (p, q) in a64.iter().zip(b64) {
                let ((p, _), (q, _)) = (p.as_chunks::<16>(), q.as_chunks::<16>());
                for i in 0..4 {
                    let ($acc, $x, $y) = (sums[i], load(&p[i]), load(&q[i]));
                    sums[i] = $step;
                }
            }
            let ((a16, a), (b16, b)) = (a.as_chunks::<16>(), b.as_chunks::<16>());
            for (p, q) in a16.iter().zip(b16) {
                let ($acc, $x, $y) = (sums[0], load(p), load(q));
                sums[0] = $step;
            }
            if !a.is_empty() {
                let ($acc, $x, $y) = (sums[1], load_tail(a), load_tail(b));
                sums[1] = $step;
            }
            let (even, odd) = (_mm512_add_ps(sums[0], sums[2]), _mm512_add_ps(sums[1], sums[3]));
            _mm512_reduce_add_ps(_mm512_add_ps(even, odd))
        }
    };
}

fold!(l2_squared, |acc, x, y| {
    let d = _mm512_sub_ps(x, y);
    _mm512_fmadd_ps(d, d, acc)
});
fold!(inner_product, |acc, x, y| _mm512_fmadd_ps(x, y, acc));
fold!(l1, |acc, x, y| _mm512_add_ps(acc, _mm512_abs_ps(_mm512_sub_ps(x, y))));

#[target_feature(enable = "avx512bw,avx512vl")]
pub(crate) fn cosine_terms<C: Load>(a: &[C], b: &[C]) -> CosineTerms {
    let n = a.len().min(b.len());
    let ((a32, a), (b32, b)) = (a[..n].as_chunks::<32>(), b[..n].as_chunks::<32>());
    let (mut dot, mut aa, mut bb) =
        ([_mm512_setzero_ps(); 2], [_mm512_setzero_ps(); 2], [_mm512_setzero_ps(); 2]);
    for (p, q) in a32.iter().zip(b32) {
        let ((p, _), (q, _)) = (p.as_chunks::<16>(), q.as_chunks::<16>());
        for i in 0..2 {
            let (x, y) = (load(&p[i]), load(&q[i]));
            dot[i] = _mm512_fmadd_ps(x, y, dot[i]);
            aa[i] = _mm512_fmadd_ps(x, x, aa[i]);
            bb[i] = _mm512_fmadd_ps(y, y, bb[i]);
        }
    }
    let ((a16, a), (b16, b)) = (a.as_chunks::<16>(), b.as_chunks::<16>());
    for (p, q) in a16.iter().zip(b16) {
        let (x, y) = (load(p), load(q));
        dot[0] = _mm512_fmadd_ps(x, y, dot[0]);
        aa[0] = _mm512_fmadd_ps(x, x, aa[0]);
        bb[0] = _mm512_fmadd_ps(y, y, bb[0]);
    }
    let (x, y) = (load_tail(a), load_tail(b));
    dot[1] = _mm512_fmadd_ps(x, y, dot[1]);
    aa[1] = _mm512_fmadd_ps(x, x, aa[1]);
    bb[1] = _mm512_fmadd_ps(y, y, bb[1]);
    CosineTerms {
        dot: _mm512_reduce_add_ps(_mm512_add_ps(dot[0], dot[1])),
        norm_a_squared: _mm512_reduce_add_ps(_mm512_add_ps(aa[0], aa[1])),
        norm_b_squared: _mm512_reduce_add_ps(_mm512_add_ps(bb[0], bb[1])),
    }
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
