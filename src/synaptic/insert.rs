//! `aminsert`: one row into the index.

use super::pages::{Mode, PgPages};
use super::{cache, relation};
use crate::error::OrRaise;
use crate::types::vector::Vector;
use pgrx::pg_sys;

/// The vector of an index column, or None for NULL.
///
/// # Safety
/// The arrays have one element, a value of the indexed type.
pub unsafe fn vector_of<'a>(values: *const pg_sys::Datum, nulls: *const bool) -> Option<Vector<'a>> {
    // SAFETY: as promised; the operator classes accept only `vector`.
    unsafe { if *nulls { None } else { Some(Vector::from_datum_unchecked(*values)) } }
}

/// The access method's `aminsert`.
#[pgrx::pg_guard]
#[allow(clippy::too_many_arguments, reason = "PostgreSQL's signature")]
pub unsafe extern "C-unwind" fn aminsert(
    index: pg_sys::Relation,
    values: *mut pg_sys::Datum,
    nulls: *mut bool,
    tid: pg_sys::ItemPointer,
    _heap: pg_sys::Relation,
    _unique: pg_sys::IndexUniqueCheck::Type,
    _unchanged: bool,
    _info: *mut pg_sys::IndexInfo,
) -> bool {
    // SAFETY: PostgreSQL calls with an open, locked index and arrays of its columns.
    unsafe {
        let pages = PgPages::new(index, Mode::Logged);
        let vector = vector_of(values, nulls);
        let model = cache::model((*index).rd_id, &pages);
        let slice = vector.as_ref().map(Vector::as_slice);
        synapse::insert(&pages, model.as_deref(), relation::tid::from_pg(*tid), slice).or_raise();
    }
    // only unique indexes report anything here
    false
}
