//! Directory pages: where each list begins and where the next vector of it goes.

use super::{HEADER_BYTES, Header, PAGE_BYTES, PageKind, get_u32, put_u16, put_u32};
use crate::error::Error;
use crate::pages::{Block, NO_BLOCK};

/// Bytes of an entry: first page, insertion page.
const ENTRY_BYTES: usize = 8;

/// Entries that fit on one page.
pub const fn entries_per_page() -> usize {
    (PAGE_BYTES - HEADER_BYTES) / ENTRY_BYTES
}

/// One list's entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The list's first page; never changes while the list lives. [`NO_BLOCK`] where it is dead.
    pub first: Block,
    /// Where an insertion begins to look for room; a page of this list, all pages before it are full.
    /// Advice: a stale value costs a few page reads.
    pub insertion: Block,
}

impl Entry {
    /// The entry of a list that was split or merged: its rows are in other lists.
    pub const DEAD: Self = Self { first: NO_BLOCK, insertion: NO_BLOCK };
}

/// Access to one directory page.
pub struct Directory;

impl Directory {
    /// The page (counted from the first directory page) and the slot of a list's entry.
    pub fn place(list: u32) -> (u32, usize) {
        (list / entries_per_page() as u32, list as usize % entries_per_page())
    }

    /// Number of entries on a page.
    pub fn len(page: &[u8], block: Block) -> Result<usize, Error> {
        let count = Header::read(page, block, PageKind::Directory)?.count as usize;
        if count > entries_per_page() {
            return Err(Error::corrupt(block, format!("a directory page cannot hold {count} entries")));
        }
        Ok(count)
    }

    /// Makes the page have an entry in this slot, dead entries before it if need be.
    pub fn put(page: &mut [u8], block: Block, slot: usize, entry: Entry) -> Result<(), Error> {
        let len = Self::len(page, block)?;
        for between in len..slot {
            Self::set(page, between, Entry::DEAD);
        }
        put_u16(page, 2, len.max(slot + 1) as u16);
        Self::set(page, slot, entry);
        Ok(())
    }

    /// Reads an entry.
    pub fn get(page: &[u8], block: Block, slot: usize) -> Result<Entry, Error> {
        if slot >= Self::len(page, block)? {
            return Err(Error::corrupt(block, format!("the directory page has no entry {slot}")));
        }
        let at = HEADER_BYTES + ENTRY_BYTES * slot;
        Ok(Entry { first: get_u32(page, at), insertion: get_u32(page, at + 4) })
    }

    /// Overwrites an existing entry.
    pub fn set(page: &mut [u8], slot: usize, entry: Entry) {
        let at = HEADER_BYTES + ENTRY_BYTES * slot;
        put_u32(page, at, entry.first);
        put_u32(page, at + 4, entry.insertion);
    }

    /// Writes a page of at most [`entries_per_page`] entries.
    pub fn write(page: &mut [u8], entries: &[Entry]) {
        let mut header = Header::new(PageKind::Directory, Header::NO_OWNER);
        header.count = entries.len() as u16;
        header.write(page);
        for (slot, entry) in entries.iter().enumerate() {
            Self::set(page, slot, *entry);
        }
    }
}
