//! The layout of a stored value of versions 1 and 2. The byte tables are in the crate's README; this file is the only one
//! that knows their offsets. Version 3 wraps a value of version 1 in parity: [`crate::shield`]; version 4 is in frames:
//! [`crate::frames`].
//!
//! The checksum stands right after the version so that everything it covers is one run of bytes; the version
//! itself is covered as the seed of the hash.

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::error::{Damage, HelixError};
use crate::frames::{FRAMED_VERSION, Head};

/// The version of values with a checksum of 64 bits.
pub const FORMAT_VERSION: u8 = 1;

/// The version of compact values: a checksum of 32 bits and a bare frame, 9 bytes less.
pub const COMPACT_VERSION: u8 = 2;

/// The longest input of [`crate::encode`] in bytes: what a `bytea` can hold, 1 GB less its length word.
pub const MAX_RAW_LEN: usize = 0x3FFF_FFFF - 4;

/// The longest stored value in bytes. Its text takes four bytes for one and has to fit, with the rest of its
/// row, into the 1 GB that PostgreSQL gives a text: what could not be dumped must not be stored.
pub const MAX_STORED_LEN: usize = 256_000_000;

const CHECKSUM: std::ops::Range<usize> = 1..9;
const COMPACT_CHECKSUM: std::ops::Range<usize> = 1..5;
const CODEC: usize = 9;
const TAIL: usize = 10;
const LITERAL_BASES: usize = 11;
/// Version, checksum, codec: what both kinds begin with.
const COMMON_LEN: usize = 10;
const COMPACT_COMMON_LEN: usize = 6;

/// What the payload of a stored value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// A sequence of bases that somebody typed; nothing to decode.
    Literal,
    /// An encoded value whose payload is the raw bytes.
    Raw,
    /// An encoded value whose payload is one zstd frame.
    Zstd,
}

impl Codec {
    /// The name a user sees.
    pub fn name(self) -> &'static str {
        match self {
            Codec::Literal => "literal",
            Codec::Raw => "raw",
            Codec::Zstd => "zstd",
        }
    }

    fn number(self) -> u8 {
        match self {
            Codec::Literal => 0,
            Codec::Raw => 1,
            Codec::Zstd => 2,
        }
    }

    fn from_number(codec: u8) -> Result<Self, HelixError> {
        match codec {
            0 => Ok(Codec::Literal),
            1 => Ok(Codec::Raw),
            2 => Ok(Codec::Zstd),
            _ => Err(HelixError::UnsupportedCodec { codec }),
        }
    }
}

/// A stored value, checked and taken apart.
#[derive(Debug, Clone)]
pub(crate) struct View<'a> {
    pub version: u8,
    pub checksum: u64,
    pub body: Body<'a>,
}

/// The two kinds of stored value, and encoded ones in frames.
#[derive(Debug, Clone)]
pub(crate) enum Body<'a> {
    Literal { packed: &'a [u8], count: usize },
    Encoded { codec: Codec, dictionary: u32, raw_len: u32, payload: &'a [u8] },
    Framed(Head),
}

/// Checks all of a stored value that can be checked without decompressing it: length, version, checksum, fields.
pub(crate) fn open(stored: &[u8]) -> Result<View<'_>, HelixError> {
    let truncated = HelixError::Damaged(Damage::Truncated { length: stored.len() });
    let Some(&version) = stored.first() else { return Err(truncated) };
    match version {
        FORMAT_VERSION => {}
        COMPACT_VERSION => return open_compact(stored),
        FRAMED_VERSION => {
            let head = Head::open(stored)?;
            return Ok(View { version, checksum: head.checksum().into(), body: Body::Framed(head) });
        }
        _ => return Err(HelixError::UnsupportedVersion { version }),
    }
    if stored.len() < COMMON_LEN {
        return Err(truncated);
    }
    check_stored_len(stored.len())?;
    let mut checksum = [0; 8];
    checksum.copy_from_slice(&stored[CHECKSUM]);
    let checksum = u64::from_le_bytes(checksum);
    same_checksum(checksum, checksum_of(version, &stored[CHECKSUM.end..]))?;
    let body = match Codec::from_number(stored[CODEC])? {
        Codec::Literal => open_literal(stored)?,
        codec => open_encoded(version, codec, &stored[COMMON_LEN..]).map_err(|e| e.unwrap_or(truncated))?,
    };
    Ok(View { version, checksum, body })
}

fn open_compact(stored: &[u8]) -> Result<View<'_>, HelixError> {
    let truncated = HelixError::Damaged(Damage::Truncated { length: stored.len() });
    if stored.len() < COMPACT_COMMON_LEN {
        return Err(truncated);
    }
    check_stored_len(stored.len())?;
    let mut checksum = [0; 4];
    checksum.copy_from_slice(&stored[COMPACT_CHECKSUM]);
    let checksum = u32::from_le_bytes(checksum).into();
    same_checksum(checksum, compact_checksum_of(stored).into())?;
    let body = match Codec::from_number(stored[COMPACT_CHECKSUM.end])? {
        Codec::Literal => {
            return Err(HelixError::Damaged(Damage::Field("a compact value is no literal")));
        }
        codec => open_encoded(COMPACT_VERSION, codec, &stored[COMPACT_COMMON_LEN..])
            .map_err(|e| e.unwrap_or(truncated))?,
    };
    Ok(View { version: COMPACT_VERSION, checksum, body })
}

