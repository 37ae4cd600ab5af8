//! The DNA codec: bytes as bases, the checked and compressed `dna` value, and its text form.
//!
//! A *stored* value is the bytes that lie in the database, without PostgreSQL's varlena header; its layout is in the
//! crate's README. It is one of two kinds: an *encoded* value, which [`encode`] makes from bytes and [`decode`] turns
//! back, and a *literal*, a sequence of bases that somebody typed.

mod bases;
mod chunks;
mod delta;
mod dictionary;
mod error;
mod frames;
mod layout;
mod recipe;
mod sequence;
mod shield;
mod sketch;
mod strands;
mod text;
mod value;
mod zstd_codec;

pub use bases::{Bases, BasesError, pack, unpack};
pub use chunks::{ADDRESS_LEN, CHUNK_LEN, Chunk, address, chunks};
pub use delta::{delta, patch};
pub use dictionary::{
    DEFAULT_DICTIONARY_LEN, Dictionaries, Dictionary, MAX_DICTIONARY_LEN, MIN_DICTIONARY_LEN, train,
};
pub use error::{Damage, HelixError};
pub use frames::{Beginning, Content, FRAME_LEN, FRAMED_VERSION, Head};
pub use layout::{COMPACT_VERSION, Codec, FORMAT_VERSION, MAX_RAW_LEN, MAX_STORED_LEN};
pub use recipe::{Run, recipe, runs};
pub use sequence::{base_count, compare, gc_content, reverse_complement};
pub use shield::{MAX_PARITY, SHIELDED_VERSION};
pub use sketch::{FEATURES, features};
pub use strands::{
    DEFAULT_STRAND_LEN, FromStrands, GC_BOUNDS, MAX_RUN, MAX_STRAND_LEN, MIN_STRAND_LEN, Pool, from_strands,
    sequences, strands,
};
pub use text::{ENCODED_PREFIX, LITERAL_PREFIX, parse_text, to_text};
pub use value::{
    DEFAULT_LEVEL, Decoded, Decoder, Encoder, MAX_LEVEL, MIN_LEVEL, Stats, check_stored, decode, encode,
    literal, repair, stats, verify,
};
pub use zstd_codec::Pause;
