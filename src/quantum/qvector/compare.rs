//! The order of states, for DISTINCT, GROUP BY and unique indexes: by the real and imaginary parts in turn, then by length. It
//! means nothing physically: states that differ by a global phase are different values.

use super::QVector;
use pgrx::pg_extern;
use std::cmp::Ordering;

fn compare(a: &QVector<'_>, b: &QVector<'_>) -> Ordering {
    let (a, b) = (a.interleaved(), b.interleaved());
    // Parts are finite and never −0, so that this is the order of the numbers; total_cmp orders damaged ones, too.
    a.iter()
        .zip(b)
        .map(|(x, y)| x.total_cmp(y))
        .find(|order| order.is_ne())
        .unwrap_or_else(|| a.len().cmp(&b.len()))
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn qvector_lt(a: QVector<'_>, b: QVector<'_>) -> bool {
    compare(&a, &b).is_lt()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn qvector_le(a: QVector<'_>, b: QVector<'_>) -> bool {
    compare(&a, &b).is_le()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn qvector_eq(a: QVector<'_>, b: QVector<'_>) -> bool {
    compare(&a, &b).is_eq()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn qvector_ne(a: QVector<'_>, b: QVector<'_>) -> bool {
    compare(&a, &b).is_ne()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn qvector_ge(a: QVector<'_>, b: QVector<'_>) -> bool {
    compare(&a, &b).is_ge()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn qvector_gt(a: QVector<'_>, b: QVector<'_>) -> bool {
    compare(&a, &b).is_gt()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn qvector_cmp(a: QVector<'_>, b: QVector<'_>) -> i32 {
    compare(&a, &b) as i32
}
