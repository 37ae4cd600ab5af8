//! Replacing lists by others: their rows are coded anew around new centroids, on pages that nothing refers to; then one
//! change makes the new lists known and the old ones dead, and the old pages wait to be used again. A list never gets its number
//! back, its centroid is never rewritten and its rows only ever move to lists with higher numbers. Codes are made from the vectors in
//! the table, or from those that the index keeps, so their bounds stay what they are.

use crate::build::{ONE_LIST_BELOW, SAMPLE_PER_LIST};
use crate::centroids::{Centroids, RankScratch, record_words, write_record};
use crate::error::Error;
use crate::insert::{Code, Coder};
use crate::kmeans::{Halves, assign, cluster};
use crate::layout::{ArrayPage, Chain, Directory, Entry, Header, Meta, PageKind, Tid, TidsPage};
use crate::layout::{array_floats_per_page, array_pages, entries_per_page, tids_per_page};
use crate::list_rows::{Fetched, Fetcher, ListRow, rows_of};
use crate::lists::{self, Coded};
use crate::model::{Model, page_of_run};
use crate::pages::{Block, NO_BLOCK, PageTxn, Pages};
use crate::quantizer::{Factors, Quantizer};
use crate::split::Table;
use crate::step::Step;
use crate::stop::StopTable;
use crate::vectors::{self, KeptRows};

/// Bytes that vectors, or codes waiting to be written, may take.
pub const MEMORY: usize = 64 << 20;

/// Rows fetched between two places where the work may be cancelled.
const BETWEEN_CHECKS: usize = 64;

/// Ends a list without a successor; what it still has becomes outliers, or is gone. The caller has its lock and that of the structure.
pub fn retire<P: Pages>(
    pages: &P,
    model: &Model,
    table: &mut dyn Table,
    list: u32,
    chain: (Block, Block),
    outliers: &[Tid],
) -> Result<(), Error> {
    Replacement { pages, model, table }.publish(
        &[list],
        &[chain],
        &model.quantizer,
        false,
        &[],
        &[],
        &[],
        outliers,
    )
}

/// How rows are dealt out to new lists.
enum Division {
    /// To the nearest of many centroids.
    Nearest(Centroids),
    /// To one of two.
    Halves(Halves),
}

/// Rows coded for a new list, waiting to be written.
#[derive(Default)]
struct Waiting {
    rows: Vec<(ListRow, Factors)>,
    codes: Vec<u8>,
    records: Vec<u8>,
    /// Their full vectors, where the index keeps them.
    vectors: Vec<u8>,
}

impl Waiting {
    fn take(&mut self, row: ListRow, factors: Factors, code: &Code) {
        self.rows.push((row, factors));
        self.codes.extend_from_slice(&code.bits);
        self.records.extend_from_slice(&code.record);
    }
}

/// Replacing lists. The caller has the lock of the structure and the exclusive ones of the lists.
pub struct Replacement<'a, P: Pages> {
    /// The index.
    pub pages: &'a P,
    /// Its current model.
    pub model: &'a Model,
    /// Where the rows' vectors are.
    pub table: &'a mut dyn Table,
}

