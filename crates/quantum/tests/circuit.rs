//! Circuits with known answers, and the simulator against matrices written out in full.

#![allow(clippy::unwrap_used)]

use num_complex::Complex64;
use proptest::prelude::*;
use quantum::Unattended;
use quantum::circuit::{Action, Circuit, CircuitError, Gate, MAX_QUBITS};
use std::f64::consts::{FRAC_1_SQRT_2, PI, TAU};

fn state(source: &str) -> Vec<Complex64> {
    let circuit = Circuit::parse(source).unwrap();
    circuit.state_vector(MAX_QUBITS, &Unattended).unwrap().amplitudes().to_vec()
}

fn assert_state(found: &[Complex64], expected: &[(usize, Complex64)]) {
    for (index, amplitude) in found.iter().enumerate() {
        let wanted = expected.iter().find(|(at, _)| *at == index).map_or(Complex64::ZERO, |(_, z)| *z);
        assert!((amplitude - wanted).norm() < 1e-12, "amplitude {index} is {amplitude}, not {wanted}");
    }
}

fn re(x: f64) -> Complex64 {
    Complex64::new(x, 0.0)
}

#[test]
fn bell_states() {
    let r = re(FRAC_1_SQRT_2);
    assert_state(&state("qubits 2; h 0; cx 0 1"), &[(0, r), (3, r)]);
    assert_state(&state("qubits 2; x 0; h 0; cx 0 1"), &[(0, r), (3, -r)]);
    assert_state(&state("qubits 2; h 0; x 1; cx 0 1"), &[(2, r), (1, r)]);
    assert_state(&state("qubits 2; x 0; h 0; x 1; cx 0 1"), &[(2, r), (1, -r)]);
}

#[test]
fn ghz_outcomes_are_all_or_none_and_even() {
    let circuit = Circuit::parse("qubits 5; h 0; cx 0 1; cx 1 2; cx 2 3; cx 3 4; measure").unwrap();
    let counts = circuit.simulate(100_000, 7, 20, &Unattended).unwrap();
    assert_eq!(counts.keys().copied().collect::<Vec<_>>(), [0, 31]);
    // Six standard deviations of a fair coin.
    assert!(counts[&0].abs_diff(50_000) < 950, "{counts:?}");
    assert_eq!(circuit.outcome_text(31), "11111");
    assert_eq!(counts, circuit.simulate(100_000, 7, 20, &Unattended).unwrap());
    assert_ne!(counts, circuit.simulate(100_000, 8, 20, &Unattended).unwrap());
}

/// A controlled phase of `angle` between two qubits, up to a global phase.
fn controlled_phase(circuit: &mut Circuit, angle: f64, a: usize, b: usize) {
    circuit.gate(Gate::Rz(angle / 2.0), &[a]).unwrap().gate(Gate::Rz(angle / 2.0), &[b]).unwrap();
    circuit.gate(Gate::Cnot, &[a, b]).unwrap().gate(Gate::Rz(-angle / 2.0), &[b]).unwrap();
    circuit.gate(Gate::Cnot, &[a, b]).unwrap();
}

#[test]
fn quantum_fourier_transform_is_the_discrete_one() {
    let n = 6;
    let size = 1usize << n;
    for input in [0, 1, 5, 37, 63] {
        let mut circuit = Circuit::new(n).unwrap();
        for qubit in (0..n).filter(|qubit| input >> qubit & 1 == 1) {
            circuit.gate(Gate::X, &[qubit]).unwrap();
        }
        for target in (0..n).rev() {
            circuit.gate(Gate::H, &[target]).unwrap();
            for control in (0..target).rev() {
                controlled_phase(&mut circuit, PI / (1 << (target - control)) as f64, control, target);
            }
        }
        for qubit in 0..n / 2 {
            circuit.gate(Gate::Swap, &[qubit, n - 1 - qubit]).unwrap();
        }
        let register = circuit.state_vector(20, &Unattended).unwrap();
        let found = register.amplitudes();
        let phase = found[0] / found[0].norm();
        for (k, amplitude) in found.iter().enumerate() {
            let expected =
                Complex64::from_polar(1.0 / (size as f64).sqrt(), TAU * (input * k) as f64 / size as f64);
            assert!((amplitude - phase * expected).norm() < 1e-12, "input {input}, frequency {k}");
        }
    }
}

#[test]
fn teleportation_moves_any_state() {
    for (theta, lambda) in [(0.3, 1.1), (2.0, -0.7), (PI, 0.0)] {
        let source = format!(
            "qubits 3; ry({theta}) 0; rz({lambda}) 0  # the state to send
             h 1; cx 1 2; cx 0 1; h 0; measure 0 -> 0; measure 1 -> 1; x 2 if 1; z 2 if 0
             rz({}) 2; ry({}) 2; measure 2 -> 2",
            -lambda, -theta
        );
        let circuit = Circuit::parse(&source).unwrap();
        let counts = circuit.simulate(2000, 3, 20, &Unattended).unwrap();
        // Undoing the preparation on the receiver's qubit gives 0 always; the sender's bits take all four values.
        assert_eq!(counts.keys().copied().collect::<Vec<_>>(), [0, 1, 2, 3], "{counts:?}");
        assert_eq!(
            circuit.state_vector(20, &Unattended),
            Err(CircuitError::MidCircuit { operation: 9 }),
            "there is no one state of this circuit"
        );
    }
}

