//! Circuits: gates and measurements in order, their text and JSON forms, simulation and export.
//!
//! Qubit 0 is the least significant bit of a basis state's number, as in OpenQASM tools: |q₁q₀⟩ = |10⟩ is number 2.

mod error;
mod export;
mod gate;
mod json;
mod simulate;
mod text;

pub use error::CircuitError;
pub use gate::{Gate, Matrix2};
pub use simulate::{Counts, Register};

/// The most qubits of any register: amplitude numbers and outcomes are well within 64 bits, 2³⁰ amplitudes take 16 GiB.
pub const MAX_QUBITS: usize = 30;

/// The most operations of a circuit.
pub const MAX_OPERATIONS: usize = 1_000_000;

/// One step of a circuit.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// What happens.
    pub action: Action,
    /// The qubits it happens to, in the gate's order: controls first.
    pub qubits: Vec<usize>,
    /// Only if this classical bit has been measured as 1.
    pub condition: Option<usize>,
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    /// Applies a gate.
    Gate(Gate),
    /// Measures one qubit in the computational basis into a classical bit.
    Measure {
        /// The classical bit.
        bit: usize,
    },
}

/// Operations on a fixed number of qubits and classical bits, all of them checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Circuit {
    qubits: usize,
    bits: usize,
    /// The classical bits that are measured into, as a mask.
    written: u64,
    operations: Vec<Operation>,
}

impl Circuit {
    /// A circuit of `qubits` qubits, all in |0⟩, without operations.
    ///
    /// # Errors
    /// [`CircuitError::QubitCount`].
    pub fn new(qubits: usize) -> Result<Self, CircuitError> {
        if !(1..=MAX_QUBITS).contains(&qubits) {
            return Err(CircuitError::QubitCount { qubits, limit: MAX_QUBITS });
        }
        Ok(Self { qubits, bits: 0, written: 0, operations: Vec::new() })
    }

    /// Reads the text form or, where the first character is `{`, the JSON form.
    pub fn parse(source: &str) -> Result<Self, CircuitError> {
        if source.trim_start().starts_with('{') { json::parse(source) } else { text::parse(source) }
    }

    /// Number of qubits.
    pub fn qubits(&self) -> usize {
        self.qubits
    }

    /// Number of classical bits: one more than the largest that is measured into.
    pub fn bits(&self) -> usize {
        self.bits
    }

    /// The operations in order.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Appends a gate.
    pub fn gate(&mut self, gate: Gate, qubits: &[usize]) -> Result<&mut Self, CircuitError> {
        self.push(Operation { action: Action::Gate(gate), qubits: qubits.to_vec(), condition: None })
    }

    /// Appends a measurement of a qubit into a classical bit.
    pub fn measure(&mut self, qubit: usize, bit: usize) -> Result<&mut Self, CircuitError> {
        self.push(Operation { action: Action::Measure { bit }, qubits: vec![qubit], condition: None })
    }

    /// Appends an operation.
    ///
    /// # Errors
    /// A wrong number of qubits, a qubit that is not there or twice, an angle that is not finite, a condition on a bit that
    /// nothing before has measured, too many operations.
    pub fn push(&mut self, operation: Operation) -> Result<&mut Self, CircuitError> {
        let number = self.operations.len() + 1;
        let name = operation.name();
        if number > MAX_OPERATIONS {
            return Err(CircuitError::TooManyOperations { limit: MAX_OPERATIONS });
        }
        let expected = match operation.action {
            Action::Gate(gate) => gate.qubits(),
            Action::Measure { .. } => 1,
        };
        if operation.qubits.len() != expected {
            return Err(CircuitError::Operands {
                operation: number,
                name,
                expected,
                found: operation.qubits.len(),
            });
        }
        for (place, &qubit) in operation.qubits.iter().enumerate() {
            if qubit >= self.qubits {
                return Err(CircuitError::NoSuchQubit {
                    operation: number,
                    name,
                    qubit,
                    qubits: self.qubits,
                });
            }
            if operation.qubits[..place].contains(&qubit) {
                return Err(CircuitError::RepeatedQubit { operation: number, name, qubit });
            }
        }
        if let Action::Gate(gate) = operation.action
            && gate.angle().is_some_and(|angle| !angle.is_finite())
        {
            return Err(CircuitError::Angle { operation: number, name });
        }
        if let Some(bit) = operation.condition
            && (bit >= MAX_QUBITS || self.written & (1 << bit) == 0)
        {
            return Err(CircuitError::Condition { operation: number, bit });
        }
        if let Action::Measure { bit } = operation.action {
            if bit >= MAX_QUBITS {
                return Err(CircuitError::NoSuchBit { operation: number, bit, limit: MAX_QUBITS });
            }
            self.bits = self.bits.max(bit + 1);
            self.written |= 1 << bit;
        }
        self.operations.push(operation);
        Ok(self)
    }

    /// Where the first operation stands that needs a measured result while the circuit still runs: a condition, an operation on
    /// a qubit that was measured before, or a second measurement into a bit. `None`: all measurements can wait to the end.
    fn first_after_measurement(&self) -> Option<usize> {
        let (mut measured, mut written) = (0u64, 0u64);
        self.operations.iter().position(|operation| {
            let touched: u64 = operation.qubits.iter().map(|&qubit| 1 << qubit).sum();
            let mut early = operation.condition.is_some() || touched & measured != 0;
            if let Action::Measure { bit } = operation.action {
                early |= written & (1 << bit) != 0;
                written |= 1 << bit;
                measured |= touched;
            }
            early
        })
    }
}

impl Operation {
    /// The name in the text form.
    pub fn name(&self) -> &'static str {
        match self.action {
            Action::Gate(gate) => gate.name(),
            Action::Measure { .. } => "measure",
        }
    }
}
