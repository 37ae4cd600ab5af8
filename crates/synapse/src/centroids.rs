//! The centroids of an index in memory: which lists are nearest to a vector, without reading all centroids in full.
//!
//! Each centroid is coded like a vector whose centroid is the mean, so that one FastScan pass over the codes leaves a
//! few for exact comparison. An index stores the codes, too ([`Centroids::push_records`]): a process that begins to search reads those,
//! and a centroid in full when it is compared for the first time.

use crate::metric::Metric;
use crate::quantizer::{Factors, KAPPA, Quantizer};
use kernels::{BLOCK, LookupTable};
use std::convert::Infallible;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Width of the bound, in standard deviations, within which a coded centroid is compared exactly.
const EPSILON: f32 = 2.5;

/// So many centroids for each list asked for, the best by their codes, are compared exactly when lists are ranked. Measured with
/// 2,000 centroids of 128 (384) dimensions: of the 20 best lists 0.6 % (0.03 %) are missed, none of them among the first five.
const COMPARED: usize = 4;

/// Where it is not known beforehand how many lists will be ranked the nearest is looked for among so many, the best by their codes, and
/// three times as many are compared as seem to be within the limit.
const LIKELY_FIRST: usize = 16;
const COMPARED_WITHIN: usize = 3;

/// Centroids whose memory is asked for before they are compared.
const ROWS_AHEAD: usize = 2;

/// A list as a query sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// Number of the list.
    pub list: u32,
    /// Score of the centroid, by which lists are ordered.
    pub score: f32,
    /// Squared distance of query and centroid.
    pub distance_squared: f32,
}

/// Coded centroids, and in full those that were needed. Lists are numbered in the order in which they are pushed; a removed one
/// leaves no trace but its number.
#[derive(Clone)]
pub struct Centroids {
    padded: usize,
    /// Number of the list in each place, and place of each list by number ([`NO_PLACE`] once removed).
    lists: Vec<u32>,
    places: Vec<u32>,
    rows: Vec<OnceLock<Box<[f32]>>>,
    loaded: Loaded,
    codes: Vec<u8>,
    /// Factors of the squared distance, 32 `f32` a block, as bytes.
    near: FactorBytes,
    /// Factors of the metric's own score where that is another.
    own: Option<FactorBytes>,
}

/// How many centroids are held in full.
#[derive(Default)]
struct Loaded(AtomicUsize);

impl Clone for Loaded {
    fn clone(&self) -> Self {
        Self(self.0.load(Relaxed).into())
    }
}

/// The place of a list that was removed.
const NO_PLACE: u32 = u32::MAX;

#[derive(Clone, Default)]
struct FactorBytes {
    add: Vec<u8>,
    rescale: Vec<u8>,
}

impl FactorBytes {
    fn set(&mut self, i: usize, factors: Factors) {
        self.add[4 * i..4 * i + 4].copy_from_slice(&factors.add.to_le_bytes());
        self.rescale[4 * i..4 * i + 4].copy_from_slice(&factors.rescale.to_le_bytes());
    }

    /// Adds a block of unused places: they must never win, so their score is infinite.
    fn add_block(&mut self) {
        self.add.extend(f32::INFINITY.to_le_bytes().repeat(BLOCK));
        self.rescale.resize(self.rescale.len() + 4 * BLOCK, 0);
    }

    fn get(&self, i: usize) -> Factors {
        let number = |bytes: &[u8]| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        Factors { add: number(&self.add[4 * i..]), rescale: number(&self.rescale[4 * i..]) }
    }

    /// Moves the last of `len` factors to place `i`.
    fn swap_remove(&mut self, i: usize, len: usize) {
        self.set(i, self.get(len - 1));
        self.set(len - 1, UNUSED);
        let places = (len - 1).next_multiple_of(BLOCK);
        self.add.truncate(4 * places);
        self.rescale.truncate(4 * places);
    }
}

/// A number whose order is that of the floating-point number.
fn ordered(x: f32) -> u32 {
    let bits = x.to_bits();
    bits ^ (((bits as i32 >> 31) as u32) | 1 << 31)
}

