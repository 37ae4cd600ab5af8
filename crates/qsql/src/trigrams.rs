//! What a text must contain to score above a bound, in terms of an index over trigrams (PostgreSQL's pg_trgm).
//!
//! A score above the bound needs a number of the pattern's words to match, and a word that matches has trigrams in common with a word
//! of the text. Both follow from counting:
//!
//! - With m of n words matching the score is at most 0.7 · m/n + 0.3 · (m + 0.7 · (n − m))/n. That gives the least m. Of any n − m + 1
//!   words then at least one matches.
//! - Words are padded as pg_trgm does it, two blanks before and one behind, so a word of l characters has l + 1 trigrams. One edit
//!   spoils at most three of them, so two words with d edits between them and L characters in the longer one share L + 1 − 3d trigrams
//!   (E. Ukkonen, Approximate string-matching with q-grams and maximal matches, 1992). A match has d < 0.3 L.
//!
//! So a text that scores above the bound contains enough trigrams of one of those words; a text that does not need not be scored.

use crate::text_score::{MATCH_ABOVE, MAX_COMPARED_CHARS, MEAN_WEIGHT, Pattern, SHARE_WEIGHT, Word};

/// Room for rounding where scores are compared.
const ROUNDING: f64 = 1e-9;
/// More pairs of trigrams are not asked for: pg_trgm follows a regular expression of a limited number of states, and of a larger one it
/// forgets conditions until it has a small one.
const MAX_PAIRS: usize = 45;
/// The trigrams of shorter words are in many texts, even two of them.
const LONG: usize = 5;
/// A word that must be found as it is is asked for by this many characters.
const MAX_RUN: usize = 32;

/// What a text must contain: all the fragments of at least one of the alternatives. A fragment is a stretch of a lower-case word with
/// two blanks before it and one behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Necessary {
    alternatives: Vec<Vec<String>>,
}

impl Pattern {
    /// What every text with a score greater than `bound` contains, as far as `visible` characters go: those that the index has as they
    /// are in the words. `None` if nothing is known, or if every text may have such a score.
    pub fn necessary(&self, bound: f64, visible: &dyn Fn(char) -> bool) -> Option<Necessary> {
        let count = self.words.len();
        if bound.is_nan() || bound < 0.0 || count == 0 {
            return None;
        }
        let enough = |matches: &usize| highest_score(*matches, count) > bound - ROUNDING;
        let matches = (1..=count).find(enough).unwrap_or(count);
        let needed = count - matches + 1;
        let mut words: Vec<Fragments> =
            self.words.iter().filter_map(|word| word.fragments(visible)).collect();
        if words.len() < needed {
            return None;
        }
        let in_pairs = |words: &[Fragments]| {
            let pairs = words.iter().take(needed).map(|word| word.pairs.as_ref());
            pairs
                .collect::<Option<Vec<_>>>()
                .map(|pairs| pairs.into_iter().flatten().cloned().collect::<Vec<_>>())
        };
        let few = |pairs: &Vec<Vec<String>>| pairs.len() <= MAX_PAIRS;
        // Long words are rare in texts. Where they have too many pairs, shorter ones may do.
        words.sort_by_key(|word| std::cmp::Reverse(word.length));
        let pairs = in_pairs(&words).filter(few).or_else(|| {
            let mut shorter: Vec<Fragments> =
                words.iter().filter(|word| word.length >= LONG).cloned().collect();
            shorter.reverse();
            (shorter.len() >= needed).then(|| in_pairs(&shorter)).flatten().filter(few)
        });
        let mut alternatives =
            pairs.unwrap_or_else(|| words.into_iter().take(needed).flat_map(|word| word.singles).collect());
        alternatives.sort();
        alternatives.dedup();
        Some(Necessary { alternatives })
    }
}

/// The highest score of a text in which `matches` of `count` words match.
fn highest_score(matches: usize, count: usize) -> f64 {
    let (matches, count) = (matches as f64, count as f64);
    SHARE_WEIGHT * matches / count + MEAN_WEIGHT * (matches + MATCH_ABOVE * (count - matches)) / count
}

