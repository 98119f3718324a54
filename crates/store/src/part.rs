//! A canonical layer at rest, as read from one file: a folder of GeoParquet chunks in file order and a report.
//!
//! Chunks keep the memory of a reader bounded, whatever the size of the file, and are written and read in parallel. They
//! are not synced: thousands of small files would wait for the disk one after the other. The report, written last, says
//! the hash of each, so that a part that a power cut damaged is known and its file read again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use gisement_model::{Crs, LayerRow, RapportFichier};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::edition::hash_file;
use crate::folder::read_json;
use crate::{Error, Geometries, Layer, Lock, Result, Table, geoparquet};

const REPORT: &str = "rapport.json";

/// What a part says of itself.
#[derive(Serialize, Deserialize)]
struct Tenu<R> {
    rapport: R,
    /// Hash of each chunk, in order.
    empreintes: Vec<String>,
}

/// A part being written aside, chunk by chunk.
#[derive(Debug)]
pub struct PartWriter {
    tmp: PathBuf,
    dir: PathBuf,
    crs: Crs,
    /// Hash of each chunk written.
    hashes: Mutex<BTreeMap<usize, String>>,
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
            hashes: Mutex::default(),
        };
        writer.clear()?;
        Ok(writer)
    }

    /// Forgets every chunk.
    pub fn clear(&self) -> Result<()> {
        self.hashes().clear();
        if self.tmp.exists() {
            fs::remove_dir_all(&self.tmp).map_err(Error::io(&self.tmp))?;
        }
        fs::create_dir_all(&self.tmp).map_err(Error::io(&self.tmp))
    }

    /// Whatever happened to another thread, what is in the map is whole.
    fn hashes(&self) -> std::sync::MutexGuard<'_, BTreeMap<usize, String>> {
        self.hashes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the `n`-th chunk, or writes it again; gives the geometries back.
    pub fn write<T: LayerRow>(
        &self,
        n: usize,
        rows: &[T],
        geoms: Geometries,
    ) -> Result<Geometries> {
        let code = T::COUCHE.code();
        let mut table = Table::from_rows(code, T::GEOMETRY, rows, geoms, self.crs)?;
        table.push_source(&vec![0; rows.len()])?;
        let path = chunk(&self.tmp, n);
        geoparquet::write(&path, &table, geoparquet::Effort::Kept)?;
        self.hashes().insert(n, hash_file(&path)?);
        Ok(table.geoms)
    }

    /// Reads a chunk back.
    pub fn read<T: LayerRow>(&self, n: usize) -> Result<(Vec<T>, Geometries)> {
        let layer = geoparquet::read_layer(&chunk(&self.tmp, n), Vec::new(), self.crs)?;
        Ok((layer.rows, layer.geoms))
    }

    /// Makes the part visible under its hash, all at once.
    pub fn publish(self, rapport: &RapportFichier) -> Result<()> {
        let path = self.tmp.join(REPORT);
        let tenu = Tenu {
            rapport,
            empreintes: self.hashes().values().cloned().collect(),
        };
        let bytes = serde_json::to_vec_pretty(&tenu).map_err(|e| Error::corrupt(&path, e))?;
        fs::write(&path, bytes).map_err(Error::io(&path))?;
        if self.dir.exists() {
            fs::remove_dir_all(&self.dir).map_err(Error::io(&self.dir))?;
        }
        fs::rename(&self.tmp, &self.dir).map_err(Error::io(&self.dir))
    }
}

fn chunk(dir: &Path, n: usize) -> PathBuf {
    dir.join(format!("couche-{n:04}.parquet"))
}

/// The part of a folder with its report; `None` when it is missing or damaged, and must be read again.
pub(crate) fn read<T: LayerRow>(dir: &Path, crs: Crs) -> Option<(Layer<T>, RapportFichier)> {
    let Tenu {
        rapport,
        empreintes,
    } = read_json::<Tenu<RapportFichier>>(&dir.join(REPORT)).ok()?;
    let parts: Vec<Layer<T>> = empreintes
        .par_iter()
        .enumerate()
        .map(|(n, hash)| {
            let path = chunk(dir, n);
            let intact = hash_file(&path).is_ok_and(|h| h == *hash);
            let layer = intact.then(|| geoparquet::read_layer(&path, Vec::new(), crs));
            layer.and_then(Result::ok)
        })
        .collect::<Option<_>>()?;
    let mut layer = Layer::join(crs, parts);
    layer.sources.push(rapport.source.clone());
    Some((layer, rapport))
}
