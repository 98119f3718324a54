//! `--statique`: an edition as a site.

use std::path::Path;

use anyhow::Result;
use gisement_export::Step;

use super::open;
use crate::Outcome;
use crate::args::Exporter;
use crate::progress::{self, Progress};

pub(super) fn run(d: &Exporter, dossier: &Path) -> Result<Outcome> {
    let edition = open(d)?;
    let id = edition.manifest.id.clone();
    let bar = Progress::new();
    let mut tell = |step: Step| {
        bar.at("Écriture (site)", step.rows, step.total);
        Ok(())
    };
    let site = gisement_server::site(
        edition,
        dossier,
        &mut gisement_export::Progress::new(&mut tell),
    )?;
    bar.finish();
    progress::result(&format!(
        "{} : édition {id}, {} fichiers, {} octets",
        dossier.display(),
        site.fichiers,
        site.octets
    ));
    Ok(Outcome::Fine)
}
