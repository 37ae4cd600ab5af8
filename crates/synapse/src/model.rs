//! What a process keeps of an index between operations: rotation, mean, centroids, first pages of the lists.

use crate::centroids::{Centroids, record_words, write_record};
use crate::error::Error;
use crate::layout::{self, ArrayPage, Directory, Geometry, Header, Meta, PageKind, Revision};
use crate::layout::{array_floats_per_page, entries_per_page};
use crate::metric::Metric;
use crate::pages::{Block, NO_BLOCK, Pages};
use crate::quantizer::Quantizer;
use crate::spread::Spread;
use crate::stop::StopTable;
use crate::vector::Embedding;
use crate::vectors::VectorForm;
use std::rc::Rc;

/// The part of an index that changes only when lists are split or merged or the index is built anew. Loading it reads all
/// coded centroids; bringing it up to date reads the new ones. A centroid is read in full when it is needed for the first time, but from
/// indexes that have no coded ones.
#[derive(Clone)]
pub struct Model {
    pub(crate) revision: Revision,
    /// Moves of rows counted when it was loaded or brought up to date.
    pub(crate) moves: u64,
    pub(crate) stop: StopTable,
    pub(crate) metric: Metric,
    pub(crate) spread: Spread,
    pub(crate) embedding: Embedding,
    pub(crate) quantizer: Quantizer,
    pub(crate) centroids: Centroids,
    /// First page of each list by number; [`NO_BLOCK`] where it is dead.
    pub(crate) firsts: Vec<Block>,
    pub(crate) geometry: Geometry,
    /// The pages of centroids and directory, in order.
    pub(crate) array_pages: Vec<Block>,
    pub(crate) directory_pages: Vec<Block>,
    /// The pages of coded centroids, in order; none in an index without.
    pub(crate) coded_pages: Vec<Block>,
    /// Lists alive at the last calibration; 0: not noted.
    pub(crate) calibrated: u32,
    /// Rows that a list should have.
    pub(crate) list_rows: u64,
    /// The form of the full vectors that the index keeps.
    pub(crate) vectors: Option<VectorForm>,
    /// Whether rows have second entries.
    pub(crate) spill: bool,
}

impl Model {
    /// Reads the meta page.
    pub fn meta<P: Pages>(pages: &P) -> Result<Meta, Error> {
        Meta::read(&pages.read(0)?)
    }

    /// Loads the model, or None while the index has no dimensions yet.
    pub fn load<P: Pages>(pages: &P) -> Result<Option<Self>, Error> {
        let meta = Self::meta(pages)?;
        if meta.dims == 0 {
            return Ok(None);
        }
        let embedding = meta.embedding();
        let mut quantizer = Quantizer::new(meta.metric.of_codes(), embedding.space(), meta.seed, Vec::new());
        let padded = quantizer.padded_dims();
        let (mut array_pages, mut coded_pages) = (Vec::new(), Vec::new());
        if meta.arrays != NO_BLOCK {
            let lists = meta.lists as usize;
            array_pages = run(meta.arrays, meta.array_run, array_pages_of(lists, padded));
            let mean = read_numbers(pages, &mut array_pages, PageKind::Array, meta.arrays, 0..padded)?;
            quantizer.set_mean(mean);
            if meta.coded != NO_BLOCK {
                let words = lists * record_words(&quantizer);
                coded_pages = run(meta.coded, meta.coded_run, layout::array_pages(words));
            }
        }
        let mut model = Self {
            revision: meta.revision(),
            moves: meta.moves,
            geometry: meta.geometry(),
            stop: meta.stop.clone(),
            metric: meta.metric,
            spread: meta.spread,
            embedding,
            centroids: Centroids::empty(&quantizer),
            firsts: Vec::new(),
            quantizer,
            array_pages,
            directory_pages: Vec::new(),
            coded_pages,
            calibrated: meta.calibrated,
            list_rows: crate::split::rows_of_list(&meta),
            vectors: meta.vectors,
            spill: meta.spill,
        };
        model.read_new_lists(pages, &meta)?;
        model.read_directory(pages, &meta)?;
        // what was read page by page may be of different moments
        if !model.is_current(pages)? && !model.catch_up(pages)? {
            return Self::load(pages);
        }
        if model.centroids.len() == 0 {
            return Err(Error::corrupt(meta.directory, "every list is dead"));
        }
        Ok(Some(model))
    }

