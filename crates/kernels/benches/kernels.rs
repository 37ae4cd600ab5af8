//! `cargo bench -p kernels`: every level this CPU has; the README states results.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use kernels::{Kernels, LookupTable, Rotation, block_bytes, splitmix64};

fn floats(len: usize) -> Vec<f32> {
    let mut state = 1;
    (0..len).map(|_| (splitmix64(&mut state) >> 40) as f32 / (1u32 << 23) as f32 - 1.0).collect()
}

fn distances(c: &mut Criterion) {
    for k in Kernels::available() {
        for dims in [128, 384, 768, 1536] {
            let v = floats(2 * dims);
            let (a, b) = v.split_at(dims);
            c.bench_function(&format!("l2_squared/{dims}/{}", k.level), |bench| {
                bench.iter(|| (k.l2_squared)(black_box(a), black_box(b)));
            });
        }
        let (query, rows, mut out) = (floats(128), floats(128 * 1000), vec![0.0; 1000]);
        c.bench_function(&format!("l2_squared_many/1000x128/{}", k.level), |bench| {
            bench.iter(|| (k.l2_squared_many)(black_box(&query), black_box(&rows), &mut out));
        });
    }
}

fn rotation(c: &mut Criterion) {
    for dims in [128, 384, 768, 1024] {
        let rotation = Rotation::new(dims, 7);
        let (input, mut out) = (floats(dims), vec![0.0; rotation.padded_dims()]);
        c.bench_function(&format!("rotation/{dims}/{}", kernels::active()), |bench| {
            bench.iter(|| rotation.apply(black_box(&input), &mut out));
        });
    }
}

fn fastscan(c: &mut Criterion) {
    for dims in [128, 384, 768] {
        let mut lut = LookupTable::new();
        let query = floats(dims);
        c.bench_function(&format!("lookup_table/{dims}/{}", kernels::active()), |bench| {
            bench.iter(|| lut.build(black_box(&query)));
        });
        let mut state = 3;
        let block: Vec<u8> = (0..block_bytes(dims)).map(|_| splitmix64(&mut state) as u8).collect();
        for k in Kernels::available() {
            let mut sums = [0; 32];
            c.bench_function(&format!("scan_block/{dims}/{}", k.level), |bench| {
                bench.iter(|| (k.scan)(black_box(&block), black_box(lut.entries()), &mut sums));
            });
        }
    }
    let (sums, page, mut est, mut low) = ([1000; 32], [0u8; 256], [0.0; 32], [0.0; 32]);
    c.bench_function(&format!("affine_lower_bounds+mask/{}", kernels::active()), |bench| {
        bench.iter(|| {
            let (add, rescale) = black_box(&page).split_at(128);
            kernels::affine_lower_bounds(&sums, 0.1, -1.0, add, rescale, 1.0, 0.5, &mut est, &mut low);
            kernels::mask_below(&low, black_box(1.0))
        });
    });
}

criterion_group!(benches, distances, rotation, fastscan);
criterion_main!(benches);
