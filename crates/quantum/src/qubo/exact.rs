//! All assignments in the order of a Gray code, so that each is one flip from the last.

use super::Qubo;
use super::solve::{Run, Task};
use super::walk::{Best, Walk};

/// The most variables: 2³⁰ assignments take some seconds.
pub(super) const MAX_EXACT: usize = 30;

/// Flips after which energy and fields are computed anew, so that rounding does not add up.
const REFRESH: u64 = 1 << 14;

/// The number of parts that the assignments are divided into, by their last variables: it does not depend on the threads.
pub(super) fn parts(qubo: &Qubo) -> usize {
    1 << qubo.variables().saturating_sub(12).min(8)
}

/// The best assignment of one part.
pub(super) fn run(qubo: &Qubo, task: &Task<'_>, part: usize) -> Option<Run> {
    let n = qubo.variables();
    let free = n - parts(qubo).trailing_zeros() as usize;
    let x: Vec<bool> = (0..n).map(|i| i >= free && part >> (i - free) & 1 == 1).collect();
    let mut walk = Walk::new(qubo, &x);
    let mut best = Best::of(&walk);
    let total = 1u64 << free;
    for count in 1..total {
        walk.flip(count.trailing_zeros() as usize);
        if count % REFRESH == 0 {
            if task.cancelled() {
                return None;
            }
            walk = Walk::new(qubo, &walk.assignment());
        }
        best.consider(&walk);
    }
    Some(Run { assignment: best.assignment(), sweeps: 1, proposed: total, accepted: total })
}
