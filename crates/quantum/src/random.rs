//! The random numbers of this crate: PCG XSL 128/64 MCG (O'Neill 2014, HMC-CS-2014-0905) of `rand_pcg`, seeded by SplitMix64.
//! Integer arithmetic throughout: the same seed gives the same numbers on every machine.

use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// A seeded stream of random numbers.
#[derive(Debug, Clone)]
pub struct Random(Pcg64Mcg);

/// One step of SplitMix64 (Steele, Lea, Flood 2014): a bijection that scatters neighbouring seeds.
fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Random {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Self {
        Self::stream(seed, 0)
    }

    /// One of many streams of a seed, as for the replicas of a solver: what a replica draws does not depend on the others.
    pub fn stream(seed: u64, stream: u64) -> Self {
        let mut state = seed;
        let scattered = splitmix(&mut state);
        let mut state = scattered ^ stream.wrapping_mul(0xD605_BBB5_8C8A_BBFD);
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&splitmix(&mut state).to_le_bytes());
        bytes[8..].copy_from_slice(&splitmix(&mut state).to_le_bytes());
        Self(Pcg64Mcg::from_seed(bytes))
    }

    /// 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in [0, 1), with 53 random bits.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform in 0..bound by multiplication (Lemire 2019, without the rejection: its bias is below bound/2⁶⁴).
    #[inline]
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.bits()) * bound as u128) >> 64) as usize
    }
}
