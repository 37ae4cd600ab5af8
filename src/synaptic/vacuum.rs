//! `ambulkdelete` and `amvacuumcleanup`.

use super::maintain;
use super::pages::{Mode, PgPages};
use super::relation::tid;
use crate::error::OrRaise;
use pgrx::{AllocatedByPostgres, PgBox, pg_sys};
use synapse::Pages;

/// The statistics that PostgreSQL hands from call to call.
unsafe fn stats_of(stats: *mut pg_sys::IndexBulkDeleteResult) -> *mut pg_sys::IndexBulkDeleteResult {
    if stats.is_null() {
        // SAFETY: palloc0 of the struct's size.
        unsafe { pg_sys::palloc0(std::mem::size_of::<pg_sys::IndexBulkDeleteResult>()).cast() }
    } else {
        stats
    }
}

/// Removes the rows that `callback` calls dead.
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn ambulkdelete(
    info: *mut pg_sys::IndexVacuumInfo,
    stats: *mut pg_sys::IndexBulkDeleteResult,
    callback: pg_sys::IndexBulkDeleteCallback,
    state: *mut std::ffi::c_void,
) -> *mut pg_sys::IndexBulkDeleteResult {
    // SAFETY: PostgreSQL calls with an open, locked index and a callback that takes a row identifier.
    unsafe {
        let pages = PgPages::new((*info).index, Mode::Logged).for_vacuum((*info).strategy);
        let Some(callback) = callback else { return stats };
        let report = synapse::vacuum(&pages, &mut |row| {
            let mut item = tid::to_pg(row);
            pgrx::pg_sys::ffi::pg_guard_ffi_boundary(|| callback(&mut item, state))
        })
        .or_raise();
        let stats = stats_of(stats);
        (*stats).num_pages = pages.len();
        (*stats).tuples_removed += report.removed as f64;
        (*stats).num_index_tuples = report.remaining as f64;
        (*stats).estimated_count = false;
        stats
    }
}

/// Puts lists in order ([`maintain::after_vacuum`]); reports the index's size where no row had to be removed.
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn amvacuumcleanup(
    info: *mut pg_sys::IndexVacuumInfo,
    stats: *mut pg_sys::IndexBulkDeleteResult,
) -> *mut pg_sys::IndexBulkDeleteResult {
    // SAFETY: PostgreSQL calls with an open, locked index.
    unsafe {
        if (*info).analyze_only {
            return stats;
        }
        let fresh = stats.is_null();
        maintain::after_vacuum((*info).index, !fresh);
        let stats = stats_of(stats);
        let pages: PgBox<_, AllocatedByPostgres> = PgBox::from_pg(info);
        (*stats).num_pages =
            pg_sys::RelationGetNumberOfBlocksInFork(pages.index, pg_sys::ForkNumber::MAIN_FORKNUM);
        if fresh {
            (*stats).num_index_tuples = (*info).num_heap_tuples;
            (*stats).estimated_count = (*info).estimated_count;
        }
        stats
    }
}
