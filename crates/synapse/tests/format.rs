//! Indexes that released versions wrote must be readable for ever.
//!
//! `fixtures/vN.pages` are the pages, one after another, of an index of format N over the rows of [`rows`]. Each was written by
//! `cargo test -p synapse --test format -- --ignored`, and is never written again for the same version.

#![allow(clippy::unwrap_used, reason = "a test's helper may panic as the test may")]

use std::collections::HashSet;
use std::rc::Rc;
use synapse::*;

fn fixture(version: u8) -> String {
    format!("{}/tests/fixtures/v{version}.pages", env!("CARGO_MANIFEST_DIR"))
}

fn tid(i: usize) -> Tid {
    Tid::new(i as u32, 1)
}

/// 60 rows of 5 numbers around 3 centres, a zero vector, and a NULL at the end.
fn rows() -> Vec<Option<Vec<f32>>> {
    let mut rows: Vec<_> = (0..60usize)
        .map(|i| {
            Some(
                (0..5usize)
                    .map(|j| ((i % 3) * (j + 1)) as f32 + ((i * 7 + j * 3) % 10) as f32 / 10.0)
                    .collect(),
            )
        })
        .collect();
    rows.push(Some(vec![0.0; 5]));
    rows.push(None);
    rows
}

/// The key of a row's one filter column, from format 3 on.
fn keys(i: usize) -> Keys {
    Keys::new([(!i.is_multiple_of(5)).then_some(i as u64 % 4)])
}

fn build() -> MemoryPages {
    let pages = MemoryPages::new();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let options = BuildOptions {
        metric: Metric::Cosine,
        columns: 1,
        seed: 9,
        epoch: 77,
        expected_rows: 62,
        lists: Some(3),
        memory: 1 << 20,
        vectors: Some(VectorForm::Dense),
        spill: false,
    };
    let mut builder = Builder::new(&pages, Embedding::new(Form::Dense, 5).unwrap(), options);
    rows().iter().flatten().for_each(|row| builder.offer(row.into()).unwrap());
    builder.train(&pool, &mut |_, _, _| {}).unwrap();
    rows()
        .iter()
        .enumerate()
        .for_each(|(i, row)| builder.add(&pool, tid(i), row.as_ref().map(VectorRef::from), keys(i)).unwrap());
    builder.finish(&pool).unwrap();
    pages
}

fn assert_answers(pages: &MemoryPages) {
    assert_eq!(check(pages, &mut |_| {}), []);
    let rows = rows();
    let model = Rc::new(Model::load(pages).unwrap().unwrap());
    assert_eq!((model.dims(), model.lists(), model.metric()), (5, 3, Metric::Cosine));
    let mut search = Search::new(model);
    let query = VectorRef::Dense(&[1.0, 0.0, 0.5, 0.0, 0.0]);
    search.start(Some(query), 1.0, None).unwrap();
    let mut exact =
        |tid: Tid| rows[tid.block() as usize].as_ref().map(|row| Metric::Cosine.score(query, row.into()));
    let mut found = Vec::new();
    while let Some(tid) = search.next(pages, &mut exact).unwrap() {
        found.push(tid.block() as usize);
    }
    assert_eq!(found.len(), 62);
    assert_eq!(found[60..], [60, 61], "the zero vector, then the NULL");
    let score = |i: &usize| Metric::Cosine.score(query, rows[*i].as_ref().unwrap().into());
    assert!(found[..60].windows(2).all(|pair| score(&pair[0]) <= score(&pair[1])));
    if Model::meta(pages).unwrap().columns == 1 {
        let filter = Filter(vec![Condition { column: 0, test: Test::Between(1, 1) }]);
        search.start_filtered(Some(query), 1.0, None, filter.clone()).unwrap();
        let found = std::iter::from_fn(|| search.next(pages, &mut exact).unwrap());
        let found: HashSet<usize> = found.map(|tid| tid.block() as usize).collect();
        // those without a code, 60 and 61, have no key: whoever asks looks at them himself
        let admitted = (0..62).filter(|i| *i >= 60 || filter.admits(&keys(*i)));
        assert_eq!(found, admitted.collect());
    }
}

#[test]
fn every_format_is_readable() {
    // the fixture of a version is written when the version is complete
    let written =
        |version: &u8| *version < layout::FORMAT_VERSION || std::path::Path::new(&fixture(*version)).exists();
    (1..=layout::FORMAT_VERSION).filter(written).for_each(is_readable);
}

fn is_readable(version: u8) {
    let bytes = std::fs::read(fixture(version)).unwrap();
    assert_eq!(bytes[1], version);
    assert_eq!(bytes.len() % PAGE_BYTES, 0);
    let pages = MemoryPages::new();
    for body in bytes.chunks_exact(PAGE_BYTES) {
        let mut txn = pages.begin();
        let (handle, _) = txn.allocate();
        txn.page_mut(handle).copy_from_slice(body);
        txn.commit(Step::Rows);
    }
    assert_answers(&pages);
    // and it can still be changed
    let model = Model::load(&pages).unwrap().unwrap();
    vacuum(&pages, &mut |tid| tid.block() == 4).unwrap();
    insert(&pages, Some(&model), tid(4), rows()[4].as_ref().map(VectorRef::from), keys(4)).unwrap();
    assert_answers(&pages);
}

#[test]
fn what_is_written_today_answers_alike() {
    assert_answers(&build());
}

#[test]
#[ignore = "writes the fixture of a new format version"]
fn write_fixture() {
    let pages = build();
    let bytes: Vec<u8> = (0..pages.len()).flat_map(|block| pages.read(block).unwrap().to_vec()).collect();
    let path = fixture(layout::FORMAT_VERSION);
    assert!(!std::path::Path::new(&path).exists(), "a released fixture is never overwritten");
    std::fs::write(path, bytes).unwrap();
}
