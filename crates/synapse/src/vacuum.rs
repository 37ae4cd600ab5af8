//! Removing rows: one pass over the lists and chains; room is reused in place.

use crate::error::Error;
use crate::extent::{Ahead, list_pages};
use crate::layout::{BlockRef, Chain, Entry, Geometry, Header, Meta, PageKind, SLOTS, Tid, TidsPage};
use crate::lists;
use crate::model::read_firsts;
use crate::pages::{Block, Lockable, NO_BLOCK, PageTxn, Pages};
use crate::step::Step;

/// What a vacuum did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VacuumReport {
    /// Rows removed.
    pub removed: u64,
    /// Rows that remain.
    pub remaining: u64,
}

/// Removes every row for which `dead` says so. Searches and inserts may go on meanwhile. A slot is freed by clearing its
/// bit, so a search sees the row or does not; the row's heap tuple is not visible to any search that may still hold its
/// identifier.
pub fn vacuum<P: Pages>(pages: &P, dead: &mut dyn FnMut(Tid) -> bool) -> Result<VacuumReport, Error> {
    let mut report = VacuumReport::default();
    // Nobody moves rows between living lists meanwhile. Splits move them to lists with higher numbers, and never while this has the lock
    // of theirs: who goes through the lists until there
    // is no further one meets every row. One met twice counts where it is now.
    let _moves = pages.lock(Lockable::Moves, false);
    let mut remaining: Vec<u64> = Vec::new();
    let mut directory = Vec::new();
    let most = pages.reads_ahead();
    let meta = Meta::read(&pages.read(0)?)?;
    // lists that are made meanwhile are at hand
    let firsts = if most > 0 { read_firsts(pages, &mut Vec::new(), &meta)? } else { Vec::new() };
    let mut ahead = Ahead::new(list_pages(&meta, &firsts, pages.len()), most);
    loop {
        let meta = Meta::read(&pages.read(0)?)?;
        let list = remaining.len() as u32;
        if list >= meta.lists {
            for list in 0..meta.lists {
                if lists::entry(pages, &meta, &mut directory, list)?.0.first != NO_BLOCK {
                    report.remaining += remaining[list as usize];
                }
            }
            break;
        }
        pages.check_cancelled();
        let _list = pages.lock(Lockable::List(list), false);
        let place = lists::entry(pages, &meta, &mut directory, list)?;
        let mut reach = || ahead.before(pages, list);
        let geometry = meta.geometry();
        remaining.push(vacuum_list(pages, &geometry, list, place, &mut reach, dead, &mut report)?);
    }
    // a list that was split may have given rows to the chain of outliers: the chains come last
    let meta = Meta::read(&pages.read(0)?)?;
    for chain in Chain::ALL {
        vacuum_chain(pages, chain, meta.chains[chain as usize], dead, &mut report)?;
    }
    Ok(report)
}

/// Goes through one list, whose entry is on the directory page named; `reach` is called before each of its pages. Returns the rows that
/// remain in it.
fn vacuum_list<P: Pages>(
    pages: &P,
    geometry: &Geometry,
    list: u32,
    (entry, directory_page): (Entry, Block),
    reach: &mut dyn FnMut(),
    dead: &mut dyn FnMut(Tid) -> bool,
    report: &mut VacuumReport,
) -> Result<u64, Error> {
    let (mut remaining, mut first_with_room) = (0, NO_BLOCK);
    let mut block = entry.first;
    let mut walk = lists::ChainWalk::default();
    while block != NO_BLOCK {
        walk.step(pages, block)?;
        pages.check_cancelled();
        reach();
        let mut txn = pages.begin();
        let handle = txn.lock(block)?;
        let header = lists::list_header(txn.page(handle), block, list)?;
        let mut changed = false;
        for i in 0..geometry.blocks {
            let range = geometry.range(i);
            let entries = BlockRef(&txn.page(handle)[range.clone()]);
            let live = entries.live();
            let (mut kept, spilled) = (live, entries.spilled(live));
            for slot in (0..SLOTS).filter(|s| live & (1 << s) != 0) {
                if dead(entries.tid(slot)) {
                    kept &= !(1 << slot);
                }
            }
            report.removed += u64::from((live & !kept & !spilled).count_ones());
            remaining += u64::from((kept & !spilled).count_ones());
            if kept != live {
                BlockRef(&mut txn.page_mut(handle)[range]).set_live(kept);
                changed = true;
            }
            if kept != u32::MAX && first_with_room == NO_BLOCK {
                first_with_room = block;
            }
        }
        if changed {
            txn.commit(Step::RowsRemoved);
        }
        block = header.next;
    }
    if first_with_room != NO_BLOCK && first_with_room != entry.insertion {
        lists::move_insertion(pages, directory_page, list, entry.insertion, first_with_room)?;
    }
    Ok(remaining)
}

fn vacuum_chain<P: Pages>(
    pages: &P,
    chain: Chain,
    (first, insertion): (Block, Block),
    dead: &mut dyn FnMut(Tid) -> bool,
    report: &mut VacuumReport,
) -> Result<(), Error> {
    let mut block = first;
    let mut first_with_room = NO_BLOCK;
    let mut walk = lists::ChainWalk::default();
    while block != NO_BLOCK {
        walk.step(pages, block)?;
        pages.check_cancelled();
        let mut txn = pages.begin();
        let handle = txn.lock(block)?;
        let header = Header::read(txn.page(handle), block, PageKind::Tids)?;
        let all: Vec<Tid> = TidsPage::tids(txn.page(handle), block)?.collect();
        let kept: Vec<Tid> = all.iter().copied().filter(|tid| !dead(*tid)).collect();
        report.removed += (all.len() - kept.len()) as u64;
        report.remaining += kept.len() as u64;
        if kept.len() < crate::layout::tids_per_page() && first_with_room == NO_BLOCK {
            first_with_room = block;
        }
        if kept.len() < all.len() {
            TidsPage::replace(txn.page_mut(handle), &kept);
            txn.commit(Step::ChainRowsRemoved);
        }
        block = header.next;
    }
    if first_with_room != NO_BLOCK && first_with_room != insertion {
        lists::set_chain_insertion(pages, chain, first_with_room)?;
    }
    Ok(())
}
