//! qstore inside PostgreSQL: the adapter between the server and the engines in `crates/`.
//!
//! One folder per surface; each decodes SQL values, calls its engine and encodes the answer.
//! The SQL objects themselves stand in `sql/`, one file per surface.

mod dna;
mod error;
mod guc;
mod list;
mod qsql;
mod quantum;
mod synaptic;
mod threads;
mod types;

pgrx::pg_module_magic!();

/// Called once per process when the library is loaded: by `CREATE EXTENSION`, by the first use of one of our
/// functions, or by `shared_preload_libraries`.
#[pgrx::pg_guard]
pub extern "C-unwind" fn _PG_init() {
    guc::init();
    qsql::init();
    synaptic::init();
}
