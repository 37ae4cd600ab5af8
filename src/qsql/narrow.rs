//! The score of a text as an index condition, where pg_trgm can narrow.
//!
//! `neuromatch(column, pattern) > x` says nothing to an index. Where the extension pg_trgm is installed it becomes
//! `qstore.neuromatch_above(column, pattern, x)`, the same condition as one function, whose support function tells the planner what a
//! text above the bound contains (`qsql::Necessary`). A GIN index over trigrams finds those texts, and the function itself is checked
//! on each: the index condition is lossy by declaration.

use super::callee::{self, Callee};
use super::functions::finfo;
use crate::error::to_server;
use crate::list;
use pgrx::pg_sys::{
    self, BoolExpr, Const, Datum, FuncExpr, FunctionCallInfo, JoinExpr, List, Node, NodeTag, Oid, OpExpr,
    Query, SupportRequestIndexCondition, SupportRequestSelectivity,
};
use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char};

/// Operators of `float8`, and `text ~ text`, by the numbers that the server's sources fix.
const LESS: u32 = 672;
const GREATER: u32 = 674;
const TEXT_MATCHES_REGEX: u32 = 641;

/// The share of rows that a score's bound is taken to leave: what the server assumes for LIKE without statistics.
const SELECTIVITY: f64 = 0.005;
/// The support procedure by which pg_trgm's operator families are known to have functions of their own.
const OWN_PROCEDURE: i16 = 2;

finfo!(pg_finfo_neuromatch_above_support_wrapper);

/// `qstore.neuromatch_above(text, pattern text, bound float8) → boolean`: whether the score exceeds the bound.
#[pgrx::pg_extern(sql = "", immutable, strict, parallel_safe)]
fn neuromatch_above(text: &str, pattern: &str, bound: f64, fcinfo: FunctionCallInfo) -> bool {
    super::neuromatch::with_pattern(pattern, fcinfo, |pattern| pattern.score(text)) > bound
}

/// Gives the conditions of a query on scores of text the form that a trigram index can serve.
///
/// # Safety
/// `query` must be valid and not yet planned; no frame above may hold a value with a destructor.
pub unsafe fn conditions(query: *mut Query) {
    // SAFETY: the members of a valid query.
    unsafe {
        let tree = (*query).jointree;
        if !tree.is_null() {
            (*tree).quals = narrowed((*tree).quals);
            in_joins((*tree).fromlist);
        }
    }
}

unsafe fn in_joins(items: *mut List) {
    // SAFETY: the members of a valid FROM.
    unsafe {
        for item in list::members::<Node>(items) {
            let mut item = item;
            // The left side of a join is where chains of joins grow.
            while let Some(join) = list::cast::<JoinExpr>(item, NodeTag::T_JoinExpr) {
                (*join).quals = narrowed((*join).quals);
                in_joins(list::of(&[(*join).rarg]));
                item = (*join).larg;
            }
        }
    }
}

/// The condition, with its parts replaced.
unsafe fn narrowed(condition: *mut Node) -> *mut Node {
    // SAFETY: an analysed condition; the cells of a list may be overwritten.
    unsafe {
        if let Some(several) = list::cast::<BoolExpr>(condition, NodeTag::T_BoolExpr) {
            if (*several).boolop != pg_sys::BoolExprType::NOT_EXPR {
                for index in 0..list::len((*several).args) {
                    let cell = (*(*several).args).elements.add(index);
                    (*cell).ptr_value = narrowed((*cell).ptr_value.cast()).cast();
                }
            }
            return condition;
        }
        match bounded_score(condition) {
            Some((score, bound)) => above(score, bound).unwrap_or(condition),
            None => condition,
        }
    }
}

/// The call of a score and its bound, in `score > bound`, `bound < score` and a score that is itself a condition.
unsafe fn bounded_score(condition: *mut Node) -> Option<(*mut FuncExpr, *mut Node)> {
    // SAFETY: an analysed condition; operators have the arguments that their definition says.
    unsafe {
        if let Some(comparison) = list::cast::<OpExpr>(condition, NodeTag::T_OpExpr) {
            let (score, bound) = match (*comparison).opno.to_u32() {
                GREATER => (0, 1),
                LESS => (1, 0),
                _ => return None,
            };
            let side = |index: usize| list::members::<Node>((*comparison).args).nth(index);
            return Some((text_score(side(score)?)?, side(bound)?));
        }
        let call = list::cast::<FuncExpr>(condition, NodeTag::T_FuncExpr)?;
        if callee::of((*call).funcid) != Some(Callee::Matches) {
            return None;
        }
        let score = text_score(list::only::<Node>((*call).args)?)?;
        let zero = pg_sys::Float8GetDatum(0.0);
        let by_value = pg_sys::FLOAT8PASSBYVAL != 0;
        let bound = pg_sys::makeConst(pg_sys::FLOAT8OID, -1, pg_sys::InvalidOid, 8, zero, false, by_value);
        Some((score, bound.cast()))
    }
}

