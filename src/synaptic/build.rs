//! `ambuild` and `ambuildempty`.
//!
//! Two heap scans: the first feeds the engine's sample, the second its coder. Pages are written through the buffer
//! manager without WAL and logged in one pass at the end. Clustering and coding run on threads that never call
//! PostgreSQL; between portions of work the build reports progress and can be cancelled.

use super::keys::{self, Column};
use super::pages::{Mode, PgPages};
use super::row_memory::RowMemory;
use super::value::{Kind, Value};
use super::{options, relation};
use crate::error::OrRaise;
use crate::threads;
use pgrx::pg_sys;
use synapse::{BuildOptions, BuildPhase, Builder, Embedding, Keeping, Pages};

/// Seed of everything random in a build: the same rows give the same index.
const SEED: u64 = 0x71_73_74_6f_72_65;

/// Sub-phases shown by `pg_stat_progress_create_index`, from 1 (PostgreSQL's "initializing").
const SAMPLING: i64 = 2;
const CLUSTERING: i64 = 3;
const CALIBRATING: i64 = 4;
const LOADING: i64 = 5;
const WRITING: i64 = 6;

/// The access method's `ambuildphasename`.
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn ambuildphasename(phase: i64) -> *mut std::ffi::c_char {
    let name = match phase {
        1 => c"initializing",
        SAMPLING => c"sampling vectors",
        CLUSTERING => c"clustering the sample",
        CALIBRATING => c"calibrating recall",
        LOADING => c"coding rows",
        WRITING => c"writing lists",
        _ => return std::ptr::null_mut(),
    };
    name.as_ptr().cast_mut()
}

fn report_progress(parameter: u32, value: i64) {
    // SAFETY: writes a number of this backend's status.
    unsafe { pg_sys::pgstat_progress_update_param(parameter as i32, value) };
}

/// Threads for the engine.
fn thread_pool() -> rayon::ThreadPool {
    // SAFETY: reads a setting.
    let workers = unsafe { pg_sys::max_parallel_maintenance_workers };
    threads::pool(workers, "the index build", "max_parallel_maintenance_workers")
}

