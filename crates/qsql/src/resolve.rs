//! Names to columns and operators, by asking the catalog.

use crate::ast::{FromRelation, QuantumJoin, QuantumSearch};
use crate::catalog::{Catalog, Column, ColumnKind, Relation};
use crate::error::{ErrorKind, QsqlError};
use crate::name::{QualifiedName, quoted};

/// `concat_ws` takes at most 100 arguments, its separator included.
const MAX_CONCATENATED: usize = 90;

/// How a search orders its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordering {
    /// The column's name as stored, if the search did not name one.
    pub column: Option<String>,
    /// The ordering operator, without its schema.
    pub operator: String,
    /// What the column is; `Other` where the relation or the column is not known.
    pub kind: ColumnKind,
}

/// The expression that stands for a relation's rows where NEUROMATCH names no column: its text columns together, or else its
/// only vector.
pub fn row_expression(
    from: &FromRelation,
    position: usize,
    catalog: &dyn Catalog,
) -> Result<String, QsqlError> {
    const HINT: &str = "Name the column: NEUROMATCH (column, pattern).";
    let relation = known_relation(from, catalog, HINT)?;
    let qualifier = quoted(&from.visible_name().name);
    let of_kind = |kind| {
        let columns = relation.columns.iter().enumerate().filter(move |(_, column)| column.kind == kind);
        columns.map(|(i, column)| {
            let name = from.column_aliases.get(i).map_or(&column.name, |alias| &alias.name);
            format!("{qualifier}.{}", quoted(name))
        })
    };
    let texts: Vec<String> = of_kind(ColumnKind::Text).collect();
    let vectors: Vec<String> = of_kind(ColumnKind::Vector).collect();
    match (texts.as_slice(), vectors.as_slice()) {
        ([], [vector]) => Ok(vector.clone()),
        ([], []) => {
            let message = format!("relation \"{}\" has no text and no vector column", from.name.last().name);
            Err(QsqlError::new(ErrorKind::UndefinedColumn, position, message).with_hint(
                "For other types convert the column: WHERE NEUROMATCH(column::text, pattern) > 0.5.",
            ))
        }
        ([], _) => Err(ambiguous(from, position, &vectors, HINT)),
        ([text], _) => Ok(text.clone()),
        _ => Ok(concatenation(&texts)),
    }
}

fn concatenation(columns: &[String]) -> String {
    let joined = |columns: &[String]| format!("pg_catalog.concat_ws(' ', {})", columns.join(", "));
    if columns.len() <= MAX_CONCATENATED {
        joined(columns)
    } else {
        concatenation(&columns.chunks(MAX_CONCATENATED).map(joined).collect::<Vec<_>>())
    }
}

/// The column and the operator of a search. A relation or column that does not exist is left to the server wherever the
/// answer is not needed, because it reports it best.
pub fn ordering(search: &QuantumSearch, catalog: &dyn Catalog) -> Result<Ordering, QsqlError> {
    const HINT: &str = "Name the column: QUANTUM SEARCH rel ON column NEAREST TO v LIMIT k.";
    let from = &search.relation;
    if let Some(name) = &search.column {
        let column = named_column(from, name, catalog)?;
        let operator = operator(column.as_ref(), name.span.start)?;
        return Ok(Ordering { column: None, operator, kind: column.map_or(ColumnKind::Other, |it| it.kind) });
    }
    let position = from.name.span.start;
    let relation = known_relation(from, catalog, HINT)?;
    let in_context = search.nearest.is_some_and(|nearest| nearest.context.is_some());
    let kinds: &[ColumnKind] = match in_context {
        true => &[ColumnKind::Superposition],
        false => &[ColumnKind::Vector, ColumnKind::QVector, ColumnKind::Superposition],
    };
    let mut vectors = relation.columns.iter().filter(|column| kinds.contains(&column.kind));
    match (vectors.next(), vectors.next()) {
        (Some(column), None) => Ok(Ordering {
            column: Some(column.name.clone()),
            operator: operator(Some(column), position)?,
            kind: column.kind,
        }),
        (None, _) if in_context => {
            let message = format!("relation \"{}\" has no column of superpositions", from.name.last().name);
            Err(QsqlError::new(ErrorKind::UndefinedColumn, position, message))
        }
        (None, _) => {
            let message = format!("relation \"{}\" has no vector column", from.name.last().name);
            Err(QsqlError::new(ErrorKind::UndefinedColumn, position, message))
        }
        (Some(first), Some(second)) => {
            let names: Vec<String> =
                [first, second].into_iter().chain(vectors).map(|column| quoted(&column.name)).collect();
            Err(ambiguous(from, position, &names, HINT))
        }
    }
}

