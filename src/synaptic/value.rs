//! The values that an index covers, as the engine takes them: which type an operator class is for, and its stored bytes.

use crate::types::vector::Vector;
use pgrx::pg_sys;
use synapse::{Form, Metric, VectorRef};

/// The stored form of an indexed type. Types of other extensions with the same bytes count as the same kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `vector`.
    Vector = 0,
}

/// What an operator class says: the kind of its values and the metric of its operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperatorClass {
    /// The kind of the values.
    pub kind: Kind,
    /// The distance.
    pub metric: Metric,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 1] = [Self::Vector];

    /// How the engine embeds values of this kind.
    pub fn form(self) -> Form {
        match self {
            Self::Vector => Form::Dense,
        }
    }
}

impl OperatorClass {
    /// The number by which a support function names its operator class.
    pub const fn code(self) -> i32 {
        (self.kind as i32) << 8 | self.metric.code() as i32
    }

    /// The operator class of a number.
    pub fn from_code(code: i32) -> Option<Self> {
        let kind = Kind::ALL.into_iter().find(|kind| *kind as i32 == code >> 8)?;
        Some(Self { kind, metric: Metric::from_code((code & 0xff) as u8)? })
    }
}

/// A value of an indexed column, detoasted.
pub enum Value<'a> {
    /// As [`Kind::Vector`].
    Vector(Vector<'a>),
}

impl<'a> Value<'a> {
    /// # Safety
    /// `datum` must be a non-null value of a type of this kind that outlives `'a`.
    pub unsafe fn from_datum(kind: Kind, datum: pg_sys::Datum) -> Self {
        // SAFETY: as promised.
        unsafe {
            match kind {
                Kind::Vector => Self::Vector(Vector::from_datum_unchecked(datum)),
            }
        }
    }

    /// The value of an index's first column, or None for NULL.
    ///
    /// # Safety
    /// The arrays must have at least one element, the first a value of a type of this kind.
    pub unsafe fn of_column(
        kind: Kind,
        values: *const pg_sys::Datum,
        nulls: *const bool,
    ) -> Option<Value<'a>> {
        // SAFETY: as promised.
        unsafe { if *nulls { None } else { Some(Self::from_datum(kind, *values)) } }
    }

    /// As the engine takes it.
    pub fn as_ref(&self) -> VectorRef<'_> {
        match self {
            Self::Vector(vector) => VectorRef::Dense(vector.as_slice()),
        }
    }
}
