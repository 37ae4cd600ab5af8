//! The text form of a dense vector, `[1,2,3]`: bytes in, single-precision components out; and both forms of a sparse
//! vector, `{1:1.5,3:2}/5`. The grammars stand in the README.

mod parse;
mod sparse;
mod sparse_text;
mod sparse_wire;

pub use parse::{ParseError, parse};
pub use sparse::{Sparse, SparseFault, SparseLimits};
pub use sparse_text::{Expected, SparseTextError, parse_sparse};
pub use sparse_wire::{SparseWireError, read_sparse, sparse_length, write_sparse};
