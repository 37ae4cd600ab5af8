//! Every statement of `tests/data/statements.tsv` and `variants.tsv` does what its first column says; none is ignored in silence.
//!
//! `sql`: no QSQL in it, comes out unchanged (whether it is valid is for the server to say). `rewritten`: becomes SQL.
//! `unsupported`: refused as not carried out yet. `refused`: refused as not QSQL.

mod support;

use qsql::{ErrorKind, rewrite};

/// Translates the statement in the last column of each line.
fn check(table: &str, at_least: usize) {
    let mut failures = Vec::new();
    let mut count = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let (expected, rest) = line.split_once('\t').expect("a status and a statement");
        let statement = rest.rsplit('\t').next().unwrap_or(rest);
        let actual = match rewrite(statement, &support::catalog()) {
            Ok(rewritten) if rewritten.changed => "rewritten",
            Ok(_) => "sql",
            Err(error) if error.kind == ErrorKind::Unsupported => "unsupported",
            Err(_) => "refused",
        };
        count += 1;
        if actual != expected {
            failures.push(format!("{actual} instead of {expected}: {statement}"));
        }
    }
    assert!(count >= at_least, "{count}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn statements_do_as_marked() {
    check(include_str!("data/statements.tsv"), 80);
}

#[test]
fn variants_do_as_marked() {
    check(include_str!("data/variants.tsv"), 100);
}
