//! The kinds of changes of pages, by name: where a crash may come in between.

macro_rules! steps {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// What a change of pages was for. Every change that is committed names its step, and
        /// `pg_test/cluster/test_crash_points.py` ends the server after each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Step {
            $($(#[$doc])* $name,)+
        }

        impl Step {
            /// All of them, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$name,)+];
        }
    };
}

steps! {
    /// The pages of an index without rows.
    EmptyIndex,
    /// A build's meta page, not yet final.
    BuildHead,
    /// A page of a build's mean and centroids.
    BuildCentroids,
    /// A page of a build's directory, without entries.
    BuildDirectory,
    /// Entries of a build's directory.
    BuildEntries,
    /// A build's final meta page.
    BuildMeta,
    /// The pages of a build, logged.
    BuildLogged,
    /// Dimensions of an index that began without, and its one list.
    Dimensions,
    /// A first page of a list.
    ListBegun,
    /// A first page of a list, taken from the free list.
    ListBegunReused,
    /// A new page linked to a list's chain.
    ListExtended,
    /// A page of the free list linked to a list's chain.
    ListExtendedReused,
    /// Rows made live on a list page.
    Rows,
    /// Refinement records of slots that are not live yet, on a new page.
    RecordsAdded,
    /// As before, on a page that was there.
    Records,
    /// Full vectors of slots that are not live yet, on a new page.
    VectorsAdded,
    /// As before, on a page that was there.
    Vectors,
    /// A new slice page.
    SliceAdded,
    /// Parts of codes of slots that are not live yet.
    Slice,
    /// Where insertions into a list look first.
    Insertion,
    /// The first page of a chain of rows without codes.
    ChainBegun,
    /// A row in such a chain.
    ChainRow,
    /// A new page linked to such a chain, with a row.
    ChainExtended,
    /// Where insertions into such a chain look first.
    ChainInsertion,
    /// A new page of the run of array or directory pages.
    RunExtended,
    /// Centroids of lists that are not known yet.
    Centroids,
    /// A directory entry of a list that is not known yet.
    DirectoryEntry,
    /// New lists made known, and those that they replace made dead.
    ListsReplaced,
    /// The pages of a dead list at the head of the free list.
    ListFreed,
    /// A stop table made anew.
    Calibration,
    /// Rows moved from a page of one list to one of another.
    RowsMoved,
    /// Slots of a list page freed by vacuum.
    RowsRemoved,
    /// Rows removed from a chain of rows without codes by vacuum.
    ChainRowsRemoved,
}
