//! The bytes of a superposition, version 1:
//!
//! | offset | bytes | field |
//! | --- | --- | --- |
//! | 0 | 1 | version: 1 |
//! | 1 | 1 | flags: bit 0 set where one vector serves all contexts |
//! | 2 | 2 | contexts c, from 1 to 1000 |
//! | 4 | 2 | dimensions n, from 1 to 16000 |
//! | 6 | 2 | 0 |
//! | 8 | 8·c | probabilities, `f64` |
//! | | 2·c | lengths of the names in bytes |
//! | | | the names in UTF-8, ascending; zeros up to a multiple of 4 |
//! | | 4·n·c or 4·n | the vectors, `f32`, in the order of the names |
//!
//! Stored in the byte order of the machine, so that vectors are read where they lie; sent with the most significant byte first.

use super::{MAX_CONTEXTS, MAX_NAME, Superposition, SuperpositionError};
use crate::state::MAX_DIMENSIONS;

const VERSION: u8 = 1;
const SHARED: u8 = 1;
const HEADER: usize = 8;

/// The order of the bytes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    /// That of the machine: stored bytes.
    Native,
    /// The most significant first: the binary form.
    Network,
}

impl ByteOrder {
    /// Reads or writes a number: its own inverse.
    fn arrange<const WIDTH: usize>(self, mut bytes: [u8; WIDTH]) -> [u8; WIDTH] {
        if self == Self::Network && cfg!(target_endian = "little") {
            bytes.reverse();
        }
        bytes
    }

    fn short(self, bytes: [u8; 2]) -> usize {
        usize::from(u16::from_ne_bytes(self.arrange(bytes)))
    }
}

use SuperpositionError::Damaged;

/// Where the parts of some bytes lie. Sizes are checked, contents are not.
#[derive(Debug, Clone, Copy)]
struct Parts<'a> {
    dimensions: usize,
    shared: bool,
    probabilities: &'a [[u8; 8]],
    lengths: &'a [[u8; 2]],
    names: &'a [u8],
    vectors: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(bytes: &'a [u8], order: ByteOrder) -> Result<Self, SuperpositionError> {
        let short = Damaged("it ends too early");
        let Some((header, rest)) = bytes.split_first_chunk::<HEADER>() else { return Err(short) };
        let &[version, flags, c0, c1, n0, n1, z0, z1] = header;
        if version != VERSION || flags & !SHARED != 0 {
            return Err(SuperpositionError::Version { version, flags });
        }
        let (contexts, dimensions) = (order.short([c0, c1]), order.short([n0, n1]));
        if !(1..=MAX_CONTEXTS).contains(&contexts)
            || !(1..=MAX_DIMENSIONS).contains(&dimensions)
            || [z0, z1] != [0, 0]
        {
            return Err(Damaged("its numbers of contexts and dimensions are impossible"));
        }
        let shared = flags & SHARED != 0;
        let (probabilities, rest) = rest.split_at_checked(8 * contexts).ok_or(short.clone())?;
        let (lengths, rest) = rest.split_at_checked(2 * contexts).ok_or(short.clone())?;
        let lengths = lengths.as_chunks().0;
        let total: usize = lengths.iter().map(|&length| order.short(length)).sum();
        let (names, rest) = rest.split_at_checked(total).ok_or(short.clone())?;
        let padding = padding(10 * contexts + total);
        let (zeros, vectors) = rest.split_at_checked(padding).ok_or(short)?;
        let rows = if shared { 1 } else { contexts };
        if vectors.len() != 4 * dimensions * rows || zeros.iter().any(|&byte| byte != 0) {
            return Err(Damaged("its length is not that of its vectors"));
        }
        Ok(Self { dimensions, shared, probabilities: probabilities.as_chunks().0, lengths, names, vectors })
    }

    fn name_bytes(self, order: ByteOrder) -> impl Iterator<Item = &'a [u8]> {
        let mut rest = self.names;
        self.lengths.iter().map(move |&length| {
            // The lengths were added up in `read`.
            let (name, others) = rest.split_at(order.short(length));
            rest = others;
            name
        })
    }

    fn probabilities(self, order: ByteOrder) -> impl Iterator<Item = f64> + Clone {
        self.probabilities.iter().map(move |&bytes| f64::from_ne_bytes(order.arrange(bytes)))
    }
}

/// Bytes that bring `length` to a multiple of 4.
fn padding(length: usize) -> usize {
    length.next_multiple_of(4) - length
}

impl Superposition {
    /// Its bytes.
    pub fn to_bytes(&self, order: ByteOrder) -> Vec<u8> {
        let contexts = self.names.len();
        let names: usize = self.names.iter().map(String::len).sum();
        let padding = padding(10 * contexts + names);
        let mut bytes = Vec::with_capacity(HEADER + 10 * contexts + names + padding + 4 * self.vectors.len());
        bytes.extend([VERSION, if self.is_shared() { SHARED } else { 0 }]);
        // Checked against limits below 2¹⁶.
        let short = |number: usize| order.arrange((number as u16).to_ne_bytes());
        bytes.extend(short(contexts));
        bytes.extend(short(self.dimensions));
        bytes.extend([0, 0]);
        bytes.extend(self.probabilities.iter().flat_map(|p| order.arrange(p.to_ne_bytes())));
        bytes.extend(self.names.iter().flat_map(|name| short(name.len())));
        bytes.extend(self.names.iter().flat_map(|name| name.bytes()));
        bytes.extend(std::iter::repeat_n(0, padding));
        bytes.extend(self.vectors.iter().flat_map(|x| order.arrange(x.to_ne_bytes())));
        bytes
    }

