//! The binary form: what it looks like, what is refused, that it brings back the same bits.

use proptest::prelude::*;
use vector_io::wire::{self, WireError as E};
use vector_io::{Component, Half};

fn written<C: Component>(components: &[C]) -> Vec<u8> {
    let mut message = vec![0xff; wire::length::<C>(components.len())];
    wire::write(components, &mut message);
    message
}

fn error<C: Component>(message: &[u8]) -> E {
    wire::read::<C>(message, 16_000).expect_err("an error")
}

#[test]
fn layout() {
    assert_eq!(written(&[1.0_f32, -2.0]), [0, 2, 0, 0, 0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0]);
    assert_eq!(written(&[Half::from_bits(0x3c00), Half::from_bits(0xc000)]), [0, 2, 0, 0, 0x3c, 0, 0xc0, 0]);
}

#[test]
fn only_the_vector_is_taken() {
    let mut message = written(&[1.0_f32, 2.0]);
    message.extend([7; 5]);
    assert_eq!(wire::read(&message, 2), Ok((vec![1.0_f32, 2.0], 12)));
}

#[test]
fn errors() {
    assert_eq!(error::<f32>(&[]), E::Truncated { expected: 4, found: 0 });
    assert_eq!(error::<f32>(&[0, 1, 0]), E::Truncated { expected: 4, found: 3 });
    assert_eq!(error::<f32>(&[0, 2, 0, 0, 0x3f, 0x80, 0]), E::Truncated { expected: 12, found: 7 });
    assert_eq!(error::<Half>(&[0, 2, 0, 0, 0x3c, 0, 0xc0]), E::Truncated { expected: 8, found: 7 });
    assert_eq!(error::<f32>(&[0, 0, 0, 0]), E::Empty);
    assert_eq!(error::<f32>(&[0x3e, 0x81, 0, 0]), E::TooMany { dims: 16_001, max: 16_000 });
    assert_eq!(error::<f32>(&[0xff, 0xff, 0, 0]), E::TooMany { dims: 65_535, max: 16_000 });
    assert_eq!(error::<f32>(&[0, 1, 1, 2, 0, 0, 0, 0]), E::Reserved { value: 258 });
    assert_eq!(error::<f32>(&written(&[1.0, f32::NAN, f32::INFINITY])), E::Nan { component: 2 });
    assert_eq!(error::<f32>(&written(&[f32::NEG_INFINITY, f32::NAN])), E::Infinite { component: 1 });
    assert_eq!(error::<Half>(&written(&[Half::from_bits(0x7e01)])), E::Nan { component: 1 });
    assert_eq!(
        error::<Half>(&written(&[Half::from_bits(0), Half::from_bits(0xfc00)])),
        E::Infinite { component: 2 }
    );
}

/// Cut anywhere, a message is recognised as too short, and as how much too short.
#[test]
fn truncated_at_every_byte() {
    let message = written(&[1.0_f32, 2.0, 3.0]);
    for found in 0..message.len() {
        let expected = if found < 4 { 4 } else { message.len() };
        assert_eq!(error::<f32>(&message[..found]), E::Truncated { expected, found });
    }
}

proptest! {
    #[test]
    fn single_precision_comes_back(bits in prop::collection::vec(any::<u32>(), 1..100)) {
        let components: Vec<f32> = bits.into_iter().map(f32::from_bits).filter(|value| value.is_finite()).collect();
        prop_assume!(!components.is_empty());
        let message = written(&components);
        let (read, length) = wire::read::<f32>(&message, 100).unwrap();
        prop_assert_eq!(length, message.len());
        prop_assert_eq!(written(&read), message);
    }

    #[test]
    fn half_precision_comes_back(bits in prop::collection::vec(any::<u16>(), 1..100)) {
        let finite = |half: &Half| half.to_f32().is_finite();
        let components: Vec<Half> = bits.into_iter().map(Half::from_bits).filter(finite).collect();
        prop_assume!(!components.is_empty());
        let message = written(&components);
        let (read, length) = wire::read::<Half>(&message, 100).unwrap();
        prop_assert_eq!(length, message.len());
        prop_assert_eq!(written(&read), message);
    }
}
