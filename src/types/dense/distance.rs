//! Distances between dense vectors of equal length and what they are made of. The sums are single precision, in the kernels' order.

use super::Element;
use kernels::{Component, CosineTerms};
use std::f64::consts::PI;

/// Euclidean distance.
#[inline]
pub fn l2<C: Component>(a: &[C], b: &[C]) -> f64 {
    l2_squared(a, b).sqrt()
}

/// Squared Euclidean distance.
#[inline]
pub fn l2_squared<C: Component>(a: &[C], b: &[C]) -> f64 {
    kernels::l2_squared(a, b).into()
}

/// Inner product.
#[inline]
pub fn inner_product<C: Component>(a: &[C], b: &[C]) -> f64 {
    kernels::inner_product(a, b).into()
}

/// Inner product with the opposite sign: the nearest come first in ascending order.
#[inline]
pub fn negative_inner_product<C: Component>(a: &[C], b: &[C]) -> f64 {
    -inner_product(a, b)
}

/// Cosine distance: NaN where a vector has no direction (or a sum overflows); rounding never leads out of 0 to 2.
#[inline]
pub fn cosine<C: Component>(a: &[C], b: &[C]) -> f64 {
    let CosineTerms { dot, norm_a_squared, norm_b_squared } = kernels::cosine_terms(a, b);
    let norms = (f64::from(norm_a_squared) * f64::from(norm_b_squared)).sqrt();
    1.0 - (f64::from(dot) / norms).clamp(-1.0, 1.0)
}

/// The angle between vectors of norm 1 as a part of π: unlike cosine distance it satisfies the triangle inequality.
#[inline]
pub fn spherical<C: Component>(a: &[C], b: &[C]) -> f64 {
    inner_product(a, b).clamp(-1.0, 1.0).acos() / PI
}

/// Taxicab distance.
#[inline]
pub fn l1<C: Component>(a: &[C], b: &[C]) -> f64 {
    kernels::l1(a, b).into()
}

/// The Euclidean norm, summed in double precision: unlike a distance it must not overflow for any vector.
pub fn norm<E: Element>(components: &[E]) -> f64 {
    // Eight independent sums, which the compiler turns into vector instructions.
    let mut sums = [0.0; 8];
    let add = |sum: &mut f64, component: f32| *sum += f64::from(component) * f64::from(component);
    E::blocks(components, |block| {
        let (eights, rest) = block.as_chunks::<8>();
        for eight in eights {
            for (sum, &component) in sums.iter_mut().zip(eight) {
                add(sum, component);
            }
        }
        for (sum, &component) in sums.iter_mut().zip(rest) {
            add(sum, component);
        }
    });
    sums.iter().sum::<f64>().sqrt()
}
