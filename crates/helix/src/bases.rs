//! Two bits a base: A = 00, T = 01, G = 10, C = 11, the most significant pair first.
//!
//! Packing works on eight characters in one 64-bit word (SWAR): bits 1 and 2 of an ASCII base already tell the four
//! letters apart, in either case, so the code is computed instead of looked up, and the letter is computed back from
//! the code to see whether it was a base at all. Unpacking is a table of four letters a byte.

use thiserror::Error;

/// A sequence of bases, four a byte. The unused low bits of the last byte are zero.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bases {
    packed: Vec<u8>,
    count: usize,
}

impl Bases {
    /// The packed bytes, `count().div_ceil(4)` of them.
    pub fn packed(&self) -> &[u8] {
        &self.packed
    }

    /// The packed bytes, without a copy.
    pub fn into_packed(self) -> Vec<u8> {
        self.packed
    }

    /// Number of bases.
    pub fn count(&self) -> usize {
        self.count
    }
}

/// A character that is not a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("invalid base {character:?} at position {position}")]
pub struct BasesError {
    /// Position in characters, from 1.
    pub position: usize,
    /// The character found there.
    pub character: char,
}

const LETTERS: [u8; 4] = *b"ATGC";

/// The four letters of every byte.
const UNPACKED: [[u8; 4]; 256] = {
    let mut table = [[0; 4]; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut i = 0;
        while i < 4 {
            table[byte][i] = LETTERS[(byte >> (6 - 2 * i)) & 3];
            i += 1;
        }
        byte += 1;
    }
    table
};

const EACH: u64 = 0x0101_0101_0101_0101;

/// Packs eight characters; the second word is zero exactly if all of them are bases.
#[inline(always)]
fn pack_eight(text: [u8; 8]) -> ([u8; 2], u64) {
    let word = u64::from_be_bytes(text);
    // ASCII, case bit aside: A 100_0001, C 100_0011, G 100_0111, T 101_0100.
    let b1 = (word >> 1) & EACH;
    let b2 = (word >> 2) & EACH;
    let is_t = b2 & !b1;
    let letter = (EACH << 6) | (EACH ^ is_t) | (b1 << 1) | (b2 << 2) | (is_t << 4);
    let wrong = (word & (EACH * 0xDF)) ^ letter;
    let codes = (b1 << 1) | (b1 ^ b2);
    let nibbles = (codes | (codes >> 6)) & 0x000F_000F_000F_000F;
    let bytes = nibbles | (nibbles >> 12);
    ([(bytes >> 32) as u8, bytes as u8], wrong)
}

/// Packs text of bases, upper or lower case. Empty text gives an empty sequence.
pub fn pack(text: &str) -> Result<Bases, BasesError> {
    let bytes = text.as_bytes();
    let mut packed = vec![0; bytes.len().div_ceil(4)];
    let (groups, tail) = bytes.as_chunks::<8>();
    let (whole, last) = packed.split_at_mut(groups.len() * 2);
    let mut wrong = 0;
    for (out, group) in whole.as_chunks_mut::<2>().0.iter_mut().zip(groups) {
        let (two, bad) = pack_eight(*group);
        *out = two;
        wrong |= bad;
    }
    // A is 00, so that padding with it leaves the unused bits zero.
    let mut padded = [b'A'; 8];
    padded[..tail.len()].copy_from_slice(tail);
    let (two, bad) = pack_eight(padded);
    last.copy_from_slice(&two[..last.len()]);
    if wrong | bad == 0 { Ok(Bases { packed, count: bytes.len() }) } else { Err(first_wrong(text)) }
}

#[cold]
fn first_wrong(text: &str) -> BasesError {
    let found = text.chars().enumerate().find(|(_, c)| !"ATGCatgc".contains(*c));
    let (index, character) = found.unwrap_or((0, char::REPLACEMENT_CHARACTER));
    BasesError { position: index + 1, character }
}

/// The text of the first `count` bases of `packed`, in upper case; of all there are if there are fewer.
pub fn unpack(packed: &[u8], count: usize) -> String {
    let mut text = String::new();
    unpack_after(&mut text, packed, count);
    text
}

