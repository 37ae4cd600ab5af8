//! Sparse vectors made from sparse vectors.

use super::distance::norm;
use super::{Sparsevec, SparsevecBuf};
use crate::types::entry::entry_points;

entry_points! {
    /// A zero vector stays one. Elements too small beside the others to be told from 0 are dropped.
    fn sparsevec_l2_normalize(vector: Sparsevec<'_>) -> SparsevecBuf {
        let norm = norm(&vector);
        // No element is larger than the norm, so that nothing overflows; a norm of 0 has no elements.
        let scaled = vector.elements().map(|(index, value)| (index, (f64::from(value) / norm) as f32));
        let elements: Vec<(i32, f32)> = scaled.filter(|&(_, value)| value != 0.0).collect();
        SparsevecBuf::new(vector.dims(), elements.into_iter())
    }
}
