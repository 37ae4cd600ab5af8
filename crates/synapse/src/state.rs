//! Quantum states: their fidelity, and their way into the space of the codes.
//!
//! Fidelity |⟨a|b⟩|² does not see a global phase, so that amplitudes themselves cannot be coded. Density matrices can: with ρ = |a⟩⟨a|,
//! ⟨ρ_a, ρ_b⟩ = |⟨a|b⟩|² and 1 − fidelity = ½‖ρ_a − ρ_b‖². A state of n amplitudes becomes the n² real numbers of its density matrix (the
//! diagonal, and √2 times both parts of each entry above it), a unit vector; no approximation is in that. Where these are too many they are
//! sketched without being formed (TensorSketch: Pham and Pagh, "Fast and Scalable Polynomial Kernels via Explicit Feature Maps", KDD
//! 2013): the convolution of two independent sketches of a and of its conjugate is a sketch of their tensor product. The convolution is
//! left in its Fourier transform, which keeps inner products.

use std::sync::LazyLock;

/// Complex numbers of a sketch: half of [`crate::vector::SKETCH_DIMENSIONS`].
const LENGTH: usize = crate::vector::SKETCH_DIMENSIONS / 2;

/// Places of a sketch to which one amplitude is added: with a single one a state of two amplitudes could vanish.
const PLACES: u32 = 4;

/// Constants that make the two sketches of a tensor product independent.
const SEEDS: [u64; 2] = [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344];

type Complex = (f64, f64);

