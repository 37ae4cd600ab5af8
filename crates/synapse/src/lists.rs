//! The chains of pages: finding room, appending, the directory.

use crate::error::Error;
use crate::filter::Keys;
use crate::layout::{
    BlockRef, Chain, Directory, Entry, Geometry, HEADER_BYTES, Header, Meta, PageKind, TidsPage, VectorPart,
};
use crate::layout::{SLOTS, Tid, write_keys};
use crate::model::page_of_run;
use crate::pages::{Block, NO_BLOCK, PageTxn, Pages};
use crate::quantizer::Factors;
use crate::step::Step;

/// A row to be stored in a list.
#[derive(Clone, Copy)]
pub struct Coded<'a> {
    /// The row.
    pub tid: Tid,
    /// Whether this is its second entry.
    pub spilled: bool,
    /// Its factors.
    pub factors: Factors,
    /// Its plain code, padded/8 bytes.
    pub code: &'a [u8],
    /// Its refinement record; not stored where the index has none.
    pub record: &'a [u8],
    /// The record of its full vector; empty where the index keeps none.
    pub vector: &'a [u8],
    /// Its keys; only those of the index's filter columns are stored.
    pub keys: Keys,
}

/// Reads a list page's header and checks whose page it is.
pub fn list_header(page: &[u8], block: Block, list: u32) -> Result<Header, Error> {
    owned_header(page, block, PageKind::List, list)
}

/// Counts the steps along a chain, so that a damaged one that runs in a circle ends in an error.
#[derive(Default)]
pub struct ChainWalk {
    steps: Block,
}

impl ChainWalk {
    /// To be called for every page. A chain longer than the index is damaged; the length is asked for rarely, because
    /// it is not free.
    pub fn step<P: Pages>(&mut self, pages: &P, block: Block) -> Result<(), Error> {
        self.steps += 1;
        if self.steps.is_multiple_of(4096) && self.steps > pages.len() {
            return Err(Error::corrupt(block, "the chain of pages runs in a circle"));
        }
        Ok(())
    }
}

/// Makes a page of zeroes an empty page of a list.
pub fn init_list_page(page: &mut [u8], geometry: &Geometry, list: u32) {
    Header::new(PageKind::List, list).write(page);
    for i in 0..geometry.blocks {
        BlockRef(&mut page[geometry.range(i)]).init();
    }
    for i in 0..geometry.refine_pages {
        geometry.set_refine_page(page, i, NO_BLOCK);
    }
    for i in 0..geometry.vector_pages {
        geometry.set_vector_page(page, i, NO_BLOCK);
    }
}

/// Makes a page that belonged to a list now dead an empty page of another. Its refinement, vector and slice pages stay with it; they change
/// their owner when they are written.
fn reuse_list_page(page: &mut [u8], geometry: &Geometry, list: u32) {
    Header::new(PageKind::List, list).write(page);
    for i in 0..geometry.blocks {
        BlockRef(&mut page[geometry.range(i)]).set_live(0);
    }
}

/// Takes the first page of the free list for a list; `after` is the last page of its chain, to be linked to it. None where no page
/// is free, or `after` is not the last page any more.
fn take_free<P: Pages>(
    pages: &P,
    geometry: &Geometry,
    list: u32,
    after: Option<Block>,
) -> Result<Option<Block>, Error> {
    if Meta::read(&pages.read(0)?)?.free == NO_BLOCK {
        return Ok(None);
    }
    let mut txn = pages.begin();
    let meta_handle = txn.lock(0)?;
    let mut meta = Meta::read(txn.page(meta_handle))?;
    let block = meta.free;
    if block == NO_BLOCK {
        return Ok(None);
    }
    if let Some(last) = after {
        let handle = txn.lock(last)?;
        let mut header = list_header(txn.page(handle), last, list)?;
        if header.next != NO_BLOCK {
            return Ok(None);
        }
        header.next = block;
        header.write(txn.page_mut(handle));
    }
    let handle = txn.lock(block)?;
    meta.free = Header::read(txn.page(handle), block, PageKind::List)?.next;
    reuse_list_page(txn.page_mut(handle), geometry, list);
    meta.write(txn.page_mut(meta_handle));
    txn.commit(if after.is_some() { Step::ListExtendedReused } else { Step::ListBegunReused });
    Ok(Some(block))
}

