//! IEEE 754 half floats stored as `u16`, because Rust 1.95 has no stable `f16`. All levels are bit-equal.

#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;

use crate::dispatch::table;

/// The exact value of a half float. A signalling NaN becomes quiet and keeps its payload.
#[inline]
pub fn f16_to_f32(h: u16) -> f32 {
    let sign = u32::from(h & 0x8000) << 16;
    let (exponent, mantissa) = (u32::from(h >> 10) & 0x1f, u32::from(h & 0x3ff));
    let magnitude = match (exponent, mantissa) {
        (0x1f, 0) => 0x7f80_0000,
        (0x1f, _) => 0x7fc0_0000 | mantissa << 13,
        // Zero and subnormals: mantissa · 2⁻²⁴, exact in f32.
        (0, _) => (mantissa as f32 * f32::from_bits(0x3380_0000)).to_bits(),
        _ => (exponent + 112) << 23 | mantissa << 13,
    };
    f32::from_bits(sign | magnitude)
}

/// The nearest half float, ties to even; beyond ±65,520 infinity. NaN becomes quiet and keeps its upper payload.
#[inline]
pub fn f32_to_f16(f: f32) -> u16 {
    let bits = f.to_bits();
    let sign = (bits >> 16 & 0x8000) as u16;
    let magnitude = bits & 0x7fff_ffff;
    let half = if magnitude > 0x7f80_0000 {
        0x7e00 | (magnitude >> 13 & 0x3ff)
    } else if magnitude >= 0x4780_0000 {
        0x7c00
    } else if magnitude >= 0x3880_0000 {
        // A carry out of the mantissa raises the exponent, up to infinity, as it should.
        let odd = magnitude >> 13 & 1;
        (magnitude - 0x3800_0000 + 0xfff + odd) >> 13
    } else {
        // Below 2⁻¹⁴ the half is subnormal: adding 0.5 makes the FPU round to multiples of 2⁻²⁴.
        (f32::from_bits(magnitude) + 0.5).to_bits() - 0x3f00_0000
    };
    sign | half as u16
}

/// Converts the common prefix of `halves` to `f32`.
#[inline]
pub fn widen_f16(halves: &[u16], out: &mut [f32]) {
    debug_assert_eq!(halves.len(), out.len());
    (table().widen_f16)(halves, out);
}

/// Converts the common prefix of `floats` to half floats, as [`f32_to_f16`].
#[inline]
pub fn narrow_f16(floats: &[f32], out: &mut [u16]) {
    debug_assert_eq!(floats.len(), out.len());
    (table().narrow_f16)(floats, out);
}

pub(crate) fn widen_scalar(halves: &[u16], out: &mut [f32]) {
    for (o, h) in out.iter_mut().zip(halves) {
        *o = f16_to_f32(*h);
    }
}

pub(crate) fn narrow_scalar(floats: &[f32], out: &mut [u16]) {
    for (o, f) in out.iter_mut().zip(floats) {
        *o = f32_to_f16(*f);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kernels;
    use proptest::prelude::*;

    #[test]
    fn known_values() {
        let pairs = [
            (0x0000, 0.0),
            (0x8000, -0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0400, 6.103_515_6e-5),
            (0x0001, 5.960_464_5e-8),
            (0x7c00, f32::INFINITY),
        ];
        for (half, float) in pairs {
            assert_eq!(f16_to_f32(half).to_bits(), float.to_bits(), "{half:#x}");
            assert_eq!(f32_to_f16(float), half, "{float}");
        }
        assert_eq!(f32_to_f16(65519.9), 0x7bff);
        assert_eq!(f32_to_f16(65520.0), 0x7c00);
        assert_eq!(f32_to_f16(2.980_232_2e-8), 0, "half of the least subnormal ties to even");
        assert_eq!(f32_to_f16(2.980_232_6e-8), 1);
        assert_eq!(f32_to_f16(1.000_488_3), 0x3c00, "tie to even");
        assert_eq!(f32_to_f16(1.001_464_8), 0x3c02, "tie to even");
    }

    #[test]
    fn every_half_survives_the_round_trip_at_every_level() {
        let halves: Vec<u16> = (0..=u16::MAX).collect();
        for k in Kernels::available() {
            let mut floats = vec![0.0; halves.len()];
            (k.widen_f16)(&halves, &mut floats);
            let mut back = vec![0; halves.len()];
            (k.narrow_f16)(&floats, &mut back);
            for (&h, (f, b)) in halves.iter().zip(floats.iter().zip(&back)) {
                assert_eq!(f.to_bits(), f16_to_f32(h).to_bits(), "{} {h:#x}", k.level);
                let quiet = if h & 0x7c00 == 0x7c00 && h & 0x3ff != 0 { h | 0x200 } else { h };
                assert_eq!(*b, quiet, "{} {h:#x}", k.level);
            }
        }
    }

    proptest! {
        #[test]
        fn every_level_rounds_alike(
            bits in prop::collection::vec(prop_oneof![any::<u32>(), 0x3280_0000u32..0x4790_0000, 0xb280_0000u32..0xc790_0000], 0..70),
        ) {
            let floats: Vec<f32> = bits.into_iter().map(f32::from_bits).collect();
            let expected: Vec<u16> = floats.iter().map(|f| f32_to_f16(*f)).collect();
            for k in Kernels::available() {
                let mut halves = vec![0; floats.len()];
                (k.narrow_f16)(&floats, &mut halves);
                prop_assert_eq!(&halves, &expected, "{}", k.level);
            }
        }

        #[test]
        fn narrowing_picks_the_nearest(f in -65519.0f32..65519.0) {
            let h = f32_to_f16(f);
            let error = (f16_to_f32(h) - f).abs();
            // The neighbours in both directions are no nearer.
            for other in [h.wrapping_add(1), h.wrapping_sub(1)] {
                let v = f16_to_f32(other);
                prop_assert!(!v.is_finite() || (v - f).abs() >= error, "{f}: {h:#x} against {other:#x}");
            }
        }
    }
}