impl<P: Pages> Replacement<'_, P> {
    /// Replaces `sources` (one list or two) by `parts` new ones, or fewer if there are fewer rows.
    pub fn run(&mut self, sources: &[u32], parts: usize) -> Result<(), Error> {
        let (pages, model) = (self.pages, self.model);
        let mut table = KeptRows::new(pages, model, sources, &mut *self.table)?;
        Replacement { pages, model, table: &mut table }.replace(sources, parts)
    }

    fn replace(&mut self, sources: &[u32], parts: usize) -> Result<(), Error> {
        let (pages, model) = (self.pages, self.model);
        let padded = model.quantizer.padded_dims();
        let mut rows = Vec::new();
        let mut chains = Vec::new();
        for source in sources {
            let last = rows_of(pages, model, *source, &mut rows)?;
            chains.push((model.firsts[*source as usize], last));
        }
        // in the order of the table
        rows.sort_unstable_by_key(|row| (row.tid, row.spilled));
        rows.dedup_by_key(|row| (row.tid, row.spilled));

        let wanted = (parts * SAMPLE_PER_LIST as usize).max(ONE_LIST_BELOW as usize);
        let capacity = wanted.min(MEMORY / (4 * padded)).max(256);
        let held = rows.len() <= capacity;
        let picked: Vec<ListRow> = match held {
            true => rows.clone(),
            false => (0..capacity).map(|i| rows[i * rows.len() / capacity]).collect(),
        };
        let mut fetcher = Fetcher::new(model);
        let mut outliers = Vec::new();
        let mut sample = Vec::with_capacity(picked.len() * padded);
        let mut sampled = Vec::with_capacity(picked.len());
        for (i, entry) in picked.iter().enumerate() {
            if i % BETWEEN_CHECKS == 0 {
                pages.check_cancelled();
            }
            let start = sample.len();
            sample.resize(start + padded, 0.0);
            match fetcher.rotated(model, self.table, entry.tid, &mut sample[start..], &mut |_| {})? {
                Fetched::Row => sampled.push(*entry),
                found => {
                    sample.truncate(start);
                    // where only a sample is held, they are met again below
                    if held && found == Fetched::Outlier && !entry.spilled {
                        outliers.push(entry.tid);
                    }
                }
            }
        }
        let parts = parts.min(sampled.len()).max(1);

        // an index that began empty has no mean; now that all its rows are coded anew it can get one
        let first_split = model.array_pages.is_empty();
        let mut quantizer = model.quantizer.clone();
        if first_split {
            quantizer.set_mean(mean_of(&sample, padded));
        }
        for x in sample.chunks_exact_mut(padded) {
            x.iter_mut().zip(quantizer.mean()).for_each(|(x, m)| *x -= m);
        }
        let (mut division, centroids) = self.divide(&quantizer, &sample, parts, model.firsts.len() as u64);

        let parts = centroids.len() / padded;
        // an index's first lists: until now there was no second one
        let spilling =
            (model.spill && model.lists() == 1 && parts > 1).then(|| Centroids::new(&quantizer, &centroids));
        let new_lists = model.firsts.len() as u32..(model.firsts.len() + parts) as u32;
        let mut firsts = vec![NO_BLOCK; parts];
        let mut tails = vec![NO_BLOCK; parts];
        let mut waiting: Vec<Waiting> = (0..parts).map(|_| Waiting::default()).collect();
        let (mut scratch, mut coder) = (RankScratch::default(), Coder::default());
        let mut bytes = 0;
        let mut row = vec![0.0; padded];
        let all = if held { &sampled } else { &rows };
        for (i, entry) in all.iter().enumerate() {
            if i % BETWEEN_CHECKS == 0 {
                pages.check_cancelled();
            }
            let x = match held {
                true => &sample[i * padded..][..padded],
                false => {
                    match fetcher.rotated(model, self.table, entry.tid, &mut row, &mut |_| {})? {
                        Fetched::Row => {}
                        Fetched::Outlier if !entry.spilled => {
                            outliers.push(entry.tid);
                            continue;
                        }
                        Fetched::Gone | Fetched::Outlier => continue,
                    }
                    row.iter_mut().zip(quantizer.mean()).for_each(|(x, m)| *x -= m);
                    &row
                }
            };
            let part = match &mut division {
                Division::Nearest(centroids) => centroids.nearest(x, &mut scratch) as usize,
                Division::Halves(halves) => halves.side(x),
            };
            let Some(factors) = coder.encode(&quantizer, x, &centroids[part * padded..][..padded]) else {
                if !entry.spilled {
                    outliers.push(entry.tid);
                }
                continue;
            };
            let place = &mut waiting[part];
            if model.vectors.is_some() {
                let kept = &mut place.vectors;
                let bytes = model.geometry.vector;
                if !self.table.vector(entry.tid, &mut |vector| vectors::write(vector, bytes, kept)) {
                    continue;
                }
            }
            place.take(*entry, factors, &coder.code);
            bytes += coder.code.bytes() + std::mem::size_of::<(ListRow, Factors)>() + model.geometry.vector;
            if let Some(centroids) = &spilling
                && let Some(second) = centroids.second_of(x, part as u32, &mut scratch)
                && let Some(factors) = coder.encode_spilled(&quantizer, x, centroids.row(second))
            {
                waiting[second as usize].take(ListRow { spilled: true, ..*entry }, factors, &coder.spilled);
                bytes += coder.spilled.bytes() + std::mem::size_of::<(ListRow, Factors)>();
            }
            if bytes > MEMORY {
                self.write_rows(&new_lists, &mut waiting, &mut firsts, &mut tails)?;
                bytes = 0;
            }
        }
        self.write_rows(&new_lists, &mut waiting, &mut firsts, &mut tails)?;
        // they all have to become outliers in the same change in which the lists die
        if outliers.len() > tids_per_page() {
            return Ok(());
        }
        self.publish(sources, &chains, &quantizer, first_split, &centroids, &firsts, &tails, &outliers)
    }

    /// Decides how rows are dealt out, and the centroids of the new lists (row-major).
    fn divide(
        &mut self,
        quantizer: &Quantizer,
        sample: &[f32],
        parts: usize,
        seed: u64,
    ) -> (Division, Vec<f32>) {
        let sampled_rows = sample.len() / quantizer.padded_dims();
        if parts == 1 {
            let mean = mean_of(sample, quantizer.padded_dims());
            return (Division::Nearest(Centroids::new(quantizer, &mean)), mean);
        }
        if parts > 2 {
            let pool = self.table.pool();
            let pages = self.pages;
            let centroids = cluster(quantizer, sample, parts, seed, &pool, &mut |_, _| {
                pages.check_cancelled();
            });
            let mut sizes = vec![0usize; parts];
            let assigned = assign(&centroids, sample, quantizer.padded_dims(), &pool);
            assigned.iter().for_each(|list| sizes[*list as usize] += 1);
            // equal rows all have the same nearest: they are shared out in halves
            if sizes.iter().all(|size| size * 4 <= 3 * sampled_rows) {
                let rows = (0..parts as u32).flat_map(|list| centroids.row(list)).copied().collect();
                return (Division::Nearest(centroids), rows);
            }
        }
        let halves = Halves::of(sample, quantizer.padded_dims(), seed);
        let centroids = halves.centroids();
        (Division::Halves(halves), centroids)
    }

    /// Writes what waits to the pages of the new lists.
    fn write_rows(
        &self,
        new_lists: &std::ops::Range<u32>,
        waiting: &mut [Waiting],
        firsts: &mut [Block],
        tails: &mut [Block],
    ) -> Result<(), Error> {
        let geometry = &self.model.geometry;
        for (i, list) in new_lists.clone().enumerate() {
            self.pages.check_cancelled();
            if firsts[i] == NO_BLOCK {
                firsts[i] = lists::first_page(self.pages, geometry, list)?;
                tails[i] = firsts[i];
            }
            let Waiting { rows, codes, records, vectors } = std::mem::take(&mut waiting[i]);
            if rows.is_empty() {
                continue;
            }
            let (code, record) = (codes.len() / rows.len(), records.len() / rows.len());
            let vector = vectors.len() / rows.len();
            let rows: Vec<Coded<'_>> = rows
                .iter()
                .enumerate()
                .zip(codes.chunks_exact(code).zip(records.chunks_exact(record)))
                .map(|((i, (entry, factors)), (code, record))| Coded {
                    tid: entry.tid,
                    spilled: entry.spilled,
                    factors: *factors,
                    code,
                    record,
                    vector: &vectors[i * vector..][..vector],
                    keys: entry.keys,
                })
                .collect();
            (tails[i], _) = lists::append(self.pages, geometry, list, tails[i], &rows)?;
        }
        Ok(())
    }

    /// Makes the new lists known and the old ones dead.
    #[allow(clippy::too_many_arguments, reason = "the parts of one change")]
    fn publish(
        &self,
        sources: &[u32],
        chains: &[(Block, Block)],
        quantizer: &Quantizer,
        first_split: bool,
        centroids: &[f32],
        firsts: &[Block],
        tails: &[Block],
        outliers: &[Tid],
    ) -> Result<(), Error> {
        let (pages, model) = (self.pages, self.model);
        let padded = quantizer.padded_dims();
        let known = model.firsts.len();
        let mut arrays = model.array_pages.clone();
        if first_split {
            // the mean, the centroid of the list that dies (never read), the new ones
            let mut numbers = quantizer.mean().to_vec();
            numbers.resize((known + 1) * padded, 0.0);
            numbers.extend_from_slice(centroids);
            write_numbers(pages, &mut arrays, PageKind::Array, 0, 0, &numbers)?;
        } else {
            let start = (known + 1) * padded;
            write_numbers(pages, &mut arrays, PageKind::Array, array_pages(start), start, centroids)?;
        }
        let mut coded = model.coded_pages.clone();
        if first_split || !coded.is_empty() {
            let words = record_words(quantizer);
            let mut records = Vec::new();
            if first_split {
                records.resize(known * words, 0.0);
            }
            centroids.chunks_exact(padded).for_each(|row| write_record(quantizer, row, &mut records));
            let start = if first_split { 0 } else { known * words };
            write_numbers(pages, &mut coded, PageKind::Coded, array_pages(start), start, &records)?;
        }
        let mut directory = model.directory_pages.clone();
        for (i, (first, tail)) in firsts.iter().zip(tails).enumerate() {
            let (page, slot) = Directory::place((known + i) as u32);
            let existing =
                known.div_ceil(entries_per_page()).max(page as usize + usize::from(i > 0 && slot > 0));
            let block = ensure_page(pages, &mut directory, existing, page as usize, PageKind::Directory)?;
            let mut txn = pages.begin();
            let handle = txn.lock(block)?;
            let entry = Entry { first: *first, insertion: *tail };
            Directory::put(txn.page_mut(handle), block, slot, entry)?;
            txn.commit(Step::DirectoryEntry);
        }

        let mut txn = pages.begin();
        let meta_handle = txn.lock(0)?;
        let mut meta = Meta::read(txn.page(meta_handle))?;
        meta.lists = (known + firsts.len()) as u32;
        meta.dead += sources.len() as u32;
        meta.changes += 1;
        if first_split {
            meta.arrays = arrays[0];
            meta.coded = coded[0];
            meta.epoch = meta.epoch.wrapping_add(1);
        }
        if sources.len() == model.lists() {
            // nothing is left of what the table says
            meta.stop = StopTable::all_lists();
            meta.calibrated = 0;
        }
        let mut locked: Vec<(Block, usize)> = Vec::new();
        for source in sources {
            let (page, slot) = Directory::place(*source);
            let block = directory[page as usize];
            let handle = match locked.iter().find(|(b, _)| *b == block) {
                Some((_, handle)) => *handle,
                None => {
                    let handle = txn.lock(block)?;
                    locked.push((block, handle));
                    handle
                }
            };
            Directory::set(txn.page_mut(handle), slot, Entry::DEAD);
        }
        if !outliers.is_empty() {
            let (handle, block) = txn.allocate();
            let (first, insertion) = &mut meta.chains[Chain::Outliers as usize];
            let mut header = Header::new(PageKind::Tids, Header::NO_OWNER);
            header.next = *first;
            header.write(txn.page_mut(handle));
            outliers.iter().for_each(|tid| {
                TidsPage::push(txn.page_mut(handle), *tid);
            });
            *first = block;
            if *insertion == NO_BLOCK {
                *insertion = block;
            }
        }
        meta.write(txn.page_mut(meta_handle));
        txn.commit(Step::ListsReplaced);

        for (first, last) in chains {
            let mut txn = pages.begin();
            let meta_handle = txn.lock(0)?;
            let mut meta = Meta::read(txn.page(meta_handle))?;
            let handle = txn.lock(*last)?;
            let mut header = Header::read(txn.page(handle), *last, PageKind::List)?;
            header.next = meta.free;
            header.write(txn.page_mut(handle));
            meta.free = *first;
            meta.write(txn.page_mut(meta_handle));
            txn.commit(Step::ListFreed);
        }
        Ok(())
    }
}