/// What the callbacks of the heap scans need.
struct Load<'a> {
    pages: &'a PgPages,
    kind: Kind,
    columns: Vec<Column>,
    options: BuildOptions,
    /// Known where the column declares its dimensions, else from the first vector on.
    embedding: Option<Embedding>,
    pool: &'a rayon::ThreadPool,
    builder: Option<Builder<'a, PgPages>>,
    /// Rows given to the index.
    rows: u64,
    /// For what is computed from one row.
    memory: RowMemory,
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn sample_row(
    _index: pg_sys::Relation,
    _tid: pg_sys::ItemPointer,
    values: *mut pg_sys::Datum,
    nulls: *mut bool,
    _alive: bool,
    state: *mut std::ffi::c_void,
) {
    // SAFETY: `state` is the `Load` of the scan below, used by nobody else while the scan runs.
    unsafe {
        let load = &mut *state.cast::<Load<'_>>();
        if *nulls {
            return;
        }
        load.memory.run(|| {
            let value = || Value::from_datum(load.kind, *values);
            let builder = match &mut load.builder {
                Some(builder) => builder,
                none => {
                    let embedding = load.embedding.unwrap_or_else(|| {
                        let value = value();
                        let vector = value.as_ref();
                        Embedding::new(vector.form(), vector.dims()).or_raise()
                    });
                    none.insert(Builder::new(load.pages, embedding, load.options.clone()))
                }
            };
            // a vector stored out of line is read only if it is wanted
            if let Some(place) = builder.draw() {
                builder.take(place, value().as_ref()).or_raise();
            }
        });
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn load_row(
    _index: pg_sys::Relation,
    tid: pg_sys::ItemPointer,
    values: *mut pg_sys::Datum,
    nulls: *mut bool,
    _alive: bool,
    state: *mut std::ffi::c_void,
) {
    // SAFETY: as in `sample_row`.
    unsafe {
        let load = &mut *state.cast::<Load<'_>>();
        let tid = relation::tid::from_pg(*tid);
        load.rows += 1;
        load.memory.run(|| {
            let value = Value::of_column(load.kind, values, nulls);
            let vector = value.as_ref().map(Value::as_ref);
            let keys = keys::of_row(&load.columns, values, nulls);
            match &mut load.builder {
                Some(builder) => builder.add(load.pool, tid, vector, keys).or_raise(),
                // no vector in the whole table: a row that has one now came after the sample was taken
                None => {
                    let model = synapse::Model::load(load.pages).or_raise();
                    synapse::insert(load.pages, model.as_ref(), tid, vector, keys).or_raise();
                }
            }
        });
    }
}

/// The access method's `ambuild`.
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn ambuild(
    heap: pg_sys::Relation,
    index: pg_sys::Relation,
    info: *mut pg_sys::IndexInfo,
) -> *mut pg_sys::IndexBuildResult {
    // SAFETY: PostgreSQL calls with both relations open and locked for a build.
    unsafe {
        let pages = PgPages::new(index, Mode::Bulk);
        let (mut heap_pages, mut expected_rows, mut visible) = (0, 0.0, 0.0);
        pg_sys::estimate_rel_size(
            heap,
            std::ptr::null_mut(),
            &mut heap_pages,
            &mut expected_rows,
            &mut visible,
        );
        let pool = thread_pool();
        relation::check_columns(index);
        let columns = Column::of_index(index);
        let class = relation::operator_class(index);
        let epoch = relation::new_epoch();
        let embedding = relation::declared_embedding(index, class);
        let options = BuildOptions {
            metric: class.metric,
            columns: columns.len(),
            seed: SEED,
            epoch,
            expected_rows: expected_rows as u64,
            lists: options::lists(index),
            memory: pg_sys::maintenance_work_mem as usize * 1024,
            vectors: options::vectors(index).then(|| class.kind.vector_form()),
            spill: options::spill(index),
        };
        let keeping = Keeping { vectors: options.vectors, spill: options.spill };
        let mut load = Load {
            pages: &pages,
            kind: class.kind,
            columns,
            options,
            embedding,
            pool: &pool,
            builder: None,
            rows: 0,
            memory: RowMemory::new(),
        };
        let state = (&raw mut load).cast();

        report_progress(pg_sys::PROGRESS_CREATEIDX_SUBPHASE, SAMPLING);
        pg_sys::table_index_build_scan(
            heap,
            index,
            info,
            true,
            true,
            Some(sample_row),
            state,
            std::ptr::null_mut(),
        );

        match &mut load.builder {
            Some(builder) => builder
                .train(&pool, &mut |phase, done, total| {
                    let phase = match phase {
                        BuildPhase::Clustering => CLUSTERING,
                        BuildPhase::Calibrating => CALIBRATING,
                    };
                    report_progress(pg_sys::PROGRESS_CREATEIDX_SUBPHASE, phase);
                    report_progress(pg_sys::PROGRESS_CREATEIDX_TUPLES_TOTAL, total as i64);
                    report_progress(pg_sys::PROGRESS_CREATEIDX_TUPLES_DONE, done as i64);
                    pgrx::check_for_interrupts!();
                })
                .or_raise(),
            None => {
                let columns = load.columns.len();
                synapse::create_empty(&pages, class.metric, embedding, columns, keeping, SEED, epoch)
                    .or_raise();
            }
        }

        report_progress(pg_sys::PROGRESS_CREATEIDX_SUBPHASE, LOADING);
        let heap_rows = pg_sys::table_index_build_scan(
            heap,
            index,
            info,
            true,
            true,
            Some(load_row),
            state,
            std::ptr::null_mut(),
        );
        report_progress(pg_sys::PROGRESS_CREATEIDX_SUBPHASE, WRITING);
        let rows = load.rows;
        if let Some(builder) = load.builder.take() {
            builder.finish(&pool).or_raise();
        }
        if relation::needs_wal(index) {
            pg_sys::log_newpage_range(index, pg_sys::ForkNumber::MAIN_FORKNUM, 0, pages.len(), true);
        }
        #[cfg(debug_assertions)]
        super::failpoint::changed(synapse::Step::BuildLogged);
        let result: *mut pg_sys::IndexBuildResult =
            pg_sys::palloc0(std::mem::size_of::<pg_sys::IndexBuildResult>()).cast();
        (*result).heap_tuples = heap_rows;
        (*result).index_tuples = rows as f64;
        result
    }
}

/// The access method's `ambuildempty`: the init fork of an unlogged index.
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn ambuildempty(index: pg_sys::Relation) {
    // SAFETY: PostgreSQL calls with the new index open and locked.
    unsafe {
        let pages = PgPages::init_fork(index);
        relation::check_columns(index);
        let columns = Column::of_index(index).len();
        let class = relation::operator_class(index);
        let embedding = relation::declared_embedding(index, class);
        let epoch = relation::new_epoch();
        let vectors = options::vectors(index).then(|| class.kind.vector_form());
        let keeping = Keeping { vectors, spill: options::spill(index) };
        synapse::create_empty(&pages, class.metric, embedding, columns, keeping, SEED, epoch).or_raise();
    }
}
