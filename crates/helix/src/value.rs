//! Making, checking and decoding stored values.

use zstd::zstd_safe::DCtx;

use crate::bases::{self, Bases};
use crate::error::HelixError;
use crate::layout::{self, Body, Codec, FORMAT_VERSION, MAX_RAW_LEN};
use crate::sequence;
use crate::zstd_codec;

/// The lowest compression level of [`encode`].
pub const MIN_LEVEL: i32 = 1;
/// The highest compression level of [`encode`]; zstd's levels above it need far more memory to read.
pub const MAX_LEVEL: i32 = 19;
/// The level to use when the user names none: zstd's own default.
pub const DEFAULT_LEVEL: i32 = 3;

/// Encodes bytes as a stored value: compressed with zstd at `level` (1 to 19), or as they are if that is not longer.
///
/// # Errors
/// [`HelixError::InvalidLevel`]; [`HelixError::TooLong`] for more than [`MAX_RAW_LEN`] bytes, or if the stored value
/// would exceed [`crate::MAX_STORED_LEN`].
pub fn encode(raw: &[u8], level: i32) -> Result<Vec<u8>, HelixError> {
    if !(MIN_LEVEL..=MAX_LEVEL).contains(&level) {
        return Err(HelixError::InvalidLevel { level });
    }
    let too_long = HelixError::TooLong {
        what: "input of dna_encode",
        length: raw.len() as u64,
        limit: MAX_RAW_LEN as u64,
    };
    let raw_len = u32::try_from(raw.len()).map_err(|_| too_long.clone())?;
    if raw.len() > MAX_RAW_LEN {
        return Err(too_long);
    }
    let mut stored = layout::start_encoded(Codec::Zstd, raw_len, raw.len());
    if !zstd_codec::compress(&mut stored, raw, level) {
        stored = layout::start_encoded(Codec::Raw, raw_len, raw.len());
        stored.extend_from_slice(raw);
    }
    layout::check_stored_len(stored.len())?;
    layout::seal(&mut stored);
    Ok(stored)
}

/// A stored literal of these bases; [`HelixError::EmptySequence`] if there are none.
pub fn literal(bases: &Bases) -> Result<Vec<u8>, HelixError> {
    layout::write_literal(bases.packed(), bases.count())
}

/// Decodes values one after another with one decompression context, which is worth it for small ones: making
/// the context costs more than decompressing a kilobyte. Keeps about 160 kB once it met a zstd value, 8 MiB
/// more once it met an out-of-proportion one.
#[derive(Default)]
pub struct Decoder {
    context: Option<DCtx<'static>>,
}

impl Decoder {
    /// A decoder that has not allocated anything yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The bytes that [`encode`] was given. Every check there is has been passed when this returns `Ok`.
    ///
    /// # Errors
    /// [`HelixError::NotEncoded`] for a literal, [`HelixError::TooLong`] if the declared raw length exceeds
    /// `limit`, [`HelixError::UnknownDictionary`], and whatever [`crate::check_stored`] finds. Memory stays
    /// within the declared raw length, and a length that is declared but not delivered is not allocated.
    pub fn decode(&mut self, stored: &[u8], limit: usize) -> Result<Vec<u8>, HelixError> {
        let Body::Encoded { codec, dictionary, raw_len, payload } = layout::open(stored)?.body else {
            return Err(HelixError::NotEncoded);
        };
        let limit = limit.min(MAX_RAW_LEN) as u64;
        if u64::from(raw_len) > limit {
            return Err(HelixError::TooLong { what: "decoded DNA value", length: raw_len.into(), limit });
        }
        if dictionary != 0 {
            return Err(HelixError::UnknownDictionary { id: dictionary });
        }
        match codec {
            Codec::Zstd => zstd_codec::decompress(&mut self.context, payload, raw_len as usize),
            // `open` has held the payload's length against the declared one.
            Codec::Raw | Codec::Literal => Ok(payload.to_vec()),
        }
    }
}

/// [`Decoder::decode`] with a decoder of its own.
pub fn decode(stored: &[u8], limit: usize) -> Result<Vec<u8>, HelixError> {
    Decoder::new().decode(stored, limit)
}

/// Everything that can be checked about a stored value, decompressing it included.
pub fn verify(stored: &[u8]) -> Result<(), HelixError> {
    match decode(stored, MAX_RAW_LEN) {
        Ok(_) | Err(HelixError::NotEncoded) => Ok(()),
        Err(error) => Err(error),
    }
}

/// What a stored value says about itself. All sizes are those of the value at hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Stats {
    /// Version of the stored format.
    pub version: u8,
    /// What the payload is; [`Codec::Literal`] for a sequence that was typed.
    pub codec: Codec,
    /// Id of the compression dictionary, 0 if none.
    pub dictionary: u32,
    /// Length in bytes of what was encoded; `None` for a literal.
    pub raw_len: Option<u64>,
    /// Length in bytes of the stored value (without PostgreSQL's length word).
    pub stored_len: u64,
    /// Length in bytes of the payload, or of a literal's packed bases.
    pub payload_len: u64,
    /// Length in bytes of the parity; 0 in format version 1.
    pub parity_len: u64,
    /// Number of bases in the text form (prefix aside).
    pub bases: u64,
    /// Share of G and C among those bases, between 0 and 1.
    pub gc_fraction: f64,
    /// The checksum, xxh3-64; it has been verified.
    pub checksum: u64,
}

/// Checks a stored value as [`crate::check_stored`] does and describes it.
pub fn stats(stored: &[u8]) -> Result<Stats, HelixError> {
    let view = layout::open(stored)?;
    let (codec, dictionary, raw_len, payload, bases, gc) = match view.body {
        Body::Literal { packed, count } => {
            (Codec::Literal, 0, None, packed, count as u64, bases::gc_count(packed))
        }
        Body::Encoded { codec, dictionary, raw_len, payload } => {
            let bases = stored.len() as u64 * 4;
            (codec, dictionary, Some(u64::from(raw_len)), payload, bases, bases::gc_count(stored))
        }
    };
    Ok(Stats {
        version: FORMAT_VERSION,
        codec,
        dictionary,
        raw_len,
        stored_len: stored.len() as u64,
        payload_len: payload.len() as u64,
        parity_len: 0,
        bases,
        gc_fraction: sequence::fraction(gc, bases),
        checksum: view.checksum,
    })
}
