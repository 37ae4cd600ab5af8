//! How far a search must look for a declared recall, calibrated at build on the data itself.
//!
//! Vectors of the sample that the clustering did not see stand in as queries, each left out of its own neighbours. Where the sample is the
//! fraction f of the data, the f·k nearest of the sample lie about as far away as the k nearest of the data, so their
//! lists tell how far a search has to go for a given share of the true neighbours.
//!
//! *How far* is not a number of lists, which would be too many for one query and too few for another, but a *reach*: by how much the
//! score of a list's centroid may exceed that of the nearest one. A query that lies away from the data has many centroids about
//! equally far, and scans many of them.

use crate::centroids::{Centroids, RankScratch, Ranked};
use crate::metric::Metric;
use crate::neighbours::{Exact, Neighbours};
use crate::quantizer::Quantizer;
use crate::tail::Needs;
use kernels::LookupTable;
use rayon::prelude::*;

/// Numbers of neighbours for which the table has a row; between them the logarithm is interpolated.
const NEIGHBOURS: [usize; 3] = [10, 100, 1000];

/// Recalls for which the table has a column.
const RECALLS: [f64; 16] =
    [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.875, 0.9, 0.925, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995, 0.999];

const CELLS: usize = NEIGHBOURS.len() * RECALLS.len();

/// Queries that one task compares with the sample together, and tasks for each thread between two looks for a cancel.
const TOGETHER: usize = 32;
const TASKS: usize = 2;

/// The last number of neighbours and the last recall of the table.
const LAST_NEIGHBOURS: usize = NEIGHBOURS[NEIGHBOURS.len() - 1];
const LAST_RECALL: f64 = RECALLS[RECALLS.len() - 1];
const BEFORE_LAST: f64 = RECALLS[RECALLS.len() - 2];

/// Reaches are kept where they cost at most so many times the lists that ranks cost, at the usual recalls: they hold for queries away
/// from the data, too. (Where data fill their space evenly scores say less than ranks do.)
const MOST_FOR_REACHES: f32 = 1.1;
const USUAL: std::ops::RangeInclusive<f64> = 0.95..=0.995;

/// Of a hundred queries of the calibration so many have a nearest centroid as near as [`StopTable::far`].
const FAR: usize = 95;

/// Queries of which every list is kept while a table is made, for the mean number of lists within reach.
const COUNTED_QUERIES: usize = 200;

/// Numbers by number of neighbours and recall, row by row.
pub(crate) type Cells = [f32; CELLS];

/// How far to look, by number of neighbours and recall.
#[derive(Debug, Clone, PartialEq)]
pub struct StopTable {
    /// Lists that every query would have to scan.
    pub(crate) ranks: Cells,
    /// How far the score of a list's centroid may exceed the first's ([`StopTable::limit`]), and how many lists that makes on average.
    pub(crate) reaches: Cells,
    pub(crate) means: Cells,
    /// The unit of the reaches; 0 where there are none: indexes of formats 1 to 3, those with one list, and where ranks spare lists.
    pub(crate) unit: f32,
    /// A query farther from its nearest centroid is a stranger to the calibration.
    pub(crate) far: f32,
}

impl StopTable {
    /// The table of an index with one list.
    pub fn single_list() -> Self {
        Self::of_ranks([1.0; CELLS])
    }

    /// The table of an index that was not calibrated yet: every search scans all lists.
    pub fn all_lists() -> Self {
        Self::of_ranks([u32::MAX as f32; CELLS])
    }

    fn of_ranks(ranks: Cells) -> Self {
        Self { ranks, reaches: [0.0; CELLS], means: [0.0; CELLS], unit: 0.0, far: 0.0 }
    }

    /// Lists that a search scans, of `lists`, so that `recall` of the `k` nearest are found on average; all of them at 1.0. Where the
    /// table has reaches that is the mean, not the number for a query ([`StopTable::limit`]).
    pub fn probes(&self, recall: f64, k: usize, lists: usize) -> usize {
        Self::count(if self.has_reaches() { &self.means } else { &self.ranks }, recall, k, lists)
    }

    fn count(cells: &Cells, recall: f64, k: usize, lists: usize) -> usize {
        if recall >= 1.0 {
            return lists;
        }
        let probes = interpolate(cells, recall, k);
        // beyond the table neighbours fill lists in proportion, and the last of them are anywhere
        let probes = probes * (k as f64 / LAST_NEIGHBOURS as f64).max(1.0);
        // an index without vectors has no list
        (probes.ceil() as usize).clamp(1, lists.max(1))
    }

