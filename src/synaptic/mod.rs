//! The index access method `synaptic`: PostgreSQL's side of the engine in `crates/synapse`. One file per verb.

mod build;
mod cache;
mod cost;
mod functions;
mod handler;
mod insert;
mod options;
mod pages;
mod relation;
mod scan;
mod vacuum;

pub use options::init;
