//! The order of `dna` values: literals first, A < T < G < C, then encoded values in the order of their stored bytes.
//! Equality is that of the bytes, hence the server's own hash of them serves the hash operator class.

use super::Dna;
use pgrx::pg_extern;
use std::cmp::Ordering;

fn compare(a: &Dna<'_>, b: &Dna<'_>) -> Ordering {
    helix::compare(a.stored(), b.stored())
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_lt(a: Dna<'_>, b: Dna<'_>) -> bool {
    compare(&a, &b).is_lt()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_le(a: Dna<'_>, b: Dna<'_>) -> bool {
    compare(&a, &b).is_le()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_eq(a: Dna<'_>, b: Dna<'_>) -> bool {
    a.stored() == b.stored()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_ne(a: Dna<'_>, b: Dna<'_>) -> bool {
    a.stored() != b.stored()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_ge(a: Dna<'_>, b: Dna<'_>) -> bool {
    compare(&a, &b).is_ge()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_gt(a: Dna<'_>, b: Dna<'_>) -> bool {
    compare(&a, &b).is_gt()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_cmp(a: Dna<'_>, b: Dna<'_>) -> i32 {
    compare(&a, &b) as i32
}
