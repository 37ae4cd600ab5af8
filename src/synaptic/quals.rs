//! What a scan was asked to filter by: the engine's filter, and the tests of a table's row for what keys do not tell.

use super::keys::{Column, Mapping, Space};
use pgrx::pg_sys;
use std::cell::UnsafeCell;
use std::ffi::c_int;
use synapse::{Condition, Filter, Test};

/// Values that a condition `= ANY (array)` lists, beyond which its keys are not compared one by one with those of a block.
const MOST_LISTED: usize = 256;

/// B-tree strategies, which the operators of filter columns have.
const LESS: u32 = pg_sys::BTLessStrategyNumber;
const LESS_EQUAL: u32 = pg_sys::BTLessEqualStrategyNumber;
const EQUAL: u32 = pg_sys::BTEqualStrategyNumber;
const GREATER_EQUAL: u32 = pg_sys::BTGreaterEqualStrategyNumber;
const GREATER: u32 = pg_sys::BTGreaterStrategyNumber;

/// A condition of a scan.
struct Qual {
    /// The index's column, from 0.
    column: usize,
    key: pg_sys::ScanKeyData,
    /// The operator's function. It keeps what it prepared once for further calls.
    function: UnsafeCell<pg_sys::FmgrInfo>,
    /// The elements of `operator ANY (array)`, NULLs left out.
    elements: Option<Vec<pg_sys::Datum>>,
}

impl Qual {
    fn has(&self, flag: u32) -> bool {
        self.key.sk_flags as u32 & flag != 0
    }

    /// Whether a value passes.
    ///
    /// # Safety
    /// The value must be one of the column.
    unsafe fn holds(&self, value: pg_sys::Datum, null: bool) -> bool {
        if self.has(pg_sys::SK_SEARCHNULL) {
            return null;
        }
        if null || self.has(pg_sys::SK_SEARCHNOTNULL) {
            return !null;
        }
        // SAFETY: the key's operator takes a value of the column and the key's argument; nobody else uses its function meanwhile.
        let passes = |argument| unsafe {
            pg_sys::FunctionCall2Coll(self.function.get(), self.key.sk_collation, value, argument).value()
                & 0xff
                != 0
        };
        match &self.elements {
            Some(elements) => elements.iter().any(|element| passes(*element)),
            None => !self.has(pg_sys::SK_ISNULL) && passes(self.key.sk_argument),
        }
    }
}

/// The conditions of a scan.
#[derive(Default)]
pub struct Quals(Vec<Qual>);

