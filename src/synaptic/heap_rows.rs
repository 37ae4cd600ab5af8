//! The table's rows, by identifier: what a scan compares exactly.

use super::hints::{self, Hints};
use super::quals::Quals;
use super::relation;
use super::row_memory::RowMemory;
use super::value::{Kind, OperatorClass, Value};
use pgrx::pg_sys;
use std::cell::OnceCell;
use synapse::{Tid, Vector, VectorRef};

/// Bytes of a page before its line pointers (PostgreSQL's SizeOfPageHeaderData).
const PAGE_HEADER: usize = 24;

/// Bytes of a row that are asked for ahead: the processor fetches what follows by itself.
const ROW_AHEAD: usize = 512;

/// The hints about a table whose rows PostgreSQL's own access method stores.
///
/// # Safety
/// `heap` must be open.
unsafe fn hints_of_heap(heap: pg_sys::Relation) -> Option<Hints> {
    // SAFETY: as promised.
    unsafe {
        std::ptr::eq((*heap).rd_tableam, pg_sys::GetHeapamTableAmRoutine()).then(|| hints::of((*heap).rd_id))
    }
}

/// Hands a fetch the page of a row, pinned, if it is where it was seen last; the fetch then does not look for it in the buffer table.
///
/// # Safety
/// `fetch` must be an open fetch from `heap`, a heap, whose hints these are.
unsafe fn pin_recent(
    hints: &Hints,
    heap: pg_sys::Relation,
    fetch: *mut pg_sys::IndexFetchTableData,
    tid: Tid,
) {
    // SAFETY: as promised; the fetch of a heap begins with the fields named, and releases the buffer at its end or when it gets another.
    unsafe {
        let held = &mut (*fetch.cast::<pg_sys::IndexFetchHeapData>()).xs_cbuf;
        if *held != INVALID_BUFFER && pg_sys::BufferGetBlockNumber(*held) == tid.block() {
            return;
        }
        if let Some(buffer) = hints::pin(hints, heap, pg_sys::ForkNumber::MAIN_FORKNUM, tid.block()) {
            if *held != INVALID_BUFFER {
                pg_sys::ReleaseBuffer(*held);
            }
            *held = buffer;
        }
    }
}

/// PostgreSQL's InvalidBuffer.
const INVALID_BUFFER: pg_sys::Buffer = 0;

/// Access to the table's rows by identifier.
pub struct HeapRows {
    /// Where the table's pages are; None where the table is not a heap.
    hints: Option<Hints>,
    fetch: *mut pg_sys::IndexFetchTableData,
    slot: *mut pg_sys::TupleTableSlot,
    heap: pg_sys::Relation,
    /// A page of the table's visibility map, or InvalidBuffer.
    visibility: pg_sys::Buffer,
    snapshot: pg_sys::Snapshot,
    /// Pages of the table when that was asked first.
    len: OnceCell<u32>,
    /// The table's columns that the index's are, 0 for an expression.
    attributes: Vec<i16>,
    info: *mut pg_sys::IndexInfo,
    /// For an index on an expression.
    estate: *mut pg_sys::EState,
    /// The index's columns of the row in the slot, where there is an expression among them.
    values: Vec<pg_sys::Datum>,
    nulls: Vec<bool>,
    /// For what is computed from one row.
    memory: RowMemory,
}

impl HeapRows {
    /// # Safety
    /// `index` must be an open index of the open table `heap`; both and the snapshot stay until [`HeapRows::close`].
    pub unsafe fn open(heap: pg_sys::Relation, index: pg_sys::Relation, snapshot: pg_sys::Snapshot) -> Self {
        // SAFETY: as promised.
        unsafe {
            let info = pg_sys::BuildIndexInfo(index);
            let attributes = (&(*info).ii_IndexAttrNumbers)[..(*info).ii_NumIndexAttrs as usize].to_vec();
            let slot = pg_sys::table_slot_create(heap, std::ptr::null_mut());
            let mut estate = std::ptr::null_mut();
            if attributes.contains(&0) {
                estate = pg_sys::CreateExecutorState();
                let context = pg_sys::MakePerTupleExprContext(estate);
                (*context).ecxt_scantuple = slot;
            }
            Self {
                hints: hints_of_heap(heap),
                fetch: pg_sys::table_index_fetch_begin(heap),
                slot,
                heap,
                visibility: INVALID_BUFFER,
                snapshot,
                len: OnceCell::new(),
                values: vec![pg_sys::Datum::null(); attributes.len()],
                nulls: vec![true; attributes.len()],
                attributes,
                info,
                estate,
                memory: RowMemory::new(),
            }
        }
    }

