//! Compression dictionaries: what the values of a column have in common, so that each of them need not say it again.
//!
//! A dictionary is zstd's: tables of symbol frequencies and some tens of kilobytes of content. A value names its dictionary by
//! a number, and the dictionary behind a number never changes: retraining makes a new number.

use std::cell::OnceCell;
use std::num::NonZeroU32;
use std::rc::Rc;

use zstd::zstd_safe::{self, CDict, DDict};

use crate::error::HelixError;
use crate::value::{MAX_LEVEL, MIN_LEVEL};

/// The length of a dictionary where none is asked for, in bytes. zstd's own default: beyond it the gain is small.
pub const DEFAULT_DICTIONARY_LEN: usize = 112_640;
/// The shortest dictionary that can be asked for, in bytes.
pub const MIN_DICTIONARY_LEN: usize = 1_024;
/// The longest dictionary that can be asked for or read, in bytes. Every process that uses one keeps it.
pub const MAX_DICTIONARY_LEN: usize = 1 << 20;

/// A dictionary ready for use. Digesting it for reading costs about its length to copy, for writing some milliseconds, which is
/// done when first needed.
pub struct Dictionary {
    id: NonZeroU32,
    level: i32,
    bytes: Vec<u8>,
    compress: OnceCell<Option<CDict<'static>>>,
    decompress: DDict<'static>,
}

impl std::fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dictionary").field("id", &self.id).field("length", &self.bytes.len()).finish()
    }
}

impl Dictionary {
    /// Dictionary number `id` of these bytes, which [`train`] made, to be used at compression level `level` (1 to 19).
    ///
    /// # Errors
    /// [`HelixError::InvalidLevel`]; [`HelixError::BadDictionary`] for bytes that are no dictionary.
    pub fn new(id: NonZeroU32, bytes: &[u8], level: i32) -> Result<Self, HelixError> {
        if !(MIN_LEVEL..=MAX_LEVEL).contains(&level) {
            return Err(HelixError::InvalidLevel { level });
        }
        // A dictionary without this is taken by zstd as mere content: damaged bytes would pass for one.
        if bytes.len() > MAX_DICTIONARY_LEN || zstd_safe::get_dict_id_from_dict(bytes).is_none() {
            return Err(HelixError::BadDictionary { id: id.get() });
        }
        let decompress = DDict::try_create(bytes).ok_or(HelixError::BadDictionary { id: id.get() })?;
        Ok(Self { id, level, bytes: bytes.to_vec(), compress: OnceCell::new(), decompress })
    }

    /// The number by which values name it.
    pub fn id(&self) -> u32 {
        self.id.get()
    }

    /// `None` where memory ran out.
    pub(crate) fn to_compress(&self) -> Option<&CDict<'static>> {
        self.compress.get_or_init(|| CDict::try_create(&self.bytes, self.level)).as_ref()
    }

    pub(crate) fn to_decompress(&self) -> &DDict<'static> {
        &self.decompress
    }
}

/// Where a decoder finds dictionaries: the port to whatever keeps them.
pub trait Dictionaries {
    /// The dictionary of this number, `None` if there is none.
    fn dictionary(&mut self, id: u32) -> Result<Option<Rc<Dictionary>>, HelixError>;
}

/// No dictionaries at all.
impl Dictionaries for () {
    fn dictionary(&mut self, _id: u32) -> Result<Option<Rc<Dictionary>>, HelixError> {
        Ok(None)
    }
}

/// Trains a dictionary of at most `length` bytes on samples of what is to be compressed. About a hundred times `length` in samples
/// is enough; fewer than eight samples, or hardly more bytes than the dictionary shall have, are too few.
///
/// Runs to its end, about a second for 10 MB.
///
/// # Errors
/// [`HelixError::Training`] with zstd's reason.
pub fn train(samples: &[&[u8]], length: usize) -> Result<Vec<u8>, HelixError> {
    if !(MIN_DICTIONARY_LEN..=MAX_DICTIONARY_LEN).contains(&length) {
        return Err(HelixError::DictionaryLength { length });
    }
    // zstd wants at least seven samples, none of them empty.
    let samples: Vec<&[u8]> = samples.iter().copied().filter(|sample| !sample.is_empty()).collect();
    if samples.len() < 8 {
        return Err(HelixError::Training("fewer than eight samples"));
    }
    let sizes: Vec<usize> = samples.iter().map(|sample| sample.len()).collect();
    let mut dictionary = Vec::with_capacity(length);
    zstd_safe::train_from_buffer(&mut dictionary, &samples.concat(), &sizes)
        .map_err(|code| HelixError::Training(zstd_safe::get_error_name(code)))?;
    Ok(dictionary)
}
