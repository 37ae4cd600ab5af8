//! Searching: rows in the order of their distance to a query, as many as are asked for.
//!
//! A search works in rounds. A round has a target k: it scans as many lists as the stop table demands for k neighbours
//! at the declared recall, keeps the codes whose lower bound is below the k-th smallest upper bound, and fetches exact
//! scores in order of the lower bound until no bound can beat the k-th best exact score. Everything below the
//! threshold of the round is final and is handed out in order; when the caller wants more, the next round has four
//! times the target. Memory is that of one round's survivors.

use crate::centroids::{RankScratch, Ranked};
use crate::error::Error;
use crate::filter::Filter;
use crate::layout::{BlockRef, Chain, Header, Meta, PageKind, SLOTS, Tid, TidsPage};
use crate::lists::{ChainWalk, list_header};
use crate::model::Model;
use crate::nearer::Nearer;
use crate::pages::{Block, NO_BLOCK, Pages};
use crate::scan::{Candidate, Survivor};
use crate::spread::Widening;
use crate::vector::{Vector, VectorRef};
use crate::vectors::{Home, Reader};
use kernels::LookupTable;
use std::collections::HashSet;
use std::rc::Rc;

mod round;
mod smallest;

pub(crate) use smallest::Smallest;

/// Target of the first round when the caller gives none.
pub const DEFAULT_TARGET: usize = 10;

/// How often all lists are read anew for rows that moved meanwhile to one already read: who is still missed moved each time.
const MOST_PASSES: u32 = 3;

/// Growth of the target from round to round.
const GROWTH: usize = 4;

/// Relative slack for the rounding of single-precision sums: a bound is never trusted closer than this.
pub(crate) const ROUNDING: f32 = 1e-5;

/// The share of true neighbours that the scanned lists must hold for a declared recall: a quarter of the permitted
/// loss is left to the error bounds of the codes.
pub fn scan_share(recall: f64) -> f64 {
    recall + 0.25 * (1.0 - recall)
}

/// Width of the error bound in standard deviations: three quarters of the one-sided normal quantile for a quarter of the
/// permitted loss. The full quantile would hold if every neighbour lay exactly at the k-th distance; nearer ones have room
/// (measured: 25 % fewer exact distances for 0.0005 to 0.002 of recall).
fn epsilon(recall: f64) -> f32 {
    const QUANTILES: [(f64, f32); 9] = [
        (0.5, 0.86),
        (0.8, 1.23),
        (0.9, 1.47),
        (0.95, 1.68),
        (0.98, 1.93),
        (0.99, 2.11),
        (0.995, 2.26),
        (0.999, 2.61),
        (1.0, 4.5),
    ];
    let right = QUANTILES.iter().position(|q| q.0 >= recall).unwrap_or(QUANTILES.len() - 1).max(1);
    let ((r0, e0), (r1, e1)) = (QUANTILES[right - 1], QUANTILES[right]);
    e0 + (e1 - e0) * (((recall - r0) / (r1 - r0)).clamp(0.0, 1.0)) as f32
}

/// The table's rows, compared with the query of a search.
pub trait Rows {
    /// The exact score of a row ([`crate::Metric::score`] with the query), or None if the row is gone or not visible.
    fn score(&mut self, tid: Tid) -> Option<f32>;

    /// Whether a row whose score is known, because the index keeps its vector, counts: whether it is visible and passes what the
    /// filter does not tell. The default says yes.
    fn counts(&mut self, _tid: Tid) -> bool {
        true
    }

    /// A hint that the row will be compared soon; given twice, first with `near` false. The default does nothing.
    fn prefetch(&self, _tid: Tid, _near: bool) {}

    /// A hint that the row's page will be looked at, which may have to come from storage. The default does nothing.
    fn prefetch_page(&self, _tid: Tid) {}
}

impl<F: FnMut(Tid) -> Option<f32>> Rows for F {
    fn score(&mut self, tid: Tid) -> Option<f32> {
        self(tid)
    }
}

/// What gives exact scores: a closure will do.
pub type Exact<'a> = dyn Rows + 'a;

