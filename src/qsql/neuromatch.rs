//! `neuromatch` and `quantum_search`: how well a value matches a pattern, from 0 to 1.

use crate::error::Report;
use crate::types::vector::Vector;
use pgrx::PgMemoryContexts;
use pgrx::PgSqlErrorCode::ERRCODE_DATA_EXCEPTION;
use pgrx::pg_sys::FunctionCallInfo;

/// A prepared pattern, kept for the next row.
struct Prepared {
    text: String,
    pattern: qsql::Pattern,
}

/// `neuromatch(text, pattern text) → float8`.
#[pgrx::pg_extern(sql = "", immutable, strict, parallel_safe)]
fn neuromatch_text(text: &str, pattern: &str, fcinfo: FunctionCallInfo) -> f64 {
    with_pattern(pattern, fcinfo, |pattern| pattern.score(text))
}

/// Runs `work` with the pattern made ready, which is done once for all rows of a call.
pub(super) fn with_pattern<R>(
    pattern: &str,
    fcinfo: FunctionCallInfo,
    work: impl FnOnce(&qsql::Pattern) -> R,
) -> R {
    // SAFETY: `fn_extra` is ours: null at first, then what is stored here, which lives as long as `fn_mcxt`.
    let prepared = unsafe {
        let flinfo = (*fcinfo).flinfo;
        let kept = (*flinfo).fn_extra.cast::<Prepared>();
        if kept.is_null() {
            let new = Prepared { text: pattern.to_owned(), pattern: qsql::Pattern::new(pattern) };
            (*flinfo).fn_extra = PgMemoryContexts::For((*flinfo).fn_mcxt).leak_and_drop_on_delete(new).cast();
            &*(*flinfo).fn_extra.cast::<Prepared>()
        } else {
            if (*kept).text != pattern {
                *kept = Prepared { text: pattern.to_owned(), pattern: qsql::Pattern::new(pattern) };
            }
            &*kept
        }
    };
    work(&prepared.pattern)
}

/// `neuromatch(vector, vector) → float8`: 1 − cosine distance, between 0 and 1; 0 where a vector has no direction.
#[pgrx::pg_extern(sql = "", immutable, strict, parallel_safe)]
fn neuromatch_vector(a: Vector<'_>, b: Vector<'_>) -> f64 {
    let (a, b) = (a.as_slice(), b.as_slice());
    if a.len() != b.len() {
        let message = format_args!("different vector dimensions {} and {}", a.len(), b.len());
        Report::new(ERRCODE_DATA_EXCEPTION, message).raise();
    }
    similarity(a, b).clamp(0.0, 1.0)
}

/// `match_score → boolean`: whether anything matched.
#[pgrx::pg_extern(sql = "", immutable, strict, parallel_safe)]
fn match_score_matches(score: f64) -> bool {
    score > 0.0
}

/// The cosine of the angle between two vectors; 0 where one has no direction.
fn similarity(a: &[f32], b: &[f32]) -> f64 {
    let terms = kernels::cosine_terms(a, b);
    let norms = f64::from(terms.norm_a_squared) * f64::from(terms.norm_b_squared);
    if norms.is_normal() {
        return f64::from(terms.dot) / norms.sqrt();
    }
    // A sum of squares left the range of single precision: very large or very small components.
    let (mut dot, mut norm_a, mut norm_b) = (0.0, 0.0, 0.0);
    for (&x, &y) in a.iter().zip(b) {
        let (x, y) = (f64::from(x), f64::from(y));
        dot += x * y;
        norm_a += x * x;
        norm_b += y * y;
    }
    let norms: f64 = f64::sqrt(norm_a) * f64::sqrt(norm_b);
    if norms > 0.0 { dot / norms } else { 0.0 }
}
