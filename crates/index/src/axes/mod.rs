//! The four axes, each an interval with its contributions (design §7.4), never melted into one opaque number.

mod besoin;
mod durete;
mod potentiel;
mod sobriete;

use gisement_model::Couche;
use gisement_model::bareme::Intervalle;

pub(crate) use besoin::besoin;
pub(crate) use durete::durete;
pub use potentiel::{PoidsPotentiel, Utilites, utilites};
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

/// The weighted mean of utilities, with the points of each contribution filled in.
pub(crate) fn weighted_mean(mut apports: Vec<Apport>) -> Axe {
    let parts = || apports.iter().map(|a| (a.poids, a.utilite));
    let valeur = mean(parts());
    let weights = Totals::of(parts());
    for a in &mut apports {
        a.points = weights.points(a.poids, a.utilite);
    }
    Axe { valeur, apports }
}

/// The weighted mean of utilities, 0 to 100: an unknown one enters min by its lowest value and max by its highest, and
/// is left out of the central value.
pub(crate) fn mean(parts: impl Iterator<Item = (f64, Intervalle)> + Clone) -> Intervalle {
    let weights = Totals::of(parts.clone());
    let (mut min, mut central, mut max) = (0.0, 0.0, 0.0);
    for (w, u) in parts {
        let points = weights.points(w, u);
        min += points.min;
        central += points.central.unwrap_or(0.0);
        max += points.max;
    }
    if weights.all <= 0.0 {
        (min, max) = (0.0, 100.0);
    }
    rounded(Intervalle {
        min,
        // The mean of what is known may fall below the interval when even the worst unknown utility would raise it.
        central: (weights.known > 0.0).then(|| central.clamp(min, max)),
        max,
    })
}

/// Sums of weights.
struct Totals {
    all: f64,
    /// Of known utilities.
    known: f64,
}

impl Totals {
    fn of(parts: impl Iterator<Item = (f64, Intervalle)>) -> Self {
        let mut out = Self {
            all: 0.0,
            known: 0.0,
        };
        for (w, u) in parts {
            out.all += w;
            if u.central.is_some() {
                out.known += w;
            }
        }
        out
    }

    fn points(&self, w: f64, u: Intervalle) -> Intervalle {
        let share = |of: f64| if of > 0.0 { 100.0 * w / of } else { 0.0 };
        Intervalle {
            min: share(self.all) * u.min,
            central: u.central.map(|u| share(self.known) * u),
            max: share(self.all) * u.max,
        }
    }
}
