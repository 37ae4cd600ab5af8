//! The zstd payload: exactly one frame, whose length when decompressed is the header's raw length.
//!
//! A *standard* frame is RFC 8878's. A *bare* frame is the same without what our header says already: no magic number, no
//! content size, no dictionary id, which is seven to twelve bytes of a short value.
//!
//! A context costs more to make than a kilobyte to compress, so that contexts are kept; one that grew large for a large value
//! is let go. A context is out of its slot while it works: where a callback unwinds, it is dropped with its half-done frame.

use zstd::zstd_safe::{
    self, CCtx, CParameter, DCtx, DParameter, FrameFormat, InBuffer, OutBuffer, ResetDirective, zstd_sys,
};

use crate::dictionary::Dictionary;
use crate::error::{Damage, HelixError};

/// The frames of levels 1 to 19 need a window of at most 8 MiB; a frame that asks for more is not ours.
const WINDOW_LOG_MAX: u32 = 23;

/// Up to this length a declared raw length is allocated without being earned.
const TRUSTED_LEN: usize = 1 << 20;

/// Compressed bytes that are there earn this many times their number. Beyond it the output grows as data arrives.
const TRUSTED_RATIO: usize = 64;

/// What is compressed, or decompressed, between two calls of a [`Pause`], in bytes of input.
const STRIDE: usize = 1 << 18;

/// Values of more raw bytes than this are worked on in strides; shorter ones take about a millisecond.
const ONE_SHOT: usize = 1 << 20;

/// A context above this size is not kept, in bytes.
const KEPT_CONTEXT: usize = 4 << 20;

/// Called between strides of long work. It may unwind to end the work; what is under construction is then dropped.
pub type Pause<'a> = &'a mut dyn FnMut();

/// The two kinds of frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Frame {
    /// As in RFC 8878.
    Standard,
    /// Without magic number, content size and dictionary id.
    Bare,
}

impl Frame {
    fn format(self) -> FrameFormat {
        match self {
            Frame::Standard => FrameFormat::One,
            Frame::Bare => FrameFormat::Magicless,
        }
    }
}

/// How to compress: at a level from 1 to 19, or with a dictionary, whose level is its own.
#[derive(Clone, Copy)]
pub(crate) enum Means<'a> {
    Level(i32),
    Dictionary(&'a Dictionary),
}

