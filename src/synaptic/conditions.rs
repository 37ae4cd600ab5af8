//! Conditions of an ordered scan that PostgreSQL's own matching leaves to the executor.
//!
//! `column = ANY (array)`, also written `IN`: PostgreSQL (to version 16) does not combine it with an ordering on any but an index's first
//! column, because a B-tree's order would be lost. Ours is not. `column`, `NOT column` and `column IS TRUE` of a boolean:
//! it matches them only for its own operator families. For each path that it made over one of our indexes in the order of
//! a distance this hook adds the one that tests these conditions, too, and lets the costs decide.

use super::cost;
use crate::list;
use pgrx::pg_sys;
use std::ffi::c_int;

static mut PREVIOUS: pg_sys::set_rel_pathlist_hook_type = None;

/// Installs the hook; called once per process from `_PG_init`.
pub fn init() {
    // SAFETY: libraries are initialised on the backend's one thread.
    unsafe {
        PREVIOUS = pg_sys::set_rel_pathlist_hook;
        pg_sys::set_rel_pathlist_hook = Some(set_rel_pathlist);
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn set_rel_pathlist(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    index: pg_sys::Index,
    entry: *mut pg_sys::RangeTblEntry,
) {
    // SAFETY: called by the planner with a base relation and its paths.
    unsafe {
        if let Some(previous) = PREVIOUS {
            pg_sys::ffi::pg_guard_ffi_boundary(|| previous(root, rel, index, entry));
        }
        // add_path changes the list
        let ours: Vec<*mut pg_sys::IndexPath> =
            list::members::<pg_sys::Path>((*rel).pathlist).filter_map(|path| ours(path)).collect();
        for path in ours {
            add_conditions(root, rel, path);
        }
    }
}

/// A path over one of our indexes in the order of a distance, not parameterised.
///
/// # Safety
/// `path` must be a path.
unsafe fn ours(path: *mut pg_sys::Path) -> Option<*mut pg_sys::IndexPath> {
    // SAFETY: a node's tag tells its type.
    unsafe {
        if (*path).type_ != pg_sys::NodeTag::T_IndexPath || !(*path).param_info.is_null() {
            return None;
        }
        let path = path.cast::<pg_sys::IndexPath>();
        let estimate = (*(*path).indexinfo).amcostestimate.map(|function| function as usize);
        let ours = cost::amcostestimate as *const () as usize;
        (estimate == Some(ours) && !(*path).indexorderbys.is_null()).then_some(path)
    }
}

/// Adds the path that tests more conditions than this one, if there are any.
unsafe fn add_conditions(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    path: *mut pg_sys::IndexPath,
) {
    // SAFETY: the planner's structures are valid while it runs; the lists of the new path are its own.
    unsafe {
        let index = (*path).indexinfo;
        let mut clauses = pg_sys::list_copy((*path).indexclauses);
        let before = list::len(clauses);
        for rinfo in list::members::<pg_sys::RestrictInfo>((*index).indrestrictinfo) {
            let Some((column, qual)) = matching_column(root, rel, index, rinfo) else { continue };
            let known = |clause: *mut pg_sys::IndexClause| (*clause).rinfo == rinfo;
            if list::members::<pg_sys::IndexClause>(clauses).any(known) {
                continue;
            }
            let clause = list::make::<pg_sys::IndexClause>(pg_sys::NodeTag::T_IndexClause);
            (*clause).rinfo = rinfo;
            (*clause).indexquals = list::of(&[qual]);
            (*clause).indexcol = column as pg_sys::AttrNumber;
            // clauses stand in the order of the columns
            let place = list::members::<pg_sys::IndexClause>(clauses)
                .take_while(|other| (**other).indexcol <= (*clause).indexcol)
                .count();
            clauses = pg_sys::list_insert_nth(clauses, place as c_int, clause.cast());
        }
        if list::len(clauses) > before {
            let path = pg_sys::create_index_path(
                root,
                index,
                clauses,
                (*path).indexorderbys,
                (*path).indexorderbycols,
                (*path).path.pathkeys,
                (*path).indexscandir,
                false,
                std::ptr::null_mut(),
                1.0,
                false,
            );
            pg_sys::add_path(rel, path.cast());
        }
    }
}

/// The filter column, from 0 over all columns, that a condition is on, and the condition as the index takes it.
unsafe fn matching_column(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    index: *mut pg_sys::IndexOptInfo,
    rinfo: *mut pg_sys::RestrictInfo,
) -> Option<(usize, *mut pg_sys::RestrictInfo)> {
    // SAFETY: as above.
    unsafe {
        if (*rinfo).pseudoconstant || !pg_sys::restriction_is_securely_promotable(rinfo, rel) {
            return None;
        }
        match any_column(root, rel, index, (*rinfo).clause) {
            Some(column) => Some((column, rinfo)),
            None => {
                let (column, clause) = boolean_column(index, (*rinfo).clause.cast())?;
                Some((column, simple_restrictinfo(root, clause)))
            }
        }
    }
}

/// The column of a condition `column operator ANY (array)`, as match_saopclause_to_indexcol decides it.
unsafe fn any_column(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    index: *mut pg_sys::IndexOptInfo,
    clause: *mut pg_sys::Expr,
) -> Option<usize> {
    // SAFETY: as above; the arrays have an element for each key column.
    unsafe {
        let clause = clause.cast::<pg_sys::ScalarArrayOpExpr>();
        if (*clause).xpr.type_ != pg_sys::NodeTag::T_ScalarArrayOpExpr || !(*clause).useOr {
            return None;
        }
        let mut arguments = list::members::<pg_sys::Node>((*clause).args);
        let (left, right) = (arguments.next()?, arguments.next()?);
        if pg_sys::bms_is_member((*rel).relid as c_int, pg_sys::pull_varnos(root, right))
            || pg_sys::contain_volatile_functions(right)
        {
            return None;
        }
        (1..(*index).nkeycolumns as usize).find(|column| {
            let collation = *(*index).indexcollations.add(*column);
            pg_sys::match_index_to_operand(left, *column as c_int, index)
                && (collation == pg_sys::InvalidOid || collation == (*clause).inputcollid)
                && pg_sys::op_in_opfamily((*clause).opno, *(*index).opfamily.add(*column))
        })
    }
}

/// The column of a condition that is a boolean, and the condition as a comparison, as match_boolean_index_clause decides it.
unsafe fn boolean_column(
    index: *mut pg_sys::IndexOptInfo,
    clause: *mut pg_sys::Node,
) -> Option<(usize, *mut pg_sys::Expr)> {
    // SAFETY: as above.
    unsafe {
        let (operand, value) = match (*clause).type_ {
            pg_sys::NodeTag::T_BoolExpr => {
                let not = &*clause.cast::<pg_sys::BoolExpr>();
                if not.boolop != pg_sys::BoolExprType::NOT_EXPR {
                    return None;
                }
                (list::members::<pg_sys::Node>(not.args).next()?, false)
            }
            pg_sys::NodeTag::T_BooleanTest => {
                let test = &*clause.cast::<pg_sys::BooleanTest>();
                let value = match test.booltesttype {
                    pg_sys::BoolTestType::IS_TRUE => true,
                    pg_sys::BoolTestType::IS_FALSE => false,
                    _ => return None,
                };
                (test.arg.cast(), value)
            }
            _ => (clause, true),
        };
        let column = (1..(*index).nkeycolumns as usize).find(|column| {
            *(*index).opcintype.add(*column) == pg_sys::BOOLOID
                && pg_sys::match_index_to_operand(operand, *column as c_int, index)
        })?;
        let comparison = pg_sys::make_opclause(
            pg_sys::Oid::from(pg_sys::BooleanEqualOperator),
            pg_sys::BOOLOID,
            false,
            operand.cast(),
            pg_sys::makeBoolConst(value, false).cast(),
            pg_sys::InvalidOid,
            pg_sys::InvalidOid,
        );
        Some((column, comparison))
    }
}

/// PostgreSQL's macro make_simple_restrictinfo.
unsafe fn simple_restrictinfo(
    root: *mut pg_sys::PlannerInfo,
    clause: *mut pg_sys::Expr,
) -> *mut pg_sys::RestrictInfo {
    let none = std::ptr::null_mut();
    // SAFETY: no relations beyond those of the clause are given.
    unsafe {
        #[cfg(any(feature = "pg14", feature = "pg15"))]
        return pg_sys::make_restrictinfo(root, clause, true, false, false, 0, none, none, none);
        #[cfg(not(any(feature = "pg14", feature = "pg15")))]
        return pg_sys::make_restrictinfo(root, clause, true, false, false, false, 0, none, none, none);
    }
}
