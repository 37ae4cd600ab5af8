//! Calibrating the stop table of an index that has grown since its build, on a sample of its rows.

use crate::build::ONE_LIST_BELOW;
use crate::error::Error;
use crate::layout::{Meta, Tid};
use crate::list_rows::{Fetched, Fetcher, rows_of};
use crate::model::Model;
use crate::neighbours::Exact;
use crate::pages::{PageTxn, Pages};
use crate::replace::MEMORY;
use crate::split::Table;
use crate::spread::Spread;
use crate::step::Step;
use crate::stop::{Calibration, NO_LIST, StopTable};
use crate::vector::Vector;

/// Work of a calibration that an insert waits for, in multiply-adds: half a second. With less there are so few queries that the last
/// neighbours of a high recall, one in thirty, are counted by chance (measured: 34 lists became 56 from one calibration to the next).
const BUDGET: usize = 9_000_000_000;

/// Queries of such a calibration at most.
const QUERIES: usize = 1000;

/// Rows of the sample for each list. With more there are fewer queries for the same work, with fewer the neighbours are farther from those of the
/// data (500,000 × 128, from one calibration to the next: with 24 recall varies by 0.007, with 36 by 0.003, with 72 and twice the work by 0.004).
const CALIBRATION_ROWS_PER_LIST: usize = 36;

/// Rows fetched between two places where the work may be cancelled.
const BETWEEN_CHECKS: usize = 64;

/// Whether there are a quarter more lists, or a quarter of the present ones were more, when the stop table was made.
pub fn is_due(model: &Model) -> bool {
    let (lists, calibrated) = (model.lists() as u64, u64::from(model.calibrated));
    lists * 4 >= calibrated * 5 || calibrated * 4 >= lists * 5
}

/// Makes the stop table, and the spread where the metric needs one, anew. The caller has the lock of the structure.
pub fn calibrate<P: Pages>(pages: &P, model: &Model, table: &mut dyn Table) -> Result<(), Error> {
    let padded = model.quantizer.padded_dims();
    let measures_spread = Spread::is_needed(model.metric, &model.embedding);
    let keeps_raw = measures_spread || model.embedding.sketch() > 0;
    let copies = if keeps_raw { 2 } else { 1 };
    let wanted = (model.lists() * CALIBRATION_ROWS_PER_LIST).max(ONE_LIST_BELOW as usize);
    let capacity = wanted.min(MEMORY / (copies * 4 * padded)).max(256);

    model.read_centroids(pages)?;
    // Algorithm R over all entries
    let (mut picked, mut total): (Vec<(Tid, u32)>, u64) = (Vec::new(), 0);
    let mut random = model.revision.changes;
    let mut rows = Vec::new();
    for list in (0..model.firsts.len() as u32).filter(|list| model.first(*list).is_some()) {
        rows.clear();
        rows_of(pages, model, list, &mut rows)?;
        for row in rows.iter().filter(|row| !row.spilled) {
            total += 1;
            if picked.len() < capacity {
                picked.push((row.tid, list));
            } else {
                let place = kernels::splitmix64(&mut random) % total;
                if place < capacity as u64 {
                    picked[place as usize] = (row.tid, list);
                }
            }
        }
    }
    picked.sort_unstable();
    let spilled_to = second_lists(pages, model, &picked)?;
    let fraction = picked.len() as f64 / total.max(1) as f64;

    let mut fetcher = Fetcher::new(model);
    let mut sample: Vec<f32> = Vec::with_capacity(picked.len() * padded);
    let (mut assigned, mut spilled) = (Vec::new(), Vec::new());
    let (mut raw, mut raw_bytes): (Vec<Vector>, usize) = Default::default();
    for (i, (tid, list)) in picked.iter().enumerate() {
        if i % BETWEEN_CHECKS == 0 {
            pages.check_cancelled();
        }
        let start = sample.len();
        sample.resize(start + padded, 0.0);
        let found = fetcher.rotated(model, table, *tid, &mut sample[start..], &mut |vector| {
            if keeps_raw && raw_bytes <= MEMORY {
                raw_bytes += vector.bytes();
                raw.push(vector.to_vector());
            }
        })?;
        if found == Fetched::Row {
            sample[start..].iter_mut().zip(model.quantizer.mean()).for_each(|(x, m)| *x -= m);
            assigned.push(*list);
            spilled.extend(spilled_to.get(i));
        } else {
            sample.truncate(start);
            raw.truncate(assigned.len());
        }
    }
    // vectors too large to be kept: what they are coded as has to do
    let raw = (raw.len() == assigned.len() && keeps_raw).then_some(raw);
    let exact =
        raw.as_ref().map(|raw| |a: usize, b: usize| model.metric.score(raw[a].as_ref(), raw[b].as_ref()));
    let exact = exact.as_ref().map(|exact| exact as &Exact<'_>);
    let pool = table.pool();
    let calibration = Calibration {
        quantizer: &model.quantizer,
        centroids: &model.centroids,
        sample: &sample,
        assigned: &assigned,
        spilled: model.spill.then_some(&spilled),
        training: 0,
        queries: QUERIES,
        fraction,
        budget: BUDGET,
    };
    let stop = StopTable::calibrate(&calibration, exact, &pool, &mut |_, _| pages.check_cancelled());
    let spread = match &raw {
        Some(raw) if measures_spread => Spread::measure(model.metric, &model.quantizer, raw, &sample, &pool),
        _ => model.spread,
    };

    let mut txn = pages.begin();
    let handle = txn.lock(0)?;
    let mut meta = Meta::read(txn.page(handle))?;
    meta.stop = stop;
    meta.spread = spread;
    meta.calibrated = meta.live_lists() as u32;
    meta.changes += 1;
    meta.write(txn.page_mut(handle));
    txn.commit(Step::Calibration);
    Ok(())
}

/// The list of the second entry of each of these rows, which are in order; none at all where the index spills none.
fn second_lists<P: Pages>(pages: &P, model: &Model, picked: &[(Tid, u32)]) -> Result<Vec<u32>, Error> {
    if !model.spill {
        return Ok(Vec::new());
    }
    let mut second = vec![NO_LIST; picked.len()];
    let mut rows = Vec::new();
    for list in (0..model.firsts.len() as u32).filter(|list| model.first(*list).is_some()) {
        rows.clear();
        rows_of(pages, model, list, &mut rows)?;
        for row in rows.iter().filter(|row| row.spilled) {
            if let Ok(i) = picked.binary_search_by_key(&row.tid, |picked| picked.0) {
                second[i] = list;
            }
        }
    }
    Ok(second)
}
