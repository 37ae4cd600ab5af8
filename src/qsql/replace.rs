//! What a call of ours stands for, and putting that in its place.
//!
//! Where the whole statement is `SELECT * FROM qsql('…')`, the statement becomes the one in the text. Anywhere else the columns
//! around the call are already decided, so the call becomes a sub-query with one `json` column (`qsql`) or with the columns of its
//! column list (`qsql_record`). What is left alone — text known only at run time, `WITH ORDINALITY`, `ROWS FROM` — is executed
//! by the functions themselves.

use super::analyze::{Level, analyze};
use super::callee::{self, Callee};
use super::source::Source;
use super::{command, narrow, order};
use crate::error::Report;
use crate::list;
use pgrx::PgSqlErrorCode::*;
use pgrx::pg_sys::{self, CmdType, List, Node, NodeTag, Oid, ParseState, Query, RTEKind, RangeTblEntry};
use std::ffi::{CStr, c_char, c_int, c_void};

/// Where a statement stands, and so what may replace it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The statement itself, or the one that EXPLAIN explains: anything but transaction control.
    Statement,
    /// The query of CREATE TABLE AS, CREATE MATERIALIZED VIEW or DECLARE CURSOR: rows only.
    Rows,
}

/// A call whose text is a literal.
struct Call {
    callee: Callee,
    function: Oid,
    text: *mut c_char,
    arguments: *mut List,
}

/// Replaces our calls in an analysed statement, in place. Returns whether there was one.
///
/// # Safety
/// `query` and `pstate` must be valid, and the query not yet planned; no frame above may hold a value with a destructor.
pub unsafe fn in_statement(query: *mut Query, pstate: *mut ParseState, place: Place) -> bool {
    // SAFETY: the members of a valid query.
    unsafe {
        if (*query).commandType == CmdType::CMD_UTILITY {
            match called_statement((*query).utilityStmt, pstate) {
                Some(call) => become_statement(query, &call, pstate, place),
                None => return in_utility((*query).utilityStmt, pstate),
            }
        } else if let Some(call) = whole_statement(query, pstate) {
            become_statement(query, &call, pstate, place);
        } else {
            return in_query(&Level { query, around: None }, pstate);
        }
        true
    }
}

/// The call if the statement is `CALL qsql_exec('…')`. PL/pgSQL (known by its variables) insists on a CALL and lets the procedure run.
unsafe fn called_statement(statement: *mut Node, pstate: *mut ParseState) -> Option<Call> {
    // SAFETY: an analysed statement of CALL holds the function expression.
    unsafe {
        let call = list::cast::<pg_sys::CallStmt>(statement, NodeTag::T_CallStmt)?;
        let has_variables =
            (*pstate).p_pre_columnref_hook.is_some() || (*pstate).p_post_columnref_hook.is_some();
        if has_variables || (*call).funcexpr.is_null() {
            return None;
        }
        call_of((*call).funcexpr).filter(|call| call.callee == Callee::Exec)
    }
}

/// The statements that carry an analysed query. The others have theirs analysed when they run, and the hook called.
unsafe fn in_utility(statement: *mut Node, pstate: *mut ParseState) -> bool {
    // SAFETY: after parse analysis these hold a `Query`.
    unsafe {
        if let Some(explain) = list::cast::<pg_sys::ExplainStmt>(statement, NodeTag::T_ExplainStmt) {
            return in_statement((*explain).query.cast(), pstate, Place::Statement);
        }
        if let Some(create) = list::cast::<pg_sys::CreateTableAsStmt>(statement, NodeTag::T_CreateTableAsStmt)
        {
            let query = (*create).query.cast::<Query>();
            let replaced = in_statement(query, pstate, Place::Rows);
            // the materialized view's definition was copied before we came
            if !(*(*create).into).viewQuery.is_null() {
                (*(*create).into).viewQuery = pg_sys::copyObjectImpl(query.cast()).cast();
            }
            return replaced;
        }
        list::cast::<pg_sys::DeclareCursorStmt>(statement, NodeTag::T_DeclareCursorStmt)
            .is_some_and(|cursor| in_statement((*cursor).query.cast(), pstate, Place::Rows))
    }
}

