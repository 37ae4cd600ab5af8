//! How far a search with a filter must reach.
//!
//! The stop table knows how many lists hold a share R of the k nearest rows. With a filter the k nearest that it admits are among the K
//! nearest of all, and K depends on where the admitted rows lie: K = k/s where the filter admits the share s everywhere, but more where
//! it prefers rows far from the query. So the table is read the other way round: the p lists scanned so far hold R of the K nearest, half of these
//! within as many lists as the table says for recall 0.5, a further quarter up to those for 0.75, and so on; each part
//! counts with the share that the filter admitted in its lists. The search has reached far enough when the sum is k.

use crate::stop::StopTable;

/// Recalls at which the K nearest are divided into parts.
const PARTS: [f64; 4] = [0.5, 0.75, 0.9, 0.96];

/// A filter's preference for far rows is not believed beyond this.
const MOST_PREFERENCE: f64 = 10.0;

/// What a filter admitted in the lists scanned so far, by rank.
#[derive(Default)]
pub(crate) struct Passed {
    /// Rows, and admitted rows, of the first i lists.
    sums: Vec<(u64, u64)>,
}

impl Passed {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.sums.clear();
    }

    /// Counts the next list.
    pub fn push(&mut self, rows: u64, admitted: u64) {
        let (all, passed) = self.sums.last().copied().unwrap_or_default();
        self.sums.push((all + rows, passed + admitted));
    }

    fn sum(&self, lists: usize) -> (u64, u64) {
        if lists == 0 { (0, 0) } else { self.sums[lists.min(self.sums.len()) - 1] }
    }

    /// The share admitted in the lists from one rank to another.
    fn share(&self, from: usize, to: usize) -> f64 {
        let (start, end) = (self.sum(from), self.sum(to));
        let rows = end.0 - start.0;
        if rows == 0 { 0.0 } else { (end.1 - start.1) as f64 / rows as f64 }
    }
}

/// The stop table of an index, for a share of the neighbours that scanned lists must hold.
pub(crate) struct Reach<'a> {
    pub stop: &'a StopTable,
    pub share: f64,
    pub lists: usize,
}

impl Reach<'_> {
    /// How many nearest rows of all the lists scanned so far hold well enough, and how many of these the filter admits, less the
    /// standard deviation of what was counted, so that chance does not end a search early.
    ///
    /// What is not scanned holds the share 1 − R of the K nearest. If the filter admits there, as it does in the last lists scanned,
    /// ρ times the share it admits among the K nearest, that is ρ·(1 − R) of the rows wanted: then R has to be 1 − (1 − R)/ρ.
    pub fn admitted(&self, passed: &Passed) -> (f64, f64) {
        let (_, even, last) = self.expected(passed, self.share);
        let preference = if even > 0.0 { (last / even).clamp(1.0, MOST_PREFERENCE) } else { 1.0 };
        let (nearest, expected, _) = self.expected(passed, 1.0 - (1.0 - self.share) / preference);
        let counted = passed.sum(passed.sums.len()).1 as f64;
        let certain = if counted > 1.0 { 1.0 - counted.sqrt().recip() } else { 0.0 };
        (nearest, nearest * expected * certain)
    }

    /// The number K of nearest rows of which the lists scanned hold `share`, the share of these that the filter admits, and
    /// what it admits in the farthest part of the lists scanned.
    fn expected(&self, passed: &Passed, share: f64) -> (f64, f64, f64) {
        let scanned = passed.sums.len();
        let nearest = self.stop.neighbours(share, scanned, self.lists);
        let (mut from, mut below, mut expected, mut last) = (0, 0.0, 0.0, 0.0);
        for recall in PARTS.into_iter().filter(|recall| *recall < share).chain([share]) {
            let to = self.stop.probes(recall, nearest as usize, self.lists).clamp(from, scanned);
            // a part within the lists of the part before it is where that one is
            let start = if to == from { from.saturating_sub(1) } else { from };
            last = passed.share(start, to.max(1));
            expected += (recall - below) * last;
            (from, below) = (to, recall);
        }
        (nearest, expected / share, last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table in which k neighbours need k·recall⁸/10 lists.
    fn table() -> StopTable {
        let mut table = StopTable::single_list();
        let recalls: Vec<f64> = StopTable::recalls().to_vec();
        for (level, k) in [1.0, 10.0, 100.0].into_iter().enumerate() {
            for (i, recall) in recalls.iter().enumerate() {
                table.cells_mut()[level * recalls.len() + i] = (k * recall.powi(8)).max(1.0) as f32;
            }
        }
        table
    }

    #[test]
    fn an_even_filter_admits_its_share() {
        let table = table();
        let mut passed = Passed::default();
        (0..50).for_each(|_| passed.push(1000, 100));
        let reach = Reach { stop: &table, share: 0.95, lists: 1000 };
        let (nearest, admitted) = reach.admitted(&passed);
        assert!((300.0..=1000.0).contains(&nearest), "{nearest}");
        assert!((0.09..=0.1).contains(&(admitted / nearest)), "{admitted} of {nearest}");
    }

    #[test]
    fn far_rows_count_less() {
        let table = table();
        let reach = Reach { stop: &table, share: 0.95, lists: 1000 };
        let of = |admits: &dyn Fn(usize) -> u64| {
            let mut passed = Passed::default();
            (0..50).for_each(|rank| passed.push(1000, admits(rank)));
            reach.admitted(&passed).1
        };
        let (near, far) =
            (of(&|rank| if rank < 10 { 500 } else { 0 }), of(&|rank| if rank < 40 { 0 } else { 500 }));
        assert!(far < near / 4.0, "{far} {near}");
        assert_eq!(of(&|_| 0), 0.0);
    }
}
