//! What the strand store cannot do in SQL: cut bytes into chunks, find out what they resemble, differences, recipes, SHA3-256.

use super::codec::pause;
use crate::error::{OrRaise, Report};
use crate::types::datum::{BytesBuf, VarlenaBuf};
use pgrx::PgSqlErrorCode::ERRCODE_PROGRAM_LIMIT_EXCEEDED;
use pgrx::iter::TableIterator;
use pgrx::{name, pg_extern};

/// Positions are from 1, as `substring` counts.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
#[expect(clippy::type_complexity, reason = "the columns of a row, by their names")]
fn dna_chunks(
    raw: &[u8],
) -> TableIterator<
    'static,
    (
        name!(part, i32),
        name!(address, Vec<u8>),
        name!(start, i32),
        name!(length, i32),
        name!(features, Vec<i64>),
    ),
> {
    let rows: Vec<_> = helix::chunks(raw, &mut pause)
        .iter()
        .zip(1..)
        .map(|(chunk, part)| {
            let features = helix::features(chunk.content).map(|feature| feature as i64).to_vec();
            (part, chunk.address.to_vec(), chunk.start as i32 + 1, chunk.content.len() as i32, features)
        })
        .collect();
    TableIterator::new(rows)
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_address(raw: &[u8]) -> BytesBuf {
    BytesBuf(VarlenaBuf::from_bytes(&helix::address(raw)))
}

/// What makes `raw` of `base`.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_delta(base: &[u8], raw: &[u8]) -> BytesBuf {
    let delta = helix::delta(base, raw).unwrap_or_else(|| {
        Report::new(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "a chunk is too long for a difference").raise()
    });
    BytesBuf(VarlenaBuf::from_bytes(&delta))
}

/// The bytes that `dna_delta` was given.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_patch(base: &[u8], delta: &[u8]) -> BytesBuf {
    BytesBuf(VarlenaBuf::from_bytes(&helix::patch(base, delta).or_raise()))
}

/// The recipe of these numbers of strands.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_recipe(strands: pgrx::Array<'_, i64>) -> BytesBuf {
    let ids: Vec<u64> = strands.iter().flatten().map(|id| id.max(0) as u64).collect();
    let recipe = helix::recipe(&ids).unwrap_or_else(|| {
        Report::new(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "the numbers of strands are used up").raise()
    });
    BytesBuf(VarlenaBuf::from_bytes(&recipe))
}

/// The runs of strands in a recipe.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_runs(
    recipe: &[u8],
) -> TableIterator<'static, (name!(part, i32), name!(first_id, i64), name!(length, i64))> {
    let runs = helix::runs(recipe).or_raise();
    TableIterator::new((1..).zip(runs).map(|(part, run)| (part, run.first as i64, run.count as i64)))
}
