//! Full vectors in the index: an option, for tables that keep their vectors where they are slow to get at.
//!
//! The record of a row is its vector as the table has it, in little-endian numbers, so that a score made of it is the very
//! number that the metric's operator gives. Records of a list page's rows follow each other on pages of their own, in the order
//! of the slots ([`Geometry::vector_parts`]); a record may begin on one page and end on another. Whoever reads or writes
//! one has the list page locked: a record is then that of the slot's row, whole.
//!
//! ```text
//! dense   4 B × dimensions          bits    1 bit a dimension, rounded up to bytes
//! half    2 B × dimensions          state   8 B × amplitudes: real and imaginary part
//! sparse  u32 components, or ABSENT; then i32 × room for their places, f32 × room for what they are
//! ```
//!
//! All records of an index have the same length. Sparse vectors with more components than a record has room for are not kept: whoever
//! wants one asks the table.

use crate::error::Error;
use crate::layout::{BlockRef, Geometry, PageKind, SLOTS, Tid};
use crate::list_rows::rows_of;
use crate::lists::{ChainWalk, list_header, owned_header};
use crate::model::Model;
use crate::pages::{Block, NO_BLOCK, Pages};
use crate::split::Table;
use crate::vector::VectorRef;
use std::collections::HashMap;

/// The longest record: a state of as many amplitudes as an index can have.
pub const MAX_BYTES: usize = 128_000;

/// Components for which the record of a sparse vector has room where nothing is known of the vectors: four records fill a page.
const COMPONENTS: usize = 254;

/// Room for components, in terms of their mean number, that the longest vectors may claim for all.
const LONGEST: usize = 2;

/// In place of the number of components: the vector is not kept.
const ABSENT: u32 = u32::MAX;

/// What a kept vector is a record of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VectorForm {
    /// [`VectorRef::Dense`].
    Dense = 1,
    /// [`VectorRef::Half`].
    Half = 2,
    /// [`VectorRef::Bits`].
    Bits = 3,
    /// [`VectorRef::Sparse`].
    Sparse = 4,
    /// [`VectorRef::State`].
    State = 5,
}

impl VectorForm {
    /// The form of a stored number; None for 0 and unknown ones.
    pub fn from_code(code: u32) -> Option<Self> {
        [Self::Dense, Self::Half, Self::Bits, Self::Sparse, Self::State]
            .into_iter()
            .find(|form| *form as u32 == code)
    }

    /// The form of a vector.
    pub fn of(vector: VectorRef<'_>) -> Self {
        match vector {
            VectorRef::Dense(_) => Self::Dense,
            VectorRef::Half(_) => Self::Half,
            VectorRef::Bits { .. } => Self::Bits,
            VectorRef::Sparse { .. } => Self::Sparse,
            VectorRef::State(_) => Self::State,
        }
    }

    /// Bytes of a record. Errors with [`Error::NotKept`] where that is more than a list page can refer to.
    pub fn record_bytes(self, dims: usize) -> Result<usize, Error> {
        let bytes = match self {
            Self::Dense => dims.saturating_mul(4),
            Self::Half => dims.saturating_mul(2),
            Self::Bits => dims.div_ceil(8),
            Self::Sparse => sparse_bytes(COMPONENTS.min(dims)),
            Self::State => dims.saturating_mul(8),
        };
        if bytes > MAX_BYTES { Err(Error::NotKept { max: MAX_BYTES, found: bytes }) } else { Ok(bytes) }
    }

    /// Bytes of a record for sparse vectors of which the longest and the mean number of components are known.
    pub fn sparse_record_bytes(longest: usize, mean: usize) -> usize {
        sparse_bytes(longest.min((LONGEST * mean).max(COMPONENTS)).clamp(1, (MAX_BYTES - 4) / 8))
    }
}

fn sparse_bytes(components: usize) -> usize {
    4 + 8 * components
}

/// Writes the record of a vector, of the length that all have.
pub fn write(vector: VectorRef<'_>, bytes: usize, record: &mut Vec<u8>) {
    let end = record.len() + bytes;
    match vector {
        VectorRef::Dense(x) | VectorRef::State(x) => record.extend(x.iter().flat_map(|x| x.to_le_bytes())),
        VectorRef::Half(x) => record.extend(x.iter().flat_map(|x| x.to_le_bytes())),
        VectorRef::Bits { bytes, .. } => record.extend_from_slice(bytes),
        VectorRef::Sparse { indices, values, .. } => {
            let room = bytes.saturating_sub(4) / 8;
            if indices.len() > room {
                record.extend_from_slice(&ABSENT.to_le_bytes());
            } else {
                record.extend_from_slice(&(indices.len() as u32).to_le_bytes());
                record.extend(indices.iter().flat_map(|i| i.to_le_bytes()));
                record.resize(end - 4 * room, 0);
                record.extend(values.iter().flat_map(|x| x.to_le_bytes()));
            }
        }
    }
    record.resize(end, 0);
}

