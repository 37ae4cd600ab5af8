//! The one place where the engines' errors become PostgreSQL errors: SQLSTATE, message, DETAIL and HINT.

use pgrx::PgLogLevel;
use pgrx::PgSqlErrorCode::{self, *};
use pgrx::pg_sys::panic::ErrorReport;
use std::fmt::Display;

/// An error as the user sees it. Build it with [`Report::new`], raise it with [`Report::raise`].
#[derive(Debug)]
pub struct Report {
    code: PgSqlErrorCode,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
}

impl Report {
    /// An error with its SQLSTATE and primary message.
    pub fn new(code: PgSqlErrorCode, message: impl Display) -> Self {
        Self { code, message: message.to_string(), detail: None, hint: None }
    }

    /// Adds the DETAIL line: the facts behind the message.
    pub fn detail(mut self, detail: impl Display) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// Adds the HINT line: what to do about it.
    pub fn hint(mut self, hint: impl Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// Raises the error and does not return: the statement ends, destructors on the Rust stack run.
    #[track_caller]
    pub fn raise(self) -> ! {
        let mut report = ErrorReport::new(self.code, self.message, "qstore");
        if let Some(detail) = self.detail {
            report = report.set_detail(detail);
        }
        if let Some(hint) = self.hint {
            report = report.set_hint(hint);
        }
        report.report(PgLogLevel::ERROR);
        unreachable!("an ERROR report does not return")
    }
}

impl From<synapse::Error> for Report {
    fn from(error: synapse::Error) -> Self {
        use synapse::Error::*;
        let message = error.to_string();
        match error {
            Corrupt { .. } => Self::new(ERRCODE_INDEX_CORRUPTED, message).hint("REINDEX the index."),
            Version { .. } => Self::new(ERRCODE_INDEX_CORRUPTED, message)
                .hint("REINDEX the index, or use the version of qstore that wrote it."),
            Dimensions { .. } => Self::new(ERRCODE_DATA_EXCEPTION, message)
                .detail("All vectors of a synaptic index have the same number of dimensions.")
                .hint("Declare the column as vector(n), or index an expression or a part of the rows."),
            TooWide { .. } => Self::new(ERRCODE_PROGRAM_LIMIT_EXCEEDED, message),
        }
    }
}

/// Unwraps an engine's result or raises its error as a PostgreSQL error.
pub trait OrRaise<T> {
    /// The value, or no return.
    fn or_raise(self) -> T;
}

impl<T, E: Into<Report>> OrRaise<T> for Result<T, E> {
    #[track_caller]
    fn or_raise(self) -> T {
        match self {
            Ok(value) => value,
            Err(error) => error.into().raise(),
        }
    }
}
