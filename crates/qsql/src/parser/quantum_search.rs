//! `QUANTUM SEARCH rel [[AS] alias] [ON column] NEAREST TO v [WHERE …] LIMIT k [OFFSET n]`.

use super::{CLAUSE_WORDS, Parser};
use crate::ast::{FromRelation, QuantumSearch};
use crate::error::QsqlError;
use std::ops::Range;

const GRAMMAR: &str = "The statement is QUANTUM SEARCH rel [ON column] NEAREST TO v [WHERE …] LIMIT k.";

impl Parser<'_> {
    /// The token behind the two words, or the one.
    fn behind_search_words(&self, at: usize) -> usize {
        if self.tokens.is_word(at, "quantum") { at + 2 } else { at + 1 }
    }

    /// Whether a search begins here and nothing else can: `QUANTUM_SEARCH(…)` is a function, `quantum` may be a name.
    pub(super) fn search_follows(&self, at: usize, end: usize) -> bool {
        if self.tokens.is_word(at, "quantum") && !self.tokens.is_word(at + 1, "search") {
            return false;
        }
        let relation = self.behind_search_words(at);
        let behind = self.tokens.after_path(relation, end);
        let legacy = ["where", "with", "limit", "amplitude_amplification"];
        behind > relation
            && behind < end
            && (self.tokens.is_one_of(behind, &["on", "nearest"])
                || self.tokens.is_one_of(behind, &legacy)
                || self.tokens.is_one_of(behind + 1, &["on", "nearest"])
                || self.tokens.is_word(behind, "as") && self.tokens.is_one_of(behind + 2, &["on", "nearest"]))
    }

    /// Parses the search whose first word is `at`. `fills_level`: nothing but the search may stand at its level.
    pub(super) fn quantum_search(
        &self,
        at: usize,
        end: usize,
        fills_level: bool,
    ) -> Result<QuantumSearch, QsqlError> {
        let tokens = &self.tokens;
        let (relation, mut cursor) = self.searched_relation(self.behind_search_words(at), end)?;
        let from_item = self.behind_search_words(at)..cursor;
        let mut column = None;
        if cursor < end && tokens.is_word(cursor, "on") {
            let start = cursor + 1;
            cursor = tokens.after_path(start, end);
            if cursor == start {
                return Err(self.error_at(start, end, "ON needs a column").with_hint(GRAMMAR));
            }
            column = Some(tokens.qualified_name(start..cursor)?);
        }
        if cursor + 1 >= end || !tokens.are_words(cursor, &["nearest", "to"]) {
            return Err(self.no_nearest(cursor, end));
        }
        cursor += 2;
        let value = cursor..self.until(cursor, end, &["where", "in", "with"]);
        if value.is_empty() {
            return Err(self.error_at(cursor, end, "NEAREST TO needs a value").with_hint(GRAMMAR));
        }
        cursor = value.end;
        if cursor < end && tokens.is_word(cursor, "in") {
            return Err(match tokens.is_word(cursor + 1, "context") {
                true => super::statement::not_yet(tokens.span(cursor).start, "IN CONTEXT"),
                false => self.error_at(cursor, end, "QUANTUM SEARCH needs LIMIT").with_hint(GRAMMAR),
            });
        }
        let mut filter = None;
        if cursor < end && tokens.is_word(cursor, "where") {
            let condition = cursor + 1..self.until(cursor + 1, end, &["with"]);
            if condition.is_empty() {
                return Err(self.error_at(condition.start, end, "WHERE needs a condition"));
            }
            filter = Some(self.span(cursor..condition.end));
            cursor = condition.end;
        }
        if cursor < end && tokens.is_word(cursor, "with") {
            return Err(self.search_options(cursor, end));
        }
        if cursor >= end || !tokens.is_word(cursor, "limit") {
            return Err(self.error_at(cursor, end, "QUANTUM SEARCH needs LIMIT").with_hint(GRAMMAR));
        }
        let limit = cursor..self.behind_limit(cursor, end)?;
        cursor = limit.end;
        let no_data =
            tokens.are_words(cursor, &["with", "data"]) || tokens.are_words(cursor, &["with", "no", "data"]);
        if cursor < end && (fills_level || !no_data) {
            return Err(self.error_at(cursor, end, "QUANTUM SEARCH must end with LIMIT").with_hint(GRAMMAR));
        }
        Ok(QuantumSearch {
            span: self.span(at..cursor),
            relation,
            from_item: self.span(from_item),
            column,
            value_is_simple: tokens.after_value(value.start, value.end) == Some(value.end),
            value: self.span(value),
            filter,
            limit: self.span(limit),
        })
    }

    /// `rel [[AS] alias]` and the token behind it.
    fn searched_relation(&self, at: usize, end: usize) -> Result<(FromRelation, usize), QsqlError> {
        let tokens = &self.tokens;
        let mut behind = tokens.after_path(at, end);
        if behind == at {
            return Err(self.error_at(at, end, "QUANTUM SEARCH needs a relation").with_hint(GRAMMAR));
        }
        let name = tokens.qualified_name(at..behind)?;
        let explicit = behind < end && tokens.is_word(behind, "as");
        let candidate = behind + usize::from(explicit);
        let follows = candidate + 1 < end && tokens.is_one_of(candidate + 1, &["on", "nearest"]);
        let is_alias = candidate < end && tokens.is_name(candidate) && (explicit || follows);
        let mut alias = None;
        if is_alias {
            alias = Some(tokens.identifier(candidate)?);
            behind = candidate + 1;
        }
        let is_with_query = name.parts.len() == 1 && self.with_queries.contains(&name.last().name);
        Ok((FromRelation { name, alias, column_aliases: Vec::new(), is_with_query }, behind))
    }

    /// The first token from `at` on that ends an expression: one of `words`, or a part of a query.
    fn until(&self, mut at: usize, end: usize, words: &[&str]) -> usize {
        while at < end
            && (self.tokens.is_punct(at - 1, '.')
                || !self.tokens.is_one_of(at, words) && !self.tokens.is_one_of(at, CLAUSE_WORDS))
        {
            at = self.tokens.next(at, end);
        }
        at
    }

    /// The token behind `LIMIT k [OFFSET n]`.
    fn behind_limit(&self, at: usize, end: usize) -> Result<usize, QsqlError> {
        let count = |at: usize, word: &str| {
            self.tokens.after_value(at + 1, end).ok_or_else(|| {
                self.error_at(at + 1, end, &format!("{word} needs a number, a parameter or a parenthesis"))
            })
        };
        let behind = count(at, "LIMIT")?;
        if behind < end && self.tokens.is_word(behind, "offset") {
            return count(behind, "OFFSET");
        }
        Ok(behind)
    }

    /// Forms of earlier dialects are told apart from mistakes.
    fn no_nearest(&self, at: usize, end: usize) -> QsqlError {
        let legacy = ["where", "with", "limit", "amplitude_amplification"];
        if at < end && self.tokens.is_one_of(at, &legacy) {
            return QsqlError::unsupported(
                self.tokens.span(at).start,
                "QUANTUM SEARCH without NEAREST TO is not supported yet",
            )
            .with_hint(GRAMMAR);
        }
        self.error_at(at, end, "QUANTUM SEARCH needs NEAREST TO").with_hint(GRAMMAR)
    }

    /// `WITH (…)`: no option can be carried out by one SQL statement.
    fn search_options(&self, at: usize, end: usize) -> QsqlError {
        let tokens = &self.tokens;
        let position = tokens.span(at).start;
        let inner: Range<usize> = match tokens.is_punct(at + 1, '(') {
            true => at + 2..tokens.next(at + 1, end),
            false => at + 1..end,
        };
        let names = |word: &str| inner.clone().any(|i| tokens.is_word(i, word));
        if names("recall") {
            QsqlError::unsupported(position, "WITH (recall = …) is not supported yet")
                .with_hint("Declare the recall beforehand: SET qstore.recall = 0.95.")
        } else if names("tunneling") {
            super::statement::not_yet(position, "WITH (tunneling = …)").with_hint("Leave the option out.")
        } else if names("iterations") {
            super::statement::not_yet(position, "WITH ITERATIONS").with_hint("Leave the option out.")
        } else {
            self.error_at(at, end, "unknown option of QUANTUM SEARCH").with_hint(GRAMMAR)
        }
    }
}
