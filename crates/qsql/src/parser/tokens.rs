//! The token list with its parentheses matched, and the questions that the parser asks of it.

use crate::error::QsqlError;
use crate::keywords;
use crate::lexer::{LexError, LexOptions, Token, TokenKind, tokenize};
use crate::name::{Identifier, QualifiedName};
use crate::span::Span;
use std::ops::Range;

/// The tokens of a text. Every method takes a token's number; one past the end is always allowed and is no token.
pub(super) struct Tokens<'a> {
    pub(super) source: &'a str,
    list: Vec<Token>,
    /// For a parenthesis or bracket the number of its other half; for anything else 0.
    partner: Vec<usize>,
    /// The first thing that keeps the text from being cut reliably.
    pub(super) damage: Option<QsqlError>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(source: &'a str, options: LexOptions) -> Self {
        let (list, lex_error) = tokenize(source, options);
        let mut partner = vec![0; list.len()];
        let mut open = Vec::new();
        let mut unmatched = None;
        for (i, token) in list.iter().enumerate() {
            let opening = match token.kind {
                TokenKind::Punct('(' | '[') => {
                    open.push(i);
                    continue;
                }
                TokenKind::Punct(')') => '(',
                TokenKind::Punct(']') => '[',
                _ => continue,
            };
            match open.pop_if(|&mut last| list[last].kind == TokenKind::Punct(opening)) {
                Some(last) => {
                    partner[last] = i;
                    partner[i] = last;
                }
                None => unmatched = unmatched.or(Some(i)),
            }
        }
        for &i in &open {
            partner[i] = list.len();
        }
        let damage =
            lex_error.map(|LexError { what, position }| QsqlError::syntax(position, what)).or_else(|| {
                let i = unmatched.or(open.first().copied())?;
                let text = list[i].span.text(source);
                Some(QsqlError::syntax(list[i].span.start, format!("unmatched \"{text}\"")))
            });
        Self { source, list, partner, damage }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn kind(&self, i: usize) -> Option<TokenKind> {
        self.list.get(i).map(|token| token.kind)
    }

    pub(super) fn span(&self, i: usize) -> Span {
        self.list.get(i).map_or(Span::new(self.source.len(), self.source.len()), |token| token.span)
    }

    pub(super) fn text(&self, i: usize) -> &'a str {
        self.span(i).text(self.source)
    }

    /// The span of a range of tokens that is not empty.
    pub(super) fn span_of(&self, range: Range<usize>) -> Span {
        self.span(range.start).to(self.span(range.end - 1))
    }

    /// Where a message about the token stands; behind the last token when there is none.
    pub(super) fn position(&self, i: usize, end: usize) -> usize {
        if i < end || i == 0 { self.span(i).start } else { self.span(i - 1).end }
    }

    pub(super) fn is_punct(&self, i: usize, punct: char) -> bool {
        self.kind(i) == Some(TokenKind::Punct(punct))
    }

    pub(super) fn is_operator(&self, i: usize, operator: &str) -> bool {
        self.kind(i) == Some(TokenKind::Operator) && self.text(i) == operator
    }

    /// Whether the token is this unquoted word, in either case.
    pub(super) fn is_word(&self, i: usize, word: &str) -> bool {
        self.kind(i) == Some(TokenKind::Word) && self.text(i).eq_ignore_ascii_case(word)
    }

    pub(super) fn is_one_of(&self, i: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.is_word(i, word))
    }

    /// Whether the tokens from `i` on are these words.
    pub(super) fn are_words(&self, i: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(k, word)| self.is_word(i + k, word))
    }

    /// The unquoted word in lower case.
    pub(super) fn word(&self, i: usize) -> Option<String> {
        (self.kind(i)? == TokenKind::Word).then(|| self.text(i).to_ascii_lowercase())
    }

    pub(super) fn is_constant(&self, i: usize) -> bool {
        matches!(self.kind(i), Some(TokenKind::String | TokenKind::Param))
    }

    /// Whether the token can be the name of a column or relation, or a bare alias.
    pub(super) fn is_name(&self, i: usize) -> bool {
        match self.kind(i) {
            Some(TokenKind::QuotedIdentifier | TokenKind::UnicodeIdentifier) => true,
            Some(TokenKind::Word) => self.word(i).is_some_and(|word| !keywords::is_reserved(&word)),
            _ => false,
        }
    }

    /// For an opening parenthesis or bracket: the number of its closing one, within `end`.
    pub(super) fn group(&self, i: usize, end: usize) -> Option<usize> {
        matches!(self.kind(i)?, TokenKind::Punct('(' | '[')).then(|| self.partner[i].min(end))
    }

    /// The token behind `i`, or behind the group that begins there.
    pub(super) fn next(&self, i: usize, end: usize) -> usize {
        self.group(i, end).map_or(i + 1, |close| (close + 1).min(end))
    }

    /// The token behind the dotted name that begins at `i`; `i` itself if there is none.
    pub(super) fn after_path(&self, i: usize, end: usize) -> usize {
        if i >= end || !self.is_name(i) {
            return i;
        }
        let mut at = i + 1;
        // After a dot any word is a name, reserved or not.
        while at + 1 < end
            && self.is_punct(at, '.')
            && matches!(
                self.kind(at + 1),
                Some(TokenKind::Word | TokenKind::QuotedIdentifier | TokenKind::UnicodeIdentifier)
            )
        {
            at += 2;
        }
        at
    }

    pub(super) fn identifier(&self, i: usize) -> Result<Identifier, QsqlError> {
        let span = self.span(i);
        let text = self.text(i);
        match self.kind(i) {
            Some(TokenKind::QuotedIdentifier) => Ok(Identifier::from_quoted(text, span)),
            Some(TokenKind::UnicodeIdentifier) if self.is_word(i + 1, "uescape") => Err(
                QsqlError::unsupported(span.start, "UESCAPE is not supported in a name that QSQL looks up")
                    .with_hint("Use the standard escape character, or write the name in plain quotes."),
            ),
            Some(TokenKind::UnicodeIdentifier) => Identifier::from_unicode(text, span)
                .ok_or_else(|| QsqlError::syntax(span.start, "invalid Unicode escape in identifier")),
            _ => Ok(Identifier::from_word(text, span)),
        }
    }

    /// The dotted name in a range that [`Tokens::after_path`] gave.
    pub(super) fn qualified_name(&self, range: Range<usize>) -> Result<QualifiedName, QsqlError> {
        let span = self.span_of(range.clone());
        let parts = range.step_by(2).map(|i| self.identifier(i)).collect::<Result<_, _>>()?;
        Ok(QualifiedName { parts, span })
    }

    /// Whether an operand is complete before token `i`, so that a clause or an alias can follow but no further operand.
    pub(super) fn operand_before(&self, i: usize, start: usize) -> bool {
        if i <= start {
            return false;
        }
        let previous = i - 1;
        match self.kind(previous) {
            Some(TokenKind::Word) => {
                if previous > start && self.is_punct(previous - 1, '.') {
                    return true;
                }
                let time_zone =
                    self.is_word(previous, "zone") && self.is_word(previous.wrapping_sub(1), "time");
                !time_zone && self.word(previous).is_some_and(|word| keywords::ends_operand(&word))
            }
            Some(TokenKind::Punct(')')) => {
                // `a OPERATOR(s.+) b` is an operator, not a call.
                let open = self.partner[previous];
                !(open > start && self.is_word(open - 1, "operator"))
            }
            Some(TokenKind::Punct(']')) => true,
            Some(TokenKind::Punct(_) | TokenKind::Operator) => false,
            Some(TokenKind::Cast | TokenKind::ColonEquals | TokenKind::DotDot | TokenKind::Arrow) | None => {
                false
            }
            Some(_) => true,
        }
    }

    /// The token behind a value without operators around it: a constant, a name, a call, a parenthesis, `ARRAY[…]`, each
    /// with any casts and subscripts behind it. `None` if no such value begins at `i`.
    pub(super) fn after_value(&self, i: usize, end: usize) -> Option<usize> {
        if i >= end {
            return None;
        }
        let mut at = match self.kind(i)? {
            TokenKind::String | TokenKind::BitString | TokenKind::Number | TokenKind::Param => i + 1,
            TokenKind::Punct('(') => self.next(i, end),
            TokenKind::Word if self.is_word(i, "array") && self.is_punct(i + 1, '[') => self.next(i + 1, end),
            TokenKind::Word if self.is_one_of(i, &["null", "true", "false"]) => i + 1,
            _ => match self.after_path(i, end) {
                at if at == i => return None,
                at if at < end && self.is_punct(at, '(') => self.next(at, end),
                at => at,
            },
        };
        while at < end {
            if self.is_punct(at, '[') {
                at = self.next(at, end);
            } else if self.kind(at) == Some(TokenKind::Cast) {
                let type_name = at + 1;
                at = self.after_path(type_name, end);
                if at == type_name {
                    return None;
                }
                if self.is_word(at - 1, "double") && at < end && self.is_word(at, "precision") {
                    at += 1;
                }
                if at < end && self.is_punct(at, '(') {
                    at = self.next(at, end);
                }
            } else {
                break;
            }
        }
        Some(at)
    }
}
