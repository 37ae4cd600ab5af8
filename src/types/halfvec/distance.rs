//! The distances between two `halfvec`s.

use super::Halfvec;
use crate::types::dense::distance;
use crate::types::fast_call::distance_functions;

distance_functions! {
    Halfvec<'_> {
        halfvec_l2_distance = distance::l2;
        halfvec_l2_squared_distance = distance::l2_squared;
        halfvec_inner_product = distance::inner_product;
        halfvec_negative_inner_product = distance::negative_inner_product;
        halfvec_cosine_distance = distance::cosine;
        halfvec_spherical_distance = distance::spherical;
        halfvec_l1_distance = distance::l1;
    }
}
