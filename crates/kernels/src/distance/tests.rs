//! Every level against an `f64` sum, over lengths with every tail, unaligned slices and non-finite values.

use super::*;
use crate::Kernels;
use proptest::prelude::*;

fn vectors() -> impl Strategy<Value = (Vec<f32>, Vec<f32>)> {
    prop::collection::vec((-10.0f32..10.0, -10.0f32..10.0), 0..=300).prop_map(|v| v.into_iter().unzip())
}

/// The exact sum of terms and the sum of their absolute values, which scales the error allowed.
fn exact(terms: impl Iterator<Item = f64>) -> (f64, f64) {
    terms.fold((0.0, 0.0), |(s, m), t| (s + t, m + t.abs()))
}

fn close(found: f32, (sum, magnitude): (f64, f64)) -> bool {
    (f64::from(found) - sum).abs() <= 1e-5 * magnitude + 1e-30
}

fn l2_terms<'a>(a: &'a [f32], b: &'a [f32]) -> impl Iterator<Item = f64> + 'a {
    a.iter().zip(b).map(|(x, y)| (f64::from(*x) - f64::from(*y)).powi(2))
}

fn products<'a>(a: &'a [f32], b: &'a [f32]) -> impl Iterator<Item = f64> + 'a {
    a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y))
}

proptest! {
    #[test]
    fn every_level_is_close_to_the_exact_sum((a, b) in vectors(), skip in 0usize..4) {
        let (a, b) = (&a[skip.min(a.len())..], &b[skip.min(b.len())..]);
        for k in Kernels::available() {
            prop_assert!(close((k.l2_squared)(a, b), exact(l2_terms(a, b))), "l2 {}", k.level);
            prop_assert!(close((k.inner_product)(a, b), exact(products(a, b))), "ip {}", k.level);
            let l1 = exact(a.iter().zip(b).map(|(x, y)| (f64::from(*x) - f64::from(*y)).abs()));
            prop_assert!(close((k.l1)(a, b), l1), "l1 {}", k.level);
            let c = (k.cosine_terms)(a, b);
            prop_assert!(close(c.dot, exact(products(a, b))), "dot {}", k.level);
            prop_assert!(close(c.norm_a_squared, exact(products(a, a))), "norm a {}", k.level);
            prop_assert!(close(c.norm_b_squared, exact(products(b, b))), "norm b {}", k.level);
        }
    }

    #[test]
    fn many_is_one_by_one(dims in 0usize..70, n in 0usize..30, short in 0usize..3, seed in any::<u64>()) {
        let mut state = seed;
        let mut random = || (crate::splitmix64(&mut state) >> 40) as f32 / (1u32 << 23) as f32 - 1.0;
        let query: Vec<f32> = (0..dims).map(|_| random()).collect();
        let rows: Vec<f32> = (0..dims * n).map(|_| random()).collect();
        let rows = &rows[..rows.len() - short.min(rows.len())];
        let whole = rows.len().checked_div(dims).unwrap_or(n);
        for k in Kernels::available() {
            let (mut l2, mut ip) = (vec![f32::MAX; n], vec![f32::MAX; n]);
            (k.l2_squared_many)(&query, rows, &mut l2);
            (k.inner_product_many)(&query, rows, &mut ip);
            for i in 0..whole {
                let row = &rows[i * dims..(i + 1) * dims];
                prop_assert!(close(l2[i], exact(l2_terms(&query, row))), "l2 {} row {i}", k.level);
                prop_assert!(close(ip[i], exact(products(&query, row))), "ip {} row {i}", k.level);
            }
            prop_assert!(l2[whole..].iter().chain(&ip[whole..]).all(|x| *x == f32::MAX), "{}", k.level);
        }
    }

    #[test]
    fn nan_and_infinity_propagate_from_every_place(len in 1usize..150, at in any::<prop::sample::Index>()) {
        let at = at.index(len);
        let ones = vec![1.0f32; len];
        for k in Kernels::available() {
            let mut a = ones.clone();
            a[at] = f32::NAN;
            prop_assert!((k.l2_squared)(&a, &ones).is_nan() && (k.l2_squared)(&ones, &a).is_nan(), "{}", k.level);
            prop_assert!((k.inner_product)(&a, &ones).is_nan() && (k.l1)(&ones, &a).is_nan(), "{}", k.level);
            let c = (k.cosine_terms)(&a, &ones);
            prop_assert!(c.dot.is_nan() && c.norm_a_squared.is_nan(), "{}", k.level);
            prop_assert_eq!(c.norm_b_squared, len as f32);
            a[at] = f32::NEG_INFINITY;
            prop_assert_eq!((k.l2_squared)(&a, &ones), f32::INFINITY, "{}", k.level);
            prop_assert_eq!((k.l1)(&a, &ones), f32::INFINITY, "{}", k.level);
            prop_assert_eq!((k.inner_product)(&a, &ones), f32::NEG_INFINITY, "{}", k.level);
            // Infinity minus infinity has no distance.
            prop_assert!((k.l2_squared)(&a, &a).is_nan(), "{}", k.level);
        }
    }

    #[test]
    fn unequal_lengths_use_the_common_prefix((a, _) in vectors(), cut in any::<prop::sample::Index>()) {
        let short = &a[..cut.index(a.len() + 1)];
        for k in Kernels::available() {
            prop_assert_eq!((k.l2_squared)(&a, short), 0.0);
            prop_assert_eq!((k.l1)(short, &a), 0.0);
            prop_assert!(close((k.inner_product)(&a, short), exact(products(short, short))));
            let c = (k.cosine_terms)(short, &a);
            prop_assert!(close(c.norm_b_squared, exact(products(short, short))));
        }
    }
}

#[test]
fn the_public_functions_use_the_active_level() {
    let (a, b) = ([3.0, 0.0, -1.0], [1.0, 2.0, 0.5]);
    assert_eq!(l2_squared(&a, &b), 10.25);
    assert_eq!(inner_product(&a, &b), 2.5);
    assert_eq!(l1(&a, &b), 5.5);
    assert_eq!(norm_squared(&a), 10.0);
    assert_eq!(cosine_terms(&a, &b), CosineTerms { dot: 2.5, norm_a_squared: 10.0, norm_b_squared: 5.25 });
    let mut out = [0.0; 2];
    l2_squared_many(&[0.0, 0.0], &[1.0, 2.0, 3.0, 4.0], &mut out);
    assert_eq!(out, [5.0, 25.0]);
    inner_product_many(&[1.0, -1.0], &[1.0, 2.0, 3.0, 5.0], &mut out);
    assert_eq!(out, [-1.0, -2.0]);
}
