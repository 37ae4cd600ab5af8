//! Strand export: bytes as oligos of 100 to 200 bases that can be written, mixed, read in any order and partly lost.
//!
//! The bytes become a value of version 1, its shards and their Reed-Solomon parity one strand each. A strand is whole or it is not:
//! its checksum tells, and one that is not counts as lost. Any d of the d + p strands are enough.
//!
//! Synthesis and sequencing fail at long runs of one base and at uneven GC. Instead of a code that forbids them, at a cost to every
//! strand, the bytes of a strand are mixed with a random stream, and of 256 streams the first is taken that gives no run over three
//! and 40 to 60 % GC (the screening of DNA Fountain, Erlich and Zielinski 2017). About one in six does.

use std::collections::HashMap;

use reed_solomon_simd::{ReedSolomonDecoder, ReedSolomonEncoder};

use crate::bases;
use crate::error::{Damage, HelixError};
use crate::layout;
use crate::shield::MAX_PARITY;
use crate::value::{Decoder, Encoder};
use crate::zstd_codec::Pause;

/// The shortest strand that can be asked for, in bases.
pub const MIN_STRAND_LEN: usize = 100;
/// The longest strand that can be asked for, in bases.
pub const MAX_STRAND_LEN: usize = 200;
/// The length of strands where none is asked for, in bases.
pub const DEFAULT_STRAND_LEN: usize = 150;
/// The longest run of one base in a strand.
pub const MAX_RUN: usize = 3;
/// The bounds of a strand's share of G and C.
pub const GC_BOUNDS: (f64, f64) = (0.4, 0.6);

const SEED_LEN: usize = 1;
const INDEX_LEN: usize = 2;
/// Number of data strands (2 bytes) and share of parity (1 byte).
const SHAPE_LEN: usize = 3;
const CHECKSUM_LEN: usize = 3;
const FRAMING: usize = SEED_LEN + INDEX_LEN + SHAPE_LEN + CHECKSUM_LEN;
/// The inner value's length stands before it.
const LENGTH_LEN: usize = 4;

/// How many strands there are, and what of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Shape {
    data: u16,
    percent: u8,
    /// Bytes of a shard.
    shard_len: usize,
}

impl Shape {
    fn parity(&self) -> usize {
        let percent = usize::from(self.percent);
        (usize::from(self.data) * percent).div_ceil(100 - percent)
    }

    fn strands(&self) -> usize {
        usize::from(self.data) + self.parity()
    }

    fn sound(&self) -> bool {
        self.data > 0
            && i32::from(self.percent) <= MAX_PARITY
            && self.strands() <= usize::from(u16::MAX)
            && (self.parity() == 0 || ReedSolomonEncoder::supports(self.data.into(), self.parity()))
    }
}

/// The strands of these bytes, in order, each at most `length` bases (100 to 200); of all of them, `parity` percent (0 to 50) may
/// be lost.
///
/// # Errors
/// [`HelixError::StrandLength`], [`HelixError::InvalidParity`], [`HelixError::InvalidLevel`]; [`HelixError::TooLong`] for more than
/// 65,535 strands.
pub fn strands(
    raw: &[u8],
    level: i32,
    length: usize,
    parity: i32,
    pause: Pause<'_>,
) -> Result<Vec<String>, HelixError> {
    if !(MIN_STRAND_LEN..=MAX_STRAND_LEN).contains(&length) {
        return Err(HelixError::StrandLength { length });
    }
    if !(0..=MAX_PARITY).contains(&parity) {
        return Err(HelixError::InvalidParity { percent: parity });
    }
    let inner = Encoder::new().encode(raw, level, 0, pause)?;
    let mut bytes = (inner.len() as u32).to_le_bytes().to_vec();
    bytes.extend_from_slice(&inner);
    // The parity works on pairs of bytes.
    let shard_len = (length / 4 - FRAMING) / 2 * 2;
    let data = bytes.len().div_ceil(shard_len);
    let shape = Shape { data: u16::try_from(data).unwrap_or(0), percent: parity as u8, shard_len };
    if !shape.sound() {
        let limit = (usize::from(u16::MAX) * (100 - parity as usize) / 100 / 2 * shard_len) as u64;
        return Err(HelixError::TooLong { what: "data of strands", length: bytes.len() as u64, limit });
    }
    bytes.resize(data * shard_len, 0);
    let mut shards: Vec<Vec<u8>> = bytes.chunks(shard_len).map(<[u8]>::to_vec).collect();
    if shape.parity() > 0 {
        let mut encoder =
            ReedSolomonEncoder::new(data, shape.parity(), shard_len).map_err(|_| impossible())?;
        for shard in &shards {
            encoder.add_original_shard(shard).map_err(|_| impossible())?;
        }
        let parity = encoder.encode().map_err(|_| impossible())?;
        shards.extend(parity.recovery_iter().map(<[u8]>::to_vec));
    }
    let mut written = Vec::with_capacity(shards.len());
    for (index, shard) in shards.iter().enumerate() {
        if index % 1024 == 0 {
            pause();
        }
        written.push(write(index as u16, shape, shard)?);
    }
    Ok(written)
}