/// Adds an empty page for a list that has none yet.
pub fn first_page<P: Pages>(pages: &P, geometry: &Geometry, list: u32) -> Result<Block, Error> {
    if let Some(block) = take_free(pages, geometry, list, None)? {
        return Ok(block);
    }
    let mut txn = pages.begin();
    let (handle, block) = txn.allocate();
    init_list_page(txn.page_mut(handle), geometry, list);
    txn.commit(Step::ListBegun);
    Ok(block)
}

/// Links an empty page to the last page of a list's chain, if `block` still is that.
fn extend_chain<P: Pages>(pages: &P, geometry: &Geometry, list: u32, block: Block) -> Result<(), Error> {
    if take_free(pages, geometry, list, Some(block))?.is_some() {
        return Ok(());
    }
    let mut txn = pages.begin();
    let handle = txn.lock(block)?;
    let mut header = list_header(txn.page(handle), block, list)?;
    if header.next == NO_BLOCK {
        let (new_handle, new_block) = txn.allocate();
        init_list_page(txn.page_mut(new_handle), geometry, list);
        header.next = new_block;
        header.write(txn.page_mut(handle));
        txn.commit(Step::ListExtended);
    }
    Ok(())
}

/// The page after `block` in a list's chain, added where there is none.
pub fn next_page<P: Pages>(pages: &P, geometry: &Geometry, list: u32, block: Block) -> Result<Block, Error> {
    let next = list_header(&pages.read(block)?, block, list)?.next;
    if next != NO_BLOCK {
        return Ok(next);
    }
    extend_chain(pages, geometry, list, block)?;
    match list_header(&pages.read(block)?, block, list)?.next {
        NO_BLOCK => Err(Error::corrupt(block, "the chain did not grow")),
        next => Ok(next),
    }
}

