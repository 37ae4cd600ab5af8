//! The binary form of sparse vectors: what is read, what is refused and with which error.

mod common;

use common::{LIMITS, assert_sound, sparse};
use proptest::prelude::*;
use vector_io::{
    Sparse, SparseFault as F, SparseLimits, SparseWireError as E, read_sparse, sparse_length, write_sparse,
};

fn read(message: &[u8]) -> Result<Sparse, E> {
    read_sparse(message, LIMITS).map(|(sparse, length)| {
        assert_eq!(length, sparse_length(sparse.indices.len()));
        sparse
    })
}

fn message(fields: &[i32], values: &[f32]) -> Vec<u8> {
    let fields = fields.iter().map(|field| field.to_be_bytes());
    fields.chain(values.iter().map(|value| value.to_be_bytes())).flatten().collect()
}

fn fault(fields: &[i32], values: &[f32]) -> F {
    match read(&message(fields, values)) {
        Err(E::Fault(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

fn written(sparse: &Sparse) -> Vec<u8> {
    let mut bytes = vec![0xff; sparse_length(sparse.indices.len())];
    write_sparse(sparse.dims, &sparse.indices, &sparse.values, &mut bytes);
    bytes
}

#[test]
fn layout() {
    let sparse = Sparse { dims: 5, indices: vec![0, 2], values: vec![1.5, -2.0] };
    let bytes = message(&[5, 2, 0, 0, 2], &[1.5, -2.0]);
    assert_eq!(written(&sparse), bytes);
    assert_eq!(read(&bytes), Ok(sparse));
    assert_eq!(bytes[..4], [0, 0, 0, 5]);
    assert_eq!(bytes[20..24], [0x3f, 0xc0, 0, 0]);
}

#[test]
fn headers_that_are_refused() {
    assert_eq!(fault(&[0, 0, 0], &[]), F::NoDimensions);
    assert_eq!(fault(&[-1, 0, 0], &[]), F::NoDimensions);
    assert_eq!(fault(&[1_000_000_001, 0, 0], &[]), F::TooManyDimensions { max: 1_000_000_000 });
    assert_eq!(fault(&[5, -1, 0], &[]), F::NegativeElements { count: -1 });
    assert_eq!(fault(&[20_000, 16_001, 0], &[]), F::TooManyElements { max: 16_000 });
    assert_eq!(fault(&[1, 2, 0], &[]), F::MoreElementsThanDimensions { count: 2, dims: 1 });
    assert_eq!(read(&message(&[1, 0, 7], &[])), Err(E::Reserved { value: 7 }));
    let small = SparseLimits { dimensions: 3, elements: 1 };
    assert_eq!(read_sparse(&message(&[4, 0, 0], &[]), small), Err(F::TooManyDimensions { max: 3 }.into()));
    assert_eq!(read_sparse(&message(&[3, 2, 0], &[]), small), Err(F::TooManyElements { max: 1 }.into()));
}

#[test]
fn elements_that_are_refused() {
    assert_eq!(fault(&[2, 1, 0, -1], &[1.0]), F::IndexOutOfBounds { index: 0, dims: 2 });
    assert_eq!(fault(&[2, 1, 0, 2], &[1.0]), F::IndexOutOfBounds { index: 3, dims: 2 });
    assert_eq!(fault(&[2, 1, 0, i32::MAX], &[1.0]), F::IndexOutOfBounds { index: 1 << 31, dims: 2 });
    assert_eq!(fault(&[2, 2, 0, 1, 0], &[1.0, 1.0]), F::NotAscending { index: 1, previous: 2 });
    assert_eq!(fault(&[2, 2, 0, 1, 1], &[1.0, 1.0]), F::Duplicate { index: 2 });
    assert_eq!(fault(&[2, 2, 0, 0, 1], &[1.0, f32::NAN]), F::Nan { element: 2 });
    assert_eq!(fault(&[2, 1, 0, 0], &[f32::NEG_INFINITY]), F::Infinite { element: 1 });
    assert_eq!(fault(&[2, 1, 0, 0], &[0.0]), F::Zero { element: 1 });
    assert_eq!(fault(&[2, 1, 0, 0], &[-0.0]), F::Zero { element: 1 });
}

#[test]
fn what_follows_is_left() {
    let bytes = message(&[5, 1, 0, 4], &[2.0, 3.0]);
    assert_eq!(read_sparse(&bytes, LIMITS).map(|(_, length)| length), Ok(20));
}

proptest! {
    #[test]
    fn written_vectors_read_back(sparse in sparse()) {
        prop_assert_eq!(read(&written(&sparse)), Ok(sparse));
    }

    #[test]
    fn shortened_messages_are_refused(sparse in sparse(), cut in any::<prop::sample::Index>()) {
        let bytes = written(&sparse);
        let found = cut.index(bytes.len());
        let expected = if found < 12 { 12 } else { bytes.len() };
        prop_assert_eq!(read(&bytes[..found]), Err(E::Truncated { expected, found }));
    }

    #[test]
    fn any_bytes_are_an_answer_not_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(sparse) = read(&bytes) {
            assert_sound(&sparse, LIMITS);
        }
    }

    /// What is accepted after damage is what is written.
    #[test]
    fn damage_is_refused_or_read_as_it_stands(sparse in sparse(), at in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let mut bytes = written(&sparse);
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        if let Ok(read) = read(&bytes) {
            assert_sound(&read, LIMITS);
            let len = sparse_length(read.indices.len());
            prop_assert_eq!(&written(&read)[..], &bytes[..len]);
        }
    }
}
