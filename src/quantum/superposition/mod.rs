//! `superposition`: named contexts, each with a weight and a vector. The stored bytes are those of `crates/quantum`
//! (`superposition/bytes.rs`), in native byte order, names in UTF-8 whatever the database's encoding; equal values have equal bytes,
//! so that the server's own functions of `bytea` compare and hash them.

mod io;
mod plan;

use crate::error::{OrRaise, Report, to_server};
use crate::quantum::attend::seed_or_fresh;
use crate::types::array::{ArrayArg, ArrayBuf};
use crate::types::datum::{Detoasted, VarlenaBuf, datum_argument, datum_result, varlena_type};
use crate::types::dense::{check, distance};
use crate::types::entry::entry_points;
use crate::types::vector::{Vector, VectorBuf};
use pgrx::PgSqlErrorCode::*;
use pgrx::{pg_extern, pg_sys};
use quantum::superposition::{ByteOrder, Superposition, SuperpositionError, View, measure};
use std::ffi::CStr;

/// A `superposition` argument.
pub struct SuperpositionArg<'a>(Detoasted<'a>);

impl SuperpositionArg<'_> {
    /// # Safety
    /// `datum` must be a non-null value of the SQL type `superposition` that outlives `'a`.
    pub unsafe fn from_datum_unchecked(datum: pg_sys::Datum) -> Self {
        // SAFETY: as promised by the caller.
        Self(unsafe { Detoasted::from_datum(datum) })
    }

    /// Where it is stored. A detoasted payload is aligned to four bytes.
    fn view(&self) -> View<'_> {
        View::new(self.0.bytes()).unwrap_or_else(|error| stored(error))
    }

    /// The superposition, with its contents checked.
    fn read(&self) -> Superposition {
        View::check(self.0.bytes()).unwrap_or_else(|error| stored(error))
    }
}

/// The error for stored bytes that the engine refused.
fn stored(error: SuperpositionError) -> ! {
    match error {
        SuperpositionError::Version { .. } => Report::new(
            ERRCODE_FEATURE_NOT_SUPPORTED,
            format!("superposition has {error}, this release reads version 1"),
        )
        .hint("Either a newer release of qstore wrote the value, or it is damaged.")
        .raise(),
        _ => Report::new(ERRCODE_DATA_CORRUPTED, "stored superposition is damaged")
            .detail(crate::error::sentence(&error))
            .hint("Take the value from a backup or a replica.")
            .raise(),
    }
}

/// A `superposition` result.
pub struct SuperpositionBuf(VarlenaBuf);

impl From<Superposition> for SuperpositionBuf {
    fn from(value: Superposition) -> Self {
        Self(VarlenaBuf::from_bytes(&value.to_bytes(ByteOrder::Native)))
    }
}

impl SuperpositionBuf {
    /// Hands the value to PostgreSQL.
    pub fn into_datum(self) -> pg_sys::Datum {
        self.0.into_datum()
    }
}

varlena_type!(SuperpositionArg, SuperpositionBuf, "superposition");

/// The name of a context: a `text` of any encoding as UTF-8.
pub struct NameArg<'a>(Detoasted<'a>);

impl NameArg<'_> {
    /// # Safety
    /// `datum` must be a non-null value of the SQL type `text` that outlives `'a`.
    pub unsafe fn from_datum_unchecked(datum: pg_sys::Datum) -> Self {
        // SAFETY: as promised by the caller.
        Self(unsafe { Detoasted::from_datum(datum) })
    }

    fn read(&self) -> String {
        utf8(self.0.bytes())
    }
}

/// A text of the server's as UTF-8; an error where its encoding has no conversion.
fn utf8(text: &[u8]) -> String {
    // SAFETY: the result is the argument itself or a palloc'ed copy that ends with a zero.
    unsafe {
        let start = text.as_ptr().cast();
        let other = pg_sys::pg_server_to_any(start, text.len() as i32, pg_sys::pg_enc::PG_UTF8 as i32);
        let converted = if other.cast_const() == start { text } else { CStr::from_ptr(other).to_bytes() };
        String::from_utf8_lossy(converted).into_owned()
    }
}

/// A `text` result.
pub struct NameBuf(pg_sys::Datum);

impl NameBuf {
    fn new(name: &str) -> Self {
        // SAFETY: the copy is a C string in the database's encoding.
        Self(unsafe { pg_sys::cstring_to_text(to_server(name)) }.into())
    }

