//! Solves an instance for a given time, for the comparison in benches/:
//! `solve_for FILE BACKEND SWEEPS SECONDS SEED THREADS` prints the least energy found by then, at 1 s and at the end.
//!
//! The file has the number of variables, then lines `i j value` of a QUBO with i ≤ j: value · xᵢ · xⱼ.

use quantum::Unattended;
use quantum::qubo::{Settings, Terms, solve};
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, backend, sweeps, seconds, seed, threads] = &arguments[..] else {
        return Err("usage: solve_for FILE BACKEND SWEEPS SECONDS SEED THREADS".into());
    };
    let text = std::fs::read_to_string(file)?;
    let mut lines = text.lines();
    let mut terms = Terms::new(lines.next().ok_or("empty file")?.trim().parse()?)?;
    for line in lines {
        let mut words = line.split_whitespace();
        let mut word = || words.next().ok_or("a line is i j value");
        terms.pair(word()?.parse()?, word()?.parse()?, word()?.parse()?);
    }
    let qubo = terms.build()?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.parse()?).build()?;
    let limit = Duration::from_secs_f64(seconds.parse()?);
    let (mut seed, start) = (seed.parse::<u64>()? * 1_000_003, Instant::now());
    let (mut best, mut at_one) = (f64::INFINITY, f64::INFINITY);
    while start.elapsed() < limit {
        let settings =
            Settings { backend: backend.parse()?, seed, reads: threads.parse()?, sweeps: sweeps.parse()? };
        let energy = pool.install(|| solve(&qubo, &settings, &Unattended))?.energy;
        let elapsed = start.elapsed();
        // What ends after the limit does not count.
        if elapsed <= limit {
            best = best.min(energy);
        }
        if elapsed <= Duration::from_secs(1) {
            at_one = at_one.min(energy);
        }
        seed += 1;
    }
    println!("{at_one} {best}");
    Ok(())
}
