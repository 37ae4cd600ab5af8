//! `aminsert`: one row into the index, and the split of the list that it made too long.

use super::indexed_rows::IndexedRows;
use super::keys::{self, Column};
use super::pages::{Mode, PgPages};
use super::value::Value;
use super::{cache, relation};
use crate::error::OrRaise;
use pgrx::pg_sys;
use synapse::Limits;

/// The access method's `aminsert`.
#[pgrx::pg_guard]
#[allow(clippy::too_many_arguments, reason = "PostgreSQL's signature")]
pub unsafe extern "C-unwind" fn aminsert(
    index: pg_sys::Relation,
    values: *mut pg_sys::Datum,
    nulls: *mut bool,
    tid: pg_sys::ItemPointer,
    heap: pg_sys::Relation,
    _unique: pg_sys::IndexUniqueCheck::Type,
    _unchanged: bool,
    _info: *mut pg_sys::IndexInfo,
) -> bool {
    // SAFETY: PostgreSQL calls with an open, locked index and arrays of its columns.
    unsafe {
        let pages = PgPages::new(index, Mode::Logged);
        let class = relation::operator_class(index);
        let value = Value::of_column(class.kind, values, nulls);
        let vector = value.as_ref().map(Value::as_ref);
        let tid = relation::tid::from_pg(*tid);
        let keys = keys::of_row(&Column::of_index(index), values, nulls);
        let mut table = IndexedRows::new(heap, index, class.kind);
        let mut model = cache::take((*index).rd_id, &pages);
        let limits = Limits::default();
        synapse::insert_and_split(&pages, &mut model, tid, vector, keys, &mut table, limits).or_raise();
        cache::put((*index).rd_id, model);
    }
    // only unique indexes report anything here
    false
}
