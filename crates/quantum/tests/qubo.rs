//! The solvers against brute force, problems with known answers, and the same answer from any number of threads.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use quantum::qubo::{Backend, Problem, Qubo, QuboError, Settings, Terms, solve, solve_problem};
use quantum::{Monitor, Random, Unattended};
use serde_json::{Value, json};

const BACKENDS: [Backend; 5] =
    [Backend::Annealing, Backend::QuantumAnnealing, Backend::Tempering, Backend::Tabu, Backend::Exact];

fn settings(backend: Backend) -> Settings {
    Settings { backend, seed: 11, reads: 8, sweeps: 200 }
}

/// A symmetric matrix: dense or sparse, of integers or of a continuum.
fn random_matrix(n: usize, random: &mut Random) -> Vec<f64> {
    let (density, integers) = (if random.unit() < 0.5 { 1.0 } else { 0.3 }, random.unit() < 0.5);
    let mut matrix = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            if random.unit() < density {
                let value = 20.0 * random.unit() - 10.0;
                let value = if integers { value.round() } else { value };
                (matrix[i * n + j], matrix[j * n + i]) = (value, value);
            }
        }
    }
    matrix
}

/// xᵀQx as it is written.
fn energy_of(matrix: &[f64], n: usize, bits: usize) -> f64 {
    let x = |i: usize| (bits >> i & 1) as f64;
    (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).map(|(i, j)| matrix[i * n + j] * x(i) * x(j)).sum()
}

#[test]
fn every_solver_equals_brute_force() {
    let mut random = Random::new(2024);
    for instance in 0..100 {
        let n = 1 + random.below(16);
        let matrix = random_matrix(n, &mut random);
        let least = (0..1usize << n).map(|bits| energy_of(&matrix, n, bits)).fold(f64::INFINITY, f64::min);
        let qubo = Qubo::from_matrix(n, n, &matrix).unwrap();
        for backend in BACKENDS {
            let found = solve(&qubo, &settings(backend), &Unattended).unwrap();
            assert!(
                (found.energy - least).abs() < 1e-9,
                "instance {instance}, n = {n}, {backend:?}: {} {least}",
                found.energy
            );
            let bits = found.assignment.iter().rev().fold(0, |bits, &one| bits << 1 | usize::from(one));
            assert!((energy_of(&matrix, n, bits) - found.energy).abs() < 1e-9);
        }
    }
}

/// Where brute force ends, what four different methods agree on is the optimum; a method whose moves are wrong stays above it.
#[test]
fn solvers_agree_on_a_spin_glass() {
    let n = 200;
    let mut random = Random::new(77);
    let mut terms = Terms::new(n).unwrap();
    for i in 0..n {
        for j in 0..i {
            if random.unit() >= 0.06 {
                continue;
            }
            let weight = if random.unit() < 0.5 { -1.0 } else { 1.0 };
            terms.pair(i, j, 2.0 * weight);
            terms.linear(i, -weight);
            terms.linear(j, -weight);
        }
    }
    let qubo = terms.build().unwrap();
    let energies = BACKENDS[..4].iter().map(|&backend| {
        let reads = if backend == Backend::Tempering { 1 } else { 8 };
        solve(&qubo, &Settings { reads, sweeps: 400, ..settings(backend) }, &Unattended).unwrap().energy
    });
    let energies: Vec<f64> = energies.collect();
    assert!(energies.iter().all(|&energy| energy == energies[0]), "{energies:?}");
}

#[test]
fn threads_do_not_change_the_answer() {
    let matrix = random_matrix(60, &mut Random::new(3));
    let qubo = Qubo::from_matrix(60, 60, &matrix).unwrap();
    for backend in &BACKENDS[..4] {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| solve(&qubo, &Settings { sweeps: 5, ..settings(*backend) }, &Unattended).unwrap())
        };
        let one = with(1);
        assert_eq!(one, with(2));
        assert_eq!(one, with(7));
    }
}

fn answer(problem: Value, backend: Backend) -> (f64, quantum::qubo::Answer) {
    let problem = Problem::from_json(&problem).unwrap();
    let settings = Settings { reads: 32, sweeps: 500, ..settings(backend) };
    let found = solve_problem(&problem, &settings, &Unattended).unwrap();
    (found.energy, problem.answer(&found.assignment))
}

#[test]
fn max_cut_of_a_square_is_four() {
    for backend in BACKENDS {
        let (energy, cut) =
            answer(json!({"problem": "max_cut", "edges": [[0, 1], [1, 2], [2, 3], [3, 0]]}), backend);
        assert_eq!((energy, cut.objective, cut.feasible), (-4.0, Some(4.0), true), "{backend:?}");
        let parts: Vec<u64> = serde_json::from_value(cut.value).unwrap();
        assert!(parts[0] == parts[2] && parts[1] == parts[3] && parts[0] != parts[1]);
    }
}

