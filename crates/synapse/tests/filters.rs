//! Searches with a filter: the nearest of the rows that it admits, at the declared recall, however few they are.

#![allow(clippy::unwrap_used, reason = "a test's helper may panic as the test may")]

mod common;

use common::*;
use proptest::prelude::*;
use std::rc::Rc;
use synapse::*;

const ROWS: usize = 20_000;
const DIMS: usize = 32;

fn between(column: usize, low: u64, high: u64) -> Filter {
    Filter(vec![Condition { column, test: Test::Between(low, high) }])
}

fn build_with_keys(
    data: &[Vec<f32>],
    columns: usize,
    lists: Option<u32>,
    keys: impl Fn(usize) -> Keys,
) -> MemoryPages {
    let (pages, pool) = (MemoryPages::new(), pool());
    let options = BuildOptions { columns, ..options(Metric::L2, data.len(), lists) };
    let mut builder = Builder::new(&pages, dense(data[0].len()), options);
    data.iter().for_each(|x| builder.offer(x.into()).unwrap());
    builder.train(&pool, &mut |_, _, _| {}).unwrap();
    for (i, x) in data.iter().enumerate() {
        builder.add(&pool, tid(i), Some(x.into()), keys(i)).unwrap();
    }
    builder.finish(&pool).unwrap();
    assert_eq!(check(&pages, &mut |_| {}), []);
    pages
}

/// The rows that a search with this filter hands out, up to a limit. The keys alone decide: the exact score of a row that
/// the filter does not admit is asked for by nobody.
fn filtered(
    pages: &MemoryPages,
    data: &[Vec<f32>],
    keys: impl Fn(usize) -> Keys,
    query: &[f32],
    recall: f64,
    filter: &Filter,
    limit: usize,
) -> Vec<usize> {
    let mut search = Search::new(Rc::new(Model::load(pages).unwrap().unwrap()));
    search.start_filtered(Some(query.into()), recall, Some(limit), filter.clone()).unwrap();
    let mut exact = |tid: Tid| {
        assert!(filter.admits(&keys(row_of(tid))));
        Some(Metric::L2.score(query.into(), data[row_of(tid)].row()))
    };
    let mut rows = Vec::new();
    while rows.len() < limit
        && let Some(tid) = search.next(pages, &mut exact).unwrap()
    {
        rows.push(row_of(tid));
    }
    rows
}

/// Shares of the ten nearest admitted rows found, and whether as many rows came as there are.
fn recall_of(
    pages: &MemoryPages,
    data: &[Vec<f32>],
    keys: impl Fn(usize) -> Keys + Copy,
    queries: &[Vec<f32>],
    filter: &Filter,
) -> f64 {
    let (mut found, mut wanted) = (0, 0);
    for query in queries {
        let mut all: Vec<f32> = (0..data.len())
            .filter(|i| filter.admits(&keys(*i)))
            .map(|i| Metric::L2.score(query.row(), data[i].row()))
            .collect();
        all.sort_unstable_by(f32::total_cmp);
        let most = all.len().min(10);
        let rows = filtered(pages, data, keys, query, 0.95, filter, 10);
        assert_eq!(rows.len(), most, "as many rows as there are");
        let score = |i: &usize| Metric::L2.score(query.row(), data[*i].row());
        found += rows.iter().filter(|i| score(i) <= all[most - 1]).count();
        wanted += most;
    }
    found as f64 / wanted.max(1) as f64
}

#[test]
fn recall_holds_at_every_selectivity() {
    let mut data = folded(ROWS + 60, DIMS, 8);
    let queries = data.split_off(ROWS);
    let mut state = 5;
    // uniform, and one that knows where a row lies: by which side of a plane it is on
    let uniform: Vec<u64> = (0..ROWS).map(|_| ((random(&mut state) + 0.5) * 10_000.0) as u64).collect();
    let side = |i: usize| ((data[i][0] + 3.0) * 1e6) as u64;
    let keys = |i: usize| Keys::new([Some(uniform[i]), Some(side(i))]);
    let pages = build_with_keys(&data, 2, Some(80), keys);
    for share in [5000, 1000, 100, 10, 1] {
        let recall = recall_of(&pages, &data, keys, &queries, &between(0, 0, share - 1));
        assert!(recall >= 0.93, "{share} of 10,000: {recall}");
    }
    let mut sides: Vec<u64> = (0..ROWS).map(side).collect();
    sides.sort_unstable();
    for rows in [ROWS / 2, ROWS / 10, ROWS / 100] {
        for filter in [between(1, 0, sides[rows]), between(1, sides[ROWS - rows], u64::MAX)] {
            let recall = recall_of(&pages, &data, keys, &queries, &filter);
            assert!(recall >= 0.92, "{rows} rows on one side: {recall}");
        }
    }
}

#[test]
fn an_unordered_scan_is_filtered_too() {
    let data = clustered(1000, 8, 10, 1);
    let keys = |i: usize| Keys::new([(!i.is_multiple_of(7)).then_some(i as u64 % 3)]);
    let pages = build_with_keys(&data, 1, Some(4), keys);
    for test in [Test::Null, Test::NotNull, Test::In(vec![0, 2]), Test::Between(2, 1)] {
        let filter = Filter(vec![Condition { column: 0, test }]);
        let mut search = Search::new(Rc::new(Model::load(&pages).unwrap().unwrap()));
        search.start_filtered(None, 0.95, None, filter.clone()).unwrap();
        let mut rows = Vec::new();
        while let Some(tid) = search.next(&pages, &mut |_| None).unwrap() {
            rows.push(row_of(tid));
        }
        rows.sort_unstable();
        assert_eq!(rows, (0..1000).filter(|i| filter.admits(&keys(*i))).collect::<Vec<_>>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Codes of any width, rows built and inserted, NULL keys, several conditions: recall 1.0 gives exactly the admitted rows in
    /// order.
    #[test]
    fn certain_searches_are_exact(
        dims in prop_oneof![Just(3usize), Just(100), Just(2100)],
        columns in 1usize..=MAX_COLUMNS,
        seed: u64,
        lists in 1u32..5,
    ) {
        let data = clustered(200, dims, 7, seed);
        let keys = |i: usize| {
            Keys::new((0..columns as u64).map(|column| {
                let key = (i as u64).wrapping_mul(seed | 1).wrapping_add(column) >> 7;
                (!key.is_multiple_of(6)).then_some(key % 5)
            }))
        };
        let pages = build_with_keys(&data[..150], columns, Some(lists), keys);
        let model = Model::load(&pages).unwrap().unwrap();
        for (i, x) in data.iter().enumerate().skip(150) {
            insert(&pages, Some(&model), tid(i), Some(x.into()), keys(i)).unwrap();
        }
        let filter = Filter(vec![
            Condition { column: 0, test: Test::Between(1, 4) },
            Condition { column: columns - 1, test: Test::In(vec![0, 2, 4]) },
        ]);
        let query = data[0].iter().map(|x| x + 0.1).collect::<Vec<_>>();
        let rows = filtered(&pages, &data, keys, &query, 1.0, &filter, usize::MAX);
        let mut expected: Vec<usize> = (0..200).filter(|i| filter.admits(&keys(*i))).collect();
        let score = |i: &usize| Metric::L2.score(query[..].into(), data[*i].row());
        expected.sort_by(|a, b| score(a).total_cmp(&score(b)).then(tid(*a).cmp(&tid(*b))));
        prop_assert_eq!(rows, expected);
    }
}
