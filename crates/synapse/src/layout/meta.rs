//! The meta page: block 0.

use super::{FORMAT_VERSION, Geometry, HEADER_BYTES, Header, MAX_DIMENSIONS, PageKind, padded};
use super::{get_f32, get_u32, get_u64, put_f32, put_u32, put_u64};
use crate::error::Error;
use crate::filter::MAX_COLUMNS;
use crate::metric::Metric;
use crate::pages::{Block, NO_BLOCK};
use crate::spread::Spread;
use crate::stop::StopTable;
use crate::vector::Embedding;
use crate::vectors::{MAX_BYTES, VectorForm};

const MAGIC: u32 = u32::from_le_bytes(*b"QSYN");
const AT_MAGIC: usize = HEADER_BYTES;
const AT_METRIC: usize = 20;
const AT_DIMS: usize = 24;
const AT_LISTS: usize = 28;
const AT_SEED: usize = 32;
const AT_EPOCH: usize = 40;
const AT_BUILT: usize = 48;
const AT_ARRAYS: usize = 56;
const AT_DIRECTORY: usize = 60;
const AT_CHAINS: usize = 64;
const AT_STOP: usize = 96;
const AT_SPREAD: usize = 288;
const AT_SKETCH: usize = 296;
const AT_REFINED: usize = 300;
const AT_COLUMNS: usize = 304;
const AT_CHANGES: usize = 336;
const AT_FREE: usize = 344;
const AT_CALIBRATED: usize = 348;
const AT_LIST_ROWS: usize = 352;
const AT_DEAD: usize = 356;
const AT_MOVES: usize = 392;
const AT_VECTOR_FORM: usize = 360;
const AT_VECTOR_BYTES: usize = 364;
const AT_SPILL: usize = 368;
const AT_CODED: usize = 376;
const AT_ARRAY_RUN: usize = 380;
const AT_CODED_RUN: usize = 384;
const AT_REACH_UNIT: usize = 408;
const AT_FAR: usize = 412;
const AT_REACHES: usize = 416;
const AT_MEANS: usize = 608;

/// Chains of rows that have no code; each is read in its own way by a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// Rows whose numbers overflow a code's factors: compared exactly by every search.
    Outliers = 0,
    /// Rows for which the metric is undefined (cosine of a zero vector): after all others.
    Undefined = 1,
    /// Rows without a vector: last.
    Nulls = 2,
}

impl Chain {
    /// All chains.
    pub const ALL: [Self; 3] = [Self::Outliers, Self::Undefined, Self::Nulls];
}

/// The parameters of an index and where its parts are.
#[derive(Debug, Clone, PartialEq)]
pub struct Meta {
    /// How distances are measured.
    pub metric: Metric,
    /// Dimensions of the vectors; 0 while the index is empty and its column declares none.
    pub dims: u32,
    /// Number of lists ever made, at least 1 once `dims` is known; the dead ones keep their numbers.
    pub lists: u32,
    /// Seed of the rotation.
    pub seed: u64,
    /// Changes whenever what a process may have cached of this index is no longer true.
    pub epoch: u64,
    /// Vectors at the last build; advice for the cost model.
    pub built: u64,
    /// First page of mean and centroids.
    pub arrays: Block,
    /// First directory page.
    pub directory: Block,
    /// First page of each chain and its insertion page; [`NO_BLOCK`] while empty.
    pub chains: [(Block, Block); 3],
    /// How far to look for a declared recall.
    pub stop: StopTable,
    /// How far exact scores lie from those of the codes.
    pub spread: Spread,
    /// Numbers of the sketch that stands for a vector, 0 where vectors are coded whole.
    pub sketch: u32,
    /// Whether rows have refinement codes; indexes of format 1 have none.
    pub refined: bool,
    /// Filter columns; indexes of formats 1 and 2 have none.
    pub columns: u32,
    /// Counts the changes of lists and stop table while the epoch stays: what a process has cached can be brought up to date.
    pub changes: u64,
    /// First list page of those that belonged to lists now dead and can be used again; [`NO_BLOCK`] while there is none.
    pub free: Block,
    /// Lists alive when the stop table was calibrated; 0 where nobody noted it.
    pub calibrated: u32,
    /// Rows that a list may have before it is split, where the number of lists was chosen by the user; else 0.
    pub list_rows: u32,
    /// How many of the lists are dead.
    pub dead: u32,
    /// Counts the changes in which rows moved from one list to another while both live: a search under way may have missed them.
    pub moves: u64,
    /// The form of the full vectors that the index keeps, None where it keeps none.
    pub vectors: Option<VectorForm>,
    /// Bytes of a full vector's record; 0 while dimensions are unknown, or where none are kept.
    pub vector_bytes: u32,
    /// Whether rows near the border of their list have a second entry, in another list.
    pub spill: bool,
    /// First page of the coded centroids; [`NO_BLOCK`] in indexes of formats 1 to 3, and while there is one list.
    pub coded: Block,
    /// How many pages of the centroids, and of the coded ones, follow one another on storage from the first on; 0: not noted.
    pub array_run: u32,
    /// As `array_run`, of the coded centroids.
    pub coded_run: u32,
}

