//! The four axes, each an interval with its contributions (design §7.4), never melted into one opaque number.

mod besoin;
mod durete;
mod potentiel;
mod sobriete;

use gisement_model::Couche;
use gisement_model::bareme::Intervalle;

pub(crate) use besoin::besoin;
pub(crate) use durete::durete;
pub(crate) use potentiel::{etat, potentiel};
pub(crate) use sobriete::sobriete;

/// The value of a criterion, as the sheet shows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Valeur {
    /// Not known.
    Inconnue,
    /// A number, in the criterion's unit.
    Nombre(f64),
    /// A code of the criterion's table.
    Code(&'static str),
}

/// What one criterion brings to an axis.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Apport {
    /// Criterion, as the rule set names it.
    pub(crate) critere: &'static str,
    pub(crate) valeur: Valeur,
    /// Whether the value was inferred rather than read.
    pub(crate) presume: bool,
    /// Utility, 0 to 1.
    pub(crate) utilite: Intervalle,
    pub(crate) poids: f64,
    /// Points on the axis; they add up to it.
    pub(crate) points: Intervalle,
    /// The layer that says so.
    pub(crate) couche: Couche,
}

/// An axis of a parcel.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axe {
    /// 0 to 100.
    pub(crate) valeur: Intervalle,
    pub(crate) apports: Vec<Apport>,
}

/// Two decimals: what is stored, served and compared. Rounding is monotone, so min ≤ central ≤ max stays true.
pub(crate) fn round2(v: f64) -> f64 {
    (v * 100.0).round() / 100.0
}

pub(crate) fn rounded(i: Intervalle) -> Intervalle {
    Intervalle {
        min: round2(i.min),
        central: i.central.map(round2),
        max: round2(i.max),
    }
}

/// The weighted mean of utilities: an unknown one enters min by its lowest value and max by its highest, and is
/// left out of the central value. Points of the contributions are filled in.
pub(crate) fn weighted_mean(mut apports: Vec<Apport>) -> Axe {
    let total: f64 = apports.iter().map(|a| a.poids).sum();
    let known: f64 = apports
        .iter()
        .filter(|a| a.utilite.central.is_some())
        .map(|a| a.poids)
        .sum();
    let share = |w: f64, of: f64| if of > 0.0 { 100.0 * w / of } else { 0.0 };
    for a in &mut apports {
        a.points = Intervalle {
            min: share(a.poids, total) * a.utilite.min,
            central: a.utilite.central.map(|u| share(a.poids, known) * u),
            max: share(a.poids, total) * a.utilite.max,
        };
    }
    let sum = |f: fn(&Apport) -> f64| apports.iter().map(f).sum::<f64>();
    let (min, max) = if total > 0.0 {
        (sum(|a| a.points.min), sum(|a| a.points.max))
    } else {
        (0.0, 100.0)
    };
    // The mean of what is known may fall below the interval when even the worst unknown utility would raise it.
    let central = (known > 0.0).then(|| sum(|a| a.points.central.unwrap_or(0.0)).clamp(min, max));
    Axe {
        valeur: rounded(Intervalle { min, central, max }),
        apports,
    }
}
