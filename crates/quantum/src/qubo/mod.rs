//! Quadratic unconstrained binary optimisation: minimise E(x) = c + Σ lᵢ·xᵢ + Σ_{i<j} wᵢⱼ·xᵢ·xⱼ over x ∈ {0,1}ⁿ.
//!
//! Every solver works on the same local fields ([`Walk`]): the energy of every single flip is known, and a flip updates the
//! fields of the neighbours only.

mod anneal;
mod error;
mod exact;
mod problem;
mod quantum_anneal;
mod schedule;
mod solve;
mod tabu;
mod tempering;
mod tour;
mod walk;

pub use error::QuboError;
pub use problem::{Answer, Problem};
pub use solve::{Backend, Settings, Solution, solve, solve_problem};
pub use walk::Walk;

/// The most variables of a problem.
pub const MAX_VARIABLES: usize = 20_000;

/// The most variables whose weights are stored as a full matrix: 8 · n² bytes.
const MAX_DENSE: usize = 6_000;

/// The most quadratic terms, counted before equal ones are added up: 16 bytes each, and 32 once more for those that differ.
pub const MAX_TERMS: usize = 20_000_000;

/// The weights between variables, in the form that a flip reads fastest.
#[derive(Debug, Clone, PartialEq)]
enum Weights {
    /// Row by row, symmetric, the diagonal 0.
    Dense(Vec<f64>),
    /// For each variable its neighbours and their weights: those of i stand at starts[i]..starts[i + 1].
    Sparse { starts: Vec<u32>, neighbours: Vec<(u32, f64)> },
}

/// A problem: constant, linear and quadratic terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Qubo {
    offset: f64,
    linear: Vec<f64>,
    weights: Weights,
}

/// The terms of a problem under construction; equal ones add up.
#[derive(Debug, Clone)]
pub struct Terms {
    offset: f64,
    linear: Vec<f64>,
    pairs: Vec<(u32, u32, f64)>,
    too_many: bool,
}

impl Terms {
    /// No terms of `variables` variables.
    ///
    /// # Errors
    /// [`QuboError::Variables`].
    pub fn new(variables: usize) -> Result<Self, QuboError> {
        if !(1..=MAX_VARIABLES).contains(&variables) {
            return Err(QuboError::Variables { variables, limit: MAX_VARIABLES });
        }
        Ok(Self { offset: 0.0, linear: vec![0.0; variables], pairs: Vec::new(), too_many: false })
    }

    /// Adds a constant.
    pub fn constant(&mut self, value: f64) {
        self.offset += value;
    }

    /// Adds value · xᵢ.
    pub fn linear(&mut self, i: usize, value: f64) {
        self.linear[i] += value;
    }

    /// Adds value · xᵢ · xⱼ; with i = j that is value · xᵢ.
    pub fn pair(&mut self, i: usize, j: usize, value: f64) {
        if self.pairs.len() >= MAX_TERMS {
            self.too_many = true;
            return;
        }
        match i.cmp(&j) {
            std::cmp::Ordering::Equal => self.linear[i] += value,
            std::cmp::Ordering::Less => self.pairs.push((i as u32, j as u32, value)),
            std::cmp::Ordering::Greater => self.pairs.push((j as u32, i as u32, value)),
        }
    }

    /// Adds weight · (Σ xᵢ − 1)²: exactly one of the variables shall be 1.
    pub fn exactly_one(&mut self, variables: &[usize], weight: f64) {
        self.constant(weight);
        for (at, &i) in variables.iter().enumerate() {
            self.linear(i, -weight);
            for &j in &variables[..at] {
                self.pair(i, j, 2.0 * weight);
            }
        }
    }

