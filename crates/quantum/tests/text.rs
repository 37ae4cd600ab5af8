//! The text form: what is read, what is printed, what is refused and where.

use num_complex::Complex32;
use proptest::prelude::*;
use quantum::*;

fn c(re: f32, im: f32) -> Complex32 {
    Complex32::new(re, im)
}

#[test]
fn every_form_is_read() {
    for (text, expected) in [
        ("[0.6, 0.8i, 0.1-0.2i]", vec![c(0.6, 0.0), c(0.0, 0.8), c(0.1, -0.2)]),
        ("[i,-i,+i]", vec![c(0.0, 1.0), c(0.0, -1.0), c(0.0, 1.0)]),
        ("[1+i,1-i,-2-3i]", vec![c(1.0, 1.0), c(1.0, -1.0), c(-2.0, -3.0)]),
        ("[1e-3+2e-4i, 1E2i, 1e+1]", vec![c(1e-3, 2e-4), c(0.0, 100.0), c(10.0, 0.0)]),
        (" [ 1 + 2i ,\t- 3\n] ", vec![c(1.0, 2.0), c(-3.0, 0.0)]),
        ("[.5,5.,-.5i]", vec![c(0.5, 0.0), c(5.0, 0.0), c(0.0, -0.5)]),
        ("[1e-60]", vec![c(0.0, 0.0)]),
    ] {
        assert_eq!(parse_amplitudes(text).unwrap(), expected, "{text}");
    }
}

#[test]
fn printing_is_short() {
    for (z, expected) in [
        (c(0.6, 0.0), "[0.6]"),
        (c(0.0, 0.8), "[0.8i]"),
        (c(0.1, -0.2), "[0.1-0.2i]"),
        (c(0.1, 0.2), "[0.1+0.2i]"),
        (c(0.0, 0.0), "[0]"),
        (c(-0.0, 0.0), "[-0]"),
        (c(0.0, -0.0), "[-0i]"),
        (c(-0.0, 1.0), "[-0+1i]"),
        (c(1e-7, 1e-45), "[1e-7+1e-45i]"),
        (c(0.00001, 1e20), "[0.00001+1e20i]"),
    ] {
        let text = format_amplitudes(&[z]);
        assert_eq!(text, expected);
        let again = parse_amplitudes(&text).unwrap()[0];
        assert_eq!((again.re.to_bits(), again.im.to_bits()), (z.re.to_bits(), z.im.to_bits()));
    }
    assert_eq!("[3,4i]".parse::<State>().unwrap().to_string(), "[0.6,0.8i]");
}

#[test]
fn errors_say_what_and_where() {
    let message = |text: &str| parse_amplitudes(text).unwrap_err().to_string();
    for (text, expected) in [
        ("", "expected '[', found the end of the text at byte 1"),
        ("1,2", "expected '[', found '1' at byte 1"),
        ("[1,2", "expected ',' or ']', found the end of the text at byte 5"),
        ("[1,]", "expected a number or 'i', found ']' at byte 4"),
        ("[1 2]", "expected ',' or ']', found '2' at byte 4"),
        ("[1]x", "expected the end of the text, found 'x' at byte 4"),
        ("[1+2]", "expected 'i', found ']' at byte 5"),
        ("[i+1]", "expected ',' or ']', found '+' at byte 3"),
        ("[--1]", "expected a number or 'i', found '-' at byte 3"),
        ("[1j]", "expected ',' or ']', found 'j' at byte 3"),
        ("[.]", "expected a number or 'i', found '.' at byte 2"),
        ("[1e]", "expected the digits of an exponent, found ']' at byte 4"),
        ("[0.5,µ]", "expected a number or 'i', found 'µ' at byte 6"),
        ("[NaN]", "NaN and infinity are not amplitudes at byte 2"),
        ("[1,-Infinity]", "NaN and infinity are not amplitudes at byte 5"),
        ("[1+infi]", "NaN and infinity are not amplitudes at byte 4"),
        ("[1e39]", "number out of range for a 32-bit float at byte 2"),
        ("[]", "a state must have at least 1 dimension"),
        (" [ ] ", "a state must have at least 1 dimension"),
    ] {
        assert_eq!(message(text), expected, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn garbage_never_panics(text in prop_oneof![".{0,30}", "[\\[\\]0-9eEi+., -]{0,20}", "\\[[0-9.ei+,-]{1,20}\\]"]) {
        if let Ok(state) = text.parse::<State>() {
            prop_assert_eq!(state.to_string().parse::<State>().unwrap(), state);
        }
    }
}
