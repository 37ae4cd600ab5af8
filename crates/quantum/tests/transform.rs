//! States from states: known answers, and agreement with definitions.

#![allow(clippy::unwrap_used)]

use num_complex::{Complex32, Complex64};
use proptest::prelude::*;
use quantum::circuit::Gate;
use quantum::{QuantumError, State};
use std::f64::consts::PI;

fn state(text: &str) -> State {
    State::from_amplitudes(quantum::parse_amplitudes(text).unwrap()).unwrap()
}

fn any_state(dimensions: usize) -> impl Strategy<Value = State> {
    prop::collection::vec((-1.0f32..1.0, -1.0f32..1.0), dimensions).prop_filter_map("zero", |parts| {
        State::from_amplitudes(parts.into_iter().map(|(re, im)| Complex32::new(re, im)).collect()).ok()
    })
}

#[test]
fn bell_states_have_one_bit_and_concurrence_one() {
    for bell in ["[1,0,0,1]", "[1,0,0,-1]", "[0,1,1,0]", "[0,1,-1,0]", "[1,0,0,i]"] {
        let bell = state(bell);
        assert!((bell.concurrence().unwrap() - 1.0).abs() < 1e-7);
        for part in [[0], [1]] {
            assert!((bell.entropy(&part).unwrap() - 1.0).abs() < 1e-7);
            let reduced = bell.partial_trace(&part).unwrap();
            for (entry, expected) in reduced.iter().zip([0.5, 0.0, 0.0, 0.5]) {
                assert!((entry - expected).norm() < 1e-7);
            }
        }
    }
    let product = state("[1,i]").tensor(&state("[3,4]")).unwrap();
    assert!(product.concurrence().unwrap() < 1e-7 && product.entropy(&[0]).unwrap() < 1e-6);
    assert!((state("[1,0,0,0,0,0,0,1]").entropy(&[0, 2]).unwrap() - 1.0).abs() < 1e-7);
    assert_eq!(state("[1,0,0,1]").entropy(&[0, 1]).unwrap(), 0.0);
    assert_eq!(state("[1,0,1]").entropy(&[]), Err(QuantumError::NotQubits { dimensions: 3 }));
}

#[test]
fn gates_and_matrices() {
    let plus = state("[1,0]").apply_gate(Gate::H, &[0]).unwrap();
    assert!((plus.fidelity(&state("[1,1]")).unwrap() - 1.0).abs() < 1e-7);
    assert_eq!(state("[0,1,0,0]").apply_gate(Gate::Cnot, &[0, 1]).unwrap(), state("[0,0,0,1]"));
    assert_eq!(state("[0,1,0,0]").apply_gate(Gate::Cnot, &[1, 0]).unwrap(), state("[0,1,0,0]"));
    let turned = state("[1,0]").apply_gate(Gate::Ry(PI / 2.0), &[0]).unwrap();
    assert!((turned.fidelity(&plus).unwrap() - 1.0).abs() < 1e-7);
    let z = |re: f64| Complex64::new(re, 0.0);
    assert_eq!(
        state("[1,0]").apply_unitary(&[[z(0.0), z(1.0)], [z(1.0), z(0.0)]], 0).unwrap(),
        state("[0,1]")
    );
    assert_eq!(
        state("[1,0]").apply_unitary(&[[z(1.0), z(1.0)], [z(0.0), z(1.0)]], 0),
        Err(QuantumError::NotUnitary)
    );
    assert_eq!(
        state("[1,0]").apply_unitary(&[[z(f64::NAN), z(0.0)], [z(0.0), z(1.0)]], 0),
        Err(QuantumError::NotUnitary)
    );
    assert_eq!(
        state("[1,0,0,0]").apply_gate(Gate::Cnot, &[1, 1]),
        Err(QuantumError::RepeatedQubit { qubit: 1 })
    );
    assert_eq!(
        state("[1,0,0,0]").apply_gate(Gate::H, &[2]),
        Err(QuantumError::NoSuchQubit { qubit: 2, qubits: 2 })
    );
    assert_eq!(
        state("[1]").apply_gate(Gate::H, &[0]),
        Err(QuantumError::NoSuchQubit { qubit: 0, qubits: 0 })
    );
    assert_eq!(state("[1,0]").apply_gate(Gate::Rx(f64::INFINITY), &[0]), Err(QuantumError::Angle));
}

