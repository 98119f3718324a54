//! An edition open for service, over its derived form in `cache/`.
//!
//! The derived form is larger than the edition, and waiting for the disk to have it would take longer than building
//! it. So it is not synced: `sceau.json` holds the hash of each file and the start of the machine under which it was
//! written. While the machine has not restarted, what was written is what is read. After a restart the hashes are
//! checked once, and a form that a power cut damaged is derived again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use gisement_model::{Field, LayerRow};

use crate::edition::hash_file;
use crate::folder::{read_json, replace_dir, write_json};
use crate::layer::SOURCE;
use crate::{Collection, Error, Manifest, Result, Table, geoparquet, serving};

const SEAL: &str = "sceau.json";
/// What the build leaves to the next one.
const TRACES: &str = "reprise.json";

/// What says that a derived form is whole.
#[derive(Debug, Serialize, Deserialize)]
struct Sceau {
    /// Which start of the machine the files were written, or last checked, under; `None` where it cannot be told.
    demarrage: Option<String>,
    /// BLAKE3 of every file.
    empreintes: BTreeMap<String, String>,
}

/// Seals a derived form whose files have these hashes.
pub(crate) fn seal(cache: &Path, files: impl IntoIterator<Item = (String, String)>) -> Result<()> {
    let seal = Sceau {
        demarrage: start_of_machine(),
        empreintes: files.into_iter().collect(),
    };
    write_json(&cache.join(SEAL), &seal)
}

/// Keeps what the next build takes over from this one: the file and its hash.
pub(crate) fn keep_traces(cache: &Path, traces: &impl Serialize) -> Result<(String, String)> {
    let path = cache.join(TRACES);
    let bytes = serde_json::to_vec(traces).map_err(|e| Error::corrupt(&path, e))?;
    fs::write(&path, &bytes).map_err(Error::io(&path))?;
    Ok((TRACES.to_owned(), blake3::hash(&bytes).to_hex().to_string()))
}

/// Identifies the current run of the system's kernel.
fn start_of_machine() -> Option<String> {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned()).filter(|id| !id.is_empty())
}

/// Whether a derived form is what was written.
pub(crate) fn is_intact(cache: &Path) -> bool {
    let path = cache.join(SEAL);
    let Ok(seal) = read_json::<Sceau>(&path) else {
        return false;
    };
    let now = start_of_machine();
    if now.is_some() && seal.demarrage == now {
        return true;
    }
    let same = seal
        .empreintes
        .par_iter()
        .all(|(file, hash)| hash_file(&cache.join(file)).is_ok_and(|h| h == *hash));
    if same {
        // Read from the disk since the restart: it need not be checked again. In a folder that cannot be written, it will.
        let checked = Sceau {
            demarrage: now,
            ..seal
        };
        let aside = cache.join(format!(".{SEAL}-{}", std::process::id()));
        let _ = write_json(&aside, &checked)
            .and_then(|()| fs::rename(&aside, &path).map_err(Error::io(&path)));
    }
    same
}

/// An edition open for service.
#[derive(Debug)]
pub struct ServedEdition {
    /// What the edition says of itself.
    pub manifest: Manifest,
    dir: PathBuf,
    cache: PathBuf,
    /// What replaces some of its files, in a public form.
    over: Option<PathBuf>,
    collections: Vec<Collection>,
}

impl ServedEdition {
    pub(crate) fn open(root: &Path, manifest: Manifest) -> Result<Self> {
        let (dir, cache) = Self::folders(root, &manifest);
        if is_intact(&cache)
            && let Ok(kept) = Self::read(dir.clone(), cache.clone(), &manifest)
        {
            return Ok(kept);
        }
        rebuild(&dir, &cache, &manifest)?;
        Self::read(dir, cache, &manifest)
    }

    /// The edition, when its derived form is there and whole: nothing is derived.
    pub(crate) fn kept(root: &Path, manifest: &Manifest) -> Option<Self> {
        let (dir, cache) = Self::folders(root, manifest);
        is_intact(&cache)
            .then(|| Self::read(dir, cache, manifest).ok())
            .flatten()
    }

    fn folders(root: &Path, manifest: &Manifest) -> (PathBuf, PathBuf) {
        let of = |sub: &str| root.join(sub).join(&manifest.id);
        (of("editions"), of("cache"))
    }

    fn read(dir: PathBuf, cache: PathBuf, manifest: &Manifest) -> Result<Self> {
        let collections = manifest
            .collections
            .iter()
            .map(|c| Collection::open(&cache, &c.id))
            .collect::<Result<_>>()?;
        Ok(Self {
            manifest: manifest.clone(),
            dir,
            cache,
            over: None,
            collections,
        })
    }

