//! What can be wrong with a QSQL text.

use std::fmt;

/// The class of a [`QsqlError`]; each has one SQLSTATE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The text does not follow the grammar.
    Syntax,
    /// A relation whose columns are needed does not exist.
    UndefinedTable,
    /// A relation has no column that the construct could use.
    UndefinedColumn,
    /// The named column is of a type that the construct cannot use.
    DatatypeMismatch,
    /// The construct is QSQL, but nothing here carries it out.
    Unsupported,
    /// More than one column could be meant.
    Ambiguous,
    /// Constructs are nested too deeply or the SQL would grow too large.
    TooComplex,
    /// The catalog could not be read.
    Catalog,
}

impl ErrorKind {
    /// The SQLSTATE of the class.
    pub fn sqlstate(self) -> &'static str {
        match self {
            Self::Syntax => "42601",
            Self::UndefinedTable => "42P01",
            Self::UndefinedColumn => "42703",
            Self::DatatypeMismatch => "42804",
            Self::Unsupported => "0A000",
            Self::Ambiguous => "42702",
            Self::TooComplex => "54001",
            Self::Catalog => "XX000",
        }
    }
}

/// An error in a QSQL text, with what PostgreSQL needs to report it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QsqlError {
    /// The class, and with it the SQLSTATE.
    pub kind: ErrorKind,
    /// The primary message, in PostgreSQL's style: lower case, no full stop.
    pub message: String,
    /// Byte offset in the QSQL text that the message is about. [`crate::source_map::character_position`] makes the number that
    /// PostgreSQL's `errposition` takes of it.
    pub position: Option<usize>,
    /// The facts behind the message.
    pub detail: Option<String>,
    /// What to write instead.
    pub hint: Option<String>,
}

impl QsqlError {
    /// An error about the text at a byte offset.
    pub fn new(kind: ErrorKind, position: usize, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), position: Some(position), detail: None, hint: None }
    }

    /// A grammar error.
    pub fn syntax(position: usize, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Syntax, position, message)
    }

    /// A construct of the language that nothing carries out.
    pub fn unsupported(position: usize, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, position, message)
    }

    /// Adds the DETAIL line.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds the HINT line.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for QsqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for QsqlError {}