fn impossible() -> HelixError {
    HelixError::Damaged(Damage::Field("its strands cannot be computed"))
}

fn write(index: u16, shape: Shape, shard: &[u8]) -> Result<String, HelixError> {
    let mut plain = index.to_le_bytes().to_vec();
    plain.extend_from_slice(&shape.data.to_le_bytes());
    plain.push(shape.percent);
    plain.extend_from_slice(shard);
    let checksum = crc32c::crc32c(&plain).to_le_bytes();
    plain.extend_from_slice(&checksum[..CHECKSUM_LEN]);
    let mut strand = vec![0; SEED_LEN + plain.len()];
    for seed in 0..=u8::MAX {
        strand[0] = seed;
        strand[SEED_LEN..].copy_from_slice(&plain);
        mix(seed, &mut strand[SEED_LEN..]);
        if acceptable(&strand) {
            return Ok(bases::unpack(&strand, strand.len() * 4));
        }
    }
    // Five in six streams fail; all 256 of them, once in 10^20 strands.
    Err(HelixError::NoStrand { index: index.into() })
}

/// XORs the stream of a seed onto bytes; a second time takes it away. The stream is SplitMix64 (Steele and others 2014).
fn mix(seed: u8, bytes: &mut [u8]) {
    let mut state = (u64::from(seed) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for chunk in bytes.chunks_mut(8) {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        chunk.iter_mut().zip(z.to_le_bytes()).for_each(|(byte, random)| *byte ^= random);
    }
}

fn acceptable(strand: &[u8]) -> bool {
    let gc = bases::gc_count(strand) as f64 / (strand.len() * 4) as f64;
    (GC_BOUNDS.0..=GC_BOUNDS.1).contains(&gc) && longest_run(strand) <= MAX_RUN
}

/// The longest run of one base in packed bases.
fn longest_run(packed: &[u8]) -> usize {
    let (mut longest, mut run, mut last) = (0, 0, 4);
    for base in packed.iter().flat_map(|byte| [byte >> 6, byte >> 4 & 3, byte >> 2 & 3, byte & 3]) {
        run = if base == last { run + 1 } else { 1 };
        last = base;
        longest = longest.max(run);
    }
    longest
}

/// A strand that is whole.
struct Whole {
    index: u16,
    shape: Shape,
    shard: Vec<u8>,
}

/// Reads a strand in the direction it was written in, or in the other one, as a sequencer does; `None` if it is not whole.
fn read(text: &str) -> Option<Whole> {
    let bases = bases::pack(text).ok()?;
    let longest = MAX_STRAND_LEN / 4;
    if bases.count() % 4 != 0 || !(FRAMING + 2..=longest).contains(&bases.packed().len()) {
        return None;
    }
    let back = || bases::reverse_complement(bases.packed(), bases.count());
    open(bases.packed().to_vec()).or_else(|| open(back()))
}

fn open(mut strand: Vec<u8>) -> Option<Whole> {
    let (seed, mixed) = strand.split_first_mut()?;
    mix(*seed, mixed);
    let (plain, checksum) = mixed.split_at(mixed.len() - CHECKSUM_LEN);
    if crc32c::crc32c(plain).to_le_bytes()[..CHECKSUM_LEN] != *checksum {
        return None;
    }
    let (framing, shard) = plain.split_at(INDEX_LEN + SHAPE_LEN);
    let shape = Shape {
        data: u16::from_le_bytes([framing[2], framing[3]]),
        percent: framing[4],
        shard_len: shard.len(),
    };
    let index = u16::from_le_bytes([framing[0], framing[1]]);
    let sound = shard.len() % 2 == 0 && shape.sound() && usize::from(index) < shape.strands();
    sound.then(|| Whole { index, shape, shard: shard.to_vec() })
}

/// What a pool of strands holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pool {
    /// Strands that were read, duplicates included.
    pub read: usize,
    /// Bases of them.
    pub bases: u64,
    /// Strands that are not whole, or belong to other data.
    pub unusable: usize,
    /// Strands that another one repeats.
    pub duplicates: usize,
    /// Strands that there should be.
    pub strands: usize,
    /// How many of them are parity, which is how many may be missing.
    pub parity: usize,
    /// How many of them are missing.
    pub missing: usize,
    /// Bytes of the compressed value, if it can be read.
    pub payload_len: Option<u64>,
}

