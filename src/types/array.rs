//! PostgreSQL arrays as arguments and results, read from their stored form (`utils/array.h`):
//!
//! | bytes | field |
//! | --- | --- |
//! | 4 | varlena header |
//! | 4 | number of array dimensions |
//! | 4 | offset of the elements from the start of the value, or 0 when there is no null bitmap |
//! | 4 | type of the elements |
//! | 4 each | length of every dimension, then its lower bound |
//! | | null bitmap, if any; padding to the maximal alignment; the elements |

use crate::error::Report;
use crate::types::datum::{Detoasted, VARHDRSZ, VarlenaBuf, datum_argument, datum_result};
use pgrx::PgSqlErrorCode::*;
use pgrx::pg_sys;

/// Bytes of payload (behind the varlena header) before the dimensions.
const FIXED: usize = 12;

/// An array argument of any element type; what it holds is asked with [`ArrayArg::element_type`].
pub struct ArrayArg<'a> {
    value: Detoasted<'a>,
    dimensions: usize,
    len: usize,
}

/// Where the elements start in the payload of an array with this many dimensions and no null bitmap.
const fn elements_at(dimensions: usize) -> usize {
    (VARHDRSZ + FIXED + 8 * dimensions).next_multiple_of(pg_sys::MAXIMUM_ALIGNOF as usize) - VARHDRSZ
}

impl<'a> ArrayArg<'a> {
    /// # Safety
    /// `datum` must be a non-null array that outlives `'a`.
    pub unsafe fn from_datum_unchecked(datum: pg_sys::Datum) -> Self {
        // SAFETY: as promised by the caller.
        let value = unsafe { Detoasted::from_datum(datum) };
        let mut array = Self { value, dimensions: 0, len: 0 };
        let dimensions = array.field(0).max(0) as usize;
        if dimensions > 0 {
            let lengths = (0..dimensions).map(|i| array.field(FIXED + 4 * i).max(0) as usize);
            (array.dimensions, array.len) = (dimensions, lengths.product());
        }
        array
    }

    fn field(&self, at: usize) -> i32 {
        i32::from_ne_bytes(self.payload(at, 4).try_into().expect("four bytes"))
    }

    fn payload(&self, at: usize, len: usize) -> &[u8] {
        self.value.bytes().get(at..at.saturating_add(len)).unwrap_or_else(|| damaged())
    }

    /// Number of array dimensions: 0 for an empty array.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Number of elements in each dimension; none for an empty array.
    pub fn lengths(&self) -> Vec<usize> {
        (0..self.dimensions).map(|i| self.field(FIXED + 4 * i).max(0) as usize).collect()
    }

    /// Number of elements over all dimensions.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The type of the elements.
    pub fn element_type(&self) -> pg_sys::Oid {
        pg_sys::Oid::from(self.field(8) as u32)
    }

    /// Whether the array has a null bitmap, though perhaps no null.
    pub fn has_null_bitmap(&self) -> bool {
        self.field(4) != 0
    }

    /// Whether any element is null.
    pub fn contains_nulls(&self) -> bool {
        if !self.has_null_bitmap() {
            return false;
        }
        let bitmap = self.payload(FIXED + 8 * self.dimensions, self.len.div_ceil(8));
        (0..self.len).any(|i| bitmap[i / 8] & (1 << (i % 8)) == 0)
    }

    /// Where the elements start in the payload.
    fn elements_at(&self) -> usize {
        match self.field(4) {
            0 => elements_at(self.dimensions),
            offset => (offset.max(0) as usize).saturating_sub(VARHDRSZ),
        }
    }

    /// The elements of a fixed-width type of `WIDTH` bytes, in native byte order. Nulls take no space in an array, so
    /// the caller excludes them first.
    pub fn fixed<const WIDTH: usize>(&self) -> &[[u8; WIDTH]] {
        self.payload(self.elements_at(), self.len.saturating_mul(WIDTH)).as_chunks().0
    }

    /// As [`ArrayArg::fixed`], for changing the elements where they stand.
    ///
    /// # Safety
    /// The array must belong to the caller alone, as the transition value of a running aggregate does.
    pub unsafe fn fixed_mut<const WIDTH: usize>(&mut self) -> &mut [[u8; WIDTH]] {
        let start = self.elements_at();
        let end = start.saturating_add(self.len.saturating_mul(WIDTH));
        // SAFETY: the caller vouches for exclusive use.
        let bytes = unsafe { self.value.bytes_mut() };
        bytes.get_mut(start..end).unwrap_or_else(|| damaged()).as_chunks_mut().0
    }

    /// The elements of a varlena type with integer alignment, such as `numeric`; there must be no nulls.
    pub fn varlenas(&self) -> Vec<pg_sys::Datum> {
        let mut datums: *mut pg_sys::Datum = std::ptr::null_mut();
        let mut count = 0;
        // SAFETY: the value is a detoasted array; deconstruct_array returns `count` datums in palloc'ed memory.
        unsafe {
            pg_sys::deconstruct_array(
                self.value.as_ptr().cast(),
                self.element_type(),
                -1,
                false,
                pg_sys::TYPALIGN_INT as core::ffi::c_char,
                &mut datums,
                std::ptr::null_mut(),
                &mut count,
            );
            let copied = std::slice::from_raw_parts(datums, count as usize).to_vec();
            pg_sys::pfree(datums.cast());
            copied
        }
    }

