//! What holds for every input.

mod support;

use proptest::prelude::*;
use qsql::lexer::{Token, TokenKind, tokenize};
use qsql::{LexOptions, rewrite};

/// Literals and identifiers whose content looks like SQL or QSQL.
const CONTENTS: &[&str] = &[
    "it's",
    "''",
    "'; DROP TABLE users; --",
    "a\\' OR 1=1 --",
    "\\",
    "/* NEUROMATCH 'x' */",
    "-- x\n' WHERE true",
    "$$ $1 $x$",
    "\") ; (\"",
    "\"",
    ") STRENGTH > 0.1 WHERE (true",
    "QUANTUM SEARCH docs NEAREST TO $1 LIMIT 1",
    "DNA:ATGC",
    "größe 😀 \u{301}",
    "x' NEUROMATCH 'y",
    "U&'\\0027'",
];

const NO_QSQL: &[&str] = &[
    "SELECT ",
    "* ",
    " FROM ",
    "t",
    " WHERE ",
    "(",
    ")",
    "[",
    "]",
    ",",
    ";",
    "\n",
    "'it''s'",
    "E'\\''",
    "$$'$$",
    "$a$\"$a$",
    "\"a\"\"b\"",
    "U&\"\\0061\"",
    "$1",
    "1.5e-3",
    "-- c\n",
    "/* d /* e */ */",
    "'",
    "\"",
    "$x$",
    "/*",
    ":",
    "::",
    "=>",
    "->>",
    " UNION ",
    " AS ",
    " ORDER BY ",
    "WITH ",
    " SHOW ",
    "EXPLAIN ",
    "CREATE INDEX ",
    "ä",
    "\\",
    ".",
];

const QSQL: &[&str] = &[
    " NEUROMATCH ",
    " STRENGTH ",
    " > ",
    "QUANTUM SEARCH ",
    "QUANTUM_SEARCH ",
    " NEAREST TO ",
    " LIMIT ",
    " ON ",
    " IN CONTEXT ",
    " OFFSET ",
    "CREATE SYNAPTIC INDEX ",
    "users",
    "docs",
    "books",
    "DNA:AT",
    "DNA:",
    "COMPRESS TABLE ",
    " USING DNA",
    "SUPERPOSE ",
    " QUANTUM_JOIN ",
    "HEBBIAN_STRENGTHENING true",
    "LEARN PATTERN ",
    "OPTIMIZE QUBO ",
    "OPTIMIZE QUBO MINIMIZE x1 - 2 * x1 * x2 SUBJECT TO x1 + x2 <= 1",
    " AND x1 = 1 BACKEND SA SEED 3",
    "SELECT * FROM users NEUROMATCH 'x'",
    "DELETE FROM docs d NEUROMATCH ('x') STRENGTH > $1",
    " NEUROMATCH (name, $$a$$) STRENGTH > -0.5 WHERE age > 3",
    "(SELECT 1 FROM a, b NEUROMATCH (a.c, 'x') WHERE DNA:AT = y)",
    "QUANTUM SEARCH docs NEAREST TO (SELECT 1) WHERE id IN (1) LIMIT 3",
    "(QUANTUM_SEARCH docs AS e NEAREST TO $1 + $2 LIMIT 3 OFFSET 1)",
    "CREATE SYNAPTIC INDEX i ON docs (embedding)",
    "users neuromatch (a, b)",
    " QUANTUM_JOIN docs d ON users.e ENTANGLE d.embedding TOP 3",
    "QUANTUM_JOIN users docs ON users.e ENTANGLE docs.embedding WITHIN 0.5",
    " ENTANGLE ",
    " TOP ",
    " WITHIN ",
    "SUPERPOSE (SELECT id FROM users ORDER BY 1), (QUANTUM SEARCH docs NEAREST TO $1 LIMIT 3) WEIGHT 0.3",
    " COLLAPSE BY id LIMIT 3",
    " WEIGHT ",
    "COMPRESS TABLE logs (line) USING DNA WITH (level = 3)",
    "SHOW COMPRESSION STATS FOR logs",
    "SYNAPTIC OPTIMIZE INDEX users LEARNING_RATE 0.5",
    "NEUROMATCH users 'x'",
    "QUANTUM SEARCH docs WHERE id = 3 WITH ITERATIONS 5",
    " AMPLITUDE_AMPLIFICATION",
];

fn text_of(pieces: &'static [&'static str], more: &'static [&'static str]) -> impl Strategy<Value = String> {
    let all: Vec<&'static str> = pieces.iter().chain(more).copied().collect();
    prop::collection::vec(prop::sample::select(all), 0..40).prop_map(|parts| parts.concat())
}

fn lex(text: &str) -> Vec<Token> {
    let (tokens, error) = tokenize(text, LexOptions::default());
    assert_eq!(error, None, "{text}");
    tokens
}

fn texts(text: &str) -> Vec<&str> {
    lex(text).iter().map(|token| token.span.text(text)).collect()
}