#[test]
fn petersen_graph_has_three_colours_and_not_two() {
    let edges = json!([
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 4],
        [4, 0],
        [0, 5],
        [1, 6],
        [2, 7],
        [3, 8],
        [4, 9],
        [5, 7],
        [7, 9],
        [9, 6],
        [6, 8],
        [8, 5]
    ]);
    for backend in &BACKENDS[..4] {
        let (energy, three) = answer(json!({"problem": "coloring", "edges": edges, "colors": 3}), *backend);
        assert_eq!((energy, three.feasible, three.objective), (0.0, true, Some(0.0)), "{backend:?}");
        let (energy, two) = answer(json!({"problem": "coloring", "edges": edges, "colors": 2}), *backend);
        assert!(energy > 0.0 && !two.feasible);
    }
}

#[test]
fn a_tour_is_a_tour_and_the_shortest() {
    let mut random = Random::new(5);
    for cities in 2..=7 {
        let distances: Vec<Vec<f64>> = (0..cities)
            .map(|_| (0..cities).map(|_| (1.0 + 99.0 * random.unit()).round()).collect())
            .collect();
        let mut order: Vec<usize> = (1..cities).collect();
        let mut shortest = f64::INFINITY;
        permutations(&mut order, 0, &mut |tour| {
            let round: Vec<usize> = [0].iter().chain(tour).chain(&[0]).copied().collect();
            shortest = shortest.min(round.windows(2).map(|step| distances[step[0]][step[1]]).sum());
        });
        for backend in &BACKENDS[..4] {
            let (energy, tour) = answer(json!({"problem": "tsp", "distances": distances}), *backend);
            assert!(tour.feasible, "{cities} cities, {backend:?}");
            let mut visited: Vec<usize> = serde_json::from_value(tour.value).unwrap();
            visited.sort_unstable();
            assert_eq!(visited, (0..cities).collect::<Vec<_>>());
            assert_eq!(tour.objective, Some(shortest), "{cities} cities, {backend:?}");
            assert!((energy - shortest).abs() < 1e-9);
        }
    }
}

/// Cities on a circle, numbered all over the place: the polygon is the shortest tour.
fn circle(cities: usize) -> Problem {
    let place = |i: usize| {
        let angle = (i * 37 % cities) as f64 / cities as f64 * std::f64::consts::TAU;
        (angle.cos(), angle.sin())
    };
    let distance =
        |(ax, ay): (f64, f64), (bx, by): (f64, f64)| ((ax - bx).powi(2) + (ay - by).powi(2)).sqrt();
    let distances = (0..cities * cities).map(|at| distance(place(at / cities), place(at % cities))).collect();
    Problem::Tsp { cities, distances }
}

#[test]
fn annealing_goes_from_tour_to_tour() {
    let cities = 60;
    let settings = Settings { reads: 4, sweeps: 100, ..settings(Backend::Annealing) };
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| solve_problem(&circle(cities), &settings, &Unattended).unwrap())
    };
    let found = with(1);
    let polygon = 2.0 * cities as f64 * (std::f64::consts::PI / cities as f64).sin();
    assert!((found.energy - polygon).abs() < 1e-9, "{} is not {polygon}", found.energy);
    assert!(circle(cities).answer(&found.assignment).feasible);
    assert_eq!(found, with(3), "threads change nothing");
}

fn permutations(items: &mut Vec<usize>, from: usize, visit: &mut impl FnMut(&[usize])) {
    if from == items.len() {
        return visit(items);
    }
    for at in from..items.len() {
        items.swap(from, at);
        permutations(items, from + 1, visit);
        items.swap(from, at);
    }
}

