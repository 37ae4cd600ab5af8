//! The centroids of an index in memory: which lists are nearest to a vector, without reading all centroids in full.
//!
//! Each centroid is coded like a vector whose centroid is the mean, so that one FastScan pass over the codes leaves a
//! few for exact comparison.

use crate::metric::Metric;
use crate::quantizer::{Factors, KAPPA, Quantizer};
use kernels::{BLOCK, LookupTable};

/// Width of the bound, in standard deviations, within which a coded centroid is compared exactly.
const EPSILON: f32 = 2.5;

/// The nearest list is looked for among so many, the best by their codes.
const LIKELY_FIRST: usize = 16;

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

/// Coded and full centroids. Lists are numbered in the order in which they are pushed; a removed one leaves no trace but its number.
#[derive(Clone)]
pub struct Centroids {
    padded: usize,
    /// Number of the list in each place, and place of each list by number ([`NO_PLACE`] once removed).
    lists: Vec<u32>,
    places: Vec<u32>,
    rows: Vec<f32>,
    codes: Vec<u8>,
    /// Factors of the squared distance, 32 `f32` a block, as bytes.
    near: FactorBytes,
    /// Factors of the metric's own score where that is another.
    own: Option<FactorBytes>,
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

const UNUSED: Factors = Factors { add: f32::INFINITY, rescale: 0.0 };

/// Buffers of a ranking, reused between queries.
#[derive(Default)]
pub struct RankScratch {
    bounds: Vec<(f32, f32, u32)>,
    table: Option<LookupTable>,
}

impl Centroids {
    /// Codes the rows (row-major, padded length each, rotated and centred); their numbers are those of the rows.
    pub fn new(quantizer: &Quantizer, rows: Vec<f32>) -> Self {
        let padded = quantizer.padded_dims();
        let mut centroids = Self {
            padded,
            lists: Vec::new(),
            places: Vec::new(),
            rows: Vec::new(),
            codes: Vec::new(),
            near: FactorBytes::default(),
            own: (quantizer.metric() == Metric::InnerProduct).then(FactorBytes::default),
        };
        centroids.extend(quantizer, rows);
        centroids
    }

    /// Codes further rows and gives them the next numbers.
    pub fn extend(&mut self, quantizer: &Quantizer, rows: Vec<f32>) {
        let padded = self.padded;
        let block_bytes = kernels::block_bytes(padded);
        let (zero, mut residual, mut code) = (vec![0.0; padded], vec![0.0; padded], vec![0; padded / 8]);
        for row in rows.chunks_exact(padded) {
            let i = self.lists.len();
            if i.is_multiple_of(BLOCK) {
                self.codes.resize(self.codes.len() + block_bytes, 0);
                self.near.add_block();
                self.own.iter_mut().for_each(FactorBytes::add_block);
            }
            let factors = quantizer.encode(row, &zero, &mut residual, &mut code);
            let at = i / BLOCK * block_bytes;
            kernels::write_code(&mut self.codes[at..at + block_bytes], i % BLOCK, &code);
            let square = kernels::norm_squared(row);
            let absolute: f32 = row.iter().map(|x| x.abs()).sum();
            let w = if absolute == 0.0 { 0.0 } else { square / absolute };
            self.near.set(i, Factors { add: square, rescale: -2.0 * w });
            if let (Some(own), Some(factors)) = (&mut self.own, factors) {
                own.set(i, factors);
            }
            self.places.push(i as u32);
            self.lists.push(self.places.len() as u32 - 1);
        }
        if self.rows.is_empty() {
            self.rows = rows;
        } else {
            self.rows.extend_from_slice(&rows);
        }
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
        self.rows.copy_within(last * padded.., place * padded);
        self.rows.truncate(last * padded);
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

    /// The centroid of a list that was not removed.
    pub fn row(&self, list: u32) -> &[f32] {
        self.at(self.places[list as usize] as usize)
    }

    fn at(&self, place: usize) -> &[f32] {
        &self.rows[place * self.padded..][..self.padded]
    }

    /// A list as a query sees it, where there is such a list.
    pub fn ranked(&self, quantizer: &Quantizer, query: &[f32], list: u32) -> Option<Ranked> {
        Some(self.ranked_at(quantizer, query, self.place(list)? as u32))
    }

    fn ranked_at(&self, quantizer: &Quantizer, query: &[f32], place: u32) -> Ranked {
        let row = self.at(place as usize);
        let distance_squared = kernels::l2_squared(query, row);
        let score = quantizer.list_constant(query, row, distance_squared);
        Ranked { list: self.lists[place as usize], score, distance_squared }
    }

    /// All centroids, row-major; in the order of their numbers while none was removed.
    pub fn rows(&self) -> &[f32] {
        &self.rows
    }

    /// Bytes held in memory.
    pub fn memory(&self) -> usize {
        let factors = |f: &FactorBytes| f.add.len() + f.rescale.len();
        4 * (self.rows.len() + self.lists.len() + self.places.len())
            + self.codes.len()
            + factors(&self.near)
            + self.own.as_ref().map_or(0, factors)
    }

    /// The list whose centroid is nearest to a rotated vector.
    pub fn nearest(&self, x: &[f32], scratch: &mut RankScratch) -> u32 {
        if self.len() == 1 {
            return self.lists[0];
        }
        let table = scratch.table.get_or_insert_with(LookupTable::new);
        table.build(x);
        let square = kernels::norm_squared(x);
        let mut best_upper = f32::INFINITY;
        scratch.bounds.clear();
        self.estimate(&self.near, table, square, square, |place, estimate, low| {
            if low <= best_upper {
                best_upper = best_upper.min(2.0 * estimate - low);
                scratch.bounds.push((low, estimate, place));
            }
        });
        // the most promising first: its distance excludes most of the others
        let first = scratch.bounds.iter().min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |bound| bound.2);
        let mut best = (kernels::l2_squared(x, self.at(first as usize)), first);
        for &(low, _, place) in &scratch.bounds {
            if low <= best_upper && low <= best.0 && place != first {
                let distance = kernels::l2_squared(x, self.at(place as usize));
                if distance < best.0 {
                    best = (distance, place);
                }
            }
        }
        self.lists[best.1 as usize]
    }

