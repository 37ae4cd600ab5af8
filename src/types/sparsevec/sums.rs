//! The running sums of `sum(sparsevec)` and `avg(sparsevec)`.
//!
//! A row appends its elements to an array. When the array is full, it is sorted by index and the elements of one index
//! become one; only if more than half of it is still in use then, it grows. An element therefore costs O(log n)
//! whatever the order of rows, and the sums of an index are added in the order of its rows. All memory is the server's, in the
//! memory context of the aggregate, so that a hash aggregate knows what its groups take.

use super::Sparsevec;
use crate::error::Report;
use pgrx::PgSqlErrorCode::*;
use pgrx::pg_sys;
use std::ptr::NonNull;

/// The elements of a state that nobody has added much to yet.
const INITIAL_CAPACITY: usize = 64;

/// The most elements that one allocation of the server can hold.
const MAX_CAPACITY: usize = 0x3fff_ffff / size_of::<Term>();

/// Bytes of a state in its serialised form before the terms.
const HEADER: usize = 12;

/// Bytes of a term in the serialised form.
const TERM: usize = 12;

/// What was added to one component.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
struct Term {
    sum: f64,
    index: i32,
    /// Where it stands among the terms of its index; below [`MAX_CAPACITY`].
    order: u32,
}

/// The sums over some sparse vectors of equal dimensions. It owns its terms only in so far as it grows them: they go
/// with their memory context.
pub struct Sums {
    rows: i64,
    dims: i32,
    terms: NonNull<Term>,
    len: usize,
    capacity: usize,
}

impl Sums {
    /// Sums over no rows, of vectors of `dims` dimensions, in the current memory context.
    pub fn new(dims: i32) -> Self {
        Self::with_capacity(dims, INITIAL_CAPACITY)
    }

    fn with_capacity(dims: i32, capacity: usize) -> Self {
        // SAFETY: palloc returns memory of that size, aligned for a double, or raises an error.
        let terms = unsafe { pg_sys::palloc(capacity * size_of::<Term>()) };
        let terms = NonNull::new(terms.cast()).expect("palloc never returns null");
        Self { rows: 0, dims, terms, len: 0, capacity }
    }

    fn terms(&self) -> &[Term] {
        // SAFETY: `len` terms have been written.
        unsafe { std::slice::from_raw_parts(self.terms.as_ptr(), self.len) }
    }

    fn terms_mut(&mut self) -> &mut [Term] {
        // SAFETY: as in `terms`; the memory is this state's own.
        unsafe { std::slice::from_raw_parts_mut(self.terms.as_ptr(), self.len) }
    }

    /// Number of rows that were added.
    pub fn rows(&self) -> i64 {
        self.rows
    }

    /// Number of dimensions.
    pub fn dims(&self) -> i32 {
        self.dims
    }

    fn check_dims(&self, dims: i32) {
        if dims != self.dims {
            Report::new(ERRCODE_DATA_EXCEPTION, format!("expected {} dimensions, not {dims}", self.dims))
                .hint("All vectors of one aggregate must have the same number of dimensions.")
                .raise();
        }
    }

    /// Adds a row.
    pub fn add(&mut self, vector: &Sparsevec<'_>) {
        self.check_dims(vector.dims());
        self.rows += 1;
        self.extend(vector.elements().map(|(index, value)| (index, value.into())));
    }

    /// Adds the rows of another state.
    pub fn merge(&mut self, other: &Self) {
        self.check_dims(other.dims);
        self.rows += other.rows;
        self.extend(other.terms().iter().map(|term| (term.index, term.sum)));
    }

    fn extend(&mut self, added: impl ExactSizeIterator<Item = (i32, f64)>) {
        self.reserve(added.len());
        for (index, sum) in added {
            let term = Term { sum, index, order: self.len as u32 };
            // SAFETY: `reserve` made room for all of them.
            unsafe { self.terms.add(self.len).write(term) };
            self.len += 1;
        }
    }

    /// Makes room for so many more terms.
    fn reserve(&mut self, more: usize) {
        if self.len + more <= self.capacity {
            return;
        }
        self.compact();
        let needed = self.len + more;
        if needed > MAX_CAPACITY {
            Report::new(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "sum of sparsevecs takes too much memory")
                .detail(format!("More than {} different dimensions are not zero so far.", self.len))
                .hint("Aggregate fewer rows at once, or use fewer dimensions.")
                .raise();
        }
        let mut capacity = self.capacity;
        while capacity < 2 * needed {
            capacity *= 2;
        }
        let capacity = capacity.min(MAX_CAPACITY);
        if capacity > self.capacity {
            // SAFETY: the terms were palloc'ed and stay in their context.
            let terms = unsafe { pg_sys::repalloc(self.terms.as_ptr().cast(), capacity * size_of::<Term>()) };
            self.terms = NonNull::new(terms.cast()).expect("repalloc never returns null");
            self.capacity = capacity;
        }
    }

    /// Leaves one term for each index, ascending. The sums stay what they are.
    pub fn compact(&mut self) {
        let terms = self.terms_mut();
        terms.sort_unstable_by_key(|term| (term.index, term.order));
        let mut kept = 0;
        for i in 0..terms.len() {
            if kept > 0 && terms[kept - 1].index == terms[i].index {
                terms[kept - 1].sum += terms[i].sum;
            } else {
                terms[kept] = Term { order: kept as u32, ..terms[i] };
                kept += 1;
            }
        }
        self.len = kept;
    }

    /// Index and sum of every component that a row had an element for, ascending after [`Sums::compact`].
    pub fn iter(&self) -> impl Iterator<Item = (i32, f64)> + Clone {
        self.terms().iter().map(|term| (term.index, term.sum))
    }

    /// The serialised form, which travels between the processes of one query and no further: rows, dimensions, then index and
    /// sum of each component, in native byte order.
    pub fn serialized_len(&mut self) -> usize {
        self.compact();
        HEADER + TERM * self.len
    }

    /// Writes the serialised form, of the length that [`Sums::serialized_len`] said just before.
    pub fn serialize(&self, out: &mut [u8]) {
        out[..8].copy_from_slice(&self.rows.to_ne_bytes());
        out[8..HEADER].copy_from_slice(&self.dims.to_ne_bytes());
        for (place, term) in out[HEADER..].as_chunks_mut::<TERM>().0.iter_mut().zip(self.terms()) {
            place[..8].copy_from_slice(&term.sum.to_ne_bytes());
            place[8..].copy_from_slice(&term.index.to_ne_bytes());
        }
    }

    /// Reads the serialised form into the current memory context; `None` if it is none.
    pub fn deserialize(bytes: &[u8]) -> Option<Self> {
        let (header, terms) = bytes.split_first_chunk::<HEADER>()?;
        let (terms, []) = terms.as_chunks::<TERM>() else { return None };
        let (rows, dims) = header.split_first_chunk()?;
        let mut sums = Self::with_capacity(i32::from_ne_bytes(dims.try_into().ok()?), terms.len().max(1));
        sums.rows = i64::from_ne_bytes(*rows);
        sums.extend(terms.iter().map(|term| {
            let (sum, index) = term.split_at(8);
            (
                i32::from_ne_bytes(index.try_into().unwrap_or_default()),
                f64::from_ne_bytes(sum.try_into().unwrap_or_default()),
            )
        }));
        Some(sums)
    }
}
