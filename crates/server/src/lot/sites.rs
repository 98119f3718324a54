//! Brownfields by status, and public land that could change use.

use std::collections::BTreeMap;

use gisement_model::FricheNotee;
use gisement_model::codes::StatutFriche;
use serde_json::{Value, json};

use super::contours::Contours;
use super::portee::{Portee, filled, m2, missing};
use crate::columns::{Integers, Reals, Texts};
use crate::problem::Problem;

/// CES under which a plot is bare.
const NU: f64 = 0.05;

const STATUSES: [&str; 4] = ["sans_projet", "avec_projet", "reconvertie", "potentielle"];

fn status(f: &FricheNotee) -> Option<&'static str> {
    Some(match f.site_statut? {
        StatutFriche::SansProjet => "sans_projet",
        StatutFriche::AvecProjet => "avec_projet",
        StatutFriche::Reconvertie => "reconvertie",
        StatutFriche::Potentielle => "potentielle",
    })
}

pub(super) fn friches(p: &Portee<'_>, contours: &Contours) -> Result<Value, Problem> {
    let Some(c) = p.edition.collection("friches") else {
        return Ok(missing("couche non chargée", "inventaire des friches"));
    };
    let ranks = p.rows("friches", "code_insee");
    let rows: Vec<FricheNotee> = c.rows(&ranks).map_err(Problem::internal)?;
    let mut by: BTreeMap<&str, (i64, Option<i64>)> =
        STATUSES.iter().map(|s| (*s, (0, Some(0)))).collect();
    let mut unknown = 0;
    for f in &rows {
        match status(f).and_then(|s| by.get_mut(s)) {
            Some(slot) => {
                slot.0 += 1;
                slot.1 = slot.1.zip(f.surface_m2).map(|(a, b)| a + b);
            }
            None => unknown += 1,
        }
    }
    let sites = rows.iter().zip(&ranks).map(|(f, row)| {
        json!({
            "id": f.site_id,
            "nom": f.site_nom.as_deref().unwrap_or(&f.site_id),
            "commune": f.code_insee,
            "statut": status(f),
            "surface_m2": f.surface_m2,
            "pollution": f.sol_pollution.map(gisement_model::codes::Pollution::code),
            "refcad": (!f.refcad.is_empty()).then(|| f.refcad.join(", ")),
            "date": f.site_actu_date.or(f.site_identif_date),
            "centre": contours.centre(c, *row as usize),
        })
    });
    let mut bloc = filled(&["friches"]);
    bloc["sites"] = sites.collect::<Vec<_>>().into();
    bloc["resume"] = by
        .iter()
        .map(|(s, (n, area))| ((*s).to_owned(), json!({ "n": n, "surface_m2": area })))
        .collect::<serde_json::Map<_, _>>()
        .into();
    bloc["lues"] = rows.len().into();
    bloc["rejetees"] = unknown.into();
    Ok(bloc)
}

/// Land of public owners, social housing bodies and hospitals among the gisements, the largest first.
pub(super) fn foncier_public(p: &Portee<'_>, contours: &Contours) -> Value {
    let Some(c) = p.edition.collection("parcelles") else {
        return missing("couche non chargée", "parcelles cadastrales");
    };
    if p.edition.collection("proprietaires").is_none() {
        return missing(
            "couche non chargée",
            "propriétaires personnes morales (DGFiP)",
        );
    }
    let text = |n: &str| Texts::new(c, n);
    let [idu, insee, class, owner, nature, kind, verdict] = [
        "idu",
        "code_insee",
        "proprietaire_classe",
        "proprietaire",
        "activite_nature",
        "type_principal",
        "verdict",
    ]
    .map(text);
    let [area, usable, ces] = ["surface_m2", "utile_m2", "ces"].map(|n| Reals::new(c, n));
    let dwellings = ["capacite_bas", "capacite", "capacite_haut"].map(|n| Integers::new(c, n));
    let mut sites = Vec::new();
    for row in p.gisements() {
        let row = row as usize;
        let hospital = nature.get(row) == Some("hopital");
        let public = matches!(
            class.get(row),
            Some(
                "etat"
                    | "region"
                    | "departement"
                    | "commune"
                    | "etablissement_public"
                    | "organisme_hlm"
            )
        );
        if !public && !hospital {
            continue;
        }
        let [low, central, high] = dwellings.map(|d| d.get(row));
        let label = |k: &str| {
            gisement_index::TypeGisement::ALL
                .iter()
                .find(|t| t.code() == k)
                .map_or("", |t| t.libelle())
        };
        let said = gisement_index::Verdict::from_code(verdict.get(row).unwrap_or_default())
            .map_or("", gisement_index::Verdict::libelle);
        sites.push(json!({
            "id": idu.get(row),
            "nom": idu.get(row),
            "commune": insee.get(row),
            "proprietaire": owner.get(row),
            "classe": if hospital { Some("hopital") } else { class.get(row) },
            "nature": match ces.get(row) {
                Some(v) if v < NU => "terrain nu",
                Some(_) => "bâti",
                None => "bâti non connu",
            },
            "surface_m2": area.get(row).map(m2),
            "utile_m2": usable.get(row).map(m2),
            "raison": format!("{} : {}", label(kind.get(row).unwrap_or_default()), said.to_lowercase()),
            "lgt_bas": low,
            "lgt_central": central,
            "lgt_haut": high,
            "centre": contours.centre(c, row),
        }));
    }
    let mut bloc = filled(&["proprietaires", "activite", "parcelles"]);
    bloc["sites"] = sites.into();
    bloc
}
