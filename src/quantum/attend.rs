//! What long computations need of the server: seeds and interrupts.

use crate::threads;
use pgrx::pg_sys;
use quantum::Monitor;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The seed that the user gave, or a fresh one.
pub fn seed_or_fresh(seed: Option<i64>) -> u64 {
    seed.map_or_else(
        || {
            let mut bytes = [0u8; 8];
            // SAFETY: fills that many bytes. Where the machine has no randomness left they stay 0, a seed like any other.
            unsafe { pg_sys::pg_strong_random(bytes.as_mut_ptr().cast(), bytes.len()) };
            u64::from_ne_bytes(bytes)
        },
        |seed| seed as u64,
    )
}

/// The monitor of a computation on the backend's own thread: an interrupt unwinds through it, as an error does.
pub struct Interrupts;

impl Monitor for Interrupts {
    fn cancelled(&self) -> bool {
        pgrx::check_for_interrupts!();
        false
    }
}

/// How often the backend's thread looks for interrupts while others compute.
const LOOK: Duration = Duration::from_millis(10);

/// How often it reports progress, at level DEBUG1.
const REPORT: Duration = Duration::from_secs(1);

/// The monitor of a computation on other threads. They read flags; the backend's thread does all that concerns the server.
#[derive(Default)]
struct Watched {
    cancelled: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
}

impl Monitor for Watched {
    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn progress(&self, done: u64, total: u64) {
        self.done.fetch_max(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }
}

/// Cancels when dropped: also when an error unwinds past it.
struct CancelOnDrop<'a>(&'a Watched);

impl Drop for CancelOnDrop<'_> {
    fn drop(&mut self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }
}

/// Runs a computation on a pool of threads while this one, the backend's own, hears interrupts and reports progress. An
/// interrupt that raises an error cancels the computation, waits for its end and unwinds from here.
pub fn in_threads<T: Send>(compute: impl FnOnce(&dyn Monitor) -> T + Send) -> T {
    // SAFETY: reads a setting.
    let workers = unsafe { pg_sys::max_parallel_workers_per_gather };
    let pool = threads::pool(workers, "the solver", "max_parallel_workers_per_gather");
    let watched = Watched::default();
    let (send, receive) = mpsc::sync_channel(1);
    pool.in_place_scope(|scope| {
        scope.spawn(|_| {
            // Nobody waits for the answer once an error has left.
            let _ = send.send(compute(&watched));
        });
        let _cancel = CancelOnDrop(&watched);
        let mut reported = Instant::now();
        loop {
            match receive.recv_timeout(LOOK) {
                Ok(answer) => return answer,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    pgrx::check_for_interrupts!();
                    if reported.elapsed() >= REPORT {
                        reported = Instant::now();
                        let [done, total] =
                            [&watched.done, &watched.total].map(|x| x.load(Ordering::Relaxed));
                        pgrx::debug1!("qstore: {done} of {total} reads are solved");
                    }
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    unreachable!("the computation sends before it ends")
                }
            }
        }
    })
}
