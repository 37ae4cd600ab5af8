//! Grover's search (Grover 1996) by its state vector: it really iterates, and has the closed form beside it (Boyer, Brassard,
//! Høyer, Tapp 1998). It looks at all 2ⁿ amplitudes in every iteration, so that it is always slower than a scan.

use crate::circuit::{CircuitError, Gate, Register};
use crate::monitor::Monitor;
use crate::random::Random;
use num_complex::Complex64;

/// What a search did and what theory says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// The basis state that was measured at the end.
    pub outcome: usize,
    /// Whether it is a marked one.
    pub found: bool,
    /// Number of marked states.
    pub marked: usize,
    /// Iterations made; each calls the oracle once, on a superposition of all states.
    pub iterations: u64,
    /// Probability of measuring a marked state, summed over the simulated amplitudes.
    pub success: f64,
    /// The same by the closed form, sin²((2k+1)·θ) with sin²θ = M/N.
    pub closed_form: f64,
}

/// The number of iterations after which success is most likely, ⌊π/(4θ)⌋ with sin²θ = marked / 2^qubits; 0 without marked states.
pub fn best_iterations(qubits: usize, marked: usize) -> u64 {
    if marked == 0 {
        return 0;
    }
    (std::f64::consts::FRAC_PI_4 / angle(qubits, marked)) as u64
}

/// The probability of measuring a marked state after `iterations`.
pub fn success_probability(qubits: usize, marked: usize, iterations: u64) -> f64 {
    let sine = libm::sin((2 * iterations + 1) as f64 * angle(qubits, marked));
    sine * sine
}

fn angle(qubits: usize, marked: usize) -> f64 {
    libm::asin((marked as f64 / (1u64 << qubits) as f64).sqrt().min(1.0))
}

/// Searches for the states that `marked` says yes to, by its entry for each of the 2ⁿ basis states. `iterations` is the
/// best number unless given.
///
/// # Errors
/// [`CircuitError::QubitCount`] unless there are 2ⁿ entries, n ≥ 1; more than `limit` qubits, no memory, cancelled.
pub fn grover_search(
    marked: &[bool],
    iterations: Option<u64>,
    seed: u64,
    limit: usize,
    monitor: &dyn Monitor,
) -> Result<Search, CircuitError> {
    let qubits = marked.len().checked_ilog2().unwrap_or(0) as usize;
    if qubits == 0 || marked.len() != 1 << qubits {
        return Err(CircuitError::QubitCount { qubits, limit });
    }
    let count = marked.iter().filter(|&&yes| yes).count();
    let iterations = iterations.unwrap_or_else(|| best_iterations(qubits, count));
    let mut register = Register::zero(qubits, limit)?;
    for qubit in 0..qubits {
        register.apply(Gate::H, &[qubit]);
    }
    for done in 0..iterations {
        monitor.progress(done, iterations);
        if monitor.cancelled() {
            return Err(CircuitError::Cancelled);
        }
        let amplitudes = register.amplitudes_mut();
        for (amplitude, _) in amplitudes.iter_mut().zip(marked).filter(|(_, yes)| **yes) {
            *amplitude = -*amplitude;
        }
        // Inversion about the mean: 2|s⟩⟨s| − 1 with |s⟩ the uniform superposition.
        let twice_mean = amplitudes.iter().sum::<Complex64>() * (2.0 / amplitudes.len() as f64);
        for amplitude in amplitudes {
            *amplitude = twice_mean - *amplitude;
        }
    }
    let success =
        register.amplitudes().iter().zip(marked).filter(|(_, yes)| **yes).map(|(z, _)| z.norm_sqr()).sum();
    let outcome = register.sample(1, &mut Random::new(seed)).first().copied().unwrap_or(0);
    Ok(Search {
        outcome,
        found: marked[outcome],
        marked: count,
        iterations,
        success,
        closed_form: success_probability(qubits, count, iterations),
    })
}