/// The call if the statement is `SELECT * FROM qsql('…')` and nothing more.
unsafe fn whole_statement(query: *mut Query, pstate: *mut ParseState) -> Option<Call> {
    // SAFETY: the members of a valid query.
    unsafe {
        let q = &*query;
        let rte = list::only::<RangeTblEntry>(q.rtable)?;
        if (*rte).rtekind != RTEKind::RTE_FUNCTION || q.commandType != CmdType::CMD_SELECT {
            return None;
        }
        let plain = [
            q.cteList,
            q.groupClause,
            q.groupingSets,
            q.windowClause,
            q.distinctClause,
            q.sortClause,
            q.rowMarks,
        ]
        .iter()
        .all(|list| list.is_null())
            && [q.havingQual, q.limitOffset, q.limitCount, q.setOperations, (*q.jointree).quals]
                .iter()
                .all(|node| node.is_null())
            && !q.hasAggs;
        let renamed = !(*rte).alias.is_null() && !(*(*rte).alias).colnames.is_null();
        if !plain || renamed || list::len((*q.jointree).fromlist) != 1 {
            return None;
        }
        let target = list::only::<pg_sys::TargetEntry>(q.targetList)?;
        let column = list::cast::<pg_sys::Var>((*target).expr.cast(), NodeTag::T_Var)?;
        if (*column).varno as c_int != 1 || !is_star(pstate, (*column).location) {
            return None;
        }
        call_in(rte).filter(|call| call.callee == Callee::Json)
    }
}

/// Whether the column reference at `location` was written `*` or `name.*`: the query tree does not say.
unsafe fn is_star(pstate: *mut ParseState, location: c_int) -> bool {
    // SAFETY: locations are byte offsets into the state's source text.
    unsafe {
        if (*pstate).p_sourcetext.is_null() || location < 0 {
            return false;
        }
        let text = CStr::from_ptr((*pstate).p_sourcetext).to_bytes();
        let mut rest = text.get(location as usize..).unwrap_or(&[]).trim_ascii_start();
        if let Some(quoted) = rest.strip_prefix(b"\"") {
            let end = quoted.iter().position(|&byte| byte == b'"').map_or(quoted.len(), |end| end + 1);
            rest = &quoted[end..];
        } else {
            let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..);
            let end = rest.iter().position(|byte| !is_word(byte)).unwrap_or(rest.len());
            rest = &rest[end..];
        }
        rest = rest.trim_ascii_start();
        rest.strip_prefix(b".").unwrap_or(rest).trim_ascii_start().starts_with(b"*")
    }
}

/// The call in a range table entry, if it is one of ours that can be replaced.
unsafe fn call_in(rte: *mut RangeTblEntry) -> Option<Call> {
    // SAFETY: a function entry holds `RangeTblFunction`s.
    unsafe {
        if (*rte).funcordinality {
            return None;
        }
        let function = list::only::<pg_sys::RangeTblFunction>((*rte).functions)?;
        let expression = list::cast::<pg_sys::FuncExpr>((*function).funcexpr, NodeTag::T_FuncExpr)?;
        call_of(expression).filter(|call| matches!(call.callee, Callee::Json | Callee::Record))
    }
}

/// The call in an expression, if it is one of ours with a literal for its text.
unsafe fn call_of(expression: *mut pg_sys::FuncExpr) -> Option<Call> {
    // SAFETY: an analysed call; a literal that is not null is a varlena of the text's type.
    unsafe {
        let callee = callee::of((*expression).funcid)
            .filter(|callee| matches!(callee, Callee::Json | Callee::Record | Callee::Exec))?;
        let first = list::members::<Node>((*expression).args).next()?;
        let literal = list::cast::<pg_sys::Const>(first, NodeTag::T_Const)?;
        if (*literal).constisnull || (*expression).funcvariadic {
            return None;
        }
        let arguments = match list::len((*expression).args) {
            0 | 1 => std::ptr::null_mut(),
            _ => pg_sys::list_delete_first(pg_sys::list_copy((*expression).args)),
        };
        Some(Call {
            callee,
            function: (*expression).funcid,
            text: pg_sys::text_to_cstring((*literal).constvalue.cast_mut_ptr()),
            arguments,
        })
    }
}

/// The statement becomes the one in the text; how it was sent stays as it is.
unsafe fn become_statement(query: *mut Query, call: &Call, pstate: *mut ParseState, place: Place) {
    // SAFETY: as for `in_statement`.
    unsafe {
        if pg_sys::contain_volatile_functions(call.arguments.cast()) {
            Report::new(
                ERRCODE_FEATURE_NOT_SUPPORTED,
                "arguments of qsql() must not call volatile functions",
            )
            .detail("An argument is computed wherever the text names it, so it could have several values.")
            .hint("Call the function inside the text.")
            .at(call.text, 0)
            .raise();
        }
        let source = Source::translate(call.text, call.function);
        let statement = source.parse();
        if list::cast::<pg_sys::TransactionStmt>((*statement).stmt, NodeTag::T_TransactionStmt).is_some() {
            Report::new(
                ERRCODE_FEATURE_NOT_SUPPORTED,
                "transaction control is not possible inside a QSQL text",
            )
            .hint("Send the command itself.")
            .at(call.text, 0)
            .raise();
        }
        command::forget_locations((*statement).stmt);
        let new = analyze(source, statement, call.arguments, pstate, None);
        if place == Place::Rows {
            require_rows(new, call);
        }
        let old = *query;
        *query = *new;
        (*query).stmt_location = old.stmt_location;
        (*query).stmt_len = old.stmt_len;
        (*query).queryId = old.queryId;
        (*query).canSetTag = old.canSetTag;
        (*query).querySource = old.querySource;
    }
}