    /// The same edition with what a public form replaces, which lies in `over`.
    pub(crate) fn covered(self, over: PathBuf, manifest: Manifest) -> Result<Self> {
        let collections = self
            .collections
            .into_iter()
            .map(|c| {
                if over.join(format!("{}.arrow", c.name())).is_file() {
                    Collection::open(&over, c.name())
                } else {
                    Ok(c)
                }
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            manifest,
            over: Some(over),
            collections,
            ..self
        })
    }

    /// A published file: GeoParquet of a collection, rule set, report.
    pub fn file(&self, name: &str) -> PathBuf {
        let over = self.over.as_ref().map(|o| o.join(name));
        over.filter(|o| o.is_file())
            .unwrap_or_else(|| self.dir.join(name))
    }

    /// A published JSON document; `None` when the edition has none of this name.
    pub fn document<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let path = self.file(name);
        path.is_file().then(|| read_json(&path)).transpose()
    }

    /// The columns of `T` of a collection, its source column, and its geometries, as they were published.
    ///
    /// # Errors
    /// The file cannot be read, or has other columns.
    pub fn published<T: LayerRow>(&self, name: &str) -> Result<Table> {
        let path = self.file(&format!("{name}.parquet"));
        let (batch, geoms) = geoparquet::read_table(&path)?;
        let mut fields = T::FIELDS.to_vec();
        fields.push(SOURCE);
        let named = |f: &Field| batch.schema_ref().index_of(f.name);
        let columns: Vec<usize> = fields
            .iter()
            .map(named)
            .collect::<std::result::Result<_, _>>()?;
        Ok(Table {
            name: name.to_owned(),
            batch: batch.project(&columns)?,
            fields,
            geoms,
            geometry: T::GEOMETRY,
            crs: self.manifest.crs,
        })
    }

    /// What the build of this edition left to the next one, if it is still there.
    pub fn traces<T: DeserializeOwned>(&self) -> Option<T> {
        read_json(&self.cache.join(TRACES)).ok()
    }

    /// A collection by name.
    pub fn collection(&self, name: &str) -> Option<&Collection> {
        self.collections.iter().find(|c| c.name() == name)
    }

    /// Every collection.
    pub fn collections(&self) -> &[Collection] {
        &self.collections
    }
}

/// Derives the cache of an edition again from its GeoParquet files.
fn rebuild(dir: &Path, cache: &Path, manifest: &Manifest) -> Result<()> {
    let tmp = cache.with_file_name(format!(".en-cours-{}-{}", manifest.id, std::process::id()));
    fs::create_dir_all(&tmp).map_err(Error::io(&tmp))?;
    let mut files = Vec::new();
    for info in &manifest.collections {
        let (batch, geoms) = geoparquet::read_table(&dir.join(format!("{}.parquet", info.id)))?;
        files.extend(serving::write(
            &tmp,
            &info.id,
            &batch,
            &geoms,
            manifest.crs,
        )?);
    }
    seal(&tmp, files)?;
    replace_dir(&tmp, cache)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(dir: &Path) {
        fs::write(dir.join("a.arrow"), "colonnes").unwrap();
        let hash = hash_file(&dir.join("a.arrow")).unwrap();
        seal(dir, [("a.arrow".to_owned(), hash)]).unwrap();
    }

    /// The seal as another start of the machine would have left it.
    fn restart(dir: &Path) {
        let mut seal: Sceau = read_json(&dir.join(SEAL)).unwrap();
        seal.demarrage = Some("autre".into());
        write_json(&dir.join(SEAL), &seal).unwrap();
    }

    #[test]
    fn a_form_is_checked_once_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!is_intact(dir.path()), "no seal");
        sealed(dir.path());
        assert!(is_intact(dir.path()));
        restart(dir.path());
        assert!(is_intact(dir.path()));
        let seal: Sceau = read_json(&dir.path().join(SEAL)).unwrap();
        assert_eq!(seal.demarrage, start_of_machine());
    }

    #[test]
    fn what_a_power_cut_damaged_is_not_trusted() {
        let dir = tempfile::tempdir().unwrap();
        sealed(dir.path());
        restart(dir.path());
        fs::write(dir.path().join("a.arrow"), "colonne\0").unwrap();
        assert!(!is_intact(dir.path()));
        fs::remove_file(dir.path().join("a.arrow")).unwrap();
        assert!(!is_intact(dir.path()));
    }
}
