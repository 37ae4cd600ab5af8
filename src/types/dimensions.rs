//! The type modifier `(n)` of a type with dimensions.

use crate::error::Report;
use crate::types::array::ArrayArg;
use pgrx::PgSqlErrorCode::*;
use pgrx::pg_sys;

/// The integers in `type_name(…)`.
pub fn integers(modifiers: &ArrayArg<'_>) -> Vec<i32> {
    let mut count = 0;
    // SAFETY: the server passes a cstring array, as its own typmod functions get; the result has `count` elements.
    unsafe {
        let values = pg_sys::ArrayGetIntegerTypmods(modifiers.as_ptr(), &mut count);
        std::slice::from_raw_parts(values, count as usize).to_vec()
    }
}

/// The number of dimensions in `type_name(n)`, from 1 to `limit`: the work of a `typmod_in` function.
pub fn read_type_modifier(modifiers: &ArrayArg<'_>, type_name: &str, limit: usize) -> i32 {
    let problem = match *integers(modifiers) {
        [dims] if dims < 1 => format!("dimensions for type {type_name} must be at least 1"),
        [dims] if dims as usize > limit => format!("dimensions for type {type_name} cannot exceed {limit}"),
        [dims] => return dims,
        _ => "invalid type modifier".into(),
    };
    Report::new(ERRCODE_INVALID_PARAMETER_VALUE, problem)
        .hint(format!("Write {type_name}(n) with n from 1 to {limit}."))
        .raise()
}

/// `type_name(n)` takes values of `n` dimensions only; a type modifier of -1 takes any.
pub fn check_type_modifier(type_modifier: i32, type_name: &str, dims: usize) {
    if type_modifier != -1 && usize::try_from(type_modifier) != Ok(dims) {
        Report::new(ERRCODE_DATA_EXCEPTION, format!("expected {type_modifier} dimensions, not {dims}"))
            .hint(format!(
                "The type is {type_name}({type_modifier}): pass {type_modifier} dimensions, or declare it \
                 {type_name}({dims})."
            ))
            .raise();
    }
}
