//! The stored bytes: page kinds, their common header and checked access to their fields.
//!
//! Everything is little-endian. Readers check kind and version before they trust a page. The byte tables are in the
//! README; a change of any of them is a new [`FORMAT_VERSION`], and readers stay for every version ever released.

mod array;
mod directory;
mod list;
mod meta;
mod tids;

pub use array::{ArrayPage, array_floats_per_page, array_pages};
pub use directory::{Directory, Entry, entries_per_page};
pub use list::{BlockRef, Geometry, KEY_BYTES, SLOTS, VectorPart, read_keys, write_keys};
pub use meta::{Chain, Meta, Revision};
pub use tids::{TidsPage, tids_per_page};

use crate::error::Error;
use crate::pages::{Block, NO_BLOCK};

/// Usable bytes of a page: PostgreSQL's 8192 less its page header of 24.
pub const PAGE_BYTES: usize = 8168;

/// Bytes of the header that every page of the engine begins with.
pub const HEADER_BYTES: usize = 16;

/// The format that this version writes.
pub const FORMAT_VERSION: u8 = 4;

/// The largest number of dimensions of an index, that of the type `vector`.
pub const MAX_DIMENSIONS: usize = 16_000;

/// Rounds dimensions up to the width of a code.
pub fn padded(dims: usize) -> usize {
    dims.next_multiple_of(64)
}

/// The identifier of a row: block and offset of a heap tuple, in 48 bits (`block << 16 | offset`). Never 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tid(u64);

impl Tid {
    /// Bytes of a stored identifier.
    pub const BYTES: usize = 6;

    /// The largest offset that can be stored; the bit above it marks spilled entries. PostgreSQL's pages hold 8,192 rows at most.
    pub const MAX_OFFSET: u16 = SPILLED as u16 - 1;

    /// The identifier of the tuple at `offset` of heap block `block`.
    pub const fn new(block: u32, offset: u16) -> Self {
        Self((block as u64) << 16 | offset as u64)
    }

    /// The heap block.
    pub const fn block(self) -> u32 {
        (self.0 >> 16) as u32
    }

    /// The tuple's place in its block, from 1.
    pub const fn offset(self) -> u16 {
        self.0 as u16
    }

    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut wide = [0; 8];
        wide[..Self::BYTES].copy_from_slice(&bytes[..Self::BYTES]);
        Self(u64::from_le_bytes(wide) & !SPILLED)
    }

    /// Whether a stored identifier is that of a spilled entry.
    pub(crate) fn is_spilled(bytes: &[u8]) -> bool {
        u64::from(bytes[1]) << 8 & SPILLED != 0
    }

    /// Marks a stored identifier.
    pub(crate) fn mark_spilled(bytes: &mut [u8]) {
        bytes[1] |= (SPILLED >> 8) as u8;
    }

    pub(crate) fn write(self, bytes: &mut [u8]) {
        bytes[..Self::BYTES].copy_from_slice(&self.0.to_le_bytes()[..Self::BYTES]);
    }
}

/// The bit of a stored row identifier that marks a row's second entry.
const SPILLED: u64 = 1 << 15;

/// What a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageKind {
    /// Block 0: parameters of the index and where everything is.
    Meta = 1,
    /// Single-precision numbers: the mean and the centroids.
    Array = 2,
    /// First page and insertion page of each list.
    Directory = 3,
    /// Blocks of 32 codes of one list.
    List = 4,
    /// The rest of the codes of a block that is wider than a page.
    Slice = 5,
    /// Row identifiers without codes.
    Tids = 6,
    /// Refinement codes of the rows of one list page.
    Refine = 7,
    /// Full vectors of the rows of one list page.
    Vector = 8,
    /// Records of centroids, as numbers are kept on array pages.
    Coded = 9,
}

impl PageKind {
    fn from_byte(byte: u8) -> Option<Self> {
        [
            Self::Meta,
            Self::Array,
            Self::Directory,
            Self::List,
            Self::Slice,
            Self::Tids,
            Self::Refine,
            Self::Vector,
            Self::Coded,
        ]
        .into_iter()
        .find(|kind| *kind as u8 == byte)
    }
}