    /// Whether a query is scanned by its reach.
    pub fn has_reaches(&self) -> bool {
        self.unit > 0.0
    }

    /// The largest score of a centroid whose list is scanned so that `recall` of the `k` nearest are found on average, given the first
    /// of the ranking. `query_norm` is that of the query before it was centred; only the inner product asks for it.
    pub fn limit(&self, metric: Metric, recall: f64, k: usize, first: Ranked, query_norm: f32) -> f32 {
        let reach = interpolate(&self.reaches, recall, k) as f32;
        first.score + reach * self.scale(metric, first, query_norm)
    }

    /// The least number of lists for a query, given the first of the ranking: where the table has no more neighbours, and where a query is
    /// a stranger to it, a reach says too little.
    pub fn least(&self, metric: Metric, recall: f64, k: usize, lists: usize, first: Ranked) -> usize {
        let stranger = metric != Metric::InnerProduct && first.distance_squared > self.far * self.far;
        if stranger || k > LAST_NEIGHBOURS { Self::count(&self.ranks, recall, k, lists) } else { 1 }
    }

    /// In what units a query's reach is measured. The scores of an inner product grow with the query; the squared distances of a query
    /// farther from all centroids than usual differ in proportion to that distance.
    fn scale(&self, metric: Metric, first: Ranked, query_norm: f32) -> f32 {
        match metric {
            Metric::InnerProduct => query_norm / self.unit,
            _ => (first.distance_squared.sqrt() / self.unit).max(1.0),
        }
    }

    /// Calibrates on a sample; `exact` says how far two of its rows truly are from each other where the codes' metric does not.
    /// `pool` does the work; `between` is called on the calling thread between portions of it.
    pub fn calibrate(
        calibration: &Calibration<'_>,
        exact: Option<&Exact<'_>>,
        pool: &rayon::ThreadPool,
        between: &mut dyn FnMut(usize, usize),
    ) -> Self {
        let Calibration { quantizer, centroids, sample, training, queries, fraction, budget, .. } =
            *calibration;
        let padded = quantizer.padded_dims();
        let rows = sample.len() / padded;
        let lists = centroids.len();
        if lists == 1 || rows < 100 {
            return Self::of_ranks([lists as f32; CELLS]);
        }
        let count = |k: usize, least| ((k as f64 * fraction).round() as usize).clamp(least, rows / 4);
        let (estimate, most) = if training > 0 {
            (Estimate::Counted(NEIGHBOURS.map(|k| count(k, 1)).to_vec()), count(LAST_NEIGHBOURS, 1))
        } else {
            // two depths at least, to see what grows with them
            (Estimate::Unbiased(fraction), count(LAST_NEIGHBOURS, 4))
        };
        let queries = (budget / sample.len()).clamp(200, queries).min(rows - training);
        let neighbours = Neighbours::new(quantizer, sample, exact, pool);
        let numbered: Vec<(usize, usize)> =
            (0..queries).map(|i| (i, training + i * (rows - training) / queries)).collect();
        let mut seen: Vec<Seen> = Vec::with_capacity(queries);
        for portion in numbered.chunks(TOGETHER * TASKS * pool.current_num_threads()) {
            seen.extend(pool.install(|| {
                portion
                    .par_chunks(TOGETHER)
                    .map_init(Worker::default, |worker, queries| {
                        worker.see(calibration, &neighbours, queries, most)
                    })
                    .flatten_iter()
                    .collect::<Vec<_>>()
            }));
            between(seen.len(), queries);
        }
        Self::of(quantizer.metric(), &seen, &estimate)
    }

    /// The table for which the queries seen find their neighbours: by reach, unless ranks spare lists.
    fn of(metric: Metric, seen: &[Seen], estimate: &Estimate) -> Self {
        let mut table = Self::of_ranks(needed(seen, estimate, |_, rank, _| rank as f32 + 1.0));
        let mut units: Vec<f32> = seen.iter().map(|query| query.unit(metric)).collect();
        units.sort_unstable_by(f32::total_cmp);
        table.unit = units[units.len() / 2];
        table.far = units[units.len() * FAR / 100];
        if !(table.unit > 0.0 && table.far.is_finite()) {
            (table.unit, table.far) = (0.0, 0.0);
            return table;
        }
        let scales: Vec<f32> =
            seen.iter().map(|query| table.scale(metric, query.first, query.norm)).collect();
        table.reaches = needed(seen, estimate, |query, _, gap| (gap / scales[query]).max(0.0));
        let counted = seen.iter().zip(&scales).filter(|(query, _)| !query.gaps.is_empty());
        for (mean, reach) in table.means.iter_mut().zip(&table.reaches) {
            let (mut lists, mut queries) = (0, 0);
            for (query, scale) in counted.clone() {
                lists += query.gaps.partition_point(|gap| *gap <= reach * scale).max(1);
                queries += 1;
            }
            *mean = lists.max(1) as f32 / queries.max(1) as f32;
        }
        if Self::usual(&table.means) > MOST_FOR_REACHES * Self::usual(&table.ranks) {
            (table.unit, table.far) = (0.0, 0.0);
        }
        table
    }

