//! Creating an empty index and adding rows to an index.

use crate::centroids::{Centroids, RankScratch, in_memory};
use crate::error::Error;
use crate::filter::Keys;
use crate::layout::{Chain, Directory, Entry, Meta, Tid};
use crate::lists::{self, Coded};
use crate::metric::Metric;
use crate::model::Model;
use crate::pages::{Lockable, NO_BLOCK, PageTxn, Pages};
use crate::quantizer::{Factors, Quantizer};
use crate::refine;
use crate::split::{Limits, Table, split, worth_counting};
use crate::spread::Spread;
use crate::step::Step;
use crate::vector::{Embedding, VectorRef};
use crate::vectors::{self, VectorForm};
use std::rc::Rc;

/// What an index keeps of a row besides its code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Keeping {
    /// The full vector, in this form.
    pub vectors: Option<VectorForm>,
    /// A second entry, where it is near the border of its list; none where full vectors are kept.
    pub spill: bool,
}

/// Writes the pages of an index without rows and with so many filter columns, as one change. The embedding may be unknown: the
/// first vector then sets it. The storage must be empty.
pub fn create_empty<P: Pages>(
    pages: &P,
    metric: Metric,
    embedding: Option<Embedding>,
    columns: usize,
    keeping: Keeping,
    seed: u64,
    epoch: u64,
) -> Result<(), Error> {
    let mut txn = pages.begin();
    let (handle, block) = txn.allocate();
    if block != 0 {
        return Err(Error::corrupt(block, "an index is created in empty storage"));
    }
    let mut meta = Meta::empty(metric, seed, epoch);
    meta.columns = columns as u32;
    meta.vectors = keeping.vectors;
    meta.spill = keeping.spill && keeping.vectors.is_none();
    if let Some(embedding) = embedding {
        add_single_list(&mut txn, &mut meta, embedding)?;
    }
    meta.write(txn.page_mut(handle));
    txn.commit(Step::EmptyIndex);
    Ok(())
}

/// Gives an index without dimensions its one list, around the origin.
fn add_single_list<T: PageTxn>(txn: &mut T, meta: &mut Meta, embedding: Embedding) -> Result<(), Error> {
    meta.dims = embedding.dims() as u32;
    meta.sketch = embedding.sketch() as u32;
    if let Some(form) = meta.vectors {
        meta.vector_bytes = form.record_bytes(embedding.dims())? as u32;
    }
    let (list_handle, first) = txn.allocate();
    lists::init_list_page(txn.page_mut(list_handle), &meta.geometry(), 0);
    let (handle, directory) = txn.allocate();
    Directory::write(txn.page_mut(handle), &[Entry { first, insertion: first }]);
    meta.spread = Spread::initial(meta.metric, &embedding);
    meta.lists = 1;
    meta.directory = directory;
    Ok(())
}

/// Fixes the dimensions of an index that has none yet. Harmless if another process was first.
pub fn set_dimensions<P: Pages>(pages: &P, embedding: Embedding) -> Result<(), Error> {
    let mut txn = pages.begin();
    let handle = txn.lock(0)?;
    let mut meta = Meta::read(txn.page(handle))?;
    if meta.dims == 0 {
        add_single_list(&mut txn, &mut meta, embedding)?;
        meta.epoch = meta.epoch.wrapping_add(1);
        meta.write(txn.page_mut(handle));
        txn.commit(Step::Dimensions);
    }
    Ok(())
}

/// Adds a row; its keys are those of the index's filter columns. `model` is the current one, or None while the index has no
/// dimensions; the return value is true if it has to be brought up to date because this row set them, or lists came or went
/// meanwhile. Lists are not split.
pub fn insert<P: Pages>(
    pages: &P,
    model: Option<&Model>,
    tid: Tid,
    vector: Option<VectorRef<'_>>,
    keys: Keys,
) -> Result<bool, Error> {
    let Some(vector) = vector else {
        lists::push_tid(pages, Chain::Nulls, tid)?;
        return Ok(false);
    };
    if let Some(model) = model
        && let Stored::Done(_) = store(pages, model, tid, vector, keys)?
    {
        return Ok(false);
    }
    store_anew(pages, tid, vector, keys)?;
    Ok(true)
}

