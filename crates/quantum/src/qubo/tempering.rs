//! Parallel tempering (Swendsen, Wang 1986; Geyer 1991): replicas at fixed temperatures that exchange places.

use super::Qubo;
use super::anneal::sweep;
use super::schedule::Range;
use super::solve::{Run, Task};
use super::walk::{Best, Walk, accept};
use crate::random::Random;

/// The number of temperatures, in equal ratios. Neighbours exchange often enough if their energies overlap, whose spread relative to
/// their distance falls with the square root of the variables.
fn rungs(variables: usize) -> usize {
    ((1.2 * (variables as f64).sqrt()) as usize).clamp(8, 48)
}

pub(super) fn run(qubo: &Qubo, task: &Task<'_>, random: &mut Random) -> Option<Run> {
    let rungs = rungs(qubo.variables());
    // Above half of the hot end nothing is ordered any more, and nothing is gained there.
    let range = Range::of(qubo);
    let range = Range { hot: (0.5 * range.hot).max(range.cold), ..range };
    let cold: Vec<f64> = (0..rungs).map(|rung| 1.0 / range.geometric(rung, rungs)).collect();
    let mut walks: Vec<Walk<'_>> = (0..rungs).map(|_| Walk::random(qubo, random)).collect();
    let mut best = Best::of(&walks[0]);
    let mut accepted = 0;
    for at in 0..task.sweeps {
        for (walk, &cold) in walks.iter_mut().zip(&cold) {
            if task.cancelled() {
                return None;
            }
            accepted += sweep(walk, cold, random);
            best.consider(walk);
        }
        // Even and odd pairs in turn, so that a replica can wander over the whole ladder.
        for rung in (at % 2..rungs - 1).step_by(2) {
            // Always if the colder one has the higher energy.
            let gain = walks[rung + 1].energy() - walks[rung].energy();
            if accept(gain * (cold[rung] - cold[rung + 1]), random) {
                walks.swap(rung, rung + 1);
            }
        }
    }
    for walk in &mut walks {
        walk.descend();
        best.consider(walk);
    }
    let sweeps = (task.sweeps * rungs) as u64;
    Some(Run { assignment: best.assignment(), sweeps, proposed: sweeps * qubo.variables() as u64, accepted })
}
