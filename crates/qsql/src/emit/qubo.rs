//! OPTIMIZE QUBO to a call of a solver.

use super::call::{arguments, missing};
use super::{Piece, Writer};
use crate::ast::{FromRelation, Optimize, Problem};
use crate::error::{ErrorKind, QsqlError};
use crate::name::{literal, quoted};
use crate::qubo::{Bound, Constraint, Polynomial, QuboError, matrix};
use crate::resolve;

/// A function takes at most 100 arguments.
const MAX_PAIRS: usize = 50;

impl Writer<'_> {
    /// `SELECT assignment, objective, feasible FROM qstore.solve_qubo(matrix, …)`.
    pub(super) fn optimize(&self, optimize: &Optimize) -> Result<Vec<Piece>, QsqlError> {
        let at = optimize.span.start;
        let (head, tail) = match &optimize.problem {
            Problem::Polynomial { variables, maximize, objective, constraints } => {
                self.need("OPTIMIZE QUBO", &["solve_qubo"], at)?;
                polynomial(variables, *maximize, objective, constraints, at)?
            }
            Problem::MaxCut { edges } => {
                self.need("OPTIMIZE QUBO GRAPH", &["solve_problem", "max_cut"], at)?;
                (self.max_cut(edges)?, String::new())
            }
        };
        let mut pieces = vec![Piece::Text(head, at)];
        arguments(&optimize.options, true, at, &mut pieces);
        pieces.push(Piece::Text(format!("){tail}"), at));
        Ok(pieces)
    }

    fn need(&self, statement: &str, functions: &[&str], at: usize) -> Result<(), QsqlError> {
        for function in functions {
            let exists = self.catalog.has_function(function);
            if !exists.map_err(|error| QsqlError::new(ErrorKind::Catalog, at, error.to_string()))? {
                return Err(missing(statement, function, at));
            }
        }
        Ok(())
    }

    /// The first two columns of the relation are the nodes of an edge, numbers from 0.
    fn max_cut(&self, edges: &FromRelation) -> Result<String, QsqlError> {
        let (from, to) = resolve::first_columns(edges, self.catalog)?;
        let relation: Vec<String> = edges.name.parts.iter().map(|part| quoted(&part.name)).collect();
        let node = |column: &str| format!("CAST(e.{} AS pg_catalog.int4)", quoted(column));
        Ok(format!(
            "SELECT * FROM qstore.solve_problem(qstore.max_cut((SELECT pg_catalog.array_agg(ARRAY[{}, {}]) FROM {} AS e))",
            node(&from),
            node(&to),
            relation.join(".")
        ))
    }
}

fn polynomial(
    variables: &[String],
    maximize: bool,
    objective: &Polynomial,
    constraints: &[Constraint],
    at: usize,
) -> Result<(String, String), QsqlError> {
    let mut minimized = Polynomial::default();
    minimized.add_multiple(objective, if maximize { -1.0 } else { 1.0 });
    let matrix = matrix(variables.len(), &minimized, constraints).map_err(|error| {
        let kind = if error == QuboError::TooLarge { ErrorKind::TooComplex } else { ErrorKind::Syntax };
        QsqlError::new(kind, at, error.to_string())
    })?;
    let rows: Vec<String> = matrix
        .iter()
        .map(|row| format!("{{{}}}", row.iter().map(f64::to_string).collect::<Vec<_>>().join(",")))
        .collect();
    let assignment: Vec<String> = variables
        .iter()
        .enumerate()
        .map(|(number, name)| format!("{}, s.assignment[{}]", literal(name), number + 1))
        .collect();
    let assignment: Vec<String> = assignment
        .chunks(MAX_PAIRS)
        .map(|pairs| format!("pg_catalog.jsonb_build_object({})", pairs.join(", ")))
        .collect();
    let conditions: Vec<String> = constraints
        .iter()
        .map(|Constraint { sum, bound }| {
            let operator = if *bound == Bound::Equal { "=" } else { "<=" };
            format!("{} {operator} 0", expression(sum))
        })
        .collect();
    let feasible = if conditions.is_empty() { "true".to_owned() } else { conditions.join(" AND ") };
    let head = format!(
        "SELECT {} AS assignment, CAST({} AS pg_catalog.float8) AS objective, ({feasible}) AS feasible \
         FROM qstore.solve_qubo(CAST('{{{}}}' AS pg_catalog.float8[])",
        assignment.join(" || "),
        expression(objective),
        rows.join(",")
    );
    Ok((head, " AS s".to_owned()))
}

/// The polynomial's value at the solution, as SQL.
fn expression(polynomial: &Polynomial) -> String {
    let variable = |number: usize| format!("s.assignment[{}]", number + 1);
    let mut terms = vec![polynomial.constant.to_string()];
    terms.extend(polynomial.terms.iter().map(|(&(i, j), coefficient)| {
        let second = if i == j { String::new() } else { format!(" * {}", variable(j)) };
        format!("({coefficient}) * {}{second}", variable(i))
    }));
    format!("({})", terms.join(" + "))
}
