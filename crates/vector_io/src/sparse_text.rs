//! The text form of a sparse vector, `{1:1.5,3:2}/5`: index and value of each element, counted from 1, then the number of
//! dimensions. The grammar stands in the README.

use crate::number::{number_end, skip_digits, skip_sign, skip_space};
use crate::sparse::{Sparse, SparseFault, SparseLimits, check_finite, check_index};
use std::fmt;
use std::ops::Range;

/// Why a text is not a sparse vector. Offsets count bytes from the start of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SparseTextError {
    /// Something else stands where a part of the form should.
    #[error("expected {expected} at byte {offset}")]
    Syntax {
        /// What should stand there.
        expected: Expected,
        /// Where it should.
        offset: usize,
    },
    /// The number is too large for single precision, or so small that nothing but 0 is left of it.
    #[error("element {element} is out of range")]
    OutOfRange {
        /// Which element, from 1.
        element: usize,
        /// Where the number stands.
        token: Range<usize>,
    },
    /// The form is right, what it says is no sparse vector.
    #[error(transparent)]
    Fault(#[from] SparseFault),
}

/// A part of the text form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// `{`
    OpeningBrace,
    /// An integer.
    Index,
    /// `:`
    Colon,
    /// A decimal number.
    Value,
    /// `,` or `}`
    Separator,
    /// `/`
    Slash,
    /// An integer.
    Dimensions,
    /// Nothing but white space.
    End,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OpeningBrace => "\"{\"",
            Self::Index => "an index",
            Self::Colon => "\":\"",
            Self::Value => "a number",
            Self::Separator => "\",\" or \"}\"",
            Self::Slash => "\"/\"",
            Self::Dimensions => "the number of dimensions",
            Self::End => "the end",
        })
    }
}

/// Parses `text`. Elements may come in any order and are sorted; those of value 0 are dropped, whatever their index, but
/// count towards `limits.elements`. No more than that number is ever held.
///
/// # Errors
/// See [`SparseTextError`]: first what is wrong with the form or with a value, leftmost; then the number of dimensions; then
/// the indices, in ascending order.
pub fn parse_sparse(text: &[u8], limits: SparseLimits) -> Result<Sparse, SparseTextError> {
    let mut pos = expect(text, skip_space(text, 0), b'{', Expected::OpeningBrace)?;
    // Index, from 1, and value. An element takes four bytes at least.
    let mut elements: Vec<(i64, f32)> = Vec::with_capacity((text.len() / 8 + 1).min(limits.elements));
    pos = skip_space(text, pos);
    if text.get(pos) == Some(&b'}') {
        pos += 1;
    } else {
        let mut element = 0;
        loop {
            if element == limits.elements {
                return Err(SparseFault::TooManyElements { max: limits.elements }.into());
            }
            element += 1;
            let (index, end) = integer(text, skip_space(text, pos), Expected::Index)?;
            pos = expect(text, skip_space(text, end), b':', Expected::Colon)?;
            let (value, end) = value(text, skip_space(text, pos), element)?;
            if value != 0.0 {
                elements.push((index, value));
            }
            pos = skip_space(text, end);
            match text.get(pos) {
                Some(b',') => pos += 1,
                Some(b'}') => break pos += 1,
                _ => return Err(SparseTextError::Syntax { expected: Expected::Separator, offset: pos }),
            }
        }
    }
    pos = expect(text, skip_space(text, pos), b'/', Expected::Slash)?;
    let (dims, end) = integer(text, skip_space(text, pos), Expected::Dimensions)?;
    pos = skip_space(text, end);
    if pos < text.len() {
        return Err(SparseTextError::Syntax { expected: Expected::End, offset: pos });
    }

    let dims = limits.check_dims(dims)?;
    elements.sort_unstable_by_key(|&(index, _)| index);
    let mut sparse = Sparse {
        dims,
        indices: Vec::with_capacity(elements.len()),
        values: Vec::with_capacity(elements.len()),
    };
    let mut previous = None;
    for (index, value) in elements {
        check_index(index, previous, dims)?;
        previous = Some(index);
        sparse.indices.push((index - 1) as i32);
        sparse.values.push(value);
    }
    Ok(sparse)
}

/// The offset behind `wanted`, which must stand at `pos`.
fn expect(text: &[u8], pos: usize, wanted: u8, expected: Expected) -> Result<usize, SparseTextError> {
    if text.get(pos) == Some(&wanted) {
        Ok(pos + 1)
    } else {
        Err(SparseTextError::Syntax { expected, offset: pos })
    }
}

/// The decimal integer at `start`, the nearest `i64` if it is none, and the offset behind it.
fn integer(text: &[u8], start: usize, expected: Expected) -> Result<(i64, usize), SparseTextError> {
    let digits = skip_sign(text, start);
    let end = skip_digits(text, digits);
    if end == digits {
        return Err(SparseTextError::Syntax { expected, offset: start });
    }
    let magnitude = text[digits..end]
        .iter()
        .fold(0_i64, |number, digit| number.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    Ok((if text[start] == b'-' { -magnitude } else { magnitude }, end))
}

/// The value at `start` and the offset behind it.
fn value(text: &[u8], start: usize, element: usize) -> Result<(f32, usize), SparseTextError> {
    let Some(end) = number_end(text, start) else {
        let word = &text[skip_sign(text, start)..];
        return Err(match word.get(..3) {
            Some(w) if w.eq_ignore_ascii_case(b"nan") => SparseFault::Nan { element }.into(),
            Some(w) if w.eq_ignore_ascii_case(b"inf") => SparseFault::Infinite { element }.into(),
            _ => SparseTextError::Syntax { expected: Expected::Value, offset: start },
        });
    };
    let token = &text[start..end];
    let value = std::str::from_utf8(token).ok().and_then(|token| token.parse::<f32>().ok());
    let Some(value) = value else {
        return Err(SparseTextError::Syntax { expected: Expected::Value, offset: start });
    };
    // A written 0 is no element; a number that only rounds to 0 would vanish silently.
    if check_finite(value, element).is_err() || value == 0.0 && has_nonzero_digit(token) {
        return Err(SparseTextError::OutOfRange { element, token: start..end });
    }
    Ok((value, end))
}

/// Whether the digits before the exponent are not all 0.
fn has_nonzero_digit(token: &[u8]) -> bool {
    token.iter().take_while(|byte| !matches!(byte, b'e' | b'E')).any(|byte| matches!(byte, b'1'..=b'9'))
}
