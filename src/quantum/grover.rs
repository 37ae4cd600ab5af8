//! `qstore.grover_search`: over a list of marked states, or over a function that is asked for each state.

use super::attend::{Interrupts, seed_or_fresh};
use super::circuit::max_qubits;
use crate::error::{OrRaise, Report};
use crate::types::array::ArrayArg;
use crate::types::record::RecordBuf;
use pgrx::PgSqlErrorCode::*;
use pgrx::{IntoDatum, Spi, pg_extern, pg_sys};
use quantum::circuit::CircuitError;
use quantum::grover::grover_search;

/// The table of marked states, none of them marked yet.
fn table(qubits: i32) -> Vec<bool> {
    let limit = max_qubits();
    match usize::try_from(qubits) {
        Ok(qubits @ 1..) if qubits <= limit => vec![false; 1 << qubits],
        Ok(qubits @ 1..=quantum::circuit::MAX_QUBITS) => {
            Err(CircuitError::TooManyQubits { qubits, limit }).or_raise()
        }
        _ => Report::new(ERRCODE_INVALID_PARAMETER_VALUE, format!("cannot search {qubits} qubits"))
            .hint(format!("There may be 1 to {}.", quantum::circuit::MAX_QUBITS))
            .raise(),
    }
}

fn search(
    marked: &[bool],
    rounds: Option<i64>,
    seed: Option<i64>,
    fcinfo: pg_sys::FunctionCallInfo,
) -> RecordBuf {
    let rounds = rounds.map(|rounds| {
        u64::try_from(rounds).unwrap_or_else(|_| {
            Report::new(ERRCODE_INVALID_PARAMETER_VALUE, "the number of rounds must not be negative")
                .hint("Leave it out for the number that makes success most likely.")
                .raise()
        })
    });
    let found = grover_search(marked, rounds, seed_or_fresh(seed), max_qubits(), &Interrupts).or_raise();
    let columns = [
        (found.outcome as i64).into_datum(),
        found.found.into_datum(),
        (found.marked as i64).into_datum(),
        (found.iterations as i64).into_datum(),
        (found.iterations as i64).into_datum(),
        found.success.into_datum(),
        found.closed_form.into_datum(),
    ];
    // SAFETY: the running call; the columns are of the types of its OUT parameters, see sql/simulation.sql.
    unsafe { RecordBuf::new(fcinfo, columns) }
}

#[pg_extern(sql = "")]
fn grover_search_marked(
    qubits: Option<i32>,
    marked: Option<ArrayArg<'_>>,
    rounds: Option<i64>,
    seed: Option<i64>,
    fcinfo: pg_sys::FunctionCallInfo,
) -> Option<RecordBuf> {
    let (qubits, marked) = (qubits?, marked?);
    let mut table = table(qubits);
    if marked.contains_nulls() {
        Report::new(ERRCODE_NULL_VALUE_NOT_ALLOWED, "array must not contain nulls").raise();
    }
    for &bytes in marked.fixed() {
        let state = i64::from_ne_bytes(bytes);
        match usize::try_from(state).ok().and_then(|state| table.get_mut(state)) {
            Some(entry) => *entry = true,
            None => Report::new(
                ERRCODE_INVALID_PARAMETER_VALUE,
                format!("there is no state {state} of {qubits} qubits"),
            )
            .hint(format!("States are numbered from 0 to {}.", table.len() - 1))
            .raise(),
        }
    }
    Some(search(&table, rounds, seed, fcinfo))
}

/// The quoted name of a function from bigint to boolean.
const NAME: &str = "SELECT pg_catalog.format('%I.%I', n.nspname, p.proname)
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
    WHERE p.oid OPERATOR(pg_catalog.=) $1 AND p.prokind OPERATOR(pg_catalog.=) 'f' AND NOT p.proretset
      AND p.proargtypes OPERATOR(pg_catalog.=) '20'::pg_catalog.oidvector AND p.prorettype OPERATOR(pg_catalog.=) 16";

#[pg_extern(sql = "")]
fn grover_search_oracle(
    oracle: Option<pg_sys::Oid>,
    qubits: Option<i32>,
    rounds: Option<i64>,
    seed: Option<i64>,
    fcinfo: pg_sys::FunctionCallInfo,
) -> Option<RecordBuf> {
    let (oracle, qubits) = (oracle?, qubits?);
    let mut table = table(qubits);
    let asked = Spi::connect(|client| -> Result<Option<()>, pgrx::spi::Error> {
        let name = client.select(NAME, Some(1), &[oracle.into()])?.next().map(|row| row.get::<String>(1));
        let Some(Some(name)) = name.transpose()? else { return Ok(None) };
        // An ordinary call: the user's right to execute the function is checked, and interrupts are heard.
        let query = format!("SELECT x FROM pg_catalog.generate_series(0::bigint, $1) AS x WHERE {name}(x)");
        for row in client.select(&query, None, &[(table.len() as i64 - 1).into()])? {
            if let Some(entry) = row.get::<i64>(1)?.and_then(|state| table.get_mut(state as usize)) {
                *entry = true;
            }
        }
        Ok(Some(()))
    });
    match asked {
        Ok(Some(())) => Some(search(&table, rounds, seed, fcinfo)),
        Ok(None) => Report::new(ERRCODE_INVALID_FUNCTION_DEFINITION, "the oracle must be a function from bigint to boolean")
            .hint("It is called for each state from 0 to 2^qubits - 1; those for which it is true are searched for.")
            .raise(),
        Err(error) => Report::new(ERRCODE_INTERNAL_ERROR, error).raise(),
    }
}
