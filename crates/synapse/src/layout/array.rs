//! Array pages: a long run of single-precision numbers over many pages (the mean, then the centroids, rotated).

use super::{HEADER_BYTES, Header, PAGE_BYTES, PageKind, get_f32, put_f32, put_u16};
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
    pub fn read(page: &[u8], block: Block, out: &mut Vec<f32>) -> Result<(), Error> {
        let header = Header::read(page, block, PageKind::Array)?;
        let count = header.count as usize;
        if count > array_floats_per_page() {
            return Err(Error::corrupt(block, format!("an array page cannot hold {count} numbers")));
        }
        out.extend((0..count).map(|i| get_f32(page, HEADER_BYTES + 4 * i)));
        Ok(())
    }

    /// Overwrites numbers from place `at` on, or adds them; what is between is 0.
    pub fn put(page: &mut [u8], block: Block, at: usize, floats: &[f32]) -> Result<(), Error> {
        let count = Header::read(page, block, PageKind::Array)?.count as usize;
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
    pub fn write(page: &mut [u8], floats: &[f32]) {
        let mut header = Header::new(PageKind::Array, Header::NO_OWNER);
        header.count = floats.len() as u16;
        header.write(page);
        for (i, value) in floats.iter().enumerate() {
            put_f32(page, HEADER_BYTES + 4 * i, *value);
        }
    }
}
