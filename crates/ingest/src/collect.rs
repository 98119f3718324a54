//! Rows in file order → chunks of bounded size in a [`Sink`], with the rows that share an identity settled at the end.
//!
//! What stays in memory for the whole file is 12 bytes a row: a hash of its identity and its number in the file.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher as _;
use std::num::NonZeroU64;

use gisement_model::RapportFichier;
use gisement_store::Geometries;
use rayon::prelude::*;

use crate::Error;
use crate::notes::Notes;
use crate::read::Mapping;
use crate::sink::{Chunk, Sink};
use crate::unique::unique;

/// Rows of a chunk, about: a chunk ends with the batch that passes it, so that it does not depend on threads.
const ROWS_PER_CHUNK: usize = 32_768;

/// What a batch of raw rows became.
pub(crate) struct Out<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) geoms: Geometries,
    /// Number of the raw row of each row.
    pub(crate) origin: Vec<u64>,
    pub(crate) notes: Notes,
}

/// The box of some rows; `None` when none has a geometry.
type Extent = Option<[f64; 4]>;

/// A chunk that is full, on its way to the sink.
pub(crate) type Full<T> = Vec<(usize, Chunk<T>)>;

pub(crate) struct Collector<'s, T> {
    sink: &'s dyn Sink<T>,
    rows_per_chunk: usize,
    /// The chunk being filled.
    open: Chunk<T>,
    full: Full<T>,
    /// Rows before each chunk; the last entry is that of the open one.
    starts: Vec<usize>,
    boxes: Vec<Extent>,
    identities: Vec<Option<NonZeroU64>>,
    /// Numbers of raw rows, which increase; a file of more than 2³² rows would have them all at the last.
    origin: Vec<u32>,
}

impl<'s, T: Mapping> Collector<'s, T> {
    pub(crate) fn new(sink: &'s dyn Sink<T>) -> Self {
        Self {
            sink,
            rows_per_chunk: if T::WHOLE { usize::MAX } else { ROWS_PER_CHUNK },
            open: Chunk::default(),
            full: Vec::new(),
            starts: vec![0],
            boxes: Vec::new(),
            identities: Vec::new(),
            origin: Vec::new(),
        }
    }

    /// Appends a batch. Called in file order.
    pub(crate) fn add(&mut self, out: Out<T>, report: &mut RapportFichier) {
        out.notes.merge_into(report);
        self.identities
            .extend(out.rows.iter().map(|r| r.identity().map(hash)));
        self.origin.extend(
            out.origin
                .iter()
                .map(|n| u32::try_from(*n).unwrap_or(u32::MAX)),
        );
        self.open.rows.extend(out.rows);
        self.open.geoms.extend(&out.geoms);
        if self.open.rows.len() >= self.rows_per_chunk {
            self.close();
        }
    }

    fn close(&mut self) {
        let chunk = std::mem::take(&mut self.open);
        self.boxes.push(extent(&chunk.geoms));
        self.full.push((self.starts.len() - 1, chunk));
        self.starts.push(self.identities.len());
    }

    /// The chunks that are full, to be written.
    pub(crate) fn take_full(&mut self) -> Full<T> {
        std::mem::take(&mut self.full)
    }

    /// Once full chunks are written: settles twins, writes the last chunk, and gives the extent of the layer.
    pub(crate) fn finish(mut self, report: &mut RapportFichier) -> Result<Option<[f64; 4]>, Error> {
        let twins = self.twins();
        let closed = if twins.is_empty() {
            Vec::new()
        } else {
            self.settle(&twins, report)?
        };
        T::finish(&mut self.open.rows, report);
        let last = self.starts.len() - 1;
        let open = std::mem::take(&mut self.open);
        self.boxes.push(extent(&open.geoms));
        let (written, settled) = rayon::join(
            || {
                if open.rows.is_empty() {
                    Ok(())
                } else {
                    self.sink.put(last, open)
                }
            },
            || self.rewrite(closed),
        );
        written?;
        for (n, extent) in settled? {
            self.boxes[n] = extent;
        }
        Ok(self.boxes.into_iter().flatten().reduce(|a, b| {
            [
                a[0].min(b[0]),
                a[1].min(b[1]),
                a[2].max(b[2]),
                a[3].max(b[3]),
            ]
        }))
    }

