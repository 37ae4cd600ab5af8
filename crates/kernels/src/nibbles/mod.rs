//! Codes of four bits a dimension against a query of single precision.
//!
//! Layout, for 32 dimensions at a time: 16 bytes, byte j has dimension j in its low and dimension 16 + j in its high four
//! bits. A vector's dimensions are a multiple of 32.

#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;

use crate::dispatch::table;

/// Dimensions that one piece of the layout covers.
pub const NIBBLE_GROUP: usize = 32;

/// Packs values from 0 to 15, a multiple of 32 of them, into half as many bytes.
pub fn pack_nibbles(values: &[u8], out: &mut [u8]) {
    debug_assert_eq!(values.len(), 2 * out.len());
    let (groups, rest) = values.as_chunks::<NIBBLE_GROUP>();
    debug_assert!(rest.is_empty());
    for (group, bytes) in groups.iter().zip(out.as_chunks_mut::<16>().0) {
        for (j, byte) in bytes.iter_mut().enumerate() {
            *byte = group[j] & 15 | group[16 + j] << 4;
        }
    }
}

/// Σ query[i] · value[i] over the packed values. Levels differ by the order of the sums.
#[inline]
pub fn nibble_dot(query: &[f32], packed: &[u8]) -> f32 {
    debug_assert_eq!(query.len(), 2 * packed.len());
    (table().nibble_dot)(query, packed)
}

pub(crate) fn dot_scalar(query: &[f32], packed: &[u8]) -> f32 {
    let mut sums = [0.0f32; 16];
    for (q, bytes) in query.as_chunks::<NIBBLE_GROUP>().0.iter().zip(packed.as_chunks::<16>().0) {
        for (j, sum) in sums.iter_mut().enumerate() {
            *sum += q[j] * f32::from(bytes[j] & 15) + q[16 + j] * f32::from(bytes[j] >> 4);
        }
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kernels;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_level_sums_as_one_by_one(
            pairs in prop::collection::vec((-10f32..10.0, 0u8..16), 0..200),
        ) {
            let n = pairs.len() / NIBBLE_GROUP * NIBBLE_GROUP;
            let (query, values): (Vec<f32>, Vec<u8>) = pairs[..n].iter().copied().unzip();
            let mut packed = vec![0; n / 2];
            pack_nibbles(&values, &mut packed);
            let exact: f64 = query.iter().zip(&values).map(|(q, v)| f64::from(*q) * f64::from(*v)).sum();
            let size: f64 = query.iter().zip(&values).map(|(q, v)| f64::from(q.abs()) * f64::from(*v)).sum();
            for k in Kernels::available() {
                let sum = f64::from((k.nibble_dot)(&query, &packed));
                prop_assert!((sum - exact).abs() <= 1e-5 * size + 1e-6, "{}: {sum} for {exact}", k.level);
            }
        }
    }
}
