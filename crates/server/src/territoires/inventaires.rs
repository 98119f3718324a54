//! What the inventories say of a territory: business parks and their vacancy, brownfields, public land. The pack
//! writes down the same figures.

use std::collections::BTreeMap;

use gisement_model::codes::EtatTerrain;
use serde_json::{Value, json};

use crate::observatoire::{self, Absence, Bati, ETATS, Etats, Foncier, Perimetre, STATUTS, Zone};
use crate::problem::Problem;
use crate::search::centre;

/// Most rows of a list; its count is that of all of them.
const LISTE_MAX: usize = 500;

/// Whether there is something to say, and else why not and which layer would say it.
fn statut(absence: Option<Absence>, partial: bool) -> Value {
    let word = match absence {
        None => "renseigne",
        Some(_) if partial => "partiel",
        Some(_) => "non_renseigne",
    };
    json!({
        "statut": word,
        "motif": absence.map(|a| a.motif),
        "couche_attendue": absence.map(|a| a.couche),
    })
}

/// Business parks; null when the edition has no such layer.
pub(super) fn zae(p: &Perimetre<'_>) -> Result<Value, Problem> {
    let Some(parks) = p.edition.collection("zae") else {
        return Ok(Value::Null);
    };
    let found = match observatoire::zae(p)? {
        Ok(found) => found,
        Err(absence) => {
            let mut v = statut(Some(absence), false);
            v["nombre"] = p.rows("zae", "code_insee").len().into();
            v["terrains_par_etat"] = json!(p.edition.collection("terrains").map(|_| json!({})));
            v["total"] = Value::Null;
            v["zones"] = json!([]);
            return Ok(v);
        }
    };
    let by: BTreeMap<&str, Value> = ETATS
        .iter()
        .map(|(_, state)| (state.map_or("inconnu", EtatTerrain::code), found.total.of(*state)))
        .filter(|(_, t)| t.nombre > 0)
        .map(|(code, t)| {
            let v = json!({ "nombre": t.nombre, "surface_declaree_m2": t.surface, "surface_inconnue": t.surface_inconnue });
            (code, v)
        })
        .collect();
    // Parks of which no plot was handed over: nothing is known, not none.
    let mut total = vacancy((found.inventoriees > 0).then_some(&found.total));
    total["zones"] = found.zones.len().into();
    total["zones_inventoriees"] = found.inventoriees.into();
    total["surface_m2"] = json!(found.surface);
    total["inventaire"] = json!(found.inventaire());
    let mut v = statut(found.manque(), true);
    v["nombre"] = found.zones.len().into();
    v["terrains_par_etat"] = json!(by);
    v["total"] = total;
    v["zones"] = found
        .zones
        .iter()
        .take(LISTE_MAX)
        .map(|z| zone(z, parks.bbox(z.row as usize).map(centre)))
        .collect();
    Ok(v)
}

/// Counts and areas by state, and what is known of vacancy; all of it null without inventory.
fn vacancy(etats: Option<&Etats>) -> Value {
    let by = etats.map(|e| {
        ETATS
            .iter()
            .map(|(code, state)| {
                let t = e.of(*state);
                let v = json!({
                    "nombre": t.nombre,
                    "surface_m2": t.surface_connue(),
                    "surface_inconnue": t.surface_inconnue,
                });
                (*code, v)
            })
            .collect::<BTreeMap<&str, Value>>()
    });
    json!({
        "zae_uf": etats.map(Etats::nombre),
        "etats": by,
        // L318-8-2 CU counts two years without occupation, on dated evidence: no layer gives it.
        "zae_uf_vacante": null,
        "zae_taux": null,
        "zae_taux_max": etats.and_then(Etats::taux_max),
        "zae_taux_surface": etats.and_then(Etats::taux_surface),
    })
}

