//! Where this process last saw the pages of indexes and tables in shared buffers.
//!
//! A hint spares the look-up in the buffer table, which waits for memory several times. A hint that is no longer true costs a comparison.

use pgrx::pg_sys;
use std::cell::RefCell;
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
        hints[place] = buffer;
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

/// Asks for the memory of a shared buffer's descriptor, which pinning changes.
pub fn prefetch_descriptor(hints: &Hints, block: Block) {
    if let Some(buffer) = get(hints, block).filter(|buffer| *buffer > 0) {
        // SAFETY: the array of descriptors is as long as there are buffers; only an address is computed.
        let descriptor = unsafe { pg_sys::BufferDescriptors.add(buffer as usize - 1) };
        kernels::prefetch(descriptor.addr(), size_of::<pg_sys::BufferDescPadded>());
    }
}
