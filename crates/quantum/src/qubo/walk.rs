//! An assignment with its local fields, changed one flip at a time.

use super::{Qubo, Weights};
use crate::random::Random;

/// An assignment of a problem's variables, its energy, and the energy of every single flip.
#[derive(Debug, Clone)]
pub struct Walk<'a> {
    qubo: &'a Qubo,
    /// 1 − 2xᵢ: +1 for 0, −1 for 1; the change of xᵢ by a flip.
    step: Vec<f64>,
    /// lᵢ + Σ wᵢⱼ·xⱼ.
    field: Vec<f64>,
    energy: f64,
}

impl<'a> Walk<'a> {
    /// At this assignment.
    pub fn new(qubo: &'a Qubo, x: &[bool]) -> Self {
        let mut field = qubo.linear.clone();
        for i in (0..x.len()).filter(|&i| x[i]) {
            qubo.for_each_neighbour(i, |j, weight| field[j] += weight);
        }
        let step = x.iter().map(|&one| if one { -1.0 } else { 1.0 }).collect();
        Self { qubo, step, field, energy: qubo.energy(x) }
    }

    /// At a random assignment.
    pub fn random(qubo: &'a Qubo, random: &mut Random) -> Self {
        let x: Vec<bool> = (0..qubo.variables()).map(|_| random.bits() >> 63 == 1).collect();
        Self::new(qubo, &x)
    }

    /// The assignment.
    pub fn assignment(&self) -> Vec<bool> {
        self.step.iter().map(|&step| step < 0.0).collect()
    }

    /// The energy, by adding up the flips: exact where the coefficients are integers, else within rounding.
    pub fn energy(&self) -> f64 {
        self.energy
    }

    /// Number of variables.
    pub fn len(&self) -> usize {
        self.step.len()
    }

    /// Whether there are no variables; there always are.
    pub fn is_empty(&self) -> bool {
        self.step.is_empty()
    }

    /// The change of energy by flipping variable i.
    #[inline]
    pub fn change(&self, i: usize) -> f64 {
        self.step[i] * self.field[i]
    }

    /// Steps and fields, whose product by entries is the change of energy.
    pub fn steps_and_fields(&self) -> (&[f64], &[f64]) {
        (&self.step, &self.field)
    }

    /// +1 where the variable is 0, −1 where it is 1.
    #[inline]
    pub fn step(&self, i: usize) -> f64 {
        self.step[i]
    }

    /// Flips variable i.
    #[inline]
    pub fn flip(&mut self, i: usize) {
        let step = self.step[i];
        self.energy += step * self.field[i];
        self.step[i] = -step;
        match &self.qubo.weights {
            Weights::Dense(matrix) => {
                let n = self.field.len();
                for (field, weight) in self.field.iter_mut().zip(&matrix[i * n..(i + 1) * n]) {
                    *field += step * weight;
                }
            }
            Weights::Sparse { starts, neighbours } => {
                for &(j, weight) in &neighbours[starts[i] as usize..starts[i + 1] as usize] {
                    self.field[j as usize] += step * weight;
                }
            }
        }
    }

    /// Flips what lowers the energy until nothing does: to a local minimum.
    pub fn descend(&mut self) {
        // Rounding of the fields must not make two flips lower each other for ever.
        let tolerance = 1e-12 * self.field.iter().fold(0.0, |most: f64, field| most.max(field.abs()));
        loop {
            let mut moved = false;
            for i in 0..self.len() {
                if self.change(i) < -tolerance {
                    self.flip(i);
                    moved = true;
                }
            }
            if !moved {
                return;
            }
        }
    }
}

/// The best assignment of a run.
#[derive(Debug, Clone)]
pub(super) struct Best {
    pub energy: f64,
    step: Vec<f64>,
}

impl Best {
    pub fn of(walk: &Walk<'_>) -> Self {
        Self { energy: walk.energy, step: walk.step.clone() }
    }

    /// Takes over the walk's assignment if it is better.
    #[inline]
    pub fn consider(&mut self, walk: &Walk<'_>) -> bool {
        let better = walk.energy < self.energy;
        if better {
            self.energy = walk.energy;
            self.step.copy_from_slice(&walk.step);
        }
        better
    }

    /// Takes over the other if it is better.
    pub fn take(&mut self, other: &Self) {
        if other.energy < self.energy {
            self.clone_from(other);
        }
    }

    pub fn same(&self, other: &Self) -> bool {
        self.step == other.step
    }

    pub fn step(&self, i: usize) -> f64 {
        self.step[i]
    }

    pub fn assignment(&self) -> Vec<bool> {
        self.step.iter().map(|&step| step < 0.0).collect()
    }
}

/// e^−y for y ≥ 0 with a relative error below 10⁻⁸, in basic arithmetic alone: the same bits on every machine, and several times
/// as fast as a library's.
#[inline]
pub(super) fn exp_negative(y: f64) -> f64 {
    let t = y * std::f64::consts::LOG2_E;
    // Beyond 2⁻¹⁰⁰⁰ nothing is ever accepted.
    if t > 1000.0 {
        return 0.0;
    }
    let whole = t as i64;
    // 2^−f = e^(−f·ln 2) for f in [0, 1): the Taylor series to the tenth power, by Horner's rule.
    let z = -(t - whole as f64) * std::f64::consts::LN_2;
    let mut sum = 1.0;
    for power in [10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0f64] {
        sum = 1.0 + sum * z * (1.0 / power);
    }
    sum * f64::from_bits(((1023 - whole) as u64) << 52)
}

/// Metropolis' rule: whether a change of energy, in units of the temperature, is made.
#[inline]
pub(super) fn accept(change: f64, random: &mut Random) -> bool {
    // e⁻⁴⁰ is below the resolution of the random numbers.
    change <= 0.0 || (change < 40.0 && random.unit() < exp_negative(change))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponential_is_accurate() {
        for k in 0..40_000 {
            let y = f64::from(k) * 1e-3;
            assert!((exp_negative(y) / (-y).exp() - 1.0).abs() < 1e-8, "{y}");
        }
        assert_eq!(exp_negative(0.0), 1.0);
        assert_eq!(exp_negative(1e300), 0.0);
    }

    #[test]
    fn fields_follow_the_flips() {
        let mut random = Random::new(1);
        for density in [0.1, 0.9] {
            let mut terms = super::super::Terms::new(30).unwrap();
            for i in 0..30 {
                for j in 0..=i {
                    if random.unit() < density {
                        terms.pair(i, j, random.unit() - 0.5);
                    }
                }
            }
            let qubo = terms.build().unwrap();
            let mut walk = Walk::random(&qubo, &mut random);
            for _ in 0..500 {
                walk.flip(random.below(30));
            }
            let x = walk.assignment();
            assert!((walk.energy() - qubo.energy(&x)).abs() < 1e-10);
            for i in 0..30 {
                let mut flipped = x.clone();
                flipped[i] = !flipped[i];
                assert!((walk.change(i) - (qubo.energy(&flipped) - qubo.energy(&x))).abs() < 1e-10);
            }
        }
    }
}
