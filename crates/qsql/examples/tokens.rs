//! Reads texts with a NUL behind each, and prints for each a line with the byte offsets at which its tokens begin, or `error` with them
//! where the text cannot be cut to its end. A test holds it against the server's own scanner (pg_test/cluster/test_lexer.py).

use std::io::{Read, Write};

fn main() -> std::io::Result<()> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let mut output = std::io::stdout().lock();
    for text in input.split_terminator('\0') {
        let (tokens, error) = qsql::lexer::tokenize(text, qsql::LexOptions::default());
        let starts: Vec<String> = tokens.iter().map(|token| token.span.start.to_string()).collect();
        writeln!(output, "{}{}", if error.is_some() { "error " } else { "" }, starts.join(" "))?;
    }
    Ok(())
}
