//! The score of `NEUROMATCH` over text.
//!
//! Text and pattern are cut into lower-cased words without punctuation. The similarity of two words is their normalised
//! Levenshtein similarity, 1 − edits / length of the longer word. Each word of the pattern is held against every word of the text
//! and keeps its best similarity; above 0.7 it matches. The score is 0.7 · (share of the pattern's words that match) + 0.3 ·
//! (mean of their best similarities). A pattern whose words stand in the text one behind the other scores 1, a score below 0.3
//! is 0, and so is that of a pattern without words.
//!
//! Whole words are compared, never parts of words: a word of one letter matches only itself.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// A word matches when its best similarity exceeds this.
pub(crate) const MATCH_ABOVE: f64 = 0.7;
/// The weight of the share of matched words; the mean similarity has the rest.
pub(crate) const SHARE_WEIGHT: f64 = 0.7;
pub(crate) const MEAN_WEIGHT: f64 = 0.3;
/// Lower scores are noise, and 0.
const NOISE_BELOW: f64 = 0.3;
/// Longer words are either equal (1) or not (0): edit distance costs the product of both lengths, and a data column may hold
/// megabytes without a space.
pub(crate) const MAX_COMPARED_CHARS: usize = 64;

/// A pattern made ready to score many texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    pub(crate) words: Vec<Word>,
}

/// A word and its length in characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) chars: usize,
}

impl Pattern {
    /// Cuts the pattern into words.
    pub fn new(pattern: &str) -> Self {
        Self { words: words(pattern) }
    }

    /// The score of `text`, from 0 to 1. The time is proportional to the number of words of the pattern times the number of
    /// different words of the text.
    pub fn score(&self, text: &str) -> f64 {
        if self.words.is_empty() {
            return 0.0;
        }
        let text = words(text);
        if text.windows(self.words.len()).any(|window| window == self.words) {
            return 1.0;
        }
        let mut seen = HashSet::with_capacity(text.len());
        let text: Vec<&Word> = text.iter().filter(|word| seen.insert(word.text.as_str())).collect();
        let (mut matched, mut sum) = (0usize, 0.0);
        for word in &self.words {
            let best = word.best_similarity(&text);
            matched += usize::from(best > MATCH_ABOVE);
            sum += best;
        }
        let count = self.words.len() as f64;
        let score = SHARE_WEIGHT * (matched as f64 / count) + MEAN_WEIGHT * (sum / count);
        if score < NOISE_BELOW { 0.0 } else { score.min(1.0) }
    }
}

impl Word {
    fn best_similarity(&self, text: &[&Word]) -> f64 {
        let mut best = 0.0;
        for other in text {
            // The lengths alone bound the similarity; what cannot beat the best so far is not compared. The bound is compared
            // with the best and not with 0.7, because a best below 0.7 counts in the mean.
            let longer = self.chars.max(other.chars);
            let bound = 1.0 - self.chars.abs_diff(other.chars) as f64 / longer as f64;
            if bound <= best {
                continue;
            }
            if self.text == other.text {
                return 1.0;
            }
            if longer <= MAX_COMPARED_CHARS {
                best = f64::max(best, strsim::normalized_levenshtein(&self.text, &other.text));
            }
        }
        best
    }
}

/// The characters other than `lower` that become it in a word.
pub fn upper_forms(lower: char) -> &'static [char] {
    static FORMS: LazyLock<HashMap<char, Vec<char>>> = LazyLock::new(|| {
        let mut forms: HashMap<char, Vec<char>> = HashMap::new();
        for c in
            ('\0'..=char::MAX).filter(|c| c.is_ascii() || c.to_lowercase().all(|lower| !lower.is_ascii()))
        {
            let mut lower = c.to_lowercase();
            if let (Some(lower), None) = (lower.next(), lower.next())
                && lower != c
            {
                forms.entry(lower).or_default().push(c);
            }
        }
        forms
    });
    FORMS.get(&lower).map_or(&[], Vec::as_slice)
}

/// The score of `haystack` for `pattern`. For many texts and one pattern make a [`Pattern`] once.
pub fn text_score(haystack: &str, pattern: &str) -> f64 {
    Pattern::new(pattern).score(haystack)
}

