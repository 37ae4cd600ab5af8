//! How the server calls a distance function: once per row, mostly with two well-formed values in place.
//!
//! A function of `#[pg_extern]` runs under a guard that turns panics into errors, and unpacks its arguments one by one under it.
//! The entries made here look at both arguments first. If they are well-formed and fit for one another, the distance is computed
//! without a guard: nothing of ours on this way panics, allocates or has a destructor, so that an error which the server raises
//! while it detoasts a value may jump over it as over a function in C. Everything else (a null, an error of ours, the first call)
//! takes the way with the guard, which repeats the checks and does whatever follows.
//!
//! What a scan then waits for is memory, so each call foretells where the next row's value lies and has the CPU fetch it while
//! the server is busy with the rows in between. What it must remember for that belongs to the place of the call in the plan.

use crate::types::datum::{Detoasted, VARHDRSZ};
use kernels::Walk;
use pgrx::pg_sys;

/// A type that distances are measured between.
pub trait Operand {
    /// A value, borrowed from where it is stored.
    type View<'a>: Copy;

    /// The value with this payload, or `None` if that is damaged. Neither panics nor calls the server.
    ///
    /// # Safety
    /// The payload must be aligned to four bytes, as what stands behind a varlena header of four bytes is.
    unsafe fn view(payload: &[u8]) -> Option<Self::View<'_>>;

    /// Whether there is a distance between the two. Neither panics nor calls the server.
    fn fit(a: Self::View<'_>, b: Self::View<'_>) -> bool;

    /// Raises the error for a payload without a view.
    fn raise_damaged(payload: &[u8]) -> !;

    /// Raises the error for values that do not fit.
    fn raise_unfit(a: Self::View<'_>, b: Self::View<'_>) -> !;
}

/// The result of one call. `distance` must neither panic nor call the server.
///
/// # Safety
/// `call` must be the running call of a function of two arguments of the SQL type of `T`, and that function hold nothing that has
/// a destructor.
#[inline(always)]
pub unsafe fn measure<T: Operand>(
    call: pg_sys::FunctionCallInfo,
    distance: impl for<'a> Fn(T::View<'a>, T::View<'a>) -> f64,
) -> pg_sys::Datum {
    // SAFETY: the server passes two arguments, the caller vouches for their type; a call's memory is its own.
    let (a, b, walks) = unsafe {
        let arguments = (*call).args.as_ptr();
        (detoasted(&*arguments), detoasted(&*arguments.add(1)), walks(call))
    };
    if let (Some(a), Some(b), Some(walks)) = (a, b, walks) {
        // SAFETY: behind a header of four bytes.
        let views = unsafe { (T::view(a.payload), T::view(b.payload)) };
        if let (Some(x), Some(y)) = views
            && T::fit(x, y)
        {
            let distance = distance(x, y);
            for (walk, value) in walks.iter_mut().zip([a, b]) {
                if value.in_place {
                    read_ahead(walk, value.payload);
                }
            }
            return result(distance);
        }
    }
    // SAFETY: as above.
    unsafe { measure_guarded::<T>(call, distance) }
}

/// A value with a header of four bytes.
#[derive(Clone, Copy)]
struct Value<'a> {
    payload: &'a [u8],
    /// Whether it stands where the argument stood, and is no copy.
    in_place: bool,
}

/// The argument's value, unless it is null. A copy is left to the memory context of the call, as functions in C leave theirs.
///
/// # Safety
/// The argument must be null or a varlena. An error of the server's leaves the calling function by a jump.
#[inline(always)]
unsafe fn detoasted(argument: &pg_sys::NullableDatum) -> Option<Value<'_>> {
    unsafe extern "C-unwind" {
        /// The server's own, without the point to return to that pgrx sets before each call: here is nothing to clean up.
        fn pg_detoast_datum(datum: *mut pg_sys::varlena) -> *mut pg_sys::varlena;
    }
    if argument.isnull {
        return None;
    }
    let stored = argument.value.cast_mut_ptr::<pg_sys::varlena>();
    // SAFETY: the caller vouches for a valid varlena; a detoasted one states its size.
    unsafe {
        let in_place = pgrx::varatt_is_4b_u(stored);
        let value = if in_place { stored } else { pg_detoast_datum(stored) };
        let payload = pgrx::varsize_4b(value).checked_sub(VARHDRSZ)?;
        Some(Value {
            payload: std::slice::from_raw_parts(value.cast::<u8>().add(VARHDRSZ), payload),
            in_place,
        })
    }
}

