//! Indexes whose rows have second entries: what builds, inserts, splits and vacuums leave of them, and what searches find by them.

#![allow(clippy::unwrap_used, reason = "a test's helper may panic as the test may")]

mod common;

use common::*;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use synapse::layout::{BlockRef, Header, Meta, PageKind, SLOTS};
use synapse::*;

const SPILLING: Keeping = Keeping { vectors: None, spill: true };

/// The lists of each row's entries, first and second ones.
fn entries(pages: &MemoryPages) -> [HashMap<usize, Vec<u32>>; 2] {
    let geometry = Meta::read(&pages.read(0).unwrap()).unwrap().geometry();
    let free: HashSet<Block> = {
        let mut block = Meta::read(&pages.read(0).unwrap()).unwrap().free;
        let mut free = HashSet::new();
        while block != NO_BLOCK {
            free.insert(block);
            block = Header::read(&pages.read(block).unwrap(), block, PageKind::List).unwrap().next;
        }
        free
    };
    let mut all = [HashMap::new(), HashMap::new()];
    for block in (1..pages.len()).filter(|block| !free.contains(block)) {
        let page = pages.read(block).unwrap();
        let Ok(header) = Header::read(&page, block, PageKind::List) else { continue };
        for i in 0..geometry.blocks {
            let entries = BlockRef(&page[geometry.range(i)]);
            for slot in (0..SLOTS).filter(|slot| entries.live() & (1 << slot) != 0) {
                let lists: &mut Vec<u32> =
                    all[usize::from(entries.is_spilled(slot))].entry(row_of(entries.tid(slot))).or_default();
                lists.push(header.owner);
            }
        }
    }
    all
}

fn build_spilling(data: &[Vec<f32>], metric: Metric, lists: Option<u32>) -> MemoryPages {
    let pages = MemoryPages::new();
    let pool = pool();
    let options = BuildOptions { spill: true, ..options(metric, data.len(), lists) };
    let mut builder = Builder::new(&pages, dense(data[0].len()), options);
    data.iter().for_each(|x| builder.offer(x.into()).unwrap());
    builder.train(&pool, &mut |_, _, _| {}).unwrap();
    for (i, x) in data.iter().enumerate() {
        builder.add(&pool, tid(i), Some(x.into()), Keys::new([Some(i as u64 % 100)])).unwrap();
    }
    builder.finish(&pool).unwrap();
    assert_eq!(check(&pages, &mut |_| {}), []);
    pages
}

/// A table whose rows may be gone.
struct Rows<'a>(&'a [Vec<f32>], HashSet<usize>);

impl Table for Rows<'_> {
    fn vector(&mut self, tid: Tid, take: &mut dyn FnMut(VectorRef<'_>)) -> bool {
        let found = !self.1.contains(&row_of(tid));
        if found {
            take((&self.0[row_of(tid)]).into());
        }
        found
    }

    fn pool(&mut self) -> rayon::ThreadPool {
        pool()
    }
}

#[test]
fn a_build_gives_rows_near_a_border_a_second_list() {
    let data = folded(20_500, 24, 6);
    let (data, queries) = data.split_at(20_400);
    for metric in [Metric::L2, Metric::InnerProduct, Metric::Cosine] {
        let plain = MemoryPages::new();
        build(&plain, metric, data, Some(100));
        let pages = build_spilling(data, metric, Some(100));
        let [first, second] = entries(&pages);
        assert!((0..data.len()).all(|row| first[&row].len() == 1));
        assert!(second.len() > data.len() / 3, "{}", second.len());
        assert!(second.iter().all(|(row, lists)| lists.len() == 1 && lists != &first[row]));
        let mut visited = Vec::new();
        check(&pages, &mut |tid| visited.push(row_of(tid)));
        visited.sort_unstable();
        assert_eq!(visited, (0..data.len()).collect::<Vec<_>>());
        // everything once, in the true order
        let found = search(&pages, data, &queries[0], 1.0, usize::MAX);
        assert_eq!(found.len(), data.len());
        assert_exact_order(metric, data, &queries[0], &found);
        let found = search(&pages, data, &queries[1], 0.9, usize::MAX);
        assert_eq!(found.iter().collect::<HashSet<_>>().len(), data.len());
        assert_eq!(found.len(), data.len());
        for declared in [0.9, 0.95, 0.99] {
            let measured = recall_at_10(metric, &pages, data, queries, declared);
            assert!(measured >= declared - 0.015, "{metric:?} {measured} at {declared}");
        }
        let lists = |pages| -> u64 {
            queries.iter().map(|q| search_with_stats(pages, data, q, 0.95, 10).1.lists).sum()
        };
        let (before, after) = (lists(&plain), lists(&pages));
        assert!(after * 10 < before * 8, "{metric:?}: {after} lists instead of {before}");
    }
}

#[test]
fn one_list_has_no_border_and_full_vectors_are_kept_once() {
    let data = clustered(500, 8, 3, 1);
    let pages = build_spilling(&data, Metric::L2, None);
    assert_eq!(entries(&pages)[1].len(), 0);
    assert!(Model::load(&pages).unwrap().unwrap().spills());
    let pages = MemoryPages::new();
    let both = Keeping { vectors: Some(VectorForm::Dense), spill: true };
    create_empty(&pages, Metric::L2, Some(dense(8)), 0, both, 1, 1).unwrap();
    assert!(!Model::load(&pages).unwrap().unwrap().spills());
}