#[test]
fn subset_sum_and_ising() {
    for backend in BACKENDS {
        let (energy, taken) =
            answer(json!({"problem": "subset_sum", "numbers": [3, 34, 4, 12, 5, 2], "target": 9}), backend);
        assert_eq!((energy, taken.feasible), (0.0, true), "{backend:?}");
        let taken: Vec<f64> = serde_json::from_value(taken.value).unwrap();
        assert_eq!(taken.iter().sum::<f64>(), 9.0);
        // Antiferromagnetic triangle with a field: frustrated.
        let (energy, spins) = answer(
            json!({"problem": "ising", "fields": [0.5, 0, 0], "couplings": [[0, 1, 1], [0, 0, 1], [0, 0, 0]]}),
            backend,
        );
        assert_eq!((energy, spins.objective), (-1.5, Some(-1.5)));
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let error = |problem: Value| Problem::from_json(&problem).unwrap_err().to_string();
    assert_eq!(
        error(json!({"problem": "coloring", "edges": [[1, 1]], "colors": 3})),
        "the constraints cannot be met: node 1 has an edge to itself"
    );
    assert_eq!(
        error(json!({"problem": "coloring", "edges": [[0, 1]], "colors": 1})),
        "the constraints cannot be met: 1 colors are not enough for an edge"
    );
    assert_eq!(
        error(json!({"problem": "subset_sum", "numbers": [1, -2], "target": 5})),
        "the constraints cannot be met: the numbers sum up to -2 at least and 1 at most"
    );
    assert_eq!(error(json!({"problem": "tsp", "distances": [[0, 1], [1]]})), "a 2 by 1 matrix is not square");
    assert_eq!(
        error(json!({"problem": "tsp", "distances": [[0, -1], [1, 0]]})),
        "the distance from 0 to 1 is negative"
    );
    assert_eq!(
        error(json!({"problem": "max_cut", "edges": [[0, 1]], "weights": ["NaN"]})),
        "\"weights\" holds something that is not a finite number"
    );
    assert_eq!(
        error(json!({"problem": "max_cut", "edges": [[0, 1]], "wieghts": [1]})),
        "the problem has an unknown key \"wieghts\""
    );
    assert_eq!(error(json!({"problem": "knapsack"})), "there is no problem \"knapsack\"");
    assert_eq!(
        Qubo::from_matrix(2, 2, &[0.0, 1.0, 2.0, 0.0]),
        Err(QuboError::Asymmetric { row: 0, column: 1, above: 1.0, below: 2.0 })
    );
    assert_eq!(
        Qubo::from_matrix(2, 2, &[0.0, 1.0, 1.0, f64::NAN]),
        Err(QuboError::NotFinite { row: 1, column: 1 })
    );
    assert_eq!(Qubo::from_matrix(1, 2, &[0.0, 1.0]), Err(QuboError::NotSquare { rows: 1, columns: 2 }));
    assert_eq!(Qubo::from_matrix(0, 0, &[]), Err(QuboError::Variables { variables: 0, limit: 20_000 }));
    let mut many = Terms::new(2).unwrap();
    (0..=quantum::qubo::MAX_TERMS).for_each(|_| many.pair(0, 1, 1.0));
    assert_eq!(many.build(), Err(QuboError::TooManyTerms { limit: quantum::qubo::MAX_TERMS }));
    let large = Terms::new(31).unwrap().build().unwrap();
    assert_eq!(
        solve(&large, &settings(Backend::Exact), &Unattended),
        Err(QuboError::TooManyForExact { variables: 31, limit: 30 })
    );
}

#[test]
fn a_monitor_stops_every_solver() {
    struct Cancel;
    impl Monitor for Cancel {
        fn cancelled(&self) -> bool {
            true
        }
    }
    let qubo = Qubo::from_matrix(28, 28, &random_matrix(28, &mut Random::new(4))).unwrap();
    for backend in BACKENDS {
        assert_eq!(solve(&qubo, &settings(backend), &Cancel), Err(QuboError::Cancelled), "{backend:?}");
    }
    assert_eq!(solve_problem(&circle(8), &settings(Backend::Annealing), &Cancel), Err(QuboError::Cancelled));
}

#[test]
fn a_monitor_hears_of_every_read() {
    #[derive(Default)]
    struct Heard(std::sync::Mutex<Vec<(u64, u64)>>);
    impl Monitor for Heard {
        fn progress(&self, done: u64, total: u64) {
            self.0.lock().unwrap().push((done, total));
        }
    }
    let qubo = Qubo::from_matrix(20, 20, &random_matrix(20, &mut Random::new(4))).unwrap();
    for backend in BACKENDS {
        let heard = Heard::default();
        solve(&qubo, &settings(backend), &heard).unwrap();
        let mut steps = heard.0.into_inner().unwrap();
        steps.sort_unstable();
        let total = steps.len() as u64;
        assert_eq!(steps, (1..=total).map(|done| (done, total)).collect::<Vec<_>>(), "{backend:?}");
        assert!(backend == Backend::Exact || total == settings(backend).reads, "{backend:?}");
    }
}

proptest! {
    #[test]
    fn ising_and_matrix_have_the_energies_of_the_problem(seed: u64, n in 1..9usize) {
        let matrix = random_matrix(n, &mut Random::new(seed));
        let qubo = Qubo::from_matrix(n, n, &matrix).unwrap();
        let (fields, couplings, constant) = qubo.to_ising();
        let (back, offset) = qubo.to_matrix();
        for bits in 0..1usize << n {
            let x: Vec<bool> = (0..n).map(|i| bits >> i & 1 == 1).collect();
            let spin = |i: usize| if x[i] { 1.0 } else { -1.0 };
            let ising = constant + (0..n).map(|i| fields[i] * spin(i)).sum::<f64>()
                + couplings.iter().map(|&(i, j, c)| c * spin(i) * spin(j)).sum::<f64>();
            prop_assert!((ising - energy_of(&matrix, n, bits)).abs() < 1e-9);
            prop_assert!((qubo.energy(&x) - energy_of(&matrix, n, bits)).abs() < 1e-9);
            prop_assert!((offset + energy_of(&back, n, bits) - qubo.energy(&x)).abs() < 1e-9);
        }
    }
}
