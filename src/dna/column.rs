//! `dna_text`, `dna_jsonb`, `dna_bytea`: columns that hold `text`, `jsonb`, `bytea` compressed and look as if they did not.
//!
//! What is compressed is the value as the server stores it, so that reading costs a decompression and nothing else. Text form,
//! binary form, order and hash are those of the type inside, by its own functions: one implementation serves all three.

use super::codec::{decompressed, encode_compact};
use super::dictionary;
use super::progress;
use crate::error::Report;
use crate::types::array::ArrayArg;
use crate::types::datum::{BytesBuf, Detoasted, VarlenaBuf, datum_argument, datum_result};
use crate::types::dimensions::integers;
use pgrx::PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE;
use pgrx::{Internal, pg_extern, pg_sys};
use std::cmp::Ordering;
use std::ffi::CStr;

/// The server's functions, as its own function manager calls them.
mod server {
    use pgrx::pg_sys::{Datum, FunctionCallInfo};

    macro_rules! server_functions {
        ($($name:ident)*) => { unsafe extern "C-unwind" { $(pub fn $name(call: FunctionCallInfo) -> Datum;)* } };
    }
    server_functions! {
        textin textout textrecv textsend bttextcmp hashtext hashtextextended
        jsonb_in jsonb_out jsonb_recv jsonb_send jsonb_cmp jsonb_hash jsonb_hash_extended
        byteain byteaout bytearecv byteasend byteacmp hashvarlena hashvarlenaextended
    }
}

/// A type inside: what its values do that is not ours.
trait Content {
    /// Whether positions in it are those of characters.
    const TEXT: bool;
    const INPUT: pg_sys::PGFunction;
    const OUTPUT: pg_sys::PGFunction;
    const RECEIVE: pg_sys::PGFunction;
    const SEND: pg_sys::PGFunction;
    const COMPARE: pg_sys::PGFunction;
    const HASH: pg_sys::PGFunction;
    const HASH_EXTENDED: pg_sys::PGFunction;
}

macro_rules! content {
    ($name:ident $text:literal: $input:ident $output:ident $receive:ident $send:ident $compare:ident $hash:ident $hash_extended:ident) => {
        struct $name;
        impl Content for $name {
            const TEXT: bool = $text;
            const INPUT: pg_sys::PGFunction = Some(server::$input);
            const OUTPUT: pg_sys::PGFunction = Some(server::$output);
            const RECEIVE: pg_sys::PGFunction = Some(server::$receive);
            const SEND: pg_sys::PGFunction = Some(server::$send);
            const COMPARE: pg_sys::PGFunction = Some(server::$compare);
            const HASH: pg_sys::PGFunction = Some(server::$hash);
            const HASH_EXTENDED: pg_sys::PGFunction = Some(server::$hash_extended);
        }
    };
}

content!(Text true: textin textout textrecv textsend bttextcmp hashtext hashtextextended);
content!(Jsonb false: jsonb_in jsonb_out jsonb_recv jsonb_send jsonb_cmp jsonb_hash jsonb_hash_extended);
content!(Bytea false: byteain byteaout bytearecv byteasend byteacmp hashvarlena hashvarlenaextended);

/// A value of one of the three types, compressed.
pub struct Packed<'a>(Detoasted<'a>);

impl Packed<'_> {
    /// # Safety
    /// `datum` must be a non-null value of one of the three types that outlives `'a`.
    pub unsafe fn from_datum_unchecked(datum: pg_sys::Datum) -> Self {
        // SAFETY: as promised by the caller.
        Self(unsafe { Detoasted::from_datum(datum) })
    }

    /// The value inside.
    fn plain(&self) -> pg_sys::Datum {
        VarlenaBuf::from_bytes(&decompressed(self.0.bytes())).into_datum()
    }

    /// Calls `action` with the value inside and frees it: a sort compares millions of times in one memory context.
    fn with_plain<T>(&self, action: impl FnOnce(pg_sys::Datum) -> T) -> T {
        let plain = self.plain();
        let result = action(plain);
        // SAFETY: palloc'ed just now; comparisons and hashes keep nothing of their arguments.
        unsafe { pg_sys::pfree(plain.cast_mut_ptr()) };
        result
    }
}

/// A compressed value as a result.
pub struct PackedBuf(pg_sys::Datum);

