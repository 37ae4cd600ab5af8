//! The functions themselves. Most calls are replaced before they run; here is what happens to the others.

use super::server;
use super::source::Source;
use crate::error::Report;
use crate::list;
use pgrx::PgSqlErrorCode::*;
use pgrx::pg_sys::{self, Datum, FunctionCallInfo, Oid, ReturnSetInfo};
use std::ffi::{CStr, c_int};

/// `row_to_json(record)`.
const ROW_TO_JSON: u32 = 3155;

/// `qsql_text_in(cstring) → qsql_text`: the text as it is. Reading a literal of this type loads the library while the statement around
/// it is being analysed, and so puts the hook in place in time.
#[pgrx::pg_extern(sql = "", immutable, strict, parallel_safe)]
fn qsql_text_in(text: &CStr) -> String {
    // SAFETY: the argument of an input function is a C string.
    unsafe { server::to_utf8(text.as_ptr()) }
}

/// Says that a function follows the server's call convention, as `PG_FUNCTION_INFO_V1` does.
macro_rules! finfo {
    ($name:ident) => {
        /// Call convention of the function in its name.
        #[unsafe(no_mangle)]
        pub extern "C" fn $name() -> &'static pgrx::pg_sys::Pg_finfo_record {
            static VERSION_1: pgrx::pg_sys::Pg_finfo_record =
                pgrx::pg_sys::Pg_finfo_record { api_version: 1 };
            &VERSION_1
        }
    };
}
pub(super) use finfo;

finfo!(pg_finfo_qsql_to_sql_wrapper);
finfo!(pg_finfo_qsql_wrapper);
finfo!(pg_finfo_qsql_record_wrapper);
finfo!(pg_finfo_qsql_exec_wrapper);

/// `qsql_to_sql(text) → text`, STRICT.
#[unsafe(no_mangle)]
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn qsql_to_sql_wrapper(fcinfo: FunctionCallInfo) -> Datum {
    // SAFETY: the argument is a text that is not null; the frame holds plain values only.
    unsafe {
        let text = pg_sys::text_to_cstring((*fcinfo).args.as_ptr().read().value.cast_mut_ptr());
        let source = Source::translate(text, (*(*fcinfo).flinfo).fn_oid);
        Datum::from(pg_sys::cstring_to_text(source.sql))
    }
}

/// `qsql(qsql_text [, VARIADIC "any"]) → SETOF json`.
#[unsafe(no_mangle)]
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn qsql_wrapper(fcinfo: FunctionCallInfo) -> Datum {
    // SAFETY: called by the server as a set-returning function.
    unsafe { execute(fcinfo, true) }
}

/// `qsql_record(qsql_text [, VARIADIC "any"]) → SETOF record`.
#[unsafe(no_mangle)]
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn qsql_record_wrapper(fcinfo: FunctionCallInfo) -> Datum {
    // SAFETY: called by the server as a set-returning function.
    unsafe { execute(fcinfo, false) }
}

/// `CALL qsql_exec(qsql_text)`, where the call was not replaced: executes the text; its rows are not returned.
#[unsafe(no_mangle)]
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn qsql_exec_wrapper(fcinfo: FunctionCallInfo) -> Datum {
    // SAFETY: called by the server as a procedure; the frame holds plain values only.
    unsafe {
        run(fcinfo);
        server::SPI_finish();
        Datum::null()
    }
}

/// Executes the text as the current user and returns its rows, each as one `json` value or as it is.
unsafe fn execute(fcinfo: FunctionCallInfo, as_json: bool) -> Datum {
    // SAFETY: the frame holds plain values only, so that an ERROR in the statement may jump over it.
    unsafe {
        let result = result_set(fcinfo);
        if (*fcinfo).args.as_ptr().read().isnull {
            return Datum::null();
        }
        run(fcinfo);
        if !pg_sys::SPI_tuptable.is_null() {
            if !as_json {
                (*result).setDesc =
                    in_query_memory(result, || pg_sys::CreateTupleDescCopy((*pg_sys::SPI_tuptable).tupdesc));
            }
            keep(result, as_json);
        }
        server::SPI_finish();
        Datum::null()
    }
}

/// Connects to SPI and executes the text that is the first argument; nothing if it is NULL.
unsafe fn run(fcinfo: FunctionCallInfo) {
    // SAFETY: as for `execute`.
    unsafe {
        server::SPI_connect();
        let text = (*fcinfo).args.as_ptr().read();
        if text.isnull {
            return;
        }
        let text = pg_sys::text_to_cstring(text.value.cast_mut_ptr());
        let source = Source::translate(text, (*(*fcinfo).flinfo).fn_oid);
        source.parse();
        let arguments = Arguments::of(fcinfo);
        let plan = source.pointing(|| server::SPI_prepare(source.sql, arguments.count, arguments.types));
        if plan.is_null() {
            refuse(pg_sys::SPI_result);
        }
        let code = server::SPI_execute_plan(plan, arguments.values, arguments.nulls, false, 0);
        if code < 0 {
            refuse(code);
        }
    }
}