/// Reads records; the buffers are used again.
#[derive(Default)]
pub struct Reader {
    /// The record last read.
    pub record: Vec<u8>,
    floats: Vec<f32>,
    halves: Vec<u16>,
    indices: Vec<i32>,
}

impl Reader {
    /// Reads the record of a slot of a list page, which the caller has locked.
    pub fn read<P: Pages>(
        &mut self,
        pages: &P,
        geometry: &Geometry,
        list: u32,
        page: &[u8],
        slot: usize,
    ) -> Result<(), Error> {
        self.record.clear();
        for part in geometry.vector_parts(slot) {
            let block = geometry.vector_page(page, part.page);
            let bytes = pages.read(block)?;
            owned_header(&bytes, block, PageKind::Vector, list)?;
            self.record.extend_from_slice(&bytes[part.here]);
        }
        Ok(())
    }

    /// The vector of the record last read; None where it is not kept.
    pub fn vector(&mut self, form: VectorForm, dims: usize) -> Option<VectorRef<'_>> {
        let Self { record, floats, halves, indices } = self;
        let words = record.as_chunks::<4>().0;
        Some(match form {
            VectorForm::Dense | VectorForm::State => {
                floats.clear();
                floats.extend(words.iter().map(|word| f32::from_le_bytes(*word)));
                if form == VectorForm::Dense { VectorRef::Dense(floats) } else { VectorRef::State(floats) }
            }
            VectorForm::Half => {
                halves.clear();
                halves.extend(record.as_chunks().0.iter().map(|half| u16::from_le_bytes(*half)));
                VectorRef::Half(halves)
            }
            VectorForm::Bits => VectorRef::Bits { len: dims, bytes: record },
            VectorForm::Sparse => {
                let (first, rest) = words.split_first()?;
                let components = u32::from_le_bytes(*first) as usize;
                let (places, numbers) = rest.split_at(rest.len() / 2);
                indices.clear();
                indices.extend(places.get(..components)?.iter().map(|word| i32::from_le_bytes(*word)));
                floats.clear();
                floats.extend(numbers.get(..components)?.iter().map(|word| f32::from_le_bytes(*word)));
                VectorRef::Sparse { dims, indices, values: floats }
            }
        })
    }
}

/// Where the entry of a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Home {
    /// The list.
    pub list: u32,
    /// Its page.
    pub page: Block,
    /// The slot, counted over the page's blocks.
    pub slot: u32,
}

impl Home {
    /// Reads the record of a row; false if its entry is not there any more.
    pub fn read<P: Pages>(
        &self,
        pages: &P,
        geometry: &Geometry,
        tid: Tid,
        reader: &mut Reader,
    ) -> Result<bool, Error> {
        let page = pages.read(self.page)?;
        let slot = self.slot as usize;
        // a list page that another list took, or any page if it is damaged: the table knows
        if list_header(&page, self.page, self.list).is_err() {
            return Ok(false);
        }
        let entries = BlockRef(&page[geometry.range(slot / SLOTS)]);
        if entries.live() & (1 << (slot % SLOTS)) == 0 || entries.tid(slot % SLOTS) != tid {
            return Ok(false);
        }
        reader.read(pages, geometry, self.list, &page, slot)?;
        Ok(true)
    }
}

impl Home {
    /// Hints that the record will be read.
    pub fn prefetch<P: Pages>(&self, pages: &P, geometry: &Geometry) {
        let Ok(page) = pages.read(self.page) else { return };
        if list_header(&page, self.page, self.list).is_ok() {
            for part in geometry.vector_parts(self.slot as usize) {
                pages.prefetch_page(geometry.vector_page(&page, part.page));
            }
        }
    }
}

/// The table as seen through an index that keeps full vectors: those of some lists' rows come from the index.
pub struct KeptRows<'a, P: Pages> {
    pages: &'a P,
    model: &'a Model,
    homes: HashMap<Tid, Home>,
    reader: Reader,
    table: &'a mut dyn Table,
}

impl<'a, P: Pages> KeptRows<'a, P> {
    /// The rows of these lists, on which the caller has locks that keep their rows where they are. Where the index keeps no vectors all
    /// come from the table.
    pub fn new(
        pages: &'a P,
        model: &'a Model,
        lists: &[u32],
        table: &'a mut dyn Table,
    ) -> Result<Self, Error> {
        let (mut homes, mut rows) = (HashMap::new(), Vec::new());
        for list in lists.iter().copied().filter(|_| model.vectors.is_some()) {
            rows.clear();
            rows_of(pages, model, list, &mut rows)?;
            homes.extend(rows.iter().map(|row| {
                let (page, slot) = row.place;
                (row.tid, Home { list, page, slot: slot as u32 })
            }));
        }
        Ok(Self { pages, model, homes, reader: Reader::default(), table })
    }
}

