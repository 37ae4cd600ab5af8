//! Varlena values in and out of PostgreSQL without copying what need not be copied.

use pgrx::pg_sys;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

/// Bytes of the (uncompressed, four-byte) varlena header.
pub const VARHDRSZ: usize = 4;

/// A detoasted argument. Borrowed where the stored value was plain, a copy (freed on drop) where it was
/// compressed, out of line or had a one-byte header.
pub struct Detoasted<'a> {
    ptr: NonNull<pg_sys::varlena>,
    copied: bool,
    _value: PhantomData<&'a ()>,
}

impl<'a> Detoasted<'a> {
    /// # Safety
    /// `datum` must be a non-null varlena value that outlives `'a`.
    #[inline]
    pub unsafe fn from_datum(datum: pg_sys::Datum) -> Self {
        let original = datum.cast_mut_ptr::<pg_sys::varlena>();
        // SAFETY: the caller vouches for a valid varlena. A plain one needs no call into the server, which
        // matters to a distance function called once per row.
        let plain = unsafe {
            if pgrx::varatt_is_4b_u(original) { original } else { pg_sys::pg_detoast_datum(original) }
        };
        let ptr = NonNull::new(plain).expect("a detoasted datum is never null");
        Self { ptr, copied: plain != original, _value: PhantomData }
    }

    /// The payload behind the header. Aligned to four bytes.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: pg_detoast_datum returns a four-byte-header varlena whose size the header states.
        unsafe {
            let size = pgrx::varsize(self.ptr.as_ptr()) - VARHDRSZ;
            std::slice::from_raw_parts(self.ptr.as_ptr().cast::<u8>().add(VARHDRSZ), size)
        }
    }

    /// The payload, for changing the value where it stands.
    ///
    /// # Safety
    /// The value must belong to the caller alone, as the transition value of a running aggregate does.
    pub unsafe fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `bytes`; the caller vouches for exclusive use.
        unsafe {
            let size = pgrx::varsize(self.ptr.as_ptr()) - VARHDRSZ;
            std::slice::from_raw_parts_mut(self.ptr.as_ptr().cast::<u8>().add(VARHDRSZ), size)
        }
    }

    /// The detoasted value itself.
    pub fn as_ptr(&self) -> *mut pg_sys::varlena {
        self.ptr.as_ptr()
    }

    /// Hands the detoasted value back to PostgreSQL, as the result of a function that changes nothing.
    pub fn into_datum(self) -> pg_sys::Datum {
        pg_sys::Datum::from(ManuallyDrop::new(self).ptr.as_ptr())
    }
}

impl Drop for Detoasted<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.copied {
            // SAFETY: the copy was palloc'ed by pg_detoast_datum and nothing else refers to it.
            unsafe { pg_sys::pfree(self.ptr.as_ptr().cast()) };
        }
    }
}

/// A varlena value under construction, in the current memory context, handed to PostgreSQL by
/// [`VarlenaBuf::into_datum`].
pub struct VarlenaBuf {
    ptr: NonNull<u8>,
    payload: usize,
}

impl VarlenaBuf {
    /// A zeroed value with `payload` bytes behind the header. Raises `out of memory` like palloc.
    pub fn zeroed(payload: usize) -> Self {
        // SAFETY: palloc0 returns zeroed memory of that size or raises an error.
        unsafe {
            let ptr = pg_sys::palloc0(payload + VARHDRSZ).cast::<u8>();
            pgrx::set_varsize_4b(ptr.cast(), (payload + VARHDRSZ) as i32);
            Self { ptr: NonNull::new(ptr).expect("palloc0 never returns null"), payload }
        }
    }

    /// A value with these payload bytes.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        // SAFETY: palloc returns memory of that size or raises an error; all of it is written here.
        unsafe {
            let ptr = pg_sys::palloc(bytes.len() + VARHDRSZ).cast::<u8>();
            pgrx::set_varsize_4b(ptr.cast(), (bytes.len() + VARHDRSZ) as i32);
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), ptr.add(VARHDRSZ), bytes.len());
            Self { ptr: NonNull::new(ptr).expect("palloc never returns null"), payload: bytes.len() }
        }
    }

    /// The payload, aligned to four bytes.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: `payload` bytes were allocated behind the header.
        unsafe { std::slice::from_raw_parts_mut(self.ptr.as_ptr().add(VARHDRSZ), self.payload) }
    }

    /// Hands the value to PostgreSQL.
    pub fn into_datum(self) -> pg_sys::Datum {
        pg_sys::Datum::from(self.ptr.as_ptr())
    }
}

/// Lets a type whose stored form is a varlena be an argument (`$arg`) and a result (`$ret`) of `#[pg_extern]`
/// functions. The SQL side is declared by hand in `sql/`, so the SQL mapping only has to exist.
macro_rules! varlena_type {
    ($arg:ident, $ret:ident, $sql:literal) => {
        $crate::types::datum::datum_argument!($arg, $sql);
        $crate::types::datum::datum_result!($ret, $sql);
    };
}

