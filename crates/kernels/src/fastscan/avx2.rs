//! AVX2: two groups per register.

use core::arch::x86_64::*;

use super::lookup::{Quantiser, group_norm};
use super::{Affine, BLOCK, GROUP_BYTES, WIDEN_AFTER, scalar};

#[target_feature(enable = "avx2,fma")]
pub(crate) fn pack_signs(vector: &[f32], out: &mut [u8]) {
    for (v, o) in vector.as_chunks::<8>().0.iter().zip(out) {
        // SAFETY: the reference covers 8 floats.
        let x = unsafe { _mm256_loadu_ps(v.as_ptr()) };
        *o = _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_GE_OQ>(x, _mm256_setzero_ps())) as u8;
    }
}

/// Adding a product with ±1 rounds as the scalar sum or difference does.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn build_table(query: &[f32], entries: &mut [u8]) -> (f32, f32) {
    let quantiser = Quantiser::of(query);
    let s0 = _mm256_setr_ps(-1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0);
    let s1 = _mm256_setr_ps(-1.0, -1.0, 1.0, 1.0, -1.0, -1.0, 1.0, 1.0);
    let s2 = _mm256_setr_ps(-1.0, -1.0, -1.0, -1.0, 1.0, 1.0, 1.0, 1.0);
    let (inverse, half) = (_mm256_set1_ps(quantiser.inverse), _mm256_set1_ps(0.5));
    for (q, entries) in query.as_chunks::<4>().0.iter().zip(entries.as_chunks_mut::<GROUP_BYTES>().0) {
        let v = _mm256_set1_ps(group_norm(q));
        let v = _mm256_fmadd_ps(_mm256_set1_ps(q[0]), s0, v);
        let v = _mm256_fmadd_ps(_mm256_set1_ps(q[1]), s1, v);
        let v = _mm256_fmadd_ps(_mm256_set1_ps(q[2]), s2, v);
        let q3 = _mm256_set1_ps(q[3]);
        let quantise = |v| {
            let v = _mm256_mul_ps(v, inverse);
            _mm256_cvttps_epi32(_mm256_add_ps(v, half))
        };
        let (low, high) = (quantise(_mm256_sub_ps(v, q3)), quantise(_mm256_add_ps(v, q3)));
        // Packing works within halves: 0-3 8-11 | 4-7 12-15, put right before the second packing.
        let words = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packus_epi32(low, high));
        let bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256::<1>(words));
        // SAFETY: the reference covers 16 bytes.
        unsafe { _mm_storeu_si128(entries.as_mut_ptr().cast(), bytes) }
    }
    (quantiser.scale, quantiser.offset)
}

#[target_feature(enable = "avx2,fma")]
pub(crate) fn scan(codes: &[u8], entries: &[u8], sums: &mut [u32; BLOCK]) {
    let n = codes.len().min(entries.len()) / GROUP_BYTES * GROUP_BYTES;
    let (codes, entries) = (&codes[..n], &entries[..n]);
    let step = WIDEN_AFTER * GROUP_BYTES;
    for (codes, entries) in codes.chunks(step).zip(entries.chunks(step)) {
        scan_narrow(codes, entries, sums);
    }
}

/// At most `WIDEN_AFTER` groups. A register of bytes is added as 16-bit lanes twice, once as it is (`all`) and once
/// shifted down to its odd bytes (`odd`); the even bytes' sums are `all − 256 · odd`, exact modulo 2¹⁶.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn scan_narrow(codes: &[u8], entries: &[u8], sums: &mut [u32; BLOCK]) {
    let nibbles = _mm256_set1_epi8(0xf);
    let (mut all, mut odd) = ([_mm256_setzero_si256(); 2], [_mm256_setzero_si256(); 2]);
    let ((pairs, rest), (tables, _)) = (codes.as_chunks::<32>(), entries.as_chunks::<32>());
    for (c, t) in pairs.iter().zip(tables) {
        // SAFETY: both references cover 32 bytes.
        let (c, t) =
            unsafe { (_mm256_loadu_si256(c.as_ptr().cast()), _mm256_loadu_si256(t.as_ptr().cast())) };
        let low = _mm256_shuffle_epi8(t, _mm256_and_si256(c, nibbles));
        let high = _mm256_shuffle_epi8(t, _mm256_and_si256(_mm256_srli_epi16::<4>(c), nibbles));
        all[0] = _mm256_add_epi16(all[0], low);
        odd[0] = _mm256_add_epi16(odd[0], _mm256_srli_epi16::<8>(low));
        all[1] = _mm256_add_epi16(all[1], high);
        odd[1] = _mm256_add_epi16(odd[1], _mm256_srli_epi16::<8>(high));
    }
    for h in 0..2 {
        let even = _mm256_sub_epi16(all[h], _mm256_slli_epi16::<8>(odd[h]));
        // The two groups of a register lie in its halves; all groups together fit 16 bits.
        let fold = |x| _mm_add_epi16(_mm256_castsi256_si128(x), _mm256_extracti128_si256::<1>(x));
        add_interleaved(fold(even), fold(odd[h]), sums, 16 * h);
    }
    scalar::scan(rest, &entries[codes.len() - rest.len()..], sums);
}

