//! Version 4: long values in frames that are compressed each by itself, behind a table of where they end, so that a slice of a value
//! takes the table and the frames it touches.
//!
//! The byte table is in the crate's README. The head (all but the frames) has a checksum of its own, and so has each frame: a reader
//! of a slice checks what it reads.

use std::ops::Range;

use crate::dictionary::{Dictionaries, Dictionary};
use crate::error::{Damage, HelixError};
use crate::layout::{self, check_stored_len, push_varint, take_varint};
use crate::value::{Encoder, find};
use crate::zstd_codec::{Decompressors, Frame, Means, Pause};

/// The version of values in frames.
pub const FRAMED_VERSION: u8 = 4;
/// The raw bytes of a frame; values up to this length are not in frames. Of values longer than eight, a frame is an eighth, up to
/// [`MAX_FRAME_LEN`]: what is common to its parts is then said less often.
pub const FRAME_LEN: usize = 256 << 10;
/// The longest frame a reader takes, in raw bytes.
const MAX_FRAME_LEN: usize = 1 << 20;

const CHECKSUM: Range<usize> = 1..5;
const FLAGS: usize = 5;
/// Version, checksum, flags.
const FIXED_LEN: usize = 6;
/// The table also counts characters.
const CHARACTERS: u8 = 1;
/// End of the frame, of its raw bytes, its checksum; with characters, their end.
const ENTRY_LEN: usize = 12;

/// What the raw bytes are, for slices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Bytes, or text of which each byte is a character.
    Bytes,
    /// Text in UTF-8: frames begin with a character, and the table counts them.
    Utf8,
}

/// Where something lies, in the raw bytes, in the characters, in the stored frames.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Place {
    raw: usize,
    characters: usize,
    stored: usize,
}

/// The head of a value in frames, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    dictionary: u32,
    content: Content,
    len: usize,
    checksum: u32,
    /// Where frame i begins is entry i, one more says where the last one ends.
    places: Vec<Place>,
    checksums: Vec<u32>,
}

/// What the first bytes of a stored value say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beginning {
    /// It is not in frames.
    Other,
    /// The head has that many bytes; more of the value is needed to read it.
    Needs(usize),
    /// It is in frames.
    Head(Head),
}

impl Head {
    /// Reads the head of a value of `stored_len` bytes from the first of them.
    ///
    /// # Errors
    /// Damage of the head.
    pub fn read(first: &[u8], stored_len: usize) -> Result<Beginning, HelixError> {
        if first.first() != Some(&FRAMED_VERSION) {
            return Ok(Beginning::Other);
        }
        check_stored_len(stored_len)?;
        let truncated = || HelixError::Damaged(Damage::Truncated { length: stored_len });
        let mut rest = first.get(FIXED_LEN..).ok_or_else(truncated)?;
        let mut field = || take_varint(&mut rest).map_err(|error| error.unwrap_or_else(truncated));
        let (dictionary, raw_len, frames) = (field()?, field()? as usize, field()? as usize);
        let content = match first[FLAGS] {
            0 => Content::Bytes,
            CHARACTERS => Content::Utf8,
            _ => return Err(HelixError::Damaged(Damage::Field("its flags are unknown"))),
        };
        let entry_len = content.entry_len();
        let table = first.len() - rest.len();
        let len = table + frames.checked_mul(entry_len).ok_or_else(truncated)?;
        if len > stored_len {
            return Err(truncated());
        }
        if len > first.len() {
            return Ok(Beginning::Needs(len));
        }
        let mut checksum = [0; 4];
        checksum.copy_from_slice(&first[CHECKSUM]);
        let checksum = u32::from_le_bytes(checksum);
        layout::same_checksum(checksum.into(), head_checksum(&first[..len]).into())?;
        let mut places = Vec::with_capacity(frames + 1);
        let mut checksums = Vec::with_capacity(frames);
        places.push(Place { stored: len, ..Place::default() });
        for entry in first[table..len].chunks_exact(entry_len) {
            let number = |i: usize| u32::from_le_bytes([entry[i], entry[i + 1], entry[i + 2], entry[i + 3]]);
            let raw = number(4) as usize;
            let characters = if content == Content::Utf8 { number(12) as usize } else { raw };
            places.push(Place { raw, characters, stored: len.saturating_add(number(0) as usize) });
            checksums.push(number(8));
        }
        let last = places[places.len() - 1];
        let sound = places.is_sorted_by(|a, b| {
            a.stored < b.stored
                && a.raw < b.raw
                && b.raw - a.raw <= MAX_FRAME_LEN
                && a.characters < b.characters
                && b.characters - a.characters <= b.raw - a.raw
                && b.stored - a.stored <= b.raw - a.raw
        });
        if !sound || last.raw != raw_len || last.stored != stored_len || raw_len > layout::MAX_RAW_LEN {
            return Err(HelixError::Damaged(Damage::Field("its table of frames does not add up")));
        }
        Ok(Beginning::Head(Self { dictionary, content, len, checksum, places, checksums }))
    }

