//! What the strand store cannot do in SQL: cut bytes into chunks, and SHA3-256.

use super::codec::pause;
use crate::types::datum::{BytesBuf, VarlenaBuf};
use pgrx::iter::TableIterator;
use pgrx::{name, pg_extern};

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_chunks(
    raw: &[u8],
) -> TableIterator<'static, (name!(part, i32), name!(address, Vec<u8>), name!(content, Vec<u8>))> {
    let chunks = helix::chunks(raw, &mut pause);
    let rows: Vec<_> = chunks
        .iter()
        .zip(1..)
        .map(|(chunk, part)| (part, chunk.address.to_vec(), chunk.content.to_vec()))
        .collect();
    TableIterator::new(rows)
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_address(raw: &[u8]) -> BytesBuf {
    BytesBuf(VarlenaBuf::from_bytes(&helix::address(raw)))
}
