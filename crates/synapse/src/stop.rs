//! How many lists a search must scan for a declared recall, calibrated at build on the data itself.
//!
//! Vectors of the sample that the clustering did not see stand in as queries, each left out of its own neighbours. Where the sample is the
//! fraction f of the data, the f·k nearest of the sample lie about as far away as the k nearest of the data, so their
//! lists' ranks tell how many lists hold a given share of the true neighbours.

use crate::centroids::{Centroids, RankScratch, Ranked};
use crate::quantizer::Quantizer;
use kernels::LookupTable;
use rayon::prelude::*;

/// Numbers of neighbours for which the table has a row; between them the logarithm is interpolated.
const NEIGHBOURS: [usize; 3] = [10, 100, 1000];

/// Recalls for which the table has a column.
const RECALLS: [f64; 16] =
    [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.875, 0.9, 0.925, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995, 0.999];

const CELLS: usize = NEIGHBOURS.len() * RECALLS.len();

/// Queries that one task compares with the sample together: a portion of the sample is read once for all of them.
const TOGETHER: usize = 8;

/// Sample rows of such a portion: they stay in the cache.
const PORTION: usize = 128;

/// Probes by number of neighbours and recall.
#[derive(Debug, Clone, PartialEq)]
pub struct StopTable([f32; CELLS]);

impl StopTable {
    /// The table of an index with one list.
    pub fn single_list() -> Self {
        Self([1.0; CELLS])
    }

    /// The table of an index that was not calibrated yet: every search scans all lists.
    pub fn all_lists() -> Self {
        Self([u32::MAX as f32; CELLS])
    }

    /// The stored numbers, row by row.
    pub fn cells(&self) -> &[f32] {
        &self.0
    }

    /// The stored numbers, to be filled.
    pub fn cells_mut(&mut self) -> &mut [f32] {
        &mut self.0
    }

    /// Lists to scan, of `lists`, so that `recall` of the `k` nearest are found on average; all of them at 1.0.
    pub fn probes(&self, recall: f64, k: usize, lists: usize) -> usize {
        if recall >= 1.0 {
            return lists;
        }
        let row = |level: usize| {
            let cells = &self.0[level * RECALLS.len()..][..RECALLS.len()];
            let right = RECALLS.iter().position(|r| *r >= recall);
            match right {
                Some(0) => f64::from(cells[0]),
                Some(i) => {
                    let share = (recall - RECALLS[i - 1]) / (RECALLS[i] - RECALLS[i - 1]);
                    f64::from(cells[i - 1]) + share * f64::from(cells[i] - cells[i - 1])
                }
                None => {
                    let share = (recall - RECALLS[RECALLS.len() - 1]) / (1.0 - RECALLS[RECALLS.len() - 1]);
                    let last = f64::from(cells[RECALLS.len() - 1]);
                    last + share * (lists as f64 - last)
                }
            }
        };
        let k = k.max(1);
        let probes = match NEIGHBOURS.iter().position(|n| *n >= k) {
            Some(0) => row(0),
            Some(i) => {
                let (left, right) = (NEIGHBOURS[i - 1] as f64, NEIGHBOURS[i] as f64);
                let share = (k as f64 / left).ln() / (right / left).ln();
                row(i - 1) + share * (row(i) - row(i - 1))
            }
            // beyond the table neighbours fill lists in proportion
            None => row(NEIGHBOURS.len() - 1) * k as f64 / NEIGHBOURS[NEIGHBOURS.len() - 1] as f64,
        };
        // an index without vectors has no list
        (probes.ceil() as usize).clamp(1, lists.max(1))
    }

    /// Calibrates on a sample; `score` says how far two of its rows truly are from each other. `pool` does the work; `between` is
    /// called on the calling thread between portions of it.
    pub fn calibrate(
        calibration: &Calibration<'_>,
        score: &(impl Fn(usize, usize) -> f32 + Sync),
        pool: &rayon::ThreadPool,
        between: &mut dyn FnMut(usize, usize),
    ) -> Self {
        let Calibration { quantizer, centroids, sample, assigned, training, fraction, budget } = *calibration;
        let padded = quantizer.padded_dims();
        let rows = sample.len() / padded;
        let lists = centroids.len();
        if lists == 1 || rows < 100 {
            let mut table = Self::single_list();
            table.0.fill(lists as f32);
            return table;
        }
        let wanted: Vec<usize> =
            NEIGHBOURS.iter().map(|k| ((*k as f64 * fraction).round() as usize).clamp(1, rows / 4)).collect();
        let most = wanted[wanted.len() - 1];
        let queries = (budget / sample.len()).clamp(200, 1000).min(rows - training);
        // share of the true neighbours whose list has a given rank, summed over queries, for each level
        let mut found = vec![vec![0f64; lists]; NEIGHBOURS.len()];
        let mut done = 0;
        while done < queries {
            let tasks: Vec<Vec<usize>> = (done..queries.min(done + 8 * TOGETHER))
                .map(|i| training + i * (rows - training) / queries)
                .collect::<Vec<_>>()
                .chunks(TOGETHER)
                .map(<[usize]>::to_vec)
                .collect();
            let ranks: Vec<Vec<u32>> = pool.install(|| {
                tasks
                    .par_iter()
                    .map_init(Worker::default, |worker, queries| {
                        worker.neighbour_ranks(quantizer, centroids, sample, score, assigned, queries, most)
                    })
                    .flatten_iter()
                    .collect()
            });
            for ranks in &ranks {
                for (level, k) in wanted.iter().enumerate() {
                    for rank in &ranks[..*k.min(&ranks.len())] {
                        found[level][*rank as usize] += 1.0 / (*k as f64 * queries as f64);
                    }
                }
            }
            done += ranks.len();
            between(done, queries);
        }
        let mut table = Self::single_list();
        for (level, found) in found.iter().enumerate() {
            for (column, recall) in RECALLS.iter().enumerate() {
                let mut mass = 0.0;
                let probes = found.iter().position(|share| {
                    mass += share;
                    mass >= recall - 1e-9
                });
                table.0[level * RECALLS.len() + column] = (probes.unwrap_or(lists - 1) + 1) as f32;
            }
        }
        table
    }
}

