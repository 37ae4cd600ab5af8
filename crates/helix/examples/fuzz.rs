//! Feeds damaged values and text to every reader for a while and counts the outcomes:
//! `cargo run --release -p helix --example fuzz -- SECONDS [SEED]`.
//!
//! Half of the damaged values get a correct checksum again, otherwise nothing behind the checksum would be reached.

use std::time::{Duration, Instant};

use helix::*;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Decoded values may be this long.
const LIMIT: usize = 1 << 22;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

fn valid(random: &mut Random) -> Vec<u8> {
    let length = random.below(3_000);
    let alphabet = 1 + random.below(256) as u64;
    let raw: Vec<u8> = (0..length).map(|_| (random.next() % alphabet) as u8).collect();
    let value = match random.below(6) {
        4 => Encoder::new().encode_compact(&raw, None, Content::Bytes, &mut || ()),
        5 => Encoder::new().encode(&raw, 3, 1 + random.below(50) as i32, &mut || ()),
        0 => literal(&pack(&unpack(&raw, raw.len() * 4)).expect("letters")),
        _ => encode(&raw, 1 + random.below(9) as i32),
    };
    value.unwrap_or_else(|_| encode(b"", 1).expect("empty input"))
}

fn damage(random: &mut Random, stored: &mut Vec<u8>) {
    for _ in 0..1 + random.below(4) {
        let place = random.below(stored.len().max(1)).min(stored.len().saturating_sub(1));
        // Headers are short and decide much: aim at them often.
        let place = if random.below(2) == 0 { place.min(9 + random.below(20)) } else { place };
        match random.below(5) {
            _ if place >= stored.len() => stored.push(random.next() as u8),
            0 => stored[place] ^= 1 << random.below(8),
            1 => stored[place] = random.next() as u8,
            2 => stored.truncate(place),
            3 => stored.insert(place, random.next() as u8),
            _ => {
                let end = (place + random.below(64)).min(stored.len());
                let copy = stored[place..end].to_vec();
                let at = random.below(stored.len());
                stored.splice(at..at, copy);
            }
        }
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1).map(|a| a.parse::<u64>().expect("a number"));
    let (seconds, seed) = (arguments.next().unwrap_or(10), arguments.next().unwrap_or(1));
    let mut random = Random(seed | 1 << 40);
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut decoder = Decoder::new();
    let (mut values, mut texts, mut accepted, mut refused) = (0u64, 0u64, 0u64, 0u64);
    while Instant::now() < end {
        let original = valid(&mut random);
        for _ in 0..20 {
            let mut stored = original.clone();
            damage(&mut random, &mut stored);
            let resealed = stored.len() > 9 && random.below(2) == 0;
            if resealed && stored[0] == 2 {
                let checksum = crc32c::crc32c_append(crc32c::crc32c(&stored[..1]), &stored[5..]);
                stored[1..5].copy_from_slice(&checksum.to_le_bytes());
            } else if resealed {
                stored[0] = 1;
                let checksum = xxh3_64_with_seed(&stored[9..], 1);
                stored[1..9].copy_from_slice(&checksum.to_le_bytes());
            }
            match decoder.decode(&stored, LIMIT) {
                Ok(raw) => {
                    // What parity rebuilds is what was written.
                    let mended = repair(&stored).is_ok_and(|mended| mended.is_some_and(|m| m == original));
                    assert!((resealed || stored == original || mended) && raw.len() <= LIMIT);
                }
                Err(HelixError::NotEncoded) => assert!(resealed || stored == original),
                Err(_) => refused += 1,
            }
            match (check_stored(&stored), to_text(&stored)) {
                (Ok(()), Ok(text)) => {
                    accepted += 1;
                    assert_eq!(parse_text(&text).as_deref(), Ok(&stored[..]));
                    assert!(stats(&stored).is_ok_and(|s| s.bases == base_count(&stored).unwrap_or(0)));
                    if let Ok(other) = reverse_complement(&stored) {
                        assert_eq!(reverse_complement(&other).as_deref(), Ok(&stored[..]));
                    }
                }
                (Err(a), Err(b)) => assert_eq!(a, b),
                other => panic!("check_stored and to_text disagree: {other:?}"),
            }
            let _ = compare(&stored, &original);
            values += 1;
        }
        let mut text = to_text(&original).expect("a valid value").into_bytes();
        damage(&mut random, &mut text);
        if let Ok(stored) = parse_text(&String::from_utf8_lossy(&text)) {
            check_stored(&stored).expect("what was parsed is well formed");
        }
        texts += 1;
    }
    println!(
        "{values} values, {texts} texts; {accepted} well formed, {refused} refused by decode; seed {seed}"
    );
}
