//! From the neighbours in a sample to those in the data: how many of a query's k nearest rows need more than a given reach.
//!
//! The m-th nearest in a sample that is the fraction f of the data has a random rank J in the data, a sum of m geometric ones: m/f on average, but
//! now and then much more, and it is the far neighbours that need a long reach. Of the data's j nearest, let the j-th need more than
//! a reach t in T(j) of all queries. What a sample shows is E T(J), at as many depths m as it has neighbours. T is taken to grow as a power
//! of j, j^a, as numbers of lists and distances do; a comes from comparing the depths, and E Jᵃ = Γ(m + a) / (Γ(m) fᵃ). (500,000 × 128 grown from
//! empty, 1 row in 12: reaches of 180 to 190 for the first neighbour, 179 to 199 for the first two, 202 to 207 for four, where the ten
//! nearest in the data need 164 at the share of 0.9625.)

/// What the neighbours of a calibration need, at several depths, sorted.
pub struct Needs {
    depths: Vec<Depth>,
    fraction: f64,
}

/// The `nearest` neighbours of each query.
struct Depth {
    nearest: usize,
    /// Mean logarithm of their ranks in the data.
    log_rank: f64,
    /// What they need, of all queries, sorted.
    needs: Vec<f32>,
}

/// How much farther out a depth may lie (as a logarithm) until it counts half.
const NEAR: f64 = 1.0;

/// Rounds of finding the power.
const POWER_ROUNDS: usize = 3;

impl Needs {
    /// `queries` are what each query's neighbours need, nearest first, in a sample that is a fraction of the data.
    pub fn new(queries: &[Vec<f32>], fraction: f64) -> Self {
        let most = queries.iter().map(Vec::len).max().unwrap_or(0);
        let mut nearest: Vec<usize> =
            (0..usize::BITS).map(|i| 1 << i).take_while(|depth| *depth < most).collect();
        nearest.push(most.max(1));
        let depths = nearest.into_iter().map(|nearest| {
            let mut needs: Vec<f32> =
                queries.iter().flat_map(|needs| needs.iter().take(nearest)).copied().collect();
            needs.sort_unstable_by(f32::total_cmp);
            Depth { nearest, log_rank: log_rank(nearest, fraction), needs }
        });
        Self { depths: depths.collect(), fraction }
    }

    /// The least with which a share of the `k` nearest in the data is found.
    pub fn least(&self, recall: f64, k: usize) -> f32 {
        let all = match self.depths.last() {
            Some(depth) if !depth.needs.is_empty() => &depth.needs,
            _ => return 0.0,
        };
        let (mut low, mut high) = (0, all.len() - 1);
        while low < high {
            let middle = (low + high) / 2;
            if self.missed(all[middle], k) <= 1.0 - recall + 1e-9 { high = middle } else { low = middle + 1 }
        }
        all[low]
    }

    /// The share of the `k` nearest in the data that need more than `reach`.
    fn missed(&self, reach: f32, k: usize) -> f64 {
        let goal = log_rank(k, 1.0);
        // logarithms of ranks and of the shares missed, and what they weigh
        let points: Vec<(&Depth, f64, f64)> = self
            .depths
            .iter()
            .filter_map(|depth| {
                let more = depth.needs.len() - depth.needs.partition_point(|need| *need <= reach);
                let away = ((depth.log_rank - goal) / NEAR).powi(2);
                let weight = (more as f64).sqrt() / (1.0 + away * away);
                (more > 0).then(|| (depth, (more as f64 / depth.needs.len() as f64).ln(), weight))
            })
            .collect();
        if points.is_empty() {
            return 0.0;
        }
        let weights: f64 = points.iter().map(|point| point.2).sum();
        let mean = |of: &dyn Fn(&Depth, f64) -> f64| {
            points.iter().map(|(depth, missed, weight)| weight * of(depth, *missed)).sum::<f64>() / weights
        };
        let y = mean(&|_, missed| missed);
        let mut power = 0.0;
        for _ in 0..POWER_ROUNDS {
            // how far out a depth lies depends on the power
            let out = |depth: &Depth| match power {
                0.0 => depth.log_rank,
                power => mean_power(depth.nearest, self.fraction, power).ln() / power,
            };
            let x = mean(&|depth, _| out(depth));
            let variance = mean(&|depth, _| (out(depth) - x).powi(2));
            let covariance = mean(&|depth, missed| (out(depth) - x) * (missed - y));
            power = if variance > 0.0 { (covariance / variance).clamp(0.0, 1.0) } else { 0.0 };
        }
        let level = mean(&|depth, missed| missed - mean_power(depth.nearest, self.fraction, power).ln());
        level.exp() * mean_power(k, 1.0, power)
    }
}

