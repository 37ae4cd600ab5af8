//! Where this process last saw the pages of indexes in shared buffers.
//!
//! A hint spares the look-up in the buffer table, which waits for memory several times. A hint that is no longer true costs a comparison.

use pgrx::pg_sys;
use std::cell::RefCell;
use std::rc::Rc;
use synapse::Block;

/// Indexes whose pages are remembered, and pages of each (8 GB); 4 bytes a page.
const INDEXES: usize = 8;
const PAGES: usize = 1 << 20;

/// Buffers by page, [`NONE`] where nothing is known.
pub type Hints = Rc<RefCell<Vec<pg_sys::Buffer>>>;

/// PostgreSQL's InvalidBuffer.
const NONE: pg_sys::Buffer = 0;

thread_local! {
    static KNOWN: RefCell<Vec<(pg_sys::Oid, Hints)>> = const { RefCell::new(Vec::new()) };
}

/// The hints about an index's main fork; those of the index used longest ago are forgotten where there are too many.
pub fn of(index: pg_sys::Oid) -> Hints {
    KNOWN.with_borrow_mut(|known| {
        if let Some(place) = known.iter().position(|(oid, _)| *oid == index) {
            // the last is the one used last
            known[place..].rotate_left(1);
        } else {
            if known.len() == INDEXES {
                known.remove(0);
            }
            known.push((index, Hints::default()));
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
