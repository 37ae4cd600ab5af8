//! The quantum layer: simulated, exact, and never faster than the classical way.

pub(crate) mod attend;
mod circuit;
mod grover;
mod qubo;
pub mod qvector;
mod superposition;
