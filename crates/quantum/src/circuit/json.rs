//! The JSON form of a circuit:
//!
//! ```json
//! {"qubits": 2, "gates": [
//!   {"gate": "h", "qubits": [0]}, {"gate": "rx", "qubits": [1], "angle": 1.5},
//!   {"gate": "measure", "qubits": [0], "bit": 0}, {"gate": "x", "qubits": [1], "if": 0}]}
//! ```
//!
//! A measurement without a bit goes into the bit of the qubit's number.

use super::{Action, Circuit, CircuitError, Gate, Operation};
use serde_json::{Map, Value, json};

fn fail(problem: impl Into<String>) -> CircuitError {
    CircuitError::Json { problem: problem.into() }
}

pub(super) fn parse(source: &str) -> Result<Circuit, CircuitError> {
    let value: Value =
        serde_json::from_str(source).map_err(|error| fail(format!("it is not valid JSON: {error}")))?;
    let object = value.as_object().ok_or_else(|| fail("the circuit is not an object"))?;
    known(object, &["qubits", "gates"], "the circuit")?;
    let count =
        object.get("qubits").and_then(index).ok_or_else(|| fail("\"qubits\" is not a number of qubits"))?;
    let gates = object
        .get("gates")
        .and_then(Value::as_array)
        .ok_or_else(|| fail("\"gates\" is not an array of gates"))?;
    let mut circuit = Circuit::new(count)?;
    for (at, gate) in gates.iter().enumerate() {
        circuit.push(operation(gate, at + 1)?)?;
    }
    Ok(circuit)
}

/// A misspelt key would otherwise be left out silently.
fn known(object: &Map<String, Value>, keys: &[&str], whose: &str) -> Result<(), CircuitError> {
    match object.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => {
            Err(fail(format!("{whose} has an unknown key \"{}\"", key.chars().take(40).collect::<String>())))
        }
        None => Ok(()),
    }
}

fn index(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|number| usize::try_from(number).ok())
}

fn operation(value: &Value, number: usize) -> Result<Operation, CircuitError> {
    let whose = format!("operation {number}");
    let object = value.as_object().ok_or_else(|| fail(format!("{whose} is not an object")))?;
    known(object, &["gate", "qubits", "angle", "bit", "if"], &whose)?;
    let name = object.get("gate").and_then(Value::as_str);
    let name = name.ok_or_else(|| fail(format!("{whose} has no \"gate\" with a name")))?;
    let qubits = object.get("qubits").and_then(Value::as_array);
    let qubits = qubits.and_then(|list| list.iter().map(index).collect::<Option<Vec<_>>>());
    let qubits = qubits.ok_or_else(|| fail(format!("\"qubits\" of {whose} is not an array of qubits")))?;
    let optional = |key: &str| match object.get(key) {
        None => Ok(None),
        Some(bit) => {
            index(bit).map(Some).ok_or_else(|| fail(format!("\"{key}\" of {whose} is not a classical bit")))
        }
    };
    let (bit, condition) = (optional("bit")?, optional("if")?);
    let angle = match object.get("angle") {
        None => None,
        Some(angle) => Some(
            angle.as_f64().ok_or_else(|| fail(format!("\"angle\" of {whose} is not a number of radians")))?,
        ),
    };
    if name.eq_ignore_ascii_case("measure") {
        if angle.is_some() || condition.is_some() {
            return Err(fail(format!("{whose}, a measurement, has neither an angle nor a condition")));
        }
        let bit = bit.or(qubits.first().copied()).unwrap_or(0);
        return Ok(Operation { action: Action::Measure { bit }, qubits, condition: None });
    }
    if bit.is_some() {
        return Err(fail(format!("{whose}, a gate, has no \"bit\"")));
    }
    let gate =
        Gate::named(name, angle).map_err(|problem| fail(format!("{whose} is not understood: {problem}")))?;
    Ok(Operation { action: Action::Gate(gate), qubits, condition })
}

impl Circuit {
    /// The JSON form, which [`Circuit::parse`] reads back.
    pub fn to_json(&self) -> Value {
        let gates: Vec<Value> = self
            .operations
            .iter()
            .map(|operation| {
                let mut gate = json!({"gate": operation.name(), "qubits": operation.qubits});
                match operation.action {
                    Action::Gate(kind) => {
                        if let Some(angle) = kind.angle() {
                            gate["angle"] = json!(angle);
                        }
                    }
                    Action::Measure { bit } => gate["bit"] = json!(bit),
                }
                if let Some(bit) = operation.condition {
                    gate["if"] = json!(bit);
                }
                gate
            })
            .collect();
        json!({"qubits": self.qubits, "gates": gates})
    }
}
