//! Superpositions: normalising, reading what was written, and bytes that nobody wrote.

use proptest::prelude::*;
use quantum::superposition::*;

fn two(weights: [f64; 2]) -> Superposition {
    Superposition::new(["technical", "casual"], &weights, &[[1.0f32, 0.0], [0.0, 2.0]])
        .expect("a superposition")
}

/// Bytes at an address that is a multiple of four, as stored ones are.
fn aligned(bytes: &[u8]) -> Vec<u32> {
    let mut words = vec![0u32; bytes.len().div_ceil(4)];
    for (word, chunk) in words.iter_mut().zip(bytes.chunks(4)) {
        let mut whole = [0; 4];
        whole[..chunk.len()].copy_from_slice(chunk);
        *word = u32::from_ne_bytes(whole);
    }
    words
}

fn stored(words: &[u32], length: usize) -> &[u8] {
    &bytemuck::cast_slice(words)[..length]
}

#[test]
fn weights_of_sum_1_are_kept_and_others_divided() {
    let weights =
        |s: &Superposition| s.contexts().map(|(name, p, _)| (name.to_owned(), p)).collect::<Vec<_>>();
    let kept = [("casual".to_owned(), 0.3), ("technical".to_owned(), 0.7)];
    assert_eq!(weights(&two([0.7, 0.3])), kept);
    assert_eq!(weights(&two([7.0, 3.0])), kept);
    let thirds = Superposition::new(["a", "b", "c"], &[1.0, 1.0, 1.0], &[[1.0f32]]).unwrap();
    assert!(thirds.contexts().all(|(_, p, v)| p == 1.0 / 3.0 && v == [1.0]));
    assert!(thirds.is_shared());
}

#[test]
fn the_order_of_the_contexts_and_equal_vectors_change_nothing() {
    let a = two([0.7, 0.3]);
    let b = Superposition::new(["casual", "technical"], &[0.3, 0.7], &[[0.0f32, 2.0], [1.0, -0.0]]).unwrap();
    assert_eq!(a.to_bytes(ByteOrder::Native), b.to_bytes(ByteOrder::Native));
    let one = Superposition::new(["a", "b"], &[0.5, 0.5], &[[1.0f32, 2.0]]).unwrap();
    let twice = Superposition::new(["a", "b"], &[0.5, 0.5], &[[1.0f32, 2.0], [1.0, 2.0]]).unwrap();
    assert_eq!(one, twice);
}

#[test]
fn what_is_no_superposition() {
    use SuperpositionError as E;
    let new = |names: &[&str], weights: &[f64], vectors: &[Vec<f32>]| {
        Superposition::new(names.iter().copied(), weights, vectors).unwrap_err()
    };
    let v = |x: &[f32]| vec![x.to_vec()];
    assert_eq!(new(&[], &[], &v(&[1.0])), E::Contexts { contexts: 0, limit: 1000 });
    assert_eq!(new(&["a"], &[], &v(&[1.0])), E::WeightCount { contexts: 1, weights: 0 });
    assert_eq!(new(&["a"], &[1.0], &[]), E::VectorCount { contexts: 1, vectors: 0 });
    assert_eq!(
        new(&["a", "b", "c"], &[1.0; 3], &[vec![1.0], vec![2.0]]),
        E::VectorCount { contexts: 3, vectors: 2 }
    );
    assert_eq!(new(&[""], &[1.0], &v(&[1.0])), E::Name { length: 0, limit: 255 });
    assert_eq!(new(&[&"x".repeat(256)], &[1.0], &v(&[1.0])), E::Name { length: 256, limit: 255 });
    assert_eq!(new(&["a", "a"], &[1.0; 2], &v(&[1.0])), E::Repeated { name: "a".into() });
    for weight in [-0.5, f64::NAN, f64::INFINITY] {
        assert_eq!(new(&["a"], &[weight], &v(&[1.0])), E::Weight { name: "a".into() });
    }
    assert_eq!(new(&["a", "b"], &[0.0; 2], &v(&[1.0])), E::WeightSum);
    assert_eq!(new(&["a", "b"], &[f64::MAX; 2], &v(&[1.0])), E::WeightSum);
    assert_eq!(
        new(&["a", "b"], &[1.0; 2], &[vec![1.0], vec![1.0, 2.0]]),
        E::Dimensions { left: 1, right: 2 }
    );
    assert_eq!(new(&["a"], &[1.0], &v(&[])), E::DimensionCount { dimensions: 0, limit: 16_000 });
    assert_eq!(new(&["a"], &[1.0], &v(&[1.0, f32::NAN])), E::NotFinite { name: "a".into(), component: 2 });
}

