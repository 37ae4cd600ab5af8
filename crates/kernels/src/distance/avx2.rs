//! AVX2 with FMA: 8 lanes, masked tails.

use core::arch::x86_64::*;

use super::CosineTerms;

/// What eight lanes are loaded from, as single precision.
pub(crate) trait Load: Copy {
    /// # Safety
    /// The CPU must have AVX2 and F16C.
    unsafe fn load(x: &[Self; 8]) -> __m256;

    /// Fewer than 8 components, the other lanes zero.
    ///
    /// # Safety
    /// The CPU must have AVX2 and F16C.
    unsafe fn load_tail(x: &[Self]) -> __m256;
}

impl Load for f32 {
    #[inline]
    #[target_feature(enable = "avx2,f16c")]
    unsafe fn load(x: &[f32; 8]) -> __m256 {
        // SAFETY: the reference covers 8 floats.
        unsafe { _mm256_loadu_ps(x.as_ptr()) }
    }

    #[inline]
    #[target_feature(enable = "avx2,f16c")]
    unsafe fn load_tail(x: &[f32]) -> __m256 {
        let lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        let mask = _mm256_cmpgt_epi32(_mm256_set1_epi32(x.len().min(8) as i32), lanes);
        // SAFETY: the mask enables at most `x.len()` lanes; masked lanes are not accessed.
        unsafe { _mm256_maskload_ps(x.as_ptr(), mask) }
    }
}

/// Half floats: the widening is exact.
impl Load for u16 {
    #[inline]
    #[target_feature(enable = "avx2,f16c")]
    unsafe fn load(x: &[u16; 8]) -> __m256 {
        // SAFETY: the reference covers 8 halves.
        _mm256_cvtph_ps(unsafe { _mm_loadu_si128(x.as_ptr().cast()) })
    }

    #[inline]
    #[target_feature(enable = "avx2,f16c")]
    unsafe fn load_tail(x: &[u16]) -> __m256 {
        // SAFETY: the caller vouches for the CPU.
        unsafe { Self::load(&super::padded(x)) }
    }
}

#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn load<C: Load>(x: &[C; 8]) -> __m256 {
    // SAFETY: this function's features are those that the method needs.
    unsafe { C::load(x) }
}

#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn load_tail<C: Load>(x: &[C]) -> __m256 {
    // SAFETY: this function's features are those that the method needs.
    unsafe { C::load_tail(x) }
}

#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub(crate) fn store(out: &mut [f32; 8], x: __m256) {
    // SAFETY: the reference covers 8 floats.
    unsafe { _mm256_storeu_ps(out.as_mut_ptr(), x) }
}

#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn sum(x: __m256) -> f32 {
    let x = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps::<1>(x));
    let x = _mm_add_ps(x, _mm_movehl_ps(x, x));
    _mm_cvtss_f32(_mm_add_ss(x, _mm_shuffle_ps::<1>(x, x)))
}

/// Lane i of the result is the sum of the lanes of `x[i]`.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub(crate) fn sum_each(x: [__m256; 8]) -> __m256 {
    let a = _mm256_hadd_ps(_mm256_hadd_ps(x[0], x[1]), _mm256_hadd_ps(x[2], x[3]));
    let b = _mm256_hadd_ps(_mm256_hadd_ps(x[4], x[5]), _mm256_hadd_ps(x[6], x[7]));
    _mm256_add_ps(_mm256_permute2f128_ps::<0x20>(a, b), _mm256_permute2f128_ps::<0x31>(a, b))
}

