//! AVX-512 (F, BW, VL): four groups per register.

use core::arch::x86_64::*;

use super::avx2::add_interleaved;
use super::lookup::{Quantiser, group_norm};
use super::{Affine, BLOCK, GROUP_BYTES, WIDEN_AFTER, scalar};

#[target_feature(enable = "avx512bw,avx512vl")]
pub(crate) fn pack_signs(vector: &[f32], out: &mut [u8]) {
    let n = (vector.len() / 8).min(out.len());
    let ((v16, v), (o2, o)) = (vector[..n * 8].as_chunks::<16>(), out[..n].as_chunks_mut::<2>());
    for (v, o) in v16.iter().zip(o2) {
        // SAFETY: the reference covers 16 floats.
        let x = unsafe { _mm512_loadu_ps(v.as_ptr()) };
        *o = _mm512_cmp_ps_mask::<_CMP_GE_OQ>(x, _mm512_setzero_ps()).to_le_bytes();
    }
    scalar::pack_signs(v, o);
}

/// Adding a product with ±1 rounds as the scalar sum or difference does.
#[target_feature(enable = "avx512bw,avx512vl")]
pub(crate) fn build_table(query: &[f32], entries: &mut [u8]) -> (f32, f32) {
    let quantiser = Quantiser::of(query);
    let (plus, minus) = (_mm512_set1_ps(1.0), _mm512_set1_ps(-1.0));
    let sign = [0xaaaa, 0xcccc, 0xf0f0, 0xff00].map(|set| _mm512_mask_blend_ps(set, minus, plus));
    let (inverse, half) = (_mm512_set1_ps(quantiser.inverse), _mm512_set1_ps(0.5));
    for (q, entries) in query.as_chunks::<4>().0.iter().zip(entries.as_chunks_mut::<GROUP_BYTES>().0) {
        let mut v = _mm512_set1_ps(group_norm(q));
        for i in 0..4 {
            v = _mm512_fmadd_ps(_mm512_set1_ps(q[i]), sign[i], v);
        }
        let v = _mm512_mul_ps(v, inverse);
        let bytes = _mm512_cvtepi32_epi8(_mm512_cvttps_epi32(_mm512_add_ps(v, half)));
        // SAFETY: the reference covers 16 bytes.
        unsafe { _mm_storeu_si128(entries.as_mut_ptr().cast(), bytes) }
    }
    (quantiser.scale, quantiser.offset)
}

#[target_feature(enable = "avx512bw,avx512vl")]
pub(crate) fn scan(codes: &[u8], entries: &[u8], sums: &mut [u32; BLOCK]) {
    let n = codes.len().min(entries.len()) / GROUP_BYTES * GROUP_BYTES;
    let (codes, entries) = (&codes[..n], &entries[..n]);
    let step = WIDEN_AFTER * GROUP_BYTES;
    for (codes, entries) in codes.chunks(step).zip(entries.chunks(step)) {
        scan_narrow(codes, entries, sums);
    }
}

/// 16-bit sums of the low and the high nibbles of four groups per register, see the AVX2 twin.
struct Sums {
    all: [__m512i; 2],
    odd: [__m512i; 2],
}

impl Sums {
    #[inline]
    #[target_feature(enable = "avx512bw,avx512vl")]
    fn add(&mut self, codes: __m512i, table: __m512i) {
        let nibbles = _mm512_set1_epi8(0xf);
        let low = _mm512_shuffle_epi8(table, _mm512_and_si512(codes, nibbles));
        let high = _mm512_shuffle_epi8(table, _mm512_and_si512(_mm512_srli_epi16::<4>(codes), nibbles));
        self.all[0] = _mm512_add_epi16(self.all[0], low);
        self.odd[0] = _mm512_add_epi16(self.odd[0], _mm512_srli_epi16::<8>(low));
        self.all[1] = _mm512_add_epi16(self.all[1], high);
        self.odd[1] = _mm512_add_epi16(self.odd[1], _mm512_srli_epi16::<8>(high));
    }
}

