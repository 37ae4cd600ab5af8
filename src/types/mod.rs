//! The value types of the extension and the way their stored bytes reach Rust.
//!
//! `vector` and `halfvec` are one implementation, [`dense`]; their own modules hold no more than the functions' entry
//! points.

mod adopt;
pub mod array;
pub mod bit;
pub mod datum;
pub mod dense;
pub mod dimensions;
pub mod entry;
pub mod fast_call;
pub mod halfvec;
pub mod message;
pub mod record;
pub mod sparsevec;
mod support;
pub mod text;
pub mod vector;
