//! `gisement exporter`: an edition, or a part of it, out of its data folder. One file per destination.

mod fichier;
mod lot;
mod postgis;
mod statique;

use anyhow::Result;
use gisement_server::Error;
use gisement_store::{DataFolder, ServedEdition};

use crate::Outcome;
use crate::args::{DiffusionArg, Exporter};

pub(crate) fn run(d: &Exporter) -> Result<Outcome> {
    match d {
        Exporter {
            sortie: Some(path), ..
        } => fichier::run(d, path),
        Exporter {
            lot: Some(folder), ..
        } => lot::run(d, folder),
        Exporter {
            statique: Some(folder),
            ..
        } => statique::run(d, folder),
        Exporter {
            postgis: Some(address),
            ..
        } => postgis::run(d, address),
        // The parser of arguments asks for one of them.
        _ => Err(Error::Demande("rien à écrire".to_owned()).into()),
    }
}

/// The edition asked for, in the form asked for.
fn open(d: &Exporter) -> Result<ServedEdition, Error> {
    let folder = DataFolder::new(&d.donnees);
    let id = match &d.edition {
        Some(id) => id.clone(),
        None => folder.courant()?,
    };
    // What any host serves is for anyone, unless told otherwise.
    let mode = d.diffusion.unwrap_or(if d.statique.is_some() {
        DiffusionArg::Publique
    } else {
        DiffusionArg::Interne
    });
    gisement_server::open(folder, &id, mode.into(), super::PROGRAMME)
}
