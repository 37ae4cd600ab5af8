//! A fuzzer of both readers of sparse vectors, which runs for QSTORE_FUZZ_SECONDS and says how many inputs it tried:
//!
//! ```text
//! QSTORE_FUZZ_SECONDS=600 cargo test --release -p vector_io --test fuzz_sparse -- --ignored --nocapture
//! ```
//!
//! Inputs are printed vectors with random edits, so that most reach deep into the readers; the seed is printed.

mod common;

use common::{LIMITS, assert_sound, print};
use std::time::{Duration, Instant};
use vector_io::{Sparse, SparseLimits, parse_sparse, read_sparse, sparse_length, write_sparse};

/// splitmix64
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn sparse(&mut self) -> Sparse {
        let largest = if self.below(2) == 0 { 50 } else { 1_000_000_000 };
        let dims = 1 + self.below(largest) as i32;
        let mut indices: Vec<i32> = (0..self.below(12)).map(|_| self.below(dims as usize) as i32).collect();
        indices.sort_unstable();
        indices.dedup();
        let values = indices.iter().map(|_| {
            loop {
                let value = f32::from_bits(self.next() as u32);
                if value.is_finite() && value != 0.0 {
                    break value;
                }
            }
        });
        Sparse { dims, values: values.collect(), indices }
    }

    /// Up to seven edits: replace, insert, delete, repeat a part, cut.
    fn edit(&mut self, input: &mut Vec<u8>, alphabet: &[u8]) {
        for _ in 0..self.below(8) {
            let at = self.below(input.len() + 1);
            let byte =
                if self.below(4) == 0 { self.next() as u8 } else { alphabet[self.below(alphabet.len())] };
            match self.below(10) {
                0..4 if at < input.len() => input[at] = byte,
                4..7 => input.insert(at, byte),
                7 if at < input.len() => drop(input.remove(at)),
                8 => input.truncate(at),
                _ => {
                    let end = (at + self.below(20)).min(input.len());
                    let part = input[at..end].to_vec();
                    input.splice(at..at, part);
                }
            }
        }
    }
}

/// Small limits half of the time, so that they are met.
fn limits(random: &mut Random) -> SparseLimits {
    if random.below(2) == 0 { LIMITS } else { SparseLimits { dimensions: 100, elements: 3 } }
}

fn text(random: &mut Random) -> bool {
    let mut input = print(&random.sparse()).into_bytes();
    random.edit(&mut input, b"{}:,/ 0123456789+-.eEnaif\t");
    let limits = limits(random);
    let Ok(read) = parse_sparse(&input, limits) else { return false };
    assert_sound(&read, limits);
    assert_eq!(parse_sparse(print(&read).as_bytes(), limits), Ok(read));
    true
}

fn wire(random: &mut Random) -> bool {
    let sparse = random.sparse();
    let mut input = vec![0; sparse_length(sparse.indices.len())];
    write_sparse(sparse.dims, &sparse.indices, &sparse.values, &mut input);
    random.edit(&mut input, &[0, 1, 2, 3, 0x7f, 0x80, 0xff]);
    let limits = limits(random);
    let Ok((read, length)) = read_sparse(&input, limits) else { return false };
    assert_sound(&read, limits);
    let mut written = vec![0; length];
    write_sparse(read.dims, &read.indices, &read.values, &mut written);
    assert_eq!(written, input[..length]);
    true
}

#[test]
#[ignore = "runs as long as QSTORE_FUZZ_SECONDS says"]
fn readers_of_sparse_vectors() {
    let seconds = std::env::var("QSTORE_FUZZ_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(10);
    let seed = std::env::var("QSTORE_FUZZ_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or_else(|| {
        std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_nanos() as u64)
    });
    println!("seed {seed}");
    let mut random = Random(seed);
    let end = Instant::now() + Duration::from_secs(seconds);
    let (mut inputs, mut accepted) = (0_u64, 0_u64);
    while Instant::now() < end {
        for _ in 0..1_000 {
            inputs += 2;
            accepted += u64::from(text(&mut random)) + u64::from(wire(&mut random));
        }
    }
    println!("{inputs} inputs, {accepted} of them vectors");
    assert!(accepted > 0 && accepted < inputs, "the edits leave some inputs sound and break others");
}
