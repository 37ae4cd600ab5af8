//! The engine's page port over PostgreSQL's buffer manager and generic WAL.
//!
//! The engine owns the bytes behind PostgreSQL's page header. `pd_lower` stands at the end of the page, so that generic
//! WAL sees no hole. A page that was extended but not yet logged when the server crashed is all zeroes; nothing refers
//! to it.

use super::hints::{self, Hints};
use crate::error::Report;
use pgrx::PgSqlErrorCode::ERRCODE_INTERNAL_ERROR;
use pgrx::pg_sys;
use std::cell::Cell;
use std::ops::{Deref, Range};
use synapse::{Block, Error, Lockable, PAGE_BYTES, PageTxn, Pages, Step};

/// Bytes of PostgreSQL's page header.
const PAGE_HEADER: usize = 24;
const _: () = assert!(PAGE_HEADER + PAGE_BYTES == pg_sys::BLCKSZ as usize);

/// How changes are made durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Each change is one generic WAL record (none for unlogged and temporary relations).
    Logged,
    /// Nothing is logged: for a build, which logs the finished pages at its end.
    Bulk,
}

/// The pages of a fork of an index.
pub struct PgPages {
    relation: pg_sys::Relation,
    fork: pg_sys::ForkNumber::Type,
    mode: Mode,
    strategy: pg_sys::BufferAccessStrategy,
    in_vacuum: bool,
    known_len: Cell<Block>,
    /// None where pages are read through a ring of buffers, or of another fork than the main one.
    hints: Option<Hints>,
}

impl PgPages {
    /// # Safety
    /// `relation` must stay open, with a lock that fits the use, as long as the value lives.
    pub unsafe fn new(relation: pg_sys::Relation, mode: Mode) -> Self {
        // SAFETY: as promised.
        let oid = unsafe { (*relation).rd_id };
        Self {
            relation,
            fork: pg_sys::ForkNumber::MAIN_FORKNUM,
            mode,
            strategy: std::ptr::null_mut(),
            in_vacuum: false,
            known_len: Cell::new(0),
            hints: Some(hints::of(oid)),
        }
    }

    /// The init fork of an unlogged index.
    ///
    /// # Safety
    /// As for [`PgPages::new`].
    pub unsafe fn init_fork(relation: pg_sys::Relation) -> Self {
        // SAFETY: as promised.
        let pages = unsafe { Self::new(relation, Mode::Bulk) };
        Self { fork: pg_sys::ForkNumber::INIT_FORKNUM, hints: None, ..pages }
    }

    /// For a vacuum: reads through its buffer ring and honours its cost delay.
    pub fn for_vacuum(mut self, strategy: pg_sys::BufferAccessStrategy) -> Self {
        self.strategy = strategy;
        self.in_vacuum = true;
        self.hints = None;
        self
    }

    /// The index.
    #[cfg(any(feature = "pg17", feature = "pg18"))]
    pub fn relation(&self) -> pg_sys::Relation {
        self.relation
    }

    /// Where its pages were seen last; None where that is not noted.
    #[cfg(any(feature = "pg17", feature = "pg18"))]
    pub fn hints(&self) -> Option<&Hints> {
        self.hints.as_ref()
    }

    fn pin(&self, block: Block) -> Result<pg_sys::Buffer, Error> {
        // SAFETY: the relation is open; there are no hints where another fork is read.
        let recent = |hints| unsafe { hints::pin(hints, self.relation, self.fork, block) };
        if let Some(buffer) = self.hints.as_ref().and_then(recent) {
            return Ok(buffer);
        }
        if block >= self.known_len.get() {
            let len = self.len();
            self.known_len.set(len);
            if block >= len {
                return Err(Error::Corrupt { block, what: format!("the index has only {len} pages") });
            }
        }
        // SAFETY: the relation is open and the block exists.
        let buffer = unsafe {
            pg_sys::ReadBufferExtended(
                self.relation,
                self.fork,
                block,
                pg_sys::ReadBufferMode::RBM_NORMAL,
                self.strategy,
            )
        };
        if let Some(hints) = &self.hints {
            hints::set(hints, block, buffer);
        }
        Ok(buffer)
    }

    fn extend(&self) -> (pg_sys::Buffer, Block) {
        // SAFETY: the extension lock covers P_NEW, as everywhere in PostgreSQL before 16 and still correct after.
        unsafe {
            pg_sys::LockRelationForExtension(self.relation, pg_sys::ExclusiveLock as pg_sys::LOCKMODE);
            let buffer = pg_sys::ReadBufferExtended(
                self.relation,
                self.fork,
                pg_sys::InvalidBlockNumber,
                pg_sys::ReadBufferMode::RBM_NORMAL,
                std::ptr::null_mut(),
            );
            pg_sys::LockBuffer(buffer, pg_sys::BUFFER_LOCK_EXCLUSIVE as i32);
            pg_sys::UnlockRelationForExtension(self.relation, pg_sys::ExclusiveLock as pg_sys::LOCKMODE);
            (buffer, pg_sys::BufferGetBlockNumber(buffer))
        }
    }
}

