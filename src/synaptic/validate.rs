//! `amvalidate`: whether an operator class is one that the access method can work with.
//!
//! The class of a vector has a family of its own that consists of one ordering operator (strategy 1) and the support function that names
//! values and metric. That of a filter column has no support function, and the operators of its type's default B-tree
//! class under the same strategies: stored keys are in that order.

use super::relation::CLASS_PROC;
use super::value::{Kind, OperatorClass};
use crate::error::Report;
use pgrx::PgSqlErrorCode::ERRCODE_INVALID_OBJECT_DEFINITION;
use pgrx::pg_sys;
use std::collections::BTreeMap;
use std::ffi::{CStr, c_char};
use synapse::Metric;

/// Marks of an operator in a family: `WHERE`, and `FOR ORDER BY`.
const SEARCH: c_char = b's' as c_char;
const ORDERING: c_char = b'o' as c_char;

/// The complaints about a class, each told as INFO, as those of PostgreSQL's own access methods.
struct Complaints {
    class: String,
    any: bool,
}

impl Complaints {
    fn add(&mut self, what: &str) {
        self.any = true;
        let text = format!("operator class \"{}\" of access method synaptic {what}", self.class);
        pgrx::ereport!(pgrx::PgLogLevel::INFO, ERRCODE_INVALID_OBJECT_DEFINITION, text);
    }
}

/// The access method's `amvalidate`.
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn amvalidate(opclass: pg_sys::Oid) -> bool {
    // SAFETY: catalog look-ups by OID; the copies of catalog rows are read as what they are.
    unsafe {
        let key = pg_sys::Datum::from(opclass);
        let tuple = pg_sys::SearchSysCache1(pg_sys::SysCacheIdentifier::CLAOID as i32, key);
        if tuple.is_null() {
            let message = format!("operator class {} does not exist", u32::from(opclass));
            Report::new(ERRCODE_INVALID_OBJECT_DEFINITION, message).raise();
        }
        let class = &*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_opclass>();
        let (family, input) = (class.opcfamily, class.opcintype);
        let mut complaints =
            Complaints { class: pgrx::name_data_to_str(&class.opcname).to_string(), any: false };
        pg_sys::ReleaseSysCache(tuple);

        let operators: Vec<pg_sys::FormData_pg_amop> =
            members(pg_sys::SysCacheIdentifier::AMOPSTRATEGY as i32, family);
        let procedures: Vec<pg_sys::FormData_pg_amproc> =
            members(pg_sys::SysCacheIdentifier::AMPROCNUM as i32, family);
        for operator in &operators {
            check_operands(operator, &mut complaints);
        }
        if procedures.is_empty() {
            check_filter(input, &operators, &mut complaints);
        } else {
            check_vector(input, &operators, &procedures, &mut complaints);
        }
        !complaints.any
    }
}

/// The rows of a catalog about an operator family.
///
/// # Safety
/// `cache` must be a catalog cache whose first key is a family and whose rows begin as a `T`.
unsafe fn members<T: Copy>(cache: i32, family: pg_sys::Oid) -> Vec<T> {
    let nothing = pg_sys::Datum::from(0usize);
    // SAFETY: as promised; the list keeps its members until it is released.
    unsafe {
        let list = pg_sys::SearchSysCacheList(cache, 1, pg_sys::Datum::from(family), nothing, nothing);
        let found = (*list).members.as_slice((*list).n_members as usize);
        let rows =
            found.iter().map(|member| *pg_sys::GETSTRUCT(&raw mut (**member).tuple).cast::<T>()).collect();
        pg_sys::ReleaseCatCacheList(list);
        rows
    }
}

/// What PostgreSQL wrote for an object; it writes nothing for one that is gone.
unsafe fn text(name: *const c_char) -> String {
    if name.is_null() {
        return String::from("?");
    }
    // SAFETY: the caller has it from one of PostgreSQL's functions, which give terminated strings.
    unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()
}

unsafe fn operator_text(operator: pg_sys::Oid) -> String {
    // SAFETY: a catalog look-up.
    unsafe { text(pg_sys::format_operator(operator)) }
}