    /// Raises an error unless the array can be the components of a vector: it has one dimension and no nulls.
    pub fn check_components(&self) {
        if self.dimensions() > 1 {
            Report::new(ERRCODE_DATA_EXCEPTION, "array must be 1-D")
                .detail(format!("It has {} dimensions.", self.dimensions()))
                .raise();
        }
        if self.contains_nulls() {
            Report::new(ERRCODE_NULL_VALUE_NOT_ALLOWED, "array must not contain nulls").raise();
        }
    }

    /// Passes each element of an array of `int4`, `float4`, `float8` or `numeric` without nulls, rounded to single precision, to
    /// `take`, with its place from 0.
    pub fn for_each_float(&self, mut take: impl FnMut(usize, f32)) {
        match self.element_type() {
            pg_sys::INT4OID => {
                self.fixed()
                    .iter()
                    .enumerate()
                    .for_each(|(i, &bytes)| take(i, i32::from_ne_bytes(bytes) as f32));
            }
            pg_sys::FLOAT4OID => {
                self.fixed().iter().enumerate().for_each(|(i, &bytes)| take(i, f32::from_ne_bytes(bytes)));
            }
            pg_sys::FLOAT8OID => {
                self.fixed()
                    .iter()
                    .enumerate()
                    .for_each(|(i, &bytes)| take(i, f64::from_ne_bytes(bytes) as f32));
            }
            pg_sys::NUMERICOID => self.varlenas().into_iter().enumerate().for_each(|(i, datum)| {
                // SAFETY: the element is a numeric, what numeric_float4 takes; it returns a value or raises an error.
                let value = unsafe { pgrx::direct_function_call(pg_sys::numeric_float4, &[Some(datum)]) };
                take(i, value.unwrap_or(f32::NAN));
            }),
            _ => Report::new(ERRCODE_DATA_EXCEPTION, "unsupported array type").raise(),
        }
    }

    /// The detoasted array, for server functions that take one.
    pub fn as_ptr(&self) -> *mut pg_sys::ArrayType {
        self.value.as_ptr().cast()
    }
}

fn damaged() -> ! {
    Report::new(ERRCODE_DATA_CORRUPTED, "stored array is damaged")
        .detail("It ends before its elements do.")
        .raise()
}

/// An array result.
pub struct ArrayBuf(pg_sys::Datum);

impl ArrayBuf {
    /// A one-dimensional array of `len` elements of a fixed-width type, given in native byte order.
    pub fn one_dimensional<const WIDTH: usize>(
        element_type: pg_sys::Oid,
        elements: impl ExactSizeIterator<Item = [u8; WIDTH]>,
    ) -> Self {
        let len = elements.len();
        let start = elements_at(1);
        let mut value = VarlenaBuf::zeroed(start + WIDTH * len);
        let bytes = value.bytes_mut();
        let fields = [1, 0, u32::from(element_type), len as u32, 1];
        for (place, field) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(fields) {
            *place = field.to_ne_bytes();
        }
        for (place, element) in bytes[start..].as_chunks_mut::<WIDTH>().0.iter_mut().zip(elements) {
            *place = element;
        }
        Self(value.into_datum())
    }

    /// A one-dimensional array of `text` values.
    pub fn texts(elements: &[pg_sys::Datum]) -> Self {
        // SAFETY: width, passing and alignment are those of text; construct_array copies the elements.
        let array = unsafe {
            pg_sys::construct_array(
                elements.as_ptr().cast_mut(),
                elements.len() as i32,
                pg_sys::TEXTOID,
                -1,
                false,
                pg_sys::TYPALIGN_INT as core::ffi::c_char,
            )
        };
        Self(array.into())
    }

    /// A two-dimensional array of `columns` float8 in a row.
    pub fn matrix(elements: &[f64], columns: usize) -> Self {
        let start = elements_at(2);
        let mut value = VarlenaBuf::zeroed(start + 8 * elements.len());
        let bytes = value.bytes_mut();
        let rows = elements.len() / columns.max(1);
        let fields = [2, 0, u32::from(pg_sys::FLOAT8OID), rows as u32, columns as u32, 1, 1];
        for (place, field) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(fields) {
            *place = field.to_ne_bytes();
        }
        for (place, element) in bytes[start..].as_chunks_mut().0.iter_mut().zip(elements) {
            *place = element.to_ne_bytes();
        }
        Self(value.into_datum())
    }

    /// Hands the value to PostgreSQL.
    pub fn into_datum(self) -> pg_sys::Datum {
        self.0
    }
}

/// An argument handed back, changed where it stands or not at all.
impl From<ArrayArg<'_>> for ArrayBuf {
    fn from(array: ArrayArg<'_>) -> Self {
        Self(array.value.into_datum())
    }
}

datum_argument!(ArrayArg, "anyarray");
datum_result!(ArrayBuf, "anyarray");
