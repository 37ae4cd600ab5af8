//! Damaged and random input for every reader. A short run is an ordinary test; a long one is
//! `QSTORE_FUZZ_SECONDS=600 cargo test -p vector_io --release --test fuzz -- --ignored --nocapture`, with
//! `QSTORE_FUZZ_SEED` for other inputs. An invariant that does not hold is a panic that shows the input.
//!
//! To put a reader under test, give it a [`Reader`].

mod common;

use common::{LIMITS, assert_sound, print};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};
use vector_io::{Component, Half, Sparse, SparseLimits, parse, wire};
use vector_io::{parse_sparse, read_sparse, sparse_length, write_sparse};

/// Vectors may have this many components here: few, so that the limit is met.
const LIMIT: usize = 24;

/// Sparse vectors are read with these limits as well as with the type's, so that they are met.
const SPARSE_LIMITS: SparseLimits = SparseLimits { dimensions: 100, elements: 3 };

/// A reader of untrusted bytes, with what it must satisfy.
struct Reader {
    name: &'static str,
    /// A valid input.
    valid: fn(&mut Random) -> Vec<u8>,
    /// What damage to a valid input is likely to hit something with: bytes that mean something to the reader.
    alphabet: &'static [u8],
    /// Reads the input, panics if an invariant does not hold, and tells whether the input was accepted.
    check: fn(&[u8]) -> bool,
}

const READERS: [Reader; 6] = [
    Reader { name: "vector text", valid: valid_text::<f32>, alphabet: TEXT, check: check_text::<f32> },
    Reader { name: "halfvec text", valid: valid_text::<Half>, alphabet: TEXT, check: check_text::<Half> },
    Reader { name: "vector binary", valid: valid_wire::<f32>, alphabet: BINARY, check: check_wire::<f32> },
    Reader { name: "halfvec binary", valid: valid_wire::<Half>, alphabet: BINARY, check: check_wire::<Half> },
    Reader { name: "sparsevec text", valid: valid_sparse_text, alphabet: TEXT, check: check_sparse_text },
    Reader { name: "sparsevec binary", valid: valid_sparse_wire, alphabet: BINARY, check: check_sparse_wire },
];

const TEXT: &[u8] = b"[]{},,::/..0123456789--++eEinfINFatynan \t\n\r\x0b\x0c\0x\xff\xc3\xa4";
const BINARY: &[u8] = &[0, 0, 0, 1, 2, 3, 24, 25, 0x3e, 0x7f, 0x80, 0x7c, 0xfc, 0xff, 0x3f];

/// xorshift64*
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, n: usize) -> usize {
        ((self.next() >> 33) % n as u64) as usize
    }

    fn one_of(&mut self, bytes: &[u8]) -> u8 {
        bytes[self.below(bytes.len())]
    }
}

/// Finite components of all magnitudes.
fn components<C: Component>(random: &mut Random) -> Vec<C> {
    let dims = 1 + random.below(LIMIT);
    let mut component = || loop {
        let bits = random.next() as u32;
        let small = (random.below(2001) as f32 - 1000.0) / 8.0;
        let value = C::from_f32(if random.below(2) == 0 { small } else { f32::from_bits(bits) });
        if value.to_f32().is_finite() {
            return value;
        }
    };
    (0..dims).map(|_| component()).collect()
}

fn valid_text<C: Component>(random: &mut Random) -> Vec<u8> {
    let mut text = String::from("[");
    for (i, component) in components::<C>(random).into_iter().enumerate() {
        let separator = if i == 0 { "" } else { [",", " ,", ", ", "\t,\n"][random.below(4)] };
        text.push_str(separator);
        let value = component.to_f32();
        let done = if random.below(4) == 0 { write!(text, "{value:e}") } else { write!(text, "{value}") };
        done.expect("writing to a string");
    }
    text.push(']');
    text.into_bytes()
}

fn valid_wire<C: Component>(random: &mut Random) -> Vec<u8> {
    let components = components::<C>(random);
    let mut message = vec![0; wire::length::<C>(components.len())];
    wire::write(&components, &mut message);
    message
}

fn check_vector<C: Component>(components: &[C]) {
    assert!((1..=LIMIT).contains(&components.len()), "{} components", components.len());
    assert!(components.iter().all(|component| component.to_f32().is_finite()), "{components:?}");
}

/// Equal to the bit, the sign of a zero included.
fn same<C: Component>(a: &[C], b: &[C]) -> bool {
    let bits = |components: &[C]| components.iter().map(|c| c.to_f32().to_bits()).collect::<Vec<_>>();
    bits(a) == bits(b)
}

fn check_text<C: Component>(text: &[u8]) -> bool {
    let Ok(read) = parse::<C>(text, LIMIT) else { return false };
    check_vector(&read);
    let printed: Vec<String> = read.iter().map(|component| component.to_f32().to_string()).collect();
    let again = parse::<C>(format!("[{}]", printed.join(",")).as_bytes(), LIMIT).expect("what was printed");
    assert!(same(&read, &again), "{read:?} was printed and read as {again:?}");
    true
}

fn check_wire<C: Component>(message: &[u8]) -> bool {
    let Ok((read, length)) = wire::read::<C>(message, LIMIT) else { return false };
    check_vector(&read);
    assert_eq!(length, wire::length::<C>(read.len()));
    let mut written = vec![0xff; length];
    wire::write(&read, &mut written);
    assert_eq!(written, message[..length], "written as it was read");
    true
}