unsafe fn type_text(kind: pg_sys::Oid) -> String {
    // SAFETY: a catalog look-up.
    unsafe { text(pg_sys::format_type_be(kind)) }
}

/// An operator must take the types under which it is in the family.
unsafe fn check_operands(operator: &pg_sys::FormData_pg_amop, complaints: &mut Complaints) {
    let (mut left, mut right) = (pg_sys::InvalidOid, pg_sys::InvalidOid);
    // SAFETY: catalog look-ups.
    unsafe {
        pg_sys::op_input_types(operator.amopopr, &mut left, &mut right);
        if left != operator.amoplefttype || right != operator.amoprighttype {
            complaints.add(&format!(
                "has operator {} for types {} and {}",
                operator_text(operator.amopopr),
                type_text(operator.amoplefttype),
                type_text(operator.amoprighttype)
            ));
        }
    }
}

/// The class of a vector.
unsafe fn check_vector(
    input: pg_sys::Oid,
    operators: &[pg_sys::FormData_pg_amop],
    procedures: &[pg_sys::FormData_pg_amproc],
    complaints: &mut Complaints,
) {
    // SAFETY: catalog look-ups.
    unsafe {
        let mut named = None;
        for procedure in procedures {
            let name = text(pg_sys::format_procedure(procedure.amproc));
            if procedure.amproclefttype != input || procedure.amprocrighttype != input {
                complaints.add(&format!("has support function {name} for other types than its own"));
            } else if procedure.amprocnum as u16 != CLASS_PROC {
                complaints
                    .add(&format!("has support function {name} with invalid number {}", procedure.amprocnum));
            } else if !names_a_class(procedure.amproc) {
                complaints.add(&format!("has support function {name} with a wrong signature"));
            } else {
                named = Some((procedure.amproc, name));
            }
        }
        let class = named.and_then(|(procedure, name)| {
            let class = code_of(procedure);
            if class.is_none() {
                complaints.add(&format!("has support function {name} that names no class of vectors"));
            }
            class
        });
        if let Some(class) = class
            && type_name(input) != kind_name(class.kind)
        {
            complaints.add(&format!(
                "is for type {}, but its support function says {}",
                type_text(input),
                kind_name(class.kind)
            ));
        }
        let mut complete = false;
        for operator in operators {
            let name = operator_text(operator.amopopr);
            if operator.amoplefttype != input || operator.amoprighttype != input {
                complaints.add(&format!("has operator {name} for other types than its own"));
            } else if operator.amopstrategy != 1 {
                complaints
                    .add(&format!("has operator {name} with invalid strategy {}", operator.amopstrategy));
            } else if operator.amoppurpose != ORDERING {
                complaints.add(&format!("has operator {name} that is not FOR ORDER BY"));
            } else if pg_sys::get_op_rettype(operator.amopopr) != pg_sys::FLOAT8OID {
                complaints.add(&format!("has operator {name} that does not return double precision"));
            } else if operator.amopsortfamily != default_btree_family(pg_sys::FLOAT8OID) {
                complaints.add(&format!(
                    "has operator {name} that is not FOR ORDER BY the default B-tree family of double precision"
                ));
            } else {
                complete = true;
                let operator = text(pg_sys::get_opname(operator.amopopr));
                if let Some(class) = class
                    && operator != operator_of(class.metric)
                {
                    complaints.add(&format!(
                        "has operator {name}, but its support function says {}",
                        operator_of(class.metric)
                    ));
                }
            }
        }
        if !complete {
            complaints.add("has no valid ordering operator of strategy 1");
        }
    }
}

