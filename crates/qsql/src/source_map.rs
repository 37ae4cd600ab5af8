//! From a place in the emitted SQL back to the place in the QSQL it came from, so that an error's caret points into what the
//! user wrote.

use crate::span::Span;

/// A stretch of emitted text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment {
    /// Where it begins in the emitted text.
    start: usize,
    /// Where it, or what it stands for, begins in the source.
    source: usize,
    /// Whether it is a copy, so that its bytes correspond one by one.
    copied: bool,
}

/// Where each byte of an emitted text comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceMap {
    /// Without gaps and sorted by `start`.
    segments: Vec<Segment>,
    emitted_len: usize,
    source_len: usize,
}

impl SourceMap {
    pub(crate) fn new(source_len: usize) -> Self {
        Self { segments: Vec::new(), emitted_len: 0, source_len }
    }

    /// The map of a text that was not changed.
    pub(crate) fn identity(len: usize) -> Self {
        let mut map = Self::new(len);
        map.push_copy(Span::new(0, len));
        map
    }

    pub(crate) fn push_copy(&mut self, span: Span) {
        self.push(span.start, true, span.end - span.start);
    }

    pub(crate) fn push_text(&mut self, anchor: usize, len: usize) {
        self.push(anchor, false, len);
    }

    fn push(&mut self, source: usize, copied: bool, len: usize) {
        if len > 0 {
            self.segments.push(Segment { start: self.emitted_len, source, copied });
            self.emitted_len += len;
        }
    }

    /// The byte offset in the source for a byte offset in the emitted SQL: the same byte where SQL was copied, the beginning
    /// of what it stands for where it was written by the translation, the end for the end. `None` beyond the emitted text.
    pub fn to_source(&self, emitted: usize) -> Option<usize> {
        if emitted >= self.emitted_len {
            return (emitted == self.emitted_len).then_some(self.source_len);
        }
        let segment = self.segments
            [self.segments.partition_point(|segment| segment.start <= emitted).checked_sub(1)?];
        Some(if segment.copied { segment.source + (emitted - segment.start) } else { segment.source })
    }

    /// The same in PostgreSQL's unit: positions count characters and begin with 1, as in `errposition`. `sql` and `source` are
    /// the two texts that the map connects.
    pub fn to_source_position(&self, sql: &str, source: &str, position: usize) -> Option<usize> {
        let index = position.checked_sub(1)?;
        let emitted = sql.char_indices().map(|(at, _)| at).chain([sql.len()]).nth(index)?;
        Some(character_position(source, self.to_source(emitted)?))
    }
}

/// The position, in characters from 1, of the character that the byte offset lies in. This is the number for `errposition`.
pub fn character_position(text: &str, byte: usize) -> usize {
    text.char_indices().take_while(|&(at, c)| at + c.len_utf8() <= byte).count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_characters() {
        let (source, sql) = ("ä NEUROMATCH 'ö' x", "ä WHERE 'ö' x");
        let mut map = SourceMap::new(source.len());
        map.push_copy(Span::new(0, 3));
        map.push_text(3, "WHERE".len());
        map.push_copy(Span::new(13, source.len()));
        assert_eq!(map.to_source(0), Some(0));
        assert_eq!(map.to_source(5), Some(3));
        assert_eq!(map.to_source(sql.find('x').unwrap()), source.find('x'));
        assert_eq!(map.to_source(sql.len()), Some(source.len()));
        assert_eq!(map.to_source(sql.len() + 1), None);
        assert_eq!(map.to_source_position(sql, source, 0), None);
        assert_eq!(map.to_source_position(sql, source, 4), Some(3));
        assert_eq!(map.to_source_position(sql, source, 13), Some(18));
        assert_eq!(map.to_source_position(sql, source, 14), Some(19));
        assert_eq!(map.to_source_position(sql, source, 15), None);
        assert_eq!(character_position("äö", 1), 1);
        assert_eq!(character_position("äö", 2), 2);
        assert_eq!(character_position("äö", 4), 3);
    }
}