    /// The problem with these terms.
    ///
    /// # Errors
    /// [`QuboError::NotFinite`] if a sum of terms is, [`QuboError::TooManyTerms`].
    pub fn build(mut self) -> Result<Qubo, QuboError> {
        if self.too_many {
            return Err(QuboError::TooManyTerms { limit: MAX_TERMS });
        }
        let n = self.linear.len();
        // A stable sort: equal terms are added in the order in which they came.
        self.pairs.sort_by_key(|&(i, j, _)| (i, j));
        let mut pairs: Vec<(u32, u32, f64)> = Vec::with_capacity(self.pairs.len());
        for (i, j, value) in self.pairs {
            match pairs.last_mut() {
                Some(last) if (last.0, last.1) == (i, j) => last.2 += value,
                _ => pairs.push((i, j, value)),
            }
        }
        pairs.retain(|&(_, _, value)| value != 0.0);
        if let Some(&(row, column, _)) = pairs.iter().find(|(_, _, value)| !value.is_finite()) {
            return Err(QuboError::NotFinite { row: row as usize, column: column as usize });
        }
        if let Some(i) = self.linear.iter().position(|value| !value.is_finite()) {
            return Err(QuboError::NotFinite { row: i, column: i });
        }
        // Reading a row of a matrix is four times as fast a term as following neighbours.
        let weights = if n <= MAX_DENSE && pairs.len() * 2 >= n * n / 4 {
            let mut matrix = vec![0.0; n * n];
            for (i, j, value) in pairs {
                let (i, j) = (i as usize, j as usize);
                matrix[i * n + j] = value;
                matrix[j * n + i] = value;
            }
            Weights::Dense(matrix)
        } else {
            let mut starts = vec![0u32; n + 1];
            for &(i, j, _) in &pairs {
                starts[i as usize + 1] += 1;
                starts[j as usize + 1] += 1;
            }
            for i in 0..n {
                starts[i + 1] += starts[i];
            }
            let mut next = starts.clone();
            let mut neighbours = vec![(0, 0.0); 2 * pairs.len()];
            for (i, j, value) in pairs {
                for (from, to) in [(i, j), (j, i)] {
                    let place = &mut next[from as usize];
                    neighbours[*place as usize] = (to, value);
                    *place += 1;
                }
            }
            Weights::Sparse { starts, neighbours }
        };
        Ok(Qubo { offset: self.offset, linear: self.linear, weights })
    }
}

impl Qubo {
    /// The problem E(x) = xᵀQx of a matrix, row by row.
    ///
    /// # Errors
    /// [`QuboError::NotSquare`], [`QuboError::Variables`], [`QuboError::NotFinite`], [`QuboError::Asymmetric`] (beyond rounding:
    /// a relative difference of 10⁻⁹).
    pub fn from_matrix(rows: usize, columns: usize, matrix: &[f64]) -> Result<Self, QuboError> {
        if rows != columns || matrix.len() != rows * columns {
            return Err(QuboError::NotSquare { rows, columns });
        }
        let mut terms = Terms::new(rows)?;
        if let Some(at) = matrix.iter().position(|value| !value.is_finite()) {
            return Err(QuboError::NotFinite { row: at / columns, column: at % columns });
        }
        for row in 0..rows {
            for column in 0..row {
                let (below, above) = (matrix[row * columns + column], matrix[column * columns + row]);
                if (below - above).abs() > 1e-9 * below.abs().max(above.abs()) {
                    return Err(QuboError::Asymmetric { row: column, column: row, above, below });
                }
                terms.pair(column, row, below + above);
            }
            terms.linear(row, matrix[row * columns + row]);
        }
        terms.build()
    }

    /// The symmetric matrix Q, row by row, and the constant c of E(x) = c + xᵀQx.
    pub fn to_matrix(&self) -> (Vec<f64>, f64) {
        let n = self.variables();
        let mut matrix = vec![0.0; n * n];
        for i in 0..n {
            matrix[i * n + i] = self.linear[i];
            self.for_each_neighbour(i, |j, weight| matrix[i * n + j] = weight / 2.0);
        }
        (matrix, self.offset)
    }

    /// The same energies of spins s = 2x − 1: fields h, couplings J above the diagonal by row and column, and the constant.
    pub fn to_ising(&self) -> (Vec<f64>, Vec<(usize, usize, f64)>, f64) {
        let mut fields: Vec<f64> = self.linear.iter().map(|value| value / 2.0).collect();
        let mut offset = self.offset + fields.iter().sum::<f64>();
        let mut couplings = Vec::new();
        for (i, field) in fields.iter_mut().enumerate() {
            self.for_each_neighbour(i, |j, weight| {
                *field += weight / 4.0;
                if i < j {
                    offset += weight / 4.0;
                    couplings.push((i, j, weight / 4.0));
                }
            });
        }
        (fields, couplings, offset)
    }

    /// Number of variables.
    pub fn variables(&self) -> usize {
        self.linear.len()
    }

    /// E(x), summed anew in a fixed order.
    pub fn energy(&self, x: &[bool]) -> f64 {
        let mut energy = self.offset;
        for i in (0..x.len()).filter(|&i| x[i]) {
            energy += self.linear[i];
            self.for_each_neighbour(i, |j, weight| {
                if j < i && x[j] {
                    energy += weight;
                }
            });
        }
        energy
    }

    fn for_each_neighbour(&self, i: usize, mut take: impl FnMut(usize, f64)) {
        match &self.weights {
            Weights::Dense(matrix) => {
                let n = self.variables();
                for (j, &weight) in matrix[i * n..(i + 1) * n].iter().enumerate() {
                    if weight != 0.0 {
                        take(j, weight);
                    }
                }
            }
            Weights::Sparse { starts, neighbours } => {
                for &(j, weight) in &neighbours[starts[i] as usize..starts[i + 1] as usize] {
                    take(j as usize, weight);
                }
            }
        }
    }
}
