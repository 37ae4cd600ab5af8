//! What long computations need of the server: seeds and interrupts.

use pgrx::pg_sys;
use quantum::Monitor;

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
