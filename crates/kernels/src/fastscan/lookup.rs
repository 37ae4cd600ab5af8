//! The query side of a scan.

use super::GROUP_BYTES;
use crate::dispatch::table;

/// A rotated query as one byte per (group, nibble), so that the inner product with a code of ±1 components is
///
/// ```text
/// Σ_d ±q[d]  =  Σ_g value(g, nibble)  ≈  scale · Σ_g entry(g, nibble) + offset
/// value(g, n) = Σ_i (bit i of n set ? +q[4g+i] : −q[4g+i])
/// ```
///
/// One scale serves all groups; the groups' minima are folded into the offset. The result is the same at every
/// level, bit for bit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LookupTable {
    entries: Vec<u8>,
    scale: f32,
    offset: f32,
}

impl LookupTable {
    /// A table of no groups.
    pub fn new() -> Self {
        Self::default()
    }

    /// Builds the table of `query` (a multiple of 64 components, finite, Σ|qᵢ| below 1e38), reusing the memory
    /// of the query before. Components past a multiple of 4 are ignored.
    pub fn build(&mut self, query: &[f32]) {
        self.entries.resize(query.len() / 4 * GROUP_BYTES, 0);
        (self.scale, self.offset) = (table().build_table)(query, &mut self.entries);
    }

    /// The bytes, 16 per group, entry of nibble n at n.
    pub fn entries(&self) -> &[u8] {
        &self.entries
    }

    /// Number of groups, a quarter of the query's components.
    pub fn groups(&self) -> usize {
        self.entries.len() / GROUP_BYTES
    }

    /// Value of one unit of an entry.
    pub fn scale(&self) -> f32 {
        self.scale
    }

    /// Value of an all-zero sum, −Σ|qᵢ|.
    pub fn offset(&self) -> f32 {
        self.offset
    }

    /// Largest possible distance of `scale · sum + offset` from the unquantised sum, rounding of floats (about
    /// 1e-6 · Σ|qᵢ|) left aside: each entry is off by at most half a unit.
    pub fn error_bound(&self) -> f32 {
        self.groups() as f32 * self.scale * 0.5
    }
}

/// How the values of a query become bytes.
pub(crate) struct Quantiser {
    pub(crate) scale: f32,
    pub(crate) offset: f32,
    /// 1 / scale, or 0 for a query of zeros, or so near zero that its scale has no reciprocal: all its
    /// entries are then 0, and its estimates too.
    pub(crate) inverse: f32,
}

impl Quantiser {
    #[inline(always)]
    pub(crate) fn of(query: &[f32]) -> Self {
        let (total, largest) = group_norms(query);
        let inverse = 255.0 / (2.0 * largest);
        if inverse.is_finite() {
            Self { scale: 2.0 * largest / 255.0, offset: -total, inverse }
        } else {
            Self { scale: 0.0, offset: -total * 0.0, inverse: 0.0 }
        }
    }
}

/// Σ|qᵢ|, and the largest such sum within a group. Lane by lane in a fixed order, so that every level gets the
/// same bits whatever the compiler vectorises.
#[inline(always)]
fn group_norms(query: &[f32]) -> (f32, f32) {
    const LANES: usize = 16;
    let (mut total, mut largest) = ([0.0f32; LANES], [0.0f32; LANES]);
    let (chunks, rest) = query.as_chunks::<{ 4 * LANES }>();
    let mut last = [0.0; 4 * LANES];
    for (to, from) in last.iter_mut().zip(rest.as_chunks::<4>().0.as_flattened()) {
        *to = *from;
    }
    for chunk in chunks.iter().chain([&last]) {
        for lane in 0..LANES {
            let q = [chunk[4 * lane], chunk[4 * lane + 1], chunk[4 * lane + 2], chunk[4 * lane + 3]];
            let sum = group_norm(&q);
            total[lane] += sum;
            // Not f32::max: this form is one instruction, and NaN shows in the total.
            largest[lane] = if sum > largest[lane] { sum } else { largest[lane] };
        }
    }
    (total.iter().sum(), largest.iter().fold(0.0, |m: f32, x| m.max(*x)))
}

/// |q₀| + |q₁| + |q₂| + |q₃| in the order that all levels use.
#[inline(always)]
pub(crate) fn group_norm(q: &[f32; 4]) -> f32 {
    (q[0].abs() + q[1].abs()) + (q[2].abs() + q[3].abs())
}
