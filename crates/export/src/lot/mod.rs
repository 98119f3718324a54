//! The observatory pack: tables, report, note, sheets of communes, geographic layers and a manifest, from one document
//! of figures.
//!
//! By task:
//! - **Say who publishes**: [`Publication`].
//! - **Write it**: [`write()`]. Figures come worked out, in [`Lot::donnees`]: nothing here computes one.
//! - **Name a figure**: [`indicateurs`], the registry that labels, units and definitions are read from.
//!
//! *Invariants:* a folder appears whole or not at all; the same edition and publication give the same bytes; what is
//! unknown is an empty cell beside its status, never 0.

mod classeur;
mod composition;
mod csv;
mod feuille;
mod indicateurs;
mod logo;
mod manifeste;
mod projet;
mod publication;

use std::fs;
use std::path::{Path, PathBuf};

use gisement_store::Manifest;
use serde_json::Value;

use crate::archive::Archive;
use crate::{Error, Export, Folder, Format, Progress, Result, Selection, Summary};

pub use indicateurs::indicateurs;
pub use publication::{Objectif, Publication};

/// The GeoPackage of a pack.
const LAYERS: &str = "observatoire.gpkg";

/// What a pack is made from.
#[derive(Debug)]
pub struct Lot<'a> {
    /// What the edition says of itself.
    pub edition: &'a Manifest,
    /// Who publishes it.
    pub publication: &'a Publication,
    /// Level and code of the territory.
    pub territoire: [&'a str; 2],
    /// Layers of the GeoPackage.
    pub selections: Vec<Selection<'a>>,
    /// The rule set of the edition.
    pub bareme: PathBuf,
    /// The figures (`rapport/CONTRAT.md`).
    pub donnees: Value,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume {
    /// Files, relative to the folder.
    pub fichiers: Vec<String>,
    /// Their size together. Bytes.
    pub octets: u64,
    /// Documents that could not be typeset, for want of the program that does it.
    pub absents: Vec<&'static str>,
}

/// Writes a pack into a folder that does not exist yet, or replaces the pack that is there.
///
/// # Errors
/// What is at `dossier` is not a pack; failures of the disk and of the libraries that write formats.
pub fn write(lot: &Lot<'_>, dossier: &Path) -> Result<Resume> {
    let folder = Folder::create(dossier, manifeste::NAME, "un lot")?;
    let at = folder.path();
    let feuilles = feuille::all(&lot.donnees)?;
    classeur::write(&at.join("tableaux.xlsx"), lot, &feuilles)?;
    csv::write(&at.join("csv"), &feuilles)?;
    let export = layers(lot);
    let mut silent = |_| Ok(());
    crate::write(
        &at.join(LAYERS),
        Format::Gpkg,
        &export,
        &mut Progress::new(&mut silent),
    )?;
    projet::write(&at.join(projet::NAME), lot, &export)?;
    copy(&lot.bareme, &at.join("bareme.toml"))?;
    put(&at.join("donnees.json"), &pretty(&lot.donnees))?;
    let absents = composition::write(at, lot)?;
    put(
        &at.join("LISEZMOI.txt"),
        manifeste::readme(lot, &absents).as_bytes(),
    )?;
    let resume = manifeste::write(at, lot, absents)?;
    folder.publish()?;
    Ok(resume)
}

/// The files of a pack that was written into `dossier`, as one archive of the day of its edition.
///
/// # Errors
/// Failures of the disk, and what [`Progress`] stops.
pub fn archive(
    dossier: &Path,
    resume: &Resume,
    path: &Path,
    day: jiff::civil::Date,
    progress: &mut Progress<'_>,
) -> Result<Summary> {
    let mut zip = Archive::create(path, day)?;
    for name in &resume.fichiers {
        zip.copy(name, &dossier.join(name), resume.octets, progress)?;
    }
    zip.end()?;
    let bytes = fs::metadata(path).map_err(Error::io(path))?.len();
    progress.bytes(bytes)?;
    Ok(Summary {
        rows: 0,
        bytes,
        remarks: resume
            .absents
            .iter()
            .map(|f| format!("{f} manque : le programme Typst n’est pas installé sur le serveur."))
            .collect(),
    })
}

fn layers<'a>(lot: &Lot<'a>) -> Export<'a> {
    Export {
        manifest: lot.edition,
        selections: lot.selections.clone(),
        conditions: vec![format!(
            "territoire = {}:{}",
            lot.territoire[0], lot.territoire[1]
        )],
    }
}

fn pretty(v: &Value) -> Vec<u8> {
    // A JSON value always has a text.
    let mut text = serde_json::to_vec_pretty(v).unwrap_or_default();
    text.push(b'\n');
    text
}

fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).map_err(Error::io(path))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).map(drop).map_err(Error::io(from))
}
