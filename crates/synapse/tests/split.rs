//! Indexes that grow, shrink and change by inserts and vacuums, in memory.

#![allow(clippy::unwrap_used, reason = "a test's helper may panic as the test may")]

mod common;

use common::*;
use proptest::prelude::*;
use std::collections::HashSet;
use std::rc::Rc;
use synapse::layout::Meta;
use synapse::*;

/// A table of vectors, of which some are gone.
struct Rows<'a> {
    data: &'a [Vec<f32>],
    gone: HashSet<usize>,
}

impl<'a> Rows<'a> {
    fn all(data: &'a [Vec<f32>]) -> Self {
        Self { data, gone: HashSet::new() }
    }
}

impl Table for Rows<'_> {
    fn vector(&mut self, tid: Tid, take: &mut dyn FnMut(VectorRef<'_>)) -> bool {
        let row = row_of(tid);
        if self.gone.contains(&row) {
            return false;
        }
        take((&self.data[row]).into());
        true
    }

    fn pool(&mut self) -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap()
    }
}

fn meta(pages: &MemoryPages) -> Meta {
    Meta::read(&pages.read(0).unwrap()).unwrap()
}

/// Makes lists short, so that few rows make many lists.
fn shorten(pages: &MemoryPages, rows: u32) {
    let mut txn = pages.begin();
    let handle = txn.lock(0).unwrap();
    let mut meta = Meta::read(txn.page(handle)).unwrap();
    meta.list_rows = rows;
    meta.write(txn.page_mut(handle));
    txn.commit(synapse::Step::Calibration);
}

fn empty(metric: Metric, dims: usize, list_rows: u32) -> MemoryPages {
    empty_keeping(Keeping::default(), metric, dims, list_rows)
}

/// With and without second entries.
const BOTH: [Keeping; 2] = [Keeping { vectors: None, spill: false }, Keeping { vectors: None, spill: true }];

fn empty_keeping(keeping: Keeping, metric: Metric, dims: usize, list_rows: u32) -> MemoryPages {
    let pages = MemoryPages::with_journal();
    create_empty(&pages, metric, Some(dense(dims)), 0, keeping, 1, 1).unwrap();
    shorten(&pages, list_rows);
    pages
}

fn grow(
    pages: &MemoryPages,
    model: &mut Option<Rc<Model>>,
    rows: &mut Rows<'_>,
    range: impl IntoIterator<Item = usize>,
    limits: Limits,
) {
    for i in range {
        let data = rows.data;
        insert_and_split(pages, model, tid(i), Some((&data[i]).into()), Keys::NONE, rows, limits).unwrap();
    }
}

fn load(pages: &MemoryPages) -> Option<Rc<Model>> {
    Model::load(pages).unwrap().map(Rc::new)
}

#[test]
fn an_index_that_began_empty_grows_into_lists_and_stays_exact() {
    let data = clustered(3000, 20, 30, 7);
    for metric in [Metric::L2, Metric::InnerProduct, Metric::Cosine] {
        let pages = MemoryPages::new();
        create_empty(&pages, metric, None, 0, Keeping::default(), 1, 1).unwrap();
        let (mut model, mut rows) = (None, Rows::all(&data));
        grow(&pages, &mut model, &mut rows, 0..500, Limits { one_list: 600 });
        assert_eq!(meta(&pages).live_lists(), 1, "small indexes keep one list");
        shorten(&pages, 40);
        grow(&pages, &mut model, &mut rows, 500..3000, Limits { one_list: 600 });
        let meta = meta(&pages);
        assert!((40..200).contains(&meta.live_lists()), "{} lists", meta.live_lists());
        assert!(meta.calibrated as usize * 5 >= meta.live_lists() * 4, "{}", meta.calibrated);
        assert_eq!(check(&pages, &mut |_| {}), []);
        let mut visited = Vec::new();
        check(&pages, &mut |tid| visited.push(row_of(tid)));
        visited.sort_unstable();
        assert_eq!(visited, (0..3000).collect::<Vec<_>>());
        for query in [&data[5], &data[2999]] {
            let found = search(&pages, &data, query, 1.0, 3000);
            assert_eq!(found.len(), 3000);
            assert_exact_order(metric, &data, query, &found);
        }
        // the model that was brought up to date step by step is the one that is loaded at once
        let loaded = load(&pages).unwrap();
        let model = model.unwrap();
        assert_eq!(model.lists(), loaded.lists());
        assert!(model.memory() >= loaded.memory(), "centroids in full are read when they are needed");
        assert!(model.is_current(&pages).unwrap());
    }
}

