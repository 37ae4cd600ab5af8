//! Reading ahead: hints to the CPU about memory that a scan will need soon.
//!
//! A scan that computes a distance a row waits for memory longer than it computes: the values of the next row are asked for while
//! the server is still busy with this one.

/// Asks for the cache lines of `bytes` bytes from `address` on. The address may be any: it is a hint, nothing is accessed.
#[inline(always)]
pub fn prefetch(address: usize, bytes: usize) {
    const LINE: usize = 64;
    for line in 0..bytes.div_ceil(LINE) {
        prefetch_line(address.wrapping_add(line * LINE));
    }
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn prefetch_line(address: usize) {
    use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: a prefetch of an address that cannot be read does nothing.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(core::ptr::without_provenance(address)) }
}

#[cfg(target_arch = "aarch64")]
#[inline(always)]
fn prefetch_line(address: usize) {
    // SAFETY: a prefetch of an address that cannot be read does nothing.
    unsafe {
        core::arch::asm!("prfm pldl1keep, [{}]", in(reg) address, options(nostack, preserves_flags, readonly));
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
#[inline(always)]
fn prefetch_line(_address: usize) {}

/// The walk of a scan through the values of pages, to foretell the next one.
///
/// Pages as PostgreSQL's are filled from their end towards their beginning and read in the order they were filled. Values of
/// one size therefore come at descending addresses, a step apart, until the page is through, and then from the end of the page
/// that mostly follows in memory. Any other order of addresses is recognised by foretelling it wrongly.
#[derive(Debug, Clone, Copy, Default)]
pub struct Walk {
    last: usize,
    step: usize,
    /// How many values fit into a page at this step.
    per_page: usize,
    /// How many steps ago the page was entered.
    place: usize,
    expected: usize,
    trust: u8,
}

impl Walk {
    /// Bytes of a page, of its header and of the pointer that each of its rows has there. With another size of page the end of
    /// a page is not foretold, and no more.
    const PAGE: usize = 8192;
    const HEADER: usize = 24;
    const POINTER: usize = 4;

    /// A right foretelling outweighs a wrong one: with two values a page and pages scattered in memory every other one is wrong.
    const RIGHT: u8 = 2;
    const MOST: u8 = 4;

    /// Takes the address of the present value and foretells the next one, unless it is always the same or cannot be foretold.
    #[inline]
    pub fn next(&mut self, at: usize) -> Option<usize> {
        let back = self.last.wrapping_sub(at);
        if back == 0 {
            return None;
        }
        self.last = at;
        if back < Self::PAGE {
            if back != self.step {
                self.step = back;
                self.per_page = (Self::PAGE - Self::HEADER) / (back + Self::POINTER);
            }
            self.place += 1;
        } else {
            self.place = 0;
        }
        self.trust = if at == self.expected {
            (self.trust + Self::RIGHT).min(Self::MOST)
        } else {
            self.trust.saturating_sub(1)
        };
        self.expected = if self.place + 1 < self.per_page {
            at.wrapping_sub(self.step)
        } else {
            at.wrapping_add(Self::PAGE).wrapping_add(self.place.wrapping_mul(self.step))
        };
        (self.trust > 0).then_some(self.expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Addresses of values of `size` bytes in pages at these places, in the order of a scan.
    fn scan(pages: &[usize], size: usize) -> Vec<usize> {
        let step = (size + 28).next_multiple_of(8);
        let per_page = (Walk::PAGE - Walk::HEADER) / (step + Walk::POINTER);
        pages.iter().flat_map(|page| (1..=per_page).map(move |n| page + Walk::PAGE - n * step + 28)).collect()
    }

    /// How many of the values were foretold, and how often something else was.
    fn foretold(addresses: &[usize]) -> (usize, usize) {
        let (mut walk, mut right, mut wrong, mut next) = (Walk::default(), 0, 0, None);
        for at in addresses {
            match next {
                Some(next) if next == *at => right += 1,
                Some(_) => wrong += 1,
                None => {}
            }
            next = walk.next(*at);
        }
        (right, wrong)
    }

    #[test]
    fn a_scan_is_foretold_across_pages() {
        let pages: Vec<usize> = (0..40).map(|n| 0x10_0158 + n * Walk::PAGE).collect();
        for size in [32, 264, 520, 1544, 3080, 6152] {
            let addresses = scan(&pages, size);
            let (right, wrong) = foretold(&addresses);
            // Not before the first page is through does it know how long a page is.
            assert!(
                right + 5 >= addresses.len() && wrong <= 1,
                "{size}: {right} of {}, {wrong} wrong",
                addresses.len()
            );
        }
    }

    #[test]
    fn scattered_pages_cost_no_more_than_their_ends() {
        let pages: Vec<usize> = (0..40).map(|n| 0x10_0000 + (n * 7919 % 4093) * Walk::PAGE).collect();
        for size in [520, 1544, 3080] {
            let addresses = scan(&pages, size);
            let (right, wrong) = foretold(&addresses);
            assert!(right + wrong <= addresses.len() && wrong <= pages.len(), "{size}: {wrong} wrong");
            assert!(right + pages.len() + 5 >= addresses.len(), "{size}: {right} of {}", addresses.len());
        }
        // One value a page: there is nothing to go by.
        assert_eq!(foretold(&scan(&pages, 6152)).0, 0);
    }

    #[test]
    fn what_has_no_order_is_left_alone() {
        let mut state = 1;
        let addresses: Vec<usize> =
            (0..1000).map(|_| (crate::splitmix64(&mut state) >> 24) as usize & !7).collect();
        assert_eq!(foretold(&addresses), (0, 0));
        assert_eq!(foretold(&[4096; 1000]), (0, 0));
        // The ends of the address space are addresses, too.
        foretold(&[usize::MAX, 0, usize::MAX - 100, 5, 1, usize::MAX]);
    }

    #[test]
    fn any_address_may_be_hinted() {
        prefetch(0, 1000);
        prefetch(usize::MAX - 10, 1000);
        prefetch(&raw const STATE as usize, 0);
        static STATE: u8 = 0;
    }
}
