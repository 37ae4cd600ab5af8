//! Filter columns: values beside the codes, tested before a code is looked at.
//!
//! The engine knows a value only as a *key*, 64 bits whose order is that of the values as far as they tell; what maps values to keys is
//! outside, and so is the decision whether a key that passes needs a second look at the value itself. A condition on a column
//! is a set of keys; a filter is the conjunction of its conditions.

use crate::layout::{KEY_BYTES, SLOTS};

/// Most filter columns of an index.
pub const MAX_COLUMNS: usize = 8;

/// The keys of a row, one for each filter column; None stands for NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys([Option<u64>; MAX_COLUMNS]);

impl Keys {
    /// No keys: for an index without filter columns.
    pub const NONE: Self = Self([None; MAX_COLUMNS]);

    /// The keys of the first columns; those after them, and those beyond [`MAX_COLUMNS`], are NULL.
    pub fn new(keys: impl IntoIterator<Item = Option<u64>>) -> Self {
        let mut all = Self::NONE;
        all.0.iter_mut().zip(keys).for_each(|(place, key)| *place = key);
        all
    }

    /// The key of a column.
    pub fn get(&self, column: usize) -> Option<u64> {
        self.0.get(column).copied().flatten()
    }
}

/// What a column's key must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// Within these bounds, both included.
    Between(u64, u64),
    /// One of these, sorted.
    In(Vec<u64>),
    /// NULL.
    Null,
    /// Not NULL.
    NotNull,
}

/// A condition on a filter column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The filter column, from 0.
    pub column: usize,
    /// What its key must be.
    pub test: Test,
}

/// Which rows a search is for: those that meet every condition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter(pub Vec<Condition>);

impl Filter {
    /// Whether every row passes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a row with these keys passes.
    pub fn admits(&self, keys: &Keys) -> bool {
        self.0.iter().all(|condition| {
            let key = keys.get(condition.column);
            match (&condition.test, key) {
                (Test::Null, key) => key.is_none(),
                (Test::NotNull, key) => key.is_some(),
                (Test::Between(low, high), Some(key)) => (*low..=*high).contains(&key),
                (Test::In(keys), Some(key)) => keys.binary_search(&key).is_ok(),
                (_, None) => false,
            }
        })
    }

    /// Which of the live slots of a block pass. `keys` are the block's keys ([`KEY_BYTES`] for each column); a column that is not there
    /// excludes nothing.
    pub fn mask(&self, keys: &[u8], live: u32) -> u32 {
        let mut mask = live;
        for condition in &self.0 {
            if mask == 0 {
                break;
            }
            let Some(column) = keys.chunks_exact(KEY_BYTES).nth(condition.column) else { continue };
            let (values, known) = column.split_at(8 * SLOTS);
            let known = known.iter().rev().fold(0, |bits, byte| bits << 8 | u32::from(*byte));
            mask &= match &condition.test {
                Test::Null => !known,
                Test::NotNull => known,
                Test::Between(low, high) => known & kernels::mask_between(values, *low, *high),
                Test::In(keys) => {
                    known & keys.iter().fold(0, |mask, key| mask | kernels::mask_between(values, *key, *key))
                }
            };
        }
        mask
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::write_keys;
    use proptest::prelude::*;

    fn test() -> impl Strategy<Value = Test> {
        let key = || prop_oneof![0u64..6, Just(u64::MAX)];
        prop_oneof![
            (key(), key()).prop_map(|(a, b)| Test::Between(a, b)),
            prop::collection::btree_set(key(), 0..4).prop_map(|keys| Test::In(keys.into_iter().collect())),
            Just(Test::Null),
            Just(Test::NotNull),
        ]
    }

    proptest! {
        /// A mask admits a row as the filter itself does.
        #[test]
        fn masks_agree_with_rows(
            rows in prop::collection::vec(prop::array::uniform2(prop::option::of(prop_oneof![0u64..6, Just(u64::MAX)])), SLOTS),
            tests in prop::collection::vec((0usize..2, test()), 0..4),
            live: u32,
        ) {
            let filter = Filter(tests.into_iter().map(|(column, test)| Condition { column, test }).collect());
            let mut bytes = vec![0xee; 2 * KEY_BYTES];
            let mut expected = 0;
            for (slot, row) in rows.iter().enumerate() {
                let keys = Keys::new(*row);
                write_keys(&mut bytes, slot, &keys);
                expected |= u32::from(filter.admits(&keys)) << slot;
            }
            prop_assert_eq!(filter.mask(&bytes, live), expected & live);
        }
    }
}