/// Appends the text of the first `count` bases of `packed` to `text`.
pub(crate) fn unpack_after(text: &mut String, packed: &[u8], count: usize) {
    let packed = &packed[..count.div_ceil(4).min(packed.len())];
    let end = text.len() + count.min(packed.len() * 4);
    text.reserve(packed.len() * 4);
    // By blocks that stay in the cache: letters are written, checked to be UTF-8 and appended while they are there.
    let mut block = [[0; 4]; 1024];
    for bytes in packed.chunks(block.len()) {
        for (letters, &byte) in block.iter_mut().zip(bytes) {
            *letters = UNPACKED[byte as usize];
        }
        let letters = block[..bytes.len()].as_flattened();
        text.push_str(std::str::from_utf8(letters).expect("the table holds ASCII letters only"));
    }
    text.truncate(end);
}

/// The bases of one byte in reverse order.
const REVERSED: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] = (b << 6) | ((b & 0x0C) << 2) | ((b & 0x30) >> 2) | (b >> 6);
        byte += 1;
    }
    table
};

/// The reverse complement of `count` packed bases; `packed` holds exactly `count.div_ceil(4)` bytes.
///
/// The complement exchanges A with T and G with C, which is the low bit of each pair.
pub(crate) fn reverse_complement(packed: &[u8], count: usize) -> Vec<u8> {
    let pad = packed.len() * 8 - count * 2;
    let mut out: Vec<u8> = packed.iter().rev().map(|&b| REVERSED[b as usize] ^ 0x55).collect();
    // The padding of the last byte is now at the front: shift it out.
    if pad > 0 {
        for i in 0..out.len() {
            let next = out.get(i + 1).copied().unwrap_or(0);
            out[i] = (out[i] << pad) | (next >> (8 - pad));
        }
    }
    out
}

/// How many of the bases are G or C; zero padding counts as A.
pub(crate) fn gc_count(packed: &[u8]) -> u64 {
    let (words, tail) = packed.as_chunks::<8>();
    let whole: u64 =
        words.iter().map(|w| u64::from((u64::from_le_bytes(*w) & (EACH * 0xAA)).count_ones())).sum();
    whole + tail.iter().map(|b| u64::from((b & 0xAA).count_ones())).sum::<u64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_are_as_documented() {
        assert_eq!(pack("ATGC").unwrap().packed(), [0b00_01_10_11]);
        assert_eq!(pack("c").unwrap().packed(), [0b11_00_00_00]);
        assert_eq!(pack("").unwrap(), Bases::default());
        assert_eq!(unpack(&[0b00_01_10_11, 0b11_00_00_00], 5), "ATGCC");
        assert_eq!(unpack(&[0b00_01_10_11], 99), "ATGC");
    }

    /// Every byte value at every place of a word and of the tail: accepted exactly if it is one of eight letters.
    #[test]
    fn every_character_at_every_place() {
        for place in 0..19 {
            for byte in 0..=127u8 {
                let mut text = [b'G'; 19];
                text[place] = byte;
                let text = std::str::from_utf8(&text).unwrap();
                match pack(text) {
                    Ok(bases) => {
                        assert!(b"ATGCatgc".contains(&byte), "{byte}");
                        assert_eq!(unpack(bases.packed(), 19), text.to_ascii_uppercase());
                    }
                    Err(e) => {
                        assert!(!b"ATGCatgc".contains(&byte), "{byte}");
                        assert_eq!(e, BasesError { position: place + 1, character: char::from(byte) });
                    }
                }
            }
        }
    }

    #[test]
    fn positions_count_characters_not_bytes() {
        assert_eq!(pack("ATÄTX"), Err(BasesError { position: 3, character: 'Ä' }));
        assert_eq!(pack("ATGCATGCATGCATGC🧬"), Err(BasesError { position: 17, character: '🧬' }));
    }

    proptest! {
        #[test]
        fn unpack_then_pack(packed in proptest::collection::vec(any::<u8>(), 0..200)) {
            let text = unpack(&packed, packed.len() * 4);
            prop_assert_eq!(pack(&text).unwrap().into_packed(), packed);
        }

        #[test]
        fn reverse_complement_is_the_textbook_one(text in "[ATGC]{1,70}") {
            let bases = pack(&text).unwrap();
            let naive: String = text.chars().rev().map(|c| match c {
                'A' => 'T', 'T' => 'A', 'G' => 'C', _ => 'G',
            }).collect();
            let ours = reverse_complement(bases.packed(), bases.count());
            let expected = pack(&naive).unwrap();
            prop_assert_eq!(&ours[..], expected.packed());
            prop_assert_eq!(gc_count(&ours), naive.chars().filter(|c| "GC".contains(*c)).count() as u64);
        }
    }
}
