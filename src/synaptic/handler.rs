//! What the access method can do, and the support functions of its operator classes.

use super::value::{Kind, OperatorClass};
use super::{build, cost, insert, options, relation, scan, vacuum, validate};
use pgrx::{AllocatedByRust, PgBox, pg_sys};
use synapse::Metric;

/// `CREATE ACCESS METHOD synaptic`'s handler.
#[pgrx::pg_extern(sql = "")]
fn synaptic_handler(_fcinfo: pg_sys::FunctionCallInfo) -> pgrx::Internal {
    // SAFETY: a zeroed node of this type is what PostgreSQL expects to be filled.
    let mut am: PgBox<pg_sys::IndexAmRoutine, AllocatedByRust> =
        unsafe { PgBox::<_, AllocatedByRust>::alloc_node(pg_sys::NodeTag::T_IndexAmRoutine) };
    am.amstrategies = 0;
    am.amsupport = relation::CLASS_PROC;
    am.amcanorderbyop = true;
    am.amcanmulticol = true;
    am.amsearcharray = true;
    am.amsearchnulls = true;
    am.amoptionalkey = true;
    am.amkeytype = pg_sys::InvalidOid;
    am.amparallelvacuumoptions = pg_sys::VACUUM_OPTION_PARALLEL_BULKDEL as u8;
    am.ambuild = Some(build::ambuild);
    am.ambuildempty = Some(build::ambuildempty);
    am.aminsert = Some(insert::aminsert);
    am.ambulkdelete = Some(vacuum::ambulkdelete);
    am.amvacuumcleanup = Some(vacuum::amvacuumcleanup);
    am.amcostestimate = Some(cost::amcostestimate);
    am.amoptions = Some(options::amoptions);
    am.ambuildphasename = Some(build::ambuildphasename);
    am.amvalidate = Some(validate::amvalidate);
    am.ambeginscan = Some(scan::ambeginscan);
    am.amrescan = Some(scan::amrescan);
    am.amgettuple = Some(scan::amgettuple);
    am.amendscan = Some(scan::amendscan);
    pgrx::Internal::from(Some(pg_sys::Datum::from(am.into_pg())))
}

/// Support functions of the operator classes: each returns the number of its class.
macro_rules! operator_classes {
    ($($(#[$doc:meta])* $function:ident: $kind:ident, $metric:ident;)*) => {
        $(
            $(#[$doc])*
            #[pgrx::pg_extern(sql = "")]
            fn $function(_fcinfo: pg_sys::FunctionCallInfo) -> i32 {
                OperatorClass { kind: Kind::$kind, metric: Metric::$metric }.code()
            }
        )*
    };
}

operator_classes! {
    /// Of `vector_l2_ops`.
    synaptic_l2: Vector, L2;
    /// Of `vector_ip_ops`.
    synaptic_inner_product: Vector, InnerProduct;
    /// Of `vector_cosine_ops`.
    synaptic_cosine: Vector, Cosine;
    /// Of `vector_l1_ops`.
    synaptic_l1: Vector, L1;
    /// Of `halfvec_l2_ops`.
    synaptic_halfvec_l2: Halfvec, L2;
    /// Of `halfvec_ip_ops`.
    synaptic_halfvec_inner_product: Halfvec, InnerProduct;
    /// Of `halfvec_cosine_ops`.
    synaptic_halfvec_cosine: Halfvec, Cosine;
    /// Of `halfvec_l1_ops`.
    synaptic_halfvec_l1: Halfvec, L1;
    /// Of `sparsevec_l2_ops`.
    synaptic_sparsevec_l2: Sparsevec, L2;
    /// Of `sparsevec_ip_ops`.
    synaptic_sparsevec_inner_product: Sparsevec, InnerProduct;
    /// Of `sparsevec_cosine_ops`.
    synaptic_sparsevec_cosine: Sparsevec, Cosine;
    /// Of `sparsevec_l1_ops`.
    synaptic_sparsevec_l1: Sparsevec, L1;
    /// Of `bit_hamming_ops`.
    synaptic_hamming: Bit, Hamming;
    /// Of `bit_jaccard_ops`.
    synaptic_jaccard: Bit, Jaccard;
    /// Of `qvector_fidelity_ops`.
    synaptic_infidelity: Qvector, Infidelity;
}
