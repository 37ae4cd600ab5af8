//! The translation's questions answered from the server's catalog.

use super::server;
use crate::error::to_server;
use crate::list;
use pgrx::PgTupleDesc;
use pgrx::pg_sys::{self, Datum, Oid, Relation};
use qsql::{CatalogError, Column, ColumnKind};
use std::ffi::{CStr, c_char, c_int};

/// Strategy numbers that an operator class of the access method may use.
const STRATEGIES: std::ops::RangeInclusive<i16> = 1..=8;

/// The catalog as the current user sees it, and the schema in which the extension's types and operators stand.
pub struct ServerCatalog {
    schema: String,
    vector: Oid,
    qvector: Oid,
    superposition: Oid,
}

impl ServerCatalog {
    /// The catalog for a call of `function`, a function that stands in the extension's schema.
    pub fn of_function(function: Oid) -> Self {
        // SAFETY: plain catalog lookups; an unknown type is `InvalidOid`, which no column has.
        unsafe {
            let namespace = pg_sys::get_func_namespace(function);
            let name = pg_sys::get_namespace_name(namespace);
            Self {
                schema: if name.is_null() { String::new() } else { server::to_utf8(name) },
                vector: type_of(c"vector", namespace),
                qvector: type_of(c"qvector", namespace),
                superposition: type_of(c"superposition", namespace),
            }
        }
    }

    fn kind(&self, column_type: Oid) -> ColumnKind {
        // SAFETY: a lookup by OID.
        match unsafe { pg_sys::getBaseType(column_type) } {
            base if base == self.vector => ColumnKind::Vector,
            base if base == self.qvector => ColumnKind::QVector,
            base if base == self.superposition => ColumnKind::Superposition,
            pg_sys::TEXTOID | pg_sys::VARCHAROID | pg_sys::BPCHAROID => ColumnKind::Text,
            _ => ColumnKind::Other,
        }
    }

    /// # Safety
    /// `relation` must be open.
    unsafe fn columns(&self, relation: Relation) -> Vec<Column> {
        // SAFETY: an open relation has a descriptor; the copy is ours.
        unsafe {
            let nearest = nearest_operators(relation);
            PgTupleDesc::from_pg_copy((*relation).rd_att)
                .iter()
                .filter(|attribute| !attribute.attisdropped)
                .map(|attribute| {
                    let name = server::to_utf8(attribute.attname.data.as_ptr());
                    let mut column = Column::new(name, self.kind(attribute.atttypid));
                    column.nearest_operator = nearest
                        .iter()
                        .find(|(number, _)| *number == attribute.attnum)
                        .map(|(_, operator)| operator.clone());
                    column
                })
                .collect()
        }
    }
}

impl qsql::Catalog for ServerCatalog {
    fn relation(&self, name: &[qsql::Identifier]) -> Result<Option<qsql::Relation>, CatalogError> {
        let part = |index: usize| name.get(index).map_or(std::ptr::null_mut(), |part| to_server(&part.name));
        let (database, schema, table) = match name.len() {
            1 => (std::ptr::null_mut(), std::ptr::null_mut(), part(0)),
            2 => (std::ptr::null_mut(), part(0), part(1)),
            3 => (part(0), part(1), part(2)),
            _ => return Ok(None),
        };
        // SAFETY: the lookup takes the lock that the server's own parser takes and keeps until the end of the transaction, before
        // any privilege is checked, as that one does.
        unsafe {
            let range = pg_sys::makeRangeVar(schema, table, -1);
            (*range).catalogname = database;
            let lock = pg_sys::AccessShareLock as c_int;
            let flags = pg_sys::RVROption::RVR_MISSING_OK;
            let oid = pg_sys::RangeVarGetRelidExtended(range, lock, flags, None, std::ptr::null_mut());
            if oid == pg_sys::InvalidOid {
                return Ok(None);
            }
            let relation = pg_sys::relation_open(oid, pg_sys::NoLock as c_int);
            let columns = self.columns(relation);
            pg_sys::relation_close(relation, pg_sys::NoLock as c_int);
            Ok(Some(qsql::Relation { columns }))
        }
    }

