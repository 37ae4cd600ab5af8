//! The text and binary forms of vectors: bytes in, components out. The grammars stand in the README.
//!
//! * [`parse`] reads the text form of a dense vector, `[1,2,3]`.
//! * [`wire`] reads and writes the binary form.
//!
//! Both are generic over what a component is: `f32` (the SQL type `vector`) or [`Half`] (`halfvec`).

mod component;
mod dense;
mod number;
pub mod wire;

pub use component::{Component, Half};
pub use dense::{ParseError, parse};
