//! States: normalising, overlap, and what the text form preserves.

use num_complex::{Complex32, Complex64};
use proptest::prelude::*;
use quantum::*;

fn c(re: f32, im: f32) -> Complex32 {
    Complex32::new(re, im)
}

fn bits(amplitudes: &[Complex32]) -> Vec<(u32, u32)> {
    amplitudes.iter().map(|z| (z.re.to_bits(), z.im.to_bits())).collect()
}

/// Every finite float, and often those that make a sensible vector.
fn float() -> impl Strategy<Value = f32> {
    prop_oneof![
        3 => -1.0f32..1.0,
        1 => any::<u32>().prop_map(f32::from_bits).prop_filter("finite", |x| x.is_finite()),
        1 => Just(0.0),
    ]
}

fn amplitudes(dimensions: impl Strategy<Value = usize>) -> impl Strategy<Value = Vec<Complex32>> {
    dimensions
        .prop_flat_map(|n| proptest::collection::vec((float(), float()).prop_map(|(re, im)| c(re, im)), n))
}

fn state_of(n: usize) -> impl Strategy<Value = State> {
    amplitudes(Just(n)).prop_filter_map("not zero", |a| State::from_amplitudes(a).ok())
}

fn pair() -> impl Strategy<Value = (State, State)> {
    (1..80usize).prop_flat_map(|n| (state_of(n), state_of(n)))
}

#[test]
fn input_is_normalised() {
    let state = State::from_amplitudes(vec![c(3.0, 0.0), c(0.0, 4.0)]).unwrap();
    assert_eq!(state.amplitudes(), [c(0.6, 0.0), c(0.0, 0.8)]);
    for (probability, expected) in state.probabilities().into_iter().zip([0.36, 0.64]) {
        assert!((probability - expected).abs() < 1e-6);
    }
    assert_eq!(state.interleaved(), [0.6, 0.0, 0.0, 0.8]);
    assert_eq!(State::from_interleaved(&[3.0, 0.0, 0.0, 4.0]).unwrap(), state);
    assert_eq!(State::from_real(&[0.0, -2.0]).unwrap().amplitudes(), [c(0.0, 0.0), c(-1.0, 0.0)]);
    for extreme in [f32::MAX, f32::from_bits(1), f32::MIN_POSITIVE] {
        let state = State::from_real(&[extreme; 4]).unwrap();
        assert_eq!(state.amplitudes(), [c(0.5, 0.0); 4]);
    }
}

#[test]
fn what_is_no_state_is_refused() {
    assert_eq!(State::from_amplitudes(vec![]), Err(QuantumError::NoDimensions));
    assert_eq!(State::from_real(&[0.0, -0.0]), Err(QuantumError::ZeroVector));
    assert_eq!(State::from_real(&[1.0, f32::NAN]), Err(QuantumError::NotFinite { index: 1 }));
    assert_eq!(
        State::from_amplitudes(vec![c(0.0, f32::NEG_INFINITY)]),
        Err(QuantumError::NotFinite { index: 0 })
    );
    assert_eq!(State::from_interleaved(&[1.0, 0.0, 1.0]), Err(QuantumError::OddLength { length: 3 }));
    assert!(State::from_real(&vec![1.0; MAX_DIMENSIONS]).is_ok());
    let too_many = Err(QuantumError::TooManyDimensions { limit: MAX_DIMENSIONS });
    assert_eq!(State::from_real(&vec![1.0; MAX_DIMENSIONS + 1]), too_many);
    assert_eq!(format!("[{}1]", "1,".repeat(MAX_DIMENSIONS)).parse::<State>(), too_many);
}

