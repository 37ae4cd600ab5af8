//! A round of a search: ranking lists, scanning as many as its target needs, comparing what is left exactly.

use super::{Exact, ROUNDING, Search, epsilon, scan_share};
use crate::error::Error;
use crate::layout::{Chain, Header, Meta, PageKind, Tid, TidsPage};
use crate::lists::ChainWalk;
use crate::metric::Metric;
use crate::model::Model;
use crate::pages::{Lockable, NO_BLOCK, Pages};
use crate::quantizer::KAPPA;
use crate::scan::{Survivor, Widths};
use std::collections::HashSet;
use std::rc::Rc;

/// With a filter it is not known beforehand how many lists a search will scan: so many times those for its target are ranked.
const RANKED_AHEAD: usize = 4;

/// How many rows ahead of their comparison the two hints about them are given.
const ROWS_AHEAD: (usize, usize) = (6, 3);

impl Search {
    /// Ranks the `count` best lists.
    fn rank<P: Pages>(&mut self, pages: &P, model: &Model, count: usize) -> Result<(), Error> {
        model.centroids.rank_with(
            &model.quantizer,
            &self.rotated,
            &self.table,
            count,
            &mut self.scratch,
            &mut self.ranked,
            |list| model.read_centroid(pages, list),
        )
    }

    /// Ranks all lists and puts those that were scanned in front of the others, so that none is scanned twice.
    fn rank_rest<P: Pages>(&mut self, pages: &P, model: &Model) -> Result<(), Error> {
        let scanned: HashSet<u32> = self.ranked.iter().map(|ranked| ranked.list).collect();
        self.rank(pages, model, model.lists())?;
        // a stable sort: those scanned (false) first, each part in its order
        self.ranked.sort_by_key(|ranked| !scanned.contains(&ranked.list));
        Ok(())
    }

    /// Ranks the lists to be scanned for the present target; with a filter, further ones, too. Returns how many are to be scanned.
    fn rank_for_target<P: Pages>(&mut self, pages: &P, model: &Model) -> Result<usize, Error> {
        let (share, lists, target) = (scan_share(self.recall), model.lists(), self.target);
        let mut probes = model.stop.probes(share, target, lists);
        if model.stop.has_reaches() {
            let (metric, norm) = (model.quantizer.metric(), self.query_norm(model));
            model.centroids.rank_within(
                &model.quantizer,
                &self.rotated,
                &self.table,
                &mut self.scratch,
                &mut self.ranked,
                |first| {
                    let limit = model.stop.limit(metric, share, target, first, norm);
                    (limit, model.stop.least(metric, share, target, lists, first))
                },
                |list| model.read_centroid(pages, list),
            )?;
            probes = self.ranked.len();
            if self.filter.is_empty() {
                return Ok(probes);
            }
        }
        self.rank(pages, model, if self.filter.is_empty() { probes } else { RANKED_AHEAD * probes })?;
        Ok(probes)
    }

    /// What reaches are measured by, where that is the query's norm.
    fn query_norm(&self, model: &Model) -> f32 {
        match model.quantizer.metric() {
            Metric::InnerProduct => model.quantizer.norm(&self.rotated),
            _ => 0.0,
        }
    }

    /// How many lists are to be scanned, given what was found in those scanned so far in this round (`admitted` rows); at most twice as
    /// many at once, so that it is found out anew.
    fn further_probes(&self, model: &Model, probes: usize, admitted: u64) -> usize {
        // after a repair all that there are, and those that died, are ranked
        let lists = self.ranked_of;
        if probes == lists {
            return probes;
        }
        let twice = (2 * probes).min(lists);
        if self.filter.is_empty() {
            // lists that lost most of their rows may hold fewer than are wanted
            let least = self.target as u64 * if model.spill { 2 } else { 1 };
            return if admitted < least { twice } else { probes };
        }
        let nearer = self.nearer.count(self.threshold()).max(self.target as f64);
        let (share, k) = (scan_share(self.recall), (nearer / scan_share(self.recall)).min(1e12) as usize);
        if !model.stop.has_reaches() {
            return model.stop.probes(share, k, lists).clamp(probes, twice);
        }
        let (metric, norm) = (model.quantizer.metric(), self.query_norm(model));
        let first = self.ranked[0];
        let limit = model.stop.limit(metric, share, k, first, norm);
        let needed = match self.ranked.partition_point(|ranked| ranked.score <= limit) {
            within if within == self.ranked.len() => lists,
            within => within.max(model.stop.least(metric, share, k, lists, first)),
        };
        needed.clamp(probes, twice)
    }

