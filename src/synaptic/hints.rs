//! Where this process last saw the pages of indexes and tables in shared buffers.
//!
//! A hint spares the look-up in the buffer table, which waits for memory several times. A hint that is no longer true costs a comparison.

use pgrx::pg_sys;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use synapse::Block;

/// Relations whose pages are remembered, and pages of each (8 GB); 4 bytes a page.
const RELATIONS: usize = 16;
const PAGES: usize = 1 << 20;

/// Buffers by page, [`NONE`] where nothing is known.
pub type Hints = Rc<RefCell<Vec<pg_sys::Buffer>>>;

/// PostgreSQL's InvalidBuffer.
const NONE: pg_sys::Buffer = 0;

thread_local! {
    static KNOWN: RefCell<Vec<(pg_sys::Oid, Hints)>> = const { RefCell::new(Vec::new()) };
}

/// The hints about a relation's main fork; those of the relation used longest ago are forgotten where there are too many.
pub fn of(relation: pg_sys::Oid) -> Hints {
    KNOWN.with_borrow_mut(|known| {
        if let Some(place) = known.iter().position(|(oid, _)| *oid == relation) {
            // the last is the one used last
            known[place..].rotate_left(1);
        } else {
            if known.len() == RELATIONS {
                known.remove(0);
            }
            known.push((relation, Hints::default()));
        }
        known.last().map(|(_, hints)| Rc::clone(hints)).unwrap_or_default()
    })
}

/// The buffer that may hold a page.
pub fn get(hints: &Hints, block: Block) -> Option<pg_sys::Buffer> {
    hints.borrow().get(block as usize).copied().filter(|buffer| *buffer != NONE)
}

/// Remembers where a page is.
pub fn set(hints: &Hints, block: Block, buffer: pg_sys::Buffer) {
    let place = block as usize;
    if place < PAGES {
        let mut hints = hints.borrow_mut();
        if place >= hints.len() {
            hints.resize(place + 1, NONE);
        }
        if std::mem::replace(&mut hints[place], buffer) != buffer {
            READS_AHEAD.set(MISSED);
        }
    }
}

/// Pins a page where it was seen last, if it still is there.
///
/// # Safety
/// `relation` must be open, and the hints those of its main fork, as the fork named must be.
pub unsafe fn pin(
    hints: &Hints,
    relation: pg_sys::Relation,
    fork: pg_sys::ForkNumber::Type,
    block: Block,
) -> Option<pg_sys::Buffer> {
    let buffer = get(hints, block)?;
    // SAFETY: the relation is open; the function looks whether the buffer holds the page.
    unsafe {
        #[cfg(any(feature = "pg14", feature = "pg15"))]
        let file = (*relation).rd_node;
        #[cfg(not(any(feature = "pg14", feature = "pg15")))]
        let file = (*relation).rd_locator;
        if !pg_sys::ReadRecentBuffer(file, fork, block, buffer) {
            return None;
        }
        // as ReadBufferExtended counts (PostgreSQL's macros pgstat_count_buffer_read and _hit)
        if let Some(info) = (*relation).pgstat_info.as_mut() {
            #[cfg(any(feature = "pg14", feature = "pg15"))]
            let counts = &mut info.t_counts;
            #[cfg(not(any(feature = "pg14", feature = "pg15")))]
            let counts = &mut info.counts;
            #[cfg(any(feature = "pg14", feature = "pg15"))]
            {
                counts.t_blocks_fetched += 1;
                counts.t_blocks_hit += 1;
            }
            #[cfg(not(any(feature = "pg14", feature = "pg15")))]
            {
                counts.blocks_fetched += 1;
                counts.blocks_hit += 1;
            }
        }
    }
    Some(buffer)
}

/// The address of a page where it was seen last, for hints to the processor.
pub fn address(hints: &Hints, block: Block) -> Option<usize> {
    // SAFETY: only the address of the buffer's page is computed.
    get(hints, block).map(|buffer| unsafe { pg_sys::BufferGetPage(buffer) }.addr())
}

/// Pages asked for ahead of their reading since the last page that was not where it was thought to be, beyond which all pages seem to be in
/// shared buffers.
const MISSED: u32 = 256;

/// Pages asked for ahead at once, whatever `effective_io_concurrency` says.
const MOST_AHEAD: usize = 64;

thread_local! {
    /// How many of them are left.
    static READS_AHEAD: Cell<u32> = const { Cell::new(MISSED) };
}

/// How many pages of a relation to ask for ahead of their reading, as `effective_io_concurrency` of its tablespace says; 0 while pages are found
/// where they were seen last.
///
/// # Safety
/// `relation` must be open.
pub unsafe fn reads_ahead(relation: pg_sys::Relation) -> usize {
    if READS_AHEAD.get() == 0 {
        return 0;
    }
    // SAFETY: as promised.
    let concurrency = unsafe { pg_sys::get_tablespace_io_concurrency((*(*relation).rd_rel).reltablespace) };
    usize::try_from(concurrency).unwrap_or(0).min(MOST_AHEAD)
}

/// Asks for a page that will be read, unless it is where it was seen last.
///
/// # Safety
/// `relation` must be open, the hints those of its main fork.
pub unsafe fn read_soon(hints: &Hints, relation: pg_sys::Relation, block: Block) {
    READS_AHEAD.set(READS_AHEAD.get().saturating_sub(1));
    // SAFETY: the array of descriptors is as long as there are buffers, all of them shared; the number read may be changing, which
    // makes for a needless request at worst. The relation is open; its block is only looked for.
    unsafe {
        let there = get(hints, block).filter(|buffer| *buffer > 0).is_some_and(|buffer| {
            let descriptor = pg_sys::BufferDescriptors.add(buffer as usize - 1);
            (&raw const (*descriptor).bufferdesc.tag.blockNum).read_volatile() == block
        });
        if !there {
            pg_sys::PrefetchBuffer(relation, pg_sys::ForkNumber::MAIN_FORKNUM, block);
        }
    }
}

/// Asks for the memory of a shared buffer's descriptor, which pinning changes.
pub fn prefetch_descriptor(hints: &Hints, block: Block) {
    if let Some(buffer) = get(hints, block).filter(|buffer| *buffer > 0) {
        // SAFETY: the array of descriptors is as long as there are buffers; only an address is computed.
        let descriptor = unsafe { pg_sys::BufferDescriptors.add(buffer as usize - 1) };
        kernels::prefetch(descriptor.addr(), size_of::<pg_sys::BufferDescPadded>());
    }
}
