//! The parser: finds the QSQL constructs of a text and leaves all SQL alone.
//!
//! A text is cut into statements, a statement into levels: what stands directly between two matching parentheses. A level is
//! read once from left to right with a state that says which part of a query the reader is in; that decides whether
//! `NEUROMATCH` is a clause, an alias or a function. Levels wait in a list instead of on the stack, so nesting costs no stack.
//!
//! What is valid SQL stays SQL: `FROM t neuromatch (a, b)` is an alias with column names, `arr[dna:atgc]` is a slice.

mod call;
mod match_clause;
mod quantum_join;
mod quantum_search;
mod qubo;
mod statement;
mod superpose;
mod tokens;

use crate::ast::{Construct, DnaLiteral};
use crate::error::{ErrorKind, QsqlError};
use crate::lexer::LexOptions;
use crate::name::Identifier;
use crate::span::Span;
use std::collections::HashSet;
use std::ops::Range;
use tokens::Tokens;

/// The constructs of `source` in the order of the text, outer before inner.
///
/// A text that cannot be cut into tokens and holds no construct before that point is none of our business: it gives no
/// construct and no error, and PostgreSQL reports what is wrong with it.
///
/// # Errors
/// Constructs that do not follow the grammar, or that nothing carries out.
pub fn parse(source: &str, options: LexOptions) -> Result<Vec<Construct>, QsqlError> {
    let mut parser = Parser::new(source, options);
    let outcome = parser.script();
    let mut constructs = parser.constructs;
    match (outcome, parser.tokens.damage) {
        (Ok(()), None) => {}
        (Ok(()), Some(_)) if constructs.is_empty() => {}
        (Ok(()), Some(damage)) => return Err(damage),
        // A syntax error may be no more than the consequence of a missing quote.
        (Err(error), Some(damage)) if error.kind == ErrorKind::Syntax => return Err(damage),
        (Err(error), _) => return Err(error),
    }
    constructs.sort_by_key(|construct| {
        let span = construct.span();
        (span.start, std::cmp::Reverse(span.end))
    });
    Ok(constructs)
}

/// Which part of a query the reader of a level is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before SELECT.
    Start,
    /// Between SELECT (DELETE, UPDATE) and FROM.
    List,
    /// In FROM; the number of its first token.
    From(usize),
    /// In WHERE or anything after it.
    After,
}

/// A stretch of tokens at one depth.
struct Level {
    range: Range<usize>,
    /// Whether `a:b` is SQL here: array slices and JSON constructors.
    colon_is_sql: bool,
}

struct Parser<'a> {
    tokens: Tokens<'a>,
    constructs: Vec<Construct>,
    waiting: Vec<Level>,
    /// Names of the WITH queries of the statement being read. The catalog does not know them.
    with_queries: HashSet<String>,
    /// The first word of the statement proper (behind EXPLAIN).
    head: usize,
}

/// Words that end a query's FROM items and its WHERE.
const CLAUSE_WORDS: &[&str] = &[
    "group",
    "having",
    "window",
    "union",
    "intersect",
    "except",
    "order",
    "limit",
    "offset",
    "fetch",
    "for",
    "returning",
];

impl<'a> Parser<'a> {
    fn new(source: &'a str, options: LexOptions) -> Self {
        Self {
            tokens: Tokens::new(source, options),
            constructs: Vec::new(),
            waiting: Vec::new(),
            with_queries: HashSet::new(),
            head: 0,
        }
    }

    /// Every statement of the text.
    fn script(&mut self) -> Result<(), QsqlError> {
        let (mut start, mut at, end) = (0, 0, self.tokens.len());
        while start < end {
            while at < end && !self.tokens.is_punct(at, ';') {
                at = self.tokens.next(at, end);
            }
            if start < at {
                self.statement(start..at)?;
            }
            at += 1;
            start = at;
        }
        Ok(())
    }

    fn statement(&mut self, range: Range<usize>) -> Result<(), QsqlError> {
        self.with_queries = self.find_with_queries(range.clone());
        self.statement_head(range.clone())?;
        self.waiting.push(Level { range, colon_is_sql: false });
        while let Some(level) = self.waiting.pop() {
            self.level(level)?;
        }
        Ok(())
    }

    fn level(&mut self, level: Level) -> Result<(), QsqlError> {
        let Range { start, end } = level.range;
        let mut state = State::Start;
        let mut at = start;
        while at < end {
            if let Some(close) = self.tokens.group(at, end) {
                let colon_is_sql = self.tokens.is_punct(at, '[')
                    || at > start && self.tokens.is_one_of(at - 1, &["json_object", "json_objectagg"]);
                self.waiting.push(Level { range: at + 1..close, colon_is_sql });
                at = close + 1;
                continue;
            }
            let after_dot = at > start && self.tokens.is_punct(at - 1, '.');
            if !after_dot && let Some(word) = self.tokens.word(at) {
                state = self.word(&word, at, start..end, state)?;
                if word == "dna" && !level.colon_is_sql {
                    self.dna_literal(at, end)?;
                }
            }
            at += 1;
        }
        Ok(())
    }