    /// The rows whose identity has the hash of another's, in file order.
    fn twins(&self) -> Vec<u32> {
        let mut sorted: Vec<NonZeroU64> = self.identities.iter().flatten().copied().collect();
        sorted.par_sort_unstable();
        let mut shared: Vec<NonZeroU64> = sorted
            .windows(2)
            .filter(|w| w[0] == w[1])
            .map(|w| w[0])
            .collect();
        shared.dedup();
        if shared.is_empty() {
            return Vec::new();
        }
        (0..)
            .zip(&self.identities)
            .filter(|(_, id)| id.is_some_and(|id| shared.binary_search(&id).is_ok()))
            .map(|(i, _)| i)
            .collect()
    }

    /// Settles the rows that share an identity: at once in the open chunk; what is left to do in closed ones.
    fn settle(
        &mut self,
        twins: &[u32],
        report: &mut RapportFichier,
    ) -> Result<Vec<(usize, Settled<T>)>, Error> {
        let starts = self.starts.clone();
        let chunk_of = |i: u32| starts.partition_point(|s| *s <= i as usize) - 1;
        let groups: Vec<(usize, &[u32])> = twins
            .chunk_by(|a, b| chunk_of(*a) == chunk_of(*b))
            .map(|g| (chunk_of(g[0]), g))
            .collect();
        let same = self.picked(&groups)?;
        let origin: Vec<u64> = twins
            .iter()
            .map(|i| u64::from(self.origin[*i as usize]))
            .collect();
        let Chunk { mut rows, geoms } = same;
        let before = rows.clone();
        let dropped = unique(&mut rows, &geoms, &origin, report);
        self.count_merged(twins, &dropped, report);

        let mut outcome = rows.into_iter().zip(before).zip(dropped);
        let mut closed = Vec::new();
        for (n, group) in groups {
            let mut settled = Settled::default();
            for (i, ((row, before), dropped)) in group.iter().zip(outcome.by_ref()) {
                let at = *i - starts[n] as u32;
                if dropped {
                    settled.lost.push(at);
                } else if row != before {
                    settled.changed.push((at, row));
                }
            }
            if n + 1 == starts.len() {
                settled.apply(&mut self.open);
            } else if !settled.is_empty() {
                closed.push((n, settled));
            }
        }
        Ok(closed)
    }

    /// Applies what was settled to chunks already written; their new extents.
    fn rewrite(&self, closed: Vec<(usize, Settled<T>)>) -> Result<Vec<(usize, Extent)>, Error> {
        closed
            .into_par_iter()
            .map(|(n, settled)| {
                let mut chunk = self.sink.get(n)?;
                settled.apply(&mut chunk);
                let extent = extent(&chunk.geoms);
                self.sink.put(n, chunk)?;
                Ok((n, extent))
            })
            .collect()
    }

    /// The rows at these places, grouped by chunk, with their geometries.
    fn picked(&self, groups: &[(usize, &[u32])]) -> Result<Chunk<T>, Error> {
        let parts: Vec<Chunk<T>> = groups
            .par_iter()
            .map(|(n, group)| {
                let read;
                let chunk = if n + 1 == self.starts.len() {
                    &self.open
                } else {
                    read = self.sink.get(*n)?;
                    &read
                };
                let mut picked = Chunk::default();
                for i in *group {
                    let at = *i as usize - self.starts[*n];
                    picked.rows.push(chunk.rows[at].clone());
                    picked.geoms.push_ref(chunk.geoms.get(at));
                }
                Ok(picked)
            })
            .collect::<Result<_, Error>>()?;
        let mut all = Chunk::default();
        for p in parts {
            all.rows.extend(p.rows);
            all.geoms.extend(&p.geoms);
        }
        Ok(all)
    }

    /// Moves from kept to merged the raw rows of which nothing is left.
    fn count_merged(&self, twins: &[u32], dropped: &[bool], report: &mut RapportFichier) {
        let lost: Vec<u32> = twins
            .iter()
            .zip(dropped)
            .filter(|(_, d)| **d)
            .map(|(i, _)| *i)
            .collect();
        let same = |a: &u32, b: &u32| self.origin[*a as usize] == self.origin[*b as usize];
        for group in lost.chunk_by(same) {
            let raw = self.origin[group[0] as usize];
            let from = self.origin.partition_point(|o| *o < raw);
            let to = self.origin.partition_point(|o| *o <= raw);
            if group.len() == to - from {
                report.gardes -= 1;
                report.fusionnes += 1;
            }
        }
    }
}