    /// Reads the coded centroids, or the centroids where there are no coded ones, of the lists that the model does not know yet.
    fn read_new_lists<P: Pages>(&mut self, pages: &P, meta: &Meta) -> Result<(), Error> {
        let (known, lists) = (self.centroids.numbers(), meta.lists as usize);
        let padded = self.quantizer.padded_dims();
        if known == lists {
            return Ok(());
        }
        if meta.arrays == NO_BLOCK {
            if lists > 1 {
                return Err(Error::corrupt(0, format!("{lists} lists have no centroids")));
            }
            self.centroids.extend(&self.quantizer, &vec![0.0; padded]);
        } else if meta.coded != NO_BLOCK {
            let words = record_words(&self.quantizer);
            let numbers = known * words..lists * words;
            let records = read_numbers(pages, &mut self.coded_pages, PageKind::Coded, meta.coded, numbers)?;
            self.centroids.push_records(&self.quantizer, &records);
            // the whole run, so that any centroid can be read later
            let last = array_pages_of(lists, padded) - 1;
            page_of_run(pages, &mut self.array_pages, meta.arrays, last, PageKind::Array)?;
        } else {
            let numbers = (known + 1) * padded..(lists + 1) * padded;
            let rows = read_numbers(pages, &mut self.array_pages, PageKind::Array, meta.arrays, numbers)?;
            self.centroids.extend(&self.quantizer, &rows);
        }
        Ok(())
    }

    /// Reads the first pages of all lists and removes those that died.
    fn read_directory<P: Pages>(&mut self, pages: &P, meta: &Meta) -> Result<(), Error> {
        let firsts = read_firsts(pages, &mut self.directory_pages, meta)?;
        for (list, first) in firsts.iter().enumerate() {
            if *first == NO_BLOCK {
                self.centroids.remove(list as u32);
            }
        }
        self.firsts = firsts;
        Ok(())
    }

    /// Reads what changed since the model was loaded; false if it has to be loaded as a whole. After an error the model is of no use.
    fn catch_up<P: Pages>(&mut self, pages: &P) -> Result<bool, Error> {
        while !self.is_current(pages)? {
            pages.check_cancelled();
            let meta = Self::meta(pages)?;
            if meta.epoch != self.revision.epoch || (meta.lists as usize) < self.firsts.len() {
                return Ok(false);
            }
            self.read_new_lists(pages, &meta)?;
            self.read_directory(pages, &meta)?;
            self.stop = meta.stop.clone();
            self.spread = meta.spread;
            self.calibrated = meta.calibrated;
            self.list_rows = crate::split::rows_of_list(&meta);
            self.revision = meta.revision();
            self.moves = meta.moves;
        }
        if self.centroids.len() == 0 {
            return Err(Error::corrupt(0, "every list is dead"));
        }
        Ok(true)
    }

    /// Brings a model up to date, in place where nobody else has it. Returns whether it was not.
    pub fn refresh<P: Pages>(model: &mut Rc<Self>, pages: &P) -> Result<bool, Error> {
        if model.is_current(pages)? {
            return Ok(false);
        }
        if !Rc::make_mut(model).catch_up(pages)? {
            let loaded = Self::load(pages)?;
            *model = Rc::new(loaded.ok_or_else(|| Error::corrupt(0, "the index lost its dimensions"))?);
        }
        Ok(true)
    }

