//! Hamming distance of bit strings.

use crate::dispatch::table;

/// Number of differing bits of the common prefix of two byte strings.
pub fn hamming(a: &[u8], b: &[u8]) -> u64 {
    debug_assert_eq!(a.len(), b.len());
    (table().hamming)(a, b)
}

/// Written once: inside a function with `popcnt` or `avx2` enabled the compiler uses those.
#[inline(always)]
pub(crate) fn hamming_scalar(a: &[u8], b: &[u8]) -> u64 {
    let n = a.len().min(b.len());
    let ((a, a_rest), (b, b_rest)) = (a[..n].as_chunks::<8>(), b[..n].as_chunks::<8>());
    let words: u64 = a
        .iter()
        .zip(b)
        .map(|(x, y)| u64::from((u64::from_ne_bytes(*x) ^ u64::from_ne_bytes(*y)).count_ones()))
        .sum();
    let rest: u64 = a_rest.iter().zip(b_rest).map(|(x, y)| u64::from((x ^ y).count_ones())).sum();
    words + rest
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
pub(crate) fn hamming_avx2(a: &[u8], b: &[u8]) -> u64 {
    hamming_scalar(a, b)
}

#[cfg(test)]
mod tests {
    use crate::Kernels;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_level_counts_as_bit_by_bit(pairs in prop::collection::vec(any::<(u8, u8)>(), 0..300), skip in 0usize..9) {
            let (a, b): (Vec<u8>, Vec<u8>) = pairs.into_iter().unzip();
            let skip = skip.min(a.len());
            let (a, b) = (&a[skip..], &b[skip..]);
            let bits = |v: &[u8], i: usize| (v[i / 8] >> (i % 8)) & 1;
            let expected = (0..a.len() * 8).filter(|&i| bits(a, i) != bits(b, i)).count() as u64;
            for k in Kernels::available() {
                prop_assert_eq!((k.hamming)(a, b), expected, "{}", k.level);
            }
        }
    }
}
