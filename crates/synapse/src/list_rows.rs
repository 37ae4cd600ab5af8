//! The entries of a list, and the vectors of its rows.

use crate::error::Error;
use crate::filter::Keys;
use crate::layout::{BlockRef, SLOTS, Tid, read_keys};
use crate::lists::{self, ChainWalk};
use crate::model::Model;
use crate::pages::{Block, NO_BLOCK, Pages};
use crate::split::Table;
use crate::vector::VectorRef;

/// Counts a list's rows, without second entries of others, up to the first page that takes them beyond `most`.
pub fn count_rows<P: Pages>(
    pages: &P,
    model: &Model,
    list: u32,
    mut block: Block,
    most: u64,
) -> Result<u64, Error> {
    let (mut rows, mut walk) = (0, ChainWalk::default());
    while block != NO_BLOCK && rows <= most {
        walk.step(pages, block)?;
        let page = pages.read(block)?;
        for i in 0..model.geometry.blocks {
            let entries = BlockRef(&page[model.geometry.range(i)]);
            let live = entries.live();
            rows += u64::from((live & !entries.spilled(live)).count_ones());
        }
        block = lists::list_header(&page, block, list)?.next;
    }
    Ok(rows)
}

/// An entry of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListRow {
    /// The row.
    pub tid: Tid,
    /// Whether this is its second entry.
    pub spilled: bool,
    /// Its keys.
    pub keys: Keys,
    /// The list page, and the slot there, counted over the page's blocks.
    pub place: (Block, usize),
}

/// Appends a list's entries to `out`; returns its last page.
pub fn rows_of<P: Pages>(
    pages: &P,
    model: &Model,
    list: u32,
    out: &mut Vec<ListRow>,
) -> Result<Block, Error> {
    let mut block = model.first(list).ok_or_else(|| Error::corrupt(0, format!("list {list} is dead")))?;
    let mut walk = ChainWalk::default();
    loop {
        walk.step(pages, block)?;
        pages.check_cancelled();
        let page = pages.read(block)?;
        for i in 0..model.geometry.blocks {
            let entries = BlockRef(&page[model.geometry.range(i)]);
            let live = entries.live();
            let keys = &page[model.geometry.keys(i)];
            out.extend((0..SLOTS).filter(|s| live & (1 << s) != 0).map(|s| ListRow {
                tid: entries.tid(s),
                spilled: entries.is_spilled(s),
                keys: read_keys(keys, s),
                place: (block, i * SLOTS + s),
            }));
        }
        match lists::list_header(&page, block, list)?.next {
            NO_BLOCK => return Ok(block),
            next => block = next,
        }
    }
}

/// What became of a row asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    /// Its vector is there.
    Row,
    /// Nobody can see it any more.
    Gone,
    /// Its squares overflow.
    Outlier,
}

/// Fetches vectors as the codes see them.
pub struct Fetcher {
    embedded: Vec<f32>,
}

impl Fetcher {
    /// For the vectors of an index.
    pub fn new(model: &Model) -> Self {
        Self { embedded: vec![0.0; model.embedding.space()] }
    }

    /// Writes a row's vector, rotated but not centred, to `out`; `also` sees the vector as the table has it.
    pub fn rotated(
        &mut self,
        model: &Model,
        table: &mut dyn Table,
        tid: Tid,
        out: &mut [f32],
        also: &mut dyn FnMut(VectorRef<'_>),
    ) -> Result<Fetched, Error> {
        let mut dims = Ok(());
        let embedded = &mut self.embedded;
        let found = table.vector(tid, &mut |vector| {
            dims = model.check_dims(vector.dims());
            if dims.is_ok() {
                model.embedding.embed(vector, embedded);
                also(vector);
            }
        });
        dims?;
        if !found {
            return Ok(Fetched::Gone);
        }
        if !model.metric.prepare(embedded) {
            return Ok(Fetched::Outlier);
        }
        model.quantizer.rotate_only(embedded, out);
        Ok(if kernels::norm_squared(out).is_finite() { Fetched::Row } else { Fetched::Outlier })
    }
}
