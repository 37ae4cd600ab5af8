//! Hand-made stored values for the tests. Offsets are those of the byte table in the README, written out a second time on purpose.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// A value of version 1 with a correct checksum around whatever follows it.
pub fn sealed(after_checksum: &[u8]) -> Vec<u8> {
    let mut stored = vec![1];
    stored.extend_from_slice(&xxh3_64_with_seed(after_checksum, 1).to_le_bytes());
    stored.extend_from_slice(after_checksum);
    stored
}

/// An encoded value of codec zstd that declares `raw_len` and has `frame` as its payload.
pub fn zstd_value(mut raw_len: u32, frame: &[u8]) -> Vec<u8> {
    let mut bytes = vec![2, 0];
    while raw_len >= 0x80 {
        bytes.push(raw_len as u8 | 0x80);
        raw_len >>= 7;
    }
    bytes.extend_from_slice(&[raw_len as u8, 0]);
    bytes.extend_from_slice(frame);
    sealed(&bytes)
}