/// At most `WIDEN_AFTER` groups, both slices of the same length.
#[inline]
#[target_feature(enable = "avx512bw,avx512vl")]
fn scan_narrow(codes: &[u8], entries: &[u8], sums: &mut [u32; BLOCK]) {
    let zero = _mm512_setzero_si512();
    let mut s = Sums { all: [zero; 2], odd: [zero; 2] };
    let ((fours, rest), (tables, tables_rest)) = (codes.as_chunks::<64>(), entries.as_chunks::<64>());
    for (c, t) in fours.iter().zip(tables) {
        // SAFETY: both references cover 64 bytes.
        let (c, t) =
            unsafe { (_mm512_loadu_si512(c.as_ptr().cast()), _mm512_loadu_si512(t.as_ptr().cast())) };
        s.add(c, t);
    }
    if !rest.is_empty() {
        let mask = (1u64 << rest.len().min(tables_rest.len()).min(63)) - 1;
        // SAFETY: the mask enables at most as many bytes as either slice has. Masked entries are zero.
        let (c, t) = unsafe {
            (
                _mm512_maskz_loadu_epi8(mask, rest.as_ptr().cast()),
                _mm512_maskz_loadu_epi8(mask, tables_rest.as_ptr().cast()),
            )
        };
        s.add(c, t);
    }
    for h in 0..2 {
        let even = _mm512_sub_epi16(s.all[h], _mm512_slli_epi16::<8>(s.odd[h]));
        // The four groups of a register lie in its quarters; all groups together fit 16 bits.
        let fold = |x| {
            let x = _mm256_add_epi16(_mm512_castsi512_si256(x), _mm512_extracti64x4_epi64::<1>(x));
            _mm_add_epi16(_mm256_castsi256_si128(x), _mm256_extracti128_si256::<1>(x))
        };
        add_interleaved(fold(even), fold(s.odd[h]), sums, 16 * h);
    }
}

#[target_feature(enable = "avx512bw,avx512vl")]
pub(crate) fn affine(sums: &[u32; BLOCK], t: Affine<'_>, est: &mut [f32; BLOCK], low: &mut [f32; BLOCK]) {
    let (scale, offset) = (_mm512_set1_ps(t.scale), _mm512_set1_ps(t.offset));
    let (g, err) = (_mm512_set1_ps(t.g), _mm512_set1_ps(t.err_scale));
    for i in [0, 16] {
        // SAFETY: i + 16 <= 32 = sums.len(), and 4·32 bytes of add and rescale.
        let (sum, add, rescale) = unsafe {
            (
                _mm512_loadu_si512(sums.as_ptr().add(i).cast()),
                _mm512_loadu_ps(t.add.as_ptr().add(4 * i).cast()),
                _mm512_loadu_ps(t.rescale.as_ptr().add(4 * i).cast()),
            )
        };
        let product = _mm512_fmadd_ps(scale, _mm512_cvtepu32_ps(sum), offset);
        let e = _mm512_fmadd_ps(rescale, product, _mm512_add_ps(add, g));
        let l = _mm512_fnmadd_ps(err, _mm512_abs_ps(rescale), e);
        // SAFETY: i + 16 <= 32.
        unsafe {
            _mm512_storeu_ps(est.as_mut_ptr().add(i), e);
            _mm512_storeu_ps(low.as_mut_ptr().add(i), l);
        }
    }
}

#[target_feature(enable = "avx512bw,avx512vl")]
pub(crate) fn mask_below(low: &[f32; BLOCK], threshold: f32) -> u32 {
    let threshold = _mm512_set1_ps(threshold);
    // SAFETY: low has 32 floats.
    let (a, b) = unsafe { (_mm512_loadu_ps(low.as_ptr()), _mm512_loadu_ps(low.as_ptr().add(16))) };
    let below = |x| u32::from(_mm512_cmp_ps_mask::<_CMP_LT_OQ>(x, threshold));
    below(a) | below(b) << 16
}
