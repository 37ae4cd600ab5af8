//! A chunk as its difference from a similar one: what the base has already is not said again.
//!
//! The difference is a zstd frame with the base as its prefix, so that matches may reach back into it. It is kept as bytes that
//! a `dna` value protects; by itself it has no checksum.

use zstd::zstd_safe::{CCtx, CParameter, DCtx, DParameter, FrameFormat};

use crate::error::{Damage, HelixError};
use crate::layout::{push_varint, take_varint};

/// The format of a difference, its first byte.
const VERSION: u8 = 1;
/// Short inputs: what the strongest levels find is worth their milliseconds, because it is kept for ever.
const LEVEL: i32 = 19;
/// The longest base and result in bytes; chunks are far shorter.
const MAX_LEN: usize = 1 << 20;

/// What makes `raw` of `base`; `None` if either is longer than 1 MiB, or memory ran out.
pub fn delta(base: &[u8], raw: &[u8]) -> Option<Vec<u8>> {
    if base.len() > MAX_LEN || raw.len() > MAX_LEN {
        return None;
    }
    let mut context = CCtx::try_create()?;
    context.set_parameter(CParameter::CompressionLevel(LEVEL)).ok()?;
    context.set_parameter(CParameter::Format(FrameFormat::Magicless)).ok()?;
    context.set_parameter(CParameter::ContentSizeFlag(false)).ok()?;
    context.ref_prefix(base).ok()?;
    let mut frame = Vec::with_capacity(zstd::zstd_safe::compress_bound(raw.len()));
    context.compress2(&mut frame, raw).ok()?;
    let mut out = Vec::with_capacity(6 + frame.len());
    out.push(VERSION);
    push_varint(&mut out, raw.len() as u32);
    out.extend_from_slice(&frame);
    Some(out)
}

/// The bytes that [`delta`] was given, of the same base. Allocates the declared length, at most 1 MiB.
///
/// # Errors
/// [`HelixError::UnsupportedVersion`]; [`HelixError::Damaged`] for bytes that are no difference from this base. Another base of the
/// same length may give other bytes: whoever keeps differences holds the result against its address.
pub fn patch(base: &[u8], delta: &[u8]) -> Result<Vec<u8>, HelixError> {
    let truncated = || HelixError::Damaged(Damage::Truncated { length: delta.len() });
    let (&version, mut rest) = delta.split_first().ok_or_else(truncated)?;
    if version != VERSION {
        return Err(HelixError::UnsupportedVersion { version });
    }
    let raw_len = take_varint(&mut rest).map_err(|error| error.unwrap_or_else(truncated))? as usize;
    if raw_len > MAX_LEN {
        return Err(HelixError::TooLong { what: "chunk", length: raw_len as u64, limit: MAX_LEN as u64 });
    }
    let refused = |code| HelixError::Damaged(Damage::Payload(zstd::zstd_safe::get_error_name(code)));
    let mut context = DCtx::try_create().ok_or(HelixError::OutOfMemory)?;
    context.set_parameter(DParameter::Format(FrameFormat::Magicless)).map_err(refused)?;
    context.set_parameter(DParameter::WindowLogMax(22)).map_err(refused)?;
    context.ref_prefix(base).map_err(refused)?;
    let mut raw = Vec::with_capacity(raw_len);
    context.decompress(&mut raw, rest).map_err(refused)?;
    if raw.len() != raw_len {
        let damage = Damage::RawLength { declared: raw_len as u64, actual: raw.len() as u64 };
        return Err(HelixError::Damaged(damage));
    }
    Ok(raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(length: usize) -> Vec<u8> {
        let mut state = 5u64;
        let step = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        };
        std::iter::repeat_with(step).take(length).collect()
    }

    #[test]
    fn a_few_edits_take_some_tens_of_bytes() {
        let base = noise(16_000);
        let mut raw = base.clone();
        raw.splice(3_000..3_004, *b"ten bytes!");
        raw.splice(12_000..12_000, *b"and more");
        let small = delta(&base, &raw).unwrap();
        assert!(small.len() < 60, "{}", small.len());
        assert_eq!(patch(&base, &small).unwrap(), raw);
        assert!(patch(&base[..8_000], &small).map_or(true, |other| other != raw));
    }

    #[test]
    fn whatever_the_base() {
        let long = noise(70_000);
        for (base, raw) in
            [(&b""[..], &b""[..]), (b"", b"abc"), (b"abc", b""), (&long, b"x"), (b"x", &long), (&long, &long)]
        {
            assert_eq!(patch(base, &delta(base, raw).unwrap()).as_deref(), Ok(raw));
        }
        assert!(delta(&[], &vec![0; MAX_LEN + 1]).is_none());
    }

    #[test]
    fn garbage_is_refused() {
        let base = noise(2_000);
        let sound = delta(&base, &base[500..]).unwrap();
        for cut in 0..sound.len() {
            assert!(patch(&base, &sound[..cut]).is_err(), "{cut}");
        }
        assert_eq!(patch(&base, &[9, 0]), Err(HelixError::UnsupportedVersion { version: 9 }));
        let huge = [&[VERSION, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F][..], &sound[3..]].concat();
        assert!(matches!(patch(&base, &huge), Err(HelixError::TooLong { .. })));
    }
}
