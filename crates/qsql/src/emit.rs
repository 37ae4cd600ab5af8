//! Constructs to SQL: each construct becomes an edit of the source, everything else is copied.

mod call;
mod fusion;
mod join;
mod qubo;
mod search;

use crate::ast::{Construct, CreateSynapticIndex, DnaLiteral, MatchClause, MatchCondition, MatchTarget};
use crate::catalog::Catalog;
use crate::error::{ErrorKind, QsqlError};
use crate::name::quoted;
use crate::resolve;
use crate::source_map::SourceMap;
use crate::span::Span;

/// How deeply constructs may stand inside each other.
const MAX_DEPTH: usize = 32;
/// A search writes its value twice, so searches inside values would double the text at each depth: at most this much more
/// than sixteen times the source comes out.
const SPARE_BYTES: usize = 1 << 20;

/// A part of what replaces a construct.
enum Piece {
    /// SQL written here, and the source offset that it stands for.
    Text(String, usize),
    /// A stretch of the source, with the constructs inside it translated.
    Source(Span),
}

/// What replaces a stretch of the source.
struct Edit {
    span: Span,
    pieces: Vec<Piece>,
}

/// The SQL of a text with the given constructs, which are sorted by their beginning, outer before inner.
pub fn emit(
    source: &str,
    constructs: &[Construct],
    catalog: &dyn Catalog,
) -> Result<(String, SourceMap), QsqlError> {
    let writer = Writer { catalog, schema: quoted(catalog.schema()) };
    let edits = constructs.iter().map(|construct| writer.edit(construct)).collect::<Result<Vec<_>, _>>()?;
    let mut output = Output { source, edits: &edits, sql: String::new(), map: SourceMap::new(source.len()) };
    output.span(Span::new(0, source.len()), 0)?;
    Ok((output.sql, output.map))
}

/// What the user wrote that changes nothing, and why.
pub fn notices(source: &str, constructs: &[Construct]) -> Vec<String> {
    let notices = |construct: &Construct| -> Vec<String> {
        let (spans, why) = match construct {
            Construct::Match(clause) => (
                clause.without_effect.as_slice(),
                "the score of a text is not learned, and a synaptic index learns by itself",
            ),
            Construct::Search(search) => {
                (search.without_effect.as_slice(), "every row that meets the condition is found")
            }
            Construct::Optimize(optimize) => (
                optimize.without_effect.as_slice(),
                "the nodes are those of the edges, and a backend knows its own slices",
            ),
            _ => return Vec::new(),
        };
        spans.iter().map(|span| format!("{} has no effect: {why}", span.text(source))).collect()
    };
    constructs.iter().flat_map(notices).collect()
}

/// Writes the SQL of one construct.
struct Writer<'a> {
    catalog: &'a dyn Catalog,
    /// The extension's schema, quoted.
    schema: String,
}

