//! States from states: superposition, tensor product, gates, measurement, and what is left of a part of the qubits.
//!
//! Sums are taken in `f64`; results are rounded to `f32` once.

use crate::circuit::{Gate, Matrix2, Register};
use crate::error::QuantumError;
use crate::random::Random;
use crate::state::{MAX_DIMENSIONS, State};
use num_complex::{Complex32, Complex64};

/// How far U†U may be from the identity, in any entry, for U to count as unitary: what rounding to `f32` and to six printed digits
/// leaves.
pub const UNITARY_TOLERANCE: f64 = 1e-5;

/// How far a matrix may be from its adjoint to count as Hermitian, relative to its largest entry.
pub const HERMITIAN_TOLERANCE: f64 = 1e-6;

fn wide(z: Complex32) -> Complex64 {
    Complex64::new(z.re.into(), z.im.into())
}

fn narrow(amplitudes: &[Complex64]) -> Vec<Complex32> {
    amplitudes.iter().map(|z| Complex32::new(z.re as f32, z.im as f32)).collect()
}

impl State {
    /// The state in the direction of Σ wₖ·|ψₖ⟩, weights as amplitudes.
    ///
    /// # Errors
    /// No states, different dimensions, as many weights as states, weights that are not finite, a sum that vanishes.
    pub fn superpose(states: &[State], weights: &[f64]) -> Result<State, QuantumError> {
        let Some(first) = states.first() else { return Err(QuantumError::NoDimensions) };
        if weights.len() != states.len() {
            return Err(QuantumError::WeightCount { states: states.len(), weights: weights.len() });
        }
        let most = weights.iter().fold(0.0f64, |most, weight| most.max(weight.abs()));
        if let Some(index) = weights.iter().position(|weight| !weight.is_finite()) {
            return Err(QuantumError::WeightNotFinite { index });
        }
        let mut sum = vec![Complex64::ZERO; first.dimensions()];
        for (state, weight) in states.iter().zip(weights) {
            if state.dimensions() != sum.len() {
                return Err(QuantumError::DimensionMismatch { left: sum.len(), right: state.dimensions() });
            }
            // Scaled, so that neither huge nor tiny weights leave the range of f32.
            let weight = if most > 0.0 { weight / most } else { 0.0 };
            sum.iter_mut().zip(state.amplitudes()).for_each(|(sum, &z)| *sum += wide(z) * weight);
        }
        // What rounding leaves of states that cancel has no direction.
        let norm = sum.iter().map(Complex64::norm_sqr).sum::<f64>().sqrt();
        if norm < 1e-7 {
            return Err(QuantumError::ZeroVector);
        }
        sum.iter_mut().for_each(|z| *z /= norm);
        State::from_amplitudes(narrow(&sum))
    }

    /// |self⟩ ⊗ |other⟩: amplitude number i·m + j is aᵢ·bⱼ, with m the dimensions of `other`.
    ///
    /// # Errors
    /// [`QuantumError::TooManyDimensions`].
    pub fn tensor(&self, other: &State) -> Result<State, QuantumError> {
        if self.dimensions() * other.dimensions() > MAX_DIMENSIONS {
            return Err(QuantumError::TooManyDimensions { limit: MAX_DIMENSIONS });
        }
        let product = self
            .amplitudes()
            .iter()
            .flat_map(|&a| other.amplitudes().iter().map(move |&b| wide(a) * wide(b)));
        State::from_amplitudes(narrow(&product.collect::<Vec<_>>()))
    }

    /// Number of qubits.
    ///
    /// # Errors
    /// [`QuantumError::NotQubits`] unless the dimensions are a power of two.
    pub fn qubits(&self) -> Result<usize, QuantumError> {
        let dimensions = self.dimensions();
        if dimensions.is_power_of_two() {
            Ok(dimensions.ilog2() as usize)
        } else {
            Err(QuantumError::NotQubits { dimensions })
        }
    }

    fn register(&self) -> Result<Register, QuantumError> {
        let amplitudes = self.amplitudes().iter().map(|&z| wide(z)).collect();
        Register::from_amplitudes(amplitudes).ok_or(QuantumError::NotQubits { dimensions: self.dimensions() })
    }

    fn check_qubits(&self, chosen: &[usize]) -> Result<usize, QuantumError> {
        let qubits = self.qubits()?;
        for (place, &qubit) in chosen.iter().enumerate() {
            if qubit >= qubits {
                return Err(QuantumError::NoSuchQubit { qubit, qubits });
            }
            if chosen[..place].contains(&qubit) {
                return Err(QuantumError::RepeatedQubit { qubit });
            }
        }
        Ok(qubits)
    }

