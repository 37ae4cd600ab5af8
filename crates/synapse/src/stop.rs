//! How many lists a search must scan for a declared recall, calibrated at build on the data itself.
//!
//! Vectors of the sample that the clustering did not see stand in as queries, each left out of its own neighbours. Where the sample is the
//! fraction f of the data, the m-th nearest of the sample lies about as far away as the m/f-th nearest of the data, and the ranks of
//! their lists tell how many lists hold a given share of neighbours that far out.

use crate::centroids::{Centroids, RankScratch, Ranked};
use crate::kmeans::assign;
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
        let Calibration { quantizer, centroids, sample, training, fraction, budget, .. } = *calibration;
        let padded = quantizer.padded_dims();
        let rows = sample.len() / padded;
        let lists = centroids.len();
        if lists == 1 || rows < 100 {
            let mut table = Self::single_list();
            table.0.fill(lists as f32);
            return table;
        }
        let farthest = NEIGHBOURS[NEIGHBOURS.len() - 1] as f64;
        // two depths at least, to see how the lists grow with them
        let most = ((farthest * fraction).round() as usize).clamp(4, rows / 4);
        let queries = (budget / sample.len()).clamp(200, 1000).min(rows - training);
        let depths = depths(most);
        // share of each depth's neighbours whose list has a given rank, summed over queries
        let mut found = vec![vec![0f64; lists]; depths.len()];
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
                        worker.neighbour_ranks(calibration, score, queries, most)
                    })
                    .flatten_iter()
                    .collect()
            });
            for ranks in &ranks {
                for (depth, found) in depths.iter().zip(&mut found) {
                    for rank in &ranks[..*depth.min(&ranks.len())] {
                        found[*rank as usize] += 1.0 / (*depth as f64 * queries as f64);
                    }
                }
            }
            done += ranks.len();
            between(done, queries);
        }
        let log_ranks: Vec<f64> = depths.iter().map(|depth| log_rank(*depth, fraction)).collect();
        let mut table = Self::single_list();
        for (column, recall) in RECALLS.iter().enumerate() {
            let points: Vec<Point> = depths
                .iter()
                .zip(&found)
                .zip(&log_ranks)
                .map(|((depth, found), log_rank)| {
                    let mut mass = 0.0;
                    let probes = found.iter().position(|share| {
                        mass += share;
                        mass >= recall - 1e-9
                    });
                    let probes = (probes.unwrap_or(lists - 1) + 1) as f64;
                    Point { log_rank: *log_rank, log_probes: probes.ln(), weight: (*depth as f64).sqrt() }
                })
                .collect();
            for (level, k) in NEIGHBOURS.iter().enumerate() {
                let probes = fit(&points, log_rank(*k, 1.0)).exp().clamp(1.0, lists as f64);
                // what the fit says of each cell alone need not grow with recall and neighbours, but it does
                let cell = |level: usize, column: usize| table.0[level * RECALLS.len() + column];
                let left = if column > 0 { cell(level, column - 1) } else { 1.0 };
                let above = if level > 0 { cell(level - 1, column) } else { 1.0 };
                table.0[level * RECALLS.len() + column] = (probes as f32).max(left).max(above);
            }
        }
        table
    }
}

/// How many of a query's nearest in the sample are looked at together: powers of two, and all.
fn depths(most: usize) -> Vec<usize> {
    let mut depths: Vec<usize> = (0..usize::BITS).map(|i| 1 << i).take_while(|depth| *depth < most).collect();
    depths.push(most);
    depths
}

/// The mean of ln j over the ranks j in the data of the `depth` nearest of a sample that is the fraction f of it: how far out these neighbours
/// lie. The m-th of the sample has about a gamma-distributed rank, whose logarithm is ψ(m) − ln f on average; at f = 1 it is m.
fn log_rank(depth: usize, fraction: f64) -> f64 {
    let mut digamma = -0.577_215_664_901_532_9;
    let mut sum = 0.0;
    for m in 1..=depth {
        sum += (1.0 - fraction) * digamma + fraction * (m as f64).ln() - fraction.ln();
        digamma += 1.0 / m as f64;
    }
    sum / depth as f64
}

/// Lists that hold a share of the neighbours at one depth.
struct Point {
    log_rank: f64,
    log_probes: f64,
    weight: f64,
}

