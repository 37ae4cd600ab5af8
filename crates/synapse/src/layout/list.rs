//! List pages: blocks of 32 codes in FastScan layout with the factors and row identifiers beside them.
//!
//! ```text
//! block:  add     f32 × 32     constant part of each score
//!         rescale f32 × 32     factor of the code's sum
//!         tids    6 B × 32     row identifiers; bit 15 marks a spilled entry, the second of its row
//!         live    u32          bit s set: slot s holds an entry
//!         slices  u32          first slice page of a block wider than a page, else NO_BLOCK
//!         codes   16 B × groups on this page (kernels: FastScan layout)
//!         keys    (8 B × 32 + 4 B) × filter columns: the keys of the slots, then which of them are not NULL
//! ```
//!
//! The refinement records of a page's rows (`refine`) stand on pages of their own, in the order of the slots; the numbers of
//! these pages stand at the end of the list page, NO_BLOCK where there is none yet. Where the index keeps full vectors, the numbers of their
//! pages stand before them: the records of a page's slots (`vectors`) follow each other without gaps, from page to page.
//!
//! A block of up to 1,920 dimensions stands on one page, several to a page where they fit. A wider one has its first
//! groups on the list page and the rest on a chain of slice pages of its own.

use super::{HEADER_BYTES, PAGE_BYTES, Tid, get_f32, get_u32, get_u64, put_f32, put_u32, put_u64};
use crate::filter::{Keys, MAX_COLUMNS};
use crate::lists::Coded;
use crate::pages::{Block, NO_BLOCK};
use crate::refine::record_bytes;
use crate::vectors::MAX_BYTES;
use std::ops::Range;

/// Slots of a block.
pub const SLOTS: usize = kernels::BLOCK;

const AT_ADD: usize = 0;
const AT_RESCALE: usize = 4 * SLOTS;
const AT_TIDS: usize = 8 * SLOTS;
const AT_LIVE: usize = AT_TIDS + Tid::BYTES * SLOTS;
const AT_SLICES: usize = AT_LIVE + 4;
const AT_CODES: usize = AT_SLICES + 4;
const GROUP_BYTES: usize = 16;

/// Bytes of a block's keys of one filter column.
pub const KEY_BYTES: usize = 8 * SLOTS + 4;

const ROOM: usize = PAGE_BYTES - HEADER_BYTES;

/// How blocks of a given width lie on pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    /// Groups of four dimensions of a code.
    pub groups: usize,
    /// Groups that stand on the list page (even).
    pub groups_here: usize,
    /// Blocks on a list page.
    pub blocks: usize,
    /// Slice pages of a block.
    pub slices: usize,
    /// Bytes of a refinement record, 0 where rows have none.
    pub record: usize,
    /// Refinement pages of a list page.
    pub refine_pages: usize,
    /// Filter columns.
    pub columns: usize,
    /// Bytes of a full vector, 0 where the index keeps none.
    pub vector: usize,
    /// Pages of full vectors of a list page.
    pub vector_pages: usize,
}

/// A part of a slot's full vector: as much of it as stands on one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VectorPart {
    /// Which of the list page's vector pages.
    pub page: usize,
    /// Where it stands on that page.
    pub here: Range<usize>,
    /// Which bytes of the record it is.
    pub of_record: Range<usize>,
}

impl Geometry {
    /// Groups that fit on a slice page; even, so that a code's bytes divide between pages.
    pub const GROUPS_PER_SLICE: usize = (ROOM / GROUP_BYTES) & !1;

    /// The geometry for a padded number of dimensions (a multiple of 64), with or without refinement records, and up to
    /// [`MAX_COLUMNS`] filter columns.
    pub fn new(padded_dims: usize, refined: bool, columns: usize) -> Self {
        Self::with_vectors(padded_dims, refined, columns, 0)
    }