/// What a calibration works on.
#[derive(Clone, Copy)]
pub struct Calibration<'a> {
    /// The space of the codes.
    pub quantizer: &'a Quantizer,
    /// The lists.
    pub centroids: &'a Centroids,
    /// Rotated vectors, row-major.
    pub sample: &'a [f32],
    /// The list of each.
    pub assigned: &'a [u32],
    /// Rows of the sample from here on stand in as queries, each left out of its own neighbours. A build keeps them out of the
    /// clustering.
    pub training: usize,
    /// The sample's share of the data.
    pub fraction: f64,
    /// Work, in multiply-adds.
    pub budget: usize,
}

#[derive(Default)]
struct Worker {
    scratch: RankScratch,
    table: Option<LookupTable>,
    ranked: Vec<Ranked>,
    scores: Vec<Vec<(f32, u32)>>,
    rank_of: Vec<u32>,
}

impl Worker {
    /// For each of some sample vectors: ranks of the lists that hold its `most` nearest others, nearest first.
    #[allow(clippy::too_many_arguments, reason = "one call, and each is a different thing")]
    fn neighbour_ranks(
        &mut self,
        quantizer: &Quantizer,
        centroids: &Centroids,
        sample: &[f32],
        score: &impl Fn(usize, usize) -> f32,
        assigned: &[u32],
        queries: &[usize],
        most: usize,
    ) -> Vec<Vec<u32>> {
        let padded = quantizer.padded_dims();
        let row = |i: usize| &sample[i * padded..][..padded];
        self.scores.resize(TOGETHER, Vec::new());
        self.scores.iter_mut().for_each(Vec::clear);
        for (portion, rows) in sample.chunks(PORTION * padded).enumerate() {
            for (query, scores) in queries.iter().zip(&mut self.scores) {
                for i in portion * PORTION..portion * PORTION + rows.len() / padded {
                    if i != *query {
                        scores.push((score(*query, i), i as u32));
                    }
                }
            }
        }
        let table = self.table.get_or_insert_with(LookupTable::new);
        self.rank_of.resize(centroids.numbers(), 0);
        let mut ranks = Vec::with_capacity(queries.len());
        for (query, scores) in queries.iter().zip(&mut self.scores) {
            table.build(row(*query));
            let count = centroids.len();
            centroids.rank(quantizer, row(*query), table, count, &mut self.scratch, &mut self.ranked);
            for (rank, list) in self.ranked.iter().enumerate() {
                self.rank_of[list.list as usize] = rank as u32;
            }
            let most = most.min(scores.len());
            scores.select_nth_unstable_by(most - 1, |a, b| a.0.total_cmp(&b.0));
            scores.truncate(most);
            scores.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            ranks.push(scores.iter().map(|(_, i)| self.rank_of[assigned[*i as usize] as usize]).collect());
        }
        ranks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_recall_or_more_neighbours_never_need_fewer_lists() {
        let mut table = StopTable::single_list();
        for (i, cell) in table.cells_mut().iter_mut().enumerate() {
            *cell = 1.0 + (i % 16) as f32 * (1.0 + (i / 16) as f32);
        }
        let mut last = 0;
        for recall in [0.5, 0.61, 0.9, 0.95, 0.951, 0.99, 0.999, 0.9995, 1.0] {
            let probes = table.probes(recall, 10, 500);
            assert!(probes >= last && (1..=500).contains(&probes));
            last = probes;
        }
        assert_eq!(last, 500);
        let by_k: Vec<_> = [1, 10, 11, 100, 500, 1000, 5000].map(|k| table.probes(0.9, k, 500)).to_vec();
        assert!(by_k.windows(2).all(|w| w[0] <= w[1]), "{by_k:?}");
    }
}
