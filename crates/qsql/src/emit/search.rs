//! `QUANTUM SEARCH` as a SELECT in the order of a distance.

use super::{Piece, Writer, call};
use crate::ast::{Limit, Nearest, QuantumSearch};
use crate::catalog::ColumnKind;
use crate::error::{ErrorKind, QsqlError};
use crate::name::quoted;
use crate::resolve::{self, Ordering};
use crate::span::Span;

/// How many times the rows that are wanted a search with tunneling chooses from.
const CANDIDATES_PER_ROW: u32 = 4;

/// Names inside a search with tunneling. The user's value stands among them, so they are names that nobody gives.
const FOUND: &str = "\"qsql found\"";
const NEAR: &str = "\"qsql near\"";
const CHOSEN: &str = "\"qsql chosen\"";

/// What a search consists of, once its names are known.
struct Parts<'a> {
    search: &'a QuantumSearch,
    nearest: Nearest,
    limit: Limit,
    ordering: Ordering,
    /// The relation's name in expressions.
    relation: Span,
}

impl Writer<'_> {
    /// `SELECT rel.*, distance FROM rel [WHERE …] ORDER BY distance LIMIT k`. The distance is written out both times: an output
    /// name could be hidden by a column of the same name, and the planner knows equal expressions.
    pub(super) fn quantum_search(&self, search: &QuantumSearch) -> Result<Vec<Piece>, QsqlError> {
        let at = search.span.start;
        let text = |text: &str| Piece::Text(text.to_owned(), at);
        let behind = |pieces: &mut Vec<Piece>, span: Option<Span>| {
            pieces.extend(span.into_iter().flat_map(|span| [text(" "), Piece::Source(span)]));
        };
        let (Some(nearest), Some(limit)) = (search.nearest, search.limit) else {
            let mut pieces = vec![text("SELECT * FROM "), Piece::Source(search.from_item)];
            behind(&mut pieces, search.filter);
            behind(&mut pieces, search.limit.map(|limit| limit.span));
            return Ok(pieces);
        };
        let ordering = resolve::ordering(search, self.catalog)?;
        let relation = search.relation.alias.as_ref().map_or(search.relation.name.span, |alias| alias.span);
        let parts = Parts { search, nearest, limit, ordering, relation };
        self.check_search(&parts)?;
        if search.options.tunneling.is_some() {
            return self.diverse_search(&parts);
        }
        let mut pieces = vec![text("SELECT "), Piece::Source(relation), text(".*, ")];
        pieces.extend(self.distance(&parts, false));
        pieces.extend([text(" AS distance FROM "), Piece::Source(search.from_item)]);
        behind(&mut pieces, search.filter);
        pieces.push(text(" ORDER BY "));
        pieces.extend(self.distance(&parts, true));
        behind(&mut pieces, Some(limit.span));
        Ok(pieces)
    }

    /// Whether the column can do what is asked of it.
    fn check_search(&self, parts: &Parts<'_>) -> Result<(), QsqlError> {
        let kind = parts.ordering.kind;
        if let Some(context) = parts.nearest.context {
            let at = context.start;
            let exists = self
                .catalog
                .has_type_function("in_context")
                .map_err(|error| QsqlError::new(ErrorKind::Catalog, at, error.to_string()))?;
            if !exists {
                return Err(QsqlError::unsupported(at, "IN CONTEXT is not supported yet")
                    .with_detail("It needs the function in_context(), which does not exist."));
            }
            if matches!(kind, ColumnKind::Vector | ColumnKind::QVector) {
                let message = "IN CONTEXT needs a column of superpositions";
                return Err(QsqlError::new(ErrorKind::DatatypeMismatch, at, message)
                    .with_hint("A vector has no contexts: leave IN CONTEXT out."));
            }
        }
        let only = |span: Option<Span>, name: &str, kinds: &[ColumnKind], hint: &str| match span {
            Some(span) if !kinds.contains(&kind) => {
                let message = format!("{name} is supported for columns of type vector only");
                Err(QsqlError::unsupported(span.start, message).with_hint(hint))
            }
            _ => Ok(()),
        };
        let (options, kinds) = (parts.search.options, [ColumnKind::Vector, ColumnKind::Superposition]);
        only(
            options.recall,
            "recall",
            &kinds,
            "Declare the recall for the session: SET qstore.recall = 0.95.",
        )?;
        only(options.tunneling, "tunneling", &kinds[..1], "Leave the option out.")
    }

    /// `rel.column`.
    fn searched_column(&self, parts: &Parts<'_>) -> Vec<Piece> {
        let at = parts.search.span.start;
        let relation = Piece::Source(parts.relation);
        match (&parts.search.column, &parts.ordering.column) {
            (Some(name), _) if name.parts.len() > 1 => vec![Piece::Source(name.span)],
            (Some(name), _) => vec![relation, Piece::Text(".".to_owned(), at), Piece::Source(name.span)],
            (None, column) => {
                let column = column.as_deref().map(quoted).unwrap_or_default();
                vec![relation, Piece::Text(format!(".{column}"), at)]
            }
        }
    }

    /// The value that is searched for. A recall travels in it to the index, which takes it for this search alone.
    fn value(&self, parts: &Parts<'_>, for_index: bool) -> Vec<Piece> {
        let at = parts.search.span.start;
        let text = |text: &str| Piece::Text(text.to_owned(), at);
        let recall = parts.search.options.recall.filter(|_| for_index);
        let value = Piece::Source(parts.nearest.value);
        let mut pieces = match recall {
            Some(recall) => vec![
                text(&format!("{}.with_recall(", call::SCHEMA)),
                value,
                text(", "),
                Piece::Source(recall),
                text(")"),
            ],
            // A literal of no type could be a vector or one in a context.
            None if parts.ordering.kind == ColumnKind::Superposition && parts.nearest.context.is_none() => {
                vec![text("CAST("), value, text(&format!(" AS {}.vector)", self.schema))]
            }
            None if parts.nearest.is_simple || parts.nearest.context.is_some() => vec![value],
            None => vec![text("("), value, text(")")],
        };
        if let Some(context) = parts.nearest.context {
            pieces.insert(0, text(&format!("{}.in_context(", self.schema)));
            pieces.extend([text(", "), Piece::Source(context), text(")")]);
        }
        pieces
    }

    /// `rel.column <operator> value`.
    fn distance(&self, parts: &Parts<'_>, for_index: bool) -> Vec<Piece> {
        let operator = format!(" OPERATOR({}.{}) ", self.schema, parts.ordering.operator);
        let mut pieces = self.searched_column(parts);
        pieces.push(Piece::Text(operator, parts.search.span.start));
        pieces.extend(self.value(parts, for_index));
        pieces
    }

    /// The same rows chosen from more of the nearest ones, so that they differ among themselves.
    fn diverse_search(&self, parts: &Parts<'_>) -> Result<Vec<Piece>, QsqlError> {
        let search = parts.search;
        let at = search.span.start;
        let names = resolve::column_names(
            &search.relation,
            self.catalog,
            "Search the table itself; tunneling needs to know its columns.",
        )?;
        // Names for what is added, which no column has.
        let free = |wanted: &str| {
            let mut name = wanted.to_owned();
            while names.contains(&name) {
                name.push('_');
            }
            quoted(&name)
        };
        let (distance, place, rank, chosen) = (free("distance"), free("place"), free("rank"), free("chosen"));
        let column = match (&search.column, &parts.ordering.column) {
            (Some(name), _) => quoted(&name.last().name),
            (None, column) => column.as_deref().map(quoted).unwrap_or_default(),
        };
        let text = |text: String| Piece::Text(text, at);
        let wanted = || {
            let mut pieces = vec![text("(CAST((".to_owned()), Piece::Source(parts.limit.rows)];
            pieces.push(text(") AS pg_catalog.int8)".to_owned()));
            if let Some(offset) = parts.limit.offset {
                pieces.extend([
                    text(" + CAST((".to_owned()),
                    Piece::Source(offset),
                    text(") AS pg_catalog.int8)".to_owned()),
                ]);
            }
            pieces.push(text(")".to_owned()));
            pieces
        };
        let columns: Vec<String> = names.iter().map(|name| format!("{FOUND}.{}", quoted(name))).collect();
        let mut pieces = vec![text(format!(
            "SELECT {}, {FOUND}.{distance} AS distance FROM (WITH {FOUND} AS MATERIALIZED (SELECT {NEAR}.*, pg_catalog.row_number() OVER () AS {place} FROM (SELECT ",
            columns.join(", ")
        ))];
        pieces.extend([Piece::Source(parts.relation), text(".*, ".to_owned())]);
        pieces.extend(self.distance(parts, false));
        pieces.extend([text(format!(" AS {distance} FROM ")), Piece::Source(search.from_item)]);
        pieces.extend(search.filter.into_iter().flat_map(|span| [text(" ".to_owned()), Piece::Source(span)]));
        pieces.push(text(" ORDER BY ".to_owned()));
        pieces.extend(self.distance(parts, true));
        pieces.push(text(format!(" LIMIT {CANDIDATES_PER_ROW} * ")));
        pieces.extend(wanted());
        pieces.push(text(format!(
            ") AS {NEAR}) SELECT {FOUND}.*, {CHOSEN}.{rank} FROM {FOUND} LEFT JOIN pg_catalog.unnest({}.diverse_order((SELECT pg_catalog.array_agg({FOUND}.{column} ORDER BY {FOUND}.{place}) FILTER (WHERE {FOUND}.{column} IS NOT NULL) FROM {FOUND}), ",
            call::SCHEMA
        )));
        pieces.extend(self.value(parts, false));
        pieces.push(text(format!(", '{}', ", parts.ordering.operator)));
        pieces.extend(wanted());
        pieces.push(text(format!(
            ")) WITH ORDINALITY AS {CHOSEN}({chosen}, {rank}) ON {CHOSEN}.{chosen} = {FOUND}.{place}) AS {FOUND} ORDER BY {FOUND}.{rank}, {FOUND}.{place} "
        )));
        pieces.push(Piece::Source(parts.limit.span));
        Ok(pieces)
    }
}
