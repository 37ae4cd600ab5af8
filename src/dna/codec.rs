//! Bytes to `dna` and back, and repair.

use super::dictionary::Kept;
use super::{Dna, DnaBuf};
use crate::error::{OrRaise, Report, sentence};
use crate::types::datum::{BytesBuf, VarlenaBuf};
use helix::{Content, Decoded, Decoder, Dictionary, Encoder, Head, HelixError, MAX_RAW_LEN};
use pgrx::PgSqlErrorCode::ERRCODE_DATA_CORRUPTED;
use pgrx::pg_extern;
use std::cell::RefCell;
use std::ops::Range;

thread_local! {
    /// One of each a backend: making one takes longer than the work on a kilobyte.
    static ENCODER: RefCell<Encoder> = RefCell::new(Encoder::new());
    static DECODER: RefCell<Decoder> = RefCell::new(Decoder::new());
}

/// Ends long work when the query is cancelled.
pub fn pause() {
    pgrx::check_for_interrupts!();
}

fn decode(stored: &[u8]) -> Result<Decoded, HelixError> {
    DECODER.with_borrow_mut(|decoder| decoder.decode_with(stored, MAX_RAW_LEN, &mut Kept, &mut pause))
}

/// The bytes of a compact value.
pub fn decompressed(stored: &[u8]) -> Vec<u8> {
    decode(stored).or_raise().raw
}

/// A compact value of these bytes.
pub fn encode_compact(raw: &[u8], dictionary: Option<&Dictionary>, content: Content) -> Vec<u8> {
    ENCODER.with_borrow_mut(|encoder| encoder.encode_compact(raw, dictionary, content, &mut pause)).or_raise()
}

/// Neighbouring frames of a value of version 4, of which `bytes` are the stored ones.
pub fn decode_frames(head: &Head, frames: Range<usize>, bytes: &[u8]) -> Vec<u8> {
    DECODER
        .with_borrow_mut(|decoder| decoder.decode_frames(head, frames, bytes, &mut Kept, &mut pause))
        .or_raise()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_encode(raw: &[u8], level: i32, parity: i32) -> DnaBuf {
    let stored = ENCODER.with_borrow_mut(|encoder| encoder.encode(raw, level, parity, &mut pause));
    DnaBuf::from_stored(&stored.or_raise())
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_decode(value: Dna<'_>) -> BytesBuf {
    let decoded = decode(value.stored()).or_raise();
    if let Some(damage) = decoded.damage {
        Report::new(ERRCODE_DATA_CORRUPTED, "dna value is damaged, it was read by means of its parity")
            .detail(sentence(&damage))
            .hint("Store it anew: UPDATE … SET value = dna_repair(value).")
            .warn();
    }
    BytesBuf(VarlenaBuf::from_bytes(&decoded.raw))
}

/// The value as it was written: rebuilt from its parity where it is damaged, itself where it is not.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_repair(value: Dna<'_>) -> DnaBuf {
    match helix::repair(value.stored()).or_raise() {
        Some(repaired) => DnaBuf::from_stored(&repaired),
        None => DnaBuf::from_stored(value.stored()),
    }
}

/// Whether nothing speaks against the value. One that needs a newer release or a dictionary, and whose checksum holds,
/// is as it was written, although it cannot be decoded here.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_verify(value: Dna<'_>) -> bool {
    use HelixError::{NotEncoded, OutOfMemory, UnknownDictionary, UnsupportedCodec, UnsupportedParity};
    match decode(value.stored()) {
        Ok(decoded) => decoded.damage.is_none(),
        Err(NotEncoded) => true,
        Err(UnknownDictionary { .. } | UnsupportedCodec { .. } | UnsupportedParity { .. }) => true,
        // The check itself failed, which says nothing about the value.
        Err(OutOfMemory) => Err(OutOfMemory).or_raise(),
        Err(_) => false,
    }
}
