//! QUANTUM_JOIN to a lateral search, one index scan for each row so far.

use super::{Piece, Writer};
use crate::ast::QuantumJoin;
use crate::error::QsqlError;
use crate::resolve;

impl Writer<'_> {
    /// `CROSS JOIN LATERAL (SELECT rel.*, distance FROM rel ORDER BY distance LIMIT k) AS rel`. A bound on the distance alone is a
    /// condition; with a number of rows it is held against the nearest rows, so that the search ends after them.
    pub(super) fn quantum_join(&self, join: &QuantumJoin) -> Result<Vec<Piece>, QsqlError> {
        let operator = resolve::join_operator(join, self.catalog)?;
        let at = join.span.start;
        let text = |text: &str| Piece::Text(text.to_owned(), at);
        let visible = join.relation.visible_name().span;
        let distance = || {
            [
                Piece::Source(visible),
                text("."),
                Piece::Source(join.column.last().span),
                text(&format!(" OPERATOR({}.{operator}) ", self.schema)),
                Piece::Source(join.outer),
            ]
        };
        let mut search = vec![text("SELECT "), Piece::Source(visible), text(".*, ")];
        search.extend(distance());
        search.extend([text(" AS distance FROM "), Piece::Source(join.from_item)]);
        let nearest = |search: &mut Vec<Piece>, count: Piece| {
            search.push(text(" ORDER BY "));
            search.extend(distance());
            search.extend([text(" LIMIT "), count]);
        };
        let bound = |search: &mut Vec<Piece>, limit| {
            search.push(text(" WHERE "));
            search.extend(distance());
            search.extend([text(" <= "), Piece::Source(limit)]);
        };
        match (join.top, join.within) {
            (None, None) => nearest(&mut search, text("1")),
            (Some(top), None) => nearest(&mut search, Piece::Source(top)),
            (None, Some(limit)) => bound(&mut search, limit),
            (Some(top), Some(limit)) => {
                nearest(&mut search, Piece::Source(top));
                search.splice(0..0, [text("SELECT "), Piece::Source(visible), text(".* FROM (")]);
                search.extend([text(") AS "), Piece::Source(visible)]);
                bound(&mut search, limit);
            }
        }
        let mut pieces = Vec::new();
        if let Some(first) = join.first {
            pieces.extend([text("SELECT * FROM "), Piece::Source(first), text(" ")]);
        }
        pieces.push(text("CROSS JOIN LATERAL ("));
        pieces.append(&mut search);
        pieces.extend([text(") AS "), Piece::Source(visible)]);
        Ok(pieces)
    }
}
