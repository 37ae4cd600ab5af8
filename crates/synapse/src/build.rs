//! Building an index over existing rows: sample, train, code, write.
//!
//! Two passes over the data: the first draws a sample ([`Builder::draw`], [`Builder::take`]), [`Builder::train`]
//! clusters the sample and calibrates the stop table, the second ([`Builder::add`]) codes every row in batches on
//! the thread pool, while the caller fetches further rows. Codes wait in memory, list by list, and are written in runs
//! whenever the memory bound is reached, so that memory stays bounded and a list's pages stay together.

use crate::centroids::{Centroids, write_record};
use crate::coding::{Batch, Coding, Space};
use crate::error::Error;
use crate::filter::Keys;
use crate::insert::{Listed, Place};
use crate::kmeans::{ITERATIONS, assign, cluster};
use crate::layout::{ArrayPage, Chain, Directory, Entry, Geometry, Header, Meta, PageKind, Tid};
use crate::layout::{array_floats_per_page, entries_per_page};
use crate::lists::{self, Coded};
use crate::metric::Metric;
use crate::neighbours::Exact;
use crate::pages::{Block, NO_BLOCK, PageTxn, Pages};
use crate::quantizer::{Factors, Quantizer};
use crate::refine;
use crate::spill::assign_pairs;
use crate::spread::Spread;
use crate::step::Step;
use crate::stop::{Calibration, StopTable};
use crate::vector::{Embedding, Vector, VectorRef};
use crate::vectors::{self, VectorForm};
use rayon::prelude::*;

/// Below this many rows one list is enough: scanning its codes is cheaper than choosing among lists, and exact in
/// practice.
pub const ONE_LIST_BELOW: u64 = 20_000;

/// Rows of a list on average: what fills a page, within these bounds. Fewer rows would leave pages half empty, more would
/// scan codes that finer lists spare (measured on sentence embeddings, 61k × 384: at recall 0.95 lists of 300 scan 17,600
/// codes, lists of 100 scan 10,000).
const ROWS_PER_LIST: std::ops::RangeInclusive<u64> = 64..=256;

/// Lists become longer with the square root of the number of rows, divided by this, so that ranking them does not take longer than scanning
/// those chosen (measured on 1,000,000 × 384: 7,812 lists of 128 rows, of which 6 are scanned, spend a third of a query on ranking).
const ROOT_DIVISOR: u64 = 4;

/// Sample vectors kept out of the clustering: the queries of the calibration, strangers to the centroids as real ones are. With 1,000 of
/// them, one neighbour each, the share that recall 0.95 asks for is known to 0.006 (one deviation), with 2,000 to 0.004.
const HELD_OUT: std::ops::RangeInclusive<u64> = 1000..=2000;

/// Rows for each of them.
const ROWS_PER_HELD_OUT: u64 = 64;

/// Sample rows of a list that clustering asks for, and the fewest it makes do with.
pub const SAMPLE_PER_LIST: u64 = 24;
const LEAST_SAMPLE_PER_LIST: usize = 12;

/// Bytes of a waiting row's key: whether it is not NULL, and the key.
const WAITING_KEY: usize = 9;

/// Bytes that the sample's own vectors may take however little memory the build has: those of the smallest sample of dense vectors.
const LEAST_RAW_BYTES: usize = 16 << 20;

/// Work of the calibration, in multiply-adds.
const CALIBRATION_BUDGET: usize = 80_000_000_000;

/// What a build needs to know beforehand.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// How distances are measured.
    pub metric: Metric,
    /// Filter columns, at most [`crate::MAX_COLUMNS`].
    pub columns: usize,
    /// Seed of everything random; the same data and seed give the same index.
    pub seed: u64,
    /// A value that no earlier index at the same place had.
    pub epoch: u64,
    /// Estimated number of rows; sizes the sample.
    pub expected_rows: u64,
    /// Number of lists, where the user insists.
    pub lists: Option<u32>,
    /// Bytes that the sample, and later the waiting codes, may take.
    pub memory: usize,
    /// The form of the full vectors, where the index is to keep them.
    pub vectors: Option<VectorForm>,
    /// Whether rows near the border of their list get a second entry; not together with full vectors.
    pub spill: bool,
}

/// Steps of a build, for progress reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildPhase {
    /// Clustering the sample.
    Clustering,
    /// Calibrating the stop table.
    Calibrating,
}