    /// Reads bytes, whoever wrote them: everything is checked, and normalised like any other input.
    ///
    /// # Errors
    /// See [`SuperpositionError`].
    pub fn from_bytes(bytes: &[u8], order: ByteOrder) -> Result<Self, SuperpositionError> {
        let parts = Parts::read(bytes, order)?;
        let names = parts
            .name_bytes(order)
            .map(|name| std::str::from_utf8(name).map_err(|_| Damaged("the name of a context is not UTF-8")))
            .collect::<Result<Vec<&str>, _>>()?;
        let weights: Vec<f64> = parts.probabilities(order).collect();
        let numbers: Vec<f32> =
            parts.vectors.as_chunks().0.iter().map(|&x| f32::from_ne_bytes(order.arrange(x))).collect();
        let vectors: Vec<&[f32]> = numbers.chunks_exact(parts.dimensions).collect();
        Self::new(names, &weights, &vectors)
    }
}

/// A superposition where it is stored, in [`ByteOrder::Native`]. Sizes are checked; damaged contents give wrong answers, never a
/// panic.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    parts: Parts<'a>,
    vectors: &'a [f32],
}

impl<'a> View<'a> {
    /// The superposition in `bytes`, which are aligned to four.
    ///
    /// # Errors
    /// [`SuperpositionError::Version`], [`SuperpositionError::Damaged`].
    pub fn new(bytes: &'a [u8]) -> Result<Self, SuperpositionError> {
        let parts = Parts::read(bytes, ByteOrder::Native)?;
        let vectors =
            bytemuck::try_cast_slice(parts.vectors).map_err(|_| Damaged("its vectors are not aligned"))?;
        Ok(Self { parts, vectors })
    }

    /// The superposition, with its contents checked.
    ///
    /// # Errors
    /// See [`SuperpositionError`]; [`SuperpositionError::Damaged`] also for bytes that [`Superposition::to_bytes`] would not have
    /// written.
    pub fn check(bytes: &[u8]) -> Result<Superposition, SuperpositionError> {
        let checked = Superposition::from_bytes(bytes, ByteOrder::Native)?;
        if checked.to_bytes(ByteOrder::Native) != bytes {
            return Err(Damaged("it is not in its normal form"));
        }
        Ok(checked)
    }

    /// Dimensions of the vectors.
    pub fn dimensions(&self) -> usize {
        self.parts.dimensions
    }

    /// The names as they are stored.
    pub fn names(&self) -> impl Iterator<Item = &'a [u8]> {
        self.parts.name_bytes(ByteOrder::Native)
    }

    /// The probabilities, in the same order.
    pub fn probabilities(&self) -> impl Iterator<Item = f64> + Clone {
        self.parts.probabilities(ByteOrder::Native)
    }

    /// The vector of a context, by its place in [`View::names`].
    fn vector(&self, context: usize) -> &'a [f32] {
        let at = if self.parts.shared { 0 } else { context * self.dimensions() };
        &self.vectors[at..at + self.dimensions()]
    }

    /// The vector of the context of this name, if there is one.
    pub fn collapse(&self, name: &str) -> Option<&'a [f32]> {
        if name.len() > MAX_NAME {
            return None;
        }
        self.names().position(|other| other == name.as_bytes()).map(|context| self.vector(context))
    }

    /// Σ p_c · v_c; with `directions` of the vectors divided by their norms, `None` where one that has a probability is zero: then the mean
    /// of the cosine distances to q is 1 − ⟨mean, q⟩/‖q‖.
    pub fn mean(&self, directions: bool) -> Option<Vec<f32>> {
        let mut mean = vec![0f64; self.dimensions()];
        for (context, p) in self.probabilities().enumerate().filter(|(_, p)| *p != 0.0) {
            let vector = self.vector(context);
            let norm = if directions {
                vector.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt()
            } else {
                1.0
            };
            if norm == 0.0 {
                return None;
            }
            mean.iter_mut().zip(vector).for_each(|(sum, &x)| *sum += p / norm * f64::from(x));
        }
        Some(mean.into_iter().map(|x| x as f32).collect())
    }

    /// Σ p_c · `distance`(v_c) over the contexts that have a probability.
    pub fn expectation(&self, mut distance: impl FnMut(&[f32]) -> f64) -> f64 {
        if self.parts.shared {
            return distance(self.vector(0));
        }
        let weighted = self.probabilities().enumerate().filter(|(_, p)| *p != 0.0);
        weighted.map(|(context, p)| p * distance(self.vector(context))).sum()
    }
}
