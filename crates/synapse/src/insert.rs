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

/// Writes the pages of an index without rows and with so many filter columns, as one change. It keeps full vectors
/// where their form is given. The embedding may be unknown: the first vector then sets it.
/// The storage must be empty.
pub fn create_empty<P: Pages>(
    pages: &P,
    metric: Metric,
    embedding: Option<Embedding>,
    columns: usize,
    vectors: Option<VectorForm>,
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
    meta.vectors = vectors;
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
    let mut coder = Coder::default();
    let (list, factors) = match coder.place(pages, model, vector)? {
        Place::Chain(chain) => {
            lists::push_tid(pages, chain, tid)?;
            return Ok(Stored::Done(None));
        }
        Place::List(list, factors) => (list, factors),
    };
    // nobody may move the list's rows elsewhere meanwhile
    let _list = pages.lock(Lockable::List(list), false);
    let (page, slot) = Directory::place(list);
    let directory = model.directory_pages[page as usize];
    let entry = Directory::get(&pages.read(directory)?, directory, slot)?;
    if entry.first == NO_BLOCK {
        return Ok(Stored::Outdated);
    }
    let start = entry.insertion;
    let mut kept = Vec::new();
    if model.vectors.is_some() {
        vectors::write(vector, model.geometry.vector, &mut kept);
    }
    let row = Coded { tid, factors, code: &coder.code, record: &coder.record, vector: &kept, keys };
    let (end, grew) = lists::append(pages, &model.geometry, list, start, &[row])?;
    if end != start {
        lists::move_insertion(pages, directory, list, start, end)?;
    }
    Ok(Stored::Done(worth_counting(model, entry.first, end, grew, tid).then_some(list)))
}

/// Where a vector belongs.
pub enum Place {
    /// A list; the code is in the coder.
    List(u32, Factors),
    /// A chain of rows without codes.
    Chain(Chain),
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
    pub code: Vec<u8>,
    /// Its refinement record.
    pub record: Vec<u8>,
}

impl Coder {
    /// Finds the list of a vector and its code there.
    pub fn place<P: Pages>(
        &mut self,
        pages: &P,
        model: &Model,
        vector: VectorRef<'_>,
    ) -> Result<Place, Error> {
        let mut embedded = vec![0.0; model.embedding.space()];
        model.embedding.embed(vector, &mut embedded);
        self.place_with(&model.quantizer, &model.centroids, &embedded, |list| {
            model.read_centroid(pages, list)
        })
    }

    /// As [`Coder::place`], for an embedded vector and a model that is still being built.
    pub fn place_in(&mut self, quantizer: &Quantizer, centroids: &Centroids, vector: &[f32]) -> Place {
        let Ok(place) = self.place_with(quantizer, centroids, vector, in_memory);
        place
    }

    /// `load` as for [`Centroids::row_with`].
    fn place_with<E>(
        &mut self,
        quantizer: &Quantizer,
        centroids: &Centroids,
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
        let list = centroids.nearest_with(&self.rotated, &mut self.scratch, &mut load)?;
        let centroid = centroids.row_with(list, load)?;
        let rotated = std::mem::take(&mut self.rotated);
        let factors = self.encode(quantizer, &rotated, centroid);
        self.rotated = rotated;
        Ok(match factors {
            Some(factors) => Place::List(list, factors),
            None => Place::Chain(Chain::Outliers),
        })
    }

    /// Codes a rotated vector relative to a centroid; None where it has no code.
    pub fn encode(&mut self, quantizer: &Quantizer, rotated: &[f32], centroid: &[f32]) -> Option<Factors> {
        let padded = quantizer.padded_dims();
        self.residual.resize(padded, 0.0);
        self.code.resize(padded / 8, 0);
        let factors = quantizer.encode(rotated, centroid, &mut self.residual, &mut self.code)?;
        self.record.resize(refine::record_bytes(padded), 0);
        refine::write_record(quantizer, &self.residual, centroid, &mut self.values, &mut self.record);
        Some(factors)
    }
}
