//! What the parser of the sparse text form takes, what it refuses and with which error, and that no bytes make it panic.

mod common;

use common::{LIMITS, assert_sound, print, sparse};
use proptest::prelude::*;
use vector_io::{Expected, Sparse, SparseFault as F, SparseLimits, SparseTextError as E, parse_sparse};

fn ok(text: &str) -> (i32, Vec<(i32, f32)>) {
    let Sparse { dims, indices, values } =
        parse_sparse(text.as_bytes(), LIMITS).unwrap_or_else(|error| panic!("{text}: {error}"));
    (dims, indices.into_iter().zip(values).collect())
}

fn err(text: &str) -> E {
    parse_sparse(text.as_bytes(), LIMITS).expect_err(text)
}

/// The part of the form that is missed, and where.
fn missed(text: &str) -> (Expected, usize) {
    match err(text) {
        E::Syntax { expected, offset } => (expected, offset),
        other => panic!("{text}: {other}"),
    }
}

fn fault(text: &str) -> F {
    match err(text) {
        E::Fault(fault) => fault,
        other => panic!("{text}: {other}"),
    }
}

#[test]
fn accepted_forms() {
    assert_eq!(ok("{1:1.5,3:3.5}/5"), (5, vec![(0, 1.5), (2, 3.5)]));
    assert_eq!(ok(" \t\n\r\x0b\x0c{ 1 : 1.5 ,\n3  :  -3.5  } / 5 "), (5, vec![(0, 1.5), (2, -3.5)]));
    assert_eq!(ok("{+1:+2.,2:.5,3:-.5e1}/+3"), (3, vec![(0, 2.0), (1, 0.5), (2, -5.0)]));
    assert_eq!(ok("{0000000000000000000000000000002:1}/2"), (2, vec![(1, 1.0)]));
    assert_eq!(ok("{}/1"), (1, vec![]));
    assert_eq!(ok("{ }/1000000000"), (1_000_000_000, vec![]));
    assert_eq!(ok("{1000000000:1}/1000000000"), (1_000_000_000, vec![(999_999_999, 1.0)]));
}

#[test]
fn elements_are_sorted() {
    assert_eq!(ok("{3:3,1:1,2:2}/3"), (3, vec![(0, 1.0), (1, 2.0), (2, 3.0)]));
}

#[test]
fn zeroes_are_dropped_before_their_index_is_looked_at() {
    assert_eq!(ok("{1:0,2:1,3:-0.0e7}/3"), (3, vec![(1, 1.0)]));
    assert_eq!(ok("{1:0,1:5,1:0,9:0}/2"), (2, vec![(0, 5.0)]));
}

#[test]
fn rounds_once_to_single_precision() {
    assert_eq!(ok("{1:1.00000005960464477540}/1").1[0].1.to_bits(), 1.000_000_1_f32.to_bits());
    assert_eq!(ok("{1:1e-45,2:-1e-45,3:3.4028235e38}/3").1[1].1, -f32::from_bits(1));
}

#[test]
fn numbers_that_do_not_fit() {
    assert_eq!(err("{1:1,2:4e38}/2"), E::OutOfRange { element: 2, token: 7..11 });
    assert_eq!(err("{1:-1e999}/1"), E::OutOfRange { element: 1, token: 3..9 });
    assert_eq!(err("{1:1e-46}/1"), E::OutOfRange { element: 1, token: 3..8 });
    assert_eq!(err("{1:-0.0001e-46}/1"), E::OutOfRange { element: 1, token: 3..14 });
    assert_eq!(fault("{1:1,2:-nan}/2"), F::Nan { element: 2 });
    assert_eq!(fault("{1:Infinity}/1"), F::Infinite { element: 1 });
}

#[test]
fn broken_at_every_position() {
    use Expected::*;
    assert_eq!(missed(""), (OpeningBrace, 0));
    assert_eq!(missed(" [1:1]/1"), (OpeningBrace, 1));
    for (text, expected) in [
        ("{", Index),
        ("{:", Index),
        ("{,", Index),
        ("{:}/1", Index),
        ("{,}/1", Index),
        ("{:1}/1", Index),
        ("{a:1}/1", Index),
        ("{-:1}/1", Index),
        ("{.5:1}/1", Index),
        ("{{1:1}}/1", Index),
    ] {
        assert_eq!(missed(text), (expected, 1), "{text}");
    }
    assert_eq!(missed("{ "), (Index, 2));
    assert_eq!(missed("{1"), (Colon, 2));
    assert_eq!(missed("{1,}/1"), (Colon, 2));
    assert_eq!(missed("{1a:1}/1"), (Colon, 2));
    assert_eq!(missed("{1 2:1}/2"), (Colon, 3));
    assert_eq!(missed("{1.5:1}/2"), (Colon, 2));
    assert_eq!(missed("{1:"), (Value, 3));
    assert_eq!(missed("{1:}/1"), (Value, 3));
    assert_eq!(missed("{1: hello}/1"), (Value, 4));
    assert_eq!(missed("{1:1"), (Separator, 4));
    assert_eq!(missed("{1:1a}/1"), (Separator, 4));
    assert_eq!(missed("{1:0x10}/1"), (Separator, 4));
    assert_eq!(missed("{1:1:1}/1"), (Separator, 4));
    assert_eq!(missed("{1:1,}/1"), (Index, 5));
    assert_eq!(missed("{1:1,,2:1}/2"), (Index, 5));
    assert_eq!(missed("{}"), (Slash, 2));
    assert_eq!(missed("{1:1}5"), (Slash, 5));
    assert_eq!(missed("{}/"), (Dimensions, 3));
    assert_eq!(missed("{}/ a"), (Dimensions, 4));
    assert_eq!(missed("{}/-"), (Dimensions, 3));
    assert_eq!(missed("{}/1a"), (End, 4));
    assert_eq!(missed("{}/1.5"), (End, 4));
    assert_eq!(missed("{}/1 2"), (End, 5));
    assert_eq!(missed("{}/1\0"), (End, 4));
}

