//! `gisement verifier`: are the published files the ones that were written?

use std::path::PathBuf;

use anyhow::{Result, bail};
use gisement_store::DataFolder;

use crate::{Outcome, progress};

pub(crate) fn run(donnees: PathBuf) -> Result<Outcome> {
    let folder = DataFolder::new(donnees);
    let courant = folder.courant()?;
    let mut damaged = Vec::new();
    for manifest in folder.editions()? {
        let bad = folder.damaged_files(&manifest)?;
        let served = if manifest.id == courant {
            " (servie)"
        } else {
            ""
        };
        let state = if bad.is_empty() {
            "intacte".to_owned()
        } else {
            format!("ALTÉRÉE : {}", bad.join(", "))
        };
        progress::result(&format!(
            "{}{served} : {} fichiers, {state}",
            manifest.id,
            manifest.empreintes.len()
        ));
        damaged.extend(bad);
    }
    folder.edition_dir(&courant)?;
    if !damaged.is_empty() {
        bail!("{} fichier(s) altéré(s)", damaged.len());
    }
    Ok(Outcome::Fine)
}
