//! The hook behind parse analysis.
//!
//! A statement that was replaced is known to pg_stat_statements by what it has become: texts that differ in constants alone count
//! as one. It costs a look at the range table for statements that call no function in FROM. It has no state of its own beyond the hook
//! that stood here before.

use super::{callee, replace};
use pgrx::pg_sys;
use std::sync::OnceLock;

static PREVIOUS: OnceLock<pg_sys::post_parse_analyze_hook_type> = OnceLock::new();

/// Puts the hook in front of the one that is there; called once per process.
pub fn init() {
    // SAFETY: `_PG_init` runs in the only thread of the process.
    unsafe {
        if PREVIOUS.set(pg_sys::post_parse_analyze_hook).is_ok() {
            pg_sys::post_parse_analyze_hook = Some(after_parse_analysis);
            callee::init();
        }
    }
}

/// Replaces our calls in the query, then lets the others see what will really run.
#[pgrx::pg_guard]
unsafe extern "C-unwind" fn after_parse_analysis(
    pstate: *mut pg_sys::ParseState,
    query: *mut pg_sys::Query,
    jumble: *mut pg_sys::JumbleState,
) {
    // SAFETY: the server hands over a valid state and query; in binary upgrade the catalog is not ours to judge. No frame from
    // here to the calls in `server` holds a destructor.
    unsafe {
        let replaced =
            !pg_sys::IsBinaryUpgrade && replace::in_statement(query, pstate, replace::Place::Statement);
        if replaced && (*query).queryId != 0 {
            // What was computed is the identity of a call of qsql(), the same for every text.
            #[cfg(any(feature = "pg14", feature = "pg15"))]
            pg_sys::JumbleQuery(query, (*pstate).p_sourcetext);
            #[cfg(not(any(feature = "pg14", feature = "pg15")))]
            pg_sys::JumbleQuery(query);
            // Its constants are not those of the text that was sent, so that one is kept as it is.
            if let Some(jumble) = jumble.as_mut() {
                jumble.clocations_count = 0;
            }
        }
        if let Some(Some(previous)) = PREVIOUS.get() {
            previous(pstate, query, jumble);
        }
    }
}
