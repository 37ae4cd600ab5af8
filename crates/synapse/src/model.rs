//! What a process keeps of an index between operations: rotation, mean, centroids, first pages of the lists.

use crate::centroids::Centroids;
use crate::error::Error;
use crate::layout::{ArrayPage, Geometry, Meta, array_floats_per_page, array_pages};
use crate::metric::Metric;
use crate::pages::{Block, NO_BLOCK, Pages};
use crate::quantizer::Quantizer;
use crate::spread::Spread;
use crate::stop::StopTable;
use crate::vector::Embedding;

/// The part of an index that does not change while its epoch stays. Loading it reads all centroids.
pub struct Model {
    pub(crate) epoch: u64,
    pub(crate) directory: Block,
    pub(crate) stop: StopTable,
    pub(crate) metric: Metric,
    pub(crate) spread: Spread,
    pub(crate) embedding: Embedding,
    pub(crate) quantizer: Quantizer,
    pub(crate) centroids: Centroids,
    pub(crate) firsts: Vec<Block>,
    pub(crate) geometry: Geometry,
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
        let lists = meta.lists as usize;
        let mut rows = vec![0.0; lists * padded];
        if meta.arrays != NO_BLOCK {
            let floats = (lists + 1) * padded;
            let mut numbers = Vec::with_capacity(floats + array_floats_per_page());
            for i in 0..array_pages(floats) as Block {
                pages.check_cancelled();
                let block = meta.arrays + i;
                ArrayPage::read(&pages.read(block)?, block, &mut numbers)?;
            }
            if numbers.len() != floats {
                return Err(Error::corrupt(
                    meta.arrays,
                    format!("{} numbers instead of {floats}", numbers.len()),
                ));
            }
            rows = numbers.split_off(padded);
            quantizer.set_mean(numbers);
        }
        let firsts = crate::lists::entries(pages, &meta)?.iter().map(|entry| entry.first).collect();
        Ok(Some(Self {
            epoch: meta.epoch,
            directory: meta.directory,
            geometry: meta.geometry(),
            stop: meta.stop,
            metric: meta.metric,
            spread: meta.spread,
            embedding,
            centroids: Centroids::new(&quantizer, rows),
            firsts,
            quantizer,
        }))
    }

    /// Whether the index on storage is still the one this model was loaded from.
    pub fn is_current<P: Pages>(&self, pages: &P) -> Result<bool, Error> {
        Ok(Meta::read_epoch(&pages.read(0)?)? == self.epoch)
    }

    /// Dimensions of the vectors.
    pub fn dims(&self) -> usize {
        self.embedding.dims()
    }

    /// How distances are measured.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// Number of lists.
    pub fn lists(&self) -> usize {
        self.firsts.len()
    }

    /// Lists that a search for `k` neighbours at `recall` scans.
    pub fn probes(&self, recall: f64, k: usize) -> usize {
        self.stop.probes(crate::search::scan_share(recall), k, self.lists())
    }

    /// Rows whose codes fit on a page.
    pub fn rows_per_page(&self) -> usize {
        self.geometry.slots_per_page()
    }

    /// Bytes that the model holds in memory.
    pub fn memory(&self) -> usize {
        self.centroids.memory() + 4 * self.firsts.len() + 4 * self.quantizer.padded_dims()
    }

    pub(crate) fn check_dims(&self, found: usize) -> Result<(), Error> {
        if found == self.dims() { Ok(()) } else { Err(Error::Dimensions { expected: self.dims(), found }) }
    }
}