/// What tells a process whether what it has cached is still true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// [`Meta::epoch`].
    pub epoch: u64,
    /// [`Meta::changes`].
    pub changes: u64,
}

impl Meta {
    /// An index with no vectors and no known dimensions.
    pub fn empty(metric: Metric, seed: u64, epoch: u64) -> Self {
        Self {
            metric,
            dims: 0,
            lists: 0,
            seed,
            epoch,
            built: 0,
            arrays: NO_BLOCK,
            directory: NO_BLOCK,
            chains: [(NO_BLOCK, NO_BLOCK); 3],
            stop: StopTable::single_list(),
            spread: Spread::NONE,
            sketch: 0,
            refined: true,
            columns: 0,
            changes: 0,
            free: NO_BLOCK,
            calibrated: 0,
            list_rows: 0,
            dead: 0,
            moves: 0,
            vectors: None,
            vector_bytes: 0,
            spill: false,
            coded: NO_BLOCK,
            array_run: 0,
            coded_run: 0,
        }
    }

    /// Lists that hold rows.
    pub fn live_lists(&self) -> usize {
        self.lists.saturating_sub(self.dead) as usize
    }

    /// What a cache compares.
    pub fn revision(&self) -> Revision {
        Revision { epoch: self.epoch, changes: self.changes }
    }

    /// How lists lie on pages.
    pub fn geometry(&self) -> Geometry {
        let (padded, columns) = (padded(self.embedding().space()), self.columns as usize);
        Geometry::with_vectors(padded, self.refined, columns, self.vector_bytes as usize)
    }

    /// How vectors enter the space of the codes.
    pub fn embedding(&self) -> Embedding {
        Embedding::stored(self.dims as usize, self.sketch as usize)
    }

