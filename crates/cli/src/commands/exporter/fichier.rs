//! `--sortie`: a selection in one file. What it asks is what `POST /exports` takes.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use gisement_export::{Format, Step};
use gisement_server::Error;
use serde_json::{Value, json};

use super::open;
use crate::Outcome;
use crate::args::Exporter;
use crate::progress::{self, Progress};

pub(super) fn run(d: &Exporter, sortie: &Path) -> Result<Outcome> {
    let format = format(d, sortie)?;
    let edition = open(d)?;
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
