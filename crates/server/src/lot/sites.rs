//! The brownfields and the public land of the pack.

use std::collections::BTreeMap;

use gisement_model::FricheNotee;
use serde_json::{Value, json};

use super::contours::Contours;
use super::portee::{Portee, absent, filled, m2, missing};
use crate::observatoire::{self, Bati, STATUTS};
use crate::problem::Problem;

fn status(f: &FricheNotee) -> Option<&'static str> {
    let of = f.site_statut?;
    STATUTS
        .iter()
        .find(|(_, s)| *s == of)
        .map(|(code, _)| *code)
}

pub(super) fn friches(p: &Portee<'_>, contours: &Contours) -> Result<Value, Problem> {
    let (Some(c), Some(found)) = (
        p.edition.collection("friches"),
        observatoire::friches(&p.perimetre)?,
    ) else {
        return Ok(missing("couche non chargée", "inventaire des friches"));
    };
    let sites = found.sites.iter().map(|(row, f)| {
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
    let by: BTreeMap<&str, Value> = STATUTS
        .iter()
        .zip(found.classes)
        .map(|((code, _), k)| {
            let area = (k.surface_inconnue == 0).then_some(k.surface);
            (*code, json!({ "n": k.nombre, "surface_m2": area }))
        })
        .collect();
    let mut bloc = filled(&["friches"]);
    bloc["sites"] = sites.collect();
    bloc["resume"] = json!(by);
    bloc["lues"] = found.sites.len().into();
    bloc["rejetees"] = found.sans_statut.into();
    Ok(bloc)
}

pub(super) fn foncier_public(p: &Portee<'_>, contours: &Contours) -> Value {
    let Some(c) = p.edition.collection("parcelles") else {
        return missing("couche non chargée", "parcelles cadastrales");
    };
    let found = match observatoire::foncier_public(&p.perimetre) {
        Ok(found) => found,
        Err(absence) => return absent(absence),
    };
    let sites = found.iter().map(|f| {
        let [low, central, high] = f.logements;
        json!({
            "id": f.idu,
            "nom": f.idu,
            "commune": f.insee,
            "proprietaire": f.proprietaire,
            "classe": f.classe,
            "nature": match f.bati {
                Bati::Nu => "terrain nu",
                Bati::Bati => "bâti",
                Bati::Inconnu => "bâti non connu",
            },
            "surface_m2": f.surface.map(m2),
            "utile_m2": f.utile.map(m2),
            "raison": format!("{} : {}", f.kind.libelle(), f.verdict.libelle().to_lowercase()),
            "lgt_bas": low,
            "lgt_central": central,
            "lgt_haut": high,
            "centre": contours.centre(c, f.row as usize),
        })
    });
    let mut bloc = filled(&["proprietaires", "activite", "parcelles"]);
    bloc["sites"] = sites.collect();
    bloc
}
