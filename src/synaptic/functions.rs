//! SQL functions about an index: `qstore.check_index`, `qstore.index_info`.

use super::pages::{Mode, PgPages};
use super::value::{Kind, Value};
use super::{options, relation};
use crate::error::{OrRaise, Report};
use pgrx::PgSqlErrorCode::ERRCODE_WRONG_OBJECT_TYPE;
use pgrx::iter::TableIterator;
use pgrx::{name, pg_sys};
use std::collections::HashMap;
use synapse::{Lockable, Model, Pages, Tid};

/// An index of ours, open and locked until dropped.
pub struct OpenIndex {
    /// The index.
    pub relation: pg_sys::Relation,
    lock: pg_sys::LOCKMODE,
}

impl OpenIndex {
    /// Opens and locks it; refuses what is none of ours.
    pub fn open(oid: pg_sys::Oid, lock: pg_sys::LOCKMODE) -> Self {
        // SAFETY: relation_open raises an error if there is no such relation.
        unsafe {
            let relation = pg_sys::relation_open(oid, lock);
            let class = (*relation).rd_rel;
            let method = pg_sys::get_am_oid(c"synaptic".as_ptr(), true);
            if (*class).relkind != pg_sys::RELKIND_INDEX as std::ffi::c_char || (*class).relam != method {
                Report::new(
                    ERRCODE_WRONG_OBJECT_TYPE,
                    format!("\"{}\" is not a synaptic index", relation::name(relation)),
                )
                .hint("Name an index that was created with USING synaptic.")
                .raise();
            }
            Self { relation, lock }
        }
    }

    fn pages(&self) -> PgPages {
        // SAFETY: the relation stays open while self lives, which outlives the pages in every caller.
        unsafe { PgPages::new(self.relation, Mode::Logged) }
    }
}

impl Drop for OpenIndex {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // SAFETY: opened by `open` with this lock, which nothing needs after the answer. While an error unwinds, the
            // transaction's abort closes the relation.
            unsafe { pg_sys::relation_close(self.relation, self.lock) };
        }
    }
}

/// Missing rows that are named one by one.
const NAMED: usize = 100;

/// How often a standby looks anew at an index whose lists were changed by its primary meanwhile.
const LOOKS: usize = 10;

/// Violated invariants of an index; none for a sound one. With `heap`, every row of the table that a snapshot taken now sees
/// must be in the index (amcheck's `heapallindexed`), with the table's vector where the index keeps vectors; identifiers and digests are held
/// in memory meanwhile, about 32 bytes a row. Excludes a
/// concurrent vacuum where it can: an entry seen cannot vanish before it is looked for.
#[pgrx::pg_extern(sql = "")]
fn check_index(
    index: pg_sys::Oid,
    heap: bool,
) -> TableIterator<'static, (name!(invariant, String), name!(block, i64), name!(detail, String))> {
    // SAFETY: reads a flag.
    let standby = unsafe { pg_sys::RecoveryInProgress() };
    let lock = if standby { pg_sys::AccessShareLock } else { pg_sys::ShareUpdateExclusiveLock };
    let lock = lock as pg_sys::LOCKMODE;
    // the table before the index, as everybody locks them
    let table = heap.then(|| OpenTable::of_index(index, lock));
    let index = OpenIndex::open(index, lock);
    // SAFETY: both are open and locked.
    let mut missing = table.map(|table| unsafe { rows_of(table.0, index.relation) }).unwrap_or_default();
    let pages = index.pages();
    let mut differing = Vec::new();
    // rows must not move from list to list meanwhile; a standby, which cannot keep its primary from that, looks again
    let _structure = pages.lock(Lockable::Structure, true);
    let mut findings;
    let mut looks = 0;
    loop {
        let state = || Model::meta(&pages).map(|meta| (meta.revision(), meta.moves));
        let before = state();
        findings = synapse::check_with_vectors(&pages, &mut |tid, vector| {
            if let (Some(Some(expected)), Some(vector)) = (missing.remove(&tid), vector)
                && expected != synapse::digest(vector)
            {
                differing.push(tid);
            }
        });
        looks += 1;
        if !standby || looks == LOOKS || before == state() {
            break;
        }
    }
    let mut answers: Vec<(String, i64, String)> = findings
        .into_iter()
        .map(|finding| (finding.invariant.to_string(), i64::from(finding.block), finding.detail))
        .collect();
    for tid in differing.iter().take(NAMED) {
        let detail =
            format!("the vector kept of row ({},{}) is not that of the table", tid.block(), tid.offset());
        answers.push(("I10".into(), 0, detail));
    }
    let mut missing: Vec<Tid> = missing.into_keys().collect();
    missing.sort_unstable();
    for tid in missing.iter().take(NAMED) {
        let detail = format!("row ({},{}) of the table is not in the index", tid.block(), tid.offset());
        answers.push(("I8".into(), 0, detail));
    }
    if missing.len() > NAMED {
        let detail = format!("{} more rows of the table are not in the index", missing.len() - NAMED);
        answers.push(("I8".into(), 0, detail));
    }
    TableIterator::new(answers)
}

