//! Bytes to `dna` and back.

use super::{Dna, DnaBuf};
use crate::error::OrRaise;
use crate::types::datum::{BytesBuf, VarlenaBuf};
use helix::{Decoder, HelixError, MAX_RAW_LEN};
use pgrx::pg_extern;
use std::cell::RefCell;

thread_local! {
    /// One decoder a backend: making one takes longer than decompressing a kilobyte.
    static DECODER: RefCell<Decoder> = RefCell::new(Decoder::new());
}

fn decode(stored: &[u8]) -> Result<Vec<u8>, HelixError> {
    DECODER.with_borrow_mut(|decoder| decoder.decode(stored, MAX_RAW_LEN))
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_encode(raw: &[u8], level: i32) -> DnaBuf {
    DnaBuf::from_stored(&helix::encode(raw, level).or_raise())
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_decode(value: Dna<'_>) -> BytesBuf {
    BytesBuf(VarlenaBuf::from_bytes(&decode(value.stored()).or_raise()))
}

/// Whether nothing speaks against the value. One that needs a newer release or a dictionary, and whose checksum holds,
/// is as it was written, although it cannot be decoded here.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_verify(value: Dna<'_>) -> bool {
    use HelixError::{NotEncoded, OutOfMemory, UnknownDictionary, UnsupportedCodec, UnsupportedParity};
    match decode(value.stored()) {
        Ok(_) | Err(NotEncoded) => true,
        Err(UnknownDictionary { .. } | UnsupportedCodec { .. } | UnsupportedParity { .. }) => true,
        // The check itself failed, which says nothing about the value.
        Err(OutOfMemory) => Err(OutOfMemory).or_raise(),
        Err(_) => false,
    }
}
