//! Row results of functions with OUT parameters.

use crate::types::datum::datum_result;
use pgrx::pg_sys;

/// One row of the type that a function's OUT parameters declare.
pub struct RecordBuf(pg_sys::Datum);

impl RecordBuf {
    /// A row of these columns, `None` for null, in the order and of the types of the OUT parameters.
    ///
    /// # Safety
    /// `fcinfo` must be the running call; the columns must be values of the declared types.
    pub unsafe fn new<const COLUMNS: usize>(
        fcinfo: pg_sys::FunctionCallInfo,
        columns: [Option<pg_sys::Datum>; COLUMNS],
    ) -> Self {
        let mut nulls = columns.map(|column| column.is_none());
        let mut values = columns.map(|column| column.unwrap_or(pg_sys::Datum::null()));
        let mut shape = std::ptr::null_mut();
        // SAFETY: the caller vouches for the call and for the columns; their number is held against the shape.
        unsafe {
            let class = pg_sys::get_call_result_type(fcinfo, std::ptr::null_mut(), &mut shape);
            assert_eq!(class, pg_sys::TypeFuncClass::TYPEFUNC_COMPOSITE, "the function has OUT parameters");
            assert_eq!((*shape).natts as usize, COLUMNS, "one column for each OUT parameter");
            let shape = pg_sys::BlessTupleDesc(shape);
            let row = pg_sys::heap_form_tuple(shape, values.as_mut_ptr(), nulls.as_mut_ptr());
            Self(pg_sys::HeapTupleHeaderGetDatum((*row).t_data))
        }
    }

    /// Hands the row to PostgreSQL.
    pub fn into_datum(self) -> pg_sys::Datum {
        self.0
    }
}

datum_result!(RecordBuf, "record");