#[test]
fn text_is_json() {
    let text = two([0.7, 0.3]).to_string();
    assert_eq!(
        text,
        r#"{"casual": {"weight": 0.3, "vector": [0,2]}, "technical": {"weight": 0.7, "vector": [1,0]}}"#
    );
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["technical"]["weight"], 0.7);
    let spaced = " { \"a\\u0062\" :\n{ \"vector\" : [ 1 , 2.5e0 ] , \"weight\" : 1e0 } } "
        .parse::<Superposition>()
        .unwrap();
    assert_eq!(spaced.contexts().collect::<Vec<_>>(), [("ab", 1.0, &[1.0f32, 2.5][..])]);
}

#[test]
fn text_that_is_none() {
    let fails = |text: &str, position: usize| match text.parse::<Superposition>().unwrap_err() {
        SuperpositionError::Text { position: found, problem } => {
            assert_eq!(found, position, "{text}: {problem}")
        }
        other => panic!("{text}: {other}"),
    };
    fails("", 1);
    fails("[]", 1);
    fails(r#"{"a"}"#, 5);
    fails(r#"{"a": 1}"#, 7);
    fails(r#"{"a": {"weight": 1}}"#, 7);
    fails(r#"{"a": {"weight": x, "vector": [1]}}"#, 18);
    fails(r#"{"a": {"weight": 1, "weight": 1, "vector": [1]}}"#, 21);
    fails(r#"{"a": {"weight": 1, "other": 1}}"#, 21);
    fails(r#"{"a": {"weight": 1, "vector": 1}}"#, 31);
    fails(r#"{"a": {"weight": 1, "vector": [1}}"#, 31);
    fails(r#"{"a": {"weight": 1, "vector": [NaN]}}"#, 31);
    fails(r#"{"a": {"weight": 1, "vector": [1]}} x"#, 37);
    fails(r#"{"a": {"weight": 1, "vector": [1]}"#, 35);
    fails(r#"{"a: {"weight": 1, "vector": [1]}"#, 8);
    fails(r#"{"\x": {"weight": 1, "vector": [1]}}"#, 2);
    assert_eq!(
        "{}".parse::<Superposition>().unwrap_err(),
        SuperpositionError::Contexts { contexts: 0, limit: 1000 }
    );
    let twice = r#"{"a": {"weight": 1, "vector": [1]}, "a": {"weight": 1, "vector": [1]}}"#;
    assert_eq!(
        twice.parse::<Superposition>().unwrap_err(),
        SuperpositionError::Repeated { name: "a".into() }
    );
}

#[test]
fn collapse_and_expectation() {
    let bytes = two([0.7, 0.3]).to_bytes(ByteOrder::Native);
    let words = aligned(&bytes);
    let view = View::new(stored(&words, bytes.len())).unwrap();
    assert_eq!(view.collapse("technical"), Some(&[1.0f32, 0.0][..]));
    assert_eq!(view.collapse("casual"), Some(&[0.0f32, 2.0][..]));
    assert_eq!(view.collapse("tech"), None);
    assert!((view.expectation(|v| f64::from(v[0] + v[1])) - 1.3).abs() < 1e-12);
    // A context without probability counts for nothing, not even where its distance is undefined.
    let bytes = two([1.0, 0.0]).to_bytes(ByteOrder::Native);
    let words = aligned(&bytes);
    let view = View::new(stored(&words, bytes.len())).unwrap();
    assert_eq!(view.expectation(|v| if v[1] > 0.0 { f64::NAN } else { 5.0 }), 5.0);
}

#[test]
fn means_of_vectors_and_of_directions() {
    let bytes = two([0.75, 0.25]).to_bytes(ByteOrder::Native);
    let words = aligned(&bytes);
    let view = View::new(stored(&words, bytes.len())).unwrap();
    assert_eq!(view.mean(false), Some(vec![0.75, 0.5]));
    assert_eq!(view.mean(true), Some(vec![0.75, 0.25]));
    let zero = |weights: &[f64]| {
        let bytes =
            Superposition::new(["a", "b"], weights, &[[0.0f32], [2.0]]).unwrap().to_bytes(ByteOrder::Native);
        let words = aligned(&bytes);
        View::new(stored(&words, bytes.len())).unwrap().mean(true)
    };
    assert_eq!(zero(&[0.5, 0.5]), None);
    assert_eq!(zero(&[0.0, 1.0]), Some(vec![1.0]));
}

#[test]
fn measuring_follows_borns_rule() {
    let draws = 100_000u64;
    let counts = (0..draws).fold([0u64; 3], |mut counts, seed| {
        counts[measure([0.7, 0.0, 0.3].into_iter(), seed)] += 1;
        counts
    });
    // Five standard deviations of a binomial are 725.
    assert!(counts[0].abs_diff(70_000) < 725, "{counts:?}");
    assert_eq!((counts[1], counts[0] + counts[2]), (0, draws));
    assert_eq!(measure([0.7, 0.3].into_iter(), 4), measure([0.7, 0.3].into_iter(), 4));
}

#[test]
fn bytes_of_version_1_stay_readable() {
    // As written by the first release; never made anew.
    const FIXTURE: [u8; 48] = *b"\x01\x00\x00\x02\x00\x02\x00\x00\
        \x3f\xd3\x33\x33\x33\x33\x33\x33\x3f\xe6\x66\x66\x66\x66\x66\x66\
        \x00\x01\x00\x02a\xc3\xa4\x00\
        \x00\x00\x00\x00\x40\x00\x00\x00\x3f\x80\x00\x00\x00\x00\x00\x00";
    let expected = Superposition::new(["a", "ä"], &[0.3, 0.7], &[[0.0f32, 2.0], [1.0, 0.0]]).unwrap();
    assert_eq!(expected.to_bytes(ByteOrder::Network), FIXTURE);
    assert_eq!(Superposition::from_bytes(&FIXTURE, ByteOrder::Network), Ok(expected));
}

fn any_superposition() -> impl Strategy<Value = Superposition> {
    let float = prop_oneof![3 => -2.0f32..2.0, 1 => any::<f32>().prop_filter("finite", |x| x.is_finite())];
    (1..6usize, 1..9usize, any::<bool>()).prop_flat_map(move |(contexts, dimensions, shared)| {
        let names = proptest::collection::btree_set("[a-zä\"\\\\\n ]{1,5}", contexts);
        let rows = if shared { 1 } else { contexts };
        let vectors = proptest::collection::vec(proptest::collection::vec(float.clone(), dimensions), rows);
        let weights = proptest::collection::vec(1e-3..5.0f64, contexts);
        (names, weights, vectors).prop_filter_map("as many names", |(names, weights, vectors)| {
            Superposition::new(names, &weights, &vectors).ok()
        })
    })
}

proptest! {
    #[test]
    fn text_and_bytes_read_back_to_the_same_bits(s in any_superposition()) {
        prop_assert_eq!(&s.to_string().parse::<Superposition>().unwrap(), &s);
        for order in [ByteOrder::Native, ByteOrder::Network] {
            let bytes = s.to_bytes(order);
            let read = Superposition::from_bytes(&bytes, order).unwrap();
            prop_assert_eq!(read.to_bytes(order), bytes);
        }
        let bytes = s.to_bytes(ByteOrder::Native);
        prop_assert_eq!(&View::check(&bytes).unwrap(), &s);
        let words = aligned(&bytes);
        let view = View::new(stored(&words, bytes.len())).unwrap();
        for (name, _, vector) in s.contexts() {
            prop_assert_eq!(view.collapse(name), Some(vector));
        }
    }

    #[test]
    fn weights_sum_to_1(s in any_superposition()) {
        let sum: f64 = s.contexts().map(|(_, p, _)| p).sum();
        prop_assert!((sum - 1.0).abs() < 1e-9);
    }

    #[test]
    fn damaged_bytes_never_panic(s in any_superposition(), places in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..6), cut in 0..9usize) {
        let mut bytes = s.to_bytes(ByteOrder::Native);
        let length = bytes.len();
        for (place, value) in places {
            bytes[place % length] = value;
        }
        bytes.truncate(length.saturating_sub(cut));
        read_all(&bytes);
    }

    #[test]
    fn random_bytes_never_panic(head in any::<[u8; 6]>(), rest in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut bytes = vec![1, head[0] & 1, head[1] & 3, 0, head[2] & 7, 0, 0, 0];
        bytes.extend(rest);
        read_all(&bytes);
    }

    #[test]
    fn random_text_never_panics(text in "[{}\\[\\]\":,a-c0-9.eE\\\\ -]{0,60}") {
        let _ = text.parse::<Superposition>();
    }
}

/// Reads bytes in every way there is; what comes out does not matter, as long as something does.
fn read_all(bytes: &[u8]) {
    for order in [ByteOrder::Native, ByteOrder::Network] {
        let _ = Superposition::from_bytes(bytes, order);
    }
    let _ = View::check(bytes);
    let words = aligned(bytes);
    if let Ok(view) = View::new(stored(&words, bytes.len())) {
        let names: Vec<&[u8]> = view.names().collect();
        assert_eq!(names.len(), view.probabilities().count());
        view.expectation(|v| v.iter().map(|&x| f64::from(x)).sum());
        let _ = (view.mean(false), view.mean(true));
        let _ = view.collapse("a");
        assert!(measure(view.probabilities(), 1) < names.len());
    }
}
