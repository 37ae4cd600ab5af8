//! The specification.

use super::lookup::{Quantiser, group_norm};
use super::{Affine, BLOCK, GROUP_BYTES};

pub(crate) fn pack_signs(vector: &[f32], out: &mut [u8]) {
    for (v, o) in vector.as_chunks::<8>().0.iter().zip(out) {
        *o = v.iter().enumerate().fold(0, |byte, (i, x)| byte | u8::from(*x >= 0.0) << i);
    }
}

pub(crate) fn build_table(query: &[f32], entries: &mut [u8]) -> (f32, f32) {
    let quantiser = Quantiser::of(query);
    for (q, entries) in query.as_chunks::<4>().0.iter().zip(entries.as_chunks_mut::<GROUP_BYTES>().0) {
        let norm = group_norm(q);
        for (nibble, entry) in entries.iter_mut().enumerate() {
            // The value less the group's minimum, which is -norm.
            let value =
                q.iter().enumerate().fold(norm, |v, (i, q)| if nibble >> i & 1 == 1 { v + q } else { v - q });
            // Within -0.001 and 255.001 if the query is finite, and 0 if not.
            *entry = (value * quantiser.inverse + 0.5) as u8;
        }
    }
    (quantiser.scale, quantiser.offset)
}

pub(crate) fn scan(codes: &[u8], entries: &[u8], sums: &mut [u32; BLOCK]) {
    let (codes, entries) = (codes.as_chunks::<GROUP_BYTES>().0, entries.as_chunks::<GROUP_BYTES>().0);
    for (codes, entries) in codes.iter().zip(entries) {
        for (j, byte) in codes.iter().enumerate() {
            sums[j] = sums[j].wrapping_add(u32::from(entries[usize::from(byte & 0xf)]));
            sums[j + 16] = sums[j + 16].wrapping_add(u32::from(entries[usize::from(byte >> 4)]));
        }
    }
}

pub(crate) fn affine(sums: &[u32; BLOCK], t: Affine<'_>, est: &mut [f32; BLOCK], low: &mut [f32; BLOCK]) {
    let (add, rescale) = (t.add.as_chunks::<4>().0, t.rescale.as_chunks::<4>().0);
    for i in 0..BLOCK {
        let (add, rescale) = (f32::from_le_bytes(add[i]), f32::from_le_bytes(rescale[i]));
        est[i] = add + t.g + rescale * (t.scale * sums[i] as f32 + t.offset);
        low[i] = est[i] - t.err_scale * rescale.abs();
    }
}

pub(crate) fn mask_below(low: &[f32; BLOCK], threshold: f32) -> u32 {
    low.iter().enumerate().fold(0, |mask, (i, x)| mask | u32::from(*x < threshold) << i)
}
