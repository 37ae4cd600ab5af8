//! The forms in which vectors come from the table, and how each enters the space of the codes.
//!
//! A code stands for a dense vector of single precision. Half precision is widened and bits become zeroes and ones, both
//! without loss. A sparse vector is spread out where its dimensions are few; where they are many it is replaced by a sketch of
//! [`SKETCH_DIMENSIONS`] numbers (feature hashing: Weinberger et al., "Feature Hashing for Large Scale Multitask Learning",
//! ICML 2009, with several places for each component as in Kane and Nelson, "Sparser Johnson-Lindenstrauss Transforms",
//! J. ACM 2014). Quantum states enter as density matrices or sketches of them, see `state.rs`. A sketch keeps inner products and squared distances without bias, with a relative error of about
//! √(2 / sketch dimensions); what is handed out is always ordered by the exact score of the vectors themselves.

use crate::error::Error;
use crate::layout::MAX_DIMENSIONS;
use crate::state;

/// Numbers of a sketch, and the most dimensions of a sparse vector that is spread out instead.
pub const SKETCH_DIMENSIONS: usize = 2048;

/// Places of a sketch to which one component is added.
const PLACES: u32 = 4;

/// A vector as it is stored outside, borrowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum VectorRef<'a> {
    /// Single precision.
    Dense(&'a [f32]),
    /// Half precision, the bits of IEEE 754 binary16.
    Half(&'a [u16]),
    /// A bit string; bit 0 is the highest of the first byte, unused bits at the end are 0.
    Bits {
        /// Number of bits.
        len: usize,
        /// ⌈len / 8⌉ bytes.
        bytes: &'a [u8],
    },
    /// The components that are not zero.
    Sparse {
        /// Number of dimensions.
        dims: usize,
        /// Where the components are, from 0, ascending.
        indices: &'a [i32],
        /// What they are; as many.
        values: &'a [f32],
    },
    /// A quantum state: its amplitudes, real and imaginary parts in turn.
    State(&'a [f32]),
}

/// A vector as it is stored outside, owned.
#[derive(Debug, Clone, PartialEq)]
pub enum Vector {
    /// As [`VectorRef::Dense`].
    Dense(Vec<f32>),
    /// As [`VectorRef::Half`].
    Half(Vec<u16>),
    /// As [`VectorRef::Bits`].
    Bits {
        /// Number of bits.
        len: usize,
        /// The bits.
        bytes: Vec<u8>,
    },
    /// As [`VectorRef::Sparse`].
    Sparse {
        /// Number of dimensions.
        dims: usize,
        /// Where the components are.
        indices: Vec<i32>,
        /// What they are.
        values: Vec<f32>,
    },
    /// As [`VectorRef::State`].
    State(Vec<f32>),
}

impl Vector {
    /// Borrows the vector.
    pub fn as_ref(&self) -> VectorRef<'_> {
        match self {
            Self::Dense(x) => VectorRef::Dense(x),
            Self::Half(x) => VectorRef::Half(x),
            Self::Bits { len, bytes } => VectorRef::Bits { len: *len, bytes },
            Self::Sparse { dims, indices, values } => VectorRef::Sparse { dims: *dims, indices, values },
            Self::State(x) => VectorRef::State(x),
        }
    }
}

impl<'a> From<&'a [f32]> for VectorRef<'a> {
    fn from(components: &'a [f32]) -> Self {
        Self::Dense(components)
    }
}

impl<'a> From<&'a Vec<f32>> for VectorRef<'a> {
    fn from(components: &'a Vec<f32>) -> Self {
        Self::Dense(components)
    }
}