/// Adds a row and splits the list that it made too long. `model` is the current one, or None while the index has no dimensions;
/// afterwards it is the current one again. `table` gives the vectors of the list's rows.
pub fn insert_and_split<P: Pages>(
    pages: &P,
    model: &mut Option<Rc<Model>>,
    tid: Tid,
    vector: Option<VectorRef<'_>>,
    keys: Keys,
    table: &mut dyn Table,
    limits: Limits,
) -> Result<(), Error> {
    let Some(vector) = vector else { return lists::push_tid(pages, Chain::Nulls, tid) };
    let mut stored = match model {
        Some(model) => store(pages, model, tid, vector, keys)?,
        None => Stored::Outdated,
    };
    while let Stored::Outdated = stored {
        let current = match model.as_mut() {
            Some(model) => {
                Model::refresh(model, pages)?;
                model
            }
            None => {
                set_dimensions(pages, Embedding::new(vector.form(), vector.dims())?)?;
                model.insert(Rc::new(load(pages)?))
            }
        };
        stored = store(pages, current, tid, vector, keys)?;
    }
    if let (Stored::Done(Some(list)), Some(model)) = (stored, model) {
        split(pages, model, list, table, limits)?;
    }
    Ok(())
}

fn load<P: Pages>(pages: &P) -> Result<Model, Error> {
    Model::load(pages)?.ok_or_else(|| Error::corrupt(0, "the index lost its dimensions"))
}

/// As [`store`], with a model loaded for it.
fn store_anew<P: Pages>(pages: &P, tid: Tid, vector: VectorRef<'_>, keys: Keys) -> Result<(), Error> {
    loop {
        set_dimensions(pages, Embedding::new(vector.form(), vector.dims())?)?;
        if let Stored::Done(_) = store(pages, &load(pages)?, tid, vector, keys)? {
            return Ok(());
        }
    }
}

/// What became of a row.
enum Stored {
    /// It is in the index; the list is one that may be too long now.
    Done(Option<u32>),
    /// Its list is dead: the model is not up to date.
    Outdated,
}

/// Stores a row where the model says.
fn store<P: Pages>(
    pages: &P,
    model: &Model,
    tid: Tid,
    vector: VectorRef<'_>,
    keys: Keys,
) -> Result<Stored, Error> {
    model.check_dims(vector.dims())?;
    if tid.offset() > Tid::MAX_OFFSET {
        return Err(Error::RowOffset { offset: tid.offset() });
    }
    let mut coder = Coder::default();
    let (home, spilled) = match coder.place(pages, model, vector)? {
        Place::Chain(chain) => {
            lists::push_tid(pages, chain, tid)?;
            return Ok(Stored::Done(None));
        }
        Place::Lists(home, spilled) => (home, spilled),
    };
    let mut kept = Vec::new();
    if model.vectors.is_some() {
        vectors::write(vector, model.geometry.vector, &mut kept);
    }
    let Code { bits, record } = &coder.code;
    let row = Coded { tid, spilled: false, factors: home.factors, code: bits, record, vector: &kept, keys };
    let stored = store_entry(pages, model, home.list, &row)?;
    // If the second list has died meanwhile the row goes without a second entry: whoever searches finds it by the first.
    if let (Stored::Done(_), Some(Listed { list, factors })) = (&stored, spilled) {
        let Code { bits, record } = &coder.spilled;
        store_entry(pages, model, list, &Coded { spilled: true, factors, code: bits, record, ..row })?;
    }
    Ok(stored)
}

/// Stores an entry in a list.
fn store_entry<P: Pages>(pages: &P, model: &Model, list: u32, row: &Coded<'_>) -> Result<Stored, Error> {
    // nobody may move the list's rows elsewhere meanwhile
    let _list = pages.lock(Lockable::List(list), false);
    let (page, slot) = Directory::place(list);
    let directory = model.directory_pages[page as usize];
    let entry = Directory::get(&pages.read(directory)?, directory, slot)?;
    if entry.first == NO_BLOCK {
        return Ok(Stored::Outdated);
    }
    let start = entry.insertion;
    let (end, grew) = lists::append(pages, &model.geometry, list, start, &[*row])?;
    if end != start {
        lists::move_insertion(pages, directory, list, start, end)?;
    }
    Ok(Stored::Done(worth_counting(model, entry.first, end, grew, row.tid).then_some(list)))
}

/// An entry of a row in a list; its code is in the coder.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Listed {
    /// The list.
    pub list: u32,
    /// The factors of its code there.
    pub factors: Factors,
}

