//! The port through which the engine sees storage: numbered pages, shared and exclusive locks, atomic changes.

use crate::error::Error;
use crate::step::Step;
use std::ops::{Deref, Range};

/// Number of a page.
pub type Block = u32;

/// No page.
pub const NO_BLOCK: Block = u32::MAX;

/// What processes exclude each other from by a lock that is not a page's: held over many changes, never asked for with a page
/// locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lockable {
    /// Which lists there are: exclusive for who makes or ends lists, or must not see it happen.
    Structure,
    /// In which of the living lists rows are: exclusive for who moves them from one to another, shared for who must meet every row.
    Moves,
    /// A list: shared for who adds or removes rows, exclusive for who moves its rows elsewhere.
    List(u32),
}

/// Storage of fixed-size pages ([`crate::PAGE_BYTES`] each), implemented over PostgreSQL's buffer manager and WAL by the
/// extension and over a vector by [`crate::MemoryPages`].
pub trait Pages {
    /// A page under a shared lock, released on drop.
    type Read<'a>: Deref<Target = [u8]>
    where
        Self: 'a;
    /// A lock on a [`Lockable`], released on drop.
    type Guard<'a>
    where
        Self: 'a;
    /// A change in progress.
    type Txn<'a>: PageTxn
    where
        Self: 'a;

    /// Number of pages that exist now.
    fn len(&self) -> Block;

    /// Whether there is no page at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Locks a page for reading. Errors with [`Error::Corrupt`] if it does not exist.
    fn read(&self, block: Block) -> Result<Self::Read<'_>, Error>;

    /// A hint that these bytes of a page will be read soon. The default does nothing.
    fn prefetch(&self, _block: Block, _bytes: Range<usize>) {}

    /// A hint that this page will be locked soon. The default does nothing.
    fn prefetch_pin(&self, _block: Block) {}

    /// How many pages ahead of their reading [`Pages::prefetch_page`] is of use; 0, the default, where pages seem to be at hand.
    fn reads_ahead(&self) -> usize {
        0
    }

    /// A hint that a page will be read, which may have to come from storage. The default does nothing.
    fn prefetch_page(&self, _block: Block) {}

    /// Begins to bring runs of pages from storage, in this order and ahead of their being read. The default leaves that to the reading.
    fn stream(&self, _runs: Vec<Range<Block>>) -> Box<dyn Stream + '_> {
        Box::new(())
    }

    /// Starts a change of at most [`PageTxn::MAX_PAGES`] pages that happens as a whole or not at all, also in a crash.
    fn begin(&self) -> Self::Txn<'_>;

    /// Locks and waits for it if need be.
    fn lock(&self, what: Lockable, exclusive: bool) -> Self::Guard<'_>;

    /// Locks exclusively, or gives None where somebody else has a lock.
    fn try_lock(&self, what: Lockable) -> Option<Self::Guard<'_>>;

    /// A place where long work may be cancelled. No page may be locked. The default does nothing.
    fn check_cancelled(&self) {}
}

/// Runs of pages on their way from storage.
pub trait Stream {
    /// The next run will be read now: brings what of it is not there yet. A page that cannot be read is the reader's error, or raised here.
    fn next_run(&mut self);
}

impl Stream for () {
    fn next_run(&mut self) {}
}

/// A change of a few pages, atomic with respect to crashes. Dropping it without [`PageTxn::commit`] changes nothing.
pub trait PageTxn {
    /// How many pages one change may touch (PostgreSQL's generic WAL record holds four).
    const MAX_PAGES: usize = 4;

    /// Locks an existing page exclusively and returns its handle within this change.
    fn lock(&mut self, block: Block) -> Result<usize, Error>;

    /// Adds a new page of zeroes, locked exclusively; returns its handle and number.
    fn allocate(&mut self) -> (usize, Block);

    /// The page as this change has it so far.
    fn page(&self, handle: usize) -> &[u8];

    /// The page, to be changed.
    fn page_mut(&mut self, handle: usize) -> &mut [u8];

    /// Makes the change durable and visible and unlocks the pages; `step` says what it was for.
    fn commit(self, step: Step);
}
