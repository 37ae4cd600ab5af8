//! Making, checking and decoding stored values.

use std::borrow::Cow;
use std::rc::Rc;

use crate::bases::{self, Bases};
use crate::dictionary::{Dictionaries, Dictionary};
use crate::error::{Damage, HelixError};
use crate::frames::{self, Content, FRAME_LEN, Head};
use crate::layout::{self, Body, Codec, MAX_RAW_LEN, View};
use crate::sequence;
use crate::shield::{self, Recovered};
use crate::zstd_codec::{Compressors, Decompressors, Frame, Means, Pause};

/// The lowest compression level of [`Encoder::encode`].
pub const MIN_LEVEL: i32 = 1;
/// The highest compression level of [`Encoder::encode`]; zstd's levels above it need far more memory to read.
pub const MAX_LEVEL: i32 = 19;
/// The level to use when the user names none: zstd's own default.
pub const DEFAULT_LEVEL: i32 = 3;
/// The level of compact values without a dictionary: they are read far more often than written.
pub const COMPACT_LEVEL: i32 = 9;
/// The level of values in frames without a dictionary: what frames lose, for each begins anew, is to be had again.
const FRAMED_LEVEL: i32 = 17;

/// Encodes values one after another with one compression context, which is worth it for small ones: making the context costs
/// more than compressing a kilobyte. Keeps at most 4 MiB for each of the two formats.
#[derive(Default)]
pub struct Encoder {
    pub(crate) contexts: Compressors,
}

impl Encoder {
    /// An encoder that has not allocated anything yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Encodes bytes as a stored value of version 1: compressed with zstd at `level` (1 to 19), or as they are if that is not
    /// longer. With `parity`, the share of shards in percent (1 to 50) that may be damaged, as a value of version 3.
    ///
    /// # Errors
    /// [`HelixError::InvalidLevel`], [`HelixError::InvalidParity`]; [`HelixError::TooLong`] for more than [`MAX_RAW_LEN`] bytes,
    /// or if the stored value would exceed [`crate::MAX_STORED_LEN`].
    pub fn encode(
        &mut self,
        raw: &[u8],
        level: i32,
        parity: i32,
        pause: Pause<'_>,
    ) -> Result<Vec<u8>, HelixError> {
        check_level(level)?;
        if !(0..=shield::MAX_PARITY).contains(&parity) {
            return Err(HelixError::InvalidParity { percent: parity });
        }
        let raw_len = checked_len(raw)?;
        let mut stored = layout::start_encoded(Codec::Zstd, raw_len, raw.len());
        if !self.contexts.compress(Frame::Standard, Means::Level(level), &mut stored, raw, pause) {
            stored = layout::start_encoded(Codec::Raw, raw_len, raw.len());
            stored.extend_from_slice(raw);
        }
        layout::check_stored_len(stored.len())?;
        layout::seal(&mut stored);
        if parity == 0 { Ok(stored) } else { shield::wrap(&stored, parity) }
    }

    /// Encodes bytes as a compact stored value, version 2, with a dictionary or, without one, at [`COMPACT_LEVEL`]; more than
    /// [`FRAME_LEN`] bytes in frames, version 4.
    ///
    /// # Errors
    /// [`HelixError::TooLong`] as in [`Encoder::encode`].
    pub fn encode_compact(
        &mut self,
        raw: &[u8],
        dictionary: Option<&Dictionary>,
        content: Content,
        pause: Pause<'_>,
    ) -> Result<Vec<u8>, HelixError> {
        let raw_len = checked_len(raw)?;
        if raw.len() > FRAME_LEN
            && let Some(stored) = frames::write(self, raw, dictionary, FRAMED_LEVEL, content, pause)?
        {
            return Ok(stored);
        }
        let (id, means) = match dictionary {
            Some(dictionary) => (dictionary.id(), Means::Dictionary(dictionary)),
            None => (0, Means::Level(COMPACT_LEVEL)),
        };
        let mut stored = layout::start_compact(Codec::Zstd, id, raw_len, raw.len());
        if !self.contexts.compress(Frame::Bare, means, &mut stored, raw, pause) {
            stored = layout::start_compact(Codec::Raw, 0, raw_len, raw.len());
            stored.extend_from_slice(raw);
        }
        layout::check_stored_len(stored.len())?;
        layout::seal_compact(&mut stored);
        Ok(stored)
    }
}

fn check_level(level: i32) -> Result<(), HelixError> {
    if (MIN_LEVEL..=MAX_LEVEL).contains(&level) { Ok(()) } else { Err(HelixError::InvalidLevel { level }) }
}

fn checked_len(raw: &[u8]) -> Result<u32, HelixError> {
    let too_long = HelixError::TooLong {
        what: "input of dna_encode",
        length: raw.len() as u64,
        limit: MAX_RAW_LEN as u64,
    };
    u32::try_from(raw.len()).ok().filter(|_| raw.len() <= MAX_RAW_LEN).ok_or(too_long)
}

