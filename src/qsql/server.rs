//! Server functions declared without pgrx's guard.
//!
//! The guard turns an ERROR into a panic and back, which loses the cursor position, the internal query and the CONTEXT. These
//! declarations let the ERROR jump straight through, so **a frame that calls them must hold no value with a destructor**: what has
//! to live across such a call belongs to a memory context.

use pgrx::pg_sys;
use std::ffi::{c_char, c_int};

unsafe extern "C-unwind" {
    pub fn raw_parser(text: *const c_char, mode: pg_sys::RawParseMode::Type) -> *mut pg_sys::List;
    pub fn transformTopLevelStmt(
        pstate: *mut pg_sys::ParseState,
        stmt: *mut pg_sys::RawStmt,
    ) -> *mut pg_sys::Query;

    pub fn geterrposition() -> c_int;
    pub fn getinternalerrposition() -> c_int;
    pub fn errposition(position: c_int) -> c_int;
    pub fn internalerrposition(position: c_int) -> c_int;
    pub fn internalerrquery(query: *const c_char) -> c_int;

    pub fn SPI_connect() -> c_int;
    pub fn SPI_finish() -> c_int;
    pub fn SPI_prepare(text: *const c_char, count: c_int, types: *mut pg_sys::Oid) -> pg_sys::SPIPlanPtr;
    pub fn SPI_prepare_params(
        text: *const c_char,
        setup: pg_sys::ParserSetupHook,
        argument: *mut std::ffi::c_void,
        cursor_options: c_int,
    ) -> pg_sys::SPIPlanPtr;
    pub fn SPI_execute_plan_extended(
        plan: pg_sys::SPIPlanPtr,
        options: *const pg_sys::SPIExecuteOptions,
    ) -> c_int;
    pub fn SPI_execute_plan(
        plan: pg_sys::SPIPlanPtr,
        values: *mut pg_sys::Datum,
        nulls: *const c_char,
        read_only: bool,
        limit: std::ffi::c_long,
    ) -> c_int;
}

/// A string of the server as UTF-8. Raises an error if the database's encoding cannot be converted.
///
/// # Safety
/// `text` must be a valid C string in the database's encoding.
pub unsafe fn to_utf8(text: *const c_char) -> String {
    // SAFETY: as promised; the result is the argument itself or a palloc'ed copy, both NUL-terminated.
    unsafe {
        let length = std::ffi::CStr::from_ptr(text).count_bytes();
        let utf8 = pg_sys::pg_server_to_any(text, length as c_int, pg_sys::pg_enc::PG_UTF8 as c_int);
        std::ffi::CStr::from_ptr(utf8).to_string_lossy().into_owned()
    }
}