#[test]
fn dimensions_out_of_range() {
    for text in ["{}/0", "{}/-1", "{}/-2147483649", "{}/-9223372036854775809"] {
        assert_eq!(fault(text), F::NoDimensions, "{text}");
    }
    for text in [
        "{}/1000000001",
        "{}/2147483648",
        "{}/4294967297",
        "{}/9223372036854775808",
        "{}/18446744073709551617",
    ] {
        assert_eq!(fault(text), F::TooManyDimensions { max: 1_000_000_000 }, "{text}");
    }
}

#[test]
fn indices_out_of_range() {
    for (text, index) in [
        ("{0:1}/1", 0),
        ("{2:1}/1", 2),
        ("{-1:1}/1", -1),
        ("{2147483648:1}/1", 2_147_483_648),
        ("{4294967297:1}/1", 4_294_967_297),
        ("{-2147483649:1}/1", -2_147_483_649),
        ("{99999999999999999999:1}/1", i64::MAX),
        ("{-99999999999999999999:1}/1", -i64::MAX),
    ] {
        assert_eq!(fault(text), F::IndexOutOfBounds { index, dims: 1 }, "{text}");
    }
}

#[test]
fn duplicates() {
    assert_eq!(fault("{1:1,1:1}/2"), F::Duplicate { index: 1 });
    assert_eq!(fault("{1:1,2:1,1:2}/2"), F::Duplicate { index: 1 });
}

#[test]
fn element_limit_comes_before_the_rest_of_the_text() {
    let limits = SparseLimits { dimensions: 10, elements: 2 };
    assert!(parse_sparse(b"{1:1,2:2}/10", limits).is_ok());
    assert_eq!(parse_sparse(b"{1:1,2:0,x", limits), Err(F::TooManyElements { max: 2 }.into()));
    let many = |n: usize| (1..=n).map(|i| format!("{i}:1")).collect::<Vec<_>>().join(",");
    assert_eq!(ok(&format!("{{{}}}/16001", many(16_000))).1.len(), 16_000);
    assert_eq!(fault(&format!("{{{}}}/16001", many(16_001))), F::TooManyElements { max: 16_000 });
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer_not_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(sparse) = parse_sparse(&bytes, LIMITS) {
            assert_sound(&sparse, LIMITS);
        }
    }

    /// Nearly right text reaches further into the parser than random bytes do.
    #[test]
    fn broken_vectors_are_an_answer_not_a_panic(
        text in r"[ ]{0,2}\{?((-?[0-9]{1,11}[: ]{0,2}[-+0-9.eEnaif]{0,7},?){0,4}|[-+0-9.eE:, ]{0,30})\}?[/ ]{0,2}[-0-9]{0,11}[ x]{0,2}",
    ) {
        let limits = SparseLimits { dimensions: 1_000, elements: 3 };
        if let Ok(sparse) = parse_sparse(text.as_bytes(), limits) {
            assert_sound(&sparse, limits);
        }
    }

    #[test]
    fn printed_vectors_read_back_bit_by_bit(sparse in sparse()) {
        prop_assert_eq!(parse_sparse(print(&sparse).as_bytes(), LIMITS), Ok(sparse));
    }

    #[test]
    fn the_order_of_elements_makes_no_difference(sparse in sparse(), turn in 0..40_usize) {
        let mut shuffled = sparse.clone();
        if !shuffled.indices.is_empty() {
            let turn = turn % shuffled.indices.len();
            shuffled.indices.rotate_left(turn);
            shuffled.values.rotate_left(turn);
        }
        prop_assert_eq!(parse_sparse(print(&shuffled).as_bytes(), LIMITS), Ok(sparse));
    }

    /// No text that starts like a vector and ends early is one.
    #[test]
    fn beginnings_are_refused(sparse in sparse(), cut in 0..400_usize) {
        let text = print(&sparse);
        let slash = text.find('/').unwrap();
        let cut = cut % (slash + 1);
        // Of a number cut behind its "e" the error points to the "e".
        let read = parse_sparse(&text.as_bytes()[..cut], LIMITS);
        let at_end = matches!(read, Err(E::Syntax { offset, .. }) if offset + 2 >= cut);
        prop_assert!(at_end, "{}", &text[..cut]);
    }
}