impl Quals {
    /// Reads scan keys. The arrays among them are unpacked in the present memory context.
    ///
    /// # Safety
    /// There must be `count` keys, and their arguments live as long as the result is used.
    pub unsafe fn read(keys: pg_sys::ScanKey, count: usize) -> Self {
        // SAFETY: as promised.
        unsafe {
            Self(
                (0..count)
                    .map(|i| {
                        let key = *keys.add(i);
                        let flags = key.sk_flags as u32;
                        let elements = (flags & pg_sys::SK_SEARCHARRAY != 0).then(|| {
                            if flags & pg_sys::SK_ISNULL != 0 {
                                Vec::new()
                            } else {
                                elements(key.sk_argument)
                            }
                        });
                        let function = UnsafeCell::new(key.sk_func);
                        Qual { column: key.sk_attno as usize - 1, key, function, elements }
                    })
                    .collect(),
            )
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a row passes; `value` gives its value in a column of the index, and whether that is NULL.
    ///
    /// # Safety
    /// The values must be of the index's columns.
    pub unsafe fn hold(&self, mut value: impl FnMut(usize) -> (pg_sys::Datum, bool)) -> bool {
        self.0.iter().all(|qual| {
            let (value, null) = value(qual.column);
            // SAFETY: as promised.
            unsafe { qual.holds(value, null) }
        })
    }

    /// What keys tell of them: every row that passes is admitted.
    ///
    /// # Safety
    /// `columns` must be those of the index.
    pub unsafe fn filter(&self, columns: &[Column]) -> Filter {
        let test = |qual: &Qual| {
            let number = qual.column.checked_sub(1)?;
            // SAFETY: as promised.
            let test = unsafe { test(qual, columns.get(number)?)? };
            Some(Condition { column: number, test })
        };
        Filter(self.0.iter().filter_map(test).collect())
    }
}

/// What a condition says of the keys of its column, if anything.
///
/// # Safety
/// The key must be one for the column.
unsafe fn test(qual: &Qual, column: &Column) -> Option<Test> {
    if qual.has(pg_sys::SK_SEARCHNULL) {
        return Some(Test::Null);
    }
    if qual.has(pg_sys::SK_SEARCHNOTNULL) {
        return Some(Test::NotNull);
    }
    if qual.has(pg_sys::SK_ISNULL) {
        // the operators are strict: nothing compares with NULL
        return Some(Test::In(Vec::new()));
    }
    let kind = match qual.key.sk_subtype {
        pg_sys::InvalidOid => column.kind,
        subtype => subtype,
    };
    let strategy = u32::from(qual.key.sk_strategy);
    // SAFETY: the arguments are values of the operator's right-hand type.
    let key = |argument: pg_sys::Datum| unsafe {
        match column.mapping {
            Mapping::Ordered(space) => space.key(kind, argument),
            _ => column.key(argument),
        }
    };
    match column.mapping {
        Mapping::Ordered(space) if Space::of(kind) == Some(space) => {}
        Mapping::Hashed(..) if kind == column.kind && strategy == EQUAL => {}
        _ => return Some(Test::NotNull),
    }
    match &qual.elements {
        Some(elements) if strategy == EQUAL && elements.len() <= MOST_LISTED => {
            let mut keys: Vec<u64> = elements.iter().map(|element| key(*element)).collect();
            keys.sort_unstable();
            keys.dedup();
            Some(Test::In(keys))
        }
        Some(_) => Some(Test::NotNull),
        None => {
            let key = key(qual.key.sk_argument);
            let exact = matches!(column.mapping, Mapping::Ordered(space) if space.is_exact());
            // past a bound that does not belong to it, where keys tell that
            let past = u64::from(exact);
            let nothing = Test::In(Vec::new());
            Some(match strategy {
                LESS => key.checked_sub(past).map_or(nothing, |high| Test::Between(0, high)),
                LESS_EQUAL => Test::Between(0, key),
                EQUAL => Test::Between(key, key),
                GREATER_EQUAL => Test::Between(key, u64::MAX),
                GREATER => key.checked_add(past).map_or(nothing, |low| Test::Between(low, u64::MAX)),
                _ => Test::NotNull,
            })
        }
    }
}

/// The elements of an array that are not NULL.
///
/// # Safety
/// `datum` must be an array.
unsafe fn elements(datum: pg_sys::Datum) -> Vec<pg_sys::Datum> {
    let (mut length, mut by_value, mut align) = (0i16, false, 0);
    let (mut values, mut nulls, mut count) = (std::ptr::null_mut(), std::ptr::null_mut(), 0 as c_int);
    // SAFETY: as promised; the array's element type tells how to take it apart.
    unsafe {
        let array = pg_sys::pg_detoast_datum(datum.cast_mut_ptr()).cast::<pg_sys::ArrayType>();
        let kind = (*array).elemtype;
        pg_sys::get_typlenbyvalalign(kind, &mut length, &mut by_value, &mut align);
        pg_sys::deconstruct_array(
            array,
            kind,
            i32::from(length),
            by_value,
            align,
            &mut values,
            &mut nulls,
            &mut count,
        );
        (0..count as usize).filter(|i| !*nulls.add(*i)).map(|i| *values.add(i)).collect()
    }
}
