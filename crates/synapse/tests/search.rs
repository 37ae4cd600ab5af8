//! The index against brute force, in memory.

#![allow(clippy::unwrap_used, reason = "a test's helper may panic as the test may")]

mod common;

use common::*;
use proptest::prelude::*;
use std::rc::Rc;
use synapse::*;

#[test]
fn exact_at_recall_one_for_every_metric_and_number_of_lists() {
    let data = clustered(3000, 40, 25, 7);
    let queries = clustered(12, 40, 12, 99);
    for metric in [Metric::L2, Metric::InnerProduct, Metric::Cosine] {
        for lists in [1, 30] {
            let pages = MemoryPages::new();
            assert_eq!(build(&pages, metric, &data, Some(lists)).lists, lists);
            assert_eq!(check(&pages, &mut |_| {}), []);
            for query in &queries {
                let rows = search(&pages, &data, query, 1.0, 200);
                assert_eq!(rows.len(), 200);
                assert_exact_order(metric, &data, query, &rows);
            }
        }
    }
}

#[test]
fn declared_recall_is_met_on_clustered_data() {
    let data = clustered(30_000, 64, 400, 5);
    let queries: Vec<_> = clustered(30_200, 64, 400, 5).split_off(30_000);
    for metric in [Metric::L2, Metric::Cosine, Metric::InnerProduct] {
        let pages = MemoryPages::new();
        build(&pages, metric, &data, None);
        for declared in [0.9, 0.95, 0.99] {
            let measured = recall_at_10(metric, &pages, &data, &queries, declared);
            assert!(measured >= declared - 0.01, "{metric:?}: {measured} at {declared}");
        }
    }
}

/// Overlapping clouds of different width on a sheet of 16 dimensions: some queries need many lists, some few.
fn clouds(rows: usize) -> Vec<Vec<f32>> {
    let mut state = 3;
    let mut normal = move || (0..6).map(|_| random(&mut state)).sum::<f32>() * 1.414;
    let sheet: Vec<Vec<f32>> =
        (1..=16).map(|i| (0..48).map(|_| normal() / (i as f32).sqrt()).collect()).collect();
    let centres: Vec<Vec<f32>> = (0..300).map(|_| (0..16).map(|_| normal()).collect()).collect();
    let widths: Vec<f32> = (0..300).map(|_| 0.4 * normal().exp()).collect();
    (0..rows)
        .map(|i| {
            let cloud = i * 7919 % 300;
            let place: Vec<f32> = centres[cloud].iter().map(|x| x + widths[cloud] * normal()).collect();
            (0..48).map(|d| place.iter().zip(&sheet).map(|(x, axis)| x * axis[d]).sum()).collect()
        })
        .collect()
}

#[test]
fn queries_away_from_the_data_scan_more_lists() {
    let mut data = clouds(30_200);
    let own = data.split_off(30_000);
    let between: Vec<Vec<f32>> = (0..200)
        .map(|i| data[i * 7].iter().zip(&data[i * 11 + 5]).map(|(a, b)| (a + b) / 2.0).collect())
        .collect();
    let away: Vec<Vec<f32>> = (0..200).map(|i| data[i * 13].iter().map(|x| 20.0 * x).collect()).collect();
    let pages = MemoryPages::new();
    build(&pages, Metric::L2, &data, None);
    let lists = |queries: &[Vec<f32>]| {
        queries.iter().map(|query| search_with_stats(&pages, &data, query, 0.9, 10).1.lists).sum::<u64>()
    };
    // where every query scans as many lists, 0.94 and 0.87 are found
    for (queries, least) in [(&own, 0.9), (&between, 0.88), (&away, 0.88)] {
        let measured = recall_at_10(Metric::L2, &pages, &data, queries, 0.9);
        assert!(measured >= least, "{measured}");
    }
    assert!(lists(&between) * 2 > lists(&own) * 3);
}

#[test]
fn lists_that_lost_most_of_their_rows_do_not_end_a_search() {
    let data = clustered(6000, 32, 60, 5);
    let pages = MemoryPages::new();
    build(&pages, Metric::L2, &data, Some(60));
    let kept: Vec<Vec<f32>> = data.iter().step_by(100).cloned().collect();
    vacuum(&pages, &mut |tid| !row_of(tid).is_multiple_of(100)).unwrap();
    let found: usize = (0..60)
        .map(|i| {
            let query = &data[i * 100 + 7];
            let rows = search(&pages, &data, query, 0.9, 10);
            let mut scores = scores(Metric::L2, &kept, query.into());
            scores.sort_unstable_by(f32::total_cmp);
            rows.iter()
                .filter(|row| Metric::L2.score(query.into(), (&data[**row]).into()) <= scores[9])
                .count()
        })
        .sum();
    // one list holds one row here
    assert!(found >= 400, "{found} of 600");
}

