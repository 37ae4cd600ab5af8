//! Strands: within the bounds of synthesis, and back from any order, with losses up to the parity.

use helix::*;
use proptest::prelude::*;

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.below(256) as u8).collect()
    }
}

fn written(raw: &[u8], length: usize, parity: i32) -> Vec<String> {
    strands(raw, DEFAULT_LEVEL, length, parity, &mut || ()).expect("valid options")
}

fn back(pool: &[String]) -> FromStrands {
    from_strands(pool.iter().map(String::as_str), MAX_RAW_LEN, &mut || ())
}

fn reversed(strand: &str) -> String {
    let complement = |base| match base {
        'A' => 'T',
        'T' => 'A',
        'G' => 'C',
        _ => 'G',
    };
    strand.chars().rev().map(complement).collect()
}

#[test]
fn strands_keep_to_the_bounds() {
    let mut random = Random(1);
    for raw in [vec![], vec![0; 5_000], b"all work and no play ".repeat(90), random.bytes(6_000)] {
        for (length, parity) in [(100, 0), (131, 20), (150, 20), (200, 50)] {
            let pool = written(&raw, length, parity);
            for strand in &pool {
                assert!((length - 11..=length).contains(&strand.len()), "{}", strand.len());
                assert!(["AAAA", "TTTT", "GGGG", "CCCC"].iter().all(|run| !strand.contains(run)), "{strand}");
                let gc =
                    strand.bytes().filter(|base| b"GC".contains(base)).count() as f64 / strand.len() as f64;
                assert!((GC_BOUNDS.0..=GC_BOUNDS.1).contains(&gc), "{strand}");
            }
            let found = back(&pool);
            assert_eq!(found.raw.unwrap(), raw);
            assert_eq!((found.pool.strands, found.pool.missing, found.pool.unusable), (pool.len(), 0, 0));
            assert!(found.pool.parity * 100 >= pool.len() * parity as usize);
        }
    }
}

/// Pools are shuffled, and strands of them lost, duplicated, reversed, substituted, cut, lengthened and mixed with strangers.
/// As long as no more are missing than there is parity, every byte comes back; else the pool is refused. Never other bytes.
#[test]
fn thousands_of_damages() {
    let mut random = Random(2);
    let (mut repaired, mut refused, mut damages) = (0, 0, 0);
    for round in 0..3_000 {
        let length = random.below(1_500);
        let raw = random.bytes(length);
        let parity = [0, 5, 20, 33][random.below(4)];
        let original = written(&raw, 100 + random.below(101), parity);
        let mut pool = original.clone();
        // A few damages or many: within the parity and beyond it.
        for _ in 0..random.below(2 + pool.len() / 2) {
            if pool.is_empty() {
                break;
            }
            damages += 1;
            let at = random.below(pool.len());
            match random.below(7) {
                0 => drop(pool.swap_remove(at)),
                1 => pool.push(pool[at].clone()),
                2 => pool[at] = reversed(&pool[at]),
                3 => {
                    for _ in 0..1 + random.below(4) {
                        let place = random.below(pool[at].len());
                        pool[at].replace_range(place..=place, ["A", "T", "G", "C", "N"][random.below(5)]);
                    }
                }
                4 => {
                    let place = random.below(pool[at].len());
                    pool[at].remove(place);
                }
                5 => {
                    let place = random.below(pool[at].len());
                    pool[at].insert(place, 'G');
                }
                _ => pool.push(written(&random.bytes(9), 120, 7).swap_remove(0)),
            }
        }
        for i in (1..pool.len()).rev() {
            pool.swap(i, random.below(i + 1));
        }
        let left = original
            .iter()
            .filter(|strand| pool.contains(strand) || pool.contains(&reversed(strand)))
            .count();
        let parity = back(&original).pool.parity;
        let found = back(&pool);
        match found.raw {
            Ok(bytes) => {
                assert!(bytes == raw, "wrong bytes in round {round}");
                repaired += 1;
            }
            Err(error) => {
                assert!(original.len() - left > parity, "{error} in round {round}");
                refused += 1;
            }
        }
    }
    println!("{damages} damages in 3000 pools: {repaired} pools repaired, {refused} refused, none wrong");
    assert!(repaired > 1_000 && refused > 300, "{repaired} and {refused}");
}

#[test]
fn what_cannot_be_written_is_refused() {
    for length in [0, 99, 201, usize::MAX] {
        assert_eq!(strands(b"x", 3, length, 0, &mut || ()), Err(HelixError::StrandLength { length }));
    }
    for percent in [-1, 51] {
        assert_eq!(strands(b"x", 3, 150, percent, &mut || ()), Err(HelixError::InvalidParity { percent }));
    }
    let too_long = strands(&Random(3).bytes(2_000_000), 3, 150, 20, &mut || ());
    assert!(matches!(too_long, Err(HelixError::TooLong { .. })));
}

#[test]
fn what_is_no_pool_is_refused() {
    assert_eq!(back(&[]).raw, Err(HelixError::NoStrands { read: 0 }));
    assert_eq!(
        back(&["GATTACA".into(), "hello".into(), String::new()]).raw,
        Err(HelixError::NoStrands { read: 3 })
    );
    let pool = written(&[7; 400], 150, 0);
    let lost = back(&pool[1..]);
    let error = HelixError::TooFewStrands { whole: pool.len() - 1, needed: pool.len(), strands: pool.len() };
    assert_eq!(lost.raw, Err(error));
    assert_eq!(lost.pool.missing, 1);
}

#[test]
fn fasta_is_read_by_its_headers() {
    let pool = written(b"some bytes to be written", 120, 20);
    let fasta: String = pool
        .iter()
        .enumerate()
        .map(|(i, s)| format!(">strand {i}\n{}\n{}\r\n\n", &s[..60], &s[60..]))
        .collect();
    assert_eq!(sequences(&fasta), pool);
    assert_eq!(sequences(&pool[0]), pool[..1]);
    assert_eq!(sequences(">only a header\n"), Vec::<String>::new());
}

proptest! {
    #[test]
    fn any_bytes_come_back(raw in proptest::collection::vec(any::<u8>(), 0..3_000), length in 100..=200usize, parity in 0..=50i32) {
        let pool = written(&raw, length, parity);
        prop_assert_eq!(back(&pool).raw.unwrap(), raw);
    }

    #[test]
    fn any_text_is_read(texts in proptest::collection::vec("[ATGCN]{0,220}|.{0,30}", 0..20)) {
        prop_assert!(back(&texts).raw.is_err());
    }
}