/// The mean of ln j over the ranks j in the data of the `depth` nearest of a sample that is the fraction f of it. The m-th has about a
/// gamma-distributed rank, whose logarithm is ψ(m) − ln f on average; at f = 1 it is m.
fn log_rank(depth: usize, fraction: f64) -> f64 {
    let mut digamma = -0.577_215_664_901_532_9;
    let mut sum = 0.0;
    for m in 1..=depth {
        sum += (1.0 - fraction) * digamma + fraction * (m as f64).ln() - fraction.ln();
        digamma += 1.0 / m as f64;
    }
    sum / depth as f64
}

/// As [`log_rank`], the mean of j to a power from 0 to 1.
fn mean_power(depth: usize, fraction: f64, power: f64) -> f64 {
    // Γ(1 + a) (Abramowitz and Stegun 6.1.35), then Γ(depth + 1 + a) / Γ(depth), which is 1 + a times the sum of Γ(m + a) / Γ(m)
    let mut gamma = 1.0
        + power
            * (-0.574_864_6
                + power
                    * (0.951_236_3 + power * (-0.699_858_8 + power * (0.424_554_9 - 0.101_067_8 * power))));
    let last = depth as f64;
    for m in 1..=depth {
        gamma *= (m as f64 + power) / (m as f64 - 1.0).max(1.0);
    }
    let gammas = gamma / (1.0 + power);
    let powers = ((last + 0.5).powf(1.0 + power) - 0.5f64.powf(1.0 + power)) / (1.0 + power);
    ((1.0 - fraction) * gammas + fraction * powers) / (last * fraction.powf(power))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_of_a_sample_s_neighbours() {
        assert!((log_rank(10, 1.0) - (1..=10).map(|j| f64::from(j).ln()).sum::<f64>() / 10.0).abs() < 1e-12);
        // the powers 0 and 1 are known: 1, and m / f on average
        for (depth, fraction) in [(1, 0.1), (7, 0.03), (40, 0.5)] {
            assert!((mean_power(depth, fraction, 0.0) - 1.0).abs() < 1e-12);
            let mean = (depth as f64 + 1.0) / 2.0 / fraction;
            assert!((mean_power(depth, fraction, 1.0) / mean - 1.0).abs() < 1e-4);
        }
        assert!((mean_power(1, 1e-9, 0.5) / 1e9f64.sqrt() - std::f64::consts::PI.sqrt() / 2.0).abs() < 1e-4);
    }

    /// Where the shares missed follow a power of the rank, a sample tells them however small it is.
    #[test]
    fn a_sample_tells_what_the_nearest_in_the_data_need() {
        let mut state = 3;
        let mut random = || (kernels::splitmix64(&mut state) >> 11) as f64 / (1u64 << 53) as f64;
        for (fraction, most) in [(1.0, 40), (0.3, 20), (0.08, 8), (0.03, 4)] {
            // the j-th needs more than t with probability √j / t
            let queries: Vec<Vec<f32>> = (0..20_000)
                .map(|_| {
                    let mut rank = 0;
                    (0..most)
                        .map(|_| {
                            rank += 1;
                            while random() >= fraction {
                                rank += 1;
                            }
                            (f64::from(rank).sqrt() / (1.0 - random())) as f32
                        })
                        .collect()
                })
                .collect();
            let needs = Needs::new(&queries, fraction);
            let mean = (1..=10).map(|j| f64::from(j).sqrt()).sum::<f64>() / 10.0;
            for recall in [0.9, 0.95, 0.99] {
                let (found, true_one) = (f64::from(needs.least(recall, 10)), mean / (1.0 - recall));
                assert!((found / true_one - 1.0).abs() < 0.12, "{fraction}, {recall}: {found}, {true_one}");
            }
        }
    }

    #[test]
    fn nothing_seen_needs_nothing() {
        assert_eq!(Needs::new(&[], 0.5).least(0.9, 10), 0.0);
        assert_eq!(Needs::new(&[vec![2.0], vec![2.0]], 0.5).least(0.9, 10), 2.0);
    }
}
