//! Creating an empty index and adding rows to an index.

use crate::centroids::RankScratch;
use crate::error::Error;
use crate::filter::Keys;
use crate::layout::{Chain, Directory, Entry, Meta, Tid};
use crate::lists::{self, Coded};
use crate::metric::Metric;
use crate::model::Model;
use crate::pages::{Block, PageTxn, Pages};
use crate::refine;
use crate::spread::Spread;
use crate::vector::{Embedding, VectorRef};

/// Writes the pages of an index without rows and with so many filter columns, as one change. The embedding may be unknown: the first vector then sets it.
/// The storage must be empty.
pub fn create_empty<P: Pages>(
    pages: &P,
    metric: Metric,
    embedding: Option<Embedding>,
    columns: usize,
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
    if let Some(embedding) = embedding {
        add_single_list(&mut txn, &mut meta, embedding);
    }
    meta.write(txn.page_mut(handle));
    txn.commit();
    Ok(())
}

/// Gives an index without dimensions its one list, around the origin.
fn add_single_list<T: PageTxn>(txn: &mut T, meta: &mut Meta, embedding: Embedding) {
    meta.dims = embedding.dims() as u32;
    meta.sketch = embedding.sketch() as u32;
    let (list_handle, first) = txn.allocate();
    lists::init_list_page(txn.page_mut(list_handle), &meta.geometry(), 0);
    let (handle, directory) = txn.allocate();
    Directory::write(txn.page_mut(handle), &[Entry { first, insertion: first }]);
    meta.spread = Spread::initial(meta.metric, &embedding);
    meta.lists = 1;
    meta.directory = directory;
}

/// Fixes the dimensions of an index that has none yet. Harmless if another process was first.
pub fn set_dimensions<P: Pages>(pages: &P, embedding: Embedding) -> Result<(), Error> {
    let mut txn = pages.begin();
    let handle = txn.lock(0)?;
    let mut meta = Meta::read(txn.page(handle))?;
    if meta.dims == 0 {
        add_single_list(&mut txn, &mut meta, embedding);
        meta.epoch = meta.epoch.wrapping_add(1);
        meta.write(txn.page_mut(handle));
        txn.commit();
    }
    Ok(())
}

/// Adds a row; its keys are those of the index's filter columns. `model` is the current one, or None while the index has no dimensions; the return value is true if it
/// has to be loaded anew because this row set them.
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
    let Some(model) = model else {
        set_dimensions(pages, Embedding::new(vector.form(), vector.dims())?)?;
        let model = Model::load(pages)?.ok_or_else(|| Error::corrupt(0, "the index lost its dimensions"))?;
        insert(pages, Some(&model), tid, Some(vector), keys)?;
        return Ok(true);
    };
    model.check_dims(vector.dims())?;
    let mut coder = Coder::default();
    match coder.place(model, vector) {
        Place::Chain(chain) => lists::push_tid(pages, chain, tid)?,
        Place::List(list, factors) => {
            let (page, slot) = Directory::place(list);
            let directory = model.directory + page;
            let start = Directory::get(&pages.read(directory)?, directory, slot)?.insertion;
            let row = Coded { tid, factors, code: &coder.code, record: &coder.record, keys };
            let end: Block = lists::append(pages, &model.geometry, list, start, &[row])?;
            if end != start {
                lists::move_insertion(pages, model.directory, list, start, end)?;
            }
        }
    }
    Ok(false)
}

/// Where a vector belongs.
pub enum Place {
    /// A list; the code is in the coder.
    List(u32, crate::quantizer::Factors),
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
    pub fn place(&mut self, model: &Model, vector: VectorRef<'_>) -> Place {
        let mut embedded = vec![0.0; model.embedding.space()];
        model.embedding.embed(vector, &mut embedded);
        self.place_in(&model.quantizer, &model.centroids, &embedded)
    }

    /// As [`Coder::place`], for an embedded vector and a model that is still being built.
    pub fn place_in(
        &mut self,
        quantizer: &crate::quantizer::Quantizer,
        centroids: &crate::centroids::Centroids,
        vector: &[f32],
    ) -> Place {
        self.prepared.clear();
        self.prepared.extend_from_slice(vector);
        if !quantizer.metric().prepare(&mut self.prepared) {
            return Place::Chain(Chain::Undefined);
        }
        let padded = quantizer.padded_dims();
        self.rotated.resize(padded, 0.0);
        self.residual.resize(padded, 0.0);
        self.code.resize(padded / 8, 0);
        quantizer.rotate(&self.prepared, &mut self.rotated);
        let list = centroids.nearest(&self.rotated, &mut self.scratch);
        let factors =
            quantizer.encode(&self.rotated, centroids.row(list), &mut self.residual, &mut self.code);
        match factors {
            Some(factors) => {
                self.record.resize(refine::record_bytes(padded), 0);
                refine::write_record(
                    quantizer,
                    &self.residual,
                    centroids.row(list),
                    &mut self.values,
                    &mut self.record,
                );
                Place::List(list, factors)
            }
            None => Place::Chain(Chain::Outliers),
        }
    }
}
