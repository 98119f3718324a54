//! Where social dwellings are missing, commune by commune.

use gisement_model::{CommuneNotee, Couche};
use serde_json::{Value, json};

use super::portee::{Portee, filled, missing};

pub(super) fn bloc(p: &Portee<'_>) -> Value {
    let known =
        |c: &CommuneNotee| c.sru_soumise.is_some() || c.tension.is_some() || c.zone_abc.is_some();
    if !p.communes.iter().any(known) {
        return missing(
            "couche non chargée",
            "inventaire SRU, demande de logement social, zonage ABC",
        );
    }
    let mut bloc = filled(&["logement"]);
    if !p.communes.iter().all(known) {
        bloc["statut"] = "partiel".into();
        bloc["motif"] = "commune non couverte par la source".into();
    }
    let sources = &p.edition.manifest().sources;
    let dates = sources.iter().filter(|s| s.couche == Couche::Logement);
    bloc["date_sru"] = json!(dates.filter_map(|s| s.millesime).max());
    bloc["definition_tension"] = "demandes ÷ attributions, telles que la source les compte".into();
    bloc["communes"] = p.communes.iter().map(commune).collect::<Vec<_>>().into();
    let count = |is: &dyn Fn(&CommuneNotee) -> bool| p.communes.iter().filter(|c| is(c)).count();
    bloc["resume"] = json!({
        "soumises": count(&|c| c.sru_soumise == Some(true)),
        "deficitaires": count(&|c| c.sru_taux.zip(c.sru_cible).is_some_and(|(t, goal)| t < goal)),
        "carencees": count(&|c| c.carence == Some(true)),
        "sru_deficit": null,
    });
    bloc
}

fn commune(c: &CommuneNotee) -> Value {
    let subject = c.sru_soumise;
    // Not subject is no rate at all; the inventory gives one that is owed nothing.
    let of_subject = |v: Option<f64>| match subject {
        Some(false) => "sans_objet".into(),
        _ => json!(v.map(|percent| percent / 100.0)),
    };
    json!({
        "code": c.code_insee,
        "soumise": subject,
        "rp": null,
        "lls": null,
        "sru_taux": json!(c.sru_taux.map(|percent| percent / 100.0)),
        "sru_cible": of_subject(c.sru_cible),
        "sru_deficit": if subject == Some(false) { Value::from("sans_objet") } else { Value::Null },
        "carence": c.carence,
        "tension": c.tension,
        "zone_abc": c.zone_abc,
        "vacance": c.vacance,
        "parc_social": null,
        "parc_prive": null,
    })
}