    /// The `count` best lists for a rotated query whose lookup table is `table`, best first. Exact order among those
    /// returned; with `count` = all lists none is missing.
    pub fn rank(
        &self,
        quantizer: &Quantizer,
        query: &[f32],
        table: &LookupTable,
        count: usize,
        scratch: &mut RankScratch,
        out: &mut Vec<Ranked>,
    ) {
        out.clear();
        let count = count.min(self.len());
        let exact = |place: u32| self.ranked_at(quantizer, query, place);
        // coding pays only where it spares most of the exact distances
        if count * 4 >= self.len() || self.len() <= 2 * BLOCK {
            out.extend((0..self.len() as u32).map(exact));
        } else {
            let square = kernels::norm_squared(query);
            let zero_constant = quantizer.mean().iter().zip(query).map(|(m, q)| -(q + m) * m).sum::<f32>();
            let (factors, constant) = match &self.own {
                Some(own) => (own, zero_constant),
                None => (&self.near, square),
            };
            scratch.bounds.clear();
            self.estimate(factors, table, constant, square, |place, estimate, low| {
                scratch.bounds.push((low, 2.0 * estimate - low, place));
            });
            scratch.bounds.select_nth_unstable_by(count - 1, |a, b| a.1.total_cmp(&b.1));
            let worst = scratch.bounds[count - 1].1;
            out.extend(scratch.bounds.iter().filter(|b| b.0 <= worst).map(|b| exact(b.2)));
        }
        out.sort_unstable_by(|a, b| a.score.total_cmp(&b.score).then(a.list.cmp(&b.list)));
        out.truncate(count);
    }

    /// How many lists have a score up to `limit`, which is given the best of all; by their codes, so a few more or less.
    pub fn within(
        &self,
        quantizer: &Quantizer,
        query: &[f32],
        table: &LookupTable,
        scratch: &mut RankScratch,
        limit: impl FnOnce(Ranked) -> f32,
    ) -> usize {
        let square = kernels::norm_squared(query);
        let zero_constant = quantizer.mean().iter().zip(query).map(|(m, q)| -(q + m) * m).sum::<f32>();
        let (factors, constant) = match &self.own {
            Some(own) => (own, zero_constant),
            None => (&self.near, square),
        };
        scratch.bounds.clear();
        self.estimate(factors, table, constant, square, |place, estimate, low| {
            scratch.bounds.push((estimate, low, place));
        });
        let bounds = &mut scratch.bounds;
        let likely = LIKELY_FIRST.min(bounds.len());
        bounds.select_nth_unstable_by(likely - 1, |a, b| a.0.total_cmp(&b.0));
        let first = bounds[..likely]
            .iter()
            .map(|bound| self.ranked_at(quantizer, query, bound.2))
            .min_by(|a, b| a.score.total_cmp(&b.score));
        let limit = first.map_or(f32::INFINITY, limit);
        bounds.iter().filter(|bound| bound.0 <= limit).count()
    }

    /// Estimate and lower bound of the score of the list in each place.
    fn estimate(
        &self,
        factors: &FactorBytes,
        table: &LookupTable,
        constant: f32,
        query_square: f32,
        mut each: impl FnMut(u32, f32, f32),
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
            for slot in 0..BLOCK.min(self.len() - BLOCK * i) {
                each((BLOCK * i + slot) as u32, estimates[slot], lows[slot]);
            }
        }
    }
}