/// The floating-point number of an [`ordered`] one.
fn from_ordered(key: u32) -> f32 {
    f32::from_bits(if key >> 31 == 1 { key ^ 1 << 31 } else { !key })
}

const UNUSED: Factors = Factors { add: f32::INFINITY, rescale: 0.0 };

/// Buffers of a ranking, reused between queries.
#[derive(Default)]
pub struct RankScratch {
    bounds: Vec<(f32, u32)>,
    /// Estimates in the order of their bits, with the place below.
    keys: Vec<u64>,
    table: Option<LookupTable>,
}

/// What gives a centroid where all are in memory.
pub fn in_memory(_: u32) -> Result<Box<[f32]>, Infallible> {
    unreachable!("every centroid is in memory while an index is built")
}

impl Centroids {
    /// No centroids yet.
    pub fn empty(quantizer: &Quantizer) -> Self {
        Self {
            padded: quantizer.padded_dims(),
            lists: Vec::new(),
            places: Vec::new(),
            rows: Vec::new(),
            loaded: Loaded::default(),
            codes: Vec::new(),
            near: FactorBytes::default(),
            own: (quantizer.metric() == Metric::InnerProduct).then(FactorBytes::default),
        }
    }

    /// Codes the rows (row-major, padded length each, rotated and centred); their numbers are those of the rows.
    pub fn new(quantizer: &Quantizer, rows: &[f32]) -> Self {
        let mut centroids = Self::empty(quantizer);
        centroids.extend(quantizer, rows);
        centroids
    }

    /// Codes further rows and gives them the next numbers.
    pub fn extend(&mut self, quantizer: &Quantizer, rows: &[f32]) {
        let mut record = Vec::with_capacity(record_words(quantizer));
        for row in rows.chunks_exact(self.padded) {
            record.clear();
            write_record(quantizer, row, &mut record);
            self.push(&record, OnceLock::from(Box::from(row)));
        }
        self.loaded.0.fetch_add(rows.len() / self.padded, Relaxed);
    }

    /// Gives the next numbers to centroids of which only the records ([`write_record`]) are at hand.
    pub fn push_records(&mut self, quantizer: &Quantizer, records: &[f32]) {
        for record in records.chunks_exact(record_words(quantizer)) {
            self.push(record, OnceLock::new());
        }
    }

    fn push(&mut self, record: &[f32], row: OnceLock<Box<[f32]>>) {
        let i = self.lists.len();
        let block_bytes = kernels::block_bytes(self.padded);
        if i.is_multiple_of(BLOCK) {
            self.codes.resize(self.codes.len() + block_bytes, 0);
            self.near.add_block();
            self.own.iter_mut().for_each(FactorBytes::add_block);
        }
        let factors = |at: usize| Factors { add: record[at], rescale: record[at + 1] };
        self.near.set(i, factors(0));
        self.own.iter_mut().for_each(|own| own.set(i, factors(2)));
        let words = &record[record.len() - self.padded / 32..];
        let code: Vec<u8> = words.iter().flat_map(|word| word.to_bits().to_le_bytes()).collect();
        kernels::write_code(&mut self.codes[i / BLOCK * block_bytes..][..block_bytes], i % BLOCK, &code);
        self.rows.push(row);
        self.places.push(i as u32);
        self.lists.push(self.places.len() as u32 - 1);
    }

    /// Forgets a list: it is never the nearest again and never ranked.
    pub fn remove(&mut self, list: u32) {
        let Some(place) = self.place(list) else { return };
        let (padded, last) = (self.padded, self.lists.len() - 1);
        let block_bytes = kernels::block_bytes(padded);
        let mut code = vec![0; padded / 8];
        kernels::read_code(&self.codes[last / BLOCK * block_bytes..][..block_bytes], last % BLOCK, &mut code);
        kernels::write_code(
            &mut self.codes[place / BLOCK * block_bytes..][..block_bytes],
            place % BLOCK,
            &code,
        );
        self.codes.truncate(last.div_ceil(BLOCK) * block_bytes);
        if self.rows.swap_remove(place).get().is_some() {
            self.loaded.0.fetch_sub(1, Relaxed);
        }
        self.near.swap_remove(place, last + 1);
        self.own.iter_mut().for_each(|own| own.swap_remove(place, last + 1));
        self.places[self.lists[last] as usize] = place as u32;
        self.lists.swap_remove(place);
        self.places[list as usize] = NO_PLACE;
    }

