//! `LANGUAGE qsql`: functions, procedures and DO blocks whose body is one QSQL statement.
//!
//! The body is translated and planned at each call, so that it always fits the tables. Arguments are `$1`, `$2`, … or go by their
//! names where no column has the name, as in SQL functions.

use super::functions::{self, finfo};
use super::server;
use super::source::Source;
use crate::error::Report;
use crate::list;
use pgrx::PgSqlErrorCode::*;
use pgrx::pg_sys::{self, Datum, FunctionCallInfo, Node, NodeTag, Oid, Param, ParamListInfo, ParseState};
use std::ffi::{CStr, c_char, c_int, c_void};

/// The number of the column `lanplcallfoid` of `pg_language`, which no header of pgrx has.
const LANPLCALLFOID: i16 = 6;

/// What the catalog says of a function.
#[derive(Clone, Copy)]
struct Body {
    text: *mut c_char,
    /// The language's handler, which stands in the extension's schema.
    handler: Oid,
    result: Oid,
    returns_set: bool,
    read_only: bool,
    parameters: Parameters,
}

/// The input parameters, in their order.
#[derive(Clone, Copy)]
struct Parameters {
    count: usize,
    types: *mut Oid,
    /// A null pointer, or an array whose entries may be empty.
    names: *mut *mut c_char,
}

finfo!(pg_finfo_qsql_call_handler_wrapper);
finfo!(pg_finfo_qsql_inline_handler_wrapper);
finfo!(pg_finfo_qsql_validator_wrapper);

/// The language's call handler: executes the function that is called.
#[unsafe(no_mangle)]
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn qsql_call_handler_wrapper(fcinfo: FunctionCallInfo) -> Datum {
    // SAFETY: the server calls it for a function of the language. The frame holds plain values only.
    unsafe {
        let context = (*fcinfo).context;
        if !context.is_null()
            && [NodeTag::T_TriggerData, NodeTag::T_EventTriggerData].contains(&(*context).type_)
        {
            Report::new(ERRCODE_FEATURE_NOT_SUPPORTED, "functions of language qsql cannot be triggers")
                .hint("Write the trigger in PL/pgSQL; it may contain SELECT * FROM qsql($$ … $$).")
                .raise();
        }
        let body = body_of((*(*fcinfo).flinfo).fn_oid);
        let result = if body.returns_set { functions::result_set(fcinfo) } else { std::ptr::null_mut() };
        let values = values_of(fcinfo, &body.parameters);
        server::SPI_connect();
        run(body.text, body.handler, body.read_only, &body.parameters, values);
        if body.returns_set {
            check_columns((*result).setDesc);
            functions::keep(result, false);
            server::SPI_finish();
            return Datum::null();
        }
        let (value, is_null) = first_value(body.result);
        server::SPI_finish();
        (*fcinfo).isnull = is_null;
        value
    }
}

/// `DO LANGUAGE qsql $$ … $$`.
#[unsafe(no_mangle)]
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn qsql_inline_handler_wrapper(fcinfo: FunctionCallInfo) -> Datum {
    // SAFETY: the argument is an `InlineCodeBlock`; the frame holds plain values only.
    unsafe {
        let block = (*fcinfo).args.as_ptr().read().value.cast_mut_ptr::<pg_sys::InlineCodeBlock>();
        let none = Parameters { count: 0, types: std::ptr::null_mut(), names: std::ptr::null_mut() };
        server::SPI_connect();
        run((*block).source_text, (*(*fcinfo).flinfo).fn_oid, false, &none, std::ptr::null_mut());
        server::SPI_finish();
        Datum::null()
    }
}

/// Looks at a function when it is created: its types, and the grammar of its body.
#[unsafe(no_mangle)]
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn qsql_validator_wrapper(fcinfo: FunctionCallInfo) -> Datum {
    // SAFETY: the argument is the OID of a function; the frame holds plain values only.
    unsafe {
        let function = (*fcinfo).args.as_ptr().read().value.value() as u32;
        if !pg_sys::CheckFunctionValidatorAccess((*(*fcinfo).flinfo).fn_oid, Oid::from_u32(function)) {
            return Datum::null();
        }
        let body = body_of(Oid::from_u32(function));
        let is_pseudo = |it: Oid| pg_sys::get_typtype(it) == pg_sys::TYPTYPE_PSEUDO as c_char;
        if is_pseudo(body.result) && ![pg_sys::VOIDOID, pg_sys::RECORDOID].contains(&body.result)
            || (0..body.parameters.count).any(|index| is_pseudo(*body.parameters.types.add(index)))
        {
            Report::new(
                ERRCODE_INVALID_FUNCTION_DEFINITION,
                "functions of language qsql have arguments and results of ordinary types",
            )
            .hint("The result may also be void or record; triggers and polymorphic functions are written in other languages.")
            .raise();
        }
        if pg_sys::check_function_bodies {
            Source::translate(body.text, body.handler).parse();
        }
        Datum::null()
    }
}