/// The class of a filter column.
unsafe fn check_filter(
    input: pg_sys::Oid,
    operators: &[pg_sys::FormData_pg_amop],
    complaints: &mut Complaints,
) {
    let all = 1..=pg_sys::BTMaxStrategyNumber as i16;
    // strategies by the type on the right
    let mut found: BTreeMap<u32, Vec<i16>> = BTreeMap::from([(input.into(), Vec::new())]);
    // SAFETY: catalog look-ups.
    unsafe {
        let btree = default_btree_family(input);
        if btree == pg_sys::InvalidOid {
            let kind = type_text(input);
            complaints.add(&format!(
                "has no support function, as that of a vector, and type {kind} has no default B-tree class"
            ));
            return;
        }
        for operator in operators {
            let name = operator_text(operator.amopopr);
            if operator.amoppurpose != SEARCH {
                complaints.add(&format!("has ordering operator {name} but no support function 1"));
            } else if !all.contains(&operator.amopstrategy) {
                complaints
                    .add(&format!("has operator {name} with invalid strategy {}", operator.amopstrategy));
            } else if pg_sys::get_op_rettype(operator.amopopr) != pg_sys::BOOLOID {
                complaints.add(&format!("has operator {name} that does not return boolean"));
            } else if operator.amoplefttype != input {
                complaints.add(&format!("has operator {name} for other types than its own"));
            } else if pg_sys::get_op_opfamily_strategy(operator.amopopr, btree)
                != i32::from(operator.amopstrategy)
            {
                complaints.add(&format!(
                    "has operator {name} with strategy {}, which it has not in the default B-tree family of type {}",
                    operator.amopstrategy,
                    type_text(input)
                ));
            } else {
                found.entry(operator.amoprighttype.into()).or_default().push(operator.amopstrategy);
            }
        }
        for (right, strategies) in found {
            for strategy in all.clone().filter(|strategy| !strategies.contains(strategy)) {
                complaints.add(&format!(
                    "has no valid operator of strategy {strategy} for types {} and {}",
                    type_text(input),
                    type_text(pg_sys::Oid::from(right))
                ));
            }
        }
    }
}

/// Whether a function takes `internal` and returns an integer.
unsafe fn names_a_class(function: pg_sys::Oid) -> bool {
    let (mut arguments, mut count) = (std::ptr::null_mut(), 0);
    // SAFETY: a catalog look-up; the array has as many types as are counted.
    unsafe {
        let result = pg_sys::get_func_signature(function, &mut arguments, &mut count);
        result == pg_sys::INT4OID && count == 1 && *arguments == pg_sys::INTERNALOID
    }
}

/// What the support function of a class says.
unsafe fn code_of(function: pg_sys::Oid) -> Option<OperatorClass> {
    // SAFETY: a function of this signature, which only a superuser can make; support functions ignore their argument.
    let code = unsafe {
        pg_sys::OidFunctionCall1Coll(function, pg_sys::InvalidOid, pg_sys::Datum::from(0usize)).value()
    };
    OperatorClass::from_code(code as i32)
}

/// The family of a type's default B-tree class, or InvalidOid.
unsafe fn default_btree_family(kind: pg_sys::Oid) -> pg_sys::Oid {
    // SAFETY: catalog look-ups.
    unsafe {
        match pg_sys::GetDefaultOpClass(kind, pg_sys::BTREE_AM_OID) {
            pg_sys::InvalidOid => pg_sys::InvalidOid,
            class => pg_sys::get_opclass_family(class),
        }
    }
}

/// The name of a type, whatever schema it is in: types of other extensions with the same bytes count as ours.
unsafe fn type_name(kind: pg_sys::Oid) -> String {
    // SAFETY: a catalog look-up; the row is copied from before it is released.
    unsafe {
        let tuple =
            pg_sys::SearchSysCache1(pg_sys::SysCacheIdentifier::TYPEOID as i32, pg_sys::Datum::from(kind));
        if tuple.is_null() {
            return String::new();
        }
        let row = &*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_type>();
        let name = pgrx::name_data_to_str(&row.typname).to_string();
        pg_sys::ReleaseSysCache(tuple);
        name
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Vector => "vector",
        Kind::Halfvec => "halfvec",
        Kind::Sparsevec => "sparsevec",
        Kind::Bit => "bit",
        Kind::Qvector => "qvector",
    }
}

/// The name of the operator that stands for a metric.
fn operator_of(metric: Metric) -> &'static str {
    match metric {
        Metric::L2 => "<->",
        Metric::InnerProduct => "<#>",
        Metric::Cosine => "<=>",
        Metric::L1 => "<+>",
        Metric::Hamming | Metric::Infidelity => "<~>",
        Metric::Jaccard => "<%>",
    }
}