/// Four accumulators hide the latency of the additions: two loads per step bound the loop before they do.
macro_rules! fold {
    ($name:ident, |$acc:ident, $x:ident, $y:ident| $step:expr) => {
        #[target_feature(enable = "avx2,fma,f16c")]
        pub(crate) fn $name<C: Load>(a: &[C], b: &[C]) -> f32 {
            let n = a.len().min(b.len());
            let ((a32, a), (b32, b)) = (a[..n].as_chunks::<32>(), b[..n].as_chunks::<32>());
            let mut sums = [_mm256_setzero_ps(); 4];
            for (p, q) in a32.iter().zip(b32) {
                let ((p, _), (q, _)) = (p.as_chunks::<8>(), q.as_chunks::<8>());
                for i in 0..4 {
                    let ($acc, $x, $y) = (sums[i], load(&p[i]), load(&q[i]));
                    sums[i] = $step;
                }
            }
            let ((a8, a), (b8, b)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
            for (p, q) in a8.iter().zip(b8) {
                let ($acc, $x, $y) = (sums[0], load(p), load(q));
                sums[0] = $step;
            }
            if !a.is_empty() {
                let ($acc, $x, $y) = (sums[1], load_tail(a), load_tail(b));
                sums[1] = $step;
            }
            let (even, odd) = (_mm256_add_ps(sums[0], sums[2]), _mm256_add_ps(sums[1], sums[3]));
            sum(_mm256_add_ps(even, odd))
        }
    };
}

fold!(l2_squared, |acc, x, y| {
    let d = _mm256_sub_ps(x, y);
    _mm256_fmadd_ps(d, d, acc)
});
fold!(inner_product, |acc, x, y| _mm256_fmadd_ps(x, y, acc));
fold!(l1, |acc, x, y| {
    let sign = _mm256_set1_ps(-0.0);
    _mm256_add_ps(acc, _mm256_andnot_ps(sign, _mm256_sub_ps(x, y)))
});

#[target_feature(enable = "avx2,fma,f16c")]
pub(crate) fn cosine_terms<C: Load>(a: &[C], b: &[C]) -> CosineTerms {
    let n = a.len().min(b.len());
    let ((a16, a), (b16, b)) = (a[..n].as_chunks::<16>(), b[..n].as_chunks::<16>());
    let (mut dot, mut aa, mut bb) =
        ([_mm256_setzero_ps(); 2], [_mm256_setzero_ps(); 2], [_mm256_setzero_ps(); 2]);
    for (p, q) in a16.iter().zip(b16) {
        let ((p, _), (q, _)) = (p.as_chunks::<8>(), q.as_chunks::<8>());
        for i in 0..2 {
            let (x, y) = (load(&p[i]), load(&q[i]));
            dot[i] = _mm256_fmadd_ps(x, y, dot[i]);
            aa[i] = _mm256_fmadd_ps(x, x, aa[i]);
            bb[i] = _mm256_fmadd_ps(y, y, bb[i]);
        }
    }
    let ((a8, a), (b8, b)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (p, q) in a8.iter().zip(b8) {
        let (x, y) = (load(p), load(q));
        dot[0] = _mm256_fmadd_ps(x, y, dot[0]);
        aa[0] = _mm256_fmadd_ps(x, x, aa[0]);
        bb[0] = _mm256_fmadd_ps(y, y, bb[0]);
    }
    let (x, y) = (load_tail(a), load_tail(b));
    dot[1] = _mm256_fmadd_ps(x, y, dot[1]);
    aa[1] = _mm256_fmadd_ps(x, x, aa[1]);
    bb[1] = _mm256_fmadd_ps(y, y, bb[1]);
    CosineTerms {
        dot: sum(_mm256_add_ps(dot[0], dot[1])),
        norm_a_squared: sum(_mm256_add_ps(aa[0], aa[1])),
        norm_b_squared: sum(_mm256_add_ps(bb[0], bb[1])),
    }
}

/// Eight chains of additions hide their latency, and six loads serve eight of them.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn tile(a: &[f32], b: &[f32], dims: usize) -> [[f32; 2]; 4] {
    let (whole, rest) = (dims / 8, dims % 8);
    let mut sums = [_mm256_setzero_ps(); 8];
    for c in 0..whole {
        // SAFETY: `a` has four rows and `b` two of `dims` floats, and 8·(c + 1) <= dims.
        let at = |x: &[f32], row: usize| unsafe { _mm256_loadu_ps(x.as_ptr().add(row * dims + 8 * c)) };
        let y = [at(b, 0), at(b, 1)];
        for row in 0..4 {
            let x = at(a, row);
            sums[2 * row] = _mm256_fmadd_ps(x, y[0], sums[2 * row]);
            sums[2 * row + 1] = _mm256_fmadd_ps(x, y[1], sums[2 * row + 1]);
        }
    }
    if rest > 0 {
        for (i, sum) in sums.iter_mut().enumerate() {
            let tail = |x: &[f32], row: usize| load_tail(&x[(row + 1) * dims - rest..(row + 1) * dims]);
            *sum = _mm256_fmadd_ps(tail(a, i / 2), tail(b, i % 2), *sum);
        }
    }
    let mut out = [0.0; 8];
    store(&mut out, sum_each(sums));
    std::array::from_fn(|row| [out[2 * row], out[2 * row + 1]])
}

inner_products!("avx2,fma,f16c", 2);
