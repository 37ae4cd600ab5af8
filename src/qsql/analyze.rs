//! Parse analysis of a translated text, as a part of the statement around it.

use super::source::Source;
use super::{list, replace, server};
use crate::error::Report;
use pgrx::PgSqlErrorCode::ERRCODE_INDETERMINATE_DATATYPE;
use pgrx::pg_sys::{self, List, Node, NodeTag, Param, ParamKind, ParamRef, ParseState, Query, RawStmt};
use std::ffi::{c_int, c_void};

/// What `$1`, `$2`, … mean in a text that was called with arguments, and the hooks of the statement around it.
struct Arguments {
    values: *mut List,
    /// Query levels between the place of the call and the top of the text's query.
    levels: c_int,
    outer_state: *mut c_void,
    outer_pre_column: pg_sys::PreParseColumnRefHook,
    outer_post_column: pg_sys::PostParseColumnRefHook,
    outer_coerce: pg_sys::CoerceParamHook,
}

/// Analyses `statement`, parsed from `source`, and replaces the calls of ours inside it.
///
/// Without arguments, `$n` and names of variables mean what they mean in the statement around the text; with arguments (`values` not
/// null), `$n` is the n-th of them. `levels` is 1 where the query becomes a sub-query of the caller's, else 0.
///
/// # Safety
/// The nodes must be valid, `outer` the state of the statement around; no frame above may hold a value with a destructor.
pub unsafe fn analyze(
    source: &'static Source,
    statement: *mut RawStmt,
    values: *mut List,
    levels: c_int,
    outer: *mut ParseState,
    place: replace::Place,
) -> *mut Query {
    // SAFETY: as promised; the new state lives until it is freed below or its memory context goes.
    unsafe {
        let pstate = pg_sys::make_parsestate(std::ptr::null_mut());
        (*pstate).p_sourcetext = source.sql;
        inherit(pstate, outer, values, levels);
        let query = source.pointing(|| server::transformTopLevelStmt(pstate, statement));
        if (*pstate).p_coerce_param_hook.is_some() {
            let mut untyped: *mut Param = std::ptr::null_mut();
            if find_untyped(query.cast(), (&raw mut untyped).cast()) {
                let message =
                    format_args!("could not determine data type of parameter ${}", (*untyped).paramid);
                let report = Report::new(ERRCODE_INDETERMINATE_DATATYPE, message);
                source.at_location(report, (*untyped).location).raise();
            }
        }
        replace::in_statement(query, pstate, place);
        pg_sys::free_parsestate(pstate);
        query
    }
}

unsafe fn inherit(pstate: *mut ParseState, outer: *mut ParseState, values: *mut List, levels: c_int) {
    // SAFETY: both states are valid; `Arguments` is palloc'ed and has no destructor.
    unsafe {
        // transition tables of triggers
        (*pstate).p_queryEnv = (*outer).p_queryEnv;
        if values.is_null() {
            (*pstate).p_paramref_hook = (*outer).p_paramref_hook;
            (*pstate).p_coerce_param_hook = (*outer).p_coerce_param_hook;
            (*pstate).p_pre_columnref_hook = (*outer).p_pre_columnref_hook;
            (*pstate).p_post_columnref_hook = (*outer).p_post_columnref_hook;
            (*pstate).p_ref_hook_state = (*outer).p_ref_hook_state;
            return;
        }
        let arguments = pg_sys::palloc(size_of::<Arguments>()).cast::<Arguments>();
        arguments.write(Arguments {
            values,
            levels,
            outer_state: (*outer).p_ref_hook_state,
            outer_pre_column: (*outer).p_pre_columnref_hook,
            outer_post_column: (*outer).p_post_columnref_hook,
            outer_coerce: (*outer).p_coerce_param_hook,
        });
        (*pstate).p_ref_hook_state = arguments.cast();
        (*pstate).p_paramref_hook = Some(argument);
        (*pstate).p_coerce_param_hook = (*arguments).outer_coerce.map(|_| coerce as _);
        (*pstate).p_pre_columnref_hook = (*arguments).outer_pre_column.map(|_| pre_column as _);
        (*pstate).p_post_columnref_hook = (*arguments).outer_post_column.map(|_| post_column as _);
    }
}