/// What comes along with a row being coded: its identifier, its keys, the record of its full vector or nothing.
type Row = (Tid, Keys, Vec<u8>);

/// The place in the sample of the vector that was drawn last.
#[derive(Debug)]
pub struct SamplePlace(usize);

/// What a build did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuildReport {
    /// Rows stored, NULLs included.
    pub rows: u64,
    /// Lists made.
    pub lists: u32,
}

/// A build in progress. The storage must be empty and nobody else may use it.
pub struct Builder<'p, P: Pages> {
    pages: &'p P,
    options: BuildOptions,
    embedding: Embedding,
    quantizer: Quantizer,
    geometry: Geometry,
    offered: u64,
    /// The sample, row-major with padded lengths: until [`Builder::train`] as embedded, then rotated.
    sample: Vec<f32>,
    /// The sample's vectors as they came, where the codes' metric is not the index's.
    raw: Option<Vec<Vector>>,
    raw_bytes: usize,
    capacity: usize,
    random: u64,
    /// From [`Builder::train`] on.
    coding: Option<Coding<Row>>,
    stop: StopTable,
    spread: Spread,
    meta: Meta,
    /// Of the sparse vectors sampled: components, those of the longest, vectors.
    components: (u64, usize, u64),
    firsts: Vec<Block>,
    tails: Vec<Block>,
    waiting: Vec<Vec<u8>>,
    waiting_bytes: usize,
    rows: u64,
}

/// Rows that a list should have on average in an index of so many rows.
pub fn rows_per_list(geometry: &Geometry, rows: u64) -> u64 {
    whole_pages(geometry, rows.isqrt() / ROOT_DIVISOR)
}

/// As [`rows_per_list`], for an index of so many lists of that length.
pub fn rows_per_list_of(geometry: &Geometry, lists: u64) -> u64 {
    // lists · length rows, of which the length is the root divided
    whole_pages(geometry, lists / (ROOT_DIVISOR * ROOT_DIVISOR))
}

fn whole_pages(geometry: &Geometry, rows: u64) -> u64 {
    let page = geometry.slots_per_page() as u64;
    let least = page.clamp(*ROWS_PER_LIST.start(), *ROWS_PER_LIST.end());
    if rows <= least { least } else { rows.next_multiple_of(page) }
}

impl<'p, P: Pages> Builder<'p, P> {
    /// Begins a build for vectors of this embedding.
    pub fn new(pages: &'p P, embedding: Embedding, options: BuildOptions) -> Self {
        let space = embedding.space();
        let quantizer = Quantizer::new(options.metric.of_codes(), space, options.seed, Vec::new());
        let padded = quantizer.padded_dims();
        let geometry = Geometry::new(padded, true, options.columns);
        let lists = options
            .lists
            .map_or(options.expected_rows / rows_per_list(&geometry, options.expected_rows), u64::from);
        let wanted = (lists * SAMPLE_PER_LIST).max(ONE_LIST_BELOW) as usize;
        let needs_raw = embedding.is_sketch() || Spread::is_needed(options.metric, &embedding);
        let copies = if needs_raw { 2 } else { 1 };
        let capacity = wanted.min(options.memory / (copies * 4 * padded)).max(256);
        let mut meta = Meta::empty(options.metric, options.seed, options.epoch);
        meta.columns = options.columns as u32;
        meta.vectors = options.vectors;
        meta.spill = options.spill && options.vectors.is_none();
        Self {
            pages,
            geometry,
            quantizer,
            offered: 0,
            sample: Vec::new(),
            raw: needs_raw.then(Vec::new),
            raw_bytes: 0,
            capacity,
            random: options.seed ^ 0x5a3d_91c7,
            coding: None,
            stop: StopTable::single_list(),
            spread: Spread::initial(options.metric, &embedding),
            meta,
            firsts: Vec::new(),
            tails: Vec::new(),
            waiting: Vec::new(),
            waiting_bytes: 0,
            rows: 0,
            components: (0, 0, 0),
            embedding,
            options,
        }
    }