/// What a text has of a word that matches one of the pattern.
#[derive(Debug, Clone)]
struct Fragments {
    /// Characters of the pattern's word.
    length: usize,
    /// One of these.
    singles: Vec<Vec<String>>,
    /// And both of one of these, if two can be asked for.
    pairs: Option<Vec<Vec<String>>>,
}

impl Word {
    /// The fragments of which a text has some if it has a word that matches this one.
    fn fragments(&self, visible: &dyn Fn(char) -> bool) -> Option<Fragments> {
        let length = self.chars;
        let padded: Vec<char> = "  ".chars().chain(self.text.chars()).chain(" ".chars()).collect();
        let is_visible = |c: &char| *c == ' ' || visible(*c);
        let Some(shared) = shared_trigrams(length) else {
            // Only the word itself matches: its longest visible stretch.
            let run = padded[1..].split(|c| !is_visible(c)).max_by_key(|run| run.len())?;
            let run: String = run.iter().take(MAX_RUN).collect();
            let singles = vec![vec![run]];
            let is_enough = singles[0][0].chars().count() >= 3;
            return is_enough.then(|| Fragments { length, pairs: Some(singles.clone()), singles });
        };
        let mut trigrams: Vec<&[char]> = padded.windows(3).collect();
        let all = trigrams.len();
        // What is common first: the first letter alone, then the last letters, then the first two.
        let rank = |trigram: &[char]| match trigram {
            [_, ' ', _] => 0,
            [_, _, ' '] => 1,
            [' ', ..] => 2,
            _ => 3,
        };
        trigrams.retain(|trigram| trigram.iter().all(is_visible));
        trigrams.sort_by_key(|trigram| rank(trigram));
        let trigrams: Vec<String> = trigrams.into_iter().map(String::from_iter).collect();
        // Of the visible ones so many are shared at least; who asks for one or two of them may leave the others out.
        let visible_shared = shared.checked_sub(all - trigrams.len()).filter(|&shared| shared > 0)?;
        let singles = trigrams[visible_shared - 1..].iter().map(|one| vec![one.clone()]).collect();
        let pairs = (visible_shared >= 2).then(|| {
            let kept = &trigrams[visible_shared - 2..];
            let pair = |one: &String, other: &String| {
                let mut pair = vec![one.clone(), other.clone()];
                pair.dedup();
                pair
            };
            let behind = |(i, one)| kept[i + 1..].iter().map(move |other| pair(one, other));
            kept.iter().enumerate().flat_map(behind).collect()
        });
        Some(Fragments { length, singles, pairs })
    }
}

/// How many trigrams a word of `length` characters shares at least with a word that matches it; `None` if only the same word does.
fn shared_trigrams(length: usize) -> Option<usize> {
    let edits = |longer: usize| (1..longer).rev().find(|d| 1.0 - *d as f64 / longer as f64 > MATCH_ABOVE);
    if length > MAX_COMPARED_CHARS {
        return None;
    }
    let possible = |&longer: &usize| edits(longer).unwrap_or(0) >= longer - length;
    let shared = |longer: usize| longer + 1 - 3 * edits(longer).unwrap_or(0);
    let longest = (length..=MAX_COMPARED_CHARS).filter(possible).max()?;
    if longest == length && edits(length).is_none() {
        return None;
    }
    (length..=longest).filter(possible).map(shared).min()
}