    /// Whether the index on storage is still the one this model was loaded from.
    pub fn is_current<P: Pages>(&self, pages: &P) -> Result<bool, Error> {
        Ok(Meta::read_revision(&pages.read(0)?)? == self.revision)
    }

    /// The first page of a list; None where it is dead or the model does not know it.
    pub(crate) fn first(&self, list: u32) -> Option<Block> {
        self.firsts.get(list as usize).copied().filter(|first| *first != NO_BLOCK)
    }

    /// Dimensions of the vectors.
    pub fn dims(&self) -> usize {
        self.embedding.dims()
    }

    /// How distances are measured.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// Number of lists, without the dead ones.
    pub fn lists(&self) -> usize {
        self.centroids.len()
    }

    /// Whether rows near the border of their list have a second entry.
    pub fn spills(&self) -> bool {
        self.spill
    }

    /// Lists that a search for `k` neighbours at `recall` scans on average.
    pub fn probes(&self, recall: f64, k: usize) -> usize {
        // Lists that came since the table was calibrated change nothing: they have as many rows each as the others, and the k nearest
        // of more rows lie nearer together (measured: 18 lists of 390 and 19 of 1,953 at recall 0.95)
        self.stop.probes(crate::search::scan_share(recall), k, self.lists())
    }

    /// Rows whose codes fit on a page.
    pub fn rows_per_page(&self) -> usize {
        self.geometry.slots_per_page()
    }

    /// Bytes of the full vector that the index keeps of a row, 0 where it keeps none.
    pub fn vector_bytes(&self) -> usize {
        self.geometry.vector
    }

    /// Reads a centroid.
    pub(crate) fn read_centroid<P: Pages>(&self, pages: &P, list: u32) -> Result<Box<[f32]>, Error> {
        let (per_page, padded) = (array_floats_per_page(), self.quantizer.padded_dims());
        let start = (list as usize + 1) * padded;
        let mut row = Vec::with_capacity(padded);
        let mut page_numbers = Vec::with_capacity(per_page);
        while row.len() < padded {
            let at = start + row.len();
            let block = self.array_pages.get(at / per_page).copied();
            let block = block.ok_or_else(|| Error::corrupt(0, format!("list {list} has no centroid")))?;
            page_numbers.clear();
            ArrayPage::read(&pages.read(block)?, block, PageKind::Array, &mut page_numbers)?;
            let here = (per_page - at % per_page).min(padded - row.len());
            let numbers = page_numbers.get(at % per_page..at % per_page + here);
            row.extend_from_slice(numbers.ok_or_else(|| Error::corrupt(block, "numbers are missing"))?);
        }
        Ok(row.into())
    }

    /// Reads all centroids and compares their records with those stored.
    pub(crate) fn check_centroids<P: Pages>(&self, pages: &P) -> Result<(), Error> {
        self.read_centroids(pages)?;
        let Some(first) = self.coded_pages.first().copied() else { return Ok(()) };
        let words = record_words(&self.quantizer);
        let mut known = self.coded_pages.clone();
        let numbers = 0..self.firsts.len() * words;
        let stored = read_numbers(pages, &mut known, PageKind::Coded, first, numbers)?;
        let mut record = Vec::with_capacity(words);
        for list in self.centroids.alive() {
            record.clear();
            write_record(&self.quantizer, self.centroids.row(*list), &mut record);
            let at = *list as usize * words;
            let factors = words - self.quantizer.padded_dims() / 32;
            // sums of another processor may be rounded otherwise
            let differs = |i: usize, a: f32, b: f32| match i < factors {
                true => (a - b).abs() > 1e-4 * (a.abs() + b.abs()) && a.is_finite(),
                false => a.to_bits() != b.to_bits(),
            };
            let stored = &stored[at..at + words];
            if record.iter().zip(stored).enumerate().any(|(i, (a, b))| differs(i, *a, *b)) {
                return Err(Error::corrupt(
                    first,
                    format!("list {list} is coded as another centroid than its own"),
                ));
            }
        }
        Ok(())
    }

