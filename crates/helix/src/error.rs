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
    /// Bad option: the share of parity is not one of 0 to 50 percent.
    #[error("parity of {percent} percent is out of range, it must be between 0 and 50")]
    InvalidParity {
        /// The share that was asked for.
        percent: i32,
    },
    /// Bad option: a dictionary of that length cannot be trained.
    #[error("dictionary length {length} is out of range, it must be between 1024 and 1048576 bytes")]
    DictionaryLength {
        /// The length that was asked for, in bytes.
        length: usize,
    },
    /// A dictionary cannot be trained on these samples.
    #[error("cannot train a dictionary on these values: {0}")]
    Training(&'static str),
    /// What is kept under the number of a dictionary is none.
    #[error("dictionary {id} is damaged")]
    BadDictionary {
        /// The number of the dictionary.
        id: u32,
    },
    /// Bad option: strands cannot have that length.
    #[error("strand length {length} is out of range, it must be between 100 and 200 bases")]
    StrandLength {
        /// The length that was asked for, in bases.
        length: usize,
    },
    /// No way of writing a strand keeps to the bounds of runs and GC.
    #[error("strand {index} cannot be written within the bounds of runs and GC")]
    NoStrand {
        /// The index of the strand, from 0.
        index: usize,
    },
    /// There is no strand to read.
    #[error("none of {read} strands is whole")]
    NoStrands {
        /// How many were read.
        read: usize,
    },
    /// More strands are lost or damaged than there is parity.
    #[error("{whole} of {strands} strands are whole, {needed} are needed")]
    TooFewStrands {
        /// How many are whole.
        whole: usize,
        /// How many are needed.
        needed: usize,
        /// How many there were.
        strands: usize,
    },
    /// The stored value, or the text of one, is not what was written.
    #[error("damaged DNA value: {0}")]
    Damaged(Damage),
    /// The value was written by a newer release.
    #[error("DNA value has format version {version}, this release reads versions 1 to 4")]
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
    /// The header of version 1 announces parity, which that version reserves: what has parity is version 3.
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
    /// Shards of a value with parity do not match their checksums.
    #[error("{damaged} of {shards} shards are damaged, up to {parity} can be rebuilt")]
    Shards {
        /// How many shards are damaged.
        damaged: u32,
        /// How many shards there are.
        shards: u32,
        /// How many of them are parity, which is how many can be rebuilt.
        parity: u32,
    },
    /// One of the two headers of a value with parity is damaged, the other one is whole.
    #[error("one of its two headers is damaged")]
    OneHeader,
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
