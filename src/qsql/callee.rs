//! Which functions are ours: by OID, through an invalidated cache, never by name alone.

use pgrx::pg_sys::{self, Oid};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CStr, c_int};

/// What a function of ours is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callee {
    /// `qsql(…) RETURNS SETOF json`.
    Json,
    /// `qsql_record(…) RETURNS SETOF record`.
    Record,
    /// `CALL qsql_exec(…)`.
    Exec,
    /// `neuromatch(vector, vector)`, `quantum_search(vector, vector)`: 1 − cosine distance.
    VectorScore,
    /// `neuromatch(text, text)`, `quantum_search(text, text)`, `synaptic_weight(text, text)`.
    TextScore,
    /// `qstore.neuromatch_above(text, text, float8)`.
    Above,
    /// The cast of a score to `boolean`.
    Matches,
}

/// More functions than this in one session empty the cache.
const CAPACITY: usize = 1024;

/// The language `c`; its OID is fixed in the server's sources.
const LANGUAGE_C: u32 = 13;

thread_local! {
    static KNOWN: RefCell<HashMap<u32, Option<Callee>>> = RefCell::default();
}

/// Registers the invalidation; called once per process.
pub fn init() {
    // SAFETY: the callback lives as long as the process, and the library is never unloaded.
    unsafe {
        let cache = pg_sys::SysCacheIdentifier::PROCOID as c_int;
        pg_sys::CacheRegisterSyscacheCallback(cache, Some(forget), pg_sys::Datum::null());
    }
}

/// Some function changed (or all may have): ask again.
#[pgrx::pg_guard]
unsafe extern "C-unwind" fn forget(_arg: pg_sys::Datum, _cache: c_int, _hash: u32) {
    KNOWN.with_borrow_mut(HashMap::clear);
}

/// What the function is to us. Built-in functions are answered without a lookup.
pub fn of(function: Oid) -> Option<Callee> {
    let oid = function.to_u32();
    if oid < pg_sys::FirstNormalObjectId {
        return None;
    }
    if let Some(known) = KNOWN.with_borrow(|known| known.get(&oid).copied()) {
        return known;
    }
    // SAFETY: called during parse analysis or execution, where the catalog may be read. No borrow is held, so the
    // invalidation that a lookup may deliver finds the cache free.
    let found = unsafe { look_up(function) };
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= CAPACITY {
            known.clear();
        }
        known.insert(oid, found);
    });
    found
}

unsafe fn look_up(function: Oid) -> Option<Callee> {
    // SAFETY: the tuple is released before the copied facts are used; `probin` and the name are C strings or null.
    unsafe {
        let cache = pg_sys::SysCacheIdentifier::PROCOID as c_int;
        let tuple = pg_sys::SearchSysCache1(cache, function.into());
        if tuple.is_null() {
            return None;
        }
        let row = pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_proc>();
        let language = (*row).prolang;
        let mut is_null = false;
        let symbol = pg_sys::SysCacheGetAttr(cache, tuple, pg_sys::Anum_pg_proc_prosrc as i16, &mut is_null);
        let callee = if is_null || language.to_u32() != LANGUAGE_C {
            None
        } else {
            let symbol = pg_sys::text_to_cstring(symbol.cast_mut_ptr());
            match CStr::from_ptr(symbol).to_bytes() {
                b"qsql_wrapper" => Some(Callee::Json),
                b"qsql_record_wrapper" => Some(Callee::Record),
                b"qsql_exec_wrapper" => Some(Callee::Exec),
                b"neuromatch_vector_wrapper" => Some(Callee::VectorScore),
                b"neuromatch_text_wrapper" => Some(Callee::TextScore),
                b"neuromatch_above_wrapper" => Some(Callee::Above),
                b"match_score_matches_wrapper" => Some(Callee::Matches),
                _ => None,
            }
        };
        pg_sys::ReleaseSysCache(tuple);
        callee.filter(|_| is_member(function))
    }
}

/// Whether the function belongs to the extension: another library may have the same symbols.
unsafe fn is_member(function: Oid) -> bool {
    // SAFETY: plain catalog lookups; a null name means that the extension has just gone.
    unsafe {
        let extension = pg_sys::getExtensionOfObject(pg_sys::ProcedureRelationId, function);
        if extension == pg_sys::InvalidOid {
            return false;
        }
        let name = pg_sys::get_extension_name(extension);
        !name.is_null() && CStr::from_ptr(name).to_bytes() == b"qstore"
    }
}
