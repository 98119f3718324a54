//! The legal headings: what is filled, what is not and what would fill it (CCH L302-1 III, R302-1-4; report-design §6).

use serde_json::{Value, json};

use super::portee::{Portee, filled};

/// Headings that have no page of their own.
pub(super) fn bloc(p: &Portee<'_>) -> Value {
    let has = |collection: &str| p.edition.collection(collection).is_some();
    let line = |id: &str, libelle: &str, motif: &str, couche: &str| {
        json!({
            "id": id, "libelle": libelle, "statut": "non_renseigne", "resultat": null,
            "motif": motif, "couche_attendue": couche,
        })
    };
    let continuities = if has("prescriptions") {
        "dépouillement des prescriptions 25 non publié"
    } else {
        "couche non chargée"
    };
    let mut bloc = filled(&[]);
    bloc["statut"] = "partiel".into();
    bloc["motif"] = "rubriques dont les couches ne sont pas chargées".into();
    bloc["lignes"] = json!([
        line(
            "surelevation",
            "Secteurs où la surélévation est possible",
            "secteurs non définis par la collectivité",
            "secteurs de surélévation, prescriptions 39, hauteurs du bâti",
        ),
        line(
            "non_impermeable",
            "Surfaces non imperméabilisées ou éco-aménageables des zones U et AU",
            "croisement de l’OCS GE et du zonage non publié",
            "OCS GE sur les zones U et AU",
        ),
        line(
            "continuites",
            "Espaces non bâtis nécessaires aux continuités écologiques",
            continuities,
            "prescriptions 25, trame verte et bleue",
        ),
        line(
            "localisation",
            "Logements en espace déjà urbanisé et en zones ouvertes, par an",
            "couche non chargée",
            "logements terminés localisés (Sitadel)",
        ),
    ]);
    bloc["localisation"] = json!([]);
    bloc["localisation_nature"] = "terminés".into();
    bloc
}

/// The eleven headings of the observatory of housing and land, from what the pack holds.
pub(super) fn ohf(d: &Value) -> Vec<Value> {
    let of_bloc = |id: &str, bloc: &Value| {
        json!({
            "id": id, "statut": bloc["statut"], "motif": bloc["motif"], "couche_attendue": bloc["couche_attendue"],
        })
    };
    let partial = |id: &str, motif: &str, couche: &str| json!({ "id": id, "statut": "partiel", "motif": motif, "couche_attendue": couche });
    let line = |id: &str| {
        let lines = d["rubriques"]["lignes"].as_array();
        lines
            .and_then(|all| all.iter().find(|l| l["id"] == id))
            .map_or(Value::Null, |l| of_bloc(id, l))
    };
    let vacant = match (d["zae"]["statut"].as_str(), d["besoin"]["statut"].as_str()) {
        (Some("non_renseigne"), Some("non_renseigne")) => of_bloc("locaux", &d["zae"]),
        (Some("renseigne"), Some("renseigne")) => of_bloc("locaux", &d["besoin"]),
        _ => partial(
            "locaux",
            "zones d’activité ou logements seulement",
            "inventaire des zones d’activité, vacance des logements",
        ),
    };
    vec![
        of_bloc("marches", &d["marches"]),
        of_bloc("offre", &d["stock"]),
        of_bloc("friches", &d["friches"]),
        vacant,
        of_bloc("densite", &d["stock"]),
        line("surelevation"),
        line("non_impermeable"),
        line("continuites"),
        of_bloc("zae", &d["zae"]),
        partial(
            "parc",
            "parc privé et nombre de logements sociaux non chargés",
            "RPLS, recensement",
        ),
        line("localisation"),
    ]
}
