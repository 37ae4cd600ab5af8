//! QSQL to SQL: a text in PostgreSQL's SQL plus a few clauses and statements becomes SQL text and a map from emitted to
//! written offsets.
//!
//! The way is lex → parse → resolve → emit. Only the QSQL constructs are parsed; all SQL stays a span of the source and comes
//! out byte for byte. What has to be known of the database is asked through the [`Catalog`] port.
//!
//! [`Pattern`] is the other half of the language: the score of `NEUROMATCH` over text.

pub mod ast;
pub mod catalog;
mod diversity;
mod emit;
mod error;
pub mod keywords;
pub mod lexer;
pub mod name;
pub mod parser;
pub mod qubo;
mod resolve;
pub mod source_map;
mod span;
mod text_score;
mod trigrams;

pub use catalog::{Catalog, CatalogError, Column, ColumnKind, MemoryCatalog, Relation};
pub use diversity::diverse_order;
pub use error::{ErrorKind, QsqlError};
pub use lexer::LexOptions;
pub use name::Identifier;
pub use source_map::{SourceMap, character_position};
pub use span::Span;
pub use text_score::{Pattern, text_score, upper_forms};
pub use trigrams::Necessary;

/// What became of a QSQL text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    /// SQL.
    pub sql: String,
    /// From an offset in [`Rewritten::sql`] to the offset in the QSQL text.
    pub map: SourceMap,
    /// Whether the text held any QSQL; if not, `sql` is the text.
    pub changed: bool,
    /// What stands in the text and changes nothing; the user is to be told.
    pub notices: Vec<String>,
}

/// Translates a text of any number of statements.
///
/// A text without QSQL comes back as it is, even if it is not valid SQL: PostgreSQL reports what is wrong with it.
///
/// # Errors
/// QSQL that does not follow the grammar, that nothing carries out, or whose columns cannot be determined.
pub fn rewrite(text: &str, catalog: &dyn Catalog) -> Result<Rewritten, QsqlError> {
    rewrite_with(text, catalog, LexOptions::default())
}

/// [`rewrite`] for a server that reads strings in another way than by default.
///
/// # Errors
/// As [`rewrite`].
pub fn rewrite_with(text: &str, catalog: &dyn Catalog, options: LexOptions) -> Result<Rewritten, QsqlError> {
    let constructs = parser::parse(text, options)?;
    if constructs.is_empty() {
        return Ok(Rewritten {
            sql: text.to_owned(),
            map: SourceMap::identity(text.len()),
            changed: false,
            notices: Vec::new(),
        });
    }
    let (sql, map) = emit::emit(text, &constructs, catalog)?;
    Ok(Rewritten { sql, map, changed: true, notices: emit::notices(text, &constructs) })
}