/// [`Encoder::encode`] with an encoder of its own and without parity.
pub fn encode(raw: &[u8], level: i32) -> Result<Vec<u8>, HelixError> {
    Encoder::new().encode(raw, level, 0, &mut || ())
}

/// A stored literal of these bases; [`HelixError::EmptySequence`] if there are none.
pub fn literal(bases: &Bases) -> Result<Vec<u8>, HelixError> {
    layout::write_literal(bases.packed(), bases.count())
}

/// A stored value as a reader found it.
pub(crate) struct Read<'a> {
    /// A value of version 1 or 2: the stored one, or the one that was inside of parity.
    pub value: Cow<'a, [u8]>,
    /// Present if there is parity.
    pub shield: Option<Recovered>,
}

/// Reads what is stored, rebuilding it from its parity if need be and possible.
pub(crate) fn read(stored: &[u8]) -> Result<Read<'_>, HelixError> {
    let error = match layout::open(stored) {
        Ok(_) => return Ok(Read { value: Cow::Borrowed(stored), shield: None }),
        Err(error) => error,
    };
    // Its version may be what is damaged: the header at the other end tells.
    if !shield::is_shielded(stored) {
        return Err(match stored.first() {
            Some(&shield::SHIELDED_VERSION) => {
                HelixError::Damaged(Damage::Field("neither of its headers is whole"))
            }
            _ => error,
        });
    }
    let mut shield = shield::recover(stored)?;
    Ok(Read { value: Cow::Owned(std::mem::take(&mut shield.inner)), shield: Some(shield) })
}

/// Reads what is stored and refuses every damage, also what parity could rebuild.
pub(crate) fn read_whole(stored: &[u8]) -> Result<Read<'_>, HelixError> {
    let read = read(stored)?;
    match read.shield.as_ref().and_then(Recovered::damage) {
        Some(damage) => Err(HelixError::Damaged(damage)),
        None => Ok(read),
    }
}

/// Checks a stored value as it comes from outside (binary input, text input, a page): length, version, checksum and
/// every field, but without decompressing and without needing its dictionary. [`verify`] does the rest. Damage that
/// parity could rebuild is damage.
pub fn check_stored(stored: &[u8]) -> Result<(), HelixError> {
    read_whole(stored).map(|_| ())
}

/// Decoded bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// What [`Encoder::encode`] was given.
    pub raw: Vec<u8>,
    /// What was damaged in the stored value, if it had to be rebuilt from its parity.
    pub damage: Option<Damage>,
}

/// Decodes values one after another with one decompression context, which is worth it for small ones: making
/// the context costs more than decompressing a kilobyte. Keeps about 160 kB for each of the two formats once it met a zstd value.
#[derive(Default)]
pub struct Decoder {
    contexts: Decompressors,
}

impl Decoder {
    /// A decoder that has not allocated anything yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The bytes that an encoder was given, rebuilt from parity if need be. Every check there is has been passed when this
    /// returns `Ok`.
    ///
    /// # Errors
    /// [`HelixError::NotEncoded`] for a literal, [`HelixError::TooLong`] if the declared raw length exceeds
    /// `limit`, [`HelixError::UnknownDictionary`], and whatever [`crate::check_stored`] finds and parity does not mend. Memory
    /// stays within the declared raw length and the stored one, and a length that is declared but not delivered is not allocated.
    pub fn decode_with(
        &mut self,
        stored: &[u8],
        limit: usize,
        dictionaries: &mut dyn Dictionaries,
        pause: Pause<'_>,
    ) -> Result<Decoded, HelixError> {
        // Most values are whole: they are checked once.
        match layout::open(stored) {
            Ok(view) => {
                let raw = self.decode_view(stored, view, limit, dictionaries, pause)?;
                Ok(Decoded { raw, damage: None })
            }
            Err(_) => {
                let read = read(stored)?;
                let view = layout::open(&read.value)?;
                let raw = self.decode_view(&read.value, view, limit, dictionaries, pause)?;
                Ok(Decoded { raw, damage: read.shield.as_ref().and_then(Recovered::damage) })
            }
        }
    }

    fn decode_view(
        &mut self,
        stored: &[u8],
        view: View<'_>,
        limit: usize,
        dictionaries: &mut dyn Dictionaries,
        pause: Pause<'_>,
    ) -> Result<Vec<u8>, HelixError> {
        match view.body {
            Body::Literal { .. } => Err(HelixError::NotEncoded),
            Body::Encoded { codec, dictionary, raw_len, payload } => {
                within(raw_len as usize, limit)?;
                if codec != Codec::Zstd {
                    // `open` has held the payload's length against the declared one.
                    return Ok(payload.to_vec());
                }
                let dictionary = find(dictionaries, dictionary)?;
                let frame =
                    if view.version == layout::COMPACT_VERSION { Frame::Bare } else { Frame::Standard };
                self.contexts.decompress(frame, dictionary.as_deref(), payload, raw_len as usize, pause)
            }
            Body::Framed(head) => {
                within(head.raw_len(), limit)?;
                let bytes = &stored[head.stored(0..head.frames())];
                head.decode(0..head.frames(), bytes, &mut self.contexts, dictionaries, pause)
            }
        }
    }