/// Makes `$arg<'_>`, which has `from_datum_unchecked`, an argument of `#[pg_extern]` functions. The type may be generic:
/// `datum_argument!(Dense<E: Element>, E::NAME)`.
macro_rules! datum_argument {
    ($arg:ident $(<$e:ident: $bound:ident>)?, $sql:expr) => {
        // SAFETY: the SQL type is declared in sql/ with this storage, so the datum is the one that `$arg` expects.
        unsafe impl<'fcx $(, $e: $bound)?> pgrx::callconv::ArgAbi<'fcx> for $arg<'fcx $(, $e)?> {
            #[inline]
            unsafe fn unbox_arg_unchecked(arg: pgrx::callconv::Arg<'_, 'fcx>) -> Self {
                let index = arg.index();
                // SAFETY: the functions are STRICT or take Option, so the datum is there.
                let value = unsafe { arg.unbox_arg_using_from_datum::<Self>() };
                value.unwrap_or_else(|| panic!("argument {index} must not be null"))
            }
        }
        impl<'fcx $(, $e: $bound)?> pgrx::FromDatum for $arg<'fcx $(, $e)?> {
            #[inline]
            unsafe fn from_polymorphic_datum(
                datum: pgrx::pg_sys::Datum,
                is_null: bool,
                _typoid: pgrx::pg_sys::Oid,
            ) -> Option<Self> {
                // SAFETY: see above.
                if is_null { None } else { Some(unsafe { Self::from_datum_unchecked(datum) }) }
            }
        }
        $crate::types::datum::sql_name!([$($e: $bound)?] $arg<'_ $(, $e)?>, $sql);
    };
}

/// Makes `$ret`, which has `into_datum`, a result of `#[pg_extern]` functions. The type may be generic, too.
macro_rules! datum_result {
    ($ret:ident $(<$e:ident: $bound:ident>)?, $sql:expr) => {
        // SAFETY: the result is a palloc'ed value of that SQL type.
        unsafe impl $(<$e: $bound>)? pgrx::callconv::BoxRet for $ret $(<$e>)? {
            unsafe fn box_into<'fcx>(
                self,
                fcinfo: &mut pgrx::callconv::FcInfo<'fcx>,
            ) -> pgrx::datum::Datum<'fcx> {
                // SAFETY: as above.
                unsafe { fcinfo.return_raw_datum(self.into_datum()) }
            }
        }
        $crate::types::datum::sql_name!([$($e: $bound)?] $ret $(<$e>)?, $sql);
    };
}

/// The SQL name of a Rust type, for pgrx's type checks of function signatures.
macro_rules! sql_name {
    ([$($generics:tt)*] $ty:ty, $sql:expr) => {
        // SAFETY: only a name; no SQL is generated from it.
        unsafe impl<$($generics)*> pgrx::pgrx_sql_entity_graph::metadata::SqlTranslatable for $ty {
            const TYPE_IDENT: &'static str = $sql;
            const TYPE_ORIGIN: pgrx::pgrx_sql_entity_graph::metadata::TypeOrigin =
                pgrx::pgrx_sql_entity_graph::metadata::TypeOrigin::External;
            const ARGUMENT_SQL: Result<
                pgrx::pgrx_sql_entity_graph::metadata::SqlMappingRef,
                pgrx::pgrx_sql_entity_graph::metadata::ArgumentError,
            > = Ok(pgrx::pgrx_sql_entity_graph::metadata::SqlMappingRef::literal($sql));
            const RETURN_SQL: Result<
                pgrx::pgrx_sql_entity_graph::metadata::ReturnsRef,
                pgrx::pgrx_sql_entity_graph::metadata::ReturnsError,
            > = Ok(pgrx::pgrx_sql_entity_graph::metadata::ReturnsRef::One(
                pgrx::pgrx_sql_entity_graph::metadata::SqlMappingRef::literal($sql),
            ));
        }
    };
}

/// A `cstring` result: palloc'ed bytes that end with a zero.
pub struct TextBuf(NonNull<u8>);

impl TextBuf {
    /// # Safety
    /// `ptr` must be palloc'ed and zero-terminated.
    pub unsafe fn from_palloced(ptr: NonNull<u8>) -> Self {
        Self(ptr)
    }

    /// Hands the value to PostgreSQL.
    pub fn into_datum(self) -> pg_sys::Datum {
        pg_sys::Datum::from(self.0.as_ptr())
    }
}

/// A `bytea` result.
pub struct BytesBuf(pub VarlenaBuf);

impl BytesBuf {
    /// Hands the value to PostgreSQL.
    pub fn into_datum(self) -> pg_sys::Datum {
        self.0.into_datum()
    }
}

pub(crate) use {datum_argument, datum_result, sql_name, varlena_type};

datum_result!(TextBuf, "cstring");
datum_result!(BytesBuf, "bytea");
