//! Bit strings: Hamming distance and the terms of the Jaccard distance.

use crate::dispatch::table;

/// Number of differing bits of the common prefix of two byte strings.
#[inline]
pub fn hamming(a: &[u8], b: &[u8]) -> u64 {
    debug_assert_eq!(a.len(), b.len());
    (table().hamming)(a, b)
}

/// Sizes of intersection and union of the sets of 1-bits, of the common prefix of two byte strings.
#[inline]
pub fn jaccard_terms(a: &[u8], b: &[u8]) -> JaccardTerms {
    debug_assert_eq!(a.len(), b.len());
    (table().jaccard_terms)(a, b)
}

/// The two counts of a Jaccard distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JaccardTerms {
    /// Bits set in both.
    pub both: u64,
    /// Bits set in at least one.
    pub either: u64,
}

impl JaccardTerms {
    /// `1 - both / either`, from 0 to 1. Strings without a common 1-bit are at distance 1, also two without any (pgvector's rule).
    pub fn distance(self) -> f64 {
        if self.both == 0 { 1.0 } else { 1.0 - self.both as f64 / self.either as f64 }
    }
}

impl From<[u64; 2]> for JaccardTerms {
    fn from([both, either]: [u64; 2]) -> Self {
        Self { both, either }
    }
}

/// Counts the bits of words made of both strings' words; all-zero words must give all-zero words.
///
/// Written once: inside a function with `popcnt` or `avx2` enabled, or for aarch64, the compiler uses what those have.
#[inline(always)]
fn count<const N: usize>(a: &[u8], b: &[u8], words: impl Fn(u64, u64) -> [u64; N]) -> [u64; N] {
    let n = a.len().min(b.len());
    let ((a, a_rest), (b, b_rest)) = (a[..n].as_chunks::<8>(), b[..n].as_chunks::<8>());
    let mut counts = [0; N];
    let mut add = |x: [u8; 8], y: [u8; 8]| {
        for (count, word) in counts.iter_mut().zip(words(u64::from_ne_bytes(x), u64::from_ne_bytes(y))) {
            *count += u64::from(word.count_ones());
        }
    };
    for (x, y) in a.iter().zip(b) {
        add(*x, *y);
    }
    let (mut x, mut y) = ([0; 8], [0; 8]);
    x[..a_rest.len()].copy_from_slice(a_rest);
    y[..b_rest.len()].copy_from_slice(b_rest);
    add(x, y);
    counts
}

#[inline(always)]
pub(crate) fn hamming_scalar(a: &[u8], b: &[u8]) -> u64 {
    count(a, b, |x, y| [x ^ y])[0]
}

#[inline(always)]
pub(crate) fn jaccard_terms_scalar(a: &[u8], b: &[u8]) -> JaccardTerms {
    count(a, b, |x, y| [x & y, x | y]).into()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
pub(crate) fn hamming_avx2(a: &[u8], b: &[u8]) -> u64 {
    hamming_scalar(a, b)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
pub(crate) fn jaccard_terms_avx2(a: &[u8], b: &[u8]) -> JaccardTerms {
    jaccard_terms_scalar(a, b)
}

/// AVX-512 VPOPCNTDQ: 64 bytes at a time, masked tails.
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512 {
    use core::arch::x86_64::*;

    use super::JaccardTerms;

    #[inline]
    #[target_feature(enable = "avx512bw,avx512vpopcntdq")]
    fn load(x: &[u8; 64]) -> __m512i {
        // SAFETY: the reference covers 64 bytes.
        unsafe { _mm512_loadu_si512(x.as_ptr().cast()) }
    }

    /// Fewer than 64 bytes, the others zero.
    #[inline]
    #[target_feature(enable = "avx512bw,avx512vpopcntdq")]
    fn load_tail(x: &[u8]) -> __m512i {
        let mask = (1u64 << x.len().min(63)) - 1;
        // SAFETY: the mask enables at most `x.len()` bytes; masked bytes are not accessed.
        unsafe { _mm512_maskz_loadu_epi8(mask, x.as_ptr().cast()) }
    }

    /// As [`super::count`].
    macro_rules! count {
        ($a:ident, $b:ident, |$x:ident, $y:ident| $words:expr) => {{
            let n = $a.len().min($b.len());
            let ((a, a_rest), (b, b_rest)) = ($a[..n].as_chunks::<64>(), $b[..n].as_chunks::<64>());
            let mut counts = {
                let ($x, $y) = (load_tail(a_rest), load_tail(b_rest));
                $words.map(|word| _mm512_popcnt_epi64(word))
            };
            for (x, y) in a.iter().zip(b) {
                let ($x, $y) = (load(x), load(y));
                for (count, word) in counts.iter_mut().zip($words) {
                    *count = _mm512_add_epi64(*count, _mm512_popcnt_epi64(word));
                }
            }
            counts.map(|count| _mm512_reduce_add_epi64(count) as u64)
        }};
    }

    #[target_feature(enable = "avx512bw,avx512vpopcntdq")]
    pub(crate) fn hamming(a: &[u8], b: &[u8]) -> u64 {
        count!(a, b, |x, y| [_mm512_xor_si512(x, y)])[0]
    }

    #[target_feature(enable = "avx512bw,avx512vpopcntdq")]
    pub(crate) fn jaccard_terms(a: &[u8], b: &[u8]) -> JaccardTerms {
        count!(a, b, |x, y| [_mm512_and_si512(x, y), _mm512_or_si512(x, y)]).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kernels;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_level_counts_as_bit_by_bit(
            pairs in prop::collection::vec(any::<(u8, u8)>(), 0..300),
            skip in 0usize..9,
            longer in 0usize..3,
        ) {
            let (mut a, b): (Vec<u8>, Vec<u8>) = pairs.into_iter().unzip();
            // Bytes beyond the shorter string do not count.
            a.resize(a.len() + longer, 0xff);
            let (a, b) = (&a[skip.min(b.len())..], &b[skip.min(b.len())..]);
            let bit = |v: &[u8], i: usize| (v[i / 8] >> (i % 8)) & 1;
            let bits = || (0..b.len() * 8).map(|i| (bit(a, i), bit(b, i)));
            let differing = bits().filter(|(x, y)| x != y).count() as u64;
            let terms = JaccardTerms {
                both: bits().filter(|(x, y)| x & y == 1).count() as u64,
                either: bits().filter(|(x, y)| x | y == 1).count() as u64,
            };
            for k in Kernels::available() {
                prop_assert_eq!((k.hamming)(a, b), differing, "{}", k.level);
                prop_assert_eq!((k.hamming)(b, a), differing, "{}", k.level);
                prop_assert_eq!((k.jaccard_terms)(a, b), terms, "{}", k.level);
                prop_assert_eq!((k.jaccard_terms)(b, a), terms, "{}", k.level);
            }
        }
    }

    #[test]
    fn known_answers() {
        assert_eq!(hamming(&[0b1110_0000], &[0b1000_0001]), 3);
        assert_eq!(hamming(&[], &[]), 0);
        assert_eq!(jaccard_terms(&[0b1111_0000], &[0b1100_0001]), JaccardTerms { both: 2, either: 5 });
        assert_eq!(jaccard_terms(&[0b1111_0000], &[0b1100_0001]).distance(), 0.6);
        assert_eq!(jaccard_terms(&[1; 100], &[1; 100]).distance(), 0.0);
        assert_eq!(jaccard_terms(&[2; 100], &[1; 100]).distance(), 1.0);
        assert_eq!(jaccard_terms(&[0], &[0]).distance(), 1.0, "nothing in common");
    }
}
