//! The one place where the engines' errors become PostgreSQL errors: SQLSTATE, message, DETAIL and HINT.

use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{PgLogLevel, PgSqlErrorCode, pg_sys};
use std::ffi::{CStr, c_char, c_int};
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

    /// The error about a character (from 1) of `query`, a text that the user wrote inside the statement. To be raised by
    /// [`PlacedReport::raise`].
    pub fn at(self, query: *const c_char, character: c_int) -> PlacedReport {
        PlacedReport {
            code: self.code as c_int,
            message: to_server(&self.message),
            detail: self.detail.as_deref().map_or(std::ptr::null_mut(), to_server),
            hint: self.hint.as_deref().map_or(std::ptr::null_mut(), to_server),
            query,
            character,
        }
    }
}

/// An error that points into a text of its own (`QUERY:` and the caret in psql). It owns nothing, its strings belong to the current
/// memory context: it is raised by a jump of the server's that runs no destructors, because a panic could not carry the position.
#[derive(Debug, Clone, Copy)]
pub struct PlacedReport {
    code: c_int,
    message: *mut c_char,
    detail: *mut c_char,
    hint: *mut c_char,
    query: *const c_char,
    character: c_int,
}

impl PlacedReport {
    /// Raises the error and does not return.
    ///
    /// # Safety
    /// No frame between here and the nearest guard (`#[pg_guard]`, `#[pg_extern]`) may hold a value with a destructor.
    pub unsafe fn raise(self) -> ! {
        unsafe extern "C-unwind" {
            fn errstart(level: c_int, domain: *const c_char) -> bool;
            fn errcode(code: c_int) -> c_int;
            fn errmsg_internal(format: *const c_char, ...) -> c_int;
            fn errdetail_internal(format: *const c_char, ...) -> c_int;
            fn errhint(format: *const c_char, ...) -> c_int;
            fn internalerrposition(position: c_int) -> c_int;
            fn internalerrquery(query: *const c_char) -> c_int;
            fn errfinish(file: *const c_char, line: c_int, function: *const c_char);
        }
        let format = c"%s".as_ptr();
        // SAFETY: the strings are C strings of the current memory context; `errfinish` jumps for an ERROR.
        unsafe {
            errstart(PgLogLevel::ERROR as c_int, std::ptr::null());
            errcode(self.code);
            errmsg_internal(format, self.message);
            if !self.detail.is_null() {
                errdetail_internal(format, self.detail);
            }
            if !self.hint.is_null() {
                errhint(format, self.hint);
            }
            if self.character > 0 {
                internalerrposition(self.character);
                internalerrquery(self.query);
            }
            errfinish(c"error.rs".as_ptr(), 0, c"qstore".as_ptr());
        }
        unreachable!("an ERROR report does not return")
    }
}

/// A palloc'ed C string in the database's encoding, cut at the first NUL.
pub fn to_server(text: &str) -> *mut c_char {
    // SAFETY: the copy is NUL-terminated; the result is the copy or its palloc'ed conversion.
    unsafe {
        let copy = pg_sys::palloc(text.len() + 1).cast::<u8>();
        std::ptr::copy_nonoverlapping(text.as_ptr(), copy, text.len());
        copy.add(text.len()).write(0);
        let length = CStr::from_ptr(copy.cast()).count_bytes() as c_int;
        pg_sys::pg_any_to_server(copy.cast(), length, pg_sys::pg_enc::PG_UTF8 as c_int)
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

impl From<qsql::QsqlError> for Report {
    fn from(error: qsql::QsqlError) -> Self {
        use qsql::ErrorKind::*;
        let code = match error.kind {
            Syntax => PgSqlErrorCode::ERRCODE_SYNTAX_ERROR,
            UndefinedTable => PgSqlErrorCode::ERRCODE_UNDEFINED_TABLE,
            UndefinedColumn => PgSqlErrorCode::ERRCODE_UNDEFINED_COLUMN,
            DatatypeMismatch => PgSqlErrorCode::ERRCODE_DATATYPE_MISMATCH,
            Unsupported => PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
            Ambiguous => PgSqlErrorCode::ERRCODE_AMBIGUOUS_COLUMN,
            TooComplex => PgSqlErrorCode::ERRCODE_STATEMENT_TOO_COMPLEX,
            Catalog => PgSqlErrorCode::ERRCODE_INTERNAL_ERROR,
        };
        Self { code, message: error.message, detail: error.detail, hint: error.hint }
    }
}
