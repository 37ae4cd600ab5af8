//! `OPTIMIZE QUBO MINIMIZE | MAXIMIZE expression [SUBJECT TO …]` and `OPTIMIZE QUBO GRAPH max_cut … EDGES FROM rel`.

use super::Parser;
use crate::ast::{Argument, Optimize, Problem, Value};
use crate::error::QsqlError;
use crate::lexer::TokenKind;
use crate::qubo::{Bound, Constraint, Polynomial};
use std::ops::Range;

const GRAMMAR: &str = "The statement is OPTIMIZE QUBO MINIMIZE expression [SUBJECT TO sum <= number, …] [BACKEND SA|SQA|PT|TABU|EXACT] [SEED n] [ITERATIONS n], or OPTIMIZE QUBO GRAPH max_cut [NODES n] EDGES FROM rel ….";

/// Words that follow a problem, each with a value.
const OPTIONS: &[&str] = &["backend", "seed", "iterations", "trotter_slices"];

impl Parser<'_> {
    /// The statement whose first word is `head`; `None` if it is another.
    pub(super) fn optimize_statement(&self, head: usize, end: usize) -> Result<Option<Optimize>, QsqlError> {
        let tokens = &self.tokens;
        if !tokens.is_word(head, "optimize") {
            return Ok(None);
        }
        let problem = head + 2;
        let wrong = |at: usize, what: &str| self.error_at(at, end, what).with_hint(GRAMMAR);
        if problem > end || !tokens.is_word(head + 1, "qubo") {
            return Err(wrong(head + 1, "OPTIMIZE needs QUBO"));
        }
        let mut without_effect = Vec::new();
        let (problem, mut cursor) = if tokens.is_one_of(problem, &["minimize", "maximize"]) && problem < end {
            self.polynomial_problem(problem, end)?
        } else if tokens.are_words(problem, &["graph", "max_cut"]) && problem + 2 <= end {
            let mut cursor = problem + 2;
            if cursor + 1 < end && tokens.is_word(cursor, "nodes") {
                without_effect.push(self.span(cursor..cursor + 2));
                cursor += 2;
            }
            if cursor + 2 >= end || !tokens.are_words(cursor, &["edges", "from"]) {
                return Err(wrong(cursor, "OPTIMIZE QUBO GRAPH needs EDGES FROM and a relation"));
            }
            let behind = tokens.after_path(cursor + 2, end);
            let Some(edges) = self.single_relation(cursor + 2..behind)? else {
                return Err(wrong(cursor + 2, "EDGES FROM needs a relation"));
            };
            (Problem::MaxCut { edges }, behind)
        } else {
            return Err(wrong(problem, "OPTIMIZE QUBO needs MINIMIZE, MAXIMIZE or GRAPH max_cut"));
        };
        let mut options = Vec::new();
        while cursor < end && tokens.is_one_of(cursor, OPTIONS) {
            let word = tokens.word(cursor).unwrap_or_default();
            let behind = tokens
                .after_value(cursor + 1, end)
                .ok_or_else(|| wrong(cursor + 1, &format!("{} needs a value", word.to_ascii_uppercase())))?;
            let name = match word.as_str() {
                "iterations" => "sweeps",
                "trotter_slices" => {
                    without_effect.push(self.span(cursor..behind));
                    cursor = behind;
                    continue;
                }
                name => name,
            };
            if options.iter().any(|option: &Argument| option.name.as_deref() == Some(name)) {
                return Err(wrong(cursor, "OPTIMIZE QUBO has this option already"));
            }
            let value = match tokens.word(cursor + 1) {
                Some(backend) if behind == cursor + 2 => Value::Text(backend),
                _ => Value::Source(self.span(cursor + 1..behind)),
            };
            options.push(Argument { name: Some(name.to_owned()), value });
            cursor = behind;
        }
        if cursor < end {
            return Err(wrong(cursor, "OPTIMIZE QUBO must end here"));
        }
        Ok(Some(Optimize { span: self.span(head..end), problem, options, without_effect }))
    }

    fn polynomial_problem(&self, at: usize, end: usize) -> Result<(Problem, usize), QsqlError> {
        let tokens = &self.tokens;
        let mut variables = Vec::new();
        let maximize = tokens.is_word(at, "maximize");
        let (objective, mut cursor) = self.polynomial(at + 1, end, &mut variables)?;
        let mut constraints = Vec::new();
        if cursor + 1 < end && tokens.are_words(cursor, &["subject", "to"]) {
            loop {
                let (constraint, behind) = self.constraint(cursor + 2, end, &mut variables)?;
                constraints.push(constraint);
                cursor = behind;
                if cursor < end && (tokens.is_punct(cursor, ',') || tokens.is_word(cursor, "and")) {
                    cursor -= 1; // the loop skips two words, here only one stands between
                } else {
                    break;
                }
            }
        }
        if variables.is_empty() {
            return Err(self.error_at(at + 1, end, "OPTIMIZE QUBO needs a variable").with_hint(GRAMMAR));
        }
        Ok((Problem::Polynomial { variables, maximize, objective, constraints }, cursor))
    }

    /// `sum <= sum`, as a sum that is to be at most 0.
    fn constraint(
        &self,
        at: usize,
        end: usize,
        variables: &mut Vec<String>,
    ) -> Result<(Constraint, usize), QsqlError> {
        let tokens = &self.tokens;
        let (left, operator) = self.polynomial(at, end, variables)?;
        let (bound, sign) = match () {
            () if operator >= end => (Bound::Equal, 0.0),
            () if tokens.is_operator(operator, "<=") => (Bound::AtMost, 1.0),
            () if tokens.is_operator(operator, ">=") => (Bound::AtMost, -1.0),
            () if tokens.is_operator(operator, "=") => (Bound::Equal, 1.0),
            () => (Bound::Equal, 0.0),
        };
        if sign == 0.0 {
            return Err(self.error_at(operator, end, "a constraint needs <=, >= or =").with_hint(GRAMMAR));
        }
        let (right, behind) = self.polynomial(operator + 1, end, variables)?;
        let mut sum = Polynomial::default();
        sum.add_multiple(&left, sign);
        sum.add_multiple(&right, -sign);
        if !sum.is_linear() {
            let message = "a constraint cannot have products of variables";
            return Err(QsqlError::unsupported(tokens.span(at).start, message));
        }
        Ok((Constraint { sum, bound }, behind))
    }

    /// `[+|-] term {+|- term}` and the token behind it.
    fn polynomial(
        &self,
        at: usize,
        end: usize,
        variables: &mut Vec<String>,
    ) -> Result<(Polynomial, usize), QsqlError> {
        let tokens = &self.tokens;
        let mut sum = Polynomial::default();
        let mut cursor = at;
        loop {
            let mut sign = 1.0;
            if cursor < end && (tokens.is_operator(cursor, "-") || tokens.is_operator(cursor, "+")) {
                sign = if tokens.is_operator(cursor, "-") { -1.0 } else { 1.0 };
                cursor += 1;
            } else if cursor > at {
                return Ok((sum, cursor));
            }
            cursor = self.term(cursor, end, sign, &mut sum, variables)?;
        }
    }

    /// `factor {* factor}`, a factor being a number or a variable.
    fn term(
        &self,
        at: usize,
        end: usize,
        sign: f64,
        sum: &mut Polynomial,
        variables: &mut Vec<String>,
    ) -> Result<usize, QsqlError> {
        let tokens = &self.tokens;
        let (mut coefficient, mut factors, mut cursor) = (sign, Vec::new(), at);
        loop {
            if cursor < end && tokens.kind(cursor) == Some(TokenKind::Number) {
                let number = tokens.text(cursor).replace('_', "").parse::<f64>();
                coefficient *= number.ok().filter(|number| number.is_finite()).ok_or_else(|| {
                    self.error_at(cursor, end, "this number cannot be read").with_hint(GRAMMAR)
                })?;
            } else if cursor < end && tokens.is_name(cursor) && !self.ends_polynomial(cursor..end) {
                let name = tokens.identifier(cursor)?.name;
                let number = variables.iter().position(|other| *other == name).unwrap_or_else(|| {
                    variables.push(name);
                    variables.len() - 1
                });
                if !factors.contains(&number) {
                    factors.push(number);
                }
            } else {
                return Err(self
                    .error_at(cursor, end, "a number or a variable is needed")
                    .with_hint(GRAMMAR));
            }
            cursor += 1;
            if cursor >= end || !tokens.is_operator(cursor, "*") {
                break;
            }
            cursor += 1;
        }
        let product = match factors.as_slice() {
            [] => None,
            [one] => Some((*one, *one)),
            [one, other] => Some((*one, *other)),
            _ => {
                let message = "products of more than two variables are not quadratic";
                return Err(QsqlError::unsupported(tokens.span(at).start, message));
            }
        };
        sum.add(product, coefficient);
        Ok(cursor)
    }

    fn ends_polynomial(&self, range: Range<usize>) -> bool {
        self.tokens.is_one_of(range.start, OPTIONS) || self.tokens.are_words(range.start, &["subject", "to"])
    }
}