#[test]
fn a_search_reads_a_fraction_of_the_lists() {
    let data = clustered(30_000, 32, 400, 5);
    let pages = MemoryPages::new();
    let report = build(&pages, Metric::L2, &data, None);
    let model = Rc::new(Model::load(&pages).unwrap().unwrap());
    let mut search = Search::new(model);
    search.start(Some((&data[3]).into()), 0.95, None).unwrap();
    let mut exact = |tid: Tid| Some(Metric::L2.score((&data[3]).into(), (&data[row_of(tid)]).into()));
    for _ in 0..10 {
        search.next(&pages, &mut exact).unwrap().unwrap();
    }
    assert!(search.stats().lists * 4 < u64::from(report.lists), "{:?} of {}", search.stats(), report.lists);
}

#[test]
fn reading_on_returns_every_row_once() {
    let data = clustered(2500, 16, 10, 3);
    let pages = MemoryPages::new();
    build(&pages, Metric::L2, &data, Some(20));
    for recall in [0.5, 0.95, 1.0] {
        let mut rows = search(&pages, &data, &data[0], recall, usize::MAX);
        rows.sort_unstable();
        assert_eq!(rows, (0..data.len()).collect::<Vec<_>>(), "recall {recall}");
    }
}

#[test]
fn rows_that_are_not_visible_do_not_hide_others() {
    let data = clustered(2000, 16, 10, 3);
    let pages = MemoryPages::new();
    build(&pages, Metric::L2, &data, Some(10));
    let mut search = Search::new(Rc::new(Model::load(&pages).unwrap().unwrap()));
    search.start(Some((&data[0]).into()), 1.0, None).unwrap();
    // two thirds are invisible, among them the nearest
    let mut exact = |tid: Tid| {
        let row = row_of(tid);
        (row % 3 == 1).then(|| Metric::L2.score((&data[0]).into(), (&data[row]).into()))
    };
    let mut seen = Vec::new();
    while let Some(tid) = search.next(&pages, &mut exact).unwrap() {
        seen.push(row_of(tid));
    }
    let visible: Vec<Vec<f32>> = data.iter().skip(1).step_by(3).cloned().collect();
    let as_visible: Vec<usize> = seen.iter().map(|row| (row - 1) / 3).collect();
    assert_eq!(seen.len(), visible.len());
    assert_exact_order(Metric::L2, &visible, &data[0], &as_visible);
}

#[test]
fn nulls_zero_vectors_and_overflow_are_kept() {
    let pages = MemoryPages::new();
    create_empty(&pages, Metric::Cosine, None, 0, Keeping::default(), 1, 1).unwrap();
    insert(&pages, None, tid(0), None, Keys::NONE).unwrap();
    assert!(insert(&pages, None, tid(1), Some(VectorRef::Dense(&[0.0, 0.0])), Keys::NONE).unwrap());
    let model = Rc::new(Model::load(&pages).unwrap().unwrap());
    let rows = [vec![0.0, 0.0], vec![0.0, 0.0], vec![1.0, 0.0], vec![1e30, 1e30], vec![0.0, -2.0]];
    for (i, row) in rows.iter().enumerate().skip(2) {
        insert(&pages, Some(&model), tid(i), Some(row.into()), Keys::NONE).unwrap();
    }
    assert_eq!(search(&pages, &rows, &[1.0, 0.0][..], 1.0, 10).len(), 5);
    assert_eq!(search(&pages, &rows, &[1.0, 0.0][..], 0.9, 10)[3..], [1, 0], "undefined, then NULL, last");
    assert_eq!(check(&pages, &mut |_| {}), []);

    // L2 with squares beyond f32
    let pages = MemoryPages::new();
    create_empty(&pages, Metric::L2, Some(dense(2)), 0, Keeping::default(), 1, 1).unwrap();
    let model = Rc::new(Model::load(&pages).unwrap().unwrap());
    let rows = [vec![1e30, 0.0], vec![1.0, 0.0], vec![3e38, 3e38]];
    for (i, row) in rows.iter().enumerate() {
        insert(&pages, Some(&model), tid(i), Some(row.into()), Keys::NONE).unwrap();
    }
    for query in [[0.0, 0.0], [1e30, 1.0], [-3e38, 3e38]] {
        let mut found = search(&pages, &rows, &query[..], 1.0, 10);
        found.sort_unstable();
        assert_eq!(found, [0, 1, 2], "{query:?}");
    }
    // sums near the end of f32: finite factors, overflowing estimates
    let edge = MemoryPages::new();
    create_empty(&edge, Metric::L2, Some(dense(2)), 0, Keeping::default(), 1, 1).unwrap();
    let rows: Vec<Vec<f32>> = (0..40).map(|i| vec![(i as f32 - 20.0) * 8e17, 1.2e19]).collect();
    let near = Rc::new(Model::load(&edge).unwrap().unwrap());
    for (i, row) in rows.iter().enumerate() {
        insert(&edge, Some(&near), tid(i), Some(row.into()), Keys::NONE).unwrap();
    }
    let found = search(&edge, &rows, &[1.2e19, 1.2e19][..], 1.0, usize::MAX);
    assert_eq!(found.len(), 40);
    assert_exact_order(Metric::L2, &rows, &[1.2e19, 1.2e19][..], &found);

    // a NULL query returns everything
    let mut search = Search::new(model);
    search.start(None, 0.95, None).unwrap();
    let mut all = Vec::new();
    while let Some(tid) = search.next(&pages, &mut |_| None).unwrap() {
        all.push(row_of(tid));
    }
    all.sort_unstable();
    assert_eq!(all, [0, 1, 2]);
}

