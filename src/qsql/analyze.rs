//! Parse analysis of a translated text, as a part of the statement around it.

use super::source::Source;
use super::{replace, server};
use crate::error::Report;
use crate::list;
use pgrx::PgSqlErrorCode::ERRCODE_INDETERMINATE_DATATYPE;
use pgrx::pg_sys::{self, List, Node, NodeTag, Param, ParamKind, ParamRef, ParseState, Query, RawStmt};
use std::ffi::{c_int, c_void};

/// What `$1`, `$2`, … mean in a text that was called with arguments, and the hooks of the statement around it.
struct Arguments {
    values: *mut List,
    /// The state of the query in whose FROM the call stands; null where the call is the whole statement.
    home: *mut ParseState,
    outer_state: *mut c_void,
    outer_pre_column: pg_sys::PreParseColumnRefHook,
    outer_post_column: pg_sys::PostParseColumnRefHook,
    outer_coerce: pg_sys::CoerceParamHook,
}

/// A query and the one that it is a part of.
pub struct Level<'a> {
    /// The query.
    pub query: *mut Query,
    /// The query around it.
    pub around: Option<&'a Level<'a>>,
}

impl Level<'_> {
    /// States for the finished queries, so that the server can find the level of an argument's columns. Their columns are not visible
    /// by name: a text knows what it is given.
    unsafe fn state(&self) -> *mut ParseState {
        // SAFETY: fresh states over valid queries; they go with their memory context.
        unsafe {
            let parent = self.around.map_or(std::ptr::null_mut(), |level| level.state());
            let state = pg_sys::make_parsestate(parent);
            (*state).p_rtable = (*self.query).rtable;
            (*state).p_expr_kind = pg_sys::ParseExprKind::EXPR_KIND_FROM_SUBSELECT;
            (*state).p_lateral_active = true;
            state
        }
    }
}

/// Analyses `statement`, parsed from `source`, and replaces the calls of ours inside it.
///
/// Without arguments, `$n` and names of variables mean what they mean in the statement around the text; with arguments (`values` not
/// null), `$n` is the n-th of them. `level` is the query of which the new one becomes a part.
///
/// # Safety
/// The nodes must be valid, `outer` the state of the statement around; no frame above may hold a value with a destructor.
pub unsafe fn analyze(
    source: &'static Source,
    statement: *mut RawStmt,
    values: *mut List,
    outer: *mut ParseState,
    level: Option<&Level<'_>>,
) -> *mut Query {
    // SAFETY: as promised; the new state lives until it is freed below or its memory context goes.
    unsafe {
        let home = level.map_or(std::ptr::null_mut(), |level| level.state());
        let pstate = pg_sys::make_parsestate(home);
        (*pstate).p_sourcetext = source.sql;
        inherit(pstate, outer, values, home);
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
        let place = if level.is_some() { replace::Place::Rows } else { replace::Place::Statement };
        replace::in_statement(query, pstate, place);
        pg_sys::free_parsestate(pstate);
        query
    }
}

unsafe fn inherit(pstate: *mut ParseState, outer: *mut ParseState, values: *mut List, home: *mut ParseState) {
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
            home,
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
        let mut levels = 0;
        let mut state = pstate;
        while state != (*arguments).home && !(*state).parentParseState.is_null() {
            levels += 1;
            state = (*state).parentParseState;
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
        if (*value).type_ == NodeTag::T_Var { as_expression(value) } else { value }
    }
}

/// A column dressed as an expression: the server would look for a plain column in the namespace, where this one is not.
unsafe fn as_expression(column: *mut Node) -> *mut Node {
    // SAFETY: a cast of a value to its own type.
    unsafe {
        let cast = list::make::<pg_sys::RelabelType>(NodeTag::T_RelabelType);
        (*cast).arg = column.cast();
        (*cast).resulttype = pg_sys::exprType(column);
        (*cast).resulttypmod = pg_sys::exprTypmod(column);
        (*cast).resultcollid = pg_sys::exprCollation(column);
        (*cast).relabelformat = pg_sys::CoercionForm::COERCE_IMPLICIT_CAST;
        (*cast).location = -1;
        cast.cast()
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
