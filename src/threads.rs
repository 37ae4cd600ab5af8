//! Threads of the engines inside a backend.

use crate::error::Report;
use pgrx::PgSqlErrorCode::ERRCODE_INSUFFICIENT_RESOURCES;

/// A pool of one thread and as many more as the setting named `setting` allows workers, but no more than there are cores. All
/// signals are blocked in them: only the backend's own thread may run PostgreSQL's handlers.
pub fn pool(workers: i32, purpose: &str, setting: &str) -> rayon::ThreadPool {
    let wanted = 1 + workers.max(0) as usize;
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    // SAFETY: the mask is set and restored around the creation of the threads, which inherit it.
    let pool = unsafe {
        let mut full: libc::sigset_t = std::mem::zeroed();
        let mut old: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&mut full);
        libc::pthread_sigmask(libc::SIG_SETMASK, &full, &mut old);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(wanted.min(cores))
            .thread_name(|i| format!("qstore-{i}"))
            .build();
        libc::pthread_sigmask(libc::SIG_SETMASK, &old, std::ptr::null_mut());
        pool
    };
    pool.unwrap_or_else(|error| {
        Report::new(ERRCODE_INSUFFICIENT_RESOURCES, format!("could not start threads for {purpose}: {error}"))
            .hint(format!("Lower {setting}."))
            .raise()
    })
}