#[test]
fn declared_recall_is_met_after_growth_with_the_work_of_a_build() {
    let data = clustered(40_200, 32, 400, 5);
    let (data, queries) = data.split_at(40_000);
    let built = MemoryPages::new();
    build(&built, Metric::L2, data, None);
    let grown = MemoryPages::new();
    create_empty(&grown, Metric::L2, Some(dense(32)), 0, Keeping::default(), 1, 1).unwrap();
    grow(&grown, &mut load(&grown), &mut Rows::all(data), 0..data.len(), Limits::default());
    assert_eq!(check(&grown, &mut |_| {}), []);
    for declared in [0.9, 0.95, 0.99] {
        let measured = recall_at_10(Metric::L2, &grown, data, queries, declared);
        assert!(measured >= declared - 0.01, "{measured} at {declared}");
    }
    let codes =
        |pages| -> u64 { queries.iter().map(|q| search_with_stats(pages, data, q, 0.95, 10).1.codes).sum() };
    let (fresh, old) = (codes(&built), codes(&grown));
    assert!(old as f64 <= 1.3 * fresh as f64, "{old} codes beside {fresh}");
}

#[test]
fn every_state_a_crash_can_leave_is_sound_and_complete() {
    for keeping in BOTH {
        let data = clustered(420, 4, 2, 3);
        let pages = empty_keeping(keeping, Metric::L2, 4, 16);
        let (mut model, mut rows) = (load(&pages), Rows::all(&data));
        let mut stored = Vec::new();
        for i in 0..data.len() {
            grow(&pages, &mut model, &mut rows, [i], Limits { one_list: 40 });
            stored.push(pages.commit_count());
        }
        assert!(meta(&pages).dead > 10 && meta(&pages).free != NO_BLOCK && meta(&pages).moves > 10);
        let copy = MemoryPages::new();
        let mut inserted = 0;
        for count in 1..=pages.commit_count() {
            pages.replay(count - 1..count, &copy);
            let mut visited = Vec::new();
            assert_eq!(check(&copy, &mut |tid| visited.push(row_of(tid))), [], "after {count} changes");
            while stored.get(inserted).is_some_and(|changes| *changes <= count) {
                inserted += 1;
            }
            visited.sort_unstable();
            assert!(visited.len() >= inserted, "{} rows of {inserted} after {count} changes", visited.len());
            assert_eq!(visited[..inserted], (0..inserted).collect::<Vec<_>>());
            if count % 37 == 0 {
                // and the index goes on from there
                let after = pages.replayed(count);
                grow(
                    &after,
                    &mut load(&after),
                    &mut rows,
                    visited.len()..data.len(),
                    Limits { one_list: 40 },
                );
                assert_eq!(check(&after, &mut |_| {}), [], "grown after {count} changes");
                let found = search(&after, &data, &data[0], 1.0, usize::MAX);
                assert_eq!(found.len(), data.len());
                assert_exact_order(Metric::L2, &data, &data[0], &found);
            }
        }
    }
}

#[test]
fn wide_vectors_keep_their_slices_when_pages_are_used_again() {
    let data = clustered(300, 2000, 6, 3);
    let pages = empty(Metric::L2, 2000, 24);
    grow(&pages, &mut load(&pages), &mut Rows::all(&data), 0..300, Limits { one_list: 40 });
    assert!(meta(&pages).dead > 5);
    let copy = MemoryPages::new();
    for count in (0..pages.commit_count()).step_by(10) {
        pages.replay(count..pages.commit_count().min(count + 10), &copy);
        assert_eq!(check(&copy, &mut |_| {}), [], "after {count} changes");
    }
    let found = search(&pages, &data, &data[7], 1.0, 300);
    assert_eq!(found.len(), 300);
    assert_exact_order(Metric::L2, &data, &data[7], &found);
}

