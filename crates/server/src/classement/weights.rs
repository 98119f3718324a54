//! The index under any weights: `Σ w·A ÷ Σ w`, Dureté entering as 100 − D.

use gisement_model::bareme::{Intervalle, PoidsAxes};

/// The axes, in the order in which the build adds them up, so that a profile gives the very index of the edition.
pub(crate) const AXES: [&str; 4] = ["potentiel", "durete", "besoin", "sobriete"];
/// Rank of Potentiel in [`AXES`].
pub(super) const POTENTIEL: usize = 0;
/// Rank of Dureté in [`AXES`].
pub(crate) const DURETE: usize = 1;

/// Steps of a weight: whole fractions of one, so that 40 and 25 weigh exactly as .40 and .25.
const STEPS: f64 = 1e9;

/// Axis weights that add up to one, in the order of [`AXES`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weights([f64; 4]);

impl Weights {
    /// Weights in proportion of these; `None` when none of them is above zero.
    pub(super) fn new(w: PoidsAxes) -> Option<Self> {
        let raw = [w.potentiel, w.durete, w.besoin, w.sobriete];
        let total: f64 = raw.iter().sum();
        (total > 0.0 && total.is_finite())
            .then(|| Self(raw.map(|v| (v / total * STEPS).round() / STEPS)))
    }

    /// As the rule set writes them.
    pub(super) fn shares(&self) -> PoidsAxes {
        let [potentiel, durete, besoin, sobriete] = self.0;
        PoidsAxes {
            potentiel,
            besoin,
            sobriete,
            durete,
        }
    }

    /// The index of these values, two decimals, as editions store it.
    pub(super) fn mean(&self, values: [f64; 4]) -> f64 {
        let total: f64 = self.0.iter().sum();
        let sum: f64 = self.0.iter().zip(values).map(|(w, v)| w * v).sum();
        (sum / total * 100.0).round() / 100.0
    }
}

/// An axis as the index takes it: Dureté reversed.
pub(super) fn oriented(axis: usize, v: Intervalle) -> Intervalle {
    if axis != DURETE {
        return v;
    }
    Intervalle {
        min: 100.0 - v.max,
        central: v.central.map(|c| 100.0 - c),
        max: 100.0 - v.min,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(potentiel: f64, besoin: f64, sobriete: f64, durete: f64) -> Option<Weights> {
        Weights::new(PoidsAxes {
            potentiel,
            besoin,
            sobriete,
            durete,
        })
    }

    #[test]
    fn proportions_only_matter() {
        let w = weights(0.4, 0.25, 0.2, 0.15).unwrap();
        assert_eq!(weights(40.0, 25.0, 20.0, 15.0), Some(w));
        assert_eq!(w.0, [0.4, 0.15, 0.25, 0.2]);
        assert_eq!(w.mean([61.4, 74.5, 50.0, 100.0]), 68.24);
        assert_eq!(
            weights(0.0, 3.0, 0.0, 0.0)
                .unwrap()
                .mean([1.0, 2.0, 7.77, 3.0]),
            7.77
        );
        assert_eq!(weights(0.0, 0.0, 0.0, 0.0), None);
        assert_eq!(weights(f64::MAX, f64::MAX, 0.0, 0.0), None);
    }

    #[test]
    fn durete_is_reversed_whole() {
        let v = Intervalle {
            min: 20.0,
            central: Some(25.0),
            max: 31.0,
        };
        let r = oriented(DURETE, v);
        assert_eq!((r.min, r.central, r.max), (69.0, Some(75.0), 80.0));
        assert_eq!(oriented(POTENTIEL, v), v);
    }
}
