//! What a `dna` says about itself.

use super::Dna;
use crate::error::OrRaise;
use crate::types::record::RecordBuf;
use pgrx::{IntoDatum, pg_extern, pg_sys};

/// All sizes are read from the value at hand: none is estimated.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_stats(value: Dna<'_>, fcinfo: pg_sys::FunctionCallInfo) -> RecordBuf {
    let stats = helix::stats(value.stored()).or_raise();
    let columns = [
        i32::from(stats.version).into_datum(),
        stats.codec.name().into_datum(),
        i64::from(stats.dictionary).into_datum(),
        stats.raw_len.map(|length| length as i64).into_datum(),
        (stats.stored_len as i64).into_datum(),
        (stats.parity_len as i64).into_datum(),
        (stats.shards as i32).into_datum(),
        (stats.parity_shards as i32).into_datum(),
        (stats.damaged_shards as i32).into_datum(),
        (stats.bases as i64).into_datum(),
        stats.gc_fraction.into_datum(),
        format!("{:016x}", stats.checksum).into_datum(),
    ];
    // SAFETY: this is the running call; sql/dna.sql declares integer, text, 4 × bigint, 3 × integer, bigint, float8, text.
    unsafe { RecordBuf::new(fcinfo, columns) }
}