/// Reads a function's row. Its strings belong to the current memory context.
unsafe fn body_of(function: Oid) -> Body {
    // SAFETY: catalog lookups; the tuples are released when what is needed has been copied.
    unsafe {
        let cache = pg_sys::SysCacheIdentifier::PROCOID as c_int;
        let tuple = pg_sys::SearchSysCache1(cache, function.into());
        if tuple.is_null() {
            Report::new(ERRCODE_UNDEFINED_FUNCTION, format_args!("function {function:?} does not exist"))
                .raise();
        }
        let row = pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_proc>();
        let mut is_null = false;
        let text = pg_sys::SysCacheGetAttr(cache, tuple, pg_sys::Anum_pg_proc_prosrc as i16, &mut is_null);
        let (mut types, mut names, mut modes) =
            (std::ptr::null_mut(), std::ptr::null_mut(), std::ptr::null_mut::<c_char>());
        let all = pg_sys::get_func_arg_info(tuple, &mut types, &mut names, &mut modes) as usize;
        let mut count = 0;
        for index in 0..all {
            let is_input = modes.is_null()
                || [pg_sys::PROARGMODE_IN, pg_sys::PROARGMODE_INOUT, pg_sys::PROARGMODE_VARIADIC]
                    .contains(&(*modes.add(index) as u8));
            if is_input {
                *types.add(count) = *types.add(index);
                if !names.is_null() {
                    *names.add(count) = *names.add(index);
                }
                count += 1;
            }
        }
        let languages = pg_sys::SysCacheIdentifier::LANGOID as c_int;
        let (language, none) = (Datum::from((*row).prolang), Datum::null());
        let handler = pg_sys::GetSysCacheOid(languages, LANPLCALLFOID, language, none, none, none);
        let body = Body {
            text: pg_sys::text_to_cstring(text.cast_mut_ptr()),
            handler,
            result: (*row).prorettype,
            returns_set: (*row).proretset,
            read_only: (*row).provolatile as u8 != pg_sys::PROVOLATILE_VOLATILE,
            parameters: Parameters { count, types, names },
        };
        pg_sys::ReleaseSysCache(tuple);
        body
    }
}

/// The arguments of a call for the executor.
unsafe fn values_of(fcinfo: FunctionCallInfo, parameters: &Parameters) -> ParamListInfo {
    // SAFETY: the list has a place for each parameter, and the call has a value for each.
    unsafe {
        let values = pg_sys::makeParamList(parameters.count as c_int);
        let places = (*values).params.as_mut_ptr();
        for index in 0..parameters.count {
            let argument = (*fcinfo).args.as_ptr().add(index).read();
            let place = &mut *places.add(index);
            place.value = argument.value;
            place.isnull = argument.isnull;
            place.pflags = pg_sys::PARAM_FLAG_CONST as u16;
            place.ptype = *parameters.types.add(index);
        }
        values
    }
}

/// Executes a body. Its rows are in the SPI's table afterwards.
unsafe fn run(
    text: *mut c_char,
    handler: Oid,
    read_only: bool,
    parameters: &Parameters,
    values: ParamListInfo,
) {
    // SAFETY: the closure holds plain values; SPI is connected.
    unsafe {
        let source = Source::translate(text, handler);
        source.parse();
        let argument = std::ptr::from_ref(parameters).cast_mut().cast::<c_void>();
        let plan = source.pointing(|| server::SPI_prepare_params(source.sql, Some(set_up), argument, 0));
        if plan.is_null() {
            functions::refuse(pg_sys::SPI_result);
        }
        let options = pg_sys::SPIExecuteOptions { params: values, read_only, ..Default::default() };
        let code = server::SPI_execute_plan_extended(plan, &options);
        if code < 0 {
            functions::refuse(code);
        }
    }
}

/// Gives the parser the parameters.
unsafe extern "C-unwind" fn set_up(pstate: *mut ParseState, parameters: *mut c_void) {
    // SAFETY: `parameters` is what `run` handed over, and lives as long as the parsing.
    unsafe {
        (*pstate).p_ref_hook_state = parameters;
        (*pstate).p_paramref_hook = Some(by_number);
        (*pstate).p_post_columnref_hook = Some(by_name);
    }
}

unsafe extern "C-unwind" fn by_number(
    pstate: *mut ParseState,
    reference: *mut pg_sys::ParamRef,
) -> *mut Node {
    // SAFETY: set by `set_up` together with its state.
    unsafe {
        let parameters = &*(*pstate).p_ref_hook_state.cast::<Parameters>();
        let index = usize::try_from((*reference).number).unwrap_or(0).wrapping_sub(1);
        if index >= parameters.count {
            return std::ptr::null_mut(); // the server says "there is no parameter $n"
        }
        parameter(parameters, index, (*reference).location)
    }
}

