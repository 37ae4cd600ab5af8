//! The values that an index covers, as the engine takes them: which type an operator class is for, and its stored bytes.

use crate::quantum::qvector::QVector;
use crate::types::bit::Bits;
use crate::types::halfvec::Halfvec;
use crate::types::sparsevec::Sparsevec;
use crate::types::vector::Vector;
use pgrx::pg_sys;
use synapse::{Form, Metric, VectorForm, VectorRef};

/// The stored form of an indexed type. Types of other extensions with the same bytes count as the same kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `vector`.
    Vector = 0,
    /// `halfvec`.
    Halfvec = 1,
    /// `sparsevec`.
    Sparsevec = 2,
    /// `bit`.
    Bit = 3,
    /// `qvector`.
    Qvector = 4,
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
    pub const ALL: [Self; 5] = [Self::Vector, Self::Halfvec, Self::Sparsevec, Self::Bit, Self::Qvector];

    /// Bytes of a value of so many dimensions, about; 0 where they do not tell.
    pub fn value_bytes(self, dims: usize) -> f64 {
        let dims = dims as f64;
        match self {
            Self::Vector => 4.0 * dims,
            Self::Halfvec => 2.0 * dims,
            Self::Sparsevec => 0.0,
            Self::Bit => dims / 8.0,
            Self::Qvector => 8.0 * dims,
        }
    }

    /// What the engine keeps of values of this kind where it keeps them whole.
    pub fn vector_form(self) -> VectorForm {
        match self {
            Self::Vector => VectorForm::Dense,
            Self::Halfvec => VectorForm::Half,
            Self::Sparsevec => VectorForm::Sparse,
            Self::Bit => VectorForm::Bits,
            Self::Qvector => VectorForm::State,
        }
    }

    /// How the engine embeds values of this kind.
    pub fn form(self) -> Form {
        match self {
            Self::Vector | Self::Halfvec => Form::Dense,
            Self::Sparsevec => Form::Sparse,
            Self::Bit => Form::Bits,
            Self::Qvector => Form::State,
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
    /// As [`Kind::Halfvec`].
    Halfvec(Halfvec<'a>),
    /// As [`Kind::Sparsevec`].
    Sparsevec(Sparsevec<'a>),
    /// As [`Kind::Bit`].
    Bit(Bits<'a>),
    /// As [`Kind::Qvector`].
    Qvector(QVector<'a>),
}

impl<'a> Value<'a> {
    /// # Safety
    /// `datum` must be a non-null value of a type of this kind that outlives `'a`.
    pub unsafe fn from_datum(kind: Kind, datum: pg_sys::Datum) -> Self {
        // SAFETY: as promised.
        unsafe {
            match kind {
                Kind::Vector => Self::Vector(Vector::from_datum_unchecked(datum)),
                Kind::Halfvec => Self::Halfvec(Halfvec::from_datum_unchecked(datum)),
                Kind::Sparsevec => Self::Sparsevec(Sparsevec::from_datum_unchecked(datum)),
                Kind::Bit => Self::Bit(Bits::from_datum_unchecked(datum)),
                Kind::Qvector => Self::Qvector(QVector::from_datum_unchecked(datum)),
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

    /// The recall that a query of this value asks for itself.
    pub fn recall(&self) -> Option<f64> {
        match self {
            Self::Vector(vector) => vector.recall(),
            _ => None,
        }
    }

    /// As the engine takes it.
    pub fn as_ref(&self) -> VectorRef<'_> {
        match self {
            Self::Vector(vector) => VectorRef::Dense(vector.as_slice()),
            Self::Halfvec(vector) => VectorRef::Half(vector.as_bits()),
            Self::Sparsevec(vector) => VectorRef::Sparse {
                dims: vector.dims() as usize,
                indices: vector.indices(),
                values: vector.values(),
            },
            Self::Bit(bits) => VectorRef::Bits { len: bits.len() as usize, bytes: bits.bytes() },
            Self::Qvector(state) => VectorRef::State(state.interleaved()),
        }
    }
}
