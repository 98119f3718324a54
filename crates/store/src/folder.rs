//! The data folder: `couches/`, `editions/`, `cache/`, and `courant`, which names the edition served.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use gisement_model::{Crs, LayerRow, RapportFichier};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::part::{self, PartWriter};
use crate::publique::{self, Retenue};
use crate::{EditionBuilder, Error, Layer, Manifest, Result, ServedEdition};

/// A data folder.
#[derive(Debug, Clone)]
pub struct DataFolder {
    root: PathBuf,
}

/// Held while building; released when dropped, or by the system if the process dies.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl DataFolder {
    /// A folder that exists or will be created by the first write.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Takes the builder's lock: one builder per folder. Leftovers of builders that were killed are removed.
    pub fn lock(&self) -> Result<Lock> {
        for sub in ["couches", "editions", "cache"] {
            let dir = self.root.join(sub);
            fs::create_dir_all(&dir).map_err(Error::io(&dir))?;
        }
        let path = self.root.join("verrou");
        let file = File::create(&path).map_err(Error::io(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(Error::Locked(self.root.clone())),
            Err(fs::TryLockError::Error(e)) => return Err(Error::io(&path)(e)),
        }
        for sub in ["couches", "editions", "cache"] {
            for entry in fs::read_dir(self.root.join(sub))
                .map_err(Error::io(self.root.join(sub)))?
                .flatten()
            {
                if entry
                    .file_name()
                    .to_string_lossy()
                    .starts_with(".en-cours-")
                {
                    fs::remove_dir_all(entry.path()).map_err(Error::io(entry.path()))?;
                }
            }
        }
        Ok(Lock { _file: file })
    }

    /// The identifier of the edition served.
    pub fn courant(&self) -> Result<String> {
        let path = self.root.join("courant");
        match fs::read_to_string(&path) {
            Ok(id) => Ok(id.trim().to_owned()),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                Err(Error::NoEdition(self.root.clone()))
            }
            Err(e) => Err(Error::io(&path)(e)),
        }
    }

    /// Every published edition, oldest date first.
    pub fn editions(&self) -> Result<Vec<Manifest>> {
        let dir = self.root.join("editions");
        let mut all = Vec::new();
        let Ok(entries) = fs::read_dir(&dir) else {
            return Ok(all);
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.starts_with('.') && entry.path().join("manifest.json").is_file() {
                all.push(self.manifest(&name)?);
            }
        }
        all.sort_by(|a, b| (a.date, &a.id).cmp(&(b.date, &b.id)));
        Ok(all)
    }

    /// The manifest of an edition.
    pub fn manifest(&self, id: &str) -> Result<Manifest> {
        read_json(&self.edition_dir(id)?.join("manifest.json"))
    }

    /// The folder of a published edition.
    pub fn edition_dir(&self, id: &str) -> Result<PathBuf> {
        let plain = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let dir = self.root.join("editions").join(id);
        if plain && dir.join("manifest.json").is_file() {
            Ok(dir)
        } else {
            Err(Error::UnknownEdition(id.to_owned()))
        }
    }

    /// Starts a new edition, aside.
    pub fn begin_edition(&self, _lock: &Lock, id: &str) -> Result<EditionBuilder> {
        EditionBuilder::begin(&self.root, id)
    }

    /// Makes a published edition the one served: one rename, so that a reader sees the old or the new name.
    pub fn set_courant(&self, _lock: &Lock, id: &str) -> Result<()> {
        self.edition_dir(id)?;
        let (tmp, path) = (self.root.join(".courant"), self.root.join("courant"));
        let mut file = File::create(&tmp).map_err(Error::io(&tmp))?;
        file.write_all(id.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(Error::io(&tmp))?;
        fs::rename(&tmp, &path).map_err(Error::io(&path))?;
        sync_dir(&self.root)
    }

    /// Opens an edition for service, deriving its cache when it is missing.
    pub fn open(&self, id: &str) -> Result<ServedEdition> {
        ServedEdition::open(&self.root, self.manifest(id)?)
    }

    /// An edition whose derived form is there and whole; `None` when opening it would take deriving it again.
    pub fn open_kept(&self, id: &str) -> Option<ServedEdition> {
        ServedEdition::kept(&self.root, &self.manifest(id).ok()?)
    }

    /// Opens the public form of an edition, deriving it when it is missing or when another `programme` derived it: `mask`
    /// says what it holds in place of what the edition holds.
    pub fn open_publique<E: From<Error>>(
        &self,
        id: &str,
        programme: &str,
        mask: impl FnOnce(&ServedEdition) -> std::result::Result<Retenue, E>,
    ) -> std::result::Result<ServedEdition, E> {
        publique::open(&self.root, self.open(id)?, programme, mask)
    }

    /// The files of an edition that are no longer the ones that were published.
    pub fn damaged_files(&self, manifest: &Manifest) -> Result<Vec<String>> {
        let dir = self.edition_dir(&manifest.id)?;
        let intact = |name: &str, hash: &str| {
            crate::edition::hash_file(&dir.join(name)).is_ok_and(|h| h == hash)
        };
        Ok(manifest
            .empreintes
            .iter()
            .filter(|(name, hash)| !intact(name, hash))
            .map(|(name, _)| name.clone())
            .collect())
    }

    /// The canonical layer kept under a content hash, with its report; `None` when it must be read again.
    pub fn part<T: LayerRow>(&self, hash: &str, crs: Crs) -> Option<(Layer<T>, RapportFichier)> {
        part::read(&self.root.join("couches").join(hash), crs)
    }

    /// Starts keeping a canonical layer, in projection `crs`, under its content hash.
    pub fn begin_part(&self, lock: &Lock, hash: &str, crs: Crs) -> Result<PartWriter> {
        PartWriter::begin(lock, &self.root.join("couches"), hash, crs)
    }
}

/// Renames a finished folder into place; one that is already there (the same content) is replaced.
pub(crate) fn replace_dir(tmp: &Path, dir: &Path) -> Result<()> {
    sync_dir(tmp)?;
    if dir.exists() {
        fs::remove_dir_all(dir).map_err(Error::io(dir))?;
    }
    fs::rename(tmp, dir).map_err(Error::io(dir))?;
    dir.parent().map_or(Ok(()), sync_dir)
}

pub(crate) fn sync_dir(dir: &Path) -> Result<()> {
    File::open(dir)
        .and_then(|d| d.sync_all())
        .map_err(Error::io(dir))
}

pub(crate) fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|e| Error::corrupt(path, e))?;
    bytes.push(b'\n');
    let mut file = File::create(path).map_err(Error::io(path))?;
    file.write_all(&bytes)
        .and_then(|()| file.sync_all())
        .map_err(Error::io(path))
}

pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = fs::read(path).map_err(Error::io(path))?;
    serde_json::from_slice(&bytes).map_err(|e| Error::corrupt(path, e))
}
