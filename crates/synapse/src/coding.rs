//! Coding rows on the thread pool while the caller fetches further ones.
//!
//! Rows are coded in batches, each a job of its own, and come back in the order in which they went in: what is made of them does
//! not depend on the number of threads.

use crate::centroids::Centroids;
use crate::insert::{Coder, Place};
use crate::quantizer::Quantizer;
use crate::refine;
use rayon::prelude::*;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

/// Vectors of a batch at most, and bytes at most where the vectors are large.
const BATCH: usize = 2048;
const BATCH_BYTES: usize = 8 << 20;

/// Batches that are being coded or wait for it: one for the threads at work, one for them to go on with.
const UNDER_WAY: usize = 2;

/// What codes are made with.
pub struct Space {
    /// Rotation, mean and codes.
    pub quantizer: Quantizer,
    /// The lists.
    pub centroids: Centroids,
    /// Whether rows get second entries.
    pub spill: bool,
}

impl Space {
    /// Bytes of the codes of a row, one for each entry that it may have.
    fn stride(&self) -> usize {
        let padded = self.quantizer.padded_dims();
        (padded / 8 + refine::record_bytes(padded)) * if self.spill { 2 } else { 1 }
    }
}

/// Rows that were coded together. `R` is what a row brings along.
pub struct Batch<R> {
    rows: Vec<R>,
    vectors: Vec<f32>,
    places: Vec<Place>,
    /// Code and refinement record of each entry, one after the other.
    codes: Vec<u8>,
    stride: usize,
}

impl<R> Batch<R> {
    fn new(capacity: usize, dims: usize, stride: usize) -> Self {
        Self {
            rows: Vec::with_capacity(capacity),
            vectors: Vec::with_capacity(capacity * dims),
            places: Vec::new(),
            codes: Vec::new(),
            stride,
        }
    }

    /// Each row with its place and, where that is a list, its code followed by its refinement record; those of a second entry
    /// come after.
    pub fn coded(&self) -> impl Iterator<Item = (&R, &Place, &[u8])> {
        let places = self.rows.iter().zip(&self.places);
        places.zip(self.codes.chunks_exact(self.stride)).map(|((row, place), code)| (row, place, code))
    }

    fn code(&mut self, space: &Space, dims: usize) {
        let rows = self.rows.len();
        self.places.clear();
        self.codes.resize(rows * self.stride, 0);
        self.vectors
            .par_chunks_exact(dims)
            .zip(self.codes.par_chunks_exact_mut(self.stride))
            .with_min_len(64)
            .map_init(Coder::default, |coder, (vector, code)| {
                let place = coder.place_in(&space.quantizer, &space.centroids, space.spill, vector);
                if let Place::Lists(_, spilled) = place {
                    let entries =
                        [&coder.code, &coder.spilled].into_iter().take(1 + usize::from(spilled.is_some()));
                    let parts = entries.flat_map(|entry| [&entry.bits, &entry.record]);
                    let mut rest = code;
                    for part in parts {
                        let (here, after) = rest.split_at_mut(part.len());
                        here.copy_from_slice(part);
                        rest = after;
                    }
                }
                place
            })
            .collect_into_vec(&mut self.places);
    }
}

/// The batches of a build.
pub struct Coding<R> {
    space: Arc<Space>,
    dims: usize,
    capacity: usize,
    filling: Batch<R>,
    under_way: VecDeque<Receiver<std::thread::Result<Batch<R>>>>,
    spare: Vec<Batch<R>>,
}

impl<R: Send + 'static> Coding<R> {
    /// Codes vectors of `dims` numbers (embedded, not yet rotated).
    pub fn new(space: Space, dims: usize) -> Self {
        let capacity = (BATCH_BYTES / (4 * dims)).clamp(1, BATCH);
        let filling = Batch::new(capacity, dims, space.stride());
        Self {
            space: Arc::new(space),
            dims,
            capacity,
            filling,
            under_way: VecDeque::new(),
            spare: Vec::new(),
        }
    }

    /// Adds a row; `fill` writes its vector. If the batch is full it is given to the pool, and a batch that has been coded comes back:
    /// look at it and give it to [`Coding::reuse`].
    pub fn add(
        &mut self,
        pool: &rayon::ThreadPool,
        row: R,
        fill: impl FnOnce(&mut [f32]),
    ) -> Option<Batch<R>> {
        let start = self.filling.vectors.len();
        self.filling.vectors.resize(start + self.dims, 0.0);
        fill(&mut self.filling.vectors[start..]);
        self.filling.rows.push(row);
        if self.filling.rows.len() < self.capacity {
            return None;
        }
        self.submit(pool);
        if self.under_way.len() > UNDER_WAY { self.next() } else { None }
    }

    fn submit(&mut self, pool: &rayon::ThreadPool) {
        let stride = self.space.stride();
        let next = self.spare.pop().unwrap_or_else(|| Batch::new(self.capacity, self.dims, stride));
        let mut batch = std::mem::replace(&mut self.filling, next);
        let (sender, receiver) = sync_channel(1);
        let (space, dims) = (self.space.clone(), self.dims);
        pool.spawn(move || {
            let done = catch_unwind(AssertUnwindSafe(|| {
                batch.code(&space, dims);
                batch
            }));
            // nobody waits any more if the build was given up
            let _ = sender.send(done);
        });
        self.under_way.push_back(receiver);
    }

    /// The oldest batch under way, waiting for it if need be.
    fn next(&mut self) -> Option<Batch<R>> {
        match self.under_way.pop_front()?.recv() {
            Ok(Ok(batch)) => Some(batch),
            Ok(Err(panic)) => resume_unwind(panic),
            Err(gone) => resume_unwind(Box::new(format!("a coding job ended without its batch: {gone}"))),
        }
    }

    /// Takes a batch back, for its memory.
    pub fn reuse(&mut self, mut batch: Batch<R>) {
        batch.rows.clear();
        batch.vectors.clear();
        self.spare.push(batch);
    }

    /// After the last row: gives the rest to the pool and returns the batches not yet seen, one a call.
    pub fn drain(&mut self, pool: &rayon::ThreadPool) -> Option<Batch<R>> {
        if !self.filling.rows.is_empty() {
            self.submit(pool);
        }
        self.next()
    }
}
