//! Values in frames, version 4: slices read what they need, damage is found in what is read, lies in the table cost nothing.

use std::ops::Range;

use helix::*;
use proptest::prelude::*;

fn encode(raw: &[u8], content: Content) -> Vec<u8> {
    Encoder::new().encode_compact(raw, None, content, &mut || ()).expect("sound")
}

fn head(stored: &[u8]) -> Head {
    match Head::read(stored, stored.len()).expect("sound") {
        Beginning::Head(head) => head,
        other => panic!("{other:?}"),
    }
}

/// A slice by position, from as many bytes of the stored value as it takes; and how many of them those were.
fn slice(stored: &[u8], positions: Range<usize>) -> (Vec<u8>, usize) {
    let first = &stored[..stored.len().min(60)];
    let head = match Head::read(first, stored.len()).expect("sound") {
        Beginning::Needs(length) => head_of(&stored[..length], stored.len()),
        Beginning::Head(head) => head,
        Beginning::Other => panic!("not in frames"),
    };
    let (frames, before) = head.covering(positions.clone());
    if frames.is_empty() {
        return (Vec::new(), head.head_len());
    }
    let place = head.stored(frames.clone());
    let read = head.head_len() + place.len();
    let raw =
        Decoder::new().decode_frames(&head, frames, &stored[place], &mut (), &mut || ()).expect("sound");
    let within = positions.start - before..positions.end - before;
    let raw = match head.content() {
        Content::Bytes => raw[within.start..within.end.min(raw.len())].to_vec(),
        Content::Utf8 => {
            let text = String::from_utf8(raw).expect("sound");
            text.chars().skip(within.start).take(within.len()).collect::<String>().into_bytes()
        }
    };
    (raw, read)
}

fn head_of(first: &[u8], stored_len: usize) -> Head {
    match Head::read(first, stored_len).expect("sound") {
        Beginning::Head(head) => head,
        other => panic!("{other:?}"),
    }
}

fn text(length: usize) -> String {
    (0..)
        .map(|i| format!("line {i}: größer als zuvor, 値 {} 😀\n", i * 7_919 % 10_007))
        .scan(0, |sum, line| {
            *sum += line.len();
            (*sum <= length).then_some(line)
        })
        .collect()
}

#[test]
fn a_slice_reads_its_frames_alone() {
    let text = text(3_000_000);
    let stored = encode(text.as_bytes(), Content::Utf8);
    assert_eq!(stored[0], FRAMED_VERSION);
    assert_eq!(decode(&stored, MAX_RAW_LEN).unwrap(), text.as_bytes());
    let characters = text.chars().count();
    let head = head(&stored);
    assert_eq!((head.raw_len(), head.characters()), (text.len(), Some(characters)));
    for positions in
        [0..1, 0..10, 99_999..100_050, characters / 2..characters / 2 + 1, characters - 3..characters + 9]
    {
        let expected: String = text.chars().skip(positions.start).take(positions.len()).collect();
        let (found, read) = slice(&stored, positions.clone());
        assert_eq!(found, expected.as_bytes(), "{positions:?}");
        assert!(read < stored.len() / 4, "{read} of {}", stored.len());
    }
    assert_eq!(slice(&stored, characters..characters + 1).0, b"");
    // Over all borders of frames.
    let middle = 200_000..characters - 200_000;
    let expected: String = text.chars().skip(middle.start).take(middle.len()).collect();
    assert_eq!(slice(&stored, middle).0, expected.as_bytes());
    let bytes = encode(text.as_bytes(), Content::Bytes);
    assert_eq!(slice(&bytes, 1_234_567..1_234_667).0, &text.as_bytes()[1_234_567..1_234_667]);
}