    /// Reads block 0.
    pub fn read(page: &[u8]) -> Result<Self, Error> {
        Header::read(page, 0, PageKind::Meta)?;
        if get_u32(page, AT_MAGIC) != MAGIC {
            return Err(Error::corrupt(0, "the meta page lacks its magic number"));
        }
        let metric = u8::try_from(get_u32(page, AT_METRIC)).ok().and_then(Metric::from_code);
        let metric = metric.ok_or_else(|| Error::corrupt(0, "the meta page names no known metric"))?;
        let (dims, lists) = (get_u32(page, AT_DIMS), get_u32(page, AT_LISTS));
        let sketch = get_u32(page, AT_SKETCH);
        let coded = if sketch > 0 { sketch } else { dims };
        if coded as usize > MAX_DIMENSIONS || (dims == 0) != (lists == 0) {
            return Err(Error::corrupt(
                0,
                format!("{dims} dimensions ({sketch} sketched) and {lists} lists do not fit together"),
            ));
        }
        let dead = get_u32(page, AT_DEAD);
        if dead > 0 && dead >= lists {
            return Err(Error::corrupt(0, format!("{dead} of {lists} lists are dead")));
        }
        let columns = get_u32(page, AT_COLUMNS);
        if columns as usize > MAX_COLUMNS {
            return Err(Error::corrupt(0, format!("{columns} filter columns, of at most {MAX_COLUMNS}")));
        }
        let (form, vector_bytes) = (get_u32(page, AT_VECTOR_FORM), get_u32(page, AT_VECTOR_BYTES));
        let vectors = VectorForm::from_code(form);
        if vectors.is_none() != (form == 0)
            || vector_bytes as usize > MAX_BYTES
            || (vector_bytes > 0) != (vectors.is_some() && dims > 0)
        {
            let what = format!("vectors of form {form} in {vector_bytes} bytes cannot be kept");
            return Err(Error::corrupt(0, what));
        }
        let spill = get_u32(page, AT_SPILL);
        if spill > 1 || spill == 1 && vectors.is_some() {
            return Err(Error::corrupt(0, format!("entries are spilled in the way {spill}")));
        }
        let chain = |i: usize| (get_u32(page, AT_CHAINS + 8 * i), get_u32(page, AT_CHAINS + 8 * i + 4));
        let mut stop = StopTable::single_list();
        for i in 0..stop.ranks.len() {
            let number = |at: usize| get_f32(page, at + 4 * i);
            stop.ranks[i] = number(AT_STOP);
            stop.reaches[i] = number(AT_REACHES);
            stop.means[i] = number(AT_MEANS);
            let is_finite = |x: f32| (0.0..=f32::MAX).contains(&x);
            if !(1.0..=u32::MAX as f32).contains(&stop.ranks[i])
                || !is_finite(stop.reaches[i])
                || !is_finite(stop.means[i])
            {
                let (ranks, reaches, means) = (stop.ranks[i], stop.reaches[i], stop.means[i]);
                return Err(Error::corrupt(0, format!("stop table cell {i} is {ranks}, {reaches}, {means}")));
            }
        }
        // 0, which older versions leave here, means that there are no reaches
        (stop.unit, stop.far) = (get_f32(page, AT_REACH_UNIT), get_f32(page, AT_FAR));
        if !(0.0..=f32::MAX).contains(&stop.unit) || !(0.0..=f32::MAX).contains(&stop.far) {
            return Err(Error::corrupt(0, format!("reaches are measured by {} and {}", stop.unit, stop.far)));
        }
        let spread = Spread { mean: get_f32(page, AT_SPREAD), deviation: get_f32(page, AT_SPREAD + 4) };
        if !spread.mean.is_finite() || spread.deviation.is_nan() || spread.deviation < 0.0 {
            return Err(Error::corrupt(0, format!("the spread of scores is {spread:?}")));
        }
        Ok(Self {
            metric,
            dims,
            lists,
            seed: get_u64(page, AT_SEED),
            epoch: get_u64(page, AT_EPOCH),
            built: get_u64(page, AT_BUILT),
            arrays: get_u32(page, AT_ARRAYS),
            directory: get_u32(page, AT_DIRECTORY),
            chains: [chain(0), chain(1), chain(2)],
            stop,
            spread,
            sketch,
            refined: get_u32(page, AT_REFINED) != 0,
            columns,
            changes: get_u64(page, AT_CHANGES),
            // 0, which older versions leave here, is the meta page itself
            free: match get_u32(page, AT_FREE) {
                0 => NO_BLOCK,
                block => block,
            },
            calibrated: get_u32(page, AT_CALIBRATED),
            list_rows: get_u32(page, AT_LIST_ROWS),
            dead,
            moves: get_u64(page, AT_MOVES),
            vectors,
            vector_bytes,
            spill: spill == 1,
            coded: match get_u32(page, AT_CODED) {
                0 => NO_BLOCK,
                block => block,
            },
            array_run: get_u32(page, AT_ARRAY_RUN),
            coded_run: get_u32(page, AT_CODED_RUN),
        })
    }

    /// Lists that a search for `k` neighbours at `recall` scans on average.
    pub fn probes(&self, recall: f64, k: usize) -> usize {
        self.stop.probes(crate::search::scan_share(recall), k, self.live_lists())
    }

    /// Only what a process compares with its cache.
    pub fn read_revision(page: &[u8]) -> Result<Revision, Error> {
        Header::read(page, 0, PageKind::Meta)?;
        Ok(Revision { epoch: get_u64(page, AT_EPOCH), changes: get_u64(page, AT_CHANGES) })
    }

    /// Only the count of moves.
    pub fn read_moves(page: &[u8]) -> Result<u64, Error> {
        Header::read(page, 0, PageKind::Meta)?;
        Ok(get_u64(page, AT_MOVES))
    }