    fn place(&self, list: u32) -> Option<usize> {
        self.places.get(list as usize).filter(|place| **place != NO_PLACE).map(|place| *place as usize)
    }

    /// Number of lists, without those removed.
    pub fn len(&self) -> usize {
        self.lists.len()
    }

    /// Numbers given so far: one more than the largest.
    pub fn numbers(&self) -> usize {
        self.places.len()
    }

    /// The numbers of the lists that were not removed, in no order.
    pub fn alive(&self) -> &[u32] {
        &self.lists
    }

    /// The centroid of a list that was not removed; all must be in memory.
    pub fn row(&self, list: u32) -> &[f32] {
        let Ok(row) = self.row_with(list, in_memory);
        row
    }

    /// The centroid of a list that was not removed. `load` reads one that is needed for the first time.
    pub fn row_with<E>(
        &self,
        list: u32,
        mut load: impl FnMut(u32) -> Result<Box<[f32]>, E>,
    ) -> Result<&[f32], E> {
        self.at(self.places[list as usize] as usize, &mut load)
    }

    fn at<E>(&self, place: usize, load: &mut impl FnMut(u32) -> Result<Box<[f32]>, E>) -> Result<&[f32], E> {
        let row = &self.rows[place];
        if let Some(row) = row.get() {
            return Ok(row);
        }
        let loaded = load(self.lists[place])?;
        Ok(row.get_or_init(|| {
            self.loaded.0.fetch_add(1, Relaxed);
            loaded
        }))
    }

    /// A list as a query sees it, where there is such a list. `load` as for [`Centroids::row_with`].
    pub fn ranked<E>(
        &self,
        quantizer: &Quantizer,
        query: &[f32],
        list: u32,
        load: &mut impl FnMut(u32) -> Result<Box<[f32]>, E>,
    ) -> Result<Option<Ranked>, E> {
        let Some(place) = self.place(list) else { return Ok(None) };
        let row = self.at(place, load)?;
        let distance_squared = kernels::l2_squared(query, row);
        let score = quantizer.list_constant(query, row, distance_squared);
        Ok(Some(Ranked { list, score, distance_squared }))
    }

    /// Bytes held in memory.
    pub fn memory(&self) -> usize {
        let factors = |f: &FactorBytes| f.add.len() + f.rescale.len();
        4 * (self.loaded.0.load(Relaxed) * self.padded + self.lists.len() + self.places.len())
            + size_of::<OnceLock<Box<[f32]>>>() * self.rows.len()
            + self.codes.len()
            + factors(&self.near)
            + self.own.as_ref().map_or(0, factors)
    }

    /// The list whose centroid is nearest to a rotated vector; all must be in memory.
    pub fn nearest(&self, x: &[f32], scratch: &mut RankScratch) -> u32 {
        let Ok(list) = self.nearest_with(x, scratch, in_memory);
        list
    }

    /// The list whose centroid is nearest to a rotated vector. `load` as for [`Centroids::row_with`].
    pub fn nearest_with<E>(
        &self,
        x: &[f32],
        scratch: &mut RankScratch,
        mut load: impl FnMut(u32) -> Result<Box<[f32]>, E>,
    ) -> Result<u32, E> {
        if self.len() == 1 {
            return Ok(self.lists[0]);
        }
        let RankScratch { bounds, table, .. } = scratch;
        let table = table.get_or_insert_with(LookupTable::new);
        table.build(x);
        let square = kernels::norm_squared(x);
        let mut best_upper = f32::INFINITY;
        let mut best_estimate = (f32::INFINITY, 0);
        bounds.clear();
        self.estimate(&self.near, table, square, square, |first, estimates, lows| {
            let mut rest = kernels::mask_below(lows, best_upper);
            while rest != 0 {
                let slot = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                let (estimate, low, place) = (estimates[slot], lows[slot], first + slot as u32);
                best_upper = best_upper.min(2.0 * estimate - low);
                if estimate < best_estimate.0 {
                    best_estimate = (estimate, place);
                }
                bounds.push((low, place));
            }
        });
        // the most promising first: its distance excludes most of the others
        let first = best_estimate.1;
        let mut best = (kernels::l2_squared(x, self.at(first as usize, &mut load)?), first);
        for &(low, place) in bounds.iter() {
            if low <= best_upper && low <= best.0 && place != first {
                let distance = kernels::l2_squared(x, self.at(place as usize, &mut load)?);
                if distance < best.0 {
                    best = (distance, place);
                }
            }
        }
        Ok(self.lists[best.1 as usize])
    }

