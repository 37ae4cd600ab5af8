//! The value types of the extension and the way their stored bytes reach Rust.

pub mod array;
pub mod datum;
pub mod dimensions;
pub mod message;
pub mod record;
pub mod text;
pub mod vector;
