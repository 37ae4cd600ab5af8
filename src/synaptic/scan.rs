//! `ambeginscan`, `amrescan`, `amgettuple`, `amendscan`: rows in the order of their distance.
//!
//! The engine orders candidates by exact distances to the vectors in the table, so the scan fetches table rows itself,
//! under the query's snapshot. A row that the snapshot does not see, or that fails a condition, is no candidate. Conditions on
//! filter columns reach the engine as far as keys tell. Where the index keeps full vectors the scan only looks whether a row may count;
//! one that the executor then drops makes it ask for another, and the search goes on.

use super::heap_rows::HeapRows;
use super::keys::Column;
use super::pages::{Mode, PgPages};
use super::quals::Quals;
use super::row_memory::RowMemory;
use super::value::{OperatorClass, Value};
use super::{cache, limit, options, relation};
use crate::error::{OrRaise, Report};
use pgrx::PgSqlErrorCode::{ERRCODE_FEATURE_NOT_SUPPORTED, ERRCODE_INTERNAL_ERROR};
use pgrx::{PgMemoryContexts, pg_sys};
use synapse::{Filter, Rows, Search, Tid, Vector};

/// What a scan keeps between calls.
struct ScanState {
    /// None until the first row is asked for, and while the index has no vectors.
    search: Option<Search>,
    class: OperatorClass,
    query: Option<Vector>,
    /// The recall that the query asks for, before that of the index and the session.
    recall: Option<f64>,
    quals: Quals,
    /// For the arrays that the conditions were given, if there are any conditions.
    arguments: Option<RowMemory>,
    started: bool,
    /// Rows that the query takes at most, where a LIMIT says so.
    target: Option<usize>,
    rows: Option<HeapRows>,
    /// Rows of an index that has no vectors yet: NULLs, in no order.
    nulls: Vec<Tid>,
}

/// The access method's `ambeginscan`.
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn ambeginscan(
    index: pg_sys::Relation,
    keys: std::ffi::c_int,
    orderbys: std::ffi::c_int,
) -> pg_sys::IndexScanDesc {
    // SAFETY: PostgreSQL calls with an open index; the state is freed with the memory context of the scan, also on error.
    unsafe {
        let scan = pg_sys::RelationGetIndexScan(index, keys, orderbys);
        let state = ScanState {
            search: None,
            class: relation::operator_class(index),
            query: None,
            recall: None,
            quals: Quals::default(),
            arguments: (keys > 0).then(|| RowMemory::new()),
            started: false,
            target: None,
            rows: None,
            nulls: Vec::new(),
        };
        limit::scan_begun(scan);
        (*scan).opaque = PgMemoryContexts::CurrentMemoryContext.leak_and_drop_on_delete(state).cast();
        scan
    }
}

/// Tells a scan how many rows its query takes at most.
///
/// # Safety
/// `scan` must be an open scan of `ambeginscan`.
pub unsafe fn set_target(scan: pg_sys::IndexScanDesc, rows: usize) {
    // SAFETY: as promised.
    unsafe { (*(*scan).opaque.cast::<ScanState>()).target = Some(rows) };
}

/// The access method's `amrescan`.
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn amrescan(
    scan: pg_sys::IndexScanDesc,
    keys: pg_sys::ScanKey,
    key_count: std::ffi::c_int,
    orderbys: pg_sys::ScanKey,
    orderby_count: std::ffi::c_int,
) {
    // SAFETY: PostgreSQL calls with a scan of `ambeginscan` and arrays of the stated lengths.
    unsafe {
        if !keys.is_null() && key_count > 0 {
            std::ptr::copy(keys, (*scan).keyData, key_count as usize);
        }
        if !orderbys.is_null() && orderby_count > 0 {
            std::ptr::copy(orderbys, (*scan).orderByData, orderby_count as usize);
        }
        let state = &mut *(*scan).opaque.cast::<ScanState>();
        state.started = false;
        if let Some(arguments) = state.arguments {
            state.quals = arguments.refill(|| Quals::read((*scan).keyData, (*scan).numberOfKeys as usize));
        }
        state.query = None;
        state.recall = None;
        if (*scan).numberOfOrderBys > 0 {
            let key = &*(*scan).orderByData;
            if key.sk_flags & pg_sys::SK_ISNULL as i32 == 0 {
                let value = Value::from_datum(state.class.kind, key.sk_argument);
                state.query = Some(value.as_ref().to_vector());
                state.recall = value.recall();
            }
        }
    }
}