/// What a search has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SearchStats {
    /// Rounds begun.
    pub rounds: u64,
    /// Lists scanned (oracle calls), counted again in each round.
    pub lists: u64,
    /// Rows in the lists scanned.
    pub codes: u64,
    /// Those of them that the filter admitted: codes looked at.
    pub admitted: u64,
    /// Refinement codes read.
    pub refined: u64,
    /// Exact scores fetched.
    pub exact: u64,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    /// Rows with a score.
    Rounds,
    /// All listed rows without order (the query is NULL or has no distance): next list, next page.
    Unordered(u32, Block),
    /// A chain of rows without a score: which, next page.
    Tail(Chain, Block),
    /// Nothing.
    Done,
}

/// One search, to be started with [`Search::start`] and read with [`Search::next`]. Its buffers are reused.
pub struct Search {
    pub(crate) model: Rc<Model>,
    recall: f64,
    /// Which rows are looked for.
    pub(crate) filter: Filter,
    pub(crate) nearer: Nearer,
    /// The query as it is coded.
    query: Vec<f32>,
    pub(crate) rotated: Vec<f32>,
    pub(crate) table: LookupTable,
    /// Sum of the rotated query's components.
    pub(crate) query_sum: f32,
    /// Nothing can be estimated (the query's sums overflow, or no bound is known): everything is compared exactly.
    pub(crate) blind: bool,
    /// What makes bounds of the codes' scores bounds of exact scores.
    pub(crate) widening: Widening,
    stage: Stage,
    target: usize,
    results: Vec<(f32, Tid)>,
    cursor: usize,
    /// Results up to this score are final; beyond it a row may have been left out.
    bound: f32,
    /// The last round left nothing out.
    complete: bool,
    seen: HashSet<Tid>,
    page_tids: Vec<Tid>,
    /// Along the chain that is read page by page.
    walk: ChainWalk,
    pub(crate) chains: [Block; 3],
    pub(crate) stats: SearchStats,
    scratch: RankScratch,
    pub(crate) ranked: Vec<Ranked>,
    /// Whether this round scans all lists from the beginning.
    pub(crate) all_lists: bool,
    /// How many lists there were when they were ranked.
    pub(crate) ranked_of: usize,
    /// Lists died under this round ([`Search::repair`]): a row may be met twice.
    pub(crate) repaired: bool,
    /// Rows moved under the last attempt at this round.
    disturbed: bool,
    /// Moves counted when the lists began to be read without order, and how often that began anew.
    moves: u64,
    passes: u32,
    /// The threshold when that happened last.
    pub(crate) floor: f32,
    /// Rows that this round has compared exactly, where one may be met twice.
    met: HashSet<Tid>,
    pub(crate) survivors: Vec<Survivor>,
    /// Where the entries of this round's candidates are, if the index keeps their full vectors.
    pub(crate) homes: Vec<Home>,
    /// The query as it came, where full vectors are compared with it here.
    original: Option<Vector>,
    reader: Reader,
    /// As [`Pages::reads_ahead`] at the beginning of the round.
    pub(crate) reads_ahead: usize,
    /// Upper bounds by one-bit codes, and by refinement codes where there are any.
    pub(crate) coarse: Smallest,
    pub(crate) uppers: Smallest,
    bests: Smallest,
    pub(crate) candidates: Vec<Candidate>,
}

impl Search {
    /// A search over an index; nothing is read yet.
    pub fn new(model: Rc<Model>) -> Self {
        let padded = model.quantizer.padded_dims();
        Self {
            model,
            recall: 1.0,
            filter: Filter::default(),
            nearer: Nearer::default(),
            query: Vec::new(),
            rotated: vec![0.0; padded],
            table: LookupTable::new(),
            query_sum: 0.0,
            blind: false,
            widening: Widening::NONE,
            stage: Stage::Done,
            target: 0,
            results: Vec::new(),
            cursor: 0,
            bound: f32::NEG_INFINITY,
            complete: false,
            seen: HashSet::new(),
            page_tids: Vec::new(),
            walk: ChainWalk::default(),
            chains: [NO_BLOCK; 3],
            stats: SearchStats::default(),
            scratch: RankScratch::default(),
            ranked: Vec::new(),
            all_lists: false,
            ranked_of: 0,
            repaired: false,
            disturbed: false,
            moves: 0,
            passes: 0,
            floor: f32::INFINITY,
            met: HashSet::new(),
            survivors: Vec::new(),
            homes: Vec::new(),
            original: None,
            reader: Reader::default(),
            reads_ahead: 0,
            coarse: Smallest::default(),
            uppers: Smallest::default(),
            bests: Smallest::default(),
            candidates: Vec::new(),
        }
    }