fn mean_of(rows: &[f32], padded: usize) -> Vec<f32> {
    let mut mean = vec![0f64; padded];
    for x in rows.chunks_exact(padded) {
        mean.iter_mut().zip(x).for_each(|(m, x)| *m += f64::from(*x));
    }
    let count = (rows.len() / padded).max(1) as f64;
    mean.iter().map(|m| (m / count) as f32).collect()
}

/// Page `i` of a run of which `existing` pages are in use; the one after them is added, unless a split that a crash ended did so.
fn ensure_page<P: Pages>(
    pages: &P,
    known: &mut Vec<Block>,
    existing: usize,
    i: usize,
    kind: PageKind,
) -> Result<Block, Error> {
    if i < existing {
        let first = known.first().copied().unwrap_or(NO_BLOCK);
        return page_of_run(pages, known, first, i, kind);
    }
    known.truncate(i);
    let mut txn = pages.begin();
    let mut last = None;
    if let Some(block) = known.last().copied() {
        let handle = txn.lock(block)?;
        let header = Header::read(txn.page(handle), block, kind)?;
        if header.next != NO_BLOCK {
            known.push(header.next);
            return Ok(header.next);
        }
        last = Some((handle, header));
    }
    let (new, block) = txn.allocate();
    Header::new(kind, Header::NO_OWNER).write(txn.page_mut(new));
    if let Some((handle, mut header)) = last {
        header.next = block;
        header.write(txn.page_mut(handle));
    }
    txn.commit(Step::RunExtended);
    known.push(block);
    Ok(block)
}

/// Writes numbers of a run of array pages from number `start` on; `existing` of its pages are in use.
fn write_numbers<P: Pages>(
    pages: &P,
    known: &mut Vec<Block>,
    kind: PageKind,
    mut existing: usize,
    start: usize,
    mut numbers: &[f32],
) -> Result<(), Error> {
    let per_page = array_floats_per_page();
    let mut at = start;
    while !numbers.is_empty() {
        let here = numbers.len().min(per_page - at % per_page);
        let block = ensure_page(pages, known, existing, at / per_page, kind)?;
        let mut txn = pages.begin();
        let handle = txn.lock(block)?;
        ArrayPage::put(txn.page_mut(handle), block, kind, at % per_page, &numbers[..here])?;
        txn.commit(Step::Centroids);
        numbers = &numbers[here..];
        at += here;
        existing = existing.max(at.div_ceil(per_page));
    }
    Ok(())
}
