//! Array pages: a long run of single-precision numbers over many pages (the mean, then the centroids, rotated), and pages of coded
//! centroids, which are numbers, too ([`crate::centroids::write_record`]).

use super::{HEADER_BYTES, Header, PAGE_BYTES, PageKind, put_f32, put_u16};
use crate::error::Error;
use crate::pages::Block;

/// Numbers that fit on one page.
pub const fn array_floats_per_page() -> usize {
    (PAGE_BYTES - HEADER_BYTES) / 4
}

/// Pages that hold `floats` numbers.
pub const fn array_pages(floats: usize) -> usize {
    floats.div_ceil(array_floats_per_page())
}

/// Access to one array page.
pub struct ArrayPage;

impl ArrayPage {
    /// Appends the page's numbers to `out`.
    pub fn read(page: &[u8], block: Block, kind: PageKind, out: &mut Vec<f32>) -> Result<(), Error> {
        let header = Header::read(page, block, kind)?;
        let count = header.count as usize;
        if count > array_floats_per_page() {
            return Err(Error::corrupt(block, format!("an array page cannot hold {count} numbers")));
        }
        let (numbers, _) = page[HEADER_BYTES..][..4 * count].as_chunks::<4>();
        out.extend(numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)));
        Ok(())
    }

    /// Overwrites numbers from place `at` on, or adds them; what is between is 0.
    pub fn put(
        page: &mut [u8],
        block: Block,
        kind: PageKind,
        at: usize,
        floats: &[f32],
    ) -> Result<(), Error> {
        let count = Header::read(page, block, kind)?.count as usize;
        for i in count..at {
            put_f32(page, HEADER_BYTES + 4 * i, 0.0);
        }
        for (i, value) in floats.iter().enumerate() {
            put_f32(page, HEADER_BYTES + 4 * (at + i), *value);
        }
        put_u16(page, 2, count.max(at + floats.len()) as u16);
        Ok(())
    }

    /// Writes at most [`array_floats_per_page`] numbers.
    pub fn write(page: &mut [u8], kind: PageKind, floats: &[f32]) {
        let mut header = Header::new(kind, Header::NO_OWNER);
        header.count = floats.len() as u16;
        header.write(page);
        for (i, value) in floats.iter().enumerate() {
            put_f32(page, HEADER_BYTES + 4 * i, *value);
        }
    }
}
