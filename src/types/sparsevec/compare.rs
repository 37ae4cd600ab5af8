//! The order of sparse vectors: that of the dense vectors with the same components, component by component, then by the
//! number of dimensions.

use super::Sparsevec;
use crate::types::entry::entry_points;
use std::cmp::Ordering;

fn compare(a: &Sparsevec<'_>, b: &Sparsevec<'_>) -> Ordering {
    let (mut left, mut right) = (a.elements(), b.elements());
    loop {
        // The first component that differs is a value against another, or against the 0 that is not stored; or there is
        // none to compare with, because the other vector has ended.
        let zero = 0.0_f32;
        let order = match (left.next(), right.next()) {
            (None, None) => return a.dims().cmp(&b.dims()),
            (Some((i, x)), Some((j, y))) if i == j => x.partial_cmp(&y),
            (Some((i, x)), Some((j, _))) if i < j => x.partial_cmp(&zero),
            (Some(_), Some((_, y))) => zero.partial_cmp(&y),
            (Some((i, x)), None) if i < b.dims() => x.partial_cmp(&zero),
            (None, Some((j, y))) if j < a.dims() => zero.partial_cmp(&y),
            (Some(_), None) | (None, Some(_)) => return a.dims().cmp(&b.dims()),
        };
        // Values are finite, so they always compare.
        if let Some(order) = order.filter(|order| order.is_ne()) {
            return order;
        }
    }
}

entry_points! {
    fn sparsevec_lt(a: Sparsevec<'_>, b: Sparsevec<'_>) -> bool {
        compare(&a, &b).is_lt()
    }

    fn sparsevec_le(a: Sparsevec<'_>, b: Sparsevec<'_>) -> bool {
        compare(&a, &b).is_le()
    }

    fn sparsevec_eq(a: Sparsevec<'_>, b: Sparsevec<'_>) -> bool {
        compare(&a, &b).is_eq()
    }

    fn sparsevec_ne(a: Sparsevec<'_>, b: Sparsevec<'_>) -> bool {
        compare(&a, &b).is_ne()
    }

    fn sparsevec_ge(a: Sparsevec<'_>, b: Sparsevec<'_>) -> bool {
        compare(&a, &b).is_ge()
    }

    fn sparsevec_gt(a: Sparsevec<'_>, b: Sparsevec<'_>) -> bool {
        compare(&a, &b).is_gt()
    }

    fn sparsevec_cmp(a: Sparsevec<'_>, b: Sparsevec<'_>) -> i32 {
        compare(&a, &b) as i32
    }
}
