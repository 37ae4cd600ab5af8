//! Pages of row identifiers without codes: NULLs, vectors that the metric does not order, outliers.

use super::{HEADER_BYTES, Header, PAGE_BYTES, PageKind, Tid, get_u16, put_u16};
use crate::error::Error;
use crate::pages::Block;

/// Identifiers that fit on one page.
pub const fn tids_per_page() -> usize {
    (PAGE_BYTES - HEADER_BYTES) / Tid::BYTES
}

/// Access to one page of identifiers. The header's count is the number in use; they are dense.
pub struct TidsPage;

impl TidsPage {
    /// The identifiers of a page.
    pub fn tids(page: &[u8], block: Block) -> Result<impl Iterator<Item = Tid> + '_, Error> {
        let count = Header::read(page, block, PageKind::Tids)?.count as usize;
        if count > tids_per_page() {
            return Err(Error::corrupt(block, format!("a page cannot hold {count} row identifiers")));
        }
        Ok((0..count).map(|i| Tid::read(&page[HEADER_BYTES + Tid::BYTES * i..])))
    }

    /// Adds an identifier; false if the page is full.
    pub fn push(page: &mut [u8], tid: Tid) -> bool {
        let count = get_u16(page, 2) as usize;
        if count >= tids_per_page() {
            return false;
        }
        tid.write(&mut page[HEADER_BYTES + Tid::BYTES * count..]);
        put_u16(page, 2, count as u16 + 1);
        true
    }

    /// Keeps only these identifiers, in order.
    pub fn replace(page: &mut [u8], tids: &[Tid]) {
        put_u16(page, 2, tids.len() as u16);
        for (i, tid) in tids.iter().enumerate() {
            tid.write(&mut page[HEADER_BYTES + Tid::BYTES * i..]);
        }
    }
}