    /// Applies a gate to qubits, controls first; qubit 0 is the least significant bit of an amplitude's number.
    ///
    /// # Errors
    /// Dimensions that are no power of two, a wrong number of qubits, a qubit that is not there or twice, an angle that is not finite.
    pub fn apply_gate(&self, gate: Gate, qubits: &[usize]) -> Result<State, QuantumError> {
        self.check_qubits(qubits)?;
        if qubits.len() != gate.qubits() {
            return Err(QuantumError::Operands { expected: gate.qubits(), found: qubits.len() });
        }
        if gate.angle().is_some_and(|angle| !angle.is_finite()) {
            return Err(QuantumError::Angle);
        }
        let mut register = self.register()?;
        register.apply(gate, qubits);
        State::from_amplitudes(narrow(register.amplitudes()))
    }

    /// Applies a unitary 2×2 matrix to one qubit.
    ///
    /// # Errors
    /// As [`State::apply_gate`]; [`QuantumError::NotUnitary`] beyond [`UNITARY_TOLERANCE`].
    pub fn apply_unitary(&self, matrix: &Matrix2, qubit: usize) -> Result<State, QuantumError> {
        self.check_qubits(&[qubit])?;
        for a in 0..2 {
            for b in 0..2 {
                let product: Complex64 = (0..2).map(|k| matrix[k][a].conj() * matrix[k][b]).sum();
                let deviation = (product - if a == b { Complex64::ONE } else { Complex64::ZERO }).norm();
                if deviation.is_nan() || deviation > UNITARY_TOLERANCE {
                    return Err(QuantumError::NotUnitary);
                }
            }
        }
        let mut register = self.register()?;
        register.apply_matrix(matrix, 0, qubit);
        State::from_amplitudes(narrow(register.amplitudes()))
    }

    /// The number of a basis state, drawn by Born's rule.
    pub fn measure(&self, seed: u64) -> usize {
        let total: f64 = self.amplitudes().iter().map(|&z| wide(z).norm_sqr()).sum();
        let drawn = Random::new(seed).unit() * total;
        let (mut sum, mut last) = (0.0, 0);
        for (index, &z) in self.amplitudes().iter().enumerate() {
            let probability = wide(z).norm_sqr();
            if probability > 0.0 {
                (sum, last) = (sum + probability, index);
                if drawn < sum {
                    return index;
                }
            }
        }
        last
    }

    /// ⟨ψ|A|ψ⟩ of a real symmetric matrix by rows.
    ///
    /// # Errors
    /// [`QuantumError::MatrixSize`], [`QuantumError::MatrixNotFinite`], [`QuantumError::NotHermitian`].
    pub fn expectation(&self, matrix: &[f64]) -> Result<f64, QuantumError> {
        let n = self.dimensions();
        if matrix.len() != n * n {
            return Err(QuantumError::MatrixSize { dimensions: n });
        }
        if let Some(at) = matrix.iter().position(|entry| !entry.is_finite()) {
            return Err(QuantumError::MatrixNotFinite { row: at / n, column: at % n });
        }
        let largest = matrix.iter().fold(0.0f64, |most, entry| most.max(entry.abs()));
        let (mut sum, mut norm) = (0.0, 0.0);
        for (i, row) in matrix.chunks_exact(n).enumerate() {
            let a = wide(self.amplitudes()[i]);
            norm += a.norm_sqr();
            for (j, &entry) in row.iter().enumerate() {
                if (entry - matrix[j * n + i]).abs() > HERMITIAN_TOLERANCE * largest {
                    return Err(QuantumError::NotHermitian { row: i, column: j });
                }
                let b = wide(self.amplitudes()[j]);
                sum += entry * (a.re * b.re + a.im * b.im);
            }
        }
        Ok(sum / norm)
    }

    /// The angle arccos|⟨a|b⟩| between two states, from 0 to π/2, unchanged by a global phase.
    ///
    /// # Errors
    /// As [`State::fidelity`].
    pub fn bures_angle(&self, other: &State) -> Result<f64, QuantumError> {
        Ok(libm::acos(self.fidelity(other)?.sqrt().min(1.0)))
    }

