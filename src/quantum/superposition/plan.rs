//! What the planner may make of `superposition <=> in_context(query, context)`: `collapse(superposition, context) <=> query`, which
//! an index on that expression orders by.
//!
//! The operators' functions are written in SQL and say just that, so that the planner inlines them; but it does not where the argument
//! holds a subquery, because the function names that argument twice. This takes it apart instead.

use crate::list;
use pg_sys::{CoercionForm, FuncExpr, InvalidOid, Node, NodeTag, RowExpr};
use pgrx::{Internal, is_a, pg_extern, pg_sys};
use std::ffi::CStr;

#[pg_extern(sql = "")]
fn in_context_support(request: Internal) -> Internal {
    let request = request.unwrap().map_or(std::ptr::null_mut(), |datum| datum.cast_mut_ptr::<Node>());
    // SAFETY: the planner passes a request node.
    let simpler = unsafe {
        if request.is_null() || !is_a(request, NodeTag::T_SupportRequestSimplify) {
            None
        } else {
            simplify((*request.cast::<pg_sys::SupportRequestSimplify>()).fcall)
        }
    };
    // A null pointer, not NULL, says that there is nothing simpler.
    Internal::from(Some(simpler.unwrap_or(std::ptr::null_mut::<Node>()).into()))
}

/// # Safety
/// `call` must be a call of a function of a superposition and a context_query.
unsafe fn simplify(call: *mut FuncExpr) -> Option<*mut Node> {
    // SAFETY: nodes are read as their tags say; names come from the catalog and belong to the current memory context.
    unsafe {
        let mut arguments = list::members::<Node>((*call).args);
        let (value, asked) = (arguments.next()?, arguments.next()?);
        if !is_a(asked, NodeTag::T_RowExpr) {
            return None;
        }
        let fields = (*asked.cast::<RowExpr>()).args;
        let mut fields = list::members::<Node>(fields);
        let (query, context) = (fields.next()?, fields.next()?);
        let name = pg_sys::get_func_name((*call).funcid);
        let schema = pg_sys::get_namespace_name(pg_sys::get_func_namespace((*call).funcid));
        if name.is_null() || schema.is_null() {
            return None;
        }
        let operator = match CStr::from_ptr(name).to_bytes() {
            b"superposition_context_l2_distance" => c"<->",
            b"superposition_context_negative_inner_product" => c"<#>",
            b"superposition_context_cosine_distance" => c"<=>",
            _ => return None,
        };
        let names = |own: &CStr| {
            let list = pg_sys::lappend(std::ptr::null_mut(), pg_sys::makeString(schema).cast());
            pg_sys::lappend(list, pg_sys::makeString(pg_sys::pstrdup(own.as_ptr())).cast())
        };
        let kinds = [pg_sys::exprType(value), pg_sys::exprType(context)];
        let vector = pg_sys::exprType(query);
        let collapse = pg_sys::LookupFuncName(names(c"collapse"), 2, kinds.as_ptr(), true);
        let operator = pg_sys::OpernameGetOprid(names(operator), vector, vector);
        if collapse == InvalidOid || operator == InvalidOid {
            return None;
        }
        let arguments = pg_sys::lappend(pg_sys::lappend(std::ptr::null_mut(), value.cast()), context.cast());
        let explicit = CoercionForm::COERCE_EXPLICIT_CALL;
        let collapsed = pg_sys::makeFuncExpr(
            collapse,
            vector,
            arguments,
            InvalidOid,
            pg_sys::exprCollation(context),
            explicit,
        );
        let distance = pg_sys::make_opclause(
            operator,
            pg_sys::FLOAT8OID,
            false,
            collapsed.cast(),
            query.cast(),
            InvalidOid,
            InvalidOid,
        );
        pg_sys::set_opfuncid(distance.cast());
        Some(distance.cast())
    }
}
