//! `SUPERPOSE (select) [WEIGHT w], (select) [WEIGHT w] … [COLLAPSE [BY column] LIMIT k]`.

use super::Parser;
use crate::ast::{Ranking, Superpose};
use crate::error::QsqlError;
use std::ops::Range;

const GRAMMAR: &str =
    "The statement is SUPERPOSE (select) [WEIGHT w], (select) [WEIGHT w] … [COLLAPSE [BY column] LIMIT k].";

impl Parser<'_> {
    /// Whether a fusion begins here and nothing else can: `superpose(a, b)` is a function.
    pub(super) fn superpose_follows(&self, at: usize, end: usize) -> bool {
        at + 2 < end
            && self.tokens.is_punct(at + 1, '(')
            && (self.tokens.is_one_of(at + 2, &["select", "with"])
                || self.tokens.are_words(at + 2, &["quantum", "search"])
                || self.tokens.is_word(at + 2, "quantum_search") && self.search_follows(at + 2, end))
    }

    /// Parses the fusion whose word is `at`. `fills_level`: nothing but the fusion may stand at its level.
    pub(super) fn superpose(&self, at: usize, end: usize, fills_level: bool) -> Result<Superpose, QsqlError> {
        let tokens = &self.tokens;
        let mut rankings = Vec::new();
        let mut cursor = at + 1;
        loop {
            let (ranking, behind) = self.ranking(cursor, end)?;
            rankings.push(ranking);
            cursor = behind;
            if cursor >= end || !tokens.is_punct(cursor, ',') {
                break;
            }
            cursor += 1;
        }
        if rankings.len() < 2 {
            return Err(self.error_at(cursor, end, "SUPERPOSE needs two or more queries").with_hint(GRAMMAR));
        }
        let (mut key, mut limit) = (None, None);
        if cursor < end && tokens.is_word(cursor, "collapse") {
            cursor += 1;
            if cursor < end && tokens.is_word(cursor, "by") {
                let column = cursor + 1;
                if column >= end || !tokens.is_name(column) {
                    return Err(self.error_at(column, end, "COLLAPSE BY needs a column").with_hint(GRAMMAR));
                }
                key = Some(tokens.span(column));
                cursor = column + 1;
            }
            if cursor >= end || !tokens.is_word(cursor, "limit") {
                return Err(self.error_at(cursor, end, "COLLAPSE needs LIMIT").with_hint(GRAMMAR));
            }
            let behind = tokens
                .after_value(cursor + 1, end)
                .ok_or_else(|| self.error_at(cursor + 1, end, "LIMIT needs a number").with_hint(GRAMMAR))?;
            limit = Some(self.span(cursor..behind));
            cursor = behind;
        }
        let no_data =
            tokens.are_words(cursor, &["with", "data"]) || tokens.are_words(cursor, &["with", "no", "data"]);
        if cursor < end && (fills_level || !no_data) {
            return Err(self.error_at(cursor, end, "SUPERPOSE must end here").with_hint(GRAMMAR));
        }
        Ok(Superpose { span: self.span(at..cursor), rankings, key, limit })
    }

    /// `(select) [WEIGHT w]` and the token behind it.
    fn ranking(&self, at: usize, end: usize) -> Result<(Ranking, usize), QsqlError> {
        let tokens = &self.tokens;
        let needs = "SUPERPOSE needs a query in parentheses";
        let close = match tokens.group(at, end) {
            Some(close) if at < end && tokens.is_punct(at, '(') && at + 1 < close => close,
            _ => return Err(self.error_at(at, end, needs).with_hint(GRAMMAR)),
        };
        let query = at + 1..close;
        if !self.is_ordered(query.clone()) {
            return Err(QsqlError::syntax(tokens.span(at).start, "a query of SUPERPOSE needs ORDER BY")
                .with_detail("SUPERPOSE adds up ranks, and the rows of a query without ORDER BY have none.")
                .with_hint("Order each query from its best row on: (SELECT … ORDER BY … LIMIT 50)."));
        }
        let mut behind = close + 1;
        let mut weight = None;
        if behind < end && tokens.is_word(behind, "weight") {
            let start = behind + 1;
            behind = tokens
                .after_value(start, end)
                .ok_or_else(|| self.error_at(start, end, "WEIGHT needs a number").with_hint(GRAMMAR))?;
            weight = Some(self.span(start..behind));
        }
        Ok((Ranking { query: self.span(query), weight }, behind))
    }

    /// Whether the rows of a query come in an order of their own.
    fn is_ordered(&self, query: Range<usize>) -> bool {
        let tokens = &self.tokens;
        let mut at = query.start;
        while at < query.end {
            let ranked = tokens.are_words(at, &["order", "by"])
                || at == query.start
                    && (tokens.is_one_of(at, &["quantum_search", "superpose"])
                        || tokens.are_words(at, &["quantum", "search"]));
            if ranked {
                return true;
            }
            at = tokens.next(at, query.end);
        }
        false
    }
}
