//! `qstore.reorganize`, and what VACUUM does of it.

use super::functions::{OpenIndex, OpenTable};
use super::indexed_rows::IndexedRows;
use super::pages::{Mode, PgPages};
use super::{cache, relation};
use crate::error::OrRaise;
use pgrx::iter::TableIterator;
use pgrx::{name, pg_sys};
use synapse::{Limits, Model, Reorganized, Scope};

/// Lists that a VACUUM splits or dissolves at most.
const CHANGES_A_VACUUM: u64 = 64;

/// The table's owner in place of the caller, as for REINDEX: expressions of the index run with no more rights than those of who could
/// have written them.
struct AsOwner {
    user: pg_sys::Oid,
    context: i32,
    settings: i32,
}

impl AsOwner {
    /// # Safety
    /// `table` must be open.
    unsafe fn of(table: pg_sys::Relation) -> Self {
        let (mut user, mut context) = (pg_sys::InvalidOid, 0);
        // SAFETY: as promised; an error in between ends the transaction, which restores both.
        unsafe {
            pg_sys::GetUserIdAndSecContext(&mut user, &mut context);
            let restricted = context | pg_sys::SECURITY_RESTRICTED_OPERATION as i32;
            pg_sys::SetUserIdAndSecContext((*(*table).rd_rel).relowner, restricted);
            let settings = pg_sys::NewGUCNestLevel();
            #[cfg(any(feature = "pg17", feature = "pg18"))]
            pg_sys::RestrictSearchPath();
            Self { user, context, settings }
        }
    }
}

impl Drop for AsOwner {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // SAFETY: what `of` began; while an error unwinds, the transaction's abort does it.
            unsafe {
                pg_sys::AtEOXact_GUC(false, self.settings);
                pg_sys::SetUserIdAndSecContext(self.user, self.context);
            }
        }
    }
}

/// Raises PostgreSQL's error where the caller does not own the index.
fn check_owner(index: pg_sys::Oid) {
    // SAFETY: catalog look-ups, which raise an error where there is no such relation.
    unsafe {
        let user = pg_sys::GetUserId();
        #[cfg(any(feature = "pg14", feature = "pg15"))]
        let owns = pg_sys::pg_class_ownercheck(index, user);
        #[cfg(not(any(feature = "pg14", feature = "pg15")))]
        let owns = pg_sys::object_ownercheck(pg_sys::RelationRelationId, index, user);
        if !owns {
            let name = pg_sys::get_rel_name(index);
            pg_sys::aclcheck_error(
                pg_sys::AclResult::ACLCHECK_NOT_OWNER,
                pg_sys::ObjectType::OBJECT_INDEX,
                name,
            );
        }
    }
}

/// Goes once over the lists of an index. Locks table and index as an insert does; inserts, searches and VACUUM go on.
#[pgrx::pg_extern(sql = "")]
#[allow(clippy::type_complexity)]
fn reorganize(
    index: pg_sys::Oid,
) -> TableIterator<
    'static,
    (
        name!(lists_split, i64),
        name!(lists_merged, i64),
        name!(rows_moved, i64),
        name!(recalibrated, bool),
        name!(lists, i32),
    ),
> {
    // SAFETY: raises an error on a standby.
    unsafe { pg_sys::PreventCommandDuringRecovery(c"qstore.reorganize()".as_ptr()) };
    check_owner(index);
    let lock = pg_sys::RowExclusiveLock as pg_sys::LOCKMODE;
    // the table before the index, as everybody locks them
    let table = OpenTable::of_index(index, lock);
    let index = OpenIndex::open(index, lock);
    let scope = Scope { limits: Limits::default(), changes: u64::MAX, settle: true };
    // SAFETY: both are open and locked.
    let (done, lists) = unsafe {
        let _owner = AsOwner::of(table.0);
        run(table.0, index.relation, scope)
    };
    TableIterator::once((
        done.split as i64,
        done.merged as i64,
        done.moved as i64,
        done.calibrated,
        lists as i32,
    ))
}

/// What VACUUM does in the end: where rows were `removed`, dissolves lists that lost theirs and splits long ones; in any case splits one list
/// that is all there is. Not among parallel workers: reading a value that may vanish meanwhile takes a subtransaction, which these may not
/// begin.
///
/// # Safety
/// `index` must be open, and its table locked, by a VACUUM of the table.
pub unsafe fn after_vacuum(index: pg_sys::Relation, removed: bool) {
    let scope = Scope { limits: Limits::default(), changes: CHANGES_A_VACUUM, settle: false };
    // SAFETY: as promised.
    unsafe {
        if pg_sys::IsInParallelMode() {
            return;
        }
        if !removed && Model::meta(&PgPages::new(index, Mode::Logged)).or_raise().live_lists() != 1 {
            return;
        }
        let table = pg_sys::IndexGetRelation((*index).rd_id, false);
        let table = pg_sys::table_open(table, pg_sys::NoLock as pg_sys::LOCKMODE);
        run(table, index, scope);
        pg_sys::table_close(table, pg_sys::NoLock as pg_sys::LOCKMODE);
    }
}

/// Reorganizes; returns what was done and how many lists there are now.
///
/// # Safety
/// Both relations must be open and locked, and the index be one of the table.
unsafe fn run(table: pg_sys::Relation, index: pg_sys::Relation, scope: Scope) -> (Reorganized, usize) {
    // SAFETY: as promised.
    unsafe {
        let pages = PgPages::new(index, Mode::Logged);
        let class = relation::operator_class(index);
        let Some(mut model) = cache::take((*index).rd_id, &pages) else {
            return (Reorganized::default(), Model::meta(&pages).or_raise().live_lists());
        };
        let mut rows = IndexedRows::new(table, index, class.kind);
        let done = synapse::reorganize(&pages, &mut model, &mut rows, scope, &mut |_, _| {}).or_raise();
        let lists = model.lists();
        cache::put((*index).rd_id, Some(model));
        (done, lists)
    }
}
