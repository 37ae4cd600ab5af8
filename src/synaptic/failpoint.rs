//! A crash on demand, for the tests of recovery; compiled in development builds only.
//!
//! `SET qstore.debug_crash_after_change = n` ends the backend without a word after its n-th change of pages from then on, once
//! that change is safe in the WAL: the server restarts and replays up to exactly there. Generic WAL makes a change whole or not at
//! all, so these are the states that a crash at any moment can leave.

use pgrx::guc::{GucContext, GucFlags, GucRegistry, GucSetting};
use pgrx::pg_sys;
use std::sync::atomic::{AtomicI32, Ordering};

static CRASH_AFTER: GucSetting<i32> = GucSetting::<i32>::new(0);

/// Changes since the setting was last 0.
static CHANGES: AtomicI32 = AtomicI32::new(0);

/// Registers the setting; called once per process from `_PG_init`.
pub fn init() {
    GucRegistry::define_int_guc(
        c"qstore.debug_crash_after_change",
        c"Number of the index page change after which this backend crashes the server, 0 for never.",
        c"Exists in development builds only, for tests of crash recovery.",
        &CRASH_AFTER,
        0,
        i32::MAX,
        GucContext::Suset,
        GucFlags::NO_SHOW_ALL,
    );
}

/// A change was made; ends the process if it was the one waited for.
pub fn changed() {
    let crash_after = CRASH_AFTER.get();
    if crash_after == 0 {
        CHANGES.store(0, Ordering::Relaxed);
        return;
    }
    if CHANGES.fetch_add(1, Ordering::Relaxed) + 1 == crash_after {
        // SAFETY: flushes what this process has logged so far; `_exit` runs no handler, as in a crash.
        unsafe {
            if pg_sys::XactLastRecEnd != 0 {
                pg_sys::XLogFlush(pg_sys::XactLastRecEnd);
            }
            libc::_exit(2);
        }
    }
}
