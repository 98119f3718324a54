//! Capacity: how many dwellings a parcel may hold (bareme §9). An order of magnitude, always an interval.

use gisement_model::bareme::Bareme;
use gisement_model::{CommuneNotee, ParcelleNotee};

use crate::types::{TypeGisement, nu};

/// How a capacity was estimated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Methode {
    /// Usable area × net density (dwellings per ha).
    Densite([f64; 3]),
    /// Conversion: footprint × levels × yield ÷ mean dwelling.
    Transformation {
        /// Levels, low and high.
        niveaux: [f64; 2],
    },
    /// A veto holds.
    Veto,
}

/// A capacity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Capacite {
    pub(crate) logements: [i64; 3],
    /// Social dwellings that the plan or the law imposes on any builder.
    pub(crate) lls_min: i64,
    pub(crate) methode: Methode,
}

/// Capacity of a parcel of main type `principal`.
pub(crate) fn capacite(
    r: &ParcelleNotee,
    commune: Option<&CommuneNotee>,
    principal: TypeGisement,
    veto: bool,
    b: &Bareme,
) -> Option<Capacite> {
    let c = &b.capacite;
    if veto {
        return Some(Capacite {
            logements: [0; 3],
            lls_min: 0,
            methode: Methode::Veto,
        });
    }
    if r.utile_m2 < c.utile_min_m2 {
        return None;
    }
    let conversion = matches!(
        principal,
        TypeGisement::Tertiaire | TypeGisement::Equipement
    ) && nu(r, b) == crate::Tri::Non;
    let (raw, methode) = if let Some(footprint) = r.emprise_bati_m2.filter(|_| conversion) {
        let levels = r.hauteur_m.map_or(c.niveaux_inconnus, |h| {
            [(h / c.niveau_m).floor().max(1.0); 3]
        });
        let f = c.facteurs_profondeur;
        let depth = match r.profondeur_bati_m {
            Some(d) if d <= c.profondeurs_m[0] => [f[0]; 3],
            Some(d) if d <= c.profondeurs_m[1] => [f[1]; 3],
            Some(_) => [f[2]; 3],
            None => [f[2], f[1], f[0]],
        };
        let n = |i: usize| footprint * levels[i] * c.rendement / c.logement_m2 * depth[i];
        (
            [n(0), n(1), n(2)],
            Methode::Transformation {
                niveaux: [levels[0], levels[2]],
            },
        )
    } else {
        let zone = commune
            .and_then(|c| c.zone_abc)
            .map_or("inconnue", gisement_model::codes::ZoneAbc::code);
        let find = |z: &str| c.densites.iter().find(|d| d.zones.iter().any(|k| k == z));
        let d = find(zone).or_else(|| find("inconnue"))?.par_ha;
        (d.map(|n| r.utile_m2 / 10_000.0 * n), Methode::Densite(d))
    };
    let logements = raw.map(|n| n.round() as i64);
    Some(Capacite {
        logements,
        lls_min: lls_min(r, commune, logements[1], b),
        methode,
    })
}

/// The share that the plan (SMS) or the law (CU L111-24) imposes, in whole dwellings, rounded up.
fn lls_min(r: &ParcelleNotee, commune: Option<&CommuneNotee>, total: i64, b: &Bareme) -> i64 {
    let c = &b.capacite;
    let sms = r
        .sms_taux
        .filter(|_| r.part_sms.is_some_and(|p| p >= b.mesures.dans_part));
    let law = (total > c.seuil_logements && commune.and_then(|c| c.carence) == Some(true))
        .then_some(c.taux_carence);
    let rate = sms.unwrap_or(0.0).max(law.unwrap_or(0.0));
    (total as f64 * rate - 1e-9).ceil().max(0.0) as i64
}
