//! What is asked for ahead of its being read.

mod common;
use common::*;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;
use synapse::*;

/// Kinds of pages as they are stored: list, slice, refine and vector pages.
const OF_LISTS: [u8; 4] = [4, 5, 7, 8];

/// Pages of an index that note what is asked for.
struct Noting<'a> {
    pages: &'a MemoryPages,
    reads_ahead: usize,
    asked: RefCell<Vec<Block>>,
    runs: RefCell<Vec<Range<Block>>>,
    reached: Rc<Cell<usize>>,
}

impl<'a> Noting<'a> {
    fn new(pages: &'a MemoryPages, reads_ahead: usize) -> Self {
        Self {
            pages,
            reads_ahead,
            asked: RefCell::default(),
            runs: RefCell::default(),
            reached: Rc::default(),
        }
    }

    /// The pages of a kind.
    fn of_kind(&self, kind: u8) -> BTreeSet<Block> {
        let is_one = |block: &Block| self.pages.read(*block).is_ok_and(|page| page[0] == kind);
        (0..self.pages.len()).filter(is_one).collect()
    }
}

/// Counts the runs that were reached.
struct Reached(Rc<Cell<usize>>);

impl Stream for Reached {
    fn next_run(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

impl Pages for Noting<'_> {
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

    fn reads_ahead(&self) -> usize {
        self.reads_ahead
    }

    fn prefetch_page(&self, block: Block) {
        self.asked.borrow_mut().push(block);
    }

    fn stream(&self, runs: Vec<Range<Block>>) -> Box<dyn Stream + '_> {
        *self.runs.borrow_mut() = runs;
        Box::new(Reached(Rc::clone(&self.reached)))
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
}

/// Built indexes whose lists have one page and several, and blocks wider than a page, and full vectors.
fn built() -> Vec<(&'static str, MemoryPages)> {
    let index = |data: Vec<Vec<f32>>, lists| {
        let pages = MemoryPages::default();
        build(&pages, Metric::L2, &data, Some(lists));
        pages
    };
    let mut all = vec![
        ("short lists", index(clustered(2000, 16, 40, 1), 40)),
        ("long lists", index(clustered(6000, 64, 4, 2), 4)),
        ("one list", index(clustered(3000, 64, 4, 3), 1)),
        ("wide blocks", index(clustered(300, 2500, 3, 4), 3)),
    ];
    let pages = MemoryPages::default();
    build_keeping(&pages, Metric::L2, &clustered(900, 100, 3, 5), Some(3));
    all.push(("full vectors", pages));
    all
}

#[test]
fn a_vacuum_asks_for_all_list_pages_of_a_built_index_and_no_others() {
    for (name, pages) in built() {
        for most in [1, 3, 1000] {
            let noting = Noting::new(&pages, most);
            vacuum(&noting, &mut |_| false).unwrap();
            let asked = noting.asked.take();
            assert_eq!(asked.iter().copied().collect::<BTreeSet<_>>(), noting.of_kind(4), "{name}, {most}");
            assert_eq!(asked.len(), noting.of_kind(4).len(), "{name}, {most}: once each");
        }
        let noting = Noting::new(&pages, 0);
        vacuum(&noting, &mut |_| false).unwrap();
        assert_eq!(noting.asked.take(), [], "{name}");
    }
}

#[test]
fn a_check_streams_all_pages_of_the_lists_of_a_built_index() {
    for (name, pages) in built() {
        let noting = Noting::new(&pages, 0);
        assert_eq!(check(&noting, &mut |_| {}), [], "{name}");
        let runs = noting.runs.take();
        assert_eq!(noting.reached.get(), runs.len(), "{name}: every run is reached");
        let streamed: Vec<Block> = runs.into_iter().flatten().collect();
        let needed: BTreeSet<Block> = OF_LISTS.into_iter().flat_map(|kind| noting.of_kind(kind)).collect();
        assert_eq!(streamed.iter().copied().collect::<BTreeSet<_>>(), needed, "{name}");
        assert_eq!(streamed.len(), needed.len(), "{name}: once each");
    }
}

/// The table's rows.
struct InMemory<'a>(&'a [Vec<f32>]);

impl Table for InMemory<'_> {
    fn vector(&mut self, tid: Tid, take: &mut dyn FnMut(VectorRef<'_>)) -> bool {
        take((&self.0[row_of(tid)]).into());
        true
    }

    fn pool(&mut self) -> rayon::ThreadPool {
        pool()
    }
}

/// After splits lists are anywhere: what is asked for exists, and what was asked for in vain is less than what was not.
#[test]
fn a_grown_index_is_walked_as_well() {
    let data = clustered(4000, 32, 12, 6);
    let pages = MemoryPages::default();
    build(&pages, Metric::L2, &data[..600], Some(6));
    let mut model = None;
    let mut table = InMemory(&data);
    for (i, row) in data.iter().enumerate().skip(600) {
        insert_and_split(
            &pages,
            &mut model,
            tid(i),
            Some(row.into()),
            Keys::NONE,
            &mut table,
            Limits::default(),
        )
        .unwrap();
    }
    assert!(Model::load(&pages).unwrap().unwrap().lists() > 12);
    let noting = Noting::new(&pages, 10);
    assert_eq!(vacuum(&noting, &mut |_| false).unwrap().remaining, 4000);
    let asked = noting.asked.take();
    assert!(asked.iter().all(|block| *block < pages.len()));
    let list_pages = noting.of_kind(4);
    let in_vain = asked.iter().filter(|block| !list_pages.contains(block)).count();
    assert!(2 * in_vain < list_pages.len(), "{in_vain} in vain, {} list pages", list_pages.len());
    assert_eq!(check(&noting, &mut |_| {}), []);
    assert_eq!(noting.reached.get(), noting.runs.take().len());
}
