//! Checking the invariants that the README numbers.

use crate::error::Error;
use crate::layout::{BlockRef, Chain, Geometry, Header, Meta, PageKind, SLOTS, Tid, TidsPage};
use crate::lists;
use crate::model::Model;
use crate::pages::{Block, NO_BLOCK, Pages};
use std::collections::HashSet;

/// A violated invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its number in the README, such as `I3`.
    pub invariant: &'static str,
    /// The page where it shows.
    pub block: Block,
    /// What was found.
    pub detail: String,
}

/// Walks the whole index and reports every violated invariant; an empty answer means that it is sound. `visit` gets
/// every row identifier found, for a comparison with the table.
pub fn check<P: Pages>(pages: &P, visit: &mut dyn FnMut(Tid)) -> Vec<Finding> {
    let mut checker =
        Checker { findings: Vec::new(), pages_seen: HashSet::new(), tids: HashSet::new(), visit };
    let meta = match Model::meta(pages) {
        Ok(meta) => meta,
        Err(error) => {
            checker.report("I1", error);
            return checker.findings;
        }
    };
    checker.pages_seen.insert(0);
    if meta.dims > 0 {
        // loading reads every array and directory page and checks their counts
        if let Err(error) = Model::load(pages) {
            checker.report("I2", error);
        }
        checker.lists(pages, &meta);
    }
    for chain in Chain::ALL {
        checker.chain(pages, chain, meta.chains[chain as usize]);
    }
    checker.findings
}

struct Checker<'a> {
    findings: Vec<Finding>,
    pages_seen: HashSet<Block>,
    tids: HashSet<Tid>,
    visit: &'a mut dyn FnMut(Tid),
}

impl Checker<'_> {
    fn report(&mut self, invariant: &'static str, error: Error) {
        let block = if let Error::Corrupt { block, .. } = &error { *block } else { 0 };
        self.findings.push(Finding { invariant, block, detail: error.to_string() });
    }

    fn finding(&mut self, invariant: &'static str, block: Block, detail: String) {
        self.findings.push(Finding { invariant, block, detail });
    }

    fn enter(&mut self, block: Block) -> bool {
        let fresh = self.pages_seen.insert(block);
        if !fresh {
            self.finding("I4", block, "the page is reached twice".into());
        }
        fresh
    }

    fn row(&mut self, block: Block, tid: Tid) {
        if tid.offset() == 0 {
            self.finding("I5", block, format!("row identifier ({},0) is impossible", tid.block()));
        }
        if !self.tids.insert(tid) {
            self.finding("I6", block, format!("row ({},{}) is stored twice", tid.block(), tid.offset()));
        }
        (self.visit)(tid);
    }

    fn lists<P: Pages>(&mut self, pages: &P, meta: &Meta) {
        let geometry = meta.geometry();
        let entries = match lists::entries(pages, meta) {
            Ok(entries) => entries,
            Err(error) => return self.report("I2", error),
        };
        for (list, entry) in entries.iter().enumerate() {
            pages.check_cancelled();
            let mut insertion_found = false;
            let mut block = entry.first;
            while block != NO_BLOCK && self.enter(block) {
                insertion_found |= block == entry.insertion;
                block = match self.list_page(pages, &geometry, list as u32, block) {
                    Ok(next) => next,
                    Err(error) => {
                        self.report("I3", error);
                        break;
                    }
                };
            }
            if !insertion_found {
                let detail =
                    format!("the insertion page {} is not in the chain of list {list}", entry.insertion);
                self.finding("I7", entry.first, detail);
            }
        }
    }

    fn list_page<P: Pages>(
        &mut self,
        pages: &P,
        geometry: &Geometry,
        list: u32,
        block: Block,
    ) -> Result<Block, Error> {
        let page = pages.read(block)?;
        let header = lists::list_header(&page, block, list)?;
        for i in 0..geometry.blocks {
            let entries = BlockRef(&page[geometry.range(i)]);
            let live = entries.live();
            for slot in (0..SLOTS).filter(|s| live & (1 << s) != 0) {
                let (add, rescale) = entries.factors(slot);
                if !add.is_finite() || !rescale.is_finite() {
                    self.finding(
                        "I5",
                        block,
                        format!("slot {slot} of block {i} has the factors {add}, {rescale}"),
                    );
                }
                if geometry.record > 0 {
                    let number = geometry.record_place(i * SLOTS + slot).0;
                    if geometry.refine_page(&page, number) == NO_BLOCK {
                        self.finding("I5", block, format!("slot {slot} of block {i} has no refinement page"));
                    }
                }
                self.row(block, entries.tid(slot));
            }
            if geometry.slices > 0 && live != 0 {
                let mut slice = entries.slices();
                for _ in 0..geometry.slices {
                    if slice != NO_BLOCK && !self.enter(slice) {
                        break;
                    }
                    slice = Header::read(&pages.read(slice)?, slice, PageKind::Slice)?.next;
                }
            }
        }
        for i in 0..geometry.refine_pages {
            let refine = geometry.refine_page(&page, i);
            if refine != NO_BLOCK && self.enter(refine) {
                lists::refine_header(&pages.read(refine)?, refine, list)?;
            }
        }
        Ok(header.next)
    }

    fn chain<P: Pages>(&mut self, pages: &P, chain: Chain, (first, insertion): (Block, Block)) {
        let mut block = first;
        let mut insertion_found = first == NO_BLOCK && insertion == NO_BLOCK;
        while block != NO_BLOCK && self.enter(block) {
            insertion_found |= block == insertion;
            let read = || -> Result<(Vec<Tid>, Block), Error> {
                let page = pages.read(block)?;
                let next = Header::read(&page, block, PageKind::Tids)?.next;
                Ok((TidsPage::tids(&page, block)?.collect(), next))
            };
            match read() {
                Ok((tids, next)) => {
                    for tid in tids {
                        self.row(block, tid);
                    }
                    block = next;
                }
                Err(error) => {
                    self.report("I3", error);
                    break;
                }
            }
        }
        if !insertion_found {
            self.finding(
                "I7",
                first,
                format!("the insertion page {insertion} is not in the chain {chain:?}"),
            );
        }
    }
}