    /// As [`Geometry::new`], for an index that keeps full vectors of so many bytes, at most [`crate::vectors::MAX_BYTES`].
    pub fn with_vectors(padded_dims: usize, refined: bool, columns: usize, vector: usize) -> Self {
        debug_assert!(columns <= MAX_COLUMNS && vector <= MAX_BYTES);
        let groups = padded_dims / 4;
        let whole = AT_CODES + GROUP_BYTES * groups + KEY_BYTES * columns;
        let record = if refined { record_bytes(padded_dims) } else { 0 };
        let refine_pages = |blocks: usize| match record {
            0 => 0,
            record => (blocks * SLOTS).div_ceil(ROOM / record),
        };
        let vector_pages = |blocks: usize| (blocks * SLOTS * vector).div_ceil(ROOM);
        let numbers = |blocks: usize| 4 * (refine_pages(blocks) + vector_pages(blocks));
        let fitting = (1..=ROOM / whole).rev().find(|blocks| blocks * whole + numbers(*blocks) <= ROOM);
        let blocks = fitting.unwrap_or(1);
        let groups_here = match fitting {
            Some(_) => groups,
            None => ((ROOM - numbers(1) - AT_CODES - KEY_BYTES * columns) / GROUP_BYTES) & !1,
        };
        Self {
            groups,
            groups_here,
            blocks,
            slices: (groups - groups_here).div_ceil(Self::GROUPS_PER_SLICE),
            record,
            refine_pages: refine_pages(blocks),
            columns,
            vector,
            vector_pages: vector_pages(blocks),
        }
    }

    /// Where the full vector of a slot (counted over the page's blocks) stands, in order. Nothing where the index keeps none.
    pub fn vector_parts(&self, slot: usize) -> impl Iterator<Item = VectorPart> + use<> {
        let (start, end) = (slot * self.vector, (slot + 1) * self.vector);
        (start / ROOM..end.div_ceil(ROOM)).filter(move |_| start < end).map(move |page| {
            let first = page * ROOM;
            let (from, to) = (start.max(first), end.min(first + ROOM));
            VectorPart {
                page,
                here: HEADER_BYTES + from - first..HEADER_BYTES + to - first,
                of_record: from - start..to - start,
            }
        })
    }

    /// The number of a list page's page of full vectors, NO_BLOCK while there is none.
    pub fn vector_page(&self, page: &[u8], i: usize) -> Block {
        get_u32(page, self.vector_numbers() + 4 * i)
    }

    /// Sets the number of a list page's page of full vectors.
    pub fn set_vector_page(&self, page: &mut [u8], i: usize, block: Block) {
        put_u32(page, self.vector_numbers() + 4 * i, block);
    }

    fn vector_numbers(&self) -> usize {
        PAGE_BYTES - 4 * (self.refine_pages + self.vector_pages)
    }

    /// Which of the list page's refinement pages holds the record of a slot (counted over the page's blocks), and where in
    /// that page it stands. Only for geometries with records.
    pub fn record_place(&self, slot: usize) -> (usize, std::ops::Range<usize>) {
        let records = ROOM / self.record;
        let start = HEADER_BYTES + slot % records * self.record;
        (slot / records, start..start + self.record)
    }

    /// The number of a list page's refinement page, NO_BLOCK while there is none.
    pub fn refine_page(&self, page: &[u8], i: usize) -> Block {
        get_u32(page, PAGE_BYTES - 4 * self.refine_pages + 4 * i)
    }

    /// Sets the number of a list page's refinement page.
    pub fn set_refine_page(&self, page: &mut [u8], i: usize, block: Block) {
        put_u32(page, PAGE_BYTES - 4 * self.refine_pages + 4 * i, block);
    }

    /// Entries that fit on a list page.
    pub fn slots_per_page(&self) -> usize {
        self.blocks * SLOTS
    }

    /// Bytes of a block on its list page, without its keys.
    fn block_bytes(&self) -> usize {
        AT_CODES + GROUP_BYTES * self.groups_here
    }

    /// Where block `i` of a list page begins and ends, without its keys.
    pub fn range(&self, i: usize) -> std::ops::Range<usize> {
        let start = HEADER_BYTES + i * (self.block_bytes() + KEY_BYTES * self.columns);
        start..start + self.block_bytes()
    }

    /// What a search reads of every row of block `i`: all but the row identifiers and keys.
    pub fn scanned(&self, i: usize) -> [std::ops::Range<usize>; 2] {
        let block = self.range(i);
        [block.start..block.start + AT_TIDS, block.start + AT_LIVE..block.end]
    }

    /// Where the keys of block `i` of a list page stand, [`KEY_BYTES`] for each filter column.
    pub fn keys(&self, i: usize) -> std::ops::Range<usize> {
        let start = self.range(i).end;
        start..start + KEY_BYTES * self.columns
    }

    /// First group and number of groups on slice page `i` of a block.
    pub fn slice_groups(&self, i: usize) -> (usize, usize) {
        let first = self.groups_here + i * Self::GROUPS_PER_SLICE;
        (first, (self.groups - first).min(Self::GROUPS_PER_SLICE))
    }
}