#[test]
fn wide_vectors_span_pages() {
    for dims in [1921, 4000, 16_000] {
        let data = clustered(70, dims, 5, 11);
        let pages = MemoryPages::new();
        build(&pages, Metric::L2, &data[..40], None);
        let model = Model::load(&pages).unwrap().unwrap();
        for (i, x) in data.iter().enumerate().skip(40) {
            insert(&pages, Some(&model), tid(i), Some(x.into()), Keys::NONE).unwrap();
        }
        assert_eq!(check(&pages, &mut |_| {}), [], "{dims}");
        let rows = search(&pages, &data, &data[60], 1.0, 70);
        assert_eq!(rows.len(), 70);
        assert_exact_order(Metric::L2, &data, &data[60], &rows);
    }
    assert!(matches!(Embedding::new(Form::Dense, 16_001), Err(Error::TooWide { .. })));
}

#[test]
fn vacuum_frees_room_that_inserts_reuse() {
    let data = clustered(4000, 24, 10, 3);
    let pages = MemoryPages::new();
    build(&pages, Metric::L2, &data[..2000], Some(10));
    let model = Model::load(&pages).unwrap().unwrap();
    let size = pages.len();
    for round in 0..4 {
        // the upper half of the identifiers replaces the lower, and back
        let (dead, fresh) = if round % 2 == 0 { (0..2000, 2000..4000) } else { (2000..4000, 0..2000) };
        let report = vacuum(&pages, &mut |tid| dead.contains(&row_of(tid))).unwrap();
        assert_eq!(report, VacuumReport { removed: 2000, remaining: 0 });
        for i in fresh {
            insert(&pages, Some(&model), tid(i), Some((&data[i]).into()), Keys::NONE).unwrap();
        }
        assert_eq!(check(&pages, &mut |_| {}), []);
    }
    assert!(pages.len() <= size + 12, "{} pages after {size}", pages.len());
    let rows = search(&pages, &data, &data[5], 1.0, 2000);
    assert_eq!(rows.len(), 2000);
    assert_exact_order(Metric::L2, &data[..2000], &data[5], &rows);
}

#[test]
fn a_circular_chain_is_an_error() {
    let pages = MemoryPages::new();
    create_empty(&pages, Metric::L2, Some(dense(2)), 0, Keeping::default(), 1, 1).unwrap();
    let model = Rc::new(Model::load(&pages).unwrap().unwrap());
    let full = layout::Geometry::new(64, true, 0).slots_per_page();
    let data = clustered(full + 1, 2, 5, 3);
    for (i, x) in data[..full].iter().enumerate() {
        insert(&pages, Some(&model), tid(i), Some(x.into()), Keys::NONE).unwrap();
    }
    let list = (0..pages.len()).find(|b| pages.read(*b).unwrap()[0] == layout::PageKind::List as u8).unwrap();
    // the page's successor, none so far, becomes the page itself
    for (i, byte) in list.to_le_bytes().iter().enumerate() {
        pages.damage(list, 4 + i, 0xff ^ byte);
    }
    let circle =
        |result: Result<(), Error>| assert!(matches!(result, Err(Error::Corrupt { .. })), "{result:?}");
    circle(insert(&pages, Some(&model), tid(full), Some((&data[full]).into()), Keys::NONE).map(|_| ()));
    circle(vacuum(&pages, &mut |_| false).map(|_| ()));
    let mut search = Search::new(model);
    search.start(Some((&data[0]).into()), 0.95, None).unwrap();
    circle(search.next(&pages, &mut |_| Some(0.0)).map(|_| ()));
    search.start(None, 0.95, None).unwrap();
    circle(
        std::iter::from_fn(|| search.next(&pages, &mut |_| None).transpose())
            .try_for_each(|row| row.map(|_| ())),
    );
    assert!(!check(&pages, &mut |_| {}).is_empty());
}

