//! Facts about an index relation that several verbs need: operator class, dimensions, persistence.

use super::value::OperatorClass;
use crate::error::{OrRaise, Report};
use pgrx::PgSqlErrorCode::{ERRCODE_FEATURE_NOT_SUPPORTED, ERRCODE_INTERNAL_ERROR, ERRCODE_TOO_MANY_COLUMNS};
use pgrx::pg_sys;
use synapse::{Embedding, MAX_COLUMNS};

/// The support function of every operator class: takes `internal`, returns its number ([`OperatorClass::code`]).
pub const CLASS_PROC: u16 = 1;

/// PostgreSQL's InvalidSubTransactionId.
const INVALID_SUBTRANSACTION: pg_sys::SubTransactionId = 0;

/// The index's operator class.
///
/// # Safety
/// `index` must be an open `synaptic` index.
pub unsafe fn operator_class(index: pg_sys::Relation) -> OperatorClass {
    // SAFETY: the operator class was validated to have this support function, which ignores its argument.
    let code = unsafe {
        let procedure = pg_sys::index_getprocinfo(index, 1, CLASS_PROC);
        pg_sys::FunctionCall1Coll(procedure, pg_sys::InvalidOid, pg_sys::Datum::from(0usize)).value()
    };
    OperatorClass::from_code(code as i32).unwrap_or_else(|| {
        Report::new(
            ERRCODE_INTERNAL_ERROR,
            format!(
                "the support function of the operator class returns {code}, which this version does not know"
            ),
        )
        .raise()
    })
}

/// Refuses an index whose first column is no vector, or a later one is.
///
/// # Safety
/// `index` must be an open `synaptic` index.
pub unsafe fn check_columns(index: pg_sys::Relation) {
    // SAFETY: as promised; a class without the support function has InvalidOid in its place.
    let (columns, is_vector) = unsafe {
        let columns = (*(*index).rd_index).indnkeyatts;
        let is_vector = |column| pg_sys::index_getprocid(index, column, CLASS_PROC) != pg_sys::InvalidOid;
        (columns, (1..=columns).map(is_vector).collect::<Vec<_>>())
    };
    let hint =
        "Put the vector first and the columns to filter by after it: USING synaptic (embedding, tenant_id).";
    if !is_vector[0] {
        Report::new(ERRCODE_FEATURE_NOT_SUPPORTED, "the first column of a synaptic index must be a vector")
            .hint(hint)
            .raise();
    }
    if is_vector[1..].contains(&true) {
        Report::new(ERRCODE_FEATURE_NOT_SUPPORTED, "a synaptic index has one vector column")
            .detail("Its other columns are values to filter by.")
            .hint("Create one index for each vector.")
            .raise();
    }
    if columns as usize > 1 + MAX_COLUMNS {
        Report::new(
            ERRCODE_TOO_MANY_COLUMNS,
            format!("a synaptic index has at most {MAX_COLUMNS} columns to filter by"),
        )
        .detail(format!("{} were given.", columns - 1))
        .raise();
    }
}

/// How values of the dimensions that the indexed column or expression declares are embedded, if it declares any.
///
/// # Safety
/// `index` must be an open index with at least one column.
pub unsafe fn declared_embedding(index: pg_sys::Relation, class: OperatorClass) -> Option<Embedding> {
    let (mut kind, mut typmod, mut collation) = (pg_sys::InvalidOid, -1, pg_sys::InvalidOid);
    // SAFETY: a catalog look-up; an index has its own pg_attribute rows.
    unsafe { pg_sys::get_atttypetypmodcoll((*index).rd_id, 1, &mut kind, &mut typmod, &mut collation) };
    let dims = usize::try_from(typmod).ok().filter(|dims| *dims > 0)?;
    Some(Embedding::new(class.kind.form(), dims).or_raise())
}

/// The name of a relation, for messages.
///
/// # Safety
/// `relation` must be open.
pub unsafe fn name(relation: pg_sys::Relation) -> String {
    // SAFETY: an open relation has its pg_class row.
    unsafe { pgrx::name_data_to_str(&(*(*relation).rd_rel).relname).to_string() }
}

/// Whether changes of the relation's main fork have to be logged (PostgreSQL's macro RelationNeedsWAL).
///
/// # Safety
/// `relation` must be open.
pub unsafe fn needs_wal(relation: pg_sys::Relation) -> bool {
    // SAFETY: an open relation has its pg_class row; wal_level is a plain setting.
    unsafe {
        if (*(*relation).rd_rel).relpersistence != pg_sys::RELPERSISTENCE_PERMANENT as std::ffi::c_char {
            return false;
        }
        #[cfg(not(any(feature = "pg16", feature = "pg17", feature = "pg18")))]
        let first = (*relation).rd_firstRelfilenodeSubid;
        #[cfg(any(feature = "pg16", feature = "pg17", feature = "pg18"))]
        let first = (*relation).rd_firstRelfilelocatorSubid;
        pg_sys::wal_level >= pg_sys::WalLevel::WAL_LEVEL_REPLICA as i32
            || ((*relation).rd_createSubid == INVALID_SUBTRANSACTION && first == INVALID_SUBTRANSACTION)
    }
}

/// A random number that no earlier index had: the epoch by which caches notice a rebuild.
pub fn new_epoch() -> u64 {
    let mut bytes = [0u8; 8];
    // SAFETY: the buffer has the stated length.
    let strong = unsafe { pg_sys::pg_strong_random(bytes.as_mut_ptr().cast(), bytes.len()) };
    if !strong {
        Report::new(ERRCODE_INTERNAL_ERROR, "could not get a random number for the index").raise();
    }
    u64::from_le_bytes(bytes)
}

/// Heap identifiers in PostgreSQL's and the engine's form.
pub mod tid {
    use pgrx::pg_sys;
    use synapse::Tid;

    /// To the engine.
    pub fn from_pg(tid: pg_sys::ItemPointerData) -> Tid {
        let (block, offset) = pgrx::itemptr::item_pointer_get_both(tid);
        Tid::new(block, offset)
    }

    /// To PostgreSQL.
    pub fn to_pg(tid: Tid) -> pg_sys::ItemPointerData {
        let mut item = pg_sys::ItemPointerData::default();
        pgrx::itemptr::item_pointer_set_all(&mut item, tid.block(), tid.offset());
        item
    }
}