/// Only a query that reads can stand where rows are wanted.
unsafe fn require_rows(query: *mut Query, call: &Call) {
    // SAFETY: the members of a valid query.
    unsafe {
        if (*query).commandType != CmdType::CMD_SELECT || (*query).hasModifyingCTE {
            refuse_command(call);
        }
    }
}

unsafe fn refuse_command(call: &Call) -> ! {
    // SAFETY: as for `in_statement`.
    unsafe {
        Report::new(ERRCODE_FEATURE_NOT_SUPPORTED, "only a query that reads can stand here")
            .detail("The QSQL text is a command or changes data, and its call is only a part of the statement.")
            .hint("Make SELECT * FROM qsql(…) the whole statement, or write the statement around it inside the text.")
            .at(call.text, 0)
            .raise()
    }
}

/// Replaces the calls in the FROM of a query and of the queries inside it, and gives each what lets an index serve its scores.
unsafe fn in_query(level: &Level<'_>, pstate: *mut ParseState) -> bool {
    // SAFETY: the members of a valid query.
    unsafe {
        let query = level.query;
        order::by_distance(query);
        narrow::conditions(query);
        let mut replaced = false;
        let inside = |query| in_query(&Level { query, around: Some(level) }, pstate);
        for rte in list::members::<RangeTblEntry>((*query).rtable) {
            replaced |= match (*rte).rtekind {
                RTEKind::RTE_SUBQUERY if !(*rte).subquery.is_null() => inside((*rte).subquery),
                RTEKind::RTE_FUNCTION => in_range(rte, pstate, level),
                _ => false,
            };
        }
        for cte in list::members::<pg_sys::CommonTableExpr>((*query).cteList) {
            if let Some(query) = list::cast::<Query>((*cte).ctequery, NodeTag::T_Query) {
                replaced |= inside(query);
            }
        }
        if (*query).hasSubLinks {
            // the walker must not see changes: first collect, then replace
            let mut found: *mut List = std::ptr::null_mut();
            let skip = pg_sys::QTW_IGNORE_RC_SUBQUERIES as c_int;
            pg_sys::query_tree_walker(query, Some(collect_queries), (&raw mut found).cast(), skip);
            for query in list::members::<Query>(found) {
                replaced |= inside(query);
            }
        }
        replaced
    }
}

unsafe extern "C-unwind" fn collect_queries(node: *mut Node, found: *mut c_void) -> bool {
    // SAFETY: a tree walker gets valid nodes; `found` is the list of `in_query`.
    unsafe {
        if node.is_null() {
            return false;
        }
        if (*node).type_ == NodeTag::T_Query {
            let found = found.cast::<*mut List>();
            *found = pg_sys::lappend(*found, node.cast());
            return false;
        }
        pg_sys::expression_tree_walker(node, Some(collect_queries), found)
    }
}

/// The call becomes a sub-query with the columns that the statement around it expects.
unsafe fn in_range(rte: *mut RangeTblEntry, pstate: *mut ParseState, level: &Level<'_>) -> bool {
    // SAFETY: as for `in_statement`.
    unsafe {
        let Some(call) = call_in(rte) else { return false };
        if pg_sys::contain_volatile_functions(call.arguments.cast()) {
            return false; // the function computes each argument once
        }
        let source = Source::translate(call.text, call.function);
        let inner = source.parse();
        match list::cast::<pg_sys::SelectStmt>((*inner).stmt, NodeTag::T_SelectStmt) {
            Some(select) if (*select).intoClause.is_null() => {}
            _ => refuse_command(&call),
        }
        let declared = list::members::<pg_sys::RangeTblFunction>((*rte).functions).next();
        let columns = match (call.callee, declared) {
            (Callee::Record, Some(function)) => Some(function),
            _ => None,
        };
        (*inner).stmt = around((*inner).stmt, columns, (*(*rte).eref).colnames);
        let subquery = analyze(source, inner, call.arguments, pstate, Some(level));
        require_rows(subquery, &call);
        if let Some(function) = columns {
            check_column_count(subquery, list::len((*function).funccolnames), &call);
        }
        (*rte).rtekind = RTEKind::RTE_SUBQUERY;
        (*rte).subquery = subquery;
        (*rte).functions = std::ptr::null_mut();
        true
    }
}