/// Stores rows in a list, beginning to look for room at page `block`. Each page changes as a whole or not at all.
/// Returns the page that took the last row, and whether the chain grew.
pub fn append<P: Pages>(
    pages: &P,
    geometry: &Geometry,
    list: u32,
    mut block: Block,
    mut rows: &[Coded<'_>],
) -> Result<(Block, bool), Error> {
    let mut walk = ChainWalk::default();
    let mut grew = false;
    while !rows.is_empty() {
        pages.check_cancelled();
        walk.step(pages, block)?;
        let mut txn = pages.begin();
        let handle = txn.lock(block)?;
        let next = list_header(txn.page(handle), block, list)?.next;
        let stored = fill_page(pages, geometry, list, &mut txn, handle, rows)?;
        rows = &rows[stored..];
        if stored > 0 {
            txn.commit(Step::Rows);
        } else {
            drop(txn);
        }
        if rows.is_empty() {
            break;
        }
        grew |= next == NO_BLOCK;
        block = next_page(pages, geometry, list, block)?;
    }
    Ok((block, grew))
}

/// Fills free slots of a locked list page; returns how many rows found room.
pub fn fill_page<P: Pages>(
    pages: &P,
    geometry: &Geometry,
    list: u32,
    txn: &mut P::Txn<'_>,
    handle: usize,
    rows: &[Coded<'_>],
) -> Result<usize, Error> {
    let mut stored = 0;
    for i in 0..geometry.blocks {
        let range = geometry.range(i);
        let free = !BlockRef(&txn.page(handle)[range.clone()]).live();
        let slots: Vec<usize> =
            (0..SLOTS).filter(|s| free & (1 << s) != 0).take(rows.len() - stored).collect();
        if slots.is_empty() {
            continue;
        }
        let rows = &rows[stored..stored + slots.len()];
        if geometry.slices > 0 {
            let mut slice = BlockRef(&txn.page(handle)[range.clone()]).slices();
            if slice == NO_BLOCK {
                slice = new_slices(pages, geometry, list);
                BlockRef(&mut txn.page_mut(handle)[range.clone()]).set_slices(slice);
            }
            fill_slices(pages, geometry, list, slice, free == u32::MAX, &slots, rows)?;
        }
        if geometry.record > 0 {
            write_records(pages, geometry, list, txn, handle, i * SLOTS, &slots, rows)?;
        }
        if geometry.vector > 0 {
            write_vectors(pages, geometry, list, txn, handle, i * SLOTS, &slots, rows)?;
        }
        let keys = &mut txn.page_mut(handle)[geometry.keys(i)];
        for (slot, row) in slots.iter().zip(rows) {
            write_keys(keys, *slot, &row.keys);
        }
        let mut target = BlockRef(&mut txn.page_mut(handle)[range]);
        for (slot, row) in slots.iter().zip(rows) {
            target.fill(*slot, row);
        }
        stored += slots.len();
    }
    Ok(stored)
}

/// Writes refinement records of slots of a locked list page that are not live yet, so that nobody reads them; adds the pages
/// that are missing. A crash before the list page refers to a new one leaves a page that nothing uses.
#[allow(clippy::too_many_arguments, reason = "the parts of one place")]
fn write_records<P: Pages>(
    pages: &P,
    geometry: &Geometry,
    list: u32,
    txn: &mut P::Txn<'_>,
    handle: usize,
    first_slot: usize,
    slots: &[usize],
    rows: &[Coded<'_>],
) -> Result<(), Error> {
    let mut at = 0;
    while at < slots.len() {
        let (number, _) = geometry.record_place(first_slot + slots[at]);
        let block = geometry.refine_page(txn.page(handle), number);
        let mut change = pages.begin();
        let in_use = uses_records(txn.page(handle), geometry, number);
        let step = if block == NO_BLOCK { Step::RecordsAdded } else { Step::Records };
        let (page, block) = companion_page::<P>(&mut change, PageKind::Refine, list, block, in_use)?;
        let bytes = change.page_mut(page);
        while at < slots.len() {
            let (next, place) = geometry.record_place(first_slot + slots[at]);
            if next != number {
                break;
            }
            bytes[place].copy_from_slice(rows[at].record);
            at += 1;
        }
        change.commit(step);
        geometry.set_refine_page(txn.page_mut(handle), number, block);
    }
    Ok(())
}

/// Writes full vectors of slots of a locked list page, as [`write_records`] does refinement records.
#[allow(clippy::too_many_arguments, reason = "the parts of one place")]
fn write_vectors<P: Pages>(
    pages: &P,
    geometry: &Geometry,
    list: u32,
    txn: &mut P::Txn<'_>,
    handle: usize,
    first_slot: usize,
    slots: &[usize],
    rows: &[Coded<'_>],
) -> Result<(), Error> {
    let parts: Vec<(VectorPart, &[u8])> = slots
        .iter()
        .zip(rows)
        .flat_map(|(slot, row)| geometry.vector_parts(first_slot + slot).map(|part| (part, row.vector)))
        .collect();
    for parts in parts.chunk_by(|a, b| a.0.page == b.0.page) {
        let number = parts[0].0.page;
        let block = geometry.vector_page(txn.page(handle), number);
        let mut change = pages.begin();
        let step = if block == NO_BLOCK { Step::VectorsAdded } else { Step::Vectors };
        let in_use = uses_vectors(txn.page(handle), geometry, number);
        let (page, block) = companion_page::<P>(&mut change, PageKind::Vector, list, block, in_use)?;
        for (part, record) in parts {
            change.page_mut(page)[part.here.clone()].copy_from_slice(&record[part.of_record.clone()]);
        }
        change.commit(step);
        geometry.set_vector_page(txn.page_mut(handle), number, block);
    }
    Ok(())
}

/// Locks a page that belongs to a list page, or adds it where `block` says that there is none yet; returns its handle and number. One that no
/// slot uses may be that of a dead list, which came along with the list page: it gets its new owner.
fn companion_page<P: Pages>(
    change: &mut P::Txn<'_>,
    kind: PageKind,
    list: u32,
    block: Block,
    in_use: bool,
) -> Result<(usize, Block), Error> {
    if block == NO_BLOCK {
        let (page, block) = change.allocate();
        Header::new(kind, list).write(change.page_mut(page));
        return Ok((page, block));
    }
    let page = change.lock(block)?;
    if !in_use {
        Header::read(change.page(page), block, kind)?;
        Header::new(kind, list).write(change.page_mut(page));
    }
    owned_header(change.page(page), block, kind, list)?;
    Ok((page, block))
}

/// Whether a live slot of a list page has its record on refinement page `number`.
pub fn uses_records(page: &[u8], geometry: &Geometry, number: usize) -> bool {
    (0..geometry.blocks).any(|i| {
        let live = BlockRef(&page[geometry.range(i)]).live();
        (0..SLOTS).any(|slot| live & (1 << slot) != 0 && geometry.record_place(i * SLOTS + slot).0 == number)
    })
}

/// Whether a live slot of a list page has a part of its full vector on vector page `number`.
pub fn uses_vectors(page: &[u8], geometry: &Geometry, number: usize) -> bool {
    (0..geometry.blocks).any(|i| {
        let live = BlockRef(&page[geometry.range(i)]).live();
        (0..SLOTS).any(|slot| {
            live & (1 << slot) != 0 && geometry.vector_parts(i * SLOTS + slot).any(|part| part.page == number)
        })
    })
}

/// Checks that a page holds refinement records of a list.
pub fn refine_header(page: &[u8], block: Block, list: u32) -> Result<(), Error> {
    owned_header(page, block, PageKind::Refine, list).map(|_| ())
}

/// Checks that a page is of this kind and belongs to a list.
pub fn owned_header(page: &[u8], block: Block, kind: PageKind, list: u32) -> Result<Header, Error> {
    let header = Header::read(page, block, kind)?;
    if header.owner != list {
        let what = format!("expected a page of list {list}, found one of list {}", header.owner);
        return Err(Error::corrupt(block, what));
    }
    Ok(header)
}

/// Makes the chain of slice pages of a wide block, last page first so that each knows its successor. A crash before
/// the block refers to them leaves pages that nothing uses.
fn new_slices<P: Pages>(pages: &P, geometry: &Geometry, list: u32) -> Block {
    let mut next = NO_BLOCK;
    for _ in 0..geometry.slices {
        let mut txn = pages.begin();
        let (handle, block) = txn.allocate();
        let mut header = Header::new(PageKind::Slice, list);
        header.next = next;
        header.write(txn.page_mut(handle));
        txn.commit(Step::SliceAdded);
        next = block;
    }
    next
}

/// Writes the parts of codes that stand on slice pages. The slots are not live yet, so nobody reads them. Those of an empty block
/// may have come along from a dead list.
fn fill_slices<P: Pages>(
    pages: &P,
    geometry: &Geometry,
    list: u32,
    mut block: Block,
    empty: bool,
    slots: &[usize],
    rows: &[Coded<'_>],
) -> Result<(), Error> {
    for i in 0..geometry.slices {
        let (first, groups) = geometry.slice_groups(i);
        let mut txn = pages.begin();
        let handle = txn.lock(block)?;
        let mut header = Header::read(txn.page(handle), block, PageKind::Slice)?;
        if empty {
            header.owner = list;
            header.write(txn.page_mut(handle));
        }
        owned_header(txn.page(handle), block, PageKind::Slice, list)?;
        let codes = &mut txn.page_mut(handle)[HEADER_BYTES..][..16 * groups];
        for (slot, row) in slots.iter().zip(rows) {
            kernels::write_code(codes, *slot, &row.code[first / 2..][..groups / 2]);
        }
        txn.commit(Step::Slice);
        block = header.next;
    }
    Ok(())
}

/// Reads a list's directory entry; `known` are the directory pages looked up so far.
pub fn entry<P: Pages>(
    pages: &P,
    meta: &Meta,
    known: &mut Vec<Block>,
    list: u32,
) -> Result<(Entry, Block), Error> {
    let (i, slot) = Directory::place(list);
    let block = page_of_run(pages, known, meta.directory, i as usize, PageKind::Directory)?;
    Ok((Directory::get(&pages.read(block)?, block, slot)?, block))
}

/// Changes a list's insertion page if it still is `from`. `directory` is the directory page of the list.
pub fn move_insertion<P: Pages>(
    pages: &P,
    directory: Block,
    list: u32,
    from: Block,
    to: Block,
) -> Result<(), Error> {
    let (_, slot) = Directory::place(list);
    let mut txn = pages.begin();
    let handle = txn.lock(directory)?;
    let mut entry = Directory::get(txn.page(handle), directory, slot)?;
    if entry.insertion == from {
        entry.insertion = to;
        Directory::set(txn.page_mut(handle), slot, entry);
        txn.commit(Step::Insertion);
    }
    Ok(())
}

/// Adds a row to a chain of rows without codes.
pub fn push_tid<P: Pages>(pages: &P, chain: Chain, tid: Tid) -> Result<(), Error> {
    let (_, start) = Meta::read(&pages.read(0)?)?.chains[chain as usize];
    let mut block = start;
    if block == NO_BLOCK {
        let mut txn = pages.begin();
        let handle = txn.lock(0)?;
        let mut meta = Meta::read(txn.page(handle))?;
        if meta.chains[chain as usize].0 == NO_BLOCK {
            let (new_handle, new_block) = txn.allocate();
            Header::new(PageKind::Tids, Header::NO_OWNER).write(txn.page_mut(new_handle));
            TidsPage::push(txn.page_mut(new_handle), tid);
            meta.chains[chain as usize] = (new_block, new_block);
            meta.write(txn.page_mut(handle));
            txn.commit(Step::ChainBegun);
            return Ok(());
        }
        block = meta.chains[chain as usize].1;
    }
    let begun = block;
    let mut walk = ChainWalk::default();
    loop {
        pages.check_cancelled();
        walk.step(pages, block)?;
        let mut txn = pages.begin();
        let handle = txn.lock(block)?;
        let mut header = Header::read(txn.page(handle), block, PageKind::Tids)?;
        if TidsPage::push(txn.page_mut(handle), tid) {
            txn.commit(Step::ChainRow);
            break;
        }
        if header.next != NO_BLOCK {
            block = header.next;
            continue;
        }
        let (new_handle, new_block) = txn.allocate();
        Header::new(PageKind::Tids, Header::NO_OWNER).write(txn.page_mut(new_handle));
        TidsPage::push(txn.page_mut(new_handle), tid);
        header.next = new_block;
        header.write(txn.page_mut(handle));
        txn.commit(Step::ChainExtended);
        block = new_block;
        break;
    }
    if block != begun {
        set_chain_insertion(pages, chain, block)?;
    }
    Ok(())
}

/// Sets where insertions into a chain begin to look for room.
pub fn set_chain_insertion<P: Pages>(pages: &P, chain: Chain, block: Block) -> Result<(), Error> {
    let mut txn = pages.begin();
    let handle = txn.lock(0)?;
    let mut meta = Meta::read(txn.page(handle))?;
    meta.chains[chain as usize].1 = block;
    meta.write(txn.page_mut(handle));
    txn.commit(Step::ChainInsertion);
    Ok(())
}

/// The rows without a vector: all there is in an index that has no dimensions yet.
pub fn null_rows<P: Pages>(pages: &P) -> Result<Vec<Tid>, Error> {
    let mut block = Meta::read(&pages.read(0)?)?.chains[Chain::Nulls as usize].0;
    let mut rows = Vec::new();
    let mut walk = ChainWalk::default();
    while block != NO_BLOCK {
        walk.step(pages, block)?;
        pages.check_cancelled();
        let page = pages.read(block)?;
        rows.extend(TidsPage::tids(&page, block)?);
        block = Header::read(&page, block, PageKind::Tids)?.next;
    }
    Ok(rows)
}
