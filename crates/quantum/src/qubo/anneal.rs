//! Simulated annealing (Kirkpatrick, Gelatt, Vecchi 1983): Metropolis sweeps from hot to cold in equal ratios.

use super::Qubo;
use super::schedule::Range;
use super::solve::{Run, Task};
use super::walk::{Best, Walk, accept};
use crate::random::Random;

/// One sweep over all variables; returns how many flipped.
pub(super) fn sweep(walk: &mut Walk<'_>, cold: f64, random: &mut Random) -> u64 {
    let mut flips = 0;
    for i in 0..walk.len() {
        if accept(walk.change(i) * cold, random) {
            walk.flip(i);
            flips += 1;
        }
    }
    flips
}

pub(super) fn run(qubo: &Qubo, task: &Task<'_>, random: &mut Random) -> Option<Run> {
    let range = Range::of(qubo);
    let mut walk = Walk::random(qubo, random);
    let mut best = Best::of(&walk);
    let mut accepted = 0;
    for at in 0..task.sweeps {
        if task.cancelled() {
            return None;
        }
        accepted += sweep(&mut walk, 1.0 / range.geometric(at, task.sweeps), random);
        best.consider(&walk);
    }
    walk.descend();
    best.consider(&walk);
    let proposed = (task.sweeps * walk.len()) as u64;
    Some(Run { assignment: best.assignment(), sweeps: task.sweeps as u64, proposed, accepted })
}
