//! What a statement begins with: `CREATE SYNAPTIC INDEX`, and the statements that the language has but nothing carries out.

use super::Parser;
use crate::ast::{Construct, CreateSynapticIndex};
use crate::error::QsqlError;
use crate::span::Span;
use std::ops::Range;

/// A statement of the language that nothing carries out yet.
struct Refused {
    /// The words it begins with.
    head: &'static [&'static str],
    /// What it is called in the message.
    name: &'static str,
    /// Words that must stand somewhere behind the head, in this order, for the statement to be complete.
    needs: &'static [&'static [&'static str]],
    /// Its grammar, for the hint when it is not complete.
    grammar: &'static str,
}

const REFUSED: &[Refused] = &[
    Refused {
        head: &["synaptic", "optimize"],
        name: "SYNAPTIC OPTIMIZE",
        needs: &[],
        grammar: "SYNAPTIC OPTIMIZE INDEX i",
    },
    Refused {
        head: &["synaptic_optimize"],
        name: "SYNAPTIC OPTIMIZE",
        needs: &[],
        grammar: "SYNAPTIC OPTIMIZE INDEX i",
    },
    Refused {
        head: &["quantum", "optimize"],
        name: "QUANTUM OPTIMIZE",
        needs: &[],
        grammar: "QUANTUM OPTIMIZE select",
    },
    Refused {
        head: &["neural", "predict"], name: "NEURAL PREDICT", needs: &[], grammar: "NEURAL PREDICT …"
    },
    Refused { head: &["neural", "train"], name: "NEURAL TRAIN", needs: &[], grammar: "NEURAL TRAIN …" },
    Refused { head: &["neural", "select"], name: "NEURAL SELECT", needs: &[], grammar: "NEURAL SELECT …" },
];

/// First words that no SQL statement has: what follows them must be a QSQL statement.
const OWN_WORDS: &[&str] = &[
    "adapt",
    "compress",
    "decompress",
    "learn",
    "neural",
    "neuromatch",
    "optimize",
    "quantum",
    "quantum_join",
    "quantum_search",
    "superpose",
    "synaptic",
    "synaptic_optimize",
];

const STATEMENTS_HINT: &str = "QSQL's statements are those of SQL, QUANTUM SEARCH, QUANTUM_JOIN, SUPERPOSE, NEUROMATCH, CREATE SYNAPTIC INDEX, SYNAPTIC OPTIMIZE INDEX, LEARN, ADAPT WEIGHTS, COMPRESS TABLE, DECOMPRESS TABLE, SHOW COMPRESSION STATS and OPTIMIZE QUBO.";

/// The refusal of a construct by its name.
pub(super) fn not_yet(position: usize, name: &str) -> QsqlError {
    QsqlError::unsupported(position, format!("{name} is not supported yet"))
}

