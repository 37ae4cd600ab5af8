//! Indexes that keep full vectors: what is found without the table, and what inserts, splits, vacuums and crashes leave.

#![allow(clippy::unwrap_used, reason = "a test's helper may panic as the test may")]

mod common;

use common::*;
use proptest::prelude::*;
use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;
use synapse::layout::{Header, Meta, PageKind};
use synapse::*;

/// An empty index that keeps vectors and splits lists of more than so many rows.
fn empty(metric: Metric, dims: usize, list_rows: u32) -> MemoryPages {
    let pages = MemoryPages::with_journal();
    let keeping = Keeping { vectors: Some(VectorForm::Dense), spill: false };
    create_empty(&pages, metric, Some(dense(dims)), 0, keeping, 1, 1).unwrap();
    let mut txn = pages.begin();
    let handle = txn.lock(0).unwrap();
    let mut meta = Meta::read(txn.page(handle)).unwrap();
    meta.list_rows = list_rows;
    meta.write(txn.page_mut(handle));
    txn.commit(Step::EmptyIndex);
    pages
}

/// A table that has lost some rows, and counts what it is asked for.
struct Rows<'a> {
    data: &'a [Vec<f32>],
    lost: HashSet<usize>,
    asked: usize,
}

impl Table for Rows<'_> {
    fn vector(&mut self, tid: Tid, take: &mut dyn FnMut(VectorRef<'_>)) -> bool {
        self.asked += 1;
        let found = !self.lost.contains(&row_of(tid));
        if found {
            take((&self.data[row_of(tid)]).into());
        }
        found
    }

    fn pool(&mut self) -> rayon::ThreadPool {
        pool()
    }
}

/// Violated invariants, and rows whose vector is not the one inserted.
fn broken(pages: &MemoryPages, data: &[Vec<f32>]) -> (Vec<Finding>, Vec<usize>) {
    let mut wrong = Vec::new();
    let findings = check_with_vectors(pages, &mut |tid, vector| {
        if vector != Some((&data[row_of(tid)]).into()) {
            wrong.push(row_of(tid));
        }
    });
    (findings, wrong)
}

const SOUND: (Vec<Finding>, Vec<usize>) = (vec![], vec![]);

/// Rows of a table: how they are compared, and whether they count.
struct Both<S, C>(S, C);

impl<S: FnMut(Tid) -> Option<f32>, C: FnMut(Tid) -> bool> synapse::Rows for Both<S, C> {
    fn score(&mut self, tid: Tid) -> Option<f32> {
        self.0(tid)
    }

    fn counts(&mut self, tid: Tid) -> bool {
        self.1(tid)
    }
}

/// All rows that a search at recall 1.0 hands out, none of them compared with the table; `counts` may refuse some.
fn found(pages: &MemoryPages, query: &[f32], counts: &mut dyn FnMut(Tid) -> bool) -> Vec<usize> {
    let mut search = Search::new(Rc::new(Model::load(pages).unwrap().unwrap()));
    search.start(Some(query.into()), 1.0, None).unwrap();
    let table = |tid: Tid| -> Option<f32> { panic!("{tid:?} is asked of the table") };
    let mut both = Both(table, counts);
    let next = || search.next(pages, &mut both).unwrap();
    std::iter::from_fn(next).map(row_of).collect()
}

#[test]
fn records_of_every_width_stand_on_their_pages() {
    // several a page, one with a rest, about half a page, wider than one and than several pages
    for dims in [3, 128, 1000, 1536, 2100, 5000] {
        let data = clustered(150, dims, 5, 3);
        let pages = MemoryPages::new();
        build_keeping(&pages, Metric::L2, &data, Some(3));
        assert_eq!(broken(&pages, &data), SOUND, "{dims}");
        let rows = found(&pages, &data[7], &mut |_| true);
        assert_eq!(rows.len(), 150);
        assert_exact_order(Metric::L2, &data, &data[7], &rows);
        let (bytes, used) = (4 * dims as u64 * 150, vector_pages(&pages).unwrap());
        assert!(used >= bytes.div_ceil(8152) && used <= bytes / 8152 + 12, "{dims}: {used} pages");
    }
    let data = clustered(150, 8, 5, 3);
    let pages = MemoryPages::new();
    build(&pages, Metric::L2, &data, Some(3));
    assert_eq!(vector_pages(&pages), Ok(0));
}

