//! The map of communes: a spiral of jittered hexagons around the main town, with the roads, rivers and
//! railways that cross them. A border, a road crossing or a river is computed from the things it joins,
//! never from one commune, so that neighbours find the same points without talking to each other.

use super::alea::Alea;
use super::plan::{Bord, Cellule, Droite, Pt, norme, unitaire};

/// Where the main town stands, in Lambert-93 (real ground of Hérault, fictional town).
pub(super) const ORIGINE: Pt = Pt {
    x: 735_000.0,
    y: 6_280_000.0,
};
/// Side of a hexagon (metres); a commune so covers about 9 km².
pub(super) const COTE: f64 = 1880.0;
const RACINE_3: f64 = 1.732_050_807_568_877_2;
/// Distance between two corners of the border (metres).
const PAS_LIMITE: f64 = 46.0;

/// Width of a departmental road with its verges, of the river and of the railway land (metres).
pub(super) const LARGEUR_ROUTE: f64 = 11.0;
pub(super) const LARGEUR_RIVIERE: f64 = 19.0;
pub(super) const LARGEUR_RAIL: f64 = 24.0;

/// Axial coordinates of a hexagon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hexagone {
    q: i64,
    r: i64,
}

/// A road from the town to a neighbour: where it meets the border, in the plan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    pub(super) sortie: Pt,
    pub(super) largeur: f64,
}

/// One commune's cell of the map.
#[derive(Clone, Debug)]
pub(super) struct Territoire {
    pub(super) cellule: Cellule,
    pub(super) centre: Pt,
    /// In order around the centre.
    pub(super) routes: Vec<Route>,
    pub(super) riviere: Option<Droite>,
    pub(super) rail: Option<Droite>,
    /// Rivers whose meanders reach this commune.
    pub(super) rivieres_proches: Vec<f64>,
}

impl Hexagone {
    /// The `n`-th hexagon of the spiral: 0 is the centre, 1 to 6 the first ring.
    pub(super) fn spirale(n: usize) -> Self {
        let mut anneau = 0_i64;
        let mut premier = 0_usize;
        while n >= premier + if anneau == 0 { 1 } else { 6 * anneau as usize } {
            premier += if anneau == 0 { 1 } else { 6 * anneau as usize };
            anneau += 1;
        }
        let mut h = Self { q: anneau, r: 0 };
        let pas = [(-1, 1), (-1, 0), (0, -1), (1, -1), (1, 0), (0, 1)];
        for k in 0..(n - premier) {
            let (dq, dr) = pas[k / (anneau.max(1) as usize)];
            h = Self {
                q: h.q + dq,
                r: h.r + dr,
            };
        }
        h
    }

    /// Integer position of the centre: in half-widths along x, in half-sides along y.
    fn treillis(self) -> (i64, i64) {
        (2 * self.q + self.r, 3 * self.r)
    }

    /// Integer positions of the six corners, counter-clockwise from the east-south-east one.
    fn coins(self) -> [(i64, i64); 6] {
        let (x, y) = self.treillis();
        [
            (x + 1, y - 1),
            (x + 1, y + 1),
            (x, y + 2),
            (x - 1, y + 1),
            (x - 1, y - 1),
            (x, y - 2),
        ]
    }

    /// Rows of hexagons that a river and a railway run through.
    fn rang_riviere(r: i64) -> bool {
        r.rem_euclid(3) == 0
    }

    fn rang_rail(r: i64) -> bool {
        r.rem_euclid(5) == 0
    }

    /// Builds the commune's cell.
    pub(super) fn territoire(self, graine: u64) -> Territoire {
        let coins = self.coins();
        let (hx, hy) = self.treillis();
        let milieu = noeud(hx, hy);
        let mut alea = Alea::partage(graine, hx, hy, 11);
        let centre = milieu
            + Pt {
                x: alea.entre(-160.0, 160.0),
                y: alea.entre(-45.0, 45.0),
            };
        let rivieres_proches: Vec<f64> = (self.r - 1..=self.r + 1)
            .filter(|&r| Self::rang_riviere(r))
            .map(|r| ligne(r, -0.225))
            .collect();
        let horizontale = |y: f64| Droite {
            o: Pt { x: milieu.x, y },
            d: Pt { x: 1.0, y: 0.0 },
        };
        let riviere = Self::rang_riviere(self.r).then(|| horizontale(ligne(self.r, -0.225)));
        let rail = Self::rang_rail(self.r).then(|| horizontale(ligne(self.r, 0.235)));
        let (mut pts, mut routes) = (Vec::new(), Vec::new());
        for i in 0..6 {
            let (a, b) = (coins[i], coins[(i + 1) % 6]);
            let (sommets, route) = arete(graine, a, b);
            pts.extend(sommets);
            routes.extend(route);
        }
        let n = pts.len();
        Territoire {
            cellule: Cellule {
                pts,
                bords: vec![Bord::Limite; n],
            },
            centre,
            routes,
            riviere,
            rail,
            rivieres_proches,
        }
    }
}

/// Northing of a horizontal line of a row of hexagons, `part` of a side above its middle.
fn ligne(r: i64, part: f64) -> f64 {
    ORIGINE.y + COTE * (1.5 * r as f64 + part)
}