/// `SELECT row_to_json(q) AS label FROM (inner) AS q`, or `SELECT q.c1::type1 AS label1, … FROM (inner) AS q(c1, …)`. The labels are
/// the names by which the statement around knows the columns: a view is stored with them. The new nodes have no location, so that no
/// error points at them.
unsafe fn around(
    inner: *mut Node,
    columns: Option<*mut pg_sys::RangeTblFunction>,
    labels: *mut List,
) -> *mut Node {
    // SAFETY: fresh nodes; the lists of a column definition have the same length.
    unsafe {
        let mut labels = list::members::<Node>(labels).map(|label| string_of(label));
        let mut label = || labels.next().unwrap_or(std::ptr::null_mut());
        let mut targets: *mut List = std::ptr::null_mut();
        let mut names: *mut List = std::ptr::null_mut();
        match columns {
            None => {
                let function = list::of(&[name(c"pg_catalog"), name(c"row_to_json")]);
                let row = list::of(&[column_of(list::of(&[name(c"q")]))]);
                let call =
                    pg_sys::makeFuncCall(function, row, pg_sys::CoercionForm::COERCE_EXPLICIT_CALL, -1);
                targets = pg_sys::lappend(targets, target(call.cast(), label()).cast());
            }
            Some(function) => {
                for index in 0..list::len((*function).funccolnames) {
                    let column = pg_sys::psprintf(c"c%d".as_ptr(), index as c_int + 1);
                    let column = name(CStr::from_ptr(column));
                    names = pg_sys::lappend(names, column.cast());
                    let cast = list::make::<pg_sys::TypeCast>(NodeTag::T_TypeCast);
                    (*cast).arg = column_of(list::of(&[name(c"q"), column])).cast();
                    (*cast).typeName = pg_sys::makeTypeNameFromOid(
                        (*(*(*function).funccoltypes).elements.add(index)).oid_value,
                        (*(*(*function).funccoltypmods).elements.add(index)).int_value,
                    );
                    (*cast).location = -1;
                    targets = pg_sys::lappend(targets, target(cast.cast(), label()).cast());
                }
            }
        }
        let from = list::make::<pg_sys::RangeSubselect>(NodeTag::T_RangeSubselect);
        (*from).subquery = inner;
        (*from).alias = pg_sys::makeAlias(c"q".as_ptr(), names);
        let select = list::make::<pg_sys::SelectStmt>(NodeTag::T_SelectStmt);
        (*select).targetList = targets;
        (*select).fromClause = list::of(&[from]);
        select.cast()
    }
}

/// A string node, as names in a parse tree are.
unsafe fn name(text: &CStr) -> *mut Node {
    // SAFETY: the node keeps its own copy.
    unsafe { pg_sys::makeString(pg_sys::pstrdup(text.as_ptr())).cast() }
}

/// The text of a string node.
pub(super) unsafe fn string_of(node: *mut Node) -> *mut c_char {
    // SAFETY: `node` is a string node, which PostgreSQL 14 calls a value.
    unsafe {
        #[cfg(feature = "pg14")]
        return (*node.cast::<pg_sys::Value>()).val.str_;
        #[cfg(not(feature = "pg14"))]
        return (*node.cast::<pg_sys::String>()).sval;
    }
}

unsafe fn column_of(fields: *mut List) -> *mut Node {
    // SAFETY: a fresh node.
    unsafe {
        let reference = list::make::<pg_sys::ColumnRef>(NodeTag::T_ColumnRef);
        (*reference).fields = fields;
        (*reference).location = -1;
        reference.cast()
    }
}

unsafe fn target(value: *mut Node, label: *mut c_char) -> *mut pg_sys::ResTarget {
    // SAFETY: a fresh node.
    unsafe {
        let target = list::make::<pg_sys::ResTarget>(NodeTag::T_ResTarget);
        (*target).name = label;
        (*target).val = value;
        (*target).location = -1;
        target
    }
}

/// A column list must name every column of the text's query. (Too many names the server refuses itself.)
unsafe fn check_column_count(subquery: *mut Query, declared: usize, call: &Call) {
    // SAFETY: `around` made a query over one sub-query.
    unsafe {
        let Some(rte) = list::only::<RangeTblEntry>((*subquery).rtable) else { return };
        let returned = list::members::<pg_sys::TargetEntry>((*(*rte).subquery).targetList)
            .filter(|&target| !(*target).resjunk)
            .count();
        if returned != declared {
            let message =
                format_args!("the QSQL text returns {returned} columns, the column list has {declared}");
            Report::new(ERRCODE_DATATYPE_MISMATCH, message).at(call.text, 0).raise();
        }
    }
}