    /// The density matrix of the qubits `keep`, the others traced out: by rows, 2ᵏ × 2ᵏ, the first of them the least significant.
    ///
    /// # Errors
    /// As [`State::apply_gate`]; [`QuantumError::TooManyKept`] above 7 qubits (128 × 128 entries).
    pub fn partial_trace(&self, keep: &[usize]) -> Result<Vec<Complex64>, QuantumError> {
        let qubits = self.check_qubits(keep)?;
        if keep.len() > 7 {
            return Err(QuantumError::TooManyKept { kept: keep.len() });
        }
        let others: Vec<usize> = (0..qubits).filter(|qubit| !keep.contains(qubit)).collect();
        let spread = |number: usize, over: &[usize]| -> usize {
            over.iter().enumerate().map(|(at, &qubit)| (number >> at & 1) << qubit).sum()
        };
        let size = 1 << keep.len();
        let kept: Vec<usize> = (0..size).map(|number| spread(number, keep)).collect();
        let mut matrix = vec![Complex64::ZERO; size * size];
        let mut trace = 0.0;
        for rest in 0..1usize << others.len() {
            let base = spread(rest, &others);
            let part: Vec<Complex64> =
                kept.iter().map(|&index| wide(self.amplitudes()[base | index])).collect();
            trace += part.iter().map(Complex64::norm_sqr).sum::<f64>();
            for (row, a) in part.iter().enumerate() {
                for (column, b) in part.iter().enumerate() {
                    matrix[row * size + column] += a * b.conj();
                }
            }
        }
        matrix.iter_mut().for_each(|entry| *entry /= trace);
        Ok(matrix)
    }

    /// The entanglement entropy in bits between `part` and the other qubits: −Tr ρ·log₂ρ of the part's density matrix. 0 for a
    /// product state, 1 for half of a Bell pair.
    ///
    /// # Errors
    /// As [`State::partial_trace`], of the smaller side.
    pub fn entropy(&self, part: &[usize]) -> Result<f64, QuantumError> {
        let qubits = self.check_qubits(part)?;
        // Both sides have the same spectrum.
        let others: Vec<usize> = (0..qubits).filter(|qubit| !part.contains(qubit)).collect();
        let side = if part.len() <= others.len() { part } else { &others };
        let size = 1 << side.len();
        let spectrum = eigenvalues(self.partial_trace(side)?, size);
        // Rounding leaves eigenvalues of 10⁻¹⁶ and may leave them below 0.
        Ok(spectrum.into_iter().filter(|&p| p > 1e-15).fold(0.0, |sum, p| sum - p * libm::log2(p)).max(0.0))
    }

    /// The concurrence of two qubits, 2·|a₀₀·a₁₁ − a₀₁·a₁₀| (Wootters 1998 for pure states): 0 for a product state, 1 for a Bell state.
    ///
    /// # Errors
    /// [`QuantumError::NotTwoQubits`].
    pub fn concurrence(&self) -> Result<f64, QuantumError> {
        let &[a, b, c, d] = self.amplitudes() else {
            return Err(QuantumError::NotTwoQubits { dimensions: self.dimensions() });
        };
        let norm: f64 = self.amplitudes().iter().map(|&z| wide(z).norm_sqr()).sum();
        Ok((2.0 * (wide(a) * wide(d) - wide(b) * wide(c)).norm() / norm).min(1.0))
    }
}

/// The eigenvalues of a Hermitian matrix, by cyclic Jacobi rotations (Golub, Van Loan, section 8.5, with complex phases).
fn eigenvalues(mut m: Vec<Complex64>, n: usize) -> Vec<f64> {
    // Convergence is quadratic; 30 sweeps are several times what any matrix of this size takes.
    for _ in 0..30 {
        let off: f64 = (0..n * n).filter(|at| at / n != at % n).map(|at| m[at].norm_sqr()).sum();
        if off < 1e-30 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                let entry = m[p * n + q];
                let size = entry.norm();
                if size < 1e-18 {
                    continue;
                }
                let phase = entry / size;
                let theta = (m[q * n + q].re - m[p * n + p].re) / (2.0 * size);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for k in 0..n {
                    let (a, b) = (m[k * n + p], m[k * n + q]);
                    m[k * n + p] = a * c - b * phase.conj() * s;
                    m[k * n + q] = a * phase * s + b * c;
                }
                for k in 0..n {
                    let (a, b) = (m[p * n + k], m[q * n + k]);
                    m[p * n + k] = a * c - b * phase * s;
                    m[q * n + k] = a * phase.conj() * s + b * c;
                }
            }
        }
    }
    (0..n).map(|i| m[i * n + i].re).collect()
}