pub(crate) fn same_checksum(stored: u64, computed: u64) -> Result<(), HelixError> {
    if stored == computed { Ok(()) } else { Err(HelixError::Damaged(Damage::Checksum { stored, computed })) }
}

fn open_literal(stored: &[u8]) -> Result<Body<'_>, HelixError> {
    let (Some(&tail), Some(packed)) = (stored.get(TAIL), stored.get(LITERAL_BASES..)) else {
        return Err(HelixError::Damaged(Damage::Truncated { length: stored.len() }));
    };
    let Some(&last) = packed.last() else {
        return Err(HelixError::Damaged(Damage::Truncated { length: stored.len() }));
    };
    if !(1..=4).contains(&tail) {
        return Err(HelixError::Damaged(Damage::Field("the last byte must hold one to four bases")));
    }
    if tail < 4 && last << (2 * tail) != 0 {
        return Err(HelixError::Damaged(Damage::Field("the padding after the last base must be zero")));
    }
    Ok(Body::Literal { packed, count: (packed.len() - 1) * 4 + tail as usize })
}

/// `Err(None)` stands for a value that ends within its header.
fn open_encoded(version: u8, codec: Codec, mut rest: &[u8]) -> Result<Body<'_>, Option<HelixError>> {
    let dictionary = take_varint(&mut rest)?;
    let raw_len = take_varint(&mut rest)?;
    let parity_len = if version == FORMAT_VERSION { take_varint(&mut rest)? } else { 0 };
    if parity_len != 0 {
        return Err(Some(HelixError::UnsupportedParity { length: parity_len }));
    }
    if codec == Codec::Raw {
        if dictionary != 0 {
            return Err(Some(HelixError::Damaged(Damage::Field(
                "an uncompressed payload has no dictionary",
            ))));
        }
        if rest.len() as u64 != u64::from(raw_len) {
            let damage = Damage::RawLength { declared: raw_len.into(), actual: rest.len() as u64 };
            return Err(Some(HelixError::Damaged(damage)));
        }
    }
    Ok(Body::Encoded { codec, dictionary, raw_len, payload: rest })
}

/// Whether a value of this format version is a literal, and its bases; anything else is `None`. Checks nothing more,
/// so that comparisons cost no checksum.
pub(crate) fn literal_bases(stored: &[u8]) -> Option<(&[u8], u8)> {
    match stored {
        [FORMAT_VERSION, ..] if stored.len() > LITERAL_BASES && stored[CODEC] == Codec::Literal.number() => {
            Some((&stored[LITERAL_BASES..], stored[TAIL]))
        }
        _ => None,
    }
}

/// A literal of `count` bases, four a byte in `packed`, unused bits zero.
pub(crate) fn write_literal(packed: &[u8], count: usize) -> Result<Vec<u8>, HelixError> {
    if packed.is_empty() {
        return Err(HelixError::EmptySequence);
    }
    check_stored_len(LITERAL_BASES + packed.len())?;
    let tail = count - (packed.len() - 1) * 4;
    let mut stored = start(Codec::Literal, 1 + packed.len());
    stored.push(tail as u8);
    stored.extend_from_slice(packed);
    seal(&mut stored);
    Ok(stored)
}

/// The header of an encoded value without dictionary and parity; append the payload, then [`seal`] it.
pub(crate) fn start_encoded(codec: Codec, raw_len: u32, payload_capacity: usize) -> Vec<u8> {
    let mut stored = start(codec, payload_capacity + 3 * 5);
    for field in [0, raw_len, 0] {
        push_varint(&mut stored, field);
    }
    stored
}

/// The header of a compact value; append the payload, then [`seal_compact`] it.
pub(crate) fn start_compact(codec: Codec, dictionary: u32, raw_len: u32, payload_capacity: usize) -> Vec<u8> {
    let mut stored = Vec::with_capacity(COMPACT_COMMON_LEN + payload_capacity + 2 * 5);
    stored.push(COMPACT_VERSION);
    stored.extend_from_slice(&[0; COMPACT_CHECKSUM.end - COMPACT_CHECKSUM.start]);
    stored.push(codec.number());
    push_varint(&mut stored, dictionary);
    push_varint(&mut stored, raw_len);
    stored
}

/// Writes the checksum of a compact value; the last thing done to it.
pub(crate) fn seal_compact(stored: &mut [u8]) {
    let checksum = compact_checksum_of(stored);
    stored[COMPACT_CHECKSUM].copy_from_slice(&checksum.to_le_bytes());
}

