//! Commands in a QSQL text, which run as if they had been sent themselves.

use crate::list;
use pgrx::pg_sys::{self, IndexElem, IndexStmt, List, Node, NodeTag, ViewStmt};

/// CREATE INDEX and CREATE VIEW are analysed when they run, and then take locations for places in the statement that was sent. They are places in the translation: better no caret than one under the wrong word.
///
/// # Safety
/// `statement` must be a valid node.
pub unsafe fn forget_locations(statement: *mut Node) {
    // SAFETY: a view holds a raw query, an index lists of `IndexElem`s and raw expressions.
    unsafe {
        if let Some(view) = list::cast::<ViewStmt>(statement, NodeTag::T_ViewStmt) {
            forget((*view).query, std::ptr::null_mut());
        }
        let Some(index) = list::cast::<IndexStmt>(statement, NodeTag::T_IndexStmt) else { return };
        let elements: [*mut List; 2] = [(*index).indexParams, (*index).indexIncludingParams];
        for element in elements.into_iter().flat_map(|elements| list::members::<IndexElem>(elements)) {
            forget((*element).expr, std::ptr::null_mut());
        }
        forget((*index).whereClause, std::ptr::null_mut());
    }
}

/// Walks a raw expression or query. Never asks to stop.
unsafe extern "C-unwind" fn forget(node: *mut Node, nothing: *mut std::ffi::c_void) -> bool {
    macro_rules! without_location {
        ($($kind:ident $tag:ident),* $(,)?) => {
            // SAFETY: a node begins with its tag and is changed as the type that the tag says.
            unsafe {
                match (*node).type_ {
                    $(NodeTag::$tag => (*node.cast::<pg_sys::$kind>()).location = -1,)*
                    _ => {}
                }
            }
        };
    }
    if node.is_null() {
        return false;
    }
    without_location!(
        ColumnRef T_ColumnRef,
        ParamRef T_ParamRef,
        A_Expr T_A_Expr,
        A_Const T_A_Const,
        A_ArrayExpr T_A_ArrayExpr,
        FuncCall T_FuncCall,
        NamedArgExpr T_NamedArgExpr,
        TypeCast T_TypeCast,
        TypeName T_TypeName,
        CollateClause T_CollateClause,
        BoolExpr T_BoolExpr,
        NullTest T_NullTest,
        BooleanTest T_BooleanTest,
        CaseExpr T_CaseExpr,
        CaseWhen T_CaseWhen,
        CoalesceExpr T_CoalesceExpr,
        MinMaxExpr T_MinMaxExpr,
        SubLink T_SubLink,
        RowExpr T_RowExpr,
        ResTarget T_ResTarget,
        RangeVar T_RangeVar,
        SortBy T_SortBy,
        WindowDef T_WindowDef,
        WithClause T_WithClause,
        CommonTableExpr T_CommonTableExpr,
    );
    // SAFETY: the walker reaches the raw nodes of expressions and queries.
    unsafe { pg_sys::raw_expression_tree_walker(node, Some(forget), nothing) }
}
