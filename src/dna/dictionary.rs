//! The dictionaries of compressed columns: found in their table, kept in the backend.
//!
//! A column's type names a *codebook*, `dna_jsonb(7)`: the dictionaries that were trained for it one after the other. New values take
//! the newest one; a value names the very dictionary it was written with, which stays for ever.
//!
//! The table is read past its privileges: whoever may read a value may have it decoded, but a dictionary holds pieces of many
//! values and is for its owner's eyes.

use crate::error::OrRaise;
use crate::threads;
use crate::types::datum::{BytesBuf, Detoasted, VarlenaBuf};
use helix::{Dictionaries, Dictionary, HelixError};
use pgrx::{pg_extern, pg_sys};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::rc::Rc;

/// Dictionaries that a backend keeps ready; when there are more of them it starts over.
const KEPT: usize = 64;

/// Columns of `_qstore.dna_dictionary` that are read here, from 0.
const ID: usize = 0;
const CODEBOOK: usize = 1;
const LEVEL: usize = 2;
const CONTENT: usize = 3;
const COLUMNS_READ: usize = 4;

#[derive(Default)]
struct Shelf {
    /// The table that all of this is from: a new one, after DROP EXTENSION, begins to count anew.
    table: pg_sys::Oid,
    dictionaries: HashMap<u32, Rc<Dictionary>>,
    /// The newest dictionary of a codebook, as of the statement that began at that time.
    newest: HashMap<i32, (pg_sys::TimestampTz, Option<u32>)>,
}

thread_local! {
    static SHELF: RefCell<Shelf> = RefCell::default();
}

thread_local! {
    /// The table, until something is said about tables or schemas: two lookups a value would cost more than the dictionary gains.
    static TABLE: Cell<Option<pg_sys::Oid>> = const { Cell::new(None) };
    static LISTENING: Cell<bool> = const { Cell::new(false) };
}

/// Called by the server where a table or schema was made, changed or dropped, by whomever.
extern "C-unwind" fn forget(_argument: pg_sys::Datum, _cache: i32, _hash: u32) {
    TABLE.set(None);
}

fn table() -> pg_sys::Oid {
    if let Some(table) = TABLE.get() {
        return table;
    }
    // SAFETY: two callbacks that are registered once, for the life of the backend; two lookups in the system caches.
    unsafe {
        if !LISTENING.replace(true) {
            for cache in [pg_sys::SysCacheIdentifier::RELOID, pg_sys::SysCacheIdentifier::NAMESPACEOID] {
                pg_sys::CacheRegisterSyscacheCallback(cache as i32, Some(forget), pg_sys::Datum::null());
            }
        }
        let schema = pg_sys::get_namespace_oid(c"_qstore".as_ptr(), true);
        let table = pg_sys::get_relname_relid(c"dna_dictionary".as_ptr(), schema);
        TABLE.set((table != pg_sys::InvalidOid).then_some(table));
        table
    }
}

/// Runs `action` on what is kept of the table as it stands now; `None` where there is no table.
fn with_shelf<T>(action: impl FnOnce(&mut Shelf) -> T) -> Option<T> {
    let table = table();
    if table == pg_sys::InvalidOid {
        return None;
    }
    SHELF.with_borrow_mut(|shelf| {
        if shelf.table != table {
            *shelf = Shelf { table, ..Shelf::default() };
        }
        Some(action(shelf))
    })
}

/// A row of the table: all but the content, which is only fetched when asked for.
struct Row {
    id: u32,
    codebook: i32,
    level: i32,
    content: pg_sys::Datum,
}

