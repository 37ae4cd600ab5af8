//! What a chunk has in common with similar ones: three numbers, of which two chunks that differ little share at least one.
//!
//! Super-features (Broder 1997; Shilane and others 2012) over a rolling gear hash of which only a sample is looked at (Odess, Zou and others
//! 2021): the largest value of each of twelve linear maps over the sampled hashes is a feature, four features make a super-feature.

use xxhash_rust::xxh3::xxh3_64;

/// Super-features of a chunk.
pub const FEATURES: usize = 3;
const MAPS: usize = 4 * FEATURES;
/// One hash in eight is looked at.
const SAMPLED: u64 = 7 << 61;

const fn splitmix(index: u64) -> u64 {
    let mut z = index.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

const fn table<const N: usize>(offset: u64) -> [u64; N] {
    let mut table = [0; N];
    let mut i = 0;
    while i < N {
        table[i] = splitmix(offset + i as u64);
        i += 1;
    }
    table
}

static GEAR: [u64; 256] = table(1);
static FACTORS: [u64; MAPS] = table(1_001);
static TERMS: [u64; MAPS] = table(2_001);

/// The super-features of bytes. They are kept in tables: another way of computing them would find nothing that was stored before.
pub fn features(content: &[u8]) -> [u64; FEATURES] {
    let mut largest = [0u64; MAPS];
    let mut hash = 0u64;
    for &byte in content {
        hash = (hash << 1).wrapping_add(GEAR[usize::from(byte)]);
        if hash & SAMPLED == 0 {
            for (map, largest) in largest.iter_mut().enumerate() {
                // An odd factor, so that no hash is lost; the high bits decide, into which the product mixes the low ones.
                let value = hash.wrapping_mul(FACTORS[map] | 1).wrapping_add(TERMS[map]);
                *largest = value.max(*largest);
            }
        }
    }
    std::array::from_fn(|i| {
        let mut group = [0; 32];
        for (bytes, feature) in group.chunks_exact_mut(8).zip(&largest[4 * i..4 * i + 4]) {
            bytes.copy_from_slice(&feature.to_le_bytes());
        }
        xxh3_64(&group)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: u64, length: usize) -> Vec<u8> {
        let mut state = seed;
        let step = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        };
        std::iter::repeat_with(step).take(length).collect()
    }

    fn shared(a: &[u8], b: &[u8]) -> usize {
        features(a).iter().zip(features(b)).filter(|(a, b)| **a == *b).count()
    }

    #[test]
    fn features_stay_what_they_are() {
        assert_eq!(features(b""), [xxh3_64(&[0; 32]); FEATURES]);
        assert_ne!(features(&noise(1, 100)), features(b""));
    }

    #[test]
    fn similar_chunks_share_one_and_others_none() {
        let mut found = 0;
        for seed in 1..=100 {
            let base = noise(seed, 12_000);
            assert_eq!(shared(&base, &noise(seed + 1_000, 12_000)), 0);
            let mut edited = base.clone();
            for edit in 0..5 {
                let at = 1_000 + edit * 2_000;
                edited.splice(at..at + 3, *b"inserted here");
            }
            found += usize::from(shared(&base, &edited) > 0);
        }
        assert!(found >= 95, "{found}");
    }
}
