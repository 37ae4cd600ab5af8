//! The lexer: cuts a text into the tokens that PostgreSQL's scanner (`src/backend/parser/scan.l`) would see.
//!
//! Whitespace and comments are the gaps between tokens, so whoever copies spans keeps them. Where server versions differ, the
//! newer reading is taken (`1_000`, `0x1F`, vertical tab as whitespace): an older server refuses such a text by itself.

use crate::span::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// An unquoted identifier or keyword.
    Word,
    /// `"…"`.
    QuotedIdentifier,
    /// `U&"…"`.
    UnicodeIdentifier,
    /// A string constant: `'…'`, `E'…'`, `U&'…'`, `N'…'`, `$tag$…$tag$`.
    String,
    /// A bit string: `B'…'`, `X'…'`.
    BitString,
    /// `$1`.
    Param,
    /// An integer or decimal number.
    Number,
    /// An operator of one or more characters that is not a [`TokenKind::Punct`].
    Operator,
    /// `::`.
    Cast,
    /// `:=`.
    ColonEquals,
    /// `..`.
    DotDot,
    /// `=>`.
    Arrow,
    /// One of `, ( ) [ ] . ; :` or a character that has no place in SQL.
    Punct(char),
}

/// A token and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands, quotes and prefix included.
    pub span: Span,
}

/// Something that begins and never ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct LexError {
    /// PostgreSQL's words for it.
    pub what: &'static str,
    /// Byte offset at which it begins.
    pub position: usize,
}

/// How the server reads `'…'`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LexOptions {
    /// The server's setting of the same name. Off, a backslash escapes inside `'…'` too.
    pub standard_conforming_strings: bool,
}

impl Default for LexOptions {
    fn default() -> Self {
        Self { standard_conforming_strings: true }
    }
}

