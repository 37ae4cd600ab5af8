//! The parser. One pass over the bytes finds where each number ends; the standard library's correctly rounded
//! conversion turns it into an `f32`.

use std::ops::Range;

/// Why a text is not a vector. Offsets count bytes from the start of the text; components count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The first thing that is not white space is not `[`.
    #[error("vector does not start with \"[\"")]
    MissingBracket,
    /// `[]`
    #[error("vector has no components")]
    Empty,
    /// More components than the caller allows; the rest of the text was not read.
    #[error("vector has more than {max} components")]
    TooMany {
        /// The caller's limit.
        max: usize,
    },
    /// Something else stands where a number should.
    #[error("component {component}, at byte {offset}, is not a number")]
    NotANumber {
        /// Which component.
        component: usize,
        /// Where it should start.
        offset: usize,
    },
    /// The number is too large for single precision.
    #[error("component {component} is out of range")]
    OutOfRange {
        /// Which component.
        component: usize,
        /// Where the number stands.
        token: Range<usize>,
    },
    /// The component is written as NaN.
    #[error("component {component} is NaN")]
    Nan {
        /// Which component.
        component: usize,
    },
    /// The component is written as an infinity.
    #[error("component {component} is infinite")]
    Infinite {
        /// Which component.
        component: usize,
    },
    /// After a number comes neither `,` nor `]`.
    #[error("expected \",\" or \"]\" after component {component}, at byte {offset}")]
    ExpectedSeparator {
        /// The component before it.
        component: usize,
        /// Where the separator should be.
        offset: usize,
    },
    /// The text ends before the `]`.
    #[error("vector ends without \"]\"")]
    UnexpectedEnd,
    /// Something other than white space follows the `]`.
    #[error("unexpected text after \"]\", at byte {offset}")]
    TrailingText {
        /// Where it starts.
        offset: usize,
    },
}

/// Parses `text` into at most `max_components` finite components.
///
/// # Errors
/// See [`ParseError`]; the leftmost defect is reported.
pub fn parse(text: &[u8], max_components: usize) -> Result<Vec<f32>, ParseError> {
    let mut pos = skip_space(text, 0);
    if text.get(pos) != Some(&b'[') {
        return Err(ParseError::MissingBracket);
    }
    pos = skip_space(text, pos + 1);
    if text.get(pos) == Some(&b']') {
        return Err(ParseError::Empty);
    }
    // A component takes two bytes at least; typical embeddings take ten, so this seldom grows.
    let mut components = Vec::with_capacity((text.len() / 8 + 1).min(max_components));
    loop {
        if components.len() == max_components {
            return Err(ParseError::TooMany { max: max_components });
        }
        pos = skip_space(text, pos);
        let component = components.len() + 1;
        let (value, end) = number(text, pos, component)?;
        components.push(value);
        pos = skip_space(text, end);
        match text.get(pos) {
            Some(b',') => pos += 1,
            Some(b']') => break,
            Some(_) => return Err(ParseError::ExpectedSeparator { component, offset: pos }),
            None => return Err(ParseError::UnexpectedEnd),
        }
    }
    pos = skip_space(text, pos + 1);
    if pos < text.len() { Err(ParseError::TrailingText { offset: pos }) } else { Ok(components) }
}

/// The component that starts at `start` and the offset behind it.
fn number(text: &[u8], start: usize, component: usize) -> Result<(f32, usize), ParseError> {
    if start == text.len() {
        return Err(ParseError::UnexpectedEnd);
    }
    let Some(end) = number_end(text, start) else {
        return Err(named_number(text, start, component));
    };
    let value = std::str::from_utf8(&text[start..end]).ok().and_then(|token| token.parse::<f32>().ok());
    match value {
        Some(value) if value.is_finite() => Ok((value, end)),
        Some(_) => Err(ParseError::OutOfRange { component, token: start..end }),
        None => Err(ParseError::NotANumber { component, offset: start }),
    }
}

/// Where the longest decimal number from `start` on ends; `None` if there is none.
pub(crate) fn number_end(text: &[u8], start: usize) -> Option<usize> {
    let integer = skip_sign(text, start);
    let mut end = skip_digits(text, integer);
    let mut digits = end - integer;
    if text.get(end) == Some(&b'.') {
        let fraction = skip_digits(text, end + 1);
        digits += fraction - (end + 1);
        end = fraction;
    }
    if digits == 0 {
        return None;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let exponent = skip_sign(text, end + 1);
        let after = skip_digits(text, exponent);
        if after > exponent {
            end = after;
        }
    }
    Some(end)
}

/// The error for what is not a decimal number: NaN and the infinities get their own.
fn named_number(text: &[u8], start: usize, component: usize) -> ParseError {
    let word = &text[skip_sign(text, start)..];
    match word.get(..3) {
        Some(w) if w.eq_ignore_ascii_case(b"nan") => ParseError::Nan { component },
        Some(w) if w.eq_ignore_ascii_case(b"inf") => ParseError::Infinite { component },
        _ => ParseError::NotANumber { component, offset: start },
    }
}

fn skip_while(text: &[u8], start: usize, wanted: impl Fn(u8) -> bool) -> usize {
    text[start..].iter().position(|&byte| !wanted(byte)).map_or(text.len(), |n| start + n)
}

pub(crate) fn skip_space(text: &[u8], start: usize) -> usize {
    skip_while(text, start, |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c))
}

pub(crate) fn skip_digits(text: &[u8], start: usize) -> usize {
    skip_while(text, start, |byte| byte.is_ascii_digit())
}

pub(crate) fn skip_sign(text: &[u8], start: usize) -> usize {
    start + usize::from(matches!(text.get(start), Some(b'+' | b'-')))
}
