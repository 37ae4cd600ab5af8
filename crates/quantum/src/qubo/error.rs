//! What can be wrong with an optimisation problem.

use thiserror::Error;

/// Why a problem is none, or cannot be solved. Rows and columns count from 0 here.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum QuboError {
    /// No variables or too many.
    #[error("a problem cannot have {variables} variables")]
    Variables {
        /// The number asked for.
        variables: usize,
        /// The most there may be.
        limit: usize,
    },
    /// More quadratic terms than memory is set aside for.
    #[error("a problem cannot have more than {limit} quadratic terms")]
    TooManyTerms {
        /// The most there may be.
        limit: usize,
    },
    /// The matrix is not square.
    #[error("a {rows} by {columns} matrix is not square")]
    NotSquare {
        /// Its rows.
        rows: usize,
        /// Its columns.
        columns: usize,
    },
    /// NaN or infinity.
    #[error("the coefficient of variables {row} and {column} is not a finite number")]
    NotFinite {
        /// The row, or the first variable.
        row: usize,
        /// The column, or the second variable.
        column: usize,
    },
    /// The matrix differs from its transpose.
    #[error("the matrix is not symmetric")]
    Asymmetric {
        /// Row of the entry above the diagonal.
        row: usize,
        /// Its column.
        column: usize,
        /// The entry above the diagonal.
        above: f64,
        /// The entry below.
        below: f64,
    },
    /// The description of a problem is not understood.
    #[error("{problem}")]
    Description {
        /// What is wrong, as a clause.
        problem: String,
    },
    /// No assignment can meet the constraints.
    #[error("the constraints cannot be met: {why}")]
    Infeasible {
        /// Why not, as a clause.
        why: String,
    },
    /// No such solver.
    #[error("there is no backend \"{name}\"")]
    Backend {
        /// The name given.
        name: String,
    },
    /// Too many variables to try all assignments.
    #[error("the exact backend does not take {variables} variables")]
    TooManyForExact {
        /// How many there are.
        variables: usize,
        /// The most it takes.
        limit: usize,
    },
    /// A number of sweeps or reads out of range.
    #[error("{name} cannot be {value}")]
    Setting {
        /// Which setting.
        name: &'static str,
        /// Its value.
        value: u64,
        /// The most it may be.
        limit: u64,
    },
    /// The monitor cancelled.
    #[error("cancelled")]
    Cancelled,
}
