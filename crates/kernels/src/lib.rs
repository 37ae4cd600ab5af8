//! SIMD kernels with run-time dispatch; one binary runs on any x86-64 or aarch64.
//!
//! Every kernel exists as scalar code, which is its specification, and again for AVX2+FMA, AVX-512 and NEON.
//! The first call detects the CPU and picks one [`Kernels`] table for the life of the process.
//!
//! * Distances between vectors of `f32` or of half floats: [`l2_squared`], [`inner_product`], [`l1`], [`cosine_terms`], and one
//!   `f32` rows with many others: [`inner_products`].
//! * The same between vectors of which only the components other than zero are stored: [`sparse`].
//! * IEEE half floats as `u16`: [`widen_f16`], [`narrow_f16`].
//! * A random orthogonal transform in O(d log d): [`Rotation`].
//! * 1-bit codes in blocks of 32, scanned by byte shuffles: [`fastscan`].
//! * Codes of four bits a dimension against a query of single precision: [`nibble_dot`].
//! * Bit strings: [`hamming`], [`jaccard_terms`].
//! * Reading ahead in a scan: [`Walk`], [`prefetch`].
//!
//! No function here panics or reads out of bounds on any input: slices of unequal length are a programming
//! error that debug builds report, and release builds use the common prefix.
#![deny(unsafe_op_in_unsafe_fn)]

mod ahead;
mod bits;
mod dispatch;
mod distance;
pub mod fastscan;
mod half;
mod keys;
mod nibbles;
mod rotation;
pub mod sparse;

pub use ahead::{Walk, prefetch};
pub use bits::{JaccardTerms, hamming, jaccard_terms};
pub use dispatch::{Kernels, active};
pub use distance::{
    Component, CosineTerms, Distances, cosine_terms, inner_product, inner_products, l1, l2_squared,
    norm_squared,
};
pub use fastscan::{
    BLOCK, LookupTable, affine_lower_bounds, block_bytes, clear_code, mask_below, pack_signs, read_code,
    scan_block, scan_block_partial, write_code,
};
pub use half::{f16_to_f32, f32_to_f16, narrow_f16, widen_f16};
pub use keys::mask_between;
pub use nibbles::{NIBBLE_GROUP, nibble_dot, pack_nibbles};
pub use rotation::{Rotation, splitmix64};
