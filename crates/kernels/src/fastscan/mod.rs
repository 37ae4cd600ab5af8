//! 1-bit codes scanned 32 at a time by byte shuffles ("FastScan").
//!
//! André, Kermarrec, Le Scouarnec: "Cache locality is not enough: high-performance nearest neighbor search with
//! product quantization fast scan", PVLDB 9(4), 2015; the layout of four dimensions per nibble is the one of FAISS
//! and of RaBitQ (Gao, Long, SIGMOD 2024).
//!
//! A *plain code* of D dimensions (a multiple of 64) is D/8 bytes, bit i of byte b = component 8b + i is ≥ 0.
//! A *group* is 4 consecutive dimensions, one nibble of a code. A *block* holds 32 codes group by group:
//!
//! ```text
//!           byte 0          byte 1                byte 15
//!         7..4   3..0     7..4   3..0           7..4   3..0
//! group 0 c16    c0     | c17    c1    |  ...  | c31    c15    16 bytes, dims 0 to 3
//! group 1 c16    c0     | c17    c1    |  ...  | c31    c15    16 bytes, dims 4 to 7
//!   ...
//! group D/4 - 1                                                16 bytes
//!
//! nibble of code c in group g:   bit 3      bit 2      bit 1      bit 0
//!                                dim 4g+3   dim 4g+2   dim 4g+1   dim 4g
//! ```
//!
//! A query becomes 16 bytes per group, one per nibble ([`LookupTable`]); one shuffle looks up a group of 16 codes.

pub(crate) mod bounds;
mod layout;
mod lookup;
pub(crate) mod scalar;

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
pub(crate) mod neon;
#[cfg(test)]
mod tests;

pub use bounds::{Affine, affine_lower_bounds, mask_below};
pub use layout::{clear_code, pack_signs, read_code, write_code};
pub use lookup::LookupTable;

use crate::dispatch::table;

/// Codes per block.
pub const BLOCK: usize = 32;

/// Bytes of one group of a block.
pub const GROUP_BYTES: usize = 16;

/// Groups after which 16-bit sums are widened: 256 · 255 < 2¹⁶.
pub(crate) const WIDEN_AFTER: usize = 256;

/// Bytes of a block of codes of `padded_dims` dimensions (a multiple of 64).
pub const fn block_bytes(padded_dims: usize) -> usize {
    padded_dims / 4 * GROUP_BYTES
}

/// For each code of `block` the sum of its groups' table entries: `sums[c] = Σ_g entry[g][nibble of c in g]`.
/// Exact, and the same at every level.
#[inline]
pub fn scan_block(block: &[u8], lut: &LookupTable, sums: &mut [u32; BLOCK]) {
    *sums = [0; BLOCK];
    scan_block_partial(block, lut, 0, sums);
}

/// Adds to `sums` the entries of the consecutive groups in `slice`, of which the first is group `first_group` of
/// the block. A block spread over several pages is scanned piece by piece. Groups beyond the table add nothing.
#[inline]
pub fn scan_block_partial(slice: &[u8], lut: &LookupTable, first_group: usize, sums: &mut [u32; BLOCK]) {
    debug_assert_eq!(slice.len() % GROUP_BYTES, 0);
    debug_assert!(first_group + slice.len() / GROUP_BYTES <= lut.groups());
    let entries = first_group.checked_mul(GROUP_BYTES).and_then(|at| lut.entries().get(at..)).unwrap_or(&[]);
    (table().scan)(slice, entries, sums);
}
