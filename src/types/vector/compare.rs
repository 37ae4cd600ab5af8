//! The order of vectors: component by component, then by length, as PostgreSQL orders arrays.

use super::Vector;
use pgrx::pg_extern;
use std::cmp::Ordering;

fn compare(a: &Vector<'_>, b: &Vector<'_>) -> Ordering {
    let (a, b) = (a.as_slice(), b.as_slice());
    // Components are finite, so they always compare; -0 equals 0.
    a.iter()
        .zip(b)
        .find_map(|(x, y)| x.partial_cmp(y).filter(|order| order.is_ne()))
        .unwrap_or_else(|| a.len().cmp(&b.len()))
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_lt(a: Vector<'_>, b: Vector<'_>) -> bool {
    compare(&a, &b).is_lt()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_le(a: Vector<'_>, b: Vector<'_>) -> bool {
    compare(&a, &b).is_le()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_eq(a: Vector<'_>, b: Vector<'_>) -> bool {
    compare(&a, &b).is_eq()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_ne(a: Vector<'_>, b: Vector<'_>) -> bool {
    compare(&a, &b).is_ne()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_ge(a: Vector<'_>, b: Vector<'_>) -> bool {
    compare(&a, &b).is_ge()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_gt(a: Vector<'_>, b: Vector<'_>) -> bool {
    compare(&a, &b).is_gt()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_cmp(a: Vector<'_>, b: Vector<'_>) -> i32 {
    compare(&a, &b) as i32
}
