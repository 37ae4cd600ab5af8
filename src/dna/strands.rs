//! Strand export: bytes as oligos and back.

use super::codec::pause;
use crate::error::OrRaise;
use crate::types::datum::{BytesBuf, VarlenaBuf};
use crate::types::record::RecordBuf;
use helix::{FromStrands, MAX_RAW_LEN};
use pgrx::iter::SetOfIterator;
use pgrx::{IntoDatum, pg_extern, pg_sys};

fn written(raw: &[u8], length: i32, parity: i32, level: i32) -> Vec<String> {
    let length = usize::try_from(length).unwrap_or(0);
    helix::strands(raw, level, length, parity, &mut pause).or_raise()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_strands(raw: &[u8], length: i32, parity: i32, level: i32) -> SetOfIterator<'static, String> {
    SetOfIterator::new(written(raw, length, parity, level))
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_fasta(raw: &[u8], length: i32, parity: i32, level: i32) -> String {
    let strands = written(raw, length, parity, level);
    let record =
        |(i, strand): (usize, &String)| format!(">strand_{} of {}\n{strand}\n", i + 1, strands.len());
    strands.iter().enumerate().map(record).collect()
}

/// Each text is a strand, or FASTA of any number of them.
fn read(texts: &pgrx::Array<'_, &[u8]>) -> FromStrands {
    let strands: Vec<String> =
        texts.iter().flatten().flat_map(|text| helix::sequences(&String::from_utf8_lossy(text))).collect();
    helix::from_strands(strands.iter().map(String::as_str), MAX_RAW_LEN, &mut pause)
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_from_strands(texts: pgrx::Array<'_, &[u8]>) -> BytesBuf {
    BytesBuf(VarlenaBuf::from_bytes(&read(&texts).raw.or_raise()))
}

/// What was found in a pool, readable or not.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_strand_stats(texts: pgrx::Array<'_, &[u8]>, fcinfo: pg_sys::FunctionCallInfo) -> RecordBuf {
    let FromStrands { raw, pool } = read(&texts);
    let density = |payload: u64| (payload * 8) as f64 / pool.bases as f64;
    let columns = [
        (pool.read as i64).into_datum(),
        (pool.unusable as i64).into_datum(),
        (pool.duplicates as i64).into_datum(),
        (pool.strands as i64).into_datum(),
        (pool.parity as i64).into_datum(),
        (pool.missing as i64).into_datum(),
        raw.is_ok().into_datum(),
        raw.ok().map(|raw| raw.len() as i64).into_datum(),
        pool.payload_len.map(|length| length as i64).into_datum(),
        (pool.bases as i64).into_datum(),
        pool.payload_len.map(density).into_datum(),
    ];
    // SAFETY: this is the running call; sql/dna_strands.sql declares 6 × bigint, boolean, 3 × bigint, float8.
    unsafe { RecordBuf::new(fcinfo, columns) }
}
