//! Polynomials of zero-one variables, and their minimisation as a matrix (QUBO: quadratic unconstrained binary optimisation).

use std::collections::BTreeMap;

/// The most variables of a matrix, those that stand for a constraint's slack included.
const MAX_VARIABLES: usize = 512;

/// A polynomial of degree two at most. A variable is its own square, because it is 0 or 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Polynomial {
    /// The constant term.
    pub constant: f64,
    /// The coefficient of each product of two variables, the smaller number first; of a single variable where both are the same.
    pub terms: BTreeMap<(usize, usize), f64>,
}

/// What a linear polynomial is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Not above 0.
    AtMost,
    /// 0.
    Equal,
}

/// A linear polynomial and what it is to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// Linear: no products of two variables.
    pub sum: Polynomial,
    /// What it is to be.
    pub bound: Bound,
}

impl Polynomial {
    /// Adds a product of variables.
    pub fn add(&mut self, variables: Option<(usize, usize)>, coefficient: f64) {
        match variables {
            None => self.constant += coefficient,
            Some((i, j)) => *self.terms.entry((i.min(j), i.max(j))).or_default() += coefficient,
        }
    }

    /// Adds a multiple of another polynomial.
    pub fn add_multiple(&mut self, other: &Self, factor: f64) {
        self.constant += factor * other.constant;
        for (&(i, j), coefficient) in &other.terms {
            self.add(Some((i, j)), factor * coefficient);
        }
    }

    /// Whether it has no products of two variables.
    pub fn is_linear(&self) -> bool {
        self.terms.keys().all(|(i, j)| i == j)
    }

    fn add_square(&mut self, linear: &Self, factor: f64) {
        self.constant += factor * linear.constant * linear.constant;
        let terms: Vec<(usize, f64)> = linear.terms.iter().map(|(&(i, _), &a)| (i, a)).collect();
        for (index, &(i, a)) in terms.iter().enumerate() {
            self.add(Some((i, i)), factor * (a * a + 2.0 * a * linear.constant));
            for &(j, b) in &terms[index + 1..] {
                self.add(Some((i, j)), factor * 2.0 * a * b);
            }
        }
    }
}

/// Why there is no matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuboError {
    /// A slack of whole numbers needs whole coefficients.
    #[error("the numbers of a constraint must be whole")]
    Fraction,
    /// No assignment satisfies a constraint.
    #[error("a constraint cannot be met")]
    Infeasible,
    /// More than [`MAX_VARIABLES`].
    #[error("the problem has too many variables")]
    TooLarge,
}

