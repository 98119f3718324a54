//! An edition as a folder that any web host serves: the map, and the answers that it asks for, written down. What a
//! reader sees there is what this service would have said (docs/statique.md).

mod carte;
mod donnees;
mod fiches;
mod tuiles;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use gisement_export::{Error as ExportError, Folder, Progress};
use gisement_store::{Manifest, ServedEdition};
use serde_json::{Value, json};

use crate::editions::Edition;
use crate::problem::Problem;
use crate::{Error, fichiers};

/// What says that a folder is one of ours, and what it holds.
const MARK: &str = "site.json";

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Number of files.
    pub fichiers: usize,
    /// Their size together. Bytes.
    pub octets: u64,
}

/// Writes an edition into a folder that does not exist yet, or replaces the site that is there. Progress counts tiles and
/// sheets.
///
/// # Errors
/// The program was built without the map, what is at `dossier` is not a site, failures of the disk, what [`Progress`]
/// stops.
pub fn site(
    edition: ServedEdition,
    dossier: &Path,
    progress: &mut Progress<'_>,
) -> Result<Site, Error> {
    let edition = Edition::new(edition);
    let folder = Folder::create(dossier, MARK, "un site publié par Gisement")?;
    let at = folder.path();
    carte::write(at)?;
    donnees::write(&edition, &at.join("donnees"))?;
    let offered = files(&edition, &at.join("parquet"))?;
    json_file(&at.join("donnees/fichiers.json"), &offered)?;
    let tiles = tuiles::places(&edition);
    let sheets = fiches::Fiches::of(&edition);
    progress.begin(tiles.len() as u64 + sheets.len() as u64)?;
    tuiles::write(&edition, &tiles, &at.join("tuiles.pmtiles"), progress)?;
    sheets.write(&at.join("fiches"), progress)?;
    put(&at.join("LISEZMOI.txt"), readme(edition.manifest()))?;
    let site = mark(&edition, at)?;
    folder.publish()?;
    Ok(site)
}

/// The published files of the edition: GeoParquet of each collection, rule set, report. Gives those of collections, as
/// the map offers them.
fn files(edition: &Edition, folder: &Path) -> Result<Value, Error> {
    make(folder)?;
    let mut offered = Vec::new();
    for file in fichiers::of(edition) {
        let (from, to) = (edition.file(file.nom), folder.join(file.nom));
        let octets = fs::copy(&from, &to).map_err(io(&from))?;
        if file.kind == fichiers::PARQUET {
            offered.push(json!({
                "titre": file.titre,
                "chemin": format!("parquet/{}", file.nom),
                "octets": octets,
            }));
        }
    }
    Ok(offered.into())
}

/// Says what the folder holds, with sizes and hashes.
fn mark(edition: &Edition, at: &Path) -> Result<Site, Error> {
    let mut paths = Vec::new();
    walk(at, &mut paths)?;
    paths.sort();
    let mut octets = 0;
    let mut listed = Vec::with_capacity(paths.len());
    for path in &paths {
        let mut hasher = blake3::Hasher::new();
        let file = fs::File::open(path).map_err(io(path))?;
        hasher.update_reader(file).map_err(io(path))?;
        let size = fs::metadata(path).map_err(io(path))?.len();
        octets += size;
        let name = path.strip_prefix(at).unwrap_or(path).to_string_lossy();
        listed.push(json!({
            "nom": name.replace('\\', "/"),
            "octets": size,
            "blake3": hasher.finalize().to_hex().as_str(),
        }));
    }
    let m = edition.manifest();
    json_file(
        &at.join(MARK),
        &json!({
            "observatoire": m.nom,
            "edition": m.id,
            "date": m.date,
            "diffusion": m.diffusion,
            "fictif": m.fictif,
            "programme": m.programme,
            "bareme": m.bareme,
            "fichiers": listed,
        }),
    )?;
    Ok(Site {
        fichiers: paths.len() + 1,
        octets,
    })
}

fn walk(folder: &Path, out: &mut Vec<PathBuf>) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(io(folder))? {
        let path = entry.map_err(io(folder))?.path();
        if path.is_dir() {
            walk(&path, out)?;
        } else {
            out.push(path);
        }
    }
    Ok(())
}

fn readme(m: &Manifest) -> String {
    let fictif = if m.fictif {
        "\r\nTERRITOIRE FICTIF : toutes ces données sont inventées.\r\n"
    } else {
        ""
    };
    format!(
        "{}, édition {} du {} (Gisement {}).\r\n{fictif}\r\n\
         Ce dossier est un site : copiez-le tel quel chez un hébergeur de fichiers qui répond aux demandes partielles (en-tête\r\n\
         HTTP « Range »), sous n’importe quelle adresse. Aucun programme ne tourne côté serveur.\r\n\r\n\
         index.html, assets/ : la carte\r\n\
         tuiles.pmtiles : les tuiles vectorielles\r\n\
         donnees/ : ce que la carte lit (édition, territoires, communes, gisements)\r\n\
         fiches/ : les fiches des parcelles, par section cadastrale, et des sites\r\n\
         parquet/ : les collections entières (GeoParquet), le barème et le rapport de lecture, pour QGIS, DuckDB ou GeoPandas\r\n\
         {MARK} : la liste des fichiers et leurs empreintes BLAKE3\r\n",
        m.nom, m.id, m.date, m.programme
    )
}

fn refused(problem: &Problem) -> Error {
    Error::Demande(problem.reason())
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| ExportError::Io { path, source }.into()
}

fn make(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(io(folder))
}

fn put(path: &Path, bytes: impl AsRef<[u8]>) -> Result<(), Error> {
    fs::write(path, bytes).map_err(io(path))
}

fn json_file(path: &Path, v: &Value) -> Result<(), Error> {
    put(path, v.to_string())
}

/// A JSON document compressed with gzip. Its time is zero: the same document gives the same bytes.
fn gzip_file(path: &Path, v: &Value) -> Result<(), Error> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder
        .write_all(v.to_string().as_bytes())
        .map_err(io(path))?;
    put(path, encoder.finish().map_err(io(path))?)
}
