//! Filter columns: how values of SQL types become the engine's keys.
//!
//! A key is 64 bits. Values of a [`Space`] keep their order in it, and values of all types of a space compare with each other; a space is
//! exact where different values have different keys. Values of other types are hashed by their own hash function, which tells equal
//! ones only, and those of types without one have no key that tells anything. Whatever a key cannot tell is looked up in the
//! table's row. The keys are stored: this file may add spaces for types that were opaque only with a new page format.

use pgrx::pg_sys;
use std::ffi::c_int;
use synapse::Keys;

/// Types whose values have keys in their order and compare with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// `smallint`, `integer`, `bigint`.
    Integer,
    /// `real`, `double precision`: NaN is the largest, as in PostgreSQL.
    Float,
    /// `oid`.
    Oid,
    /// `boolean`.
    Boolean,
    /// `"char"`.
    Char,
    /// `numeric`, rounded to double precision.
    Numeric,
    /// `date`.
    Date,
    /// `timestamp`.
    Timestamp,
    /// `timestamp with time zone`.
    TimestampTz,
    /// `time`.
    Time,
    /// `money`.
    Money,
    /// `uuid`: the first eight bytes.
    Uuid,
}

impl Space {
    /// The space of a type's values.
    pub fn of(kind: pg_sys::Oid) -> Option<Self> {
        Some(match kind {
            pg_sys::INT2OID | pg_sys::INT4OID | pg_sys::INT8OID => Self::Integer,
            pg_sys::FLOAT4OID | pg_sys::FLOAT8OID => Self::Float,
            pg_sys::OIDOID => Self::Oid,
            pg_sys::BOOLOID => Self::Boolean,
            pg_sys::CHAROID => Self::Char,
            pg_sys::NUMERICOID => Self::Numeric,
            pg_sys::DATEOID => Self::Date,
            pg_sys::TIMESTAMPOID => Self::Timestamp,
            pg_sys::TIMESTAMPTZOID => Self::TimestampTz,
            pg_sys::TIMEOID => Self::Time,
            pg_sys::MONEYOID => Self::Money,
            pg_sys::UUIDOID => Self::Uuid,
            _ => return None,
        })
    }

    /// Whether different values have different keys.
    pub fn is_exact(self) -> bool {
        !matches!(self, Self::Numeric | Self::Uuid)
    }

    /// The key of a value.
    ///
    /// # Safety
    /// `datum` must be a value of the type `kind`, which must be one of this space.
    pub unsafe fn key(self, kind: pg_sys::Oid, datum: pg_sys::Datum) -> u64 {
        let word = datum.value();
        match self {
            Self::Integer => match kind {
                pg_sys::INT2OID => signed(i64::from(word as i16)),
                pg_sys::INT4OID => signed(i64::from(word as i32)),
                _ => signed(word as i64),
            },
            Self::Date => signed(i64::from(word as i32)),
            Self::Timestamp | Self::TimestampTz | Self::Time | Self::Money => signed(word as i64),
            Self::Float if kind == pg_sys::FLOAT4OID => float(f64::from(f32::from_bits(word as u32))),
            Self::Float => float(f64::from_bits(word as u64)),
            Self::Oid => u64::from(word as u32),
            Self::Boolean => u64::from(word & 0xff != 0),
            Self::Char => u64::from(word as u8),
            // SAFETY: a numeric; the function rounds and does not fail on large values.
            Self::Numeric => unsafe {
                let rounded =
                    pgrx::direct_function_call::<f64>(pg_sys::numeric_float8_no_overflow, &[Some(datum)]);
                float(rounded.unwrap_or(f64::NAN))
            },
            // SAFETY: a uuid is sixteen bytes by reference.
            Self::Uuid => unsafe { u64::from_be_bytes(*datum.cast_mut_ptr::<[u8; 8]>()) },
        }
    }
}

