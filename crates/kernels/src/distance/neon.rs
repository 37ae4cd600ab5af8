//! NEON: 4 lanes. Tails go through a zeroed buffer of a register's size.

use core::arch::aarch64::*;

use super::CosineTerms;

/// What four lanes are loaded from, as single precision.
pub(crate) trait Load: Copy + Default {
    /// # Safety
    /// The CPU must have NEON.
    unsafe fn load(x: &[Self; 4]) -> float32x4_t;
}

impl Load for f32 {
    #[inline]
    #[target_feature(enable = "neon")]
    unsafe fn load(x: &[f32; 4]) -> float32x4_t {
        // SAFETY: the reference covers 4 floats.
        unsafe { vld1q_f32(x.as_ptr()) }
    }
}

/// Half floats: the widening is exact, and every NEON has it (FCVTL), also where FEAT_FP16 is absent.
impl Load for u16 {
    #[inline]
    #[target_feature(enable = "neon")]
    unsafe fn load(x: &[u16; 4]) -> float32x4_t {
        // SAFETY: the reference covers 4 halves.
        vcvt_f32_f16(vreinterpret_f16_u16(unsafe { vld1_u16(x.as_ptr()) }))
    }
}

#[inline]
#[target_feature(enable = "neon")]
fn load<C: Load>(x: &[C; 4]) -> float32x4_t {
    // SAFETY: this function's features are those that the method needs.
    unsafe { C::load(x) }
}

/// Fewer than 4 components, the other lanes zero.
#[inline]
#[target_feature(enable = "neon")]
fn load_tail<C: Load>(x: &[C]) -> float32x4_t {
    load(&super::padded(x))
}

/// Four accumulators hide the latency of the additions.
macro_rules! fold {
    ($name:ident, |$acc:ident, $x:ident, $y:ident| $step:expr) => {
        #[target_feature(enable = "neon")]
        pub(crate) fn $name<C: Load>(a: &[C], b: &[C]) -> f32 {
            let n = a.len().min(b.len());
            let ((a16, a), (b16, b)) = (a[..n].as_chunks::<16>(), b[..n].as_chunks::<16>());
            let mut sums = [vdupq_n_f32(0.0); 4];
            for (p, q) in a16.iter().zip(b16) {
                let ((p, _), (q, _)) = (p.as_chunks::<4>(), q.as_chunks::<4>());
                for i in 0..4 {
                    let ($acc, $x, $y) = (sums[i], load(&p[i]), load(&q[i]));
                    sums[i] = $step;
                }
            }
            let ((a4, a), (b4, b)) = (a.as_chunks::<4>(), b.as_chunks::<4>());
            for (p, q) in a4.iter().zip(b4) {
                let ($acc, $x, $y) = (sums[0], load(p), load(q));
                sums[0] = $step;
            }
            if !a.is_empty() {
                let ($acc, $x, $y) = (sums[1], load_tail(a), load_tail(b));
                sums[1] = $step;
            }
            vaddvq_f32(vaddq_f32(vaddq_f32(sums[0], sums[2]), vaddq_f32(sums[1], sums[3])))
        }
    };
}

fold!(l2_squared, |acc, x, y| {
    let d = vsubq_f32(x, y);
    vfmaq_f32(acc, d, d)
});
fold!(inner_product, |acc, x, y| vfmaq_f32(acc, x, y));
fold!(l1, |acc, x, y| vaddq_f32(acc, vabdq_f32(x, y)));

#[target_feature(enable = "neon")]
pub(crate) fn cosine_terms<C: Load>(a: &[C], b: &[C]) -> CosineTerms {
    let n = a.len().min(b.len());
    let ((a4, a), (b4, b)) = (a[..n].as_chunks::<4>(), b[..n].as_chunks::<4>());
    let (mut dot, mut aa, mut bb) = ([vdupq_n_f32(0.0); 2], [vdupq_n_f32(0.0); 2], [vdupq_n_f32(0.0); 2]);
    for (i, (p, q)) in a4.iter().zip(b4).enumerate() {
        let (i, x, y) = (i % 2, load(p), load(q));
        dot[i] = vfmaq_f32(dot[i], x, y);
        aa[i] = vfmaq_f32(aa[i], x, x);
        bb[i] = vfmaq_f32(bb[i], y, y);
    }
    let (x, y) = (load_tail(a), load_tail(b));
    CosineTerms {
        dot: vaddvq_f32(vfmaq_f32(vaddq_f32(dot[0], dot[1]), x, y)),
        norm_a_squared: vaddvq_f32(vfmaq_f32(vaddq_f32(aa[0], aa[1]), x, x)),
        norm_b_squared: vaddvq_f32(vfmaq_f32(vaddq_f32(bb[0], bb[1]), y, y)),
    }
}

/// Sixteen chains of additions, for which eight loads do.
#[inline]
#[target_feature(enable = "neon")]
fn tile(a: &[f32], b: &[f32], dims: usize) -> [[f32; 4]; 4] {
    let (whole, rest) = (dims / 4, dims % 4);
    let mut sums = [[vdupq_n_f32(0.0); 4]; 4];
    for c in 0..whole {
        // SAFETY: both have four rows of `dims` floats, and 4·(c + 1) <= dims.
        let at = |x: &[f32], row: usize| unsafe { vld1q_f32(x.as_ptr().add(row * dims + 4 * c)) };
        let y = [at(b, 0), at(b, 1), at(b, 2), at(b, 3)];
        for (row, sums) in sums.iter_mut().enumerate() {
            let x = at(a, row);
            for (sum, y) in sums.iter_mut().zip(y) {
                *sum = vfmaq_f32(*sum, x, y);
            }
        }
    }
    if rest > 0 {
        let tail = |x: &[f32], row: usize| load_tail(&x[(row + 1) * dims - rest..(row + 1) * dims]);
        for (row, sums) in sums.iter_mut().enumerate() {
            for (column, sum) in sums.iter_mut().enumerate() {
                *sum = vfmaq_f32(*sum, tail(a, row), tail(b, column));
            }
        }
    }
    sums.map(|sums| sums.map(|sum| vaddvq_f32(sum)))
}

inner_products!("neon", 4);
