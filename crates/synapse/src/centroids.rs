//! The centroids of an index in memory: which lists are nearest to a vector, without reading all centroids in full.
//!
//! Each centroid is coded like a vector whose centroid is the mean, so that one FastScan pass over the codes leaves a
//! few for exact comparison.

use crate::metric::Metric;
use crate::quantizer::{Factors, KAPPA, Quantizer};
use kernels::{BLOCK, LookupTable};

/// Width of the bound, in standard deviations, within which a coded centroid is compared exactly.
const EPSILON: f32 = 2.5;

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

/// Coded and full centroids.
pub struct Centroids {
    padded: usize,
    rows: Vec<f32>,
    codes: Vec<u8>,
    /// Factors of the squared distance, 32 `f32` a block, as bytes.
    near: FactorBytes,
    /// Factors of the metric's own score where that is another.
    own: Option<FactorBytes>,
}

#[derive(Default)]
struct FactorBytes {
    add: Vec<u8>,
    rescale: Vec<u8>,
}

impl FactorBytes {
    fn set(&mut self, i: usize, factors: Factors) {
        self.add[4 * i..4 * i + 4].copy_from_slice(&factors.add.to_le_bytes());
        self.rescale[4 * i..4 * i + 4].copy_from_slice(&factors.rescale.to_le_bytes());
    }

    fn new(slots: usize) -> Self {
        // an unused slot must never win: its score is infinite
        Self { add: f32::INFINITY.to_le_bytes().repeat(slots), rescale: vec![0; 4 * slots] }
    }
}

/// Buffers of a ranking, reused between queries.
#[derive(Default)]
pub struct RankScratch {
    bounds: Vec<(f32, f32, u32)>,
    table: Option<LookupTable>,
}

impl Centroids {
    /// Codes the rows (row-major, padded length each, rotated and centred).
    pub fn new(quantizer: &Quantizer, rows: Vec<f32>) -> Self {
        let padded = quantizer.padded_dims();
        let lists = rows.len() / padded;
        let blocks = lists.div_ceil(BLOCK);
        let block_bytes = kernels::block_bytes(padded);
        let mut codes = vec![0; blocks * block_bytes];
        let mut near = FactorBytes::new(blocks * BLOCK);
        let mut own = (quantizer.metric() == Metric::InnerProduct).then(|| FactorBytes::new(blocks * BLOCK));
        let (zero, mut residual, mut code) = (vec![0.0; padded], vec![0.0; padded], vec![0; padded / 8]);
        for (i, row) in rows.chunks_exact(padded).enumerate() {
            let factors = quantizer.encode(row, &zero, &mut residual, &mut code);
            let at = i / BLOCK * block_bytes;
            kernels::write_code(&mut codes[at..at + block_bytes], i % BLOCK, &code);
            let square = kernels::norm_squared(row);
            let absolute: f32 = row.iter().map(|x| x.abs()).sum();
            let w = if absolute == 0.0 { 0.0 } else { square / absolute };
            near.set(i, Factors { add: square, rescale: -2.0 * w });
            if let (Some(own), Some(factors)) = (&mut own, factors) {
                own.set(i, factors);
            }
        }
        Self { padded, rows, codes, near, own }
    }

    /// Number of lists.
    pub fn len(&self) -> usize {
        self.rows.len() / self.padded
    }

    /// One centroid.
    pub fn row(&self, list: u32) -> &[f32] {
        &self.rows[list as usize * self.padded..][..self.padded]
    }

    /// All centroids, row-major.
    pub fn rows(&self) -> &[f32] {
        &self.rows
    }

    /// Bytes held in memory.
    pub fn memory(&self) -> usize {
        let factors = |f: &FactorBytes| f.add.len() + f.rescale.len();
        4 * self.rows.len() + self.codes.len() + factors(&self.near) + self.own.as_ref().map_or(0, factors)
    }

    /// The list whose centroid is nearest to a rotated vector.
    pub fn nearest(&self, x: &[f32], scratch: &mut RankScratch) -> u32 {
        if self.len() == 1 {
            return 0;
        }
        let table = scratch.table.get_or_insert_with(LookupTable::new);
        table.build(x);
        let square = kernels::norm_squared(x);
        let mut best_upper = f32::INFINITY;
        scratch.bounds.clear();
        self.estimate(&self.near, table, square, square, |list, estimate, low| {
            if low <= best_upper {
                best_upper = best_upper.min(2.0 * estimate - low);
                scratch.bounds.push((low, estimate, list));
            }
        });
        // the most promising first: its distance excludes most of the others
        let first = scratch.bounds.iter().min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |bound| bound.2);
        let mut best = (kernels::l2_squared(x, self.row(first)), first);
        for &(low, _, list) in &scratch.bounds {
            if low <= best_upper && low <= best.0 && list != first {
                let distance = kernels::l2_squared(x, self.row(list));
                if distance < best.0 {
                    best = (distance, list);
                }
            }
        }
        best.1
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
        let exact = |list: u32| {
            let row = self.row(list);
            let distance_squared = kernels::l2_squared(query, row);
            Ranked { list, score: quantizer.list_constant(query, row, distance_squared), distance_squared }
        };
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
            self.estimate(factors, table, constant, square, |list, estimate, low| {
                scratch.bounds.push((low, 2.0 * estimate - low, list));
            });
            scratch.bounds.select_nth_unstable_by(count - 1, |a, b| a.1.total_cmp(&b.1));
            let worst = scratch.bounds[count - 1].1;
            out.extend(scratch.bounds.iter().filter(|b| b.0 <= worst).map(|b| exact(b.2)));
        }
        out.sort_unstable_by(|a, b| a.score.total_cmp(&b.score).then(a.list.cmp(&b.list)));
        out.truncate(count);
    }

    /// Estimate and lower bound of every list's score.
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
