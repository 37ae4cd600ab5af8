//! The server's node lists and node tags.

use pgrx::pg_sys::{self, List, Node, NodeTag};

/// Number of members; a null list is the empty one.
///
/// # Safety
/// `list` must be null or a valid list.
pub unsafe fn len(list: *const List) -> usize {
    // SAFETY: as promised.
    if list.is_null() { 0 } else { unsafe { (*list).length as usize } }
}

/// The members of a list of pointers.
///
/// # Safety
/// `list` must be null or a valid list of pointers to `T` that is not changed while the iterator lives.
pub unsafe fn members<T>(list: *const List) -> impl Iterator<Item = *mut T> {
    // SAFETY: as promised, every index below the length is a cell.
    unsafe { (0..len(list)).map(move |index| (*(*list).elements.add(index)).ptr_value.cast::<T>()) }
}

/// The only member, if there is exactly one.
///
/// # Safety
/// As for [`members`].
pub unsafe fn only<T>(list: *const List) -> Option<*mut T> {
    // SAFETY: as promised.
    unsafe {
        let mut all = members(list);
        all.next().filter(|_| len(list) == 1)
    }
}

/// The pointer as a `T` if the node is of that kind.
///
/// # Safety
/// `node` must be null or a valid node, and `tag` the tag of `T`.
pub unsafe fn cast<T>(node: *const Node, tag: NodeTag) -> Option<*mut T> {
    // SAFETY: as promised.
    unsafe { (!node.is_null() && (*node).type_ == tag).then_some(node.cast::<T>().cast_mut()) }
}

/// A zeroed node.
///
/// # Safety
/// `tag` must be the tag of `T`.
pub unsafe fn make<T>(tag: NodeTag) -> *mut T {
    // SAFETY: every node begins with its tag.
    unsafe {
        let node = pg_sys::palloc0(size_of::<T>()).cast::<Node>();
        (*node).type_ = tag;
        node.cast()
    }
}

/// A list with these members.
///
/// # Safety
/// The pointers must be nodes that outlive the list.
pub unsafe fn of<T>(items: &[*mut T]) -> *mut List {
    let mut list = std::ptr::null_mut();
    for &item in items {
        // SAFETY: `list` is null or a list.
        list = unsafe { pg_sys::lappend(list, item.cast()) };
    }
    list
}