    fn into_datum(self) -> pg_sys::Datum {
        self.0
    }
}

datum_argument!(NameArg, "text");
datum_result!(NameBuf, "text");

#[pg_extern(sql = "", name = "superposition", immutable, strict, parallel_safe)]
fn superposition_new(
    contexts: ArrayArg<'_>,
    weights: ArrayArg<'_>,
    vectors: ArrayArg<'_>,
) -> SuperpositionBuf {
    for array in [&contexts, &weights, &vectors] {
        array.check_components();
    }
    let (names, rows) = (contexts.varlenas(), vectors.varlenas());
    // SAFETY: the elements of a text[] and a vector[] without nulls, which outlive this call.
    let (names, rows): (Vec<NameArg<'_>>, Vec<Vector<'_>>) = unsafe {
        (
            names.into_iter().map(|datum| NameArg::from_datum_unchecked(datum)).collect(),
            rows.into_iter().map(|datum| Vector::from_datum_unchecked(datum)).collect(),
        )
    };
    let names: Vec<String> = names.iter().map(NameArg::read).collect();
    let weights: Vec<f64> = weights.fixed().iter().map(|&bytes| f64::from_ne_bytes(bytes)).collect();
    let rows: Vec<&[f32]> = rows.iter().map(|row| row.as_slice()).collect();
    Superposition::new(names, &weights, &rows).or_raise().into()
}

entry_points! {
    fn collapse(value: SuperpositionArg<'_>, context: NameArg<'_>) -> Option<VectorBuf> {
        value.view().collapse(&context.read()).map(VectorBuf::from_slice)
    }

    fn superposition_contexts(value: SuperpositionArg<'_>) -> ArrayBuf {
        let value = value.read();
        let names: Vec<pg_sys::Datum> = value.contexts().map(|(name, _, _)| NameBuf::new(name).into_datum()).collect();
        ArrayBuf::texts(&names)
    }

    fn superposition_weights(value: SuperpositionArg<'_>) -> ArrayBuf {
        let value = value.read();
        let weights: Vec<f64> = value.contexts().map(|(_, weight, _)| weight).collect();
        ArrayBuf::one_dimensional(pg_sys::FLOAT8OID, weights.iter().map(|weight| weight.to_ne_bytes()))
    }

    fn superposition_dims(value: SuperpositionArg<'_>) -> i32 { value.view().dimensions() as i32 }

    fn superposition_mean(value: SuperpositionArg<'_>) -> Option<VectorBuf> { mean(&value, false) }

    fn superposition_direction(value: SuperpositionArg<'_>) -> Option<VectorBuf> { mean(&value, true) }

    fn superposition_l2_distance(value: SuperpositionArg<'_>, query: Vector<'_>) -> f64 {
        expectation(&value, &query, distance::l2)
    }

    fn superposition_negative_inner_product(value: SuperpositionArg<'_>, query: Vector<'_>) -> f64 {
        expectation(&value, &query, distance::negative_inner_product)
    }

    fn superposition_cosine_distance(value: SuperpositionArg<'_>, query: Vector<'_>) -> f64 {
        expectation(&value, &query, distance::cosine)
    }
}

#[pg_extern(sql = "")]
fn measure_superposition(value: Option<SuperpositionArg<'_>>, seed: Option<i64>) -> Option<NameBuf> {
    let value = value?.read();
    let found = measure(value.contexts().map(|(_, probability, _)| probability), seed_or_fresh(seed));
    value.contexts().nth(found).map(|(name, _, _)| NameBuf::new(name))
}

/// Σ p_c · v_c, or of the directions of the vectors.
fn mean(value: &SuperpositionArg<'_>, directions: bool) -> Option<VectorBuf> {
    let mean = value.view().mean(directions)?;
    // Only damaged bytes lead here: means of finite numbers are finite.
    check::check_finite(&mean);
    Some(VectorBuf::from_slice(&mean))
}

/// Σ p_c · distance(v_c, query).
fn expectation(value: &SuperpositionArg<'_>, query: &Vector<'_>, distance: fn(&[f32], &[f32]) -> f64) -> f64 {
    let (view, query) = (value.view(), query.as_slice());
    if view.dimensions() != query.len() {
        check::different_dimensions::<f32>(view.dimensions(), query.len());
    }
    view.expectation(|vector| distance(vector, query))
}
