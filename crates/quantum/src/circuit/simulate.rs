//! Exact simulation of a circuit by its state vector: 2ⁿ amplitudes in double precision, 16 bytes each.

use super::{Action, Circuit, CircuitError, Gate, Matrix2, Operation};
use crate::monitor::Monitor;
use crate::random::Random;
use num_complex::Complex64;
use std::collections::BTreeMap;

/// How often each outcome came, by the number that the classical bits spell, bit 0 the least significant.
pub type Counts = BTreeMap<u64, u64>;

/// The most shots of one simulation.
pub const MAX_SHOTS: u64 = 10_000_000;

/// Qubits and their joint state.
#[derive(Debug, Clone, PartialEq)]
pub struct Register {
    qubits: usize,
    amplitudes: Vec<Complex64>,
}

impl Register {
    /// All qubits in |0⟩.
    ///
    /// # Errors
    /// [`CircuitError::TooManyQubits`] above `limit`, [`CircuitError::OutOfMemory`].
    pub fn zero(qubits: usize, limit: usize) -> Result<Self, CircuitError> {
        let limit = limit.min(super::MAX_QUBITS);
        if qubits > limit {
            return Err(CircuitError::TooManyQubits { qubits, limit });
        }
        let mut amplitudes = Vec::new();
        amplitudes.try_reserve_exact(1 << qubits).map_err(|_| CircuitError::OutOfMemory { qubits })?;
        amplitudes.resize(1 << qubits, Complex64::ZERO);
        amplitudes[0] = Complex64::ONE;
        Ok(Self { qubits, amplitudes })
    }

    /// The register with these amplitudes; `None` unless their number is a power of two.
    pub fn from_amplitudes(amplitudes: Vec<Complex64>) -> Option<Self> {
        let qubits =
            amplitudes.len().is_power_of_two().then(|| amplitudes.len().trailing_zeros() as usize)?;
        Some(Self { qubits, amplitudes })
    }

    /// The amplitudes by the number of their basis state.
    pub fn amplitudes(&self) -> &[Complex64] {
        &self.amplitudes
    }

    /// The amplitudes, for a caller that changes them by something that is no gate of ours, such as an oracle.
    pub fn amplitudes_mut(&mut self) -> &mut [Complex64] {
        &mut self.amplitudes
    }

    /// Number of qubits.
    pub fn qubits(&self) -> usize {
        self.qubits
    }

    /// Applies a gate to qubits of this register, all different.
    pub fn apply(&mut self, gate: Gate, qubits: &[usize]) {
        match (gate.matrix(), qubits) {
            (Some(matrix), [controls @ .., target]) => {
                let controls = controls.iter().map(|&qubit| 1usize << qubit).sum();
                self.apply_matrix(&matrix, controls, *target);
            }
            (None, &[a, b]) => self.swap(a, b),
            _ => debug_assert!(false, "the circuit checked the number of qubits"),
        }
    }

    /// Applies a 2×2 matrix to `target` where all qubits of the mask `controls` are 1.
    pub fn apply_matrix(&mut self, matrix: &Matrix2, controls: usize, target: usize) {
        let [[a, b], [c, d]] = *matrix;
        let half = 1usize << target;
        let diagonal = b == Complex64::ZERO && c == Complex64::ZERO;
        for (block, pair) in self.amplitudes.chunks_exact_mut(2 * half).enumerate() {
            let base = block * 2 * half;
            let (low, high) = pair.split_at_mut(half);
            // Controls above the target are the same for a whole block.
            let above = !(2 * half - 1);
            if base & controls & above != controls & above {
                continue;
            }
            let below = controls & (half - 1);
            for (offset, (x, y)) in low.iter_mut().zip(high).enumerate() {
                if offset & below != below {
                    continue;
                }
                if diagonal {
                    (*x, *y) = (a * *x, d * *y);
                } else {
                    (*x, *y) = (a * *x + b * *y, c * *x + d * *y);
                }
            }
        }
    }

    fn swap(&mut self, a: usize, b: usize) {
        let (low, high) = (1usize << a, 1usize << b);
        for index in 0..self.amplitudes.len() {
            if index & low != 0 && index & high == 0 {
                self.amplitudes.swap(index, index ^ low ^ high);
            }
        }
    }

    /// Measures a qubit: the result by Born's rule, and the state that is left.
    pub fn measure(&mut self, qubit: usize, random: &mut Random) -> bool {
        let mask = 1usize << qubit;
        let (mut zero, mut one) = (0.0, 0.0);
        for (index, amplitude) in self.amplitudes.iter().enumerate() {
            *(if index & mask == 0 { &mut zero } else { &mut one }) += amplitude.norm_sqr();
        }
        let result = random.unit() * (zero + one) < one;
        let scale = 1.0 / (if result { one } else { zero }).sqrt();
        for (index, amplitude) in self.amplitudes.iter_mut().enumerate() {
            *amplitude = if (index & mask != 0) == result { *amplitude * scale } else { Complex64::ZERO };
        }
        result
    }

