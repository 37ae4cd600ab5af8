//! Every level against the scalar one, and the scalar one against the definition.

use super::*;
use crate::{Kernels, splitmix64};
use proptest::prelude::*;

const DIMS: [usize; 9] = [64, 128, 192, 384, 1024, 1088, 1536, 4096, 16000];

fn bytes(len: usize, state: &mut u64) -> Vec<u8> {
    (0..len).map(|_| (splitmix64(state) >> 33) as u8).collect()
}

fn floats(len: usize, state: &mut u64) -> Vec<f32> {
    (0..len).map(|_| (splitmix64(state) >> 40) as f32 / (1u32 << 23) as f32 - 1.0).collect()
}

fn scalar_level() -> &'static Kernels {
    Kernels::available()[0]
}

#[test]
fn the_layout_is_the_drawing() {
    // Code 1 has only dimension 5 (group 1, bit 1), code 17 only dimension 63 (group 15, bit 3).
    let mut block = vec![0; block_bytes(64)];
    assert_eq!(block.len(), 256);
    let mut v = [-1.0; 64];
    v[5] = 1.0;
    let mut code = [0; 8];
    pack_signs(&v, &mut code);
    assert_eq!(code, [0b10_0000, 0, 0, 0, 0, 0, 0, 0]);
    write_code(&mut block, 1, &code);
    v[5] = -1.0;
    v[63] = 0.0;
    pack_signs(&v, &mut code);
    write_code(&mut block, 17, &code);
    let set: Vec<(usize, u8)> = block.iter().copied().enumerate().filter(|(_, b)| *b != 0).collect();
    assert_eq!(set, [(17, 0b0010), (15 * 16 + 1, 0b1000_0000)]);
}

#[test]
fn signs_of_zero_and_nan() {
    let v = [0.0, -0.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1.0, -1.0, -f32::MIN_POSITIVE];
    let v = [v, v, v].concat();
    for k in Kernels::available() {
        let mut out = [0; 3];
        (k.pack_signs)(&v, &mut out);
        assert_eq!(out, [0b10_1011; 3], "{}", k.level);
    }
}

#[test]
fn the_largest_sums_do_not_overflow() {
    for groups in [256, 257, 4000, 4096] {
        let (codes, entries) = (vec![0xff; groups * 16], vec![255; groups * 16]);
        for k in Kernels::available() {
            let mut sums = [0; BLOCK];
            (k.scan)(&codes, &entries, &mut sums);
            assert_eq!(sums, [255 * groups as u32; BLOCK], "{}", k.level);
        }
    }
}

#[test]
fn tables_of_special_queries() {
    let mut lut = LookupTable::new();
    let mut sums = [7; BLOCK];
    for q in [vec![0.0; 64], vec![1e-42; 64], vec![]] {
        lut.build(&q);
        assert_eq!(
            (lut.scale(), lut.offset(), lut.error_bound(), lut.groups()),
            (0.0, 0.0, 0.0, q.len() / 4)
        );
        scan_block(&vec![0xff; block_bytes(q.len())], &lut, &mut sums);
        assert_eq!(sums, [0; BLOCK]);
    }
    // Not finite: no panic, the same bytes at every level, and no estimate that looks like a number.
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX] {
        let mut q = vec![1.0; 64];
        q[17..19].fill(bad);
        let mut expected = vec![0; 256];
        let (scale, offset) = (scalar_level().build_table)(&q, &mut expected);
        assert!(!(scale * 100.0 + offset).is_finite(), "{bad}");
        for k in Kernels::available() {
            let mut entries = vec![1; 256];
            (k.build_table)(&q, &mut entries);
            assert_eq!(entries, expected, "{} {bad}", k.level);
        }
    }
}

