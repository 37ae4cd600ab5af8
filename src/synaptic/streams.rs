//! Read streams of PostgreSQL 17 and later: runs of an index's pages come from storage in reads of several pages, ahead of their being read.

use super::hints;
use super::pages::PgPages;
use pgrx::pg_sys;
use std::ops::Range;
use synapse::{Block, Pages, Stream};

/// PostgreSQL's InvalidBuffer.
const INVALID_BUFFER: pg_sys::Buffer = 0;

/// The blocks that are still to be named to a stream.
struct Blocks(std::iter::Flatten<std::vec::IntoIter<Range<Block>>>);

/// Runs of pages of an index's main fork on their way from storage.
pub struct PgStream<'a> {
    pages: &'a PgPages,
    stream: *mut pg_sys::ReadStream,
    /// What the stream's callback points to.
    _blocks: Box<Blocks>,
    /// Pages of each run to come.
    lengths: std::vec::IntoIter<usize>,
}

/// Names the next block of a stream to the server.
unsafe extern "C-unwind" fn next_block(
    _stream: *mut pg_sys::ReadStream,
    blocks: *mut std::ffi::c_void,
    _of_buffer: *mut std::ffi::c_void,
) -> pg_sys::BlockNumber {
    // SAFETY: the blocks live as long as the stream, and nobody else looks at them.
    unsafe { (*blocks.cast::<Blocks>()).0.next() }.unwrap_or(pg_sys::InvalidBlockNumber)
}

impl<'a> PgStream<'a> {
    /// Begins with the pages that exist, as many reads at once as `maintenance_io_concurrency` says.
    pub fn new(pages: &'a PgPages, mut runs: Vec<Range<Block>>) -> Self {
        let len = pages.len();
        runs.iter_mut().for_each(|run| run.end = run.end.min(len));
        let lengths: Vec<usize> = runs.iter().map(ExactSizeIterator::len).collect();
        let mut blocks = Box::new(Blocks(runs.into_iter().flatten()));
        let flags = pg_sys::READ_STREAM_MAINTENANCE;
        // the callback takes no lock and waits for nothing
        #[cfg(feature = "pg18")]
        let flags = flags | pg_sys::READ_STREAM_USE_BATCHING;
        // SAFETY: the relation is open while `pages` lives; the callback's data outlive the stream, which `drop` or the transaction's
        // abort ends.
        let stream = unsafe {
            pg_sys::read_stream_begin_relation(
                flags as i32,
                std::ptr::null_mut(),
                pages.relation(),
                pg_sys::ForkNumber::MAIN_FORKNUM,
                Some(next_block),
                (&raw mut *blocks).cast(),
                0,
            )
        };
        Self { pages, stream, _blocks: blocks, lengths: lengths.into_iter() }
    }
}

impl Stream for PgStream<'_> {
    fn next_run(&mut self) {
        for _ in 0..self.lengths.next().unwrap_or(0) {
            // SAFETY: the stream is open; a buffer it hands out is pinned, and released once it is noted where the page is.
            unsafe {
                let buffer = pg_sys::read_stream_next_buffer(self.stream, std::ptr::null_mut());
                if buffer == INVALID_BUFFER {
                    return;
                }
                if let Some(hints) = self.pages.hints() {
                    hints::set(hints, pg_sys::BufferGetBlockNumber(buffer), buffer);
                }
                pg_sys::ReleaseBuffer(buffer);
            }
        }
    }
}

impl Drop for PgStream<'_> {
    fn drop(&mut self) {
        // while an error unwinds, the transaction's abort releases the buffers
        if !std::thread::panicking() {
            // SAFETY: begun by `new`, ended once.
            unsafe { pg_sys::read_stream_end(self.stream) };
        }
    }
}
