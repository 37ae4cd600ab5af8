//! The true neighbours of some rows of a sample among all of its rows.
//!
//! Inner products of many rows with many others take a fraction of the time of as many distances one by one, but the distance that they
//! give, ‖x‖² − 2⟨q, x⟩, is rounded in proportion to the norms. So they choose, and what may be among the nearest in spite of the
//! rounding is compared anew, exactly.

use crate::metric::Metric;
use crate::quantizer::Quantizer;
use rayon::prelude::*;

/// How far two rows of the sample, by number, truly are from each other.
pub type Exact<'a> = dyn Fn(usize, usize) -> f32 + Sync + 'a;

/// Rows of the sample that are compared with some queries at a time: they stay in the cache.
const PORTION: usize = 128;

/// Bound of the rounding in units of ‖q‖² + ‖x‖²: eight times what is seen with 1,536 dimensions. (What it does not hold for costs a
/// neighbour its place to one as far away but for rounding.)
const ROUNDING: f32 = 1e-6;

/// A sample in which neighbours are looked for.
pub struct Neighbours<'a> {
    quantizer: &'a Quantizer,
    sample: &'a [f32],
    exact: Option<&'a Exact<'a>>,
    /// Squared norms of the rows; none where `exact` compares.
    norms: Vec<f32>,
}

impl<'a> Neighbours<'a> {
    /// A sample (rotated and centred, row-major); `exact` compares its rows where the codes' metric does not.
    pub fn new(
        quantizer: &'a Quantizer,
        sample: &'a [f32],
        exact: Option<&'a Exact<'a>>,
        pool: &rayon::ThreadPool,
    ) -> Self {
        let norms = match exact {
            Some(_) => Vec::new(),
            None => pool.install(|| {
                sample.par_chunks_exact(quantizer.padded_dims()).map(kernels::norm_squared).collect()
            }),
        };
        Self { quantizer, sample, exact, norms }
    }

