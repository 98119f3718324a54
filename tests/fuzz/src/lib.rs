//! What the targets do with bytes. `crates/ingest/tests/hostiles.rs` does it too, in the ordinary build.

use std::path::Path;

use gisement_ingest::{Error, Ingest, SourceConfig, SourceFile, fingerprint, read};
use gisement_model::{Couche, Crs};

const SEP: &[u8] = b"\0SEP\0";
const EXTENSIONS: [&str; 7] = ["json", "csv", "gz", "zip", "tar.bz2", "dbf", "shp"];

/// Any bytes as a source file: detection, decompression, archives, JSON, CSV, shapefile, geometry, mapping.
/// Byte 0 is the layer, byte 1 the extension; a shapefile's parts are separated by `SEP`.
pub fn fichier(data: &[u8]) {
    let [couche, extension, rest @ ..] = data else {
        return;
    };
    // GeoPackages are GDAL's affair, and the instrumented build has none.
    if rest.starts_with(b"SQLite format 3\0") {
        return;
    }
    let config = SourceConfig::new(Couche::ALL[*couche as usize % Couche::ALL.len()], "source");
    let extension = EXTENSIONS[*extension as usize % EXTENSIONS.len()];
    let Some(dir) = in_memory() else { return };
    let path = dir.path().join(format!("source.{extension}"));
    let mut parts = split(rest).into_iter();
    if std::fs::write(&path, parts.next().unwrap_or_default()).is_err() {
        return;
    }
    for (part, ext) in parts.zip(["dbf", "shx", "prj", "cpg"]) {
        let _ = std::fs::write(path.with_extension(ext), part);
    }
    read_as(&path, &config);
}

/// Any `[[source]]` entry over any table: `correspondance`, `constantes`, `valeurs`, `filtre`, `crs`, `encodage`.
/// The entry and the table are separated by a line `---`.
pub fn correspondance(text: &str) {
    let Some((entry, table)) = text.split_once("\n---\n") else {
        return;
    };
    let Ok(config) = toml::from_str::<SourceConfig>(entry) else {
        return;
    };
    let Some(dir) = in_memory() else { return };
    let path = dir.path().join("table.csv");
    if std::fs::write(&path, table).is_ok() {
        read_as(&path, &config);
    }
}

fn in_memory() -> Option<tempfile::TempDir> {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .ok()
}

fn split(mut rest: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while let Some(at) = rest.windows(SEP.len()).position(|w| w == SEP) {
        parts.push(&rest[..at]);
        rest = &rest[at + SEP.len()..];
    }
    parts.push(rest);
    parts
}

/// Reads a file as its configured layer. Whatever the bytes, every row is accounted for.
fn read_as(path: &Path, config: &SourceConfig) {
    macro_rules! read_it {
        ($($couche:ident: $row:ident),+ $(,)?) => {
            match config.couche {
                $(Couche::$couche => check::<gisement_model::$row>(path, config),)+
            }
        };
    }
    read_it! {
        Parcelles: Parcelle, Batiments: Batiment, Communes: Commune, Epci: Epci, Scots: Scot,
        Zonage: Zone, Prescriptions: Prescription, Friches: Friche, Zae: Zae, Terrains: Terrain,
        Contraintes: Contrainte, Enaf: Enaf, Logement: Logement, Equipements: Equipement, Activite: Activite,
        Sections: Section, Feuilles: Feuille, LieuxDits: LieuDit, PrescriptionsLin: PrescriptionLin,
        PrescriptionsPct: PrescriptionPct, Informations: Information, InformationsLin: InformationLin,
        InformationsPct: InformationPct, Documents: Document, Trajectoires: Trajectoire,
        Declarations: Declaration,
        Perimetres: Perimetre, Occupation: Occupation, Proprietaires: Proprietaire,
    }
}

fn check<T: Ingest>(path: &Path, config: &SourceConfig) {
    let file = SourceFile {
        path: path.to_owned(),
        name: "source".into(),
        config,
    };
    let Ok(print) = fingerprint(&file, Crs::Lambert93) else {
        return;
    };
    match read::<T>(&file, &print, Crs::Lambert93, &|_, _| {}) {
        Ok((layer, report)) => {
            assert!(report.is_balanced(), "{report:?}");
            assert_eq!(layer.rows.len(), layer.geoms.len());
        }
        Err(Error::Store(e)) => panic!("{e}"),
        Err(_) => {}
    }
}
