//! The settings of the extension (`qstore.*`), their bounds, defaults and descriptions.

use pgrx::guc::{GucContext, GucFlags, GucRegistry, GucSetting};

/// `qstore.recall`: the share of the true nearest neighbours a `synaptic` scan must find on average.
pub static RECALL: GucSetting<f64> = GucSetting::<f64>::new(0.95);

/// Bounds of a recall: below a half nobody would call it a search, 1 is exact.
pub const RECALL_BOUNDS: (f64, f64) = (0.5, 1.0);

/// `qstore.max_qubits`: the most qubits that a simulation may have.
pub static MAX_QUBITS: GucSetting<i32> = GucSetting::<i32>::new(20);

/// Registers every setting; called once from `_PG_init`.
pub fn init() {
    GucRegistry::define_float_guc(
        c"qstore.recall",
        c"Share of the true nearest neighbours that a synaptic index scan must find, on average.",
        c"A fraction from 0.5 to 1.0, default 0.95: what most applications cannot tell from exact search. \
          At 1.0 the scan is exact and reads every list. An index's own storage parameter recall comes first.",
        &RECALL,
        RECALL_BOUNDS.0,
        RECALL_BOUNDS.1,
        GucContext::Userset,
        GucFlags::default(),
    );
    GucRegistry::define_int_guc(
        c"qstore.max_qubits",
        c"Most qubits that a circuit or a search may have to be simulated.",
        c"A number from 1 to 30, default 20: 2^20 amplitudes of 16 bytes are 16 MB. Each qubit more doubles memory and time.",
        &MAX_QUBITS,
        1,
        quantum::circuit::MAX_QUBITS as i32,
        GucContext::Userset,
        GucFlags::default(),
    );
}
