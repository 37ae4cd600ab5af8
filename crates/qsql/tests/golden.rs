//! Every `tests/golden/NAME.qsql` becomes `NAME.sql`, or is refused with `NAME.err`. `UPDATE_GOLDEN=1` writes the expectations
//! anew; the diff is then to be read.

mod support;

use qsql::{QsqlError, character_position, rewrite};
use std::path::Path;

/// An error the way psql shows it.
fn show(error: &QsqlError, source: &str) -> String {
    let mut shown = format!("ERROR:  {}: {}\n", error.kind.sqlstate(), error.message);
    if let Some(position) = error.position {
        let line_start = source[..position].rfind('\n').map_or(0, |at| at + 1);
        let line = source[line_start..].lines().next().unwrap_or("");
        let number = source[..line_start].matches('\n').count() + 1;
        let prefix = format!("LINE {number}: ");
        let column = character_position(&source[line_start..], position - line_start) - 1;
        shown += &format!("{prefix}{line}\n{}^\n", " ".repeat(prefix.len() + column));
    }
    for (label, line) in [("DETAIL", &error.detail), ("HINT", &error.hint)] {
        if let Some(line) = line {
            shown += &format!("{label}:  {line}\n");
        }
    }
    shown
}

#[test]
fn golden_files() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut inputs: Vec<_> = std::fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "qsql"))
        .collect();
    inputs.sort();
    assert!(!inputs.is_empty());
    let mut failures = Vec::new();
    for input in inputs {
        let source = std::fs::read_to_string(&input).unwrap();
        let (extension, actual) = match rewrite(&source, &support::catalog()) {
            Ok(rewritten) => {
                assert_eq!(rewritten.changed, rewritten.sql != source, "{}", input.display());
                ("sql", rewritten.sql)
            }
            Err(error) => ("err", show(&error, &source)),
        };
        let (expected, stale) = (
            input.with_extension(extension),
            input.with_extension(if extension == "sql" { "err" } else { "sql" }),
        );
        if update {
            std::fs::write(&expected, &actual).unwrap();
            let _ = std::fs::remove_file(&stale);
        } else if stale.exists() || std::fs::read_to_string(&expected).ok().as_deref() != Some(&actual) {
            failures.push(format!("{}:\n{actual}", expected.display()));
        }
    }
    assert!(failures.is_empty(), "differs from the golden file:\n{}", failures.join("\n"));
}