/// The operator of a join's searched column.
pub fn join_operator(join: &QuantumJoin, catalog: &dyn Catalog) -> Result<String, QsqlError> {
    let column = named_column(&join.relation, &join.column, catalog)?;
    operator(column.as_ref(), join.column.span.start)
}

/// A column that was named, if the catalog knows it.
fn named_column(
    from: &FromRelation,
    name: &QualifiedName,
    catalog: &dyn Catalog,
) -> Result<Option<Column>, QsqlError> {
    let relation = if from.is_with_query { None } else { lookup(from, catalog)? };
    let column = relation.and_then(|it| it.columns.into_iter().find(|it| it.name == name.last().name));
    if let Some(Column { kind: ColumnKind::Text, .. }) = column {
        let message = format!("column \"{}\" is not a vector", name.last().name);
        return Err(QsqlError::new(ErrorKind::DatatypeMismatch, name.span.start, message).with_hint(
            "Text is searched with NEUROMATCH: SELECT * FROM rel NEUROMATCH (column, 'pattern').",
        ));
    }
    Ok(column)
}

/// The names of a relation's columns.
pub fn column_names(
    from: &FromRelation,
    catalog: &dyn Catalog,
    hint: &str,
) -> Result<Vec<String>, QsqlError> {
    Ok(known_relation(from, catalog, hint)?.columns.into_iter().map(|column| column.name).collect())
}

/// The operator of the column's index, else the default of its type.
fn operator(column: Option<&Column>, position: usize) -> Result<String, QsqlError> {
    let default = match column.map(|column| column.kind) {
        Some(ColumnKind::QVector) => "<~>",
        _ => "<=>",
    };
    let operator = column.and_then(|column| column.nearest_operator.as_deref()).unwrap_or(default);
    let valid = !operator.is_empty()
        && operator.chars().all(|c| "~!@#^&|`?+-*/%<>=".contains(c))
        && !operator.contains("--")
        && !operator.contains("/*");
    if valid {
        Ok(operator.to_owned())
    } else {
        let message = format!("the catalog gave \"{operator}\" for an operator");
        Err(QsqlError::new(ErrorKind::Catalog, position, message))
    }
}

/// The names of a relation's first two columns.
pub fn first_columns(from: &FromRelation, catalog: &dyn Catalog) -> Result<(String, String), QsqlError> {
    let relation = known_relation(from, catalog, "Name a table or a view.")?;
    match relation.columns.as_slice() {
        [first, second, ..] => Ok((first.name.clone(), second.name.clone())),
        _ => {
            let message = format!("relation \"{}\" does not have two columns", from.name.last().name);
            Err(QsqlError::new(ErrorKind::UndefinedColumn, from.name.span.start, message)
                .with_hint("The first two columns are the nodes of an edge, numbers from 0."))
        }
    }
}

fn lookup(from: &FromRelation, catalog: &dyn Catalog) -> Result<Option<Relation>, QsqlError> {
    catalog
        .relation(&from.name.parts)
        .map_err(|error| QsqlError::new(ErrorKind::Catalog, from.name.span.start, error.to_string()))
}

/// The relation, where its columns are needed.
fn known_relation(from: &FromRelation, catalog: &dyn Catalog, hint: &str) -> Result<Relation, QsqlError> {
    let position = from.name.span.start;
    if from.is_with_query {
        let message = format!("the columns of the WITH query \"{}\" are not known", from.name.last().name);
        return Err(QsqlError::new(ErrorKind::Ambiguous, position, message).with_hint(hint));
    }
    lookup(from, catalog)?.ok_or_else(|| {
        let name: Vec<&str> = from.name.parts.iter().map(|part| part.name.as_str()).collect();
        let message = format!("relation \"{}\" does not exist", name.join("."));
        QsqlError::new(ErrorKind::UndefinedTable, position, message)
    })
}

fn ambiguous(from: &FromRelation, position: usize, columns: &[String], hint: &str) -> QsqlError {
    let message = format!("relation \"{}\" has more than one vector column", from.name.last().name);
    QsqlError::new(ErrorKind::Ambiguous, position, message)
        .with_detail(format!("The vector columns are {}.", columns.join(", ")))
        .with_hint(hint)
}
