//! Every level against an `f64` sum, over lengths with every tail, unaligned slices and non-finite values.

use super::*;
use crate::Kernels;
use proptest::prelude::*;

/// A component nearest to a number.
trait Rounded: Component + std::fmt::Debug {
    fn of(x: f32) -> Self;
}

impl Rounded for f32 {
    fn of(x: f32) -> Self {
        x
    }
}

impl Rounded for u16 {
    fn of(x: f32) -> Self {
        crate::f32_to_f16(x)
    }
}

fn vectors() -> impl Strategy<Value = (Vec<f32>, Vec<f32>)> {
    prop::collection::vec((-10.0f32..10.0, -10.0f32..10.0), 0..=300).prop_map(|v| v.into_iter().unzip())
}

/// Of every finite half float, subnormal ones too.
fn halves() -> impl Strategy<Value = (Vec<u16>, Vec<u16>)> {
    let half = || (0u16..0x7c00, any::<bool>()).prop_map(|(bits, sign)| bits | u16::from(sign) << 15);
    prop::collection::vec((half(), half()), 0..=300).prop_map(|v| v.into_iter().unzip())
}

/// The exact sum of terms and the sum of their absolute values, which scales the error allowed.
fn exact(terms: impl Iterator<Item = f64>) -> (f64, f64) {
    terms.fold((0.0, 0.0), |(s, m), t| (s + t, m + t.abs()))
}

fn close(found: f32, (sum, magnitude): (f64, f64)) -> bool {
    (f64::from(found) - sum).abs() <= 1e-5 * magnitude + 1e-30
}

fn pairs<'a, C: Component>(a: &'a [C], b: &'a [C]) -> impl Iterator<Item = (f64, f64)> + 'a {
    a.iter().zip(b).map(|(x, y)| (f64::from(x.to_f32()), f64::from(y.to_f32())))
}

fn l2_terms<'a, C: Component>(a: &'a [C], b: &'a [C]) -> impl Iterator<Item = f64> + 'a {
    pairs(a, b).map(|(x, y)| (x - y).powi(2))
}

fn products<'a, C: Component>(a: &'a [C], b: &'a [C]) -> impl Iterator<Item = f64> + 'a {
    pairs(a, b).map(|(x, y)| x * y)
}

fn every_level_is_close<C: Component>(a: &[C], b: &[C]) -> Result<(), TestCaseError> {
    for level in Kernels::available() {
        let (k, level) = (C::distances(level), level.level);
        prop_assert!(close((k.l2_squared)(a, b), exact(l2_terms(a, b))), "l2 {level}");
        prop_assert!(close((k.inner_product)(a, b), exact(products(a, b))), "ip {level}");
        prop_assert!(close((k.l1)(a, b), exact(pairs(a, b).map(|(x, y)| (x - y).abs()))), "l1 {level}");
        let c = (k.cosine_terms)(a, b);
        prop_assert!(close(c.dot, exact(products(a, b))), "dot {level}");
        prop_assert!(close(c.norm_a_squared, exact(products(a, a))), "norm a {level}");
        prop_assert!(close(c.norm_b_squared, exact(products(b, b))), "norm b {level}");
    }
    Ok(())
}

fn what_is_not_finite_propagates<C: Rounded>(len: usize, at: usize) -> Result<(), TestCaseError> {
    let ones = vec![C::of(1.0); len];
    for level in Kernels::available() {
        let (k, level) = (C::distances(level), level.level);
        let mut a = ones.clone();
        a[at] = C::of(f32::NAN);
        prop_assert!((k.l2_squared)(&a, &ones).is_nan() && (k.l2_squared)(&ones, &a).is_nan(), "{level}");
        prop_assert!((k.inner_product)(&a, &ones).is_nan() && (k.l1)(&ones, &a).is_nan(), "{level}");
        let c = (k.cosine_terms)(&a, &ones);
        prop_assert!(c.dot.is_nan() && c.norm_a_squared.is_nan(), "{level}");
        prop_assert_eq!(c.norm_b_squared, len as f32);
        a[at] = C::of(f32::NEG_INFINITY);
        prop_assert_eq!((k.l2_squared)(&a, &ones), f32::INFINITY, "{}", level);
        prop_assert_eq!((k.l1)(&a, &ones), f32::INFINITY, "{}", level);
        prop_assert_eq!((k.inner_product)(&a, &ones), f32::NEG_INFINITY, "{}", level);
        // Infinity minus infinity has no distance.
        prop_assert!((k.l2_squared)(&a, &a).is_nan(), "{level}");
    }
    Ok(())
}

