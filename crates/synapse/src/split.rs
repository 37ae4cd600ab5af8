//! Keeping lists of a good length: splitting those that grew too long, merging those that lost their rows.
//!
//! This file decides when; how lists are replaced by others is in `replace`.

use crate::build::{ONE_LIST_BELOW, rows_per_list_of};
use crate::calibrate::{calibrate, is_due};
use crate::error::Error;
use crate::layout::{Meta, Tid};
use crate::list_rows::count_rows;
use crate::model::Model;
use crate::moves::settle_split;
use crate::pages::{Block, Lockable, Pages};
use crate::replace::Replacement;
use crate::vector::VectorRef;
use std::rc::Rc;

/// The table of an index, as splitting needs it.
pub trait Table {
    /// Hands a row's vector to `take`. False if there is no such row that anybody may still see: its entry is dropped.
    fn vector(&mut self, tid: Tid, take: &mut dyn FnMut(VectorRef<'_>)) -> bool;

    /// Threads for the larger pieces of work.
    fn pool(&mut self) -> rayon::ThreadPool;
}

/// When lists are split.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Rows up to which an index keeps one list.
    pub one_list: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { one_list: ONE_LIST_BELOW }
    }
}

/// Rows of a list that an insert splits at most: what takes a second or two. Longer ones, which versions that did not split may have left, are for
/// `reorganize`.
const MOST_IN_INSERT: u64 = 100_000;

/// Lists that one split makes at most.
const MOST_PARTS: u64 = 4096;

/// Rows that a list may have before it is split: half as many again as a build would give it, so that splitting a list that a build
/// left a little too long is not the first thing that inserts do.
pub fn longest(meta: &Meta, model: &Model, limits: Limits) -> u64 {
    let nominal = rows_of_list(meta);
    let longest = nominal + nominal / 2;
    if model.lists() == 1 { limits.one_list.max(longest) } else { longest }
}

/// Rows that a list should have.
pub fn rows_of_list(meta: &Meta) -> u64 {
    match meta.list_rows {
        0 => rows_per_list_of(&meta.geometry(), meta.live_lists() as u64),
        rows => u64::from(rows),
    }
}

/// Splits a list if it has too many rows and nobody is in the way; else it is tried again when the list has grown more.
/// Afterwards the model is up to date.
pub fn split<P: Pages>(
    pages: &P,
    model: &mut Rc<Model>,
    list: u32,
    table: &mut dyn Table,
    limits: Limits,
) -> Result<(), Error> {
    let meta = Model::meta(pages)?;
    let longest = longest(&meta, model, limits);
    // looked at without a lock: whether it is worth asking for one
    let Some(first) = model.first(list) else { return Ok(()) };
    match count_rows(pages, model, list, first, longest) {
        Ok(rows) if rows <= longest => return Ok(()),
        Err(error) if model.is_current(pages)? => return Err(error),
        _ => {}
    }
    let Some(_structure) = pages.try_lock(Lockable::Structure) else { return Ok(()) };
    Model::refresh(model, pages)?;
    let Some(first) = model.first(list) else { return Ok(()) };
    let Some(list_lock) = pages.try_lock(Lockable::List(list)) else { return Ok(()) };
    let most = MOST_IN_INSERT.max(2 * longest);
    let rows = count_rows(pages, model, list, first, most)?;
    if rows <= longest || rows > most {
        return Ok(());
    }
    split_locked(pages, model, list, list_lock, table)?;
    if is_due(model) {
        calibrate(pages, model, table)?;
        Model::refresh(model, pages)?;
    }
    Ok(())
}

/// Splits a list, whose lock this has and releases, and moves rows to the lists that came nearer. Returns how many moved; the model is up to
/// date afterwards. The caller has the lock of the structure.
pub fn split_locked<P: Pages, G>(
    pages: &P,
    model: &mut Rc<Model>,
    list: u32,
    list_lock: G,
    table: &mut dyn Table,
) -> Result<u64, Error> {
    let Some(first) = model.first(list) else { return Ok(0) };
    let rows = count_rows(pages, model, list, first, u64::MAX)?;
    let parts = (rows / rows_of_list(&Model::meta(pages)?)).clamp(2, MOST_PARTS) as usize;
    let (known, centroid) = (model.firsts.len() as u32, model.centroid(pages, list)?.to_vec());
    Replacement { pages, model, table }.run(&[list], parts)?;
    drop(list_lock);
    Model::refresh(model, pages)?;
    let new_lists: Vec<u32> =
        (known..model.firsts.len() as u32).filter(|list| model.first(*list).is_some()).collect();
    if new_lists.len() < model.lists()
        && let Some(_moves) = pages.try_lock(Lockable::Moves)
    {
        return Ok(settle_split(pages, model, table, &centroid, &new_lists)? as u64);
    }
    Ok(0)
}

/// Whether to count the rows of a list, which begins at page `first`, after a row was stored on its page `end`. Where lists have many
/// pages (one list, or few by the user's wish) only a new page is a reason; else one row in some does it. So a list is seldom
/// a few rows too long, and the lists that a build left too long are not all split by the first rows inserted.
pub fn worth_counting(model: &Model, first: Block, end: Block, grew: bool, tid: Tid) -> bool {
    let page = model.geometry.slots_per_page() as u64;
    let many_pages = model.lists() == 1 || model.list_rows > 4 * page;
    let mut row = u64::from(tid.block()) << 16 | u64::from(tid.offset());
    let chosen = kernels::splitmix64(&mut row).is_multiple_of((model.list_rows / 8).clamp(1, 32));
    grew || chosen && (model.list_rows < page / 2 || !many_pages && end != first)
}
