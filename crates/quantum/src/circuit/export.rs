//! Export for other tools: OpenQASM 3 and IonQ's JSON. Nothing is sent anywhere.

use super::{Action, Circuit, CircuitError, Gate};
use serde_json::{Value, json};
use std::fmt::Write;

impl Circuit {
    /// An OpenQASM 3 program with the gates of `stdgates.inc` (openqasm.com/language, version 3.0). Angles are the shortest
    /// decimals that read back to the same number.
    pub fn to_openqasm(&self) -> String {
        let mut program = format!("OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[{}] q;\n", self.qubits);
        if self.bits > 0 {
            program += &format!("bit[{}] c;\n", self.bits);
        }
        for operation in &self.operations {
            let indent = if let Some(bit) = operation.condition {
                program += &format!("if (c[{bit}]) {{\n");
                "  "
            } else {
                ""
            };
            program += indent;
            // Writing to a string does not fail.
            let _ = match operation.action {
                Action::Measure { bit } => {
                    writeln!(program, "c[{bit}] = measure q[{}];", operation.qubits[0])
                }
                Action::Gate(gate) => {
                    let angle = gate.angle().map(|angle| format!("({angle:?})")).unwrap_or_default();
                    let qubits: Vec<String> =
                        operation.qubits.iter().map(|qubit| format!("q[{qubit}]")).collect();
                    writeln!(program, "{}{angle} {};", gate.name(), qubits.join(", "))
                }
            };
            if operation.condition.is_some() {
                program += "}\n";
            }
        }
        program
    }

    /// The `input` of a job for IonQ's cloud: format `ionq.circuit.v1`, gate set `qis`, angles in radians
    /// (docs.ionq.com, API v0.4). IonQ measures all qubits at the end; measurements at the end are therefore left out.
    ///
    /// # Errors
    /// [`CircuitError::MidCircuit`] where an operation depends on an earlier measurement.
    pub fn to_ionq_json(&self) -> Result<Value, CircuitError> {
        if let Some(at) = self.first_after_measurement() {
            return Err(CircuitError::MidCircuit { operation: at + 1 });
        }
        let gates: Vec<Value> = self
            .operations
            .iter()
            .filter_map(|operation| {
                let Action::Gate(gate) = operation.action else { return None };
                let q = &operation.qubits;
                Some(match gate {
                    Gate::Cnot => json!({"gate": "cnot", "control": q[0], "target": q[1]}),
                    Gate::Cz => json!({"gate": "z", "control": q[0], "target": q[1]}),
                    Gate::Toffoli => json!({"gate": "cnot", "controls": [q[0], q[1]], "target": q[2]}),
                    Gate::Swap => json!({"gate": "swap", "targets": [q[0], q[1]]}),
                    Gate::Sdg => json!({"gate": "si", "target": q[0]}),
                    Gate::Tdg => json!({"gate": "ti", "target": q[0]}),
                    _ => match gate.angle() {
                        Some(angle) => json!({"gate": gate.name(), "target": q[0], "rotation": angle}),
                        None => json!({"gate": gate.name(), "target": q[0]}),
                    },
                })
            })
            .collect();
        Ok(json!({"gateset": "qis", "qubits": self.qubits, "circuit": gates}))
    }
}
