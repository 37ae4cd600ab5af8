//! Statements that a function of the schema `qstore` carries out: COMPRESS TABLE, SHOW COMPRESSION STATS, SYNAPTIC OPTIMIZE INDEX, ….

use super::Parser;
use crate::ast::{Argument, FunctionCall, Value};
use crate::error::QsqlError;
use crate::name::Identifier;
use std::ops::Range;

/// What a statement looks like. Behind the head stands, in this order, what the fields say.
struct Form {
    head: &'static [&'static str],
    /// Its name in messages.
    name: &'static str,
    function: &'static str,
    /// Whether a pattern's name in quotes, and FROM, stand before the relation or query.
    learns: bool,
    /// Whether column names may follow the relation.
    columns: bool,
    /// Words that must follow then.
    then: &'static [&'static [&'static str]],
    /// Words that may follow and change nothing: the only way there is.
    optional: &'static [&'static [&'static str]],
    /// Words that may follow with a value each: the named arguments of the function.
    options: &'static [&'static str],
    /// Whether `WITH (name = value, …)` may end it.
    with: bool,
    grammar: &'static str,
}

const PLAIN: Form = Form {
    head: &[],
    name: "",
    function: "",
    learns: false,
    columns: false,
    then: &[],
    optional: &[],
    options: &[],
    with: false,
    grammar: "",
};

const OPTIMIZE: Form = Form {
    head: &["synaptic", "optimize", "index"],
    name: "SYNAPTIC OPTIMIZE INDEX",
    function: "optimize_index",
    optional: &[&["using", "hebbian_learning"]],
    options: &["learning_rate", "plasticity_threshold"],
    grammar: "SYNAPTIC OPTIMIZE INDEX i [USING HEBBIAN_LEARNING] [LEARNING_RATE r] [PLASTICITY_THRESHOLD p]",
    ..PLAIN
};

const FORMS: &[Form] = &[
    Form {
        head: &["compress", "table"],
        name: "COMPRESS TABLE",
        function: "compress_table",
        columns: true,
        then: &[&["using", "dna"]],
        with: true,
        grammar: "COMPRESS TABLE t [(columns)] USING DNA [WITH (option = value, …)]",
        ..PLAIN
    },
    Form {
        head: &["decompress", "table"],
        name: "DECOMPRESS TABLE",
        function: "decompress_table",
        columns: true,
        grammar: "DECOMPRESS TABLE t [(columns)]",
        ..PLAIN
    },
    Form {
        head: &["show", "compression", "stats", "for"],
        name: "SHOW COMPRESSION STATS",
        function: "compression_stats",
        grammar: "SHOW COMPRESSION STATS FOR t",
        ..PLAIN
    },
    OPTIMIZE,
    Form { head: &["synaptic_optimize", "index"], ..OPTIMIZE },
    Form {
        head: &["adapt", "weights", "on"],
        name: "ADAPT WEIGHTS",
        function: "adapt_weights",
        options: &["learning_rate"],
        grammar: "ADAPT WEIGHTS ON i [LEARNING_RATE r]",
        ..PLAIN
    },
    Form {
        head: &["learn"],
        name: "LEARN PATTERN",
        function: "learn_pattern",
        learns: true,
        options: &["algorithm", "training_epochs"],
        grammar: "LEARN [PATTERN] 'name' FROM rel | (select) [[AS] alias] [ALGORITHM a] [TRAINING_EPOCHS n]",
        ..PLAIN
    },
];

/// Words that only these statements begin with, and the grammar for who does not go on rightly.
const BEGINNINGS: &[(&[&str], &str)] = &[
    (&["compress"], FORMS[0].grammar),
    (&["decompress"], FORMS[1].grammar),
    (&["show", "compression"], FORMS[2].grammar),
    (&["adapt"], FORMS[5].grammar),
];

