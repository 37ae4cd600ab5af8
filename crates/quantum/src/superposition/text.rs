//! The text form, JSON: `{"casual": {"weight": 0.3, "vector": [0,1]}, "technical": {"weight": 0.7, "vector": [1,0]}}`.
//!
//! Read by hand and not by a JSON library, because those round a number twice on its way to `f32` and take the last of two equal
//! keys. Strings are JSON strings, vectors have the grammar of the type `vector`.

use super::{Superposition, SuperpositionError};
use crate::state::MAX_DIMENSIONS;
use crate::text::write_number;
use std::fmt::{self, Write};
use std::str::FromStr;

impl fmt::Display for Superposition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "{";
        for (name, weight, vector) in self.contexts() {
            // Display of a JSON value escapes the string.
            write!(f, "{separator}{}: {{\"weight\": ", serde_json::Value::from(name))?;
            separator = ", ";
            if weight == 0.0 || weight >= 1e-5 {
                write!(f, "{weight}")?
            } else {
                write!(f, "{weight:e}")?
            }
            f.write_str(", \"vector\": [")?;
            for (i, &x) in vector.iter().enumerate() {
                if i > 0 {
                    f.write_char(',')?;
                }
                write_number(f, x)?;
            }
            f.write_str("]}")?;
        }
        f.write_char('}')
    }
}

impl FromStr for Superposition {
    type Err = SuperpositionError;

    fn from_str(text: &str) -> Result<Self, SuperpositionError> {
        let mut reader = Reader { text, at: 0 };
        let (mut names, mut weights, mut vectors) = (Vec::new(), Vec::new(), Vec::new());
        reader.object(|reader, name, _| {
            let (mut weight, mut vector) = (None, None);
            let start = reader.at;
            reader.object(|reader, key, position| match key.as_str() {
                "weight" if weight.is_none() => reader.number().map(|number| weight = Some(number)),
                "vector" if vector.is_none() => reader.vector().map(|numbers| vector = Some(numbers)),
                "weight" | "vector" => Err(problem(position, format!("\"{key}\" stands twice"))),
                _ => Err(problem(position, "a context has \"weight\" and \"vector\" and nothing else")),
            })?;
            let (Some(weight), Some(vector)) = (weight, vector) else {
                return Err(problem(start, "a context needs \"weight\" and \"vector\""));
            };
            names.push(name);
            weights.push(weight);
            vectors.push(vector);
            Ok(())
        })?;
        reader.space();
        if reader.at < text.len() {
            return Err(reader.expected("the end of the text"));
        }
        Self::new(names, &weights, &vectors)
    }
}

fn problem(at: usize, problem: impl Into<String>) -> SuperpositionError {
    SuperpositionError::Text { position: at + 1, problem: problem.into() }
}

/// Reads JSON from left to right. `at` is always at a character boundary.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn expected(&self, what: &str) -> SuperpositionError {
        match self.rest().chars().next() {
            Some(found) => problem(self.at, format!("expected {what}, found {found:?}")),
            None => problem(self.at, format!("expected {what}, found the end of the text")),
        }
    }

    fn take(&mut self, sign: char) -> bool {
        self.space();
        let found = self.rest().starts_with(sign);
        self.at += usize::from(found);
        found
    }

    /// An object; `member` reads the value of each key and is told where the key stands.
    fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, String, usize) -> Result<(), SuperpositionError>,
    ) -> Result<(), SuperpositionError> {
        if !self.take('{') {
            return Err(self.expected("'{'"));
        }
        if self.take('}') {
            return Ok(());
        }
        loop {
            self.space();
            let position = self.at;
            let key = self.string()?;
            if !self.take(':') {
                return Err(self.expected("':'"));
            }
            self.space();
            member(self, key, position)?;
            if self.take('}') {
                return Ok(());
            }
            if !self.take(',') {
                return Err(self.expected("',' or '}'"));
            }
        }
    }

    fn string(&mut self) -> Result<String, SuperpositionError> {
        let rest = self.rest();
        let Some(body) = rest.strip_prefix('"') else { return Err(self.expected("a string")) };
        let mut escaped = false;
        let end = body.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        let Some(end) = end else { return Err(problem(self.at, "a string does not end")) };
        let string = rest.get(..end + 2).unwrap_or_default();
        let read = serde_json::from_str(string).map_err(|_| problem(self.at, "an invalid string"))?;
        self.at += string.len();
        Ok(read)
    }

    fn number(&mut self) -> Result<f64, SuperpositionError> {
        let rest = self.rest();
        let number = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
        let token = &rest[..rest.len() - rest.trim_start_matches(number).len()];
        let read = token.parse().map_err(|_| self.expected("a number"))?;
        self.at += token.len();
        Ok(read)
    }

    fn vector(&mut self) -> Result<Vec<f32>, SuperpositionError> {
        let rest = self.rest();
        if !rest.starts_with('[') {
            return Err(self.expected("'['"));
        }
        let Some(end) = rest.find(']') else { return Err(problem(self.at, "a vector does not end")) };
        let read = vector_io::parse(&rest.as_bytes()[..=end], MAX_DIMENSIONS)
            .map_err(|error| problem(self.at, error.to_string()))?;
        self.at += end + 1;
        Ok(read)
    }
}
