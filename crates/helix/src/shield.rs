//! Values with parity, version 3: a value of version 1 cut into shards, Reed-Solomon parity shards behind them, a checksum on each
//! shard, so that damage is located, and a header at either end, so that no single place is needed to read it.
//!
//! The byte table is in the crate's README. The same value and share always give the same bytes, hence a repaired value is the
//! one that was written.

use reed_solomon_simd::{ReedSolomonDecoder, ReedSolomonEncoder};

use crate::error::{Damage, HelixError};
use crate::layout::{self, check_stored_len};

/// The version of values with parity.
pub const SHIELDED_VERSION: u8 = 3;
/// The largest share of parity, in percent of all shards.
pub const MAX_PARITY: i32 = 50;

const HEADER_LEN: usize = 17;
const SHARD_CHECKSUM_LEN: usize = 4;
/// Shards of data there are at most, and shards of parity.
const MAX_SHARDS: usize = 128;
/// The length in bytes below which shards are not cut, where there are four of them already.
const SHARD_LEN: usize = 64;
/// Data shards of even the shortest value: with fewer, a fifth of all shards is none.
const MIN_SHARDS: usize = 4;

/// How a value is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    data: usize,
    parity: usize,
    shard_len: usize,
    inner_len: usize,
}

impl Shape {
    /// For a value of `inner_len` bytes, of whose shards `percent` in a hundred may be lost.
    fn of(inner_len: usize, percent: i32) -> Result<Self, HelixError> {
        if !(1..=MAX_PARITY).contains(&percent) {
            return Err(HelixError::InvalidParity { percent });
        }
        let percent = percent as usize;
        let cut = inner_len.div_ceil(SHARD_LEN).clamp(MIN_SHARDS, MAX_SHARDS);
        // The code works on pairs of bytes.
        let shard_len = inner_len.div_ceil(cut).max(2).next_multiple_of(2);
        let data = inner_len.div_ceil(shard_len).max(1);
        let parity = (data * percent).div_ceil(100 - percent);
        Ok(Self { data, parity, shard_len, inner_len })
    }

    fn shards(&self) -> usize {
        self.data + self.parity
    }

    fn stride(&self) -> usize {
        self.shard_len + SHARD_CHECKSUM_LEN
    }

    fn stored_len(&self) -> usize {
        2 * HEADER_LEN + self.shards() * self.stride()
    }

    fn header(&self) -> [u8; HEADER_LEN] {
        let mut header = [0; HEADER_LEN];
        header[0] = SHIELDED_VERSION;
        header[5..7].copy_from_slice(&(self.data as u16).to_le_bytes());
        header[7..9].copy_from_slice(&(self.parity as u16).to_le_bytes());
        header[9..13].copy_from_slice(&(self.shard_len as u32).to_le_bytes());
        header[13..17].copy_from_slice(&(self.inner_len as u32).to_le_bytes());
        let checksum = header_checksum(&header);
        header[1..5].copy_from_slice(&checksum.to_le_bytes());
        header
    }

    /// What a header says, if it is whole and fits a stored value of `stored_len` bytes.
    fn read(header: &[u8], stored_len: usize) -> Option<Self> {
        let header: &[u8; HEADER_LEN] = header.try_into().ok()?;
        let (two, four) = (
            |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]])),
            |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]),
        );
        if header[0] != SHIELDED_VERSION || four(1) != header_checksum(header) {
            return None;
        }
        let shape =
            Self { data: two(5), parity: two(7), shard_len: four(9) as usize, inner_len: four(13) as usize };
        let sound = (1..=MAX_SHARDS).contains(&shape.data)
            && (1..=MAX_SHARDS).contains(&shape.parity)
            && shape.shard_len <= layout::MAX_STORED_LEN
            && shape.shard_len >= 2
            && shape.shard_len.is_multiple_of(2)
            && shape.inner_len.div_ceil(shape.shard_len) == shape.data
            && shape.stored_len() == stored_len;
        sound.then_some(shape)
    }
}

fn header_checksum(header: &[u8; HEADER_LEN]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&header[..1]), &header[5..])
}

/// The place of a shard is part of its checksum, so that two that changed places are found.
fn shard_checksum(index: usize, shard: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&(index as u16).to_le_bytes()), shard)
}

/// Puts a value of version 1 behind parity: of its shards, `percent` in a hundred may be damaged.
pub(crate) fn wrap(inner: &[u8], percent: i32) -> Result<Vec<u8>, HelixError> {
    let shape = Shape::of(inner.len(), percent)?;
    check_stored_len(shape.stored_len())?;
    write(inner, shape)
}

fn write(inner: &[u8], shape: Shape) -> Result<Vec<u8>, HelixError> {
    let mut encoder =
        ReedSolomonEncoder::new(shape.data, shape.parity, shape.shard_len).map_err(|_| impossible())?;
    let mut stored = Vec::with_capacity(shape.stored_len());
    stored.extend_from_slice(&shape.header());
    let mut last = vec![0; shape.shard_len];
    for (index, shard) in inner.chunks(shape.shard_len).enumerate() {
        let shard = if shard.len() == shape.shard_len {
            shard
        } else {
            last[..shard.len()].copy_from_slice(shard);
            &last
        };
        encoder.add_original_shard(shard).map_err(|_| impossible())?;
        push_shard(&mut stored, index, shard);
    }
    let parity = encoder.encode().map_err(|_| impossible())?;
    for (index, shard) in parity.recovery_iter().enumerate() {
        push_shard(&mut stored, shape.data + index, shard);
    }
    stored.extend_from_slice(&shape.header());
    Ok(stored)
}

