//! The order of scores as the order of distances, which a synaptic index can give.
//!
//! `ORDER BY NEUROMATCH(v, q) DESC` becomes `ORDER BY v <=> q`, and `WHERE NEUROMATCH(v, q) > x LIMIT k` without an order gets it: any k
//! rows are an answer, so the best ones are. The conditions stay as they are. Rows without a vector have no score and come last.

use super::callee::{self, Callee};
use crate::list;
use pgrx::pg_sys::{
    self, BoolExpr, CmdType, Expr, FuncExpr, List, Node, NodeTag, Oid, OpExpr, Query, SortGroupClause,
    TargetEntry,
};

/// Operators of `float8`, and the type, by the numbers that the server's sources fix.
const EQUAL: u32 = 670;
const LESS: u32 = 672;
const GREATER: u32 = 674;
const GREATER_OR_EQUAL: u32 = 675;

/// Gives a query the order of distances where it asks for the best scores. Looks at nothing where there is no ORDER BY and no LIMIT.
///
/// # Safety
/// `query` must be valid and not yet planned; no frame above may hold a value with a destructor.
pub unsafe fn by_distance(query: *mut Query) {
    // SAFETY: the members of a valid query.
    unsafe {
        let q = &*query;
        let sorted = list::len(q.sortClause);
        if q.commandType != CmdType::CMD_SELECT || sorted > 1 || sorted == 0 && q.limitCount.is_null() {
            return;
        }
        let changes_rows = q.hasAggs || q.hasWindowFuncs || q.hasTargetSRFs || !q.setOperations.is_null();
        let groups = [q.groupClause, q.groupingSets, q.distinctClause].iter().any(|list| !list.is_null());
        if changes_rows || groups {
            return;
        }
        match list::only::<SortGroupClause>(q.sortClause) {
            Some(sort) => sorted_by_score(query, sort),
            None if !q.jointree.is_null() => {
                if let Some(distance) = distance_in_condition((*q.jointree).quals) {
                    sort_by(query, distance, std::ptr::null_mut());
                }
            }
            None => {}
        }
    }
}

/// The only sort key, if it is a score from the best on. (With a second key, rows of score 0 would be ordered by it.)
unsafe fn sorted_by_score(query: *mut Query, sort: *mut SortGroupClause) {
    // SAFETY: as for `by_distance`.
    unsafe {
        if (*sort).sortop.to_u32() != GREATER {
            return;
        }
        let reference = (*sort).tleSortGroupRef;
        let key = list::members::<TargetEntry>((*query).targetList)
            .find(|&target| (*target).ressortgroupref == reference);
        if let Some(key) = key
            && let Some(distance) = distance_of((*key).expr.cast())
        {
            sort_by(query, distance, if (*key).resjunk { key } else { std::ptr::null_mut() });
        }
    }
}

/// Makes `distance` the query's only sort key, in the entry `place` or in a new one that is not returned.
unsafe fn sort_by(query: *mut Query, distance: *mut Expr, place: *mut TargetEntry) {
    // SAFETY: the members of a valid query; the new nodes are complete.
    unsafe {
        let key = if place.is_null() {
            let number = list::len((*query).targetList) as i16 + 1;
            let highest = list::members::<TargetEntry>((*query).targetList)
                .map(|target| (*target).ressortgroupref)
                .max()
                .unwrap_or(0);
            let key = pg_sys::makeTargetEntry(distance, number, std::ptr::null_mut(), true);
            (*key).ressortgroupref = highest + 1;
            (*query).targetList = pg_sys::lappend((*query).targetList, key.cast());
            key
        } else {
            (*place).expr = distance;
            place
        };
        let sort = list::make::<SortGroupClause>(NodeTag::T_SortGroupClause);
        (*sort).tleSortGroupRef = (*key).ressortgroupref;
        (*sort).eqop = Oid::from_u32(EQUAL);
        (*sort).sortop = Oid::from_u32(LESS);
        (*sort).hashable = true;
        (*query).sortClause = list::of(&[sort]);
    }
}

/// The distance of the first `score > x` (or bare `QUANTUM_SEARCH(v, q)`) that the condition demands.
unsafe fn distance_in_condition(condition: *mut Node) -> Option<*mut Expr> {
    // SAFETY: an analysed expression.
    unsafe {
        if let Some(both) = list::cast::<BoolExpr>(condition, NodeTag::T_BoolExpr) {
            if (*both).boolop != pg_sys::BoolExprType::AND_EXPR {
                return None;
            }
            return list::members::<Node>((*both).args).find_map(|part| distance_in_condition(part));
        }
        if let Some(comparison) = list::cast::<OpExpr>(condition, NodeTag::T_OpExpr) {
            let is_bound = [GREATER, GREATER_OR_EQUAL].contains(&(*comparison).opno.to_u32());
            let left = list::members::<Node>((*comparison).args).next();
            return left.filter(|_| is_bound).and_then(|score| distance_of(score));
        }
        let call = list::cast::<FuncExpr>(condition, NodeTag::T_FuncExpr)?;
        if callee::of((*call).funcid) != Some(Callee::Matches) {
            return None;
        }
        list::only::<Node>((*call).args).and_then(|score| distance_of(score))
    }
}

/// `a <=> b` for the score of two vectors `a` and `b`.
unsafe fn distance_of(score: *mut Node) -> Option<*mut Expr> {
    // SAFETY: an analysed expression; the operator is looked up in the schema of the function.
    unsafe {
        let mut score = score;
        while let Some(cast) = list::cast::<pg_sys::RelabelType>(score, NodeTag::T_RelabelType) {
            score = (*cast).arg.cast();
        }
        let call = list::cast::<FuncExpr>(score, NodeTag::T_FuncExpr)?;
        if callee::of((*call).funcid) != Some(Callee::VectorScore) {
            return None;
        }
        let arguments: *mut List = (*call).args;
        if list::len(arguments) != 2 || pg_sys::contain_volatile_functions(arguments.cast()) {
            return None;
        }
        let (left, right) =
            ((*arguments).elements.read().ptr_value, (*arguments).elements.add(1).read().ptr_value);
        let schema = pg_sys::get_namespace_name(pg_sys::get_func_namespace((*call).funcid));
        if schema.is_null() {
            return None;
        }
        let names =
            list::of(&[pg_sys::makeString(schema), pg_sys::makeString(pg_sys::pstrdup(c"<=>".as_ptr()))]);
        let types = (pg_sys::exprType(left.cast()), pg_sys::exprType(right.cast()));
        let operator = pg_sys::OpernameGetOprid(names, types.0, types.1);
        if operator == pg_sys::InvalidOid {
            return None;
        }
        let none = pg_sys::InvalidOid;
        let distance = pg_sys::make_opclause(
            operator,
            pg_sys::FLOAT8OID,
            false,
            pg_sys::copyObjectImpl(left).cast(),
            pg_sys::copyObjectImpl(right).cast(),
            none,
            none,
        );
        pg_sys::set_opfuncid(distance.cast());
        Some(distance)
    }
}
