//! The rounds, written once. Each level supplies the transform of 64 components, which needs shuffles; the rest
//! is loops over long slices that the compiler vectorises for the function they are inlined into.

use std::f32::consts::FRAC_1_SQRT_2;

/// Enough that one component spreads over all also when the windows only overlap.
pub(crate) const ROUNDS: usize = 4;

/// Rotates the first ⌊len / 64⌋ · 64 components in place. `base` flips 64 components by the bits of a word,
/// multiplies them by a scale, and transforms them (stages 1, 2, 4, … 32, in this order).
#[inline(always)]
pub(crate) fn rotate(data: &mut [f32], signs: &[u64], base: impl Fn(&mut [f32; 64], u64, f32)) {
    let words = data.len() / 64;
    if words == 0 {
        return;
    }
    let len = words * 64;
    let data = &mut data[..len];
    let window = 1usize << len.ilog2();
    let scale = 1.0 / (window as f32).sqrt();
    for (round, signs) in signs.chunks_exact(words).take(ROUNDS).enumerate() {
        let start = if round % 2 == 0 { 0 } else { len - window };
        for (i, (block, &word)) in data.as_chunks_mut::<64>().0.iter_mut().zip(signs).enumerate() {
            if (start..start + window).contains(&(i * 64)) {
                base(block, word, scale);
            } else {
                flip(block, word, 1.0);
            }
        }
        stages(&mut data[start..start + window]);
        if window < len {
            kac(data);
        }
    }
}

/// Negates component i where bit i is set, then scales.
#[inline(always)]
fn flip(block: &mut [f32; 64], word: u64, scale: f32) {
    for (i, x) in block.iter_mut().enumerate() {
        let sign = ((word >> i) as u32 & 1) << 31;
        *x = f32::from_bits(x.to_bits() ^ sign) * scale;
    }
}

/// Stages 64, 128, …: two at a time halve the memory traffic and leave each sum as it was.
#[inline(always)]
fn stages(window: &mut [f32]) {
    let mut h = 64;
    while 4 * h <= window.len() {
        for quarter in window.chunks_exact_mut(4 * h) {
            let (low, high) = quarter.split_at_mut(2 * h);
            let ((a, b), (c, d)) = (low.split_at_mut(h), high.split_at_mut(h));
            for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
                let (p, q, r, s) = (*a + *b, *a - *b, *c + *d, *c - *d);
                (*a, *b, *c, *d) = (p + r, q + s, p - r, q - s);
            }
        }
        h *= 4;
    }
    if 2 * h <= window.len() {
        for half in window.chunks_exact_mut(2 * h) {
            let (a, b) = half.split_at_mut(h);
            for (a, b) in a.iter_mut().zip(b) {
                (*a, *b) = (*a + *b, *a - *b);
            }
        }
    }
}

/// Rotates each pair (i, i + len/2) by 45° and mirrors it.
#[inline(always)]
fn kac(data: &mut [f32]) {
    let (a, b) = data.split_at_mut(data.len() / 2);
    for (a, b) in a.iter_mut().zip(b) {
        (*a, *b) = ((*a + *b) * FRAC_1_SQRT_2, (*a - *b) * FRAC_1_SQRT_2);
    }
}

pub(crate) fn rotate_scalar(data: &mut [f32], signs: &[u64]) {
    rotate(data, signs, |block, word, scale| {
        flip(block, word, scale);
        let mut h = 1;
        while h < 64 {
            for pair in block.chunks_exact_mut(2 * h) {
                let (a, b) = pair.split_at_mut(h);
                for (a, b) in a.iter_mut().zip(b) {
                    (*a, *b) = (*a + *b, *a - *b);
                }
            }
            h *= 2;
        }
    });
}
