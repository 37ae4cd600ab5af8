//! Numbers inside a text. One pass over the bytes finds where each ends; the standard library's correctly rounded
//! conversion turns it into an `f32`.

use crate::{Component, ParseError};

/// The component that starts at `start`, the `component`th of its vector, and the offset behind it.
pub(crate) fn number<C: Component>(
    text: &[u8],
    start: usize,
    component: usize,
) -> Result<(C, usize), ParseError> {
    if start >= text.len() {
        return Err(ParseError::UnexpectedEnd);
    }
    let Some(end) = number_end(text, start) else {
        return Err(named_number(text, start, component));
    };
    let token = std::str::from_utf8(&text[start..end]).ok();
    let Some(value) = token.and_then(|token| token.parse::<f32>().ok()) else {
        return Err(ParseError::NotANumber { component, offset: start });
    };
    // By way of single precision, as pgvector reads a half: the two roundings may differ from one in the last bit.
    let value = C::from_f32(value);
    if value.to_f32().is_finite() {
        Ok((value, end))
    } else {
        Err(ParseError::OutOfRange { component, token: start..end })
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

/// The offset of the first byte from `start` on that is not white space.
pub(crate) fn skip_space(text: &[u8], start: usize) -> usize {
    skip_while(text, start, |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c))
}

pub(crate) fn skip_digits(text: &[u8], start: usize) -> usize {
    skip_while(text, start, |byte| byte.is_ascii_digit())
}

pub(crate) fn skip_sign(text: &[u8], start: usize) -> usize {
    start + usize::from(matches!(text.get(start), Some(b'+' | b'-')))
}

fn skip_while(text: &[u8], start: usize, wanted: impl Fn(u8) -> bool) -> usize {
    text[start..].iter().position(|&byte| !wanted(byte)).map_or(text.len(), |n| start + n)
}
