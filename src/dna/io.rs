//! Text and binary forms of `dna`.
//!
//! Text: `GATTACA`, or `DNA1:` and the bases of a whole encoded value. Binary: the stored value, which carries its
//! version itself. Both directions check it: damage neither comes in nor goes out unnoticed.

use super::{Dna, DnaBuf};
use crate::error::OrRaise;
use crate::types::datum::{BytesBuf, TextBuf, VarlenaBuf};
use crate::types::message::Message;
use crate::types::text::{input_text, output_text};
use pgrx::{Internal, pg_extern};
use std::ffi::CStr;

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_in(text: &CStr) -> DnaBuf {
    DnaBuf::from_stored(&helix::parse_text(&input_text(text)).or_raise())
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_out(value: Dna<'_>) -> TextBuf {
    output_text(&helix::to_text(value.stored()).or_raise())
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_recv(message: Internal) -> DnaBuf {
    // SAFETY: a recv function takes `internal`, so that only the server calls it.
    let mut message = unsafe { Message::new(message) };
    let stored = message.read_rest();
    helix::check_stored(stored).or_raise();
    DnaBuf::from_stored(stored)
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_send(value: Dna<'_>) -> BytesBuf {
    helix::check_stored(value.stored()).or_raise();
    BytesBuf(VarlenaBuf::from_bytes(value.stored()))
}