#[test]
fn a_missing_refinement_page_is_found() {
    let data = clustered(40, 8, 5, 3);
    let pages = MemoryPages::new();
    build(&pages, Metric::L2, &data, None);
    let list = (0..pages.len()).find(|b| pages.read(*b).unwrap()[0] == layout::PageKind::List as u8).unwrap();
    let geometry = layout::Geometry::new(64, true, 0);
    let first = geometry.refine_page(&pages.read(list).unwrap(), 0);
    for (i, byte) in first.to_le_bytes().iter().enumerate() {
        pages.damage(list, PAGE_BYTES - 4 * geometry.refine_pages + i, 0xff ^ byte);
    }
    let findings = check(&pages, &mut |_| {});
    assert!(
        findings.iter().any(|finding| finding.invariant == "I5" && finding.block == list),
        "{findings:?}"
    );
}

#[test]
fn every_state_a_crash_can_leave_is_sound() {
    let pages = MemoryPages::with_journal();
    create_empty(&pages, Metric::L2, None, 0, Keeping::default(), 1, 1).unwrap();
    let data = clustered(600, 2000, 4, 3);
    insert(&pages, None, tid(0), Some((&data[0]).into()), Keys::NONE).unwrap();
    let model = Model::load(&pages).unwrap().unwrap();
    for (i, x) in data.iter().enumerate().skip(1).take(80) {
        insert(&pages, Some(&model), tid(i), Some(x.into()), Keys::NONE).unwrap();
        insert(&pages, Some(&model), tid(i + 1000), None, Keys::NONE).unwrap();
    }
    vacuum(&pages, &mut |tid| row_of(tid).is_multiple_of(3)).unwrap();
    for (i, x) in data.iter().enumerate().skip(81).take(40) {
        insert(&pages, Some(&model), tid(i), Some(x.into()), Keys::NONE).unwrap();
    }
    assert!(pages.commit_count() > 300);
    for count in 1..=pages.commit_count() {
        assert_eq!(check(&pages.replayed(count), &mut |_| {}), [], "after {count} changes");
    }
}

#[test]
fn the_same_seed_gives_the_same_index() {
    let data = clustered(25_000, 16, 40, 3);
    let digest = |threads: usize| {
        let pages = MemoryPages::new();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut builder = Builder::new(&pages, dense(16), options(Metric::L2, data.len(), None));
        data.iter().for_each(|x| builder.offer(x.into()).unwrap());
        builder.train(&pool, &mut |_, _, _| {}).unwrap();
        data.iter()
            .enumerate()
            .for_each(|(i, x)| builder.add(&pool, tid(i), Some(x.into()), Keys::NONE).unwrap());
        builder.finish(&pool).unwrap();
        (0..pages.len()).map(|b| pages.read(b).unwrap().to_vec()).collect::<Vec<_>>()
    };
    assert!(digest(1) == digest(3));
}

#[test]
fn more_lists_than_different_vectors() {
    let same = vec![vec![1.0, 2.0, 3.0]; 10];
    let few: Vec<Vec<f32>> = (0..100).map(|i| vec![(i % 8) as f32, 1.0]).collect();
    for (data, lists) in [(&same, 10), (&few, 100)] {
        let pages = MemoryPages::new();
        build(&pages, Metric::L2, data, Some(lists));
        assert_eq!(check(&pages, &mut |_| {}), []);
        assert_eq!(search(&pages, data, &data[0], 1.0, usize::MAX).len(), data.len());
    }
}

