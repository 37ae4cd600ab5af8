//! Going on with a search whose lists were split or merged under it.
//!
//! A search reads with the model it began with, and no lock keeps lists as they are: the pages of a list that died stay what they were until
//! another list takes them. A search that finds such a page brings its model up to date and goes on: the rows of the dead list, those
//! that it has scanned already included, are in lists that are new to it. A row may then be met twice.

use crate::error::Error;
use crate::layout::Meta;
use crate::model::Model;
use crate::pages::Pages;
use crate::search::Search;
use std::collections::HashSet;
use std::rc::Rc;

impl Search {
    /// Brings the model up to date because the pages of a list are not what it says. Gives the error back if the model was not
    /// outdated, or still says that the list is where damage was found.
    pub(crate) fn catch_up<P: Pages>(&mut self, pages: &P, list: u32, error: Error) -> Result<(), Error> {
        if !Model::refresh(&mut self.model, pages)? || self.model.first(list).is_some() {
            return Err(error);
        }
        self.chains = Meta::read(&pages.read(0)?)?.chains.map(|chain| chain.0);
        Ok(())
    }

    /// After an error with the list in place `failed` of the ranking: ranks the lists not scanned yet anew and returns how many lists
    /// are to be scanned in all, or None if the round has to begin anew because the space of the codes is another.
    pub(crate) fn repair<P: Pages>(
        &mut self,
        pages: &P,
        error: Error,
        failed: usize,
        probes: usize,
    ) -> Result<Option<usize>, Error> {
        let epoch = self.model.revision.epoch;
        self.candidates.clear();
        // what it said of different rows stays true; from here on rows may be met again
        self.floor = self.threshold();
        self.uppers.clear();
        self.coarse.clear();
        self.repaired = true;
        self.catch_up(pages, self.ranked[failed].list, error)?;
        if self.model.revision.epoch != epoch {
            self.enter_space();
            return Ok(None);
        }
        let all = probes == self.ranked_of;
        let worst = self.ranked[..probes].last().map_or(f32::INFINITY, |ranked| ranked.score);
        self.ranked.truncate(failed);
        let scanned: HashSet<u32> = self.ranked.iter().map(|ranked| ranked.list).collect();
        let model = Rc::clone(&self.model);
        let mut rest = Vec::new();
        for list in (0..model.firsts.len() as u32).filter(|list| !scanned.contains(list)) {
            let load = &mut |list| model.read_centroid(pages, list);
            rest.extend(model.centroids.ranked(&model.quantizer, &self.rotated, list, load)?);
        }
        rest.sort_unstable_by(|a, b| a.score.total_cmp(&b.score).then(a.list.cmp(&b.list)));
        let near = rest.iter().filter(|ranked| all || ranked.score <= worst).count();
        self.ranked.extend(rest);
        self.ranked_of = self.ranked.len();
        Ok(Some(failed + near))
    }
}