/// Compression contexts, one for each kind of frame, made when first needed.
#[derive(Default)]
pub(crate) struct Compressors([Option<CCtx<'static>>; 2]);

impl Compressors {
    /// Appends `raw` as one frame to `out` and says whether that took fewer bytes than `raw` has; otherwise `out` is as before.
    pub fn compress(
        &mut self,
        frame: Frame,
        means: Means<'_>,
        out: &mut Vec<u8>,
        raw: &[u8],
        pause: Pause<'_>,
    ) -> bool {
        let start = out.len();
        // A frame that does not shrink the value has no room, so that compressing costs no more memory than not doing so.
        out.resize(start + raw.len().saturating_sub(1), 0);
        let slot = &mut self.0[frame as usize];
        let written = slot.take().or_else(|| new_compressor(frame)).and_then(|mut context| {
            let written = run(&mut context, means, &mut out[start..], raw, pause);
            if context.sizeof() <= KEPT_CONTEXT {
                *slot = Some(context);
            }
            written
        });
        out.truncate(start + written.unwrap_or(0));
        written.is_some()
    }
}

fn new_compressor(frame: Frame) -> Option<CCtx<'static>> {
    let mut context = CCtx::try_create()?;
    context.set_parameter(CParameter::Format(frame.format())).ok()?;
    context.set_parameter(CParameter::ContentSizeFlag(frame == Frame::Standard)).ok()?;
    context.set_parameter(CParameter::DictIdFlag(false)).ok()?;
    Some(context)
}

/// The length of the frame, or `None` if it does not fit into `out` (or memory ran out, which is treated alike: the value
/// is then stored as it is).
fn run(
    context: &mut CCtx<'static>,
    means: Means<'_>,
    out: &mut [u8],
    raw: &[u8],
    pause: Pause<'_>,
) -> Option<usize> {
    context.reset(ResetDirective::SessionOnly).ok()?;
    match means {
        Means::Level(level) => {
            context.disable_dictionary().ok()?;
            context.set_parameter(CParameter::CompressionLevel(level)).ok()?;
        }
        // The context keeps a pointer to the dictionary, which it follows only in this call: the next one sets it anew.
        Means::Dictionary(dictionary) => {
            context.ref_cdict(dictionary.to_compress()?).ok()?;
        }
    }
    if raw.len() <= ONE_SHOT {
        return context.compress2(out, raw).ok();
    }
    context.set_pledged_src_size(Some(raw.len() as u64)).ok()?;
    let mut output = OutBuffer::around(out);
    for stride in raw.chunks(STRIDE) {
        pause();
        let mut input = InBuffer::around(stride);
        while input.pos() < stride.len() {
            let before = (input.pos(), output.pos());
            let directive = zstd_sys::ZSTD_EndDirective::ZSTD_e_continue;
            context.compress_stream2(&mut output, &mut input, directive).ok()?;
            if before == (input.pos(), output.pos()) {
                return None;
            }
        }
    }
    loop {
        let before = output.pos();
        let directive = zstd_sys::ZSTD_EndDirective::ZSTD_e_end;
        if context.compress_stream2(&mut output, &mut InBuffer::around(&[]), directive).ok()? == 0 {
            return Some(output.pos());
        }
        if output.pos() == before {
            return None;
        }
    }
}

/// Decompression contexts, one for each kind of frame, made when first needed.
#[derive(Default)]
pub(crate) struct Decompressors([Option<DCtx<'static>>; 2]);

impl Decompressors {
    /// Decompresses one frame. Allocates `raw_len` bytes at most, and no more than about twice of what it really yields when
    /// `raw_len` is out of proportion to the frame.
    pub fn decompress(
        &mut self,
        kind: Frame,
        dictionary: Option<&Dictionary>,
        frame: &[u8],
        raw_len: usize,
        pause: Pause<'_>,
    ) -> Result<Vec<u8>, HelixError> {
        if kind == Frame::Standard {
            check_frame(frame, raw_len)?;
        }
        let slot = &mut self.0[kind as usize];
        let mut context = match slot.take() {
            Some(context) => context,
            None => new_decompressor(kind)?,
        };
        let result = start(&mut context, dictionary).and_then(|()| {
            let trusted = TRUSTED_LEN.max(frame.len().saturating_mul(TRUSTED_RATIO));
            if raw_len > ONE_SHOT || raw_len > trusted {
                return decompress_in_strides(&mut context, frame, raw_len, trusted, pause);
            }
            let mut raw = Vec::with_capacity(raw_len);
            context.decompress(&mut raw, frame).map_err(refused)?;
            Ok(raw)
        });
        if context.sizeof() <= KEPT_CONTEXT {
            *slot = Some(context);
        }
        let raw = result?;
        if raw.len() != raw_len {
            return Err(wrong_len(raw_len, raw.len() as u64));
        }
        Ok(raw)
    }
}

fn new_decompressor(kind: Frame) -> Result<DCtx<'static>, HelixError> {
    let mut context = DCtx::try_create().ok_or(HelixError::OutOfMemory)?;
    context.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX)).map_err(refused)?;
    context.set_parameter(DParameter::Format(kind.format())).map_err(refused)?;
    Ok(context)
}

/// Readies a context for a frame that begins anew. As in compressing, the dictionary is only used until the next call.
fn start(context: &mut DCtx<'static>, dictionary: Option<&Dictionary>) -> Result<(), HelixError> {
    context.reset(ResetDirective::SessionOnly).map_err(refused)?;
    match dictionary {
        None => context.disable_dictionary(),
        Some(dictionary) => context.ref_ddict(dictionary.to_decompress()),
    }
    .map(|_| ())
    .map_err(refused)
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

fn decompress_in_strides(
    context: &mut DCtx<'static>,
    frame: &[u8],
    raw_len: usize,
    trusted: usize,
    pause: Pause<'_>,
) -> Result<Vec<u8>, HelixError> {
    let earned = if raw_len <= trusted { raw_len } else { TRUSTED_LEN };
    let mut raw = Vec::with_capacity(earned.min(raw_len));
    let mut consumed = 0;
    loop {
        pause();
        if raw.len() == raw.capacity() {
            let more = raw.len().min(raw_len.saturating_sub(raw.len()));
            raw.reserve_exact(more);
        }
        let mut input = InBuffer::around(&frame[consumed..frame.len().min(consumed + STRIDE)]);
        let filled = raw.len();
        let mut output = OutBuffer::around_pos(&mut raw, filled);
        let hint = context.decompress_stream(&mut output, &mut input).map_err(refused)?;
        consumed += input.pos();
        if hint == 0 {
            return match consumed == frame.len() {
                true => Ok(raw),
                false => Err(HelixError::Damaged(Damage::Payload("bytes follow the compressed frame"))),
            };
        }
        if input.pos() == 0 && raw.len() == filled {
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
