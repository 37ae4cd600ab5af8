//! A pure state in Cⁿ.

use num_complex::{Complex32, Complex64};

use crate::error::QuantumError;
use crate::overlap::{self, fidelity_slices, inner_product_slices};

/// The most dimensions a state may have, as for PostgreSQL's `qvector`.
pub const MAX_DIMENSIONS: usize = 16_000;

/// How far the squared norm may be from 1 for amplitudes to be kept as they are: 2⁻²² ≈ 2.4·10⁻⁷.
///
/// Rounding a unit vector to `f32` moves each amplitude by a factor within 1 ± 2⁻²⁴ and so the squared norm
/// by less than 2⁻²³ + 2⁻⁴⁷, whatever the number of dimensions. What normalising yields is therefore always
/// within the tolerance, and normalising it again changes no bit: a state survives its own text and binary
/// form.
pub const NORM_TOLERANCE: f64 = 1.0 / 4_194_304.0;

/// A unit vector of complex amplitudes; between 1 and [`MAX_DIMENSIONS`] of them, all finite, none of their parts −0.
///
/// States that differ by a global phase are physically the same, have fidelity 1, and are not `==`.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    amplitudes: Vec<Complex32>,
}

impl State {
    /// The state in the direction of these amplitudes: divided by their norm, unless that is 1 already (see
    /// [`NORM_TOLERANCE`]).
    ///
    /// # Errors
    /// [`QuantumError::NoDimensions`], [`QuantumError::TooManyDimensions`], [`QuantumError::NotFinite`],
    /// [`QuantumError::ZeroVector`].
    pub fn from_amplitudes(mut amplitudes: Vec<Complex32>) -> Result<Self, QuantumError> {
        check_dimensions(amplitudes.len())?;
        if let Some(index) = amplitudes.iter().position(|z| !z.is_finite()) {
            return Err(QuantumError::NotFinite { index });
        }
        // The square of the smallest f32 is 10⁻⁹⁰, of the largest 10⁷⁷: in f64 this neither vanishes nor overflows.
        let norm_sqr: f64 = amplitudes.iter().map(|z| square(z.re) + square(z.im)).sum();
        if norm_sqr == 0.0 {
            return Err(QuantumError::ZeroVector);
        }
        if (norm_sqr - 1.0).abs() > NORM_TOLERANCE {
            let norm = norm_sqr.sqrt();
            for z in &mut amplitudes {
                *z = Complex32::new((f64::from(z.re) / norm) as f32, (f64::from(z.im) / norm) as f32);
            }
        }
        for z in &mut amplitudes {
            // Adding zero makes −0 into 0, so that equal states have equal bytes.
            *z = Complex32::new(z.re + 0.0, z.im + 0.0);
        }
        Ok(Self { amplitudes })
    }

    /// [`State::from_amplitudes`] of real and imaginary parts in turn, as they are stored.
    pub fn from_interleaved(floats: &[f32]) -> Result<Self, QuantumError> {
        let amplitudes = overlap::as_complex(floats)?;
        check_dimensions(amplitudes.len())?;
        Self::from_amplitudes(amplitudes.to_vec())
    }

    /// Amplitude encoding of a real vector: the state whose amplitudes are its entries divided by its norm.
    pub fn from_real(vector: &[f32]) -> Result<Self, QuantumError> {
        check_dimensions(vector.len())?;
        Self::from_amplitudes(vector.iter().map(|&x| Complex32::new(x, 0.0)).collect())
    }

    /// The amplitudes.
    pub fn amplitudes(&self) -> &[Complex32] {
        &self.amplitudes
    }

    /// The amplitudes as real and imaginary parts in turn, twice [`State::dimensions`] floats.
    pub fn interleaved(&self) -> &[f32] {
        bytemuck::cast_slice(&self.amplitudes)
    }

    /// The amplitudes, without a copy.
    pub fn into_amplitudes(self) -> Vec<Complex32> {
        self.amplitudes
    }

    /// Number of amplitudes.
    pub fn dimensions(&self) -> usize {
        self.amplitudes.len()
    }

    /// The probability of each basis state when the state is measured, |aᵢ|². They sum to 1 within `f32` rounding.
    pub fn probabilities(&self) -> Vec<f32> {
        self.amplitudes.iter().map(|z| (square(z.re) + square(z.im)) as f32).collect()
    }

    /// ⟨self|other⟩, antilinear in `self`.
    pub fn inner_product(&self, other: &State) -> Result<Complex64, QuantumError> {
        inner_product_slices(&self.amplitudes, &other.amplitudes)
    }

    /// |⟨self|other⟩|², in [0, 1]: 1 exactly for a state and itself, unchanged by a global phase of either.
    pub fn fidelity(&self, other: &State) -> Result<f64, QuantumError> {
        fidelity_slices(&self.amplitudes, &other.amplitudes)
    }
}

fn square(x: f32) -> f64 {
    f64::from(x) * f64::from(x)
}

pub(crate) fn check_dimensions(dimensions: usize) -> Result<(), QuantumError> {
    match dimensions {
        0 => Err(QuantumError::NoDimensions),
        1..=MAX_DIMENSIONS => Ok(()),
        _ => Err(QuantumError::TooManyDimensions { limit: MAX_DIMENSIONS }),
    }
}
