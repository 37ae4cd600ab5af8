//! The text and binary forms of vectors: bytes in, components out. The grammars stand in the README.
//!
//! * [`parse`] reads the text form of a dense vector, `[1,2,3]`, [`wire`] reads and writes its binary form. Both are
//!   generic over what a component is: `f32` (the SQL type `vector`) or [`Half`] (`halfvec`).
//! * [`parse_sparse`] reads the text form of a sparse vector, `{1:1.5,3:2}/5`; [`read_sparse`] and [`write_sparse`] its
//!   binary form.

mod component;
mod dense;
mod number;
mod sparse;
mod sparse_text;
mod sparse_wire;
pub mod wire;

pub use component::{Component, Half};
pub use dense::{ParseError, parse};
pub use sparse::{Sparse, SparseFault, SparseLimits};
pub use sparse_text::{Expected, SparseTextError, parse_sparse};
pub use sparse_wire::{SparseWireError, read_sparse, sparse_length, write_sparse};
