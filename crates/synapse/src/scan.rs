//! Scanning one list: one-bit codes of all its rows, refinement codes of those that may be among the nearest.
//!
//! The one-bit codes give each row a lower and an upper bound. Rows whose lower bound is below the k-th smallest upper bound so far
//! are candidates. When the list is scanned, the refinement codes of the candidates are read, the most promising first, so that
//! the threshold comes down before the others are looked at.

use crate::centroids::Ranked;
use crate::error::Error;
use crate::layout::{BlockRef, HEADER_BYTES, PageKind, SLOTS, Tid};
use crate::lists::{ChainWalk, list_header, owned_header, refine_header};
use crate::model::Model;
use crate::pages::{Block, NO_BLOCK, Pages};
use crate::refine;
use crate::search::{ROUNDING, Search};
use crate::spread::Widening;
use crate::vectors::Home;

/// Refinement pages held open at once: those of one list page, as a rule.
const OPEN_PAGES: usize = 4;

/// Refinement codes whose memory is asked for before they are looked at.
const AHEAD: usize = 4;

/// Candidates looked at between two places where the search may be cancelled.
const BETWEEN_CHECKS: usize = 1024;

/// How far from their estimates the scores of a list's rows may lie.
#[derive(Clone, Copy)]
pub(crate) struct Widths {
    /// For one-bit codes, in units of their rescale factor.
    pub code: f32,
    /// For refinement codes, in units of their error; None where they are not to be read.
    pub refined: Option<f32>,
    /// For the rounding of sums.
    pub slack: f32,
}

/// A row whose refinement code is to be read.
pub(crate) struct Candidate {
    low: f32,
    tid: Tid,
    /// Whether this is the row's second entry.
    spilled: bool,
    /// Where the code is: the page, and the slot of the list page.
    page: Block,
    slot: u32,
    /// As [`Survivor::home`].
    home: u32,
}

/// A row that may be among the nearest.
#[derive(Clone, Copy)]
pub(crate) struct Survivor {
    /// Lower bound of its score.
    pub low: f32,
    /// Where its entry is: a place in [`Search::homes`], or [`Survivor::NOT_KEPT`].
    pub home: u32,
    /// The row.
    pub tid: Tid,
}

impl Survivor {
    /// The index does not keep the row's vector.
    pub const NOT_KEPT: u32 = u32::MAX;
}

impl Search {
    /// Scans a list's codes and keeps those that may be among the nearest.
    pub(crate) fn scan_list<P: Pages>(
        &mut self,
        pages: &P,
        model: &Model,
        ranked: Ranked,
        widths: Widths,
        next_list: Option<u32>,
    ) -> Result<(), Error> {
        let geometry = &model.geometry;
        let next_list = next_list.map_or(NO_BLOCK, |list| model.firsts[list as usize]);
        let mut block = model.firsts[ranked.list as usize];
        let (mut sums, mut estimates, mut lows) = ([0u32; SLOTS], [0f32; SLOTS], [0f32; SLOTS]);
        let mut walk = ChainWalk::default();
        while block != NO_BLOCK {
            walk.step(pages, block)?;
            pages.check_cancelled();
            let page = pages.read(block)?;
            let header = list_header(&page, block, ranked.list)?;
            let next_page = if header.next == NO_BLOCK { next_list } else { header.next };
            pages.prefetch_pin(next_page);
            if self.reads_ahead > 0 && header.next != NO_BLOCK {
                pages.prefetch_page(header.next);
            }
            for i in 0..geometry.blocks {
                if next_page != NO_BLOCK {
                    for bytes in geometry.scanned(i) {
                        pages.prefetch(next_page, bytes);
                    }
                }
                let entries = BlockRef(&page[geometry.range(i)]);
                let mut live = entries.live();
                // where all lists are scanned every row is met by its first entry
                if self.all_lists && model.spill {
                    live &= !entries.spilled(live);
                }
                if live == 0 {
                    continue;
                }
                self.stats.codes += u64::from(live.count_ones());
                let admitted = self.filter.mask(&page[geometry.keys(i)], live);
                let counted = !self.filter.is_empty() && !self.blind;
                if admitted == 0 && !(counted && self.nearer.takes_block()) {
                    continue;
                }
                self.stats.admitted += u64::from(admitted.count_ones());
                let mask = if self.blind {
                    lows.fill(f32::NEG_INFINITY);
                    estimates.fill(f32::INFINITY);
                    admitted
                } else {
                    sums.fill(0);
                    kernels::scan_block_partial(
                        &entries.codes()[..16 * geometry.groups_here],
                        &self.table,
                        0,
                        &mut sums,
                    );
                    if geometry.slices > 0 {
                        self.add_slices(pages, model, ranked.list, entries.slices(), &mut sums)?;
                    }
                    kernels::affine_lower_bounds(
                        &sums,
                        self.table.scale(),
                        self.table.offset(),
                        entries.add(),
                        entries.rescale(),
                        ranked.score,
                        widths.code,
                        &mut estimates,
                        &mut lows,
                    );
                    if self.widening != Widening::NONE {
                        for (estimate, low) in estimates.iter_mut().zip(&mut lows) {
                            let high = self.widening.high(2.0 * *estimate - *low);
                            *low = self.widening.low(*low);
                            *estimate = 0.5 * (high + *low);
                        }
                    }
                    // sums that overflow say nothing about the row: it is compared exactly
                    let mut unknown = 0;
                    for (slot, low) in lows.iter_mut().enumerate() {
                        if !low.is_finite() {
                            *low = f32::NEG_INFINITY;
                            estimates[slot] = f32::INFINITY;
                            unknown |= 1 << slot;
                        }
                    }
                    admitted & (unknown | kernels::mask_below(&lows, self.limit(widths)))
                };
                if counted {
                    let near = live & kernels::mask_below(&estimates, self.threshold());
                    self.nearer.push(&estimates, near, admitted == 0);
                }
                let mut rest = mask;
                while rest != 0 {
                    let slot = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    let (low, high) = (lows[slot], 2.0 * estimates[slot] - lows[slot]);
                    let home = match geometry.vector {
                        0 => Survivor::NOT_KEPT,
                        _ => self.remember(ranked.list, block, SLOTS * i + slot),
                    };
                    if widths.refined.is_some() && low.is_finite() {
                        let slot = SLOTS * i + slot;
                        let page = geometry.refine_page(&page, geometry.record_place(slot).0);
                        let (tid, spilled) = (entries.tid(slot % SLOTS), entries.is_spilled(slot % SLOTS));
                        self.candidates.push(Candidate { low, tid, spilled, page, slot: slot as u32, home });
                        // a row met twice counts once
                        if !spilled {
                            self.coarse.push(high);
                        }
                    } else {
                        self.survivors.push(Survivor { low, home, tid: entries.tid(slot) });
                        if !entries.is_spilled(slot) {
                            self.uppers.push(high);
                        }
                    }
                }
            }
            block = header.next;
        }
        self.stats.lists += 1;
        match widths.refined {
            Some(width) => self.refine(pages, model, ranked, width, widths),
            None => Ok(()),
        }
    }

