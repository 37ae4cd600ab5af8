//! `NEUROMATCH [(] [column ,] pattern [)] [STRENGTH > x]`.

use super::{Parser, State};
use crate::ast::{Construct, FromRelation, MatchClause, MatchCondition, MatchTarget, Strength, WhereClause};
use crate::error::QsqlError;
use crate::lexer::TokenKind;
use std::ops::Range;

/// Words of earlier dialects that may stand behind a clause.
const TUNING_WORDS: &[&str] = &["activation_threshold", "learning_rate"];

const CLAUSE_HINT: &str =
    "The clause is NEUROMATCH [(column,)] pattern [STRENGTH > x], behind the FROM items and before WHERE.";

/// A pattern and what it is compared with, as found behind the word NEUROMATCH.
struct Arguments {
    column: Option<Range<usize>>,
    pattern: Range<usize>,
    behind: usize,
}

impl Parser<'_> {
    /// The word NEUROMATCH at a level: a clause, or SQL, or a clause where there can be none.
    pub(super) fn neuromatch(
        &mut self,
        at: usize,
        level: Range<usize>,
        state: State,
    ) -> Result<(), QsqlError> {
        let tokens = &self.tokens;
        if at == self.head || at + 1 < level.end && tokens.is_punct(at + 1, '.') {
            return Ok(());
        }
        let operand = tokens.operand_before(at, level.start);
        if let State::From(from) = state
            && at > from
            && (operand || self.is_relation_with_star(from..at)?)
            && let Some(arguments) = self.match_arguments(at, level.end)?
        {
            let clause = self.match_clause(from, at, level.end, arguments)?;
            self.constructs.push(Construct::Match(clause));
            return Ok(());
        }
        if !operand && let Some(condition) = self.match_condition(at, level.end)? {
            self.constructs.push(Construct::Condition(condition));
            return Ok(());
        }
        let tokens = &self.tokens;
        let misplaced = operand && state == State::After && at + 1 < level.end && tokens.is_constant(at + 1);
        if misplaced || self.strength_follows(at, level.end) {
            let position = tokens.span(at).start;
            return Err(if operand {
                QsqlError::unsupported(position, "a NEUROMATCH clause is not supported at this place")
                    .with_hint(CLAUSE_HINT)
            } else {
                QsqlError::syntax(position, "inside an expression NEUROMATCH needs a column and a pattern")
                    .with_hint("Write NEUROMATCH (column, 'pattern') STRENGTH > 0.5, or NEUROMATCH(column, 'pattern') > 0.5.")
            });
        }
        Ok(())
    }

    /// `column [,] pattern STRENGTH > x` behind a NEUROMATCH that stands where an operand is expected.
    fn match_condition(&self, at: usize, end: usize) -> Result<Option<MatchCondition>, QsqlError> {
        let tokens = &self.tokens;
        if !self.strength_follows(at, end) {
            return Ok(None);
        }
        let first = at + 1;
        let (column, pattern, behind) = if tokens.is_punct(first, '(') {
            let close = tokens.next(first, end) - 1;
            match self.split_at_commas(first + 1..close).as_slice() {
                [column, pattern] if !column.is_empty() && !pattern.is_empty() => {
                    (column.clone(), pattern.clone(), close + 1)
                }
                _ => return Ok(None),
            }
        } else {
            let column = first..tokens.after_path(first, end);
            let pattern = column.end + usize::from(column.end < end && tokens.is_punct(column.end, ','));
            match tokens.after_value(pattern, end) {
                Some(behind) if !column.is_empty() && !tokens.is_word(pattern, "strength") => {
                    (column, pattern..behind, behind)
                }
                _ => return Ok(None),
            }
        };
        if behind >= end || !tokens.is_word(behind, "strength") {
            return Ok(None);
        }
        let (strength, behind) = self.strength(behind, end)?;
        Ok(Some(MatchCondition {
            span: self.span(at..behind),
            column: self.span(column),
            pattern: self.span(pattern),
            strength,
        }))
    }

    /// `STRENGTH > x` and the token behind it.
    fn strength(&self, at: usize, end: usize) -> Result<(Strength, usize), QsqlError> {
        let tokens = &self.tokens;
        let operator = at + 1;
        if operator >= end || !tokens.is_operator(operator, ">") {
            return Err(self
                .error_at(operator, end, "STRENGTH needs >")
                .with_hint("STRENGTH > x keeps the rows whose score is strictly greater than x."));
        }
        let sign = operator + 1 < end
            && (tokens.is_operator(operator + 1, "-") || tokens.is_operator(operator + 1, "+"));
        let bound = operator + 1;
        let behind = tokens.after_value(bound + usize::from(sign), end).ok_or_else(|| {
            self.error_at(bound, end, "STRENGTH > needs a number, a parameter or a parenthesis")
        })?;
        Ok((Strength { operator: tokens.span(operator), bound: self.span(bound..behind) }, behind))
    }

    /// `NEUROMATCH rel [[AS] alias] pattern …`, a statement: the clause over one relation.
    pub(super) fn match_statement(&mut self, head: usize, end: usize) -> Result<(), QsqlError> {
        const HINT: &str = "To search by a pattern: NEUROMATCH rel 'pattern' STRENGTH > 0.5, or SELECT * FROM rel NEUROMATCH 'pattern'.";
        let tokens = &self.tokens;
        let relation = head + 1;
        let mut behind = tokens.after_path(relation, end);
        if behind == relation || behind == relation + 1 && tokens.is_punct(behind, '[') {
            let message = "NEUROMATCH as a statement needs a relation";
            return Err(self.error_at(relation, end, message).with_hint(HINT));
        }
        if behind + 1 < end && tokens.is_word(behind, "as") && tokens.is_name(behind + 1) {
            behind += 2;
        }
        if behind >= end {
            return Err(QsqlError::unsupported(
                tokens.span(head).start,
                "NEUROMATCH as a statement is not supported without a pattern",
            )
            .with_hint(HINT));
        }
        let Some(arguments) = self.match_arguments(behind - 1, end)? else {
            return Err(self.error_at(behind, end, "NEUROMATCH needs a pattern").with_hint(HINT));
        };
        let mut clause = self.match_clause(relation, behind, end, arguments)?;
        clause.span.start = tokens.span(head).start;
        clause.from_item = Some(self.span(relation..behind));
        self.constructs.push(Construct::Match(clause));
        Ok(())
    }

    /// `FROM rel * NEUROMATCH …`: this star is no multiplication.
    fn is_relation_with_star(&self, from: Range<usize>) -> Result<bool, QsqlError> {
        Ok(self.tokens.is_operator(from.end - 1, "*") && self.single_relation(from)?.is_some())
    }

    /// Whether a pattern and `STRENGTH` with a comparison follow. No SQL looks like this, wherever it stands.
    fn strength_follows(&self, at: usize, end: usize) -> bool {
        let tokens = &self.tokens;
        let strength = |i: usize| {
            i + 1 < end && tokens.is_word(i, "strength") && tokens.kind(i + 1) == Some(TokenKind::Operator)
        };
        let Some(mut behind) = tokens.after_value(at + 1, end) else { return false };
        if strength(behind) {
            return true;
        }
        behind += usize::from(tokens.is_punct(behind, ','));
        tokens.after_value(behind, end).is_some_and(strength)
    }

    /// What stands behind the word, if it makes the word a clause; `None` if it is an alias.
    fn match_arguments(&self, at: usize, end: usize) -> Result<Option<Arguments>, QsqlError> {
        let tokens = &self.tokens;
        let first = at + 1;
        if first >= end {
            return Ok(None);
        }
        if tokens.is_punct(first, '(') {
            return self.parenthesised_arguments(first, end);
        }
        let Some(behind) = tokens.after_value(first, end) else { return Ok(None) };
        let is_array = tokens.is_word(first, "array");
        if tokens.is_constant(first) || is_array || tokens.is_word(behind, "strength") && behind + 1 < end {
            return Ok(Some(Arguments { column: None, pattern: first..behind, behind }));
        }
        let column = first..tokens.after_path(first, end);
        let has_comma = column.end < end && tokens.is_punct(column.end, ',');
        let pattern = column.end + usize::from(has_comma);
        let is_pattern =
            pattern < end && (tokens.is_constant(pattern) || has_comma && tokens.is_punct(pattern, '('));
        if column.is_empty() || !is_pattern {
            return Ok(None);
        }
        Ok(tokens.after_value(pattern, end).map(|behind| Arguments {
            column: Some(column),
            pattern: pattern..behind,
            behind,
        }))
    }

    fn parenthesised_arguments(&self, open: usize, end: usize) -> Result<Option<Arguments>, QsqlError> {
        let tokens = &self.tokens;
        let close = tokens.next(open, end) - 1;
        let inner = open + 1..close;
        let has_strength = close + 1 < end && tokens.is_word(close + 1, "strength");
        if inner.is_empty() {
            return Err(self.error_at(close, end, "NEUROMATCH needs a pattern").with_hint(CLAUSE_HINT));
        }
        let arguments = self.split_at_commas(inner.clone());
        if !has_strength && arguments.iter().all(|argument| self.is_column_definition(argument.clone())) {
            return Ok(None);
        }
        let behind = tokens.after_value(open, end).unwrap_or(close + 1);
        if tokens.is_one_of(inner.start, &["select", "with", "values"]) {
            return Ok(Some(Arguments { column: None, pattern: open..behind, behind }));
        }
        match arguments.as_slice() {
            // With a cast behind it the parenthesis belongs to the pattern.
            [_] if behind > close + 1 => Ok(Some(Arguments { column: None, pattern: open..behind, behind })),
            [pattern] if !pattern.is_empty() => {
                Ok(Some(Arguments { column: None, pattern: pattern.clone(), behind }))
            }
            [column, pattern] if !pattern.is_empty() && behind == close + 1 => {
                if column.is_empty() || tokens.after_path(column.start, column.end) != column.end {
                    return Err(self.error_at(column.start, close, "NEUROMATCH needs a column before the comma").with_hint(
                        "For an expression use the function: WHERE NEUROMATCH(expression, 'pattern') > 0.5.",
                    ));
                }
                Ok(Some(Arguments { column: Some(column.clone()), pattern: pattern.clone(), behind }))
            }
            _ => Err(QsqlError::syntax(
                tokens.span(open).start,
                "NEUROMATCH takes a pattern, or a column and a pattern",
            )
            .with_hint(CLAUSE_HINT)),
        }
    }

    pub(super) fn split_at_commas(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let (mut parts, mut start, mut at) = (Vec::new(), range.start, range.start);
        while at < range.end {
            if self.tokens.is_punct(at, ',') {
                parts.push(start..at);
                start = at + 1;
            }
            at = self.tokens.next(at, range.end);
        }
        parts.push(start..range.end);
        parts
    }

    /// Whether this is what SQL allows in an alias's list: a column name, or a column name and a type.
    fn is_column_definition(&self, range: Range<usize>) -> bool {
        let tokens = &self.tokens;
        if range.is_empty() || !tokens.is_name(range.start) {
            return false;
        }
        range.len() == 1
            || matches!(
                tokens.kind(range.start + 1),
                Some(TokenKind::Word | TokenKind::QuotedIdentifier | TokenKind::UnicodeIdentifier)
            ) && range.clone().all(|i| {
                matches!(
                    tokens.kind(i),
                    Some(
                        TokenKind::Word
                            | TokenKind::QuotedIdentifier
                            | TokenKind::UnicodeIdentifier
                            | TokenKind::Number
                            | TokenKind::Punct('(' | ')' | '[' | ']' | '.' | ',')
                    )
                ) || tokens.is_operator(i, "%")
            })
    }

    fn match_clause(
        &self,
        from: usize,
        at: usize,
        end: usize,
        arguments: Arguments,
    ) -> Result<MatchClause, QsqlError> {
        let tokens = &self.tokens;
        let mut behind = arguments.behind;
        let mut strength = None;
        if behind < end && tokens.is_word(behind, "strength") {
            let (found, end_of_strength) = self.strength(behind, end)?;
            strength = Some(found);
            behind = end_of_strength;
        }
        let mut without_effect = None;
        if behind + 1 < end
            && tokens.is_word(behind, "hebbian_strengthening")
            && tokens.is_one_of(behind + 1, &["true", "false", "on", "off"])
        {
            without_effect = Some(self.span(behind..behind + 2));
            behind += 2;
        }
        let clause_end = behind;
        let where_clause = if behind < end && tokens.is_word(behind, "where") {
            Some(self.where_clause(behind, end)?)
        } else {
            self.check_behind_clause(behind, end)?;
            None
        };
        let target = match arguments.column {
            Some(column) => MatchTarget::Column(self.span(column)),
            None => self.single_relation(from..at)?.map_or(MatchTarget::Unknown, MatchTarget::Relation),
        };
        Ok(MatchClause {
            span: self.span(at..clause_end),
            from_item: None,
            target,
            pattern: self.span(arguments.pattern),
            strength,
            without_effect,
            where_clause,
        })
    }

    fn where_clause(&self, at: usize, end: usize) -> Result<WhereClause, QsqlError> {
        let start = at + 1;
        let mut behind = start;
        while behind < end && (self.tokens.is_punct(behind - 1, '.') || !self.ends_clause(behind, end)) {
            behind = self.tokens.next(behind, end);
        }
        if behind == start {
            return Err(self.error_at(behind, end, "WHERE needs a condition"));
        }
        Ok(WhereClause { keyword: self.tokens.span(at), condition: self.span(start..behind) })
    }

    /// What follows a clause must be the next part of the query: a word that means nothing is an error, not ignored.
    fn check_behind_clause(&self, at: usize, end: usize) -> Result<(), QsqlError> {
        if at >= end || self.ends_clause(at, end) {
            return Ok(());
        }
        let position = self.tokens.span(at).start;
        if self.tokens.is_one_of(at, TUNING_WORDS) {
            let word = self.tokens.text(at).to_ascii_uppercase();
            return Err(QsqlError::unsupported(position, format!("{word} is not supported yet"))
                .with_hint(format!("Leave {word} and its value out.")));
        }
        Err(self.error_at(at, end, "the NEUROMATCH clause must end the FROM items").with_hint(CLAUSE_HINT))
    }

    /// The relation of a FROM that is nothing but `[ONLY] rel [*] [[AS] alias [(columns)]] [TABLESAMPLE …]`.
    pub(super) fn single_relation(&self, range: Range<usize>) -> Result<Option<FromRelation>, QsqlError> {
        let tokens = &self.tokens;
        let end = range.end;
        let start = range.start + usize::from(tokens.is_word(range.start, "only"));
        let mut at = tokens.after_path(start, end);
        if at == start || at < end && tokens.is_punct(at, '(') {
            return Ok(None);
        }
        let name = tokens.qualified_name(start..at)?;
        at += usize::from(at < end && tokens.is_operator(at, "*"));
        at += usize::from(at < end && tokens.is_word(at, "as"));
        let mut alias = None;
        let mut column_aliases = Vec::new();
        if at < end && tokens.is_name(at) {
            alias = Some(tokens.identifier(at)?);
            at += 1;
            if at < end && tokens.is_punct(at, '(') {
                for part in self.split_at_commas(at + 1..tokens.next(at, end) - 1) {
                    if part.len() != 1 || !tokens.is_name(part.start) {
                        return Ok(None);
                    }
                    column_aliases.push(tokens.identifier(part.start)?);
                }
                at = tokens.next(at, end);
            }
        }
        if at < end && tokens.is_word(at, "tablesample") {
            at = tokens.after_value(at + 1, end).unwrap_or(at);
            if at < end && tokens.is_word(at, "repeatable") {
                at = tokens.next(at + 1, end);
            }
        }
        if at != end {
            return Ok(None);
        }
        let is_with_query = name.parts.len() == 1 && self.with_queries.contains(&name.last().name);
        Ok(Some(FromRelation { name, alias, column_aliases, is_with_query }))
    }
}
