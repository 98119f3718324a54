//! Content hashes: what lets a build re-use the layers of files that have not changed.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use gisement_model::Crs;

use crate::edigeo::Lieu;
use crate::open::{self, Format};
use crate::{Error, SourceConfig, SourceFile};

/// Raised whenever the same file could give another layer.
pub const INGEST_VERSION: u32 = 2;

/// The hashes of one source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// BLAKE3 of the file; of all its parts for a shapefile, a MapInfo table, an EDIGEO sheet or a folder.
    pub empreinte: String,
    /// Key of the canonical layer: the file, its configuration, this program's version of ingest, the projection.
    pub cle: String,
}

/// Hashes a file and what decides how it is read.
pub fn fingerprint(file: &SourceFile<'_>, legal: Crs) -> Result<Fingerprint, Error> {
    let mut content = blake3::Hasher::new();
    let folder = file.path.is_dir();
    for part in parts(&file.path)? {
        let mut f = File::open(&part).map_err(Error::io(&part))?;
        let name = if folder {
            // Names inside a folder tell sheets apart, and where they are.
            let inside = part.strip_prefix(&file.path).unwrap_or(&part);
            inside.to_string_lossy().into_owned()
        } else {
            part.extension()
                .map(|e| e.to_string_lossy().to_ascii_lowercase())
                .unwrap_or_default()
        };
        content.update(name.as_bytes());
        content.update(&f.metadata().map_err(Error::io(&part))?.len().to_le_bytes());
        // Stays in the cache of one core: larger blocks hashed by several cost four times as long.
        let mut block = vec![0u8; 1 << 17];
        loop {
            let n = f.read(&mut block).map_err(Error::io(&part))?;
            if n == 0 {
                break;
            }
            content.update(&block[..n]);
        }
    }
    let empreinte = content.finalize().to_hex().to_string();
    // A tolerance judges what was read: it changes nothing in how.
    let config = SourceConfig {
        rejets_max: None,
        ..file.config.clone()
    };
    let config = serde_json::to_string(&config).map_err(|e| Error::Config {
        cle: "source",
        detail: e.to_string(),
    })?;
    let places = places(&file.path);
    let mut key = blake3::Hasher::new();
    for piece in [
        empreinte.as_str(),
        &file.name,
        &config,
        &INGEST_VERSION.to_string(),
        &legal.to_string(),
        &places,
    ] {
        key.update(&(piece.len() as u64).to_le_bytes());
        key.update(piece.as_bytes());
    }
    Ok(Fingerprint {
        empreinte,
        cle: key.finalize().to_hex().to_string(),
    })
}

/// What the names of a path tell of the sheets that it leads to. An EDIGEO sheet does not say its département: the
/// folders above the configured path may, and the file is not the same elsewhere. Other files are read the same
/// wherever they are, but what an archive holds is not known without unpacking it.
fn places(path: &Path) -> String {
    match open::detect(path) {
        Ok(Format::Edigeo | Format::Archive(_)) => {
            let all = crate::edigeo::lieux(path);
            let words = |l: Lieu| format!("{}{}/", l.debut, l.commune.unwrap_or_default());
            all.into_iter().map(words).collect()
        }
        _ => String::new(),
    }
}

/// The file and the companions that change how it reads, in a fixed order; all files of a folder. An archive is
/// one file.
fn parts(path: &Path) -> Result<Vec<PathBuf>, Error> {
    if path.is_dir() {
        return crate::edigeo::files_in(path);
    }
    let ext = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    let companions: &[&str] = match ext.as_str() {
        "shp" => &["dbf", "shx", "prj", "cpg"],
        "dbf" => &["cpg"],
        "tab" => &["dat", "map", "id", "ind"],
        "thf" => return Ok(crate::edigeo::parts(path)),
        _ => &[],
    };
    Ok(std::iter::once(path.to_owned())
        .chain(companions.iter().filter_map(|e| open::sibling(path, e)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use gisement_model::Couche;

    #[test]
    fn every_part_and_every_key_counts() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("zone.shp");
        std::fs::write(&path, "shp").unwrap();
        std::fs::write(dir.path().join("zone.DBF"), "dbf").unwrap();
        let mut config = SourceConfig::new(Couche::Zonage, "zone.shp");
        let of = |c: &SourceConfig| {
            fingerprint(
                &SourceFile {
                    path: path.clone(),
                    name: "zone.shp".into(),
                    config: c,
                },
                Crs::Lambert93,
            )
            .unwrap()
        };
        let first = of(&config);
        assert_eq!(first, of(&config));
        config.crs = Some("EPSG:2154".into());
        let other = of(&config);
        assert_eq!(first.empreinte, other.empreinte);
        assert_ne!(first.cle, other.cle);
        config.rejets_max = Some(0.5);
        assert_eq!(other, of(&config));
        std::fs::write(dir.path().join("zone.DBF"), "DBF").unwrap();
        assert_ne!(first.empreinte, of(&config).empreinte);
    }

    #[test]
    fn the_folders_above_a_sheet_count() {
        let dir = tempfile::tempdir().unwrap();
        let key = |folder: &str, name: &str, text: &str| {
            let folder = dir.path().join(folder);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(name), text).unwrap();
            let config = SourceConfig::new(Couche::Parcelles, name);
            let file = SourceFile {
                path: folder.join(name),
                name: name.to_owned(),
                config: &config,
            };
            fingerprint(&file, Crs::Lambert93).unwrap().cle
        };
        let sheet = |folder: &str| key(folder, "E.THF", "BOMT 05:E.THF\r\nLONSA04:ED01\r\n");
        assert_ne!(sheet("dep34/envoi"), sheet("dep13/envoi"));
        assert_ne!(sheet("34172"), sheet("34022"));
        // A name that tells nothing changes nothing.
        assert_eq!(sheet("dep34/envoi"), sheet("dep34/autre"));
        assert_eq!(sheet("a"), sheet("b"));
        // Other files are the same everywhere.
        let csv = |folder: &str| key(folder, "p.csv", "id;nom\n");
        assert_eq!(csv("dep34"), csv("dep13"));
    }
}