#[test]
fn equal_vectors_are_shared_out() {
    let data = vec![vec![1.0, 2.0, 3.0]; 1000];
    let pages = empty(Metric::L2, 3, 32);
    grow(&pages, &mut load(&pages), &mut Rows::all(&data), 0..1000, Limits { one_list: 100 });
    assert!(meta(&pages).live_lists() >= 1000 / 48 / 2, "{} lists", meta(&pages).live_lists());
    assert_eq!(check(&pages, &mut |_| {}), []);
    assert_eq!(search(&pages, &data, &data[0], 1.0, usize::MAX).len(), 1000);
    assert_eq!(search(&pages, &data, &data[0], 0.9, 10).len(), 10);
}

#[test]
fn rows_whose_squares_overflow_become_outliers_with_the_split() {
    // codes exist around the origin, but not around the centres of a split
    let mut data: Vec<Vec<f32>> = (0..200).map(|i| vec![(i as f32 - 100.0) * 1.7e17, 1.2e19]).collect();
    data.extend((0..100).map(|i| vec![i as f32, -1.2e19]));
    let pages = empty(Metric::L2, 2, 32);
    grow(&pages, &mut load(&pages), &mut Rows::all(&data), 0..300, Limits { one_list: 64 });
    let mut visited = Vec::new();
    assert_eq!(check(&pages, &mut |tid| visited.push(row_of(tid))), []);
    visited.sort_unstable();
    assert_eq!(visited, (0..300).collect::<Vec<_>>());
    let found = search(&pages, &data, &data[0], 1.0, usize::MAX);
    assert_eq!(found.len(), 300);
    assert_exact_order(Metric::L2, &data, &data[0], &found);
}

#[test]
fn entries_of_rows_that_are_gone_are_dropped() {
    let data = clustered(400, 8, 5, 3);
    let pages = empty(Metric::L2, 8, 32);
    let mut rows = Rows::all(&data);
    let mut model = load(&pages);
    grow(&pages, &mut model, &mut rows, 0..100, Limits { one_list: 1000 });
    rows.gone = (0..100).filter(|i| i % 2 == 0).collect();
    grow(&pages, &mut model, &mut rows, 100..400, Limits { one_list: 50 });
    let mut visited = HashSet::new();
    assert_eq!(check(&pages, &mut |tid| assert!(visited.insert(row_of(tid)))), []);
    assert!((1..100).step_by(2).chain(100..400).all(|i| visited.contains(&i)));
    assert!((0..100).step_by(2).all(|i| !visited.contains(&i)));
}

#[test]
fn an_outdated_model_finds_the_row_s_new_list() {
    let data = clustered(500, 8, 5, 3);
    let pages = empty(Metric::L2, 8, 16);
    let outdated = load(&pages).unwrap();
    grow(&pages, &mut load(&pages), &mut Rows::all(&data), 0..400, Limits { one_list: 50 });
    assert!(!outdated.is_current(&pages).unwrap());
    for (i, x) in data.iter().enumerate().skip(400) {
        assert!(insert(&pages, Some(&outdated), tid(i), Some(x.into()), Keys::NONE).unwrap());
    }
    assert_eq!(check(&pages, &mut |_| {}), []);
    let found = search(&pages, &data, &data[450], 1.0, usize::MAX);
    assert_eq!(found.len(), 500);
    assert_exact_order(Metric::L2, &data, &data[450], &found);
}

