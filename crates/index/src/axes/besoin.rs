//! Besoin: the commune's need of social housing (bareme §6).

use gisement_model::bareme::{Bareme, CritereBesoin, Intervalle};
use gisement_model::{CommuneNotee, Couche};

use super::{Apport, Axe, Valeur, weighted_mean};

/// Besoin of a commune; everything unknown without one.
pub(crate) fn besoin(commune: Option<&CommuneNotee>, b: &Bareme) -> Axe {
    let besoin = &b.besoin;
    let mut out = Vec::with_capacity(6);
    let mut push = |critere, c: &CritereBesoin, valeur: Valeur, u: Option<f64>, presume| {
        let utilite = u.map_or_else(
            || {
                let (lo, hi) = c.bounds();
                Intervalle::inconnu(lo, hi)
            },
            Intervalle::exact,
        );
        out.push(Apport {
            critere,
            valeur: if u.is_some() {
                valeur
            } else {
                Valeur::Inconnue
            },
            presume,
            utilite,
            poids: c.poids,
            points: Intervalle::exact(0.0),
            couche: Couche::Logement,
        });
    };
    let at = |c: &CritereBesoin, v: f64| c.courbe.as_ref().map(|k| k.at(v));

    // A commune that owes no quota has no gap to show: the two criteria leave the mean instead of scoring 0.
    if commune.and_then(|c| c.sru_soumise) != Some(false) {
        let gap = commune.and_then(|c| Some((c.sru_cible? - c.sru_taux?).max(0.0)));
        let u = gap.and_then(|g| at(&besoin.sru_ecart, g));
        push(
            "sru_ecart",
            &besoin.sru_ecart,
            gap.map_or(Valeur::Inconnue, Valeur::Nombre),
            u,
            false,
        );
        let carence = commune
            .and_then(|c| c.carence)
            .map(|c| if c { "oui" } else { "non" });
        let u = carence.and_then(|k| besoin.carence.table.get(k).copied());
        push(
            "carence",
            &besoin.carence,
            carence.map_or(Valeur::Inconnue, Valeur::Code),
            u,
            false,
        );
    }
    let number = |v: Option<f64>| v.map_or(Valeur::Inconnue, Valeur::Nombre);
    let tension = commune.and_then(|c| c.tension);
    push(
        "tension",
        &besoin.tension,
        number(tension),
        tension.and_then(|t| at(&besoin.tension, t)),
        commune.and_then(|c| c.tension_presumee) == Some(true),
    );
    let zone = commune
        .and_then(|c| c.zone_abc)
        .map(gisement_model::codes::ZoneAbc::code);
    push(
        "zone_abc",
        &besoin.zone_abc,
        zone.map_or(Valeur::Inconnue, Valeur::Code),
        zone.and_then(|k| besoin.zone_abc.table.get(k).copied()),
        false,
    );
    for (id, c, v) in [
        ("vacance", &besoin.vacance, commune.and_then(|c| c.vacance)),
        (
            "part_lls",
            &besoin.part_lls,
            commune.and_then(|c| c.part_lls),
        ),
    ] {
        push(id, c, number(v), v.and_then(|v| at(c, v)), false);
    }
    weighted_mean(out)
}
