//! Sobriété: what the project would take from the commune's ENAF budget (bareme §7).

use gisement_model::bareme::{Bareme, Intervalle};
use gisement_model::{CommuneNotee, Couche, ParcelleNotee};

use super::{Apport, Axe, Valeur, rounded};

/// Sobriété of a parcel: 100 when it consumes no ENAF.
pub(crate) fn sobriete(r: &ParcelleNotee, commune: Option<&CommuneNotee>, b: &Bareme) -> Axe {
    let s = &b.sobriete;
    let reste = commune.and_then(|c| c.enaf_reste_m2);
    // What the project takes of the budget: [0, 1] when the budget is unknown.
    let weight = |enaf: f64, unknown: f64| match reste {
        Some(left) if left <= 0.0 => 1.0,
        Some(left) => (enaf / left).min(1.0),
        None => unknown,
    };
    let score = |enaf: f64, unknown: f64| {
        let part = if r.utile_m2 > 0.0 {
            (enaf / r.utile_m2).clamp(0.0, 1.0)
        } else {
            0.0
        };
        1.0 - part * (s.base + s.pente * weight(enaf, unknown))
    };
    let utilite = match (r.enaf_min_m2, r.enaf_max_m2) {
        (Some(lo), Some(hi)) => Intervalle {
            min: score(hi, 1.0),
            central: r.enaf_m2.map(|e| score(e, s.reste_inconnu)),
            max: score(lo, 0.0),
        },
        _ => Intervalle::inconnu(1.0 - s.base - s.pente, 1.0),
    };
    let points = Intervalle {
        min: 100.0 * utilite.min,
        central: utilite.central.map(|u| 100.0 * u),
        max: 100.0 * utilite.max,
    };
    let mut apports = vec![Apport {
        critere: "enaf",
        valeur: r.enaf_m2.map_or(Valeur::Inconnue, Valeur::Nombre),
        presume: true,
        utilite,
        poids: 1.0,
        points,
        couche: Couche::Batiments,
    }];
    // Without ENAF the budget plays no part; otherwise it is shown beside, already counted in the line above.
    if r.enaf_max_m2 != Some(0.0) {
        apports.push(Apport {
            critere: "enaf_reste",
            valeur: reste.map_or(Valeur::Inconnue, Valeur::Nombre),
            presume: false,
            utilite: reste.map_or(Intervalle::inconnu(0.0, 1.0), |left| {
                Intervalle::exact(if left > 0.0 { 1.0 } else { 0.0 })
            }),
            poids: 0.0,
            points: Intervalle::exact(0.0),
            couche: Couche::Enaf,
        });
    }
    Axe {
        valeur: rounded(points),
        apports,
    }
}