impl Parser<'_> {
    /// Looks at the first words of a statement, behind EXPLAIN.
    pub(super) fn statement_head(&mut self, range: Range<usize>) -> Result<(), QsqlError> {
        let tokens = &self.tokens;
        let head = self.behind_explain(range.clone());
        self.head = head;
        if head >= range.end {
            return Ok(());
        }
        let position = tokens.span(head).start;
        if let Some(call) = self.function_statement(head, range.end)? {
            self.constructs.push(Construct::Call(call));
            return Ok(());
        }
        if let Some(optimize) = self.optimize_statement(head, range.end)? {
            self.constructs.push(Construct::Optimize(optimize));
            return Ok(());
        }
        for refused in REFUSED {
            let behind = head + refused.head.len();
            if behind > range.end || !tokens.are_words(head, refused.head) {
                continue;
            }
            return Err(if self.is_complete(refused, behind..range.end) {
                not_yet(position, refused.name)
            } else {
                self.error_at(range.end, range.end, &format!("{} is not complete", refused.name))
                    .with_hint(format!("The statement is {}.", refused.grammar))
            });
        }
        if tokens.are_words(head, &["create", "synaptic"]) {
            return self.create_synaptic_index(head, range.end);
        }
        if tokens.are_words(head, &["create", "unique", "synaptic"]) {
            return Err(QsqlError::unsupported(position, "a synaptic index cannot be unique").with_hint(
                "Leave UNIQUE out, and add a unique btree index on the columns that identify a row.",
            ));
        }
        if tokens.is_word(head, "neuromatch") {
            return self.match_statement(head, range.end);
        }
        let parsed_later = tokens.is_one_of(head, &["quantum_search", "quantum_join", "superpose"])
            || tokens.are_words(head, &["quantum", "search"]);
        if !parsed_later && tokens.is_one_of(head, OWN_WORDS) {
            let words = self.span(head..range.end.min(head + 2)).text(tokens.source).to_owned();
            let message = format!("\"{}\" does not begin a statement", super::excerpt(&words));
            return Err(QsqlError::syntax(position, message).with_hint(STATEMENTS_HINT));
        }
        Ok(())
    }

    /// The first token behind `EXPLAIN [ANALYZE] [VERBOSE]` or `EXPLAIN (…)`, or of the statement itself.
    fn behind_explain(&self, range: Range<usize>) -> usize {
        let tokens = &self.tokens;
        if !tokens.is_word(range.start, "explain") {
            return range.start;
        }
        let mut at = range.start + 1;
        if tokens.is_punct(at, '(')
            && !tokens.is_one_of(at + 1, &["select", "with", "values", "table"])
            && !tokens.is_punct(at + 1, '(')
        {
            at = tokens.next(at, range.end);
        }
        while at < range.end && tokens.is_one_of(at, &["analyze", "analyse", "verbose"]) {
            at += 1;
        }
        at
    }

    fn is_complete(&self, refused: &Refused, range: Range<usize>) -> bool {
        let mut at = range.start;
        // Something must stand behind the head, and before each needed word.
        !range.is_empty()
            && refused.needs.iter().all(|words| {
                let found = (at + 1..range.end).find(|&i| self.tokens.are_words(i, words));
                at = found.map_or(range.end, |i| i + words.len());
                found.is_some() && at <= range.end
            })
    }

    /// `CREATE SYNAPTIC INDEX [CONCURRENTLY] [[IF NOT EXISTS] name] ON [ONLY] rel (…) …`: what stands between ON and the
    /// column list is SQL but for the access method.
    fn create_synaptic_index(&mut self, head: usize, end: usize) -> Result<(), QsqlError> {
        const GRAMMAR: &str = "The statement is CREATE SYNAPTIC INDEX [CONCURRENTLY] [[IF NOT EXISTS] name] ON rel (column [opclass]) [WITH (…)].";
        let tokens = &self.tokens;
        let index = head + 2;
        if index >= end || !tokens.is_word(index, "index") {
            return Err(self.error_at(index, end, "CREATE SYNAPTIC needs INDEX").with_hint(GRAMMAR));
        }
        let mut at = index + 1;
        at += usize::from(tokens.is_word(at, "concurrently"));
        if tokens.are_words(at, &["if", "not", "exists"]) {
            at += 3;
        }
        at = tokens.after_path(at, end);
        if at >= end || !tokens.is_word(at, "on") {
            return Err(self
                .error_at(at, end, "CREATE SYNAPTIC INDEX needs ON and a relation")
                .with_hint(GRAMMAR));
        }
        at += 1;
        at += usize::from(tokens.is_word(at, "only"));
        let columns = tokens.after_path(at, end);
        if columns == at {
            return Err(self.error_at(at, end, "CREATE SYNAPTIC INDEX needs a relation").with_hint(GRAMMAR));
        }
        if columns < end && tokens.is_word(columns, "using") {
            return Err(self
                .error_at(columns, end, "CREATE SYNAPTIC INDEX names its access method itself")
                .with_hint("Leave USING … out, or write CREATE INDEX … USING synaptic."));
        }
        if columns >= end || !tokens.is_punct(columns, '(') {
            return Err(self
                .error_at(columns, end, "CREATE SYNAPTIC INDEX needs columns in parentheses")
                .with_hint(GRAMMAR));
        }
        let before_columns = tokens.span(columns - 1).end;
        self.constructs.push(Construct::Index(CreateSynapticIndex {
            synaptic: Span::new(tokens.span(head + 1).start, tokens.span(index).start),
            before_columns: Span::new(before_columns, before_columns),
        }));
        Ok(())
    }
}