/// Adds the 16-bit sums of even and odd codes to `sums[at..at + 16]`.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(crate) fn add_interleaved(even: __m128i, odd: __m128i, sums: &mut [u32; BLOCK], at: usize) {
    let eights = [_mm_unpacklo_epi16(even, odd), _mm_unpackhi_epi16(even, odd)];
    for (sums, eight) in sums[at..].as_chunks_mut::<8>().0.iter_mut().zip(eights) {
        let place: *mut __m256i = sums.as_mut_ptr().cast();
        // SAFETY: the reference covers 8 words of 32 bits, read and written unaligned.
        unsafe {
            let sum = _mm256_add_epi32(_mm256_loadu_si256(place), _mm256_cvtepu16_epi32(eight));
            _mm256_storeu_si256(place, sum);
        }
    }
}

#[target_feature(enable = "avx2,fma")]
pub(crate) fn affine(sums: &[u32; BLOCK], t: Affine<'_>, est: &mut [f32; BLOCK], low: &mut [f32; BLOCK]) {
    let (scale, offset) = (_mm256_set1_ps(t.scale), _mm256_set1_ps(t.offset));
    let (g, err, sign) = (_mm256_set1_ps(t.g), _mm256_set1_ps(t.err_scale), _mm256_set1_ps(-0.0));
    let low16 = _mm256_set1_epi32(0xffff);
    for i in (0..BLOCK).step_by(8) {
        // SAFETY: i + 8 <= 32 = sums.len(), and 4·32 bytes of add and rescale.
        let (sum, add, rescale) = unsafe {
            (
                _mm256_loadu_si256(sums.as_ptr().add(i).cast()),
                _mm256_loadu_ps(t.add.as_ptr().add(4 * i).cast()),
                _mm256_loadu_ps(t.rescale.as_ptr().add(4 * i).cast()),
            )
        };
        // AVX2 converts signed numbers only: the halves of an unsigned one are exact, and their sum rounds once.
        let upper = _mm256_cvtepi32_ps(_mm256_srli_epi32::<16>(sum));
        let lower = _mm256_cvtepi32_ps(_mm256_and_si256(sum, low16));
        let sum = _mm256_fmadd_ps(upper, _mm256_set1_ps(65536.0), lower);
        let product = _mm256_fmadd_ps(scale, sum, offset);
        let e = _mm256_fmadd_ps(rescale, product, _mm256_add_ps(add, g));
        let l = _mm256_fnmadd_ps(err, _mm256_andnot_ps(sign, rescale), e);
        // SAFETY: i + 8 <= 32.
        unsafe {
            _mm256_storeu_ps(est.as_mut_ptr().add(i), e);
            _mm256_storeu_ps(low.as_mut_ptr().add(i), l);
        }
    }
}

#[target_feature(enable = "avx2,fma")]
pub(crate) fn mask_below(low: &[f32; BLOCK], threshold: f32) -> u32 {
    let threshold = _mm256_set1_ps(threshold);
    let mut mask = 0;
    for (i, eight) in low.as_chunks::<8>().0.iter().enumerate() {
        // SAFETY: the reference covers 8 floats.
        let x = unsafe { _mm256_loadu_ps(eight.as_ptr()) };
        mask |= (_mm256_movemask_ps(_mm256_cmp_ps::<_CMP_LT_OQ>(x, threshold)) as u32) << (8 * i);
    }
    mask
}