#[test]
fn superposition_and_what_cancels() {
    let (zero, one) = (state("[1,0]"), state("[0,1]"));
    assert_eq!(State::superpose(&[zero.clone(), one.clone()], &[3.0, 4.0]).unwrap(), state("[3,4]"));
    assert_eq!(State::superpose(&[zero.clone(), one.clone()], &[3e-300, 4e-300]).unwrap(), state("[3,4]"));
    assert_eq!(State::superpose(&[zero.clone(), zero.clone()], &[1.0, -1.0]), Err(QuantumError::ZeroVector));
    assert_eq!(State::superpose(std::slice::from_ref(&zero), &[0.0]), Err(QuantumError::ZeroVector));
    assert_eq!(
        State::superpose(std::slice::from_ref(&zero), &[f64::NAN]),
        Err(QuantumError::WeightNotFinite { index: 0 })
    );
    assert_eq!(
        State::superpose(&[zero, one], &[1.0]),
        Err(QuantumError::WeightCount { states: 2, weights: 1 })
    );
}

#[test]
fn measured_as_often_as_the_probabilities_say() {
    let state = state("[0.6,0,0.8i]");
    let mut counts = [0; 3];
    (0..10_000).for_each(|seed| counts[state.measure(seed)] += 1);
    assert_eq!(counts[1], 0);
    // Six standard deviations.
    assert!((f64::from(counts[0]) - 3600.0).abs() < 6.0 * (10_000.0f64 * 0.36 * 0.64).sqrt(), "{counts:?}");
    assert_eq!(state.measure(9), state.measure(9));
}

#[test]
fn expectation_of_pauli_z() {
    let z = [1.0, 0.0, 0.0, -1.0];
    assert_eq!(state("[1,0]").expectation(&z).unwrap(), 1.0);
    assert!((state("[0.6,0.8i]").expectation(&z).unwrap() + 0.28).abs() < 1e-7);
    assert_eq!(state("[1,0]").expectation(&[1.0]), Err(QuantumError::MatrixSize { dimensions: 2 }));
    assert_eq!(
        state("[1,0]").expectation(&[1.0, 2.0, 3.0, 1.0]),
        Err(QuantumError::NotHermitian { row: 0, column: 1 })
    );
    assert_eq!(
        state("[1,0]").expectation(&[1.0, 0.0, 0.0, f64::NAN]),
        Err(QuantumError::MatrixNotFinite { row: 1, column: 1 })
    );
}

proptest! {
    #[test]
    fn traces_spectra_and_angles(state in any_state(16), other in any_state(16)) {
        for part in [vec![0], vec![3, 1], vec![0, 1, 2], vec![]] {
            let matrix = state.partial_trace(&part).unwrap();
            let size = 1 << part.len();
            let trace: Complex64 = (0..size).map(|i| matrix[i * size + i]).sum();
            prop_assert!((trace - 1.0).norm() < 1e-12);
            let others: Vec<usize> = (0..4).filter(|q| !part.contains(q)).collect();
            let (here, there) = (state.entropy(&part).unwrap(), state.entropy(&others).unwrap());
            prop_assert!((here - there).abs() < 1e-9);
            prop_assert!(here >= 0.0 && here <= part.len().min(4 - part.len()) as f64 + 1e-9);
        }
        let angle = state.bures_angle(&other).unwrap();
        prop_assert!((angle.cos().powi(2) - state.fidelity(&other).unwrap()).abs() < 1e-9);
    }

    #[test]
    fn entropy_of_two_qubits_is_that_of_the_concurrence(state in any_state(4)) {
        let c = state.concurrence().unwrap();
        let p = (1.0 + (1.0 - c * c).max(0.0).sqrt()) / 2.0;
        let expected: f64 = [p, 1.0 - p].into_iter().filter(|&p| p > 0.0).map(|p| -p * p.log2()).sum();
        prop_assert!((state.entropy(&[0]).unwrap() - expected).abs() < 1e-6);
        prop_assert!((state.entropy(&[1]).unwrap() - expected).abs() < 1e-6);
    }

    #[test]
    fn tensor_products_have_the_product_of_fidelities(a in any_state(3), b in any_state(2), c in any_state(3), d in any_state(2)) {
        let found = a.tensor(&b).unwrap().fidelity(&c.tensor(&d).unwrap()).unwrap();
        prop_assert!((found - a.fidelity(&c).unwrap() * b.fidelity(&d).unwrap()).abs() < 1e-6);
    }
}