    /// Handles a word of a level and returns the state behind it.
    fn word(&mut self, word: &str, at: usize, level: Range<usize>, state: State) -> Result<State, QsqlError> {
        let is_label = at > level.start && state == State::List && self.tokens.is_word(at - 1, "as");
        if is_label {
            return Ok(state);
        }
        let next = match (word, state) {
            ("select", _) => State::List,
            ("delete" | "update", State::Start) => State::List,
            // `a IS DISTINCT FROM b`; SELECT DISTINCT is never followed by FROM.
            ("from", State::List) if !self.tokens.is_word(at - 1, "distinct") => State::From(at + 1),
            ("union" | "intersect" | "except", _) => State::Start,
            ("neuromatch", _) if at == self.head => State::After,
            ("neuromatch", _) => {
                self.neuromatch(at, level, state)?;
                state
            }
            ("quantum_join", State::From(from)) => {
                if self.join_follows(at, from, level.end) {
                    let join = self.quantum_join(at, level.end)?;
                    self.constructs.push(Construct::Join(join));
                }
                state
            }
            ("quantum_join", State::Start) if at == self.head => {
                let join = self.quantum_join_statement(at, level.end)?;
                self.constructs.push(Construct::Join(join));
                State::From(at + 1)
            }
            ("superpose", State::Start) if at == self.head || self.superpose_follows(at, level.end) => {
                let fusion = self.superpose(at, level.end, at == level.start)?;
                self.constructs.push(Construct::Superpose(fusion));
                State::After
            }
            ("quantum" | "quantum_search", State::Start)
                if at == self.head || self.search_follows(at, level.end) =>
            {
                let search = self.quantum_search(at, level.end, at == level.start)?;
                self.constructs.push(Construct::Search(search));
                State::After
            }
            ("superpose", _) if self.superpose_follows(at, level.end) => {
                return Err(self
                    .error_at(at, level.end, "a fusion inside a query stands in parentheses")
                    .with_hint("Write (SUPERPOSE (…), (…) COLLAPSE LIMIT k) where a subquery may stand."));
            }
            ("quantum" | "quantum_search", _) if self.search_stands_bare(at, level.end, state) => {
                return Err(self
                    .error_at(at, level.end, "a search inside a query stands in parentheses")
                    .with_hint("Write (QUANTUM SEARCH … LIMIT k) where a subquery may stand."));
            }
            (_, State::From(_)) if word == "where" || self.ends_clause(at, level.end) => State::After,
            _ => state,
        };
        Ok(next)
    }

    /// Whether a query's FROM items or its WHERE end before this token.
    fn ends_clause(&self, at: usize, end: usize) -> bool {
        let followed_by = |word| at + 1 < end && self.tokens.is_word(at + 1, word);
        self.tokens.is_one_of(at, CLAUSE_WORDS)
            || self.tokens.is_word(at, "on") && followed_by("conflict")
            || self.tokens.is_word(at, "with") && !followed_by("ordinality")
    }

    /// `DNA:ATGC`, without a space.
    fn dna_literal(&mut self, at: usize, end: usize) -> Result<(), QsqlError> {
        let (prefix, colon, bases) =
            (self.tokens.span(at), self.tokens.span(at + 1), self.tokens.span(at + 2));
        let is_literal = at + 2 < end
            && self.tokens.is_punct(at + 1, ':')
            && self.tokens.word(at + 2).is_some()
            && prefix.end == colon.start
            && colon.end == bases.start;
        if !is_literal {
            return Ok(());
        }
        let wrong = self.tokens.text(at + 2).char_indices().find(|(_, base)| !"ACGTacgt".contains(*base));
        if let Some((offset, base)) = wrong {
            return Err(QsqlError::syntax(bases.start + offset, format!("\"{base}\" is not a base"))
                .with_hint("A DNA literal is DNA: and letters of A, C, G and T, such as DNA:ATGC."));
        }
        self.constructs.push(Construct::Dna(DnaLiteral { span: prefix.to(bases), bases }));
        Ok(())
    }

    /// The names that the statement gives to WITH queries, at any depth.
    fn find_with_queries(&self, range: Range<usize>) -> HashSet<String> {
        let tokens = &self.tokens;
        let mut names = HashSet::new();
        for at in range.clone().skip(1) {
            let introduced = tokens.is_one_of(at - 1, &["with", "recursive"]) || tokens.is_punct(at - 1, ',');
            if !introduced || !tokens.is_name(at) {
                continue;
            }
            let mut behind = at + 1;
            if tokens.is_punct(behind, '(') {
                behind = tokens.next(behind, range.end);
            }
            if behind >= range.end || !tokens.is_word(behind, "as") {
                continue;
            }
            behind += 1;
            behind += usize::from(tokens.is_word(behind, "not"));
            behind += usize::from(tokens.is_word(behind, "materialized"));
            if tokens.is_punct(behind, '(')
                && let Ok(Identifier { name, .. }) = tokens.identifier(at)
            {
                names.insert(name);
            }
        }
        names
    }

    fn error_at(&self, at: usize, end: usize, message: &str) -> QsqlError {
        let position = self.tokens.position(at, end);
        if at < end {
            QsqlError::syntax(position, format!("{message}, found \"{}\"", excerpt(self.tokens.text(at))))
        } else {
            QsqlError::syntax(position, format!("{message}, found the end"))
        }
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.tokens.span_of(range)
    }
}

/// The beginning of a token, for a message.
fn excerpt(text: &str) -> String {
    let mut chars = text.chars();
    let head: String = chars.by_ref().take(40).collect();
    if chars.next().is_some() { head + "…" } else { head }
}
