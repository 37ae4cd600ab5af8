//! SQL functions about an index: `qstore.check_index`, `qstore.index_info`.

use super::pages::{Mode, PgPages};
use super::{options, relation};
use crate::error::{OrRaise, Report};
use pgrx::PgSqlErrorCode::ERRCODE_WRONG_OBJECT_TYPE;
use pgrx::iter::TableIterator;
use pgrx::{name, pg_sys};
use synapse::{Model, Pages};

/// An index of ours, open and locked until dropped.
struct OpenIndex {
    relation: pg_sys::Relation,
    lock: pg_sys::LOCKMODE,
}

impl OpenIndex {
    fn open(oid: pg_sys::Oid, lock: pg_sys::LOCKMODE) -> Self {
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

/// Violated invariants of an index; none for a sound one. Excludes a concurrent vacuum where it can.
#[pgrx::pg_extern(sql = "")]
fn check_index(
    index: pg_sys::Oid,
) -> TableIterator<'static, (name!(invariant, String), name!(block, i64), name!(detail, String))> {
    // SAFETY: reads a flag.
    let standby = unsafe { pg_sys::RecoveryInProgress() };
    let lock = if standby { pg_sys::AccessShareLock } else { pg_sys::ShareUpdateExclusiveLock };
    let index = OpenIndex::open(index, lock as pg_sys::LOCKMODE);
    let findings = synapse::check(&index.pages(), &mut |_| {});
    TableIterator::new(
        findings
            .into_iter()
            .map(|finding| (finding.invariant.to_string(), i64::from(finding.block), finding.detail)),
    )
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
    };
    // SAFETY: the index is open.
    let probes = meta.probes(unsafe { options::recall(index.relation) }, 10);
    TableIterator::once((
        (meta.dims > 0).then_some(meta.dims as i32),
        metric.to_string(),
        meta.lists as i32,
        probes as i32,
        meta.built as i64,
        i64::from(pages.len()),
    ))
}
