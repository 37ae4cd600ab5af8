//! Moving rows to a list that came nearer than their own (LIRE: Xu et al., "SPFresh: Incremental In-Place Update for
//! Billion-Scale Vector Search", SOSP 2023).
//!
//! A split takes the rows of one list and leaves those of its neighbours where they are, though one of the new centroids may be nearer to
//! them now; and some rows of the halves are nearer to a neighbour. Refinement codes tell which these are, without the table; the few that are
//! are fetched, to be coded around their new centroid. A row leaves its old place in the same change in which it
//! gets the new one, so that it is stored exactly once in every state; that change counts up [`Meta::moves`], by which a search
//! under way sees that it may have missed a row. The caller has the lock of the structure and of moves.

use crate::error::Error;
use crate::filter::Keys;
use crate::insert::{Code, Coder};
use crate::layout::{BlockRef, Directory, Meta, SLOTS, Tid, read_keys, tids_per_page};
use crate::list_rows::{Fetched, Fetcher, ListRow, rows_of};
use crate::lists::{self, ChainWalk, Coded};
use crate::model::Model;
use crate::pages::{Block, NO_BLOCK, PageTxn, Pages};
use crate::quantizer::Factors;
use crate::refine;
use crate::replace::retire;
use crate::split::Table;
use crate::step::Step;
use crate::vector::VectorRef;
use crate::vectors::{Home, Reader};

/// Lists around a split that are looked at. Of the rows nearer to one of the new centroids 48 lists hold 1.4 times as many as 16, for three
/// times the work (500,000 × 128, grown from empty: 27 lists instead of 29 hold 0.9625 of the ten nearest, 40 without any move).
const NEIGHBOURS: usize = 24;

/// A row is moved if its squared distance becomes smaller by this share of it: less is not worth the log.
const LEAST_GAIN: f32 = 0.02;

/// Rows fetched between two places where the work may be cancelled.
const BETWEEN_CHECKS: usize = 64;

/// A row that seems to be nearer to another list.
struct Stranger {
    tid: Tid,
    /// Whether it is the row's second entry.
    spilled: bool,
    keys: Keys,
    from: u32,
    /// The page, and its slot there.
    block: Block,
    slot: usize,
    to: u32,
}

/// A row coded for its new list.
struct Moving {
    row: Stranger,
    factors: Factors,
    code: Code,
    /// The record of its full vector, where the index keeps them.
    vector: Vec<u8>,
}

/// A row as the index keeps it, or else as the table has it.
struct Kept<'a> {
    vector: Option<VectorRef<'a>>,
    table: &'a mut dyn Table,
}

impl Table for Kept<'_> {
    fn vector(&mut self, tid: Tid, take: &mut dyn FnMut(VectorRef<'_>)) -> bool {
        let Some(vector) = self.vector else { return self.table.vector(tid, take) };
        take(vector);
        true
    }

    fn pool(&mut self) -> rayon::ThreadPool {
        self.table.pool()
    }
}

/// A centroid that rows of a list may be nearer to.
struct Goal {
    list: u32,
    /// Its centroid less that of the rows' list, the sum of its components, its squared norm.
    step: Vec<f32>,
    sum: f32,
    square: f32,
}

/// After `centroid`'s list was replaced by `new_lists`: moves rows of its neighbours to the new ones, and back. Returns how many rows moved.
pub fn settle_split<P: Pages>(
    pages: &P,
    model: &Model,
    table: &mut dyn Table,
    centroid: &[f32],
    new_lists: &[u32],
) -> Result<usize, Error> {
    if model.geometry.record == 0 {
        return Ok(0);
    }
    model.read_centroids(pages)?;
    let around = neighbours(model, centroid, NEIGHBOURS, new_lists);
    let mut strangers = Vec::new();
    for list in new_lists {
        find_strangers(pages, model, *list, &around, &mut strangers)?;
    }
    for list in &around {
        find_strangers(pages, model, *list, new_lists, &mut strangers)?;
    }
    move_strangers(pages, model, table, strangers)
}

/// Moves the rows of a list that are nearer to one of its neighbours. Returns how many.
pub fn settle_list<P: Pages>(
    pages: &P,
    model: &Model,
    table: &mut dyn Table,
    list: u32,
) -> Result<usize, Error> {
    if model.geometry.record == 0 || model.first(list).is_none() {
        return Ok(0);
    }
    model.read_centroids(pages)?;
    let around = neighbours(model, model.centroids.row(list), NEIGHBOURS, &[list]);
    let mut strangers = Vec::new();
    find_strangers(pages, model, list, &around, &mut strangers)?;
    move_strangers(pages, model, table, strangers)
}

