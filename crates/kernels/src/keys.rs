//! Comparing the keys of a block of 32 rows with bounds.

use crate::BLOCK;

/// Which of a block's 32 keys (8 bytes each, little-endian) lie within the bounds, both included: bit i for key i. Bounds the wrong
/// way round hold nothing. Panics if there are fewer than 32 keys.
pub fn mask_between(keys: &[u8], low: u64, high: u64) -> u32 {
    if low > high {
        return 0;
    }
    let (keys, _) = keys[..8 * BLOCK].as_chunks::<8>();
    let width = high - low;
    let mut mask = 0;
    for (i, key) in keys.iter().enumerate() {
        mask |= u32::from(u64::from_le_bytes(*key).wrapping_sub(low) <= width) << i;
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_bit_says_whether_its_key_is_within(
            keys in prop::collection::vec(prop_oneof![0u64..8, any::<u64>(), u64::MAX - 8..=u64::MAX], BLOCK),
            low in prop_oneof![0u64..8, any::<u64>(), u64::MAX - 8..=u64::MAX],
            high in prop_oneof![0u64..8, any::<u64>(), u64::MAX - 8..=u64::MAX],
        ) {
            let bytes: Vec<u8> = keys.iter().flat_map(|key| key.to_le_bytes()).collect();
            let mask = mask_between(&bytes, low, high);
            for (i, key) in keys.iter().enumerate() {
                prop_assert_eq!(mask >> i & 1 == 1, *key >= low && *key <= high);
            }
        }
    }
}
