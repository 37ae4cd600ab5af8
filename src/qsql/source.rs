//! A QSQL text with its translation, and the way back from a place in the SQL to what the user wrote.

use super::catalog::ServerCatalog;
use super::server;
use crate::error::{PlacedReport, Report, to_server};
use crate::list;
use pgrx::PgMemoryContexts;
use pgrx::PgSqlErrorCode::*;
use pgrx::pg_sys::{self, ErrorContextCallback, List, Oid, RawStmt};
use std::ffi::{CStr, c_char, c_int, c_void};

/// Both texts. Belongs to the memory context that was current when it was made, so that an ERROR may jump over every frame
/// that refers to it.
pub struct Source {
    /// The SQL in the server's encoding.
    pub sql: *mut c_char,
    /// The QSQL in the server's encoding.
    qsql: *mut c_char,
    sql_utf8: String,
    qsql_utf8: String,
    map: qsql::SourceMap,
}

impl Source {
    /// Translates a text. `function` is the function of ours that it was given to: the extension's objects stand in its schema.
    /// Raises the translation's errors with their place in the text.
    ///
    /// # Safety
    /// `text` must be a C string of the server that lives as long as the memory context. As for [`PlacedReport::raise`], no
    /// frame above may hold a value with a destructor.
    pub unsafe fn translate(text: *mut c_char, function: Oid) -> &'static Self {
        // SAFETY: the result stays where it is until the memory context goes; callers use it within the statement.
        unsafe {
            match Self::try_translate(text, function) {
                Ok(source) => &*source,
                Err(report) => report.raise(),
            }
        }
    }

    unsafe fn try_translate(text: *mut c_char, function: Oid) -> Result<*mut Self, PlacedReport> {
        // SAFETY: as promised by the caller of `translate`.
        let qsql_utf8 = unsafe { server::to_utf8(text) };
        let rewritten = match rewrite(&qsql_utf8, function) {
            Ok(rewritten) => rewritten,
            Err(error) => {
                let place = error.position.map_or(0, |byte| qsql::character_position(&qsql_utf8, byte));
                return Err(Report::from(error).at(text, c_int::try_from(place).unwrap_or(0)));
            }
        };
        for notice in &rewritten.notices {
            pgrx::notice!("{notice}");
        }
        let sql = to_server(&rewritten.sql);
        let source = Self { sql, qsql: text, sql_utf8: rewritten.sql, qsql_utf8, map: rewritten.map };
        Ok(PgMemoryContexts::CurrentMemoryContext.leak_and_drop_on_delete(source))
    }

    /// A statement's location is the end of the one before it; this is where it really begins.
    fn skip_blanks(&self, location: c_int) -> c_int {
        // SAFETY: locations lie inside the C string.
        let rest = unsafe { CStr::from_ptr(self.sql.add(location.max(0) as usize)) };
        let blanks = rest.to_bytes().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        location + blanks as c_int
    }

    /// The character (from 1) of the QSQL that a character (from 1) of the SQL comes from; 0 if there is none.
    fn place(&self, character: c_int) -> c_int {
        usize::try_from(character)
            .ok()
            .and_then(|character| self.map.to_source_position(&self.sql_utf8, &self.qsql_utf8, character))
            .and_then(|place| c_int::try_from(place).ok())
            .unwrap_or(0)
    }

    /// Parses the SQL, which must be one statement.
    ///
    /// # Safety
    /// As for [`Self::translate`].
    pub unsafe fn parse(&'static self) -> *mut RawStmt {
        // SAFETY: the closure holds nothing; `members` is a list of statements.
        unsafe {
            let statements: *mut List =
                self.pointing(|| server::raw_parser(self.sql, pg_sys::RawParseMode::RAW_PARSE_DEFAULT));
            if let Some(statement) = list::only::<RawStmt>(statements) {
                return statement;
            }
            match list::members::<RawStmt>(statements).nth(1) {
                None => Report::new(ERRCODE_SYNTAX_ERROR, "the QSQL text is empty")
                    .hint("Write one statement between the dollar quotes.")
                    .at(self.qsql, 0)
                    .raise(),
                Some(second) => {
                    let location = self.skip_blanks((*second).stmt_location);
                    let report =
                        Report::new(ERRCODE_SYNTAX_ERROR, "the QSQL text holds more than one statement")
                            .hint("Send each statement in a call of its own.");
                    self.at_location(report, location).raise()
                }
            }
        }
    }

    /// The error about a place of the SQL that the server's parser named, with its place in the QSQL.
    pub fn at_location(&self, report: Report, location: c_int) -> PlacedReport {
        // SAFETY: `sql` is a C string; the function stops at its end.
        let before = unsafe { pg_sys::pg_mbstrlen_with_len(self.sql, location.max(0)) };
        let place = if location < 0 { 0 } else { self.place(before + 1) };
        report.at(self.qsql, place)
    }

    /// Runs `work`, which must hold nothing with a destructor, while errors about places in the SQL are made to point into the QSQL.
    ///
    /// # Safety
    /// As for [`Self::translate`]. `work` must only call functions of [`server`].
    pub unsafe fn pointing<R: Copy>(&'static self, work: impl FnOnce() -> R) -> R {
        let mut context = ErrorContextCallback {
            // SAFETY: only this thread touches the stack of contexts.
            previous: unsafe { pg_sys::error_context_stack },
            callback: Some(point_into_qsql),
            arg: std::ptr::from_ref(self).cast_mut().cast::<c_void>(),
        };
        // SAFETY: the entry stands on this frame and is taken off before the frame ends; an ERROR that jumps over the frame
        // lands in a handler that restores the stack as it was there.
        unsafe {
            pg_sys::error_context_stack = &raw mut context;
            let result = work();
            pg_sys::error_context_stack = context.previous;
            result
        }
    }
}

/// Error context: moves a position in the SQL into the QSQL, and shows the QSQL as the text that it is about.
unsafe extern "C-unwind" fn point_into_qsql(source: *mut c_void) {
    // SAFETY: `source` is the `Source` that `pointing` registered; the functions are made for error contexts.
    unsafe {
        let source = &*source.cast::<Source>();
        let direct = server::geterrposition();
        let place = if direct > 0 { direct } else { server::getinternalerrposition() };
        if place > 0 {
            server::errposition(0);
            server::internalerrposition(source.place(place));
            server::internalerrquery(source.qsql);
        }
    }
}

/// The translation, with string literals read as this session reads them.
fn rewrite(text: &str, function: Oid) -> Result<qsql::Rewritten, qsql::QsqlError> {
    // SAFETY: a setting of the session.
    let standard_conforming_strings = unsafe { pg_sys::standard_conforming_strings };
    let options = qsql::LexOptions { standard_conforming_strings };
    qsql::rewrite_with(text, &ServerCatalog::of_function(function), options)
}
