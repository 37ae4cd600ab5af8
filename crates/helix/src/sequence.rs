//! What can be asked of a value as a sequence of bases.

use std::cmp::Ordering;

use crate::bases;
use crate::error::HelixError;
use crate::layout::{self, Body};
use crate::value::read_whole;

/// Number of bases: a literal's own, or the four a byte of a whole encoded value, as its text shows them.
pub fn base_count(stored: &[u8]) -> Result<u64, HelixError> {
    Ok(match layout::open(&read_whole(stored)?.value)?.body {
        Body::Literal { count, .. } => count as u64,
        Body::Encoded { .. } | Body::Framed(_) => stored.len() as u64 * 4,
    })
}

/// Share of G and C among the bases that [`base_count`] counts, between 0 and 1.
pub fn gc_content(stored: &[u8]) -> Result<f64, HelixError> {
    Ok(match layout::open(&read_whole(stored)?.value)?.body {
        Body::Literal { packed, count } => fraction(bases::gc_count(packed), count as u64),
        Body::Encoded { .. } | Body::Framed(_) => fraction(bases::gc_count(stored), stored.len() as u64 * 4),
    })
}

pub(crate) fn fraction(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

/// The opposite strand of a literal, read in its own direction: the sequence backwards with A and T, G and C
/// exchanged.
///
/// # Errors
/// [`HelixError::NotLiteral`] for an encoded value, whose bases only mean something as they are.
pub fn reverse_complement(stored: &[u8]) -> Result<Vec<u8>, HelixError> {
    match layout::open(&read_whole(stored)?.value)?.body {
        Body::Literal { packed, count } => {
            layout::write_literal(&bases::reverse_complement(packed, count), count)
        }
        Body::Encoded { .. } | Body::Framed(_) => Err(HelixError::NotLiteral),
    }
}

/// The order of stored values: total, consistent with equality of the bytes, without a checksum and without decoding.
///
/// Literals come first, in lexicographic order with A < T < G < C, a sequence before its own continuations.
/// Encoded values follow in the order of their stored bases, which is arbitrary (it begins with the checksum)
/// but stable: it serves sorting, grouping and unique indexes. The same bytes encoded at two levels are two
/// values.
pub fn compare(a: &[u8], b: &[u8]) -> Ordering {
    match (layout::literal_bases(a), layout::literal_bases(b)) {
        // Padding is zero, which is A: packed bytes compare like their bases, and where they are equal the
        // count decides.
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}
