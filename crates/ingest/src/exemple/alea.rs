//! Chance, made repeatable: one SplitMix64 stream per commune and purpose, and value noise over the plane.
//!
//! No stream is shared between communes, so the order in which threads finish cannot change a byte.
//! The noise uses only `+ - * /` and `floor`, never a library sine, so that it gives the same bits on every platform.

use geo::Coord;

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): a good 64-bit mixer.
pub(super) fn melange(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What a stream of chance is for. Adding a purpose never disturbs the others.
#[derive(Clone, Copy, Debug)]
pub(super) enum Objet {
    Plan = 1,
    Parcelles = 2,
    Bati = 3,
    Cadastre = 4,
    Sites = 5,
    Statistiques = 6,
    Proprietaires = 7,
}

/// A SplitMix64 generator.
#[derive(Clone, Debug)]
pub(super) struct Alea(u64);

impl Alea {
    /// The stream of one commune (by rank) and purpose.
    pub(super) fn nouveau(graine: u64, commune: usize, objet: Objet) -> Self {
        Self(melange(
            melange(graine ^ 0x6769_7365_6d65_6e74)
                .wrapping_add(commune as u64 * 64 + objet as u64),
        ))
    }

    /// The stream tied to a thing shared by several communes (a border corner, an edge).
    pub(super) fn partage(graine: u64, a: i64, b: i64, sel: u64) -> Self {
        let cle = (a as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ (b as u64).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
        Self(melange(melange(graine.wrapping_add(sel)) ^ cle))
    }

    fn suivant(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        melange(self.0)
    }

    /// Uniform in `[0, 1)`.
    pub(super) fn unite(&mut self) -> f64 {
        (self.suivant() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in `[a, b)`.
    pub(super) fn entre(&mut self, a: f64, b: f64) -> f64 {
        a + (b - a) * self.unite()
    }

    /// Uniform integer in `[a, b]`.
    pub(super) fn entier(&mut self, a: i64, b: i64) -> i64 {
        a + (self.suivant() % (b - a + 1) as u64) as i64
    }

    /// True with probability `p`.
    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.unite() < p
    }

    /// One of the values; `choix` must not be empty.
    pub(super) fn parmi<T: Copy>(&mut self, choix: &[T]) -> T {
        choix[(self.suivant() % choix.len() as u64) as usize]
    }

    /// Roughly normal, mean 0, deviation 1, bounded by ±3 (sum of three uniforms).
    pub(super) fn cloche(&mut self) -> f64 {
        (self.unite() + self.unite() + self.unite() - 1.5) * 2.0
    }
}

/// Value noise in `[-1, 1]` at a point given in lattice units.
pub(super) fn bruit(graine: u64, x: f64, y: f64) -> f64 {
    let (x0, y0) = (x.floor(), y.floor());
    let (u, v) = (lisse(x - x0), lisse(y - y0));
    let (i, j) = (x0 as i64, y0 as i64);
    let noeud = |di: i64, dj: i64| {
        let cle = ((i + di) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ ((j + dj) as u64).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
        (melange(graine ^ cle) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    let bas = noeud(0, 0) * (1.0 - u) + noeud(1, 0) * u;
    let haut = noeud(0, 1) * (1.0 - u) + noeud(1, 1) * u;
    bas * (1.0 - v) + haut * v
}

/// Two independent noises as a displacement, for a wavelength in metres.
pub(super) fn bruit_vecteur(graine: u64, p: Coord, longueur: f64) -> Coord {
    let (x, y) = (p.x / longueur, p.y / longueur);
    Coord {
        x: bruit(graine, x, y),
        y: bruit(graine ^ 0x5bd1_e995, x + 0.37, y + 0.71),
    }
}

/// Perlin's quintic fade: first and second derivatives vanish at both ends, so streets show no kink at lattice lines.
fn lisse(t: f64) -> f64 {
    t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_and_repeat() {
        let suite = |c, o| {
            let mut a = Alea::nouveau(1, c, o);
            (0..4).map(|_| a.suivant()).collect::<Vec<_>>()
        };
        assert_eq!(suite(0, Objet::Plan), suite(0, Objet::Plan));
        assert_ne!(suite(0, Objet::Plan), suite(1, Objet::Plan));
        assert_ne!(suite(0, Objet::Plan), suite(0, Objet::Bati));
    }

    #[test]
    fn noise_is_bounded_and_continuous() {
        for k in 0..2000 {
            let x = f64::from(k) * 0.013 - 9.0;
            let (a, b) = (bruit(7, x, 0.3), bruit(7, x + 1e-6, 0.3));
            assert!(a.abs() <= 1.0 && (a - b).abs() < 1e-4);
        }
    }
}
