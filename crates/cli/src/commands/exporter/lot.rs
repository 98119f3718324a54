//! `--lot`: the pack of a territory.

use std::path::Path;

use anyhow::Result;
use gisement_export::lot::Publication;

use super::open;
use crate::Outcome;
use crate::args::Exporter;
use crate::config::ConfigError;
use crate::progress;

pub(super) fn run(d: &Exporter, dossier: &Path) -> Result<Outcome> {
    let publication = match &d.configuration {
        Some(path) => {
            let config = crate::config::load(path)?;
            let publication = config.publication.with_files(&config.dir);
            publication.map_err(|e| ConfigError::Invalid {
                path: path.clone(),
                message: format!("[publication] {e}"),
            })?
        }
        None => Publication::default(),
    };
    let territoire = d.territoire.as_deref().unwrap_or_default();
    let written = gisement_server::lot(open(d)?, territoire, &publication, dossier)?;
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
