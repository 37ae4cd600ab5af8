//! Maximal marginal relevance: rows that are near and differ among themselves.
//!
//! After J. Carbonell and J. Goldstein, The use of MMR, diversity-based reranking for reordering documents and producing summaries
//! (SIGIR 1998), with distances in the place of similarities: next comes the candidate with the smallest w · (distance from the query) −
//! (1 − w) · (distance from the nearest one chosen so far). The nearest candidate comes first, so an exact match is never lost.

/// The order in which `wanted` of the candidates are chosen. `from_query` holds their distances from the query, nearest first;
/// `between` gives the distance of two. `weight` is that of nearness, from 0 to 1: at 1 the order stays. The time is the number of
/// candidates times `wanted`.
pub fn diverse_order(
    from_query: &[f64],
    between: impl Fn(usize, usize) -> f64,
    wanted: usize,
    weight: f64,
) -> Vec<usize> {
    let mut apart = vec![f64::INFINITY; from_query.len()];
    let mut chosen: Vec<usize> = Vec::new();
    let mut left: Vec<usize> = (0..from_query.len()).collect();
    while chosen.len() < wanted && !left.is_empty() {
        let cost = |&i: &usize| match chosen.is_empty() {
            true => from_query[i],
            false => weight * from_query[i] - (1.0 - weight) * apart[i],
        };
        // The first of equals; a distance that is no number is the farthest.
        let best = match chosen.is_empty() {
            true => 0,
            false => (0..left.len()).min_by(|&a, &b| cost(&left[a]).total_cmp(&cost(&left[b]))).unwrap_or(0),
        };
        let next = left.remove(best);
        for &other in &left {
            let distance = between(next, other);
            if distance < apart[other] {
                apart[other] = distance;
            }
        }
        chosen.push(next);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn order(points: &[f64], wanted: usize, weight: f64) -> Vec<usize> {
        let from_query: Vec<f64> = points.iter().map(|x| x.abs()).collect();
        diverse_order(&from_query, |a, b| (points[a] - points[b]).abs(), wanted, weight)
    }

    #[test]
    fn another_cluster_is_reached() {
        // Four points in a heap around the query at 0, two more on the other side.
        let points = [0.0, 0.1, 0.2, 0.3, -2.0, -2.1];
        assert_eq!(order(&points, 3, 1.0), [0, 1, 2]);
        assert_eq!(order(&points, 3, 0.4), [0, 5, 3]);
    }

    proptest! {
        #[test]
        fn each_candidate_once_and_the_nearest_first(
            mut points in proptest::collection::vec(-10.0..10.0f64, 0..30),
            wanted in 0usize..40,
            weight in 0.0..=1.0f64,
        ) {
            points.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
            let found = order(&points, wanted, weight);
            prop_assert_eq!(found.len(), wanted.min(points.len()));
            prop_assert!(found.first().is_none_or(|&first| first == 0));
            let mut sorted = found.clone();
            sorted.sort_unstable();
            sorted.dedup();
            prop_assert_eq!(sorted.len(), found.len());
            if weight == 1.0 {
                prop_assert!(found.is_sorted());
            }
        }
    }
}