    /// Writes block 0 whole.
    pub fn write(&self, page: &mut [u8]) {
        debug_assert_eq!(FORMAT_VERSION, 4);
        Header::new(PageKind::Meta, Header::NO_OWNER).write(page);
        put_u32(page, AT_MAGIC, MAGIC);
        put_u32(page, AT_METRIC, u32::from(self.metric.code()));
        put_u32(page, AT_DIMS, self.dims);
        put_u32(page, AT_LISTS, self.lists);
        put_u64(page, AT_SEED, self.seed);
        put_u64(page, AT_EPOCH, self.epoch);
        put_u64(page, AT_BUILT, self.built);
        put_u32(page, AT_ARRAYS, self.arrays);
        put_u32(page, AT_DIRECTORY, self.directory);
        for (i, (first, insertion)) in self.chains.iter().enumerate() {
            put_u32(page, AT_CHAINS + 8 * i, *first);
            put_u32(page, AT_CHAINS + 8 * i + 4, *insertion);
        }
        for i in 0..self.stop.ranks.len() {
            put_f32(page, AT_STOP + 4 * i, self.stop.ranks[i]);
            put_f32(page, AT_REACHES + 4 * i, self.stop.reaches[i]);
            put_f32(page, AT_MEANS + 4 * i, self.stop.means[i]);
        }
        put_f32(page, AT_REACH_UNIT, self.stop.unit);
        put_f32(page, AT_FAR, self.stop.far);
        put_f32(page, AT_SPREAD, self.spread.mean);
        put_f32(page, AT_SPREAD + 4, self.spread.deviation);
        put_u32(page, AT_SKETCH, self.sketch);
        put_u32(page, AT_REFINED, u32::from(self.refined));
        put_u32(page, AT_COLUMNS, self.columns);
        put_u64(page, AT_CHANGES, self.changes);
        put_u32(page, AT_FREE, if self.free == NO_BLOCK { 0 } else { self.free });
        put_u32(page, AT_CALIBRATED, self.calibrated);
        put_u32(page, AT_LIST_ROWS, self.list_rows);
        put_u32(page, AT_DEAD, self.dead);
        put_u64(page, AT_MOVES, self.moves);
        put_u32(page, AT_VECTOR_FORM, self.vectors.map_or(0, |form| form as u32));
        put_u32(page, AT_VECTOR_BYTES, self.vector_bytes);
        put_u32(page, AT_SPILL, u32::from(self.spill));
        put_u32(page, AT_CODED, if self.coded == NO_BLOCK { 0 } else { self.coded });
        put_u32(page, AT_ARRAY_RUN, self.array_run);
        put_u32(page, AT_CODED_RUN, self.coded_run);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::PAGE_BYTES;

    #[test]
    fn round_trip_and_damage() {
        let mut meta = Meta::empty(Metric::Cosine, 42, 7);
        meta.dims = 384;
        meta.lists = 12;
        meta.built = 1 << 40;
        meta.chains[2] = (5, 6);
        meta.spread = Spread { mean: 1.5, deviation: f32::INFINITY };
        meta.sketch = 128;
        meta.columns = 3;
        meta.changes = 1 << 33;
        meta.free = 99;
        meta.calibrated = 10;
        meta.list_rows = 77;
        meta.dead = 2;
        meta.moves = 1 << 35;
        meta.vectors = Some(VectorForm::Half);
        meta.vector_bytes = 768;
        meta.coded = 17;
        meta.array_run = 3;
        meta.coded_run = 1;
        let stop = &mut meta.stop;
        stop.reaches.iter_mut().enumerate().for_each(|(i, reach)| *reach = i as f32 / 8.0);
        stop.means.iter_mut().enumerate().for_each(|(i, mean)| *mean = i as f32 * 2.0);
        (stop.unit, stop.far) = (0.75, 1.25);
        let mut page = vec![0; PAGE_BYTES];
        meta.write(&mut page);
        assert_eq!(Meta::read(&page), Ok(meta.clone()));
        (meta.vectors, meta.vector_bytes, meta.spill) = (None, 0, true);
        let mut spilling = vec![0; PAGE_BYTES];
        meta.write(&mut spilling);
        assert_eq!(Meta::read(&spilling), Ok(meta));
        for at in [
            0,
            1,
            AT_MAGIC,
            AT_METRIC,
            AT_LISTS + 3,
            AT_STOP + 3,
            AT_SPREAD + 7,
            AT_REACH_UNIT + 3,
            AT_FAR + 3,
            AT_REACHES + 7,
            AT_MEANS + 191,
            AT_SKETCH + 2,
            AT_COLUMNS,
            AT_DEAD + 2,
            AT_VECTOR_FORM,
            AT_VECTOR_BYTES + 3,
            AT_SPILL,
        ] {
            let mut damaged = page.clone();
            damaged[at] ^= 0xff;
            if at == AT_LISTS + 3 {
                damaged[AT_DIMS..AT_DIMS + 4].fill(0);
            }
            assert!(Meta::read(&damaged).is_err(), "byte {at}");
        }
    }
}
