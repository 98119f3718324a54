//! One file per command.

mod construire;
mod exemple;
mod exporter;
mod inspecter;
mod projection;
mod servir;
mod verifier;

use anyhow::Result;

use crate::Outcome;
use crate::args::{Args, Command};

/// Identifies the program: version, and hash of the sources that decide what editions hold.
const PROGRAMME: &str = concat!(env!("CARGO_PKG_VERSION"), "+", env!("GISEMENT_PROGRAMME"));

pub(crate) fn run(args: Args) -> Result<Outcome> {
    match args.command {
        Command::Construire {
            config,
            donnees,
            date,
            complet,
        } => construire::run(&config, donnees, date, complet),
        Command::Servir {
            donnees,
            adresse,
            diffusion,
        } => servir::run(donnees, adresse, diffusion),
        Command::Exporter(demande) => exporter::run(&demande),
        Command::Inspecter { chemins, json } => inspecter::run(&chemins, json),
        Command::Exemple {
            dossier,
            communes,
            graine,
        } => exemple::run(&dossier, communes, graine),
        Command::Verifier { donnees } => verifier::run(donnees),
    }
}
