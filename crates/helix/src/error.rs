//! The errors of this crate, split the way a database reports them: bad text, bad option, damaged, unsupported,
//! too long, wrong kind.

use thiserror::Error;

/// Why a `dna` operation was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HelixError {
    /// Bad text: there is no base at all.
    #[error("a DNA sequence needs at least one base")]
    EmptySequence,
    /// Bad text: a character that is none of the four bases.
    #[error("invalid base {character:?} at position {position}")]
    InvalidBase {
        /// Position of the character in the whole input, counted in characters from 1.
        position: usize,
        /// The character found there.
        character: char,
    },
    /// Bad option: the compression level is not one of 1 to 19.
    #[error("compression level {level} is out of range, it must be between 1 and 19")]
    InvalidLevel {
        /// The level that was asked for.
        level: i32,
    },
    /// The stored value, or the text of one, is not what was written.
    #[error("damaged DNA value: {0}")]
    Damaged(Damage),
    /// The value was written by a newer release.
    #[error("DNA value has format version {version}, this release reads version 1")]
    UnsupportedVersion {
        /// The version found.
        version: u8,
    },
    /// The value names a codec that this release does not have.
    #[error("DNA value has unknown codec {codec}")]
    UnsupportedCodec {
        /// The codec number found.
        codec: u8,
    },
    /// The value carries parity, which format version 1 reserves.
    #[error("DNA value carries {length} bytes of parity, format version 1 has none")]
    UnsupportedParity {
        /// The declared length of the parity in bytes.
        length: u32,
    },
    /// The value was compressed with a dictionary that is not at hand.
    #[error("DNA value needs dictionary {id}, which is not known here")]
    UnknownDictionary {
        /// The id of the dictionary.
        id: u32,
    },
    /// Too long: the value exceeds a limit of the format or of the caller.
    #[error("{what} of {length} bytes exceeds the limit of {limit} bytes")]
    TooLong {
        /// Which length it is, as a noun.
        what: &'static str,
        /// The length in bytes.
        length: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// Wrong kind: the operation needs a value made by [`crate::encode`], this is a literal.
    #[error("not an encoded value: this is a literal DNA sequence")]
    NotEncoded,
    /// Wrong kind: the operation needs a literal, this value was made by [`crate::encode`].
    #[error("not a literal DNA sequence: this is an encoded value")]
    NotLiteral,
    /// The compression library could not get its working memory.
    #[error("out of memory for the decompression context")]
    OutOfMemory,
}

/// How a stored value fails to be what was written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Damage {
    /// It ends before its fields do.
    #[error("it is cut off after {length} bytes")]
    Truncated {
        /// Length of what is there, in bytes.
        length: usize,
    },
    /// The checksum does not match.
    #[error("checksum mismatch (stored {stored:016x}, computed {computed:016x})")]
    Checksum {
        /// The checksum in the value.
        stored: u64,
        /// The checksum of the bytes that are there.
        computed: u64,
    },
    /// A field holds what no writer of this version puts there.
    #[error("{0}")]
    Field(&'static str),
    /// The compressed payload cannot be decompressed.
    #[error("{0}")]
    Payload(&'static str),
    /// The payload gives another length than the header declares.
    #[error("the header declares {declared} bytes, the payload gives {actual}")]
    RawLength {
        /// Declared length in bytes.
        declared: u64,
        /// Length found in bytes; where decompression stopped early, what is known by then.
        actual: u64,
    },
    /// The text of an encoded value does not fill whole bytes.
    #[error("its text has {bases} bases, which is not a multiple of four")]
    TextLength {
        /// Number of bases found.
        bases: usize,
    },
}