/// Writes a slot's keys of as many columns as the block's `keys` are of.
pub fn write_keys(keys: &mut [u8], slot: usize, row: &Keys) {
    for (column, bytes) in keys.chunks_exact_mut(KEY_BYTES).enumerate() {
        let key = row.get(column);
        put_u64(bytes, 8 * slot, key.unwrap_or(0));
        let known = get_u32(bytes, 8 * SLOTS) & !(1 << slot) | u32::from(key.is_some()) << slot;
        put_u32(bytes, 8 * SLOTS, known);
    }
}

/// Reads a slot's keys.
pub fn read_keys(keys: &[u8], slot: usize) -> Keys {
    Keys::new(keys.chunks_exact(KEY_BYTES).map(|bytes| {
        let known = get_u32(bytes, 8 * SLOTS) & (1 << slot) != 0;
        known.then(|| get_u64(bytes, 8 * slot))
    }))
}

/// A block on a list page, to be read (`&[u8]`) or changed (`&mut [u8]`).
pub struct BlockRef<B>(pub B);

impl<B: AsRef<[u8]>> BlockRef<B> {
    fn bytes(&self) -> &[u8] {
        self.0.as_ref()
    }

    /// The constant parts of the scores: 32 little-endian `f32`.
    pub fn add(&self) -> &[u8] {
        &self.bytes()[AT_ADD..AT_RESCALE]
    }

    /// The factors of the codes' sums: 32 little-endian `f32`.
    pub fn rescale(&self) -> &[u8] {
        &self.bytes()[AT_RESCALE..AT_TIDS]
    }

    /// Both factors of a slot.
    pub fn factors(&self, slot: usize) -> (f32, f32) {
        (get_f32(self.bytes(), AT_ADD + 4 * slot), get_f32(self.bytes(), AT_RESCALE + 4 * slot))
    }

    /// The row of a slot; meaningless where the slot is not live.
    pub fn tid(&self, slot: usize) -> Tid {
        Tid::read(&self.bytes()[AT_TIDS + Tid::BYTES * slot..])
    }

    /// Whether a slot holds the second entry of its row; meaningless where the slot is not live.
    pub fn is_spilled(&self, slot: usize) -> bool {
        Tid::is_spilled(&self.bytes()[AT_TIDS + Tid::BYTES * slot..])
    }

    /// Of the slots of a mask, those that hold the second entry of a row.
    pub fn spilled(&self, mask: u32) -> u32 {
        let tids = &self.bytes()[AT_TIDS..AT_LIVE];
        let marks = tids.chunks_exact(Tid::BYTES).map(Tid::is_spilled);
        mask & marks.enumerate().fold(0, |bits, (slot, spilled)| bits | u32::from(spilled) << slot)
    }

    /// Which slots hold an entry.
    pub fn live(&self) -> u32 {
        get_u32(self.bytes(), AT_LIVE)
    }

    /// First slice page of a wide block.
    pub fn slices(&self) -> Block {
        get_u32(self.bytes(), AT_SLICES)
    }