impl VectorRef<'_> {
    /// Number of dimensions; of a state, of amplitudes.
    pub fn dims(&self) -> usize {
        match self {
            Self::State(x) => x.len() / 2,
            Self::Dense(x) => x.len(),
            Self::Half(x) => x.len(),
            Self::Bits { len, .. } => *len,
            Self::Sparse { dims, .. } => *dims,
        }
    }

    /// Bytes of the components.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Dense(x) | Self::State(x) => size_of_val(*x),
            Self::Half(x) => size_of_val(*x),
            Self::Bits { bytes, .. } => bytes.len(),
            Self::Sparse { indices, values, .. } => size_of_val(*indices) + size_of_val(*values),
        }
    }

    /// A copy that owns its components.
    pub fn to_vector(&self) -> Vector {
        match *self {
            Self::Dense(x) => Vector::Dense(x.to_vec()),
            Self::Half(x) => Vector::Half(x.to_vec()),
            Self::Bits { len, bytes } => Vector::Bits { len, bytes: bytes.to_vec() },
            Self::Sparse { dims, indices, values } => {
                Vector::Sparse { dims, indices: indices.to_vec(), values: values.to_vec() }
            }
            Self::State(x) => Vector::State(x.to_vec()),
        }
    }

    /// What an embedding needs to know of this form of vectors.
    pub fn form(&self) -> Form {
        match self {
            Self::Dense(_) | Self::Half(_) => Form::Dense,
            Self::Bits { .. } => Form::Bits,
            Self::Sparse { .. } => Form::Sparse,
            Self::State(_) => Form::State,
        }
    }

    /// Calls `each` with place and value of every component that is not zero.
    fn for_each(&self, mut each: impl FnMut(usize, f32)) {
        match *self {
            Self::Dense(x) | Self::State(x) => x.iter().enumerate().for_each(|(i, x)| each(i, *x)),
            Self::Half(x) => x.iter().enumerate().for_each(|(i, x)| each(i, kernels::f16_to_f32(*x))),
            Self::Bits { len, bytes } => {
                for (i, byte) in bytes.iter().enumerate() {
                    let mut rest = *byte;
                    while rest != 0 {
                        let place = rest.leading_zeros();
                        rest &= !(0x80 >> place);
                        if 8 * i + (place as usize) < len {
                            each(8 * i + place as usize, 1.0);
                        }
                    }
                }
            }
            Self::Sparse { indices, values, .. } => {
                indices.iter().zip(values).for_each(|(i, x)| each(*i as usize, *x));
            }
        }
    }
}

/// The forms that are embedded differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// All components are there.
    Dense,
    /// Components are 0 or 1.
    Bits,
    /// Most components are zero.
    Sparse,
    /// Amplitudes of a quantum state.
    State,
}

/// The map from vectors of some dimensions into the space of the codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Embedding {
    dims: usize,
    sketch: usize,
}

impl Embedding {
    /// The embedding of vectors of this form. Errors with [`Error::TooWide`] where there are no or too many dimensions.
    pub fn new(form: Form, dims: usize) -> Result<Self, Error> {
        let sketch = match form {
            Form::Sparse if dims > SKETCH_DIMENSIONS => SKETCH_DIMENSIONS,
            Form::Bits if dims > MAX_DIMENSIONS => SKETCH_DIMENSIONS,
            Form::State if dims > 0 && dims <= MAX_DIMENSIONS => SKETCH_DIMENSIONS.min(dims * dims),
            _ if dims > 0 && dims <= MAX_DIMENSIONS => 0,
            _ => return Err(Error::TooWide { max: MAX_DIMENSIONS, found: dims }),
        };
        Ok(Self { dims, sketch })
    }

    /// The embedding that an index was built with; `sketch` is 0 where vectors enter whole.
    pub fn stored(dims: usize, sketch: usize) -> Self {
        Self { dims, sketch }
    }

    /// Dimensions of the vectors.
    pub fn dims(&self) -> usize {
        self.dims
    }

    /// Dimensions of what is coded.
    pub fn space(&self) -> usize {
        if self.sketch > 0 { self.sketch } else { self.dims }
    }

    /// Numbers that stand for the vector, 0 where its components do.
    pub fn sketch(&self) -> usize {
        self.sketch
    }

    /// Whether something is lost on the way: only the density matrix of a state is no sketch, n² numbers for n amplitudes. (Other sketches are
    /// of more dimensions than they have numbers.)
    pub fn is_sketch(&self) -> bool {
        self.sketch > 0 && Some(self.sketch) != self.dims.checked_mul(self.dims)
    }

