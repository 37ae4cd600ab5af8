//! Values that earlier releases stored. A file in `fixtures/` is never changed or regenerated: a reader that cannot
//! read it cannot read a user's database.

use std::num::NonZeroU32;
use std::rc::Rc;

use helix::*;

fn holds(version: u8, stored: &[u8], text: &str) {
    let text = text.trim_end();
    assert_eq!(check_stored(stored), Ok(()));
    assert_eq!(verify(stored), Ok(()));
    assert_eq!(to_text(stored).as_deref(), Ok(text));
    assert_eq!(parse_text(text).as_deref(), Ok(stored));
    assert_eq!(stats(stored).map(|stats| stats.version), Ok(version));
}

#[test]
fn version_1_raw() {
    let stored = include_bytes!("fixtures/v1-raw.bin");
    holds(1, stored, include_str!("fixtures/v1-raw.txt"));
    assert_eq!(decode(stored, MAX_RAW_LEN).unwrap(), b"Hello, World!");
    assert_eq!(stats(stored).unwrap().codec, Codec::Raw);
    // A writer may only change these bytes under a new version.
    assert_eq!(encode(b"Hello, World!", 3).unwrap(), stored);
}

#[test]
fn version_1_zstd() {
    let stored = include_bytes!("fixtures/v1-zstd.bin");
    holds(1, stored, include_str!("fixtures/v1-zstd.txt"));
    let expected: String =
        (1..=40).map(|i| format!("line {i}: the quick brown fox jumps over the lazy dog\n")).collect();
    assert_eq!(decode(stored, MAX_RAW_LEN).unwrap(), expected.as_bytes());
    assert_eq!(stats(stored).unwrap().codec, Codec::Zstd);
}

#[test]
fn version_1_literal() {
    let stored = include_bytes!("fixtures/v1-literal.bin");
    holds(1, stored, include_str!("fixtures/v1-literal.txt"));
    assert_eq!(to_text(stored).unwrap(), "GATTACA");
    assert_eq!(parse_text("GATTACA").unwrap(), stored);
}

/// What the dictionary of the fixture was trained on, and the value encodes.
fn reading(i: u32) -> Vec<u8> {
    format!(
        "{{\"sensor\": {}, \"place\": \"hall {}\", \"celsius\": {}}}",
        i * 7_919 % 1_009,
        i % 9,
        i * 31 % 45
    )
    .into_bytes()
}

struct One(Rc<Dictionary>);

impl Dictionaries for One {
    fn dictionary(&mut self, id: u32) -> Result<Option<Rc<Dictionary>>, HelixError> {
        Ok((id == self.0.id()).then(|| self.0.clone()))
    }
}

#[test]
fn version_2_with_dictionary() {
    let stored = include_bytes!("fixtures/v2-zstd.bin");
    let text = include_str!("fixtures/v2-zstd.txt").trim_end();
    assert_eq!((to_text(stored).as_deref(), parse_text(text).as_deref()), (Ok(text), Ok(&stored[..])));
    let stats = stats(stored).unwrap();
    assert_eq!((stats.version, stats.codec, stats.dictionary), (2, Codec::Zstd, 300));
    let dictionary = include_bytes!("fixtures/v2-dictionary.bin");
    let id = NonZeroU32::new(300).unwrap();
    let mut shelf = One(Rc::new(Dictionary::new(id, dictionary, 9).unwrap()));
    let decoded = Decoder::new().decode_with(stored, MAX_RAW_LEN, &mut shelf, &mut || ()).unwrap();
    assert_eq!(decoded.raw, reading(4_711));
}

#[test]
fn version_2_raw() {
    let stored = include_bytes!("fixtures/v2-raw.bin");
    holds(2, stored, include_str!("fixtures/v2-raw.txt"));
    assert_eq!(decode(stored, MAX_RAW_LEN).unwrap(), b"Hello, World!");
    assert_eq!(
        Encoder::new().encode_compact(b"Hello, World!", None, Content::Bytes, &mut || ()).unwrap(),
        stored
    );
}

#[test]
fn version_3() {
    let stored = include_bytes!("fixtures/v3.bin");
    holds(3, stored, include_str!("fixtures/v3.txt"));
    assert_eq!(decode(stored, MAX_RAW_LEN).unwrap(), b"Hello, World!");
    // Parity is part of the format: a repair must give these bytes.
    assert_eq!(Encoder::new().encode(b"Hello, World!", 3, 20, &mut || ()).unwrap(), stored);
}

/// What the value in frames encodes.
fn lines() -> String {
    (0..40_000).map(|i| format!("line {}: größer als zuvor\n", i % 10)).collect()
}

#[test]
fn version_4() {
    let stored = include_bytes!("fixtures/v4.bin");
    holds(4, stored, include_str!("fixtures/v4.txt"));
    assert_eq!(decode(stored, MAX_RAW_LEN).unwrap(), lines().as_bytes());
    let Ok(Beginning::Head(head)) = Head::read(stored, stored.len()) else { panic!("a head") };
    assert_eq!((head.raw_len(), head.characters()), (lines().len(), Some(lines().chars().count())));
    let (frames, before) = head.covering(500_000..500_010);
    let bytes = &stored[head.stored(frames.clone())];
    let raw = Decoder::new().decode_frames(&head, frames, bytes, &mut (), &mut || ()).unwrap();
    let found: String = String::from_utf8(raw).unwrap().chars().skip(500_000 - before).take(10).collect();
    assert_eq!(found, lines().chars().skip(500_000).take(10).collect::<String>());
}

#[test]
fn differences_recipes_and_features() {
    let base = lines().into_bytes();
    let chunk = [&base[..3_000], b"an edit", &base[3_005..9_000]].concat();
    // As a store of today has them: what it holds must be read, and found again, by every later release.
    let delta = include_bytes!("fixtures/delta.bin");
    assert_eq!(patch(&base[..9_000], delta).unwrap(), chunk);
    let recipe = include_bytes!("fixtures/recipe.bin");
    let runs: Vec<_> = runs(recipe).unwrap().iter().map(|run| (run.first, run.count)).collect();
    assert_eq!(runs, [(1, 100), (5_000, 1), (102, 7), (9_000_000_000, 2)]);
    let expected =
        include_str!("fixtures/features.txt").split_whitespace().map(|f| f.parse::<u64>().unwrap());
    assert_eq!(features(&chunk).to_vec(), expected.collect::<Vec<_>>());
}
