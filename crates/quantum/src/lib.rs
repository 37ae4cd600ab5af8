//! The quantum layer, simulated exactly on a classical machine: pure states as complex unit vectors, superpositions of
//! contexts, circuits, Grover's search, optimisation of
//! binary variables (QUBO).
//! No PostgreSQL, no I/O, no globals, no `unsafe`. The same input and seed give the same answer on every machine.

pub mod circuit;
mod error;
pub mod grover;
mod monitor;
mod overlap;
pub mod qubo;
mod random;
mod state;
pub mod superposition;
mod text;
mod transform;

pub use error::{QuantumError, TextProblem};
pub use monitor::{Monitor, Unattended};
pub use overlap::{fidelity_interleaved, fidelity_slices, inner_product_slices};
pub use random::Random;
pub use state::{MAX_DIMENSIONS, NORM_TOLERANCE, State};
pub use text::{format_amplitudes, parse_amplitudes};
pub use transform::{HERMITIAN_TOLERANCE, UNITARY_TOLERANCE};
