//! `gisement exemple`: the fictional territory.

use std::path::Path;

use anyhow::{Result, bail};
use gisement_ingest::exemple::{Options, ecrire};

use crate::Outcome;
use crate::progress::{self, Progress};

pub(crate) fn run(dossier: &Path, communes: u16, graine: u64) -> Result<Outcome> {
    if dossier.is_dir() && std::fs::read_dir(dossier)?.next().is_some() {
        bail!("{} n’est pas vide", dossier.display());
    }
    let bar = Progress::new();
    let options = Options {
        communes: usize::from(communes),
        graine,
    };
    let resume = ecrire(dossier, &options, &|done, total| {
        bar.at("Écriture du territoire fictif", done as u64, total as u64);
    })?;
    bar.finish();
    progress::result(&format!(
        "{} communes, {} parcelles, {} bâtiments dans {}\nÀ construire par : gisement construire {}",
        resume.communes,
        resume.parcelles,
        resume.batiments,
        dossier.display(),
        dossier.join("observatoire.toml").display(),
    ));
    Ok(Outcome::Fine)
}
