//! The k smallest of many scores.

use std::collections::BinaryHeap;

/// An `f32` with a total order.
#[derive(Clone, Copy, PartialEq)]
struct Score(f32);

impl Eq for Score {}
impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Score {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// The k smallest scores seen, of which only the largest matters.
#[derive(Default)]
pub(crate) struct Smallest {
    heap: BinaryHeap<Score>,
    k: usize,
}

impl Smallest {
    pub(crate) fn reset(&mut self, k: usize) {
        self.heap.clear();
        self.k = k;
    }

    pub(crate) fn clear(&mut self) {
        self.heap.clear();
    }

    pub(crate) fn push(&mut self, score: f32) {
        if self.heap.len() < self.k {
            self.heap.push(Score(score));
        } else if let Some(mut top) = self.heap.peek_mut()
            && score < top.0
        {
            *top = Score(score);
        }
    }

    /// The k-th smallest, or infinity while there are fewer.
    pub(crate) fn bound(&self) -> f32 {
        if self.heap.len() < self.k { f32::INFINITY } else { self.heap.peek().map_or(f32::INFINITY, |s| s.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smallest_keeps_the_kth() {
        let mut smallest = Smallest::default();
        smallest.reset(3);
        for score in [5.0, 1.0] {
            smallest.push(score);
        }
        assert_eq!(smallest.bound(), f32::INFINITY);
        for score in [4.0, 9.0, 2.0] {
            smallest.push(score);
        }
        assert_eq!(smallest.bound(), 4.0);
    }
}