fn push_shard(stored: &mut Vec<u8>, index: usize, shard: &[u8]) {
    stored.extend_from_slice(shard);
    stored.extend_from_slice(&shard_checksum(index, shard).to_le_bytes());
}

/// The shapes that this crate makes are all supported by the code; one that is not comes from a made-up header.
fn impossible() -> HelixError {
    HelixError::Damaged(Damage::Field("its shards cannot be computed"))
}

/// A value with parity, read.
#[derive(Debug)]
pub(crate) struct Recovered {
    /// The value of version 1 inside, whole and checked.
    pub inner: Vec<u8>,
    shape: Shape,
    /// How many shards were damaged.
    pub damaged: usize,
    /// Whether one of the headers was.
    pub one_header: bool,
}

impl Recovered {
    /// How many shards there are.
    pub fn shards(&self) -> usize {
        self.shape.shards()
    }

    /// How many of them are parity.
    pub fn parity(&self) -> usize {
        self.shape.parity
    }

    /// What speaks against the stored value, although it could be read.
    pub fn damage(&self) -> Option<Damage> {
        match (self.damaged, self.one_header) {
            (0, false) => None,
            (0, true) => Some(Damage::OneHeader),
            (damaged, _) => Some(Damage::Shards {
                damaged: damaged as u32,
                shards: self.shards() as u32,
                parity: self.parity() as u32,
            }),
        }
    }

    /// The stored value as it was written.
    pub fn rewritten(&self) -> Result<Vec<u8>, HelixError> {
        write(&self.inner, self.shape)
    }
}

/// Whether a stored value has, at one of its ends, the header of a value with parity.
pub(crate) fn is_shielded(stored: &[u8]) -> bool {
    shapes(stored).iter().any(Option::is_some)
}

/// What the headers at both ends say.
fn shapes(stored: &[u8]) -> [Option<Shape>; 2] {
    // The version is looked at first: a checksum for each value of another version would cost.
    let read = |at: usize| Shape::read(stored.get(at..at + HEADER_LEN)?, stored.len());
    match stored.len().checked_sub(HEADER_LEN) {
        Some(end) => [read(0), read(end)],
        None => [None, None],
    }
}

/// Reads a value with parity, rebuilding what is damaged. What comes out has passed all checks of the value inside.
pub(crate) fn recover(stored: &[u8]) -> Result<Recovered, HelixError> {
    let [front, back] = shapes(stored);
    let shape =
        front.or(back).ok_or(HelixError::Damaged(Damage::Field("neither of its headers is whole")))?;
    let one_header = front != back;
    let shards: Vec<Option<&[u8]>> = stored[HEADER_LEN..stored.len() - HEADER_LEN]
        .chunks(shape.stride())
        .enumerate()
        .map(|(index, bytes)| {
            let (shard, checksum) = bytes.split_at(shape.shard_len);
            (checksum == shard_checksum(index, shard).to_le_bytes()).then_some(shard)
        })
        .collect();
    let damaged = shards.iter().filter(|shard| shard.is_none()).count();
    if damaged > shape.parity {
        return Err(HelixError::Damaged(Damage::Shards {
            damaged: damaged as u32,
            shards: shape.shards() as u32,
            parity: shape.parity as u32,
        }));
    }
    let (data, parity) = shards.split_at(shape.data);
    let mut inner = Vec::with_capacity(shape.data * shape.shard_len);
    if data.iter().all(Option::is_some) {
        data.iter().flatten().for_each(|shard| inner.extend_from_slice(shard));
    } else {
        let mut decoder =
            ReedSolomonDecoder::new(shape.data, shape.parity, shape.shard_len).map_err(|_| impossible())?;
        for (index, shard) in data.iter().enumerate() {
            if let Some(shard) = shard {
                decoder.add_original_shard(index, shard).map_err(|_| impossible())?;
            }
        }
        for (index, shard) in parity.iter().enumerate() {
            if let Some(shard) = shard {
                decoder.add_recovery_shard(index, shard).map_err(|_| impossible())?;
            }
        }
        let rebuilt = decoder.decode().map_err(|_| impossible())?;
        for (index, shard) in data.iter().enumerate() {
            let shard = shard.or_else(|| rebuilt.restored_original(index)).ok_or_else(impossible)?;
            inner.extend_from_slice(shard);
        }
    }
    if inner[shape.inner_len..].iter().any(|&byte| byte != 0) {
        return Err(HelixError::Damaged(Damage::Field("the padding of its last shard must be zero")));
    }
    inner.truncate(shape.inner_len);
    if inner.first() != Some(&layout::FORMAT_VERSION) {
        return Err(HelixError::Damaged(Damage::Field("what its shards hold is no value of version 1")));
    }
    // The checksums of shards have 32 bits; whatever slips through them meets one of 64.
    layout::open(&inner)?;
    Ok(Recovered { inner, shape, damaged, one_header })
}
