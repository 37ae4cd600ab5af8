//! Feeds damaged input to every reader for a while and counts the outcomes:
//! `cargo run --release -p helix --example fuzz -- values|columns|strands|store SECONDS [SEED]`.
//!
//! - `values`: values of versions 1 to 3 and their text, by all that reads them;
//! - `columns`: compact values with and without a dictionary and values in frames, whole and in slices;
//! - `strands`: pools of strands, whose outcome is the bytes that were written or an error;
//! - `store`: differences and recipes.
//!
//! Half of the damaged values get a correct checksum again, otherwise nothing behind the checksum would be reached.
//! The largest allocation of each reader is held against the length that its input declares and the limit that it was given.

use std::num::NonZeroU32;
use std::rc::Rc;
use std::time::{Duration, Instant};

use helix::*;
use peak_alloc::PeakAlloc;
use xxhash_rust::xxh3::xxh3_64_with_seed;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

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
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    let mut numbers = arguments.map(|a| a.parse::<u64>().expect("a number"));
    let (seconds, seed) = (numbers.next().unwrap_or(10), numbers.next().unwrap_or(1));
    let random = Random(seed | 1 << 40);
    let end = Instant::now() + Duration::from_secs(seconds);
    match what.as_str() {
        "values" => values(random, end, seed),
        "columns" => columns(random, end, seed),
        "strands" => pools(random, end, seed),
        "store" => store(random, end, seed),
        _ => panic!("values, columns, strands or store"),
    }
}

/// Runs a reader and gives what it allocated at most, in bytes, beside its result.
fn measured<T>(read: impl FnOnce() -> T) -> (T, usize) {
    ALLOCATOR.reset_peak_usage();
    let before = ALLOCATOR.current_usage();
    let result = read();
    (result, ALLOCATOR.peak_usage().saturating_sub(before))
}

struct One(Rc<Dictionary>);

impl Dictionaries for One {
    fn dictionary(&mut self, id: u32) -> Result<Option<Rc<Dictionary>>, HelixError> {
        Ok((id == self.0.id()).then(|| self.0.clone()))
    }
}

fn words(random: &mut Random, length: usize) -> Vec<u8> {
    let mut text = String::new();
    while text.len() < length {
        text.push_str(["größer ", "als ", "zuvor ", "値 ", "😀 ", "{\"id\": "][random.below(6)]);
        text.push_str(&random.below(5_000).to_string());
    }
    text.into_bytes()
}

fn reseal(stored: &mut [u8], head_len: usize) {
    let covered = if stored[0] == FRAMED_VERSION { head_len.min(stored.len()) } else { stored.len() };
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&stored[..1]), &stored[5..covered]);
    stored[1..5].copy_from_slice(&checksum.to_le_bytes());
}

fn columns(mut random: Random, end: Instant, seed: u64) {
    let samples: Vec<Vec<u8>> = (0..2_000).map(|_| words(&mut random, 200)).collect();
    let samples: Vec<&[u8]> = samples.iter().map(Vec::as_slice).collect();
    let trained = train(&samples, 8_192).expect("enough samples");
    let dictionary = Rc::new(Dictionary::new(NonZeroU32::MIN, &trained, 3).expect("a dictionary"));
    let mut shelf = One(dictionary.clone());
    let (mut encoder, mut decoder) = (Encoder::new(), Decoder::new());
    let (mut values, mut slices, mut read, mut refused, mut largest) = (0u64, 0u64, 0u64, 0u64, 0usize);
    while Instant::now() < end {
        let length =
            if random.below(4) == 0 { FRAME_LEN + random.below(300_000) } else { random.below(4_000) };
        let raw = words(&mut random, length);
        let content = [Content::Bytes, Content::Utf8][random.below(2)];
        let with = (random.below(2) == 0).then_some(&*dictionary);
        let original = encoder.encode_compact(&raw, with, content, &mut || ()).expect("short");
        let head_len = match Head::read(&original, original.len()) {
            Ok(Beginning::Head(head)) => head.head_len(),
            _ => original.len(),
        };
        for _ in 0..40 {
            let mut stored = original.clone();
            if random.below(2) == 0 && head_len < stored.len() {
                // The table of frames decides much.
                let place = 5 + random.below(head_len - 5);
                stored[place] = random.next() as u8;
            } else {
                damage(&mut random, &mut stored);
            }
            let resealed = stored.len() > 6 && random.below(2) == 0;
            if resealed {
                reseal(&mut stored, head_len);
            }
            let (result, peak) = measured(|| decoder.decode_with(&stored, LIMIT, &mut shelf, &mut || ()));
            largest = largest.max(peak);
            assert!(peak <= 3 * LIMIT + 16 * stored.len() + (1 << 20), "{peak} bytes for {}", stored.len());
            match result {
                Ok(decoded) if resealed || stored == original => {
                    read += 1;
                    assert!(decoded.raw.len() <= LIMIT);
                }
                Ok(_) => panic!("damage was overlooked, seed {seed}"),
                Err(_) => refused += 1,
            }
            values += 1;
            // A slice, of what the first bytes say.
            let first = &stored[..stored.len().min(1 + random.below(3_000))];
            if let Ok(Beginning::Head(head)) = Head::read(first, stored.len()) {
                let from = random.below(700_000);
                let (frames, before) = head.covering(from..from + random.below(300_000));
                assert!(before <= from && frames.end <= head.frames());
                if !frames.is_empty() {
                    let bytes = &stored[head.stored(frames.clone())];
                    let _ = decoder.decode_frames(&head, frames, bytes, &mut shelf, &mut || ());
                    slices += 1;
                }
            }
        }
    }
    println!(
        "{values} values of columns, {slices} slices; {read} read, {refused} refused; at most {largest} bytes allocated; seed {seed}"
    );
}

