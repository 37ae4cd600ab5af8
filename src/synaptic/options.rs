//! Storage parameters of the access method: `WITH (lists = …, recall = …, vectors = …, spill = …)`.

use crate::error::Report;
use crate::guc;
use pgrx::PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE;
use pgrx::pg_sys;
use std::sync::OnceLock;

/// As many lists as a user may insist on.
const MAX_LISTS: i32 = 65_536;

/// What the server keeps for a recall that is not given.
const UNSET: f64 = -1.0;

static KIND: OnceLock<pg_sys::relopt_kind::Type> = OnceLock::new();

/// The parsed parameters; the head is that of a varlena.
#[repr(C)]
pub struct Options {
    vl_len: i32,
    /// Number of lists; 0 lets the build choose.
    lists: i32,
    /// Recall of the index's searches; negative: that of `qstore.recall`.
    recall: f64,
    /// Whether a build keeps full vectors in the index.
    vectors: bool,
    /// Whether a build gives rows near the border of their list a second entry.
    spill: bool,
}

/// Registers the parameters; called once per process from `_PG_init`.
pub fn init() {
    KIND.get_or_init(|| {
        // SAFETY: plain registrations with static strings.
        unsafe {
            let kind = pg_sys::add_reloption_kind();
            pg_sys::add_int_reloption(
                kind,
                c"lists".as_ptr(),
                c"Number of lists. Default 0: chosen from the number of rows, so that a list fills about a page.".as_ptr(),
                0,
                0,
                MAX_LISTS,
                pg_sys::AccessExclusiveLock as pg_sys::LOCKMODE,
            );
            pg_sys::add_real_reloption(
                kind,
                c"recall".as_ptr(),
                c"Share of the true nearest neighbours that a search of this index must find. Default: qstore.recall.".as_ptr(),
                UNSET,
                guc::RECALL_BOUNDS.0,
                guc::RECALL_BOUNDS.1,
                pg_sys::ShareUpdateExclusiveLock as pg_sys::LOCKMODE,
            );
            pg_sys::add_bool_reloption(
                kind,
                c"vectors".as_ptr(),
                c"Keep full vectors in the index, so that they need not be fetched from the table. Default off: the table has them. A change takes effect at REINDEX.".as_ptr(),
                false,
                pg_sys::ShareUpdateExclusiveLock as pg_sys::LOCKMODE,
            );
            pg_sys::add_bool_reloption(
                kind,
                c"spill".as_ptr(),
                c"Give rows near the border of their list a second entry in another one: faster searches of a larger index. Default off. A change takes effect at REINDEX.".as_ptr(),
                false,
                pg_sys::ShareUpdateExclusiveLock as pg_sys::LOCKMODE,
            );
            kind
        }
    });
}

/// The access method's `amoptions`.
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn amoptions(reloptions: pg_sys::Datum, validate: bool) -> *mut pg_sys::bytea {
    let element = |name: &'static std::ffi::CStr, kind, offset: usize| pg_sys::relopt_parse_elt {
        optname: name.as_ptr(),
        opttype: kind,
        offset: offset as i32,
        #[cfg(feature = "pg18")]
        isset_offset: 0,
    };
    let table = [
        element(c"lists", pg_sys::relopt_type::RELOPT_TYPE_INT, std::mem::offset_of!(Options, lists)),
        element(c"recall", pg_sys::relopt_type::RELOPT_TYPE_REAL, std::mem::offset_of!(Options, recall)),
        element(c"spill", pg_sys::relopt_type::RELOPT_TYPE_BOOL, std::mem::offset_of!(Options, spill)),
        element(c"vectors", pg_sys::relopt_type::RELOPT_TYPE_BOOL, std::mem::offset_of!(Options, vectors)),
    ];
    // SAFETY: the table describes `Options`, and the kind was registered by `init`.
    unsafe {
        pg_sys::build_reloptions(
            reloptions,
            validate,
            *KIND.get().expect("registered when the library was loaded"),
            std::mem::size_of::<Options>(),
            table.as_ptr(),
            table.len() as i32,
        )
        .cast()
    }
}

/// # Safety
/// `index` must be open.
unsafe fn of<'a>(index: pg_sys::Relation) -> Option<&'a Options> {
    // SAFETY: rd_options is null or was made by `amoptions`.
    unsafe { (*index).rd_options.cast::<Options>().as_ref() }
}

/// The number of lists that the index's definition asks for.
///
/// # Safety
/// `index` must be open.
pub unsafe fn lists(index: pg_sys::Relation) -> Option<u32> {
    // SAFETY: as promised.
    unsafe { of(index) }.map(|options| options.lists as u32).filter(|lists| *lists > 0)
}

/// Whether the index's definition asks for full vectors in it.
///
/// # Safety
/// `index` must be open.
pub unsafe fn vectors(index: pg_sys::Relation) -> bool {
    // SAFETY: as promised.
    unsafe { of(index) }.is_some_and(|options| options.vectors)
}

/// Whether the index's definition asks for second entries. An index that keeps full vectors has none: they would be second vectors, too.
///
/// # Safety
/// `index` must be open.
pub unsafe fn spill(index: pg_sys::Relation) -> bool {
    // SAFETY: as promised.
    let Some(options) = (unsafe { of(index) }) else { return false };
    if options.spill && options.vectors {
        Report::new(ERRCODE_INVALID_PARAMETER_VALUE, "spill = on does not go with vectors = on")
            .detail("A second entry of a row would keep its vector a second time.")
            .hint("Leave out one of them, with ALTER INDEX … RESET if the index exists.")
            .raise();
    }
    options.spill
}

/// The recall that a search of the index must reach: its own, else that of `qstore.recall`.
///
/// # Safety
/// `index` must be open.
pub unsafe fn recall(index: pg_sys::Relation) -> f64 {
    // SAFETY: as promised.
    let own =
        unsafe { of(index) }.map(|options| options.recall).filter(|recall| *recall >= guc::RECALL_BOUNDS.0);
    own.unwrap_or_else(|| guc::RECALL.get())
}