    /// The exact score of a row, None if the snapshot does not see it, its vector is NULL or it fails a condition.
    pub fn score(&mut self, class: OperatorClass, query: &Vector, quals: &Quals, tid: Tid) -> Option<f32> {
        let memory = self.memory;
        let score = || {
            // SAFETY: the columns are those of the row just fetched, in the slot until the next.
            if !self.fetch(tid) || !unsafe { quals.hold(|column| self.column(column)) } {
                return None;
            }
            self.vector(class.kind, |vector| class.metric.score(query.as_ref(), vector))
        };
        // SAFETY: a number points nowhere.
        unsafe { memory.run(score) }
    }

    /// Whether a row whose score is known counts: the snapshot sees it, or may be expected to, and it passes the conditions. Its vector
    /// is not fetched, and where no condition needs the row nor is any page of it that all transactions see. What is wrong about that the
    /// executor finds out when it visits the row.
    pub fn counts(&mut self, quals: &Quals, tid: Tid) -> bool {
        if quals.is_empty() {
            return self.is_all_visible(tid) || self.fetch_tuple(tid);
        }
        let memory = self.memory;
        // SAFETY: the columns are those of the row just fetched, in the slot until the next; a truth value points nowhere.
        unsafe { memory.run(|| self.fetch(tid) && quals.hold(|column| self.column(column))) }
    }

    fn is_all_visible(&mut self, tid: Tid) -> bool {
        // SAFETY: the table is open; the buffer is one of its visibility map, or none. A table without such a map says no.
        let flags = unsafe { pg_sys::visibilitymap_get_status(self.heap, tid.block(), &mut self.visibility) };
        u32::from(flags) & pg_sys::VISIBILITYMAP_ALL_VISIBLE != 0
    }

    /// Gets a row; false if the snapshot does not see it.
    fn fetch(&mut self, tid: Tid) -> bool {
        let found = self.fetch_tuple(tid);
        if found {
            self.compute();
        }
        found
    }

    /// Computes the index's expressions of the row last fetched.
    fn compute(&mut self) {
        if !self.estate.is_null() {
            // SAFETY: the slot holds a row of the table, and the executor state is that of this index's expressions.
            unsafe {
                pg_sys::MemoryContextReset((*(*self.estate).es_per_tuple_exprcontext).ecxt_per_tuple_memory);
                let (values, nulls) = (self.values.as_mut_ptr(), self.nulls.as_mut_ptr());
                pg_sys::FormIndexDatum(self.info, self.slot, self.estate, values, nulls);
            }
        }
    }

    /// Gets a row without computing the index's expressions.
    pub fn fetch_tuple(&mut self, tid: Tid) -> bool {
        let mut item = relation::tid::to_pg(tid);
        let (mut again, mut dead) = (false, false);
        // SAFETY: the fetch, slot and snapshot stay valid until `close`.
        unsafe {
            if let Some(hints) = &self.hints {
                pin_recent(hints, self.heap, self.fetch, tid);
            }
            let found = pg_sys::table_index_fetch_tuple(
                self.fetch,
                &mut item,
                self.snapshot,
                self.slot,
                &mut again,
                &mut dead,
            );
            if let Some(hints) = &self.hints
                && found
            {
                hints::set(hints, tid.block(), (*self.fetch.cast::<pg_sys::IndexFetchHeapData>()).xs_cbuf);
            }
            found
        }
    }

    /// Asks for the memory of a row that will be fetched soon: first (`near` false) for what pinning its page and finding it there
    /// touch, then for the row.
    pub fn prefetch(&self, tid: Tid, near: bool) {
        let Some(hints) = &self.hints else { return };
        let Some(page) = hints::address(hints, tid.block()) else { return };
        let line_pointer =
            page + PAGE_HEADER + size_of::<pg_sys::ItemIdData>() * (usize::from(tid.offset()).max(1) - 1);
        if !near {
            hints::prefetch_descriptor(hints, tid.block());
            kernels::prefetch(page, 1);
            kernels::prefetch(line_pointer, 1);
        } else if line_pointer < page + pg_sys::BLCKSZ as usize {
            // SAFETY: an aligned word of a buffer, which may be about another page by now: only where to look is made of it.
            let word = unsafe { std::ptr::with_exposed_provenance::<u32>(line_pointer).read_volatile() };
            // ItemIdData's first 15 bits
            kernels::prefetch(page + (word & 0x7fff) as usize, ROW_AHEAD);
        }
    }

