//! Distances between vectors and what they are made of. The sums are single precision, in the kernels' order.

use super::Vector;
use super::check::check_same_dimensions;
use pgrx::pg_extern;

/// Checks the operands and applies a kernel to them.
fn measure<R>(a: &Vector<'_>, b: &Vector<'_>, kernel: impl Fn(&[f32], &[f32]) -> R) -> R {
    let (a, b) = (a.as_slice(), b.as_slice());
    check_same_dimensions(a, b);
    kernel(a, b)
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn l2_distance(a: Vector<'_>, b: Vector<'_>) -> f64 {
    f64::from(measure(&a, &b, kernels::l2_squared)).sqrt()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_l2_squared_distance(a: Vector<'_>, b: Vector<'_>) -> f64 {
    measure(&a, &b, kernels::l2_squared).into()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn inner_product(a: Vector<'_>, b: Vector<'_>) -> f64 {
    measure(&a, &b, kernels::inner_product).into()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_negative_inner_product(a: Vector<'_>, b: Vector<'_>) -> f64 {
    (-measure(&a, &b, kernels::inner_product)).into()
}

/// NaN where a vector has no direction (or a sum overflows); rounding never leads out of 0 to 2.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn cosine_distance(a: Vector<'_>, b: Vector<'_>) -> f64 {
    let terms = measure(&a, &b, kernels::cosine_terms);
    let norms = (f64::from(terms.norm_a_squared) * f64::from(terms.norm_b_squared)).sqrt();
    1.0 - (f64::from(terms.dot) / norms).clamp(-1.0, 1.0)
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn l1_distance(a: Vector<'_>, b: Vector<'_>) -> f64 {
    measure(&a, &b, kernels::l1).into()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_dims(vector: Vector<'_>) -> i32 {
    vector.dims() as i32
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn vector_norm(vector: Vector<'_>) -> f64 {
    norm(vector.as_slice())
}

/// The Euclidean norm, summed in double precision: unlike a distance it must not overflow for any vector.
pub fn norm(components: &[f32]) -> f64 {
    // Eight independent sums, which the compiler turns into vector instructions.
    let mut sums = [0.0; 8];
    for chunk in components.chunks(8) {
        for (sum, &component) in sums.iter_mut().zip(chunk) {
            *sum += f64::from(component) * f64::from(component);
        }
    }
    sums.iter().sum::<f64>().sqrt()
}