/// Makes an all-zero page a page whose whole body is the engine's.
///
/// # Safety
/// `page` must be BLCKSZ writable bytes.
unsafe fn init_page(page: pg_sys::Page) {
    // SAFETY: as promised; the header's fields are within the page.
    unsafe {
        pg_sys::PageInit(page, pg_sys::BLCKSZ as pg_sys::Size, 0);
        (*page.cast::<pg_sys::PageHeaderData>()).pd_lower = pg_sys::BLCKSZ as u16;
    }
}

/// A page under a shared lock.
pub struct PgRead {
    buffer: pg_sys::Buffer,
    body: *const u8,
}

impl Deref for PgRead {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        // SAFETY: the buffer is pinned and share-locked while the value lives.
        unsafe { std::slice::from_raw_parts(self.body, PAGE_BYTES) }
    }
}

impl Drop for PgRead {
    fn drop(&mut self) {
        release(self.buffer);
    }
}

/// Unlocks and unpins, except while an error unwinds: then the transaction's abort does it, and PostgreSQL has already
/// reset the interrupt counter that LWLockRelease would count down.
fn release(buffer: pg_sys::Buffer) {
    if !std::thread::panicking() {
        // SAFETY: the buffer was pinned and locked by this file.
        unsafe { pg_sys::UnlockReleaseBuffer(buffer) };
    }
}

/// A heavyweight page lock under which no page is: its number only names what is locked.
pub struct PgGuard {
    relation: pg_sys::Relation,
    tag: Block,
    mode: pg_sys::LOCKMODE,
}

impl Drop for PgGuard {
    fn drop(&mut self) {
        // while an error unwinds, the transaction's abort does it
        if !std::thread::panicking() {
            // SAFETY: locked by `PgPages::lock` or `try_lock`; the relation is still open, as they promise.
            unsafe { pg_sys::UnlockPage(self.relation, self.tag, self.mode) };
        }
    }
}

fn tag(what: Lockable) -> Block {
    match what {
        Lockable::Structure => 0,
        Lockable::Moves => pg_sys::InvalidBlockNumber,
        Lockable::List(list) => list.wrapping_add(1),
    }
}

impl Pages for PgPages {
    type Read<'a> = PgRead;
    type Txn<'a> = PgTxn<'a>;
    type Guard<'a> = PgGuard;

    fn lock(&self, what: Lockable, exclusive: bool) -> PgGuard {
        let mode = if exclusive { pg_sys::ExclusiveLock } else { pg_sys::ShareLock } as pg_sys::LOCKMODE;
        let guard = PgGuard { relation: self.relation, tag: tag(what), mode };
        // SAFETY: the relation is open, and no buffer is locked here, as the port demands.
        unsafe { pg_sys::LockPage(guard.relation, guard.tag, mode) };
        guard
    }

    fn try_lock(&self, what: Lockable) -> Option<PgGuard> {
        let mode = pg_sys::ExclusiveLock as pg_sys::LOCKMODE;
        let (relation, tag) = (self.relation, tag(what));
        // SAFETY: the relation is open.
        let locked = unsafe { pg_sys::ConditionalLockPage(relation, tag, mode) };
        // not `then_some`: a guard that is made and dropped releases
        locked.then(|| PgGuard { relation, tag, mode })
    }

    fn len(&self) -> Block {
        // SAFETY: the relation is open.
        unsafe { pg_sys::RelationGetNumberOfBlocksInFork(self.relation, self.fork) }
    }

    fn read(&self, block: Block) -> Result<PgRead, Error> {
        let buffer = self.pin(block)?;
        // SAFETY: the buffer is pinned.
        unsafe {
            pg_sys::LockBuffer(buffer, pg_sys::BUFFER_LOCK_SHARE as i32);
            Ok(PgRead { buffer, body: pg_sys::BufferGetPage(buffer).cast::<u8>().add(PAGE_HEADER) })
        }
    }

    fn prefetch(&self, block: Block, bytes: Range<usize>) {
        if let Some(hints) = &self.hints
            && let Some(page) = hints::address(hints, block)
        {
            kernels::prefetch(page + PAGE_HEADER + bytes.start, bytes.len());
        }
    }

    fn prefetch_pin(&self, block: Block) {
        if let Some(hints) = &self.hints {
            hints::prefetch_descriptor(hints, block);
        }
    }

    fn reads_ahead(&self) -> usize {
        if self.in_vacuum {
            // SAFETY: the relation is open.
            let concurrency = unsafe {
                pg_sys::get_tablespace_maintenance_io_concurrency((*(*self.relation).rd_rel).reltablespace)
            };
            return usize::try_from(concurrency).unwrap_or(0);
        }
        // SAFETY: the relation is open.
        self.hints.as_ref().map_or(0, |_| unsafe { hints::reads_ahead(self.relation) })
    }

