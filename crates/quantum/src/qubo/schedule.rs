//! Temperatures from a problem's coefficients.

use super::Qubo;

/// The range of temperatures that matters for a problem.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    /// Nearly every flip is accepted.
    pub hot: f64,
    /// Nearly no flip that costs anything is.
    pub cold: f64,
}

impl Range {
    /// A random assignment's local fields have about the standard deviation σᵢ = ½√(Σⱼ wᵢⱼ²) around their mean. The hot end is the
    /// largest of them, with the mean field added; the cold end is a share of the typical smallest coefficient, within bounds
    /// relative to σ, as coefficients from a continuum have smallest ones that mean nothing.
    pub fn of(qubo: &Qubo) -> Self {
        let n = qubo.variables();
        let (mut hot, mut smallest, mut deviations) = (0.0f64, 0.0, 0.0);
        for i in 0..n {
            let (mut squares, mut mean) = (0.0, qubo.linear[i]);
            let mut least = if qubo.linear[i] == 0.0 { f64::INFINITY } else { qubo.linear[i].abs() };
            qubo.for_each_neighbour(i, |_, weight| {
                squares += weight * weight;
                mean += weight / 2.0;
                least = least.min(weight.abs());
            });
            let deviation = squares.sqrt() / 2.0;
            hot = hot.max(deviation + mean.abs() * 0.5);
            deviations += deviation + qubo.linear[i].abs() * 0.1;
            smallest += if least.is_finite() { least } else { 0.0 };
        }
        let (typical, smallest) = (deviations / n as f64, smallest / n as f64);
        let cold = (0.25 * smallest).clamp(0.02 * typical, 0.15 * typical);
        // A problem without coefficients has no scale; any temperature will do.
        if hot > 0.0 && cold > 0.0 { Self { hot: hot.max(cold), cold } } else { Self { hot: 1.0, cold: 1.0 } }
    }

    /// Temperature number `at` of `of`, from hot to cold in equal ratios.
    pub fn geometric(&self, at: usize, of: usize) -> f64 {
        let share = if of > 1 { at as f64 / (of - 1) as f64 } else { 1.0 };
        self.hot * libm::pow(self.cold / self.hot, share)
    }
}