    /// Reads the head of a whole stored value of version 4 and checks all of its frames.
    pub(crate) fn open(stored: &[u8]) -> Result<Self, HelixError> {
        let Beginning::Head(head) = Self::read(stored, stored.len())? else {
            return Err(HelixError::Damaged(Damage::Truncated { length: stored.len() }));
        };
        for frame in 0..head.frames() {
            head.check(frame, &stored[head.stored(frame..frame + 1)])?;
        }
        Ok(head)
    }

    /// The number of its dictionary, 0 if none.
    pub fn dictionary(&self) -> u32 {
        self.dictionary
    }

    /// The checksum of the head.
    pub(crate) fn checksum(&self) -> u32 {
        self.checksum
    }

    /// How many frames there are.
    pub fn frames(&self) -> usize {
        self.checksums.len()
    }

    /// Bytes of the head itself.
    pub fn head_len(&self) -> usize {
        self.len
    }

    /// How many raw bytes there are.
    pub fn raw_len(&self) -> usize {
        self.places[self.frames()].raw
    }

    /// How many characters there are; `None` if they were not counted.
    pub fn characters(&self) -> Option<usize> {
        (self.content == Content::Utf8).then(|| self.places[self.frames()].characters)
    }

    /// What the raw bytes are.
    pub fn content(&self) -> Content {
        self.content
    }

    /// The frames that hold these positions (bytes, or characters if they were counted), and the position at which the first of
    /// them begins. Empty positions have no frame.
    pub fn covering(&self, positions: Range<usize>) -> (Range<usize>, usize) {
        let frames = self.frames();
        let end = positions.end.min(self.places[frames].characters);
        if positions.start >= end {
            return (0..0, 0);
        }
        let first = self.places.partition_point(|place| place.characters <= positions.start) - 1;
        let behind = self.places.partition_point(|place| place.characters < end);
        (first..behind, self.places[first].characters)
    }

    /// Where frames lie in the stored value.
    pub fn stored(&self, frames: Range<usize>) -> Range<usize> {
        self.places[frames.start].stored..self.places[frames.end].stored
    }

    fn check(&self, frame: usize, bytes: &[u8]) -> Result<(), HelixError> {
        layout::same_checksum(self.checksums[frame].into(), frame_checksum(frame, bytes).into())
    }

    /// Decompresses neighbouring frames, of which `bytes` are the stored ones.
    pub(crate) fn decode(
        &self,
        frames: Range<usize>,
        bytes: &[u8],
        contexts: &mut Decompressors,
        dictionaries: &mut dyn Dictionaries,
        pause: Pause<'_>,
    ) -> Result<Vec<u8>, HelixError> {
        let dictionary = find(dictionaries, self.dictionary)?;
        let from = self.places[frames.start];
        if bytes.len() != self.places[frames.end].stored - from.stored {
            return Err(HelixError::Damaged(Damage::Truncated { length: bytes.len() }));
        }
        // What the table declares is allocated as frames arrive, each of which has its checksum and at most 1 MiB.
        let mut raw = Vec::with_capacity((self.places[frames.end].raw - from.raw).min(MAX_FRAME_LEN));
        for frame in frames {
            pause();
            let (begins, ends) = (self.places[frame], self.places[frame + 1]);
            let frame_bytes = &bytes[begins.stored - from.stored..ends.stored - from.stored];
            self.check(frame, frame_bytes)?;
            let raw_len = ends.raw - begins.raw;
            if frame_bytes.len() == raw_len {
                raw.extend_from_slice(frame_bytes);
            } else {
                let plain = contexts.decompress(
                    Frame::Bare,
                    dictionary.as_deref(),
                    frame_bytes,
                    raw_len,
                    &mut || (),
                )?;
                raw.extend_from_slice(&plain);
            }
        }
        Ok(raw)
    }
}

