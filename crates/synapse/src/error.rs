//! What can go wrong inside the engine.

use crate::pages::Block;

/// An error of the engine. The adapter maps it to an SQLSTATE.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A page does not hold what its place in the index says.
    #[error("block {block} is damaged: {what}")]
    Corrupt {
        /// The page.
        block: Block,
        /// What was expected and what was found.
        what: String,
    },
    /// The index was written by a version this code does not read.
    #[error("index format {found} is not supported, this version reads format {supported}")]
    Version {
        /// The version on the page.
        found: u8,
        /// The newest version that this code reads.
        supported: u8,
    },
    /// The vector's length is not the index's.
    #[error("expected {expected} dimensions, not {found}")]
    Dimensions {
        /// Dimensions of the index.
        expected: usize,
        /// Dimensions of the vector.
        found: usize,
    },
    /// More dimensions than the page formats hold.
    #[error("an index can have at most {max} dimensions, not {found}")]
    TooWide {
        /// The limit.
        max: usize,
        /// What was asked for.
        found: usize,
    },
    /// A row identifier that no table of PostgreSQL's own has.
    #[error(
        "rows up to offset {} of their page can be indexed, not {offset}",
        crate::layout::Tid::MAX_OFFSET
    )]
    RowOffset {
        /// The row's offset in its block.
        offset: u16,
    },
    /// Full vectors longer than what an index keeps.
    #[error("an index can keep vectors of at most {max} bytes, not {found}")]
    NotKept {
        /// The limit.
        max: usize,
        /// Bytes of a vector.
        found: usize,
    },
}

impl Error {
    /// A damaged page.
    pub fn corrupt(block: Block, what: impl Into<String>) -> Self {
        Self::Corrupt { block, what: what.into() }
    }
}