/// Letters and digits make words, with the accents that follow them; all else parts words. A character outside ASCII never becomes an
/// ASCII letter (the Kelvin sign and the dotted capital I stay what they are), so that what is ASCII in a word is ASCII in the text.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut finish = |word: &mut String| {
        if !word.is_empty() {
            let text = std::mem::take(word);
            words.push(Word { chars: text.chars().count(), text });
        }
    };
    for c in text.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => word.push(c.to_ascii_lowercase()),
            c if c.is_alphanumeric() && c.to_lowercase().any(|lower| lower.is_ascii()) => word.push(c),
            c if c.is_alphanumeric() => word.extend(c.to_lowercase()),
            '\u{300}'..='\u{36f}' if !word.is_empty() => word.push(c),
            _ => finish(&mut word),
        }
    }
    finish(&mut word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOOKS: [(&str, &str); 5] = [
        (
            "Harry Potter und der Stein der Weisen",
            "Ein Waisenjunge entdeckt seine Magie und erlebt an einer Zauberschule Abenteuer: der Auftakt einer Fantasy-Reihe.",
        ),
        (
            "Der Hobbit",
            "Fantasy-Abenteuer um einen Hobbit, der mit dreizehn Zwergen und viel Magie zu einem Drachen zieht.",
        ),
        (
            "Die Säulen der Erde",
            "Historischer Roman: Im England des 12. Jahrhunderts bauen Menschen a priori Unmögliches, eine Kathedrale.",
        ),
        (
            "Das Lied von Eis und Feuer",
            "Ein Fantasy-Epos: Adelshäuser ringen um den Eisernen Thron, während alte Magie und Drachen erwachen.",
        ),
        ("1984", "Dystopie: Ein Überwachungsstaat prüft jeden Gedanken, und Winston Smith lehnt sich auf."),
    ];

    fn books_above(pattern: &str, strength: f64) -> Vec<&'static str> {
        let pattern = Pattern::new(pattern);
        BOOKS
            .iter()
            .filter(|(title, text)| pattern.score(&format!("{title} {text}")) > strength)
            .map(|(title, _)| *title)
            .collect()
    }

    #[test]
    fn fantasy_books_are_found_and_no_others() {
        let expected = ["Harry Potter und der Stein der Weisen", "Der Hobbit", "Das Lied von Eis und Feuer"];
        assert_eq!(books_above("Fantasy Magie Abenteuer", 0.5), expected);
        // Two of the three words are not enough for all of them.
        assert_eq!(books_above("Fantasy Magie Abenteuer", 0.9), expected[..2]);
    }

    #[test]
    fn books_whose_descriptions_do_not_carry_the_words_are_not_found() {
        let bare = Pattern::new("Fantasy Magie Abenteuer");
        assert!(BOOKS.iter().all(|(title, _)| bare.score(title) <= 0.5));
    }

    #[test]
    fn a_letter_alone_matches_nothing_but_itself() {
        assert!(text_score("a", "Fantasy Magie Abenteuer") < 0.5);
        assert!(text_score(BOOKS[2].1, "Fantasy Magie Abenteuer") < 0.5);
        assert_eq!(text_score("Fantasy Magie", "a"), 0.0);
        assert_eq!(text_score("plan a", "a"), 1.0);
    }

    #[test]
    fn the_formula() {
        // Exact words in another order: all match with similarity 1.
        assert_eq!(text_score("world hello", "hello world"), 1.0);
        // hello ~ hallo: 1 edit of 5; world ~ hallo: 4 edits of 5 (the l in the same place).
        let mean = (0.8 + 0.2) / 2.0;
        assert!((text_score("hallo", "hello world") - (0.7 * 0.5 + 0.3 * mean)).abs() < 1e-12);
        // 3 of 10 letters differ: similarity 0.7 does not exceed 0.7.
        assert_eq!(text_score("abcdefghij", "abcdefgxyz"), 0.0);
        assert!((text_score("abcdefghij", "abcdefghxy") - (0.7 + 0.3 * 0.8)).abs() < 1e-12);
    }

    #[test]
    fn phrases_and_normalisation() {
        assert_eq!(text_score("Dies ist, kurz: Der HOBBIT!", "der hobbit"), 1.0);
        assert!(text_score("wunder hobbits", "der hobbit") < 1.0);
        assert_eq!(text_score("Überall STRASSE", "überall strasse"), 1.0);
        assert_eq!(text_score("l'Homme et l’Enfant", "homme"), 1.0);
        assert_eq!(text_score("It's here", "it’s"), 1.0);
        assert!(text_score("300 \u{212a}", "k") == 0.0 && text_score("300 \u{212a}", "\u{212a}") == 1.0);
        assert_eq!(text_score("ha e\u{301}te", "e\u{301}te"), 1.0);
    }

    #[test]
    fn forms_of_a_letter() {
        assert_eq!(upper_forms('a'), ['A']);
        assert_eq!(upper_forms('k'), ['K']);
        assert_eq!(upper_forms('\u{3c9}'), ['\u{3a9}', '\u{2126}']);
        assert!(upper_forms('1').is_empty() && upper_forms('A').is_empty());
    }

    #[test]
    fn nothing_scores_nothing() {
        for (text, pattern) in [("", "a"), ("a", ""), ("", ""), ("a", " .,-"), ("…", "a")] {
            assert_eq!(text_score(text, pattern), 0.0, "{text:?} {pattern:?}");
        }
    }

    #[test]
    fn overlong_words_are_compared_whole() {
        let long = "x".repeat(1_000_000);
        assert_eq!(text_score(&long, &format!("{long}y")), 0.0);
        assert_eq!(text_score(&format!("b {long} a"), &format!("a {long}")), 1.0);
    }

    /// The definition, word by word, without any shortcut.
    fn definition(text: &str, pattern: &str) -> f64 {
        let (text, pattern) = (words(text), words(pattern));
        if pattern.is_empty() {
            return 0.0;
        }
        if (0..text.len()).any(|i| text[i..].starts_with(&pattern)) {
            return 1.0;
        }
        let best: Vec<f64> = pattern
            .iter()
            .map(|word| {
                let all = text.iter().map(|other| strsim::normalized_levenshtein(&word.text, &other.text));
                all.fold(0.0, f64::max)
            })
            .collect();
        let count = best.len() as f64;
        let share = best.iter().filter(|&&it| it > 0.7).count() as f64 / count;
        let score = 0.7 * share + 0.3 * (best.iter().sum::<f64>() / count);
        if score < 0.3 { 0.0 } else { score.min(1.0) }
    }

    proptest! {
        #[test]
        fn shortcuts_do_not_change_the_score(text in "[a-dä ]{0,60}", pattern in "[a-dä ]{0,30}") {
            prop_assert!((text_score(&text, &pattern) - definition(&text, &pattern)).abs() < 1e-12);
        }

        #[test]
        fn scores_lie_between_0_and_1(text in ".*", pattern in ".*") {
            let score = text_score(&text, &pattern);
            prop_assert!((0.0..=1.0).contains(&score));
        }
    }
}