/// Asks for the value that the argument will probably have in the next call, and for the head of its row, if the argument is
/// not the same in all calls.
#[inline(always)]
fn read_ahead(walk: &mut Walk, payload: &[u8]) {
    /// Bytes of a row before its value that the server reads: the header and a column or two.
    const HEAD: usize = 64;
    /// The CPU itself follows a value that is read from its beginning; more requests at once than it can keep would delay the
    /// server's own.
    const MOST: usize = 2048;
    if let Some(next) = walk.next(payload.as_ptr() as usize) {
        kernels::prefetch(next.wrapping_sub(HEAD), (HEAD + payload.len()).min(MOST));
    }
}

/// What the call remembers of the walks of its two arguments; `None` before the first [`measure_guarded`] made it.
///
/// # Safety
/// `call` must be the running call of a function that is entered through [`measure`].
#[inline(always)]
unsafe fn walks<'a>(call: pg_sys::FunctionCallInfo) -> Option<&'a mut [Walk; 2]> {
    // SAFETY: `fn_extra` is the called function's own, null at first and then what `measure_guarded` put there; calls do not nest.
    unsafe { (*call).flinfo.as_ref()?.fn_extra.cast::<[Walk; 2]>().as_mut() }
}

/// The same for any arguments. No frame between here and the server has a destructor to run when this raises.
///
/// # Safety
/// As for [`measure`].
#[cold]
#[inline(never)]
unsafe fn measure_guarded<T: Operand>(
    call: pg_sys::FunctionCallInfo,
    distance: impl for<'a> Fn(T::View<'a>, T::View<'a>) -> f64,
) -> pg_sys::Datum {
    let argument = |at: usize| {
        // SAFETY: the server passes two arguments.
        let argument = unsafe { &*(*call).args.as_ptr().add(at) };
        assert!(!argument.isnull, "the function is strict, argument {at} must not be null");
        // SAFETY: it is there, and the caller vouches for its type.
        unsafe { Detoasted::from_datum(argument.value) }
    };
    let measured = || {
        // SAFETY: memory of that size, which lives as long as `fn_extra`.
        unsafe {
            if let Some(function) = (*call).flinfo.as_mut()
                && function.fn_extra.is_null()
            {
                let walks = pg_sys::MemoryContextAlloc(function.fn_mcxt, size_of::<[Walk; 2]>());
                walks.cast::<[Walk; 2]>().write(Default::default());
                function.fn_extra = walks;
            }
        }
        let (a, b) = (argument(0), argument(1));
        // SAFETY: a detoasted value has a header of four bytes.
        match unsafe { (T::view(a.bytes()), T::view(b.bytes())) } {
            (Some(x), Some(y)) if T::fit(x, y) => distance(x, y),
            (Some(x), Some(y)) => T::raise_unfit(x, y),
            (None, _) => T::raise_damaged(a.bytes()),
            (_, None) => T::raise_damaged(b.bytes()),
        }
    };
    // SAFETY: this is the outermost function of ours but for `measure` and the entry, which hold nothing.
    result(unsafe { pg_sys::panic::pgrx_extern_c_guard(measured) })
}

/// A `float8` is passed by value: pgrx runs on 64-bit servers only.
#[inline(always)]
fn result(distance: f64) -> pg_sys::Datum {
    pg_sys::Datum::from(distance.to_bits())
}

/// That the functions have the call convention of `PG_FUNCTION_INFO_V1`.
pub static CONVENTION: pg_sys::Pg_finfo_record = pg_sys::Pg_finfo_record { api_version: 1 };

/// Defines SQL functions of two `$operand` and a `float8` result, to be declared strict in `sql/` with the symbol
/// `<name>_wrapper`, as those of `#[pg_extern]` are.
macro_rules! distance_functions {
    ($operand:ty { $($name:ident = $distance:expr;)* }) => {
        $(
            const _: () = {
                #[unsafe(export_name = concat!("pg_finfo_", stringify!($name), "_wrapper"))]
                extern "C" fn convention() -> &'static pgrx::pg_sys::Pg_finfo_record {
                    &$crate::types::fast_call::CONVENTION
                }

                #[unsafe(export_name = concat!(stringify!($name), "_wrapper"))]
                unsafe extern "C-unwind" fn entry(call: pgrx::pg_sys::FunctionCallInfo) -> pgrx::pg_sys::Datum {
                    // SAFETY: the server calls this with the arguments that sql/ declares.
                    unsafe { $crate::types::fast_call::measure::<$operand>(call, $distance) }
                }
            };
        )*
    };
}

pub(crate) use distance_functions;
