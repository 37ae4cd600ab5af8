//! Casts: to another type modifier, from arrays, from and to the dense types.

use super::check::*;
use super::{MAX_ELEMENTS, Sparsevec, SparsevecBuf};
use crate::error::Report;
use crate::types::array::ArrayArg;
use crate::types::datum::datum_result;
use crate::types::dense::{Dense, DenseBuf, Element, check};
use crate::types::entry::entry_points;
use crate::types::halfvec::{Halfvec, HalfvecBuf};
use crate::types::vector::{Vector, VectorBuf};
use pgrx::pg_sys;
use vector_io::SparseFault;

/// The argument as the result.
struct Unchanged(pg_sys::Datum);

impl Unchanged {
    fn into_datum(self) -> pg_sys::Datum {
        self.0
    }
}

datum_result!(Unchanged, "sparsevec");

/// The elements of a sparse vector while its components pass by.
struct Collected(Vec<(i32, f32)>);

impl Collected {
    /// Takes the component of this index (from 0), if it is one to be stored.
    fn push(&mut self, index: usize, value: f32) {
        if value != 0.0 {
            if self.0.len() == MAX_ELEMENTS {
                Report::from(SparseFault::TooManyElements { max: MAX_ELEMENTS })
                    .hint("Only components that are not 0 count.")
                    .raise();
            }
            self.0.push((index as i32, value));
        }
    }

    fn into_vector(self, dims: i32) -> SparsevecBuf {
        SparsevecBuf::new(dims, self.0.into_iter())
    }
}

fn from_dense<E: Element>(vector: &Dense<'_, E>, type_modifier: i32) -> SparsevecBuf {
    let dims = check_dimensions(vector.dims());
    check_type_modifier(type_modifier, dims);
    let mut elements = Collected(Vec::new());
    vector
        .as_slice()
        .iter()
        .enumerate()
        .for_each(|(index, component)| elements.push(index, component.to_f32()));
    elements.into_vector(dims)
}

fn to_dense<E: Element>(vector: &Sparsevec<'_>, type_modifier: i32) -> DenseBuf<E> {
    let dims = vector.dims() as usize;
    check::check_dimensions::<E>(dims);
    check::check_type_modifier::<E>(type_modifier, dims);
    let mut result = DenseBuf::zeroed(dims);
    let components = result.as_mut_slice();
    for (index, value) in vector.elements() {
        match usize::try_from(index).ok().and_then(|index| components.get_mut(index)) {
            Some(component) if value.is_finite() => *component = check::narrow(value, index as usize + 1),
            Some(_) => damaged(format!("It has value {value}.")),
            None => damaged(format!("It has index {index} and {dims} dimensions.")),
        }
    }
    result
}

entry_points! {
    /// Checks the type modifier; the value stays as it is.
    fn sparsevec(vector: Sparsevec<'_>, type_modifier: i32, _explicit: bool) -> Unchanged {
        check_type_modifier(type_modifier, vector.dims());
        Unchanged(vector.into_datum())
    }

    fn vector_to_sparsevec(vector: Vector<'_>, type_modifier: i32, _explicit: bool) -> SparsevecBuf {
        from_dense(&vector, type_modifier)
    }

    fn sparsevec_to_vector(vector: Sparsevec<'_>, type_modifier: i32, _explicit: bool) -> VectorBuf {
        to_dense(&vector, type_modifier)
    }

    fn halfvec_to_sparsevec(vector: Halfvec<'_>, type_modifier: i32, _explicit: bool) -> SparsevecBuf {
        from_dense(&vector, type_modifier)
    }

    fn sparsevec_to_halfvec(vector: Sparsevec<'_>, type_modifier: i32, _explicit: bool) -> HalfvecBuf {
        to_dense(&vector, type_modifier)
    }

    /// One function for all element types, as the SQL functions of this name differ in nothing else.
    fn array_to_sparsevec(array: ArrayArg<'_>, type_modifier: i32, _explicit: bool) -> SparsevecBuf {
        array.check_components();
        let dims = check_dimensions(array.len());
        check_type_modifier(type_modifier, dims);
        let mut elements = Collected(Vec::new());
        array.for_each_float(|index, value| {
            if !value.is_finite() {
                let element = index + 1;
                let nan = value.is_nan();
                Report::from(if nan { SparseFault::Nan { element } } else { SparseFault::Infinite { element } }).raise();
            }
            elements.push(index, value);
        });
        elements.into_vector(dims)
    }
}
