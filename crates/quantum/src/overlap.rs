//! Inner product and fidelity of amplitudes as they lie in memory, without building a [`crate::State`].

use num_complex::{Complex32, Complex64};

use crate::error::QuantumError;

/// Amplitudes summed side by side, so that the compiler can keep the sums in vector registers.
const LANES: usize = 4;

/// ⟨a|b⟩ and the squared norms of both, summed in `f64`.
///
/// The sums are independent of the machine: their order is fixed by `LANES`, not by the width of its registers.
struct Sums {
    inner: Complex64,
    norm_a: f64,
    norm_b: f64,
}

fn sums(a: &[Complex32], b: &[Complex32]) -> Sums {
    let (mut re, mut im) = ([0.0; LANES], [0.0; LANES]);
    let (mut na, mut nb) = ([0.0; LANES], [0.0; LANES]);
    let mut add = |lane: usize, x: Complex32, y: Complex32| {
        let (xr, xi) = (f64::from(x.re), f64::from(x.im));
        let (yr, yi) = (f64::from(y.re), f64::from(y.im));
        re[lane] += xr * yr + xi * yi;
        im[lane] += xr * yi - xi * yr;
        na[lane] += xr * xr + xi * xi;
        nb[lane] += yr * yr + yi * yi;
    };
    let (groups_a, tail_a) = a.as_chunks::<LANES>();
    let (groups_b, tail_b) = b.as_chunks::<LANES>();
    for (x, y) in groups_a.iter().zip(groups_b) {
        for lane in 0..LANES {
            add(lane, x[lane], y[lane]);
        }
    }
    for (lane, (&x, &y)) in tail_a.iter().zip(tail_b).enumerate() {
        add(lane, x, y);
    }
    let total = |lanes: [f64; LANES]| lanes.iter().sum::<f64>();
    Sums { inner: Complex64::new(total(re), total(im)), norm_a: total(na), norm_b: total(nb) }
}

fn check_dimensions(a: &[Complex32], b: &[Complex32]) -> Result<(), QuantumError> {
    if a.len() == b.len() {
        return Ok(());
    }
    Err(QuantumError::DimensionMismatch { left: a.len(), right: b.len() })
}

fn first_not_finite(a: &[Complex32], b: &[Complex32]) -> QuantumError {
    let index = [a, b].into_iter().find_map(|side| side.iter().position(|z| !z.is_finite()));
    index.map_or(QuantumError::ZeroVector, |index| QuantumError::NotFinite { index })
}

/// ⟨a|b⟩ = Σ conj(aᵢ)·bᵢ, summed in `f64`, of amplitudes as they are.
pub fn inner_product_slices(a: &[Complex32], b: &[Complex32]) -> Result<Complex64, QuantumError> {
    check_dimensions(a, b)?;
    let inner = sums(a, b).inner;
    if inner.is_finite() { Ok(inner) } else { Err(first_not_finite(a, b)) }
}

/// |⟨a|b⟩|² / (‖a‖²·‖b‖²), in [0, 1].
///
/// Dividing by the norms takes out what rounding unit vectors to `f32` leaves (about 10⁻⁷), so that the
/// fidelity of a state with itself is exactly 1, and makes the function right for amplitudes that were never
/// normalised.
///
/// # Errors
/// [`QuantumError::DimensionMismatch`], [`QuantumError::ZeroVector`] (also for no dimensions),
/// [`QuantumError::NotFinite`].
pub fn fidelity_slices(a: &[Complex32], b: &[Complex32]) -> Result<f64, QuantumError> {
    check_dimensions(a, b)?;
    let Sums { inner, norm_a, norm_b } = sums(a, b);
    // Squares of f32 lie within 10⁻⁹⁰ and 10⁷⁷: neither product leaves the range of f64.
    let norms = norm_a * norm_b;
    if !(norms.is_finite() && norms > 0.0) {
        return Err(first_not_finite(a, b));
    }
    Ok((inner.norm_sqr() / norms).clamp(0.0, 1.0))
}

/// [`fidelity_slices`] of amplitudes stored as real and imaginary parts in turn.
///
/// # Errors
/// Also [`QuantumError::OddLength`]; the dimensions in the errors count complex amplitudes.
pub fn fidelity_interleaved(a: &[f32], b: &[f32]) -> Result<f64, QuantumError> {
    fidelity_slices(as_complex(a)?, as_complex(b)?)
}

pub(crate) fn as_complex(floats: &[f32]) -> Result<&[Complex32], QuantumError> {
    // A complex number is two floats with a float's alignment: only the length can be wrong.
    bytemuck::try_cast_slice(floats).map_err(|_| QuantumError::OddLength { length: floats.len() })
}