/// The lists whose centroids are nearest to a place, but for some.
fn neighbours(model: &Model, place: &[f32], count: usize, but: &[u32]) -> Vec<u32> {
    let mut all: Vec<(f32, u32)> = (0..model.firsts.len() as u32)
        .filter(|list| model.first(*list).is_some() && !but.contains(list))
        .map(|list| (kernels::l2_squared(place, model.centroids.row(list)), list))
        .collect();
    let count = count.min(all.len());
    if count > 0 && count < all.len() {
        all.select_nth_unstable_by(count - 1, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    }
    all.truncate(count);
    all.into_iter().map(|(_, list)| list).collect()
}

/// Collects the rows of a list that by their refinement codes are nearer to one of the goals; each with the nearest of them.
fn find_strangers<P: Pages>(
    pages: &P,
    model: &Model,
    list: u32,
    goals: &[u32],
    out: &mut Vec<Stranger>,
) -> Result<(), Error> {
    let geometry = &model.geometry;
    let own = model.centroids.row(list);
    let goals: Vec<Goal> = goals
        .iter()
        .filter(|goal| **goal != list)
        .map(|goal| {
            let step: Vec<f32> = model.centroids.row(*goal).iter().zip(own).map(|(g, c)| g - c).collect();
            Goal { list: *goal, sum: step.iter().sum(), square: kernels::norm_squared(&step), step }
        })
        .collect();
    let mut block = model.first(list).unwrap_or(NO_BLOCK);
    let mut walk = ChainWalk::default();
    while block != NO_BLOCK {
        walk.step(pages, block)?;
        pages.check_cancelled();
        let page = pages.read(block)?;
        let mut records = None;
        for slot in 0..geometry.slots_per_page() {
            let entries = BlockRef(&page[geometry.range(slot / SLOTS)]);
            // a spilled entry is where it is because of the row's first list
            if entries.live() & (1 << (slot % SLOTS)) == 0 || entries.is_spilled(slot % SLOTS) {
                continue;
            }
            let (number, place) = geometry.record_place(slot);
            if records.as_ref().is_none_or(|(held, _)| *held != number) {
                let at = geometry.refine_page(&page, number);
                let read = pages.read(at)?;
                lists::refine_header(&read, at, list)?;
                records = Some((number, read));
            }
            let Some((_, read)) = &records else { continue };
            let best = goals
                .iter()
                .map(|goal| {
                    let by = refine::farther_by(
                        model.quantizer.metric(),
                        &read[place.clone()],
                        &goal.step,
                        goal.sum,
                        goal.square,
                    );
                    (by, goal.list)
                })
                .min_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((by, to)) = best
                && by < 0.0
            {
                let keys = read_keys(&page[geometry.keys(slot / SLOTS)], slot % SLOTS);
                let tid = entries.tid(slot % SLOTS);
                out.push(Stranger { tid, spilled: false, keys, from: list, block, slot, to });
            }
        }
        block = lists::list_header(&page, block, list)?.next;
    }
    Ok(())
}

/// Gives all rows of a list to its neighbours and ends it. The caller has its lock, too. Returns how many rows moved; the list stays where it has
/// too many rows that cannot.
pub fn dissolve<P: Pages>(pages: &P, model: &Model, table: &mut dyn Table, list: u32) -> Result<u64, Error> {
    model.read_centroids(pages)?;
    let around = neighbours(model, model.centroids.row(list), NEIGHBOURS, &[list]);
    let Some(first) = model.first(list) else { return Ok(0) };
    let mut rows = Vec::new();
    let last = rows_of(pages, model, list, &mut rows)?;
    let stranger = |row: ListRow| {
        let ListRow { tid, spilled, keys, place: (block, slot) } = row;
        Stranger { tid, spilled, keys, from: list, block, slot, to: list }
    };
    let rows = rows.into_iter().map(stranger).collect();
    let mut outliers = Vec::new();
    let mut choose = |x: &[f32], _: &Stranger| {
        let distance = |list: &u32| kernels::l2_squared(x, model.centroids.row(*list));
        around.iter().copied().min_by(|a, b| distance(a).total_cmp(&distance(b)))
    };
    let moving = code_rows(pages, model, table, rows, &mut choose, &mut outliers)?;
    // they become outliers in the change in which the list dies
    if outliers.len() > tids_per_page() {
        return Ok(0);
    }
    let moved = moving.iter().filter(|moving| !moving.row.spilled).count() as u64;
    move_rows(pages, model, moving)?;
    retire(pages, model, table, list, (first, last), &outliers)?;
    Ok(moved)
}

/// Fetches the strangers and moves those that truly are nearer to the other list.
fn move_strangers<P: Pages>(
    pages: &P,
    model: &Model,
    table: &mut dyn Table,
    strangers: Vec<Stranger>,
) -> Result<usize, Error> {
    let mut choose = |x: &[f32], row: &Stranger| {
        let distance = |list| kernels::l2_squared(x, model.centroids.row(list));
        (distance(row.to) < distance(row.from) * (1.0 - LEAST_GAIN)).then_some(row.to)
    };
    // one without a code stays where it has one
    let moving = code_rows(pages, model, table, strangers, &mut choose, &mut Vec::new())?;
    move_rows(pages, model, moving)
}

/// Fetches rows and codes each around the list that is chosen for it, if there is one. Those that have no code there go to `outliers`; what
/// nobody sees any more is vacuum's.
fn code_rows<P: Pages>(
    pages: &P,
    model: &Model,
    table: &mut dyn Table,
    rows: Vec<Stranger>,
    choose: &mut dyn FnMut(&[f32], &Stranger) -> Option<u32>,
    outliers: &mut Vec<Tid>,
) -> Result<Vec<Moving>, Error> {
    let mut fetcher = Fetcher::new(model);
    let (mut coder, mut reader, mut vector) = (Coder::default(), Reader::default(), Vec::new());
    let mut x = vec![0.0; model.quantizer.padded_dims()];
    let mut moving = Vec::new();
    for (i, mut row) in rows.into_iter().enumerate() {
        if i % BETWEEN_CHECKS == 0 {
            pages.check_cancelled();
        }
        let mut kept = Kept { vector: None, table: &mut *table };
        if let Some(form) = model.vectors {
            let home = Home { list: row.from, page: row.block, slot: row.slot as u32 };
            if !home.read(pages, &model.geometry, row.tid, &mut reader)? {
                continue;
            }
            vector.clone_from(&reader.record);
            kept.vector = reader.vector(form, model.dims());
        }
        match fetcher.rotated(model, &mut kept, row.tid, &mut x, &mut |_| {})? {
            Fetched::Row => {}
            Fetched::Gone => continue,
            Fetched::Outlier => {
                if !row.spilled {
                    outliers.push(row.tid);
                }
                continue;
            }
        }
        x.iter_mut().zip(model.quantizer.mean()).for_each(|(x, m)| *x -= m);
        let Some(to) = choose(&x, &row) else { continue };
        row.to = to;
        match coder.encode(&model.quantizer, &x, model.centroids.row(to)) {
            Some(factors) => {
                moving.push(Moving { row, factors, code: coder.code.clone(), vector: vector.clone() });
            }
            None if row.spilled => {}
            None => outliers.push(row.tid),
        }
    }
    Ok(moving)
}

/// Moves coded rows to their lists; returns how many.
fn move_rows<P: Pages>(pages: &P, model: &Model, mut moving: Vec<Moving>) -> Result<usize, Error> {
    moving.sort_unstable_by_key(|moving| (moving.row.to, moving.row.block, moving.row.slot));
    for together in moving.chunk_by(|a, b| (a.row.to, a.row.block) == (b.row.to, b.row.block)) {
        pages.check_cancelled();
        move_together(pages, model, together)?;
    }
    Ok(moving.len())
}

/// Moves rows of one page to one list.
fn move_together<P: Pages>(pages: &P, model: &Model, rows: &[Moving]) -> Result<(), Error> {
    let geometry = &model.geometry;
    let Stranger { from, block: source, to, .. } = rows[0].row;
    let coded: Vec<Coded<'_>> = rows
        .iter()
        .map(|moving| Coded {
            tid: moving.row.tid,
            spilled: moving.row.spilled,
            factors: moving.factors,
            code: &moving.code.bits,
            record: &moving.code.record,
            vector: &moving.vector,
            keys: moving.row.keys,
        })
        .collect();
    let directory_page = |list: u32| model.directory_pages[Directory::place(list).0 as usize];
    let entry = |list: u32| {
        let page = directory_page(list);
        Directory::get(&pages.read(page)?, page, Directory::place(list).1)
    };
    let start = entry(to)?.insertion;
    let (mut block, mut done, mut walk) = (start, 0, ChainWalk::default());
    loop {
        walk.step(pages, block)?;
        let mut txn = pages.begin();
        let meta_handle = txn.lock(0)?;
        let target_handle = txn.lock(block)?;
        let next = lists::list_header(txn.page(target_handle), block, to)?.next;
        let source_handle = txn.lock(source)?;
        lists::list_header(txn.page(source_handle), source, from)?;
        let stored = lists::fill_page(pages, geometry, to, &mut txn, target_handle, &coded[done..])?;
        for moving in &rows[done..done + stored] {
            let slot = moving.row.slot;
            let mut entries = BlockRef(&mut txn.page_mut(source_handle)[geometry.range(slot / SLOTS)]);
            let kept = BlockRef(&*entries.0).live() & !(1 << (slot % SLOTS));
            entries.set_live(kept);
        }
        if stored > 0 {
            let mut meta = Meta::read(txn.page(meta_handle))?;
            meta.moves += 1;
            meta.write(txn.page_mut(meta_handle));
            txn.commit(Step::RowsMoved);
        } else {
            drop(txn);
        }
        done += stored;
        if done == rows.len() {
            break;
        }
        block = match next {
            NO_BLOCK => lists::next_page(pages, geometry, to, block)?,
            next => next,
        };
    }
    if block != start {
        lists::move_insertion(pages, directory_page(to), to, start, block)?;
    }
    // there is room again on the first page
    let old = entry(from)?;
    if old.first == source && old.insertion != source {
        lists::move_insertion(pages, directory_page(from), from, old.insertion, source)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insert::{Keeping, create_empty, insert_and_split};
    use crate::kmeans::assign;
    use crate::memory::MemoryPages;
    use crate::metric::Metric;
    use crate::split::Limits;
    use crate::vector::{Embedding, Form};

    struct Rows(Vec<[f32; 8]>);

    impl Table for Rows {
        fn vector(&mut self, tid: Tid, take: &mut dyn FnMut(VectorRef<'_>)) -> bool {
            take(VectorRef::Dense(&self.0[tid.block() as usize]));
            true
        }

        fn pool(&mut self) -> rayon::ThreadPool {
            rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap()
        }
    }

    #[test]
    fn nearly_all_rows_of_a_grown_index_are_in_their_nearest_list() {
        for metric in [Metric::L2, Metric::InnerProduct] {
            let mut state = 5;
            let mut random = || kernels::splitmix64(&mut state) as f32 / u64::MAX as f32;
            let mut table = Rows((0..6000).map(|_| std::array::from_fn(|_| random())).collect());
            let pages = MemoryPages::new();
            create_empty(
                &pages,
                metric,
                Some(Embedding::new(Form::Dense, 8).unwrap()),
                0,
                Keeping::default(),
                1,
                1,
            )
            .unwrap();
            let mut txn = pages.begin();
            let handle = txn.lock(0).unwrap();
            let mut meta = Meta::read(txn.page(handle)).unwrap();
            meta.list_rows = 64;
            meta.write(txn.page_mut(handle));
            txn.commit(Step::BuildMeta);
            let mut model = None;
            for i in 0..table.0.len() {
                let x = table.0[i];
                let (vector, limits) = (Some(VectorRef::Dense(&x)), Limits { one_list: 200 });
                insert_and_split(
                    &pages,
                    &mut model,
                    Tid::new(i as u32, 1),
                    vector,
                    Keys::NONE,
                    &mut table,
                    limits,
                )
                .unwrap();
            }
            let model = model.unwrap();
            assert!(model.lists() > 50, "{} lists", model.lists());
            let (mut elsewhere, mut all) = (0, 0);
            for list in (0..model.firsts.len() as u32).filter(|list| model.first(*list).is_some()) {
                let mut rows = Vec::new();
                rows_of(&pages, &model, list, &mut rows).unwrap();
                let mut x = vec![0.0; rows.len() * model.quantizer.padded_dims()];
                for (ListRow { tid, .. }, x) in
                    rows.iter().zip(x.chunks_exact_mut(model.quantizer.padded_dims()))
                {
                    model.quantizer.rotate(&table.0[tid.block() as usize], x);
                }
                let pool = table.pool();
                let nearest = assign(&model.centroids, &x, model.quantizer.padded_dims(), &pool);
                elsewhere += nearest.iter().filter(|nearest| **nearest != list).count();
                all += rows.len();
            }
            assert_eq!(all, 6000);
            assert!(elsewhere < 700, "{elsewhere} rows have a nearer list");
        }
    }
}