/// Small and huge, with few elements of all magnitudes.
fn sparse(random: &mut Random) -> Sparse {
    let largest = if random.below(2) == 0 { 50 } else { LIMITS.dimensions as usize };
    let dims = 1 + random.below(largest);
    let values = components::<f32>(random).into_iter().take(random.below(12)).filter(|value| *value != 0.0);
    let elements: BTreeMap<i32, f32> = values.map(|value| (random.below(dims) as i32, value)).collect();
    let (indices, values) = elements.into_iter().unzip();
    Sparse { dims: dims as i32, indices, values }
}

fn written(sparse: &Sparse) -> Vec<u8> {
    let mut message = vec![0xff; sparse_length(sparse.indices.len())];
    write_sparse(sparse.dims, &sparse.indices, &sparse.values, &mut message);
    message
}

fn valid_sparse_text(random: &mut Random) -> Vec<u8> {
    print(&sparse(random)).into_bytes()
}

fn valid_sparse_wire(random: &mut Random) -> Vec<u8> {
    written(&sparse(random))
}

fn check_sparse_text(text: &[u8]) -> bool {
    let read = |limits| {
        let read = parse_sparse(text, limits).ok()?;
        assert_sound(&read, limits);
        assert_eq!(parse_sparse(print(&read).as_bytes(), limits).as_ref(), Ok(&read), "printed and read");
        Some(read)
    };
    let whole = read(LIMITS);
    assert!(
        read(SPARSE_LIMITS).is_none_or(|small| whole.as_ref() == Some(&small)),
        "limits change what is read"
    );
    whole.is_some()
}

fn check_sparse_wire(message: &[u8]) -> bool {
    let read = |limits| {
        let (read, length) = read_sparse(message, limits).ok()?;
        assert_sound(&read, limits);
        assert_eq!(written(&read), message[..length], "written as it was read");
        Some(read)
    };
    let whole = read(LIMITS);
    assert!(
        read(SPARSE_LIMITS).is_none_or(|small| whole.as_ref() == Some(&small)),
        "limits change what is read"
    );
    whole.is_some()
}

/// Bytes flipped, replaced, removed, inserted, repeated; the end cut off.
fn damage(random: &mut Random, alphabet: &[u8], input: &mut Vec<u8>) {
    for _ in 0..1 + random.below(3) {
        let place = random.below(input.len().max(1));
        let byte = if random.below(4) == 0 { random.next() as u8 } else { random.one_of(alphabet) };
        match random.below(6) {
            _ if input.is_empty() => input.push(byte),
            0 => input[place] ^= 1 << random.below(8),
            1 => input[place] = byte,
            2 => input.truncate(place),
            3 => input.insert(place, byte),
            4 => drop(input.remove(place)),
            _ => {
                let end = (place + 1 + random.below(16)).min(input.len());
                let copy = input[place..end].to_vec();
                let at = random.below(input.len());
                input.splice(at..at, copy);
            }
        }
    }
}

/// One input in eight is valid, five are damaged, two are random.
fn input(random: &mut Random, reader: &Reader) -> Vec<u8> {
    match random.below(8) {
        0 => (reader.valid)(random),
        1..=5 => {
            let mut input = (reader.valid)(random);
            damage(random, reader.alphabet, &mut input);
            input
        }
        6 => (0..random.below(80)).map(|_| random.one_of(reader.alphabet)).collect(),
        _ => (0..random.below(80)).map(|_| random.next() as u8).collect(),
    }
}

/// Feeds the readers in turn until `done`; tells for each how many inputs it got and how many it accepted.
fn fuzz(seed: u64, mut done: impl FnMut(u64) -> bool) -> [(u64, u64); READERS.len()] {
    let mut random = Random(seed | 1);
    let mut counts = [(0, 0); READERS.len()];
    for round in 0.. {
        if done(round) {
            break;
        }
        for (reader, (tried, accepted)) in READERS.iter().zip(&mut counts) {
            let input = input(&mut random, reader);
            let outcome = std::panic::catch_unwind(|| (reader.check)(&input));
            let ok = outcome.unwrap_or_else(|_| {
                panic!(
                    "{} failed on {:?}, which is {:02x?}",
                    reader.name,
                    String::from_utf8_lossy(&input),
                    input
                )
            });
            *tried += 1;
            *accepted += u64::from(ok);
        }
    }
    counts
}

/// Some inputs of every kind must get through and some must not, else the harness tests nothing.
fn report(counts: &[(u64, u64)]) {
    for (reader, &(tried, accepted)) in READERS.iter().zip(counts) {
        println!("{}: {tried} inputs, {accepted} accepted", reader.name);
        assert!(accepted > tried / 20 && accepted < tried * 19 / 20, "{}: one-sided", reader.name);
    }
}

#[test]
fn readers_hold_their_invariants_on_ten_thousand_inputs_each() {
    report(&fuzz(1, |round| round == 10_000));
}

#[test]
#[ignore = "takes QSTORE_FUZZ_SECONDS (600)"]
fn readers_hold_their_invariants_for_long() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let duration = Duration::from_secs(number("QSTORE_FUZZ_SECONDS").unwrap_or(600));
    let start = Instant::now();
    let counts = fuzz(number("QSTORE_FUZZ_SEED").unwrap_or(1), |round| {
        round % 256 == 0 && start.elapsed() >= duration
    });
    report(&counts);
}
