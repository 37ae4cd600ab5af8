//! Identifiers: folding what a user wrote, quoting what is emitted.

use crate::keywords;
use crate::span::Span;

/// `NAMEDATALEN - 1`: the server cuts longer identifiers to this many bytes.
const MAX_BYTES: usize = 63;

/// An identifier as the server would store it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identifier {
    /// The name: folded to lower case (ASCII) if it was not quoted, unescaped if it was, cut to 63 bytes.
    pub name: String,
    /// Where it stands in the QSQL text.
    pub span: Span,
}

impl Identifier {
    /// From an unquoted word.
    pub fn from_word(word: &str, span: Span) -> Self {
        Self { name: truncated(word.to_ascii_lowercase()), span }
    }

    /// From `"…"`, quotes included.
    pub fn from_quoted(quoted: &str, span: Span) -> Self {
        Self { name: truncated(inner(quoted).replace("\"\"", "\"")), span }
    }

    /// From `U&"…"`, prefix and quotes included, with the standard escape character; `None` if an escape is not valid.
    pub fn from_unicode(quoted: &str, span: Span) -> Option<Self> {
        let text = inner(quoted.get(2..)?).replace("\"\"", "\"");
        let mut name = String::with_capacity(text.len());
        let mut high: Option<u32> = None;
        let mut rest = text.as_str();
        while let Some(first) = rest.chars().next() {
            if first != '\\' || rest.starts_with("\\\\") {
                if high.is_some() {
                    return None;
                }
                name.push(first);
                rest = rest.get(if first == '\\' { 2 } else { first.len_utf8() }..)?;
                continue;
            }
            let (start, digits) = if rest.starts_with("\\+") { (2, 6) } else { (1, 4) };
            let hex = rest.get(start..start + digits)?;
            if !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return None;
            }
            let unit = u32::from_str_radix(hex, 16).ok()?;
            rest = rest.get(start + digits..)?;
            match (high.take(), unit) {
                (Some(first), 0xDC00..=0xDFFF) => {
                    name.push(char::from_u32(0x10000 + ((first - 0xD800) << 10) + (unit - 0xDC00))?);
                }
                (None, 0xD800..=0xDBFF) => high = Some(unit),
                (None, _) => name.push(char::from_u32(unit)?),
                (Some(_), _) => return None,
            }
        }
        high.is_none().then(|| Self { name: truncated(name), span })
    }
}

fn inner(quoted: &str) -> &str {
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or("")
}

fn truncated(mut name: String) -> String {
    name.truncate(name.floor_char_boundary(MAX_BYTES));
    name
}

/// A name of one or more parts joined by dots.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct QualifiedName {
    /// The parts, outermost first; never empty.
    pub parts: Vec<Identifier>,
    /// The whole of it.
    pub span: Span,
}

impl QualifiedName {
    /// The innermost part: the table or column itself.
    pub fn last(&self) -> &Identifier {
        &self.parts[self.parts.len() - 1]
    }
}

/// The identifier as SQL text: as it is where that is safe, else in quotes, as the server's `quote_ident` does.
pub fn quoted(name: &str) -> String {
    let mut bytes = name.bytes();
    let plain = bytes.next().is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if plain && !keywords::needs_quotes(name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// A string constant with this content, whatever `standard_conforming_strings` says.
pub fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if text.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOWHERE: Span = Span { start: 0, end: 0 };

    #[test]
    fn folding() {
        assert_eq!(Identifier::from_word("BÜCHER", NOWHERE).name, "bÜcher");
        assert_eq!(Identifier::from_quoted("\"a\"\"B\"", NOWHERE).name, "a\"B");
        assert_eq!(Identifier::from_word(&"ä".repeat(40), NOWHERE).name.len(), 62);
    }

    #[test]
    fn unicode_escapes() {
        let name = |text| Identifier::from_unicode(text, NOWHERE).map(|identifier| identifier.name);
        assert_eq!(name(r#"U&"d\0061t\+000061\\""#).as_deref(), Some("data\\"));
        assert_eq!(name(r#"U&"\D83D\DE00""#).as_deref(), Some("😀"));
        assert_eq!(name(r#"U&"\D83D""#), None);
        assert_eq!(name(r#"U&"\00""#), None);
        assert_eq!(name(r#"U&"\+0ä00""#), None);
    }

    #[test]
    fn quoting() {
        assert_eq!(quoted("books_2"), "books_2");
        for (name, expected) in [
            ("user", "\"user\""),
            ("int", "\"int\""),
            ("Books", "\"Books\""),
            ("a\"b", "\"a\"\"b\""),
            ("1a", "\"1a\""),
            ("größe", "\"größe\""),
            ("", "\"\""),
            ("a; drop", "\"a; drop\""),
        ] {
            assert_eq!(quoted(name), expected);
        }
    }
}