/// How much of the slope is believed beyond the points: towards fewer neighbours the curve becomes flatter.
const BEYOND: f64 = 0.7;

/// The logarithm of the lists for neighbours that far out: a straight line through the points near there (locally weighted regression). One depth
/// alone has few neighbours that the lists before lack, one in a hundred at high recall; the others steady it.
fn fit(points: &[Point], log_rank: f64) -> f64 {
    let near = |point: &Point| {
        let distance = point.log_rank - log_rank;
        point.weight / (1.0 + distance * distance * distance * distance)
    };
    let weights: f64 = points.iter().map(near).sum();
    let mean =
        |value: &dyn Fn(&Point) -> f64| points.iter().map(|p| near(p) * value(p)).sum::<f64>() / weights;
    let (x, y) = (mean(&|p| p.log_rank), mean(&|p| p.log_probes));
    let variance = mean(&|p| (p.log_rank - x).powi(2));
    let covariance = mean(&|p| (p.log_rank - x) * (p.log_probes - y));
    let slope = if variance > 0.0 { (covariance / variance).max(0.0) } else { 0.0 };
    let ends = points.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), p| {
        (low.min(p.log_rank), high.max(p.log_rank))
    });
    let inside = log_rank.clamp(ends.0, ends.1);
    y + slope * (inside - x + BEYOND * (log_rank - inside))
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
    /// For each row that is one of those whose mean its list's centroid is, how many these are; else 0. Empty: there are none. A centroid
    /// is nearer to such a row, and to queries beside it, than if the row were new: unless that is taken out, the table is too small
    /// (500,000 × 128: 21 lists for a share of 0.9625, which needs 24).
    pub peers: &'a [u32],
    /// Rows of the sample from here on stand in as queries, each left out of its own neighbours. A build keeps them out of the
    /// clustering.
    pub training: usize,
    /// The sample's share of the data.
    pub fraction: f64,
    /// Work, in multiply-adds.
    pub budget: usize,
}

/// The nearest list of each row and what [`Calibration::peers`] says. The first `training` rows are those whose means the centroids are: each is
/// left out of its own.
pub fn assign_left_out(
    centroids: &Centroids,
    rows: &[f32],
    training: usize,
    padded: usize,
    pool: &rayon::ThreadPool,
) -> (Vec<u32>, Vec<u32>) {
    let mut lists = assign(centroids, rows, padded, pool);
    let mut members = vec![0u32; centroids.numbers()];
    lists[..training].iter().for_each(|list| members[*list as usize] += 1);
    let mut peers = vec![0; lists.len()];
    pool.install(|| {
        lists[..training].par_iter_mut().zip(&mut peers).zip(rows.par_chunks_exact(padded)).for_each_init(
            RankScratch::default,
            |scratch, ((list, peers), x)| {
                let own = std::mem::replace(list, centroids.nearest_left_out(x, *list, &members, scratch));
                *peers = if own == *list { members[own as usize] } else { 0 };
            },
        );
    });
    (lists, peers)
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
    fn neighbour_ranks(
        &mut self,
        calibration: &Calibration<'_>,
        score: &impl Fn(usize, usize) -> f32,
        queries: &[usize],
        most: usize,
    ) -> Vec<Vec<u32>> {
        let Calibration { quantizer, centroids, sample, assigned, peers, .. } = *calibration;
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
            let ranked = &self.ranked;
            let mut without = vec![0.0; padded];
            ranks.push(
                scores
                    .iter()
                    .map(|(_, i)| {
                        let (i, list) = (*i as usize, assigned[*i as usize]);
                        let rank = self.rank_of[list as usize];
                        let Some(peers) = peers.get(i).filter(|peers| **peers > 1) else { return rank };
                        // the centroid's place if it were the mean of the others
                        let n = *peers as f32;
                        for ((w, c), x) in without.iter_mut().zip(centroids.row(list)).zip(row(i)) {
                            *w = c + (c - x) / (n - 1.0);
                        }
                        let distance = kernels::l2_squared(row(*query), &without);
                        let score = quantizer.list_constant(row(*query), &without, distance);
                        let before = ranked.partition_point(|ranked| ranked.score < score) as u32;
                        if rank < before { before - 1 } else { before }
                    })
                    .collect(),
            );
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