    /// The sum over the recalls that are asked for most.
    fn usual(cells: &Cells) -> f32 {
        RECALLS.iter().zip(cells).filter(|(recall, _)| USUAL.contains(recall)).map(|(_, cell)| cell).sum()
    }
}

/// What a share of the neighbours needs, from what those seen in a sample need.
enum Estimate {
    /// That of the nearest in the sample, as many of them as there are of the nearest in the data on average, for each of [`NEIGHBOURS`]. That is too
    /// much, by chance; where the sample's rows pulled their centroids towards themselves they need too little, by about as much.
    Counted(Vec<usize>),
    /// That of the nearest in the data, for a sample that is this fraction of it.
    Unbiased(f64),
}

/// An estimate without bias allows so many times the loss that it is asked for: of the quarter that a search leaves to the bounds of the codes
/// these use little (0.0005 to 0.002 of recall), and nothing else stands in need of it.
const UNUSED_RESERVE: f64 = 1.2;

/// What is needed for each recall and number of neighbours, if `need` (of a query, a rank and a gap) is what a neighbour takes.
fn needed(seen: &[Seen], estimate: &Estimate, need: impl Fn(usize, u32, f32) -> f32) -> Cells {
    let queries: Vec<Vec<f32>> = seen
        .iter()
        .enumerate()
        .map(|(i, query)| query.neighbours.iter().map(|(rank, gap)| need(i, *rank, *gap)).collect())
        .collect();
    let mut cells = [0.0; CELLS];
    let rows = cells.chunks_exact_mut(RECALLS.len());
    match estimate {
        Estimate::Counted(wanted) => rows.zip(wanted).for_each(|(row, count)| {
            let mut needs: Vec<f32> =
                queries.iter().flat_map(|query| query.iter().take(*count)).copied().collect();
            needs.sort_unstable_by(f32::total_cmp);
            for (cell, recall) in row.iter_mut().zip(RECALLS) {
                let place = (recall * needs.len() as f64 - 1e-9).ceil() as usize;
                *cell = needs[place.clamp(1, needs.len()) - 1];
            }
        }),
        Estimate::Unbiased(fraction) => {
            let needs = Needs::new(&queries, *fraction);
            rows.zip(NEIGHBOURS).for_each(|(row, k)| {
                let mut last = 0f32;
                for (cell, recall) in row.iter_mut().zip(RECALLS) {
                    // each is an estimate of its own, but none is less than that of a lower recall
                    last = last.max(needs.least(1.0 - UNUSED_RESERVE * (1.0 - recall), k));
                    *cell = last;
                }
            });
        }
    }
    // Farther neighbours need no less. There are more of them: where nearer ones seem to need more, they are too few to tell (at recall 0.999
    // the worst of a thousand would decide).
    for cell in (0..CELLS - RECALLS.len()).rev() {
        cells[cell] = cells[cell].min(cells[cell + RECALLS.len()]);
    }
    cells
}

/// A number of the table for any recall below 1 and number of neighbours. Beyond the last number of neighbours it is that of the
/// last; beyond the last recall the share that is missed falls as a power of the number, as it does between the last two.
fn interpolate(cells: &Cells, recall: f64, k: usize) -> f64 {
    let row = |level: usize| {
        let cells = &cells[level * RECALLS.len()..][..RECALLS.len()];
        match RECALLS.iter().position(|r| *r >= recall) {
            Some(0) => f64::from(cells[0]),
            Some(i) => {
                let share = (recall - RECALLS[i - 1]) / (RECALLS[i] - RECALLS[i - 1]);
                f64::from(cells[i - 1]) + share * f64::from(cells[i] - cells[i - 1])
            }
            None => {
                let [.., before, last] = *cells else { return 0.0 };
                let steps = ((1.0 - LAST_RECALL) / (1.0 - recall)).ln()
                    / ((1.0 - BEFORE_LAST) / (1.0 - LAST_RECALL)).ln();
                let growth = if before > 0.0 { f64::from(last) / f64::from(before) } else { 1.0 };
                f64::from(last) * growth.powf(steps)
            }
        }
    };
    match NEIGHBOURS.iter().position(|n| *n >= k) {
        Some(0) => row(0),
        Some(i) => {
            let (left, right) = (NEIGHBOURS[i - 1] as f64, NEIGHBOURS[i] as f64);
            let share = (k as f64 / left).ln() / (right / left).ln();
            row(i - 1) + share * (row(i) - row(i - 1))
        }
        None => row(NEIGHBOURS.len() - 1),
    }
}

