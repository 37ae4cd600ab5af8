//! The LIMIT above a scan, so that its first round asks for as many rows as the query wants.
//!
//! An access method is not told the LIMIT. After the executor has set up a plan that contains one of our scans, this hook
//! walks the plan from each LIMIT down through nodes that pass rows on one for one, and leaves the number in the scan.
//! Statements without such a scan pay one test of an empty list.

use super::scan;
use crate::list;
use pgrx::pg_sys;
use std::cell::RefCell;

thread_local! {
    /// Scans begun since the executor last started: nothing to do while there is none.
    static BEGUN: RefCell<Vec<pg_sys::IndexScanDesc>> = const { RefCell::new(Vec::new()) };
}

static mut PREVIOUS: pg_sys::ExecutorStart_hook_type = None;

/// A number of rows that a hint may not exceed: beyond it rounds grow by themselves.
const MOST: i64 = 100_000;

/// Installs the hook; called once per process from `_PG_init`.
pub fn init() {
    // SAFETY: libraries are initialised on the backend's one thread.
    unsafe {
        PREVIOUS = pg_sys::ExecutorStart_hook;
        pg_sys::ExecutorStart_hook = Some(executor_start);
    }
}

/// Notes that a scan of ours was begun.
pub fn scan_begun(scan: pg_sys::IndexScanDesc) {
    BEGUN.with_borrow_mut(|begun| begun.push(scan));
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn executor_start(query: *mut pg_sys::QueryDesc, flags: std::ffi::c_int) {
    // SAFETY: called by the executor with a query to start; the chain ends in PostgreSQL's own function.
    unsafe {
        BEGUN.with_borrow_mut(Vec::clear);
        match PREVIOUS {
            Some(previous) => pg_sys::ffi::pg_guard_ffi_boundary(|| previous(query, flags)),
            None => pg_sys::standard_ExecutorStart(query, flags),
        }
        let begun = BEGUN.take();
        if !begun.is_empty() {
            visit((*query).planstate, None, &begun);
        }
    }
}

/// Walks a plan; `bound` is the number of rows that the nodes above will take at most, `ours` the scans to be told.
///
/// # Safety
/// `state` must be null or a node of an initialised plan.
unsafe fn visit(state: *mut pg_sys::PlanState, bound: Option<i64>, ours: &[pg_sys::IndexScanDesc]) {
    use pg_sys::NodeTag::*;
    // SAFETY: a node's tag tells its type; child pointers are null or nodes.
    unsafe {
        let Some(node) = state.as_ref() else { return };
        for plans in [node.initPlan, node.subPlan] {
            for sub in list::members::<pg_sys::SubPlanState>(plans) {
                visit((*sub).planstate, None, ours);
            }
        }
        let passes = node.qual.is_null();
        match node.type_ {
            T_LimitState => visit(node.lefttree, limit_of(state), ours),
            T_ResultState | T_LockRowsState => visit(node.lefttree, bound.filter(|_| passes), ours),
            T_SubqueryScanState => {
                visit((*state.cast::<pg_sys::SubqueryScanState>()).subplan, bound.filter(|_| passes), ours);
            }
            T_AppendState => {
                let append = state.cast::<pg_sys::AppendState>();
                for i in 0..(*append).as_nplans as usize {
                    visit(*(*append).appendplans.add(i), bound, ours);
                }
            }
            T_MergeAppendState => {
                let append = state.cast::<pg_sys::MergeAppendState>();
                for i in 0..(*append).ms_nplans as usize {
                    visit(*(*append).mergeplans.add(i), bound, ours);
                }
            }
            T_IndexScanState => {
                let descriptor = (*state.cast::<pg_sys::IndexScanState>()).iss_ScanDesc;
                if let Some(rows) = bound
                    && ours.contains(&descriptor)
                {
                    scan::set_target(descriptor, rows as usize);
                }
            }
            _ => {
                visit(node.lefttree, None, ours);
                visit(node.righttree, None, ours);
            }
        }
    }
}

/// LIMIT + OFFSET where both are constants or parameters with a value.
unsafe fn limit_of(state: *mut pg_sys::PlanState) -> Option<i64> {
    // SAFETY: the caller checked the tag.
    unsafe {
        let plan = (*state).plan.cast::<pg_sys::Limit>();
        let parameters = (*(*state).state).es_param_list_info;
        let count = number((*plan).limitCount, parameters)?;
        let offset = if (*plan).limitOffset.is_null() { 0 } else { number((*plan).limitOffset, parameters)? };
        count.checked_add(offset).filter(|rows| (1..=MOST).contains(rows))
    }
}

/// The value of a bigint constant or external parameter.
unsafe fn number(node: *mut pg_sys::Node, parameters: pg_sys::ParamListInfo) -> Option<i64> {
    // SAFETY: a node's tag tells its type; a parameter's number is checked against the list.
    unsafe {
        match node.as_ref()?.type_ {
            pg_sys::NodeTag::T_Const => {
                let constant = &*node.cast::<pg_sys::Const>();
                (constant.consttype == pg_sys::INT8OID && !constant.constisnull)
                    .then(|| constant.constvalue.value() as i64)
            }
            pg_sys::NodeTag::T_Param => {
                let param = &*node.cast::<pg_sys::Param>();
                let list = parameters.as_ref()?;
                let i = usize::try_from(param.paramid - 1).ok().filter(|i| *i < list.numParams as usize)?;
                if param.paramkind != pg_sys::ParamKind::PARAM_EXTERN || list.paramFetch.is_some() {
                    return None;
                }
                let value = &list.params.as_slice(list.numParams as usize)[i];
                (value.ptype == pg_sys::INT8OID && !value.isnull).then(|| value.value.value() as i64)
            }
            _ => None,
        }
    }
}
