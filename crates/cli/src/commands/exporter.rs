//! `gisement exporter`: an edition, or a part of it, out of its data folder. One file per destination.

mod fichier;
mod lot;
mod postgis;

use anyhow::Result;
use gisement_server::Error;
use gisement_store::{DataFolder, ServedEdition};

use crate::Outcome;
use crate::args::Exporter;

pub(crate) fn run(d: &Exporter) -> Result<Outcome> {
    match (&d.sortie, &d.lot, &d.postgis) {
        (Some(path), _, _) => fichier::run(d, path),
        (_, Some(folder), _) => lot::run(d, folder),
        (_, _, Some(address)) => postgis::run(d, address),
        // The parser of arguments asks for one of them.
        (None, None, None) => Err(Error::Demande("rien à écrire".to_owned()).into()),
    }
}

/// The edition asked for, in the form asked for.
fn open(d: &Exporter) -> Result<ServedEdition, Error> {
    let folder = DataFolder::new(&d.donnees);
    let id = match &d.edition {
        Some(id) => id.clone(),
        None => folder.courant()?,
    };
    gisement_server::open(folder, &id, d.diffusion.into(), super::PROGRAMME)
}