impl Necessary {
    /// A regular expression from which pg_trgm takes these trigrams. It is for the index alone: a blank stands for the edge of a word, so the
    /// text itself need not match the expression.
    pub fn regex(&self) -> String {
        let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
        for alternative in &self.alternatives {
            let part = |index: usize| {
                alternative
                    .get(index)
                    .map_or("", |text| text.strip_prefix("  ").map_or(text.as_str(), |_| &text[1..]))
            };
            let (first, second) = (part(0), part(1));
            match groups
                .last_mut()
                .filter(|(head, rest)| *head == first && !rest.is_empty() && !second.is_empty())
            {
                Some((_, rest)) => rest.push(second),
                None => groups.push((first, if second.is_empty() { Vec::new() } else { vec![second] })),
            }
        }
        let group = |(first, rest): (&str, Vec<&str>)| match rest.as_slice() {
            [] => first.to_owned(),
            [only] => format!("{first}.*{only}"),
            several => format!("{first}.*(?:{})", several.join("|")),
        };
        groups.into_iter().map(group).collect::<Vec<_>>().join("|")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text_score::words;
    use proptest::prelude::*;

    const ALL: &dyn Fn(char) -> bool = &|_| true;

    /// Whether the index would find a text: its trigrams contain an alternative's.
    fn finds(necessary: &Necessary, text: &str) -> bool {
        let padded: Vec<String> = words(text).iter().map(|word| format!("  {} ", word.text)).collect();
        necessary
            .alternatives
            .iter()
            .any(|parts| parts.iter().all(|part| padded.iter().any(|word| word.contains(part.as_str()))))
    }

    #[test]
    fn trigrams_shared_by_words_that_match() {
        let shared: Vec<_> = (1..12).map(shared_trigrams).collect();
        let expected =
            [None, None, Some(2), Some(2), Some(2), Some(2), Some(2), Some(3), Some(3), Some(3), Some(3)];
        assert_eq!(shared, expected);
        assert!(
            (3..=MAX_COMPARED_CHARS).all(|length| shared_trigrams(length).is_some_and(|shared| shared >= 2))
        );
        assert_eq!(shared_trigrams(MAX_COMPARED_CHARS + 1), None);
    }

    #[test]
    fn expressions() {
        let regex = |pattern: &str, bound| Pattern::new(pattern).necessary(bound, ALL).map(|it| it.regex());
        assert_eq!(regex("ab", 0.5).as_deref(), Some(" ab "));
        assert_eq!(regex("cat", 0.5).as_deref(), Some(" c.*(?: ca|at |cat)| ca.*cat|at .*(?: ca|cat)"));
        // Both words must match above 0.8, one is enough above 0.3.
        assert_eq!(regex("ab xy", 0.8).as_deref(), Some(" ab "));
        assert_eq!(regex("ab xy", 0.3).as_deref(), Some(" ab | xy "));
        for (pattern, bound) in [("", 0.5), ("cat", -0.1), ("cat", f64::NAN)] {
            assert_eq!(regex(pattern, bound), None, "{pattern:?} {bound}");
        }
    }

    #[test]
    fn invisible_letters() {
        let ascii = |c: char| c.is_ascii();
        let of = |pattern: &str| Pattern::new(pattern).necessary(0.5, &ascii).map(|it| it.alternatives);
        assert_eq!(of("säulen"), None);
        assert_eq!(of("ö"), None);
        // Words of eight letters share three trigrams, and the umlaut at the end spoils two.
        let found = of("kathedrä").expect("one trigram is left");
        assert!(found.iter().all(|parts| parts.len() == 1 && parts[0].is_ascii()));
    }

    /// A text near a pattern: its words with letters changed, put in and left out, among others.
    fn spoiled(words: &[String], edits: &[(usize, usize, u8, char)]) -> String {
        let mut words: Vec<Vec<char>> = words.iter().map(|word| word.chars().collect()).collect();
        for &(word, place, kind, letter) in edits {
            let count = words.len().max(1);
            let Some(word) = words.get_mut(word % count) else { continue };
            let place = place % (word.len() + 1);
            match kind {
                0 => word.insert(place, letter),
                1 if place < word.len() => word[place] = letter,
                2 if place < word.len() => drop(word.remove(place)),
                _ => {}
            }
        }
        words.into_iter().map(String::from_iter).collect::<Vec<_>>().join(" ")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn no_text_above_the_bound_is_lost(
            pattern in proptest::collection::vec("[a-dä]{1,14}", 1..5),
            edits in proptest::collection::vec((0usize..5, 0usize..20, 0u8..3, proptest::char::range('a', 'e')), 0..8),
            more in "[a-eä ]{0,20}",
            bound in prop_oneof![Just(0.0), Just(0.3), Just(0.5), Just(0.7), Just(0.9), 0.0..1.0f64],
            ascii in any::<bool>(),
        ) {
            let text = format!("{} {more}", spoiled(&pattern, &edits));
            let pattern = Pattern::new(&pattern.join(" "));
            let visible = move |c: char| !ascii || c.is_ascii();
            if pattern.score(&text) > bound && let Some(necessary) = pattern.necessary(bound, &visible) {
                prop_assert!(finds(&necessary, &text), "{text:?} is lost by {necessary:?}");
            }
        }
    }
}