/// `$n` in a text with arguments: a copy of the n-th, moved to the query level where it is used.
unsafe extern "C-unwind" fn argument(pstate: *mut ParseState, reference: *mut ParamRef) -> *mut Node {
    // SAFETY: `inherit` set this hook together with its state, which nested states share.
    unsafe {
        let arguments = (*pstate).p_ref_hook_state.cast::<Arguments>();
        let index = usize::try_from((*reference).number).unwrap_or(0).wrapping_sub(1);
        let Some(value) = list::members::<Node>((*arguments).values).nth(index) else {
            return std::ptr::null_mut(); // the server says "there is no parameter $n"
        };
        let value = pg_sys::copyObjectImpl(value.cast()).cast::<Node>();
        let mut levels = (*arguments).levels;
        let mut parent = (*pstate).parentParseState;
        while !parent.is_null() {
            levels += 1;
            parent = (*parent).parentParseState;
        }
        if levels > 0 {
            pg_sys::IncrementVarSublevelsUp(value, levels, 0);
        }
        (*pstate).p_hasSubLinks |= pg_sys::checkExprHasSubLink(value);
        // the caret shall stand under the `$n`, not at the argument's place in another text
        if let Some(literal) = list::cast::<pg_sys::Const>(value, NodeTag::T_Const) {
            (*literal).location = (*reference).location;
        } else if let Some(parameter) = list::cast::<Param>(value, NodeTag::T_Param) {
            (*parameter).location = (*reference).location;
        }
        value
    }
}

/// Runs a hook of the statement around with the state that it expects. An ERROR in it ends the nested state, too.
unsafe fn as_outer<R>(pstate: *mut ParseState, hook: impl FnOnce(&Arguments) -> R) -> R {
    // SAFETY: as in `argument`.
    unsafe {
        let arguments = (*pstate).p_ref_hook_state;
        (*pstate).p_ref_hook_state = (*arguments.cast::<Arguments>()).outer_state;
        let result = hook(&*arguments.cast::<Arguments>());
        (*pstate).p_ref_hook_state = arguments;
        result
    }
}

unsafe extern "C-unwind" fn coerce(
    pstate: *mut ParseState,
    parameter: *mut Param,
    target: pg_sys::Oid,
    modifier: i32,
    location: c_int,
) -> *mut Node {
    // SAFETY: the outer hook gets its own state and what the server passed.
    unsafe {
        as_outer(pstate, |outer| match outer.outer_coerce {
            Some(hook) => hook(pstate, parameter, target, modifier, location),
            None => std::ptr::null_mut(),
        })
    }
}

unsafe extern "C-unwind" fn pre_column(pstate: *mut ParseState, column: *mut pg_sys::ColumnRef) -> *mut Node {
    // SAFETY: as in `coerce`.
    unsafe {
        as_outer(pstate, |outer| match outer.outer_pre_column {
            Some(hook) => hook(pstate, column),
            None => std::ptr::null_mut(),
        })
    }
}

unsafe extern "C-unwind" fn post_column(
    pstate: *mut ParseState,
    column: *mut pg_sys::ColumnRef,
    found: *mut Node,
) -> *mut Node {
    // SAFETY: as in `coerce`.
    unsafe {
        as_outer(pstate, |outer| match outer.outer_post_column {
            Some(hook) => hook(pstate, column, found),
            None => std::ptr::null_mut(),
        })
    }
}

/// Finds a parameter whose type is still open, and stops there. The server looks for these before our hook runs.
unsafe extern "C-unwind" fn find_untyped(node: *mut Node, found: *mut c_void) -> bool {
    // SAFETY: a tree walker gets valid nodes; `found` is the variable of `analyze`.
    unsafe {
        if node.is_null() {
            return false;
        }
        if let Some(query) = list::cast::<Query>(node, NodeTag::T_Query) {
            return pg_sys::query_tree_walker(query, Some(find_untyped), found, 0);
        }
        if let Some(parameter) = list::cast::<Param>(node, NodeTag::T_Param)
            && (*parameter).paramkind == ParamKind::PARAM_EXTERN
            && (*parameter).paramtype == pg_sys::UNKNOWNOID
        {
            found.cast::<*mut Param>().write(parameter);
            return true;
        }
        pg_sys::expression_tree_walker(node, Some(find_untyped), found)
    }
}