/// Every way to write a string constant.
fn literals(content: &str) -> Vec<String> {
    vec![
        format!("'{}'", content.replace('\'', "''")),
        format!("E'{}'", content.replace('\\', "\\\\").replace('\'', "\\'")),
        format!("U&'{}'", content.replace('\\', "\\\\").replace('\'', "''")),
        format!("$q_1${content}$q_1$"),
        format!("'{}'\n  -- '\n  'b'", content.replace('\'', "''")),
    ]
}

fn check(source: &str, expected: &str) {
    let rewritten = rewrite(source, &support::catalog()).unwrap_or_else(|error| panic!("{error}: {source}"));
    assert_eq!(texts(&rewritten.sql), texts(expected), "{source}");
}

#[test]
fn literals_stay_inert() {
    for literal in CONTENTS.iter().flat_map(|content| literals(content)) {
        assert_eq!(
            lex(&literal).iter().map(|token| token.kind).collect::<Vec<_>>(),
            [TokenKind::String],
            "{literal}"
        );
        check(
            &format!(
                "SELECT {literal} FROM users NEUROMATCH (name, {literal}) STRENGTH > 0.5 WHERE email = {literal}"
            ),
            &format!(
                "SELECT {literal} FROM users WHERE (\"Ext\".neuromatch(name, {literal}) > 0.5) AND (email = {literal})"
            ),
        );
        check(
            &format!("SELECT 1 FROM users u NEUROMATCH {literal}"),
            &format!(
                "SELECT 1 FROM users u WHERE (\"Ext\".neuromatch(pg_catalog.concat_ws(' ', u.name, u.email), {literal}) > 0)"
            ),
        );
        check(
            &format!("QUANTUM SEARCH docs NEAREST TO {literal} WHERE tenant = {literal} LIMIT 3"),
            &format!(
                "SELECT docs.*, docs.embedding OPERATOR(\"Ext\".<->) {literal} AS distance FROM docs WHERE tenant = {literal} \
                 ORDER BY docs.embedding OPERATOR(\"Ext\".<->) {literal} LIMIT 3"
            ),
        );
    }
}

#[test]
fn identifiers_stay_inert() {
    for content in CONTENTS {
        let name = format!("\"{}\"", content.replace('"', "\"\""));
        check(
            &format!("SELECT {name} FROM users {name} NEUROMATCH ({name}.{name}, 'x') WHERE {name} = 1"),
            &format!(
                "SELECT {name} FROM users {name} WHERE (\"Ext\".neuromatch({name}.{name}, 'x') > 0) AND ({name} = 1)"
            ),
        );
        check(
            &format!("QUANTUM SEARCH {name} ON {name} NEAREST TO $1 LIMIT 3"),
            &format!(
                "SELECT {name}.*, {name}.{name} OPERATOR(\"Ext\".<=>) $1 AS distance FROM {name} \
                 ORDER BY {name}.{name} OPERATOR(\"Ext\".<=>) $1 LIMIT 3"
            ),
        );
        check(
            &format!("CREATE SYNAPTIC INDEX {name} ON {name}.{name} ({name})"),
            &format!("CREATE INDEX {name} ON {name}.{name} USING synaptic ({name})"),
        );
    }
}

/// Names that only the catalog holds come out quoted.
#[test]
fn catalog_names_stay_inert() {
    use qsql::{Column, ColumnKind, MemoryCatalog};
    for content in CONTENTS {
        let name = format!("\"{}\"", content.replace('"', "\"\""));
        let catalog = MemoryCatalog::new(*content)
            .with(&["t"], [Column::new(*content, ColumnKind::Text)])
            .with(&["v"], [Column::new(*content, ColumnKind::Vector)]);
        let sql = |source: &str| rewrite(source, &catalog).unwrap().sql;
        assert_eq!(
            texts(&sql("SELECT 1 FROM t NEUROMATCH 'x'")),
            texts(&format!("SELECT 1 FROM t WHERE ({name}.neuromatch(t.{name}, 'x') > 0)"))
        );
        assert_eq!(
            texts(&sql("QUANTUM SEARCH v NEAREST TO $1 LIMIT 1")),
            texts(&format!(
                "SELECT v.*, v.{name} OPERATOR({name}.<=>) $1 AS distance FROM v ORDER BY v.{name} OPERATOR({name}.<=>) $1 LIMIT 1"
            ))
        );
        assert_eq!(texts(&sql("SELECT DNA:AT")), texts(&format!("SELECT CAST('AT' AS {name}.dna)")));
    }
}

#[test]
fn an_operator_from_the_catalog_must_be_one() {
    use qsql::{Column, ColumnKind, ErrorKind, MemoryCatalog};
    for operator in ["", "<=>) x", "<--", "</*"] {
        let column = Column::new("v", ColumnKind::Vector).indexed_by(operator);
        let catalog = MemoryCatalog::new("public").with(&["t"], [column]);
        let error = rewrite("QUANTUM SEARCH t NEAREST TO $1 LIMIT 1", &catalog).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Catalog);
    }
}

