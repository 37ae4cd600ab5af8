//! Measures packing, unpacking, encoding and decoding: `cargo run --release -p helix --example throughput [FILE]`.
//! The file (default: a generated one) is encoded whole and in pieces of 1 kB.

use std::hint::black_box;
use std::rc::Rc;
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
    let mut encoder = Encoder::new();
    let raws: Vec<&[u8]> = raw.chunks(1_000).collect();
    println!(
        "encode of such a piece: {:.2} µs with one encoder, {:.2} µs with one each",
        micros(best(|| {
            raws.iter().for_each(|p| drop(black_box(encoder.encode(p, DEFAULT_LEVEL, 0, &mut || ()))))
        })),
        micros(best(|| raws.iter().for_each(|p| drop(black_box(encode(p, DEFAULT_LEVEL)))))),
    );
    let samples: Vec<&[u8]> = raws.iter().copied().step_by(2).collect();
    let trained = train(&samples, DEFAULT_DICTIONARY_LEN).expect("enough samples");
    let id = std::num::NonZeroU32::MIN;
    let dictionary = Rc::new(Dictionary::new(id, &trained, 12).expect("a dictionary"));
    let mut compact =
        |p: &[u8]| encoder.encode_compact(p, Some(&dictionary), Content::Bytes, &mut || ()).expect("short");
    // Half of the pieces trained it, the other half is measured.
    let unseen: Vec<Vec<u8>> = raws.iter().skip(1).step_by(2).map(|p| compact(p)).collect();
    let encoding = best(|| raws.iter().skip(1).step_by(2).for_each(|p| drop(black_box(compact(p)))));
    let mut shelf = One(dictionary.clone());
    let mut decode_one =
        |p: &Vec<u8>| drop(black_box(decoder.decode_with(p, MAX_RAW_LEN, &mut shelf, &mut || ())));
    let decoding = best(|| unseen.iter().for_each(&mut decode_one));
    println!(
        "with a dictionary: {} bytes each on average; encode {:.2} µs, decode {:.2} µs",
        unseen.iter().map(Vec::len).sum::<usize>() / unseen.len(),
        encoding * 1e6 / unseen.len() as f64,
        decoding * 1e6 / unseen.len() as f64,
    );
}

struct One(Rc<Dictionary>);

impl Dictionaries for One {
    fn dictionary(&mut self, _id: u32) -> Result<Option<Rc<Dictionary>>, HelixError> {
        Ok(Some(self.0.clone()))
    }
}