fn pools(mut random: Random, end: Instant, seed: u64) {
    let (mut done, mut same, mut refused, mut largest) = (0u64, 0u64, 0u64, 0usize);
    while Instant::now() < end {
        let length = random.below(3_000);
        let raw = words(&mut random, length);
        let parity = random.below(51) as i32;
        let original = strands(&raw, 3, 100 + random.below(101), parity, &mut || ()).expect("short");
        for _ in 0..20 {
            let mut pool: Vec<Vec<u8>> = original.iter().map(|strand| strand.clone().into_bytes()).collect();
            for _ in 0..random.below(8) {
                let at = random.below(pool.len().max(1));
                match random.below(5) {
                    _ if at >= pool.len() => {}
                    0 => drop(pool.swap_remove(at)),
                    1 => pool.push(pool[at].clone()),
                    2 => pool[at].reverse(),
                    3 => {
                        let place = random.below(pool[at].len().max(1));
                        if let Some(base) = pool[at].get_mut(place) {
                            *base = b"ATGCNx"[random.below(6)];
                        }
                    }
                    _ => damage(&mut random, &mut pool[at]),
                }
            }
            let texts: Vec<String> =
                pool.iter().map(|strand| String::from_utf8_lossy(strand).into_owned()).collect();
            let read: Vec<String> = texts.iter().flat_map(|text| sequences(text)).collect();
            let (outcome, peak) =
                measured(|| from_strands(read.iter().map(String::as_str), LIMIT, &mut || ()));
            largest = largest.max(peak);
            assert!(peak <= 3 * LIMIT, "{peak} bytes");
            match outcome.raw {
                Ok(found) => {
                    assert!(found == raw, "wrong bytes, seed {seed}");
                    same += 1;
                }
                Err(_) => refused += 1,
            }
            done += 1;
        }
    }
    println!(
        "{done} pools: {same} came back, {refused} refused, none wrong; at most {largest} bytes allocated; seed {seed}"
    );
}

fn store(mut random: Random, end: Instant, seed: u64) {
    let (mut done, mut read, mut refused, mut largest) = (0u64, 0u64, 0u64, 0usize);
    while Instant::now() < end {
        let length = random.below(20_000);
        let base = words(&mut random, length);
        let mut raw = base.clone();
        damage(&mut random, &mut raw);
        let original = delta(&base, &raw).expect("short");
        assert_eq!(patch(&base, &original).as_ref(), Ok(&raw));
        let ids: Vec<u64> = (0..random.below(60)).map(|_| random.next() >> random.below(50)).collect();
        let numbered = recipe(&ids).expect("small numbers");
        for _ in 0..20 {
            let mut bytes = original.clone();
            damage(&mut random, &mut bytes);
            let (result, peak) = measured(|| patch(&base, &bytes));
            largest = largest.max(peak);
            assert!(peak <= 2 << 20, "{peak} bytes");
            if result.is_ok() {
                read += 1
            } else {
                refused += 1
            }
            let mut bytes = numbered.clone();
            damage(&mut random, &mut bytes);
            let (result, peak) = measured(|| runs(&bytes));
            assert!(peak <= 4_096 + 64 * bytes.len(), "{peak} bytes");
            if result.is_ok() {
                read += 1
            } else {
                refused += 1
            }
            done += 2;
        }
    }
    println!(
        "{done} differences and recipes: {read} read, {refused} refused; at most {largest} bytes allocated; seed {seed}"
    );
}

fn values(mut random: Random, end: Instant, seed: u64) {
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
