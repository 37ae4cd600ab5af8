//! What the options of QUANTUM SEARCH become: a recall that travels in the query vector, and the diversity re-rank.

use crate::error::Report;
use crate::guc::RECALL_BOUNDS;
use crate::types::array::{ArrayArg, ArrayBuf};
use crate::types::dense::check::check_same_dimensions;
use crate::types::dense::distance;
use crate::types::vector::{Vector, VectorBuf};
use pgrx::PgSqlErrorCode::*;
use pgrx::pg_sys;

/// `qstore.with_recall(vector, recall float8) → vector`: the vector, with the recall for the index scan that it is given to.
#[pgrx::pg_extern(sql = "", immutable, strict, parallel_safe)]
fn with_recall(vector: Vector<'_>, recall: f64) -> VectorBuf {
    let (lowest, highest) = RECALL_BOUNDS;
    if !(lowest..=highest).contains(&recall) {
        Report::new(ERRCODE_INVALID_PARAMETER_VALUE, format_args!("recall {recall} is out of range"))
            .detail(format_args!("A recall is a number from {lowest} to {highest}."))
            .raise();
    }
    VectorBuf::from_slice(vector.as_slice()).for_search(recall)
}

/// `qstore.diverse_order(candidates vector[], query vector, operator text, wanted int8, weight float8) → int8[]`: the places (from 1)
/// of the candidates in the order in which maximal marginal relevance chooses them.
#[pgrx::pg_extern(sql = "", immutable, strict, parallel_safe)]
fn diverse_order(
    candidates: ArrayArg<'_>,
    query: Vector<'_>,
    operator: &str,
    wanted: i64,
    weight: f64,
) -> ArrayBuf {
    let measure = match operator {
        "<->" => distance::l2::<f32>,
        "<#>" => distance::negative_inner_product::<f32>,
        "<=>" => distance::cosine::<f32>,
        "<+>" => distance::l1::<f32>,
        _ => Report::new(ERRCODE_INVALID_PARAMETER_VALUE, format_args!("no distance is called {operator}"))
            .hint("The distances of vectors are <->, <#>, <=> and <+>.")
            .raise(),
    };
    if !(0.0..=1.0).contains(&weight) {
        Report::new(ERRCODE_INVALID_PARAMETER_VALUE, format_args!("weight {weight} is out of range"))
            .detail("The weight of nearness is a number from 0 to 1.")
            .raise();
    }
    candidates.check_components();
    // SAFETY: the function is declared over vector[]; the array outlives what is read from it.
    let vectors: Vec<Vector<'_>> =
        candidates.varlenas().into_iter().map(|it| unsafe { Vector::from_datum_unchecked(it) }).collect();
    for vector in &vectors {
        check_same_dimensions(vector.as_slice(), query.as_slice());
    }
    let from_query: Vec<f64> =
        vectors.iter().map(|vector| measure(vector.as_slice(), query.as_slice())).collect();
    let between = |a: usize, b: usize| {
        pgrx::check_for_interrupts!();
        measure(vectors[a].as_slice(), vectors[b].as_slice())
    };
    let wanted = usize::try_from(wanted).unwrap_or(0);
    let order = qsql::diverse_order(&from_query, between, wanted, weight);
    ArrayBuf::one_dimensional(
        pg_sys::INT8OID,
        order.into_iter().map(|place| (place as i64 + 1).to_ne_bytes()),
    )
}
