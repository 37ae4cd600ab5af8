//! The transform of 64 components in registers. Stages narrower than a register are one shuffle and one fused
//! multiply-add by ±1, which rounds like the plain sum or difference.

use core::arch::x86_64::*;

use super::transform::rotate;

#[target_feature(enable = "avx2,fma")]
pub(crate) fn rotate_avx2(data: &mut [f32], signs: &[u64]) {
    rotate(data, signs, |block, word, scale| base_avx2(block, word, scale));
}

#[target_feature(enable = "avx512bw,avx512vl")]
pub(crate) fn rotate_avx512(data: &mut [f32], signs: &[u64]) {
    rotate(data, signs, |block, word, scale| base_avx512(block, word, scale));
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn base_avx2(block: &mut [f32; 64], word: u64, scale: f32) {
    let lane_bits = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    let s1 = _mm256_setr_ps(1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0);
    let s2 = _mm256_setr_ps(1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0, -1.0);
    let s4 = _mm256_setr_ps(1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0);
    let scale = _mm256_set1_ps(scale);
    let mut v = [_mm256_setzero_ps(); 8];
    for (i, v) in v.iter_mut().enumerate() {
        let bits = _mm256_and_si256(_mm256_set1_epi32((word >> (8 * i)) as i32), lane_bits);
        let negative = _mm256_slli_epi32::<31>(_mm256_cmpeq_epi32(bits, lane_bits));
        // SAFETY: 8·i + 8 <= 64.
        let x = unsafe { _mm256_loadu_ps(block.as_ptr().add(8 * i)) };
        let x = _mm256_mul_ps(_mm256_xor_ps(x, _mm256_castsi256_ps(negative)), scale);
        let x = _mm256_fmadd_ps(x, s1, _mm256_permute_ps::<0b10_11_00_01>(x));
        let x = _mm256_fmadd_ps(x, s2, _mm256_permute_ps::<0b01_00_11_10>(x));
        *v = _mm256_fmadd_ps(x, s4, _mm256_permute2f128_ps::<1>(x, x));
    }
    for h in [1, 2, 4] {
        for i in (0..8).filter(|i| i & h == 0) {
            (v[i], v[i + h]) = (_mm256_add_ps(v[i], v[i + h]), _mm256_sub_ps(v[i], v[i + h]));
        }
    }
    for (i, v) in v.iter().enumerate() {
        // SAFETY: 8·i + 8 <= 64.
        unsafe { _mm256_storeu_ps(block.as_mut_ptr().add(8 * i), *v) }
    }
}

#[inline]
#[target_feature(enable = "avx512bw,avx512vl")]
fn base_avx512(block: &mut [f32; 64], word: u64, scale: f32) {
    let sign = |h: u16| {
        let negative = [0xaaaa, 0xcccc, 0xf0f0, 0xff00][h as usize];
        _mm512_mask_blend_ps(negative, _mm512_set1_ps(1.0), _mm512_set1_ps(-1.0))
    };
    let (s1, s2, s4, s8) = (sign(0), sign(1), sign(2), sign(3));
    let (scale, minus) = (_mm512_set1_ps(scale), _mm512_set1_epi32(i32::MIN));
    let mut v = [_mm512_setzero_ps(); 4];
    for (i, v) in v.iter_mut().enumerate() {
        // SAFETY: 16·i + 16 <= 64.
        let x = unsafe { _mm512_loadu_si512(block.as_ptr().add(16 * i).cast()) };
        let x = _mm512_mask_xor_epi32(x, (word >> (16 * i)) as __mmask16, x, minus);
        let x = _mm512_mul_ps(_mm512_castsi512_ps(x), scale);
        let x = _mm512_fmadd_ps(x, s1, _mm512_permute_ps::<0b10_11_00_01>(x));
        let x = _mm512_fmadd_ps(x, s2, _mm512_permute_ps::<0b01_00_11_10>(x));
        let x = _mm512_fmadd_ps(x, s4, _mm512_shuffle_f32x4::<0b10_11_00_01>(x, x));
        *v = _mm512_fmadd_ps(x, s8, _mm512_shuffle_f32x4::<0b01_00_11_10>(x, x));
    }
    for h in [1, 2] {
        for i in (0..4).filter(|i| i & h == 0) {
            (v[i], v[i + h]) = (_mm512_add_ps(v[i], v[i + h]), _mm512_sub_ps(v[i], v[i + h]));
        }
    }
    for (i, v) in v.iter().enumerate() {
        // SAFETY: 16·i + 16 <= 64.
        unsafe { _mm512_storeu_ps(block.as_mut_ptr().add(16 * i), *v) }
    }
}
