//! `cargo bench -p kernels`: every level this CPU has; the README states results.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use kernels::sparse::{self, Sparse};
use kernels::{Component, Kernels, LookupTable, Rotation, block_bytes, splitmix64};

const DIMS: [usize; 4] = [128, 384, 768, 1536];

fn floats(len: usize) -> Vec<f32> {
    let mut state = 1;
    (0..len).map(|_| (splitmix64(&mut state) >> 40) as f32 / (1u32 << 23) as f32 - 1.0).collect()
}

fn distances_of<C: Component>(c: &mut Criterion, of: &str, component: impl Fn(f32) -> C) {
    for level in Kernels::available() {
        let (k, level) = (C::distances(level), level.level);
        for dims in DIMS {
            let v: Vec<C> = floats(2 * dims).into_iter().map(&component).collect();
            let (a, b) = v.split_at(dims);
            for (name, kernel) in
                [("l2_squared", k.l2_squared), ("inner_product", k.inner_product), ("l1", k.l1)]
            {
                c.bench_function(&format!("{name}/{of}/{dims}/{level}"), |bench| {
                    bench.iter(|| kernel(black_box(a), black_box(b)));
                });
            }
            c.bench_function(&format!("cosine_terms/{of}/{dims}/{level}"), |bench| {
                bench.iter(|| (k.cosine_terms)(black_box(a), black_box(b)));
            });
        }
    }
}

fn distances(c: &mut Criterion) {
    distances_of(c, "f32", |x| x);
    distances_of(c, "f16", kernels::f32_to_f16);
    for k in Kernels::available() {
        let (a, b, mut out) = (floats(384 * 32), floats(384 * 128), vec![0.0; 32 * 128]);
        c.bench_function(&format!("inner_products/32x128x384/{}", k.level), |bench| {
            bench.iter(|| (k.inner_products)(black_box(&a), black_box(&b), 384, &mut out));
        });
    }
}

fn bits(c: &mut Criterion) {
    for k in Kernels::available() {
        for dims in DIMS {
            let mut state = 5;
            let v: Vec<u8> = (0..dims / 4).map(|_| splitmix64(&mut state) as u8).collect();
            let (a, b) = v.split_at(dims / 8);
            c.bench_function(&format!("hamming/{dims}/{}", k.level), |bench| {
                bench.iter(|| (k.hamming)(black_box(a), black_box(b)));
            });
            c.bench_function(&format!("jaccard_terms/{dims}/{}", k.level), |bench| {
                bench.iter(|| (k.jaccard_terms)(black_box(a), black_box(b)));
            });
        }
    }
}

/// Which components are stored is random: `density` of them.
fn sparse_vector(dims: usize, density: f32, seed: u64) -> (Vec<i32>, Vec<f32>) {
    let mut state = seed;
    let mut random = || (splitmix64(&mut state) >> 40) as f32 / (1u32 << 24) as f32;
    (0..dims as i32).filter(|_| random() < density).map(|at| (at, 1.0 + at as f32)).unzip()
}

/// Many pairs in turn: of a single pair the CPU would learn the way through the indices by heart.
fn sparse_distances(c: &mut Criterion) {
    const PAIRS: usize = 512;
    // A quarter of a small vector, and 120 terms of a vocabulary as learned sparse retrieval has them.
    let kinds = DIMS.map(|dims| (dims, 0.25)).into_iter().chain([(30522, 120.0 / 30522.0)]);
    for (dims, density) in kinds {
        let vectors: Vec<_> = (0..2 * PAIRS as u64).map(|seed| sparse_vector(dims, density, seed)).collect();
        let pair = |at: usize| {
            let ((i, x), (j, y)) = (&vectors[2 * (at % PAIRS)], &vectors[2 * (at % PAIRS) + 1]);
            (Sparse::new(i, x), Sparse::new(j, y))
        };
        let mut run = |name: &str, kernel: &dyn Fn(Sparse<'_>, Sparse<'_>) -> f32| {
            let mut at = 0;
            c.bench_function(&format!("{name}/sparse/{dims}"), |bench| {
                bench.iter(|| {
                    at += 1;
                    let (a, b) = pair(black_box(at));
                    kernel(a, b)
                });
            });
        };
        run("l2_squared", &sparse::l2_squared);
        run("l1", &sparse::l1);
        for k in Kernels::available() {
            run(&format!("inner_product/{}", k.level), &k.sparse_inner_product);
        }
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

criterion_group!(benches, distances, sparse_distances, bits, rotation, fastscan);
criterion_main!(benches);
