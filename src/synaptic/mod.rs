//! The index access method `synaptic`: PostgreSQL's side of the engine in `crates/synapse`. One file per verb.

mod build;
mod cache;
mod conditions;
mod cost;
#[cfg(debug_assertions)]
mod failpoint;
mod functions;
mod handler;
mod heap_rows;
mod hints;
mod indexed_rows;
mod insert;
mod keys;
mod limit;
mod maintain;
mod options;
mod pages;
mod quals;
mod relation;
mod row_memory;
mod scan;
#[cfg(any(feature = "pg17", feature = "pg18"))]
mod streams;
mod vacuum;
mod validate;
mod value;

/// Registers what the access method needs once per process; called from `_PG_init`.
pub fn init() {
    options::init();
    limit::init();
    conditions::init();
    #[cfg(debug_assertions)]
    failpoint::init();
}
