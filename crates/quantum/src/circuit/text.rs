//! The text form of a circuit: statements that end with `;` or at the end of a line.
//!
//! ```text
//! circuit   = "qubits" integer , { statement }
//! statement = gate [ "(" angle ")" ] qubit { [","] qubit } [ "if" bit ]
//!           | "measure" [ qubit [ "->" bit ] ]          -- without a qubit: every one into the bit of its number
//! angle     = factor { ("*" | "/") factor } ,  factor = [ "+" | "-" ] ( number | "pi" )
//! comment   = ( "#" | "//" ) to the end of the line
//! ```

use super::{Action, Circuit, CircuitError, Gate, Operation};
use std::f64::consts::PI;

pub(super) fn parse(source: &str) -> Result<Circuit, CircuitError> {
    let statements = source
        .lines()
        .flat_map(|line| {
            let end = line.find('#').unwrap_or(line.len()).min(line.find("//").unwrap_or(line.len()));
            line[..end].split(';')
        })
        .map(str::trim)
        .filter(|statement| !statement.is_empty());
    let mut circuit = None;
    for (index, statement) in statements.enumerate() {
        let fail = |problem: String| CircuitError::Syntax { statement: index + 1, problem };
        match &mut circuit {
            None => {
                let count =
                    statement.strip_prefix("qubits").map(str::trim).and_then(|count| count.parse().ok());
                let count = count.ok_or_else(|| {
                    fail(format!("expected \"qubits\" and their number, found \"{}\"", shown(statement)))
                })?;
                circuit = Some(Circuit::new(count)?);
            }
            Some(circuit) => parse_statement(circuit, statement, &fail)?,
        }
    }
    circuit.ok_or(CircuitError::Syntax { statement: 1, problem: "the text is empty".into() })
}

/// As much of a faulty text as a message repeats.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(40).collect();
    if shown.len() < text.len() {
        shown.push_str("...");
    }
    shown
}

fn parse_statement(
    circuit: &mut Circuit,
    statement: &str,
    fail: &dyn Fn(String) -> CircuitError,
) -> Result<(), CircuitError> {
    let number = |word: &str| {
        word.parse::<usize>()
            .map_err(|_| fail(format!("expected a number from 0, found \"{}\"", shown(word))))
    };
    let name_end = statement.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(statement.len());
    let (name, rest) = statement.split_at(name_end);
    if name.eq_ignore_ascii_case("measure") {
        return match rest.split_once("->") {
            Some((qubit, bit)) => circuit.measure(number(qubit.trim())?, number(bit.trim())?).map(|_| ()),
            None if rest.trim().is_empty() => {
                (0..circuit.qubits()).try_for_each(|qubit| circuit.measure(qubit, qubit).map(|_| ()))
            }
            None => number(rest.trim()).and_then(|qubit| circuit.measure(qubit, qubit).map(|_| ())),
        };
    }
    let (angle, rest) = match rest.trim_start().strip_prefix('(') {
        None => (None, rest),
        Some(inside) => {
            let (angle, rest) = inside.split_once(')').ok_or_else(|| fail("\"(\" is not closed".into()))?;
            (Some(parse_angle(angle).map_err(fail)?), rest)
        }
    };
    let gate = Gate::named(name, angle).map_err(fail)?;
    let mut words = rest.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    let (mut qubits, mut condition) = (Vec::new(), None);
    while let Some(word) = words.next() {
        if word.eq_ignore_ascii_case("if") {
            condition = Some(number(words.next().unwrap_or_default())?);
            if let Some(extra) = words.next() {
                return Err(fail(format!(
                    "expected the end after the condition, found \"{}\"",
                    shown(extra)
                )));
            }
            break;
        }
        qubits.push(number(word)?);
    }
    circuit.push(Operation { action: Action::Gate(gate), qubits, condition }).map(|_| ())
}

impl Gate {
    /// Reads a gate as in a circuit's text, without its qubits: `h`, `rx(pi/2)`.
    ///
    /// # Errors
    /// What is wrong, as a clause.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.trim().split_once('(') {
            None => Self::named(text.trim(), None),
            Some((name, rest)) => {
                let angle = rest.strip_suffix(')').ok_or("\"(\" is not closed")?;
                Self::named(name.trim_end(), Some(parse_angle(angle)?))
            }
        }
    }
}

fn parse_angle(text: &str) -> Result<f64, String> {
    let mut value = 1.0;
    let mut divide = false;
    let mut rest = text.trim();
    loop {
        let end = rest.find(['*', '/']).unwrap_or(rest.len());
        let factor = parse_factor(rest[..end].trim()).ok_or_else(|| {
            format!("expected an angle such as 0.5, pi/2 or -3*pi/4, found \"{}\"", shown(text))
        })?;
        value = if divide { value / factor } else { value * factor };
        let Some(operator) = rest[end..].chars().next() else { return Ok(value) };
        divide = operator == '/';
        rest = &rest[end + 1..];
    }
}

fn parse_factor(text: &str) -> Option<f64> {
    let (sign, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest.trim_start()),
        None => (1.0, text.strip_prefix('+').unwrap_or(text).trim_start()),
    };
    if magnitude.eq_ignore_ascii_case("pi") || magnitude == "π" {
        return Some(sign * PI);
    }
    // Rust's parser would also read names such as "inf" and a second sign.
    let starts_as_number = magnitude.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if starts_as_number { magnitude.parse::<f64>().ok().map(|x| sign * x) } else { None }
}