/// The list of a second entry that there is not.
pub const NO_LIST: u32 = u32::MAX;

/// What a calibration saw of a query.
struct Seen {
    /// The first of the ranking.
    first: Ranked,
    /// The query's norm before it was centred.
    norm: f32,
    /// Of its nearest neighbours, nearest first: rank of the list, or of the better of two, and by how much its centroid's score exceeds the first's.
    neighbours: Vec<(u32, f32)>,
    /// The latter of all lists, in order; empty where they are not counted.
    gaps: Vec<f32>,
}

impl Seen {
    /// What [`StopTable::scale`] compares with the table's unit.
    fn unit(&self, metric: Metric) -> f32 {
        match metric {
            Metric::InnerProduct => self.norm,
            _ => self.first.distance_squared.sqrt(),
        }
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
    /// The list of the second entry of each, [`NO_LIST`] where it has none; None where no row has one.
    pub spilled: Option<&'a [u32]>,
    /// Rows of the sample from here on stand in as queries, each left out of its own neighbours. A build keeps them out of the
    /// clustering; 0 where the centroids are not of these rows.
    pub training: usize,
    /// The sample's share of the data.
    pub fraction: f64,
    /// Queries at most, 200 or more.
    pub queries: usize,
    /// Work, in multiply-adds.
    pub budget: usize,
}

#[derive(Default)]
struct Worker {
    scratch: RankScratch,
    table: Option<LookupTable>,
    ranked: Vec<Ranked>,
    rank_of: Vec<u32>,
}

impl Worker {
    /// What some sample vectors' `most` nearest others say. With each query comes its number: those of the first are counted.
    fn see(
        &mut self,
        calibration: &Calibration<'_>,
        neighbours: &Neighbours<'_>,
        queries: &[(usize, usize)],
        most: usize,
    ) -> Vec<Seen> {
        let Calibration { quantizer, centroids, sample, assigned, .. } = *calibration;
        let padded = quantizer.padded_dims();
        let table = self.table.get_or_insert_with(LookupTable::new);
        self.rank_of.resize(centroids.numbers(), 0);
        let rows: Vec<usize> = queries.iter().map(|(_, row)| *row).collect();
        let mut seen = Vec::with_capacity(queries.len());
        for (nearest, (number, row)) in neighbours.of(&rows, most).into_iter().zip(queries) {
            let query = &sample[row * padded..][..padded];
            table.build(query);
            let count = centroids.len();
            centroids.rank(quantizer, query, table, count, &mut self.scratch, &mut self.ranked);
            for (rank, list) in self.ranked.iter().enumerate() {
                self.rank_of[list.list as usize] = rank as u32;
            }
            let first = self.ranked[0];
            let gap = |rank: u32| self.ranked[rank as usize].score - first.score;
            let rank = |i: u32| {
                let second = calibration.spilled.map_or(NO_LIST, |spilled| spilled[i as usize]);
                let rank = self.rank_of[assigned[i as usize] as usize];
                if second == NO_LIST { rank } else { rank.min(self.rank_of[second as usize]) }
            };
            seen.push(Seen {
                first,
                norm: quantizer.norm(query),
                neighbours: nearest.iter().map(|i| rank(*i)).map(|rank| (rank, gap(rank))).collect(),
                gaps: match *number < COUNTED_QUERIES {
                    true => (0..count as u32).map(gap).collect(),
                    false => Vec::new(),
                },
            });
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(score: f32) -> Ranked {
        Ranked { list: 0, score, distance_squared: score }
    }

    #[test]
    fn more_recall_or_more_neighbours_never_need_less() {
        let mut cells = [0.0; CELLS];
        for (i, cell) in cells.iter_mut().enumerate() {
            *cell = 1.0 + (i % 16) as f32 * (1.0 + (i / 16) as f32);
        }
        let mut table = StopTable::of_ranks(cells);
        assert!(!table.has_reaches());
        let ranks = |table: &StopTable| {
            let by_recall =
                [0.5, 0.61, 0.9, 0.95, 0.951, 0.99, 0.999, 0.9995, 1.0].map(|r| table.probes(r, 10, 500));
            let by_k = [1, 10, 11, 100, 500, 1000, 5000].map(|k| table.probes(0.9, k, 500));
            assert!(by_recall.is_sorted() && by_k.is_sorted(), "{by_recall:?} {by_k:?}");
            assert_eq!((by_recall[0], by_recall[8]), (1, 500));
        };
        ranks(&table);
        (table.unit, table.far, table.means, table.reaches) = (1.0, 3.0, cells, cells);
        table.ranks.iter_mut().for_each(|rank| *rank += 7.0);
        ranks(&table);
        let limit = |recall, k| table.limit(Metric::L2, recall, k, ranked(4.0), 0.0);
        assert!([0.5, 0.61, 0.9, 0.999, 0.9995].map(|recall| limit(recall, 10)).is_sorted());
        assert!([1, 10, 11, 100, 1000, 5000].map(|k| limit(0.9, k)).is_sorted());
        let least = |recall, k, score| table.least(Metric::L2, recall, k, 500, ranked(score));
        assert_eq!((least(0.5, 10, 9.0), least(0.5, 10, 9.1), least(0.5, 5000, 0.0)), (1, 8, 40));
        // beyond the last recall it goes on as between the last two: a fifth of the loss
        let ranks = StopTable::of_ranks(cells);
        let loss = (1.0 - LAST_RECALL).powi(2) / (1.0 - BEFORE_LAST);
        let beyond = interpolate(&ranks.ranks, 1.0 - loss, 10);
        let (before, last) = (f64::from(cells[RECALLS.len() - 2]), f64::from(cells[RECALLS.len() - 1]));
        assert!((beyond - last * last / before).abs() < 1e-3, "{beyond}");
    }

    #[test]
    fn a_reach_grows_with_the_distance_and_an_inner_products_with_the_query() {
        let table = StopTable { unit: 2.0, reaches: [3.0; CELLS], ..StopTable::single_list() };
        let reach = |metric, score: f32, norm| table.limit(metric, 0.9, 10, ranked(score), norm) - score;
        assert_eq!(reach(Metric::L2, 0.0, 0.0), 3.0);
        assert_eq!(reach(Metric::L2, 4.0, 0.0), 3.0);
        assert_eq!(reach(Metric::L2, 64.0, 0.0), 12.0);
        assert_eq!(reach(Metric::InnerProduct, -64.0, 5.0), 7.5);
    }

    #[test]
    fn the_table_is_what_the_queries_needed() {
        // the lists of each lie `step` apart, its neighbours in these
        let seen = |score: f32, step: f32, neighbours: &[u32]| Seen {
            first: ranked(score),
            norm: 1.0,
            neighbours: neighbours.iter().map(|rank| (*rank, *rank as f32 * step)).collect(),
            gaps: (0..20).map(|i| i as f32 * step).collect(),
        };
        let at = |cells: &Cells, level: usize, recall: f64| {
            cells[level * RECALLS.len() + RECALLS.iter().position(|r| *r == recall).unwrap_or(0)]
        };
        // two that need ever so many lists, but the same reach
        let queries = [seen(1.0, 1.0, &[0, 1, 2, 2]), seen(1.0, 0.25, &[0, 4, 8, 8])];
        let table = StopTable::of(Metric::L2, &queries, &Estimate::Counted(vec![2, 3, 4]));
        assert!(table.has_reaches());
        assert_eq!([0.5, 0.75, 0.999].map(|r| at(&table.reaches, 0, r)), [0.0, 1.0, 1.0]);
        assert_eq!([0.5, 0.75, 0.999].map(|r| at(&table.means, 0, r)), [1.0, 3.5, 3.5]);
        assert_eq!([0.5, 0.75, 0.999].map(|r| at(&table.ranks, 0, r)), [1.0, 2.0, 5.0]);
        assert_eq!([0.6, 0.95].map(|r| at(&table.reaches, 1, r)), [1.0, 2.0]);
        assert_eq!([0.6, 0.95].map(|r| at(&table.means, 2, r)), [6.0, 6.0]);
        assert_eq!((table.unit, table.far), (1.0, 1.0));
        // where gaps say nothing, ranks do
        let queries = [seen(1.0, 1.0, &[0, 1, 2, 3]), seen(1.0, 0.25, &[0, 1, 2, 3])];
        assert!(!StopTable::of(Metric::L2, &queries, &Estimate::Counted(vec![2, 3, 4])).has_reaches());
        // and where all queries stand on a centroid
        let queries = [seen(0.0, 1.0, &[0, 1]), seen(0.0, 0.25, &[0, 4])];
        assert!(!StopTable::of(Metric::L2, &queries, &Estimate::Counted(vec![2, 2, 2])).has_reaches());
    }
}