#[test]
fn damage_is_not_taken_for_a_split() {
    let data = clustered(500, 8, 5, 3);
    let pages = empty(Metric::L2, 8, 16);
    let mut model = load(&pages);
    grow(&pages, &mut model, &mut Rows::all(&data), 0..400, Limits { one_list: 50 });
    let model = model.unwrap();
    let stale = Rc::new(model.as_ref().clone());
    // an insert elsewhere does not make damage legal, neither does a split
    let first = (0..pages.len())
        .rev()
        .find(|b| {
            let page = pages.read(*b).unwrap();
            page[0] == layout::PageKind::List as u8
                && u32::from_le_bytes([page[8], page[9], page[10], page[11]]) == meta(&pages).lists - 1
        })
        .unwrap();
    pages.damage(first, 8, 0x7f);
    let mut search = Search::new(stale);
    search.start(Some((&data[0]).into()), 1.0, None).unwrap();
    let mut exact = |tid: Tid| Some(Metric::L2.score((&data[0]).into(), (&data[row_of(tid)]).into()));
    let mut result = Ok(None);
    for _ in 0..500 {
        result = search.next(&pages, &mut exact);
        if !matches!(result, Ok(Some(_))) {
            break;
        }
    }
    assert!(matches!(result, Err(Error::Corrupt { .. })), "{result:?}");
}

/// What happens to an index between two looks at it.
#[derive(Debug, Clone)]
enum Step {
    Insert(usize),
    Delete(usize),
    Vacuum,
    Reorganize,
    /// Reads so many rows of a search, which is begun where none is under way.
    Read(usize),
    Restart {
        unordered: bool,
        recall: bool,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1usize..60).prop_map(Step::Insert),
        1 => (1usize..40).prop_map(Step::Delete),
        1 => Just(Step::Vacuum),
        1 => Just(Step::Reorganize),
        4 => (1usize..80).prop_map(Step::Read),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(unordered, recall)| Step::Restart { unordered, recall }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    /// Whatever is inserted, deleted, vacuumed and split while a search goes on, it hands out every row that was there when it
    /// began and still is exactly once, in the true order at recall 1.0.
    #[test]
    fn searches_go_on_while_lists_are_split(
        steps in prop::collection::vec(step(), 1..60),
        metric in prop::sample::select(vec![Metric::L2, Metric::InnerProduct, Metric::Cosine]),
        dims in prop::sample::select(vec![3usize, 70]),
        spill in any::<bool>(),
        seed in 0u64..1000,
    ) {
        let data = clustered(4000, dims, 9, seed);
        let pages = MemoryPages::new();
        create_empty(&pages, metric, None, 0, Keeping { vectors: None, spill }, 1, 1).unwrap();
        shorten(&pages, 24);
        let limits = Limits { one_list: 60 };
        let (mut model, mut rows) = (None, Rows::all(&data));
        let mut alive: Vec<usize> = Vec::new();
        let mut deleted: HashSet<usize> = HashSet::new();
        let mut next = 0;
        let query = &data[3999];
        // the search under way: what it began with, what it has handed out, whether it is ordered and exact
        let mut under_way: Option<(Search, Vec<usize>, Vec<usize>, bool)> = None;
        let mut mode = (false, true);
        for step in steps {
            match step {
                Step::Insert(count) => {
                    let range = next..(next + count).min(3999);
                    alive.extend(range.clone());
                    next = range.end;
                    grow(&pages, &mut model, &mut rows, range, limits);
                }
                Step::Delete(count) => {
                    for _ in 0..count.min(alive.len()) {
                        let i = alive.swap_remove(seed as usize % alive.len());
                        deleted.insert(i);
                    }
                }
                Step::Vacuum => {
                    vacuum(&pages, &mut |tid| deleted.contains(&row_of(tid))).unwrap();
                    rows.gone.extend(&deleted);
                }
                Step::Reorganize => {
                    if let Some(model) = &mut model {
                        let scope = Scope { limits, changes: u64::MAX, settle: true };
                        reorganize(&pages, model, &mut rows, scope, &mut |_, _| {}).unwrap();
                    }
                }
                Step::Restart { unordered, recall } => {
                    mode = (unordered, recall);
                    under_way = None;
                }
                Step::Read(count) => {
                    if under_way.is_none() && let Some(model) = load(&pages) {
                        let mut search = Search::new(model);
                        let recall = if mode.1 { 1.0 } else { 0.9 };
                        search.start((!mode.0).then_some(query.into()), recall, None).unwrap();
                        under_way = Some((search, alive.clone(), Vec::new(), !mode.0 && mode.1));
                    }
                    let Some((search, visible, found, exact_order)) = &mut under_way else { continue };
                    let snapshot: HashSet<usize> = visible.iter().copied().collect();
                    let mut done = false;
                    for _ in 0..count {
                        let mut exact = |tid: Tid| {
                            snapshot.contains(&row_of(tid)).then(|| metric.score(query.into(), (&data[row_of(tid)]).into()))
                        };
                        match search.next(&pages, &mut exact).unwrap() {
                            // an unordered search leaves visibility to its caller
                            Some(tid) if snapshot.contains(&row_of(tid)) => found.push(row_of(tid)),
                            Some(_) => {}
                            None => {
                                done = true;
                                break;
                            }
                        }
                    }
                    let distinct: HashSet<usize> = found.iter().copied().collect();
                    prop_assert_eq!(distinct.len(), found.len(), "a row came twice");
                    if done {
                        // deleted rows may be gone; a real snapshot would have kept vacuum from them
                        for row in visible.iter().filter(|row| !deleted.contains(row)) {
                            prop_assert!(distinct.contains(row), "row {} is missing", row);
                        }
                        if *exact_order {
                            let scores: Vec<f32> =
                                found.iter().map(|row| metric.score(query.into(), (&data[*row]).into())).collect();
                            prop_assert!(scores.windows(2).all(|pair| pair[0] <= pair[1]), "{:?}", scores);
                        }
                        under_way = None;
                    }
                }
            }
        }
        let mut visited: Vec<usize> = Vec::new();
        prop_assert_eq!(check(&pages, &mut |tid| visited.push(row_of(tid))), vec![]);
        let visited: HashSet<usize> = visited.into_iter().collect();
        prop_assert!(alive.iter().all(|row| visited.contains(row)));
    }
}