impl Content {
    fn entry_len(self) -> usize {
        if self == Content::Utf8 { ENTRY_LEN + 4 } else { ENTRY_LEN }
    }
}

/// Where the frame that begins with the first of these bytes ends.
fn cut(raw: &[u8], length: usize, content: Content) -> usize {
    let mut end = raw.len().min(length);
    // A continuation byte does not begin a character. What is no UTF-8 after all is cut anywhere, and counted as it is.
    while content == Content::Utf8 && end < raw.len() && end > length - 4 && raw[end] & 0xC0 == 0x80 {
        end -= 1;
    }
    end
}

fn characters(raw: &[u8]) -> usize {
    raw.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

/// Writes a value in frames; `None` if the content cannot be (a frame of what claims to be UTF-8 has no character), or if it would not
/// become smaller.
pub(crate) fn write(
    encoder: &mut Encoder,
    raw: &[u8],
    dictionary: Option<&Dictionary>,
    level: i32,
    content: Content,
    pause: Pause<'_>,
) -> Result<Option<Vec<u8>>, HelixError> {
    let mut payload = Vec::new();
    let mut table = Vec::new();
    let length = (raw.len() / 8).clamp(FRAME_LEN, MAX_FRAME_LEN);
    let (mut rest, mut end, mut counted, mut frames) = (raw, 0usize, 0usize, 0usize);
    while !rest.is_empty() {
        pause();
        let (frame, after) = rest.split_at(cut(rest, length, content));
        rest = after;
        end += frame.len();
        let begins = payload.len();
        let means = dictionary.map_or(Means::Level(level), Means::Dictionary);
        if !encoder.contexts.compress(Frame::Bare, means, &mut payload, frame, &mut || ()) {
            payload.extend_from_slice(frame);
        }
        table.extend_from_slice(&(payload.len() as u32).to_le_bytes());
        table.extend_from_slice(&(end as u32).to_le_bytes());
        table.extend_from_slice(&frame_checksum(frames, &payload[begins..]).to_le_bytes());
        if content == Content::Utf8 {
            let here = characters(frame);
            if here == 0 {
                return Ok(None);
            }
            counted += here;
            table.extend_from_slice(&(counted as u32).to_le_bytes());
        }
        frames += 1;
    }
    let mut stored = Vec::with_capacity(FIXED_LEN + 15 + table.len() + payload.len());
    stored.push(FRAMED_VERSION);
    stored.extend_from_slice(&[0; CHECKSUM.end - CHECKSUM.start]);
    stored.push(if content == Content::Utf8 { CHARACTERS } else { 0 });
    for field in [dictionary.map_or(0, Dictionary::id), raw.len() as u32, frames as u32] {
        push_varint(&mut stored, field);
    }
    stored.extend_from_slice(&table);
    let checksum = head_checksum(&stored);
    stored[CHECKSUM].copy_from_slice(&checksum.to_le_bytes());
    stored.extend_from_slice(&payload);
    if stored.len() >= raw.len() {
        return Ok(None);
    }
    check_stored_len(stored.len())?;
    Ok(Some(stored))
}

fn head_checksum(head: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&head[..1]), &head[CHECKSUM.end..])
}

/// The place of a frame is part of its checksum, so that two that changed places are found.
fn frame_checksum(index: usize, frame: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&(index as u32).to_le_bytes()), frame)
}