#[test]
fn deep_nesting_ends_in_an_answer() {
    let catalog = support::catalog();
    let parentheses = format!("SELECT {}1{}", "(".repeat(200_000), ")".repeat(200_000));
    assert!(!rewrite(&parentheses, &catalog).unwrap().changed);
    let comments = format!("SELECT 1 {}{}", "/*".repeat(200_000), "*/".repeat(200_000));
    assert!(!rewrite(&comments, &catalog).unwrap().changed);
    let search = |depth: usize| {
        (0..depth).fold("'[1]'".to_owned(), |value, _| {
            let search = format!("QUANTUM SEARCH docs NEAREST TO {value} LIMIT 1");
            if value.len() > 5 { format!("({search})") } else { format!("( {search} )") }
        })
    };
    assert!(rewrite(&search(4), &catalog).unwrap().changed);
    // Each depth doubles the text.
    let error = rewrite(&search(31), &catalog).unwrap_err();
    assert_eq!(error.kind, qsql::ErrorKind::TooComplex);
    let clauses = (0..1000).fold("true".to_owned(), |condition, _| {
        format!("id IN (SELECT id FROM users NEUROMATCH 'x' WHERE {condition})")
    });
    let error = rewrite(&format!("SELECT {clauses}"), &catalog).unwrap_err();
    assert_eq!(error.kind, qsql::ErrorKind::TooComplex);
}

#[test]
fn positions_lead_back_to_the_source() {
    let source = "SELECT 'ä', nme FROM users NEUROMATCH (nam, 'ö') STRENGTH > bound WHERE ag > 3 ORDER BY x";
    let rewritten = rewrite(source, &support::catalog()).unwrap();
    for word in ["nme", "users", "nam,", "'ö'", "bound", "ag >", "x"] {
        let emitted = rewritten.sql.rfind(word).unwrap();
        assert_eq!(rewritten.map.to_source(emitted), source.rfind(word), "{word}");
        let position = |text: &str, at| qsql::character_position(text, at);
        assert_eq!(
            rewritten.map.to_source_position(&rewritten.sql, source, position(&rewritten.sql, emitted)),
            Some(position(source, source.rfind(word).unwrap())),
            "{word}"
        );
    }
    // What was written by the translation leads to the construct.
    let function = rewritten.sql.find("neuromatch(").unwrap();
    assert_eq!(rewritten.map.to_source(function), source.find("NEUROMATCH"));
}

proptest! {
    #[test]
    fn any_text_gets_an_answer(text in any::<String>()) {
        let _ = rewrite(&text, &support::catalog());
    }

    #[test]
    fn any_mixture_gets_an_answer(text in text_of(NO_QSQL, QSQL)) {
        match rewrite(&text, &support::catalog()) {
            Ok(rewritten) => {
                prop_assert_eq!(rewritten.changed, rewritten.sql != text);
                for at in 0..=rewritten.sql.len() {
                    let source = rewritten.map.to_source(at);
                    prop_assert!(source.is_some_and(|source| source <= text.len()));
                }
                prop_assert_eq!(rewritten.map.to_source(rewritten.sql.len() + 1), None);
            }
            Err(error) => {
                prop_assert!(error.position.is_some_and(|at| text.is_char_boundary(at)));
                prop_assert!(!error.message.is_empty());
            }
        }
    }

    #[test]
    fn sql_comes_out_unchanged(text in text_of(NO_QSQL, &[])) {
        let rewritten = rewrite(&text, &support::catalog()).unwrap();
        prop_assert!(!rewritten.changed);
        prop_assert_eq!(rewritten.sql, text);
    }

    /// What comes out is SQL: translating it again changes nothing.
    #[test]
    fn translated_text_is_sql(text in text_of(NO_QSQL, QSQL)) {
        if let Ok(rewritten) = rewrite(&text, &support::catalog()) && rewritten.changed {
            let again = rewrite(&rewritten.sql, &support::catalog());
            prop_assert!(again.is_ok_and(|again| !again.changed), "{}", rewritten.sql);
        }
    }

    #[test]
    fn tokens_cover_all_but_gaps(text in text_of(NO_QSQL, QSQL)) {
        let (tokens, error) = tokenize(&text, LexOptions::default());
        let mut at = 0;
        for token in &tokens {
            prop_assert!(at <= token.span.start && token.span.start < token.span.end);
            let gap = &text[at..token.span.start];
            prop_assert!(lex(gap).is_empty(), "{:?}", gap);
            at = token.span.end;
        }
        prop_assert!(error.is_some() || lex(&text[at..]).is_empty());
    }

    /// Literals with any content, anywhere QSQL takes one.
    #[test]
    fn any_literal_stays_inert(content in any::<String>()) {
        let content = content.replace("q_1", "");
        for literal in literals(&content) {
            check(
                &format!("SELECT 1 FROM users NEUROMATCH (name, {literal}) WHERE email = {literal}"),
                &format!("SELECT 1 FROM users WHERE (\"Ext\".neuromatch(name, {literal}) > 0) AND (email = {literal})"),
            );
        }
    }
}
