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
/// Pages as PostgreSQL's are filled from their end towards their beginning and read in the order they were filled: values of
/// one size come a constant step apart until the page is through. Pages read one after another mostly stand side by side in
/// memory, upwards or downwards, with equal numbers of values. Step, number and distance of pages are taken from what was seen
/// last; another order of addresses is recognised by foretelling it wrongly.
#[derive(Debug, Clone, Copy, Default)]
pub struct Walk {
    last: usize,
    /// From a value down to the next one of the page.
    step: usize,
    /// The first value of this page.
    page: usize,
    /// From the first value of the page before up to that of this one.
    jump: usize,
    /// Values of this page seen before the last one.
    place: usize,
    /// Values of the page before, 0 before the second page.
    per_page: usize,
    expected: usize,
    trust: u8,
}

impl Walk {
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
        if self.last == 0 {
            self.page = at;
        } else if back == self.step {
            self.place = self.place.wrapping_add(1);
        } else if self.place == 0 {
            self.step = back;
            self.place = 1;
        } else {
            self.per_page = self.place.wrapping_add(1);
            self.jump = at.wrapping_sub(self.page);
            self.page = at;
            self.place = 0;
        }
        self.last = at;
        self.trust = if at == self.expected {
            (self.trust + Self::RIGHT).min(Self::MOST)
        } else {
            self.trust.saturating_sub(1)
        };
        self.expected = if self.place.wrapping_add(1) == self.per_page {
            self.page.wrapping_add(self.jump)
        } else {
            at.wrapping_sub(self.step)
        };
        (self.trust > 0).then_some(self.expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 8192;

    /// Addresses of values of `size` bytes in pages at these places, in the order of a scan.
    fn scan(pages: &[usize], size: usize) -> Vec<usize> {
        let step = (size + 28).next_multiple_of(8);
        let per_page = (PAGE - 24) / (step + 4);
        pages.iter().flat_map(|page| (1..=per_page).map(move |n| page + PAGE - n * step + 28)).collect()
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
        let upwards: Vec<usize> = (0..40).map(|n| 0x10_0158 + n * PAGE).collect();
        let downwards: Vec<usize> = upwards.iter().rev().copied().collect();
        for pages in [upwards, downwards] {
            for size in [32, 264, 520, 1544, 3080, 6152] {
                let addresses = scan(&pages, size);
                let (right, wrong) = foretold(&addresses);
                // Not before the second page is through does it know how long a page is and where the next one begins.
                assert!(
                    right + 6 >= addresses.len() && wrong <= 2,
                    "{size}: {right} of {}, {wrong} wrong",
                    addresses.len()
                );
            }
        }
    }

    #[test]
    fn scattered_pages_cost_no_more_than_their_ends() {
        let pages: Vec<usize> = (0..40).map(|n| 0x10_0000 + (n * 7919 % 4093) * (n % 7 + 1) * PAGE).collect();
        for size in [520, 1544, 3080] {
            let addresses = scan(&pages, size);
            let (right, wrong) = foretold(&addresses);
            assert!(wrong <= pages.len(), "{size}: {wrong} wrong");
            assert!(right + pages.len() + 5 >= addresses.len(), "{size}: {right} of {}", addresses.len());
        }
        // One value a page: there is nothing to go by.
        assert_eq!(foretold(&scan(&pages, 6152)), (0, 0));
    }

    #[test]
    fn another_size_is_learned() {
        let pages: Vec<usize> = (0..80).map(|n| 0x10_0158 + n * PAGE).collect();
        let mut addresses = scan(&pages[..40], 520);
        addresses.extend(scan(&pages[40..], 1544));
        let (right, wrong) = foretold(&addresses);
        assert!(right + 16 >= addresses.len() && wrong <= 8, "{right} of {}, {wrong} wrong", addresses.len());
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