/// The symmetric matrix Q such that the minimum of xᵀQx over zeros and ones is at a minimum of `objective` under the constraints. The
/// first `variables` entries of x are the variables; the others are the binary digits of the constraints' slack.
///
/// A broken constraint costs more than the objective can gain, so where all can be met, the minimum meets them.
///
/// # Errors
/// [`QuboError`].
pub fn matrix(
    variables: usize,
    objective: &Polynomial,
    constraints: &[Constraint],
) -> Result<Vec<Vec<f64>>, QuboError> {
    let penalty = 1.0 + objective.terms.values().map(|coefficient| coefficient.abs()).sum::<f64>();
    let (mut total, mut count) = (objective.clone(), variables);
    for Constraint { sum, bound } in constraints {
        let mut sum = sum.clone();
        if sum.constant.fract() != 0.0 || sum.terms.values().any(|coefficient| coefficient.fract() != 0.0) {
            return Err(QuboError::Fraction);
        }
        let lowest = sum.constant + sum.terms.values().map(|coefficient| coefficient.min(0.0)).sum::<f64>();
        let highest = sum.constant + sum.terms.values().map(|coefficient| coefficient.max(0.0)).sum::<f64>();
        if lowest > 0.0 || *bound == Bound::Equal && highest < 0.0 {
            return Err(QuboError::Infeasible);
        }
        if *bound == Bound::AtMost {
            if highest <= 0.0 {
                continue;
            }
            // Digits 1, 2, 4, …, and what is left, reach every number up to the slack and none above.
            let (mut left, mut digit) = (-lowest, 1.0);
            while left > 0.0 {
                if count >= MAX_VARIABLES {
                    return Err(QuboError::TooLarge);
                }
                let worth = f64::min(digit, left);
                sum.add(Some((count, count)), worth);
                count += 1;
                left -= worth;
                digit *= 2.0;
            }
        }
        total.add_square(&sum, penalty);
    }
    if count > MAX_VARIABLES {
        return Err(QuboError::TooLarge);
    }
    let mut matrix = vec![vec![0.0; count]; count];
    for (&(i, j), &coefficient) in &total.terms {
        let part = if i == j { coefficient } else { coefficient / 2.0 };
        matrix[i][j] = part;
        matrix[j][i] = part;
    }
    Ok(matrix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(polynomial: &Polynomial, x: &[bool]) -> f64 {
        let products = polynomial.terms.iter().map(|(&(i, j), c)| if x[i] && x[j] { *c } else { 0.0 });
        polynomial.constant + products.sum::<f64>()
    }

    fn energy(matrix: &[Vec<f64>], x: &[bool]) -> f64 {
        let row = |i: usize| (0..x.len()).map(|j| if x[i] && x[j] { matrix[i][j] } else { 0.0 }).sum::<f64>();
        (0..x.len()).map(row).sum()
    }

    fn assignments(count: usize) -> impl Iterator<Item = Vec<bool>> {
        (0..1usize << count).map(move |bits| (0..count).map(|i| bits >> i & 1 == 1).collect())
    }

    fn polynomial(linear_only: bool) -> impl Strategy<Value = Polynomial> {
        prop::collection::vec((0usize..3, 0usize..3, -4i32..5), 1..6).prop_map(move |terms| {
            let mut sum = Polynomial::default();
            for (i, j, c) in terms {
                sum.add(Some((i, if linear_only { i } else { j })), f64::from(c));
            }
            sum
        })
    }

    proptest! {
        /// By trying every assignment: the minimum of the matrix meets the constraints and is the minimum among those that do.
        #[test]
        fn minimum_is_that_of_the_problem(
            objective in polynomial(false), mut sum in polynomial(true), constant in -4i32..5, equal: bool,
        ) {
            sum.constant = f64::from(constant);
            let bound = if equal { Bound::Equal } else { Bound::AtMost };
            let meets = |x: &[bool]| if equal { value(&sum, x) == 0.0 } else { value(&sum, x) <= 0.0 };
            let best = assignments(3).filter(|x| meets(x)).map(|x| value(&objective, &x)).min_by(f64::total_cmp);
            let constraint = Constraint { sum: sum.clone(), bound };
            match (matrix(3, &objective, &[constraint]), best) {
                (Ok(matrix), Some(best)) => {
                    let found = assignments(matrix.len()).min_by(|a, b| energy(&matrix, a).total_cmp(&energy(&matrix, b)));
                    let found = found.unwrap_or_default();
                    prop_assert!(meets(&found[..3]));
                    prop_assert_eq!(value(&objective, &found[..3]), best);
                }
                (Err(error), best) => prop_assert!(error == QuboError::Infeasible && best.is_none()),
                (Ok(_), None) => prop_assert!(equal, "an inequality that no assignment meets is seen"),
            }
        }
    }

    #[test]
    fn limits() {
        let mut sum = Polynomial::default();
        sum.add(Some((0, 0)), 0.5);
        let constraint = |sum: &Polynomial| [Constraint { sum: sum.clone(), bound: Bound::AtMost }];
        assert_eq!(matrix(1, &sum, &constraint(&sum)), Err(QuboError::Fraction));
        assert_eq!(matrix(513, &sum, &[]), Err(QuboError::TooLarge));
        sum.constant = 1.0;
        sum.terms.clear();
        assert_eq!(matrix(1, &sum, &constraint(&sum)), Err(QuboError::Infeasible));
    }
}
