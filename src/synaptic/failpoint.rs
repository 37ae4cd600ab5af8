//! A crash on demand, for the tests of recovery; compiled in development builds only.
//!
//! `SET qstore.debug_crash_at = 'Rows:3'` ends the backend without a word after the third change of pages of the step [`Step::Rows`]
//! that its process makes, once that change is safe in the WAL: the server restarts and replays up to exactly there. Generic WAL makes a
//! change whole or not at all, so these are the states that a crash at any moment can leave.
//! `SHOW qstore.debug_steps` tells how many changes of each step this process has made: `EmptyIndex=0 … Rows=17 …`.

use pgrx::guc::{GucContext, GucFlags, GucRegistry, GucSetting};
use pgrx::pg_sys;
use std::ffi::{CString, c_char};
use std::sync::atomic::{AtomicU32, Ordering};
use synapse::Step;

static CRASH_AT: GucSetting<Option<CString>> = GucSetting::<Option<CString>>::new(None);

/// Changes that this process has made, by step.
static CHANGES: [AtomicU32; Step::ALL.len()] = [const { AtomicU32::new(0) }; Step::ALL.len()];

/// The value of `qstore.debug_steps`, which nobody sets.
static mut STEPS: *mut c_char = std::ptr::null_mut();

/// Registers the settings; called once per process from `_PG_init`.
pub fn init() {
    GucRegistry::define_string_guc(
        c"qstore.debug_crash_at",
        c"Step and number of the index page change after which this backend crashes the server, as in 'Rows:3'.",
        c"Exists in development builds only, for tests of crash recovery.",
        &CRASH_AT,
        GucContext::Suset,
        GucFlags::NO_SHOW_ALL,
    );
    // SAFETY: static strings and a static place for the value.
    unsafe {
        pg_sys::DefineCustomStringVariable(
            c"qstore.debug_steps".as_ptr(),
            c"Number of index page changes of each step that this backend has made.".as_ptr(),
            c"Exists in development builds only, for tests of crash recovery.".as_ptr(),
            &raw mut STEPS,
            c"".as_ptr(),
            pg_sys::GucContext::PGC_INTERNAL,
            pg_sys::GUC_NO_SHOW_ALL as i32,
            None,
            None,
            Some(show_steps),
        );
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn show_steps() -> *const c_char {
    let counts = CHANGES.iter().map(|changes| changes.load(Ordering::Relaxed));
    let steps: Vec<String> =
        Step::ALL.iter().zip(counts).map(|(step, count)| format!("{step:?}={count}")).collect();
    let text = CString::new(steps.join(" ")).unwrap_or_default();
    // SAFETY: copies a string into the present memory context.
    unsafe { pg_sys::pstrdup(text.as_ptr()) }
}

/// A change was made; ends the process if it was the one waited for.
pub fn changed(step: Step) {
    let number = CHANGES[step as usize].fetch_add(1, Ordering::Relaxed) + 1;
    let crash_at = CRASH_AT.get();
    if crash_at.is_some_and(|at| at.to_str() == Ok(&format!("{step:?}:{number}"))) {
        // SAFETY: flushes what this process has logged so far; `_exit` runs no handler, as in a crash.
        unsafe {
            if pg_sys::XactLastRecEnd != 0 {
                pg_sys::XLogFlush(pg_sys::XactLastRecEnd);
            }
            libc::_exit(2);
        }
    }
}
