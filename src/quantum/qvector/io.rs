//! Text and binary forms of `qvector`, and its type modifier.
//!
//! Text: `[0.6,0.8i]` (grammar: `crates/quantum`), printed with the shortest decimals that read back to the same bits.
//! Binary: `version: u8` (1), `flags: u8` (0), `n: u16`, then n × (real part `f32`, imaginary part `f32`), all
//! big-endian. Whatever comes in is normalised; what a `qvector` sent comes back bit by bit.

use super::{QVector, QVectorBuf, VERSION};
use crate::error::{OrRaise, Report};
use crate::types::array::ArrayArg;
use crate::types::datum::{BytesBuf, TextBuf, VarlenaBuf};
use crate::types::dimensions::{check_type_modifier, read_type_modifier};
use crate::types::message::Message;
use crate::types::text::{input_text, output_text};
use pgrx::PgSqlErrorCode::*;
use pgrx::{Internal, pg_extern, pg_sys};
use quantum::{MAX_DIMENSIONS, QuantumError, State, format_amplitudes, parse_amplitudes};
use std::ffi::CStr;

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn qvector_in(text: &CStr, _element_type: pg_sys::Oid, type_modifier: i32) -> QVectorBuf {
    let amplitudes = parse_amplitudes(&input_text(text)).or_raise();
    check_type_modifier(type_modifier, "qvector", amplitudes.len());
    State::from_amplitudes(amplitudes).or_raise().into()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn qvector_out(value: QVector<'_>) -> TextBuf {
    output_text(&format_amplitudes(value.state().amplitudes()))
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn qvector_typmod_in(modifiers: ArrayArg<'_>) -> i32 {
    read_type_modifier(&modifiers, "qvector", MAX_DIMENSIONS)
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn qvector_recv(message: Internal, _element_type: pg_sys::Oid, type_modifier: i32) -> QVectorBuf {
    // SAFETY: a recv function takes `internal`, so that only the server calls it.
    let mut message = unsafe { Message::new(message) };
    let [version, flags] = [message.read(1)[0], message.read(1)[0]];
    if (version, flags) != (VERSION, 0) {
        Report::new(
            ERRCODE_FEATURE_NOT_SUPPORTED,
            format!("binary qvector has format version {version} with flags {flags}"),
        )
        .hint("Send version 1 with flags 0, as qvector_send() does.")
        .raise();
    }
    let count = message.read(2);
    let dims = usize::from(u16::from_be_bytes([count[0], count[1]]));
    if dims > MAX_DIMENSIONS {
        Err(QuantumError::TooManyDimensions { limit: MAX_DIMENSIONS }).or_raise()
    }
    check_type_modifier(type_modifier, "qvector", dims);
    let parts: Vec<f32> =
        message.read(8 * dims).as_chunks().0.iter().map(|&part| f32::from_be_bytes(part)).collect();
    State::from_interleaved(&parts).or_raise().into()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn qvector_send(value: QVector<'_>) -> BytesBuf {
    let state = value.state();
    let mut message = VarlenaBuf::zeroed(4 + 8 * state.dimensions());
    let (header, body) = message.bytes_mut().split_at_mut(4);
    header[0] = VERSION;
    header[2..].copy_from_slice(&(state.dimensions() as u16).to_be_bytes());
    for (place, part) in body.as_chunks_mut().0.iter_mut().zip(state.interleaved()) {
        *place = part.to_be_bytes();
    }
    BytesBuf(message)
}