    fn prefetch_page(&self, block: Block) {
        if block >= self.known_len.get() {
            self.known_len.set(self.len());
        }
        if block >= self.known_len.get() {
            return;
        }
        // SAFETY: the relation is open, the hints are its own and the block exists.
        unsafe {
            match &self.hints {
                Some(hints) => hints::read_soon(hints, self.relation, block),
                None if self.in_vacuum => {
                    pg_sys::PrefetchBuffer(self.relation, self.fork, block);
                }
                None => {}
            }
        }
    }

    #[cfg(any(feature = "pg17", feature = "pg18"))]
    fn stream(&self, runs: Vec<Range<Block>>) -> Box<dyn synapse::Stream + '_> {
        Box::new(super::streams::PgStream::new(self, runs))
    }

    fn begin(&self) -> PgTxn<'_> {
        PgTxn { pages: self, wal: std::ptr::null_mut(), locked: Vec::with_capacity(2) }
    }

    fn check_cancelled(&self) {
        if self.in_vacuum {
            // SAFETY: no buffer is locked here, as the port demands.
            unsafe {
                #[cfg(not(feature = "pg18"))]
                pg_sys::vacuum_delay_point();
                #[cfg(feature = "pg18")]
                pg_sys::vacuum_delay_point(false);
            }
        } else {
            pgrx::check_for_interrupts!();
        }
    }
}

struct Locked {
    buffer: pg_sys::Buffer,
    /// Generic WAL's working copy, or the page itself in bulk mode.
    body: *mut u8,
}

/// A change: at most four exclusively locked pages and one generic WAL record.
pub struct PgTxn<'a> {
    pages: &'a PgPages,
    wal: *mut pg_sys::GenericXLogState,
    locked: Vec<Locked>,
}

impl PgTxn<'_> {
    fn register(&mut self, buffer: pg_sys::Buffer, fresh: bool) -> usize {
        if self.locked.len() == Self::MAX_PAGES {
            Report::new(ERRCODE_INTERNAL_ERROR, "an index change touches more than four pages").raise();
        }
        // SAFETY: the buffer is pinned and exclusively locked; generic WAL hands out a copy of the whole page.
        unsafe {
            let page = match self.pages.mode {
                Mode::Bulk => pg_sys::BufferGetPage(buffer),
                Mode::Logged => {
                    if self.wal.is_null() {
                        self.wal = pg_sys::GenericXLogStart(self.pages.relation);
                    }
                    let flags = if fresh { pg_sys::GENERIC_XLOG_FULL_IMAGE as i32 } else { 0 };
                    pg_sys::GenericXLogRegisterBuffer(self.wal, buffer, flags)
                }
            };
            if fresh {
                init_page(page);
            }
            self.locked.push(Locked { buffer, body: page.cast::<u8>().add(PAGE_HEADER) });
        }
        self.locked.len() - 1
    }
}

impl PageTxn for PgTxn<'_> {
    fn lock(&mut self, block: Block) -> Result<usize, Error> {
        let buffer = self.pages.pin(block)?;
        // SAFETY: the buffer is pinned.
        unsafe { pg_sys::LockBuffer(buffer, pg_sys::BUFFER_LOCK_EXCLUSIVE as i32) };
        Ok(self.register(buffer, false))
    }

    fn allocate(&mut self) -> (usize, Block) {
        let (buffer, block) = self.pages.extend();
        (self.register(buffer, true), block)
    }

    fn page(&self, handle: usize) -> &[u8] {
        // SAFETY: the page stays locked while the change lives.
        unsafe { std::slice::from_raw_parts(self.locked[handle].body, PAGE_BYTES) }
    }

    fn page_mut(&mut self, handle: usize) -> &mut [u8] {
        // SAFETY: as above, and the lock is exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.locked[handle].body, PAGE_BYTES) }
    }

    fn commit(mut self, step: Step) {
        // SAFETY: the buffers are locked exclusively; GenericXLogFinish copies, marks dirty and logs in one critical
        // section. The init fork of an unlogged index is logged page by page, because generic WAL skips it.
        unsafe {
            match self.pages.mode {
                Mode::Logged => {
                    pg_sys::GenericXLogFinish(self.wal);
                    self.wal = std::ptr::null_mut();
                }
                Mode::Bulk => {
                    let init = self.pages.fork == pg_sys::ForkNumber::INIT_FORKNUM;
                    for page in &self.locked {
                        pg_sys::CritSectionCount += 1;
                        pg_sys::MarkBufferDirty(page.buffer);
                        if init {
                            pg_sys::log_newpage_buffer(page.buffer, true);
                        }
                        pg_sys::CritSectionCount -= 1;
                    }
                }
            }
        }
        #[cfg(debug_assertions)]
        super::failpoint::changed(step);
        #[cfg(not(debug_assertions))]
        let _ = step;
    }
}

impl Drop for PgTxn<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        if !self.wal.is_null() {
            // SAFETY: started by this change and not finished.
            unsafe { pg_sys::GenericXLogAbort(self.wal) };
        }
        for page in self.locked.drain(..) {
            release(page.buffer);
        }
    }
}
