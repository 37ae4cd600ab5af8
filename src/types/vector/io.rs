//! Text and binary forms of `vector`, and its type modifier.
//!
//! Text: `[1,2,3]` (grammar: `crates/vector_io`), printed with the shortest decimals that read back to the same bits.
//! Binary: `dim: u16`, `unused: u16` (0), then `dim` × `f32`, all big-endian.

use super::check::*;
use super::{MAX_DIMENSIONS, Vector, VectorBuf};
use crate::error::Report;
use crate::types::array::ArrayArg;
use crate::types::datum::{BytesBuf, TextBuf, VarlenaBuf};
use pgrx::PgSqlErrorCode::*;
use pgrx::{Internal, pg_extern, pg_sys};
use std::ffi::{CStr, c_char, c_int};
use std::ptr::NonNull;
use vector_io::ParseError;

/// Space that one printed component needs at most (`FLOAT_SHORTEST_DECIMAL_LEN` in `common/shortest_dec.h`).
const PRINTED_COMPONENT: usize = 16;

/// How much of a faulty text an error message repeats.
const QUOTED: usize = 200;

unsafe extern "C" {
    /// Writes the shortest decimal that reads back to the same bits, without a terminating zero, and returns its
    /// length. Exported by the server for its own `float4` output; it neither raises errors nor allocates.
    fn float_to_shortest_decimal_bufn(value: f32, result: *mut c_char) -> c_int;
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_in(text: &CStr, _element_type: pg_sys::Oid, type_modifier: i32) -> VectorBuf {
    let text = text.to_bytes();
    match vector_io::parse(text, MAX_DIMENSIONS) {
        Ok(components) => {
            check_type_modifier(type_modifier, components.len());
            VectorBuf::from_slice(&components)
        }
        Err(error) => syntax_error(text, error).raise(),
    }
}

fn syntax_error(text: &[u8], error: ParseError) -> Report {
    let invalid = |detail: String| {
        Report::new(
            ERRCODE_INVALID_TEXT_REPRESENTATION,
            format!("invalid input syntax for type vector: \"{}\"", quoted(text)),
        )
        .detail(detail)
    };
    match error {
        ParseError::MissingBracket => invalid("Vector contents must start with \"[\".".into()),
        ParseError::Empty => Report::new(ERRCODE_DATA_EXCEPTION, "vector must have at least 1 dimension"),
        ParseError::TooMany { .. } => too_many_dimensions(),
        ParseError::NotANumber { component, offset } => {
            invalid(format!("Component {component} (byte {}) is not a number.", offset + 1))
        }
        ParseError::OutOfRange { component, token } => Report::new(
            ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
            format!("\"{}\" is out of range for type vector", quoted(&text[token])),
        )
        .detail(format!("Component {component} does not fit into single precision.")),
        ParseError::Nan { component } => nan_component(component),
        ParseError::Infinite { component } => infinite_component(component),
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

/// A text as an error message may repeat it: not endless, and in the encoding of the database.
fn quoted(text: &[u8]) -> String {
    let shown = &text[..text.len().min(QUOTED)];
    // SAFETY: reads a variable of the backend.
    let utf8 = unsafe { pg_sys::GetDatabaseEncoding() } == pg_sys::pg_enc::PG_UTF8 as c_int;
    let mut quoted = if utf8 {
        let whole = shown.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        whole.to_owned()
    } else {
        shown.iter().map(|&byte| if byte.is_ascii() { byte as char } else { '?' }).collect()
    };
    if shown.len() < text.len() {
        quoted.push_str("...");
    }
    quoted
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_out(vector: Vector<'_>) -> TextBuf {
    let components = vector.as_slice();
    // SAFETY: every component gets PRINTED_COMPONENT bytes and a separator, then come `[`, `]` and the zero.
    unsafe {
        let text: *mut u8 = pg_sys::palloc((PRINTED_COMPONENT + 1) * components.len() + 3).cast();
        let mut end = text;
        for (i, &component) in components.iter().enumerate() {
            end.write(if i == 0 { b'[' } else { b',' });
            end = end.add(1);
            end = end.add(float_to_shortest_decimal_bufn(component, end.cast()) as usize);
        }
        end.write(b']');
        end.add(1).write(0);
        TextBuf::from_palloced(NonNull::new(text).expect("palloc never returns null"))
    }
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_typmod_in(modifiers: ArrayArg<'_>) -> i32 {
    let mut count = 0;
    // SAFETY: the server passes a cstring array, as its own typmod functions get; the result has `count` elements.
    let modifiers = unsafe {
        let values = pg_sys::ArrayGetIntegerTypmods(modifiers.as_ptr(), &mut count);
        std::slice::from_raw_parts(values, count as usize)
    };
    let invalid = |message: String| Report::new(ERRCODE_INVALID_PARAMETER_VALUE, message);
    let allowed = format!("Write vector(n) with n from 1 to {MAX_DIMENSIONS}.");
    match *modifiers {
        [dims] if dims < 1 => {
            invalid("dimensions for type vector must be at least 1".into()).hint(allowed).raise()
        }
        [dims] if dims as usize > MAX_DIMENSIONS => {
            invalid(format!("dimensions for type vector cannot exceed {MAX_DIMENSIONS}"))
                .hint(allowed)
                .raise()
        }
        [dims] => dims,
        _ => invalid("invalid type modifier".into()).hint(allowed).raise(),
    }
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_recv(message: Internal, _element_type: pg_sys::Oid, type_modifier: i32) -> VectorBuf {
    let message: pg_sys::StringInfo =
        message.unwrap().map_or(std::ptr::null_mut(), |datum| datum.cast_mut_ptr());
    // SAFETY: the server passes the message to be read; pq_getmsgbytes raises an error if it is too short.
    let read = |len: usize| unsafe {
        std::slice::from_raw_parts(pg_sys::pq_getmsgbytes(message, len as c_int).cast::<u8>(), len)
    };
    let header = read(4);
    let dims = usize::from(u16::from_be_bytes([header[0], header[1]]));
    let unused = u16::from_be_bytes([header[2], header[3]]);
    check_dimensions(dims);
    check_type_modifier(type_modifier, dims);
    if unused != 0 {
        Report::new(ERRCODE_DATA_EXCEPTION, format!("expected unused to be 0, not {unused}"))
            .detail("The third and fourth byte of a binary vector are reserved.")
            .raise();
    }
    let mut vector = VectorBuf::zeroed(dims);
    for (component, bytes) in vector.as_mut_slice().iter_mut().zip(read(4 * dims).as_chunks().0) {
        *component = f32::from_be_bytes(*bytes);
    }
    check_finite(vector.as_mut_slice());
    vector
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_send(vector: Vector<'_>) -> BytesBuf {
    let components = vector.as_slice();
    let mut message = VarlenaBuf::zeroed(4 + 4 * components.len());
    let (header, body) = message.bytes_mut().split_at_mut(4);
    header[..2].copy_from_slice(&(components.len() as u16).to_be_bytes());
    for (place, component) in body.as_chunks_mut().0.iter_mut().zip(components) {
        *place = component.to_be_bytes();
    }
    BytesBuf(message)
}