#[test]
fn a_filter_s_rows_come_once_and_at_the_declared_recall() {
    let data = folded(20_100, 24, 6);
    let (data, queries) = data.split_at(20_000);
    let pages = MemoryPages::new();
    let pool = pool();
    let options = BuildOptions { spill: true, columns: 1, ..options(Metric::L2, data.len(), Some(100)) };
    let mut builder = Builder::new(&pages, dense(24), options);
    data.iter().for_each(|x| builder.offer(x.into()).unwrap());
    builder.train(&pool, &mut |_, _, _| {}).unwrap();
    for (i, x) in data.iter().enumerate() {
        builder.add(&pool, tid(i), Some(x.into()), Keys::new([Some(i as u64 % 100)])).unwrap();
    }
    builder.finish(&pool).unwrap();
    let model = Rc::new(Model::load(&pages).unwrap().unwrap());
    for below in [50, 5] {
        let filter = Filter(vec![Condition { column: 0, test: Test::Between(0, below - 1) }]);
        let mut hits = 0;
        for query in queries {
            let mut search = Search::new(Rc::clone(&model));
            search.start_filtered(Some(query.into()), 0.95, Some(10), filter.clone()).unwrap();
            let mut exact = |tid: Tid| {
                assert!((row_of(tid) as u64 % 100) < below);
                Some(Metric::L2.score(query.into(), (&data[row_of(tid)]).into()))
            };
            let found: Vec<usize> =
                (0..10).filter_map(|_| search.next(&pages, &mut exact).unwrap().map(row_of)).collect();
            assert_eq!(found.iter().collect::<HashSet<_>>().len(), 10);
            let admitted = |row: &usize| (*row as u64 % 100) < below;
            let score = |row: usize| Metric::L2.score(query.into(), (&data[row]).into());
            let mut all: Vec<f32> = (0..data.len()).filter(admitted).map(score).collect();
            all.sort_unstable_by(f32::total_cmp);
            hits += found.iter().filter(|row| score(**row) <= all[9]).count();
        }
        assert!(hits as f64 >= 0.94 * 10.0 * queries.len() as f64, "{hits} below {below}");
    }
}

#[test]
fn an_index_that_grows_and_shrinks_keeps_second_entries_of_living_rows_only() {
    let data = clustered(6000, 16, 60, 5);
    let pages = MemoryPages::new();
    create_empty(&pages, Metric::L2, Some(dense(16)), 0, SPILLING, 1, 1).unwrap();
    let mut txn = pages.begin();
    let handle = txn.lock(0).unwrap();
    let mut meta = Meta::read(txn.page(handle)).unwrap();
    meta.list_rows = 60;
    meta.write(txn.page_mut(handle));
    txn.commit(Step::Calibration);
    let (mut model, mut rows) = (Model::load(&pages).unwrap().map(Rc::new), Rows(&data, HashSet::new()));
    let limits = Limits { one_list: 500 };
    let mut insert = |rows: &mut Rows<'_>, range: std::ops::Range<usize>| {
        for i in range {
            insert_and_split(&pages, &mut model, tid(i), Some((&data[i]).into()), Keys::NONE, rows, limits)
                .unwrap();
        }
    };
    insert(&mut rows, 0..700);
    let [first, second] = entries(&pages);
    assert!(
        first.len() == 700 && second.len() > 100,
        "rows inserted before there were lists are spilled, too"
    );
    insert(&mut rows, 700..6000);
    assert_eq!(check(&pages, &mut |_| {}), []);
    let [first, second] = entries(&pages);
    assert!(first.len() == 6000 && first.values().all(|lists| lists.len() == 1));
    assert!(second.len() > 2000 && second.values().all(|lists| lists.len() == 1), "{}", second.len());
    let live = Meta::read(&pages.read(0).unwrap()).unwrap().live_lists();
    assert!((60..200).contains(&live), "{live} lists: second entries make none longer");

    let report = vacuum(&pages, &mut |tid| row_of(tid).is_multiple_of(3)).unwrap();
    assert_eq!((report.removed, report.remaining), (2000, 4000));
    assert!(entries(&pages).iter().all(|rows| rows.keys().all(|row| !row.is_multiple_of(3))));
    assert_eq!(check(&pages, &mut |_| {}), []);
    let left: Vec<usize> = (0..6000).filter(|row: &usize| !row.is_multiple_of(3)).collect();
    let mut found = search(&pages, &data, &data[1], 0.95, usize::MAX);
    found.sort_unstable();
    assert_eq!(found, left);
}

#[test]
fn an_identifier_that_cannot_be_marked_is_refused() {
    let data = clustered(30, 8, 1, 2);
    let pages = MemoryPages::new();
    build(&pages, Metric::L2, &data, None);
    let model = Model::load(&pages).unwrap();
    let store =
        |offset| insert(&pages, model.as_ref(), Tid::new(7, offset), Some((&data[0]).into()), Keys::NONE);
    assert_eq!(store(Tid::MAX_OFFSET), Ok(false));
    assert_eq!(store(Tid::MAX_OFFSET + 1), Err(Error::RowOffset { offset: 0x8000 }));
}

#[test]
fn a_spilled_entry_where_there_should_be_none_is_damage() {
    let data = folded(2000, 24, 6);
    let pages = build_spilling(&data, Metric::L2, Some(20));
    let mut txn = pages.begin();
    let handle = txn.lock(0).unwrap();
    let mut meta = Meta::read(txn.page(handle)).unwrap();
    meta.spill = false;
    meta.write(txn.page_mut(handle));
    txn.commit(Step::Calibration);
    let findings = check(&pages, &mut |_| {});
    assert!(findings.iter().any(|finding| finding.invariant == "I6"), "{findings:?}");
}
