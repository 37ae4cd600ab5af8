//! F16C and its AVX-512 widening. The tail goes through the scalar functions, which are bit-equal.

use core::arch::x86_64::*;

use super::{narrow_scalar, widen_scalar};

#[target_feature(enable = "avx2,f16c")]
pub(crate) fn widen_avx2(halves: &[u16], out: &mut [f32]) {
    let n = halves.len().min(out.len());
    let ((h8, h), (o8, o)) = (halves[..n].as_chunks::<8>(), out[..n].as_chunks_mut::<8>());
    for (h, o) in h8.iter().zip(o8) {
        // SAFETY: the references cover 8 halves and 8 floats.
        unsafe { _mm256_storeu_ps(o.as_mut_ptr(), _mm256_cvtph_ps(_mm_loadu_si128(h.as_ptr().cast()))) }
    }
    widen_scalar(h, o);
}

#[target_feature(enable = "avx2,f16c")]
pub(crate) fn narrow_avx2(floats: &[f32], out: &mut [u16]) {
    let n = floats.len().min(out.len());
    let ((f8, f), (o8, o)) = (floats[..n].as_chunks::<8>(), out[..n].as_chunks_mut::<8>());
    for (f, o) in f8.iter().zip(o8) {
        // SAFETY: the references cover 8 floats and 8 halves.
        unsafe {
            let half = _mm256_cvtps_ph::<_MM_FROUND_TO_NEAREST_INT>(_mm256_loadu_ps(f.as_ptr()));
            _mm_storeu_si128(o.as_mut_ptr().cast(), half);
        }
    }
    narrow_scalar(f, o);
}

#[target_feature(enable = "avx512bw,avx512vl")]
pub(crate) fn widen_avx512(halves: &[u16], out: &mut [f32]) {
    let n = halves.len().min(out.len());
    let ((h16, h), (o16, o)) = (halves[..n].as_chunks::<16>(), out[..n].as_chunks_mut::<16>());
    for (h, o) in h16.iter().zip(o16) {
        // SAFETY: the references cover 16 halves and 16 floats.
        unsafe { _mm512_storeu_ps(o.as_mut_ptr(), _mm512_cvtph_ps(_mm256_loadu_si256(h.as_ptr().cast()))) }
    }
    widen_scalar(h, o);
}

#[target_feature(enable = "avx512bw,avx512vl")]
pub(crate) fn narrow_avx512(floats: &[f32], out: &mut [u16]) {
    let n = floats.len().min(out.len());
    let ((f16, f), (o16, o)) = (floats[..n].as_chunks::<16>(), out[..n].as_chunks_mut::<16>());
    for (f, o) in f16.iter().zip(o16) {
        // SAFETY: the references cover 16 floats and 16 halves.
        unsafe {
            let half = _mm512_cvtps_ph::<_MM_FROUND_TO_NEAREST_INT>(_mm512_loadu_ps(f.as_ptr()));
            _mm256_storeu_si256(o.as_mut_ptr().cast(), half);
        }
    }
    narrow_scalar(f, o);
}
