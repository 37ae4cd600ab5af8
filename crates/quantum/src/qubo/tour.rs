//! Simulated annealing over round tours: instead of single bits, which nearly always lead out of the feasible assignments, it changes the
//! order of the cities, by reversing a part of the tour (2-opt: Croes 1958), moving a city and swapping two (Kirkpatrick, Gelatt, Vecchi 1983;
//! Černý 1985). Every state is a tour.

use super::schedule::Range;
use super::solve::{Run, Task};
use super::walk::accept;
use crate::random::Random;

/// Distances between cities, by rows, from the row's city to the column's.
pub(super) struct Distances<'a> {
    cities: usize,
    matrix: &'a [f64],
    symmetric: bool,
}

impl<'a> Distances<'a> {
    pub fn new(cities: usize, matrix: &'a [f64]) -> Self {
        let symmetric = (0..cities).all(|a| (0..a).all(|b| matrix[a * cities + b] == matrix[b * cities + a]));
        Self { cities, matrix, symmetric }
    }

    /// The distance between the cities at two places of a tour.
    #[inline]
    fn between(&self, tour: &[usize], from: usize, to: usize) -> f64 {
        let from = tour[from % self.cities];
        self.matrix[from * self.cities + tour[to % self.cities]]
    }

    /// From a typical distance to where no detour pays.
    fn range(&self) -> Range {
        let pairs = (self.cities * self.cities - self.cities) as f64;
        let off_diagonal = (0..self.cities * self.cities).filter(|at| at % (self.cities + 1) != 0);
        let mean = off_diagonal.map(|at| self.matrix[at]).sum::<f64>() / pairs;
        if mean > 0.0 { Range { hot: mean, cold: 1e-3 * mean } } else { Range { hot: 1.0, cold: 1.0 } }
    }
}

/// A change of the places from i to j of a tour, 1 ≤ i < j < cities: place 0 belongs to city 0.
#[derive(Debug, Clone, Copy)]
enum Move {
    Reverse,
    /// The city at i goes to j.
    Forward,
    /// The city at j goes to i.
    Back,
    Swap,
}

const MOVES: [Move; 4] = [Move::Reverse, Move::Forward, Move::Back, Move::Swap];

impl Move {
    /// How much longer the tour becomes.
    fn change(self, d: &Distances<'_>, tour: &[usize], i: usize, j: usize) -> f64 {
        let at = |from, to| d.between(tour, from, to);
        match self {
            Self::Reverse => {
                let inner = if d.symmetric { 0.0 } else { (i..j).map(|k| at(k + 1, k) - at(k, k + 1)).sum() };
                at(i - 1, j) + at(i, j + 1) - at(i - 1, i) - at(j, j + 1) + inner
            }
            Self::Forward => {
                at(i - 1, i + 1) + at(j, i) + at(i, j + 1) - at(i - 1, i) - at(i, i + 1) - at(j, j + 1)
            }
            Self::Back => {
                at(i - 1, j) + at(j, i) + at(j - 1, j + 1) - at(i - 1, i) - at(j - 1, j) - at(j, j + 1)
            }
            Self::Swap if j == i + 1 => {
                at(i - 1, j) + at(j, i) + at(i, j + 1) - at(i - 1, i) - at(i, j) - at(j, j + 1)
            }
            Self::Swap => {
                at(i - 1, j) + at(j, i + 1) + at(j - 1, i) + at(i, j + 1)
                    - at(i - 1, i)
                    - at(i, i + 1)
                    - at(j - 1, j)
                    - at(j, j + 1)
            }
        }
    }

    fn make(self, tour: &mut [usize], i: usize, j: usize) {
        match self {
            Self::Reverse => tour[i..=j].reverse(),
            Self::Forward => tour[i..=j].rotate_left(1),
            Self::Back => tour[i..=j].rotate_right(1),
            Self::Swap => tour.swap(i, j),
        }
    }
}

/// Makes what shortens the tour until nothing does.
fn descend(d: &Distances<'_>, tour: &mut [usize], task: &Task<'_>) {
    let tolerance =
        1e-12 * d.matrix.iter().fold(0.0, |most: f64, distance| most.max(*distance)) * d.cities as f64;
    let mut moved = true;
    while moved && !task.cancelled() {
        moved = false;
        for i in 1..d.cities {
            for j in i + 1..d.cities {
                for change in MOVES {
                    if change.change(d, tour, i, j) < -tolerance {
                        change.make(tour, i, j);
                        moved = true;
                    }
                }
            }
        }
    }
}

/// One read: (cities − 1)² proposals a sweep, as many as its QUBO has variables.
pub(super) fn run(d: &Distances<'_>, task: &Task<'_>, random: &mut Random) -> Option<Run> {
    let n = d.cities - 1;
    let range = d.range();
    let mut tour: Vec<usize> = (0..=n).collect();
    for place in (2..=n).rev() {
        tour.swap(place, 1 + random.below(place));
    }
    let (mut length, mut best_length, mut best) = (0.0, 0.0, tour.clone());
    let mut accepted = 0;
    for at in 0..task.sweeps {
        if task.cancelled() {
            return None;
        }
        let cold = 1.0 / range.geometric(at, task.sweeps);
        // Two cities have one tour.
        for _ in 0..if n > 1 { n * n } else { 0 } {
            // The kind of a move and two different places after the first.
            let change = MOVES[random.below(MOVES.len())];
            let (a, b) = (1 + random.below(n), 1 + random.below(n - 1));
            let (i, j) = if b < a { (b, a) } else { (a, b + 1) };
            let longer = change.change(d, &tour, i, j);
            if accept(longer * cold, random) {
                change.make(&mut tour, i, j);
                length += longer;
                accepted += 1;
            }
        }
        if length < best_length {
            best_length = length;
            best.copy_from_slice(&tour);
        }
    }
    descend(d, &mut best, task);
    let mut assignment = vec![false; n * n];
    for (position, &city) in best[1..].iter().enumerate() {
        assignment[(city - 1) * n + position] = true;
    }
    let proposed = if n > 1 { (task.sweeps * n * n) as u64 } else { 0 };
    Some(Run { assignment, sweeps: task.sweeps as u64, proposed, accepted })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_the_differences_of_lengths() {
        let cities = 7;
        let mut random = Random::new(1);
        for symmetric in [false, true] {
            let mut matrix: Vec<f64> = (0..cities * cities).map(|_| random.unit()).collect();
            if symmetric {
                for a in 0..cities {
                    for b in 0..a {
                        matrix[a * cities + b] = matrix[b * cities + a];
                    }
                }
            }
            let d = Distances::new(cities, &matrix);
            assert_eq!(d.symmetric, symmetric);
            let length = |tour: &[usize]| (0..cities).map(|k| d.between(tour, k, k + 1)).sum::<f64>();
            let tour = [0, 3, 1, 6, 2, 5, 4];
            for i in 1..cities {
                for j in i + 1..cities {
                    for change in MOVES {
                        let mut other = tour.to_vec();
                        change.make(&mut other, i, j);
                        let expected = length(&other) - length(&tour);
                        let found = change.change(&d, &tour, i, j);
                        assert!(
                            (found - expected).abs() < 1e-12,
                            "{change:?} {i} {j}: {found}, not {expected}"
                        );
                    }
                }
            }
        }
    }
}
