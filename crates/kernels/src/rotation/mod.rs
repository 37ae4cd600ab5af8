//! A random orthogonal transform in O(d log d): random signs and fast Walsh–Hadamard transforms.
//!
//! Four rounds. Round r flips signs at random, then, with m the largest power of two ≤ the padded length D:
//!
//! ```text
//! D = m:   H over all m
//! D > m:   H over a window of m, then one Kac step over all D
//!
//!          0             D-m         m              D
//! even r   |====== window ===========|..............|     Kac: (x, y) -> ((x+y)/√2, (x-y)/√2)
//! odd r    |..............|======== window =========|          with x = v[i], y = v[i + D/2]
//! ```
//!
//! H is the Walsh–Hadamard transform divided by √m, so each step, and thus the whole, is orthogonal. The scheme
//! is the one of the RaBitQ library (Gao, Long: "RaBitQ", SIGMOD 2024; its `FhtKacRotator`), written anew.
//!
//! Stored codes depend on the transform, so it is fixed: sign words come from [`splitmix64`] started at the seed,
//! round after round, one word per 64 dimensions, bit i of word w set = component 64w + i is negated. The order of
//! the float operations is the same at every level, and so are the results, bit for bit.

pub(crate) mod transform;

#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
pub(crate) mod neon;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;

use crate::dispatch::table;
use transform::ROUNDS;

