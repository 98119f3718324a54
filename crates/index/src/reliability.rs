//! Fiabilité: how much of what counts is known, and how fresh it is (design §7.4).

use gisement_model::bareme::Bareme;
use gisement_model::{CommuneNotee, Couche};
use jiff::civil::Date;

use crate::axes::{Axe, round2};

/// Mean length of a month, in days.
const MONTH: f64 = 365.25 / 12.0;

/// The date of what was read over a commune.
pub(crate) fn millesime(commune: Option<&CommuneNotee>, couche: Couche) -> Option<Date> {
    let c = commune?;
    match couche {
        Couche::Parcelles => c.date_parcelles,
        Couche::Batiments => c.date_batiments,
        Couche::Zonage => c.date_zonage,
        Couche::Prescriptions => c.date_prescriptions,
        Couche::Friches => c.date_friches,
        Couche::Zae | Couche::Terrains => c.date_zae,
        Couche::Contraintes => c.date_contraintes,
        Couche::Activite => c.date_activite,
        Couche::Equipements => c.date_equipements,
        Couche::Proprietaires => c.date_proprietaires,
        Couche::Occupation => c.date_occupation,
        Couche::Perimetres => c.date_perimetres,
        Couche::Enaf => c.date_enaf,
        Couche::Logement => c.date_logement,
        _ => None,
    }
}

/// What a datum of this layer, read from a file of this date, counts for in Fiabilité at the edition's date: 1 when
/// fresh, down to the floor of the rule set (`[fraicheur]`).
pub fn freshness(couche: Couche, read: Option<Date>, b: &Bareme, date: Date) -> f64 {
    let f = &b.fraicheur;
    let Some(read) = read else {
        return f.sans_date;
    };
    let rule = f.couches.get(couche.code()).unwrap_or(&f.defaut);
    let days = date.since(read).map_or(0, |span| span.get_days());
    let months = f64::from(days) / MONTH;
    if months <= rule.frais {
        1.0
    } else if months >= rule.perime {
        f.plancher
    } else {
        1.0 - (1.0 - f.plancher) * (months - rule.frais) / (rule.perime - rule.frais)
    }
}

/// Fiabilité over the criteria of Potentiel and the six parts of Dureté.
pub(crate) fn fiabilite(
    potentiel: &Axe,
    durete: &Axe,
    commune: Option<&CommuneNotee>,
    b: &Bareme,
    date: Date,
) -> f64 {
    let (mut known, mut total) = (0.0, 0.0);
    for a in potentiel.apports.iter().chain(&durete.apports) {
        total += a.poids;
        if a.utilite.central.is_some() {
            let f = freshness(a.couche, millesime(commune, a.couche), b, date);
            known += a.poids * f * if a.presume { b.fraicheur.presume } else { 1.0 };
        }
    }
    round2(if total > 0.0 {
        100.0 * known / total
    } else {
        0.0
    })
}
