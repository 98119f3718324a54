//! The form of an edition that anyone may read.
//!
//! It is derived beside the edition, in `cache/<édition>-publique/`: the collections and documents that differ, and a
//! manifest of its own. What does not differ is read from the edition. Nothing that serves it ever sees the rest, so
//! that no path, present or future, can let it out.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::edition::hash_file;
use crate::folder::{read_json, replace_dir, write_json};
use crate::served::{is_intact, seal};
use crate::{CollectionInfo, Depart, Diffusion, Error, Manifest, Result, ServedEdition, Table};
use crate::{geoparquet, serving};

const MANIFEST: &str = "manifest.json";
const ORIGIN: &str = "origine.json";

/// What a public form holds in place of what the edition holds.
#[derive(Debug)]
pub struct Retenue {
    /// Tables, by their name.
    pub tables: Vec<Table>,
    /// JSON documents, by their name.
    pub documents: Vec<(String, Value)>,
    /// Number of parcels by verdict, and `parcelles` for all.
    pub comptes: BTreeMap<String, u64>,
    /// Where a map opens.
    pub depart: Option<Depart>,
}

/// What a public form was derived by.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Origine {
    programme: String,
}

/// Opens the public form of an edition, deriving it when needed.
pub(crate) fn open<E: From<Error>>(
    root: &Path,
    edition: ServedEdition,
    programme: &str,
    mask: impl FnOnce(&ServedEdition) -> std::result::Result<Retenue, E>,
) -> std::result::Result<ServedEdition, E> {
    let id = Diffusion::Publique.id(&edition.manifest.id);
    let dir = root.join("cache").join(&id);
    let origin = Origine {
        programme: programme.to_owned(),
    };
    let current = || {
        let same = is_intact(&dir) && read_json::<Origine>(&dir.join(ORIGIN)).ok()? == origin;
        same.then(|| read_json::<Manifest>(&dir.join(MANIFEST)).ok())?
    };
    if let Some(manifest) = current() {
        return Ok(edition.covered(dir, manifest)?);
    }
    let retenue = mask(&edition)?;
    let manifest = derive(&dir, &id, &edition.manifest, retenue, &origin)?;
    Ok(edition.covered(dir, manifest)?)
}

fn derive(
    dir: &Path,
    id: &str,
    of: &Manifest,
    retenue: Retenue,
    origin: &Origine,
) -> Result<Manifest> {
    let mut manifest = Manifest {
        id: id.to_owned(),
        diffusion: Diffusion::Publique,
        comptes: retenue.comptes,
        depart: retenue.depart,
        ..of.clone()
    };
    let tmp = dir.with_file_name(format!(".en-cours-{id}-{}", std::process::id()));
    if tmp.exists() {
        fs::remove_dir_all(&tmp).map_err(Error::io(&tmp))?;
    }
    fs::create_dir_all(&tmp).map_err(Error::io(&tmp))?;
    let mut files = BTreeMap::new();
    let mut replace = |name: String, files: &mut BTreeMap<_, _>| {
        let hash = hash_file(&tmp.join(&name))?;
        manifest.empreintes.insert(name.clone(), hash.clone());
        files.insert(name, hash);
        Ok::<_, Error>(())
    };
    for t in &retenue.tables {
        let name = format!("{}.parquet", t.name);
        geoparquet::write(&tmp.join(&name), t, geoparquet::Effort::Published)?;
        replace(name, &mut files)?;
        files.extend(serving::write(&tmp, &t.name, &t.batch, &t.geoms, t.crs)?);
    }
    for (name, value) in &retenue.documents {
        write_json(&tmp.join(name), value)?;
        replace(name.clone(), &mut files)?;
    }
    for info in &mut manifest.collections {
        if let Some(t) = retenue.tables.iter().find(|t| t.name == info.id) {
            let rows = t.geoms.len();
            *info = CollectionInfo::describe(&info.id, &info.titre, rows, t.geometry, &t.fields);
        }
    }
    write_json(&tmp.join(ORIGIN), origin)?;
    write_json(&tmp.join(MANIFEST), &manifest)?;
    for name in [ORIGIN, MANIFEST] {
        files.insert(name.to_owned(), hash_file(&tmp.join(name))?);
    }
    seal(&tmp, files)?;
    replace_dir(&tmp, dir)?;
    Ok(manifest)
}