/// Infidelity 1 − |⟨a|b⟩|² / (‖a‖²·‖b‖²) of amplitudes, real and imaginary parts in turn, summed in `f64`; NaN where one is zero or not
/// finite.
pub(crate) fn infidelity(a: &[f32], b: &[f32]) -> f64 {
    let (mut re, mut im, mut aa, mut bb) = ([0f64; 4], [0f64; 4], [0f64; 4], [0f64; 4]);
    let mut add = |lane: usize, x: &[f32], y: &[f32]| {
        let (xr, xi) = (f64::from(x[0]), f64::from(x[1]));
        let (yr, yi) = (f64::from(y[0]), f64::from(y[1]));
        re[lane] += xr * yr + xi * yi;
        im[lane] += xr * yi - xi * yr;
        aa[lane] += xr * xr + xi * xi;
        bb[lane] += yr * yr + yi * yi;
    };
    let ((a_groups, a_rest), (b_groups, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (x, y) in a_groups.iter().zip(b_groups) {
        for lane in 0..4 {
            add(lane, &x[2 * lane..], &y[2 * lane..]);
        }
    }
    for (lane, (x, y)) in a_rest.chunks_exact(2).zip(b_rest.chunks_exact(2)).enumerate() {
        add(lane, x, y);
    }
    let total = |lanes: [f64; 4]| lanes.iter().sum::<f64>();
    let (re, im, norms) = (total(re), total(im), total(aa) * total(bb));
    // clamp keeps NaN
    (1.0 - (re * re + im * im) / norms).clamp(0.0, 1.0)
}

/// Writes the density matrix of n amplitudes to n² numbers.
pub(crate) fn density(amplitudes: &[f32], out: &mut [f32]) {
    let amplitudes = amplitudes.as_chunks::<2>().0;
    let mut place = out.iter_mut();
    let mut push = |x: f32| {
        if let Some(place) = place.next() {
            *place = x;
        }
    };
    for (i, &[ar, ai]) in amplitudes.iter().enumerate() {
        push(ar * ar + ai * ai);
        for &[br, bi] in &amplitudes[i + 1..] {
            push(std::f32::consts::SQRT_2 * (ar * br + ai * bi));
            push(std::f32::consts::SQRT_2 * (ai * br - ar * bi));
        }
    }
}

/// Writes a sketch of the density matrix to [`crate::vector::SKETCH_DIMENSIONS`] numbers.
pub(crate) fn sketch(amplitudes: &[f32], out: &mut [f32]) {
    let [first, second] = [(SEEDS[0], 1.0), (SEEDS[1], -1.0)].map(|(seed, sign)| {
        let mut numbers = vec![(0f64, 0f64); LENGTH];
        for (i, &[re, im]) in amplitudes.as_chunks::<2>().0.iter().enumerate() {
            let hash = kernels::splitmix64(&mut (i as u64 ^ seed));
            for n in 0..PLACES {
                let bits = (hash >> (16 * n)) as usize & 0xffff;
                let scale = if bits & 1 == 0 { 0.5 } else { -0.5 };
                let number = &mut numbers[(bits >> 1) % LENGTH];
                number.0 += scale * f64::from(re);
                number.1 += scale * sign * f64::from(im);
            }
        }
        transform(&mut numbers);
        numbers
    });
    let scale = 1.0 / (LENGTH as f64).sqrt();
    for (pair, (x, y)) in out.as_chunks_mut::<2>().0.iter_mut().zip(first.iter().zip(&second)) {
        let (re, im) = times(*x, *y);
        *pair = [(re * scale) as f32, (im * scale) as f32];
    }
    // Components that cancel out everywhere, which nothing in the mathematics forbids: some vector must stand for the state.
    if out.iter().all(|x| *x == 0.0)
        && let Some(first) = out.first_mut()
    {
        *first = 1.0;
    }
}

fn times(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

/// The discrete Fourier transform by decimation in frequency (radix 2), its results in bit-reversed order: they are only multiplied one by
/// one with others in the same order. The length is a power of two.
fn transform(numbers: &mut [Complex]) {
    static ROOTS: LazyLock<Vec<Complex>> = LazyLock::new(|| {
        let angle = |k: usize| -2.0 * std::f64::consts::PI * k as f64 / LENGTH as f64;
        (0..LENGTH / 2).map(|k| (angle(k).cos(), angle(k).sin())).collect()
    });
    let mut length = numbers.len();
    while length >= 2 {
        let step = LENGTH / length;
        for block in numbers.chunks_exact_mut(length) {
            let (low, high) = block.split_at_mut(length / 2);
            for ((a, b), root) in low.iter_mut().zip(high).zip(ROOTS.iter().step_by(step)) {
                let (x, y) = (*a, *b);
                *a = (x.0 + y.0, x.1 + y.1);
                *b = times((x.0 - y.0, x.1 - y.1), *root);
            }
        }
        length /= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::SKETCH_DIMENSIONS;

    /// A unit vector of normally distributed amplitudes.
    fn random_state(n: usize, seed: &mut u64) -> Vec<f32> {
        let mut normal = || {
            let mut unit = || (kernels::splitmix64(seed) >> 11) as f64 / (1u64 << 53) as f64;
            (-2.0 * (1.0 - unit()).ln()).sqrt() * (2.0 * std::f64::consts::PI * unit()).cos()
        };
        let parts: Vec<f64> = (0..2 * n).map(|_| normal()).collect();
        let norm = parts.iter().map(|x| x * x).sum::<f64>().sqrt();
        parts.iter().map(|x| (x / norm) as f32).collect()
    }

    fn turned(state: &[f32], angle: f32) -> Vec<f32> {
        let (s, c) = angle.sin_cos();
        state.as_chunks::<2>().0.iter().flat_map(|[re, im]| [re * c - im * s, re * s + im * c]).collect()
    }

    fn dot(a: &[f32], b: &[f32]) -> f64 {
        a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
    }

    #[test]
    fn the_transform_is_that_of_the_definition() {
        let mut numbers: Vec<Complex> =
            (0..LENGTH).map(|i| ((i as f64).sin(), (3.0 * i as f64).cos())).collect();
        let before = numbers.clone();
        transform(&mut numbers);
        let bits = LENGTH.trailing_zeros();
        for k in [0usize, 1, 2, 511, 700, 1023] {
            let expected = before.iter().enumerate().fold((0.0, 0.0), |sum: Complex, (j, x)| {
                let angle = -2.0 * std::f64::consts::PI * ((j * k) % LENGTH) as f64 / LENGTH as f64;
                let term = times(*x, (angle.cos(), angle.sin()));
                (sum.0 + term.0, sum.1 + term.1)
            });
            let found = numbers[(k as u32).reverse_bits() as usize >> (32 - bits)];
            assert!((found.0 - expected.0).abs() < 1e-8 && (found.1 - expected.1).abs() < 1e-8, "{k}");
        }
    }

    #[test]
    fn density_matrices_have_the_fidelity_as_inner_product_whatever_the_phase() {
        let mut seed = 1;
        for n in [1, 2, 3, 8, 45] {
            let (a, b) = (random_state(n, &mut seed), random_state(n, &mut seed));
            let (mut x, mut y, mut z) = (vec![0.0; n * n], vec![0.0; n * n], vec![0.0; n * n]);
            density(&a, &mut x);
            density(&b, &mut y);
            density(&turned(&b, 1.234), &mut z);
            assert!((dot(&x, &y) - (1.0 - infidelity(&a, &b))).abs() < 1e-6, "{n}");
            assert!((dot(&x, &z) - dot(&x, &y)).abs() < 1e-6, "{n}");
            assert!((dot(&x, &x) - 1.0).abs() < 1e-6, "{n}");
        }
    }

    #[test]
    fn sketches_keep_inner_products_of_density_matrices() {
        let mut seed = 2;
        for n in [2, 46, 64, 300] {
            let (mut sum, mut square, pairs) = (0.0, 0.0, 60);
            for _ in 0..pairs {
                let (a, other) = (random_state(n, &mut seed), random_state(n, &mut seed));
                // neighbours: fidelity about one half
                let b: Vec<f32> = a.iter().zip(&other).map(|(x, y)| (x + y) / 2f32.sqrt()).collect();
                let norm = dot(&b, &b).sqrt() as f32;
                let b: Vec<f32> = turned(&b, 0.7).iter().map(|x| x / norm).collect();
                let (mut x, mut y) = (vec![0.0; SKETCH_DIMENSIONS], vec![0.0; SKETCH_DIMENSIONS]);
                sketch(&a, &mut x);
                sketch(&b, &mut y);
                let error = dot(&x, &y) - (1.0 - infidelity(&a, &b));
                sum += error;
                square += error * error;
            }
            // The same places serve every pair of one n, so that errors go together: the mean may be off by a deviation.
            assert!(
                (square / f64::from(pairs)).sqrt() < 0.1,
                "{n}: deviation {}",
                (square / f64::from(pairs)).sqrt()
            );
            assert!((sum / f64::from(pairs)).abs() < 0.08, "{n}: mean {}", sum / f64::from(pairs));
        }
    }

    #[test]
    fn no_state_vanishes() {
        let mut out = vec![0.0; SKETCH_DIMENSIONS];
        let h = std::f32::consts::FRAC_1_SQRT_2;
        for (i, j, sign) in (0..64).flat_map(|i| (0..i).flat_map(move |j| [(i, j, h), (i, j, -h)])) {
            let mut state = vec![0.0; 128];
            (state[2 * i], state[2 * j]) = (h, sign);
            sketch(&state, &mut out);
            assert!(dot(&out, &out) > 0.1, "{i} {j}");
        }
        sketch(&[0.0; 128], &mut out);
        assert_eq!(dot(&out, &out), 1.0);
    }

    #[test]
    fn infidelity_is_that_of_the_definition() {
        let h = std::f32::consts::FRAC_1_SQRT_2;
        assert_eq!(infidelity(&[1.0, 0.0, 0.0, 0.0], &[0.0, 1.0, 0.0, 0.0]), 0.0);
        assert_eq!(infidelity(&[1.0, 0.0, 0.0, 0.0], &[0.0, 0.0, 0.0, 1.0]), 1.0);
        assert!((infidelity(&[1.0, 0.0, 0.0, 0.0], &[h, 0.0, 0.0, h]) - 0.5).abs() < 1e-7);
        assert!(infidelity(&[1.0, 0.0], &[0.0, 0.0]).is_nan());
        let mut seed = 3;
        let a = random_state(21, &mut seed);
        assert!(infidelity(&a, &a) < 1e-15);
    }
}