    /// About the `count` lists whose centroids are nearest to a rotated vector, by their codes alone, in no order.
    pub fn near(&self, x: &[f32], count: usize, scratch: &mut RankScratch) -> Vec<u32> {
        let RankScratch { keys, table, .. } = scratch;
        let table = table.get_or_insert_with(LookupTable::new);
        table.build(x);
        let square = kernels::norm_squared(x);
        keys.clear();
        self.best_by_code(&self.near, table, square, square, count, keys);
        keys.iter().map(|key| self.lists[*key as u32 as usize]).collect()
    }

    /// The `count` best lists for a rotated query whose lookup table is `table`, best first; all must be in memory.
    pub fn rank(
        &self,
        quantizer: &Quantizer,
        query: &[f32],
        table: &LookupTable,
        count: usize,
        scratch: &mut RankScratch,
        out: &mut Vec<Ranked>,
    ) {
        let Ok(()) = self.rank_with(quantizer, query, table, count, scratch, out, in_memory);
    }

    /// The `count` best lists for a rotated query whose lookup table is `table`, best first. Exact order among those
    /// returned; with `count` = all lists none is missing, else few of the last ([`COMPARED`]). `load` as for [`Centroids::row_with`].
    #[allow(clippy::too_many_arguments, reason = "buffers of the caller")]
    pub fn rank_with<E>(
        &self,
        quantizer: &Quantizer,
        query: &[f32],
        table: &LookupTable,
        count: usize,
        scratch: &mut RankScratch,
        out: &mut Vec<Ranked>,
        mut load: impl FnMut(u32) -> Result<Box<[f32]>, E>,
    ) -> Result<(), E> {
        out.clear();
        let count = count.min(self.len());
        let compared = COMPARED * count + BLOCK / 2;
        let keys = &mut scratch.keys;
        keys.clear();
        if compared >= self.len() {
            keys.extend(0..self.len() as u64);
        } else {
            let (factors, constant, square) = self.parts(quantizer, query);
            self.best_by_code(factors, table, constant, square, compared, keys);
        }
        self.compare(quantizer, query, &scratch.keys, out, &mut load)?;
        out.truncate(count);
        Ok(())
    }

    /// As [`Centroids::rank_with`], for the lists whose score is at most a limit. `limit` is given the first list of all and says what
    /// the limit is, and how many lists there are to be at least.
    #[allow(clippy::too_many_arguments, reason = "buffers of the caller")]
    pub fn rank_within<E>(
        &self,
        quantizer: &Quantizer,
        query: &[f32],
        table: &LookupTable,
        scratch: &mut RankScratch,
        out: &mut Vec<Ranked>,
        limit: impl FnOnce(Ranked) -> (f32, usize),
        mut load: impl FnMut(u32) -> Result<Box<[f32]>, E>,
    ) -> Result<(), E> {
        out.clear();
        let keys = &mut scratch.keys;
        keys.clear();
        let (factors, constant, square) = self.parts(quantizer, query);
        self.estimate(factors, table, constant, square, |first, estimates, _| {
            let here = self.len() - first as usize;
            for (slot, estimate) in estimates.iter().enumerate().take(here) {
                keys.push(u64::from(ordered(*estimate)) << 32 | u64::from(first + slot as u32));
            }
        });
        let likely = LIKELY_FIRST.min(keys.len());
        keys.select_nth_unstable(likely - 1);
        self.compare(quantizer, query, &keys[..likely], out, &mut load)?;
        let (limit, least) = limit(out[0]);
        let seeming = keys.iter().filter(|key| from_ordered((**key >> 32) as u32) <= limit).count();
        let compared = COMPARED_WITHIN * seeming.max(least) + BLOCK / 2;
        if compared > likely {
            out.clear();
            if compared < keys.len() {
                keys.select_nth_unstable(compared);
                keys.truncate(compared);
            }
            self.compare(quantizer, query, keys, out, &mut load)?;
        }
        let within = out.partition_point(|ranked| ranked.score <= limit);
        out.truncate(within.max(least).max(1));
        Ok(())
    }

