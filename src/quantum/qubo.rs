//! SQL functions of optimisation: `qstore.solve_qubo`, `qstore.solve_problem`, and problems as matrices.

use super::attend::{in_threads, seed_or_fresh};
use crate::error::{OrRaise, Report};
use crate::types::array::{ArrayArg, ArrayBuf};
use crate::types::record::RecordBuf;
use crate::types::text::{JsonbArg, TextArg};
use pgrx::PgSqlErrorCode::*;
use pgrx::{IntoDatum, JsonB, pg_extern, pg_sys};
use quantum::qubo::{self, Problem, Qubo, QuboError, Settings, Solution, solve};

/// A matrix argument as a problem.
fn read_matrix(matrix: &ArrayArg<'_>) -> Qubo {
    if matrix.contains_nulls() {
        Report::new(ERRCODE_NULL_VALUE_NOT_ALLOWED, "array must not contain nulls").raise();
    }
    let entries: Vec<f64> = matrix.fixed().iter().map(|&bytes| f64::from_ne_bytes(bytes)).collect();
    match matrix.lengths()[..] {
        [rows, columns] => Qubo::from_matrix(rows, columns, &entries).or_raise(),
        [] => Err(QuboError::Variables { variables: 0, limit: quantum::qubo::MAX_VARIABLES }).or_raise(),
        ref lengths => Report::new(ERRCODE_ARRAY_ELEMENT_ERROR, "matrix must be a 2-D array")
            .detail(format!("It has {} dimensions.", lengths.len()))
            .hint("A matrix of n variables has n rows of n numbers, as in {{-1,2},{2,-1}}.")
            .raise(),
    }
}

fn settings(backend: &TextArg<'_>, seed: Option<i64>, sweeps: i32, reads: i32) -> Settings {
    let count = |name: &str, value: i32| {
        u64::try_from(value).unwrap_or_else(|_| {
            Report::new(ERRCODE_INVALID_PARAMETER_VALUE, format!("{name} cannot be {value}"))
                .hint("It must be 1 or more.")
                .raise()
        })
    };
    Settings {
        backend: backend.read().parse().or_raise(),
        seed: seed_or_fresh(seed),
        reads: count("reads", reads),
        sweeps: count("sweeps", sweeps),
    }
}

fn assignment(solution: &Solution) -> Option<pg_sys::Datum> {
    let bits = solution.assignment.iter().map(|&one| i32::from(one).to_ne_bytes());
    Some(ArrayBuf::one_dimensional(pg_sys::INT4OID, bits).into_datum())
}

#[pg_extern(sql = "")]
fn solve_qubo(
    matrix: Option<ArrayArg<'_>>,
    backend: Option<TextArg<'_>>,
    seed: Option<i64>,
    sweeps: Option<i32>,
    reads: Option<i32>,
    fcinfo: pg_sys::FunctionCallInfo,
) -> Option<RecordBuf> {
    let qubo = read_matrix(&matrix?);
    let settings = settings(&backend?, seed, sweeps?, reads?);
    let solution = in_threads(|monitor| solve(&qubo, &settings, monitor)).or_raise();
    let columns = [
        assignment(&solution),
        solution.energy.into_datum(),
        // There are no constraints.
        true.into_datum(),
        (solution.sweeps as i64).into_datum(),
        solution.acceptance.into_datum(),
    ];
    // SAFETY: the running call; the columns are of the types of its OUT parameters, see sql/simulation.sql.
    Some(unsafe { RecordBuf::new(fcinfo, columns) })
}

#[pg_extern(sql = "")]
fn solve_problem(
    problem: Option<JsonbArg<'_>>,
    backend: Option<TextArg<'_>>,
    seed: Option<i64>,
    sweeps: Option<i32>,
    reads: Option<i32>,
    fcinfo: pg_sys::FunctionCallInfo,
) -> Option<RecordBuf> {
    let problem = Problem::parse(&problem?.read()).or_raise();
    let settings = settings(&backend?, seed, sweeps?, reads?);
    let solution = in_threads(|monitor| qubo::solve_problem(&problem, &settings, monitor)).or_raise();
    let answer = problem.answer(&solution.assignment);
    let columns = [
        (!answer.value.is_null()).then_some(JsonB(answer.value)).into_datum(),
        answer.objective.into_datum(),
        answer.feasible.into_datum(),
        assignment(&solution),
        solution.energy.into_datum(),
        (solution.sweeps as i64).into_datum(),
        solution.acceptance.into_datum(),
    ];
    // SAFETY: as above.
    Some(unsafe { RecordBuf::new(fcinfo, columns) })
}

#[pg_extern(sql = "")]
fn problem_to_qubo(problem: JsonbArg<'_>, fcinfo: pg_sys::FunctionCallInfo) -> RecordBuf {
    let qubo = Problem::parse(&problem.read()).and_then(|problem| problem.qubo()).or_raise();
    // An array is at most 1 GB.
    const LIMIT: usize = 8000;
    if qubo.variables() > LIMIT {
        Report::new(
            ERRCODE_PROGRAM_LIMIT_EXCEEDED,
            format!("a matrix of {} variables is too large", qubo.variables()),
        )
        .hint(format!("It may have {LIMIT}; qstore.solve_problem() needs no matrix."))
        .raise();
    }
    let (matrix, offset) = qubo.to_matrix();
    let columns = [Some(ArrayBuf::matrix(&matrix, qubo.variables()).into_datum()), offset.into_datum()];
    // SAFETY: as above.
    unsafe { RecordBuf::new(fcinfo, columns) }
}

#[pg_extern(sql = "")]
fn qubo_to_ising(matrix: ArrayArg<'_>, fcinfo: pg_sys::FunctionCallInfo) -> RecordBuf {
    let qubo = read_matrix(&matrix);
    let (fields, couplings, offset) = qubo.to_ising();
    let n = qubo.variables();
    let mut full = vec![0.0; n * n];
    for (i, j, coupling) in couplings {
        full[i * n + j] = coupling;
    }
    let fields = ArrayBuf::one_dimensional(pg_sys::FLOAT8OID, fields.iter().map(|field| field.to_ne_bytes()));
    let columns =
        [Some(fields.into_datum()), Some(ArrayBuf::matrix(&full, n).into_datum()), offset.into_datum()];
    // SAFETY: as above.
    unsafe { RecordBuf::new(fcinfo, columns) }
}
