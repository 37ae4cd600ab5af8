//! From numbers to bits.

use super::{Dense, Element};
use crate::types::datum::{VarlenaBuf, datum_result};
use pgrx::pg_sys;

/// Bytes of a bit string's payload before the bits: their number, a native `i32`.
const PREFIX: usize = 4;

/// A `bit` result: the first bit is the highest of the first byte, unused bits of the last byte are 0.
pub struct BitBuf(VarlenaBuf);

impl BitBuf {
    /// Hands the value to PostgreSQL.
    pub fn into_datum(self) -> pg_sys::Datum {
        self.0.into_datum()
    }
}

datum_result!(BitBuf, "bit");

/// One bit for each component: whether it is above 0.
pub fn signs<E: Element>(vector: &Dense<'_, E>) -> BitBuf {
    let components = vector.as_slice();
    let mut value = VarlenaBuf::zeroed(PREFIX + components.len().div_ceil(8));
    let (prefix, bits) = value.bytes_mut().split_at_mut(PREFIX);
    prefix.copy_from_slice(&(components.len() as i32).to_ne_bytes());
    let mut bytes = bits.iter_mut();
    // Every block but the last fills whole bytes.
    E::blocks(components, |block| {
        for (eight, byte) in block.chunks(8).zip(&mut bytes) {
            for (i, &component) in eight.iter().enumerate() {
                *byte |= u8::from(component > 0.0) << (7 - i);
            }
        }
    });
    BitBuf(value)
}
