//! The table as a split sees it: the vectors of rows by identifier, as the index covers them.

use super::heap_rows::HeapRows;
use super::value::Kind;
use crate::threads;
use pgrx::PgSqlErrorCode::ERRCODE_DATA_CORRUPTED;
use pgrx::pg_sys::panic::CaughtError;
use pgrx::{PgTryBuilder, pg_sys};
use std::panic::AssertUnwindSafe;
use synapse::{Table, Tid, VectorRef};

/// The table as the engine sees it when it makes codes anew: every row that somebody may still see, whoever inserted it. Nothing is
/// opened until a row is asked for.
pub struct IndexedRows {
    heap: pg_sys::Relation,
    index: pg_sys::Relation,
    kind: Kind,
    open: Option<Open>,
}

struct Open {
    rows: HeapRows,
    /// Lives as long as `rows` points to it.
    _snapshot: Box<pg_sys::SnapshotData>,
}

impl IndexedRows {
    /// # Safety
    /// `index` must be an open `synaptic` index over values of this kind of the open table `heap`; both outlive the value.
    pub unsafe fn new(heap: pg_sys::Relation, index: pg_sys::Relation, kind: Kind) -> Self {
        Self { heap, index, kind, open: None }
    }

    fn open(&self) -> Open {
        // Rows that vacuum may remove are left alone: their values outside the table's pages may be gone already (as
        // get_actual_variable_range does).
        // SAFETY: both relations are open, as `new` was promised; the snapshot stands still on the heap.
        unsafe {
            let mut snapshot = Box::new(pg_sys::SnapshotData {
                snapshot_type: pg_sys::SnapshotType::SNAPSHOT_NON_VACUUMABLE,
                vistest: pg_sys::GlobalVisTestFor(self.heap),
                ..Default::default()
            });
            Open { rows: HeapRows::open(self.heap, self.index, &mut *snapshot), _snapshot: snapshot }
        }
    }
}

impl Table for IndexedRows {
    fn vector(&mut self, tid: Tid, take: &mut dyn FnMut(VectorRef<'_>)) -> bool {
        if self.open.is_none() {
            self.open = Some(self.open());
        }
        let (heap, kind) = (self.heap, self.kind);
        let Some(Open { rows, .. }) = &mut self.open else { return false };
        if !rows.fetch_tuple(tid) {
            return false;
        }
        // What is in a page that is pinned stays. What is elsewhere vacuum may remove at any moment, if the row was deleted before this
        // statement's snapshot, or is of a transaction that may yet abort. A row that is valid now is neither.
        // SAFETY: a static snapshot, and a row just fetched.
        if !rows.reads_elsewhere() || unsafe { rows.is_seen_by(&raw mut pg_sys::SnapshotSelfData) } {
            return rows.hand_vector(kind, take);
        }
        match in_subtransaction(|| rows.hand_vector(kind, take)) {
            Ok(found) => found,
            Err(error) => {
                // SAFETY: the table is open; computes which rows may be removed now.
                unsafe { pg_sys::GetOldestNonRemovableTransactionId(heap) };
                if is_damage(&error) && !rows.fetch_tuple(tid) { false } else { error.rethrow() }
            }
        }
    }

    fn pool(&mut self) -> rayon::ThreadPool {
        // one thread: the statement that inserts a row is not one to occupy the machine
        threads::pool(0, "splitting a list", "max_worker_processes")
    }
}

/// Does work of which an error may be survived: what it holds of the server's is given back then.
fn in_subtransaction<R>(work: impl FnOnce() -> R) -> Result<R, Box<CaughtError>> {
    // SAFETY: as PL/pgSQL's blocks with exceptions, which may stand wherever rows are inserted. Where the server forbids it, in a
    // parallel operation, nobody inserts.
    unsafe {
        let (memory, owner) = (pg_sys::CurrentMemoryContext, pg_sys::CurrentResourceOwner);
        pg_sys::BeginInternalSubTransaction(std::ptr::null());
        pg_sys::CurrentMemoryContext = memory;
        let result = PgTryBuilder::new(AssertUnwindSafe(|| Ok(work())))
            .catch_others(|error| Err(Box::new(error)))
            .execute();
        match result {
            Ok(_) => pg_sys::ReleaseCurrentSubTransaction(),
            Err(_) => pg_sys::RollbackAndReleaseCurrentSubTransaction(),
        }
        pg_sys::CurrentMemoryContext = memory;
        pg_sys::CurrentResourceOwner = owner;
        result
    }
}

/// Whether PostgreSQL says that something is missing.
fn is_damage(error: &CaughtError) -> bool {
    match error {
        CaughtError::PostgresError(report) | CaughtError::ErrorReport(report) => {
            report.sql_error_code() == ERRCODE_DATA_CORRUPTED
        }
        CaughtError::RustPanic { .. } => false,
    }
}

impl Drop for IndexedRows {
    fn drop(&mut self) {
        // while an error unwinds, the transaction's abort does it
        if !std::thread::panicking()
            && let Some(open) = self.open.take()
        {
            // SAFETY: opened by `open`, and the relations are still open.
            unsafe { open.rows.close() };
        }
    }
}