    /// The raw bytes of neighbouring frames of a value of version 4, `bytes` being where [`Head::stored`] says that they lie.
    ///
    /// # Errors
    /// Damage of these frames, [`HelixError::UnknownDictionary`]. Other frames are not looked at.
    pub fn decode_frames(
        &mut self,
        head: &Head,
        frames: std::ops::Range<usize>,
        bytes: &[u8],
        dictionaries: &mut dyn Dictionaries,
        pause: Pause<'_>,
    ) -> Result<Vec<u8>, HelixError> {
        head.decode(frames, bytes, &mut self.contexts, dictionaries, pause)
    }

    /// [`Decoder::decode_with`] for values without a dictionary.
    pub fn decode(&mut self, stored: &[u8], limit: usize) -> Result<Vec<u8>, HelixError> {
        self.decode_with(stored, limit, &mut (), &mut || ()).map(|decoded| decoded.raw)
    }
}

fn within(raw_len: usize, limit: usize) -> Result<(), HelixError> {
    let limit = limit.min(MAX_RAW_LEN);
    if raw_len <= limit {
        return Ok(());
    }
    Err(HelixError::TooLong { what: "decoded DNA value", length: raw_len as u64, limit: limit as u64 })
}

pub(crate) fn find(
    dictionaries: &mut dyn Dictionaries,
    id: u32,
) -> Result<Option<Rc<Dictionary>>, HelixError> {
    if id == 0 {
        return Ok(None);
    }
    dictionaries.dictionary(id)?.ok_or(HelixError::UnknownDictionary { id }).map(Some)
}

/// [`Decoder::decode`] with a decoder of its own.
pub fn decode(stored: &[u8], limit: usize) -> Result<Vec<u8>, HelixError> {
    Decoder::new().decode(stored, limit)
}

/// Everything that can be checked about a stored value, decompressing it included.
pub fn verify(stored: &[u8]) -> Result<(), HelixError> {
    check_stored(stored)?;
    match decode(stored, MAX_RAW_LEN) {
        Ok(_) | Err(HelixError::NotEncoded) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The stored value as it was written: rebuilt from its parity, or `None` if nothing is damaged.
///
/// # Errors
/// Damage beyond what the parity can rebuild, or without parity.
pub fn repair(stored: &[u8]) -> Result<Option<Vec<u8>>, HelixError> {
    let read = read(stored)?;
    match read.shield {
        Some(mut shield) if shield.damage().is_some() => {
            shield.inner = read.value.into_owned();
            shield.rewritten().map(Some)
        }
        _ => Ok(None),
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
    /// Bytes that parity adds: its shards, the checksums of all shards, the two headers. 0 without parity.
    pub parity_len: u64,
    /// Number of shards, parity included; 0 without parity.
    pub shards: u32,
    /// Number of parity shards, which is how many shards can be rebuilt.
    pub parity_shards: u32,
    /// How many shards are damaged, all of them within the parity.
    pub damaged_shards: u32,
    /// Number of bases in the text form (prefix aside).
    pub bases: u64,
    /// Share of G and C among those bases, between 0 and 1.
    pub gc_fraction: f64,
    /// The checksum, verified: xxh3-64 or, in a compact value, crc32c.
    pub checksum: u64,
}

/// Checks a stored value and describes it. Damage within the parity is described, other damage is an error.
pub fn stats(stored: &[u8]) -> Result<Stats, HelixError> {
    let read = read(stored)?;
    let view = layout::open(&read.value)?;
    let (codec, dictionary, raw_len, payload_len, bases, gc) = match view.body {
        Body::Literal { packed, count } => {
            (Codec::Literal, 0, None, packed.len(), count as u64, bases::gc_count(packed))
        }
        Body::Encoded { codec, dictionary, raw_len, payload } => {
            let bases = stored.len() as u64 * 4;
            (codec, dictionary, Some(u64::from(raw_len)), payload.len(), bases, bases::gc_count(stored))
        }
        Body::Framed(head) => {
            let bases = stored.len() as u64 * 4;
            let payload = stored.len() - head.head_len();
            let raw_len = Some(head.raw_len() as u64);
            (Codec::Zstd, head.dictionary(), raw_len, payload, bases, bases::gc_count(stored))
        }
    };
    let shield = read.shield.as_ref();
    Ok(Stats {
        version: if shield.is_some() { shield::SHIELDED_VERSION } else { view.version },
        codec,
        dictionary,
        raw_len,
        stored_len: stored.len() as u64,
        payload_len: payload_len as u64,
        parity_len: (stored.len() - read.value.len()) as u64,
        shards: shield.map_or(0, |shield| shield.shards() as u32),
        parity_shards: shield.map_or(0, |shield| shield.parity() as u32),
        damaged_shards: shield.map_or(0, |shield| shield.damaged as u32),
        bases,
        gc_fraction: sequence::fraction(gc, bases),
        checksum: view.checksum,
    })
}
