//! The quantum layer: simulated, exact, and never faster than the classical way.

mod attend;
mod circuit;
mod grover;
pub mod qvector;
