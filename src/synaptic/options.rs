//! Storage parameters of the access method: `WITH (lists = …)`.

use pgrx::pg_sys;
use std::sync::OnceLock;

/// As many lists as a user may insist on.
const MAX_LISTS: i32 = 65_536;

static KIND: OnceLock<pg_sys::relopt_kind::Type> = OnceLock::new();

/// The parsed parameters; the head is that of a varlena.
#[repr(C)]
pub struct Options {
    vl_len: i32,
    /// Number of lists; 0 lets the build choose.
    pub lists: i32,
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
            kind
        }
    });
}

/// The access method's `amoptions`.
#[pgrx::pg_guard]
pub unsafe extern "C-unwind" fn amoptions(reloptions: pg_sys::Datum, validate: bool) -> *mut pg_sys::bytea {
    let table = [pg_sys::relopt_parse_elt {
        optname: c"lists".as_ptr(),
        opttype: pg_sys::relopt_type::RELOPT_TYPE_INT,
        offset: std::mem::offset_of!(Options, lists) as i32,
        #[cfg(feature = "pg18")]
        isset_offset: 0,
    }];
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

/// The number of lists that the index's definition asks for.
///
/// # Safety
/// `index` must be open.
pub unsafe fn lists(index: pg_sys::Relation) -> Option<u32> {
    // SAFETY: rd_options is null or was made by `amoptions`.
    let options = unsafe { (*index).rd_options.cast::<Options>().as_ref() };
    options.map(|o| o.lists as u32).filter(|lists| *lists > 0)
}