/// The table of an index, open and locked until the end of the transaction.
pub struct OpenTable(pub pg_sys::Relation);

impl OpenTable {
    /// Opens and locks it; refuses an index that is none of ours.
    pub fn of_index(index: pg_sys::Oid, lock: pg_sys::LOCKMODE) -> Self {
        // SAFETY: IndexGetRelation gives InvalidOid for what is no index; OpenIndex then says what it is. The relation is closed
        // by the end of the transaction's resource owner on an error, and by drop otherwise.
        unsafe {
            let table = pg_sys::IndexGetRelation(index, true);
            if table == pg_sys::InvalidOid {
                drop(OpenIndex::open(index, lock));
            }
            Self(pg_sys::table_open(table, lock))
        }
    }
}

impl Drop for OpenTable {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // SAFETY: opened by `of_index`; the lock stays until the end of the transaction.
            unsafe { pg_sys::table_close(self.0, pg_sys::NoLock as pg_sys::LOCKMODE) };
        }
    }
}

/// What [`rows_of`] collects.
struct Collected {
    rows: HashMap<Tid, Option<u64>>,
    /// The kind of the vectors to be digested, if the index keeps them.
    kind: Option<Kind>,
}

/// Identifiers of the rows that belong into the index, as a snapshot taken now sees them, and digests of their vectors where the index keeps
/// those.
///
/// # Safety
/// Both relations must be open and locked, and the index be one of the table.
unsafe fn rows_of(table: pg_sys::Relation, index: pg_sys::Relation) -> HashMap<Tid, Option<u64>> {
    // SAFETY: as promised; with ii_Concurrent the scan uses a snapshot, as for CREATE INDEX CONCURRENTLY (and amcheck).
    unsafe {
        let keeps = Model::meta(&PgPages::new(index, Mode::Logged)).is_ok_and(|meta| meta.vectors.is_some());
        let kind = keeps.then(|| relation::operator_class(index).kind);
        let mut collected = Collected { rows: HashMap::new(), kind };
        let info = pg_sys::BuildIndexInfo(index);
        (*info).ii_Concurrent = true;
        pg_sys::table_index_build_scan(
            table,
            index,
            info,
            true,
            false,
            Some(collect_row),
            (&raw mut collected).cast(),
            std::ptr::null_mut(),
        );
        collected.rows
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn collect_row(
    _index: pg_sys::Relation,
    tid: pg_sys::ItemPointer,
    values: *mut pg_sys::Datum,
    nulls: *mut bool,
    _alive: bool,
    state: *mut std::ffi::c_void,
) {
    // SAFETY: `state` is what `rows_of` collects, used by nobody else while the scan runs; the first column is of this kind.
    unsafe {
        let collected = &mut *state.cast::<Collected>();
        let value = collected.kind.and_then(|kind| Value::of_column(kind, values, nulls));
        let digest = value.map(|value| synapse::digest(value.as_ref()));
        collected.rows.insert(relation::tid::from_pg(*tid), digest);
    }
}

/// Parameters and size of an index.
#[pgrx::pg_extern(sql = "")]
#[allow(clippy::type_complexity)]
fn index_info(
    index: pg_sys::Oid,
) -> TableIterator<
    'static,
    (
        name!(dimensions, Option<i32>),
        name!(metric, String),
        name!(lists, i32),
        name!(probes, i32),
        name!(rows_at_build, i64),
        name!(pages, i64),
        name!(vector_bytes, i32),
        name!(vector_pages, i64),
    ),
> {
    let index = OpenIndex::open(index, pg_sys::AccessShareLock as pg_sys::LOCKMODE);
    let pages = index.pages();
    let meta = Model::meta(&pages).or_raise();
    let metric = match meta.metric {
        synapse::Metric::L2 => "l2",
        synapse::Metric::InnerProduct => "inner product",
        synapse::Metric::Cosine => "cosine",
        synapse::Metric::L1 => "l1",
        synapse::Metric::Hamming => "hamming",
        synapse::Metric::Jaccard => "jaccard",
        synapse::Metric::Infidelity => "infidelity",
    };
    // rows must not move from list to list while they are counted
    let structure = pages.lock(Lockable::Structure, false);
    let vector_pages = synapse::vector_pages(&pages).or_raise();
    drop(structure);
    // SAFETY: the index is open.
    let probes = meta.probes(unsafe { options::recall(index.relation) }, 10);
    TableIterator::once((
        (meta.dims > 0).then_some(meta.dims as i32),
        metric.to_string(),
        meta.live_lists() as i32,
        probes as i32,
        meta.built as i64,
        i64::from(pages.len()),
        meta.vector_bytes as i32,
        vector_pages as i64,
    ))
}