#[test]
fn rows_that_do_not_count_are_left_out_and_the_order_stays() {
    let data = clustered(900, 24, 9, 5);
    let pages = MemoryPages::new();
    build_keeping(&pages, Metric::Cosine, &data, Some(6));
    let rows = found(&pages, &data[1], &mut |tid| !row_of(tid).is_multiple_of(3));
    assert_eq!(rows.len(), 600);
    let mut scores: Vec<f32> =
        rows.iter().map(|i| Metric::Cosine.score((&data[1]).into(), (&data[*i]).into())).collect();
    assert!(scores.is_sorted());
    // a caller who drops rows himself gets the same others, in the same order
    let all = found(&pages, &data[1], &mut |_| true);
    assert_eq!(all.len(), 900);
    let kept: Vec<usize> = all.into_iter().filter(|i| !i.is_multiple_of(3)).collect();
    scores = kept.iter().map(|i| Metric::Cosine.score((&data[1]).into(), (&data[*i]).into())).collect();
    assert!(scores.is_sorted());
    assert_eq!(kept.iter().collect::<HashSet<_>>(), rows.iter().collect());
}

#[test]
fn splits_take_the_vectors_of_the_index() {
    let data = clustered(700, 40, 12, 6);
    let pages = empty(Metric::L2, 40, 60);
    let mut rows = Rows { data: &data, lost: HashSet::new(), asked: 0 };
    let mut model = Model::load(&pages).unwrap().map(Rc::new);
    let limits = Limits { one_list: 100 };
    for (i, x) in data.iter().enumerate() {
        // a row that the table has no more is still there for who asks the index
        rows.lost.extend(i.is_multiple_of(3).then_some(i));
        insert_and_split(&pages, &mut model, tid(i), Some(x.into()), Keys::NONE, &mut rows, limits).unwrap();
    }
    assert!(Model::meta(&pages).unwrap().live_lists() > 5);
    assert_eq!(broken(&pages, &data), SOUND);
    let rows = found(&pages, &data[3], &mut |_| true);
    assert_eq!(rows.len(), 700);
    assert_exact_order(Metric::L2, &data, &data[3], &rows);
}

#[test]
fn a_crash_leaves_whole_vectors() {
    // a record stands on three pages, and lists are split
    let data = clustered(60, 4200, 4, 8);
    let pages = empty(Metric::L2, 4200, 20);
    let mut rows = Rows { data: &data, lost: HashSet::new(), asked: 0 };
    let mut model = Model::load(&pages).unwrap().map(Rc::new);
    let limits = Limits { one_list: 20 };
    let mut insert = |range: std::ops::Range<usize>| {
        for i in range {
            let vector = Some((&data[i]).into());
            insert_and_split(&pages, &mut model, tid(i), vector, Keys::NONE, &mut rows, limits).unwrap();
        }
    };
    insert(0..45);
    vacuum(&pages, &mut |tid| row_of(tid).is_multiple_of(4)).unwrap();
    insert(45..60);
    assert!(Model::meta(&pages).unwrap().dead > 0 && pages.commit_count() > 300);
    let copy = MemoryPages::new();
    pages.replay(0..2, &copy);
    for count in 2..pages.commit_count() {
        pages.replay(count..count + 1, &copy);
        assert_eq!(broken(&copy, &data), SOUND, "after {} changes", count + 1);
    }
}