/// Prepares the answer as a materialized set.
pub(super) unsafe fn result_set(fcinfo: FunctionCallInfo) -> *mut ReturnSetInfo {
    // SAFETY: the node is checked to be a `ReturnSetInfo`.
    unsafe {
        let Some(result) =
            list::cast::<ReturnSetInfo>((*fcinfo).resultinfo.cast(), pg_sys::NodeTag::T_ReturnSetInfo)
                .filter(|&result| {
                    (*result).allowedModes as u32 & pg_sys::SetFunctionReturnMode::SFRM_Materialize != 0
                })
                .filter(|&result| !(*result).expectedDesc.is_null())
        else {
            Report::new(ERRCODE_FEATURE_NOT_SUPPORTED, "a set of rows cannot be returned here")
                .hint("Call the function in FROM; qsql_record() needs a column list there.")
                .raise();
        };
        let random =
            (*result).allowedModes as u32 & pg_sys::SetFunctionReturnMode::SFRM_Materialize_Random != 0;
        in_query_memory(result, || {
            (*result).setResult = pg_sys::tuplestore_begin_heap(random, false, pg_sys::work_mem);
            (*result).setDesc = pg_sys::CreateTupleDescCopy((*result).expectedDesc);
        });
        (*result).returnMode = pg_sys::SetFunctionReturnMode::SFRM_Materialize;
        result
    }
}

/// Runs `work` in the memory that lives as long as the result is read.
unsafe fn in_query_memory<R>(result: *mut ReturnSetInfo, work: impl FnOnce() -> R) -> R {
    // SAFETY: the executor's per-query memory.
    unsafe {
        let before = pg_sys::MemoryContextSwitchTo((*(*result).econtext).ecxt_per_query_memory);
        let value = work();
        pg_sys::MemoryContextSwitchTo(before);
        value
    }
}

/// The values of `$1`, `$2`, … for the executor.
#[derive(Clone, Copy)]
struct Arguments {
    count: c_int,
    types: *mut Oid,
    values: *mut Datum,
    nulls: *mut std::ffi::c_char,
}

impl Arguments {
    unsafe fn of(fcinfo: FunctionCallInfo) -> Self {
        // SAFETY: arrays of `count` members are allocated and filled; a literal of unknown type is a C string.
        unsafe {
            let flinfo = (*fcinfo).flinfo;
            if pg_sys::get_fn_expr_variadic(flinfo) {
                Report::new(
                    ERRCODE_FEATURE_NOT_SUPPORTED,
                    "qsql() takes its arguments one by one, not as a VARIADIC array",
                )
                .raise();
            }
            let count = usize::try_from((*fcinfo).nargs).unwrap_or(1).saturating_sub(1);
            let types = pg_sys::palloc(size_of::<Oid>() * (count + 1)).cast::<Oid>();
            let values = pg_sys::palloc(size_of::<Datum>() * (count + 1)).cast::<Datum>();
            let nulls = pg_sys::palloc(count + 1).cast::<std::ffi::c_char>();
            for index in 0..count {
                let argument = (*fcinfo).args.as_ptr().add(index + 1).read();
                let mut value = argument.value;
                let mut argument_type = pg_sys::get_fn_expr_argtype(flinfo, index as c_int + 1);
                if argument_type == pg_sys::UNKNOWNOID {
                    argument_type = pg_sys::TEXTOID;
                    if !argument.isnull {
                        value = Datum::from(pg_sys::cstring_to_text(value.cast_mut_ptr()));
                    }
                }
                types.add(index).write(argument_type);
                values.add(index).write(value);
                nulls.add(index).write(if argument.isnull { b'n' } else { b' ' } as std::ffi::c_char);
            }
            Self { count: count as c_int, types, values, nulls }
        }
    }
}

/// Copies the statement's rows into the answer.
pub(super) unsafe fn keep(result: *mut ReturnSetInfo, as_json: bool) {
    // SAFETY: SPI filled the table with `SPI_processed` rows of its descriptor; the store copies what it is given.
    unsafe {
        let table = pg_sys::SPI_tuptable;
        let descriptor = (*table).tupdesc;
        if as_json {
            pg_sys::BlessTupleDesc(descriptor);
        }
        for index in 0..pg_sys::SPI_processed as usize {
            pgrx::check_for_interrupts!();
            let row = *(*table).vals.add(index);
            if as_json {
                let record = pg_sys::heap_copy_tuple_as_datum(row, descriptor);
                let mut json =
                    pg_sys::OidFunctionCall1Coll(Oid::from_u32(ROW_TO_JSON), pg_sys::InvalidOid, record);
                let mut is_null = false;
                pg_sys::tuplestore_putvalues((*result).setResult, (*result).setDesc, &mut json, &mut is_null);
                pg_sys::pfree(json.cast_mut_ptr());
                pg_sys::pfree(record.cast_mut_ptr());
            } else {
                pg_sys::tuplestore_puttuple((*result).setResult, row);
            }
        }
    }
}

/// A statement that SPI does not run.
pub(super) unsafe fn refuse(code: c_int) -> ! {
    // SAFETY: the name is a static C string of the server's.
    let name = unsafe { CStr::from_ptr(pg_sys::SPI_result_code_string(code)) }.to_string_lossy().into_owned();
    Report::new(ERRCODE_FEATURE_NOT_SUPPORTED, "this statement cannot be executed from inside another one")
        .detail(name)
        .hint("Make SELECT * FROM qsql($$ … $$) with the text as a literal the whole statement.")
        .raise()
}
