//! What the parser takes, what it refuses and with which error, and that no bytes make it panic.

use proptest::prelude::*;
use vector_io::{ParseError as E, parse};

fn ok(text: &str) -> Vec<f32> {
    parse(text.as_bytes(), 16_000).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn err(text: &str) -> E {
    parse(text.as_bytes(), 16_000).expect_err(text)
}

#[test]
fn accepted_forms() {
    assert_eq!(ok("[1,2,3]"), [1.0, 2.0, 3.0]);
    assert_eq!(ok(" \t\n\r\x0b\x0c[ 1 ,\n-2\t, +3 ] "), [1.0, -2.0, 3.0]);
    assert_eq!(ok("[1.,.5,-.5e1,1E2,1e+2,1e-2]"), [1.0, 0.5, -5.0, 100.0, 100.0, 0.01]);
    assert_eq!(ok("[000000000000000000000000000000000000000000000001]"), [1.0]);
}

#[test]
fn rounds_once_to_single_precision() {
    // Half way between two f32 when rounded to f64 first, just above when not.
    assert_eq!(ok("[1.00000005960464477540]")[0].to_bits(), 1.000_000_1_f32.to_bits());
    assert_eq!(ok("[1e-46,-1e-46,1e-45,3.4028235e38]"), [0.0, -0.0, f32::from_bits(1), f32::MAX]);
    assert!(ok("[-1e-46]")[0].is_sign_negative());
}

#[test]
fn errors() {
    assert_eq!(err(""), E::MissingBracket);
    assert_eq!(err("1,2"), E::MissingBracket);
    assert_eq!(err("[]"), E::Empty);
    assert_eq!(err("[ ]"), E::Empty);
    assert_eq!(err("["), E::UnexpectedEnd);
    assert_eq!(err("[1,2"), E::UnexpectedEnd);
    assert_eq!(err("[1, "), E::UnexpectedEnd);
    assert_eq!(err("[,]"), E::NotANumber { component: 1, offset: 1 });
    assert_eq!(err("[1,]"), E::NotANumber { component: 2, offset: 3 });
    assert_eq!(err("[1, ,3]"), E::NotANumber { component: 2, offset: 4 });
    assert_eq!(err("[hello]"), E::NotANumber { component: 1, offset: 1 });
    assert_eq!(err("[.]"), E::NotANumber { component: 1, offset: 1 });
    assert_eq!(err("[-]"), E::NotANumber { component: 1, offset: 1 });
    assert_eq!(err("[- 1]"), E::NotANumber { component: 1, offset: 1 });
    assert_eq!(err("[1a]"), E::ExpectedSeparator { component: 1, offset: 2 });
    assert_eq!(err("[1 2]"), E::ExpectedSeparator { component: 1, offset: 3 });
    assert_eq!(err("[1e]"), E::ExpectedSeparator { component: 1, offset: 2 });
    assert_eq!(err("[0x10]"), E::ExpectedSeparator { component: 1, offset: 2 });
    assert_eq!(err("[1]9"), E::TrailingText { offset: 3 });
    assert_eq!(err("[1]]"), E::TrailingText { offset: 3 });
    assert_eq!(err("[1,-nan]"), E::Nan { component: 2 });
    assert_eq!(err("[+INFINITY]"), E::Infinite { component: 1 });
    assert_eq!(err("[1,4e38]"), E::OutOfRange { component: 2, token: 3..7 });
}

#[test]
fn component_limit_comes_before_the_rest_of_the_text() {
    assert_eq!(parse(b"[1,2]", 2), Ok(vec![1.0, 2.0]));
    assert_eq!(parse(b"[1,2,x", 2), Err(E::TooMany { max: 2 }));
}

fn finite() -> impl Strategy<Value = f32> {
    any::<u32>().prop_map(f32::from_bits).prop_filter("finite", |value| value.is_finite())
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer_not_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(components) = parse(&bytes, 16) {
            prop_assert!((1..=16).contains(&components.len()));
            prop_assert!(components.iter().all(|value| value.is_finite()));
        }
    }

    /// Nearly right text reaches further into the parser than random bytes do.
    #[test]
    fn broken_vectors_are_an_answer_not_a_panic(text in r"[ ]{0,2}\[?([-+0-9.eE ,naif\]]{0,40})\]?[ x]{0,2}") {
        if let Ok(components) = parse(text.as_bytes(), 16) {
            prop_assert!((1..=16).contains(&components.len()));
        }
    }

    #[test]
    fn printed_components_read_back_bit_by_bit(values in prop::collection::vec(finite(), 1..40), e in any::<bool>()) {
        let printed: Vec<String> =
            values.iter().map(|v| if e { format!("{v:e}") } else { format!("{v}") }).collect();
        let read = parse(format!("[{}]", printed.join(" , ")).as_bytes(), 40).unwrap();
        let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        prop_assert_eq!(bits(&read), bits(&values));
    }

    #[test]
    fn numbers_agree_with_the_standard_library(token in r"[-+]?([0-9]{1,20}\.?[0-9]{0,20}|\.[0-9]{1,20})([eE][-+]?[0-9]{1,3})?") {
        let expected: f32 = token.parse().unwrap();
        match parse(format!("[{token}]").as_bytes(), 1) {
            Ok(read) => prop_assert_eq!(read[0].to_bits(), expected.to_bits()),
            Err(E::OutOfRange { .. }) => prop_assert!(expected.is_infinite()),
            Err(other) => prop_assert!(false, "{}: {}", token, other),
        }
    }
}
