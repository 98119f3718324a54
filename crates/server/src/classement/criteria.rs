//! Criterion weights: Potentiel as a weighted mean of utilities that are worked out once for an edition.

use gisement_index::{PoidsPotentiel, Utilites, utilites};
use gisement_model::ParcelleNotee;
use gisement_model::bareme::Intervalle;
use rayon::prelude::*;

use super::stock::Stock;
use crate::editions::Edition;
use crate::problem::Problem;

/// Rows decoded together.
const BATCH: usize = 256;

/// Potentiel of each parcel that passes, under the rule set of the edition with other criterion weights. Verdict,
/// Fiabilité and the other axes stay those of the edition: a preference does not change what the rules say.
pub(super) fn potentiel(
    edition: &Edition,
    passing: &[u32],
    weights: &[(&'static str, f64)],
) -> Result<Vec<Intervalle>, Problem> {
    let mut bareme = edition.bareme()?.clone();
    for (id, w) in weights {
        if let Some(c) = bareme.potentiel.critere_mut(id) {
            c.poids.remplacer(*w);
        }
    }
    let weights = PoidsPotentiel::of(&bareme);
    let known = edition.utilities()?;
    Ok(passing
        .par_iter()
        .with_min_len(1024)
        .map(|i| known[*i as usize].potentiel(&weights))
        .collect())
}

/// The utilities of every candidate, in the order of the stock: some 400 bytes each.
pub(crate) fn of_stock(edition: &Edition, stock: &Stock) -> Result<Vec<Utilites>, Problem> {
    let bareme = edition.bareme()?;
    let Some(parcelles) = edition.collection("parcelles") else {
        return Ok(Vec::new());
    };
    let date = edition.manifest().date;
    let all: Vec<Vec<Utilites>> = stock
        .candidates
        .par_chunks(BATCH)
        .map(|batch| {
            let rows: Vec<u32> = batch.iter().map(|c| c.row).collect();
            let rows: Vec<ParcelleNotee> = parcelles.rows(&rows).map_err(Problem::internal)?;
            let found = batch.iter().zip(&rows).map(|(candidate, row)| {
                let nothing = || Utilites::inconnues(candidate.kind);
                utilites(row, bareme, date).unwrap_or_else(nothing)
            });
            Ok(found.collect())
        })
        .collect::<Result<_, Problem>>()?;
    Ok(all.concat())
}