/// The call, if the expression is a score of a text.
unsafe fn text_score(expression: *mut Node) -> Option<*mut FuncExpr> {
    // SAFETY: an analysed expression.
    unsafe {
        let mut expression = expression;
        while let Some(cast) = list::cast::<pg_sys::RelabelType>(expression, NodeTag::T_RelabelType) {
            expression = (*cast).arg.cast();
        }
        let call = list::cast::<FuncExpr>(expression, NodeTag::T_FuncExpr)?;
        let is_score = callee::of((*call).funcid) == Some(Callee::TextScore) && list::len((*call).args) == 2;
        is_score.then_some(call)
    }
}

/// `qstore.neuromatch_above(…)`, where pg_trgm is installed.
unsafe fn above(score: *mut FuncExpr, bound: *mut Node) -> Option<*mut Node> {
    // SAFETY: catalog lookups and a new node over the analysed parts of the old one.
    unsafe {
        if pg_sys::get_extension_oid(c"pg_trgm".as_ptr(), true) == pg_sys::InvalidOid {
            return None;
        }
        let name = |text: &CStr| pg_sys::makeString(pg_sys::pstrdup(text.as_ptr()));
        let names = list::of(&[name(c"qstore"), name(c"neuromatch_above")]);
        let types = [pg_sys::TEXTOID, pg_sys::TEXTOID, pg_sys::FLOAT8OID];
        let function = pg_sys::LookupFuncName(names, types.len() as i32, types.as_ptr(), true);
        if function == pg_sys::InvalidOid || callee::of(function) != Some(Callee::Above) {
            return None;
        }
        let arguments = pg_sys::lappend(pg_sys::list_copy((*score).args), bound.cast());
        let call = pg_sys::makeFuncExpr(
            function,
            pg_sys::BOOLOID,
            arguments,
            pg_sys::InvalidOid,
            (*score).inputcollid,
            pg_sys::CoercionForm::COERCE_EXPLICIT_CALL,
        );
        (*call).location = (*score).location;
        Some(call.cast())
    }
}

/// The planner's questions about `neuromatch_above`.
#[unsafe(no_mangle)]
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn neuromatch_above_support_wrapper(fcinfo: FunctionCallInfo) -> Datum {
    // SAFETY: a support function gets a request node; its tag says which.
    unsafe {
        let argument = (*fcinfo).args.as_ptr().read().value;
        let request = argument.cast_mut_ptr::<Node>();
        if let Some(request) =
            list::cast::<SupportRequestSelectivity>(request, NodeTag::T_SupportRequestSelectivity)
        {
            (*request).selectivity = SELECTIVITY;
            return argument;
        }
        list::cast::<SupportRequestIndexCondition>(request, NodeTag::T_SupportRequestIndexCondition)
            .and_then(|request| index_condition(&mut *request))
            .map_or(Datum::null(), |condition| Datum::from(list::of(&[condition])))
    }
}