/// Pages of an index that somebody else changes whenever a search looks whether it was cancelled.
struct Disturbed<'a, F> {
    pages: &'a MemoryPages,
    change: std::cell::RefCell<F>,
}

impl<F: FnMut()> Pages for Disturbed<'_, F> {
    type Read<'a>
        = <MemoryPages as Pages>::Read<'a>
    where
        Self: 'a;
    type Guard<'a>
        = <MemoryPages as Pages>::Guard<'a>
    where
        Self: 'a;
    type Txn<'a>
        = <MemoryPages as Pages>::Txn<'a>
    where
        Self: 'a;

    fn len(&self) -> Block {
        self.pages.len()
    }

    fn read(&self, block: Block) -> Result<Self::Read<'_>, Error> {
        self.pages.read(block)
    }

    fn begin(&self) -> Self::Txn<'_> {
        self.pages.begin()
    }

    fn lock(&self, what: Lockable, exclusive: bool) -> Self::Guard<'_> {
        self.pages.lock(what, exclusive)
    }

    fn try_lock(&self, what: Lockable) -> Option<Self::Guard<'_>> {
        self.pages.try_lock(what)
    }

    fn check_cancelled(&self) {
        (self.change.borrow_mut())();
    }
}

/// Splits and moves between the pages that one round reads: what it finds is every row there was when it began, once.
#[test]
fn rows_that_move_under_a_round_are_neither_missed_nor_met_twice() {
    let data = clustered(6000, 6, 1, 11);
    for (ordered, keeping) in
        [true, false].into_iter().flat_map(|ordered| BOTH.map(|keeping| (ordered, keeping)))
    {
        let pages = empty_keeping(keeping, Metric::L2, 6, 24);
        let (mut model, mut rows) = (load(&pages), Rows::all(&data));
        grow(&pages, &mut model, &mut rows, 0..1500, Limits { one_list: 40 });
        let before = meta(&pages).moves;
        let mut next = 1500;
        let change = || {
            if next < data.len() {
                grow(&pages, &mut model, &mut rows, next..next + 10, Limits { one_list: 40 });
                next += 10;
            }
        };
        let disturbed = Disturbed { pages: &pages, change: change.into() };
        let mut search = Search::new(load(&pages).unwrap());
        search.start(ordered.then_some((&data[3]).into()), 1.0, Some(1500)).unwrap();
        // rows inserted meanwhile are not in the search's snapshot
        let mut exact = |tid: Tid| {
            (row_of(tid) < 1500).then(|| Metric::L2.score((&data[3]).into(), (&data[row_of(tid)]).into()))
        };
        let mut found = Vec::new();
        while let Some(tid) = search.next(&disturbed, &mut exact).unwrap() {
            if row_of(tid) < 1500 {
                found.push(row_of(tid));
            }
        }
        assert!(meta(&pages).moves > before + 20, "{} moves", meta(&pages).moves - before);
        if ordered {
            assert_exact_order(Metric::L2, &data[..1500], &data[3], &found);
        }
        found.sort_unstable();
        assert_eq!(found, (0..1500).collect::<Vec<_>>());
    }
}

