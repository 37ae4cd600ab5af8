//! What the parser takes, what it refuses and with which error, and that no bytes make it panic.

use proptest::prelude::*;
use vector_io::{Component, Half, ParseError as E, parse};

fn ok(text: &str) -> Vec<f32> {
    parse(text.as_bytes(), 16_000).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn err(text: &str) -> E {
    parse::<f32>(text.as_bytes(), 16_000).expect_err(text)
}

fn halves(text: &str) -> Result<Vec<u16>, E> {
    Ok(parse::<Half>(text.as_bytes(), 16_000)?.into_iter().map(Half::to_bits).collect())
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
fn halves_have_a_narrower_range_and_fewer_digits() {
    assert_eq!(halves("[1,-2,65504,-65519.99,0.1]"), Ok(vec![0x3c00, 0xc000, 0x7bff, 0xfbff, 0x2e66]));
    assert_eq!(halves("[6e-8,2.9e-8,-2.9e-8,6.1e-5]"), Ok(vec![0x0001, 0x0000, 0x8000, 0x03ff]));
    assert_eq!(halves("[1,65520]"), Err(E::OutOfRange { component: 2, token: 3..8 }));
    assert_eq!(halves("[-1e6]"), Err(E::OutOfRange { component: 1, token: 1..5 }));
    assert_eq!(halves("[4e38]"), Err(E::OutOfRange { component: 1, token: 1..5 }));
    assert_eq!(halves("[nan]"), Err(E::Nan { component: 1 }));
    assert_eq!(halves("[1,-Infinity]"), Err(E::Infinite { component: 2 }));
    assert_eq!(halves("[1,2"), Err(E::UnexpectedEnd));
}

#[test]
fn halves_are_rounded_by_way_of_single_precision() {
    // Just above the middle between two halves, but nearer to it than an f32 can tell: then ties go to even.
    assert_eq!(halves("[1.00048828126]"), Ok(vec![0x3c00]));
    assert_eq!(halves("[1.0004884]"), Ok(vec![0x3c01]));
}

/// Every half is printed as the `f32` of the same value and read back.
#[test]
fn every_half_reads_back() {
    for bits in 0..=u16::MAX {
        let value = Half::from_bits(bits).to_f32();
        if value.is_finite() {
            assert_eq!(halves(&format!("[{value}]")), Ok(vec![bits]), "{bits:#06x}");
        }
    }
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
    assert_eq!(parse(b"[1,2]", 2), Ok(vec![1.0_f32, 2.0]));
    assert_eq!(parse::<f32>(b"[1,2,x", 2), Err(E::TooMany { max: 2 }));
}

fn finite() -> impl Strategy<Value = f32> {
    any::<u32>().prop_map(f32::from_bits).prop_filter("finite", |value| value.is_finite())
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer_not_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(components) = parse::<f32>(&bytes, 16) {
            prop_assert!((1..=16).contains(&components.len()));
            prop_assert!(components.iter().all(|value| value.is_finite()));
        }
    }

    /// Nearly right text reaches further into the parser than random bytes do.
    #[test]
    fn broken_vectors_are_an_answer_not_a_panic(text in r"[ ]{0,2}\[?([-+0-9.eE ,naif\]]{0,40})\]?[ x]{0,2}") {
        if let Ok(components) = parse::<f32>(text.as_bytes(), 16) {
            prop_assert!((1..=16).contains(&components.len()));
        }
    }

    #[test]
    fn printed_components_read_back_bit_by_bit(values in prop::collection::vec(finite(), 1..40), e in any::<bool>()) {
        let printed: Vec<String> =
            values.iter().map(|v| if e { format!("{v:e}") } else { format!("{v}") }).collect();
        let read = parse::<f32>(format!("[{}]", printed.join(" , ")).as_bytes(), 40).unwrap();
        let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        prop_assert_eq!(bits(&read), bits(&values));
    }

    #[test]
    fn numbers_agree_with_the_standard_library(token in r"[-+]?([0-9]{1,20}\.?[0-9]{0,20}|\.[0-9]{1,20})([eE][-+]?[0-9]{1,3})?") {
        let expected: f32 = token.parse().unwrap();
        match parse::<f32>(format!("[{token}]").as_bytes(), 1) {
            Ok(read) => prop_assert_eq!(read[0].to_bits(), expected.to_bits()),
            Err(E::OutOfRange { .. }) => prop_assert!(expected.is_infinite()),
            Err(other) => prop_assert!(false, "{}: {}", token, other),
        }
    }
}
