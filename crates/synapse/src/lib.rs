//! The engine of the `synaptic` index: approximate nearest neighbours in fixed-size pages.
//!
//! Vectors are clustered into lists; a list holds 1-bit codes of the residuals to its centroid (RaBitQ, Gao and Long,
//! SIGMOD 2024) in FastScan blocks of 32, with the identifier of the row ([`Tid`]) beside each. A search ranks the
//! lists, scans as many as the declared recall asks for, and orders the survivors by exact distances which it gets
//! from outside: the raw vectors stay in the table.
//!
//! The engine knows nothing of PostgreSQL. It sees storage through the port [`Pages`] and the table's vectors through a closure;
//! [`MemoryPages`] is the in-memory twin for tests. Page formats, invariants, lock order and crash states are in the README.

mod build;
mod calibrate;
mod centroids;
mod check;
mod coding;
mod error;
mod extent;
mod filter;
mod insert;
mod kmeans;
pub mod layout;
mod list_rows;
mod lists;
mod memory;
mod metric;
mod model;
mod moves;
mod nearer;
mod neighbours;
mod pages;
mod quantizer;
mod refine;
mod reorganize;
mod repair;
mod replace;
mod scan;
mod search;
mod spill;
mod split;
mod spread;
mod state;
mod step;
mod stop;
mod tail;
mod vacuum;
mod vector;
mod vectors;

pub use build::{BuildOptions, BuildPhase, BuildReport, Builder};
pub use check::{Finding, check, check_with_vectors};
pub use error::Error;
pub use filter::{Condition, Filter, Keys, MAX_COLUMNS, Test};
pub use insert::{Keeping, create_empty, insert, insert_and_split};
pub use layout::{PAGE_BYTES, Tid};
pub use lists::null_rows;
pub use memory::MemoryPages;
pub use metric::Metric;
pub use model::Model;
pub use pages::{Block, Lockable, NO_BLOCK, PageTxn, Pages, Stream};
pub use reorganize::{Reorganized, Scope, reorganize};
pub use search::{Exact, Rows, Search, SearchStats};
pub use split::{Limits, Table};
pub use step::Step;
pub use vacuum::{VacuumReport, vacuum};
pub use vector::{Embedding, Form, SKETCH_DIMENSIONS, Vector, VectorRef};
pub use vectors::{VectorForm, digest, vector_pages};