impl Parser<'_> {
    /// The statement whose first word is `head`, if it is one of these.
    pub(super) fn function_statement(
        &self,
        head: usize,
        end: usize,
    ) -> Result<Option<FunctionCall>, QsqlError> {
        let begins = |words: &[&str]| head + words.len() <= end && self.tokens.are_words(head, words);
        if let Some(form) = FORMS.iter().find(|form| begins(form.head)) {
            return self.filled_form(form, head, end).map(Some);
        }
        match BEGINNINGS.iter().find(|(words, _)| begins(words)) {
            Some((words, grammar)) => {
                let first = self.span(head..head + words.len()).text(self.tokens.source).to_ascii_uppercase();
                let message = format!("{first} is not complete");
                Err(self.error_at(head + words.len(), end, &message).with_hint(the(grammar)))
            }
            None => Ok(None),
        }
    }

    fn filled_form(&self, form: &Form, head: usize, end: usize) -> Result<FunctionCall, QsqlError> {
        let tokens = &self.tokens;
        let mut arguments = Vec::new();
        let mut cursor = head + form.head.len();
        if form.learns {
            cursor = self.learned(form, cursor, end, &mut arguments)?;
        } else {
            let behind = tokens.after_path(cursor, end);
            if behind == cursor {
                return Err(self.wrong(form, cursor, end, "needs a name"));
            }
            arguments.push(Argument {
                name: None,
                value: Value::Relation(tokens.qualified_name(cursor..behind)?),
            });
            cursor = behind;
        }
        if form.columns && cursor < end && tokens.is_punct(cursor, '(') {
            let close = tokens.next(cursor, end) - 1;
            let names = self.column_names(cursor + 1..close).ok_or_else(|| {
                self.wrong(form, cursor + 1, close, "needs column names between the parentheses")
            })?;
            arguments.push(Argument { name: Some("columns".to_owned()), value: Value::Names(names) });
            cursor = close + 1;
        }
        for words in form.then {
            if cursor + words.len() > end || !tokens.are_words(cursor, words) {
                let needed = words.join(" ").to_ascii_uppercase();
                return Err(self.wrong(form, cursor, end, &format!("needs {needed}")));
            }
            cursor += words.len();
        }
        for words in form.optional {
            if cursor + words.len() <= end && tokens.are_words(cursor, words) {
                cursor += words.len();
            }
        }
        let mut given: Vec<String> = Vec::new();
        while cursor < end && tokens.is_one_of(cursor, form.options) {
            let name = tokens.word(cursor).unwrap_or_default();
            let behind = self.option(form, &name, cursor + 1, end, &mut given, &mut arguments)?;
            cursor = behind;
        }
        if form.with && cursor < end && tokens.is_word(cursor, "with") {
            cursor = self.with_options(form, cursor + 1, end, &mut given, &mut arguments)?;
        }
        if cursor < end {
            return Err(self.wrong(form, cursor, end, "must end here"));
        }
        Ok(FunctionCall {
            span: self.span(head..end),
            statement: form.name,
            function: form.function,
            arguments,
        })
    }

    /// `[PATTERN] 'name' FROM rel | (select) [[AS] alias]`.
    fn learned(
        &self,
        form: &Form,
        at: usize,
        end: usize,
        arguments: &mut Vec<Argument>,
    ) -> Result<usize, QsqlError> {
        let tokens = &self.tokens;
        let mut cursor = at + usize::from(at < end && tokens.is_word(at, "pattern"));
        if cursor >= end || !tokens.is_constant(cursor) {
            return Err(self.wrong(form, cursor, end, "needs the pattern's name in quotes"));
        }
        arguments.push(Argument { name: None, value: Value::Source(tokens.span(cursor)) });
        cursor += 1;
        if cursor >= end || !tokens.is_word(cursor, "from") {
            return Err(self.wrong(form, cursor, end, "needs FROM"));
        }
        cursor += 1;
        let start = cursor;
        if cursor < end && tokens.is_punct(cursor, '(') {
            cursor = tokens.next(cursor, end);
            let query = self.span(start + 1..cursor - 1).text(tokens.source).to_owned();
            arguments.push(Argument { name: None, value: Value::Text(query) });
        } else {
            cursor = tokens.after_path(cursor, end);
            if cursor == start {
                return Err(self.wrong(form, cursor, end, "needs a relation or a query"));
            }
            let relation = self.span(start..cursor).text(tokens.source);
            arguments.push(Argument { name: None, value: Value::Text(format!("TABLE {relation}")) });
        }
        cursor += usize::from(cursor < end && tokens.is_word(cursor, "as"));
        if cursor < end && tokens.is_name(cursor) && !tokens.is_one_of(cursor, form.options) {
            cursor += 1;
        }
        Ok(cursor)
    }

    /// An option's value, and the token behind it. A bare word is a text.
    fn option(
        &self,
        form: &Form,
        name: &str,
        at: usize,
        end: usize,
        given: &mut Vec<String>,
        arguments: &mut Vec<Argument>,
    ) -> Result<usize, QsqlError> {
        let tokens = &self.tokens;
        let upper = name.to_ascii_uppercase();
        if given.iter().any(|other| other == name) {
            return Err(self.wrong(form, at - 1, end, &format!("has {upper} twice")));
        }
        given.push(name.to_owned());
        let sign = at < end && (tokens.is_operator(at, "-") || tokens.is_operator(at, "+"));
        let behind = tokens
            .after_value(at + usize::from(sign), end)
            .ok_or_else(|| self.wrong(form, at, end, &format!("needs a value for {upper}")))?;
        let bare_word = behind == at + 1
            && tokens.word(at).is_some_and(|word| !["true", "false", "null"].contains(&word.as_str()));
        let value = match bare_word {
            true => Value::Text(tokens.text(at).to_owned()),
            false => Value::Source(self.span(at..behind)),
        };
        arguments.push(Argument { name: Some(name.to_owned()), value });
        Ok(behind)
    }

    /// `(name = value, …)` and the token behind it.
    fn with_options(
        &self,
        form: &Form,
        open: usize,
        end: usize,
        given: &mut Vec<String>,
        arguments: &mut Vec<Argument>,
    ) -> Result<usize, QsqlError> {
        let tokens = &self.tokens;
        if open >= end || !tokens.is_punct(open, '(') {
            return Err(self.wrong(form, open, end, "needs options in parentheses behind WITH"));
        }
        let close = tokens.next(open, end) - 1;
        let mut cursor = open + 1;
        loop {
            if cursor + 1 >= close || !tokens.is_name(cursor) || !tokens.is_operator(cursor + 1, "=") {
                return Err(self.wrong(form, cursor, close, "needs option = value"));
            }
            let name = tokens.identifier(cursor)?.name;
            cursor = self.option(form, &name, cursor + 2, close, given, arguments)?;
            if cursor >= close {
                return Ok(close + 1);
            }
            if !tokens.is_punct(cursor, ',') {
                return Err(self.wrong(form, cursor, close, "needs a comma between options"));
            }
            cursor += 1;
        }
    }

    /// Names with commas between them.
    fn column_names(&self, range: Range<usize>) -> Option<Vec<Identifier>> {
        let single = |part: Range<usize>| match part.len() {
            1 if self.tokens.is_name(part.start) => self.tokens.identifier(part.start).ok(),
            _ => None,
        };
        self.split_at_commas(range).into_iter().map(single).collect()
    }

    fn wrong(&self, form: &Form, at: usize, end: usize, what: &str) -> QsqlError {
        self.error_at(at, end, &format!("{} {what}", form.name)).with_hint(the(form.grammar))
    }
}

fn the(grammar: &str) -> String {
    format!("The statement is {grammar}.")
}
