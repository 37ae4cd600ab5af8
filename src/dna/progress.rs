//! How far a table's compression is: a NOTICE every few seconds while `ALTER TABLE` rewrites it.

use pgrx::{notice, pg_extern, pg_sys};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// Between two notices.
const EVERY: Duration = Duration::from_secs(5);
/// Values between two looks at the clock.
const STRIDE: u64 = 256;

#[derive(Clone, Copy)]
struct Job {
    /// When the statement began: what is left of one that failed says nothing of the next.
    statement: pg_sys::TimestampTz,
    expected: u64,
    done: u64,
    noticed: Instant,
}

thread_local! {
    static JOB: Cell<Option<Job>> = const { Cell::new(None) };
}

fn statement() -> pg_sys::TimestampTz {
    // SAFETY: reads a variable of the backend.
    unsafe { pg_sys::GetCurrentStatementStartTimestamp() }
}

/// Counts a value that was compressed.
pub fn count() {
    let Some(mut job) = JOB.get().filter(|job| job.done % STRIDE != 0 || job.statement == statement()) else {
        return;
    };
    job.done += 1;
    if job.done % STRIDE == 0 && job.noticed.elapsed() >= EVERY {
        let share = 100 * job.done.min(job.expected) / job.expected.max(1);
        notice!("compressed {} of {} values ({share} %)", job.done, job.expected);
        job.noticed = Instant::now();
    }
    JOB.set(Some(job));
}

/// From now on to the end of the statement, that many values are expected; 0 ends it.
#[pg_extern(sql = "", volatile, strict, parallel_unsafe)]
fn dna_progress(expected: i64) {
    let expected = u64::try_from(expected).unwrap_or(0);
    let job = Job { statement: statement(), expected, done: 0, noticed: Instant::now() };
    JOB.set((expected > 0).then_some(job));
}