    /// Reads the candidates' refinement codes and keeps those that still may be among the nearest. A slot may have been given to
    /// another row since it was scanned; then the row scanned is dead, and what is estimated of it does not matter.
    fn refine<P: Pages>(
        &mut self,
        pages: &P,
        model: &Model,
        ranked: Ranked,
        width: f32,
        widths: Widths,
    ) -> Result<(), Error> {
        let mut candidates = std::mem::take(&mut self.candidates);
        candidates.sort_unstable_by(|a, b| a.low.total_cmp(&b.low).then(a.tid.cmp(&b.tid)));
        let mut open: Vec<(Block, P::Read<'_>)> = Vec::with_capacity(OPEN_PAGES);
        let ahead = |i: usize| {
            if let Some(candidate) = candidates.get(i) {
                let record = model.geometry.record_place(candidate.slot as usize).1;
                pages.prefetch_pin(candidate.page);
                pages.prefetch(candidate.page, record);
            }
        };
        (0..AHEAD).for_each(ahead);
        if self.reads_ahead > 0 {
            let limit = self.limit(widths);
            let mut pages_ahead: Vec<Block> =
                candidates.iter().take_while(|candidate| candidate.low <= limit).map(|c| c.page).collect();
            pages_ahead.sort_unstable();
            pages_ahead.dedup();
            pages_ahead.iter().take(self.reads_ahead).for_each(|block| pages.prefetch_page(*block));
        }
        for (i, candidate) in candidates.iter().enumerate() {
            ahead(i + AHEAD);
            let limit = self.limit(widths);
            if candidate.low > limit {
                break;
            }
            if i % BETWEEN_CHECKS == BETWEEN_CHECKS - 1 {
                open.clear();
                pages.check_cancelled();
            }
            let place = match open.iter().position(|(block, _)| *block == candidate.page) {
                Some(place) => place,
                None => {
                    if open.len() == OPEN_PAGES {
                        open.swap_remove(i % OPEN_PAGES);
                    }
                    let page = pages.read(candidate.page)?;
                    refine_header(&page, candidate.page, ranked.list)?;
                    open.push((candidate.page, page));
                    open.len() - 1
                }
            };
            self.stats.refined += 1;
            let record = &open[place].1[model.geometry.record_place(candidate.slot as usize).1];
            let estimate = refine::estimate(record, &self.rotated, self.query_sum, ranked.score);
            let error = width * estimate.error;
            let low = self.widening.low(estimate.score - error);
            let (home, tid) = (candidate.home, candidate.tid);
            // sums that overflow say nothing: what the one-bit code says stays
            if !low.is_finite() {
                self.survivors.push(Survivor { low: candidate.low, home, tid });
            } else if low <= limit {
                self.survivors.push(Survivor { low, home, tid });
                if !candidate.spilled {
                    self.uppers.push(self.widening.high(estimate.score + error));
                }
            }
        }
        candidates.clear();
        self.candidates = candidates;
        Ok(())
    }

    /// Notes where the entry of a row is, so that its full vector can be found.
    fn remember(&mut self, list: u32, page: Block, slot: usize) -> u32 {
        self.homes.push(Home { list, page, slot: slot as u32 });
        self.homes.len() as u32 - 1
    }

    /// The k-th smallest upper bound of what was scanned so far.
    pub(crate) fn threshold(&self) -> f32 {
        self.uppers.bound().min(self.coarse.bound()).min(self.floor)
    }

    /// The threshold with room for rounding.
    fn limit(&self, widths: Widths) -> f32 {
        let threshold = self.threshold();
        threshold + widths.slack + ROUNDING * threshold.abs()
    }

    /// Adds the sums of the groups that stand on a wide block's slice pages.
    fn add_slices<P: Pages>(
        &self,
        pages: &P,
        model: &Model,
        list: u32,
        mut block: Block,
        sums: &mut [u32; SLOTS],
    ) -> Result<(), Error> {
        for i in 0..model.geometry.slices {
            let (first, groups) = model.geometry.slice_groups(i);
            let page = pages.read(block)?;
            let header = owned_header(&page, block, PageKind::Slice, list)?;
            kernels::scan_block_partial(&page[HEADER_BYTES..][..16 * groups], &self.table, first, sums);
            block = header.next;
        }
        Ok(())
    }
}
