//! What the access method can do, and the check of its operator classes.

use super::value::{Kind, OperatorClass};
use super::{build, cost, insert, options, relation, scan, vacuum};
use crate::error::Report;
use pgrx::PgSqlErrorCode::ERRCODE_INVALID_OBJECT_DEFINITION;
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
    am.amvalidate = Some(amvalidate);
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

/// `amvalidate`: the operator class of a vector needs one ordering operator (strategy 1) and the support function that names it; that of a
/// filter column, which has no support function, the five operators of a B-tree's.
#[pgrx::pg_guard]
unsafe extern "C-unwind" fn amvalidate(opclass: pg_sys::Oid) -> bool {
    let complain = |what: &str| {
        let detail = format!("Operator class {} {what}.", u32::from(opclass));
        pgrx::ereport!(
            pgrx::PgLogLevel::INFO,
            ERRCODE_INVALID_OBJECT_DEFINITION,
            "incomplete operator class of access method synaptic",
            detail
        );
        false
    };
    // SAFETY: catalog look-ups by OID.
    unsafe {
        let (mut family, mut input) = (pg_sys::InvalidOid, pg_sys::InvalidOid);
        if !pg_sys::get_opclass_opfamily_and_input_type(opclass, &mut family, &mut input) {
            Report::new(
                ERRCODE_INVALID_OBJECT_DEFINITION,
                format!("operator class {opclass} does not exist"),
            )
            .raise();
        }
        let procedure = pg_sys::get_opfamily_proc(family, input, input, relation::CLASS_PROC as i16);
        if procedure == pg_sys::InvalidOid {
            for strategy in 1..=pg_sys::BTMaxStrategyNumber as i16 {
                let operator = pg_sys::get_opfamily_member(family, input, input, strategy);
                if operator == pg_sys::InvalidOid {
                    return complain(&format!(
                        "has neither support function 1, as that of a vector, nor an operator of strategy {strategy}"
                    ));
                }
                if pg_sys::get_op_opfamily_sortfamily(operator, family) != pg_sys::InvalidOid {
                    return complain("has an ordering operator but no support function 1");
                }
            }
            return true;
        }
        let operator = pg_sys::get_opfamily_member(family, input, input, 1);
        if operator == pg_sys::InvalidOid {
            return complain("has no operator of strategy 1");
        }
        if pg_sys::get_op_opfamily_sortfamily(operator, family) == pg_sys::InvalidOid {
            return complain("has an operator that is not FOR ORDER BY");
        }
        if pg_sys::get_func_rettype(procedure) != pg_sys::INT4OID {
            return complain("has a support function 1 that does not return integer");
        }
    }
    true
}
