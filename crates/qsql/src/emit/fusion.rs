//! SUPERPOSE to reciprocal rank fusion.
//!
//! A row's score is the sum over the queries of weight / (60 + rank) (Cormack, Clarke, Büttcher: Reciprocal Rank Fusion outperforms
//! Condorcet and individual rank learning methods, SIGIR 2009, which found 60 by experiment).

use super::Piece;
use crate::ast::{Ranking, Superpose};

/// The constant of the method: how much the first ranks are set apart from the others.
const RANK_CONSTANT: u32 = 60;

pub(super) fn superpose(fusion: &Superpose) -> Vec<Piece> {
    match fusion.key {
        Some(key) => by_column(fusion, key),
        None => by_row(fusion),
    }
}

/// `weight / (60 + rank)` of each row.
fn part(ranking: &Ranking, at: usize) -> Vec<Piece> {
    let text = |text: String| Piece::Text(text, at);
    let rank = format!("({RANK_CONSTANT} + pg_catalog.row_number() OVER ())");
    match ranking.weight {
        Some(weight) => vec![
            text("CAST(".to_owned()),
            Piece::Source(weight),
            text(format!(" AS pg_catalog.float8) / {rank}")),
        ],
        None => vec![text(format!("CAST(1 AS pg_catalog.float8) / {rank}"))],
    }
}

/// `SELECT key, score`: the form that is written by hand.
fn by_column(fusion: &Superpose, key: crate::Span) -> Vec<Piece> {
    let at = fusion.span.start;
    let text = |text: &str| Piece::Text(text.to_owned(), at);
    let mut pieces =
        vec![text("SELECT f.key AS "), Piece::Source(key), text(", pg_catalog.sum(f.part) AS score FROM (")];
    for (number, ranking) in fusion.rankings.iter().enumerate() {
        pieces.push(text(if number > 0 { " UNION ALL SELECT s." } else { "SELECT s." }));
        pieces.extend([Piece::Source(key), text(", ")]);
        pieces.extend(part(ranking, at));
        pieces.extend([text(" FROM ("), Piece::Source(ranking.query), text(") AS s")]);
    }
    pieces.push(text(") AS f(key, part) GROUP BY f.key ORDER BY 2 DESC, 1"));
    if let Some(limit) = fusion.limit {
        pieces.extend([text(" "), Piece::Source(limit)]);
    }
    pieces
}

/// `SELECT row.*, score`, where rows are the same if all their columns are. In a sub-query, because a WITH may stand
/// before it.
fn by_row(fusion: &Superpose) -> Vec<Piece> {
    let at = fusion.span.start;
    let text = |text: &str| Piece::Text(text.to_owned(), at);
    let name = |number: usize| format!("superpose_{}", number + 1);
    let mut pieces = vec![text("SELECT fused.* FROM (WITH ")];
    for (number, ranking) in fusion.rankings.iter().enumerate() {
        let comma = if number > 0 { ", " } else { "" };
        pieces.push(text(&format!("{comma}{} AS MATERIALIZED (", name(number))));
        pieces.extend([Piece::Source(ranking.query), text(")")]);
    }
    let rows: Vec<String> =
        (0..fusion.rankings.len()).map(|number| format!("TABLE {}", name(number))).collect();
    pieces.push(text(&format!(" SELECT r.*, f.score FROM ({}) AS r JOIN (", rows.join(" UNION "))));
    pieces.push(text("SELECT p.entry, pg_catalog.sum(p.part) AS score FROM ("));
    for (number, ranking) in fusion.rankings.iter().enumerate() {
        let union = if number > 0 { " UNION ALL " } else { "" };
        pieces.push(text(&format!("{union}SELECT ROW(s.*), ")));
        pieces.extend(part(ranking, at));
        pieces.push(text(&format!(" FROM {} AS s", name(number))));
    }
    pieces.push(text(
        ") AS p(entry, part) GROUP BY p.entry) AS f ON f.entry OPERATOR(pg_catalog.=) ROW(r.*) ORDER BY f.score DESC, f.entry",
    ));
    if let Some(limit) = fusion.limit {
        pieces.extend([text(" "), Piece::Source(limit)]);
    }
    pieces.push(text(") AS fused"));
    pieces
}
