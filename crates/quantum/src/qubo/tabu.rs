//! Tabu search with restarts from perturbed elite solutions, after Palubeckis 2004 (multistart tabu search for QUBO) and
//! Glover, Lü, Hao 2010 (diversification-driven tabu search).
//!
//! Every step makes the best flip that is not forbidden, even if it costs; a flipped variable is forbidden for some steps. A
//! forbidden flip to a new best is made all the same. After a while without a new best the search goes on from one of the
//! best local minima with a part of its variables flipped.

use super::Qubo;
use super::solve::{Run, Task};
use super::walk::{Best, Walk};
use crate::random::Random;

/// How many of the best local minima are kept.
const ELITE: usize = 8;

/// Flips considered side by side.
const LANES: usize = 8;

/// The forbidden variables and when each becomes free.
struct Forbidden {
    /// Infinity for a forbidden variable, else 0: added to the changes of energy.
    penalty: Vec<f64>,
    free_at: Vec<u64>,
    /// The variables that may become free at step t stand in ring[t % length].
    ring: Vec<Vec<u32>>,
    shortest: u64,
    spread: usize,
    now: u64,
}

impl Forbidden {
    fn new(n: usize) -> Self {
        let shortest = (n / 100 + 8).min(n / 4).max(1) as u64;
        let spread = 10.min(n / 4).max(1);
        let ring = vec![Vec::new(); shortest as usize + spread + 1];
        Self { penalty: vec![0.0; n], free_at: vec![0; n], ring, shortest, spread, now: 0 }
    }

    fn forbid(&mut self, i: usize, random: &mut Random) {
        let free_at = self.now + self.shortest + random.below(self.spread) as u64;
        self.penalty[i] = f64::INFINITY;
        self.free_at[i] = free_at;
        let place = free_at as usize % self.ring.len();
        self.ring[place].push(i as u32);
    }

    fn advance(&mut self) {
        self.now += 1;
        let place = self.now as usize % self.ring.len();
        for i in std::mem::take(&mut self.ring[place]) {
            if self.free_at[i as usize] <= self.now {
                self.penalty[i as usize] = 0.0;
            }
        }
    }

    fn clear(&mut self) {
        self.penalty.fill(0.0);
        self.ring.iter_mut().for_each(Vec::clear);
    }
}

/// The least change of energy over all variables and over those that are free.
fn least(step: &[f64], field: &[f64], penalty: &[f64]) -> (f64, f64) {
    let (mut any, mut free) = ([f64::INFINITY; LANES], [f64::INFINITY; LANES]);
    let mut take = |lane: usize, step: f64, field: f64, penalty: f64| {
        let change = step * field;
        let allowed = change + penalty;
        any[lane] = if change < any[lane] { change } else { any[lane] };
        free[lane] = if allowed < free[lane] { allowed } else { free[lane] };
    };
    let (steps, step_tail) = step.as_chunks::<LANES>();
    let (fields, field_tail) = field.as_chunks::<LANES>();
    let (penalties, penalty_tail) = penalty.as_chunks::<LANES>();
    for ((step, field), penalty) in steps.iter().zip(fields).zip(penalties) {
        for lane in 0..LANES {
            take(lane, step[lane], field[lane], penalty[lane]);
        }
    }
    for (lane, ((&step, &field), &penalty)) in step_tail.iter().zip(field_tail).zip(penalty_tail).enumerate()
    {
        take(lane, step, field, penalty);
    }
    let least = |lanes: [f64; LANES]| lanes.into_iter().fold(f64::INFINITY, f64::min);
    (least(any), least(free))
}

/// The variable to flip: one of those with the least change, at random.
fn choose(walk: &Walk<'_>, forbidden: &Forbidden, best: f64, random: &mut Random) -> usize {
    let (step, field) = walk.steps_and_fields();
    let (any, free) = least(step, field, &forbidden.penalty);
    // Where all are forbidden, the least of all.
    let aspires = any < free && (walk.energy() + any < best || free == f64::INFINITY);
    let n = step.len();
    let start = random.below(n);
    let matches = |&i: &usize| {
        let change = step[i] * field[i];
        if aspires { change == any } else { change + forbidden.penalty[i] == free }
    };
    (start..n).find(matches).or_else(|| (0..start).find(matches)).unwrap_or(start)
}

pub(super) fn run(qubo: &Qubo, task: &Task<'_>, random: &mut Random) -> Option<Run> {
    let n = qubo.variables();
    let patience = (20 * n).max(1000);
    let mut walk = Walk::random(qubo, random);
    let mut best = Best::of(&walk);
    let mut local = Best::of(&walk);
    let mut elite: Vec<Best> = Vec::with_capacity(ELITE + 1);
    let mut forbidden = Forbidden::new(n);
    let mut since = 0;
    for _ in 0..task.sweeps {
        if task.cancelled() {
            return None;
        }
        for _ in 0..n {
            let i = choose(&walk, &forbidden, local.energy, random);
            walk.flip(i);
            forbidden.advance();
            forbidden.forbid(i, random);
            since += 1;
            if local.consider(&walk) {
                since = 0;
            }
            if since < patience {
                continue;
            }
            since = 0;
            best.take(&local);
            if !elite.iter().any(|known| known.same(&local)) {
                let place = elite.partition_point(|known| known.energy <= local.energy);
                elite.insert(place, local.clone());
                elite.truncate(ELITE);
            }
            restart(&mut walk, &elite, random);
            forbidden.clear();
            local = Best::of(&walk);
        }
    }
    best.take(&local);
    let flips = (task.sweeps * n) as u64;
    Some(Run { assignment: best.assignment(), sweeps: task.sweeps as u64, proposed: flips, accepted: flips })
}

/// From a good local minimum, a part of it flipped: between a twentieth and a third of the variables; where two of the elite
/// differ, half of that.
fn restart(walk: &mut Walk<'_>, elite: &[Best], random: &mut Random) {
    let n = walk.len();
    let from = &elite[random.below(elite.len())];
    let other = &elite[random.below(elite.len())];
    for i in 0..n {
        if walk.step(i) != from.step(i) {
            walk.flip(i);
        }
    }
    for i in 0..n {
        if from.step(i) != other.step(i) && random.bits() >> 63 == 1 {
            walk.flip(i);
        }
    }
    for _ in 0..(n / 20 + random.below(n / 4 + 1)).max(1) {
        walk.flip(random.below(n));
    }
}