/// The tokens of `text`, and the error that ended them, if one did: the tokens before it are valid all the same.
pub fn tokenize(text: &str, options: LexOptions) -> (Vec<Token>, Option<LexError>) {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0, options };
    let mut tokens = Vec::new();
    loop {
        match lexer.next() {
            Ok(Some(token)) => tokens.push(token),
            Ok(None) => return (tokens, None),
            Err(error) => return (tokens, Some(error)),
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    options: LexOptions,
}

fn is_identifier_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn is_identifier_part(byte: u8) -> bool {
    is_identifier_start(byte) || byte.is_ascii_digit() || byte == b'$'
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

fn is_newline(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// `op_chars` of scan.l.
fn is_operator_char(byte: u8) -> bool {
    b"~!@#^&|`?+-*/%<>=".contains(&byte)
}

/// The operator characters that let an operator end in `+` or `-`.
fn frees_trailing_sign(byte: u8) -> bool {
    b"~!@#^&|`?%".contains(&byte)
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    fn skip_while(&mut self, accept: impl Fn(u8) -> bool) {
        while self.peek(0).is_some_and(&accept) {
            self.at += 1;
        }
    }

    fn next(&mut self) -> Result<Option<Token>, LexError> {
        self.skip_gap()?;
        let start = self.at;
        let Some(first) = self.peek(0) else { return Ok(None) };
        let kind = match first {
            b'\'' => {
                self.at += 1;
                self.quoted_string(start, !self.options.standard_conforming_strings)?;
                TokenKind::String
            }
            b'"' => {
                self.at += 1;
                self.quoted_identifier(start)?;
                TokenKind::QuotedIdentifier
            }
            b'$' => self.dollar(start)?,
            b'.' if self.peek(1) == Some(b'.') => {
                self.at += 2;
                TokenKind::DotDot
            }
            b'.' if self.peek(1).is_some_and(|byte| byte.is_ascii_digit()) => self.number(),
            b':' if self.peek(1) == Some(b':') => {
                self.at += 2;
                TokenKind::Cast
            }
            b':' if self.peek(1) == Some(b'=') => {
                self.at += 2;
                TokenKind::ColonEquals
            }
            byte if byte.is_ascii_digit() => self.number(),
            byte if is_operator_char(byte) => self.operator(),
            byte if is_identifier_start(byte) => self.word(start)?,
            byte => {
                self.at += 1;
                TokenKind::Punct(byte as char)
            }
        };
        Ok(Some(Token { kind, span: Span::new(start, self.at) }))
    }

    /// Whitespace and comments.
    fn skip_gap(&mut self) -> Result<(), LexError> {
        loop {
            self.skip_while(is_space);
            if self.rest().starts_with(b"--") {
                self.skip_while(|byte| !is_newline(byte));
            } else if self.rest().starts_with(b"/*") {
                self.block_comment()?;
            } else {
                return Ok(());
            }
        }
    }

    fn block_comment(&mut self) -> Result<(), LexError> {
        let position = self.at;
        let mut depth = 0usize;
        while self.at < self.bytes.len() {
            if self.rest().starts_with(b"/*") {
                depth += 1;
                self.at += 2;
            } else if self.rest().starts_with(b"*/") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return Ok(());
                }
            } else {
                self.at += 1;
            }
        }
        Err(LexError { what: "unterminated /* comment", position })
    }

    /// A word, or the prefix of a literal: `E'`, `B'`, `X'`, `N'`, `U&'`, `U&"`.
    fn word(&mut self, start: usize) -> Result<TokenKind, LexError> {
        let (prefix, quote) = (self.bytes[self.at].to_ascii_lowercase(), self.peek(1));
        match (prefix, quote) {
            (b'e', Some(b'\'')) => {
                self.at += 2;
                self.quoted_string(start, true)?;
                return Ok(TokenKind::String);
            }
            (b'n', Some(b'\'')) => {
                self.at += 2;
                self.quoted_string(start, !self.options.standard_conforming_strings)?;
                return Ok(TokenKind::String);
            }
            (b'b' | b'x', Some(b'\'')) => {
                self.at += 2;
                self.bit_string(start)?;
                return Ok(TokenKind::BitString);
            }
            (b'u', Some(b'&')) if self.peek(2) == Some(b'\'') => {
                self.at += 3;
                self.quoted_string(start, false)?;
                return Ok(TokenKind::String);
            }
            (b'u', Some(b'&')) if self.peek(2) == Some(b'"') => {
                self.at += 3;
                self.quoted_identifier(start)?;
                return Ok(TokenKind::UnicodeIdentifier);
            }
            _ => {}
        }
        self.skip_while(is_identifier_part);
        Ok(TokenKind::Word)
    }

    /// From behind the opening quote to behind the closing one, continuation lines included.
    fn quoted_string(&mut self, position: usize, backslash_escapes: bool) -> Result<(), LexError> {
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            match byte {
                b'\\' if backslash_escapes => {
                    // A whole character, so that spans stay on character boundaries.
                    self.at += self.text[self.at..].chars().next().map_or(0, char::len_utf8);
                }
                b'\'' if self.peek(0) == Some(b'\'') => self.at += 1,
                b'\'' => match self.continuation() {
                    Some(next) => self.at = next,
                    None => return Ok(()),
                },
                _ => {}
            }
        }
        Err(LexError { what: "unterminated quoted string", position })
    }

    /// As [`Self::quoted_string`] for bit strings, in which `''` is the end and another beginning.
    fn bit_string(&mut self, position: usize) -> Result<(), LexError> {
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            if byte == b'\'' {
                match self.continuation() {
                    Some(next) => self.at = next,
                    None => return Ok(()),
                }
            }
        }
        Err(LexError { what: "unterminated quoted string", position })
    }

    /// Where a constant goes on after its closing quote: behind the next quote, if only whitespace with a newline and
    /// `--` comments stand between. The mode of the first part stays, which is why `E'a'⏎'\''` is one token.
    fn continuation(&self) -> Option<usize> {
        let byte = |at: usize| self.bytes.get(at).copied();
        let comment_end = |mut at: usize| {
            while byte(at).is_some_and(|byte| !is_newline(byte)) {
                at += 1;
            }
            at
        };
        let mut at = self.at;
        let mut newline = false;
        loop {
            match byte(at)? {
                b'\'' if newline => return Some(at + 1),
                b'-' if byte(at + 1) == Some(b'-') => {
                    at = comment_end(at);
                    byte(at)?;
                }
                space if is_space(space) => {
                    newline |= is_newline(space);
                    at += 1;
                }
                _ => return None,
            }
        }
    }

    fn quoted_identifier(&mut self, position: usize) -> Result<(), LexError> {
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            if byte == b'"' {
                if self.peek(0) != Some(b'"') {
                    return Ok(());
                }
                self.at += 1;
            }
        }
        Err(LexError { what: "unterminated quoted identifier", position })
    }

    /// `$1`, `$tag$…$tag$`, or a lone `$`.
    fn dollar(&mut self, start: usize) -> Result<TokenKind, LexError> {
        self.at += 1;
        if self.peek(0).is_some_and(|byte| byte.is_ascii_digit()) {
            self.skip_junk();
            return Ok(TokenKind::Param);
        }
        let mut end = self.at;
        if self.bytes.get(end).copied().is_some_and(is_identifier_start) {
            while self.bytes.get(end).is_some_and(|&byte| is_identifier_part(byte) && byte != b'$') {
                end += 1;
            }
        }
        if self.bytes.get(end) != Some(&b'$') {
            return Ok(TokenKind::Punct('$'));
        }
        let tag = &self.text[start..=end];
        match self.text[end + 1..].find(tag) {
            Some(offset) => {
                self.at = end + 1 + offset + tag.len();
                Ok(TokenKind::String)
            }
            None => Err(LexError { what: "unterminated dollar-quoted string", position: start }),
        }
    }

    /// A number with whatever letters cling to it: the server reads `1_000` and `0x1F` so, and refuses other junk.
    fn number(&mut self) -> TokenKind {
        let digits = |byte: u8| byte.is_ascii_digit() || byte == b'_';
        self.skip_while(digits);
        if self.peek(0) == Some(b'.') && self.peek(1) != Some(b'.') {
            self.at += 1;
            self.skip_while(digits);
        }
        if self.peek(0).is_some_and(|byte| byte.eq_ignore_ascii_case(&b'e')) {
            let sign = usize::from(matches!(self.peek(1), Some(b'+' | b'-')));
            if self.peek(1 + sign).is_some_and(|byte| byte.is_ascii_digit()) {
                self.at += 1 + sign;
            }
        }
        self.skip_junk();
        TokenKind::Number
    }

    /// Digits, and letters behind them: an error in the server, which must not become a word of its own here. A dollar sign begins the
    /// next token.
    fn skip_junk(&mut self) {
        self.skip_while(|byte| is_identifier_part(byte) && byte != b'$');
    }

    /// The longest operator, cut before a comment, and rid of the `+` and `-` that SQL does not let it end in.
    fn operator(&mut self) -> TokenKind {
        let run = self.rest().iter().take_while(|&&byte| is_operator_char(byte)).count();
        let chars = &self.rest()[..run];
        let mut length = chars.windows(2).position(|pair| pair == b"/*" || pair == b"--").unwrap_or(run);
        if !chars[..length].iter().any(|&byte| frees_trailing_sign(byte)) {
            while length > 1 && matches!(chars[length - 1], b'+' | b'-') {
                length -= 1;
            }
        }
        let kind = if &chars[..length] == b"=>" { TokenKind::Arrow } else { TokenKind::Operator };
        self.at += length;
        kind
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lex(text: &str) -> Vec<&str> {
        let (tokens, error) = tokenize(text, LexOptions::default());
        assert_eq!(error, None, "{text}");
        tokens.iter().map(|token| token.span.text(text)).collect()
    }

    fn lex_error(text: &str) -> LexError {
        tokenize(text, LexOptions::default()).1.expect("an unterminated token")
    }

    #[test]
    fn comments_are_gaps_and_nest() {
        assert_eq!(lex("a -- b\nc /* d /* e */ */ f"), ["a", "c", "f"]);
        assert_eq!(lex("a/*/ */b"), ["a", "b"]);
        assert_eq!(lex_error("a /* b /* c */").position, 2);
    }

    #[test]
    fn strings_of_every_sort() {
        assert_eq!(lex("'it''s' E'a\\'b' U&'\\0041' B'01' x'ff' N'n'").len(), 6);
        assert_eq!(lex(r"'a\' 'b'"), [r"'a\'", "'b'"]);
        assert_eq!(lex("$$a'b$$ $t$ $$ $x$ $t$ $1"), ["$$a'b$$", "$t$ $$ $x$ $t$", "$1"]);
        assert_eq!(lex("a$b$c$b$"), ["a$b$c$b$"]);
        assert_eq!(lex_error("x 'abc").position, 2);
        assert_eq!(lex_error("x $a$ $b$").position, 2);
        assert_eq!(lex_error("x \"abc").position, 2);
    }

    #[test]
    fn continued_strings_keep_their_mode() {
        assert_eq!(lex("E'a' -- c\n  '\\'b' c"), ["E'a' -- c\n  '\\'b'", "c"]);
        assert_eq!(lex("'a' 'b'"), ["'a'", "'b'"]);
        assert_eq!(lex("'a'\n-- c\n'b'"), ["'a'\n-- c\n'b'"]);
        assert_eq!(lex("'a'\n/* c */'b'"), ["'a'", "'b'"]);
    }

    #[test]
    fn backslashes_when_strings_do_not_conform() {
        let options = LexOptions { standard_conforming_strings: false };
        assert_eq!(tokenize(r"'a\' b'", options).0.len(), 1);
        assert_eq!(tokenize("'a\\", options).1.map(|error| error.position), Some(0));
    }

    #[test]
    fn identifiers() {
        assert_eq!(
            lex(r#"größe a$1 "a""b" U&"\0061" u &"x""#),
            ["größe", "a$1", r#""a""b""#, r#"U&"\0061""#, "u", "&", "\"x\""]
        );
    }

    #[test]
    fn operators_follow_the_rules_of_scan_l() {
        assert_eq!(
            lex("a<->b <=>'c' x@-1 2*-1 1=-1"),
            ["a", "<->", "b", "<=>", "'c'", "x", "@-", "1", "2", "*", "-", "1", "1", "=", "-", "1"]
        );
        assert_eq!(lex("a+--c\nb"), ["a", "+", "b"]);
        assert_eq!(lex("a*/*c*/b"), ["a", "*", "b"]);
        assert_eq!(lex("a=>b::c:=d"), ["a", "=>", "b", "::", "c", ":=", "d"]);
    }

    #[test]
    fn numbers() {
        assert_eq!(
            lex("1 .5 1. 1.5e-3 1..10 1_000 0x1F 1e"),
            ["1", ".5", "1.", "1.5e-3", "1", "..", "10", "1_000", "0x1F", "1e"]
        );
        assert_eq!(lex("1$a$x$a$ $1$2 2.5$$y$$"), ["1", "$a$x$a$", "$1", "$2", "2.5", "$$y$$"]);
        assert_eq!(lex("B'1''a' x'F'\n'0'"), ["B'1'", "'a'", "x'F'\n'0'"]);
        assert_eq!(lex("a[1:2] t.c"), ["a", "[", "1", ":", "2", "]", "t", ".", "c"]);
    }
}