/// Over the version and everything behind the checksum.
fn compact_checksum_of(stored: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&stored[..1]), &stored[COMPACT_CHECKSUM.end..])
}

fn start(codec: Codec, capacity: usize) -> Vec<u8> {
    let mut stored = Vec::with_capacity(COMMON_LEN + capacity);
    stored.push(FORMAT_VERSION);
    stored.extend_from_slice(&[0; CHECKSUM.end - CHECKSUM.start]);
    stored.push(codec.number());
    stored
}

/// Writes the checksum; the last thing done to a value.
pub(crate) fn seal(stored: &mut [u8]) {
    let checksum = checksum_of(stored[0], &stored[CHECKSUM.end..]);
    stored[CHECKSUM].copy_from_slice(&checksum.to_le_bytes());
}

/// Refuses a stored value that would be too long.
pub(crate) fn check_stored_len(length: usize) -> Result<(), HelixError> {
    if length <= MAX_STORED_LEN {
        return Ok(());
    }
    Err(HelixError::TooLong { what: "stored DNA value", length: length as u64, limit: MAX_STORED_LEN as u64 })
}

fn checksum_of(version: u8, covered: &[u8]) -> u64 {
    xxh3_64_with_seed(covered, u64::from(version))
}

/// Unsigned LEB128: seven bits a byte, least significant first, the high bit says that more follow.
pub(crate) fn push_varint(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Reads what [`push_varint`] writes and nothing else, so that equal headers have equal bytes.
pub(crate) fn take_varint(rest: &mut &[u8]) -> Result<u32, Option<HelixError>> {
    let bad = HelixError::Damaged(Damage::Field("a header field is not a shortest 32-bit varint"));
    let mut value = 0u64;
    for i in 0..5 {
        let (&byte, after) = rest.split_first().ok_or(None)?;
        *rest = after;
        value |= u64::from(byte & 0x7F) << (7 * i);
        if byte & 0x80 == 0 {
            let shortest = byte != 0 || i == 0;
            return u32::try_from(value).ok().filter(|_| shortest).ok_or(Some(bad));
        }
    }
    Err(Some(bad))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(bytes: &[u8]) -> Vec<u8> {
        let mut stored = vec![FORMAT_VERSION, 0, 0, 0, 0, 0, 0, 0, 0];
        stored.extend_from_slice(bytes);
        seal(&mut stored);
        stored
    }

    fn error(bytes: &[u8]) -> HelixError {
        open(&sealed(bytes)).unwrap_err()
    }

    #[test]
    fn varints_round_trip_and_are_unique() {
        for value in [0, 1, 127, 128, 16_383, 16_384, 1 << 28, u32::MAX] {
            let mut bytes = Vec::new();
            push_varint(&mut bytes, value);
            assert_eq!(take_varint(&mut bytes.as_slice()), Ok(value));
        }
        for bad in [&[0x80, 0x00][..], &[0xFF, 0xFF, 0xFF, 0xFF, 0x10], &[0x80, 0x80, 0x80, 0x80, 0x80, 0x01]]
        {
            assert!(matches!(take_varint(&mut &bad[..]), Err(Some(HelixError::Damaged(Damage::Field(_))))));
        }
        assert_eq!(take_varint(&mut &[0x80][..]), Err(None));
    }

    #[test]
    fn fields_no_writer_makes_are_refused() {
        assert!(open(&sealed(&[1, 0, 2, 0, 7, 8])).is_ok());
        assert_eq!(error(&[3, 0, 0, 0]), HelixError::UnsupportedCodec { codec: 3 });
        assert_eq!(error(&[1, 0, 0, 9]), HelixError::UnsupportedParity { length: 9 });
        assert_eq!(
            error(&[1, 0, 3, 0, 7, 8]),
            HelixError::Damaged(Damage::RawLength { declared: 3, actual: 2 })
        );
        assert!(matches!(error(&[1, 5, 0, 0]), HelixError::Damaged(Damage::Field(_))));
        assert_eq!(error(&[2, 0, 0]), HelixError::Damaged(Damage::Truncated { length: 12 }));
        assert_eq!(error(&[0, 1]), HelixError::Damaged(Damage::Truncated { length: 11 }));
        assert_eq!(error(&[0]), HelixError::Damaged(Damage::Truncated { length: 10 }));
        for bad in [[0, 0, 0], [0, 5, 0], [0, 1, 1], [0, 3, 0b11]] {
            assert!(matches!(error(&bad), HelixError::Damaged(Damage::Field(_))), "{bad:?}");
        }
        assert!(open(&sealed(&[0, 4, 0xFF])).is_ok());
        assert_eq!(open(&[]).unwrap_err(), HelixError::Damaged(Damage::Truncated { length: 0 }));
        assert_eq!(open(&[9; 30]).unwrap_err(), HelixError::UnsupportedVersion { version: 9 });
    }
}
