//! Lloyd's k-means on a sample, in parallel, the same result for the same seed and any number of threads.

use crate::centroids::{Centroids, RankScratch};
use crate::quantizer::Quantizer;
use kernels::splitmix64;
use rayon::prelude::*;

/// Rounds of assignment and update: more change recall by less than the noise of the sample.
pub const ITERATIONS: usize = 8;

/// Clusters the rows of `sample` (row-major, rotated) into at most `lists` centroids. `between` is called on
/// the calling thread after each round.
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
    let mut centroids = Centroids::new(quantizer, &start);

    let mut members = Members::of(&assign(&centroids, sample, padded, pool), lists);
    for iteration in 0..ITERATIONS {
        if iteration > 0 {
            let near = NEIGHBOURS[iteration.min(NEIGHBOURS.len()) - 1];
            members = Members::of(&reassign(&centroids, sample, &members, near, padded, pool), lists);
        }
        let mut updated = vec![0f32; lists * padded];
        pool.install(|| {
            updated.par_chunks_exact_mut(padded).enumerate().for_each(|(list, sum)| {
                // in order: sums then do not depend on the number of threads
                let members = members.of_list(list);
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
        let mut sizes: Vec<usize> = (0..lists).map(|list| members.of_list(list).len()).collect();
        for list in 0..lists {
            if sizes[list] == 0 {
                // one that took a member itself has none of its own to give
                let own = |l: &usize| !members.of_list(*l).is_empty();
                let fullest = (0..lists).filter(own).max_by_key(|l| sizes[*l]).unwrap_or(0);
                let span = members.of_list(fullest);
                let pick = span[(splitmix64(&mut state) % span.len() as u64) as usize];
                updated[list * padded..][..padded].copy_from_slice(row(pick as usize));
                sizes[fullest] -= sizes[fullest] / 2;
                sizes[list] = 1;
            }
        }
        centroids = Centroids::new(quantizer, &updated);
        between(iteration + 1, ITERATIONS);
    }
    centroids
}

/// The nearest list of each row.
pub fn assign(centroids: &Centroids, rows: &[f32], padded: usize, pool: &rayon::ThreadPool) -> Vec<u32> {
    pool.install(|| {
        rows.par_chunks_exact(padded)
            .map_init(RankScratch::default, |scratch, x| centroids.nearest(x, scratch))
            .collect()
    })
}

/// The rows of each list, in the order of the sample.
struct Members {
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Members {
    /// Given the list of each row.
    fn of(assigned: &[u32], lists: usize) -> Self {
        let mut starts = vec![0u32; lists + 1];
        for list in assigned {
            starts[*list as usize + 1] += 1;
        }
        for i in 0..lists {
            starts[i + 1] += starts[i];
        }
        let mut rows = vec![0u32; assigned.len()];
        let mut next = starts.clone();
        for (i, list) in assigned.iter().enumerate() {
            rows[next[*list as usize] as usize] = i as u32;
            next[*list as usize] += 1;
        }
        Self { starts, rows }
    }

    fn of_list(&self, list: usize) -> &[u32] {
        &self.rows[self.starts[list] as usize..self.starts[list + 1] as usize]
    }
}

/// Lists next to a list, itself among them, in the rounds after the first: centroids move less and less, and so do rows.
const NEIGHBOURS: [usize; 3] = [128, 128, 32];

/// Rows of a list that are compared with its neighbours at a time.
const TOGETHER: usize = 64;

/// The nearest list of each row among the `near` whose centroids are nearest to that of the list where it was.
fn reassign(
    centroids: &Centroids,
    sample: &[f32],
    members: &Members,
    near: usize,
    padded: usize,
    pool: &rayon::ThreadPool,
) -> Vec<u32> {
    let moved: Vec<Vec<u32>> = pool.install(|| {
        (0..centroids.len() as u32)
            .into_par_iter()
            .map_init(Mover::default, |mover, list| {
                let rows = members.of_list(list as usize);
                mover.nearest(
                    centroids,
                    list,
                    near,
                    padded,
                    rows.iter().map(|i| &sample[*i as usize * padded..][..padded]),
                )
            })
            .collect()
    });
    let mut assigned = vec![0; sample.len() / padded];
    for (list, moved) in moved.iter().enumerate() {
        for (row, to) in members.of_list(list).iter().zip(moved) {
            assigned[*row as usize] = *to;
        }
    }
    assigned
}

/// Compares rows of a list with the lists next to it.
#[derive(Default)]
struct Mover {
    scratch: RankScratch,
    /// Centroids next to the list, and rows of it, less its own centroid: what rounding does then goes with the distances that are compared.
    steps: Vec<f32>,
    residuals: Vec<f32>,
    squares: Vec<f32>,
    products: Vec<f32>,
}

impl Mover {
    /// For each row of a list the nearest of that and those next to it.
    fn nearest<'a>(
        &mut self,
        centroids: &Centroids,
        list: u32,
        near: usize,
        padded: usize,
        mut rows: impl ExactSizeIterator<Item = &'a [f32]>,
    ) -> Vec<u32> {
        let mut moved = Vec::with_capacity(rows.len());
        if rows.len() == 0 {
            return moved;
        }
        let own = centroids.row(list);
        let less_own = |x: &[f32], to: &mut Vec<f32>| to.extend(x.iter().zip(own).map(|(x, own)| x - own));
        let mut others = centroids.near(own, near, &mut self.scratch);
        others.retain(|other| *other != list);
        self.steps.clear();
        others.iter().for_each(|other| less_own(centroids.row(*other), &mut self.steps));
        self.squares.clear();
        self.squares.extend(self.steps.chunks_exact(padded).map(kernels::norm_squared));
        while rows.len() > 0 {
            self.residuals.clear();
            let together = rows.len().min(TOGETHER);
            rows.by_ref().take(together).for_each(|x| less_own(x, &mut self.residuals));
            self.products.resize(together * others.len(), 0.0);
            kernels::inner_products(&self.residuals, &self.steps, padded, &mut self.products);
            for row in 0..together {
                let products = &self.products[row * others.len()..][..others.len()];
                // ‖r − y‖² − ‖r‖²
                let mut best = (0.0, list);
                for ((other, square), product) in others.iter().zip(&self.squares).zip(products) {
                    let farther = square - 2.0 * product;
                    if farther < best.0 {
                        best = (farther, *other);
                    }
                }
                moved.push(best.1);
            }
        }
        moved
    }
}

/// Rounds of the division in two.
const HALVING_ITERATIONS: usize = 6;

/// A side smaller than this share of the rows is no half.
const LEAST_SHARE: f64 = 0.15;

/// Rows divided in two by 2-means, or, where that would leave nearly all on one side (equal rows, outliers), in the middle of
/// the same direction.
pub struct Halves {
    /// The two centres that decide, and the mean of each side.
    centres: [Vec<f32>; 2],
    means: [Vec<f32>; 2],
    /// What the difference of the squared distances to the centres is compared with.
    cut: f32,
    /// Rows dealt out: one that lies exactly between goes to the smaller side.
    dealt: [usize; 2],
}

impl Halves {
    /// Divides rows (row-major).
    pub fn of(sample: &[f32], padded: usize, seed: u64) -> Self {
        let rows = sample.len() / padded;
        let row = |i: usize| &sample[i * padded..][..padded];
        let mut state = seed;
        let start = (splitmix64(&mut state) % rows.max(1) as u64) as usize;
        let farthest = |from: usize| {
            let distance = |i: &usize| kernels::l2_squared(row(from), row(*i));
            (0..rows).max_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(from)
        };
        let first = farthest(start);
        let centres = [row(first).to_vec(), row(farthest(first)).to_vec()];
        let mut halves = Self { means: centres.clone(), centres, cut: 0.0, dealt: [0; 2] };
        for iteration in 0..=HALVING_ITERATIONS {
            if iteration == HALVING_ITERATIONS {
                let smaller = halves.dealt[0].min(halves.dealt[1]);
                if (smaller as f64) < LEAST_SHARE * rows as f64 {
                    let mut differences: Vec<f32> = (0..rows).map(|i| halves.difference(row(i))).collect();
                    differences.sort_unstable_by(f32::total_cmp);
                    halves.cut = differences[rows / 2];
                }
            } else if iteration > 0 {
                halves.centres = halves.means.clone();
            }
            halves.dealt = [0; 2];
            let mut sums = [vec![0f64; padded], vec![0f64; padded]];
            for i in 0..rows {
                let side = halves.side(row(i));
                sums[side].iter_mut().zip(row(i)).for_each(|(s, x)| *s += f64::from(*x));
            }
            for (side, sum) in sums.iter().enumerate() {
                let count = halves.dealt[side];
                if count > 0 {
                    halves.means[side] = sum.iter().map(|s| (s / count as f64) as f32).collect();
                }
            }
        }
        halves.dealt = [0; 2];
        halves
    }

    fn difference(&self, x: &[f32]) -> f32 {
        kernels::l2_squared(x, &self.centres[0]) - kernels::l2_squared(x, &self.centres[1])
    }

    /// The side of a row, 0 or 1.
    pub fn side(&mut self, x: &[f32]) -> usize {
        let difference = self.difference(x);
        let side = match difference.total_cmp(&self.cut) {
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Greater => 1,
            std::cmp::Ordering::Equal => usize::from(self.dealt[1] < self.dealt[0]),
        };
        self.dealt[side] += 1;
        side
    }

    /// The means of both sides, row-major.
    pub fn centroids(&self) -> Vec<f32> {
        self.means.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_follow_the_data_and_equal_rows_are_shared_out() {
        let around = |centre: f32| (0..40).map(move |i| centre + (i % 7) as f32 / 10.0);
        let rows: Vec<f32> = around(0.0).chain(around(5.0)).flat_map(|x| vec![x; 64]).collect();
        let mut halves = Halves::of(&rows, 64, 1);
        let sides: Vec<usize> = rows.chunks_exact(64).map(|x| halves.side(x)).collect();
        assert!(sides[..40].iter().all(|s| *s == sides[0]) && sides[40..].iter().all(|s| *s != sides[0]));

        let equal = vec![1.5f32; 64 * 101];
        let mut halves = Halves::of(&equal, 64, 1);
        equal.chunks_exact(64).for_each(|x| {
            halves.side(x);
        });
        assert_eq!(halves.dealt, [51, 50]);

        // one far away, the others nearly equal
        let mut rows: Vec<f32> = (0..100).flat_map(|i| vec![i as f32 * 1e-3; 64]).collect();
        rows.extend([1000.0; 64]);
        let mut halves = Halves::of(&rows, 64, 1);
        rows.chunks_exact(64).for_each(|x| {
            halves.side(x);
        });
        assert!(halves.dealt[0].min(halves.dealt[1]) >= 20, "{:?}", halves.dealt);
    }
}