    /// What estimates of the lists' scores are made of: the factors, the constant part and the square of the query.
    fn parts(&self, quantizer: &Quantizer, query: &[f32]) -> (&FactorBytes, f32, f32) {
        let square = kernels::norm_squared(query);
        match &self.own {
            Some(own) => {
                let constant = quantizer.mean().iter().zip(query).map(|(m, q)| -(q + m) * m).sum::<f32>();
                (own, constant, square)
            }
            None => (&self.near, square, square),
        }
    }

    /// Compares the lists of some keys exactly and sorts them.
    fn compare<E>(
        &self,
        quantizer: &Quantizer,
        query: &[f32],
        keys: &[u64],
        out: &mut Vec<Ranked>,
        load: &mut impl FnMut(u32) -> Result<Box<[f32]>, E>,
    ) -> Result<(), E> {
        for (i, key) in keys.iter().enumerate() {
            if let Some(ahead) = keys.get(i + ROWS_AHEAD)
                && let Some(row) = self.rows[*ahead as u32 as usize].get()
            {
                kernels::prefetch(row.as_ptr().addr(), size_of_val::<[f32]>(row));
            }
            let place = *key as u32 as usize;
            let row = self.at(place, load)?;
            let distance_squared = kernels::l2_squared(query, row);
            let score = quantizer.list_constant(query, row, distance_squared);
            out.push(Ranked { list: self.lists[place], score, distance_squared });
        }
        out.sort_unstable_by(|a, b| a.score.total_cmp(&b.score).then(a.list.cmp(&b.list)));
        Ok(())
    }

    /// The places of the `count` lists that their codes say are the best, in the low halves of `keys`, in no order.
    fn best_by_code(
        &self,
        factors: &FactorBytes,
        table: &LookupTable,
        constant: f32,
        query_square: f32,
        count: usize,
        keys: &mut Vec<u64>,
    ) {
        // the best so far, and what may be among them, up to twice as many
        let mut limit = f32::INFINITY;
        self.estimate(factors, table, constant, query_square, |first, estimates, _| {
            let mut rest = kernels::mask_below(estimates, limit);
            while rest != 0 {
                let slot = rest.trailing_zeros();
                rest &= rest - 1;
                keys.push(u64::from(ordered(estimates[slot as usize])) << 32 | u64::from(first + slot));
            }
            if keys.len() >= 2 * count {
                let (_, worst, _) = keys.select_nth_unstable(count - 1);
                limit = from_ordered((*worst >> 32) as u32);
                keys.truncate(count);
            }
        });
        if count < keys.len() {
            keys.select_nth_unstable(count);
            keys.truncate(count);
        }
    }

    /// Estimates and lower bounds of the scores of the lists, block by block: the first place, and infinity where there is no list.
    fn estimate(
        &self,
        factors: &FactorBytes,
        table: &LookupTable,
        constant: f32,
        query_square: f32,
        mut each: impl FnMut(u32, &[f32; BLOCK], &[f32; BLOCK]),
    ) {
        let width = EPSILON * KAPPA * query_square.sqrt();
        let block_bytes = kernels::block_bytes(self.padded);
        let (mut sums, mut estimates, mut lows) = ([0u32; BLOCK], [0f32; BLOCK], [0f32; BLOCK]);
        for (i, codes) in self.codes.chunks_exact(block_bytes).enumerate() {
            kernels::scan_block(codes, table, &mut sums);
            let range = 4 * BLOCK * i..4 * BLOCK * (i + 1);
            kernels::affine_lower_bounds(
                &sums,
                table.scale(),
                table.offset(),
                &factors.add[range.clone()],
                &factors.rescale[range],
                constant,
                width,
                &mut estimates,
                &mut lows,
            );
            each((BLOCK * i) as u32, &estimates, &lows);
        }
    }
}

