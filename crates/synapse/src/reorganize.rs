//! Putting the lists of an index in order, one at a time: splitting the long, dissolving the starved, moving rows to nearer lists.
//!
//! Inserts split lists that grow too long; nothing that they do helps a list that lost its rows, or a row that a list far away came nearer to
//! before moves were made. Each step holds its locks for one list, is as safe against crashes as what inserts do, and leaves an index that
//! is in order as far as it went: who stops in between loses nothing.

use crate::calibrate::{calibrate, is_due};
use crate::error::Error;
use crate::list_rows::count_rows;
use crate::model::Model;
use crate::moves::{dissolve, settle_list};
use crate::pages::{Lockable, NO_BLOCK, Pages};
use crate::split::{Limits, Table, longest, rows_of_list, split_locked};
use std::rc::Rc;

/// A list with fewer rows than this part of what it should have is dissolved.
const STARVED: u64 = 4;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reorganized {
    /// Lists divided.
    pub split: u64,
    /// Lists dissolved: their rows are in their neighbours.
    pub merged: u64,
    /// Rows moved to a nearer list, those of dissolved lists included.
    pub moved: u64,
    /// Whether the stop table was calibrated anew.
    pub calibrated: bool,
}

/// How much is done.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// When lists are split.
    pub limits: Limits,
    /// Lists split or dissolved at most.
    pub changes: u64,
    /// Whether rows of lists that keep their length move, too.
    pub settle: bool,
}

/// Goes once over the lists that there are. `between` is called after each with how many were looked at and how many there are to look
/// at, and no lock held.
pub fn reorganize<P: Pages>(
    pages: &P,
    model: &mut Rc<Model>,
    table: &mut dyn Table,
    scope: Scope,
    between: &mut dyn FnMut(u64, u64),
) -> Result<Reorganized, Error> {
    let mut done = Reorganized::default();
    Model::refresh(model, pages)?;
    let all: Vec<u32> = (0..model.firsts.len() as u32).filter(|list| model.first(*list).is_some()).collect();
    // who does only some begins elsewhere each time
    let mut state = model.revision.changes;
    let start = (kernels::splitmix64(&mut state) % all.len().max(1) as u64) as usize;
    for i in 0..all.len() {
        if done.split + done.merged >= scope.changes {
            break;
        }
        pages.check_cancelled();
        step(pages, model, table, scope, all[(start + i) % all.len()], &mut done)?;
        between(i as u64 + 1, all.len() as u64);
    }
    if done.split + done.merged > 0 || done.moved > 0 && scope.settle || is_due(model) {
        let _structure = pages.lock(Lockable::Structure, true);
        Model::refresh(model, pages)?;
        // where little was done and the table is not old it stays
        if model.lists() > 1 && (scope.settle || is_due(model)) {
            calibrate(pages, model, table)?;
            Model::refresh(model, pages)?;
            done.calibrated = true;
        }
    }
    Ok(done)
}

/// Looks at one list.
fn step<P: Pages>(
    pages: &P,
    model: &mut Rc<Model>,
    table: &mut dyn Table,
    scope: Scope,
    list: u32,
    done: &mut Reorganized,
) -> Result<(), Error> {
    let _structure = pages.lock(Lockable::Structure, true);
    Model::refresh(model, pages)?;
    let Some(first) = model.first(list) else { return Ok(()) };
    let meta = Model::meta(pages)?;
    let rows = count_rows(pages, model, list, first, u64::MAX)?;
    if rows > longest(&meta, model, scope.limits) {
        let list_lock = pages.lock(Lockable::List(list), true);
        done.moved += split_locked(pages, model, list, list_lock, table)?;
        done.split += u64::from(model.first(list).is_none());
        return Ok(());
    }
    // a vacuum goes through the lists: it is not the moment
    let Some(_moves) = pages.try_lock(Lockable::Moves) else { return Ok(()) };
    if rows < rows_of_list(&meta) / STARVED && model.lists() > 1 {
        let _list = pages.lock(Lockable::List(list), true);
        done.moved += dissolve(pages, model, table, list)?;
        Model::refresh(model, pages)?;
        done.merged += u64::from(model.first(list).is_none());
    } else if scope.settle && first != NO_BLOCK {
        done.moved += settle_list(pages, model, table, list)? as u64;
    }
    Ok(())
}
