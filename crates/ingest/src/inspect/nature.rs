//! Files that hold no table: what they are, in one sentence; and the data files of a folder.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::Error;

/// Folders deeper than this are no delivery of data.
const DEPTH_MAX: u8 = 8;
/// More files than this in one folder are not inspected one by one.
const FILES_MAX: usize = 5000;

/// First bytes of formats that hold no table of ours, and what to say of them.
const MAGICS: &[(&[u8], &str)] = &[
    (
        b"II*\0",
        "image ou raster TIFF : Gisement lit des vecteurs et des tables",
    ),
    (
        b"MM\0*",
        "image ou raster TIFF : Gisement lit des vecteurs et des tables",
    ),
    (
        b"II+\0",
        "raster BigTIFF : Gisement lit des vecteurs et des tables",
    ),
    (
        b"\x89PNG",
        "image PNG : Gisement lit des vecteurs et des tables",
    ),
    (
        b"\xff\xd8\xff",
        "image JPEG : Gisement lit des vecteurs et des tables",
    ),
    (
        b"\0\0\0\x0cjP",
        "raster JPEG 2000 : Gisement lit des vecteurs et des tables",
    ),
    (
        b"\xff\x4f\xff\x51",
        "raster JPEG 2000 : Gisement lit des vecteurs et des tables",
    ),
    (b"%PDF", "document PDF : pas une table de données"),
    (
        b"7z\xbc\xaf",
        "archive 7z : décompressez-la et inspectez le dossier",
    ),
    (
        b"PAR1",
        "Parquet : convertissez-le en GeoPackage (ogr2ogr -f GPKG)",
    ),
    (
        b"fgb\x03",
        "FlatGeobuf : convertissez-le en GeoPackage (ogr2ogr -f GPKG)",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "ancien classeur Excel : enregistrez-le en CSV",
    ),
];

/// Why a file cannot be inspected, in words that say what it is.
pub(super) fn explain(path: &Path, e: &Error) -> String {
    let mut head = [0u8; 512];
    let n = if path.to_string_lossy().starts_with("/vsi") {
        0
    } else {
        File::open(path)
            .and_then(|mut f| f.read(&mut head))
            .unwrap_or(0)
    };
    let head = &head[..n];
    if let Some((_, what)) = MAGICS.iter().find(|(m, _)| head.starts_with(m)) {
        return (*what).to_owned();
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('<') {
        let what = if text.contains("MD_Metadata") || text.contains("gmd:") {
            "fiche de métadonnées ISO 19139 (XML) : elle décrit des données, n’en contient pas"
        } else if text.to_ascii_lowercase().contains("<html") {
            "page HTML (souvent un téléchargement qui a échoué) : pas une table de données"
        } else if text.contains("gml") {
            "GML : convertissez-le en GeoPackage (ogr2ogr -f GPKG)"
        } else {
            "document XML : pas une table de données"
        };
        return what.to_owned();
    }
    match e {
        Error::Format { detail, .. } => detail.clone(),
        other => other.to_string(),
    }
}

/// What a file taken for text really is, when that is no table.
pub(super) fn not_a_table(path: &Path) -> Option<String> {
    let mut head = [0u8; 64];
    let n = File::open(path).and_then(|mut f| f.read(&mut head)).ok()?;
    head[..n].starts_with(b"BOM").then(|| {
        "élément d’un lot EDIGEO : seul le lot entier (archive ou fichier .THF) est une source"
            .to_owned()
    })
}

/// The files of a folder worth inspecting, in name order: companions of a shapefile or MapInfo table go with it,
/// hidden files and links are left out.
pub fn data_files(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    walk(dir, 0, &mut out)?;
    out.sort();
    Ok(out)
}

fn walk(dir: &Path, depth: u8, out: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if depth > DEPTH_MAX {
        return Ok(());
    }
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        if kind.is_dir() {
            walk(&path, depth + 1, out)?;
        } else if kind.is_file() && !is_companion(&path) {
            out.push(path);
        }
        if out.len() > FILES_MAX {
            return Err(std::io::Error::other(format!(
                "plus de {FILES_MAX} fichiers : inspectez un sous-dossier"
            )));
        }
    }
    Ok(())
}

/// Whether a file only completes another one of the same name.
fn is_companion(path: &Path) -> bool {
    let ext = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    let beside = |main: &str| crate::open::sibling(path, main).is_some();
    match ext.as_str() {
        "dbf" | "shx" | "prj" | "cpg" | "cpg~" | "qpj" | "sbn" | "sbx" | "qix" | "qmd" => {
            beside("shp")
        }
        "dat" | "map" | "id" | "ind" => beside("tab"),
        "gpkg-wal" | "gpkg-shm" => true,
        _ => false,
    }
}