    /// Keeps a vector of the sample as it came, in the place of what it was coded as. Sparse vectors may be much larger than their
    /// sketches: if they take more than the build's memory, the calibration does without them all, and the index is as one
    /// whose spread was never measured.
    fn keep_raw(&mut self, place: usize, vector: VectorRef<'_>) {
        let Some(raw) = &mut self.raw else { return };
        self.raw_bytes += vector.bytes();
        if let Some(old) = raw.get_mut(place) {
            self.raw_bytes -= old.as_ref().bytes();
            *old = vector.to_vector();
        } else {
            raw.push(vector.to_vector());
        }
        if self.raw_bytes > self.options.memory.max(LEAST_RAW_BYTES) {
            self.raw = None;
        }
    }

    fn check_dims(&self, found: usize) -> Result<(), Error> {
        let expected = self.embedding.dims();
        if found == expected { Ok(()) } else { Err(Error::Dimensions { expected, found }) }
    }

    /// Draws for the next vector: its place in the sample, or None where it is not wanted and need not even be read
    /// (reservoir sampling: Vitter, "Random Sampling with a Reservoir", 1985, algorithm R).
    pub fn draw(&mut self) -> Option<SamplePlace> {
        self.offered += 1;
        let held = self.sample.len() / self.quantizer.padded_dims();
        if held < self.capacity {
            return Some(SamplePlace(held));
        }
        let place = kernels::splitmix64(&mut self.random) % self.offered;
        (place < self.capacity as u64).then_some(SamplePlace(place as usize))
    }

    /// Takes the vector that was drawn last into the sample.
    pub fn take(&mut self, SamplePlace(place): SamplePlace, vector: VectorRef<'_>) -> Result<(), Error> {
        self.check_dims(vector.dims())?;
        if let VectorRef::Sparse { indices, .. } = vector {
            self.components.0 += indices.len() as u64;
            self.components.1 = self.components.1.max(indices.len());
            self.components.2 += 1;
        }
        let padded = self.quantizer.padded_dims();
        if place * padded == self.sample.len() {
            self.sample.resize(self.sample.len() + padded, 0.0);
        }
        self.embedding.embed(vector, &mut self.sample[place * padded..][..self.embedding.space()]);
        self.keep_raw(place, vector);
        Ok(())
    }

    /// Offers a vector to the sample.
    pub fn offer(&mut self, vector: VectorRef<'_>) -> Result<(), Error> {
        match self.draw() {
            Some(place) => self.take(place, vector),
            None => self.check_dims(vector.dims()),
        }
    }

    /// Rotates the sample, and leaves out what cannot be coded.
    fn rotate_sample(&mut self, pool: &rayon::ThreadPool) {
        let (padded, space) = (self.quantizer.padded_dims(), self.embedding.space());
        let (metric, quantizer) = (self.options.metric, &self.quantizer);
        let regular: Vec<bool> = pool.install(|| {
            self.sample
                .par_chunks_exact_mut(padded)
                .map_init(
                    || vec![0.0; space],
                    |embedded, x| {
                        embedded.copy_from_slice(&x[..space]);
                        if !metric.prepare(embedded) {
                            return false;
                        }
                        quantizer.rotate_only(embedded, x);
                        // a vector whose squares overflow is an outlier: it has no place in a mean
                        kernels::norm_squared(x).is_finite()
                    },
                )
                .collect()
        });
        if regular.iter().all(|regular| *regular) {
            return;
        }
        let mut kept = 0;
        for i in regular.iter().enumerate().filter_map(|(i, regular)| regular.then_some(i)) {
            self.sample.copy_within(i * padded..(i + 1) * padded, kept * padded);
            kept += 1;
        }
        self.sample.truncate(kept * padded);
        let mut row = 0;
        self.raw.iter_mut().for_each(|raw| {
            raw.retain(|_| {
                row += 1;
                regular[row - 1]
            });
        });
    }

