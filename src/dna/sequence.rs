//! A `dna` as a sequence of bases.

use super::{Dna, DnaBuf};
use crate::error::OrRaise;
use pgrx::pg_extern;

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_length(value: Dna<'_>) -> i32 {
    // A value has at most 256,000,000 bytes of four bases.
    helix::base_count(value.stored()).or_raise() as i32
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_gc_content(value: Dna<'_>) -> f64 {
    helix::gc_content(value.stored()).or_raise()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn dna_reverse_complement(value: Dna<'_>) -> DnaBuf {
    DnaBuf::from_stored(&helix::reverse_complement(value.stored()).or_raise())
}
