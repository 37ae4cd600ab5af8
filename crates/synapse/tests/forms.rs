//! Vectors in other forms and metrics that the codes do not estimate: half precision, bits, sparse; L1, Hamming, Jaccard.

#![allow(clippy::unwrap_used, reason = "a test's helper may panic as the test may")]

mod common;

use common::*;
use proptest::prelude::*;
use std::rc::Rc;
use synapse::*;

fn half(data: &[Vec<f32>]) -> Vec<Vector> {
    data.iter().map(|x| Vector::Half(x.iter().map(|x| kernels::f32_to_f16(*x)).collect())).collect()
}

/// Bit strings around random ones: a tenth of the bits flipped.
fn bits(rows: usize, len: usize, clusters: usize, seed: u64) -> Vec<Vector> {
    let mut state = seed;
    let centres: Vec<Vec<bool>> =
        (0..clusters).map(|_| (0..len).map(|_| random(&mut state) > 0.2).collect()).collect();
    (0..rows)
        .map(|i| {
            let mut bytes = vec![0u8; len.div_ceil(8)];
            for (place, bit) in centres[i % clusters].iter().enumerate() {
                if *bit != (random(&mut state) > 0.4) {
                    bytes[place / 8] |= 0x80 >> (place % 8);
                }
            }
            Vector::Bits { len, bytes }
        })
        .collect()
}

/// Sparse vectors as term weights are: each cluster has terms of its own, a row some of them and some at random.
fn terms(rows: usize, dims: usize, clusters: usize, seed: u64) -> Vec<Vector> {
    let mut state = seed;
    let term = |state: &mut u64| ((random(state) + 0.5) * dims as f32) as i32 % dims as i32;
    let topics: Vec<Vec<i32>> = (0..clusters).map(|_| (0..40).map(|_| term(&mut state)).collect()).collect();
    (0..rows)
        .map(|i| {
            let mut components = std::collections::BTreeMap::new();
            for topic_term in &topics[i % clusters] {
                if random(&mut state) > -0.2 {
                    components.insert(*topic_term, 1.0 + random(&mut state));
                }
            }
            for _ in 0..10 {
                components.insert(term(&mut state), 0.6 + random(&mut state));
            }
            let (indices, values) = components.into_iter().unzip();
            Vector::Sparse { dims, indices, values }
        })
        .collect()
}

/// Two normally distributed numbers (Box and Muller 1958).
fn normal_pair(state: &mut u64) -> [f64; 2] {
    let [u, v] = [0, 1].map(|_| f64::from(random(state)) + 0.5);
    let radius = (-2.0 * u.max(1e-9).ln()).sqrt();
    let angle = 2.0 * std::f64::consts::PI * v;
    [radius * angle.cos(), radius * angle.sin()]
}

/// A state in the direction of these amplitudes, turned by a random global phase.
fn state_of(amplitudes: Vec<[f64; 2]>, random_state: &mut u64) -> Vector {
    let norm = amplitudes.iter().flatten().map(|x| x * x).sum::<f64>().sqrt();
    let (s, c) = (2.0 * std::f64::consts::PI * f64::from(random(random_state))).sin_cos();
    Vector::State(
        amplitudes
            .iter()
            .flat_map(|[re, im]| [((re * c - im * s) / norm) as f32, ((re * s + im * c) / norm) as f32])
            .collect(),
    )
}

/// States around random ones, or, without clusters, random ones all over.
fn random_states(rows: usize, dims: usize, clusters: usize, seed: u64) -> Vec<Vector> {
    let mut state = seed;
    let centres: Vec<Vec<[f64; 2]>> =
        (0..clusters).map(|_| (0..dims).map(|_| normal_pair(&mut state)).collect()).collect();
    (0..rows)
        .map(|i| {
            let mut amplitudes: Vec<[f64; 2]> = (0..dims).map(|_| normal_pair(&mut state)).collect();
            if clusters > 0 {
                for (x, centre) in amplitudes.iter_mut().zip(&centres[i % clusters]) {
                    *x = [centre[0] + 0.5 * x[0], centre[1] + 0.5 * x[1]];
                }
            }
            state_of(amplitudes, &mut state)
        })
        .collect()
}

