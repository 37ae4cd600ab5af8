//! `amcostestimate`: what a scan for the rows that the query wants will read.
//!
//! A scan pays before its first row: it ranks the centroids, reads the pages of as many lists as the declared recall
//! demands, and fetches some table rows, or full vectors where the index keeps them, for exact distances. Further rows cost the same work each, and what the planner adds for
//! fetching them.
//!
//! Conditions on filter columns make a scan reach farther, by as much as they admit less, and cost a comparison for each row of the
//! lists scanned. Without an ordering a scan reads all lists, and is worth considering only with conditions.

use super::pages::{Mode, PgPages};
use super::{cache, options, relation};
use pgrx::pg_sys;

/// Rows wanted where the query has no LIMIT that the planner knows.
const UNKNOWN_LIMIT: f64 = 10.0;

/// Table rows fetched for exact distances: so many for the first row and for each further one wanted.
const EXACT_BASE: f64 = 5.0;
const EXACT_PER_ROW: f64 = 1.5;

/// Refinement codes read for each row wanted, and the cost of one in units of cpu_operator_cost.
const REFINED_PER_ROW: f64 = 30.0;
const REFINED_COST: f64 = 0.1;

/// A further row, in units of cpu_operator_cost: its code and refinement code, the table row for its exact distance, and its part
/// of the search's having begun anew to look farther.
const FURTHER_ROW_COST: f64 = 18.0;

/// Bytes of a piece of a value in a TOAST table (TOAST_MAX_CHUNK_SIZE for pages of 8 kB).
const TOAST_CHUNK: f64 = 1996.0;

/// Comparing one row's key with a condition, in units of cpu_operator_cost.
const CONDITION_COST: f64 = 0.01;

/// Entries of a row in an index whose rows have second entries.
const ENTRIES_SPILLED: f64 = 1.8;

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
        let conditions = pg_sys::get_quals_from_indexclauses((*path).indexclauses);
        *selectivity = pg_sys::clauselist_selectivity(
            root,
            conditions,
            (*(*info).rel).relid as i32,
            pg_sys::JoinType::JOIN_INNER,
            std::ptr::null_mut(),
        );
        let conditions = conditions.as_ref().map_or(0.0, |list| f64::from(list.length));
        *correlation = 0.0;
        *pages = f64::from((*info).pages);
        if (*path).indexorderbys.is_null() && conditions == 0.0 {
            // every row in no order: never better than the table itself
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
        .min((rows * *selectivity).max(1.0));
        // of the rows handed out the executor drops those that fail the conditions left to it
        let wanted = wanted * (rows * *selectivity / (*(*info).rel).rows.max(1.0)).max(1.0);
        // of all rows, so many are as near as those wanted
        let reached = (wanted / (*selectivity).max(1e-9)).min(rows);

        let index = pg_sys::index_open((*info).indexoid, pg_sys::NoLock as pg_sys::LOCKMODE);
        let model = cache::model((*info).indexoid, &PgPages::new(index, Mode::Logged));
        let recall = options::recall(index);
        let kind = relation::operator_class(index).kind;
        let (lists, probes, rows_per_page, value_bytes, kept_bytes, entries) =
            model.map_or((1.0, 1.0, 32.0, 0.0, 0.0, rows), |model| {
                (
                    model.lists() as f64,
                    model.probes(recall, reached as usize) as f64,
                    model.rows_per_page() as f64,
                    kind.value_bytes(model.dims()),
                    model.vector_bytes() as f64,
                    rows * if model.spills() { ENTRIES_SPILLED } else { 1.0 },
                )
            });

        pg_sys::index_close(index, pg_sys::NoLock as pg_sys::LOCKMODE);
        let (mut random_page, mut sequential_page) = (0.0, 0.0);
        pg_sys::get_tablespace_page_costs((*info).reltablespace, &mut random_page, &mut sequential_page);
        let ordered = !(*path).indexorderbys.is_null();
        let share = if ordered { probes / lists } else { 1.0 };
        let tested = entries * pg_sys::cpu_operator_cost * CONDITION_COST * conditions;
        // the pages of the codes; of those of the refinement codes a list's part of one
        let list_pages = (entries / rows_per_page).max(lists).min(*pages) * share;
        // a list's pages are read in runs
        let page_cost = lists * share * random_page + list_pages.max(lists * share) * sequential_page;
        if !ordered {
            *startup = page_cost / lists;
            *total = page_cost + tested + rows * *selectivity * pg_sys::cpu_index_tuple_cost;
            return;
        }
        let refined = (REFINED_PER_ROW * wanted).min(entries * share);
        let code_cost = pg_sys::cpu_operator_cost
            * (CODE_COST * (lists + entries * share) + REFINED_COST * refined)
            + tested * share;
        let exact_rows = (EXACT_BASE + EXACT_PER_ROW * wanted).min(rows);
        let heap = (*info).rel;
        let heap_pages = f64::from((*heap).pages).max(1.0);
        let exact_pages = if kept_bytes > 0.0 {
            // a vector on the index's pages begins anywhere on one
            let each = kept_bytes / f64::from(pg_sys::BLCKSZ);
            (exact_rows * (1.0 + each)).min(1.0 + rows * each)
        } else {
            (2.0 * heap_pages * exact_rows / (2.0 * heap_pages + exact_rows)).min(heap_pages)
        };
        let exact_cost =
            exact_pages * random_page + exact_rows * (pg_sys::cpu_tuple_cost + pg_sys::cpu_operator_cost);
        *startup = page_cost + code_cost + exact_cost;
        *total = *startup
            + *pages * (1.0 - share) * sequential_page
            + tested * (1.0 - share)
            + rows
                * *selectivity
                * (pg_sys::cpu_index_tuple_cost + FURTHER_ROW_COST * pg_sys::cpu_operator_cost);
        let table_rows = (*heap).tuples.max(1.0);
        // where a row's share of the table's pages is less than its value, the value is in the TOAST table
        if value_bytes > heap_pages * f64::from(pg_sys::BLCKSZ) / table_rows {
            let counted = heap_pages * sequential_page + table_rows * pg_sys::cpu_tuple_cost;
            let compared = (*heap).rows.min(table_rows);
            let scale = counted / (counted + compared * outside_cost(value_bytes, sequential_page));
            *startup *= scale;
            *total *= scale;
        }
    }
}

/// What reading one value from the TOAST table costs. The planner leaves it out of a sequential scan with a sort, which reads that of every
/// row that passes the conditions; our costs are made smaller in the same proportion, so that the two compare as they would if it counted.
fn outside_cost(value_bytes: f64, sequential_page: f64) -> f64 {
    let chunks = (value_bytes / TOAST_CHUNK).ceil();
    // SAFETY: plain settings.
    let per_chunk = unsafe { pg_sys::cpu_index_tuple_cost + pg_sys::cpu_tuple_cost };
    value_bytes / f64::from(pg_sys::BLCKSZ) * sequential_page + chunks * per_chunk
}