    /// Scans for the present target and fetches exact scores. False if it has to be begun anew.
    pub(super) fn round<P: Pages>(&mut self, pages: &P, exact: &mut Exact<'_>) -> Result<bool, Error> {
        self.stats.rounds += 1;
        // who moves rows waits for the second attempt
        let _moves = self.disturbed.then(|| pages.lock(Lockable::Moves, false));
        let meta = Meta::read(&pages.read(0)?)?;
        self.know_moves(pages, &meta)?;
        let mut model = Rc::clone(&self.model);
        self.chains = meta.chains.map(|chain| chain.0);
        self.results.clear();
        self.cursor = 0;
        self.survivors.clear();
        self.homes.clear();
        self.uppers.reset(self.target);
        self.coarse.reset(self.target);
        self.repaired = false;
        self.floor = f32::INFINITY;

        let certain = self.recall >= 1.0;
        let lists = model.lists();
        self.ranked_of = lists;
        let admitted_before = self.stats.admitted;
        self.nearer.clear();
        let mut probes = match certain || self.blind {
            true => self.rank(pages, &model, lists).map(|()| lists),
            false => self.rank_for_target(pages, &model),
        }?;
        self.all_lists = probes == lists;
        let square = kernels::norm_squared(&self.rotated);
        // An inner product of sketches errs by ‖q‖‖x‖/√dimensions on its own, about ‖q‖ in the units of the width.
        let sketch_square = match model.embedding.is_sketch() && model.metric == Metric::InnerProduct {
            true => kernels::norm_squared(&self.query),
            false => 0.0,
        };
        self.reads_ahead = pages.reads_ahead();
        self.prefetch_lists(pages, &model, 0..self.reads_ahead.min(probes));
        let mut scanned = 0;
        loop {
            if scanned == probes {
                probes = self.further_probes(&model, probes, self.stats.admitted - admitted_before);
                if scanned == probes {
                    break;
                }
            }
            if scanned == self.ranked.len() {
                self.rank_rest(pages, &model)?;
            }
            let i = scanned;
            scanned += 1;
            pages.check_cancelled();
            if self.reads_ahead > 0 && i + self.reads_ahead < probes {
                self.prefetch_lists(pages, &model, i + self.reads_ahead..i + self.reads_ahead + 1);
            }
            let ranked = self.ranked[i];
            let distance = ranked.distance_squared.sqrt();
            // certain: |⟨y, x̄⟩/s − ⟨y, r̄⟩| ≤ ‖y‖·√(1/s² − 1), which in units of ‖y‖·w is at most √d; plus what the
            // lookup table's rounding may add
            let width = match certain {
                true => (model.quantizer.padded_dims() as f32).sqrt() * distance + self.table.error_bound(),
                false => {
                    epsilon(self.recall) * (KAPPA * KAPPA * ranked.distance_squared + sketch_square).sqrt()
                }
            };
            // the certain bound, or its standard deviations; where a sketch errs on its own refinement is no help
            let refined = match certain {
                true => distance,
                false => epsilon(self.recall) * distance / (model.quantizer.padded_dims() as f32).sqrt(),
            };
            let widths = Widths {
                code: width,
                refined: (model.geometry.record > 0 && sketch_square == 0.0).then_some(refined),
                slack: ROUNDING * (ranked.score.abs() + ranked.distance_squared + square),
            };
            let next_list = self.ranked[..probes.min(self.ranked.len())].get(i + 1).map(|next| next.list);
            if let Err(error) = self.scan_list(pages, &model, ranked, widths, next_list) {
                let Some(more) = self.repair(pages, error, i, probes)? else { return Ok(false) };
                (probes, scanned) = (more, i);
                model = Rc::clone(&self.model);
                continue;
            }
        }
        // A row that moved meanwhile may have been missed or met twice.
        if !self.disturbed && Meta::read_moves(&pages.read(0)?)? != meta.moves {
            self.disturbed = true;
            return Ok(false);
        }
        let admitted = self.stats.admitted - admitted_before;

        let threshold = self.threshold();
        let slack = ROUNDING * (threshold.abs() + square);
        if threshold.is_finite() {
            let limit = threshold + slack;
            self.survivors.retain(|s| s.low <= limit);
        }
        let mut left_out = admitted > self.survivors.len() as u64 || self.repaired;
        self.bound = if left_out { threshold } else { f32::INFINITY };

        let mut block = self.chains[Chain::Outliers as usize];
        let mut walk = ChainWalk::default();
        while block != NO_BLOCK {
            pages.check_cancelled();
            walk.step(pages, block)?;
            let page = pages.read(block)?;
            self.survivors.extend(TidsPage::tids(&page, block)?.map(|tid| Survivor {
                low: f32::NEG_INFINITY,
                home: Survivor::NOT_KEPT,
                tid,
            }));
            block = Header::read(&page, block, PageKind::Tids)?.next;
        }
        self.survivors.sort_unstable_by(|a, b| a.low.total_cmp(&b.low).then(a.tid.cmp(&b.tid)));

        // a split may just have made an outlier of a row that was scanned
        let twice = self.repaired
            || self.disturbed
            || model.spill
            || self.chains[Chain::Outliers as usize] != NO_BLOCK;
        self.disturbed = false;
        self.met.clear();
        self.bests.reset(self.target);
        (0..self.reads_ahead).for_each(|i| self.prefetch_survivor(pages, &model, exact, i));
        let (far, near) = ROWS_AHEAD;
        for (i, survivor) in self.survivors.iter().take(far).enumerate() {
            exact.prefetch(survivor.tid, false);
            if i < near {
                exact.prefetch(survivor.tid, true);
            }
        }
        for i in 0..self.survivors.len() {
            let Survivor { low, home, tid } = self.survivors[i];
            if let Some(ahead) = self.survivors.get(i + far) {
                exact.prefetch(ahead.tid, false);
            }
            if let Some(ahead) = self.survivors.get(i + near) {
                exact.prefetch(ahead.tid, true);
            }
            if self.reads_ahead > 0 {
                self.prefetch_survivor(pages, &model, exact, i + self.reads_ahead);
            }
            let best = self.bests.bound();
            if low > best + ROUNDING * (best.abs() + square) {
                self.bound = self.bound.min(best);
                left_out = true;
                break;
            }
            if i % 256 == 255 {
                pages.check_cancelled();
            }
            if twice && !self.met.insert(tid) {
                continue;
            }
            self.stats.exact += 1;
            let score = match self.kept_score(pages, home, tid)? {
                Some(score) => exact.counts(tid).then_some(score),
                None => exact.score(tid),
            };
            if let Some(score) = score {
                let score = if score.is_nan() { f32::INFINITY } else { score };
                self.bests.push(model.spread.centre(model.metric, score));
                // rows of earlier rounds count for the bounds but are not handed out again
                if !self.seen.contains(&tid) {
                    self.results.push((score, tid));
                }
            }
        }
        self.results.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        self.complete = !left_out && probes == lists;
        Ok(true)
    }