impl Writer<'_> {
    fn edit(&self, construct: &Construct) -> Result<Edit, QsqlError> {
        let pieces = match construct {
            Construct::Match(clause) => self.match_clause(clause)?,
            Construct::Condition(condition) => self.match_condition(condition),
            Construct::Search(search) => self.quantum_search(search)?,
            Construct::Index(index) => synaptic_index(index),
            Construct::Dna(literal) => self.dna_literal(literal),
            Construct::Join(join) => self.quantum_join(join)?,
            Construct::Superpose(fusion) => fusion::superpose(fusion),
            Construct::Call(call) => self.function_call(call)?,
            Construct::Optimize(optimize) => self.optimize(optimize)?,
        };
        Ok(Edit { span: construct.span(), pieces })
    }

    /// `WHERE (neuromatch(target, pattern) > x) [AND (condition)]`.
    fn match_clause(&self, clause: &MatchClause) -> Result<Vec<Piece>, QsqlError> {
        let at = clause.span.start;
        let text = |text: &str| Piece::Text(text.to_owned(), at);
        let target = match &clause.target {
            MatchTarget::Column(span) => Piece::Source(*span),
            MatchTarget::Relation(from) => Piece::Text(resolve::row_expression(from, at, self.catalog)?, at),
            MatchTarget::Unknown => {
                let message = "NEUROMATCH needs a column where FROM is not a single relation";
                return Err(QsqlError::new(ErrorKind::Ambiguous, at, message)
                    .with_hint("Name the column: NEUROMATCH (column, pattern)."));
            }
        };
        let mut pieces = Vec::new();
        if let Some(from_item) = clause.from_item {
            pieces.extend([text("SELECT * FROM "), Piece::Source(from_item), text(" ")]);
        }
        pieces.extend([text(&format!("WHERE ({}.neuromatch(", self.schema)), target, text(", ")]);
        pieces.extend([Piece::Source(clause.pattern), text(") ")]);
        match clause.strength {
            Some(strength) => {
                pieces.extend([Piece::Source(strength.operator), text(" "), Piece::Source(strength.bound)]);
            }
            None => pieces.push(text("> 0")),
        }
        pieces.push(text(")"));
        if let Some(own) = clause.where_clause {
            // The gaps are copied, because comments may stand in them.
            pieces.extend([
                Piece::Source(Span::new(clause.span.end, own.keyword.start)),
                Piece::Text("AND".to_owned(), own.keyword.start),
                Piece::Source(Span::new(own.keyword.end, own.condition.start)),
                Piece::Text("(".to_owned(), own.condition.start),
                Piece::Source(own.condition),
                Piece::Text(")".to_owned(), own.condition.end),
            ]);
        }
        Ok(pieces)
    }

    /// `(neuromatch(column, pattern) > x)`.
    fn match_condition(&self, condition: &MatchCondition) -> Vec<Piece> {
        let at = condition.span.start;
        let text = |text: &str| Piece::Text(text.to_owned(), at);
        vec![
            text(&format!("({}.neuromatch(", self.schema)),
            Piece::Source(condition.column),
            text(", "),
            Piece::Source(condition.pattern),
            text(") "),
            Piece::Source(condition.strength.operator),
            text(" "),
            Piece::Source(condition.strength.bound),
            text(")"),
        ]
    }

    /// `CAST('ATGC' AS dna)`: unlike `'ATGC'::dna` it cannot run together with a string or a type name before it.
    fn dna_literal(&self, literal: &DnaLiteral) -> Vec<Piece> {
        let at = literal.span.start;
        vec![
            Piece::Text("CAST('".to_owned(), at),
            Piece::Source(literal.bases),
            Piece::Text(format!("' AS {}.dna)", self.schema), at),
        ]
    }
}

fn synaptic_index(index: &CreateSynapticIndex) -> Vec<Piece> {
    vec![
        Piece::Source(Span::new(index.synaptic.end, index.before_columns.start)),
        Piece::Text(" USING synaptic".to_owned(), index.synaptic.start),
    ]
}

/// The text that comes out, and its map.
struct Output<'a> {
    source: &'a str,
    edits: &'a [Edit],
    sql: String,
    map: SourceMap,
}

impl Output<'_> {
    /// Copies a stretch of the source and applies the edits that lie in it.
    fn span(&mut self, span: Span, depth: usize) -> Result<(), QsqlError> {
        if depth > MAX_DEPTH || self.sql.len() > 16 * self.source.len() + SPARE_BYTES {
            let message = "QSQL constructs are nested too deeply";
            return Err(QsqlError::new(ErrorKind::TooComplex, span.start, message)
                .with_hint("Move the inner ones into WITH queries."));
        }
        let edits = self.edits;
        let mut copied = span.start;
        let first = edits.partition_point(|edit| edit.span.start < span.start);
        for edit in edits[first..].iter().take_while(|edit| edit.span.start < span.end) {
            // What lies behind `copied` stands inside an edit that was applied already.
            if edit.span.start < copied || !span.contains(edit.span) {
                continue;
            }
            self.copy(Span::new(copied, edit.span.start));
            for piece in &edit.pieces {
                match piece {
                    Piece::Text(text, anchor) => {
                        self.sql.push_str(text);
                        self.map.push_text(*anchor, text.len());
                    }
                    Piece::Source(inner) => self.span(*inner, depth + 1)?,
                }
            }
            copied = edit.span.end;
        }
        self.copy(Span::new(copied, span.end));
        Ok(())
    }

    fn copy(&mut self, span: Span) {
        self.sql.push_str(span.text(self.source));
        self.map.push_copy(span);
    }
}
