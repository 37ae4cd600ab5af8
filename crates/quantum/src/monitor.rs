//! The port through which long computations report and are stopped.

/// What a long computation asks of its caller. Solvers call it from several threads.
pub trait Monitor: Sync {
    /// Whether to give up as soon as possible.
    fn cancelled(&self) -> bool {
        false
    }

    /// `done` of `total` steps are finished; what a step is depends on the computation.
    fn progress(&self, _done: u64, _total: u64) {}
}

/// The monitor that never cancels.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unattended;

impl Monitor for Unattended {}