    fn has_function(&self, name: &str) -> Result<bool, CatalogError> {
        Ok(exists("qstore", name))
    }

    fn has_type_function(&self, name: &str) -> Result<bool, CatalogError> {
        Ok(exists(&self.schema, name))
    }

    fn schema(&self) -> &str {
        &self.schema
    }
}

/// Whether there is a function of that name, whatever it takes.
fn exists(schema: &str, name: &str) -> bool {
    // SAFETY: catalog lookups; the list of candidates is a chain of palloc'ed members.
    unsafe {
        let names = list::of(&[string(to_server(schema)), string(to_server(name))]);
        !candidates(names).is_null()
    }
}

unsafe fn string(text: *const c_char) -> *mut pg_sys::Node {
    // SAFETY: the node keeps a copy of the C string.
    unsafe { pg_sys::makeString(pg_sys::pstrdup(text)).cast() }
}

/// The functions of a qualified name, whatever they take; null if there is none.
unsafe fn candidates(names: *mut pg_sys::List) -> pg_sys::FuncCandidateList {
    let none = std::ptr::null_mut();
    // SAFETY: `names` is a list of string nodes; a missing schema is no error.
    unsafe { pg_sys::FuncnameGetCandidates(names, -1, none, false, false, false, true) }
}

/// The type of that name in a schema, or `InvalidOid`.
unsafe fn type_of(name: &CStr, namespace: Oid) -> Oid {
    let none = Datum::null();
    // SAFETY: a lookup in the cache over (name, schema); the first column of pg_type is its OID.
    unsafe {
        let cache = pg_sys::SysCacheIdentifier::TYPENAMENSP as c_int;
        pg_sys::GetSysCacheOid(cache, 1, Datum::from(name.as_ptr()), Datum::from(namespace), none, none)
    }
}

/// The ordering operators of the relation's `synaptic` indexes, by column number.
unsafe fn nearest_operators(relation: Relation) -> Vec<(i16, String)> {
    let mut found = Vec::new();
    // SAFETY: `relation` is open and locked; each index is locked while its descriptor is read.
    unsafe {
        if !(*(*relation).rd_rel).relhasindex {
            return found;
        }
        let method = pg_sys::get_am_oid(c"synaptic".as_ptr(), true);
        if method == pg_sys::InvalidOid {
            return found;
        }
        let indexes = pg_sys::RelationGetIndexList(relation);
        for position in 0..list::len(indexes) {
            let oid = (*(*indexes).elements.add(position)).oid_value;
            let index = pg_sys::index_open(oid, pg_sys::AccessShareLock as c_int);
            let form = (*index).rd_index;
            if (*(*index).rd_rel).relam == method && (*form).indisvalid {
                let number = (*form).indkey.values.as_ptr().read();
                if let Some(operator) = ordering_operator(*(*index).rd_opfamily, *(*index).rd_opcintype) {
                    found.push((number, operator));
                }
            }
            pg_sys::index_close(index, pg_sys::AccessShareLock as c_int);
        }
        pg_sys::list_free(indexes);
    }
    found
}

/// The name of the family's operator for ORDER BY.
unsafe fn ordering_operator(family: Oid, input: Oid) -> Option<String> {
    STRATEGIES.into_iter().find_map(|strategy| {
        // SAFETY: catalog lookups; a missing operator is `InvalidOid` and sorts nothing.
        unsafe {
            let operator = pg_sys::get_opfamily_member(family, input, input, strategy);
            let orders = operator != pg_sys::InvalidOid
                && pg_sys::get_op_opfamily_sortfamily(operator, family) != pg_sys::InvalidOid;
            let name: *mut c_char = if orders { pg_sys::get_opname(operator) } else { std::ptr::null_mut() };
            (!name.is_null()).then(|| server::to_utf8(name))
        }
    })
}
