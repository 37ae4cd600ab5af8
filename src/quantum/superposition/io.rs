//! Text and binary forms of `superposition`: JSON, and the stored bytes with the most significant byte of each number first.

use super::{SuperpositionArg, SuperpositionBuf, utf8};
use crate::error::{OrRaise, Report, to_server};
use crate::types::datum::{BytesBuf, TextBuf, VarlenaBuf};
use crate::types::message::Message;
use pgrx::PgSqlErrorCode::*;
use pgrx::{Internal, pg_extern};
use quantum::superposition::{ByteOrder, Superposition, SuperpositionError};
use std::ffi::CStr;
use std::ptr::NonNull;

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn superposition_in(text: &CStr) -> SuperpositionBuf {
    utf8(text.to_bytes()).parse::<Superposition>().or_raise().into()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn superposition_out(value: SuperpositionArg<'_>) -> TextBuf {
    let text = to_server(&value.read().to_string());
    // SAFETY: a palloc'ed C string.
    unsafe { TextBuf::from_palloced(NonNull::new(text.cast()).expect("palloc never returns null")) }
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn superposition_recv(message: Internal) -> SuperpositionBuf {
    // SAFETY: a recv function takes `internal`, so that only the server calls it.
    let mut message = unsafe { Message::new(message) };
    let value = match Superposition::from_bytes(message.read_rest(), ByteOrder::Network) {
        Err(SuperpositionError::Damaged(why)) => {
            Report::new(ERRCODE_INVALID_BINARY_REPRESENTATION, "invalid binary form of type superposition")
                .detail(crate::error::sentence(&why))
                .hint("Send what superposition_send() makes.")
                .raise()
        }
        read => read.or_raise(),
    };
    // A name that the database's encoding cannot hold is refused here and not when the value is read.
    for (name, _, _) in value.contexts() {
        to_server(name);
    }
    value.into()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn superposition_send(value: SuperpositionArg<'_>) -> BytesBuf {
    BytesBuf(VarlenaBuf::from_bytes(&value.read().to_bytes(ByteOrder::Network)))
}