#[test]
fn deutsch_jozsa_tells_constant_from_balanced() {
    let with_oracle = |oracle: &str| {
        format!("qubits 4; x 3; h 0; h 1; h 2; h 3; {oracle}; h 0; h 1; h 2; measure 0; measure 1; measure 2")
    };
    for (oracle, constant) in
        [("x 3", true), ("z 3; z 3", true), ("cx 0 3; cx 2 3", false), ("ccx 0 1 3; cx 2 3", false)]
    {
        let circuit = Circuit::parse(&with_oracle(oracle)).unwrap();
        let counts = circuit.simulate(500, 1, 20, &Unattended).unwrap();
        assert_eq!(
            counts.get(&0).copied().unwrap_or(0),
            if constant { 500 } else { 0 },
            "{oracle}: {counts:?}"
        );
    }
}

#[test]
fn measuring_twice_gives_the_same_and_both_ways_of_sampling_agree() {
    let circuit = Circuit::parse("qubits 1; ry(1.0) 0; measure 0 -> 0; measure 0 -> 1").unwrap();
    let counts = circuit.simulate(20_000, 5, 20, &Unattended).unwrap();
    assert_eq!(counts.keys().copied().collect::<Vec<_>>(), [0, 3]);
    let expected = 20_000.0 * (0.5f64).sin().powi(2);
    assert!((counts[&3] as f64 - expected).abs() < 6.0 * (20_000.0f64 * 0.23 * 0.77).sqrt(), "{counts:?}");
}

/// The same gate as a matrix over all basis states, from its definition on bits.
fn full_matrix(gate: Gate, qubits: &[usize], n: usize) -> Vec<Vec<Complex64>> {
    let size = 1 << n;
    let mut matrix = vec![vec![Complex64::ZERO; size]; size];
    for column in 0..size {
        let bit = |q: usize| column >> q & 1;
        match gate {
            Gate::Swap => {
                let (a, b) = (bit(qubits[0]), bit(qubits[1]));
                let cleared = column & !(1 << qubits[0]) & !(1 << qubits[1]);
                matrix[cleared | b << qubits[0] | a << qubits[1]][column] = Complex64::ONE;
            }
            _ => {
                let (target, controls) = qubits.split_last().unwrap();
                if controls.iter().any(|&q| bit(q) == 0) {
                    matrix[column][column] = Complex64::ONE;
                } else {
                    let small = gate.matrix().unwrap();
                    for result in 0..2 {
                        matrix[column & !(1 << target) | result << target][column] =
                            small[result][bit(*target)];
                    }
                }
            }
        }
    }
    matrix
}

/// The same operations, with angles that agree to the last bit but one: JSON's numbers are read that exactly.
fn same(a: &Circuit, b: &Circuit) -> bool {
    let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= a.abs() * f64::EPSILON,
        (a, b) => a == b,
    };
    a.qubits() == b.qubits()
        && a.operations().len() == b.operations().len()
        && a.operations().iter().zip(b.operations()).all(|(a, b)| {
            let alike = match (a.action, b.action) {
                (Action::Gate(a), Action::Gate(b)) => a.name() == b.name() && close(a.angle(), b.angle()),
                (a, b) => a == b,
            };
            alike && a.qubits == b.qubits && a.condition == b.condition
        })
}

fn any_gate() -> impl Strategy<Value = (u8, f64, [usize; 3])> {
    (0..15u8, -10.0..10.0f64, Just([0, 1, 2, 3]).prop_shuffle().prop_map(|q| [q[0], q[1], q[2]]))
}

fn pick(kind: u8, angle: f64) -> Gate {
    use Gate::*;
    [H, X, Y, Z, S, Sdg, T, Tdg, Rx(angle), Ry(angle), Rz(angle), Cnot, Cz, Swap, Toffoli][kind as usize]
}

