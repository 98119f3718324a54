//! `gisement exporter`: a selection of an edition as a file. What it asks is what `POST /exports` takes.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use gisement_export::lot::Publication;
use gisement_export::{Format, Step};
use gisement_server::Error;
use gisement_store::{DataFolder, ServedEdition};
use serde_json::{Value, json};

use crate::Outcome;
use crate::args::Exporter;
use crate::progress::{self, Progress};

pub(crate) fn run(d: &Exporter) -> Result<Outcome> {
    let folder = DataFolder::new(&d.donnees);
    let id = match &d.edition {
        Some(id) => id.clone(),
        None => folder.courant()?,
    };
    let open = || gisement_server::open(folder, &id, d.diffusion.into(), super::PROGRAMME);
    match (&d.lot, &d.sortie) {
        (Some(dossier), _) => lot(d, open()?, dossier),
        (None, Some(sortie)) => {
            let format = format(d, sortie)?;
            file(d, open()?, format, sortie)
        }
        // The parser of arguments asks for one of them.
        (None, None) => Err(Error::Demande("rien à écrire : --sortie ou --lot".to_owned()).into()),
    }
}

/// The pack of a territory.
fn lot(d: &Exporter, edition: ServedEdition, dossier: &Path) -> Result<Outcome> {
    let publication = match &d.configuration {
        Some(path) => {
            let config = crate::config::load(path)?;
            let publication = config.publication.with_comments(&config.dir);
            publication.with_context(|| config.dir.display().to_string())?
        }
        None => Publication::default(),
    };
    let territoire = d.territoire.as_deref().unwrap_or_default();
    let written = gisement_server::lot(edition, territoire, &publication, dossier)?;
    if !written.absents.is_empty() {
        progress::note(&format!(
            "Sans {} : le programme Typst (https://typst.app, « typst » dans le chemin, ou GISEMENT_TYPST) n’est pas installé",
            written.absents.join(", ")
        ));
    }
    progress::result(&format!(
        "{} : {} fichiers, {} octets",
        dossier.display(),
        written.fichiers.len(),
        written.octets
    ));
    Ok(Outcome::Fine)
}

/// A selection in one file.
fn file(d: &Exporter, edition: ServedEdition, format: Format, sortie: &Path) -> Result<Outcome> {
    let id = edition.manifest.id.clone();
    let mut asked = json!({ "collections": d.collection, "format": format.code() });
    for (name, value) in [
        ("filter", &d.filtre),
        ("bbox", &d.bbox),
        ("properties", &d.proprietes),
        ("crs", &d.crs),
    ] {
        if let Some(value) = value {
            asked[name] = Value::from(value.as_str());
        }
    }
    let bar = Progress::new();
    let mut tell = |step: Step| {
        bar.at(
            &format!("Écriture ({})", format.name()),
            step.rows,
            step.total,
        );
        Ok(())
    };
    // Written beside, then put in place: a failure leaves what was there.
    let aside = beside(sortie)?;
    let written = gisement_server::export(
        edition,
        &asked,
        &aside,
        &mut gisement_export::Progress::new(&mut tell),
    )
    .map_err(anyhow::Error::from)
    .and_then(|summary| {
        std::fs::rename(&aside, sortie).with_context(|| sortie.display().to_string())?;
        Ok(summary)
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&aside);
    }
    let summary = written?;
    bar.finish();
    for remark in &summary.remarks {
        bar.say(&format!("  {remark}"));
    }
    progress::result(&format!(
        "{} : {} lignes de l’édition {id}, {} octets",
        sortie.display(),
        summary.rows,
        summary.bytes
    ));
    Ok(Outcome::Fine)
}

/// The format that was named, or that the name of the file says.
fn format(d: &Exporter, sortie: &Path) -> Result<Format, Error> {
    let codes = || Format::ALL.map(Format::code).join(", ");
    if let Some(code) = &d.format {
        return Format::from_code(code).ok_or_else(|| {
            Error::Demande(format!("format « {code} » inconnu. Formats : {}", codes()))
        });
    }
    let name = sortie.to_string_lossy().to_lowercase();
    Format::ALL
        .into_iter()
        .find(|f| name.ends_with(&format!(".{}", f.extension())))
        .ok_or_else(|| {
            let known = Format::ALL
                .map(|f| format!(".{}", f.extension()))
                .join(", ");
            Error::Demande(format!(
                "l’extension de « {} » ne dit pas le format ({known}) : précisez --format ({})",
                sortie.display(),
                codes()
            ))
        })
}

/// A name in the same folder, so that the file can be renamed.
fn beside(path: &Path) -> Result<PathBuf> {
    let name = path
        .file_name()
        .with_context(|| format!("{} n’est pas un nom de fichier", path.display()))?;
    Ok(path.with_file_name(format!(
        ".{}-{}",
        name.to_string_lossy(),
        std::process::id()
    )))
}
