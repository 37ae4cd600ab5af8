//! What a vector is made of: single- or half-precision floating point numbers.

use std::fmt::Debug;

/// A floating point number that a dense vector holds.
pub trait Component: Copy + Default + PartialEq + Debug + 'static {
    /// Bytes of a component in the binary form.
    const WIDTH: usize;

    /// The nearest component, ties to even; infinite beyond the range, NaN for NaN.
    fn from_f32(value: f32) -> Self;

    /// The exact value.
    fn to_f32(self) -> f32;

    /// A component from its big-endian bytes, of which there are [`Component::WIDTH`].
    fn read(bytes: &[u8]) -> Self;

    /// Its big-endian bytes, into a slice of [`Component::WIDTH`].
    fn write(self, bytes: &mut [u8]);
}

impl Component for f32 {
    const WIDTH: usize = 4;

    #[inline]
    fn from_f32(value: f32) -> Self {
        value
    }

    #[inline]
    fn to_f32(self) -> f32 {
        self
    }

    #[inline]
    fn read(bytes: &[u8]) -> Self {
        Self::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
    }

    #[inline]
    fn write(self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self.to_be_bytes());
    }
}

/// An IEEE 754 half-precision number (`binary16`), by its bits: from 2⁻²⁴ to 65,504, with 11 significant bits.
#[derive(Clone, Copy, Default)]
#[repr(transparent)]
pub struct Half(u16);

impl Half {
    /// The number with these bits.
    #[inline]
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// Its bits.
    #[inline]
    pub const fn to_bits(self) -> u16 {
        self.0
    }
}

/// As numbers compare: 0 equals −0, NaN nothing.
impl PartialEq for Half {
    fn eq(&self, other: &Self) -> bool {
        self.to_f32() == other.to_f32()
    }
}

impl Debug for Half {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.to_f32().fmt(f)
    }
}

impl Component for Half {
    const WIDTH: usize = 2;

    #[inline]
    fn from_f32(value: f32) -> Self {
        Self(kernels::f32_to_f16(value))
    }

    #[inline]
    fn to_f32(self) -> f32 {
        kernels::f16_to_f32(self.0)
    }

    #[inline]
    fn read(bytes: &[u8]) -> Self {
        Self(u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    #[inline]
    fn write(self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self.0.to_be_bytes());
    }
}
