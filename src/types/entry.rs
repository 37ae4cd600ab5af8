//! Tables of SQL functions.

/// Declares C-language functions that are immutable, strict and parallel safe, as all functions of the value types
/// are: their SQL declarations stand in `sql/`, their symbols are `<name>_wrapper`.
macro_rules! entry_points {
    ($($(#[$attribute:meta])* fn $name:ident $parameters:tt -> $result:ident $(<$of:ident>)? $body:block)*) => {
        $(
            $(#[$attribute])*
            #[pgrx::pg_extern(sql = "", immutable, strict, parallel_safe)]
            fn $name $parameters -> $result $(<$of>)? $body
        )*
    };
}

pub(crate) use entry_points;
