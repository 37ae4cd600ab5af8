//! Values with parity: what is damaged within it is rebuilt byte for byte, what is damaged beyond it is an error, never wrong bytes.

use helix::*;
use proptest::prelude::*;

fn shielded(raw: &[u8], parity: i32) -> Vec<u8> {
    Encoder::new().encode(raw, DEFAULT_LEVEL, parity, &mut || ()).expect("valid")
}

fn incompressible(length: usize) -> Vec<u8> {
    let mut state = 7u64;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    })
    .take(length)
    .collect()
}

/// Where the shards lie, from the byte table in the README: headers of 17 bytes, behind each shard 4 bytes of checksum.
fn places(stored: &[u8]) -> Vec<std::ops::Range<usize>> {
    let stats = stats(stored).expect("undamaged");
    let stride = (stored.len() - 34) / stats.shards as usize;
    (0..stats.shards as usize).map(|i| 17 + i * stride..17 + (i + 1) * stride).collect()
}

/// All ways of choosing `k` of `n`, as bit sets.
fn choices(n: usize, k: usize) -> impl Iterator<Item = u32> {
    (0u32..1 << n).filter(move |set| set.count_ones() as usize == k)
}

#[test]
fn a_fifth_of_the_shards_in_every_pattern() {
    // 12 data shards and 3 of parity: all 455 patterns of three, and all 1,365 of four, which are too many.
    let raw = incompressible(12 * 64 - 30);
    let stored = shielded(&raw, 20);
    let places = places(&stored);
    let stats = stats(&stored).unwrap();
    assert_eq!((stats.shards, stats.parity_shards), (15, 3));
    let damage = |set: u32| {
        let mut damaged = stored.clone();
        for (i, place) in places.iter().enumerate().filter(|(i, _)| set & 1 << i != 0) {
            damaged[place.clone()].iter_mut().for_each(|byte| *byte ^= 0x55 + i as u8);
        }
        damaged
    };
    for set in (1..=3).flat_map(|k| choices(15, k)) {
        let damaged = damage(set);
        assert!(matches!(check_stored(&damaged), Err(HelixError::Damaged(Damage::Shards { .. }))));
        assert!(to_text(&damaged).is_err() && verify(&damaged).is_err());
        assert_eq!(repair(&damaged).unwrap().as_deref(), Some(&stored[..]), "{set:b}");
        let decoded = Decoder::new().decode_with(&damaged, MAX_RAW_LEN, &mut (), &mut || ()).unwrap();
        assert_eq!(decoded.raw, raw);
        let expected = Damage::Shards { damaged: set.count_ones(), shards: 15, parity: 3 };
        assert_eq!(decoded.damage, Some(expected));
        assert_eq!(helix::stats(&damaged).unwrap().damaged_shards, set.count_ones());
    }
    for set in choices(15, 4) {
        let too_much = HelixError::Damaged(Damage::Shards { damaged: 4, shards: 15, parity: 3 });
        assert_eq!(decode(&damage(set), MAX_RAW_LEN), Err(too_much.clone()));
        assert_eq!(repair(&damage(set)), Err(too_much));
    }
}

#[test]
fn every_flipped_bit_is_detected_and_repaired() {
    for (raw, parity) in [(&b""[..], 20), (b"payload", 20), (&[7; 3_000], 5), (&incompressible(200), 50)] {
        let stored = shielded(raw, parity);
        assert_eq!(repair(&stored), Ok(None));
        verify(&stored).unwrap();
        for bit in 0..stored.len() * 8 {
            let mut flipped = stored.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(check_stored(&flipped).is_err(), "bit {bit}");
            assert!(to_text(&flipped).is_err() && base_count(&flipped).is_err(), "bit {bit}");
            assert_eq!(repair(&flipped).unwrap().as_deref(), Some(&stored[..]), "bit {bit}");
            assert_eq!(decode(&flipped, MAX_RAW_LEN).unwrap(), raw, "bit {bit}");
        }
    }
}

#[test]
fn shares_outside_the_range_are_refused() {
    for percent in [i32::MIN, -1, 51, i32::MAX] {
        let refused = Encoder::new().encode(b"x", 3, percent, &mut || ());
        assert_eq!(refused, Err(HelixError::InvalidParity { percent }));
    }
}

#[test]
fn the_share_is_that_of_the_shards() {
    for length in [0, 1, 100, 500, 5_000, 100_000] {
        for percent in [1, 5, 20, 33, 50] {
            let stored = shielded(&incompressible(length), percent);
            let stats = stats(&stored).unwrap();
            // Enough, and not one more than that.
            assert!(stats.parity_shards * 100 >= stats.shards * percent as u32);
            assert!((stats.parity_shards - 1) * 100 < (stats.shards - 1) * percent as u32);
            assert_eq!(stats.version, 3);
            assert_eq!(parse_text(&to_text(&stored).unwrap()).unwrap(), stored);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Bytes overwritten anywhere: right bytes or an error, and right bytes whenever no more shards are hit than there is parity.
    #[test]
    fn damage_anywhere(
        length in 0..20_000usize, parity in 1..=50i32,
        hits in proptest::collection::vec((any::<prop::sample::Index>(), 1..200usize, any::<u8>()), 1..12),
    ) {
        let raw = incompressible(length);
        let stored = shielded(&raw, parity);
        let places = places(&stored);
        let mut damaged = stored.clone();
        for (place, length, with) in hits {
            let start = place.index(stored.len());
            let end = stored.len().min(start + length);
            damaged[start..end].fill(with);
        }
        let hit = places.iter().filter(|place| damaged[(*place).clone()] != stored[(*place).clone()]).count();
        let headers = [0..17, stored.len() - 17..stored.len()];
        let header = headers.iter().any(|place| damaged[place.clone()] == stored[place.clone()]);
        let parity_shards = stats(&stored).unwrap().parity_shards as usize;
        prop_assert_eq!(check_stored(&damaged).is_ok(), damaged == stored);
        match decode(&damaged, MAX_RAW_LEN) {
            Ok(decoded) => prop_assert_eq!(decoded, raw),
            Err(error) => {
                prop_assert!(hit > parity_shards || !header, "{error}");
                prop_assert!(repair(&damaged).is_err());
            }
        }
        if hit <= parity_shards && header {
            let repaired = repair(&damaged).unwrap().unwrap_or(damaged);
            prop_assert!(repaired == stored);
        }
    }

    /// Any bytes behind any header that holds: an error or a value, no panic.
    #[test]
    fn made_up_values(data in 0..200u16, parity in 0..200u16, shard in 0..300u32, inner in 0..40_000u32, fill in any::<u8>()) {
        let mut header = vec![3, 0, 0, 0, 0];
        header.extend_from_slice(&data.to_le_bytes());
        header.extend_from_slice(&parity.to_le_bytes());
        header.extend_from_slice(&shard.to_le_bytes());
        header.extend_from_slice(&inner.to_le_bytes());
        let checksum = crc32c::crc32c_append(crc32c::crc32c(&header[..1]), &header[5..]);
        header[1..5].copy_from_slice(&checksum.to_le_bytes());
        let mut stored = header.clone();
        for index in 0..data + parity {
            let bytes = vec![fill; shard as usize];
            let checksum = crc32c::crc32c_append(crc32c::crc32c(&index.to_le_bytes()), &bytes);
            stored.extend_from_slice(&bytes);
            stored.extend_from_slice(&checksum.to_le_bytes());
        }
        stored.extend_from_slice(&header);
        prop_assert!(decode(&stored, 100_000).is_err());
        prop_assert!(repair(&stored).is_err());
    }
}
