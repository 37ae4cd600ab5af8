//! Lengths that are declared and not delivered cost no memory. Alone in its file, because it measures the
//! whole process.

mod common;

use common::zstd_value;
use helix::{Damage, HelixError, MAX_RAW_LEN, decode};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Rust-side peak while decoding; zstd's own context (160 kB, 8 MiB with a window) is allocated by C and not
/// seen here.
fn peak_of(stored: &[u8]) -> (Result<Vec<u8>, HelixError>, usize) {
    ALLOCATOR.reset_peak_usage();
    let before = ALLOCATOR.current_usage();
    let result = decode(stored, MAX_RAW_LEN);
    (result, ALLOCATOR.peak_usage() - before)
}

/// A frame without a content size (descriptor 0, window 1 MiB) of blocks that each repeat a byte `size` times.
fn run_length_frame(blocks: u32, size: u32) -> Vec<u8> {
    let mut frame = vec![0x28, 0xB5, 0x2F, 0xFD, 0x00, 10 << 3];
    for i in 1..=blocks {
        let header = (size << 3) | (1 << 1) | u32::from(i == blocks);
        frame.extend_from_slice(&header.to_le_bytes()[..3]);
        frame.push(0x55);
    }
    frame
}

#[test]
fn a_lying_length_is_not_allocated() {
    const MIB: usize = 1 << 20;
    let gigabyte = 1_000_000_000;

    // Says nothing about its own length, yields 300 kB, declared as 1 GB.
    let (result, peak) = peak_of(&zstd_value(gigabyte, &run_length_frame(3, 100_000)));
    let damage = Damage::RawLength { declared: gigabyte.into(), actual: 300_000 };
    assert_eq!(result, Err(HelixError::Damaged(damage)));
    assert!(peak <= 2 * MIB, "{peak}");

    // The frame's own header tells the same lie as ours.
    let mut frame = zstd::bulk::compress(&[1; 5_000], 3).unwrap();
    let (result, _) = peak_of(&zstd_value(gigabyte, &frame));
    let damage = Damage::RawLength { declared: gigabyte.into(), actual: 5_000 };
    assert_eq!(result, Err(HelixError::Damaged(damage)));
    frame =
        [&[0x28, 0xB5, 0x2F, 0xFD, 0x80, 10 << 3][..], &gigabyte.to_le_bytes(), &run_length_frame(1, 9)[6..]]
            .concat();
    let (result, peak) = peak_of(&zstd_value(gigabyte, &frame));
    assert!(matches!(result, Err(HelixError::Damaged(_))), "{result:?}");
    assert!(peak <= 2 * MIB, "{peak}");

    // Yields more than was declared, by both ways of decompressing.
    for declared in [1_000, 20_000_000] {
        let (result, peak) = peak_of(&zstd_value(declared, &run_length_frame(300, 100_000)));
        assert!(matches!(result, Err(HelixError::Damaged(_))), "{result:?}");
        assert!(peak <= 2 * declared as usize, "{peak}");
    }

    // The truth, far out of proportion to the frame, is believed as it arrives.
    let (result, peak) = peak_of(&zstd_value(30_000_000, &run_length_frame(300, 100_000)));
    assert_eq!(result.unwrap(), vec![0x55; 30_000_000]);
    assert!(peak <= 61_000_000, "{peak}");

    // A window of 1 GiB is refused.
    let mut wide = run_length_frame(300, 100_000);
    wide[5] = 20 << 3;
    let (result, _) = peak_of(&zstd_value(30_000_000, &wide));
    assert!(matches!(result, Err(HelixError::Damaged(Damage::Payload(_)))), "{result:?}");
}
