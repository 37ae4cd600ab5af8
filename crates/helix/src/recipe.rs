//! How bytes are put together from numbered chunks: runs of consecutive numbers, in few bytes.
//!
//! Two varints a run: `zigzag(first − expected) · 2 + more`, where the expected number is the one behind the run before (1 at first),
//! and if there is more than one number in it, their count less two.

use crate::error::{Damage, HelixError};
use crate::layout::MAX_RAW_LEN;

/// Consecutive numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// The first of them.
    pub first: u64,
    /// How many there are, at least one.
    pub count: u64,
}

/// Numbers above this are refused: they are bigints, of which a bit is the sign and another goes into the varint.
const MAX_ID: u64 = i64::MAX as u64 >> 1;

/// The recipe of these numbers, in order; `None` if one of them is above 2⁶².
pub fn recipe(ids: &[u64]) -> Option<Vec<u8>> {
    let mut runs: Vec<Run> = Vec::new();
    for &first in ids {
        match runs.last_mut() {
            _ if first > MAX_ID => return None,
            Some(run) if run.first + run.count == first => run.count += 1,
            _ => runs.push(Run { first, count: 1 }),
        }
    }
    let mut out = Vec::new();
    let mut expected = 1i64;
    for run in runs {
        let step = run.first as i64 - expected;
        let zigzag = ((step << 1) ^ (step >> 63)) as u64;
        push(&mut out, zigzag << 1 | u64::from(run.count > 1));
        if run.count > 1 {
            push(&mut out, run.count - 2);
        }
        expected = (run.first + run.count) as i64;
    }
    Some(out)
}

/// The runs of a recipe. There are no more of them than bytes, and of numbers no more than bytes that can be stored.
///
/// # Errors
/// [`HelixError::Damaged`] for bytes that are no recipe.
pub fn runs(mut recipe: &[u8]) -> Result<Vec<Run>, HelixError> {
    let bad = || HelixError::Damaged(Damage::Field("its recipe is none"));
    let mut runs = Vec::new();
    let (mut expected, mut total) = (1u64, 0u64);
    while !recipe.is_empty() {
        let head = take(&mut recipe).ok_or_else(bad)?;
        let zigzag = head >> 1;
        let step = (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64);
        let first = expected.checked_add_signed(step).filter(|&first| first <= MAX_ID).ok_or_else(bad)?;
        let count = match head & 1 {
            0 => 1,
            _ => take(&mut recipe).ok_or_else(bad)?.checked_add(2).ok_or_else(bad)?,
        };
        total = total.checked_add(count).filter(|&total| total <= MAX_RAW_LEN as u64).ok_or_else(bad)?;
        expected = first + count;
        runs.push(Run { first, count });
    }
    Ok(runs)
}

fn push(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn take(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for i in 0..10 {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        let bits = u64::from(byte & 0x7F);
        value |= bits.checked_shl(7 * i).filter(|shifted| shifted >> (7 * i) == bits)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ids(runs: &[Run]) -> Vec<u64> {
        runs.iter().flat_map(|run| run.first..run.first + run.count).collect()
    }

    #[test]
    fn runs_are_short() {
        assert_eq!(recipe(&[]).unwrap(), []);
        assert_eq!(recipe(&(1..=100).collect::<Vec<_>>()).unwrap(), [1, 98]);
        assert_eq!(recipe(&[1, 2, 3, 900, 5, 6]).unwrap().len(), 2 + 2 + 3);
        assert_eq!(recipe(&[MAX_ID + 1]), None);
    }

    #[test]
    fn no_recipe_at_all() {
        for bad in [&[1][..], &[0x80], &[3], &[1, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], &[0xFF; 11], &[2, 0x80]] {
            assert!(runs(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn runs_undo_recipe(numbers in proptest::collection::vec(prop_oneof![0..300u64, 0..=MAX_ID], 0..200)) {
            let told = runs(&recipe(&numbers).unwrap()).unwrap();
            prop_assert_eq!(ids(&told), numbers);
        }

        #[test]
        fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(told) = runs(&bytes) {
                prop_assert!(told.len() <= bytes.len());
            }
        }
    }
}
