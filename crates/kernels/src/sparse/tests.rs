//! Every level against a sum over a dense copy, index by index: bit-equal.

use super::*;
use crate::Kernels;
use proptest::prelude::*;
use std::collections::BTreeMap;

type Stored = (Vec<i32>, Vec<f32>);

/// Up to `len` components at indices below `limit`: the nearer the two, the more indices two vectors share.
fn vector(len: usize, limit: i32) -> impl Strategy<Value = Stored> {
    prop::collection::btree_map(0..limit, -10.0f32..10.0, 0..=len)
        .prop_map(|stored| stored.into_iter().unzip())
}

fn pair() -> impl Strategy<Value = (Stored, Stored)> {
    prop_oneof![
        (vector(120, 150), vector(120, 150)),
        (vector(120, 3000), vector(120, 3000)),
        (vector(10, 1000), vector(400, 1000)),
        (vector(300, i32::MAX), vector(5, i32::MAX)),
    ]
}

fn sparse((indices, values): &Stored) -> Sparse<'_> {
    Sparse::new(indices, values)
}

/// The sum in index order of the terms of what is stored; an absent value is `None`.
fn expected(a: &Stored, b: &Stored, term: impl Fn(Option<f32>, Option<f32>) -> Option<f32>) -> f32 {
    let mut all: BTreeMap<i32, (Option<f32>, Option<f32>)> = BTreeMap::new();
    for (at, x) in a.0.iter().zip(&a.1) {
        all.entry(*at).or_default().0 = Some(*x);
    }
    for (at, y) in b.0.iter().zip(&b.1) {
        all.entry(*at).or_default().1 = Some(*y);
    }
    all.into_values().filter_map(|(x, y)| term(x, y)).fold(0.0, |sum, term| sum + term)
}

fn product(x: Option<f32>, y: Option<f32>) -> Option<f32> {
    Some(x? * y?)
}

proptest! {
    #[test]
    fn every_level_is_the_sum_in_index_order((a, b) in pair()) {
        let difference = |x: Option<f32>, y: Option<f32>| x.unwrap_or(0.0) - y.unwrap_or(0.0);
        let square = |x, y| Some(difference(x, y) * difference(x, y));
        let magnitude = |x, y| Some(difference(x, y).abs());
        for (a, b) in [(&a, &b), (&b, &a), (&a, &a)] {
            let (x, y) = (sparse(a), sparse(b));
            prop_assert_eq!(l2_squared(x, y).to_bits(), expected(a, b, square).to_bits());
            prop_assert_eq!(l1(x, y).to_bits(), expected(a, b, magnitude).to_bits());
            for k in Kernels::available() {
                prop_assert_eq!(
                    (k.sparse_inner_product)(x, y).to_bits(), expected(a, b, product).to_bits(), "{}", k.level
                );
            }
            let terms = cosine_terms(x, y);
            prop_assert_eq!(terms.dot, inner_product(x, y));
            prop_assert_eq!(terms.norm_a_squared, norm_squared(&a.1));
            prop_assert_eq!(terms.norm_b_squared, norm_squared(&b.1));
        }
    }

    #[test]
    fn what_has_no_partner_is_no_factor(a in vector(100, 200), at in any::<prop::sample::Index>(), infinite in any::<bool>()) {
        // All of `a` but one index, whose value there is not finite: 0 · infinity must not be added.
        prop_assume!(!a.0.is_empty());
        let (mut b, at) = (a.clone(), at.index(a.0.len()));
        b.0.remove(at);
        b.1.remove(at);
        let finite = expected(&a, &b, product);
        let mut a = a;
        a.1[at] = if infinite { f32::INFINITY } else { f32::NAN };
        for k in Kernels::available() {
            prop_assert_eq!((k.sparse_inner_product)(sparse(&a), sparse(&b)).to_bits(), finite.to_bits(), "{}", k.level);
            prop_assert!(!(k.sparse_inner_product)(sparse(&a), sparse(&a)).is_finite(), "{}", k.level);
        }
        prop_assert!(!l2_squared(sparse(&a), sparse(&b)).is_finite() && !l1(sparse(&b), sparse(&a)).is_finite());
    }

    /// Indices out of order mean nothing, but nothing is read out of bounds and every loop ends.
    #[test]
    fn any_indices_are_survived(
        a in prop::collection::vec((-3i32..40, -1.0f32..1.0), 0..100),
        b in prop::collection::vec((-3i32..40, -1.0f32..1.0), 0..100),
    ) {
        let (a, b): (Stored, Stored) = (a.into_iter().unzip(), b.into_iter().unzip());
        let (x, y) = (sparse(&a), sparse(&b));
        prop_assert!(l2_squared(x, y).is_finite() && l1(x, y).is_finite());
        for k in Kernels::available() {
            prop_assert!((k.sparse_inner_product)(x, y).is_finite(), "{}", k.level);
        }
    }
}

#[test]
fn known_answers() {
    // [1, 0, 2, 0, 3] and [0, 4, 5, 0, -1]
    let a = Sparse::new(&[0, 2, 4], &[1.0, 2.0, 3.0]);
    let b = Sparse::new(&[1, 2, 4], &[4.0, 5.0, -1.0]);
    assert_eq!(l2_squared(a, b), 1.0 + 16.0 + 9.0 + 16.0);
    assert_eq!(l1(a, b), 1.0 + 4.0 + 3.0 + 4.0);
    assert_eq!(inner_product(a, b), 7.0);
    assert_eq!(cosine_terms(a, b), CosineTerms { dot: 7.0, norm_a_squared: 14.0, norm_b_squared: 42.0 });
    let zero = Sparse::new(&[], &[]);
    assert_eq!(l2_squared(a, zero), 14.0);
    assert_eq!(l2_squared(zero, b), 42.0);
    assert_eq!((l1(zero, zero), inner_product(zero, b)), (0.0, 0.0));
}