#[test]
fn reorganizing_dissolves_starved_lists_and_every_crash_on_the_way_is_harmless() {
    let data = clustered(900, 4, 2, 3);
    let pages = empty(Metric::L2, 4, 32);
    let (mut model, mut rows) = (load(&pages), Rows::all(&data));
    grow(&pages, &mut model, &mut rows, 0..900, Limits { one_list: 40 });
    // a row in ten stays, but of the half beyond a plane all; lists away from it are left with two to five rows of 16 to 48
    let mut firsts: Vec<f32> = data.iter().map(|x| x[0]).collect();
    firsts.sort_unstable_by(f32::total_cmp);
    let gone = |i: usize| data[i][0] < firsts[450] && !i.is_multiple_of(10);
    vacuum(&pages, &mut |tid| gone(row_of(tid))).unwrap();
    rows.gone = (0..900).filter(|i| gone(*i)).collect();
    let kept: Vec<usize> = (0..900).filter(|i| !gone(*i)).collect();
    let (lists, begun) = (meta(&pages).live_lists(), pages.commit_count());
    let mut model = model.unwrap();
    let scope = Scope { limits: Limits { one_list: 40 }, changes: u64::MAX, settle: true };
    let mut looked = Vec::new();
    let done = reorganize(&pages, &mut model, &mut rows, scope, &mut |at, of| looked.push((at, of))).unwrap();
    assert_eq!(looked.last(), Some(&(lists as u64, lists as u64)));
    assert!(done.merged > 3 && done.calibrated, "{done:?}");
    assert_eq!(meta(&pages).live_lists() as u64, lists as u64 - done.merged + done.split);
    assert!(model.is_current(&pages).unwrap());
    let copy = pages.replayed(begun);
    for count in begun..=pages.commit_count() {
        pages.replay(count.max(begun + 1) - 1..count, &copy);
        let mut visited = Vec::new();
        assert_eq!(check(&copy, &mut |tid| visited.push(row_of(tid))), [], "after {count} changes");
        visited.sort_unstable();
        assert_eq!(visited, kept, "after {count} changes");
    }
    let again = reorganize(&pages, &mut model, &mut rows, scope, &mut |_, _| {}).unwrap();
    assert_eq!((again.split, again.merged), (0, 0));
}

/// Inserts that take free pages while the index is checked are no damage, whether they do it before or after their list is walked.
#[test]
fn pages_taken_from_the_free_list_under_a_check_are_no_finding() {
    let data = clustered(6000, 200, 4, 12);
    let pages = empty(Metric::L2, 200, 400);
    let (mut model, mut rows) = (load(&pages), Rows::all(&data));
    grow(&pages, &mut model, &mut rows, 0..1500, Limits { one_list: 700 });
    let mut next = 1500;
    let mut taken = 0;
    let change = || {
        let before = meta(&pages).free;
        while next < data.len() && before != synapse::NO_BLOCK && meta(&pages).free == before {
            grow(&pages, &mut model, &mut rows, [next], Limits { one_list: 700 });
            next += 1;
        }
        taken += usize::from(meta(&pages).free != before);
    };
    let disturbed = Disturbed { pages: &pages, change: change.into() };
    // as everybody who checks: lists are not split meanwhile
    let structure = pages.lock(Lockable::Structure, true);
    assert_eq!(check(&disturbed, &mut |_| {}), []);
    drop(structure);
    assert!(taken > 1, "{taken} pages were taken");
    assert_eq!(check(&pages, &mut |_| {}), []);
}
