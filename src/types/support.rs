//! What the planner may know of the functions of types.

use pgrx::{Internal, is_a, pg_extern, pg_sys};
use std::ffi::CStr;

/// Planner support of the casts to `vector(n)`, `halfvec(n)` and `sparsevec(n)`: calls that check what is declared already are
/// replaced by their argument. As `varchar` does; here also for pgvector's types behind a cast without a function, whose
/// modifiers mean the same.
#[pg_extern(sql = "")]
fn dimensions_support(request: Internal) -> Internal {
    let request = request.unwrap().map_or(std::ptr::null_mut(), |datum| datum.cast_mut_ptr::<pg_sys::Node>());
    // SAFETY: the planner passes a request node.
    let simpler = unsafe {
        if request.is_null() || !is_a(request, pg_sys::NodeTag::T_SupportRequestSimplify) {
            None
        } else {
            simplify((*request.cast::<pg_sys::SupportRequestSimplify>()).fcall)
        }
    };
    // A null pointer, not NULL, says that there is nothing simpler.
    Internal::from(Some(simpler.unwrap_or(std::ptr::null_mut::<pg_sys::Node>()).into()))
}

/// What `type(value, modifier, explicit)` may be replaced by.
///
/// # Safety
/// `call` must be a call of such a function.
unsafe fn simplify(call: *mut pg_sys::FuncExpr) -> Option<*mut pg_sys::Node> {
    // SAFETY: nodes are read as their tags say; a list of three arguments has elements 0 and 1.
    unsafe {
        let arguments = (*call).args;
        if arguments.is_null() || (*arguments).length != 3 {
            return None;
        }
        let argument = |place: usize| (*(*arguments).elements.add(place)).ptr_value.cast::<pg_sys::Node>();
        let (value, modifier) = (argument(0), argument(1));
        if !is_a(modifier, pg_sys::NodeTag::T_Const) || (*modifier.cast::<pg_sys::Const>()).constisnull {
            return None;
        }
        let modifier = (*modifier.cast::<pg_sys::Const>()).constvalue.value() as i32;
        let mut declared = pg_sys::exprTypmod(value);
        if is_a(value, pg_sys::NodeTag::T_RelabelType) && declared == -1 {
            let inner = (*value.cast::<pg_sys::RelabelType>()).arg.cast::<pg_sys::Node>();
            if is_of_pgvector(pg_sys::exprType(inner)) {
                declared = pg_sys::exprTypmod(inner);
            }
        }
        (modifier == -1 || modifier == declared).then(|| pg_sys::relabel_to_typmod(value, modifier))
    }
}

/// Whether a type belongs to the extension `vector`.
fn is_of_pgvector(kind: pg_sys::Oid) -> bool {
    // SAFETY: catalog look-ups by OID; the name is a palloc'ed C string.
    unsafe {
        let extension = pg_sys::getExtensionOfObject(pg_sys::TypeRelationId, kind);
        if extension == pg_sys::InvalidOid {
            return false;
        }
        let name = pg_sys::get_extension_name(extension);
        !name.is_null() && CStr::from_ptr(name) == c"vector"
    }
}