/// `column ~ 'trigrams'` for an index of pg_trgm on the text.
unsafe fn index_condition(request: &mut SupportRequestIndexCondition) -> Option<*mut pg_sys::Expr> {
    // SAFETY: the node is a call of `neuromatch_above` with its three arguments.
    unsafe {
        let call = list::cast::<FuncExpr>(request.node, NodeTag::T_FuncExpr)?;
        let argument = |index: usize| list::members::<Node>((*call).args).nth(index);
        let constant = |index: usize| {
            list::cast::<Const>(argument(index)?, NodeTag::T_Const).filter(|&it| !(*it).constisnull)
        };
        let (column, pattern, bound) = (argument(0)?, constant(1)?, constant(2)?);
        // The characters of other encodings are not looked into.
        let is_utf8 = pg_sys::GetDatabaseEncoding() == pg_sys::pg_enc::PG_UTF8 as i32;
        if request.indexarg != 0 || !is_utf8 || !is_trigram_family(request.opfamily) {
            return None;
        }
        // An index scan, which GiST has beside the bitmap scan, checks the expression itself on each row; a bitmap scan checks the function.
        if (*request.index).amhasgettuple {
            return None;
        }
        // A regular expression cannot be read under such a collation.
        if request.indexcollation != pg_sys::InvalidOid
            && !pg_sys::get_collation_isdeterministic(request.indexcollation)
        {
            return None;
        }
        let pattern = CStr::from_ptr(pg_sys::text_to_cstring((*pattern).constvalue.cast_mut_ptr()));
        let pattern = qsql::Pattern::new(pattern.to_str().ok()?);
        let letters = Letters::of(request.opfamily)?;
        let bound = pg_sys::DatumGetFloat8((*bound).constvalue);
        let regex = pattern.necessary(bound, &|c| letters.is_as_written(c))?.regex();
        let text = Datum::from(pg_sys::cstring_to_text(to_server(&regex)));
        let expression =
            pg_sys::makeConst(pg_sys::TEXTOID, -1, request.indexcollation, -1, text, false, false);
        let none = pg_sys::InvalidOid;
        let condition = pg_sys::make_opclause(
            Oid::from_u32(TEXT_MATCHES_REGEX),
            pg_sys::BOOLOID,
            false,
            pg_sys::copyObjectImpl(column.cast()).cast(),
            expression.cast(),
            none,
            request.indexcollation,
        );
        pg_sys::set_opfuncid(condition.cast());
        request.lossy = true;
        Some(condition)
    }
}

/// Whether an operator family is pg_trgm's: only there an expression is no more than its trigrams.
unsafe fn is_trigram_family(family: Oid) -> bool {
    // SAFETY: catalog lookups; a null name means that the extension has just gone.
    unsafe {
        if !pg_sys::op_in_opfamily(Oid::from_u32(TEXT_MATCHES_REGEX), family) {
            return false;
        }
        let extension = pg_sys::getExtensionOfObject(pg_sys::OperatorFamilyRelationId, family);
        let name: *mut c_char = pg_sys::get_extension_name(extension);
        !name.is_null() && CStr::from_ptr(name) == c"pg_trgm"
    }
}

/// What pg_trgm, under the database's locale, makes of a character.
struct Letters {
    show_trgm: Oid,
    known: std::cell::RefCell<HashMap<char, bool>>,
}

impl Letters {
    /// As the extension of that operator family does.
    unsafe fn of(family: Oid) -> Option<Self> {
        // SAFETY: catalog lookups.
        unsafe {
            let own = pg_sys::get_opfamily_proc(family, pg_sys::TEXTOID, pg_sys::TEXTOID, OWN_PROCEDURE);
            let schema = pg_sys::get_namespace_name(pg_sys::get_func_namespace(own));
            if schema.is_null() {
                return None;
            }
            let name = pg_sys::makeString(pg_sys::pstrdup(c"show_trgm".as_ptr()));
            let names = list::of(&[pg_sys::makeString(schema), name]);
            let show_trgm = pg_sys::LookupFuncName(names, 1, &pg_sys::TEXTOID, true);
            (show_trgm != pg_sys::InvalidOid).then(|| Self { show_trgm, known: Default::default() })
        }
    }

    /// Whether the character of a word, and each one that becomes it in lower case, is a letter or digit to pg_trgm and the same one.
    fn is_as_written(&self, c: char) -> bool {
        if let Some(&known) = self.known.borrow().get(&c) {
            return known;
        }
        let own = self.trigrams(c);
        let mut others = qsql::upper_forms(c).iter().copied();
        let answer = own.is_some() && others.all(|other| self.trigrams(other) == own);
        self.known.borrow_mut().insert(c, answer);
        answer
    }

    /// The trigrams of a text of one character, as the array's bytes; `None` if there are none.
    fn trigrams(&self, c: char) -> Option<Vec<u8>> {
        let text = CString::new(c.to_string()).ok()?;
        // SAFETY: `show_trgm(text) → text[]` is strict and never returns NULL.
        unsafe {
            let text = Datum::from(pg_sys::cstring_to_text(text.as_ptr()));
            let array = pg_sys::OidFunctionCall1Coll(self.show_trgm, pg_sys::Oid::from_u32(100), text);
            let array = pg_sys::pg_detoast_datum(array.cast_mut_ptr());
            let dimensions = (*array.cast::<pg_sys::ArrayType>()).ndim;
            let bytes = std::slice::from_raw_parts(array.cast::<u8>(), pgrx::varsize_any(array));
            (dimensions > 0).then(|| bytes.to_vec())
        }
    }
}
