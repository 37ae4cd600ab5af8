//! The text form. `ATGC`, or `DNA:ATGC`, is a literal; `DNA1:` and the bases of the whole stored value is an
//! encoded one, the digit being the version of its format.
//!
//! The prefix, not the content, says which of the two it is. Guessing by content would turn a damaged encoded
//! value into a literal without a word, and a sequence somebody typed into an encoded value by accident.

use crate::bases::{self, BasesError};
use crate::error::{Damage, HelixError};
use crate::frames::FRAMED_VERSION;
use crate::layout::{self, Body, COMPACT_VERSION, FORMAT_VERSION};
use crate::shield::SHIELDED_VERSION;
use crate::value::{self, read_whole};

/// What the text of an encoded value of version 1 begins with: `DNA`, the version, a colon. Case does not matter.
pub const ENCODED_PREFIX: &str = "DNA1:";
/// What the text of a literal may begin with; it is not printed. Case does not matter.
pub const LITERAL_PREFIX: &str = "DNA:";

/// Reads the text form into a stored value. Bases may be in lower case; spaces are not bases.
///
/// # Errors
/// [`HelixError::EmptySequence`], [`HelixError::InvalidBase`] with the position in all of `text`, and for
/// encoded values everything that [`crate::check_stored`] finds.
pub fn parse_text(text: &str) -> Result<Vec<u8>, HelixError> {
    match split_prefix(text) {
        None => parse_literal(text, 0),
        Some((prefix, None, bases)) => parse_literal(bases, prefix),
        Some((
            prefix,
            Some(version @ (FORMAT_VERSION | COMPACT_VERSION | SHIELDED_VERSION | FRAMED_VERSION)),
            bases,
        )) => parse_encoded(bases, prefix, version),
        Some((_, Some(version), _)) => Err(HelixError::UnsupportedVersion { version }),
    }
}

/// Length of the prefix, the version in it, what follows; `None` if there is no prefix.
fn split_prefix(text: &str) -> Option<(usize, Option<u8>, &str)> {
    let name = text.get(..3).filter(|name| name.eq_ignore_ascii_case("DNA"))?;
    // A version has three digits at most: do not search a gigabyte of bases for a colon.
    let colon = text.bytes().skip(name.len()).take(4).position(|byte| byte == b':')? + name.len();
    let digits = &text[name.len()..colon];
    let version = if digits.is_empty() {
        None
    } else if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Some(digits.parse().ok()?)
    } else {
        return None;
    };
    Some((colon + 1, version, &text[colon + 1..]))
}

fn parse_literal(text: &str, offset: usize) -> Result<Vec<u8>, HelixError> {
    value::literal(&bases::pack(text).map_err(|error| at(error, offset))?)
}

fn parse_encoded(text: &str, offset: usize, version: u8) -> Result<Vec<u8>, HelixError> {
    let bases = bases::pack(text).map_err(|error| at(error, offset))?;
    if bases.count() == 0 {
        return Err(HelixError::EmptySequence);
    }
    if bases.count() % 4 != 0 {
        return Err(HelixError::Damaged(Damage::TextLength { bases: bases.count() }));
    }
    let stored = bases.into_packed();
    let value = read_whole(&stored)?.value;
    if stored[0] != version {
        return Err(HelixError::Damaged(Damage::Field("the prefix and the value name different versions")));
    }
    match layout::open(&value)?.body {
        Body::Encoded { .. } | Body::Framed(_) => {
            drop(value);
            Ok(stored)
        }
        Body::Literal { .. } => {
            Err(HelixError::Damaged(Damage::Field("the prefix says encoded, the value is a literal")))
        }
    }
}

fn at(error: BasesError, offset: usize) -> HelixError {
    HelixError::InvalidBase { position: offset + error.position, character: error.character }
}

/// The text form of a stored value, which it checks first: damage is reported, not printed.
/// [`parse_text`] gives back the same bytes.
pub fn to_text(stored: &[u8]) -> Result<String, HelixError> {
    match layout::open(&read_whole(stored)?.value)?.body {
        Body::Literal { packed, count } => Ok(bases::unpack(packed, count)),
        Body::Encoded { .. } | Body::Framed(_) => {
            let mut text = String::with_capacity(ENCODED_PREFIX.len() + stored.len() * 4);
            text.push_str("DNA");
            text.push_str(&stored[0].to_string());
            text.push(':');
            bases::unpack_after(&mut text, stored, stored.len() * 4);
            Ok(text)
        }
    }
}