/// A name that is no column's may be a parameter's.
unsafe extern "C-unwind" fn by_name(
    pstate: *mut ParseState,
    column: *mut pg_sys::ColumnRef,
    found: *mut Node,
) -> *mut Node {
    // SAFETY: set by `set_up` together with its state; a field is a string node or a star.
    unsafe {
        let parameters = &*(*pstate).p_ref_hook_state.cast::<Parameters>();
        let field = list::only::<Node>((*column).fields).filter(|&field| (*field).type_ != NodeTag::T_A_Star);
        let (Some(field), true, false) = (field, found.is_null(), parameters.names.is_null()) else {
            return std::ptr::null_mut();
        };
        let name = CStr::from_ptr(super::replace::string_of(field));
        let is_it = |&index: &usize| {
            let candidate = *parameters.names.add(index);
            !candidate.is_null() && !name.is_empty() && CStr::from_ptr(candidate) == name
        };
        match (0..parameters.count).find(is_it) {
            Some(index) => parameter(parameters, index, (*column).location),
            None => std::ptr::null_mut(),
        }
    }
}

unsafe fn parameter(parameters: &Parameters, index: usize, location: c_int) -> *mut Node {
    // SAFETY: `index` is below the count.
    unsafe {
        let parameter = list::make::<Param>(NodeTag::T_Param);
        (*parameter).paramkind = pg_sys::ParamKind::PARAM_EXTERN;
        (*parameter).paramid = index as c_int + 1;
        (*parameter).paramtype = *parameters.types.add(index);
        (*parameter).paramtypmod = -1;
        (*parameter).paramcollid = pg_sys::get_typcollation((*parameter).paramtype);
        (*parameter).location = location;
        parameter.cast()
    }
}

/// The statement must return what the function declares.
unsafe fn check_columns(declared: pg_sys::TupleDesc) {
    // SAFETY: both descriptors are valid; the table is null after a command without rows.
    unsafe {
        if pg_sys::SPI_tuptable.is_null() {
            mismatch("The statement returns no rows at all.");
        }
        let returned = (*pg_sys::SPI_tuptable).tupdesc;
        if (*declared).natts != (*returned).natts {
            mismatch("The statement returns another number of columns.");
        }
        for number in 1..=(*declared).natts {
            let (one, other) =
                (pg_sys::SPI_gettypeid(declared, number), pg_sys::SPI_gettypeid(returned, number));
            if one != other {
                mismatch("A column of the statement has another type.");
            }
        }
    }
}

fn mismatch(detail: &str) -> ! {
    Report::new(ERRCODE_DATATYPE_MISMATCH, "the body does not return what the function declares")
        .detail(detail)
        .hint("Convert the columns in the body: SELECT column::type ….")
        .raise()
}

/// The first row as a value of the declared type; NULL where there is no row.
unsafe fn first_value(result: Oid) -> (Datum, bool) {
    // SAFETY: SPI filled the table; the copy is made in the memory of the caller.
    unsafe {
        let none = (Datum::null(), true);
        if result == pg_sys::VOIDOID || result == pg_sys::InvalidOid {
            return (Datum::null(), false);
        }
        if pg_sys::SPI_tuptable.is_null() {
            mismatch("The statement returns no rows at all.");
        }
        let table = pg_sys::SPI_tuptable;
        if result == pg_sys::RECORDOID || pg_sys::type_is_rowtype(result) {
            if result != pg_sys::RECORDOID {
                let declared = pg_sys::lookup_rowtype_tupdesc_copy(result, -1);
                check_columns(declared);
            }
            if pg_sys::SPI_processed == 0 {
                return none;
            }
            let descriptor = pg_sys::BlessTupleDesc((*table).tupdesc);
            let row = pg_sys::SPI_returntuple(*(*table).vals, descriptor);
            return (pg_sys::HeapTupleHeaderGetDatum(row), false);
        }
        if (*(*table).tupdesc).natts != 1 || pg_sys::SPI_gettypeid((*table).tupdesc, 1) != result {
            mismatch("The statement must return one column of the declared type.");
        }
        if pg_sys::SPI_processed == 0 {
            return none;
        }
        let mut is_null = false;
        let value = pg_sys::SPI_getbinval(*(*table).vals, (*table).tupdesc, 1, &mut is_null);
        if is_null {
            return none;
        }
        let (mut length, mut by_value) = (0, false);
        pg_sys::get_typlenbyval(result, &mut length, &mut by_value);
        (pg_sys::SPI_datumTransfer(value, by_value, c_int::from(length)), false)
    }
}
