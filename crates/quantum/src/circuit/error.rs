//! What can be wrong with a circuit.

use thiserror::Error;

/// Why a text is no circuit, or a circuit cannot be simulated or exported. Operations are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CircuitError {
    /// The text form is not understood.
    #[error("statement {statement} is not understood: {problem}")]
    Syntax {
        /// The statement, from 1.
        statement: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// The JSON form is not understood.
    #[error("{problem}")]
    Json {
        /// What is wrong.
        problem: String,
    },
    /// No qubits or too many.
    #[error("a circuit cannot have {qubits} qubits")]
    QubitCount {
        /// The number asked for.
        qubits: usize,
        /// The most there may be.
        limit: usize,
    },
    /// More qubits than the caller allows to simulate.
    #[error("simulating {qubits} qubits is not allowed")]
    TooManyQubits {
        /// The number asked for.
        qubits: usize,
        /// The most the caller allows.
        limit: usize,
    },
    /// More operations than a circuit may have.
    #[error("a circuit cannot have more than {limit} operations")]
    TooManyOperations {
        /// The most there may be.
        limit: usize,
    },
    /// A gate has a fixed number of qubits.
    #[error("operation {operation}, {name}, has {found} qubits, not {expected}")]
    Operands {
        /// Which operation.
        operation: usize,
        /// Its name.
        name: &'static str,
        /// The number the gate has.
        expected: usize,
        /// The number given.
        found: usize,
    },
    /// A qubit beyond the last.
    #[error("operation {operation}, {name}, uses qubit {qubit} of a circuit with {qubits} qubits")]
    NoSuchQubit {
        /// Which operation.
        operation: usize,
        /// Its name.
        name: &'static str,
        /// The qubit, from 0.
        qubit: usize,
        /// How many there are.
        qubits: usize,
    },
    /// A gate on the same qubit twice.
    #[error("operation {operation}, {name}, uses qubit {qubit} twice")]
    RepeatedQubit {
        /// Which operation.
        operation: usize,
        /// Its name.
        name: &'static str,
        /// The qubit, from 0.
        qubit: usize,
    },
    /// A classical bit beyond the last there may be.
    #[error("operation {operation} measures into bit {bit}")]
    NoSuchBit {
        /// Which operation.
        operation: usize,
        /// The bit, from 0.
        bit: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A condition on a bit that nothing has measured yet.
    #[error("operation {operation} depends on bit {bit}, which has not been measured before it")]
    Condition {
        /// Which operation.
        operation: usize,
        /// The bit, from 0.
        bit: usize,
    },
    /// NaN or infinity as an angle.
    #[error("the angle of operation {operation}, {name}, is not a finite number")]
    Angle {
        /// Which operation.
        operation: usize,
        /// Its name.
        name: &'static str,
    },
    /// What is asked for exists only of circuits without measured results in the middle.
    #[error("operation {operation} depends on an earlier measurement")]
    MidCircuit {
        /// Which operation.
        operation: usize,
    },
    /// More shots than allowed, or none.
    #[error("{shots} shots are not possible")]
    Shots {
        /// The number asked for.
        shots: u64,
        /// The most there may be.
        limit: u64,
    },
    /// The amplitudes do not fit into memory.
    #[error("out of memory for the amplitudes of {qubits} qubits")]
    OutOfMemory {
        /// How many qubits.
        qubits: usize,
    },
    /// The monitor cancelled.
    #[error("cancelled")]
    Cancelled,
}