fn zone(z: &Zone, centre: Option<[f64; 2]>) -> Value {
    let mut v = vacancy(z.etats.as_ref());
    v["id"] = z.zae.site_id.as_str().into();
    v["nom"] = json!(z.zae.site_nom);
    v["commune"] = json!(z.zae.code_insee);
    v["centre"] = json!(centre);
    v["surface_m2"] = json!(z.zae.surface_brute_m2);
    v["inventaire"] = json!(z.inventaire());
    let axes = z.mutabilite.axes();
    v["mutabilite"] = json!(
        axes.map(|[min, central, max]| json!({ "min": min, "central": central, "max": max }))
    );
    v["motif_refus"] = json!(z.mutabilite.motif().map(|(code, _)| code));
    v
}

/// Brownfields; null when the edition has no such layer.
pub(super) fn friches(p: &Perimetre<'_>) -> Result<Value, Problem> {
    let Some(found) = observatoire::friches(p)? else {
        return Ok(Value::Null);
    };
    let mut par_statut: BTreeMap<&str, i64> = STATUTS
        .iter()
        .zip(found.classes)
        .map(|((_, s), k)| (s.code(), k.nombre))
        .chain([("inconnu", found.sans_statut)])
        .collect();
    par_statut.retain(|_, n| *n > 0);
    let classes: BTreeMap<&str, Value> = STATUTS
        .iter()
        .zip(found.classes)
        .map(|((code, _), k)| {
            let known = k.nombre == 0 || k.surface_inconnue < k.nombre;
            let v = json!({
                "nombre": k.nombre,
                "surface_m2": known.then_some(k.surface),
                "surface_inconnue": k.surface_inconnue,
                "unites": k.unites,
                "utile_m2": k.utile,
            });
            (*code, v)
        })
        .collect();
    Ok(json!({
        "nombre": found.sites.len(),
        "par_statut": par_statut,
        "classes": classes,
        "sans_statut": found.sans_statut,
        "situation": found.situation(),
    }))
}

/// Gisements of an owner's class. Areas are m², null as soon as one is unknown.
fn counted<'f, 'e: 'f>(sites: impl Iterator<Item = &'f Foncier<'e>> + Clone) -> Value {
    json!({
        "nombre": sites.clone().count(),
        "surface_m2": sites.clone().map(|f| f.surface).sum::<Option<f64>>(),
        "utile_m2": sites.map(|f| f.utile).sum::<Option<f64>>(),
    })
}

/// Gisements of public owners, of social housing bodies and of hospitals, the largest first.
pub(super) fn foncier_public(p: &Perimetre<'_>) -> Value {
    let found = match observatoire::foncier_public(p) {
        Ok(found) => found,
        Err(absence) => {
            let mut v = statut(Some(absence), false);
            v["total"] = Value::Null;
            v["par_classe"] = Value::Null;
            v["sites"] = json!([]);
            return v;
        }
    };
    let mut by: BTreeMap<&str, Vec<&Foncier<'_>>> = BTreeMap::new();
    for f in &found {
        by.entry(f.classe).or_default().push(f);
    }
    let mut v = statut(None, false);
    v["total"] = counted(found.iter());
    v["par_classe"] = by
        .iter()
        .map(|(classe, of)| (*classe, counted(of.iter().copied())))
        .collect();
    v["sites"] = found.iter().take(LISTE_MAX).map(site).collect();
    v
}

fn site(f: &Foncier<'_>) -> Value {
    let [min, central, max] = f.logements;
    json!({
        "idu": f.idu,
        "commune": f.insee,
        "proprietaire": f.proprietaire,
        "classe": f.classe,
        "type": f.kind.code(),
        "verdict": f.verdict.code(),
        "bati": match f.bati {
            Bati::Nu => Some(false),
            Bati::Bati => Some(true),
            Bati::Inconnu => None,
        },
        "surface_m2": f.surface,
        "utile_m2": f.utile,
        "capacite": { "min": min, "central": central, "max": max },
    })
}
