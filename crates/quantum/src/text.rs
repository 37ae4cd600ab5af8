//! The text form of a state: `[0.6,0.8i,0.1-0.2i]`.
//!
//! ```text
//! state     := '[' amplitude (',' amplitude)* ']'
//! amplitude := real | imaginary | real sign imaginary        imaginary: after a sign here, without one of its own
//! real      := [sign] number
//! imaginary := [sign] [number] 'i'
//! number    := digits ['.' [digits]] [exponent] | '.' digits [exponent]
//! exponent  := ('e' | 'E') [sign] digits
//! ```
//!
//! White space may stand between any two of these signs and words, but not within a number or before its `i`.
//! Printing writes no spaces, the shortest digits that give back the same `f32`, and leaves out a part that
//! is zero.

use std::fmt::{self, Write};
use std::str::FromStr;

use num_complex::Complex32;

use crate::error::{QuantumError, TextProblem};
use crate::state::{MAX_DIMENSIONS, State};

/// Below this a number is printed with an exponent.
const EXPONENT_BELOW: f32 = 1e-5;
/// From this on a number is printed with an exponent.
const EXPONENT_FROM: f32 = 1e16;

/// Reads the text form; the amplitudes are as written, not normalised.
///
/// # Errors
/// [`QuantumError::Text`], [`QuantumError::NoDimensions`] for `[]`, [`QuantumError::TooManyDimensions`]. A
/// number too small for an `f32` is zero.
pub fn parse_amplitudes(text: &str) -> Result<Vec<Complex32>, QuantumError> {
    let mut parser = Parser { text, at: 0 };
    parser.skip_space();
    parser.expect(b'[', "'['")?;
    parser.skip_space();
    if parser.take(b']') {
        parser.expect_end()?;
        return Err(QuantumError::NoDimensions);
    }
    let mut amplitudes = Vec::new();
    loop {
        if amplitudes.len() == MAX_DIMENSIONS {
            return Err(QuantumError::TooManyDimensions { limit: MAX_DIMENSIONS });
        }
        amplitudes.push(parser.amplitude()?);
        parser.skip_space();
        if parser.take(b']') {
            break;
        }
        parser.expect(b',', "',' or ']'")?;
    }
    parser.expect_end()?;
    Ok(amplitudes)
}

impl FromStr for State {
    type Err = QuantumError;

    /// [`parse_amplitudes`], normalised.
    fn from_str(text: &str) -> Result<Self, QuantumError> {
        Self::from_amplitudes(parse_amplitudes(text)?)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_amplitudes(f, self.amplitudes())
    }
}

/// The text form of these amplitudes. [`parse_amplitudes`] gives back finite ones bit by bit.
pub fn format_amplitudes(amplitudes: &[Complex32]) -> String {
    let mut text = String::with_capacity(amplitudes.len() * 24 + 2);
    // Writing to a string does not fail.
    let _ = write_amplitudes(&mut text, amplitudes);
    text
}

fn write_amplitudes(out: &mut impl Write, amplitudes: &[Complex32]) -> fmt::Result {
    out.write_char('[')?;
    for (i, z) in amplitudes.iter().enumerate() {
        if i > 0 {
            out.write_char(',')?;
        }
        // A part is left out if it is the zero that reading puts in its place, which −0 is not.
        let (no_re, no_im) = (z.re.to_bits() == 0, z.im.to_bits() == 0);
        if !no_re || no_im {
            write_number(out, z.re)?;
        }
        if !no_im {
            if !no_re && z.im.is_sign_positive() {
                out.write_char('+')?;
            }
            write_number(out, z.im)?;
            out.write_char('i')?;
        }
    }
    out.write_char(']')
}

/// A number with the shortest digits that give back the same `f32`.
pub(crate) fn write_number(out: &mut impl Write, x: f32) -> fmt::Result {
    if x == 0.0 || (EXPONENT_BELOW..EXPONENT_FROM).contains(&x.abs()) {
        write!(out, "{x}")
    } else {
        write!(out, "{x:e}")
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// The space characters of PostgreSQL's own number and array input.
    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C)) {
            self.at += 1;
        }
    }

    fn digits(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at > start
    }

    fn problem<T>(&self, position: usize, problem: TextProblem) -> Result<T, QuantumError> {
        Err(QuantumError::Text { position: position + 1, problem })
    }

    fn unexpected<T>(&self, expected: &'static str) -> Result<T, QuantumError> {
        // Everything before is ASCII, so that this is a character boundary.
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(found) => self.problem(self.at, TextProblem::Unexpected { expected, found }),
            None => self.problem(self.at, TextProblem::End { expected }),
        }
    }

    fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), QuantumError> {
        if self.take(byte) { Ok(()) } else { self.unexpected(expected) }
    }

    fn expect_end(&mut self) -> Result<(), QuantumError> {
        self.skip_space();
        if self.at == self.text.len() { Ok(()) } else { self.unexpected("the end of the text") }
    }

    fn sign(&mut self) -> Option<f32> {
        if self.take(b'+') {
            Some(1.0)
        } else if self.take(b'-') {
            Some(-1.0)
        } else {
            None
        }
    }

    fn amplitude(&mut self) -> Result<Complex32, QuantumError> {
        self.skip_space();
        let sign = self.sign().unwrap_or(1.0);
        self.skip_space();
        let (first, imaginary) = self.part(sign)?;
        if imaginary {
            return Ok(Complex32::new(0.0, first));
        }
        self.skip_space();
        let Some(sign) = self.sign() else { return Ok(Complex32::new(first, 0.0)) };
        self.skip_space();
        let (second, imaginary) = self.part(sign)?;
        if imaginary { Ok(Complex32::new(first, second)) } else { self.unexpected("'i'") }
    }

    /// A number, and whether an `i` follows it; an `i` alone is one `i`.
    fn part(&mut self, sign: f32) -> Result<(f32, bool), QuantumError> {
        let start = self.at;
        if self.starts_with_name("nan") || self.starts_with_name("inf") {
            return self.problem(start, TextProblem::NotFinite);
        }
        if self.take(b'i') {
            return Ok((sign, true));
        }
        let whole = self.digits();
        let fraction = self.take(b'.') && self.digits();
        if !whole && !fraction {
            self.at = start;
            return self.unexpected("a number or 'i'");
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.sign();
            if !self.digits() {
                return self.unexpected("the digits of an exponent");
            }
        }
        match self.text[start..self.at].parse::<f32>() {
            // The sign is applied after, which keeps that of −0.
            Ok(x) if x.is_finite() => Ok((sign * x, self.take(b'i'))),
            _ => self.problem(start, TextProblem::OutOfRange),
        }
    }

    fn starts_with_name(&self, name: &str) -> bool {
        self.text.as_bytes()[self.at..]
            .get(..name.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(name.as_bytes()))
    }
}