    /// Writes the embedded vector to `out`, [`Embedding::space`] numbers.
    pub fn embed(&self, vector: VectorRef<'_>, out: &mut [f32]) {
        debug_assert_eq!(out.len(), self.space());
        match vector {
            VectorRef::Dense(x) if self.sketch == 0 => out.copy_from_slice(x),
            VectorRef::Half(x) if self.sketch == 0 => kernels::widen_f16(x, out),
            VectorRef::State(x) if self.is_sketch() => state::sketch(x, out),
            VectorRef::State(x) => state::density(x, out),
            _ => {
                out.fill(0.0);
                vector.for_each(|i, x| self.add(i, x, out));
            }
        }
    }

    fn add(&self, i: usize, x: f32, out: &mut [f32]) {
        if self.sketch == 0 {
            if let Some(place) = out.get_mut(i) {
                *place = x;
            }
            return;
        }
        // 16 bits for each place: the sign, and which of the numbers
        let hash = kernels::splitmix64(&mut (i as u64 ^ 0x6a09_e667_f3bc_c908));
        let part = x / (PLACES as f32).sqrt();
        for n in 0..PLACES {
            let bits = (hash >> (16 * n)) as usize & 0xffff;
            out[(bits >> 1) % self.sketch] += if bits & 1 == 0 { part } else { -part };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn embedded(vector: VectorRef<'_>) -> Vec<f32> {
        let embedding = Embedding::new(vector.form(), vector.dims()).unwrap();
        let mut out = vec![f32::NAN; embedding.space()];
        embedding.embed(vector, &mut out);
        out
    }

    #[test]
    fn small_vectors_enter_whole() {
        assert_eq!(embedded(VectorRef::Dense(&[1.0, -2.0])), [1.0, -2.0]);
        assert_eq!(embedded(VectorRef::Half(&[0x3c00, 0xc000])), [1.0, -2.0]);
        assert_eq!(
            embedded(VectorRef::Bits { len: 10, bytes: &[0b1010_0001, 0b0100_0000] }),
            [1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0]
        );
        let sparse = VectorRef::Sparse { dims: 4, indices: &[1, 3], values: &[5.0, -1.0] };
        assert_eq!(embedded(sparse), [0.0, 5.0, 0.0, -1.0]);
    }

    #[test]
    fn what_is_too_wide_is_refused_or_sketched() {
        assert!(Embedding::new(Form::Dense, 0).is_err());
        assert!(Embedding::new(Form::Dense, MAX_DIMENSIONS + 1).is_err());
        assert_eq!(Embedding::new(Form::Dense, MAX_DIMENSIONS).unwrap().sketch(), 0);
        assert_eq!(Embedding::new(Form::Bits, MAX_DIMENSIONS + 1).unwrap().space(), SKETCH_DIMENSIONS);
        assert_eq!(Embedding::new(Form::Sparse, 1_000_000_000).unwrap().space(), SKETCH_DIMENSIONS);
        assert!(Embedding::new(Form::Sparse, 1_000_000_000).unwrap().is_sketch());
        for (n, numbers, is_sketch) in
            [(1, 1, false), (2, 4, false), (45, 2025, false), (46, 2048, true), (16_000, 2048, true)]
        {
            let embedding = Embedding::new(Form::State, n).unwrap();
            assert_eq!((embedding.space(), embedding.is_sketch()), (numbers, is_sketch), "{n}");
        }
        assert!(Embedding::new(Form::State, 16_001).is_err());
    }

    proptest! {
        #[test]
        fn a_sketch_keeps_squared_norms(
            components in prop::collection::btree_map(0i32..1_000_000, -1.0f32..1.0, 20..200),
        ) {
            let (indices, values): (Vec<i32>, Vec<f32>) = components.into_iter().unzip();
            let out = embedded(VectorRef::Sparse { dims: 1_000_000, indices: &indices, values: &values });
            let (exact, kept) = (kernels::norm_squared(&values), kernels::norm_squared(&out));
            // eight standard deviations of the relative error
            prop_assert!((kept / exact - 1.0).abs() < 8.0 * (2.0 / SKETCH_DIMENSIONS as f32).sqrt());
        }
    }
}