impl PackedBuf {
    /// Compresses a value of the type inside for a column of that codebook (-1: none).
    fn of<C: Content>(plain: &[u8], codebook: i32) -> Self {
        progress::count();
        let dictionary = dictionary::to_write(codebook);
        // SAFETY: asks for the database's encoding.
        let utf8 = C::TEXT && unsafe { pg_sys::GetDatabaseEncoding() } == pg_sys::pg_enc::PG_UTF8 as i32;
        let content = if utf8 { helix::Content::Utf8 } else { helix::Content::Bytes };
        Self(VarlenaBuf::from_bytes(&encode_compact(plain, dictionary.as_deref(), content)).into_datum())
    }

    /// # Safety
    /// `plain` must be a varlena value.
    unsafe fn of_datum<C: Content>(plain: pg_sys::Datum, codebook: i32) -> Self {
        // SAFETY: as promised by the caller.
        Self::of::<C>(unsafe { Detoasted::from_datum(plain) }.bytes(), codebook)
    }

    /// Hands the value to PostgreSQL.
    pub fn into_datum(self) -> pg_sys::Datum {
        self.0
    }
}

/// A value of the type inside, as argument.
pub struct Plain<'a>(Detoasted<'a>);

impl Plain<'_> {
    /// # Safety
    /// `datum` must be a non-null `text`, `jsonb` or `bytea` that outlives `'a`.
    pub unsafe fn from_datum_unchecked(datum: pg_sys::Datum) -> Self {
        // SAFETY: as promised by the caller.
        Self(unsafe { Detoasted::from_datum(datum) })
    }
}

/// What a function of the server returned, of the SQL type that ours returns, too.
pub struct Theirs(pg_sys::Datum);

impl Theirs {
    /// Hands the value to PostgreSQL.
    pub fn into_datum(self) -> pg_sys::Datum {
        self.0
    }
}

datum_argument!(Packed, "dna_text");
datum_argument!(Plain, "text");
datum_result!(PackedBuf, "dna_text");
datum_result!(Theirs, "text");

/// One argument to a function of the server.
fn call(function: pg_sys::PGFunction, argument: pg_sys::Datum) -> pg_sys::Datum {
    // SAFETY: `Content` names functions of one argument, which is of the type they take.
    unsafe { pg_sys::DirectFunctionCall1Coll(function, pg_sys::InvalidOid, argument) }
}

fn collation(fcinfo: pg_sys::FunctionCallInfo) -> pg_sys::Oid {
    // SAFETY: the running call.
    unsafe { (*fcinfo).fncollation }
}

fn compare<C: Content>(a: &Packed<'_>, b: &Packed<'_>, fcinfo: pg_sys::FunctionCallInfo) -> Ordering {
    // The same bytes are the same value; different bytes may be, too: of two dictionaries.
    if a.0.bytes() == b.0.bytes() {
        return Ordering::Equal;
    }
    let order = a.with_plain(|a| {
        // SAFETY: a comparison of two values of its type.
        b.with_plain(|b| unsafe { pg_sys::DirectFunctionCall2Coll(C::COMPARE, collation(fcinfo), a, b) })
    });
    (order.value() as i32).cmp(&0)
}

