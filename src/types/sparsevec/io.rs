//! Text and binary forms of `sparsevec`, and its type modifier.
//!
//! Text: `{1:1.5,3:2}/5`, indices from 1, values printed with the shortest decimals that read back to the same bits. Binary:
//! indices from 0. Both grammars: `crates/vector_io`.

use super::check::*;
use super::{MAX_DIMENSIONS, Sparsevec, SparsevecBuf};
use crate::error::Report;
use crate::types::array::ArrayArg;
use crate::types::datum::{BytesBuf, TextBuf, VarlenaBuf};
use crate::types::dimensions::read_type_modifier;
use crate::types::entry::entry_points;
use crate::types::message::Message;
use crate::types::text::{PRINTED_FLOAT, TextWriter, quoted};
use pgrx::PgSqlErrorCode::*;
use pgrx::{Internal, pg_sys};
use std::ffi::CStr;
use vector_io::{Expected, Sparse, SparseTextError, SparseWireError};

/// Bytes that a printed integer of the type needs at most.
const PRINTED_INTEGER: usize = 10;

impl From<Sparse> for SparsevecBuf {
    fn from(sparse: Sparse) -> Self {
        Self::new(sparse.dims, sparse.indices.into_iter().zip(sparse.values))
    }
}

fn text_error(text: &[u8], error: SparseTextError) -> Report {
    let (expected, offset) = match error {
        SparseTextError::Fault(fault) => return fault.into(),
        SparseTextError::OutOfRange { element, token } => {
            return Report::new(
                ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
                format!("\"{}\" is out of range for type sparsevec", quoted(&text[token])),
            )
            .detail(format!("The value of element {element} does not fit into single precision."));
        }
        SparseTextError::Syntax { expected, offset } => (expected, offset),
    };
    let detail = match expected {
        Expected::OpeningBrace => "Vector contents must start with \"{\".".into(),
        Expected::End => format!("Junk after closing (byte {}).", offset + 1),
        _ if offset == text.len() => format!("Unexpected end of input: expected {expected}."),
        _ => format!("Expected {expected} at byte {}.", offset + 1),
    };
    Report::new(
        ERRCODE_INVALID_TEXT_REPRESENTATION,
        format!("invalid input syntax for type sparsevec: \"{}\"", quoted(text)),
    )
    .detail(detail)
    .hint("A sparsevec is written as in {1:1.5,3:2}/5: index and value of each element, then the number of dimensions.")
}

fn wire_error(error: SparseWireError) -> Report {
    match error {
        SparseWireError::Fault(fault) => fault.into(),
        SparseWireError::Reserved { value } => {
            Report::new(ERRCODE_DATA_EXCEPTION, format!("expected unused to be 0, not {value}"))
                .detail("The third integer of a binary sparsevec is reserved.")
        }
        SparseWireError::Truncated { expected, found } => {
            Report::new(ERRCODE_PROTOCOL_VIOLATION, "insufficient data left in message")
                .detail(format!("A sparsevec was announced that takes {expected} bytes; there are {found}."))
        }
    }
}

/// Appends a number that is not negative.
fn push_integer(text: &mut TextWriter, mut number: u32) {
    let mut digits = [0; PRINTED_INTEGER];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    digits[start..].iter().for_each(|&digit| text.push(digit));
}

entry_points! {
    fn sparsevec_in(text: &CStr, _element_type: pg_sys::Oid, type_modifier: i32) -> SparsevecBuf {
        let text = text.to_bytes();
        let sparse = vector_io::parse_sparse(text, LIMITS).unwrap_or_else(|error| text_error(text, error).raise());
        check_type_modifier(type_modifier, sparse.dims);
        sparse.into()
    }

    fn sparsevec_out(vector: Sparsevec<'_>) -> TextBuf {
        // Index, colon, value and separator; then the braces, the slash and the number of dimensions.
        let element = PRINTED_INTEGER + PRINTED_FLOAT + 2;
        let mut text = TextWriter::with_capacity(element * vector.indices().len() + PRINTED_INTEGER + 3);
        text.push(b'{');
        for (i, (index, value)) in vector.elements().enumerate() {
            if i > 0 {
                text.push(b',');
            }
            push_integer(&mut text, (index as u32).wrapping_add(1));
            text.push(b':');
            text.push_float(value);
        }
        text.push(b'}');
        text.push(b'/');
        push_integer(&mut text, vector.dims() as u32);
        text.finish()
    }

    fn sparsevec_typmod_in(modifiers: ArrayArg<'_>) -> i32 {
        read_type_modifier(&modifiers, "sparsevec", MAX_DIMENSIONS as usize)
    }

    fn sparsevec_recv(message: Internal, _element_type: pg_sys::Oid, type_modifier: i32) -> SparsevecBuf {
        // SAFETY: a recv function takes `internal`, so that only the server calls it.
        let mut message = unsafe { Message::new(message) };
        let read = vector_io::read_sparse(message.rest(), LIMITS);
        let (sparse, length) = read.unwrap_or_else(|error| wire_error(error).raise());
        message.skip(length);
        check_type_modifier(type_modifier, sparse.dims);
        sparse.into()
    }

    fn sparsevec_send(vector: Sparsevec<'_>) -> BytesBuf {
        let mut message = VarlenaBuf::zeroed(vector_io::sparse_length(vector.indices().len()));
        vector_io::write_sparse(vector.dims(), vector.indices(), vector.values(), message.bytes_mut());
        BytesBuf(message)
    }
}
