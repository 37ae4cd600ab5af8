//! NEON: one group per register.

use core::arch::aarch64::*;

use super::lookup::{Quantiser, group_norm};
use super::{Affine, BLOCK, GROUP_BYTES, WIDEN_AFTER};

/// Adding a product with ±1 rounds as the scalar sum or difference does.
#[target_feature(enable = "neon")]
pub(crate) fn build_table(query: &[f32], entries: &mut [u8]) -> (f32, f32) {
    let quantiser = Quantiser::of(query);
    // SAFETY: both arrays have four lanes.
    let (s0, s1) =
        unsafe { (vld1q_f32([-1.0, 1.0, -1.0, 1.0].as_ptr()), vld1q_f32([-1.0, -1.0, 1.0, 1.0].as_ptr())) };
    let (inverse, half) = (vdupq_n_f32(quantiser.inverse), vdupq_n_f32(0.5));
    for (q, entries) in query.as_chunks::<4>().0.iter().zip(entries.as_chunks_mut::<GROUP_BYTES>().0) {
        let v = vdupq_n_f32(group_norm(q));
        let v = vfmaq_f32(v, vdupq_n_f32(q[0]), s0);
        let v = vfmaq_f32(v, vdupq_n_f32(q[1]), s1);
        let (q2, q3) = (vdupq_n_f32(q[2]), vdupq_n_f32(q[3]));
        let quantise = |v| {
            let v = vmulq_f32(v, inverse);
            vmovn_u32(vcvtq_u32_f32(vaddq_f32(v, half)))
        };
        let (without, with) = (vsubq_f32(v, q2), vaddq_f32(v, q2));
        let low = vcombine_u16(quantise(vsubq_f32(without, q3)), quantise(vsubq_f32(with, q3)));
        let high = vcombine_u16(quantise(vaddq_f32(without, q3)), quantise(vaddq_f32(with, q3)));
        // SAFETY: the reference covers 16 bytes.
        unsafe { vst1q_u8(entries.as_mut_ptr(), vcombine_u8(vmovn_u16(low), vmovn_u16(high))) }
    }
    (quantiser.scale, quantiser.offset)
}

#[target_feature(enable = "neon")]
pub(crate) fn scan(codes: &[u8], entries: &[u8], sums: &mut [u32; BLOCK]) {
    let (codes, entries) = (codes.as_chunks::<GROUP_BYTES>().0, entries.as_chunks::<GROUP_BYTES>().0);
    for (codes, entries) in codes.chunks(WIDEN_AFTER).zip(entries.chunks(WIDEN_AFTER)) {
        let mut eights = [vdupq_n_u16(0); 4];
        for (c, t) in codes.iter().zip(entries) {
            // SAFETY: both references cover 16 bytes.
            let (c, t) = unsafe { (vld1q_u8(c.as_ptr()), vld1q_u8(t.as_ptr())) };
            let low = vqtbl1q_u8(t, vandq_u8(c, vdupq_n_u8(0xf)));
            let high = vqtbl1q_u8(t, vshrq_n_u8::<4>(c));
            eights[0] = vaddw_u8(eights[0], vget_low_u8(low));
            eights[1] = vaddw_high_u8(eights[1], low);
            eights[2] = vaddw_u8(eights[2], vget_low_u8(high));
            eights[3] = vaddw_high_u8(eights[3], high);
        }
        for (sums, eight) in sums.as_chunks_mut::<8>().0.iter_mut().zip(eights) {
            // SAFETY: the reference covers 8 words of 32 bits.
            unsafe {
                let (a, b) = (sums.as_mut_ptr(), sums.as_mut_ptr().add(4));
                vst1q_u32(a, vaddw_u16(vld1q_u32(a), vget_low_u16(eight)));
                vst1q_u32(b, vaddw_high_u16(vld1q_u32(b), eight));
            }
        }
    }
}

#[target_feature(enable = "neon")]
pub(crate) fn affine(sums: &[u32; BLOCK], t: Affine<'_>, est: &mut [f32; BLOCK], low: &mut [f32; BLOCK]) {
    let (scale, offset) = (vdupq_n_f32(t.scale), vdupq_n_f32(t.offset));
    let (g, err) = (vdupq_n_f32(t.g), vdupq_n_f32(t.err_scale));
    for i in (0..BLOCK).step_by(4) {
        // SAFETY: i + 4 <= 32 = sums.len(), and 4·32 bytes of add and rescale, loaded as bytes.
        let (sum, add, rescale) = unsafe {
            (
                vld1q_u32(sums.as_ptr().add(i)),
                vreinterpretq_f32_u8(vld1q_u8(t.add.as_ptr().add(4 * i))),
                vreinterpretq_f32_u8(vld1q_u8(t.rescale.as_ptr().add(4 * i))),
            )
        };
        let product = vfmaq_f32(offset, scale, vcvtq_f32_u32(sum));
        let e = vfmaq_f32(vaddq_f32(add, g), rescale, product);
        let l = vfmsq_f32(e, err, vabsq_f32(rescale));
        // SAFETY: i + 4 <= 32.
        unsafe {
            vst1q_f32(est.as_mut_ptr().add(i), e);
            vst1q_f32(low.as_mut_ptr().add(i), l);
        }
    }
}

#[target_feature(enable = "neon")]
pub(crate) fn mask_below(low: &[f32; BLOCK], threshold: f32) -> u32 {
    // SAFETY: the array has four lanes.
    let bits = unsafe { vld1q_u32([1, 2, 4, 8].as_ptr()) };
    let threshold = vdupq_n_f32(threshold);
    let mut mask = 0;
    for (i, four) in low.as_chunks::<4>().0.iter().enumerate() {
        // SAFETY: the reference covers 4 floats.
        let x = unsafe { vld1q_f32(four.as_ptr()) };
        mask |= vaddvq_u32(vandq_u32(vcltq_f32(x, threshold), bits)) << (4 * i);
    }
    mask
}
