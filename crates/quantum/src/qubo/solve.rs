//! Runs a solver's reads, side by side, and keeps the best. What a read does depends on the seed and its number alone, so that
//! the answer is the same whatever the number of threads.

use super::{Problem, Qubo, QuboError, anneal, exact, quantum_anneal, tabu, tempering, tour};
use crate::monitor::Monitor;
use crate::random::Random;
use rayon::prelude::*;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

/// The solvers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Simulated annealing.
    Annealing,
    /// Simulated quantum annealing.
    QuantumAnnealing,
    /// Parallel tempering.
    Tempering,
    /// Tabu search.
    Tabu,
    /// All assignments.
    Exact,
}

impl FromStr for Backend {
    type Err = QuboError;

    fn from_str(name: &str) -> Result<Self, QuboError> {
        match name.to_ascii_lowercase().as_str() {
            "sa" => Ok(Self::Annealing),
            "sqa" => Ok(Self::QuantumAnnealing),
            "pt" => Ok(Self::Tempering),
            "tabu" => Ok(Self::Tabu),
            "exact" => Ok(Self::Exact),
            _ => Err(QuboError::Backend { name: name.chars().take(40).collect() }),
        }
    }
}

/// How to solve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The solver.
    pub backend: Backend,
    /// The seed of all random numbers.
    pub seed: u64,
    /// Independent runs. The exact solver makes one.
    pub reads: u64,
    /// Passes over all variables in each read: proposals of n flips, for tabu search n flips. The exact solver has none.
    pub sweeps: u64,
}

/// The most reads, and the most sweeps of one.
const MAX_COUNT: u64 = 10_000_000;

impl Settings {
    fn check(&self) -> Result<(), QuboError> {
        for (name, value) in [("reads", self.reads), ("sweeps", self.sweeps)] {
            if !(1..=MAX_COUNT).contains(&value) {
                return Err(QuboError::Setting { name, value, limit: MAX_COUNT });
            }
        }
        Ok(())
    }
}

/// The best assignment that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// The variables.
    pub assignment: Vec<bool>,
    /// Their energy, computed anew from the assignment.
    pub energy: f64,
    /// Sweeps of all reads and their replicas together.
    pub sweeps: u64,
    /// Share of the proposed flips that were made; `None` of solvers that do not propose but choose.
    pub acceptance: Option<f64>,
}

/// What one read is given.
pub(super) struct Task<'a> {
    pub sweeps: usize,
    monitor: &'a dyn Monitor,
}

impl Task<'_> {
    pub fn cancelled(&self) -> bool {
        self.monitor.cancelled()
    }
}

/// What one read found.
pub(super) struct Run {
    pub assignment: Vec<bool>,
    pub sweeps: u64,
    pub proposed: u64,
    pub accepted: u64,
}

/// Minimises the energy, on the threads of the current rayon pool.
///
/// # Errors
/// [`QuboError::Setting`], [`QuboError::TooManyForExact`], [`QuboError::Cancelled`].
pub fn solve(qubo: &Qubo, settings: &Settings, monitor: &dyn Monitor) -> Result<Solution, QuboError> {
    settings.check()?;
    let exact = settings.backend == Backend::Exact;
    if exact && qubo.variables() > exact::MAX_EXACT {
        return Err(QuboError::TooManyForExact { variables: qubo.variables(), limit: exact::MAX_EXACT });
    }
    let task = Task { sweeps: settings.sweeps as usize, monitor };
    let reads = if exact { exact::parts(qubo) as u64 } else { settings.reads };
    let solution = best_of(qubo, reads, settings.seed, monitor, |read, random| match settings.backend {
        Backend::Annealing => anneal::run(qubo, &task, random),
        Backend::QuantumAnnealing => quantum_anneal::run(qubo, &task, random),
        Backend::Tempering => tempering::run(qubo, &task, random),
        Backend::Tabu => tabu::run(qubo, &task, random),
        Backend::Exact => exact::run(qubo, &task, read as usize),
    })?;
    Ok(match settings.backend {
        Backend::Exact => Solution { sweeps: 1, acceptance: None, ..solution },
        Backend::Tabu => Solution { acceptance: None, ..solution },
        _ => solution,
    })
}

/// [`solve`] of a problem's QUBO; but annealing of a tour goes from tour to tour. The assignment is that of [`Problem::qubo`].
///
/// # Errors
/// Also those of [`Problem::qubo`].
pub fn solve_problem(
    problem: &Problem,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Solution, QuboError> {
    let qubo = problem.qubo()?;
    match problem {
        Problem::Tsp { cities, distances } if settings.backend == Backend::Annealing => {
            settings.check()?;
            let distances = tour::Distances::new(*cities, distances);
            let task = Task { sweeps: settings.sweeps as usize, monitor };
            best_of(&qubo, settings.reads, settings.seed, monitor, |_, random| {
                tour::run(&distances, &task, random)
            })
        }
        _ => solve(&qubo, settings, monitor),
    }
}

/// Runs reads side by side, each with its stream of random numbers, and adds up what they did.
fn best_of(
    qubo: &Qubo,
    reads: u64,
    seed: u64,
    monitor: &dyn Monitor,
    run: impl Fn(u64, &mut Random) -> Option<Run> + Sync,
) -> Result<Solution, QuboError> {
    let done = AtomicU64::new(0);
    let runs = (0..reads).into_par_iter().map(|read| {
        let run = run(read, &mut Random::stream(seed, read));
        monitor.progress(done.fetch_add(1, Ordering::Relaxed) + 1, reads);
        run.map(|run| (qubo.energy(&run.assignment), read, run))
    });
    // The least energy, of equal ones that of the first read: an order, so that threads cannot change the outcome.
    let best = runs.try_reduce_with(|a, b| {
        let (better, other) = if (a.0, a.1) <= (b.0, b.1) { (a, b) } else { (b, a) };
        let run = Run {
            sweeps: better.2.sweeps + other.2.sweeps,
            proposed: better.2.proposed + other.2.proposed,
            accepted: better.2.accepted + other.2.accepted,
            ..better.2
        };
        Some((better.0, better.1, run))
    });
    let Some(Some((energy, _, run))) = best else { return Err(QuboError::Cancelled) };
    Ok(Solution {
        energy,
        sweeps: run.sweeps,
        acceptance: (run.proposed > 0).then(|| run.accepted as f64 / run.proposed as f64),
        assignment: run.assignment,
    })
}