proptest! {
    #[test]
    fn simulation_is_multiplication_by_matrices(gates in prop::collection::vec(any_gate(), 1..30)) {
        let n = 4;
        let mut circuit = Circuit::new(n).unwrap();
        let mut expected = vec![Complex64::ZERO; 1 << n];
        expected[0] = Complex64::ONE;
        for (kind, angle, qubits) in gates {
            let gate = pick(kind, angle);
            let qubits = &qubits[..gate.qubits()];
            circuit.gate(gate, qubits).unwrap();
            let matrix = full_matrix(gate, qubits, n);
            expected = matrix.iter().map(|row| row.iter().zip(&expected).map(|(m, z)| m * z).sum()).collect();
        }
        let register = circuit.state_vector(n, &Unattended).unwrap();
        for (found, wanted) in register.amplitudes().iter().zip(&expected) {
            prop_assert!((found - wanted).norm() < 1e-12);
        }
        prop_assert!(same(&Circuit::parse(&circuit.to_json().to_string()).unwrap(), &circuit));
    }

    #[test]
    fn any_text_is_a_circuit_or_an_error(text in "(qubits [0-9]{1,2};)?([a-z]{1,4}(\\([-pi0-9./*]{0,6}\\))? ?[0-9, >if-]{0,8};){0,4}") {
        if let Ok(circuit) = Circuit::parse(&text) {
            prop_assert!(same(&Circuit::parse(&circuit.to_json().to_string()).unwrap(), &circuit));
        }
    }
}

#[test]
fn forms_agree() {
    let text =
        Circuit::parse("qubits 3\nh 0 // first\nRX(-3*pi/4) 1; toffoli 0,1,2; measure 2 -> 0; x 1 if 0")
            .unwrap();
    let json = r#"{"qubits": 3, "gates": [{"gate": "H", "qubits": [0]}, {"gate": "rx", "qubits": [1], "angle": -2.356194490192345},
        {"gate": "ccx", "qubits": [0, 1, 2]}, {"gate": "measure", "qubits": [2], "bit": 0}, {"gate": "x", "qubits": [1], "if": 0}]}"#;
    assert_eq!(text, Circuit::parse(json).unwrap());
    assert_eq!(
        text.to_openqasm(),
        "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[3] q;\nbit[1] c;\nh q[0];\nrx(-2.356194490192345) q[1];\n\
         ccx q[0], q[1], q[2];\nc[0] = measure q[2];\nif (c[0]) {\n  x q[1];\n}\n"
    );
    assert_eq!(text.to_ionq_json(), Err(CircuitError::MidCircuit { operation: 5 }));
    let plain = Circuit::parse("qubits 3; sdg 0; cz 0 1; ccx 0 1 2; swap 0 2; ry(0.5) 1; measure").unwrap();
    assert_eq!(
        plain.to_ionq_json().unwrap(),
        serde_json::json!({"gateset": "qis", "qubits": 3, "circuit": [
            {"gate": "si", "target": 0}, {"gate": "z", "control": 0, "target": 1},
            {"gate": "cnot", "controls": [0, 1], "target": 2}, {"gate": "swap", "targets": [0, 2]},
            {"gate": "ry", "target": 1, "rotation": 0.5}]})
    );
}

#[test]
fn faults_are_named() {
    let error = |source: &str| Circuit::parse(source).unwrap_err().to_string();
    assert_eq!(error(""), "statement 1 is not understood: the text is empty");
    assert_eq!(
        error("h 0"),
        "statement 1 is not understood: expected \"qubits\" and their number, found \"h 0\""
    );
    assert_eq!(error("qubits 0"), "a circuit cannot have 0 qubits");
    assert_eq!(error("qubits 2; q 0"), "statement 2 is not understood: there is no gate \"q\"");
    assert_eq!(
        error("qubits 2; rx 0"),
        "statement 2 is not understood: gate rx needs an angle, as in rx(pi/2)"
    );
    assert_eq!(error("qubits 2; h(1) 0"), "statement 2 is not understood: gate h has no angle");
    assert_eq!(error("qubits 2; cx 1 1"), "operation 1, cx, uses qubit 1 twice");
    assert_eq!(error("qubits 2; h 0; cx 1 2"), "operation 2, cx, uses qubit 2 of a circuit with 2 qubits");
    assert_eq!(error("qubits 2; cx 1"), "operation 1, cx, has 1 qubits, not 2");
    assert_eq!(error("qubits 2; rx(1/0) 1"), "the angle of operation 1, rx, is not a finite number");
    assert_eq!(
        error("qubits 2; x 1 if 0"),
        "operation 1 depends on bit 0, which has not been measured before it"
    );
    assert_eq!(error("{\"qubits\": 1, \"gates\": [], \"x\": 1}"), "the circuit has an unknown key \"x\"");
    let big = Circuit::parse("qubits 30; h 0").unwrap();
    assert_eq!(big.state_vector(20, &Unattended), Err(CircuitError::TooManyQubits { qubits: 30, limit: 20 }));
    assert_eq!(big.simulate(0, 0, 30, &Unattended), Err(CircuitError::Shots { shots: 0, limit: 10_000_000 }));
}

#[test]
fn a_monitor_stops_a_simulation() {
    struct Cancel;
    impl quantum::Monitor for Cancel {
        fn cancelled(&self) -> bool {
            true
        }
    }
    for source in ["qubits 2; h 0", "qubits 1; h 0; measure 0; h 0; measure 0 -> 1"] {
        let circuit = Circuit::parse(source).unwrap();
        assert_eq!(circuit.simulate(10, 0, 20, &Cancel), Err(CircuitError::Cancelled));
    }
}
