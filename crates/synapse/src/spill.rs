//! Second entries of rows near the border of their list (SOAR: Sun et al., "SOAR: Improved Indexing for Approximate Nearest Neighbor
//! Search", NeurIPS 2023).
//!
//! A row far from its centroid is missed by searches that come from another side. It gets a second entry, which is said to be *spilled*, in another list: not the second nearest, whose searches miss it in the same cases, but one in whose direction the
//! row's residual does not already point. With the residuals r of its list and r' of another that is the least ‖r'‖² + λ⟨r, r'⟩²/‖r‖², λ = 1.

use crate::centroids::{Centroids, RankScratch, in_memory};
use crate::stop::NO_LIST;
use rayon::prelude::*;

/// Lists looked at, the nearest by their codes.
const CANDIDATES: usize = 16;

/// A second list whose centroid is farther than the first by more than this factor (of squared distances) finds nobody the row.
const BORDER: f32 = 2.0;

/// The list of each row, and that of its second entry or [`NO_LIST`].
pub(crate) fn assign_pairs(
    centroids: &Centroids,
    rows: &[f32],
    padded: usize,
    pool: &rayon::ThreadPool,
) -> (Vec<u32>, Vec<u32>) {
    pool.install(|| {
        rows.par_chunks_exact(padded)
            .map_init(RankScratch::default, |scratch, x| {
                let Ok((home, second)) = centroids.pair_with(x, scratch, in_memory);
                (home, second.unwrap_or(NO_LIST))
            })
            .unzip()
    })
}

impl Centroids {
    /// The list whose centroid is nearest to a rotated vector, and that of its second entry, if one is worth having. `load` as for
    /// [`Centroids::row_with`].
    pub fn pair_with<E>(
        &self,
        x: &[f32],
        scratch: &mut RankScratch,
        mut load: impl FnMut(u32) -> Result<Box<[f32]>, E>,
    ) -> Result<(u32, Option<u32>), E> {
        let mut near = Vec::with_capacity(CANDIDATES);
        for list in self.near(x, CANDIDATES, scratch) {
            near.push((kernels::l2_squared(x, self.row_with(list, &mut load)?), list));
        }
        let Some(home) = near.iter().copied().min_by(order) else { return Ok((0, None)) };
        Ok((home.1, self.second(home, &near, load)?))
    }

    /// The list of the second entry of a row whose list is known; all centroids must be in memory.
    pub fn second_of(&self, x: &[f32], home: u32, scratch: &mut RankScratch) -> Option<u32> {
        let distance = |list: u32| (kernels::l2_squared(x, self.row(list)), list);
        let near: Vec<(f32, u32)> = self.near(x, CANDIDATES, scratch).into_iter().map(distance).collect();
        let Ok(second) = self.second(distance(home), &near, in_memory);
        second
    }

    /// Of some lists with their squared distances, the one for the second entry of a row.
    fn second<E>(
        &self,
        (square, home): (f32, u32),
        near: &[(f32, u32)],
        mut load: impl FnMut(u32) -> Result<Box<[f32]>, E>,
    ) -> Result<Option<u32>, E> {
        // on its centroid a row is far from every border
        if square <= 0.0 {
            return Ok(None);
        }
        let row = self.row_with(home, &mut load)?;
        let mut best: Option<(f32, u32)> = None;
        for &(distance, list) in near.iter().filter(|near| near.1 != home && near.0 <= BORDER * square) {
            let apart = kernels::l2_squared(row, self.row_with(list, &mut load)?);
            let product = 0.5 * (square + distance - apart);
            let loss = (distance + product * product / square, list);
            if best.is_none_or(|best| order(&loss, &best).is_lt()) {
                best = Some(loss);
            }
        }
        Ok(best.map(|(_, list)| list))
    }
}

fn order(a: &(f32, u32), b: &(f32, u32)) -> std::cmp::Ordering {
    a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Metric;
    use crate::quantizer::Quantizer;

    #[test]
    fn the_second_list_lies_in_another_direction() {
        let quantizer = Quantizer::new(Metric::L2, 64, 1, vec![0.0; 64]);
        let at = |places: &[(usize, f32)]| {
            let mut x = vec![0.0; 64];
            places.iter().for_each(|(i, value)| x[*i] = *value);
            x
        };
        // the row (1, 0.1): home at the origin; beyond it in the same direction from it, a little nearer than one to its side
        let lists = [at(&[]), at(&[(0, -0.05)]), at(&[(0, 0.9), (1, 1.2)]), at(&[(0, 9.0)])].concat();
        let centroids = Centroids::new(&quantizer, &lists);
        let mut scratch = RankScratch::default();
        let pair = |x: &[f32], scratch: &mut RankScratch| {
            let Ok(pair) = centroids.pair_with(x, scratch, in_memory);
            pair
        };
        let x = at(&[(0, 1.0), (1, 0.1)]);
        assert_eq!(pair(&x, &mut scratch), (0, Some(2)));
        assert_eq!(centroids.nearest(&x, &mut scratch), 0);
        assert_eq!(centroids.second_of(&x, 0, &mut scratch), Some(2));
        // equal to its centroid, and far from every other
        assert_eq!(pair(&at(&[(0, 9.0)]), &mut scratch), (3, None));
        assert_eq!(pair(&at(&[(0, 8.5)]), &mut scratch), (3, None));
    }
}
