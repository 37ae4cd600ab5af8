//! Threads of the engines inside a backend.

use crate::error::Report;
use pgrx::PgSqlErrorCode::ERRCODE_INSUFFICIENT_RESOURCES;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

/// Between two looks for a cancel.
const LOOK: Duration = Duration::from_millis(20);

/// A pool of one thread and as many more as the setting named `setting` allows workers, but no more than there are cores. All
/// signals are blocked in them: only the backend's own thread may run PostgreSQL's handlers.
pub fn pool(workers: i32, purpose: &str, setting: &str) -> rayon::ThreadPool {
    let wanted = 1 + workers.max(0) as usize;
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    let pool = without_signals(|| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(wanted.min(cores))
            .thread_name(|i| format!("qstore-{i}"))
            .build()
    });
    pool.unwrap_or_else(|error| {
        Report::new(ERRCODE_INSUFFICIENT_RESOURCES, format!("could not start threads for {purpose}: {error}"))
            .hint(format!("Lower {setting}."))
            .raise()
    })
}

/// Makes threads in which all signals are blocked.
fn without_signals<T>(make: impl FnOnce() -> T) -> T {
    // SAFETY: the mask is set and restored around the creation of the threads, which inherit it.
    unsafe {
        let mut full: libc::sigset_t = std::mem::zeroed();
        let mut old: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&mut full);
        libc::pthread_sigmask(libc::SIG_SETMASK, &full, &mut old);
        let made = make();
        libc::pthread_sigmask(libc::SIG_SETMASK, &old, std::ptr::null_mut());
        made
    }
}

/// Does work that cannot be interrupted in a thread of its own, while the backend looks for a cancel. After one, the thread goes on
/// to its end and nobody hears of it: it must touch nothing of PostgreSQL's.
pub fn apart<T: Send + 'static>(purpose: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = std::sync::mpsc::channel();
    let thread = without_signals(|| {
        std::thread::Builder::new().name("qstore-apart".into()).spawn(move || {
            // Nobody may be waiting any more.
            let _ = sender.send(work());
        })
    });
    let failed = |why: &dyn std::fmt::Display| -> ! {
        Report::new(ERRCODE_INSUFFICIENT_RESOURCES, format!("could not start a thread for {purpose}: {why}"))
            .raise()
    };
    if let Err(error) = &thread {
        failed(error);
    }
    loop {
        match receiver.recv_timeout(LOOK) {
            Ok(result) => return result,
            Err(RecvTimeoutError::Timeout) => {
                pgrx::check_for_interrupts!();
            }
            Err(RecvTimeoutError::Disconnected) => failed(&"it ended early"),
        }
    }
}
