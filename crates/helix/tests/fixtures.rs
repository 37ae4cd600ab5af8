//! Values that earlier releases stored. A file in `fixtures/` is never changed or regenerated: a reader that cannot
//! read it cannot read a user's database.

use helix::*;

fn holds(stored: &[u8], text: &str) {
    let text = text.trim_end();
    assert_eq!(check_stored(stored), Ok(()));
    assert_eq!(verify(stored), Ok(()));
    assert_eq!(to_text(stored).as_deref(), Ok(text));
    assert_eq!(parse_text(text).as_deref(), Ok(stored));
    assert_eq!(stats(stored).map(|stats| stats.version), Ok(1));
}

#[test]
fn version_1_raw() {
    let stored = include_bytes!("fixtures/v1-raw.bin");
    holds(stored, include_str!("fixtures/v1-raw.txt"));
    assert_eq!(decode(stored, MAX_RAW_LEN).unwrap(), b"Hello, World!");
    assert_eq!(stats(stored).unwrap().codec, Codec::Raw);
    // A writer may only change these bytes under a new version.
    assert_eq!(encode(b"Hello, World!", 3).unwrap(), stored);
}

#[test]
fn version_1_zstd() {
    let stored = include_bytes!("fixtures/v1-zstd.bin");
    holds(stored, include_str!("fixtures/v1-zstd.txt"));
    let expected: String =
        (1..=40).map(|i| format!("line {i}: the quick brown fox jumps over the lazy dog\n")).collect();
    assert_eq!(decode(stored, MAX_RAW_LEN).unwrap(), expected.as_bytes());
    assert_eq!(stats(stored).unwrap().codec, Codec::Zstd);
}

#[test]
fn version_1_literal() {
    let stored = include_bytes!("fixtures/v1-literal.bin");
    holds(stored, include_str!("fixtures/v1-literal.txt"));
    assert_eq!(to_text(stored).unwrap(), "GATTACA");
    assert_eq!(parse_text("GATTACA").unwrap(), stored);
}
