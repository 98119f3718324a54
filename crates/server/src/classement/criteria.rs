//! Criterion weights: Potentiel evaluated again, from the facts that columns hold, on what passes.

use std::collections::HashMap;

use gisement_model::bareme::Intervalle;
use gisement_model::{CommuneNotee, ParcelleNotee};
use rayon::prelude::*;

use super::stock::Stock;
use crate::editions::Edition;
use crate::problem::Problem;

/// Most parcels evaluated again for one answer: some seconds of both cores.
pub(super) const EVALUATED_MAX: usize = 100_000;
/// Rows decoded together.
const BATCH: usize = 256;

/// Potentiel of each parcel that passes, under the rule set of the edition with other criterion weights. Verdict,
/// Fiabilité and the other axes stay those of the edition: a preference does not change what the rules say.
pub(super) fn potentiel(
    edition: &Edition,
    stock: &Stock,
    passing: &[u32],
    weights: &[(&'static str, f64)],
) -> Result<Vec<Intervalle>, Problem> {
    if passing.len() > EVALUATED_MAX {
        return Err(Problem::parameter(
            weights
                .first()
                .map_or_else(String::new, |w| format!("poids.{}", w.0)),
            format!(
                "Des poids de critères demandent d’évaluer à nouveau {} parcelles, au plus {EVALUATED_MAX} en une \
                 demande : restreignez par territoire, bbox, types ou utile_min.",
                passing.len()
            ),
        ));
    }
    let mut bareme = edition.bareme()?.clone();
    for (id, w) in weights {
        if let Some(c) = bareme.potentiel.critere_mut(id) {
            c.poids.remplacer(*w);
        }
    }
    let Some(parcelles) = edition.collection("parcelles") else {
        return Ok(Vec::new());
    };
    let communes = communes(edition)?;
    let date = edition.manifest().date;
    let evaluated: Vec<Vec<Intervalle>> = passing
        .par_chunks(BATCH)
        .map(|batch| {
            let rows: Vec<u32> = batch
                .iter()
                .map(|i| stock.candidates[*i as usize].row)
                .collect();
            let mut rows: Vec<ParcelleNotee> = parcelles.rows(&rows).map_err(Problem::internal)?;
            Ok(rows
                .iter_mut()
                .map(|p| {
                    let commune = communes.get(p.code_insee.as_str());
                    gisement_index::inscrire_notes(p, commune, &bareme, date);
                    Intervalle {
                        min: p.potentiel_min.unwrap_or(0.0),
                        central: p.potentiel,
                        max: p.potentiel_max.unwrap_or(100.0),
                    }
                })
                .collect())
        })
        .collect::<Result<_, Problem>>()?;
    Ok(evaluated.concat())
}

fn communes(edition: &Edition) -> Result<HashMap<String, CommuneNotee>, Problem> {
    let Some(c) = edition.collection("communes") else {
        return Ok(HashMap::new());
    };
    let all: Vec<u32> = (0..c.len() as u32).collect();
    let rows: Vec<CommuneNotee> = c.rows(&all).map_err(Problem::internal)?;
    Ok(rows
        .into_iter()
        .map(|r| (r.code_insee.to_string(), r))
        .collect())
}