    /// Begins anew with a query (None: SQL NULL), a recall from 0.5 to 1.0 and, where known, the number of rows wanted.
    pub fn start(
        &mut self,
        query: Option<VectorRef<'_>>,
        recall: f64,
        target: Option<usize>,
    ) -> Result<(), Error> {
        self.start_filtered(query, recall, target, Filter::default())
    }

    /// As [`Search::start`], for the rows that a filter admits. Rows that have no code have no keys either: `exact` decides about
    /// them, and the caller about what comes without a score.
    pub fn start_filtered(
        &mut self,
        query: Option<VectorRef<'_>>,
        recall: f64,
        target: Option<usize>,
        filter: Filter,
    ) -> Result<(), Error> {
        self.filter = filter;
        self.recall = recall.clamp(0.5, 1.0);
        self.target = target.unwrap_or(DEFAULT_TARGET).max(1);
        self.results.clear();
        self.cursor = 0;
        self.bound = f32::NEG_INFINITY;
        self.complete = false;
        self.seen.clear();
        self.disturbed = false;
        self.page_tids.clear();
        self.stats = SearchStats::default();
        self.query.clear();
        self.original = None;
        self.stage = Stage::Unordered(0, NO_BLOCK);
        if let Some(query) = query {
            let model = &self.model;
            model.check_dims(query.dims())?;
            self.query.resize(model.embedding.space(), 0.0);
            model.embedding.embed(query, &mut self.query);
            if model.metric.prepare(&mut self.query) {
                self.original = model.vectors.map(|_| query.to_vector());
                self.enter_space();
                self.stage = Stage::Rounds;
            }
        }
        Ok(())
    }

    /// Brings the prepared query into the space of the model's codes.
    pub(crate) fn enter_space(&mut self) {
        let model = &self.model;
        model.quantizer.rotate(&self.query, &mut self.rotated);
        self.table.build(&self.rotated);
        self.query_sum = self.rotated.iter().sum();
        let square = kernels::norm_squared(&self.rotated);
        self.blind =
            !(square.is_finite() && self.table.scale().is_finite() && self.table.offset().is_finite());
        let certain = self.recall >= 1.0;
        let widening = model.spread.widening(model.metric, &model.embedding, certain, epsilon(self.recall));
        self.blind |= widening.is_none();
        self.widening = widening.unwrap_or(Widening::NONE);
    }

    /// What the search has done so far.
    pub fn stats(&self) -> SearchStats {
        self.stats
    }

    /// The index searched.
    pub fn model(&self) -> &Rc<Model> {
        &self.model
    }

