//! The distances between two `vector`s.

use super::Vector;
use crate::types::dense::distance;
use crate::types::fast_call::distance_functions;

distance_functions! {
    Vector<'_> {
        l2_distance = distance::l2;
        vector_l2_squared_distance = distance::l2_squared;
        inner_product = distance::inner_product;
        vector_negative_inner_product = distance::negative_inner_product;
        cosine_distance = distance::cosine;
        vector_spherical_distance = distance::spherical;
        l1_distance = distance::l1;
    }
}
