//! The catalog that the tests translate against.

use qsql::{Column, ColumnKind, MemoryCatalog};

/// A few relations; the extension stands in a schema whose name needs quotes.
pub fn catalog() -> MemoryCatalog {
    let text = |name: &str| Column::new(name, ColumnKind::Text);
    let other = |name: &str| Column::new(name, ColumnKind::Other);
    let vector = |name: &str| Column::new(name, ColumnKind::Vector);
    MemoryCatalog::new("Ext")
        .with(&["users"], [other("id"), text("name"), text("email"), other("age")])
        .with(&["books"], [other("id"), text("title"), text("description")])
        .with(&["shop", "books"], [other("id"), text("title")])
        .with(&["notes"], [other("id"), text("body"), vector("embedding")])
        .with(&["Odd \"Table"], [text("Select"), text("größe")])
        .with(&["docs"], [other("id"), vector("embedding").indexed_by("<->"), other("tenant")])
        .with(&["plain_docs"], [other("id"), vector("embedding")])
        .with(&["states"], [other("id"), Column::new("psi", ColumnKind::QVector)])
        .with(&["ideas"], [other("id"), Column::new("meaning", ColumnKind::Superposition), vector("v")])
        .with(&["twins"], [vector("small"), vector("large")])
        .with(&["memories"], [other("id"), text("content")])
        .with(&["numbers"], [other("id")])
        .with(&["products"], [other("id"), text("category"), text("description")])
        .with(&["logs"], [other("id"), text("line")])
        .with(&["graph_edges"], [other("a"), other("b")])
        .with_functions(&[
            "compress_table",
            "compression_stats",
            "optimize_index",
            "learn_pattern",
            "solve_qubo",
            "solve_problem",
            "max_cut",
            "in_context",
        ])
}
