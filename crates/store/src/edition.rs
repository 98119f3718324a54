//! Building an edition aside and publishing it.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use rayon::prelude::*;
use serde::Serialize;

use crate::folder::{replace_dir, write_json};
use crate::{CollectionInfo, Error, Lock, Manifest, Result, Table, geoparquet, served, serving};

/// An edition under construction, in a hidden sibling folder of `editions/` that nobody reads.
#[derive(Debug)]
pub struct EditionBuilder {
    root: PathBuf,
    id: String,
    dir: PathBuf,
    cache: PathBuf,
    collections: Vec<CollectionInfo>,
    /// Files of the derived form with their hashes.
    derived: Vec<(String, String)>,
    /// Files on their way to the disk.
    syncing: Vec<Syncing>,
}

type Syncing = JoinHandle<Result<()>>;

/// What adding a collection leaves: what is said of it, the files of its derived form, and its way to the disk.
type Written = (CollectionInfo, [(String, String); 2], Syncing);

impl EditionBuilder {
    pub(crate) fn begin(root: &Path, id: &str) -> Result<Self> {
        let dir = root.join("editions").join(format!(".en-cours-{id}"));
        let cache = root.join("cache").join(format!(".en-cours-{id}"));
        for d in [&dir, &cache] {
            if d.exists() {
                fs::remove_dir_all(d).map_err(Error::io(d))?;
            }
            fs::create_dir_all(d).map_err(Error::io(d))?;
        }
        Ok(Self {
            root: root.to_owned(),
            id: id.to_owned(),
            dir,
            cache,
            collections: Vec::new(),
            derived: Vec::new(),
            syncing: Vec::new(),
        })
    }

    /// Adds collections with their titles, several at a time; `done` is told of each.
    pub fn add_all(
        &mut self,
        tables: Vec<(String, Table)>,
        done: &(dyn Fn() + Sync),
    ) -> Result<()> {
        let written = tables
            .into_par_iter()
            .map(|(title, table)| {
                let one = self.write(&title, &table);
                done();
                one
            })
            .collect::<Result<Vec<_>>>()?;
        for one in written {
            self.keep(one);
        }
        Ok(())
    }

    /// Adds a collection: its GeoParquet file, and its serving form in the cache.
    pub fn add(&mut self, title: &str, table: &Table) -> Result<()> {
        let one = self.write(title, table)?;
        self.keep(one);
        Ok(())
    }

    fn keep(&mut self, (info, derived, syncing): Written) {
        self.collections.push(info);
        self.derived.extend(derived);
        self.syncing.push(syncing);
    }

    fn write(&self, title: &str, table: &Table) -> Result<Written> {
        let path = self.dir.join(format!("{}.parquet", table.name));
        let t = table;
        // The serving form first: its file is written by one thread, while the others share the columns of the other.
        let (served, public) = rayon::join(
            || serving::write(&self.cache, &t.name, &t.batch, &t.geoms, t.crs),
            || geoparquet::write(&path, table, geoparquet::Effort::Published),
        );
        let file = public?;
        // The disk works while the next collection is prepared.
        let syncing = std::thread::spawn(move || file.sync_all().map_err(Error::io(&path)));
        let info = CollectionInfo::describe(
            &table.name,
            title,
            table.geoms.len(),
            table.geometry,
            &table.fields,
        );
        Ok((info, served?, syncing))
    }

    /// Keeps, beside the edition, what the next build takes over from this one.
    pub fn add_traces(&mut self, traces: &impl Serialize) -> Result<()> {
        self.derived.push(served::keep_traces(&self.cache, traces)?);
        Ok(())
    }

    /// Adds a JSON document (a report).
    pub fn add_json(&mut self, name: &str, value: &impl Serialize) -> Result<()> {
        write_json(&self.dir.join(name), value)
    }

    /// Adds a text document (the rule set).
    pub fn add_text(&mut self, name: &str, text: &str) -> Result<()> {
        let path = self.dir.join(name);
        fs::write(&path, text).map_err(Error::io(&path))?;
        File::open(&path)
            .and_then(|f| f.sync_all())
            .map_err(Error::io(&path))
    }

    /// Publishes: hashes every file, writes the manifest and the journal, and renames both folders into place.
    /// The edition is not served until [`crate::DataFolder::set_courant`].
    /// `journal` holds what may differ between two builds of the same edition (clock, host, durations).
    pub fn publish(
        self,
        _lock: &Lock,
        mut manifest: Manifest,
        journal: &impl Serialize,
    ) -> Result<Manifest> {
        for file in self.syncing {
            file.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        }
        served::seal(&self.cache, self.derived)?;
        manifest.id.clone_from(&self.id);
        manifest.collections = self.collections;
        let entries = fs::read_dir(&self.dir)
            .and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
            .map_err(Error::io(&self.dir))?;
        manifest.empreintes = entries
            .into_par_iter()
            .map(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                Ok((name, hash_file(&entry.path())?))
            })
            .collect::<Result<_>>()?;
        write_json(&self.dir.join("journal.json"), journal)?;
        write_json(&self.dir.join("manifest.json"), &manifest)?;
        replace_dir(&self.cache, &self.root.join("cache").join(&self.id))?;
        replace_dir(&self.dir, &self.root.join("editions").join(&self.id))?;
        Ok(manifest)
    }
}

/// BLAKE3 of a file, hexadecimal.
pub(crate) fn hash_file(path: &Path) -> Result<String> {
    let mut file = File::open(path).map_err(Error::io(path))?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer).map_err(Error::io(path))? {
            0 => return Ok(hasher.finalize().to_hex().to_string()),
            n => hasher.update(&buffer[..n]),
        };
    }
}
