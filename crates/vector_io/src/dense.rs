//! The text form of a dense vector.

use crate::Component;
use crate::number::{number, skip_space};
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
    /// The number is too large for the type of the components.
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
pub fn parse<C: Component>(text: &[u8], max_components: usize) -> Result<Vec<C>, ParseError> {
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
