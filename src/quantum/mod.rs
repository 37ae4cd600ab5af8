//! The quantum layer: simulated, exact, and never faster than the classical way.

pub mod qvector;