#[test]
fn damage_of_a_page_of_vectors_is_found() {
    let data = clustered(200, 64, 5, 3);
    let pages = MemoryPages::new();
    build_keeping(&pages, Metric::L2, &data, Some(3));
    let kept = (1..pages.len())
        .find(|block| Header::read(&pages.read(*block).unwrap(), *block, PageKind::Vector).is_ok());
    let kept = kept.unwrap();
    pages.damage(kept, 100, 1);
    let (findings, wrong) = broken(&pages, &data);
    assert_eq!((findings, wrong.len()), (vec![], 1), "a number is another");
    pages.damage(kept, 100, 1);
    pages.damage(kept, 8, 1);
    assert_eq!(broken(&pages, &data).0[0].invariant, "I3", "another list's page");
    pages.damage(kept, 8, 1);
    assert_eq!(broken(&pages, &data), SOUND);
}

#[test]
fn a_search_asks_the_table_about_rows_that_moved_meanwhile() {
    let data = clustered(400, 16, 8, 4);
    let pages = empty(Metric::L2, 16, 1000);
    let mut rows = Rows { data: &data, lost: HashSet::new(), asked: 0 };
    let mut model = Model::load(&pages).unwrap().map(Rc::new);
    let limits = Limits { one_list: 1000 };
    for (i, x) in data.iter().enumerate().take(200) {
        let vector = Some(x.into());
        insert_and_split(&pages, &mut model, tid(i), vector, Keys::NONE, &mut rows, limits).unwrap();
    }
    let mut search = Search::new(model.clone().unwrap());
    search.start(Some((&data[0]).into()), 1.0, Some(200)).unwrap();
    // every other row loses its entry when the first is compared
    let asked = RefCell::new(0);
    let exact = |tid: Tid| {
        *asked.borrow_mut() += 1;
        Some(Metric::L2.score((&data[0]).into(), (&data[row_of(tid)]).into()))
    };
    let mut first = true;
    let counts = |_: Tid| {
        if std::mem::take(&mut first) {
            vacuum(&pages, &mut |tid| row_of(tid) % 2 == 1).unwrap();
            for (i, x) in data.iter().enumerate().take(300).skip(200) {
                let vector = Some(x.into());
                synapse::insert(&pages, model.as_deref(), tid(i), vector, Keys::NONE).unwrap();
            }
        }
        true
    };
    let mut both = Both(exact, counts);
    let next = || search.next(&pages, &mut both).unwrap();
    let found: Vec<usize> = std::iter::from_fn(next).take(200).map(row_of).collect();
    assert_exact_order(Metric::L2, &data[..200], &data[0], &found);
    assert!(*asked.borrow() >= 99, "slots of other rows give no vectors");
}

#[derive(Debug, Clone)]
enum Action {
    Insert(usize),
    Vacuum(usize),
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is inserted and removed, every row has its own vector.
    #[test]
    fn rows_keep_their_vectors(
        dims in prop::sample::select(vec![5usize, 700, 2500]),
        steps in prop::collection::vec(
            prop_oneof![(1usize..60).prop_map(Action::Insert), (2usize..5).prop_map(Action::Vacuum)],
            1..8,
        ),
    ) {
        let data = clustered(500, dims, 9, 11);
        let pages = empty(Metric::L2, dims, 16);
        let mut rows = Rows { data: &data, lost: HashSet::new(), asked: 0 };
        let mut model = Model::load(&pages).unwrap().map(Rc::new);
        let limits = Limits { one_list: 16 };
        let (mut next, mut there) = (0, HashSet::new());
        for step in steps {
            match step {
                Action::Insert(count) => {
                    for (i, x) in data.iter().enumerate().skip(next).take(count) {
                        let (keys, vector) = (Keys::NONE, Some(x.into()));
                        insert_and_split(&pages, &mut model, tid(i), vector, keys, &mut rows, limits).unwrap();
                        there.insert(i);
                    }
                    next += count;
                }
                Action::Vacuum(every) => {
                    vacuum(&pages, &mut |tid| row_of(tid).is_multiple_of(every)).unwrap();
                    there.retain(|i| !i.is_multiple_of(every));
                }
            }
            prop_assert_eq!(broken(&pages, &data), SOUND);
        }
        let found: HashSet<usize> = found(&pages, &data[0], &mut |_| true).into_iter().collect();
        prop_assert_eq!(found, there);
    }
}