    /// The centroid of a list alive.
    pub(crate) fn centroid<P: Pages>(&self, pages: &P, list: u32) -> Result<&[f32], Error> {
        self.centroids.row_with(list, |list| self.read_centroid(pages, list))
    }

    /// Reads the centroids of all lists that were not read yet.
    pub(crate) fn read_centroids<P: Pages>(&self, pages: &P) -> Result<(), Error> {
        for list in self.centroids.alive() {
            pages.check_cancelled();
            self.centroids.row_with(*list, |list| self.read_centroid(pages, list))?;
        }
        Ok(())
    }

    /// Bytes that the model holds in memory.
    pub fn memory(&self) -> usize {
        self.centroids.memory()
            + 4 * (self.firsts.len()
                + self.array_pages.len()
                + self.directory_pages.len()
                + self.coded_pages.len())
            + 4 * self.quantizer.padded_dims()
    }

    pub(crate) fn check_dims(&self, found: usize) -> Result<(), Error> {
        if found == self.dims() { Ok(()) } else { Err(Error::Dimensions { expected: self.dims(), found }) }
    }
}

/// Pages that hold the mean and the centroids of so many lists.
fn array_pages_of(lists: usize, padded: usize) -> usize {
    layout::array_pages((lists + 1) * padded)
}

/// The pages of a run that are known without reading any.
fn run(first: Block, consecutive: u32, pages: usize) -> Vec<Block> {
    (0..consecutive.clamp(1, pages.max(1) as u32)).map(|i| first.wrapping_add(i)).collect()
}

/// Page `i` of a run of pages that begins at `first`: each names the next, or the next one follows it on storage (so builds write
/// them). `known` are the first pages of the run, as far as they were looked up.
pub(crate) fn page_of_run<P: Pages>(
    pages: &P,
    known: &mut Vec<Block>,
    first: Block,
    i: usize,
    kind: PageKind,
) -> Result<Block, Error> {
    if known.is_empty() {
        known.push(first);
    }
    while known.len() <= i {
        let last = known[known.len() - 1];
        let next = Header::read(&pages.read(last)?, last, kind)?.next;
        known.push(if next == NO_BLOCK { last + 1 } else { next });
    }
    Ok(known[i])
}

/// Reads numbers of a run of array pages.
fn read_numbers<P: Pages>(
    pages: &P,
    known: &mut Vec<Block>,
    kind: PageKind,
    first: Block,
    numbers: std::ops::Range<usize>,
) -> Result<Vec<f32>, Error> {
    let per_page = array_floats_per_page();
    let start = numbers.start / per_page;
    let mut out = Vec::with_capacity((numbers.len() + 2 * per_page).min(1 << 24));
    for i in start..numbers.end.div_ceil(per_page) {
        pages.check_cancelled();
        let block = page_of_run(pages, known, first, i, kind)?;
        ArrayPage::read(&pages.read(block)?, block, kind, &mut out)?;
        if out.len() < (per_page * (i + 1 - start)).min(numbers.end - start * per_page) {
            return Err(Error::corrupt(block, "numbers are missing"));
        }
    }
    out.truncate(numbers.end - start * per_page);
    out.drain(..numbers.start - start * per_page);
    Ok(out)
}

/// Reads the first pages of all lists.
pub(crate) fn read_firsts<P: Pages>(
    pages: &P,
    known: &mut Vec<Block>,
    meta: &Meta,
) -> Result<Vec<Block>, Error> {
    let lists = meta.lists as usize;
    let mut firsts = Vec::with_capacity(lists.min(1 << 20));
    while firsts.len() < lists {
        let i = firsts.len() / entries_per_page();
        let block = page_of_run(pages, known, meta.directory, i, PageKind::Directory)?;
        let page = pages.read(block)?;
        for slot in 0..entries_per_page().min(lists - firsts.len()) {
            firsts.push(Directory::get(&page, block, slot)?.first);
        }
    }
    Ok(firsts)
}
