//! `QUANTUM SEARCH rel [[AS] alias] [ON column] NEAREST TO v [IN CONTEXT c] [WHERE …] [WITH (…)] LIMIT k [OFFSET n]`.

use super::State;
use super::{CLAUSE_WORDS, Parser};
use crate::ast::{FromRelation, Limit, Nearest, QuantumSearch, SearchOptions};
use crate::error::QsqlError;
use crate::lexer::TokenKind;
use std::ops::Range;

const GRAMMAR: &str = "The statement is QUANTUM SEARCH rel [ON column] NEAREST TO v [IN CONTEXT 'c'] [WHERE …] [WITH (…)] LIMIT k.";
const OPTIONS: &str = "The options are WITH (recall = 0.95, tunneling = on).";
const MARKED_GRAMMAR: &str =
    "Without NEAREST TO the statement is QUANTUM SEARCH rel WHERE condition [LIMIT k].";

/// What can follow the relation where rows are not ordered but marked by a condition.
const MARKS: &[&str] = &["where", "with", "limit", "amplitude_amplification"];

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
        behind > relation
            && behind < end
            && (self.tokens.is_one_of(behind, &["on", "nearest"])
                || self.tokens.is_one_of(behind, MARKS)
                || self.tokens.is_one_of(behind + 1, &["on", "nearest"])
                || self.tokens.is_name(behind) && self.tokens.is_one_of(behind + 1, MARKS)
                || self.tokens.is_word(behind, "as") && self.tokens.is_one_of(behind + 2, &["on", "nearest"]))
    }

    /// Whether a search, and nothing that is SQL, begins where none may. In an expression no name follows another; elsewhere, where
    /// `quantum search` may be a name and an alias, only NEAREST TO tells.
    pub(super) fn search_stands_bare(&self, at: usize, end: usize, state: State) -> bool {
        let behind = self.tokens.after_path(self.behind_search_words(at), end);
        let nearest = || (behind..end.min(behind + 3)).any(|i| self.tokens.are_words(i, &["nearest", "to"]));
        self.search_follows(at, end)
            && (state == State::After && self.tokens.is_word(at, "quantum") || nearest())
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
        let is_marked = column.is_none() && cursor < end && tokens.is_one_of(cursor, MARKS);
        if is_marked {
            return self.marked_rows(at, (relation, from_item), end, fills_level);
        }
        if cursor + 1 >= end || !tokens.are_words(cursor, &["nearest", "to"]) {
            return Err(self.error_at(cursor, end, "QUANTUM SEARCH needs NEAREST TO").with_hint(GRAMMAR));
        }
        cursor += 2;
        let value = cursor..self.until(cursor, end, &["where", "in", "with"]);
        if value.is_empty() {
            return Err(self.error_at(cursor, end, "NEAREST TO needs a value").with_hint(GRAMMAR));
        }
        cursor = value.end;
        let mut context = None;
        if cursor < end && tokens.is_word(cursor, "in") {
            let name = cursor + 2;
            if name > end || !tokens.is_word(cursor + 1, "context") {
                return Err(self.error_at(cursor, end, "QUANTUM SEARCH needs LIMIT").with_hint(GRAMMAR));
            }
            cursor = tokens.after_value(name, end).ok_or_else(|| {
                self.error_at(name, end, "IN CONTEXT needs the name of a context").with_hint(GRAMMAR)
            })?;
            context = Some(self.span(name..cursor));
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
        let mut options = SearchOptions::default();
        if cursor < end && tokens.is_word(cursor, "with") {
            (options, cursor) = self.search_options(cursor + 1, end)?;
        }
        if cursor >= end || !tokens.is_word(cursor, "limit") {
            return Err(self.error_at(cursor, end, "QUANTUM SEARCH needs LIMIT").with_hint(GRAMMAR));
        }
        let (limit, behind) = self.limit(cursor, end)?;
        cursor = behind;
        self.search_ends(cursor, end, fills_level)?;
        Ok(QuantumSearch {
            span: self.span(at..cursor),
            relation,
            from_item: self.span(from_item),
            column,
            nearest: Some(Nearest {
                is_simple: tokens.after_value(value.start, value.end) == Some(value.end),
                value: self.span(value),
                context,
            }),
            filter,
            limit: Some(limit),
            options,
            without_effect: None,
        })
    }

    /// `QUANTUM SEARCH rel [WHERE condition] [WITH ITERATIONS n | AMPLITUDE_AMPLIFICATION] [LIMIT k [OFFSET n]]`: the rows that the
    /// condition marks.
    fn marked_rows(
        &self,
        at: usize,
        (relation, from_item): (FromRelation, Range<usize>),
        end: usize,
        fills_level: bool,
    ) -> Result<QuantumSearch, QsqlError> {
        let tokens = &self.tokens;
        let mut cursor = from_item.end;
        let (mut filter, mut without_effect, mut limit) = (None, None, None);
        if tokens.is_word(cursor, "where") {
            let condition = cursor + 1..self.until(cursor + 1, end, &["with", "amplitude_amplification"]);
            if condition.is_empty() {
                return Err(self.error_at(condition.start, end, "WHERE needs a condition"));
            }
            filter = Some(self.span(cursor..condition.end));
            cursor = condition.end;
        }
        if cursor + 1 < end && tokens.are_words(cursor, &["with", "iterations"]) {
            if tokens.kind(cursor + 2) != Some(TokenKind::Number) || cursor + 2 >= end {
                return Err(self
                    .error_at(cursor + 2, end, "ITERATIONS needs a number")
                    .with_hint(MARKED_GRAMMAR));
            }
            without_effect = Some(self.span(cursor..cursor + 3));
            cursor += 3;
        } else if cursor < end && tokens.is_word(cursor, "amplitude_amplification") {
            without_effect = Some(tokens.span(cursor));
            cursor += 1;
        } else if cursor < end && tokens.is_word(cursor, "with") && tokens.is_punct(cursor + 1, '(') {
            return Err(self
                .error_at(cursor, end, "without NEAREST TO a search has no options")
                .with_hint(MARKED_GRAMMAR));
        }
        if cursor < end && tokens.is_word(cursor, "limit") {
            let (found, behind) = self.limit(cursor, end)?;
            limit = Some(found);
            cursor = behind;
        }
        self.search_ends(cursor, end, fills_level).map_err(|error| error.with_hint(MARKED_GRAMMAR))?;
        Ok(QuantumSearch {
            span: self.span(at..cursor),
            relation,
            from_item: self.span(from_item),
            column: None,
            nearest: None,
            filter,
            limit,
            options: SearchOptions::default(),
            without_effect,
        })
    }

    fn search_ends(&self, at: usize, end: usize, fills_level: bool) -> Result<(), QsqlError> {
        let tokens = &self.tokens;
        let no_data =
            tokens.are_words(at, &["with", "data"]) || tokens.are_words(at, &["with", "no", "data"]);
        if at < end && (fills_level || !no_data) {
            return Err(self.error_at(at, end, "QUANTUM SEARCH must end with LIMIT").with_hint(GRAMMAR));
        }
        Ok(())
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
        let follows = candidate + 1 < end
            && (tokens.is_one_of(candidate + 1, &["on", "nearest"])
                || tokens.is_one_of(candidate + 1, MARKS) && !tokens.is_one_of(candidate, MARKS));
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

    /// `LIMIT k [OFFSET n]` and the token behind it.
    fn limit(&self, at: usize, end: usize) -> Result<(Limit, usize), QsqlError> {
        let count = |at: usize, word: &str| {
            self.tokens.after_value(at + 1, end).ok_or_else(|| {
                self.error_at(at + 1, end, &format!("{word} needs a number, a parameter or a parenthesis"))
            })
        };
        let mut behind = count(at, "LIMIT")?;
        let rows = self.span(at + 1..behind);
        let mut offset = None;
        if behind < end && self.tokens.is_word(behind, "offset") {
            let start = behind + 1;
            behind = count(behind, "OFFSET")?;
            offset = Some(self.span(start..behind));
        }
        Ok((Limit { span: self.span(at..behind), rows, offset }, behind))
    }

    /// `(recall = r, tunneling = on)` behind WITH, and the token behind it.
    fn search_options(&self, open: usize, end: usize) -> Result<(SearchOptions, usize), QsqlError> {
        let tokens = &self.tokens;
        let wrong = |at: usize, end: usize, what: &str| Err(self.error_at(at, end, what).with_hint(OPTIONS));
        if open >= end || !tokens.is_punct(open, '(') {
            return wrong(open, end, "WITH needs options in parentheses");
        }
        let close = tokens.next(open, end) - 1;
        let mut options = SearchOptions::default();
        let mut cursor = open + 1;
        loop {
            if cursor >= close || !tokens.is_one_of(cursor, &["recall", "tunneling"]) {
                return wrong(cursor, close, "unknown option of QUANTUM SEARCH");
            }
            if cursor + 1 >= close || !tokens.is_operator(cursor + 1, "=") {
                return wrong(cursor + 1, close, "an option needs = and a value");
            }
            let is_recall = tokens.is_word(cursor, "recall");
            let twice = if is_recall { options.recall } else { options.tunneling };
            if twice.is_some() {
                return wrong(cursor, close, "an option stands twice");
            }
            let value = cursor + 2;
            if is_recall {
                let Some(behind) = tokens.after_value(value, close) else {
                    return wrong(value, close, "recall needs a number from 0.5 to 1");
                };
                options.recall = Some(self.span(value..behind));
                cursor = behind;
            } else {
                if value >= close || !tokens.is_one_of(value, &["on", "true", "off", "false"]) {
                    return wrong(value, close, "tunneling is on or off");
                }
                let is_on = tokens.is_one_of(value, &["on", "true"]);
                options.tunneling = is_on.then(|| self.span(cursor..value + 1));
                cursor = value + 1;
            }
            if cursor >= close {
                return Ok((options, close + 1));
            }
            if !tokens.is_punct(cursor, ',') {
                return wrong(cursor, close, "options need a comma between them");
            }
            cursor += 1;
        }
    }
}
