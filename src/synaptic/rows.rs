//! The vectors of table rows by identifier, as the index covers them: a column or an expression.

use super::relation;
use super::value::{Kind, Value};
use crate::threads;
use pgrx::pg_sys;
use synapse::{Table, Tid, VectorRef};

/// Access to the table's rows under a snapshot.
pub struct HeapRows {
    fetch: *mut pg_sys::IndexFetchTableData,
    slot: *mut pg_sys::TupleTableSlot,
    snapshot: pg_sys::Snapshot,
    attribute: i16,
    /// For an index on an expression.
    info: *mut pg_sys::IndexInfo,
    estate: *mut pg_sys::EState,
}

impl HeapRows {
    /// # Safety
    /// `index` must be an open index of the open table `heap`; both and the snapshot stay until [`HeapRows::close`].
    pub unsafe fn open(heap: pg_sys::Relation, index: pg_sys::Relation, snapshot: pg_sys::Snapshot) -> Self {
        // SAFETY: as promised.
        unsafe {
            let info = pg_sys::BuildIndexInfo(index);
            let attribute = (*info).ii_IndexAttrNumbers[0];
            let slot = pg_sys::table_slot_create(heap, std::ptr::null_mut());
            let mut estate = std::ptr::null_mut();
            if attribute == 0 {
                estate = pg_sys::CreateExecutorState();
                let context = pg_sys::MakePerTupleExprContext(estate);
                (*context).ecxt_scantuple = slot;
            }
            Self { fetch: pg_sys::table_index_fetch_begin(heap), slot, snapshot, attribute, info, estate }
        }
    }

    /// What `use_it` makes of a row's vector; None if the snapshot does not see the row or the vector is NULL.
    pub fn value<R>(&mut self, kind: Kind, tid: Tid, use_it: impl FnOnce(VectorRef<'_>) -> R) -> Option<R> {
        let mut item = relation::tid::to_pg(tid);
        let (mut again, mut dead) = (false, false);
        // SAFETY: the fetch, slot and snapshot stay valid until `close`; the vector is dropped before the slot is cleared.
        unsafe {
            if !pg_sys::table_index_fetch_tuple(
                self.fetch,
                &mut item,
                self.snapshot,
                self.slot,
                &mut again,
                &mut dead,
            ) {
                return None;
            }
            let mut values = [pg_sys::Datum::from(0usize); pg_sys::INDEX_MAX_KEYS as usize];
            let mut nulls = [false; pg_sys::INDEX_MAX_KEYS as usize];
            if self.attribute != 0 {
                values[0] = pg_sys::slot_getattr(self.slot, i32::from(self.attribute), &mut nulls[0]);
            } else {
                let (values, nulls) = (values.as_mut_ptr(), nulls.as_mut_ptr());
                pg_sys::FormIndexDatum(self.info, self.slot, self.estate, values, nulls);
            }
            let result = (!nulls[0]).then(|| use_it(Value::from_datum(kind, values[0]).as_ref()));
            if !self.estate.is_null() {
                pg_sys::MemoryContextReset((*(*self.estate).es_per_tuple_exprcontext).ecxt_per_tuple_memory);
            }
            result
        }
    }

    /// # Safety
    /// To be called once, before the table is closed.
    pub unsafe fn close(self) {
        // SAFETY: as promised.
        unsafe {
            pg_sys::table_index_fetch_end(self.fetch);
            pg_sys::ExecDropSingleTupleTableSlot(self.slot);
            if !self.estate.is_null() {
                pg_sys::FreeExecutorState(self.estate);
            }
        }
    }
}

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
    /// What the values of one row take.
    memory: pg_sys::MemoryContext,
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
            let rows = HeapRows::open(self.heap, self.index, &mut *snapshot);
            let memory = pg_sys::AllocSetContextCreateInternal(
                pg_sys::CurrentMemoryContext,
                c"synaptic row".as_ptr(),
                pg_sys::ALLOCSET_DEFAULT_MINSIZE as usize,
                pg_sys::ALLOCSET_DEFAULT_INITSIZE as usize,
                pg_sys::ALLOCSET_DEFAULT_MAXSIZE as usize,
            );
            Open { rows, _snapshot: snapshot, memory }
        }
    }
}

impl Table for IndexedRows {
    fn vector(&mut self, tid: Tid, take: &mut dyn FnMut(VectorRef<'_>)) -> bool {
        if self.open.is_none() {
            self.open = Some(self.open());
        }
        let Some(open) = &mut self.open else { return false };
        // SAFETY: the context was made for this; the value is not used after the reset.
        unsafe {
            let outer = pg_sys::CurrentMemoryContext;
            pg_sys::CurrentMemoryContext = open.memory;
            let found = open.rows.value(self.kind, tid, take).is_some();
            pg_sys::CurrentMemoryContext = outer;
            pg_sys::MemoryContextReset(open.memory);
            found
        }
    }

    fn pool(&mut self) -> rayon::ThreadPool {
        // one thread: the statement that inserts a row is not one to occupy the machine
        threads::pool(0, "splitting a list", "max_worker_processes")
    }
}

impl Drop for IndexedRows {
    fn drop(&mut self) {
        // while an error unwinds, the transaction's abort does it
        if !std::thread::panicking()
            && let Some(open) = self.open.take()
        {
            // SAFETY: opened by `open`, and the relations are still open.
            unsafe {
                open.rows.close();
                pg_sys::MemoryContextDelete(open.memory);
            }
        }
    }
}