    /// The groups of the codes that stand here.
    pub fn codes(&self) -> &[u8] {
        &self.bytes()[AT_CODES..]
    }
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> BlockRef<B> {
    /// Makes an all-zero block an empty one.
    pub fn init(&mut self) {
        self.set_slices(NO_BLOCK);
        self.set_live(0);
    }

    /// Sets the first slice page.
    pub fn set_slices(&mut self, block: Block) {
        put_u32(self.0.as_mut(), AT_SLICES, block);
    }

    /// Sets which slots hold an entry.
    pub fn set_live(&mut self, live: u32) {
        put_u32(self.0.as_mut(), AT_LIVE, live);
    }

    /// Fills a slot and makes it live; only the groups of the code that stand here are written.
    pub fn fill(&mut self, slot: usize, row: &Coded<'_>) {
        let Coded { tid, spilled, factors, code, .. } = *row;
        let bytes = self.0.as_mut();
        put_f32(bytes, AT_ADD + 4 * slot, factors.add);
        put_f32(bytes, AT_RESCALE + 4 * slot, factors.rescale);
        let place = &mut bytes[AT_TIDS + Tid::BYTES * slot..];
        tid.write(place);
        if spilled {
            Tid::mark_spilled(place);
        }
        let groups = (bytes.len() - AT_CODES) / GROUP_BYTES;
        kernels::write_code(&mut bytes[AT_CODES..], slot, &code[..groups / 2]);
        let live = get_u32(bytes, AT_LIVE) | 1 << slot;
        put_u32(bytes, AT_LIVE, live);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantizer::Factors;

    #[test]
    fn every_width_has_room() {
        let shapes = [(false, 0), (true, 0), (true, 1), (true, MAX_COLUMNS)];
        for (padded, (refined, columns)) in
            (64..=16_000).step_by(64).flat_map(|padded| shapes.map(|shape| (padded, shape)))
        {
            let g = Geometry::new(padded, refined, columns);
            assert!(g.blocks >= 1);
            assert!(g.keys(g.blocks - 1).end <= PAGE_BYTES - 4 * g.refine_pages, "{padded}");
            assert!(g.blocks == 1 || g.range(1).start == g.keys(0).end);
            if refined {
                let (page, place) = g.record_place(g.slots_per_page() - 1);
                assert!(page < g.refine_pages && place.end <= PAGE_BYTES, "{padded}");
            }
            for vector in [8, 4 * padded, 8 * padded] {
                let g = Geometry::with_vectors(padded, refined, columns, vector);
                assert!(g.groups_here > 0 && g.groups_here.is_multiple_of(2));
                assert!(g.keys(g.blocks - 1).end <= g.vector_numbers(), "{padded}");
                let all: Vec<_> = (0..g.slots_per_page()).flat_map(|slot| g.vector_parts(slot)).collect();
                assert_eq!(
                    all.iter().map(|part| part.of_record.len()).sum::<usize>(),
                    32 * g.blocks * vector
                );
                assert!(all.iter().all(|part| {
                    part.page < g.vector_pages
                        && part.here.end <= PAGE_BYTES
                        && part.here.len() == part.of_record.len()
                }));
                // one after the other, without gaps
                assert!(all.windows(2).all(|pair| match pair[0].page == pair[1].page {
                    true => pair[0].here.end == pair[1].here.start,
                    false => pair[0].page + 1 == pair[1].page && pair[1].here.start == HEADER_BYTES,
                }));
            }
            let covered: usize = (0..g.slices).map(|i| g.slice_groups(i).1).sum();
            assert_eq!(g.groups_here + covered, padded / 4, "{padded}");
            assert!(
                g.groups_here.is_multiple_of(2)
                    && (0..g.slices).all(|i| g.slice_groups(i).1.is_multiple_of(2))
            );
        }
        let blocks = |padded, columns| Geometry::new(padded, true, columns).blocks;
        assert_eq!((blocks(128, 0), blocks(384, 0)), (8, 4));
        assert_eq!((blocks(128, 2), blocks(384, 1)), (5, 3));
        assert_eq!(Geometry::new(1920, true, 0).slices, 0);
        assert_eq!(Geometry::new(1984, true, 0).slices, 1);
        assert_eq!(Geometry::new(64, true, 0).vector_parts(3).count(), 0);
    }

    #[test]
    fn slots_keep_what_was_written() {
        let g = Geometry::new(64, true, 0);
        let mut bytes = vec![0u8; g.range(0).len()];
        let mut block = BlockRef(&mut bytes[..]);
        block.init();
        assert_eq!((block.live(), block.slices()), (0, NO_BLOCK));
        let code: Vec<u8> = (0..8).map(|i| i * 17 + 3).collect();
        let (tid, factors) = (Tid::new(9, 2), Factors { add: 1.5, rescale: -2.5 });
        let row =
            Coded { tid, spilled: false, factors, code: &code, record: &[], vector: &[], keys: Keys::NONE };
        block.fill(31, &row);
        let last = Tid::new(u32::MAX, Tid::MAX_OFFSET);
        block.fill(4, &Coded { tid: last, spilled: true, ..row });
        block.fill(5, &Coded { tid: last, ..row });
        assert_eq!(block.live(), 1 << 31 | 3 << 4);
        assert_eq!([31, 4, 5].map(|slot| block.tid(slot)), [tid, last, last]);
        assert_eq!([31, 4, 5].map(|slot| block.is_spilled(slot)), [false, true, false]);
        assert_eq!((block.spilled(u32::MAX), block.spilled(!(1 << 4))), (1 << 4, 0));
        block.set_live(1 << 31);
        assert_eq!(block.factors(31), (1.5, -2.5));
        let mut back = vec![0; 8];
        kernels::read_code(block.codes(), 31, &mut back);
        assert_eq!(back, code);
    }
}