/// The access method's `amgettuple`.
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn amgettuple(
    scan: pg_sys::IndexScanDesc,
    direction: pg_sys::ScanDirection::Type,
) -> bool {
    // SAFETY: PostgreSQL calls with a scan of `ambeginscan` that was rescanned.
    unsafe {
        if direction != pg_sys::ScanDirection::ForwardScanDirection {
            Report::new(ERRCODE_FEATURE_NOT_SUPPORTED, "a synaptic index cannot be scanned backwards")
                .raise();
        }
        let index = (*scan).indexRelation;
        let pages = PgPages::new(index, Mode::Logged);
        let state = &mut *(*scan).opaque.cast::<ScanState>();
        if !state.started {
            count_scan(index);
            start(state, index, &pages);
        }
        let Some(search) = &mut state.search else {
            let found = state.nulls.pop();
            return hand_out(scan, found);
        };
        if state.rows.is_none() {
            state.rows = Some(HeapRows::open((*scan).heapRelation, index, (*scan).xs_snapshot));
        }
        let Some(rows) = &mut state.rows else {
            Report::new(ERRCODE_INTERNAL_ERROR, "the table of the index is not open").raise()
        };
        let (class, query, quals) = (state.class, state.query.as_ref(), &state.quals);
        let mut exact = Compared { rows, class, query, quals };
        let found = search.next(&pages, &mut exact).or_raise();
        if let Some(tid) = found {
            rows.hand_over((*scan).xs_heapfetch, tid);
        }
        hand_out(scan, found)
    }
}

/// The table's rows, compared with the query of a scan.
struct Compared<'a> {
    rows: &'a mut HeapRows,
    class: OperatorClass,
    query: Option<&'a Vector>,
    quals: &'a Quals,
}

impl Rows for Compared<'_> {
    fn score(&mut self, tid: Tid) -> Option<f32> {
        self.rows.score(self.class, self.query?, self.quals, tid)
    }

    fn counts(&mut self, tid: Tid) -> bool {
        self.rows.counts(self.quals, tid)
    }

    fn prefetch(&self, tid: Tid, near: bool) {
        self.rows.prefetch(tid, near);
    }

    fn prefetch_page(&self, tid: Tid) {
        self.rows.prefetch_page(tid);
    }
}

unsafe fn hand_out(scan: pg_sys::IndexScanDesc, found: Option<Tid>) -> bool {
    let Some(tid) = found else { return false };
    // SAFETY: the caller's scan.
    unsafe {
        (*scan).xs_heaptid = relation::tid::to_pg(tid);
        // rows that come without a score have not been looked at
        (*scan).xs_recheck = (*scan).numberOfKeys > 0;
        (*scan).xs_recheckorderby = false;
    }
    true
}

/// # Safety
/// `index` must be open.
unsafe fn start(state: &mut ScanState, index: pg_sys::Relation, pages: &PgPages) {
    state.started = true;
    // SAFETY: as promised.
    let (oid, recall) = unsafe { ((*index).rd_id, state.recall.unwrap_or_else(|| options::recall(index))) };
    let Some(model) = cache::model(oid, pages) else {
        state.search = None;
        state.nulls = synapse::null_rows(pages).or_raise();
        return;
    };
    let reusable = state.search.as_ref().is_some_and(|search| std::rc::Rc::ptr_eq(search.model(), &model));
    if !reusable {
        state.search = Some(Search::new(model));
    }
    if let Some(search) = &mut state.search {
        let filter = match state.quals.is_empty() {
            true => Filter::default(),
            // SAFETY: as promised.
            false => unsafe { state.quals.filter(&Column::of_index(index)) },
        };
        let query = state.query.as_ref().map(Vector::as_ref);
        search.start_filtered(query, recall, state.target, filter).or_raise();
    }
}

/// Counts the scan in pg_stat_user_indexes (PostgreSQL's macro pgstat_count_index_scan).
unsafe fn count_scan(index: pg_sys::Relation) {
    // SAFETY: the index is open; pgstat_info is null where statistics are off.
    unsafe {
        if let Some(info) = (*index).pgstat_info.as_mut() {
            #[cfg(any(feature = "pg14", feature = "pg15"))]
            {
                info.t_counts.t_numscans += 1;
            }
            #[cfg(not(any(feature = "pg14", feature = "pg15")))]
            {
                info.counts.numscans += 1;
            }
        }
    }
}

/// The access method's `amendscan`.
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn amendscan(scan: pg_sys::IndexScanDesc) {
    // SAFETY: PostgreSQL calls once with a scan of `ambeginscan`.
    unsafe {
        let state = &mut *(*scan).opaque.cast::<ScanState>();
        if let Some(rows) = state.rows.take() {
            rows.close();
        }
        if let Some(search) = state.search.take() {
            let stats = search.stats();
            pgrx::debug1!(
                "synaptic scan: {} rounds, {} lists, {} rows, {} codes, {} refined, {} exact distances",
                stats.rounds,
                stats.lists,
                stats.codes,
                stats.admitted,
                stats.refined,
                stats.exact
            );
        }
    }
}