/// Keys in the order of signed numbers.
fn signed(value: i64) -> u64 {
    value as u64 ^ 1 << 63
}

/// Keys in PostgreSQL's order of floating-point numbers: both zeros are one, every NaN is the largest.
fn float(value: f64) -> u64 {
    if value.is_nan() {
        return u64::MAX;
    }
    let bits = if value == 0.0 { 0 } else { value.to_bits() };
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// How a filter column's values become keys.
pub enum Mapping {
    /// In their order.
    Ordered(Space),
    /// By the hash function of their type, under the column's collation.
    Hashed(*mut pg_sys::FmgrInfo, pg_sys::Oid),
    /// Not at all: every value has the same key.
    Opaque,
}

/// A filter column of an index.
pub struct Column {
    /// Its type, that of the operator class.
    pub kind: pg_sys::Oid,
    /// How its values become keys.
    pub mapping: Mapping,
}

impl Column {
    /// The filter columns of an index: all after the first.
    ///
    /// # Safety
    /// `index` must be open; the columns must not be used after it is closed.
    pub unsafe fn of_index(index: pg_sys::Relation) -> Vec<Self> {
        // SAFETY: as promised; the arrays have an element for each key column.
        unsafe {
            let columns = (*(*index).rd_index).indnkeyatts as usize;
            (1..columns)
                .map(|i| {
                    let kind = *(*index).rd_opcintype.add(i);
                    let mapping = match Space::of(kind) {
                        Some(space) => Mapping::Ordered(space),
                        None => {
                            let attribute = pg_sys::get_atttype((*index).rd_id, i as i16 + 1);
                            let hash = pg_sys::lookup_type_cache(
                                pg_sys::getBaseType(attribute),
                                pg_sys::TYPECACHE_HASH_EXTENDED_PROC_FINFO as c_int,
                            );
                            let finfo = &raw mut (*hash).hash_extended_proc_finfo;
                            match (*finfo).fn_oid {
                                pg_sys::InvalidOid => Mapping::Opaque,
                                _ => Mapping::Hashed(finfo, *(*index).rd_indcollation.add(i)),
                            }
                        }
                    };
                    Self { kind, mapping }
                })
                .collect()
        }
    }

    /// The key of a value.
    ///
    /// # Safety
    /// `datum` must be a non-null value of the column.
    pub unsafe fn key(&self, datum: pg_sys::Datum) -> u64 {
        // SAFETY: as promised; an extended hash function takes a seed.
        unsafe {
            match &self.mapping {
                Mapping::Ordered(space) => space.key(self.kind, datum),
                Mapping::Hashed(function, collation) => {
                    let seed = pg_sys::Datum::from(0usize);
                    pg_sys::FunctionCall2Coll(*function, *collation, datum, seed).value() as u64
                }
                Mapping::Opaque => 0,
            }
        }
    }
}

/// The keys of a row.
///
/// # Safety
/// The arrays must hold a value for the index's first column and for each of `columns`.
pub unsafe fn of_row(columns: &[Column], values: *const pg_sys::Datum, nulls: *const bool) -> Keys {
    // SAFETY: as promised.
    Keys::new(columns.iter().enumerate().map(|(i, column)| unsafe {
        if *nulls.add(i + 1) { None } else { Some(column.key(*values.add(i + 1))) }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_the_order() {
        let floats = [f64::NEG_INFINITY, -1.5, -f64::MIN_POSITIVE, 0.0, 1e-300, 2.0, f64::INFINITY, f64::NAN];
        assert!(floats.windows(2).all(|pair| float(pair[0]) < float(pair[1])));
        assert_eq!(float(-0.0), float(0.0));
        assert_eq!(float(-f64::NAN), float(f64::NAN));
        let integers = [i64::MIN, -7, -1, 0, 1, i64::MAX];
        assert!(integers.windows(2).all(|pair| signed(pair[0]) < signed(pair[1])));
    }
}
