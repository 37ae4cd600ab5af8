//! `… QUANTUM_JOIN rel [[AS] alias] ON a.x ENTANGLE y [TOP k] [WITHIN d]` in FROM, and as a statement.

use super::{CLAUSE_WORDS, Parser};
use crate::ast::{FromRelation, QuantumJoin};
use crate::error::QsqlError;
use crate::name::QualifiedName;
use std::ops::Range;

const GRAMMAR: &str = "The clause is … FROM a QUANTUM_JOIN b ON a.x ENTANGLE b.y [TOP k] [WITHIN distance]; as a statement QUANTUM_JOIN a b ON ….";

/// What can follow in FROM, besides the words that end it.
const JOIN_WORDS: &[&str] =
    &["where", "join", "inner", "left", "right", "full", "cross", "natural", "quantum_join", "neuromatch"];

/// The columns behind ON: the one of the rows so far, and the one that is searched.
struct Entangled {
    outer: Range<usize>,
    column: QualifiedName,
    behind: usize,
}

impl Parser<'_> {
    /// Whether a join begins at this word of FROM: an operand stands before it and a relation behind.
    pub(super) fn join_follows(&self, at: usize, from: usize, end: usize) -> bool {
        self.tokens.operand_before(at, from)
            && at + 1 < end
            && (self.tokens.is_name(at + 1) || self.tokens.is_word(at + 1, "only"))
    }

    /// Parses the join whose word is `at`.
    pub(super) fn quantum_join(&self, at: usize, end: usize) -> Result<QuantumJoin, QsqlError> {
        self.join_with(at, None, at + 1, end)
    }

    /// Parses `QUANTUM_JOIN a [AS x] b …`, a statement.
    pub(super) fn quantum_join_statement(&self, at: usize, end: usize) -> Result<QuantumJoin, QsqlError> {
        let tokens = &self.tokens;
        let mut behind = tokens.after_path(at + 1, end);
        if behind == at + 1 {
            return Err(self.error_at(at + 1, end, "QUANTUM_JOIN needs two relations").with_hint(GRAMMAR));
        }
        if behind + 1 < end && tokens.is_word(behind, "as") && tokens.is_name(behind + 1) {
            behind += 2;
        }
        self.join_with(at, Some(at + 1..behind), behind, end)
    }

    fn join_with(
        &self,
        at: usize,
        first: Option<Range<usize>>,
        relation: usize,
        end: usize,
    ) -> Result<QuantumJoin, QsqlError> {
        let tokens = &self.tokens;
        let (joined, on) = self.joined_relation(relation, end)?;
        if on >= end || !tokens.is_word(on, "on") {
            return Err(self.error_at(on, end, "QUANTUM_JOIN needs ON").with_hint(GRAMMAR));
        }
        let entangled = self.entangled(on + 1, end, &joined)?;
        let mut cursor = entangled.behind;
        let (mut top, mut within) = (None, None);
        while cursor < end {
            let (word, slot, sign) = match () {
                () if tokens.is_word(cursor, "top") => ("TOP", &mut top, false),
                () if tokens.is_word(cursor, "within") => ("WITHIN", &mut within, true),
                () => break,
            };
            if slot.is_some() {
                return Err(self
                    .error_at(cursor, end, "QUANTUM_JOIN has this limit already")
                    .with_hint(GRAMMAR));
            }
            let start = cursor + 1;
            let signed = sign && start < end && tokens.is_operator(start, "-");
            cursor = tokens.after_value(start + usize::from(signed), end).ok_or_else(|| {
                self.error_at(start, end, &format!("{word} needs a number")).with_hint(GRAMMAR)
            })?;
            *slot = Some(self.span(start..cursor));
        }
        let continues = cursor >= end
            || tokens.is_punct(cursor, ',')
            || tokens.is_one_of(cursor, JOIN_WORDS)
            || tokens.is_one_of(cursor, CLAUSE_WORDS)
            || self.ends_clause(cursor, end);
        if !continues {
            return Err(self.error_at(cursor, end, "QUANTUM_JOIN must end here").with_hint(GRAMMAR));
        }
        Ok(QuantumJoin {
            span: self.span(at..cursor),
            first: first.map(|first| self.span(first)),
            from_item: self.span(relation..on),
            relation: joined,
            outer: self.span(entangled.outer),
            column: entangled.column,
            top,
            within,
        })
    }

    /// `rel [[AS] alias]` and the token behind it.
    fn joined_relation(&self, at: usize, end: usize) -> Result<(FromRelation, usize), QsqlError> {
        let behind = (at..end).find(|&i| self.tokens.is_word(i, "on")).unwrap_or(end);
        let relation = if behind > at { self.single_relation(at..behind)? } else { None };
        match relation {
            Some(relation) if relation.column_aliases.is_empty() => Ok((relation, behind)),
            _ => Err(self.error_at(at, end, "QUANTUM_JOIN needs a relation and ON").with_hint(GRAMMAR)),
        }
    }

    /// `a.x ENTANGLE b.y`, in either order: the joined relation's column is the one that is searched.
    fn entangled(&self, at: usize, end: usize, joined: &FromRelation) -> Result<Entangled, QsqlError> {
        let tokens = &self.tokens;
        let first = at..tokens.after_path(at, end);
        if first.is_empty() || first.end >= end || !tokens.is_word(first.end, "entangle") {
            let position = tokens.position(at, end);
            return Err(QsqlError::unsupported(position, "QUANTUM_JOIN without ENTANGLE is not supported")
                .with_hint(GRAMMAR));
        }
        let second = first.end + 1..tokens.after_path(first.end + 1, end);
        if second.is_empty() {
            return Err(self.error_at(second.start, end, "ENTANGLE needs a column").with_hint(GRAMMAR));
        }
        let behind = second.end;
        let (left, right) = (tokens.qualified_name(first.clone())?, tokens.qualified_name(second.clone())?);
        let visible = &joined.visible_name().name;
        let belongs = |name: &QualifiedName| match name.parts.as_slice() {
            [.., qualifier, _] => qualifier.name == *visible,
            _ => false,
        };
        let (outer, column) = match (belongs(&left), belongs(&right)) {
            (true, true) => {
                return Err(QsqlError::syntax(left.span.start, format!("both columns are of \"{visible}\""))
                    .with_hint("Give one of the relations an alias, and name a column of each."));
            }
            (true, false) => ((second, right), left),
            (false, _) => ((first, left), right),
        };
        let (outer, outer_name) = outer;
        if outer_name.parts.len() < 2 {
            return Err(QsqlError::new(
                crate::ErrorKind::Ambiguous,
                outer_name.span.start,
                format!("column \"{}\" could be of either relation", outer_name.last().name),
            )
            .with_hint("Write the relation's name before the column: ON a.x ENTANGLE b.y."));
        }
        if column.parts.len() > 1 && !belongs(&column) {
            return Err(QsqlError::syntax(
                column.span.start,
                format!("neither column is of \"{visible}\", the relation that is joined"),
            )
            .with_hint(GRAMMAR));
        }
        Ok(Entangled { outer, column, behind })
    }
}
