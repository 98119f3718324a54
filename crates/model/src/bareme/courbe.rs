//! Utility curves: piecewise linear, flat outside their points.

use serde::{Deserialize, Serialize};

/// An interval of utilities or points; `central` is `None` when nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Intervalle {
    /// The lowest value that what is known allows.
    pub min: f64,
    /// The value, when known.
    pub central: Option<f64>,
    /// The highest value that what is known allows.
    pub max: f64,
}

impl Intervalle {
    /// A known value.
    pub const fn exact(v: f64) -> Self {
        Self {
            min: v,
            central: Some(v),
            max: v,
        }
    }

    /// Nothing known but the bounds.
    pub const fn inconnu(min: f64, max: f64) -> Self {
        Self {
            min,
            central: None,
            max,
        }
    }

    /// Width.
    pub fn largeur(&self) -> f64 {
        self.max - self.min
    }

    /// The central value, or the middle of the interval.
    pub fn milieu(&self) -> f64 {
        self.central.unwrap_or(f64::midpoint(self.min, self.max))
    }
}

/// A piecewise-linear curve through points of strictly increasing abscissa.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Courbe(pub Vec<[f64; 2]>);

impl Courbe {
    /// The ordinate at `x`: linear between points, flat outside.
    pub fn at(&self, x: f64) -> f64 {
        let (Some(first), Some(last)) = (self.0.first(), self.0.last()) else {
            return 0.0;
        };
        if x <= first[0] {
            return first[1];
        }
        for w in self.0.windows(2) {
            let [[x0, y0], [x1, y1]] = [w[0], w[1]];
            if x <= x1 {
                return y0 + (y1 - y0) * (x - x0) / (x1 - x0);
            }
        }
        last[1]
    }

    /// Its lowest and highest ordinates.
    pub fn bounds(&self) -> (f64, f64) {
        self.0.iter().fold((f64::MAX, f64::MIN), |(lo, hi), p| {
            (lo.min(p[1]), hi.max(p[1]))
        })
    }

    pub(super) fn check(&self, key: &str, lo: f64, hi: f64) -> Result<(), super::BaremeError> {
        let bad = |detail: &str| {
            Err(super::BaremeError::Valeur {
                cle: key.to_owned(),
                detail: detail.to_owned(),
            })
        };
        if self.0.is_empty() {
            return bad("courbe sans point");
        }
        if self.0.iter().flatten().any(|v| !v.is_finite()) {
            return bad("nombre non fini");
        }
        if self.0.windows(2).any(|w| w[0][0] >= w[1][0]) {
            return bad("les abscisses doivent croître strictement");
        }
        if self.0.iter().any(|p| p[1] < lo || p[1] > hi) {
            return bad(&format!("ordonnée hors de [{lo}, {hi}]"));
        }
        Ok(())
    }
}
