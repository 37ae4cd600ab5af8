//! Every statement of `tests/data/statements.tsv` does what its first column says; none is ignored in silence.
//!
//! `sql`: no QSQL in it, comes out unchanged (whether it is valid is for the server to say). `rewritten`: becomes SQL.
//! `unsupported`: refused as not carried out yet. `refused`: refused as not QSQL.

mod support;

use qsql::{ErrorKind, rewrite};

#[test]
fn statements_do_as_marked() {
    let table = include_str!("data/statements.tsv");
    let mut failures = Vec::new();
    let mut count = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.splitn(3, '\t');
        let (expected, statement) = (fields.next().unwrap(), fields.nth(1).unwrap());
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
    assert!(count >= 80, "{count}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