fn noeud(x: i64, y: i64) -> Pt {
    ORIGINE
        + Pt {
            x: x as f64 * COTE * RACINE_3 / 2.0,
            y: y as f64 * COTE / 2.0,
        }
}

/// A corner of the hexagons, moved by chance: small enough that every cell stays convex.
fn coin(graine: u64, (x, y): (i64, i64)) -> Pt {
    let mut a = Alea::partage(graine, x, y, 12);
    noeud(x, y)
        + Pt {
            x: a.entre(-0.17, 0.17) * COTE,
            y: a.entre(-0.17, 0.17) * COTE,
        }
}

/// The border from one corner to the next (last corner left out), and the road that crosses it.
fn arete(graine: u64, a: (i64, i64), b: (i64, i64)) -> (Vec<Pt>, Option<Route>) {
    // Always built from the lower corner to the higher one, then turned round if need be.
    let (bas, haut) = if a < b { (a, b) } else { (b, a) };
    let (p, q) = (coin(graine, bas), coin(graine, haut));
    let l = norme(q - p);
    let u = unitaire(q - p);
    let mut alea = Alea::partage(graine, bas.0 * 1000 + haut.0, bas.1 * 1000 + haut.1, 13);
    let mut t_route = l * alea.entre(0.34, 0.66);
    let mut passages: Vec<f64> = Vec::new();
    let mut ajouter_ligne = |y: f64, demi: f64| {
        if (p.y - y) * (q.y - y) < 0.0 && u.y.abs() > 0.5 {
            for bord in [y - demi, y, y + demi] {
                passages.push((bord - p.y) / u.y);
            }
        }
    };
    // The lines of every row near this edge; an edge is never longer than one row.
    let rang = (f64::midpoint(p.y, q.y) - ORIGINE.y) / (1.5 * COTE);
    for r in [rang.floor() as i64, rang.floor() as i64 + 1] {
        if Hexagone::rang_riviere(r) {
            ajouter_ligne(ligne(r, -0.225), LARGEUR_RIVIERE / 2.0);
        }
        if Hexagone::rang_rail(r) {
            ajouter_ligne(ligne(r, 0.235), LARGEUR_RAIL / 2.0);
        }
    }
    let route = alea.chance(0.72).then(|| {
        // Keep the road clear of the river and the railway where they cross the border.
        if let Some(proche) = passages
            .iter()
            .copied()
            .find(|t| (t - t_route).abs() < 70.0)
        {
            t_route = if proche > t_route {
                proche - 110.0
            } else {
                proche + 110.0
            };
        }
        let largeur = LARGEUR_ROUTE + if alea.chance(0.4) { 3.0 } else { 0.0 };
        passages.extend([t_route - largeur / 2.0, t_route, t_route + largeur / 2.0]);
        Route {
            sortie: p + u * t_route,
            largeur,
        }
    });
    let mut pas = 0.0;
    let mut reguliers = vec![];
    loop {
        pas += PAS_LIMITE * alea.entre(0.7, 1.3);
        if pas > l - 20.0 {
            break;
        }
        if passages.iter().all(|t| (t - pas).abs() > 14.0) {
            reguliers.push(pas);
        }
    }
    reguliers.extend(passages);
    reguliers.sort_by(f64::total_cmp);
    let mut sommets: Vec<Pt> = reguliers.iter().map(|&t| p + u * t).collect();
    if a < b {
        sommets.insert(0, p);
    } else {
        sommets.push(q);
        sommets.reverse();
    }
    (sommets, route)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_spiral_visits_each_hexagon_once() {
        let vus: HashSet<(i64, i64)> = (0..200)
            .map(Hexagone::spirale)
            .map(|h| (h.q, h.r))
            .collect();
        assert_eq!(vus.len(), 200);
    }

    #[test]
    fn neighbours_share_border_vertices_and_roads() {
        let cle = |p: &Pt| (p.x.to_bits(), p.y.to_bits());
        let a = Hexagone::spirale(0).territoire(1);
        let commun: HashSet<_> = a.cellule.pts.iter().map(cle).collect();
        let mut partages = HashSet::new();
        let mut sorties = 0;
        for n in 1..7 {
            let b = Hexagone::spirale(n).territoire(1);
            partages.extend(b.cellule.pts.iter().map(cle).filter(|c| commun.contains(c)));
            sorties += b
                .routes
                .iter()
                .filter(|r| a.routes.iter().any(|s| cle(&s.sortie) == cle(&r.sortie)))
                .count();
        }
        assert_eq!(
            partages.len(),
            commun.len(),
            "every border vertex of the centre belongs to a neighbour too"
        );
        assert_eq!(sorties, a.routes.len());
    }

    #[test]
    fn cells_are_convex() {
        for n in 0..60 {
            let c = Hexagone::spirale(n).territoire(3).cellule;
            let k = c.pts.len();
            for i in 0..k {
                let (p, q, r) = (c.pts[i], c.pts[(i + 1) % k], c.pts[(i + 2) % k]);
                assert!(
                    super::super::plan::croix(q - p, r - q) > -1e-4,
                    "cell {n} bends inward"
                );
            }
        }
    }
}