fn the_common_prefix_is_used<C: Component>(a: &[C], short: &[C]) -> Result<(), TestCaseError> {
    for level in Kernels::available() {
        let k = C::distances(level);
        prop_assert_eq!((k.l2_squared)(a, short), 0.0);
        prop_assert_eq!((k.l1)(short, a), 0.0);
        prop_assert!(close((k.inner_product)(a, short), exact(products(short, short))));
        let c = (k.cosine_terms)(short, a);
        prop_assert!(close(c.norm_b_squared, exact(products(short, short))));
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_level_is_close_to_the_exact_sum((a, b) in vectors(), skip in 0usize..4) {
        every_level_is_close(&a[skip.min(a.len())..], &b[skip.min(b.len())..])?;
    }

    #[test]
    fn every_level_is_close_to_the_exact_sum_of_halves((a, b) in halves(), skip in 0usize..4) {
        every_level_is_close(&a[skip.min(a.len())..], &b[skip.min(b.len())..])?;
    }

    #[test]
    fn rows_with_rows_are_one_by_one(
        dims in 0usize..70, n in 0usize..10, m in 0usize..10, short in 0usize..3, seed in any::<u64>(),
    ) {
        let mut state = seed;
        let mut random = || (crate::splitmix64(&mut state) >> 40) as f32 / (1u32 << 23) as f32 - 1.0;
        let a: Vec<f32> = (0..dims * n).map(|_| random()).collect();
        let b: Vec<f32> = (0..dims * m).map(|_| random()).collect();
        let a = &a[..a.len() - short.min(a.len())];
        let whole = a.len().checked_div(dims).unwrap_or(n);
        for k in Kernels::available() {
            let mut out = vec![f32::MAX; n * m];
            (k.inner_products)(a, &b, dims, &mut out);
            for i in 0..whole {
                for j in 0..m {
                    let (x, y) = (&a[i * dims..][..dims], &b[j * dims..][..dims]);
                    prop_assert!(close(out[i * m + j], exact(products(x, y))), "{} {i} {j}", k.level);
                }
            }
            prop_assert!(out[whole * m..].iter().all(|x| *x == f32::MAX), "{}", k.level);
        }
    }

    #[test]
    fn nan_and_infinity_propagate_from_every_place(len in 1usize..150, at in any::<prop::sample::Index>()) {
        what_is_not_finite_propagates::<f32>(len, at.index(len))?;
        what_is_not_finite_propagates::<u16>(len, at.index(len))?;
    }

    #[test]
    fn unequal_lengths_use_the_common_prefix((a, _) in vectors(), cut in any::<prop::sample::Index>()) {
        let cut = cut.index(a.len() + 1);
        the_common_prefix_is_used(&a, &a[..cut])?;
        let halves: Vec<u16> = a.iter().map(|x| u16::of(*x)).collect();
        the_common_prefix_is_used(&halves, &halves[..cut])?;
    }
}

#[test]
fn the_public_functions_use_the_active_level() {
    fn check<C: Rounded>() {
        let (a, b) = ([3.0, 0.0, -1.0].map(C::of), [1.0, 2.0, 0.5].map(C::of));
        assert_eq!(l2_squared(&a, &b), 10.25);
        assert_eq!(inner_product(&a, &b), 2.5);
        assert_eq!(l1(&a, &b), 5.5);
        assert_eq!(norm_squared(&a), 10.0);
        assert_eq!(
            cosine_terms(&a, &b),
            CosineTerms { dot: 2.5, norm_a_squared: 10.0, norm_b_squared: 5.25 }
        );
        assert_eq!(
            (l2_squared::<C>(&[], &[]), inner_product::<C>(&[], &[]), l1::<C>(&[], &[])),
            (0.0, 0.0, 0.0)
        );
    }
    check::<f32>();
    check::<u16>();
    let mut out = [0.0; 4];
    inner_products(&[1.0, -1.0, 0.0, 2.0], &[1.0, 2.0, 3.0, 5.0], 2, &mut out);
    assert_eq!(out, [-1.0, -2.0, 4.0, 10.0]);
}
