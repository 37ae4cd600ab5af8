//! Parallel tempering (Swendsen, Wang 1986; Geyer 1991): replicas at fixed temperatures that exchange places.

use super::anneal::sweep;
use super::schedule::Range;
use super::solve::{Run, Task};
use super::walk::{Best, Walk, accept};
use crate::random::Random;

/// Temperatures, in equal ratios.
const RUNGS: usize = 16;

pub(super) fn run(task: &Task<'_>, random: &mut Random) -> Option<Run> {
    let range = Range::of(task.qubo);
    let cold: Vec<f64> = (0..RUNGS).map(|rung| 1.0 / range.geometric(rung, RUNGS)).collect();
    let mut walks: Vec<Walk<'_>> = (0..RUNGS).map(|_| Walk::random(task.qubo, random)).collect();
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
        for rung in (at % 2..RUNGS - 1).step_by(2) {
            let energies = walks[rung].energy() - walks[rung + 1].energy();
            if accept(energies * (cold[rung] - cold[rung + 1]), random) {
                walks.swap(rung, rung + 1);
            }
        }
    }
    for walk in &mut walks {
        walk.descend();
        best.consider(walk);
    }
    let sweeps = (task.sweeps * RUNGS) as u64;
    Some(Run {
        assignment: best.assignment(),
        sweeps,
        proposed: sweeps * task.qubo.variables() as u64,
        accepted,
    })
}
