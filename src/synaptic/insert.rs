//! `aminsert`: one row into the index.

use super::keys::{self, Column};
use super::pages::{Mode, PgPages};
use super::value::Value;
use super::{cache, relation};
use crate::error::OrRaise;
use pgrx::pg_sys;

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
        let value = Value::of_column(relation::operator_class(index).kind, values, nulls);
        let model = cache::model((*index).rd_id, &pages);
        let vector = value.as_ref().map(Value::as_ref);
        let keys = keys::of_row(&Column::of_index(index), values, nulls);
        synapse::insert(&pages, model.as_deref(), relation::tid::from_pg(*tid), vector, keys).or_raise();
    }
    // only unique indexes report anything here
    false
}
