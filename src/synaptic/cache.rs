//! The models of the indexes that this process uses, each valid as long as the index's epoch.

use crate::error::OrRaise;
use pgrx::pg_sys;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use synapse::{Model, Pages};

/// Bytes that all cached models of a process may take; the least recently used leave first.
const LIMIT: usize = 64 << 20;

#[derive(Default)]
struct Cache {
    models: HashMap<pg_sys::Oid, (Rc<Model>, u64)>,
    clock: u64,
}

thread_local! {
    static CACHE: RefCell<Cache> = RefCell::default();
}

/// The model of an index, loaded if it is not cached or no longer current. None while the index has no dimensions.
pub fn model<P: Pages>(index: pg_sys::Oid, pages: &P) -> Option<Rc<Model>> {
    let cached = CACHE.with_borrow_mut(|cache| {
        cache.clock += 1;
        let clock = cache.clock;
        cache.models.get_mut(&index).map(|entry| {
            entry.1 = clock;
            Rc::clone(&entry.0)
        })
    });
    if let Some(model) = cached
        && model.is_current(pages).or_raise()
    {
        return Some(model);
    }
    CACHE.with_borrow_mut(|cache| cache.models.remove(&index));
    let model = Rc::new(Model::load(pages).or_raise()?);
    CACHE.with_borrow_mut(|cache| {
        let clock = cache.clock;
        cache.models.insert(index, (Rc::clone(&model), clock));
        while cache.models.len() > 1 && cache.models.values().map(|m| m.0.memory()).sum::<usize>() > LIMIT {
            let oldest = cache.models.iter().min_by_key(|m| m.1.1).map(|m| *m.0);
            match oldest {
                Some(oldest) if oldest != index => cache.models.remove(&oldest),
                _ => break,
            };
        }
    });
    Some(model)
}