impl<P: Pages> Table for KeptRows<'_, P> {
    fn vector(&mut self, tid: Tid, take: &mut dyn FnMut(VectorRef<'_>)) -> bool {
        if let (Some(form), Some(home)) = (self.model.vectors, self.homes.get(&tid))
            // what cannot be read here the table has, too
            && let Ok(true) = home.read(self.pages, &self.model.geometry, tid, &mut self.reader)
            && let Some(vector) = self.reader.vector(form, self.model.dims())
        {
            take(vector);
            return true;
        }
        self.table.vector(tid, take)
    }

    fn pool(&mut self) -> rayon::ThreadPool {
        self.table.pool()
    }
}

/// Counts the pages of full vectors that an index has; those of free list pages are left out.
pub fn vector_pages<P: Pages>(pages: &P) -> Result<u64, Error> {
    let Some(model) = Model::load(pages)?.filter(|model| model.vectors.is_some()) else { return Ok(0) };
    let mut count = 0;
    for list in 0..model.firsts.len() as u32 {
        let mut block = model.first(list).unwrap_or(NO_BLOCK);
        let mut walk = ChainWalk::default();
        while block != NO_BLOCK {
            walk.step(pages, block)?;
            pages.check_cancelled();
            let page = pages.read(block)?;
            let numbers = 0..model.geometry.vector_pages;
            count += numbers.filter(|i| model.geometry.vector_page(&page, *i) != NO_BLOCK).count() as u64;
            block = list_header(&page, block, list)?.next;
        }
    }
    Ok(count)
}

/// A number that tells vectors apart (SipHash of the record), for comparing many with those of a table.
pub fn digest(vector: VectorRef<'_>) -> u64 {
    use std::hash::Hasher;
    let mut hasher = std::hash::DefaultHasher::new();
    let mut record = Vec::new();
    let bytes = match vector {
        VectorRef::Sparse { indices, .. } => sparse_bytes(indices.len()),
        _ => vector.bytes(),
    };
    write(vector, bytes, &mut record);
    hasher.write(&record);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(vector: VectorRef<'_>) {
        let (form, dims) = (VectorForm::of(vector), vector.dims());
        assert_eq!(VectorForm::from_code(form as u32), Some(form));
        let bytes = form.record_bytes(dims).unwrap();
        let mut reader = Reader::default();
        write(vector, bytes, &mut reader.record);
        assert_eq!(reader.record.len(), bytes);
        assert_eq!(reader.vector(form, dims), Some(vector));
    }

    #[test]
    fn records_are_lossless() {
        round_trip(VectorRef::Dense(&[1.5, -0.0, f32::MIN_POSITIVE / 8.0, 3e38]));
        round_trip(VectorRef::Half(&[0x3c00, 0x8000, 0x0001]));
        round_trip(VectorRef::Bits { len: 11, bytes: &[0b1010_0101, 0b0110_0000] });
        round_trip(VectorRef::State(&[0.6, 0.0, 0.0, 0.8]));
        round_trip(VectorRef::Sparse { dims: 9, indices: &[], values: &[] });
        round_trip(VectorRef::Sparse { dims: 900, indices: &[0, 7, 899], values: &[1.0, -2.0, 3.0] });
    }

    #[test]
    fn long_sparse_vectors_are_left_to_the_table() {
        let indices: Vec<i32> = (0..300).collect();
        let values = vec![1.0; 300];
        let vector = VectorRef::Sparse { dims: 1000, indices: &indices, values: &values };
        let bytes = VectorForm::Sparse.record_bytes(1000).unwrap();
        let mut reader = Reader::default();
        write(vector, bytes, &mut reader.record);
        assert_eq!(reader.record.len(), bytes);
        assert_eq!(reader.vector(VectorForm::Sparse, 1000), None);
        // where the build has seen them there is room
        for (longest, mean, room) in [(300, 20, 254), (300, 150, 300), (9000, 200, 400), (0, 0, 1)] {
            assert_eq!(VectorForm::sparse_record_bytes(longest, mean), sparse_bytes(room));
        }
    }

    #[test]
    fn what_is_too_long_is_refused() {
        assert_eq!(VectorForm::State.record_bytes(16_000), Ok(MAX_BYTES));
        assert!(VectorForm::Bits.record_bytes(8 * MAX_BYTES + 1).is_err());
        assert!(VectorForm::from_code(0).is_none() && VectorForm::from_code(6).is_none());
    }
}
