//! The distances between two `halfvec`s.

use super::Halfvec;
use crate::types::dense::distance;
use crate::types::entry::entry_points;

entry_points! {
    fn halfvec_l2_distance(a: Halfvec<'_>, b: Halfvec<'_>) -> f64 { distance::l2(&a, &b) }

    fn halfvec_l2_squared_distance(a: Halfvec<'_>, b: Halfvec<'_>) -> f64 { distance::l2_squared(&a, &b) }

    fn halfvec_inner_product(a: Halfvec<'_>, b: Halfvec<'_>) -> f64 { distance::inner_product(&a, &b) }

    fn halfvec_negative_inner_product(a: Halfvec<'_>, b: Halfvec<'_>) -> f64 { -distance::inner_product(&a, &b) }

    fn halfvec_cosine_distance(a: Halfvec<'_>, b: Halfvec<'_>) -> f64 { distance::cosine(&a, &b) }

    fn halfvec_spherical_distance(a: Halfvec<'_>, b: Halfvec<'_>) -> f64 { distance::spherical(&a, &b) }

    fn halfvec_l1_distance(a: Halfvec<'_>, b: Halfvec<'_>) -> f64 { distance::l1(&a, &b) }
}
