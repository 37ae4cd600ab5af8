//! The models of the indexes that this process uses, each brought up to date when it is used.

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

/// The model of an index, brought up to date or loaded if it is not cached. None while the index has no dimensions.
pub fn model<P: Pages>(index: pg_sys::Oid, pages: &P) -> Option<Rc<Model>> {
    let model = take(index, pages);
    put(index, model.clone());
    model
}

/// As [`model`], and leaves the cache without it, so that who changes the index can change the model in place. To be put back.
pub fn take<P: Pages>(index: pg_sys::Oid, pages: &P) -> Option<Rc<Model>> {
    let cached = CACHE.with_borrow_mut(|cache| cache.models.remove(&index));
    if let Some((mut model, _)) = cached {
        Model::refresh(&mut model, pages).or_raise();
        return Some(model);
    }
    Model::load(pages).or_raise().map(Rc::new)
}

/// Keeps the model of an index.
pub fn put(index: pg_sys::Oid, model: Option<Rc<Model>>) {
    let Some(model) = model else { return };
    CACHE.with_borrow_mut(|cache| {
        cache.clock += 1;
        let clock = cache.clock;
        cache.models.insert(index, (model, clock));
        while cache.models.len() > 1 && cache.models.values().map(|m| m.0.memory()).sum::<usize>() > LIMIT {
            let oldest = cache.models.iter().min_by_key(|m| m.1.1).map(|m| *m.0);
            match oldest {
                Some(oldest) if oldest != index => cache.models.remove(&oldest),
                _ => break,
            };
        }
    });
}
