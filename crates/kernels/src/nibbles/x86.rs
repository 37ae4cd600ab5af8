//! AVX2 and AVX-512: nibbles are widened to 32-bit lanes, converted and multiplied.

use core::arch::x86_64::*;

use super::NIBBLE_GROUP;

#[target_feature(enable = "avx512bw,avx512vl")]
pub(crate) fn dot_avx512(query: &[f32], packed: &[u8]) -> f32 {
    let low = _mm_set1_epi8(15);
    let mut sums = [_mm512_setzero_ps(); 2];
    for (q, bytes) in query.as_chunks::<NIBBLE_GROUP>().0.iter().zip(packed.as_chunks::<16>().0) {
        // SAFETY: the references cover 16 bytes and 32 floats.
        let (bytes, q0, q1) = unsafe {
            (
                _mm_loadu_si128(bytes.as_ptr().cast()),
                _mm512_loadu_ps(q.as_ptr()),
                _mm512_loadu_ps(q.as_ptr().add(16)),
            )
        };
        let first = _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_and_si128(bytes, low)));
        let second = _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_and_si128(_mm_srli_epi16::<4>(bytes), low)));
        sums[0] = _mm512_fmadd_ps(q0, first, sums[0]);
        sums[1] = _mm512_fmadd_ps(q1, second, sums[1]);
    }
    _mm512_reduce_add_ps(_mm512_add_ps(sums[0], sums[1]))
}

#[target_feature(enable = "avx2,fma")]
pub(crate) fn dot_avx2(query: &[f32], packed: &[u8]) -> f32 {
    let low = _mm_set1_epi8(15);
    let mut sums = [_mm256_setzero_ps(); 4];
    for (q, bytes) in query.as_chunks::<NIBBLE_GROUP>().0.iter().zip(packed.as_chunks::<16>().0) {
        // SAFETY: the reference covers 16 bytes.
        let bytes = unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) };
        let halves = [_mm_and_si128(bytes, low), _mm_and_si128(_mm_srli_epi16::<4>(bytes), low)];
        for (i, sum) in sums.iter_mut().enumerate() {
            let eight = if i % 2 == 0 { halves[i / 2] } else { _mm_srli_si128::<8>(halves[i / 2]) };
            // SAFETY: 8 · i + 8 is at most 32, what the reference covers.
            let q = unsafe { _mm256_loadu_ps(q.as_ptr().add(8 * i)) };
            *sum = _mm256_fmadd_ps(q, _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(eight)), *sum);
        }
    }
    let sum = _mm256_add_ps(_mm256_add_ps(sums[0], sums[1]), _mm256_add_ps(sums[2], sums[3]));
    let sum = _mm_add_ps(_mm256_castps256_ps128(sum), _mm256_extractf128_ps::<1>(sum));
    let sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    _mm_cvtss_f32(_mm_add_ss(sum, _mm_shuffle_ps::<1>(sum, sum)))
}