/// What became of the rows of a chunk that have twins; places are increasing.
struct Settled<T> {
    changed: Vec<(u32, T)>,
    lost: Vec<u32>,
}

impl<T> Default for Settled<T> {
    fn default() -> Self {
        Self {
            changed: Vec::new(),
            lost: Vec::new(),
        }
    }
}

impl<T> Settled<T> {
    fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.lost.is_empty()
    }

    fn apply(self, chunk: &mut Chunk<T>) {
        for (at, row) in self.changed {
            chunk.rows[at as usize] = row;
        }
        chunk.remove(&self.lost);
    }
}

impl<T> Chunk<T> {
    /// Removes the rows at these increasing places.
    fn remove(&mut self, lost: &[u32]) {
        if lost.is_empty() {
            return;
        }
        let kept: Vec<u32> = (0..self.rows.len() as u32)
            .filter(|i| lost.binary_search(i).is_err())
            .collect();
        self.geoms = self.geoms.reordered(&kept);
        let mut i = 0;
        self.rows.retain(|_| {
            i += 1;
            lost.binary_search(&(i - 1)).is_err()
        });
    }
}

/// The hash of an identity: the same in every run, so that what is rewritten is too.
fn hash(id: impl std::hash::Hash) -> NonZeroU64 {
    let mut h = DefaultHasher::new();
    id.hash(&mut h);
    NonZeroU64::new(h.finish()).unwrap_or(NonZeroU64::MIN)
}

fn extent(geoms: &Geometries) -> Extent {
    geoms
        .iter()
        .filter_map(|g| g.bbox())
        .map(|b| [b.min().x, b.min().y, b.max().x, b.max().y])
        .reduce(|a, b| {
            [
                a[0].min(b[0]),
                a[1].min(b[1]),
                a[2].max(b[2]),
                a[3].max(b[3]),
            ]
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SourceConfig;
    use crate::sink::Memory;
    use geo_types::Coord;
    use gisement_model::{Couche, Parcelle, Provenance};
    use proptest::prelude::*;

    fn report() -> RapportFichier {
        let config = SourceConfig::new(Couche::Parcelles, "p");
        let source = Provenance {
            couche: Couche::Parcelles,
            fichier: "p".into(),
            empreinte: String::new(),
            producteur: None,
            licence: None,
            millesime: None,
            crs_source: None,
            couverture: config.couverture(),
        };
        RapportFichier::new(source, String::new())
    }

    /// Parcels of these numbers and days of update, in batches of three, through chunks of `size` rows.
    fn collect(parcels: &[(u8, i8)], size: usize) -> (Vec<Parcelle>, Geometries, RapportFichier) {
        let (memory, mut report) = (Memory::new(), report());
        let mut collector = Collector::<Parcelle>::new(&memory);
        collector.rows_per_chunk = size;
        for (b, batch) in parcels.chunks(3).enumerate() {
            let mut out = Out {
                rows: Vec::new(),
                geoms: Geometries::new(),
                origin: Vec::new(),
                notes: Notes::default(),
            };
            for (i, (n, day)) in batch.iter().enumerate() {
                out.rows.push(Parcelle {
                    idu: format!("34901000AA{n:04}").parse().unwrap(),
                    contenance_m2: Some(i64::from(*day)),
                    arpente: None,
                    created: None,
                    updated: Some(jiff::civil::date(2020, 1, *day)),
                });
                out.geoms.push_point(Coord {
                    x: f64::from(*n),
                    y: f64::from(*day),
                });
                out.origin.push((b * 3 + i + 1) as u64);
                out.notes.lus += 1;
                out.notes.gardes += 1;
            }
            collector.add(out, &mut report);
            for (n, chunk) in collector.take_full() {
                memory.put(n, chunk).unwrap();
            }
        }
        report.emprise = collector.finish(&mut report).unwrap();
        let all = memory.into_chunk();
        (all.rows, all.geoms, report)
    }

    proptest! {
        #[test]
        fn chunks_change_nothing(parcels in prop::collection::vec((0u8..12, 1i8..28), 0..40), size in 1usize..10) {
            let whole = collect(&parcels, usize::MAX);
            prop_assert!(whole.2.is_balanced());
            let mut ids: Vec<_> = whole.0.iter().map(|p| p.idu).collect();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), whole.0.len());
            prop_assert_eq!(collect(&parcels, size), whole);
        }
    }
}