    /// The next row, or None at the end. `exact` compares rows; of an index that keeps full vectors it is only asked whether a row counts, and
    /// may say yes when it does not know: a row that the caller then drops costs the search a further round at most.
    pub fn next<P: Pages>(&mut self, pages: &P, exact: &mut Exact<'_>) -> Result<Option<Tid>, Error> {
        loop {
            match self.stage.clone() {
                Stage::Done => return Ok(None),
                Stage::Rounds => {
                    if let Some((score, tid)) = self.results.get(self.cursor)
                        && (self.complete
                            || self.model.spread.centre(self.model.metric, *score) <= self.bound)
                    {
                        self.cursor += 1;
                        return Ok(Some(*tid));
                    }
                    if self.complete {
                        self.begin_tail(Chain::Undefined);
                        continue;
                    }
                    if self.stats.rounds > 0 {
                        self.seen.extend(self.results[..self.cursor].iter().map(|r| r.1));
                        self.target = self.target.saturating_mul(GROWTH);
                    }
                    while !self.round(pages, exact)? {}
                }
                Stage::Unordered(list, block) => {
                    if let Some(tid) = self.page_tids.pop() {
                        // its list may have been split since
                        if self.seen.insert(tid) {
                            return Ok(Some(tid));
                        }
                        continue;
                    }
                    pages.check_cancelled();
                    if self.stats.rounds == 0 {
                        let meta = Meta::read(&pages.read(0)?)?;
                        self.chains = meta.chains.map(|chain| chain.0);
                        (self.moves, self.passes) = (meta.moves, 0);
                        self.know_moves(pages, &meta)?;
                        self.stats.rounds = 1;
                    }
                    if list as usize >= self.model.firsts.len() {
                        let meta = Meta::read(&pages.read(0)?)?;
                        if meta.moves != self.moves && self.passes < MOST_PASSES {
                            (self.moves, self.passes) = (meta.moves, self.passes + 1);
                            self.know_moves(pages, &meta)?;
                            self.stage = Stage::Unordered(0, NO_BLOCK);
                            continue;
                        }
                        self.begin_tail(Chain::Outliers);
                        continue;
                    }
                    let block = match block {
                        NO_BLOCK => {
                            self.walk = ChainWalk::default();
                            self.model.firsts[list as usize]
                        }
                        block => block,
                    };
                    self.walk.step(pages, block)?;
                    let next = match block {
                        NO_BLOCK => NO_BLOCK,
                        block => match self.unordered_page(pages, list, block) {
                            Ok(next) => next,
                            Err(error) => {
                                self.catch_up(pages, list, error)?;
                                NO_BLOCK
                            }
                        },
                    };
                    self.stage = match next {
                        NO_BLOCK => Stage::Unordered(list + 1, NO_BLOCK),
                        next => Stage::Unordered(list, next),
                    };
                }
                Stage::Tail(chain, block) => {
                    if let Some(tid) = self.page_tids.pop() {
                        if self.seen.contains(&tid) {
                            continue;
                        }
                        return Ok(Some(tid));
                    }
                    if block != NO_BLOCK {
                        pages.check_cancelled();
                        self.walk.step(pages, block)?;
                        let page = pages.read(block)?;
                        self.page_tids.extend(TidsPage::tids(&page, block)?);
                        self.stage = Stage::Tail(chain, Header::read(&page, block, PageKind::Tids)?.next);
                        continue;
                    }
                    match chain {
                        Chain::Outliers => self.begin_tail(Chain::Undefined),
                        Chain::Undefined => self.begin_tail(Chain::Nulls),
                        Chain::Nulls => self.stage = Stage::Done,
                    }
                }
            }
        }
    }

    /// Brings the model up to date if rows have moved since, perhaps to lists that it does not know.
    fn know_moves<P: Pages>(&mut self, pages: &P, meta: &Meta) -> Result<(), Error> {
        if meta.moves != self.model.moves && meta.revision() != self.model.revision {
            let epoch = self.model.revision.epoch;
            Model::refresh(&mut self.model, pages)?;
            // a search for NULL has no place in it
            if self.model.revision.epoch != epoch && self.stage == Stage::Rounds {
                self.enter_space();
            }
        }
        Ok(())
    }

    /// Reads the rows of a list page; returns the next page.
    fn unordered_page<P: Pages>(&mut self, pages: &P, list: u32, block: Block) -> Result<Block, Error> {
        let page = pages.read(block)?;
        let header = list_header(&page, block, list)?;
        for i in 0..self.model.geometry.blocks {
            let entries = BlockRef(&page[self.model.geometry.range(i)]);
            let live = entries.live();
            let live = self.filter.mask(&page[self.model.geometry.keys(i)], live & !entries.spilled(live));
            self.page_tids.extend((0..SLOTS).filter(|s| live & (1 << s) != 0).map(|s| entries.tid(s)));
        }
        Ok(header.next)
    }

    fn begin_tail(&mut self, chain: Chain) {
        self.walk = ChainWalk::default();
        self.stage = Stage::Tail(chain, self.chains[chain as usize]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epsilon_grows_with_recall() {
        let values: Vec<f32> = [0.5, 0.7, 0.9, 0.95, 0.99, 0.9999].map(epsilon).to_vec();
        assert!(values.windows(2).all(|w| w[0] < w[1]), "{values:?}");
    }
}
