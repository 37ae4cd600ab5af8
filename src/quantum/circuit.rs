//! SQL functions of circuits: `qstore.simulate`, `qstore.statevector` and the exports.

use super::attend::{Interrupts, seed_or_fresh};
use super::qvector::QVectorBuf;
use crate::error::{OrRaise, Report};
use crate::guc;
use crate::types::text::TextArg;
use num_complex::Complex32;
use pgrx::PgSqlErrorCode::*;
use pgrx::iter::TableIterator;
use pgrx::{JsonB, name, pg_extern};
use quantum::circuit::Circuit;
use quantum::{MAX_DIMENSIONS, State};

/// The setting as the engine takes it.
pub fn max_qubits() -> usize {
    guc::MAX_QUBITS.get() as usize
}

fn parse(circuit: &TextArg<'_>) -> Circuit {
    Circuit::parse(&circuit.read()).or_raise()
}

#[pg_extern(sql = "")]
#[allow(clippy::type_complexity)]
fn simulate(
    circuit: Option<TextArg<'_>>,
    shots: Option<i64>,
    seed: Option<i64>,
) -> TableIterator<'static, (name!(outcome, String), name!(count, i64), name!(frequency, f64))> {
    let (Some(circuit), Some(shots)) = (circuit, shots) else {
        return TableIterator::empty();
    };
    let circuit = parse(&circuit);
    let Ok(shots) = u64::try_from(shots) else {
        Report::new(ERRCODE_INVALID_PARAMETER_VALUE, format!("{shots} shots are not possible"))
            .hint("There must be 1 or more.")
            .raise()
    };
    let counts = circuit.simulate(shots, seed_or_fresh(seed), max_qubits(), &Interrupts).or_raise();
    TableIterator::new(counts.into_iter().map(move |(outcome, count)| {
        (circuit.outcome_text(outcome), count as i64, count as f64 / shots as f64)
    }))
}

#[pg_extern(sql = "")]
fn statevector(circuit: TextArg<'_>) -> QVectorBuf {
    let circuit = parse(&circuit);
    let most = MAX_DIMENSIONS.ilog2() as usize;
    if circuit.qubits() > most {
        Report::new(
            ERRCODE_PROGRAM_LIMIT_EXCEEDED,
            format!("the state of {} qubits does not fit into a qvector", circuit.qubits()),
        )
        .detail(format!(
            "A qvector has at most {MAX_DIMENSIONS} dimensions, which is room for {most} qubits."
        ))
        .hint("Use qstore.simulate() and count outcomes instead.")
        .raise();
    }
    let register = circuit.state_vector(max_qubits(), &Interrupts).or_raise();
    let amplitudes = register.amplitudes().iter().map(|z| Complex32::new(z.re as f32, z.im as f32)).collect();
    State::from_amplitudes(amplitudes).or_raise().into()
}

#[pg_extern(sql = "")]
fn to_openqasm(circuit: TextArg<'_>) -> String {
    parse(&circuit).to_openqasm()
}

#[pg_extern(sql = "")]
fn to_ionq_json(circuit: TextArg<'_>) -> JsonB {
    JsonB(parse(&circuit).to_ionq_json().or_raise())
}

#[pg_extern(sql = "")]
fn circuit_json(circuit: TextArg<'_>) -> JsonB {
    JsonB(parse(&circuit).to_json())
}
