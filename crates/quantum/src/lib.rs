//! Pure states of a quantum system, simulated exactly on a classical machine: complex unit vectors, their
//! inner product and fidelity, and their text form. Amplitudes are `f32`, every sum is taken in `f64`.

mod error;
mod overlap;
mod state;
mod text;

pub use error::{QuantumError, TextProblem};
pub use overlap::{fidelity_interleaved, fidelity_slices, inner_product_slices};
pub use state::{MAX_DIMENSIONS, NORM_TOLERANCE, State};
pub use text::{format_amplitudes, parse_amplitudes};
