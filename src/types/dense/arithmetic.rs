//! Vectors made from vectors: component-wise arithmetic, concatenation, parts, normalisation.

use super::check::*;
use super::distance::norm;
use super::{Dense, DenseBuf, Element};

/// Applies `operation` to every pair of components and rounds once to the type's format (for sums and products of two
/// halves the detour over `f32` changes nothing); an infinite result is an overflow.
fn component_wise<E: Element>(
    a: &Dense<'_, E>,
    b: &Dense<'_, E>,
    operation: impl Fn(f32, f32) -> f32,
) -> DenseBuf<E> {
    let (a, b) = (a.as_slice(), b.as_slice());
    check_same_dimensions(a, b);
    let mut result = DenseBuf::zeroed(a.len());
    for ((place, x), y) in result.as_mut_slice().iter_mut().zip(a).zip(b) {
        *place = E::from_f32(operation(x.to_f32(), y.to_f32()));
    }
    check_overflow(&mut result);
    result
}

fn check_overflow<E: Element>(result: &mut DenseBuf<E>) {
    if result.as_mut_slice().iter().any(|component| component.to_f32().is_infinite()) {
        overflow().raise();
    }
}

/// `a + b`
pub fn add<E: Element>(a: &Dense<'_, E>, b: &Dense<'_, E>) -> DenseBuf<E> {
    component_wise(a, b, |x, y| x + y)
}

/// `a - b`
pub fn subtract<E: Element>(a: &Dense<'_, E>, b: &Dense<'_, E>) -> DenseBuf<E> {
    component_wise(a, b, |x, y| x - y)
}

/// `a * b`, component by component; a product of non-zero factors that becomes zero is an underflow.
pub fn multiply<E: Element>(a: &Dense<'_, E>, b: &Dense<'_, E>) -> DenseBuf<E> {
    let mut result = component_wise(a, b, |x, y| x * y);
    let zero = |component: &E| component.to_f32() == 0.0;
    let factors = a.as_slice().iter().zip(b.as_slice());
    if result
        .as_mut_slice()
        .iter()
        .zip(factors)
        .any(|(product, (x, y))| zero(product) && !zero(x) && !zero(y))
    {
        underflow().raise();
    }
    result
}

/// `a || b`
pub fn concatenate<E: Element>(a: &Dense<'_, E>, b: &Dense<'_, E>) -> DenseBuf<E> {
    check_dimensions::<E>(a.dims() + b.dims());
    let mut result = DenseBuf::zeroed(a.dims() + b.dims());
    let (head, tail) = result.as_mut_slice().split_at_mut(a.dims());
    head.copy_from_slice(a.as_slice());
    tail.copy_from_slice(b.as_slice());
    result
}

/// `count` components from `start` (counted from 1), as far as they exist, like `substring`.
pub fn part<E: Element>(vector: &Dense<'_, E>, start: i32, count: i32) -> DenseBuf<E> {
    let dims = vector.dims() as i64;
    let first = (i64::from(start) - 1).clamp(0, dims);
    let end = (i64::from(start) - 1 + i64::from(count.max(0))).clamp(first, dims);
    let part = &vector.as_slice()[first as usize..end as usize];
    check_dimensions::<E>(part.len());
    DenseBuf::from_slice(part)
}

/// The vector of the same direction and Euclidean norm 1; a zero vector stays one.
pub fn normalize<E: Element>(vector: &Dense<'_, E>) -> DenseBuf<E> {
    let mut result = DenseBuf::zeroed(vector.dims());
    let norm = norm(vector.as_slice());
    if norm > 0.0 {
        for (place, component) in result.as_mut_slice().iter_mut().zip(vector.as_slice()) {
            *place = E::from_f32((f64::from(component.to_f32()) / norm) as f32);
        }
        check_overflow(&mut result);
    }
    result
}
