//! A canonical layer at rest, as read from one file: a folder of GeoParquet chunks in file order and a report.
//!
//! Chunks keep the memory of a reader bounded, whatever the size of the file, and are written and read in parallel.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use gisement_model::{Crs, LayerRow, RapportFichier};
use rayon::prelude::*;

use crate::folder::{read_json, replace_dir, write_json};
use crate::{Error, Geometries, Layer, Lock, Result, Table, geoparquet};

const REPORT: &str = "rapport.json";

/// A part being written aside, chunk by chunk.
#[derive(Debug)]
pub struct PartWriter {
    tmp: PathBuf,
    dir: PathBuf,
    crs: Crs,
}

impl PartWriter {
    pub(crate) fn begin(_lock: &Lock, parent: &Path, hash: &str, crs: Crs) -> Result<Self> {
        // Two entries of a configuration may be the same file read in the same way, at the same time.
        static RANK: AtomicU64 = AtomicU64::new(0);
        let rank = RANK.fetch_add(1, Ordering::Relaxed);
        let writer = Self {
            tmp: parent.join(format!(".en-cours-{rank}-{hash}")),
            dir: parent.join(hash),
            crs,
        };
        writer.clear()?;
        Ok(writer)
    }

    /// Forgets every chunk.
    pub fn clear(&self) -> Result<()> {
        if self.tmp.exists() {
            fs::remove_dir_all(&self.tmp).map_err(Error::io(&self.tmp))?;
        }
        fs::create_dir_all(&self.tmp).map_err(Error::io(&self.tmp))
    }

    /// Writes the `n`-th chunk, or writes it again.
    pub fn write<T: LayerRow>(&self, n: usize, rows: &[T], geoms: Geometries) -> Result<()> {
        let code = T::COUCHE.code();
        let mut table = Table::from_rows(code, T::GEOMETRY, rows, geoms, self.crs)?;
        table.push_source(&vec![0; rows.len()])?;
        let path = chunk(&self.tmp, n);
        let file = geoparquet::write(&path, &table, geoparquet::Effort::Kept)?;
        file.sync_all().map_err(Error::io(&path))
    }

    /// Reads a chunk back.
    pub fn read<T: LayerRow>(&self, n: usize) -> Result<(Vec<T>, Geometries)> {
        let layer = geoparquet::read_layer(&chunk(&self.tmp, n), Vec::new(), self.crs)?;
        Ok((layer.rows, layer.geoms))
    }

    /// Makes the part visible under its hash, all at once.
    pub fn publish(self, rapport: &RapportFichier) -> Result<()> {
        write_json(&self.tmp.join(REPORT), rapport)?;
        replace_dir(&self.tmp, &self.dir)
    }
}

fn chunk(dir: &Path, n: usize) -> PathBuf {
    dir.join(format!("couche-{n:04}.parquet"))
}

/// The part of a folder with its report; `None` when it is missing or damaged, and must be read again.
pub(crate) fn read<T: LayerRow>(dir: &Path, crs: Crs) -> Option<(Layer<T>, RapportFichier)> {
    let rapport: RapportFichier = read_json(&dir.join(REPORT)).ok()?;
    let mut chunks = Vec::new();
    while let Some(next) = Some(chunk(dir, chunks.len())).filter(|p| p.is_file()) {
        chunks.push(next);
    }
    let parts: Vec<Layer<T>> = chunks
        .par_iter()
        .map(|p| geoparquet::read_layer(p, Vec::new(), crs).ok())
        .collect::<Option<_>>()?;
    let mut layer = Layer::join(crs, parts);
    layer.sources.push(rapport.source.clone());
    Some((layer, rapport))
}
