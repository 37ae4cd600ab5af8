//! `amcostestimate`: what a scan for the rows that the query wants will read.
//!
//! A scan pays before its first row: it ranks the centroids, reads the pages of as many lists as the declared recall
//! demands, and fetches some table rows for exact distances. Further rows cost what the planner adds for fetching them.

use super::pages::{Mode, PgPages};
use super::{cache, options};
use pgrx::pg_sys;

/// Rows wanted where the query has no LIMIT that the planner knows.
const UNKNOWN_LIMIT: f64 = 10.0;

/// Table rows fetched for exact distances: so many for the first row and for each further one wanted.
const EXACT_BASE: f64 = 60.0;
const EXACT_PER_ROW: f64 = 3.0;

/// Scanning one code, in units of cpu_operator_cost: some nanoseconds beside the ~100 of a function call.
const CODE_COST: f64 = 0.02;

/// The access method's `amcostestimate`.
#[pgrx::pg_guard]
#[allow(clippy::too_many_arguments, reason = "PostgreSQL's signature")]
pub unsafe extern "C-unwind" fn amcostestimate(
    root: *mut pg_sys::PlannerInfo,
    path: *mut pg_sys::IndexPath,
    _loop_count: f64,
    startup: *mut pg_sys::Cost,
    total: *mut pg_sys::Cost,
    selectivity: *mut pg_sys::Selectivity,
    correlation: *mut f64,
    pages: *mut f64,
) {
    // SAFETY: PostgreSQL calls with a path over one of our indexes and places for the answers.
    unsafe {
        let info = (*path).indexinfo;
        *selectivity = 1.0;
        *correlation = 0.0;
        *pages = f64::from((*info).pages);
        if (*path).indexorderbys.is_null() {
            // without an ordering there is no scan
            *startup = f64::INFINITY;
            *total = f64::INFINITY;
            #[cfg(feature = "pg18")]
            {
                (*path).path.disabled_nodes = 2;
            }
            return;
        }
        let rows = (*info).tuples.max(1.0);
        let wanted = match (*root).limit_tuples {
            limit if limit > 0.0 => limit,
            _ => UNKNOWN_LIMIT,
        }
        .min(rows);

        let index = pg_sys::index_open((*info).indexoid, pg_sys::NoLock as pg_sys::LOCKMODE);
        let model = cache::model((*info).indexoid, &PgPages::new(index, Mode::Logged));
        let recall = options::recall(index);
        pg_sys::index_close(index, pg_sys::NoLock as pg_sys::LOCKMODE);
        let (lists, probes) = model
            .map_or((1.0, 1.0), |model| (model.lists() as f64, model.probes(recall, wanted as usize) as f64));

        let (mut random_page, mut sequential_page) = (0.0, 0.0);
        pg_sys::get_tablespace_page_costs((*info).reltablespace, &mut random_page, &mut sequential_page);
        let share = probes / lists;
        let list_pages = *pages * share;
        // a list's pages are read in runs
        let page_cost = probes * random_page + (list_pages - probes).max(0.0) * sequential_page;
        let code_cost = CODE_COST * pg_sys::cpu_operator_cost * (lists + rows * share);
        let exact_rows = (EXACT_BASE + EXACT_PER_ROW * wanted).min(rows);
        let heap_pages = f64::from((*(*info).rel).pages).max(1.0);
        let exact_pages = (2.0 * heap_pages * exact_rows / (2.0 * heap_pages + exact_rows)).min(heap_pages);
        let exact_cost =
            exact_pages * random_page + exact_rows * (pg_sys::cpu_tuple_cost + pg_sys::cpu_operator_cost);
        *startup = page_cost + code_cost + exact_cost;
        *total = *startup
            + *pages * (1.0 - share) * sequential_page
            + rows * (pg_sys::cpu_index_tuple_cost + pg_sys::cpu_operator_cost);
    }
}