    /// Draws basis states by Born's rule, without changing the state.
    pub fn sample(&self, shots: u64, random: &mut Random) -> Vec<usize> {
        let mut sum = 0.0;
        let cumulative: Vec<f64> = self
            .amplitudes
            .iter()
            .map(|amplitude| {
                sum += amplitude.norm_sqr();
                sum
            })
            .collect();
        // The first basis state whose sum is beyond what is drawn has a probability above 0. The product may round up to the
        // whole sum; the state that reaches it is the last with a probability above 0.
        let last = cumulative.partition_point(|&up_to| up_to < sum).min(cumulative.len() - 1);
        (0..shots)
            .map(|_| {
                let drawn = random.unit() * sum;
                cumulative.partition_point(|&up_to| up_to <= drawn).min(last)
            })
            .collect()
    }
}

impl Circuit {
    /// The state before the measurements at the end, exactly.
    ///
    /// # Errors
    /// More than `limit` qubits, no memory, [`CircuitError::MidCircuit`] where there is no such state, cancelled.
    pub fn state_vector(&self, limit: usize, monitor: &dyn Monitor) -> Result<Register, CircuitError> {
        match self.first_after_measurement() {
            Some(at) => Err(CircuitError::MidCircuit { operation: at + 1 }),
            None => self.run_gates(self.operations.len(), limit, monitor),
        }
    }

    /// Applies the gates among the first `end` operations, none of which depends on a measurement.
    fn run_gates(&self, end: usize, limit: usize, monitor: &dyn Monitor) -> Result<Register, CircuitError> {
        let mut register = Register::zero(self.qubits, limit)?;
        for (done, operation) in self.operations[..end].iter().enumerate() {
            attend(monitor, done, self.operations.len())?;
            if let Action::Gate(gate) = operation.action {
                register.apply(gate, &operation.qubits);
            }
        }
        Ok(register)
    }

    /// Runs the circuit `shots` times and counts the outcomes. Without any measurement all qubits are measured at the end. The
    /// same seed gives the same counts on every machine.
    ///
    /// Where no operation depends on a measurement the state is computed once and sampled; otherwise each shot runs anew from
    /// the first operation that does.
    ///
    /// # Errors
    /// No or too many shots, more than `limit` qubits, no memory, cancelled.
    pub fn simulate(
        &self,
        shots: u64,
        seed: u64,
        limit: usize,
        monitor: &dyn Monitor,
    ) -> Result<Counts, CircuitError> {
        if !(1..=MAX_SHOTS).contains(&shots) {
            return Err(CircuitError::Shots { shots, limit: MAX_SHOTS });
        }
        let mut random = Random::new(seed);
        let mut counts = Counts::new();
        let Some(dependent) = self.first_after_measurement() else {
            let register = self.run_gates(self.operations.len(), limit, monitor)?;
            let wires: Vec<(usize, usize)> =
                self.operations.iter().filter_map(Operation::measurement).collect();
            for basis in register.sample(shots, &mut random) {
                let outcome = if wires.is_empty() {
                    basis as u64
                } else {
                    wires.iter().map(|&(qubit, bit)| ((basis as u64 >> qubit) & 1) << bit).sum()
                };
                *counts.entry(outcome).or_default() += 1;
            }
            return Ok(counts);
        };
        // What stands before the first measurement is the same for every shot.
        let first = self.operations.iter().position(|operation| operation.measurement().is_some());
        let first = first.unwrap_or(dependent).min(dependent);
        let start = self.run_gates(first, limit, monitor)?;
        let mut register = start.clone();
        for _ in 0..shots {
            register.amplitudes.copy_from_slice(&start.amplitudes);
            let mut bits = 0u64;
            for operation in &self.operations[first..] {
                if monitor.cancelled() {
                    return Err(CircuitError::Cancelled);
                }
                if operation.condition.is_some_and(|bit| bits & (1 << bit) == 0) {
                    continue;
                }
                match operation.action {
                    Action::Gate(gate) => register.apply(gate, &operation.qubits),
                    Action::Measure { bit } => {
                        let result = register.measure(operation.qubits[0], &mut random);
                        bits = bits & !(1 << bit) | u64::from(result) << bit;
                    }
                }
            }
            *counts.entry(bits).or_default() += 1;
        }
        Ok(counts)
    }

    /// How an outcome is written: a digit for each classical bit (each qubit, where nothing is measured), bit 0 on the right.
    pub fn outcome_text(&self, outcome: u64) -> String {
        let width = if self.bits > 0 { self.bits } else { self.qubits };
        format!("{outcome:0width$b}")
    }
}

impl Operation {
    /// The qubit and the bit of a measurement.
    fn measurement(&self) -> Option<(usize, usize)> {
        match self.action {
            Action::Measure { bit } => Some((self.qubits[0], bit)),
            Action::Gate(_) => None,
        }
    }
}

fn attend(monitor: &dyn Monitor, done: usize, total: usize) -> Result<(), CircuitError> {
    monitor.progress(done as u64, total as u64);
    if monitor.cancelled() { Err(CircuitError::Cancelled) } else { Ok(()) }
}