    /// Hints that the first pages of some of the ranked lists will be read.
    fn prefetch_lists<P: Pages>(&self, pages: &P, model: &Model, places: std::ops::Range<usize>) {
        for ranked in self.ranked.get(places).into_iter().flatten() {
            pages.prefetch_page(model.firsts[ranked.list as usize]);
        }
    }

    /// Hints that a row will be compared exactly: its page of the table, and those of its full vector if the index keeps it.
    fn prefetch_survivor<P: Pages>(&self, pages: &P, model: &Model, exact: &Exact<'_>, i: usize) {
        let Some(survivor) = self.survivors.get(i) else { return };
        exact.prefetch_page(survivor.tid);
        if let Some(home) = self.homes.get(survivor.home as usize) {
            home.prefetch(pages, &model.geometry);
        }
    }

    /// The exact score of a row whose full vector the index keeps.
    fn kept_score<P: Pages>(&mut self, pages: &P, home: u32, tid: Tid) -> Result<Option<f32>, Error> {
        let Some(home) = self.homes.get(home as usize) else { return Ok(None) };
        let (model, reader) = (&self.model, &mut self.reader);
        if !home.read(pages, &model.geometry, tid, reader)? {
            return Ok(None);
        }
        let vector = model.vectors.and_then(|form| reader.vector(form, model.dims()));
        let score = |vector| self.original.as_ref().map(|query| model.metric.score(query.as_ref(), vector));
        Ok(vector.and_then(score))
    }
}
