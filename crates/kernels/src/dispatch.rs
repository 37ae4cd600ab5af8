//! Which implementation runs: one table of function pointers per level, picked at first use.

use std::sync::LazyLock;

use crate::bits::JaccardTerms;
use crate::distance::Distances;
use crate::fastscan::Affine;
use crate::sparse::Sparse;
use crate::{bits, distance, fastscan, half, nibbles, rotation, sparse};

/// One level's implementation of every kernel. The pointers are safe to call with any arguments: a table of a
/// level that this CPU lacks cannot be had, because [`Kernels::available`] is the only source of tables.
/// Meant for tests and benches, which hold the levels against one another; engines call the free functions.
#[non_exhaustive]
pub struct Kernels {
    /// `"scalar"`, `"avx2"`, `"avx512"`, `"avx512-vpopcntdq"` or `"neon"`.
    pub level: &'static str,
    /// Distances between single-precision vectors.
    pub f32: Distances<f32>,
    /// Distances between half-precision vectors.
    pub f16: Distances<u16>,
    /// See [`crate::inner_products`].
    pub inner_products: fn(&[f32], &[f32], usize, &mut [f32]),
    /// See [`crate::widen_f16`].
    pub widen_f16: fn(&[u16], &mut [f32]),
    /// See [`crate::narrow_f16`].
    pub narrow_f16: fn(&[f32], &mut [u16]),
    /// See [`crate::hamming`].
    pub hamming: fn(&[u8], &[u8]) -> u64,
    /// See [`crate::jaccard_terms`].
    pub jaccard_terms: fn(&[u8], &[u8]) -> JaccardTerms,
    /// See [`crate::sparse::inner_product`].
    pub sparse_inner_product: fn(Sparse<'_>, Sparse<'_>) -> f32,
    /// Rotates in place; the sign words of all rounds. See [`crate::Rotation`].
    pub rotate: fn(&mut [f32], &[u64]),
    /// See [`crate::pack_signs`].
    pub pack_signs: fn(&[f32], &mut [u8]),
    /// Writes 16 entries per group of 4 query components; returns scale and offset. See [`crate::LookupTable`].
    pub build_table: fn(&[f32], &mut [u8]) -> (f32, f32),
    /// Adds the sums of consecutive groups: codes, table entries, sums. See [`crate::scan_block_partial`].
    pub scan: fn(&[u8], &[u8], &mut [u32; 32]),
    /// See [`crate::affine_lower_bounds`].
    pub affine: fn(&[u32; 32], Affine<'_>, &mut [f32; 32], &mut [f32; 32]),
    /// See [`crate::nibble_dot`].
    pub nibble_dot: fn(&[f32], &[u8]) -> f32,
    /// See [`crate::mask_below`].
    pub mask_below: fn(&[f32; 32], f32) -> u32,
}

static SCALAR: Kernels = Kernels {
    level: "scalar",
    f32: Distances::SCALAR,
    f16: Distances::SCALAR,
    inner_products: distance::scalar::inner_products,
    widen_f16: half::widen_scalar,
    narrow_f16: half::narrow_scalar,
    hamming: bits::hamming_scalar,
    jaccard_terms: bits::jaccard_terms_scalar,
    sparse_inner_product: sparse::inner_product_scalar,
    rotate: rotation::transform::rotate_scalar,
    pack_signs: fastscan::scalar::pack_signs,
    build_table: fastscan::scalar::build_table,
    scan: fastscan::scalar::scan,
    affine: fastscan::scalar::affine,
    nibble_dot: nibbles::dot_scalar,
    mask_below: fastscan::scalar::mask_below,
};

/// Writes a table whose entries call `target_feature` functions; sound because `available` hands the table
/// out only on a CPU that has the features.
#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_endian = "little")))]
macro_rules! simd_table {
    ($table:ident { $($field:ident: $path:path, ($($arg:ident),*);)* } $($rest:tt)*) => {
        $table {
            $($field: |$($arg),*| {
                // SAFETY: reached only through a table that `available` gives after detecting its features.
                unsafe { $path($($arg),*) }
            },)*
            $($rest)*
        }
    };
}

/// One kind of component's distances of a level.
#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_endian = "little")))]
macro_rules! simd_distances {
    ($level:ident) => {
        simd_table!(Distances {
            l2_squared: distance::$level::l2_squared, (a, b);
            inner_product: distance::$level::inner_product, (a, b);
            l1: distance::$level::l1, (a, b);
            cosine_terms: distance::$level::cosine_terms, (a, b);
        })
    };
}

#[cfg(target_arch = "x86_64")]
static AVX2: Kernels = simd_table!(Kernels {
    inner_products: distance::avx2::inner_products, (a, b, d, o);
    widen_f16: half::x86::widen_avx2, (i, o);
    narrow_f16: half::x86::narrow_avx2, (i, o);
    hamming: bits::hamming_avx2, (a, b);
    jaccard_terms: bits::jaccard_terms_avx2, (a, b);
    sparse_inner_product: sparse::avx2::inner_product, (a, b);
    rotate: rotation::x86::rotate_avx2, (d, s);
    pack_signs: fastscan::avx2::pack_signs, (v, o);
    build_table: fastscan::avx2::build_table, (q, o);
    scan: fastscan::avx2::scan, (c, e, s);
    affine: fastscan::avx2::affine, (s, t, e, l);
    nibble_dot: nibbles::x86::dot_avx2, (q, p);
    mask_below: fastscan::avx2::mask_below, (l, t);
} level: "avx2", f32: simd_distances!(avx2), f16: simd_distances!(avx2),);

#[cfg(target_arch = "x86_64")]
static AVX512: Kernels = simd_table!(Kernels {
    inner_products: distance::avx512::inner_products, (a, b, d, o);
    widen_f16: half::x86::widen_avx512, (i, o);
    narrow_f16: half::x86::narrow_avx512, (i, o);
    hamming: bits::hamming_avx2, (a, b);
    jaccard_terms: bits::jaccard_terms_avx2, (a, b);
    sparse_inner_product: sparse::avx2::inner_product, (a, b);
    rotate: rotation::x86::rotate_avx512, (d, s);
    pack_signs: fastscan::avx512::pack_signs, (v, o);
    build_table: fastscan::avx512::build_table, (q, o);
    scan: fastscan::avx512::scan, (c, e, s);
    affine: fastscan::avx512::affine, (s, t, e, l);
    nibble_dot: nibbles::x86::dot_avx512, (q, p);
    mask_below: fastscan::avx512::mask_below, (l, t);
} level: "avx512", f32: simd_distances!(avx2), f16: simd_distances!(avx2),);

/// Counting bits is all that this extension is good for here.
#[cfg(target_arch = "x86_64")]
static AVX512_VPOPCNTDQ: Kernels = simd_table!(Kernels {
    hamming: bits::avx512::hamming, (a, b);
    jaccard_terms: bits::avx512::jaccard_terms, (a, b);
} level: "avx512-vpopcntdq", ..AVX512);

#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
static NEON: Kernels = simd_table!(Kernels {
    inner_products: distance::neon::inner_products, (a, b, d, o);
    rotate: rotation::neon::rotate, (d, s);
    build_table: fastscan::neon::build_table, (q, o);
    scan: fastscan::neon::scan, (c, e, s);
    affine: fastscan::neon::affine, (s, t, e, l);
    mask_below: fastscan::neon::mask_below, (l, t);
} level: "neon", f32: simd_distances!(neon), f16: simd_distances!(neon), ..SCALAR);

static AVAILABLE: LazyLock<Vec<&'static Kernels>> = LazyLock::new(|| {
    // Worst first: the last one is the active one.
    let mut levels = vec![&SCALAR];
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("fma")
        && is_x86_feature_detected!("f16c")
        && is_x86_feature_detected!("popcnt")
    {
        levels.push(&AVX2);
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
        {
            levels.push(&AVX512);
            if is_x86_feature_detected!("avx512vpopcntdq") {
                levels.push(&AVX512_VPOPCNTDQ);
            }
        }
    }
    #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
    if std::arch::is_aarch64_feature_detected!("neon") {
        levels.push(&NEON);
    }
    levels
});

static ACTIVE: LazyLock<&'static Kernels> = LazyLock::new(|| AVAILABLE.last().copied().unwrap_or(&SCALAR));

impl Kernels {
    /// The tables this CPU can run, the slowest (`scalar`) first, the active one last.
    pub fn available() -> &'static [&'static Kernels] {
        &AVAILABLE
    }
}

/// The table in use.
#[inline]
pub(crate) fn table() -> &'static Kernels {
    &ACTIVE
}

/// Name of the level in use, for diagnostics; see [`Kernels::level`].
pub fn active() -> &'static str {
    table().level
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_active_level_is_the_best_available() {
        let levels: Vec<_> = Kernels::available().iter().map(|k| k.level).collect();
        assert_eq!(levels[0], "scalar");
        assert_eq!(levels.last(), Some(&active()));
    }
}