    /// Asks for the page of a row that will be fetched, if it may have to come from storage.
    pub fn prefetch_page(&self, tid: Tid) {
        let Some(hints) = &self.hints else { return };
        let len = self.len.get_or_init(|| {
            // SAFETY: the table is open.
            unsafe { pg_sys::RelationGetNumberOfBlocksInFork(self.heap, pg_sys::ForkNumber::MAIN_FORKNUM) }
        });
        if tid.block() < *len {
            // SAFETY: the table is open, the hints are its own and the block exists.
            unsafe { hints::read_soon(hints, self.heap, tid.block()) };
        }
    }

    /// Hands the executor's fetch the page of a row that is returned, and prunes the page as that fetch would have done after
    /// looking for it.
    ///
    /// # Safety
    /// `fetch` must be null or an open fetch from the same table.
    pub unsafe fn hand_over(&self, fetch: *mut pg_sys::IndexFetchTableData, tid: Tid) {
        let Some(hints) = &self.hints else { return };
        if fetch.is_null() {
            return;
        }
        // SAFETY: as promised.
        unsafe {
            let held = |fetch: *mut pg_sys::IndexFetchTableData| {
                (*fetch.cast::<pg_sys::IndexFetchHeapData>()).xs_cbuf
            };
            let before = held(fetch);
            pin_recent(hints, self.heap, fetch, tid);
            if held(fetch) != before {
                pg_sys::heap_page_prune_opt(self.heap, held(fetch));
            }
        }
    }

    /// Whether reading the vector of the row last fetched reads other tables: it is stored out of line, or computed.
    pub fn reads_elsewhere(&self) -> bool {
        if self.attributes[0] == 0 {
            return true;
        }
        let (datum, null) = self.column(0);
        // SAFETY: a value of a type with a varlena header.
        !null && unsafe { pgrx::varatt_is_1b_e(datum.cast_mut_ptr()) }
    }

    /// Whether the row last fetched is one that another snapshot sees.
    ///
    /// # Safety
    /// `snapshot` must be valid.
    pub unsafe fn is_seen_by(&self, snapshot: pg_sys::Snapshot) -> bool {
        // SAFETY: as promised; the slot holds a row of the table, whose page is pinned.
        unsafe { pg_sys::table_tuple_satisfies_snapshot(self.heap, self.slot, snapshot) }
    }

    /// Hands the vector of the row last fetched to `take`; false if it is NULL.
    pub fn hand_vector(&mut self, kind: Kind, take: &mut dyn FnMut(VectorRef<'_>)) -> bool {
        let memory = self.memory;
        let hand = || {
            self.compute();
            self.vector(kind, take).is_some()
        };
        // SAFETY: a truth value points nowhere.
        unsafe { memory.run(hand) }
    }

    /// What `use_it` makes of the vector of the row last fetched; None if it is NULL.
    fn vector<R>(&self, kind: Kind, use_it: impl FnOnce(VectorRef<'_>) -> R) -> Option<R> {
        let (datum, null) = self.column(0);
        // SAFETY: the index's first column is of this kind; the value is dropped before the slot is cleared.
        (!null).then(|| use_it(unsafe { Value::from_datum(kind, datum) }.as_ref()))
    }

    /// The value of a column of the index in the row last fetched, and whether it is NULL.
    fn column(&self, column: usize) -> (pg_sys::Datum, bool) {
        let mut null = false;
        // SAFETY: the slot holds a row of the table.
        unsafe {
            match self.attributes[column] {
                0 => (self.values[column], self.nulls[column]),
                attribute => (pg_sys::slot_getattr(self.slot, i32::from(attribute), &mut null), null),
            }
        }
    }

    /// # Safety
    /// To be called once, before the table is closed.
    pub unsafe fn close(self) {
        // SAFETY: as promised.
        unsafe {
            if self.visibility != INVALID_BUFFER {
                pg_sys::ReleaseBuffer(self.visibility);
            }
            pg_sys::table_index_fetch_end(self.fetch);
            pg_sys::ExecDropSingleTupleTableSlot(self.slot);
            if !self.estate.is_null() {
                pg_sys::FreeExecutorState(self.estate);
            }
            self.memory.delete();
        }
    }
}
