//! Compact values and trained dictionaries.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::rc::Rc;

use helix::*;
use proptest::prelude::*;

fn document(i: u32) -> Vec<u8> {
    let (city, state) = [("Delft", "active"), ("Graz", "retired"), ("Porto", "new")][(i * 7 % 3) as usize];
    format!(
        "{{\"id\": {}, \"name\": \"sensor {}\", \"location\": {{\"city\": \"{city}\", \"floor\": {}}}, \"state\": \"{state}\", \
         \"readings\": [{}, {}, {}], \"unit\": \"degrees celsius\", \"calibrated\": {}}}",
        i * 7_919 % 100_003,
        i % 977,
        i % 12,
        i * 31 % 1_000,
        i * 37 % 1_000,
        i * 41 % 1_000,
        i.is_multiple_of(5),
    )
    .into_bytes()
}

fn trained(id: u32, length: usize) -> Rc<Dictionary> {
    let documents: Vec<Vec<u8>> = (0..3_000).map(document).collect();
    let samples: Vec<&[u8]> = documents.iter().map(Vec::as_slice).collect();
    let bytes = train(&samples, length).expect("enough samples");
    assert!(bytes.len() <= length);
    Rc::new(Dictionary::new(NonZeroU32::new(id).expect("not zero"), &bytes, 9).expect("a dictionary"))
}

struct Shelf(HashMap<u32, Rc<Dictionary>>);

impl Dictionaries for Shelf {
    fn dictionary(&mut self, id: u32) -> Result<Option<Rc<Dictionary>>, HelixError> {
        Ok(self.0.get(&id).cloned())
    }
}

#[test]
fn documents_shrink_and_come_back() {
    let mut shelf = Shelf(HashMap::from([(5, trained(5, 8_192)), (6, trained(6, 2_048))]));
    let (mut encoder, mut decoder) = (Encoder::new(), Decoder::new());
    let (mut raw_len, mut with, mut without) = (0, 0, 0);
    for i in 5_000..6_000 {
        let raw = document(i);
        let id = 5 + i % 2;
        let stored =
            encoder.encode_compact(&raw, shelf.0.get(&id).map(|d| &**d), Content::Bytes, &mut || ()).unwrap();
        let plain = encoder.encode_compact(&raw, None, Content::Bytes, &mut || ()).unwrap();
        assert_eq!(stats(&stored).unwrap().dictionary, id);
        assert_eq!(stats(&stored).unwrap().version, 2);
        assert_eq!(
            decoder.decode_with(&stored, MAX_RAW_LEN, &mut shelf, &mut || ()).unwrap(),
            Decoded { raw: raw.clone(), damage: None }
        );
        assert_eq!(decoder.decode(&plain, MAX_RAW_LEN).unwrap(), raw);
        assert_eq!(decoder.decode(&stored, MAX_RAW_LEN), Err(HelixError::UnknownDictionary { id }));
        raw_len += raw.len();
        with += stored.len();
        without += plain.len();
    }
    // These documents differ in nine short fields.
    assert!(with * 3 < raw_len, "{with} of {raw_len}");
    assert!(with * 2 < without, "{with} of {without}");
}

/// The dictionary is in the value by number only: with another one under that number the length or the frame does not fit, or, in
/// the worst case, other bytes come out. That is why the number of a dictionary is never given a second time.
#[test]
fn what_is_no_dictionary_is_refused() {
    let id = NonZeroU32::new(1).unwrap();
    for bytes in [&b""[..], b"some content that zstd would take as such", &[0; 5_000]] {
        assert_eq!(Dictionary::new(id, bytes, 3).unwrap_err(), HelixError::BadDictionary { id: 1 });
    }
    assert_eq!(Dictionary::new(id, b"", 0).unwrap_err(), HelixError::InvalidLevel { level: 0 });
}

#[test]
fn what_cannot_be_trained_is_refused() {
    let samples: [&[u8]; 3] = [b"a", b"b", b"c"];
    assert_eq!(train(&samples, 4_096), Err(HelixError::Training("fewer than eight samples")));
    assert_eq!(train(&[b"" as &[u8]; 100], 4_096), Err(HelixError::Training("fewer than eight samples")));
    for length in [0, 1_023, MAX_DICTIONARY_LEN + 1, usize::MAX] {
        assert_eq!(train(&samples, length), Err(HelixError::DictionaryLength { length }));
    }
}

#[test]
fn every_flipped_bit_of_a_compact_value_is_detected() {
    let dictionary = trained(5, 8_192);
    let mut shelf = Shelf(HashMap::from([(5, dictionary.clone())]));
    let mut encoder = Encoder::new();
    for (raw, dictionary) in
        [(document(9_999), Some(&*dictionary)), (document(9_999).repeat(3), None), (vec![], None)]
    {
        let stored = encoder.encode_compact(&raw, dictionary, Content::Bytes, &mut || ()).unwrap();
        for bit in 0..stored.len() * 8 {
            let mut flipped = stored.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(check_stored(&flipped).is_err(), "bit {bit}");
            assert!(Decoder::new().decode_with(&flipped, MAX_RAW_LEN, &mut shelf, &mut || ()).is_err());
        }
    }
}

#[test]
fn a_pause_may_end_the_work() {
    let raw = vec![5; 3 << 20];
    let mut encoder = Encoder::new();
    let stop = || std::panic::panic_any("stopped");
    let mut ended = std::panic::AssertUnwindSafe(&mut encoder);
    let result = std::panic::catch_unwind(move || {
        ended.encode_compact(&[5; 3 << 20], None, Content::Bytes, &mut { stop })
    });
    assert_eq!(*result.unwrap_err().downcast::<&str>().unwrap(), "stopped");
    // The next value is as if nothing had been.
    let mut pauses = 0;
    let stored = encoder.encode_compact(&raw, None, Content::Bytes, &mut || pauses += 1).unwrap();
    // One a frame, which is an eighth.
    assert_eq!(pauses, 8);
    assert_eq!(decode(&stored, MAX_RAW_LEN).unwrap(), raw);
}

proptest! {
    #[test]
    fn anything_comes_back(
        raws in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..600), 1..6), use_it in any::<bool>(),
    ) {
        thread_local!(static TRAINED: Rc<Dictionary> = trained(300, 2_048));
        let dictionary = TRAINED.with(Rc::clone);
        let mut shelf = Shelf(HashMap::from([(300, dictionary.clone())]));
        let (mut encoder, mut decoder) = (Encoder::new(), Decoder::new());
        for raw in raws {
            let stored = encoder.encode_compact(&raw, use_it.then_some(&*dictionary), Content::Bytes, &mut || ()).unwrap();
            prop_assert!(stored.len() <= raw.len() + 9);
            prop_assert_eq!(&parse_text(&to_text(&stored).unwrap()).unwrap(), &stored);
            let decoded = decoder.decode_with(&stored, raw.len(), &mut shelf, &mut || ()).unwrap();
            prop_assert_eq!(decoded.raw, raw);
        }
    }
}