proptest! {
    #[test]
    fn codes_come_back_and_leave_their_neighbours(words in 1usize..9, seed in any::<u64>()) {
        let (dims, mut state) = (64 * words, seed);
        let codes: Vec<Vec<u8>> = (0..BLOCK).map(|_| bytes(dims / 8, &mut state)).collect();
        let mut block = bytes(block_bytes(dims), &mut state);
        for (slot, code) in codes.iter().enumerate() {
            write_code(&mut block, slot, code);
        }
        let mut found = vec![0; dims / 8];
        for (slot, code) in codes.iter().enumerate() {
            read_code(&block, slot, &mut found);
            prop_assert_eq!(&found, code);
        }
        let cleared = (splitmix64(&mut state) % 32) as usize;
        clear_code(&mut block, cleared);
        for (slot, code) in codes.iter().enumerate() {
            read_code(&block, slot, &mut found);
            let expected = if slot == cleared { vec![0; dims / 8] } else { code.clone() };
            prop_assert_eq!(&found, &expected, "slot {}", slot);
        }
    }

    #[test]
    fn every_level_packs_the_same_signs(len in 0usize..300, seed in any::<u64>(), skip in 0usize..4) {
        let mut state = seed;
        let v = floats(len, &mut state);
        let v = &v[skip.min(len)..];
        for k in Kernels::available() {
            let mut out = vec![0; v.len() / 8];
            (k.pack_signs)(v, &mut out);
            for (i, x) in v[..v.len() / 8 * 8].iter().enumerate() {
                prop_assert_eq!(out[i / 8] >> (i % 8) & 1 == 1, *x >= 0.0, "{} {}", k.level, i);
            }
        }
    }

    #[test]
    fn every_level_builds_the_same_table(groups in 0usize..500, seed in any::<u64>(), exponent in -20i32..20) {
        let mut state = seed;
        let q: Vec<f32> = floats(4 * groups, &mut state).iter().map(|x| x * 2f32.powi(exponent)).collect();
        let mut expected = vec![2; 16 * groups];
        let factors = (scalar_level().build_table)(&q, &mut expected);
        for k in Kernels::available() {
            let mut entries = vec![1; 16 * groups];
            prop_assert_eq!((k.build_table)(&q, &mut entries), factors, "{}", k.level);
            prop_assert_eq!(&entries, &expected, "{}", k.level);
        }
    }

    #[test]
    fn every_level_scans_exactly(dims in prop::sample::select(&DIMS), seed in any::<u64>(), skip in 0usize..4) {
        let mut state = seed;
        let block = bytes(block_bytes(dims) + skip, &mut state);
        let block = &block[skip..];
        let entries = bytes(dims / 4 * 16, &mut state);
        let mut expected = [0u32; BLOCK];
        let mut code = vec![0; dims / 8];
        for (slot, sum) in expected.iter_mut().enumerate() {
            read_code(block, slot, &mut code);
            for g in 0..dims / 4 {
                let nibble = code[g / 2] >> (4 * (g % 2)) & 0xf;
                *sum += u32::from(entries[16 * g + usize::from(nibble)]);
            }
        }
        for k in Kernels::available() {
            let mut sums = [0; BLOCK];
            (k.scan)(block, &entries, &mut sums);
            prop_assert_eq!(sums, expected, "{}", k.level);
        }
    }

    #[test]
    fn a_scan_in_pieces_is_the_whole(
        dims in prop::sample::select(&DIMS), seed in any::<u64>(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
    ) {
        let mut state = seed;
        let block = bytes(block_bytes(dims), &mut state);
        let mut lut = LookupTable::new();
        lut.build(&floats(dims, &mut state));
        let (mut whole, mut pieces) = ([0; BLOCK], [0; BLOCK]);
        scan_block(&block, &lut, &mut whole);
        let mut cuts: Vec<usize> = cuts.iter().map(|c| c.index(dims / 4 + 1)).collect();
        cuts.extend([0, dims / 4]);
        cuts.sort_unstable();
        for pair in cuts.windows(2) {
            let slice = &block[16 * pair[0]..16 * pair[1]];
            scan_block_partial(slice, &lut, pair[0], &mut pieces);
        }
        prop_assert_eq!(pieces, whole);
        // And each level on odd numbers of groups.
        for k in Kernels::available() {
            let mut sums = [0; BLOCK];
            for pair in cuts.windows(2) {
                let range = 16 * pair[0]..16 * pair[1];
                (k.scan)(&block[range.clone()], &lut.entries()[range], &mut sums);
            }
            prop_assert_eq!(sums, whole, "{}", k.level);
        }
    }

    #[test]
    fn sums_estimate_the_inner_product_within_the_bound(words in 1usize..30, seed in any::<u64>()) {
        let (dims, mut state) = (64 * words, seed);
        let q = floats(dims, &mut state);
        let mut block = vec![0; block_bytes(dims)];
        let vectors: Vec<Vec<f32>> = (0..BLOCK).map(|_| floats(dims, &mut state)).collect();
        let mut code = vec![0; dims / 8];
        for (slot, v) in vectors.iter().enumerate() {
            pack_signs(v, &mut code);
            write_code(&mut block, slot, &code);
        }
        let mut lut = LookupTable::new();
        // A larger query first: the table must forget it.
        lut.build(&floats(dims + 64, &mut state));
        lut.build(&q);
        let mut sums = [0; BLOCK];
        scan_block(&block, &lut, &mut sums);
        let norm: f64 = q.iter().map(|x| f64::from(x.abs())).sum();
        for (v, sum) in vectors.iter().zip(sums) {
            let exact: f64 =
                v.iter().zip(&q).map(|(v, q)| if *v >= 0.0 { f64::from(*q) } else { -f64::from(*q) }).sum();
            let estimate = f64::from(lut.scale()) * f64::from(sum) + f64::from(lut.offset());
            prop_assert!((estimate - exact).abs() <= f64::from(lut.error_bound()) + 1e-5 * norm);
        }
        // The bound is not idle: a byte resolves the widest group into 255 steps.
        prop_assert!(f64::from(lut.error_bound()) < norm / 50.0);
    }

    #[test]
    fn every_level_bounds_alike(
        sums in prop::array::uniform32(any::<u32>()), seed in any::<u64>(), skip in 0usize..4,
        scale in 0.0f32..0.1, offset in -100.0f32..100.0, g in -10.0f32..10.0, err_scale in 0.0f32..5.0,
    ) {
        let mut state = seed;
        // Sums of real scans are far below u32::MAX; some of the cases keep the full range.
        let sums = if seed % 4 == 0 { sums } else { sums.map(|s| s % 100_000) };
        let mut raw: Vec<u8> = vec![0; skip];
        let factors = floats(64, &mut state);
        raw.extend(factors.iter().flat_map(|x| x.to_le_bytes()));
        let (add, rescale) = raw[skip..].split_at(128);
        let (add, rescale) = (add.first_chunk().unwrap(), rescale.first_chunk().unwrap());
        for k in Kernels::available() {
            let (mut est, mut low) = ([f32::NAN; BLOCK], [f32::NAN; BLOCK]);
            (k.affine)(&sums, Affine { add, rescale, scale, offset, g, err_scale }, &mut est, &mut low);
            for i in 0..BLOCK {
                let [a, r, s, o, g, e] =
                    [factors[i], factors[32 + i], scale, offset, g, err_scale].map(f64::from);
                let sum = f64::from(sums[i]);
                let exact = a + g + r * (s * sum + o);
                let size = a.abs() + g.abs() + r.abs() * (s * sum + o.abs() + e) + 1e-30;
                prop_assert!((f64::from(est[i]) - exact).abs() <= 1e-6 * size, "{} est {i}", k.level);
                prop_assert!((f64::from(low[i]) - (exact - e * r.abs())).abs() <= 1e-6 * size, "{} low {i}", k.level);
            }
            let threshold = est[5];
            let expected = (0..BLOCK).fold(0, |m, i| m | u32::from(low[i] < threshold) << i);
            prop_assert_eq!((k.mask_below)(&low, threshold), expected, "{}", k.level);
        }
    }
}

#[test]
fn nothing_is_below_nan_and_nan_is_below_nothing() {
    let mut low = [0.0; BLOCK];
    low[3] = f32::NAN;
    low[31] = f32::NEG_INFINITY;
    for k in Kernels::available() {
        assert_eq!((k.mask_below)(&low, f32::NAN), 0, "{}", k.level);
        assert_eq!((k.mask_below)(&low, f32::INFINITY), !(1 << 3), "{}", k.level);
        assert_eq!((k.mask_below)(&low, 0.0), 1 << 31, "{}", k.level);
    }
}

#[test]
fn the_public_functions_take_pages_as_they_are() {
    let mut sums = [0; BLOCK];
    for (i, s) in sums.iter_mut().enumerate() {
        *s = i as u32;
    }
    let page: Vec<u8> = (0..64).flat_map(|i| if i < 32 { i as f32 } else { -2.0 }.to_le_bytes()).collect();
    let (mut est, mut low) = ([0.0; BLOCK], [0.0; BLOCK]);
    affine_lower_bounds(&sums, 0.5, 1.0, &page[..128], &page[128..], 10.0, 0.25, &mut est, &mut low);
    // i + 10 − 2 · (i/2 + 1) = 8
    assert_eq!(est, [8.0; BLOCK]);
    assert_eq!(low, [7.5; BLOCK]);
    assert_eq!(mask_below(&low, 8.0), u32::MAX);
}
