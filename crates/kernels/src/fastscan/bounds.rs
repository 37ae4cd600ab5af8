//! From integer sums to distance estimates and their lower bounds.

use super::BLOCK;
use crate::dispatch::table;

/// The factors of [`affine_lower_bounds`]; `add` and `rescale` are 32 little-endian floats each, of any alignment.
#[derive(Debug, Clone, Copy)]
pub struct Affine<'a> {
    /// Per-code addend.
    pub add: &'a [u8; 4 * BLOCK],
    /// Per-code factor of the estimated inner product.
    pub rescale: &'a [u8; 4 * BLOCK],
    /// [`super::LookupTable::scale`]
    pub scale: f32,
    /// [`super::LookupTable::offset`]
    pub offset: f32,
    /// Addend of all codes of the block.
    pub g: f32,
    /// Error bound per unit of `|rescale|`.
    pub err_scale: f32,
}

/// Estimates of the 32 codes of a block and lower bounds of their true values:
///
/// ```text
/// est[i] = add[i] + g + rescale[i] · (scale · sums[i] + offset)
/// low[i] = est[i] − err_scale · |rescale[i]|
/// ```
///
/// `add` and `rescale` are 128 bytes, 32 little-endian floats of any alignment, as they lie in a page; missing
/// bytes count as zero. Levels differ by float rounding (1e-4 of the largest term at most).
#[expect(clippy::too_many_arguments, reason = "a kernel: the caller has these as separate values")]
#[inline]
pub fn affine_lower_bounds(
    sums: &[u32; BLOCK],
    scale: f32,
    offset: f32,
    add: &[u8],
    rescale: &[u8],
    g: f32,
    err_scale: f32,
    est: &mut [f32; BLOCK],
    low: &mut [f32; BLOCK],
) {
    debug_assert!(add.len() == 4 * BLOCK && rescale.len() == 4 * BLOCK);
    let (Some(add), Some(rescale)) = (add.first_chunk(), rescale.first_chunk()) else {
        let (add, rescale) = (zero_padded(add), zero_padded(rescale));
        let factors = Affine { add: &add, rescale: &rescale, scale, offset, g, err_scale };
        return (table().affine)(sums, factors, est, low);
    };
    (table().affine)(sums, Affine { add, rescale, scale, offset, g, err_scale }, est, low);
}

#[cold]
fn zero_padded(bytes: &[u8]) -> [u8; 4 * BLOCK] {
    let mut whole = [0; 4 * BLOCK];
    for (to, from) in whole.iter_mut().zip(bytes) {
        *to = *from;
    }
    whole
}

/// Bit i set if `low[i] < threshold`; never for NaN.
#[inline]
pub fn mask_below(low: &[f32; BLOCK], threshold: f32) -> u32 {
    (table().mask_below)(low, threshold)
}
