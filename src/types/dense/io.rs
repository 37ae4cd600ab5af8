//! Text and binary forms, and the type modifier.
//!
//! Text: `[1,2,3]`, printed with the shortest decimals that read back to the same `f32`, for a half as well.
//! Binary: `dim: u16`, `unused: u16` (0), then the components, all big-endian. Both are read in `crates/vector_io`.

use super::check::*;
use super::{Dense, DenseBuf, Element, MAX_DIMENSIONS};
use crate::error::Report;
use crate::types::array::ArrayArg;
use crate::types::datum::{BytesBuf, TextBuf, VarlenaBuf};
use crate::types::dimensions::read_type_modifier;
use crate::types::message::Message;
use crate::types::text::{PRINTED_FLOAT, TextWriter, quoted};
use pgrx::Internal;
use pgrx::PgSqlErrorCode::*;
use std::ffi::CStr;
use vector_io::ParseError;
use vector_io::wire::{self, WireError};

/// Reads a vector from text.
pub fn input<E: Element>(text: &CStr, type_modifier: i32) -> DenseBuf<E> {
    let text = text.to_bytes();
    match vector_io::parse::<E>(text, MAX_DIMENSIONS) {
        Ok(components) => {
            check_type_modifier::<E>(type_modifier, components.len());
            DenseBuf::from_slice(&components)
        }
        Err(error) => syntax_error::<E>(text, error).raise(),
    }
}

fn syntax_error<E: Element>(text: &[u8], error: ParseError) -> Report {
    let invalid = |detail: String| {
        Report::new(
            ERRCODE_INVALID_TEXT_REPRESENTATION,
            format!("invalid input syntax for type {}: \"{}\"", E::NAME, quoted(text)),
        )
        .detail(detail)
    };
    match error {
        ParseError::MissingBracket => invalid("Vector contents must start with \"[\".".into()),
        ParseError::Empty => no_dimensions::<E>(),
        ParseError::TooMany { .. } => too_many_dimensions::<E>(),
        ParseError::NotANumber { component, offset } => {
            invalid(format!("Component {component} (byte {}) is not a number.", offset + 1))
        }
        ParseError::OutOfRange { component, token } => out_of_range::<E>(&quoted(&text[token]), component),
        ParseError::Nan { component } => nan_component::<E>(component),
        ParseError::Infinite { component } => infinite_component::<E>(component),
        ParseError::ExpectedSeparator { component, offset } => invalid(format!(
            "Component {component} must be followed by \",\" or \"]\" (byte {}).",
            offset + 1
        )),
        ParseError::UnexpectedEnd => invalid("The text ends before the closing \"]\".".into()),
        ParseError::TrailingText { offset } => {
            invalid(format!("Junk after closing right brace (byte {}).", offset + 1))
        }
    }
}

/// Writes a vector as text.
pub fn output<E: Element>(vector: &Dense<'_, E>) -> TextBuf {
    let components = vector.as_slice();
    let mut text = TextWriter::with_capacity((PRINTED_FLOAT + 1) * components.len() + 2);
    let mut separator = b'[';
    for component in components {
        text.push(separator);
        text.push_float(component.to_f32());
        separator = b',';
    }
    text.push(b']');
    text.finish()
}

/// Reads the `n` of `vector(n)`.
pub fn typmod_in<E: Element>(modifiers: &ArrayArg<'_>) -> i32 {
    read_type_modifier(modifiers, E::NAME, MAX_DIMENSIONS)
}

/// Reads a vector from its binary form.
///
/// # Safety
/// `message` must be the first argument of a `recv` function called by the server.
pub unsafe fn receive<E: Element>(message: Internal, type_modifier: i32) -> DenseBuf<E> {
    // SAFETY: as promised by the caller.
    let mut message = unsafe { Message::new(message) };
    match wire::read::<E>(message.rest(), MAX_DIMENSIONS) {
        Ok((components, length)) => {
            message.skip(length);
            check_type_modifier::<E>(type_modifier, components.len());
            DenseBuf::from_slice(&components)
        }
        Err(error) => wire_error::<E>(error).raise(),
    }
}

fn wire_error<E: Element>(error: WireError) -> Report {
    match error {
        // SQLSTATE and message of the server's own reader of messages.
        WireError::Truncated { expected, found } => {
            Report::new(ERRCODE_PROTOCOL_VIOLATION, "insufficient data left in message").detail(format!(
                "The binary {} takes at least {expected} bytes, of which {found} are there.",
                E::NAME
            ))
        }
        WireError::Empty => no_dimensions::<E>(),
        WireError::TooMany { .. } => too_many_dimensions::<E>(),
        WireError::Reserved { value } => {
            Report::new(ERRCODE_DATA_EXCEPTION, format!("expected unused to be 0, not {value}"))
                .detail(format!("The third and fourth byte of a binary {} are reserved.", E::NAME))
        }
        WireError::Nan { component } => nan_component::<E>(component),
        WireError::Infinite { component } => infinite_component::<E>(component),
    }
}

/// Writes a vector in its binary form.
pub fn send<E: Element>(vector: &Dense<'_, E>) -> BytesBuf {
    let components = vector.as_slice();
    let mut message = VarlenaBuf::zeroed(wire::length::<E>(components.len()));
    wire::write(components, message.bytes_mut());
    BytesBuf(message)
}
