//! The order of dense vectors: component by component, then by length, as PostgreSQL orders arrays.

use super::{Dense, Element};
use std::cmp::Ordering;

/// How `a` stands to `b`.
pub fn compare<E: Element>(a: &Dense<'_, E>, b: &Dense<'_, E>) -> Ordering {
    let (a, b) = (a.as_slice(), b.as_slice());
    // Most lanes are equal, and comparing them is cheaper than comparing what they stand for. Components are finite, so
    // they always compare; -0 equals 0.
    let lanes = E::lanes(a).iter().zip(E::lanes(b));
    lanes
        .zip(a.iter().zip(b))
        .filter(|((x, y), _)| x != y)
        .find_map(|(_, (x, y))| x.to_f32().partial_cmp(&y.to_f32()).filter(|order| order.is_ne()))
        .unwrap_or_else(|| a.len().cmp(&b.len()))
}