/// Numbers of the record of a centroid: factors of the squared distance, for the inner product those of the score, and the signs, 32 to a
/// number's bits.
pub fn record_words(quantizer: &Quantizer) -> usize {
    let factors = if quantizer.metric() == Metric::InnerProduct { 4 } else { 2 };
    factors + quantizer.padded_dims() / 32
}

/// Appends the record of a centroid.
pub fn write_record(quantizer: &Quantizer, row: &[f32], out: &mut Vec<f32>) {
    let zero = vec![0.0; row.len()];
    let (mut residual, mut code) = (vec![0.0; row.len()], vec![0; row.len() / 8]);
    let own = quantizer.encode(row, &zero, &mut residual, &mut code).unwrap_or(UNUSED);
    let square = kernels::norm_squared(row);
    let absolute: f32 = row.iter().map(|x| x.abs()).sum();
    let w = if absolute == 0.0 { 0.0 } else { square / absolute };
    out.extend([square, -2.0 * w]);
    if quantizer.metric() == Metric::InnerProduct {
        out.extend([own.add, own.rescale]);
    }
    let words =
        code.chunks_exact(4).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
    out.extend(words.map(f32::from_bits));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, seed: u64) -> Vec<f32> {
        let mut state = seed;
        (0..count).map(|_| (kernels::splitmix64(&mut state) >> 40) as f32 / (1 << 23) as f32 - 1.0).collect()
    }

    #[test]
    fn the_order_of_numbers_is_kept() {
        let values = [f32::NEG_INFINITY, -3.5, -0.0, 0.0, 1e-40, 2.0, f32::INFINITY];
        assert!(values.windows(2).all(|w| ordered(w[0]) < ordered(w[1])));
        assert!(values.iter().all(|x| from_ordered(ordered(*x)).to_bits() == x.to_bits()));
    }

    #[test]
    fn ranking_finds_the_best_lists_and_reads_few() {
        for metric in [Metric::L2, Metric::InnerProduct] {
            let quantizer = Quantizer::new(metric, 64, 1, numbers(64, 9));
            let rows = numbers(64 * 1000, 2);
            let full = Centroids::new(&quantizer, &rows);
            let mut records = Vec::new();
            rows.chunks_exact(64).for_each(|row| write_record(&quantizer, row, &mut records));
            let mut coded = Centroids::empty(&quantizer);
            coded.push_records(&quantizer, &records);
            let (mut table, mut scratch) = (LookupTable::new(), RankScratch::default());
            let (mut all, mut few, mut again) = (Vec::new(), Vec::new(), Vec::new());
            let (mut found, mut read) = (0, 0);
            for query in numbers(64 * 50, 3).chunks_exact(64) {
                table.build(query);
                full.rank(&quantizer, query, &table, 1000, &mut scratch, &mut all);
                full.rank(&quantizer, query, &table, 20, &mut scratch, &mut few);
                let load = |list: u32| -> Result<Box<[f32]>, Infallible> {
                    read += 1;
                    Ok(rows[64 * list as usize..][..64].into())
                };
                let Ok(()) = coded.rank_with(&quantizer, query, &table, 20, &mut scratch, &mut again, load);
                assert_eq!(few, again, "coded here and read from records");
                assert_eq!(all.len(), 1000);
                assert!(all.windows(2).all(|w| w[0].score <= w[1].score));
                found += few.iter().filter(|list| all[..20].contains(list)).count();
                let nearest = full.nearest(query, &mut scratch);
                let best = |list: u32| kernels::l2_squared(query, full.row(list));
                let truth = (0..1000).map(best).fold(f32::INFINITY, f32::min);
                assert!(best(nearest) <= 1.1 * truth, "{} for {truth}", best(nearest));
            }
            assert!(found >= 50 * 20 * 9 / 10, "{found} of 1,000");
            assert!(read <= 1000, "each is read once, here {read}");
            assert!(coded.memory() <= full.memory());
        }
    }
}
