//! The transform of 64 components in sixteen registers. Stages narrower than a register are one shuffle and one
//! fused multiply-add by ±1, which rounds like the plain sum or difference.

use core::arch::aarch64::*;

use super::transform::rotate as rounds;

#[target_feature(enable = "neon")]
pub(crate) fn rotate(data: &mut [f32], signs: &[u64]) {
    rounds(data, signs, |block, word, scale| base(block, word, scale));
}

#[inline]
#[target_feature(enable = "neon")]
fn base(block: &mut [f32; 64], word: u64, scale: f32) {
    // SAFETY: each array has four lanes.
    let (lane_bits, s1, s2) = unsafe {
        (
            vld1q_u32([1, 2, 4, 8].as_ptr()),
            vld1q_f32([1.0, -1.0, 1.0, -1.0].as_ptr()),
            vld1q_f32([1.0, 1.0, -1.0, -1.0].as_ptr()),
        )
    };
    let scale = vdupq_n_f32(scale);
    let mut v = [scale; 16];
    for (i, v) in v.iter_mut().enumerate() {
        let set = vtstq_u32(vdupq_n_u32((word >> (4 * i)) as u32), lane_bits);
        let negative = vshlq_n_u32::<31>(set);
        // SAFETY: 4·i + 4 <= 64.
        let x = unsafe { vld1q_f32(block.as_ptr().add(4 * i)) };
        let x = vmulq_f32(vreinterpretq_f32_u32(veorq_u32(vreinterpretq_u32_f32(x), negative)), scale);
        let x = vfmaq_f32(vrev64q_f32(x), x, s1);
        *v = vfmaq_f32(vextq_f32::<2>(x, x), x, s2);
    }
    for h in [1, 2, 4, 8] {
        for i in (0..16).filter(|i| i & h == 0) {
            (v[i], v[i + h]) = (vaddq_f32(v[i], v[i + h]), vsubq_f32(v[i], v[i + h]));
        }
    }
    for (i, v) in v.iter().enumerate() {
        // SAFETY: 4·i + 4 <= 64.
        unsafe { vst1q_f32(block.as_mut_ptr().add(4 * i), *v) }
    }
}