#[test]
fn bounded_memory_writes_in_runs() {
    let data = clustered(20_000, 64, 30, 3);
    let pages = MemoryPages::new();
    let pool = pool();
    let mut opts = options(Metric::L2, data.len(), Some(30));
    opts.memory = 100_000;
    let mut builder = Builder::new(&pages, dense(64), opts);
    data.iter().for_each(|x| builder.offer(x.into()).unwrap());
    builder.train(&pool, &mut |_, _, _| {}).unwrap();
    data.iter()
        .enumerate()
        .for_each(|(i, x)| builder.add(&pool, tid(i), Some(x.into()), Keys::NONE).unwrap());
    builder.finish(&pool).unwrap();
    assert_eq!(check(&pages, &mut |_| {}), []);
    let rows = search(&pages, &data, &data[9], 1.0, 20);
    assert_exact_order(Metric::L2, &data, &data[9], &rows);
}

#[test]
fn wrong_dimensions_are_refused_everywhere() {
    let pages = MemoryPages::new();
    create_empty(&pages, Metric::L2, Some(dense(3)), 0, Keeping::default(), 1, 1).unwrap();
    let model = Rc::new(Model::load(&pages).unwrap().unwrap());
    let wrong = Err(Error::Dimensions { expected: 3, found: 2 });
    assert_eq!(insert(&pages, Some(&model), tid(0), Some(VectorRef::Dense(&[1.0, 2.0])), Keys::NONE), wrong);
    assert_eq!(
        Search::new(model).start(Some(VectorRef::Dense(&[1.0, 2.0])), 0.95, None),
        wrong.map(|_: bool| ())
    );
    let pages = MemoryPages::new();
    let mut builder = Builder::new(&pages, dense(3), options(Metric::L2, 1, None));
    assert_eq!(builder.offer(VectorRef::Dense(&[1.0])), Err(Error::Dimensions { expected: 3, found: 1 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever is inserted, removed and asked, at recall 1.0 the answer is brute force's.
    #[test]
    fn index_equals_brute_force(
        dims in 1usize..70,
        rows in prop::collection::vec(prop::collection::vec(-100f32..100.0, 70), 1..120),
        query in prop::collection::vec(-100f32..100.0, 70),
        metric in prop::sample::select(vec![Metric::L2, Metric::InnerProduct, Metric::Cosine]),
        built in 0usize..120,
        lists in 1u32..8,
        removed in 0usize..5,
    ) {
        let data: Vec<Vec<f32>> = rows.iter().map(|row| row[..dims].to_vec()).collect();
        let built = built.min(data.len());
        let pages = MemoryPages::new();
        if built > 0 {
            build(&pages, metric, &data[..built], Some(lists));
        } else {
            create_empty(&pages, metric, Some(dense(dims)), 0, Keeping::default(), 1, 1).unwrap();
        }
        let model = Model::load(&pages).unwrap().unwrap();
        for (i, x) in data.iter().enumerate().skip(built) {
            insert(&pages, Some(&model), tid(i), Some(x.into()), Keys::NONE).unwrap();
        }
        let kept: Vec<Vec<f32>> = data.iter().skip(removed).cloned().collect();
        vacuum(&pages, &mut |tid| row_of(tid) < removed).unwrap();
        prop_assert_eq!(check(&pages, &mut |_| {}), vec![]);
        let found = search(&pages, &data, &query[..dims], 1.0, usize::MAX);
        prop_assert_eq!(found.len(), kept.len());
        let found: Vec<usize> = found.iter().map(|row| row - removed).collect();
        assert_exact_order(metric, &kept, &query[..dims], &found);
    }

    /// Damage anywhere gives an error or an answer, never a panic or an endless loop.
    #[test]
    fn damage_never_panics(block in 0u32..30, offset in 0usize..PAGE_BYTES, bits in 1u8..=255) {
        let data = clustered(600, 20, 5, 3);
        let pages = MemoryPages::new();
        build(&pages, Metric::L2, &data, Some(5));
        pages.damage(block % pages.len(), offset, bits);
        let mut rows = 0;
        check(&pages, &mut |_| rows += 1);
        if let Ok(Some(model)) = Model::load(&pages) {
            let mut search = Search::new(Rc::new(model));
            if search.start(Some((&data[0]).into()), 1.0, None).is_ok() {
                let mut exact = |tid: Tid| data.get(row_of(tid)).map(|x| Metric::L2.score((&data[0]).into(), x.into()));
                for _ in 0..700 {
                    if !matches!(search.next(&pages, &mut exact), Ok(Some(_))) {
                        break;
                    }
                }
            }
        }
        let _ = vacuum(&pages, &mut |tid| row_of(tid) == 1);
    }
}
