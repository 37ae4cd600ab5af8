//! The distances between two `vector`s.

use super::Vector;
use crate::types::dense::distance;
use crate::types::entry::entry_points;

entry_points! {
    fn l2_distance(a: Vector<'_>, b: Vector<'_>) -> f64 { distance::l2(&a, &b) }

    fn vector_l2_squared_distance(a: Vector<'_>, b: Vector<'_>) -> f64 { distance::l2_squared(&a, &b) }

    fn inner_product(a: Vector<'_>, b: Vector<'_>) -> f64 { distance::inner_product(&a, &b) }

    fn vector_negative_inner_product(a: Vector<'_>, b: Vector<'_>) -> f64 { -distance::inner_product(&a, &b) }

    fn cosine_distance(a: Vector<'_>, b: Vector<'_>) -> f64 { distance::cosine(&a, &b) }

    fn vector_spherical_distance(a: Vector<'_>, b: Vector<'_>) -> f64 { distance::spherical(&a, &b) }

    fn l1_distance(a: Vector<'_>, b: Vector<'_>) -> f64 { distance::l1(&a, &b) }
}