/// Where a vector belongs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Place {
    /// A list, and another for a second entry, if it is to have one.
    Lists(Listed, Option<Listed>),
    /// A chain of rows without codes.
    Chain(Chain),
}

/// The code of a vector in one list.
#[derive(Debug, Clone, Default)]
pub struct Code {
    /// One bit a dimension.
    pub bits: Vec<u8>,
    /// The refinement record.
    pub record: Vec<u8>,
}

impl Code {
    /// Bytes of it.
    pub fn bytes(&self) -> usize {
        self.bits.len() + self.record.len()
    }
}

/// Buffers for turning vectors into codes.
#[derive(Default)]
pub struct Coder {
    prepared: Vec<f32>,
    rotated: Vec<f32>,
    residual: Vec<f32>,
    scratch: RankScratch,
    values: Vec<u8>,
    /// The code of the last vector that got a list.
    pub code: Code,
    /// That of its second entry, if it got one.
    pub spilled: Code,
}

impl Coder {
    /// Finds the lists of a vector and its codes there.
    pub fn place<P: Pages>(
        &mut self,
        pages: &P,
        model: &Model,
        vector: VectorRef<'_>,
    ) -> Result<Place, Error> {
        let mut embedded = vec![0.0; model.embedding.space()];
        model.embedding.embed(vector, &mut embedded);
        self.place_with(&model.quantizer, &model.centroids, model.spill, &embedded, |list| {
            model.read_centroid(pages, list)
        })
    }

    /// As [`Coder::place`], for an embedded vector and a model that is still being built.
    pub fn place_in(
        &mut self,
        quantizer: &Quantizer,
        centroids: &Centroids,
        spill: bool,
        vector: &[f32],
    ) -> Place {
        let Ok(place) = self.place_with(quantizer, centroids, spill, vector, in_memory);
        place
    }

    /// `load` as for [`Centroids::row_with`].
    fn place_with<E>(
        &mut self,
        quantizer: &Quantizer,
        centroids: &Centroids,
        spill: bool,
        vector: &[f32],
        mut load: impl FnMut(u32) -> Result<Box<[f32]>, E>,
    ) -> Result<Place, E> {
        self.prepared.clear();
        self.prepared.extend_from_slice(vector);
        if !quantizer.metric().prepare(&mut self.prepared) {
            return Ok(Place::Chain(Chain::Undefined));
        }
        self.rotated.resize(quantizer.padded_dims(), 0.0);
        quantizer.rotate(&self.prepared, &mut self.rotated);
        let (list, second) = match spill {
            true => centroids.pair_with(&self.rotated, &mut self.scratch, &mut load)?,
            false => (centroids.nearest_with(&self.rotated, &mut self.scratch, &mut load)?, None),
        };
        let centroid = centroids.row_with(list, &mut load)?;
        let rotated = std::mem::take(&mut self.rotated);
        let Some(factors) = self.encode(quantizer, &rotated, centroid) else {
            self.rotated = rotated;
            return Ok(Place::Chain(Chain::Outliers));
        };
        let mut spilled = None;
        if let Some(second) = second {
            spilled = self.encode_spilled(quantizer, &rotated, centroids.row_with(second, load)?);
        }
        self.rotated = rotated;
        let spilled = second.zip(spilled).map(|(list, factors)| Listed { list, factors });
        Ok(Place::Lists(Listed { list, factors }, spilled))
    }

    /// Codes a rotated vector relative to a centroid; None where it has no code.
    pub fn encode(&mut self, quantizer: &Quantizer, rotated: &[f32], centroid: &[f32]) -> Option<Factors> {
        let padded = quantizer.padded_dims();
        let Code { bits, record } = &mut self.code;
        self.residual.resize(padded, 0.0);
        bits.resize(padded / 8, 0);
        let factors = quantizer.encode(rotated, centroid, &mut self.residual, bits)?;
        record.resize(refine::record_bytes(padded), 0);
        refine::write_record(quantizer, &self.residual, centroid, &mut self.values, record);
        Some(factors)
    }

    /// As [`Coder::encode`], for the second entry.
    pub fn encode_spilled(
        &mut self,
        quantizer: &Quantizer,
        rotated: &[f32],
        centroid: &[f32],
    ) -> Option<Factors> {
        std::mem::swap(&mut self.code, &mut self.spilled);
        let factors = self.encode(quantizer, rotated, centroid);
        std::mem::swap(&mut self.code, &mut self.spilled);
        factors
    }
}
