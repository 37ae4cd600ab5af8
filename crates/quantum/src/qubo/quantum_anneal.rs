//! Simulated quantum annealing: path-integral Monte Carlo of a transverse-field Ising model (Martoňák, Santoro, Tosatti 2002).
//!
//! By the Suzuki-Trotter formula the quantum system is a ring of classical slices, each with the whole problem at P times the
//! temperature, neighbours coupled by J = ½·ln coth(Γ/(P·T)). The transverse field Γ falls to nearly 0, which makes the slices agree.

use super::Qubo;
use super::schedule::Range;
use super::solve::{Run, Task};
use super::walk::{Best, Walk, accept};
use crate::random::Random;

/// Trotter slices, P.
const SLICES: usize = 16;

/// P·T in units of the cold end of the classical schedule.
const SLICE_TEMPERATURE: f64 = 2.0;

pub(super) fn run(qubo: &Qubo, task: &Task<'_>, random: &mut Random) -> Option<Run> {
    let range = Range::of(qubo);
    let temperature = (SLICE_TEMPERATURE * range.cold).min(range.hot);
    let mut slices: Vec<Walk<'_>> = (0..SLICES).map(|_| Walk::random(qubo, random)).collect();
    let mut best = Best::of(&slices[0]);
    let n = qubo.variables();
    let mut accepted = 0;
    for at in 0..task.sweeps {
        // From the hottest scale down to a thousandth of P·T, linearly.
        let left = 1.0 - at as f64 / task.sweeps as f64;
        let field = 1.5 * range.hot * left + 1e-3 * temperature;
        let coupling = -0.5 * libm::log(libm::tanh(field / temperature));
        for slice in 0..SLICES {
            if task.cancelled() {
                return None;
            }
            let (before, after) = ((slice + SLICES - 1) % SLICES, (slice + 1) % SLICES);
            for i in 0..n {
                let neighbours = slices[before].step(i) + slices[after].step(i);
                let bond = 2.0 * coupling * slices[slice].step(i) * neighbours;
                if accept(slices[slice].change(i) / temperature + bond, random) {
                    slices[slice].flip(i);
                    accepted += 1;
                }
            }
            best.consider(&slices[slice]);
        }
    }
    for slice in &mut slices {
        slice.descend();
        best.consider(slice);
    }
    let sweeps = (task.sweeps * SLICES) as u64;
    Some(Run { assignment: best.assignment(), sweeps, proposed: sweeps * n as u64, accepted })
}