/// Product states of qubits, each turned away from |0⟩ by angles around those of its cluster: cos θ |0⟩ + e^{iφ} sin θ |1⟩.
fn rotated_products(rows: usize, qubits: usize, clusters: usize, seed: u64) -> Vec<Vector> {
    let mut state = seed;
    let centres: Vec<Vec<[f64; 2]>> = (0..clusters)
        .map(|_| (0..qubits).map(|_| [0, 1].map(|_| 3.0 * f64::from(random(&mut state)))).collect())
        .collect();
    (0..rows)
        .map(|i| {
            let mut amplitudes = vec![[1.0, 0.0]];
            for angles in &centres[i % clusters] {
                let [theta, phi] = angles.map(|angle| angle + 0.4 * f64::from(random(&mut state)));
                let (s, c) = theta.sin_cos();
                let (ps, pc) = phi.sin_cos();
                amplitudes = amplitudes
                    .iter()
                    .flat_map(|[re, im]| {
                        [[re * c, im * c], [s * (re * pc - im * ps), s * (re * ps + im * pc)]]
                    })
                    .collect();
            }
            state_of(amplitudes, &mut state)
        })
        .collect()
}

/// What, metrics, data and queries.
type Case = (&'static str, Vec<Metric>, Vec<Vector>, Vec<Vector>);

fn cases(rows: usize, clusters: usize) -> Vec<Case> {
    let split = |mut data: Vec<Vector>| {
        let queries = data.split_off(rows);
        (data, queries)
    };
    let own = |data: Vec<Vec<f32>>| data.into_iter().map(Vector::Dense).collect::<Vec<_>>();
    let numeric = vec![Metric::L2, Metric::InnerProduct, Metric::Cosine, Metric::L1];
    let (dense, dense_queries) = split(own(clustered(rows + 60, 48, clusters, 5)));
    let (halves, half_queries) = split(half(&clustered(rows + 60, 48, clusters, 6)));
    let (strings, string_queries) = split(bits(rows + 60, 200, clusters, 7));
    let (narrow, narrow_queries) = split(terms(rows + 60, 300, clusters, 8));
    let (wide, wide_queries) = split(terms(rows + 60, 30_000, clusters, 9));
    let infidelity = vec![Metric::Infidelity];
    let (one_qubit, one_qubit_queries) = split(random_states(rows + 60, 2, 0, 10));
    let (uniform, uniform_queries) = split(random_states(rows + 60, 8, 0, 11));
    let (clouds, cloud_queries) = split(random_states(rows + 60, 20, clusters, 12));
    let (products, product_queries) = split(rotated_products(rows + 60, 5, clusters, 13));
    let (large, large_queries) = split(random_states(rows + 60, 100, clusters, 14));
    let (large_products, large_product_queries) = split(rotated_products(rows + 60, 6, clusters, 15));
    vec![
        ("states of one qubit", infidelity.clone(), one_qubit, one_qubit_queries),
        ("random states of 8 amplitudes", infidelity.clone(), uniform, uniform_queries),
        ("clusters of states of 20 amplitudes", infidelity.clone(), clouds, cloud_queries),
        ("product states of 5 qubits", infidelity.clone(), products, product_queries),
        ("sketched clusters of states", infidelity.clone(), large, large_queries),
        ("sketched product states of 6 qubits", infidelity, large_products, large_product_queries),
        ("dense", vec![Metric::L1], dense, dense_queries),
        ("half", numeric.clone(), halves, half_queries),
        ("bits", vec![Metric::Hamming, Metric::Jaccard], strings, string_queries),
        ("sparse", numeric.clone(), narrow, narrow_queries),
        ("sketched", numeric, wide, wide_queries),
    ]
}

#[test]
fn exact_at_recall_one_in_every_form() {
    for (what, metrics, data, queries) in cases(700, 12) {
        for metric in metrics {
            for lists in [1, 9] {
                let pages = MemoryPages::new();
                build(&pages, metric, &data, Some(lists));
                assert_eq!(check(&pages, &mut |_| {}), [], "{what} {metric:?}");
                for query in queries.iter().take(5) {
                    let rows = search(&pages, &data, query.as_ref(), 1.0, 150);
                    assert_eq!(rows.len(), 150, "{what} {metric:?}");
                    assert_exact_order(metric, &data, query.as_ref(), &rows);
                }
            }
        }
    }
}

/// Where the index keeps full vectors nothing but a sparse vector that is too long is asked of the table, and the order is the same.
#[test]
fn kept_vectors_order_as_the_tables_do_in_every_form() {
    for (what, metrics, data, queries) in cases(700, 12) {
        for metric in metrics {
            let pages = MemoryPages::new();
            build_keeping(&pages, metric, &data, Some(9));
            let mut kept = 0;
            let findings = check_with_vectors(&pages, &mut |tid, vector| {
                assert_eq!(vector, Some(data[row_of(tid)].as_ref()), "{what}");
                kept += 1;
            });
            assert_eq!((findings, kept), (vec![], data.len()), "{what} {metric:?}");
            let model = Rc::new(Model::load(&pages).unwrap().unwrap());
            for query in queries.iter().take(5) {
                let mut search = Search::new(Rc::clone(&model));
                search.start(Some(query.as_ref()), 1.0, None).unwrap();
                let mut table =
                    |tid| -> Option<f32> { panic!("{what} {metric:?}: {tid:?} is asked of the table") };
                let rows: Vec<usize> =
                    (0..150).map(|_| row_of(search.next(&pages, &mut table).unwrap().unwrap())).collect();
                assert_exact_order(metric, &data, query.as_ref(), &rows);
            }
        }
    }
}

#[test]
fn declared_recall_is_met_in_every_form() {
    for (what, metrics, data, queries) in cases(8000, 120) {
        for metric in metrics {
            let pages = MemoryPages::new();
            build(&pages, metric, &data, Some(80));
            for declared in [0.9, 0.95, 0.99] {
                let measured = recall_at_10(metric, &pages, &data, &queries, declared);
                assert!(measured >= declared - 0.02, "{what} {metric:?}: {measured} at {declared}");
            }
        }
    }
}

#[test]
fn a_search_compares_a_fraction_of_the_rows_in_every_form() {
    for (what, metrics, data, queries) in cases(3000, 60) {
        for metric in metrics {
            let pages = MemoryPages::new();
            build(&pages, metric, &data, Some(1));
            let compared: u64 = queries
                .iter()
                .map(|query| search_with_stats(&pages, &data, query.as_ref(), 0.95, 10).1.exact)
                .sum();
            let share = compared as f64 / (queries.len() * data.len()) as f64;
            assert!(share < 0.25, "{what} {metric:?}: {share} of the rows");
        }
    }
}

#[test]
fn an_index_that_began_empty_is_right_without_calibration() {
    for (what, metrics, data, queries) in cases(300, 10) {
        for metric in metrics {
            let pages = MemoryPages::new();
            create_empty(&pages, metric, None, 0, Keeping::default(), 1, 1).unwrap();
            assert!(insert(&pages, None, tid(0), Some(data[0].as_ref()), Keys::NONE).unwrap());
            let model = Model::load(&pages).unwrap().unwrap();
            for (i, x) in data.iter().enumerate().skip(1) {
                insert(&pages, Some(&model), tid(i), Some(x.as_ref()), Keys::NONE).unwrap();
            }
            let measured = recall_at_10(metric, &pages, &data, &queries, 0.9);
            assert!(measured >= 0.89, "{what} {metric:?}: {measured}");
        }
    }
}

#[test]
fn a_sample_beyond_the_memory_is_done_without() {
    // as many components as a row may have: 128 kB each
    let row = |row: usize| Vector::Sparse {
        dims: 100_000,
        indices: (0..16_000).collect(),
        values: (0..16_000).map(|i| 1.0 + ((i * 7 + row * row) % 131) as f32).collect(),
    };
    let data: Vec<Vector> = (0..300).map(row).collect();
    let embedding = Embedding::new(Form::Sparse, 100_000).unwrap();
    for (memory, measured) in [(1 << 20, false), (256 << 20, true)] {
        let pages = MemoryPages::new();
        let pool = pool();
        let options = BuildOptions { memory, ..options(Metric::L2, data.len(), None) };
        let mut builder = Builder::new(&pages, embedding, options);
        data.iter().for_each(|x| builder.offer(x.as_ref()).unwrap());
        builder.train(&pool, &mut |_, _, _| {}).unwrap();
        data.iter()
            .enumerate()
            .for_each(|(i, x)| builder.add(&pool, tid(i), Some(x.as_ref()), Keys::NONE).unwrap());
        builder.finish(&pool).unwrap();
        let spread = layout::Meta::read(&pages.read(0).unwrap()).unwrap().spread;
        assert_eq!(spread.deviation.is_finite(), measured, "{spread:?} with {memory} bytes");
        assert_eq!(search(&pages, &data, data[0].as_ref(), 0.9, 20)[0], 0);
    }
}

#[test]
fn strings_without_bits_are_kept_and_come_last() {
    let mut data = bits(50, 24, 5, 3);
    data[7] = Vector::Bits { len: 24, bytes: vec![0; 3] };
    let pages = MemoryPages::new();
    build(&pages, Metric::Jaccard, &data, None);
    let rows = search(&pages, &data, data[0].as_ref(), 1.0, usize::MAX);
    assert_eq!(rows.len(), 50);
    assert_eq!(rows.last(), Some(&7));
    let all = search(&pages, &data, data[7].as_ref(), 1.0, usize::MAX);
    assert_eq!(all.len(), 50, "every string is equally far from one without bits");
}

#[test]
fn another_form_or_size_is_refused() {
    let data = terms(30, 5000, 3, 1);
    let pages = MemoryPages::new();
    build(&pages, Metric::L2, &data, None);
    let model = Rc::new(Model::load(&pages).unwrap().unwrap());
    let short = VectorRef::Sparse { dims: 4999, indices: &[1], values: &[1.0] };
    let wrong = Error::Dimensions { expected: 5000, found: 4999 };
    assert_eq!(insert(&pages, Some(&model), tid(99), Some(short), Keys::NONE), Err(wrong.clone()));
    assert_eq!(Search::new(model).start(Some(short), 0.9, None), Err(wrong));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// At recall 1.0 the answer is brute force's for any bits, any metric, any number of lists.
    #[test]
    fn bits_equal_brute_force(
        len in 1usize..150,
        rows in prop::collection::vec(prop::collection::vec(any::<u8>(), 19), 2..80),
        jaccard in any::<bool>(),
        lists in 1u32..6,
    ) {
        let metric = if jaccard { Metric::Jaccard } else { Metric::Hamming };
        let data: Vec<Vector> = rows
            .iter()
            .map(|row| {
                let mut bytes = row[..len.div_ceil(8)].to_vec();
                if len % 8 > 0 {
                    bytes[len / 8] &= 0xffu8 << (8 - len % 8);
                }
                Vector::Bits { len, bytes }
            })
            .collect();
        let pages = MemoryPages::new();
        build(&pages, metric, &data[1..], Some(lists));
        let found = search(&pages, &data[1..], data[0].as_ref(), 1.0, usize::MAX);
        prop_assert_eq!(found.len(), data.len() - 1);
        let query_has_bits = matches!(&data[0], Vector::Bits { bytes, .. } if bytes.iter().any(|b| *b != 0));
        if query_has_bits || !jaccard {
            assert_exact_order(metric, &data[1..], data[0].as_ref(), &found);
        }
    }
}
