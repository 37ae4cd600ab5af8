//! The zstd payload: exactly one frame, whose length when decompressed is the header's raw length.

use zstd::zstd_safe::{self, CCtx, DCtx, DParameter, InBuffer, OutBuffer, ResetDirective};

use crate::error::{Damage, HelixError};

/// The frames of levels 1 to 19 need a window of at most 8 MiB; a frame that asks for more is not ours.
const WINDOW_LOG_MAX: u32 = 23;

/// Up to this length a declared raw length is allocated without being earned.
const TRUSTED_LEN: usize = 1 << 20;

/// Compressed bytes that are there earn this many times their number. Beyond it the output grows as data arrives.
const TRUSTED_RATIO: usize = 64;

/// Appends `raw` as one zstd frame to `out` and says whether that took fewer bytes than `raw` has; otherwise
/// `out` is as before.
pub(crate) fn compress(out: &mut Vec<u8>, raw: &[u8], level: i32) -> bool {
    let start = out.len();
    // A frame that does not shrink the value has no room, so that compressing costs no more memory than not doing so.
    out.resize(start + raw.len().saturating_sub(1), 0);
    let written =
        CCtx::try_create().and_then(|mut context| context.compress(&mut out[start..], raw, level).ok());
    out.truncate(start + written.unwrap_or(0));
    written.is_some()
}

/// Decompresses `frame`. Allocates `raw_len` bytes at most, and no more than about twice of what it really
/// yields when `raw_len` is out of proportion to the frame.
pub(crate) fn decompress(
    context: &mut Option<DCtx<'static>>,
    frame: &[u8],
    raw_len: usize,
) -> Result<Vec<u8>, HelixError> {
    check_frame(frame, raw_len)?;
    let context = match context {
        Some(context) => context,
        empty => {
            let mut fresh = DCtx::try_create().ok_or(HelixError::OutOfMemory)?;
            fresh.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX)).map_err(refused)?;
            empty.insert(fresh)
        }
    };
    let raw = if raw_len <= TRUSTED_LEN.max(frame.len().saturating_mul(TRUSTED_RATIO)) {
        let mut raw = Vec::with_capacity(raw_len);
        context.decompress(&mut raw, frame).map_err(refused)?;
        raw
    } else {
        decompress_growing(context, frame, raw_len)?
    };
    if raw.len() != raw_len {
        return Err(wrong_len(raw_len, raw.len() as u64));
    }
    Ok(raw)
}

/// One frame, no more, no less, and its own content size (if it has one) is what our header says.
fn check_frame(frame: &[u8], raw_len: usize) -> Result<(), HelixError> {
    if zstd_safe::find_frame_compressed_size(frame).map_err(refused)? != frame.len() {
        return Err(HelixError::Damaged(Damage::Payload("bytes follow the compressed frame")));
    }
    match zstd_safe::get_frame_content_size(frame) {
        Err(_) => Err(HelixError::Damaged(Damage::Payload("not a zstd frame"))),
        Ok(Some(size)) if size != raw_len as u64 => Err(wrong_len(raw_len, size)),
        Ok(_) => Ok(()),
    }
}

fn decompress_growing(
    context: &mut DCtx<'static>,
    frame: &[u8],
    raw_len: usize,
) -> Result<Vec<u8>, HelixError> {
    context.reset(ResetDirective::SessionOnly).map_err(refused)?;
    let mut raw = Vec::with_capacity(TRUSTED_LEN.min(raw_len));
    let mut input = InBuffer::around(frame);
    loop {
        if raw.len() == raw.capacity() {
            let more = raw.len().min(raw_len.saturating_sub(raw.len()));
            raw.reserve_exact(more);
        }
        let before = (input.pos(), raw.len());
        let filled = raw.len();
        let mut output = OutBuffer::around_pos(&mut raw, filled);
        let hint = context.decompress_stream(&mut output, &mut input).map_err(refused)?;
        if hint == 0 {
            return Ok(raw);
        }
        if before == (input.pos(), raw.len()) {
            // Either the frame wants to yield more than was declared, or it ends early.
            return Err(wrong_len(raw_len, raw.len() as u64));
        }
    }
}

fn wrong_len(declared: usize, actual: u64) -> HelixError {
    HelixError::Damaged(Damage::RawLength { declared: declared as u64, actual })
}

fn refused(code: zstd_safe::ErrorCode) -> HelixError {
    HelixError::Damaged(Damage::Payload(zstd_safe::get_error_name(code)))
}
