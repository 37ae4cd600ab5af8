//! Codes in and out of blocks.

use super::{BLOCK, GROUP_BYTES};
use crate::dispatch::table;

/// The plain code of `vector`: bit i of byte b is set if component 8b + i is ≥ 0 (so also for −0, not for NaN).
/// `out` has `vector.len() / 8` bytes; components past a multiple of 8 are ignored.
#[inline]
pub fn pack_signs(vector: &[f32], out: &mut [u8]) {
    debug_assert_eq!(vector.len(), out.len() * 8);
    (table().pack_signs)(vector, out);
}

/// Position of a slot in each group: byte and shift.
fn place(slot: usize) -> Option<(usize, u32)> {
    debug_assert!(slot < BLOCK, "a block has {BLOCK} slots");
    match slot {
        0..16 => Some((slot, 0)),
        16..BLOCK => Some((slot - 16, 4)),
        _ => None,
    }
}

/// The two groups of each code byte.
fn group_pairs(block: &mut [u8], slot: usize) -> impl Iterator<Item = (&mut u8, &mut u8)> {
    let byte = place(slot).map_or(0, |(byte, _)| byte);
    block.as_chunks_mut::<{ 2 * GROUP_BYTES }>().0.iter_mut().map(move |pair| {
        let (low, high) = pair.split_at_mut(GROUP_BYTES);
        (&mut low[byte], &mut high[byte])
    })
}

/// Puts a plain code into slot `slot` (0 to 31) of a block; the other slots keep their codes. Given a piece of a
/// block and the same piece of the code it writes just that, if the piece begins at an even group.
pub fn write_code(block: &mut [u8], slot: usize, code: &[u8]) {
    debug_assert_eq!(block.len(), code.len() * 2 * GROUP_BYTES);
    let Some((_, shift)) = place(slot) else { return };
    let put = |b: &mut u8, nibble: u8| *b = *b & !(0xf << shift) | nibble << shift;
    for ((even, odd), code) in group_pairs(block, slot).zip(code) {
        put(even, code & 0xf);
        put(odd, code >> 4);
    }
}

/// The plain code in slot `slot` of a block; pieces as in [`write_code`].
pub fn read_code(block: &[u8], slot: usize, code: &mut [u8]) {
    debug_assert_eq!(block.len(), code.len() * 2 * GROUP_BYTES);
    let Some((byte, shift)) = place(slot) else { return };
    for (pair, code) in block.as_chunks::<{ 2 * GROUP_BYTES }>().0.iter().zip(code) {
        *code = pair[byte] >> shift & 0xf | (pair[GROUP_BYTES + byte] >> shift & 0xf) << 4;
    }
}

/// Zeroes slot `slot` of a block.
pub fn clear_code(block: &mut [u8], slot: usize) {
    let Some((_, shift)) = place(slot) else { return };
    for (even, odd) in group_pairs(block, slot) {
        *even &= !(0xf << shift);
        *odd &= !(0xf << shift);
    }
}
