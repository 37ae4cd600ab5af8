//! What the tests of the index share: data, building, searching, brute force.

#![allow(clippy::unwrap_used, reason = "a test's helper may panic as the test may")]
#![allow(dead_code, reason = "each test uses its own part")]

use std::rc::Rc;
use synapse::*;

/// A row of test data.
pub trait Row {
    /// As the engine takes it.
    fn row(&self) -> VectorRef<'_>;
}

impl Row for Vec<f32> {
    fn row(&self) -> VectorRef<'_> {
        self.into()
    }
}

impl Row for Vector {
    fn row(&self) -> VectorRef<'_> {
        self.as_ref()
    }
}

pub fn pool() -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap()
}

pub fn random(state: &mut u64) -> f32 {
    *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    (*state >> 40) as f32 / (1u64 << 24) as f32 - 0.5
}

/// Points around cluster centres, as embeddings are.
pub fn clustered(rows: usize, dims: usize, clusters: usize, seed: u64) -> Vec<Vec<f32>> {
    let mut state = seed;
    let centres: Vec<Vec<f32>> =
        (0..clusters).map(|_| (0..dims).map(|_| 3.0 * random(&mut state)).collect()).collect();
    (0..rows).map(|i| centres[i % clusters].iter().map(|c| c + random(&mut state)).collect()).collect()
}

/// Points of a sheet of `sheet` dimensions in the space of the vectors, which is neither all clusters nor without any.
pub fn folded(rows: usize, dims: usize, sheet: usize) -> Vec<Vec<f32>> {
    let mut state = 3;
    let waves: Vec<Vec<f32>> =
        (0..dims).map(|_| (0..sheet).map(|_| 2.0 * random(&mut state)).collect()).collect();
    (0..rows)
        .map(|_| {
            let place: Vec<f32> = (0..sheet).map(|_| 4.0 * random(&mut state)).collect();
            let wave = |wave: &Vec<f32>| wave.iter().zip(&place).map(|(w, x)| w * x).sum::<f32>().sin();
            waves.iter().map(|w| wave(w) + 0.2 * random(&mut state)).collect()
        })
        .collect()
}

pub fn tid(i: usize) -> Tid {
    Tid::new(i as u32 / 100, (i % 100) as u16 + 1)
}

/// The row of an identifier, an impossible one for what damage may have made of it.
pub fn row_of(tid: Tid) -> usize {
    (tid.block() as usize * 100 + tid.offset() as usize).wrapping_sub(1)
}

/// The embedding of dense vectors.
pub fn dense(dims: usize) -> Embedding {
    Embedding::new(Form::Dense, dims).unwrap()
}

pub fn options(metric: Metric, rows: usize, lists: Option<u32>) -> BuildOptions {
    BuildOptions {
        metric,
        columns: 0,
        seed: 1,
        epoch: 1,
        expected_rows: rows as u64,
        lists,
        memory: 64 << 20,
        vectors: None,
        spill: false,
    }
}

pub fn build(pages: &MemoryPages, metric: Metric, data: &[impl Row], lists: Option<u32>) -> BuildReport {
    build_with(pages, data, options(metric, data.len(), lists))
}

/// As [`build`], with full vectors in the index.
pub fn build_keeping(
    pages: &MemoryPages,
    metric: Metric,
    data: &[impl Row],
    lists: Option<u32>,
) -> BuildReport {
    let vectors = Some(VectorForm::of(data[0].row()));
    build_with(pages, data, BuildOptions { vectors, ..options(metric, data.len(), lists) })
}

fn build_with(pages: &MemoryPages, data: &[impl Row], options: BuildOptions) -> BuildReport {
    let pool = pool();
    let embedding = Embedding::new(data[0].row().form(), data[0].row().dims()).unwrap();
    let mut builder = Builder::new(pages, embedding, options);
    for x in data {
        builder.offer(x.row()).unwrap();
    }
    builder.train(&pool, &mut |_, _, _| {}).unwrap();
    for (i, x) in data.iter().enumerate() {
        builder.add(&pool, tid(i), Some(x.row()), Keys::NONE).unwrap();
    }
    builder.finish(&pool).unwrap()
}

/// The rows that a search hands out, and what it did.
pub fn search_with_stats<'a>(
    pages: &MemoryPages,
    data: &[impl Row],
    query: impl Into<VectorRef<'a>>,
    recall: f64,
    limit: usize,
) -> (Vec<usize>, SearchStats) {
    let query = query.into();
    let model = Rc::new(Model::load(pages).unwrap().unwrap());
    let metric = model.metric();
    let mut search = Search::new(model);
    search.start(Some(query), recall, None).unwrap();
    let mut exact = |tid: Tid| Some(metric.score(query, data[row_of(tid)].row()));
    let mut rows = Vec::new();
    while rows.len() < limit
        && let Some(tid) = search.next(pages, &mut exact).unwrap()
    {
        rows.push(row_of(tid));
    }
    (rows, search.stats())
}

pub fn search<'a>(
    pages: &MemoryPages,
    data: &[impl Row],
    query: impl Into<VectorRef<'a>>,
    recall: f64,
    limit: usize,
) -> Vec<usize> {
    search_with_stats(pages, data, query, recall, limit).0
}

pub fn scores(metric: Metric, data: &[impl Row], query: VectorRef<'_>) -> Vec<f32> {
    data.iter().map(|x| metric.score(query, x.row())).collect()
}

/// Rows in the true order; ties may differ, so scores are compared.
pub fn assert_exact_order<'a>(
    metric: Metric,
    data: &[impl Row],
    query: impl Into<VectorRef<'a>>,
    rows: &[usize],
) {
    let all = scores(metric, data, query.into());
    let mut sorted = all.clone();
    sorted.sort_unstable_by(f32::total_cmp);
    for (i, row) in rows.iter().enumerate() {
        assert_eq!(all[*row], sorted[i], "place {i} of {}", rows.len());
    }
}

pub fn recall_at_10(
    metric: Metric,
    pages: &MemoryPages,
    data: &[impl Row],
    queries: &[impl Row],
    recall: f64,
) -> f64 {
    let mut found = 0;
    for query in queries {
        let all = scores(metric, data, query.row());
        let mut sorted = all.clone();
        sorted.sort_unstable_by(f32::total_cmp);
        let rows = search(pages, data, query.row(), recall, 10);
        found += rows.iter().filter(|row| all[**row] <= sorted[9]).count();
    }
    found as f64 / (10 * queries.len()) as f64
}