    /// Clusters the sample, calibrates, and writes everything but the lists. `progress` runs on the calling thread
    /// between portions of work: the place to report and to be cancelled.
    pub fn train(
        &mut self,
        pool: &rayon::ThreadPool,
        progress: &mut dyn FnMut(BuildPhase, usize, usize),
    ) -> Result<(), Error> {
        let padded = self.quantizer.padded_dims();
        if let Some(form) = self.options.vectors {
            let bytes = match form {
                VectorForm::Sparse => {
                    let mean = self.components.0.div_ceil(self.components.2.max(1)) as usize;
                    VectorForm::sparse_record_bytes(self.components.1, mean)
                }
                _ => form.record_bytes(self.embedding.dims())?,
            };
            self.geometry = Geometry::with_vectors(padded, true, self.options.columns, bytes);
        }
        self.rotate_sample(pool);
        progress(BuildPhase::Clustering, 0, ITERATIONS);
        let mut sample = std::mem::take(&mut self.sample);
        let rows = sample.len() / padded;
        let mut mean = vec![0f64; padded];
        for x in sample.chunks_exact(padded) {
            mean.iter_mut().zip(x).for_each(|(m, x)| *m += f64::from(*x));
        }
        let mean: Vec<f32> = mean.iter().map(|m| (m / rows.max(1) as f64) as f32).collect();
        pool.install(|| {
            sample.par_chunks_exact_mut(padded).for_each(|x| {
                x.iter_mut().zip(&mean).for_each(|(x, m)| *x -= m);
            });
        });
        self.quantizer.set_mean(mean);

        let lists = match self.options.lists {
            Some(lists) => (lists as usize).min(rows),
            None if self.offered < ONE_LIST_BELOW => 1,
            None => ((self.offered / rows_per_list(&self.geometry, self.offered)) as usize)
                .min(rows / LEAST_SAMPLE_PER_LIST),
        };
        let held_out = (self.offered / ROWS_PER_HELD_OUT).clamp(*HELD_OUT.start(), *HELD_OUT.end()) as usize;
        let training = rows - held_out.min(rows / 10);
        let centroids = if lists > 1 {
            let seed = self.options.seed;
            cluster(&self.quantizer, &sample[..training * padded], lists, seed, pool, &mut |done, all| {
                progress(BuildPhase::Clustering, done, all);
            })
        } else {
            Centroids::new(&self.quantizer, &vec![0.0; padded])
        };
        let (metric, quantizer) = (self.options.metric, &self.quantizer);
        let raw = self.raw.take();
        if lists > 1 {
            let fraction = rows as f64 / self.offered as f64;
            let between = &mut |done, all| progress(BuildPhase::Calibrating, done, all);
            let exact =
                raw.as_ref().map(|raw| |a: usize, b: usize| metric.score(raw[a].as_ref(), raw[b].as_ref()));
            let exact = exact.as_ref().map(|exact| exact as &Exact<'_>);
            // Not as the clustering left them, which looks at neighbouring lists only: rows that are found in another list than they will be coded
            // for make the reach too long (500,000 × 128: 53 lists instead of 40 at 0.99).
            let (assigned, spilled) = match self.meta.spill {
                true => assign_pairs(&centroids, &sample, padded, pool),
                false => (assign(&centroids, &sample, padded, pool), Vec::new()),
            };
            let calibration = Calibration {
                quantizer,
                centroids: &centroids,
                sample: &sample,
                assigned: &assigned,
                spilled: self.meta.spill.then_some(&spilled),
                training,
                queries: held_out,
                fraction,
                budget: CALIBRATION_BUDGET,
            };
            self.stop = StopTable::calibrate(&calibration, exact, pool, between);
        }
        if let Some(raw) = &raw
            && Spread::is_needed(metric, &self.embedding)
        {
            self.spread = Spread::measure(metric, quantizer, raw, &sample, pool);
        }
        drop((sample, raw));
        self.write_head(&centroids)?;
        self.waiting = vec![Vec::new(); centroids.len()];
        self.tails = vec![NO_BLOCK; centroids.len()];
        self.firsts = vec![NO_BLOCK; centroids.len()];
        let quantizer = self.quantizer.clone();
        self.coding =
            Some(Coding::new(Space { quantizer, centroids, spill: self.meta.spill }, self.embedding.space()));
        Ok(())
    }

    /// Reserves the meta page, writes mean and centroids, reserves the directory.
    fn write_head(&mut self, centroids: &Centroids) -> Result<(), Error> {
        let mut txn = self.pages.begin();
        let (handle, block) = txn.allocate();
        if block != 0 {
            return Err(Error::corrupt(block, "an index is built in empty storage"));
        }
        self.meta.write(txn.page_mut(handle));
        txn.commit(Step::BuildHead);

        let mut numbers = self.quantizer.mean().to_vec();
        let mut records = Vec::new();
        for list in 0..centroids.len() as u32 {
            numbers.extend_from_slice(centroids.row(list));
            write_record(&self.quantizer, centroids.row(list), &mut records);
        }
        (self.meta.arrays, self.meta.array_run) = self.write_run(PageKind::Array, &numbers)?;
        if centroids.len() > 1 {
            (self.meta.coded, self.meta.coded_run) = self.write_run(PageKind::Coded, &records)?;
        }

        self.meta.directory = self.pages.len();
        for _ in 0..centroids.len().div_ceil(entries_per_page()) {
            let mut txn = self.pages.begin();
            let (handle, _) = txn.allocate();
            Header::new(PageKind::Directory, Header::NO_OWNER).write(txn.page_mut(handle));
            txn.commit(Step::BuildDirectory);
        }
        Ok(())
    }

    /// Writes numbers to pages that follow one another; the first of them and how many.
    fn write_run(&self, kind: PageKind, numbers: &[f32]) -> Result<(Block, u32), Error> {
        let first = self.pages.len();
        for (i, part) in numbers.chunks(array_floats_per_page()).enumerate() {
            self.pages.check_cancelled();
            let mut txn = self.pages.begin();
            let (handle, block) = txn.allocate();
            if block != first + i as Block {
                return Err(Error::corrupt(
                    block,
                    "somebody else adds pages to an index that is being built",
                ));
            }
            ArrayPage::write(txn.page_mut(handle), kind, part);
            txn.commit(Step::BuildCentroids);
        }
        Ok((first, self.pages.len() - first))
    }

    /// Adds a row. Call after [`Builder::train`].
    pub fn add(
        &mut self,
        pool: &rayon::ThreadPool,
        tid: Tid,
        vector: Option<VectorRef<'_>>,
        keys: Keys,
    ) -> Result<(), Error> {
        self.rows += 1;
        let Some(vector) = vector else {
            return lists::push_tid(self.pages, Chain::Nulls, tid);
        };
        self.check_dims(vector.dims())?;
        if tid.offset() > Tid::MAX_OFFSET {
            return Err(Error::RowOffset { offset: tid.offset() });
        }
        let Some(coding) = &mut self.coding else { return Err(Self::untrained()) };
        let embedding = &self.embedding;
        let mut kept = Vec::new();
        if self.geometry.vector > 0 {
            kept.reserve_exact(self.geometry.vector);
            vectors::write(vector, self.geometry.vector, &mut kept);
        }
        match coding.add(pool, (tid, keys, kept), |place| embedding.embed(vector, place)) {
            Some(batch) => self.sort_in(batch),
            None => Ok(()),
        }
    }

    fn untrained() -> Error {
        Error::corrupt(0, "rows are added only after training")
    }

    fn entry_bytes(&self) -> usize {
        let padded = self.quantizer.padded_dims();
        Tid::BYTES
            + 1
            + 8
            + padded / 8
            + refine::record_bytes(padded)
            + self.geometry.vector
            + WAITING_KEY * self.options.columns
    }

    /// Sorts the codes of a batch to their lists.
    fn sort_in(&mut self, batch: Batch<Row>) -> Result<(), Error> {
        let padded = self.quantizer.padded_dims();
        let code_bytes = padded / 8 + refine::record_bytes(padded);
        for ((tid, keys, kept), place, codes) in batch.coded() {
            match place {
                Place::Chain(chain) => lists::push_tid(self.pages, *chain, *tid)?,
                Place::Lists(home, spilled) => {
                    let entries = [(Some(*home), false), (*spilled, true)];
                    for ((entry, second), code) in entries.into_iter().zip(codes.chunks_exact(code_bytes)) {
                        let Some(Listed { list, factors }) = entry else { continue };
                        let waiting = &mut self.waiting[list as usize];
                        let before = waiting.len();
                        let mut bytes = [0; Tid::BYTES];
                        tid.write(&mut bytes);
                        waiting.extend_from_slice(&bytes);
                        waiting.push(u8::from(second));
                        waiting.extend_from_slice(&factors.add.to_le_bytes());
                        waiting.extend_from_slice(&factors.rescale.to_le_bytes());
                        waiting.extend_from_slice(code);
                        waiting.extend_from_slice(kept);
                        for column in 0..self.options.columns {
                            let key = keys.get(column);
                            waiting.push(u8::from(key.is_some()));
                            waiting.extend_from_slice(&key.unwrap_or(0).to_le_bytes());
                        }
                        self.waiting_bytes += waiting.len() - before;
                    }
                }
            }
        }
        if let Some(coding) = &mut self.coding {
            coding.reuse(batch);
        }
        if self.waiting_bytes > self.options.memory { self.write_waiting() } else { Ok(()) }
    }

    /// Writes the waiting codes to their lists.
    fn write_waiting(&mut self) -> Result<(), Error> {
        let entry_bytes = self.entry_bytes();
        let code_bytes = self.quantizer.padded_dims() / 8;
        let keys_at = entry_bytes - WAITING_KEY * self.options.columns;
        let vector_at = keys_at - self.geometry.vector;
        let (spilled_at, add_at) = (Tid::BYTES, Tid::BYTES + 1);
        let code_at = add_at + 8;
        for list in 0..self.waiting.len() {
            self.pages.check_cancelled();
            let waiting = std::mem::take(&mut self.waiting[list]);
            if self.firsts[list] == NO_BLOCK {
                self.firsts[list] = lists::first_page(self.pages, &self.geometry, list as u32)?;
                self.tails[list] = self.firsts[list];
            }
            let rows: Vec<Coded<'_>> = waiting
                .chunks_exact(entry_bytes)
                .map(|entry| {
                    let number = |at: usize| {
                        f32::from_le_bytes([entry[at], entry[at + 1], entry[at + 2], entry[at + 3]])
                    };
                    Coded {
                        tid: Tid::read(entry),
                        spilled: entry[spilled_at] != 0,
                        factors: Factors { add: number(add_at), rescale: number(add_at + 4) },
                        code: &entry[code_at..][..code_bytes],
                        record: &entry[code_at + code_bytes..vector_at],
                        vector: &entry[vector_at..keys_at],
                        keys: Keys::new(
                            entry[keys_at..]
                                .as_chunks::<WAITING_KEY>()
                                .0
                                .iter()
                                .map(|[known, key @ ..]| (*known != 0).then(|| u64::from_le_bytes(*key))),
                        ),
                    }
                })
                .collect();
            (self.tails[list], _) =
                lists::append(self.pages, &self.geometry, list as u32, self.tails[list], &rows)?;
        }
        self.waiting_bytes = 0;
        Ok(())
    }

    /// Writes what still waits, the directory and the meta page.
    pub fn finish(mut self, pool: &rayon::ThreadPool) -> Result<BuildReport, Error> {
        while let Some(batch) = self.coding.as_mut().ok_or_else(Self::untrained)?.drain(pool) {
            self.pages.check_cancelled();
            self.sort_in(batch)?;
        }
        self.write_waiting()?;
        let entries: Vec<Entry> = self
            .firsts
            .iter()
            .zip(&self.tails)
            .map(|(first, tail)| Entry { first: *first, insertion: *tail })
            .collect();
        for (i, part) in entries.chunks(entries_per_page()).enumerate() {
            let mut txn = self.pages.begin();
            let handle = txn.lock(self.meta.directory + i as Block)?;
            Directory::write(txn.page_mut(handle), part);
            txn.commit(Step::BuildEntries);
        }
        let mut txn = self.pages.begin();
        let handle = txn.lock(0)?;
        // the chains were written while rows were added
        self.meta.chains = Meta::read(txn.page(handle))?.chains;
        self.meta.dims = self.embedding.dims() as u32;
        self.meta.sketch = self.embedding.sketch() as u32;
        self.meta.spread = self.spread;
        self.meta.lists = entries.len() as u32;
        self.meta.calibrated = self.meta.lists;
        if self.options.lists.is_some() {
            // who asks for few lists gets them, also when rows are added
            let rows =
                self.rows.div_ceil(entries.len().max(1) as u64).max(rows_per_list(&self.geometry, self.rows));
            self.meta.list_rows = u32::try_from(rows).unwrap_or(u32::MAX);
        }
        self.meta.vector_bytes = self.geometry.vector as u32;
        self.meta.built = self.rows;
        self.meta.stop = self.stop.clone();
        self.meta.write(txn.page_mut(handle));
        txn.commit(Step::BuildMeta);
        Ok(BuildReport { rows: self.rows, lists: entries.len() as u32 })
    }
}