    fn row(&self, i: usize) -> &'a [f32] {
        let padded = self.quantizer.padded_dims();
        &self.sample[i * padded..][..padded]
    }

    /// The numbers of the `most` nearest others of each of these rows, nearest first; fewer where there are not so many.
    pub fn of(&self, queries: &[usize], most: usize) -> Vec<Vec<u32>> {
        let scores = match self.exact {
            Some(exact) => {
                let rows = self.sample.len() / self.quantizer.padded_dims();
                let scores = |query: &usize| (0..rows).map(|i| (exact(*query, i), i as u32)).collect();
                queries.iter().map(scores).collect()
            }
            None => self.estimates(queries),
        };
        scores.into_iter().zip(queries).map(|(scores, query)| self.nearest(scores, *query, most)).collect()
    }

    /// For each query the scores of all rows, less what is the same for all of them, as inner products give them.
    fn estimates(&self, queries: &[usize]) -> Vec<Vec<(f32, u32)>> {
        let padded = self.quantizer.padded_dims();
        let inner = self.quantizer.metric() == Metric::InnerProduct;
        let mut against = Vec::with_capacity(queries.len() * padded);
        for query in queries {
            match inner {
                // ⟨q + m, x + m⟩ is ⟨q + m, x⟩ and what does not depend on x
                true => {
                    against.extend(self.row(*query).iter().zip(self.quantizer.mean()).map(|(q, m)| q + m))
                }
                false => against.extend_from_slice(self.row(*query)),
            }
        }
        let mut scores: Vec<Vec<(f32, u32)>> = vec![Vec::with_capacity(self.norms.len()); queries.len()];
        let mut products = Vec::new();
        for (portion, rows) in self.sample.chunks(PORTION * padded).enumerate() {
            let (first, count) = (portion * PORTION, rows.len() / padded);
            products.resize(queries.len() * count, 0.0);
            kernels::inner_products(&against, rows, padded, &mut products);
            for (scores, products) in scores.iter_mut().zip(products.chunks_exact(count)) {
                let rows = self.norms[first..].iter().zip(products).zip(first as u32..);
                scores.extend(rows.map(|((norm, product), i)| match inner {
                    true => (-product, i),
                    false => (norm - 2.0 * product, i),
                }));
            }
        }
        scores
    }

    /// The nearest by scores, made exact where they are estimates.
    fn nearest(&self, mut scores: Vec<(f32, u32)>, query: usize, most: usize) -> Vec<u32> {
        if let Some(own) = scores.iter().position(|(_, i)| *i as usize == query) {
            scores.swap_remove(own);
        }
        let most = most.min(scores.len());
        if most == 0 {
            return Vec::new();
        }
        let by_score = |a: &(f32, u32), b: &(f32, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        scores.select_nth_unstable_by(most - 1, by_score);
        if self.exact.is_none() {
            let rounding = |i: u32| ROUNDING * (self.norms[query] + self.norms[i as usize]);
            let farthest = scores[..most]
                .iter()
                .map(|(score, i)| score + rounding(*i))
                .fold(f32::NEG_INFINITY, f32::max);
            let mut seen = 0;
            scores.retain(|(score, i)| {
                seen += 1;
                seen <= most || score - rounding(*i) <= farthest
            });
            for (score, i) in &mut scores {
                *score = self.quantizer.score(self.row(query), self.row(*i as usize));
            }
            scores.select_nth_unstable_by(most - 1, by_score);
        }
        scores.truncate(most);
        scores.sort_unstable_by(by_score);
        scores.into_iter().map(|(_, i)| i).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool() -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap()
    }

    #[test]
    fn they_are_the_nearest_however_tight_the_clouds() {
        let (mut state, rows) = (3u64, 300);
        let mut number = || (kernels::splitmix64(&mut state) >> 40) as f32 / (1 << 23) as f32 - 1.0;
        let centres: Vec<f32> = (0..10 * 64).map(|_| number()).collect();
        for metric in [Metric::L2, Metric::InnerProduct] {
            for width in [1.0, 1e-3, 1e-6] {
                let quantizer = Quantizer::new(metric, 64, 1, (0..64).map(|i| i as f32 / 64.0).collect());
                let sample: Vec<f32> =
                    (0..rows * 64).map(|i| centres[i / 64 % 10 * 64 + i % 64] + width * number()).collect();
                let row = |i: usize| &sample[i * 64..][..64];
                let score = |a: usize, b: usize| quantizer.score(row(a), row(b));
                let (estimated, compared) = (
                    Neighbours::new(&quantizer, &sample, None, &pool()),
                    Neighbours::new(&quantizer, &sample, Some(&score), &pool()),
                );
                let queries = [0, 7, 131, 299];
                let found = estimated.of(&queries, 25);
                assert_eq!(found, compared.of(&queries, 25), "{metric:?} {width}");
                for (found, query) in found.iter().zip(queries) {
                    assert_eq!(found.len(), 25);
                    assert!(found.iter().all(|i| *i as usize != query));
                    let farthest = score(query, found[24] as usize);
                    let nearer = (0..rows).filter(|i| *i != query && score(query, *i) < farthest).count();
                    assert!(nearer <= 24, "{nearer} are nearer");
                }
            }
        }
    }

    #[test]
    fn there_are_no_more_than_there_are() {
        let quantizer = Quantizer::new(Metric::L2, 64, 1, Vec::new());
        let sample = [vec![0.0; 64], vec![1.0; 64], vec![0.5; 64]].concat();
        let neighbours = Neighbours::new(&quantizer, &sample, None, &pool());
        assert_eq!(neighbours.of(&[0, 1], 10), [vec![2, 1], vec![2, 0]]);
        assert_eq!(Neighbours::new(&quantizer, &sample[..64], None, &pool()).of(&[0], 10), [vec![]; 1]);
    }
}
