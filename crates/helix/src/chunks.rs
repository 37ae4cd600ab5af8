//! Content-defined chunks and their addresses, for a store that keeps each chunk once.
//!
//! Where a chunk ends follows from the bytes around its end (FastCDC, Xia and others 2020), so that an edit changes the chunks it
//! touches and no others. A chunk's address is its SHA3-256: equal addresses are equal content.

use fastcdc::v2020::FastCDC;
use sha3::{Digest, Sha3_256};

use crate::zstd_codec::Pause;

/// Length in bytes of the shortest chunk (but the last), of one on average, and of the longest.
pub const CHUNK_LEN: (u32, u32, u32) = (2_048, 8_192, 65_536);

/// Bytes of an address.
pub const ADDRESS_LEN: usize = 32;

/// A piece of what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk<'a> {
    /// SHA3-256 of the content.
    pub address: [u8; ADDRESS_LEN],
    /// Where it begins in what was cut, from 0.
    pub start: usize,
    /// The bytes.
    pub content: &'a [u8],
}

/// SHA3-256 (FIPS 202).
pub fn address(content: &[u8]) -> [u8; ADDRESS_LEN] {
    Sha3_256::digest(content).into()
}

/// Cuts bytes into chunks; none if there are none.
pub fn chunks<'a>(raw: &'a [u8], pause: Pause<'_>) -> Vec<Chunk<'a>> {
    let (min, average, max) = CHUNK_LEN;
    let mut cut = Vec::with_capacity(raw.len() / average as usize + 1);
    for chunk in FastCDC::new(raw, min, average, max) {
        pause();
        let content = &raw[chunk.offset..chunk.offset + chunk.length];
        cut.push(Chunk { address: address(content), start: chunk.offset, content });
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn noise(length: usize) -> Vec<u8> {
        let mut state = 3u64;
        let step = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        };
        std::iter::repeat_with(step).take(length).collect()
    }

    #[test]
    fn addresses_are_sha3_256() {
        // The empty message, FIPS 202.
        let hex: String = address(b"").iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
    }

    #[test]
    fn chunks_are_the_whole_and_within_their_bounds() {
        for length in [0, 1, 2_047, 2_048, 100_000, 1_000_000] {
            let raw = noise(length);
            let cut = chunks(&raw, &mut || ());
            assert_eq!(cut.iter().flat_map(|chunk| chunk.content).copied().collect::<Vec<u8>>(), raw);
            assert!(cut.iter().all(|chunk| chunk.content.len() <= CHUNK_LEN.2 as usize));
            assert!(cut.iter().rev().skip(1).all(|chunk| chunk.content.len() >= CHUNK_LEN.0 as usize));
        }
    }

    #[test]
    fn an_edit_changes_the_chunks_it_touches() {
        let raw = noise(1_000_000);
        let before: HashSet<_> = chunks(&raw, &mut || ()).iter().map(|chunk| chunk.address).collect();
        let mut edited = raw.clone();
        edited.splice(500_000..500_003, *b"inserted here");
        let new = chunks(&edited, &mut || ()).iter().filter(|chunk| !before.contains(&chunk.address)).count();
        assert!((1..=4).contains(&new), "{new} of {}", before.len());
    }
}