/// The header of every page.
///
/// ```text
/// 0  u8  kind          2  u16 count (kind-specific)   8  u32 owner (list number, or NO_OWNER)
/// 1  u8  version       4  u32 next page of the chain  12 u32 reserved, 0
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// What the page holds.
    pub kind: PageKind,
    /// Number of items on the page; its meaning is the kind's.
    pub count: u16,
    /// The next page of this chain, or [`NO_BLOCK`].
    pub next: Block,
    /// The list that the page belongs to, or [`Header::NO_OWNER`].
    pub owner: u32,
}

impl Header {
    /// The owner of a page that belongs to no list.
    pub const NO_OWNER: u32 = u32::MAX;

    /// A page of this kind, alone and empty.
    pub fn new(kind: PageKind, owner: u32) -> Self {
        Self { kind, count: 0, next: NO_BLOCK, owner }
    }

    /// Reads the header and checks that the page is of the kind its place in the index demands.
    pub fn read(page: &[u8], block: Block, expected: PageKind) -> Result<Self, Error> {
        let kind = PageKind::from_byte(page[0]);
        if kind != Some(expected) {
            return Err(Error::corrupt(
                block,
                format!("expected a page of kind {expected:?}, found kind byte {}", page[0]),
            ));
        }
        if page[1] == 0 || page[1] > FORMAT_VERSION {
            return Err(Error::Version { found: page[1], supported: FORMAT_VERSION });
        }
        Ok(Self { kind: expected, count: get_u16(page, 2), next: get_u32(page, 4), owner: get_u32(page, 8) })
    }

    /// Writes the header.
    pub fn write(&self, page: &mut [u8]) {
        page[0] = self.kind as u8;
        page[1] = FORMAT_VERSION;
        put_u16(page, 2, self.count);
        put_u32(page, 4, self.next);
        put_u32(page, 8, self.owner);
        put_u32(page, 12, 0);
    }
}

fn get_u16(page: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([page[at], page[at + 1]])
}

fn get_u32(page: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([page[at], page[at + 1], page[at + 2], page[at + 3]])
}

fn get_u64(page: &[u8], at: usize) -> u64 {
    u64::from(get_u32(page, at)) | u64::from(get_u32(page, at + 4)) << 32
}

fn get_f32(page: &[u8], at: usize) -> f32 {
    f32::from_bits(get_u32(page, at))
}

fn put_u16(page: &mut [u8], at: usize, value: u16) {
    page[at..at + 2].copy_from_slice(&value.to_le_bytes());
}

fn put_u32(page: &mut [u8], at: usize, value: u32) {
    page[at..at + 4].copy_from_slice(&value.to_le_bytes());
}

fn put_u64(page: &mut [u8], at: usize, value: u64) {
    page[at..at + 8].copy_from_slice(&value.to_le_bytes());
}

fn put_f32(page: &mut [u8], at: usize, value: f32) {
    put_u32(page, at, value.to_bits());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tid_keeps_block_and_offset() {
        let tid = Tid::new(0xfffe_fdfc, 291);
        let mut bytes = [0; 6];
        tid.write(&mut bytes);
        let back = Tid::read(&bytes);
        assert_eq!((back.block(), back.offset()), (0xfffe_fdfc, 291));
    }

    #[test]
    fn header_refuses_other_kinds_and_versions() {
        let mut page = vec![0; PAGE_BYTES];
        assert!(matches!(Header::read(&page, 7, PageKind::List), Err(Error::Corrupt { block: 7, .. })));
        let header = Header { kind: PageKind::List, count: 3, next: 9, owner: 4 };
        header.write(&mut page);
        assert_eq!(Header::read(&page, 7, PageKind::List), Ok(header));
        assert!(Header::read(&page, 7, PageKind::Meta).is_err());
        page[1] = FORMAT_VERSION + 1;
        assert!(matches!(Header::read(&page, 7, PageKind::List), Err(Error::Version { .. })));
    }
}
