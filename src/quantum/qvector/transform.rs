//! States from states and what can be measured of them.

use super::{QVector, QVectorBuf};
use crate::error::{OrRaise, Report};
use crate::quantum::attend::seed_or_fresh;
use crate::types::array::{ArrayArg, ArrayBuf};
use crate::types::record::RecordBuf;
use crate::types::text::TextArg;
use num_complex::Complex64;
use pgrx::PgSqlErrorCode::*;
use pgrx::{IntoDatum, pg_extern, pg_sys};
use quantum::State;
use quantum::circuit::Gate;

fn no_nulls(array: &ArrayArg<'_>) {
    if array.contains_nulls() {
        Report::new(ERRCODE_NULL_VALUE_NOT_ALLOWED, "array must not contain nulls").raise();
    }
}

/// Numbers of qubits; a negative one is as absent as one beyond the last.
fn qubits(array: &ArrayArg<'_>) -> Vec<usize> {
    no_nulls(array);
    let number = |&bytes: &[u8; 4]| match i32::from_ne_bytes(bytes) {
        qubit @ 0.. => qubit as usize,
        qubit => Report::new(ERRCODE_INVALID_PARAMETER_VALUE, format!("there is no qubit {qubit}"))
            .hint("Qubits are numbered from 0.")
            .raise(),
    };
    array.fixed().iter().map(number).collect()
}

fn floats(array: &ArrayArg<'_>) -> Vec<f64> {
    no_nulls(array);
    array.fixed().iter().map(|&bytes| f64::from_ne_bytes(bytes)).collect()
}

/// Fails unless the array is a matrix of that many rows and columns.
fn check_square(array: &ArrayArg<'_>, size: usize) {
    if array.lengths() != [size, size] {
        Report::new(ERRCODE_ARRAY_ELEMENT_ERROR, format!("the matrix is not {size} by {size}"))
            .hint("A matrix is an array of rows, as in {{1,0},{0,-1}}.")
            .raise();
    }
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn qvector_inner_product(a: QVector<'_>, b: QVector<'_>, fcinfo: pg_sys::FunctionCallInfo) -> RecordBuf {
    let product = a.state().inner_product(&b.state()).or_raise();
    // Adding zero makes -0 into 0.
    let columns = [(product.re + 0.0).into_datum(), (product.im + 0.0).into_datum()];
    // SAFETY: the running call; two float8, as in sql/quantum.sql.
    unsafe { RecordBuf::new(fcinfo, columns) }
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn bures_angle(a: QVector<'_>, b: QVector<'_>) -> f64 {
    a.state().bures_angle(&b.state()).or_raise()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn superpose(states: ArrayArg<'_>, weights: ArrayArg<'_>) -> QVectorBuf {
    no_nulls(&states);
    // SAFETY: the elements are qvectors, as sql/quantum.sql declares, and live as long as the array.
    let read = |datum| unsafe { QVector::from_datum_unchecked(datum) }.state();
    let read: Vec<State> = states.varlenas().into_iter().map(read).collect();
    State::superpose(&read, &floats(&weights)).or_raise().into()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn tensor(a: QVector<'_>, b: QVector<'_>) -> QVectorBuf {
    a.state().tensor(&b.state()).or_raise().into()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn apply_gate(state: QVector<'_>, gate: TextArg<'_>, on: ArrayArg<'_>) -> QVectorBuf {
    let gate = Gate::parse(&gate.read()).unwrap_or_else(|problem| {
        Report::new(ERRCODE_INVALID_PARAMETER_VALUE, problem)
            .hint("Gates are h x y z s sdg t tdg rx ry rz cx cz swap ccx, with an angle as in rx(pi/2).")
            .raise()
    });
    state.state().apply_gate(gate, &qubits(&on)).or_raise().into()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn apply_unitary(state: QVector<'_>, re: ArrayArg<'_>, im: ArrayArg<'_>, qubit: i32) -> QVectorBuf {
    check_square(&re, 2);
    check_square(&im, 2);
    let (re, im) = (floats(&re), floats(&im));
    let entry = |at: usize| Complex64::new(re[at], im[at]);
    // A negative number is beyond the last qubit, too.
    let qubit = usize::try_from(qubit).unwrap_or(usize::MAX);
    state.state().apply_unitary(&[[entry(0), entry(1)], [entry(2), entry(3)]], qubit).or_raise().into()
}

#[pg_extern(sql = "")]
fn measure_qvector(state: Option<QVector<'_>>, seed: Option<i64>) -> Option<i32> {
    Some(state?.state().measure(seed_or_fresh(seed)) as i32)
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn expectation(state: QVector<'_>, observable: ArrayArg<'_>) -> f64 {
    check_square(&observable, state.dims());
    state.state().expectation(&floats(&observable)).or_raise()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn entropy(state: QVector<'_>, part: ArrayArg<'_>) -> f64 {
    state.state().entropy(&qubits(&part)).or_raise()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn concurrence(state: QVector<'_>) -> f64 {
    state.state().concurrence().or_raise()
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn partial_trace(state: QVector<'_>, keep: ArrayArg<'_>, fcinfo: pg_sys::FunctionCallInfo) -> RecordBuf {
    let keep = qubits(&keep);
    let matrix = state.state().partial_trace(&keep).or_raise();
    let part = |take: fn(&Complex64) -> f64| {
        let entries: Vec<f64> = matrix.iter().map(|z| take(z) + 0.0).collect();
        Some(ArrayBuf::matrix(&entries, 1 << keep.len()).into_datum())
    };
    let columns = [part(|z| z.re), part(|z| z.im)];
    // SAFETY: the running call; two float8[], as in sql/quantum.sql.
    unsafe { RecordBuf::new(fcinfo, columns) }
}
