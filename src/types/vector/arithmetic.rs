//! Vectors made from vectors: component-wise arithmetic, concatenation, parts, normalisation.

use super::check::*;
use super::distance::norm;
use super::{Vector, VectorBuf};
use pgrx::pg_extern;

/// Applies `operation` to every pair of components; an infinite result is an overflow.
fn component_wise(a: &Vector<'_>, b: &Vector<'_>, operation: impl Fn(f32, f32) -> f32) -> VectorBuf {
    let (a, b) = (a.as_slice(), b.as_slice());
    check_same_dimensions(a, b);
    let mut result = VectorBuf::zeroed(a.len());
    for ((place, &x), &y) in result.as_mut_slice().iter_mut().zip(a).zip(b) {
        *place = operation(x, y);
    }
    check_overflow(&mut result);
    result
}

fn check_overflow(result: &mut VectorBuf) {
    if result.as_mut_slice().iter().any(|value| value.is_infinite()) {
        overflow().raise();
    }
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_add(a: Vector<'_>, b: Vector<'_>) -> VectorBuf {
    component_wise(&a, &b, |x, y| x + y)
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_sub(a: Vector<'_>, b: Vector<'_>) -> VectorBuf {
    component_wise(&a, &b, |x, y| x - y)
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_mul(a: Vector<'_>, b: Vector<'_>) -> VectorBuf {
    let mut result = component_wise(&a, &b, |x, y| x * y);
    let factors = a.as_slice().iter().zip(b.as_slice());
    if result.as_mut_slice().iter().zip(factors).any(|(&r, (&x, &y))| r == 0.0 && x != 0.0 && y != 0.0) {
        underflow().raise();
    }
    result
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_concat(a: Vector<'_>, b: Vector<'_>) -> VectorBuf {
    check_dimensions(a.dims() + b.dims());
    let mut result = VectorBuf::zeroed(a.dims() + b.dims());
    let (head, tail) = result.as_mut_slice().split_at_mut(a.dims());
    head.copy_from_slice(a.as_slice());
    tail.copy_from_slice(b.as_slice());
    result
}

/// `count` components from `start` (counted from 1), as far as they exist, like `substring`.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn subvector(vector: Vector<'_>, start: i32, count: i32) -> VectorBuf {
    let dims = vector.dims() as i64;
    let first = (i64::from(start) - 1).clamp(0, dims);
    let end = (i64::from(start) - 1 + i64::from(count.max(0))).clamp(first, dims);
    let part = &vector.as_slice()[first as usize..end as usize];
    check_dimensions(part.len());
    VectorBuf::from_slice(part)
}

/// A zero vector stays one.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn l2_normalize(vector: Vector<'_>) -> VectorBuf {
    let mut result = VectorBuf::zeroed(vector.dims());
    let norm = norm(vector.as_slice());
    if norm > 0.0 {
        for (place, &component) in result.as_mut_slice().iter_mut().zip(vector.as_slice()) {
            *place = (f64::from(component) / norm) as f32;
        }
        check_overflow(&mut result);
    }
    result
}
