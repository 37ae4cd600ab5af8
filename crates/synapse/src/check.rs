//! Checking the invariants that the README numbers.

use crate::error::Error;
use crate::extent;
use crate::layout::{BlockRef, Chain, Geometry, Header, Meta, PageKind, SLOTS, Tid, TidsPage};
use crate::lists;
use crate::model::Model;
use crate::pages::{Block, NO_BLOCK, Pages};
use crate::vector::VectorRef;
use crate::vectors::Reader;
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
    check_with_vectors(pages, &mut |tid, _| visit(tid))
}

/// As [`check`]; `visit` also gets the full vector that the index keeps of the row, if it does. Every record is read.
pub fn check_with_vectors<P: Pages>(
    pages: &P,
    visit: &mut dyn FnMut(Tid, Option<VectorRef<'_>>),
) -> Vec<Finding> {
    let mut checker = Checker {
        findings: Vec::new(),
        pages_seen: HashSet::new(),
        tids: HashSet::new(),
        spilled: HashSet::new(),
        reader: Reader::default(),
        visit,
    };
    let meta = match Model::meta(pages) {
        Ok(meta) => meta,
        Err(error) => {
            checker.report("I1", error);
            return checker.findings;
        }
    };
    checker.pages_seen.insert(0);
    if meta.dims > 0 {
        // loading reads every page of the coded centroids and of the directory, the rest every array page, and checks their counts
        let model = Model::load(pages);
        let firsts =
            model.as_ref().ok().and_then(Option::as_ref).map_or(Vec::new(), |model| model.firsts.clone());
        if let Err(error) = model.and_then(|model| model.map_or(Ok(()), |m| m.check_centroids(pages))) {
            checker.report("I2", error);
        }
        checker.lists(pages, &meta, &firsts);
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
    spilled: HashSet<Tid>,
    reader: Reader,
    visit: &'a mut dyn FnMut(Tid, Option<VectorRef<'_>>),
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

    /// Looks at a row's identifier; the caller visits it.
    fn row(&mut self, block: Block, tid: Tid) {
        if tid.offset() == 0 {
            self.finding("I5", block, format!("row identifier ({},0) is impossible", tid.block()));
        }
        if !self.tids.insert(tid) {
            self.finding("I6", block, format!("row ({},{}) is stored twice", tid.block(), tid.offset()));
        }
    }

    /// Looks at the identifier of a row's second entry. The first may be gone: a split drops those of rows that nobody sees any more, and
    /// leaves the second to vacuum.
    fn spilled_row(&mut self, meta: &Meta, block: Block, tid: Tid) {
        if !meta.spill {
            self.finding("I6", block, "an entry is spilled in an index that spills none".into());
        } else if !self.spilled.insert(tid) {
            self.finding("I6", block, format!("row ({},{}) is spilled twice", tid.block(), tid.offset()));
        }
    }

    /// Walks all lists. `firsts` are their first pages as far as they could be read, for the pages to be on their way before the walk is
    /// there: it reads every page of a list's run.
    fn lists<P: Pages>(&mut self, pages: &P, meta: &Meta, firsts: &[Block]) {
        let geometry = meta.geometry();
        let mut stream = pages.stream(extent::runs(firsts, pages.len()).collect());
        let (mut directory, mut dead) = (Vec::new(), HashSet::new());
        for list in 0..meta.lists {
            pages.check_cancelled();
            let entry = match lists::entry(pages, meta, &mut directory, list) {
                Ok((entry, _)) => entry,
                Err(error) => return self.report("I2", error),
            };
            if entry.first == NO_BLOCK {
                dead.insert(list);
                continue;
            }
            stream.next_run();
            let mut insertion_found = false;
            let mut block = entry.first;
            while block != NO_BLOCK && self.enter(block) {
                insertion_found |= block == entry.insertion;
                block = match self.list_page(pages, meta, &geometry, list, block) {
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
        if dead.len() != meta.dead as usize {
            self.finding("I2", 0, format!("{} lists are dead, not {}", dead.len(), meta.dead));
        }
        self.free(pages, &geometry, &dead);
    }

    /// Walks the free list, as it is now: an insert under way may have taken pages since the lists were walked, and goes on doing so. It
    /// takes the first, so that a finding counts only if the walk's first page is still free after it. Nobody frees a page while the
    /// caller has the lock of the structure.
    fn free<P: Pages>(&mut self, pages: &P, geometry: &Geometry, dead: &HashSet<u32>) {
        let head = || Model::meta(pages).map(|meta| meta.free);
        let outcome = head().and_then(|mut first| {
            loop {
                let (findings, seen) = (self.findings.len(), self.pages_seen.clone());
                if let Err(error) = self.free_from(pages, geometry, dead, first) {
                    self.report("I9", error);
                }
                let now = head()?;
                if findings == self.findings.len() || now == first {
                    return Ok(());
                }
                self.findings.truncate(findings);
                self.pages_seen = seen;
                first = now;
            }
        });
        if let Err(error) = outcome {
            self.report("I1", error);
        }
    }

    fn free_from<P: Pages>(
        &mut self,
        pages: &P,
        geometry: &Geometry,
        dead: &HashSet<u32>,
        mut block: Block,
    ) -> Result<(), Error> {
        while block != NO_BLOCK && self.enter(block) {
            pages.check_cancelled();
            let page = pages.read(block)?;
            let header = Header::read(&page, block, PageKind::List)?;
            if !dead.contains(&header.owner) {
                let what = format!("a free page belongs to list {}, which is not dead", header.owner);
                return Err(Error::corrupt(block, what));
            }
            for i in 0..geometry.blocks {
                self.slices(pages, geometry, BlockRef(&page[geometry.range(i)]).slices(), None)?;
            }
            for i in 0..geometry.refine_pages {
                let refine = geometry.refine_page(&page, i);
                if refine != NO_BLOCK && self.enter(refine) {
                    Header::read(&pages.read(refine)?, refine, PageKind::Refine)?;
                }
            }
            for i in 0..geometry.vector_pages {
                let vectors = geometry.vector_page(&page, i);
                if vectors != NO_BLOCK && self.enter(vectors) {
                    Header::read(&pages.read(vectors)?, vectors, PageKind::Vector)?;
                }
            }
            block = header.next;
        }
        Ok(())
    }

    /// Walks a block's slice pages; those that hold codes of live slots belong to the list.
    fn slices<P: Pages>(
        &mut self,
        pages: &P,
        geometry: &Geometry,
        mut slice: Block,
        owner: Option<u32>,
    ) -> Result<(), Error> {
        for _ in 0..geometry.slices {
            if slice == NO_BLOCK && owner.is_none() || slice != NO_BLOCK && !self.enter(slice) {
                break;
            }
            let page = pages.read(slice)?;
            slice = match owner {
                Some(list) => lists::owned_header(&page, slice, PageKind::Slice, list)?,
                None => Header::read(&page, slice, PageKind::Slice)?,
            }
            .next;
        }
        Ok(())
    }

    fn list_page<P: Pages>(
        &mut self,
        pages: &P,
        meta: &Meta,
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
                let tid = entries.tid(slot);
                if entries.is_spilled(slot) {
                    self.spilled_row(meta, block, tid);
                    continue;
                }
                self.row(block, tid);
                let Some(form) = meta.vectors else {
                    (self.visit)(tid, None);
                    continue;
                };
                let at = SLOTS * i + slot;
                if geometry.vector_parts(at).any(|part| geometry.vector_page(&page, part.page) == NO_BLOCK) {
                    self.finding("I5", block, format!("slot {slot} of block {i} lacks a page of its vector"));
                    (self.visit)(tid, None);
                    continue;
                }
                self.reader.read(pages, geometry, list, &page, at)?;
                (self.visit)(tid, self.reader.vector(form, meta.dims as usize));
            }
            self.slices(pages, geometry, entries.slices(), (live != 0).then_some(list))?;
        }
        for i in 0..geometry.refine_pages {
            let refine = geometry.refine_page(&page, i);
            if refine != NO_BLOCK && self.enter(refine) {
                let bytes = pages.read(refine)?;
                // one that no live slot uses may still be that of the dead list with which the page came
                match lists::uses_records(&page, geometry, i) {
                    true => lists::refine_header(&bytes, refine, list)?,
                    false => Header::read(&bytes, refine, PageKind::Refine).map(|_| ())?,
                }
            }
        }
        for i in 0..geometry.vector_pages {
            let vectors = geometry.vector_page(&page, i);
            // those that live slots use were read with them
            if vectors != NO_BLOCK && self.enter(vectors) {
                Header::read(&pages.read(vectors)?, vectors, PageKind::Vector)?;
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
                        (self.visit)(tid, None);
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
