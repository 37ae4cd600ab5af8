//! The in-memory twin of the page port, for tests without a server.

use crate::error::Error;
use crate::layout::PAGE_BYTES;
use crate::pages::{Block, Lockable, PageTxn, Pages};
use crate::step::Step;
use std::cell::{Ref, RefCell};
use std::collections::HashMap;
use std::ops::Deref;

/// The pages that a change leaves behind.
type Change = Vec<(Block, Box<[u8]>)>;

/// Pages in a vector. Single-threaded; locks are checked by `RefCell`, so a wrong nesting panics in a test.
#[derive(Default)]
pub struct MemoryPages {
    pages: RefCell<Vec<Box<[u8]>>>,
    /// Changes committed so far; a test stops after any of them to see the state a crash would leave.
    commits: RefCell<Vec<Change>>,
    journal: bool,
    /// Locks held: how many shared ones, or −1.
    locks: RefCell<HashMap<Lockable, i32>>,
}

/// A lock of [`MemoryPages`].
pub struct MemoryGuard<'a> {
    store: &'a MemoryPages,
    what: Lockable,
}

impl Drop for MemoryGuard<'_> {
    fn drop(&mut self) {
        let mut locks = self.store.locks.borrow_mut();
        let held = locks.entry(self.what).or_default();
        *held = (*held - 1).max(0);
    }
}

impl MemoryPages {
    /// No pages.
    pub fn new() -> Self {
        Self::default()
    }

    /// No pages, and every committed change is kept for [`MemoryPages::replayed`].
    pub fn with_journal() -> Self {
        Self { journal: true, ..Self::default() }
    }

    /// Number of changes committed so far (0 without a journal).
    pub fn commit_count(&self) -> usize {
        self.commits.borrow().len()
    }

    /// The storage as a crash after the first `count` changes would leave it.
    pub fn replayed(&self, count: usize) -> Self {
        let copy = Self::new();
        self.replay(0..count, &copy);
        copy
    }

    /// Makes a copy that stands before these changes stand after them.
    pub fn replay(&self, changes: std::ops::Range<usize>, copy: &Self) {
        let mut pages = copy.pages.borrow_mut();
        for change in &self.commits.borrow()[changes] {
            for (block, body) in change {
                while pages.len() <= *block as usize {
                    pages.push(vec![0; PAGE_BYTES].into());
                }
                pages[*block as usize] = body.clone();
            }
        }
    }

    /// Flips bits of a stored byte: damage for tests.
    pub fn damage(&self, block: Block, offset: usize, bits: u8) {
        self.pages.borrow_mut()[block as usize][offset] ^= bits;
    }
}

/// A page read from [`MemoryPages`].
pub struct MemoryRead<'a>(Ref<'a, [u8]>);

impl Deref for MemoryRead<'_> {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// A change of [`MemoryPages`].
pub struct MemoryTxn<'a> {
    store: &'a MemoryPages,
    changed: Change,
}

impl Pages for MemoryPages {
    type Read<'a> = MemoryRead<'a>;
    type Txn<'a> = MemoryTxn<'a>;
    type Guard<'a> = MemoryGuard<'a>;

    fn len(&self) -> Block {
        self.pages.borrow().len() as Block
    }

    fn read(&self, block: Block) -> Result<MemoryRead<'_>, Error> {
        let pages = self.pages.borrow();
        if block as usize >= pages.len() {
            return Err(Error::corrupt(block, "the page does not exist"));
        }
        Ok(MemoryRead(Ref::map(pages, |pages| &*pages[block as usize])))
    }

    fn lock(&self, what: Lockable, exclusive: bool) -> MemoryGuard<'_> {
        let mut locks = self.locks.borrow_mut();
        let held = locks.entry(what).or_default();
        assert!(*held == 0 || !exclusive && *held > 0, "nobody else would ever release {what:?}");
        *held = if exclusive { -1 } else { *held + 1 };
        MemoryGuard { store: self, what }
    }

    fn try_lock(&self, what: Lockable) -> Option<MemoryGuard<'_>> {
        let free = self.locks.borrow().get(&what).is_none_or(|held| *held == 0);
        free.then(|| self.lock(what, true))
    }

    fn begin(&self) -> MemoryTxn<'_> {
        MemoryTxn { store: self, changed: Vec::new() }
    }
}

impl PageTxn for MemoryTxn<'_> {
    fn lock(&mut self, block: Block) -> Result<usize, Error> {
        assert!(self.changed.len() < Self::MAX_PAGES, "a change touches at most four pages");
        assert!(self.changed.iter().all(|(b, _)| *b != block), "a page is locked once per change");
        let body = self.store.read(block)?.to_vec().into_boxed_slice();
        self.changed.push((block, body));
        Ok(self.changed.len() - 1)
    }

    fn allocate(&mut self) -> (usize, Block) {
        assert!(self.changed.len() < Self::MAX_PAGES, "a change touches at most four pages");
        let mut pages = self.store.pages.borrow_mut();
        let block = pages.len() as Block;
        pages.push(vec![0; PAGE_BYTES].into());
        self.changed.push((block, vec![0; PAGE_BYTES].into()));
        (self.changed.len() - 1, block)
    }

    fn page(&self, handle: usize) -> &[u8] {
        &self.changed[handle].1
    }

    fn page_mut(&mut self, handle: usize) -> &mut [u8] {
        &mut self.changed[handle].1
    }

    fn commit(self, _step: Step) {
        let mut pages = self.store.pages.borrow_mut();
        for (block, body) in &self.changed {
            pages[*block as usize].copy_from_slice(body);
        }
        if self.store.journal {
            self.store.commits.borrow_mut().push(self.changed);
        }
    }
}
