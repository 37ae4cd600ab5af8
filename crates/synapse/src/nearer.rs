//! How many rows of all are nearer than those that a filter admits.
//!
//! The k nearest rows that a filter admits are among the K nearest of all, and the stop table knows how many lists hold a share of the
//! K nearest. K is counted: where a block has an admitted row, the scores of all its rows are estimated anyway; of the blocks without
//! one, every eighth is looked at for this purpose alone and counts eight times.

use crate::layout::SLOTS;

/// Of so many blocks without an admitted row one is looked at.
const SAMPLED: usize = 8;

/// Estimated scores of rows, admitted or not, of the lists scanned in a round.
#[derive(Default)]
pub(crate) struct Nearer {
    all: Vec<f32>,
    sampled: Vec<f32>,
    blocks: usize,
}

impl Nearer {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.all.clear();
        self.sampled.clear();
        self.blocks = 0;
    }

    /// Whether a block without an admitted row is to be looked at.
    pub fn takes_block(&mut self) -> bool {
        self.blocks += 1;
        self.blocks.is_multiple_of(SAMPLED)
    }

    /// Adds the estimates of the rows of `mask`, of a block that has an admitted row or of a sampled one.
    pub fn push(&mut self, estimates: &[f32; SLOTS], mask: u32, sampled: bool) {
        let rows = if sampled { &mut self.sampled } else { &mut self.all };
        let mut rest = mask;
        while rest != 0 {
            rows.push(estimates[rest.trailing_zeros() as usize]);
            rest &= rest - 1;
        }
    }

    /// How many rows are nearer than a threshold, about.
    pub fn count(&self, threshold: f32) -> f64 {
        let below = |estimates: &[f32]| estimates.iter().filter(|estimate| **estimate <= threshold).count();
        (below(&self.all) + SAMPLED * below(&self.sampled)) as f64
    }
}
