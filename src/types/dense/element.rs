//! What differs between the dense types: the name, the number format, the form the kernels take.

use vector_io::{Component, Half};

/// How many halves are widened at once.
pub const BLOCK: usize = 64;

/// A component of a dense vector type.
///
/// # Safety
/// Any bits must be a value of the type, and its alignment must be at most four bytes.
pub unsafe trait Element: Component {
    /// The SQL type made of these.
    const NAME: &'static str;

    /// The number format, as in "does not fit into …".
    const FORMAT: &'static str;

    /// What the kernels take.
    type Lane: kernels::Component + PartialEq;

    /// The components as the kernels take them.
    fn lanes(components: &[Self]) -> &[Self::Lane];

    /// Calls `each` with the components as single precision, block by block; the lengths of all but the last are
    /// multiples of [`BLOCK`].
    fn blocks(components: &[Self], each: impl FnMut(&[f32]));
}

// SAFETY: any 32 bits are an f32.
unsafe impl Element for f32 {
    const NAME: &'static str = "vector";
    const FORMAT: &'static str = "single precision";
    type Lane = f32;

    #[inline]
    fn lanes(components: &[Self]) -> &[f32] {
        components
    }

    #[inline]
    fn blocks(components: &[Self], mut each: impl FnMut(&[f32])) {
        each(components);
    }
}

// SAFETY: any 16 bits are a Half.
unsafe impl Element for Half {
    const NAME: &'static str = "halfvec";
    const FORMAT: &'static str = "half precision";
    type Lane = u16;

    #[inline]
    fn lanes(components: &[Self]) -> &[u16] {
        // SAFETY: Half is a transparent u16.
        unsafe { std::slice::from_raw_parts(components.as_ptr().cast(), components.len()) }
    }

    #[inline]
    fn blocks(components: &[Self], mut each: impl FnMut(&[f32])) {
        let mut buffer = [0.0; BLOCK];
        for halves in Self::lanes(components).chunks(BLOCK) {
            let block = &mut buffer[..halves.len()];
            kernels::widen_f16(halves, block);
            each(block);
        }
    }
}
