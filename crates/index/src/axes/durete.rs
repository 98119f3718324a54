//! Dureté foncière: how hard the land is to acquire and free (bareme §5). Higher is harder.

use gisement_model::bareme::{Bareme, Intervalle, Part};
use gisement_model::codes::{Pollution, Propriete, UsageBatiment};
use gisement_model::{Couche, ParcelleNotee};

use super::{Apport, Axe, Valeur, etat, rounded};
use crate::types::{TypeGisement, en_friche, nu};

/// Dureté of a parcel.
pub(crate) fn durete(r: &ParcelleNotee, principal: TypeGisement, b: &Bareme) -> Axe {
    let d = &b.durete;
    let unbuilt = nu(r, b);
    let etat = etat(r, principal, b).map(|e| e.code);
    // A project, or a hint, does not tell whether anybody is there.
    let unsaid = matches!(etat, Some("avec_projet" | "potentielle"));
    let vacant = etat
        .filter(|_| !unsaid)
        .map(|e| matches!(e, "friche_sans_projet" | "vacant" | "inoccupe"));

    let occupation = match vacant {
        Some(true) => Some(("vacant", false)),
        _ if unbuilt.oui() => Some(("vacant", true)),
        _ if r.logements == Some(1) => Some(("un_logement", false)),
        _ if r.logements.is_some_and(|n| n > 1) || r.usage_bati.is_some() => Some(("autre", false)),
        Some(false) => Some(("autre", true)),
        None => None,
    };
    // A building that no inventory of vacancy names is presumed sound and in use.
    let in_use = match (unbuilt, vacant) {
        (crate::Tri::Oui, _) | (_, Some(true)) => Some(("non", false)),
        (crate::Tri::Non, _) if !unsaid => Some((
            "oui",
            r.usage_bati.is_none_or(|u| u == UsageBatiment::Annexe),
        )),
        _ => None,
    };
    let environnement = r.part_environnement.map(|p| match p {
        p if p >= d.environnement_couvre => ("couvre", false),
        p if p > 0.0 => ("touche", false),
        _ => ("aucun", false),
    });
    let prescription = r
        .part_prescription
        .map(|p| (if p > 0.0 { "oui" } else { "non" }, false));
    let pollution = en_friche(r, b)
        .then_some(r.friche_pollution)
        .flatten()
        .map(|p| match p {
            Pollution::Averee => ("averee", false),
            Pollution::Supposee => ("supposee", false),
            _ => ("aucune", false),
        });

    let propriete = r.propriete.map(|p| (p.code(), p == Propriete::HorsFichier));

    let parts = [
        ("propriete", &d.propriete, propriete, Couche::Proprietaires),
        ("occupation", &d.occupation, occupation, Couche::Batiments),
        ("bati_en_usage", &d.bati_en_usage, in_use, Couche::Batiments),
        (
            "environnement",
            &d.environnement,
            environnement,
            Couche::Contraintes,
        ),
        (
            "prescription",
            &d.prescription,
            prescription,
            Couche::Contraintes,
        ),
        ("pollution_sol", &d.pollution, pollution, Couche::Friches),
    ];
    let mut total = [0.0; 3];
    let mut raw = Vec::with_capacity(parts.len());
    for (id, part, value, couche) in parts {
        let (valeur, p) = points(part, value.map(|v| v.0));
        for (t, v) in total.iter_mut().zip([p.min, p.milieu(), p.max]) {
            *t += v;
        }
        raw.push((id, valeur, p, value.is_some_and(|v| v.1), couche, part));
    }
    let axis = total.map(|t| d.echelle.at(t));
    // The scale is not linear: each part is shown its proportion of the axis.
    let apports = raw
        .into_iter()
        .map(|(critere, valeur, p, presume, couche, part)| {
            let of = |v: f64, i: usize| {
                if total[i] > 0.0 {
                    axis[i] * v / total[i]
                } else {
                    0.0
                }
            };
            let unit = |v: f64| v / part.inconnu[1].max(f64::MIN_POSITIVE);
            Apport {
                critere,
                valeur,
                presume,
                utilite: Intervalle {
                    min: unit(p.min),
                    central: p.central.map(unit),
                    max: unit(p.max),
                },
                poids: 1.0,
                points: Intervalle {
                    min: of(p.min, 0),
                    central: Some(of(p.milieu(), 1)),
                    max: of(p.max, 2),
                },
                couche,
            }
        })
        .collect();
    Axe {
        valeur: rounded(Intervalle {
            min: axis[0],
            central: Some(axis[1]),
            max: axis[2],
        }),
        apports,
    }
}

fn points(part: &Part, code: Option<&'static str>) -> (Valeur, Intervalle) {
    if let Some((k, v)) = code.and_then(|k| Some((k, *part.table.get(k)?))) {
        return (Valeur::Code(k), Intervalle::exact(v));
    }
    let open = code.and_then(|k| Some((k, *part.intervalles.get(k)?)));
    let (valeur, [low, high]) = open.map_or((Valeur::Inconnue, part.inconnu), |(k, v)| {
        (Valeur::Code(k), v)
    });
    (valeur, Intervalle::inconnu(low, high))
}
