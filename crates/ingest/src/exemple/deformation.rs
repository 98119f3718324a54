//! From the straight plan to the ground: a smooth displacement of the whole plane, the same for all communes.
//!
//! Because it moves points and not shapes, whatever is shared in the plan stays shared on the ground:
//! borders, streets and plots bend together. Its slope stays below 1, so nothing folds over.

use super::alea::{bruit, bruit_vecteur};
use super::grille::ORIGINE;
use super::plan::{Pt, norme};

/// The map is turned by about 14°, so that no border, river or railway runs along the axes.
const COSINUS: f64 = 0.97;
const SINUS: f64 = 0.243_104_915_622_864_9;
/// Half-width of the land that follows the river's meanders (metres).
const PORTEE_RIVIERE: f64 = 700.0;

/// The displacement of the plane, as seen from one commune.
#[derive(Clone, Debug)]
pub(super) struct Deformation {
    pub(super) graine: u64,
    /// Centre of the commune's old town, where lanes are more crooked.
    pub(super) centre: Pt,
    /// Radius of the old town (metres).
    pub(super) rayon_coeur: f64,
    /// Northing of the rivers near the commune, in the plan.
    pub(super) rivieres: Vec<f64>,
}

impl Deformation {
    /// Where a point of the plan lies in Lambert-93 (metres).
    pub(super) fn terrain(&self, p: Pt) -> Pt {
        let r = p - ORIGINE;
        let mut q = ORIGINE
            + Pt {
                x: r.x * COSINUS - r.y * SINUS,
                y: r.x * SINUS + r.y * COSINUS,
            }
            + bruit_vecteur(self.graine ^ 1, p, 2900.0) * 280.0
            + bruit_vecteur(self.graine ^ 2, p, 1050.0) * 58.0
            + bruit_vecteur(self.graine ^ 3, p, 410.0) * 19.0
            + bruit_vecteur(self.graine ^ 7, p, 190.0) * 8.0;
        let r = norme(p - self.centre) / (self.rayon_coeur * 2.1);
        if r < 1.0 {
            let force = (1.0 - r * r) * (1.0 - r * r);
            q = q
                + bruit_vecteur(self.graine ^ 4, p, 62.0) * (5.5 * force)
                + bruit_vecteur(self.graine ^ 8, p, 145.0) * (13.0 * force);
        }
        for &y in &self.rivieres {
            let t = (p.y - y) / PORTEE_RIVIERE;
            if t.abs() < 1.0 {
                let force = (1.0 - t * t) * (1.0 - t * t) * (1.0 - t * t);
                q.y += force
                    * (bruit(self.graine ^ 5, p.x / 560.0, y) * 105.0
                        + bruit(self.graine ^ 6, p.x / 230.0, y) * 22.0);
            }
        }
        q
    }
}

/// Rounded to the centimetre, the precision of the published cadastre.
pub(super) fn au_centimetre(p: Pt) -> Pt {
    Pt {
        x: (p.x * 100.0).round() / 100.0,
        y: (p.y * 100.0).round() / 100.0,
    }
}
