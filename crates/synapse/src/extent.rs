//! Where the pages of lists are, as far as that is known without reading them, so that they can be asked for ahead.
//!
//! Builds and splits write a list's pages one after another: a list page, the pages that belong to it, the next list page. So a list ends at
//! the latest where the next one on storage begins. Pages added since, or taken from the free list, are elsewhere: of those some are not
//! asked for, and others in vain.

use crate::layout::{Geometry, Meta};
use crate::pages::{Block, NO_BLOCK, Pages};
use crate::split::rows_of_list;
use std::collections::VecDeque;
use std::ops::Range;

/// From the first page of each list alive, in their order, to the next on storage or the index's `end`.
pub fn runs(firsts: &[Block], end: Block) -> impl Iterator<Item = Range<Block>> {
    let alive = || firsts.iter().copied().filter(|first| *first != NO_BLOCK);
    let mut sorted: Vec<Block> = alive().collect();
    sorted.sort_unstable();
    alive().map(move |first| {
        let next = sorted.get(sorted.partition_point(|other| *other <= first));
        first..next.map_or(end, |next| end.min(*next))
    })
}

/// The list pages of the lists alive, in their order, as a build would have written them; each with its list.
pub fn list_pages(meta: &Meta, firsts: &[Block], end: Block) -> impl Iterator<Item = (u32, Block)> {
    let geometry = meta.geometry();
    // rows that a list is split at
    let rows = rows_of_list(meta) + rows_of_list(meta) / 2;
    let most = match firsts.len() {
        1 => usize::MAX,
        _ => rows.div_ceil(geometry.slots_per_page() as u64) as usize,
    };
    let alive = (0u32..).zip(firsts).filter(|(_, first)| **first != NO_BLOCK).map(|(list, _)| list);
    alive.zip(runs(firsts, end)).flat_map(move |(list, run)| {
        run.step_by(pages_of_list_page(&geometry)).take(most).map(move |block| (list, block))
    })
}

/// A list page and those that belong to it, if all its slots are used.
fn pages_of_list_page(geometry: &Geometry) -> usize {
    1 + geometry.refine_pages + geometry.vector_pages + geometry.blocks * geometry.slices
}

/// Asks for pages of lists ahead of a walk over them.
pub struct Ahead<I> {
    pages: I,
    /// How many at once.
    most: usize,
    /// The lists of those that were asked for and not reached yet.
    asked: VecDeque<u32>,
}

impl<I: Iterator<Item = (u32, Block)>> Ahead<I> {
    /// For a walk over these pages, of which up to `most` are asked for at once.
    pub fn new(pages: I, most: usize) -> Self {
        Self { pages, most, asked: VecDeque::with_capacity(most) }
    }

    /// To be called before the walk reads a page of a list.
    pub fn before<P: Pages>(&mut self, pages: &P, list: u32) {
        while self.asked.front().is_some_and(|asked| *asked < list) {
            self.asked.pop_front();
        }
        if self.asked.front() == Some(&list) {
            self.asked.pop_front();
        }
        while self.asked.len() < self.most {
            let Some((of, block)) = self.pages.by_ref().find(|(of, _)| *of >= list) else { break };
            pages.prefetch_page(block);
            self.asked.push_back(of);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_ends_where_the_next_on_storage_begins() {
        let found: Vec<Range<Block>> = runs(&[30, NO_BLOCK, 10, 20], 35).collect();
        assert_eq!(found, [30..35, 10..20, 20..30]);
        // the index was longer when its directory was read
        assert_eq!(runs(&[30, 10], 25).last(), Some(10..25));
        assert!(runs(&[30], 25).next().is_none_or(|run| run.is_empty()));
    }
}