/// Calls `visit` with each row.
fn each_row(table: pg_sys::Oid, mut visit: impl FnMut(&Row)) {
    // SAFETY: the table has the columns that sql/dna_column.sql declares, none of those read is null; a snapshot of its own shows
    // what is committed and what this transaction did. An error on the way ends the transaction, which closes what is open.
    unsafe {
        let relation = pg_sys::table_open(table, pg_sys::AccessShareLock as i32);
        let shape = (*relation).rd_att;
        let natts = (*shape).natts as usize;
        let mut values = vec![pg_sys::Datum::null(); natts.max(COLUMNS_READ)];
        let mut nulls = vec![true; natts.max(COLUMNS_READ)];
        let scan = pg_sys::systable_beginscan(
            relation,
            pg_sys::InvalidOid,
            false,
            std::ptr::null_mut(),
            0,
            std::ptr::null_mut(),
        );
        loop {
            let tuple = pg_sys::systable_getnext(scan);
            if tuple.is_null() {
                break;
            }
            pg_sys::heap_deform_tuple(tuple, shape, values.as_mut_ptr(), nulls.as_mut_ptr());
            if nulls[..COLUMNS_READ].iter().any(|&null| null) {
                continue;
            }
            visit(&Row {
                id: values[ID].value() as u32,
                codebook: values[CODEBOOK].value() as i32,
                level: values[LEVEL].value() as i32,
                content: values[CONTENT],
            });
        }
        pg_sys::systable_endscan(scan);
        pg_sys::table_close(relation, pg_sys::AccessShareLock as i32);
    }
}

fn load(table: pg_sys::Oid, id: u32) -> Result<Option<Rc<Dictionary>>, HelixError> {
    let mut found = Ok(None);
    each_row(table, |row| {
        if let (true, Some(id)) = (row.id == id, NonZeroU32::new(id)) {
            // SAFETY: a bytea of the row at hand.
            let content = unsafe { Detoasted::from_datum(row.content) };
            found = Dictionary::new(id, content.bytes(), row.level).map(|new| Some(Rc::new(new)));
        }
    });
    found
}

/// The dictionaries of this database.
pub struct Kept;

impl Dictionaries for Kept {
    fn dictionary(&mut self, id: u32) -> Result<Option<Rc<Dictionary>>, HelixError> {
        with_shelf(|shelf| {
            if let Some(known) = shelf.dictionaries.get(&id) {
                return Ok(Some(known.clone()));
            }
            let loaded = load(shelf.table, id)?;
            if let Some(dictionary) = &loaded {
                if shelf.dictionaries.len() >= KEPT {
                    shelf.dictionaries.clear();
                }
                shelf.dictionaries.insert(id, dictionary.clone());
            }
            Ok(loaded)
        })
        .unwrap_or(Ok(None))
    }
}

/// The dictionary to write a value of a column with. `None` where the codebook has none (yet): in a restore that loads the table
/// before the dictionaries, such values are written without.
pub fn to_write(codebook: i32) -> Option<Rc<Dictionary>> {
    if codebook < 1 {
        return None;
    }
    let newest = with_shelf(|shelf| {
        // SAFETY: reads a variable of the backend.
        let now = unsafe { pg_sys::GetCurrentStatementStartTimestamp() };
        if let Some((_, id)) = shelf.newest.get(&codebook).filter(|(then, _)| *then == now) {
            return *id;
        }
        let mut newest = None;
        each_row(shelf.table, |row| {
            if row.codebook == codebook {
                newest = newest.max(Some(row.id));
            }
        });
        // A codebook that is empty now may be trained within the statement.
        if newest.is_some() {
            shelf.newest.insert(codebook, (now, newest));
        }
        newest
    });
    Kept.dictionary(newest.flatten()?).or_raise()
}

/// A dictionary trained on these samples, its bytes. Training cannot be interrupted, so that it runs in a thread of its own while
/// this one looks for a cancel; a thread that nobody waits for any more ends by itself, with its memory.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_train_content(samples: pgrx::Array<'_, &[u8]>, length: i32) -> BytesBuf {
    let samples: Vec<Vec<u8>> = samples.iter().flatten().map(<[u8]>::to_vec).collect();
    let length = usize::try_from(length).unwrap_or(0);
    let result = threads::apart("training a dictionary", move || {
        let samples: Vec<&[u8]> = samples.iter().map(Vec::as_slice).collect();
        helix::train(&samples, length)
    });
    BytesBuf(VarlenaBuf::from_bytes(&result.or_raise()))
}
