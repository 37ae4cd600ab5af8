//! The support functions of `sum(sparsevec)` and `avg(sparsevec)`, which pgvector lacks. Both share one state, [`Sums`].
//!
//! Sums are kept in double precision and rounded once, at the end; what is 0 then is no element. Only the result is bound to
//! the limit of elements: sums may pass it on the way and cancel out again.

use super::check::*;
use super::sums::Sums;
use super::{Sparsevec, SparsevecBuf};
use crate::error::Report;
use crate::types::datum::{BytesBuf, Detoasted, VarlenaBuf, datum_argument, datum_result};
use crate::types::dense::check::overflow;
use pgrx::PgSqlErrorCode::*;
use pgrx::{Internal, PgMemoryContexts, pg_extern, pg_sys};

/// A state between the calls of an aggregate, an SQL value of type `internal`: as an argument,
struct State<'a>(&'a mut Sums);

/// and as a result.
struct StateBuf(*mut Sums);

impl State<'_> {
    /// # Safety
    /// `datum` must be a state that a function of this file made; no other reference to it may be in use.
    unsafe fn from_datum_unchecked(datum: pg_sys::Datum) -> Self {
        // SAFETY: as promised by the caller: `internal` keeps SQL from passing anything else, and an aggregate's calls follow
        // each other.
        Self(unsafe { &mut *datum.cast_mut_ptr() })
    }

    /// Moves the sums into the current memory context.
    fn new(sums: Sums) -> Self {
        // SAFETY: palloc returns memory of that size, aligned for any type, or raises an error.
        unsafe {
            let place: *mut Sums = pg_sys::palloc(size_of::<Sums>()).cast();
            place.write(sums);
            Self(&mut *place)
        }
    }
}

impl From<State<'_>> for StateBuf {
    fn from(state: State<'_>) -> Self {
        Self(state.0)
    }
}

impl StateBuf {
    fn into_datum(self) -> pg_sys::Datum {
        pg_sys::Datum::from(self.0)
    }
}

datum_argument!(State, "internal");
datum_result!(StateBuf, "internal");

/// A `bytea` argument.
struct Bytes<'a>(Detoasted<'a>);

impl Bytes<'_> {
    /// # Safety
    /// `datum` must be a non-null value of the SQL type `bytea`.
    unsafe fn from_datum_unchecked(datum: pg_sys::Datum) -> Self {
        // SAFETY: as promised by the caller.
        Self(unsafe { Detoasted::from_datum(datum) })
    }
}

datum_argument!(Bytes, "bytea");

/// Runs `work` in the memory context in which the aggregate's states live.
fn in_aggregate<R>(fcinfo: pg_sys::FunctionCallInfo, work: impl FnOnce() -> R) -> R {
    let mut context = std::ptr::null_mut();
    // SAFETY: `fcinfo` is the running call.
    if unsafe { pg_sys::AggCheckCallContext(fcinfo, &mut context) } == 0 {
        Report::new(ERRCODE_INTERNAL_ERROR, "aggregate function called in non-aggregate context").raise();
    }
    // SAFETY: the server gave a live context.
    unsafe { PgMemoryContexts::For(context).switch_to(|_| work()) }
}

#[pg_extern(sql = "", immutable, parallel_safe)]
fn sparsevec_accum(
    state: Option<State<'_>>,
    value: Option<Sparsevec<'_>>,
    fcinfo: pg_sys::FunctionCallInfo,
) -> Option<StateBuf> {
    let Some(value) = value else { return state.map(StateBuf::from) };
    in_aggregate(fcinfo, || {
        let state = state.unwrap_or_else(|| State::new(Sums::new(value.dims())));
        state.0.add(&value);
        Some(state.into())
    })
}

#[pg_extern(sql = "", immutable, parallel_safe)]
fn sparsevec_combine(
    a: Option<State<'_>>,
    b: Option<State<'_>>,
    fcinfo: pg_sys::FunctionCallInfo,
) -> Option<StateBuf> {
    let Some(b) = b else { return a.map(StateBuf::from) };
    in_aggregate(fcinfo, || {
        // The second state may go with a shorter-lived context: the result never refers to it.
        let a = a.unwrap_or_else(|| State::new(Sums::new(b.0.dims())));
        a.0.merge(b.0);
        Some(a.into())
    })
}

#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn sparsevec_serialize(state: State<'_>) -> BytesBuf {
    let mut bytes = VarlenaBuf::zeroed(state.0.serialized_len());
    state.0.serialize(bytes.bytes_mut());
    BytesBuf(bytes)
}

/// The second argument keeps SQL from calling this with bytes of its own.
#[pg_extern(sql = "", immutable, strict, parallel_safe)]
fn sparsevec_deserialize(bytes: Bytes<'_>, _internal: Internal) -> StateBuf {
    match Sums::deserialize(bytes.0.bytes()) {
        Some(sums) => State::new(sums).into(),
        None => {
            Report::new(ERRCODE_INTERNAL_ERROR, "sparsevec_deserialize: expected a serialized state").raise()
        }
    }
}

/// The vector of one component for every sum, without the zeroes.
fn result(sums: &mut Sums, component: impl Fn(f64) -> f32) -> SparsevecBuf {
    sums.compact();
    let rounded = sums.iter().map(|(index, sum)| (index, component(sum))).filter(|&(_, value)| value != 0.0);
    // Counted before they are collected: there may be many more than a vector holds.
    check_elements(rounded.clone().count());
    let elements: Vec<(i32, f32)> = rounded.collect();
    if elements.iter().any(|(_, value)| value.is_infinite()) {
        overflow().raise();
    }
    SparsevecBuf::new(sums.dims(), elements.into_iter())
}

/// The sum of no vector is null.
#[pg_extern(sql = "", immutable, parallel_safe)]
fn sparsevec_sum(state: Option<State<'_>>) -> Option<SparsevecBuf> {
    state.map(|State(sums)| result(sums, |sum| sum as f32))
}

/// The mean of no vector is null.
#[pg_extern(sql = "", immutable, parallel_safe)]
fn sparsevec_avg(state: Option<State<'_>>) -> Option<SparsevecBuf> {
    state.map(|State(sums)| {
        let rows = sums.rows() as f64;
        result(sums, |sum| (sum / rows) as f32)
    })
}
