//! The territory generator behind `gisement exemple`: a fictional SCoT of Occitanie in the real source schemas.
//!
//! Benchmarks and the demonstration need data that is open to all, of any size, and dirty in the known ways.
//! Real extracts cannot be all three, so towns are grown instead, each from its rank and the seed alone:
//! 1. `grille` lays out communes as jittered hexagons, with borders, roads, river and railway shared by neighbours;
//! 2. `trace` cuts each one into old town, faubourgs, quarters and blocks, straight lines through convex cells (`plan`);
//! 3. `programme` gives blocks a use and `lots` cuts them into plots;
//! 4. `topologie` writes shared vertices on both sides and `deformation` bends the whole plan;
//! 5. `bati` builds (`chantier` makes it fit), and `sol` numbers the parcels;
//! 6. one module per theme writes the files.
//!
//! Communes are generated one at a time by each thread and forgotten; only the rows of the small regional files
//! are kept, so memory does not grow with parcels.

mod alea;
mod bati;
mod besoins;
mod cadastre;
mod campagne;
mod chantier;
mod commune;
mod deformation;
mod fiches;
mod friches;
mod geojson;
mod grille;
mod lieux;
mod lots;
mod notice;
mod occupation;
mod plan;
mod plu;
mod programme;
mod proprietaires;
mod risques;
mod shp;
mod sol;
mod statistiques;
mod territoires;
mod texte;
mod topologie;
mod trace;
mod usages;
mod zae;

#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use commune::{COMMUNES_MAX, Commune};
use sol::Sol;

/// What to generate.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Number of communes: 6 make a small SCoT, 29 about 100 000 parcels, 283 about a million.
    pub communes: usize,
    /// Seed: the same number of communes and seed give the same bytes.
    pub graine: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            communes: 6,
            graine: 2026,
        }
    }
}

/// What was written.
#[derive(Clone, Debug)]
pub struct Resume {
    /// Number of communes.
    pub communes: usize,
    /// Number of parcels.
    pub parcelles: usize,
    /// Number of buildings.
    pub batiments: usize,
    /// Every file, in a fixed order.
    pub fichiers: Vec<PathBuf>,
}

/// Why the sample could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be written.
    #[error("cannot write the sample of {theme} in {dossier}")]
    Ecriture {
        /// Theme of the files.
        theme: &'static str,
        /// Folder of the sample.
        dossier: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// More communes than there are codes for them.
    #[error("a sample has at most {COMMUNES_MAX} communes, not {0}")]
    TropGrand(usize),
    /// No commune was asked for.
    #[error("a sample needs at least one commune")]
    Vide,
}

/// What one commune leaves behind once its own files are written.
struct Apport {
    commune: Commune,
    parcelles: usize,
    batiments: usize,
    fichiers: Vec<PathBuf>,
    friches: friches::Apport,
    zae: Vec<zae::Site>,
    risques: risques::Apport,
    lieux: lieux::Apport,
    proprietaires: (String, Vec<u8>),
    occupation: [Vec<shp::Ligne>; 2],
}

/// Writes a fictional territory into a folder, ready for `gisement construire`.
///
/// `avancement` is called from any thread with the number of communes done and their total.
pub fn ecrire(
    dossier: &Path,
    options: &Options,
    avancement: &(dyn Fn(usize, usize) + Sync),
) -> Result<Resume, Error> {
    if options.communes == 0 {
        return Err(Error::Vide);
    }
    if options.communes > COMMUNES_MAX {
        return Err(Error::TropGrand(options.communes));
    }
    let erreur = |theme: &'static str| {
        move |source: io::Error| Error::Ecriture {
            theme,
            dossier: dossier.to_owned(),
            source,
        }
    };
    fs::create_dir_all(dossier.join("cadastre")).map_err(erreur("cadastre"))?;
    let faits = AtomicUsize::new(0);
    let apports: Vec<Apport> = (0..options.communes)
        .into_par_iter()
        .map(|rang| {
            let apport = commune(dossier, rang, options.graine, &erreur)?;
            avancement(faits.fetch_add(1, Ordering::Relaxed) + 1, options.communes);
            Ok(apport)
        })
        .collect::<Result<_, Error>>()?;
    regional(dossier, options, apports, &erreur)
}

/// Generates one commune and writes the files that are its own.
fn commune<F: Fn(io::Error) -> Error>(
    dossier: &Path,
    rang: usize,
    graine: u64,
    erreur: &impl Fn(&'static str) -> F,
) -> Result<Apport, Error> {
    let sol = Sol::generer(rang, graine);
    let mut fichiers = cadastre::ecrire(dossier, &sol, graine).map_err(erreur("cadastre"))?;
    fichiers.extend(plu::ecrire(dossier, &sol, graine).map_err(erreur("plu"))?);
    Ok(Apport {
        parcelles: sol.parcelles.len(),
        batiments: sol.parcelles.iter().map(|p| p.batis.len()).sum(),
        fichiers,
        friches: friches::recueillir(&sol, graine),
        zae: zae::recueillir(&sol, graine),
        risques: risques::recueillir(&sol),
        lieux: lieux::recueillir(&sol, graine),
        proprietaires: proprietaires::recueillir(&sol, graine).map_err(erreur("proprietaires"))?,
        occupation: occupation::recueillir(&sol),
        commune: sol.commune,
    })
}

/// Writes the files that cover the whole territory.
fn regional<F: Fn(io::Error) -> Error>(
    dossier: &Path,
    options: &Options,
    apports: Vec<Apport>,
    erreur: &impl Fn(&'static str) -> F,
) -> Result<Resume, Error> {
    let mut resume = Resume {
        communes: options.communes,
        parcelles: 0,
        batiments: 0,
        fichiers: Vec::new(),
    };
    let (mut communes, mut friches, mut zae, mut risques, mut lieux) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut proprietaires = Vec::new();
    let mut occupation = [Vec::new(), Vec::new()];
    for a in apports {
        resume.parcelles += a.parcelles;
        resume.batiments += a.batiments;
        resume.fichiers.extend(a.fichiers);
        communes.push(a.commune);
        friches.push(a.friches);
        zae.extend(a.zae);
        risques.push(a.risques);
        lieux.push(a.lieux);
        proprietaires.push(a.proprietaires);
        for (all, some) in occupation.iter_mut().zip(a.occupation) {
            all.extend(some);
        }
    }
    let f = &mut resume.fichiers;
    f.extend(
        territoires::ecrire(dossier, &communes, options.graine).map_err(erreur("territoires"))?,
    );
    f.extend(friches::ecrire(dossier, &friches).map_err(erreur("friches"))?);
    f.extend(zae::ecrire(dossier, &zae).map_err(erreur("zae"))?);
    f.extend(risques::ecrire(dossier, &risques).map_err(erreur("risques"))?);
    f.push(statistiques::enaf(dossier, &communes, options.graine).map_err(erreur("enaf"))?);
    f.extend(
        statistiques::logement(dossier, &communes, options.graine).map_err(erreur("logement"))?,
    );
    f.extend(lieux::ecrire(dossier, &lieux).map_err(erreur("equipements"))?);
    f.extend(proprietaires::ecrire(dossier, &proprietaires).map_err(erreur("proprietaires"))?);
    f.extend(occupation::ecrire(dossier, occupation).map_err(erreur("occupation"))?);
    let notice = notice::ecrire(dossier, options, &resume).map_err(erreur("notice"))?;
    resume.fichiers.extend(notice);
    Ok(resume)
}
