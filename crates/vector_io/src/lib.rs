//! The text form of a dense vector, `[1,2,3]`: bytes in, single-precision components out. The grammar stands in the
//! README.

mod parse;

pub use parse::{ParseError, parse};