/// Bytes from strands, and what was found on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FromStrands {
    /// The bytes that [`strands`] was given, or why they cannot be had.
    pub raw: Result<Vec<u8>, HelixError>,
    /// What the pool holds.
    pub pool: Pool,
}

/// The bytes of strands in any order, some of them lost, duplicated, damaged or read backwards. Strands of several data may not be
/// mixed: those that most strands belong to are read, and if they differ only in content, none. At most `limit` bytes come out.
pub fn from_strands<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    limit: usize,
    pause: Pause<'_>,
) -> FromStrands {
    let mut pool = Pool::default();
    let mut found: HashMap<Shape, HashMap<u16, Option<Vec<u8>>>> = HashMap::new();
    let mut whole = 0;
    for text in texts {
        if pool.read.is_multiple_of(1024) {
            pause();
        }
        pool.read += 1;
        pool.bases += text.len() as u64;
        let Some(strand) = read(text) else { continue };
        whole += 1;
        found
            .entry(strand.shape)
            .or_default()
            .entry(strand.index)
            .and_modify(|kept| {
                // Two that are whole and differ: neither can be trusted.
                if kept.as_ref().is_some_and(|kept| *kept != strand.shard) {
                    *kept = None;
                }
            })
            .or_insert(Some(strand.shard));
    }
    let most = found.into_iter().max_by_key(|(shape, strands)| {
        (strands.len() >= usize::from(shape.data), strands.len(), shape.data, shape.percent)
    });
    let Some((shape, strands)) = most else {
        pool.unusable = pool.read;
        return FromStrands { raw: Err(HelixError::NoStrands { read: pool.read }), pool };
    };
    let usable: HashMap<u16, Vec<u8>> =
        strands.into_iter().filter_map(|(index, shard)| Some((index, shard?))).collect();
    pool.strands = shape.strands();
    pool.parity = shape.parity();
    pool.missing = pool.strands - usable.len();
    pool.unusable = pool.read - whole;
    pool.duplicates = whole - usable.len().min(whole);
    let inner = assemble(shape, usable);
    pool.payload_len = inner.as_ref().ok().map(|inner| inner.len() as u64);
    let decode =
        |inner: Vec<u8>| Decoder::new().decode_with(&inner, limit, &mut (), pause).map(|decoded| decoded.raw);
    FromStrands { raw: inner.and_then(decode), pool }
}

/// The inner value, checked.
fn assemble(shape: Shape, mut usable: HashMap<u16, Vec<u8>>) -> Result<Vec<u8>, HelixError> {
    let data = usize::from(shape.data);
    if usable.len() < data {
        return Err(HelixError::TooFewStrands {
            whole: usable.len(),
            needed: data,
            strands: shape.strands(),
        });
    }
    let mut bytes = Vec::with_capacity(data * shape.shard_len);
    if (0..shape.data).all(|index| usable.contains_key(&index)) {
        (0..shape.data).filter_map(|index| usable.remove(&index)).for_each(|shard| bytes.extend(shard));
    } else {
        let mut decoder =
            ReedSolomonDecoder::new(data, shape.parity(), shape.shard_len).map_err(|_| impossible())?;
        for (&index, shard) in &usable {
            let index = usize::from(index);
            match index.checked_sub(data) {
                None => decoder.add_original_shard(index, shard),
                Some(parity) => decoder.add_recovery_shard(parity, shard),
            }
            .map_err(|_| impossible())?;
        }
        let rebuilt = decoder.decode().map_err(|_| impossible())?;
        for index in 0..shape.data {
            let kept = usable.get(&index).map(Vec::as_slice);
            let shard = kept.or_else(|| rebuilt.restored_original(index.into())).ok_or_else(impossible)?;
            bytes.extend_from_slice(shard);
        }
    }
    let bad = HelixError::Damaged(Damage::Field("the length before its value is not that of its strands"));
    let (length, inner) = bytes.split_at_checked(LENGTH_LEN).ok_or_else(|| bad.clone())?;
    let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
    if length > inner.len() || inner.len() - length >= shape.shard_len {
        return Err(bad);
    }
    let inner = inner[..length].to_vec();
    // Strands have checksums of 24 bits; what slips through them meets one of 64.
    layout::open(&inner)?;
    Ok(inner)
}

/// The strands of a text: one of bases alone, or FASTA, where each `>` begins a new one.
pub fn sequences(text: &str) -> Vec<String> {
    let mut sequences = Vec::new();
    let mut current = String::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('>') || line.starts_with(';') {
            sequences.extend(Some(std::mem::take(&mut current)).filter(|sequence| !sequence.is_empty()));
        } else {
            current.push_str(line);
        }
    }
    sequences.extend(Some(current).filter(|sequence| !sequence.is_empty()));
    sequences
}
