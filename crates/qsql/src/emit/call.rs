//! Statements that a function carries out: `SELECT * FROM qstore.function(…)`.

use super::{Piece, Writer};
use crate::ast::{Argument, FunctionCall, Value};
use crate::error::{ErrorKind, QsqlError};
use crate::name::{literal, quoted};

/// The schema of the extension's functions; the extension owns it, so its name is always this.
pub(super) const SCHEMA: &str = "qstore";

impl Writer<'_> {
    /// The call, if the function exists.
    pub(super) fn function_call(&self, call: &FunctionCall) -> Result<Vec<Piece>, QsqlError> {
        let at = call.span.start;
        let exists = self
            .catalog
            .has_function(call.function)
            .map_err(|error| QsqlError::new(ErrorKind::Catalog, at, error.to_string()))?;
        if !exists {
            return Err(missing(call.statement, call.function, at));
        }
        let mut pieces = vec![Piece::Text(format!("SELECT * FROM {SCHEMA}.{}(", call.function), at)];
        arguments(&call.arguments, false, at, &mut pieces);
        pieces.push(Piece::Text(")".to_owned(), at));
        Ok(pieces)
    }
}

/// The refusal of a statement whose function does not exist.
pub(super) fn missing(statement: &str, function: &str, at: usize) -> QsqlError {
    QsqlError::unsupported(at, format!("{statement} is not supported yet"))
        .with_detail(format!("It needs the function {SCHEMA}.{function}(), which does not exist."))
}

/// The arguments, with commas between them, and before the first one if others stand there.
pub(super) fn arguments(arguments: &[Argument], mut comma: bool, at: usize, pieces: &mut Vec<Piece>) {
    for Argument { name, value } in arguments {
        let separator = if comma { ", " } else { "" };
        comma = true;
        let name = name.as_deref().map(|name| format!("{} => ", quoted(name))).unwrap_or_default();
        pieces.push(Piece::Text(format!("{separator}{name}"), at));
        pieces.push(match value {
            Value::Source(span) => Piece::Source(*span),
            Value::Text(text) => Piece::Text(literal(text), at),
            Value::Relation(relation) => {
                let parts: Vec<String> = relation.parts.iter().map(|part| quoted(&part.name)).collect();
                let name = literal(&parts.join("."));
                Piece::Text(format!("CAST({name} AS pg_catalog.regclass)"), relation.span.start)
            }
            Value::Names(names) => {
                let names: Vec<String> = names.iter().map(|name| literal(&name.name)).collect();
                Piece::Text(format!("ARRAY[{}]", names.join(", ")), at)
            }
        });
    }
}