#[test]
fn short_values_and_those_that_do_not_shrink_are_not_in_frames() {
    assert_eq!(encode(&[7; FRAME_LEN], Content::Bytes)[0], COMPACT_VERSION);
    assert_eq!(encode(&[7; FRAME_LEN + 1], Content::Bytes)[0], FRAMED_VERSION);
    let mut state = 1u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    })
    .take(600_000)
    .collect();
    let stored = encode(&noise, Content::Bytes);
    assert_eq!((stored[0], stats(&stored).unwrap().codec), (COMPACT_VERSION, Codec::Raw));
    // One part of three does not shrink: kept as it is.
    let mixed = [&[7; 300_000][..], &noise].concat();
    let stored = encode(&mixed, Content::Bytes);
    assert_eq!((stored[0], decode(&stored, MAX_RAW_LEN).unwrap()), (FRAMED_VERSION, mixed));
    // What is no UTF-8, although it was said to be.
    let stored = encode(&[0x80; 600_000], Content::Utf8);
    assert_eq!((stored[0], decode(&stored, MAX_RAW_LEN).unwrap()), (COMPACT_VERSION, vec![0x80; 600_000]));
}

#[test]
fn every_flipped_bit_is_detected() {
    let stored = encode(&[b'x'; 1_000_000], Content::Utf8);
    assert!(stored.len() < 600, "{}", stored.len());
    verify(&stored).unwrap();
    for bit in 0..stored.len() * 8 {
        let mut flipped = stored.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(check_stored(&flipped).is_err(), "bit {bit}");
        assert!(decode(&flipped, MAX_RAW_LEN).is_err(), "bit {bit}");
        assert!(to_text(&flipped).is_err() && stats(&flipped).is_err(), "bit {bit}");
    }
    for length in 0..stored.len() {
        assert!(check_stored(&stored[..length]).is_err(), "{length}");
    }
}

/// Gives the head its checksum again.
fn seal(stored: &mut [u8], head_len: usize) {
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&stored[..1]), &stored[5..head_len]);
    stored[1..5].copy_from_slice(&checksum.to_le_bytes());
}

#[test]
fn lies_in_the_table_are_found() {
    let stored = encode(&[b'x'; 1_000_000], Content::Utf8);
    let (head_len, frames) = (head(&stored).head_len(), head(&stored).frames());
    let table = head_len - 16 * frames;
    let mut refused = 0;
    for at in 5..head_len {
        for value in [0, 1, 0x7F, 0xFF] {
            let mut lie = stored.clone();
            if lie[at] == value {
                continue;
            }
            lie[at] = value;
            seal(&mut lie, head_len);
            // A count of characters cannot be held against anything but their number of bytes; all else is found.
            match decode(&lie, MAX_RAW_LEN) {
                Err(_) => refused += 1,
                Ok(raw) => {
                    assert_eq!(raw, [b'x'; 1_000_000]);
                    assert!(at >= table && (at - table) % 16 >= 12 || at == 6, "{at}");
                }
            }
        }
    }
    assert!(refused > 100, "{refused}");
    // Equal frames have different checksums: one that took another's place is found.
    let (first, second) = (head(&stored).stored(0..1), head(&stored).stored(1..2));
    assert_eq!(stored[first], stored[second]);
    assert_ne!(stored[table + 8..table + 12], stored[table + 24..table + 28]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn slices_are_those_of_the_text(length in 270_000..900_000usize, from in 0..900_000usize, count in 0..400_000usize) {
        let text = text(length);
        let stored = encode(text.as_bytes(), Content::Utf8);
        let expected: String = text.chars().skip(from).take(count).collect();
        prop_assert_eq!(slice(&stored, from..from + count).0, expected.as_bytes());
    }

    #[test]
    fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), rest in 0..1_000usize) {
        let mut bytes = [&[FRAMED_VERSION][..], &bytes].concat();
        if bytes.len() > 30 {
            seal(&mut bytes, 30);
        }
        let _ = Head::read(&bytes, bytes.len() + rest);
        prop_assert!(decode(&bytes, 1_000_000).is_err());
    }
}
