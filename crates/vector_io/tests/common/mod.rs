//! What the tests of the sparse forms share.
#![allow(dead_code, reason = "no test uses all of it")]

use proptest::prelude::*;
use vector_io::{Sparse, SparseLimits};

/// PostgreSQL's limits of the type.
pub const LIMITS: SparseLimits = SparseLimits { dimensions: 1_000_000_000, elements: 16_000 };

/// The text form, printed with the shortest decimals.
pub fn print(sparse: &Sparse) -> String {
    let elements: Vec<String> = sparse
        .indices
        .iter()
        .zip(&sparse.values)
        .map(|(index, value)| format!("{}:{value:e}", index + 1))
        .collect();
    format!("{{{}}}/{}", elements.join(","), sparse.dims)
}

/// Panics unless the invariants of a vector that was read hold.
pub fn assert_sound(sparse: &Sparse, limits: SparseLimits) {
    assert!((1..=limits.dimensions).contains(&sparse.dims));
    assert_eq!(sparse.indices.len(), sparse.values.len());
    assert!(sparse.indices.len() <= limits.elements);
    assert!(sparse.indices.is_sorted_by(|a, b| a < b));
    assert!(sparse.indices.iter().all(|index| (0..sparse.dims).contains(index)));
    assert!(sparse.values.iter().all(|value| value.is_finite() && *value != 0.0));
}

/// Sparse vectors of every shape.
pub fn sparse() -> impl Strategy<Value = Sparse> {
    let value =
        any::<u32>().prop_map(f32::from_bits).prop_filter("an element", |v| v.is_finite() && *v != 0.0);
    (1..=LIMITS.dimensions, 0..40_i32).prop_flat_map(move |(large, small)| {
        // Dense ones as well as sparse ones.
        let dims = if small % 2 == 0 { large } else { small };
        prop::collection::btree_map(0..dims, value.clone(), 0..(dims.min(40) as usize)).prop_map(
            move |elements| {
                let (indices, values) = elements.into_iter().unzip();
                Sparse { dims, indices, values }
            },
        )
    })
}
