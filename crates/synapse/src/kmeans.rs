//! Lloyd's k-means on a sample, in parallel, the same result for the same seed and any number of threads.

use crate::centroids::{Centroids, RankScratch};
use crate::quantizer::Quantizer;
use kernels::splitmix64;
use rayon::prelude::*;

/// Rounds of assignment and update: more change recall by less than the noise of the sample.
pub const ITERATIONS: usize = 8;

/// Clusters the rows of `sample` (row-major, rotated) into at most `lists` centroids. `between` is called on the
/// calling thread after each round.
pub fn cluster(
    quantizer: &Quantizer,
    sample: &[f32],
    lists: usize,
    seed: u64,
    pool: &rayon::ThreadPool,
    between: &mut dyn FnMut(usize, usize),
) -> Centroids {
    let padded = quantizer.padded_dims();
    let rows = sample.len() / padded;
    let row = |i: usize| &sample[i * padded..][..padded];
    let mut state = seed;

    // distinct random rows to begin with
    let mut order: Vec<u32> = (0..rows as u32).collect();
    let lists = lists.min(rows);
    let mut start = Vec::with_capacity(lists * padded);
    for i in 0..lists {
        let j = i + (splitmix64(&mut state) % (rows - i) as u64) as usize;
        order.swap(i, j);
        start.extend_from_slice(row(order[i] as usize));
    }
    let mut centroids = Centroids::new(quantizer, start);

    for iteration in 0..ITERATIONS {
        let assigned: Vec<u32> = pool.install(|| {
            sample
                .par_chunks_exact(padded)
                .map_init(RankScratch::default, |scratch, x| centroids.nearest(x, scratch))
                .collect()
        });
        // members of each list, in order: sums then do not depend on the number of threads
        let mut starts = vec![0u32; lists + 1];
        for list in &assigned {
            starts[*list as usize + 1] += 1;
        }
        for i in 0..lists {
            starts[i + 1] += starts[i];
        }
        let mut members = vec![0u32; rows];
        let mut next = starts.clone();
        for (i, list) in assigned.iter().enumerate() {
            members[next[*list as usize] as usize] = i as u32;
            next[*list as usize] += 1;
        }
        let mut updated = vec![0f32; lists * padded];
        pool.install(|| {
            updated.par_chunks_exact_mut(padded).enumerate().for_each(|(list, sum)| {
                let members = &members[starts[list] as usize..starts[list + 1] as usize];
                for i in members {
                    for (s, x) in sum.iter_mut().zip(row(*i as usize)) {
                        *s += x;
                    }
                }
                let scale = 1.0 / members.len().max(1) as f32;
                sum.iter_mut().for_each(|s| *s *= scale);
            });
        });
        // an empty list takes a member of the fullest one, so that no list is wasted
        let mut sizes: Vec<u32> = starts.windows(2).map(|w| w[1] - w[0]).collect();
        for list in 0..lists {
            if sizes[list] == 0 {
                // one that took a member itself has none of its own to give
                let own = |l: &usize| starts[*l + 1] > starts[*l];
                let fullest = (0..lists).filter(own).max_by_key(|l| sizes[*l]).unwrap_or(0);
                let span = &members[starts[fullest] as usize..starts[fullest + 1] as usize];
                let pick = span[(splitmix64(&mut state) % span.len() as u64) as usize];
                updated[list * padded..][..padded].copy_from_slice(row(pick as usize));
                sizes[fullest] -= sizes[fullest] / 2;
                sizes[list] = 1;
            }
        }
        centroids = Centroids::new(quantizer, updated);
        between(iteration + 1, ITERATIONS);
    }
    centroids
}
