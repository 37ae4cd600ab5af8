//! Distances between dense vectors and what they are made of. The sums are single precision, in the kernels' order.

use super::check::check_same_dimensions;
use super::{Dense, Element};
use kernels::CosineTerms;
use std::f64::consts::PI;

/// Checks the operands and applies a kernel to them.
#[inline]
fn measure<E: Element, R>(
    a: &Dense<'_, E>,
    b: &Dense<'_, E>,
    kernel: impl Fn(&[E::Lane], &[E::Lane]) -> R,
) -> R {
    let (a, b) = (a.as_slice(), b.as_slice());
    check_same_dimensions(a, b);
    kernel(E::lanes(a), E::lanes(b))
}

/// Euclidean distance.
pub fn l2<E: Element>(a: &Dense<'_, E>, b: &Dense<'_, E>) -> f64 {
    l2_squared(a, b).sqrt()
}

/// Squared Euclidean distance.
pub fn l2_squared<E: Element>(a: &Dense<'_, E>, b: &Dense<'_, E>) -> f64 {
    measure(a, b, kernels::l2_squared).into()
}

/// Inner product.
pub fn inner_product<E: Element>(a: &Dense<'_, E>, b: &Dense<'_, E>) -> f64 {
    measure(a, b, kernels::inner_product).into()
}

/// Cosine distance: NaN where a vector has no direction (or a sum overflows); rounding never leads out of 0 to 2.
pub fn cosine<E: Element>(a: &Dense<'_, E>, b: &Dense<'_, E>) -> f64 {
    let CosineTerms { dot, norm_a_squared, norm_b_squared } = measure(a, b, kernels::cosine_terms);
    let norms = (f64::from(norm_a_squared) * f64::from(norm_b_squared)).sqrt();
    1.0 - (f64::from(dot) / norms).clamp(-1.0, 1.0)
}

/// The angle between vectors of norm 1 as a part of π: unlike cosine distance it satisfies the triangle inequality.
pub fn spherical<E: Element>(a: &Dense<'_, E>, b: &Dense<'_, E>) -> f64 {
    inner_product(a, b).clamp(-1.0, 1.0).acos() / PI
}

/// Taxicab distance.
pub fn l1<E: Element>(a: &Dense<'_, E>, b: &Dense<'_, E>) -> f64 {
    measure(a, b, kernels::l1).into()
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
