//! Measures packing, unpacking, encoding and decoding: `cargo run --release -p helix --example throughput [FILE]`.
//! The file (default: a generated one) is encoded whole and in pieces of 1 kB.

use std::hint::black_box;
use std::time::Instant;

use helix::*;

/// The fastest of several runs, in seconds.
fn best(mut run: impl FnMut()) -> f64 {
    (0..7)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}

fn main() {
    let raw = match std::env::args().nth(1) {
        Some(path) => std::fs::read(path).expect("a readable file"),
        None => (0..400_000u32)
            .flat_map(|i| format!("{{\"id\":{i},\"v\":{}}}\n", i * 7 % 977).into_bytes())
            .collect(),
    };
    let gb = |bytes: usize, seconds: f64| bytes as f64 / seconds / 1e9;
    println!("input: {} bytes", raw.len());
    for raw in [&raw[..raw.len().min(16_384)], &raw] {
        let text = unpack(raw, raw.len() * 4);
        let times = 1 + 10_000_000 / text.len();
        let speed = |run: &dyn Fn()| gb(text.len() * times, best(|| (0..times).for_each(|_| run())));
        let packing = speed(&|| drop(black_box(pack(black_box(&text)))));
        let unpacking = speed(&|| drop(black_box(unpack(black_box(raw), text.len()))));
        println!("{:9} bases: pack {packing:.2}, unpack {unpacking:.2} GB/s of text", text.len());
    }
    for level in [1, DEFAULT_LEVEL, 9] {
        let stored = encode(&raw, level).expect("a short input");
        let encoding = best(|| drop(black_box(encode(&raw, level))));
        let decoding = best(|| drop(black_box(decode(&stored, MAX_RAW_LEN))));
        println!(
            "level {level}: {} bytes; encode {:.2} GB/s, decode {:.2} GB/s of raw",
            stored.len(),
            gb(raw.len(), encoding),
            gb(raw.len(), decoding)
        );
    }
    let pieces: Vec<Vec<u8>> =
        raw.chunks(1_000).map(|piece| encode(piece, DEFAULT_LEVEL).expect("a short input")).collect();
    let micros = |seconds: f64| seconds * 1e6 / pieces.len() as f64;
    let mut decoder = Decoder::new();
    println!(
        "{} pieces of 1 kB: {} bytes stored; decode {:.2} µs with one decoder, {:.2} µs with one each",
        pieces.len(),
        pieces.iter().map(Vec::len).sum::<usize>(),
        micros(best(|| pieces.iter().for_each(|p| drop(black_box(decoder.decode(p, MAX_RAW_LEN)))))),
        micros(best(|| pieces.iter().for_each(|p| drop(black_box(decode(p, MAX_RAW_LEN)))))),
    );
}
