//! Grover's search against its closed form.

#![allow(clippy::unwrap_used)]

use quantum::Unattended;
use quantum::grover::{best_iterations, grover_search, success_probability};

fn search(qubits: usize, marked: &[usize], iterations: Option<u64>, seed: u64) -> quantum::grover::Search {
    let mut table = vec![false; 1 << qubits];
    marked.iter().for_each(|&state| table[state] = true);
    grover_search(&table, iterations, seed, 20, &Unattended).unwrap()
}

#[test]
fn known_probabilities() {
    let four = search(4, &[11], None, 1);
    assert_eq!((four.iterations, four.marked), (3, 1));
    assert!((four.success - 0.961_318_969_726_562_5).abs() < 1e-12, "{}", four.success);
    let eight = search(8, &[200], None, 1);
    assert_eq!(eight.iterations, 12);
    assert!(eight.success >= 0.98);
    assert_eq!(search(12, &[4000], None, 1).outcome, 4000);
    // One of four: a single iteration is certain.
    assert!((search(2, &[2], None, 1).success - 1.0).abs() < 1e-12);
}

#[test]
fn simulation_agrees_with_the_closed_form() {
    for qubits in 1..=9 {
        for marked in [1usize, 2, 3, 7, 100] {
            let marked: Vec<usize> = (0..(1 << qubits).min(marked)).map(|i| i * 37 % (1 << qubits)).collect();
            for iterations in [None, Some(0), Some(1), Some(5), Some(40)] {
                let found = search(qubits, &marked, iterations, 3);
                assert!((found.success - found.closed_form).abs() < 1e-9, "{qubits} qubits: {found:?}");
                assert_eq!(found.found, marked.contains(&found.outcome));
            }
        }
    }
}

#[test]
fn measured_as_often_as_the_probability_says() {
    let hits = (0..2000).filter(|&seed| search(4, &[5], None, seed).found).count() as f64;
    assert!((hits - 2000.0 * 0.9613).abs() < 6.0 * (2000.0f64 * 0.9613 * 0.0387).sqrt(), "{hits}");
}

#[test]
fn the_best_number_of_iterations_is_a_peak() {
    for qubits in 3..=16 {
        let best = best_iterations(qubits, 1);
        let at = |k| success_probability(qubits, 1, k);
        assert!(at(best) > 0.9 && at(best) >= at(best - 1) && at(best) >= at(best + 1) - 0.02, "{qubits}");
    }
    assert_eq!(best_iterations(4, 0), 0);
    assert!(search(4, &[], None, 0).success < 1e-12);
}