/// The next number of the splitmix64 sequence (Steele, Lea, Flood: "Fast splittable pseudorandom number
/// generators", OOPSLA 2014), which the on-disk codes depend on: it never changes.
#[inline]
pub fn splitmix64(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A random orthogonal transform of vectors of `dims` components, determined by `(dims, seed)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    dims: usize,
    padded: usize,
    /// `ROUNDS` × `padded / 64` words.
    signs: Vec<u64>,
}

impl Rotation {
    /// The transform of `(dims, seed)`; holds `padded_dims() / 2` bytes.
    pub fn new(dims: usize, seed: u64) -> Self {
        let padded = dims.next_multiple_of(64);
        let mut state = seed;
        let signs = (0..ROUNDS * padded / 64).map(|_| splitmix64(&mut state)).collect();
        Self { dims, padded, signs }
    }

    /// Length of the vectors that go in.
    pub fn dims(&self) -> usize {
        self.dims
    }

    /// Length of the vectors that come out: `dims` rounded up to a multiple of 64.
    pub fn padded_dims(&self) -> usize {
        self.padded
    }

    /// Rotates `input`, as if padded with zeros, into the first `padded_dims()` places of `output`; an `output`
    /// shorter than that is left as it is.
    pub fn apply(&self, input: &[f32], output: &mut [f32]) {
        self.apply_with(table().rotate, input, output);
    }

    fn apply_with(&self, rotate: fn(&mut [f32], &[u64]), input: &[f32], output: &mut [f32]) {
        debug_assert_eq!(input.len(), self.dims);
        debug_assert_eq!(output.len(), self.padded);
        let Some(output) = output.get_mut(..self.padded) else { return };
        let n = input.len().min(self.dims);
        output[..n].copy_from_slice(&input[..n]);
        output[n..].fill(0.0);
        rotate(output, &self.signs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kernels;
    use proptest::prelude::*;

    fn random_vector(len: usize, state: &mut u64) -> Vec<f32> {
        (0..len).map(|_| (splitmix64(state) >> 40) as f32 / (1u32 << 23) as f32 - 1.0).collect()
    }

    fn dot(a: &[f32], b: &[f32]) -> f64 {
        a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
    }

    fn rotated(rotation: &Rotation, input: &[f32]) -> Vec<f32> {
        let mut out = vec![f32::NAN; rotation.padded_dims()];
        rotation.apply(input, &mut out);
        out
    }

    /// Straight from the definition, in f64, with the transform as a sum over ±1.
    fn by_definition(rotation: &Rotation, input: &[f32]) -> Vec<f64> {
        let d = rotation.padded_dims();
        let mut v: Vec<f64> = input.iter().map(|x| f64::from(*x)).collect();
        v.resize(d, 0.0);
        let m = 1usize << d.ilog2();
        for (round, words) in rotation.signs.chunks(d / 64).enumerate() {
            for (i, x) in v.iter_mut().enumerate() {
                if words[i / 64] >> (i % 64) & 1 == 1 {
                    *x = -*x;
                }
            }
            let start = if round % 2 == 0 { 0 } else { d - m };
            let window: Vec<f64> = v[start..start + m].to_vec();
            for i in 0..m {
                let sum: f64 =
                    (0..m).map(|j| if (i & j).count_ones() % 2 == 0 { window[j] } else { -window[j] }).sum();
                v[start + i] = sum / (m as f64).sqrt();
            }
            if m < d {
                for i in 0..d / 2 {
                    let (x, y) = (v[i], v[i + d / 2]);
                    v[i] = (x + y) * std::f64::consts::FRAC_1_SQRT_2;
                    v[i + d / 2] = (x - y) * std::f64::consts::FRAC_1_SQRT_2;
                }
            }
        }
        v
    }

    /// The sign words are part of the stored format: this test must never change.
    #[test]
    fn the_first_sign_words_are_fixed() {
        let r = Rotation::new(384, 0);
        assert_eq!(r.signs.len(), 4 * 6);
        assert_eq!(
            r.signs[..4],
            [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f, 0xf88b_b8a8_724c_81ec]
        );
        let r = Rotation::new(1, 1_234_567);
        assert_eq!(
            r.signs,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431
            ]
        );
    }

    /// So is every bit of a result, at every level.
    #[test]
    fn the_result_is_fixed() {
        for (dims, expected) in [(64, FIXED_64), (300, FIXED_300)] {
            let r = Rotation::new(dims, 42);
            let input: Vec<f32> = (0..dims).map(|i| (i % 7) as f32 - 3.0).collect();
            for k in Kernels::available() {
                let mut out = vec![0.0; r.padded_dims()];
                r.apply_with(k.rotate, &input, &mut out);
                let first = [out[0], out[1], out[2], out[r.padded_dims() - 1]].map(f32::to_bits);
                assert_eq!(first, expected, "{} {dims}: {first:#x?}", k.level);
            }
        }
    }

    const FIXED_64: [u32; 4] = [0x3f95_0000, 0x3f08_0000, 0x3ff2_0000, 0x3db8_0000];
    const FIXED_300: [u32; 4] = [0x3fc2_4e00, 0x3f55_5bf9, 0x4002_56ff, 0xbf9c_17ff];

    #[test]
    fn it_is_the_transform_of_the_definition() {
        let mut state = 7;
        for dims in [1, 63, 64, 65, 128, 191, 256, 300, 384, 768, 1000] {
            let r = Rotation::new(dims, 99);
            let input = random_vector(dims, &mut state);
            let expected = by_definition(&r, &input);
            for (i, (x, y)) in rotated(&r, &input).iter().zip(&expected).enumerate() {
                assert!((f64::from(*x) - y).abs() < 1e-5, "dims {dims} component {i}: {x} against {y}");
            }
        }
    }

    #[test]
    fn a_single_component_spreads_over_all() {
        for dims in [64usize, 128, 192, 384, 768, 1536, 2000] {
            let r = Rotation::new(dims, 3);
            for at in [0, dims / 2, dims - 1] {
                let mut input = vec![0.0; dims];
                input[at] = 1.0;
                let out = rotated(&r, &input);
                let largest = out.iter().fold(0.0f32, |m, x| m.max(x.abs())) * (out.len() as f32).sqrt();
                assert!(largest < 6.0, "dims {dims} component {at}: {largest} times the mean square");
            }
        }
    }

    #[test]
    fn slices_of_a_wrong_length_do_no_harm_in_release() {
        if !cfg!(debug_assertions) {
            let r = Rotation::new(100, 1);
            let mut short = [5.0; 100];
            r.apply(&[1.0; 100], &mut short);
            assert_eq!(short, [5.0; 100]);
            let mut out = [0.0; 128];
            r.apply(&[1.0; 300], &mut out);
            assert_eq!(out.to_vec(), rotated(&r, &[1.0; 100]));
        }
        let mut empty = [];
        Rotation::new(0, 1).apply(&[], &mut empty);
    }

    proptest! {
        #[test]
        fn norms_and_inner_products_are_kept(dims in 1usize..=2000, seed in any::<u64>()) {
            let r = Rotation::new(dims, seed);
            let mut state = !seed;
            let (a, b) = (random_vector(dims, &mut state), random_vector(dims, &mut state));
            let (ra, rb) = (rotated(&r, &a), rotated(&r, &b));
            let (aa, bb) = (dot(&a, &a), dot(&b, &b));
            prop_assert!((dot(&ra, &ra) - aa).abs() <= 1e-4 * aa);
            prop_assert!((dot(&ra, &rb) - dot(&a, &b)).abs() <= 1e-4 * (aa * bb).sqrt());
        }

        #[test]
        fn every_level_is_bit_equal(dims in 1usize..=2000, seed in any::<u64>(), skip in 0usize..4) {
            let r = Rotation::new(dims, seed);
            let mut state = !seed;
            let input = random_vector(dims, &mut state);
            let mut expected = vec![0.0; r.padded_dims()];
            r.apply_with(Kernels::available()[0].rotate, &input, &mut expected);
            for k in Kernels::available() {
                let mut out = vec![0.0; r.padded_dims() + skip];
                r.apply_with(k.rotate, &input, &mut out[skip..]);
                for (x, y) in out[skip..].iter().zip(&expected) {
                    prop_assert_eq!(x.to_bits(), y.to_bits(), "{}", k.level);
                }
            }
        }
    }
}