/// The functions of one type; what they do is the same for all.
macro_rules! column_type {
    ($content:ident: $input:ident $output:ident $receive:ident $send:ident $pack:ident $repack:ident
     $lt:ident $le:ident $eq:ident $ne:ident $ge:ident $gt:ident $cmp:ident $hash:ident $hash_extended:ident) => {
        #[pg_extern(sql = "", stable, strict, parallel_safe)]
        fn $input(text: &CStr, _type: pg_sys::Oid, codebook: i32) -> PackedBuf {
            let plain = call($content::INPUT, pg_sys::Datum::from(text.as_ptr()));
            // SAFETY: the input function of a varlena type made it.
            unsafe { PackedBuf::of_datum::<$content>(plain, codebook) }
        }

        #[pg_extern(sql = "", immutable, strict, parallel_safe)]
        fn $output(value: Packed<'_>) -> Theirs {
            Theirs(call($content::OUTPUT, value.plain()))
        }

        #[pg_extern(sql = "", stable, strict, parallel_safe)]
        fn $receive(message: Internal, _type: pg_sys::Oid, codebook: i32) -> PackedBuf {
            let message = message.unwrap().expect("a recv function gets a message");
            // SAFETY: the receive function of a varlena type made it.
            unsafe { PackedBuf::of_datum::<$content>(call($content::RECEIVE, message), codebook) }
        }

        #[pg_extern(sql = "", immutable, strict, parallel_safe)]
        fn $send(value: Packed<'_>) -> Theirs {
            Theirs(call($content::SEND, value.plain()))
        }

        #[pg_extern(sql = "", stable, strict, parallel_safe)]
        fn $pack(plain: Plain<'_>, codebook: i32, _explicit: bool) -> PackedBuf {
            PackedBuf::of::<$content>(plain.0.bytes(), codebook)
        }

        /// The value written anew for a column of that codebook: the cast that PostgreSQL applies where a type modifier changes.
        #[pg_extern(sql = "", stable, strict, parallel_safe)]
        fn $repack(value: Packed<'_>, codebook: i32, _explicit: bool) -> PackedBuf {
            PackedBuf::of::<$content>(&decompressed(value.0.bytes()), codebook)
        }

        column_type!(@order $content: $lt is_lt);
        column_type!(@order $content: $le is_le);
        column_type!(@order $content: $eq is_eq);
        column_type!(@order $content: $ne is_ne);
        column_type!(@order $content: $ge is_ge);
        column_type!(@order $content: $gt is_gt);

        #[pg_extern(sql = "", immutable, strict, parallel_safe)]
        fn $cmp(a: Packed<'_>, b: Packed<'_>, fcinfo: pg_sys::FunctionCallInfo) -> i32 {
            compare::<$content>(&a, &b, fcinfo) as i32
        }

        #[pg_extern(sql = "", immutable, strict, parallel_safe)]
        fn $hash(value: Packed<'_>, fcinfo: pg_sys::FunctionCallInfo) -> i32 {
            let collation = collation(fcinfo);
            // SAFETY: a hash function of the type inside.
            value.with_plain(|plain| unsafe { pg_sys::DirectFunctionCall1Coll($content::HASH, collation, plain) }).value() as i32
        }

        #[pg_extern(sql = "", immutable, strict, parallel_safe)]
        fn $hash_extended(value: Packed<'_>, seed: i64, fcinfo: pg_sys::FunctionCallInfo) -> i64 {
            let (collation, seed) = (collation(fcinfo), pg_sys::Datum::from(seed));
            let hash = |plain| {
                // SAFETY: an extended hash function of the type inside; 64-bit servers pass int8 by value.
                unsafe { pg_sys::DirectFunctionCall2Coll($content::HASH_EXTENDED, collation, plain, seed) }
            };
            value.with_plain(hash).value() as i64
        }
    };
    (@order $content:ident: $name:ident $test:ident) => {
        #[pg_extern(sql = "", immutable, strict, parallel_safe)]
        fn $name(a: Packed<'_>, b: Packed<'_>, fcinfo: pg_sys::FunctionCallInfo) -> bool {
            compare::<$content>(&a, &b, fcinfo).$test()
        }
    };
}

column_type!(Text: dna_text_in dna_text_out dna_text_recv dna_text_send dna_text_pack dna_text_repack
    dna_text_lt dna_text_le dna_text_eq dna_text_ne dna_text_ge dna_text_gt dna_text_cmp dna_text_hash dna_text_hash_extended);
column_type!(Jsonb: dna_jsonb_in dna_jsonb_out dna_jsonb_recv dna_jsonb_send dna_jsonb_pack dna_jsonb_repack
    dna_jsonb_lt dna_jsonb_le dna_jsonb_eq dna_jsonb_ne dna_jsonb_ge dna_jsonb_gt dna_jsonb_cmp dna_jsonb_hash dna_jsonb_hash_extended);
column_type!(Bytea: dna_bytea_in dna_bytea_out dna_bytea_recv dna_bytea_send dna_bytea_pack dna_bytea_repack
    dna_bytea_lt dna_bytea_le dna_bytea_eq dna_bytea_ne dna_bytea_ge dna_bytea_gt dna_bytea_cmp dna_bytea_hash dna_bytea_hash_extended);

/// The value inside, of any of the three types: their implicit casts.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_plain(value: Packed<'_>) -> Theirs {
    Theirs(value.plain())
}

/// The stored bytes of a value of the type inside: what a dictionary is trained on.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_raw(value: Plain<'_>) -> BytesBuf {
    BytesBuf(VarlenaBuf::from_bytes(value.0.bytes()))
}

/// The codebook in `dna_text(n)`.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_codebook_typmod_in(modifiers: ArrayArg<'_>) -> i32 {
    match *integers(&modifiers) {
        [codebook] if codebook > 0 => codebook,
        _ => Report::new(ERRCODE_INVALID_PARAMETER_VALUE, "invalid type modifier")
            .detail("It is the number of a codebook, 1 or more.")
            .hint("dna_train() makes a codebook for a column and returns its number.")
            .raise(),
    }
}