#[test]
fn known_overlaps() {
    let s = std::f32::consts::FRAC_1_SQRT_2;
    let zero = State::from_real(&[1.0, 0.0]).unwrap();
    let one = State::from_real(&[0.0, 1.0]).unwrap();
    let plus_i = State::from_amplitudes(vec![c(s, 0.0), c(0.0, s)]).unwrap();
    assert_eq!(zero.fidelity(&one), Ok(0.0));
    assert!((zero.fidelity(&plus_i).unwrap() - 0.5).abs() < 1e-12);
    assert_eq!(one.inner_product(&plus_i), Ok(Complex64::new(0.0, f64::from(s))));
    assert_eq!(plus_i.inner_product(&one), Ok(Complex64::new(0.0, -f64::from(s))));
    let three = State::from_real(&[1.0; 3]).unwrap();
    assert_eq!(zero.fidelity(&three), Err(QuantumError::DimensionMismatch { left: 2, right: 3 }));
    assert_eq!(fidelity_interleaved(zero.interleaved(), plus_i.interleaved()), zero.fidelity(&plus_i));
    assert_eq!(fidelity_interleaved(&[1.0, 0.0, 1.0], &[1.0]), Err(QuantumError::OddLength { length: 3 }));
    assert_eq!(fidelity_slices(&[c(0.0, 0.0)], &[c(1.0, 0.0)]), Err(QuantumError::ZeroVector));
    assert_eq!(fidelity_slices(&[], &[]), Err(QuantumError::ZeroVector));
    for bad in [f32::NAN, f32::INFINITY] {
        let result = fidelity_slices(&[c(1.0, 0.0), c(1.0, bad)], &[c(1.0, 0.0); 2]);
        assert_eq!(result, Err(QuantumError::NotFinite { index: 1 }));
        let result = inner_product_slices(&[c(1.0, 0.0); 2], &[c(bad, 0.0), c(1.0, 0.0)]);
        assert_eq!(result, Err(QuantumError::NotFinite { index: 0 }));
    }
}

/// The norm of a rounded vector with as many dimensions as there may be stays within the tolerance.
#[test]
fn normalising_twice_changes_nothing_at_the_largest_size() {
    for step in 1..40u32 {
        let vector: Vec<f32> =
            (0..MAX_DIMENSIONS as u32).map(|i| (i.wrapping_mul(step * 2_654_435) >> 7) as f32).collect();
        let once = State::from_real(&vector).unwrap();
        let twice = State::from_amplitudes(once.amplitudes().to_vec()).unwrap();
        assert_eq!(bits(once.amplitudes()), bits(twice.amplitudes()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn normalising_is_idempotent_in_bits(raw in amplitudes(1..200usize)) {
        if let Ok(once) = State::from_amplitudes(raw) {
            let norm: f64 = once.amplitudes().iter().map(|z| f64::from(z.re).powi(2) + f64::from(z.im).powi(2)).sum();
            prop_assert!((norm - 1.0).abs() <= NORM_TOLERANCE);
            let twice = State::from_amplitudes(once.amplitudes().to_vec()).unwrap();
            prop_assert_eq!(bits(once.amplitudes()), bits(twice.amplitudes()));
        }
    }

    #[test]
    fn text_gives_back_the_same_bits(raw in amplitudes(1..60usize)) {
        prop_assert_eq!(bits(&parse_amplitudes(&format_amplitudes(&raw)).unwrap()), bits(&raw));
        if let Ok(state) = State::from_amplitudes(raw) {
            let again: State = state.to_string().parse().unwrap();
            prop_assert_eq!(bits(again.amplitudes()), bits(state.amplitudes()));
        }
    }

    #[test]
    fn fidelity_is_symmetric_and_a_probability((a, b) in pair()) {
        let fidelity = a.fidelity(&b).unwrap();
        prop_assert!((0.0..=1.0).contains(&fidelity));
        prop_assert_eq!(fidelity, b.fidelity(&a).unwrap());
        prop_assert_eq!(a.inner_product(&b).unwrap(), b.inner_product(&a).unwrap().conj());
        prop_assert_eq!(a.fidelity(&a), Ok(1.0));
        let total: f64 = a.probabilities().iter().map(|&p| f64::from(p)).sum();
        prop_assert!((total - 1.0).abs() < 1e-6);
    }

    /// Against the textbook formula, one term at a time.
    #[test]
    fn fidelity_is_the_squared_overlap((a, b) in pair()) {
        let mut overlap = Complex64::new(0.0, 0.0);
        for (x, y) in a.amplitudes().iter().zip(b.amplitudes()) {
            overlap += Complex64::new(x.re.into(), -f64::from(x.im)) * Complex64::new(y.re.into(), y.im.into());
        }
        prop_assert!((a.inner_product(&b).unwrap() - overlap).norm() < 1e-12);
        prop_assert!((a.fidelity(&b).unwrap() - overlap.norm_sqr()).abs() < 1e-6);
    }

    #[test]
    fn a_global_phase_changes_nothing((a, b) in pair(), phase in 0.0..std::f32::consts::TAU) {
        let turned: Vec<_> = a.amplitudes().iter().map(|z| z * Complex32::from_polar(1.0, phase)).collect();
        let turned = State::from_amplitudes(turned).unwrap();
        prop_assert!((turned.fidelity(&b).unwrap() - a.fidelity(&b).unwrap()).abs() < 1e-6);
        prop_assert!((turned.fidelity(&a).unwrap() - 1.0).abs() < 1e-6);
    }
}
