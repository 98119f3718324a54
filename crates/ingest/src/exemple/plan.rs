//! Cutting convex cells: the whole town is made by splitting convex polygons with straight lines.
//!
//! Working with convex cells makes every cut exact and trivial to prove right; the organic look comes
//! afterwards, from the deformation of the plane (see `deformation`), which bends streets and borders alike.
//! Two halves of a cut hold the very same cut vertices, so that neighbours share their boundary.

use geo::Coord;

/// A point of the plan, in metres.
pub(super) type Pt = Coord<f64>;

/// Cut points nearer than this to a corner are moved onto it, to leave no tiny edges (metres).
const ACCROCHE: f64 = 0.35;

/// What lies on the other side of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bord {
    /// Another plot.
    Fond,
    /// A street or road: the plot may open on it.
    Rue,
    /// The commune's border: may only be cut at its existing vertices, which both communes know.
    Limite,
    /// The railway.
    Rail,
    /// The river.
    Eau,
}

/// A straight line: a point and a unit direction. Its left side is positive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Droite {
    pub(super) o: Pt,
    pub(super) d: Pt,
}

impl Droite {
    pub(super) fn par(a: Pt, b: Pt) -> Self {
        Self {
            o: a,
            d: unitaire(b - a),
        }
    }

    /// Signed distance of a point, positive on the left (metres).
    pub(super) fn cote(&self, p: Pt) -> f64 {
        croix(self.d, p - self.o)
    }

    /// The parallel line moved to the left.
    pub(super) fn decalee(&self, m: f64) -> Self {
        Self {
            o: self.o + gauche(self.d) * m,
            d: self.d,
        }
    }
}

pub(super) fn croix(a: Pt, b: Pt) -> f64 {
    a.x * b.y - a.y * b.x
}

pub(super) fn scalaire(a: Pt, b: Pt) -> f64 {
    a.x * b.x + a.y * b.y
}

pub(super) fn norme(a: Pt) -> f64 {
    scalaire(a, a).sqrt()
}

pub(super) fn unitaire(a: Pt) -> Pt {
    let n = norme(a);
    if n > 0.0 {
        a / n
    } else {
        Pt { x: 1.0, y: 0.0 }
    }
}

/// The vector turned by a quarter turn to the left.
pub(super) fn gauche(a: Pt) -> Pt {
    Pt { x: -a.y, y: a.x }
}

/// The unit vector turned by a small angle whose tangent is `t`.
pub(super) fn tournee(d: Pt, t: f64) -> Pt {
    unitaire(d + gauche(d) * t)
}

/// A convex cell, counter-clockwise, not closed; `bords[i]` belongs to the edge from `pts[i]` to `pts[i + 1]`.
#[derive(Clone, Debug)]
pub(super) struct Cellule {
    pub(super) pts: Vec<Pt>,
    pub(super) bords: Vec<Bord>,
}

/// The frame of a cell along its long side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axe {
    /// Unit vector along the long side.
    pub(super) u: Pt,
    /// Long and short sides of the bounding rectangle (metres).
    pub(super) long: f64,
    pub(super) large: f64,
}

impl Cellule {
    pub(super) fn aire(&self) -> f64 {
        aire(&self.pts)
    }

    /// Centre of mass.
    pub(super) fn centre(&self) -> Pt {
        let o = self.pts[0];
        let (mut c, mut a) = (Pt { x: 0.0, y: 0.0 }, 0.0);
        for w in self.pts[1..].windows(2) {
            let t = croix(w[0] - o, w[1] - o);
            c = c + (w[0] - o + (w[1] - o)) * (t / 3.0);
            a += t;
        }
        if a > 0.0 { o + c / a } else { o }
    }

    /// The smallest rectangle around the cell that lies along one of its edges.
    pub(super) fn axe(&self) -> Axe {
        let n = self.pts.len();
        let mut meilleur: Option<(f64, Axe)> = None;
        for i in 0..n {
            let cote = self.pts[(i + 1) % n] - self.pts[i];
            if norme(cote) < 3.0 {
                continue;
            }
            let axe = self.cadre(unitaire(cote));
            let surface = axe.long * axe.large;
            if meilleur.as_ref().is_none_or(|(s, _)| surface < *s * 0.995) {
                meilleur = Some((surface, axe));
            }
        }
        meilleur.map_or_else(|| self.cadre(Pt { x: 1.0, y: 0.0 }), |(_, axe)| axe)
    }

    /// The bounding rectangle along a direction, its long side first.
    pub(super) fn cadre(&self, u: Pt) -> Axe {
        let v = gauche(u);
        let (a0, a1) = etendue(&self.pts, u);
        let (b0, b1) = etendue(&self.pts, v);
        let (long, large) = (a1 - a0, b1 - b0);
        if long >= large {
            Axe { u, long, large }
        } else {
            Axe {
                u: v,
                long: large,
                large: long,
            }
        }
    }

    /// Cuts along a line: the part on its left and the part on its right.
    pub(super) fn couper(&self, droite: &Droite, bord: Bord) -> (Option<Self>, Option<Self>) {
        self.trancher(self.cotes(droite), bord, |_| true)
    }

    /// Cuts along a ray: behind its origin the border may be cut anywhere, because that end is thrown away.
    /// Moving that end onto a vertex would turn the whole cut around.
    pub(super) fn couper_depuis(
        &self,
        droite: &Droite,
        bord: Bord,
    ) -> (Option<Self>, Option<Self>) {
        self.trancher(self.cotes(droite), bord, |p| {
            scalaire(p - droite.o, droite.d) > 0.0
        })
    }

    fn cotes(&self, droite: &Droite) -> Vec<f64> {
        self.pts.iter().map(|&p| droite.cote(p)).collect()
    }

    /// Whether a line meets the commune's border along this cell.
    pub(super) fn sort_par(&self, droite: &Droite) -> bool {
        let n = self.pts.len();
        (0..n).any(|i| {
            self.bords[i] == Bord::Limite
                && droite.cote(self.pts[i]) * droite.cote(self.pts[(i + 1) % n]) <= 0.0
        })
    }

    /// Cuts where the signed distances `s` of the corners change sign.
    fn trancher(
        &self,
        mut s: Vec<f64>,
        bord: Bord,
        accroche: impl Fn(Pt) -> bool,
    ) -> (Option<Self>, Option<Self>) {
        let n = self.pts.len();
        for i in 0..n {
            let j = (i + 1) % n;
            if s[i] * s[j] < 0.0 {
                let l = norme(self.pts[j] - self.pts[i]);
                let t = s[i] / (s[i] - s[j]);
                let seuil = if self.bords[i] == Bord::Limite && accroche(self.pts[i]) {
                    l
                } else {
                    ACCROCHE
                };
                if t <= 0.5 && t * l <= seuil {
                    s[i] = 0.0;
                } else if t > 0.5 && (1.0 - t) * l <= seuil {
                    s[j] = 0.0;
                }
            } else if s[i].abs() < 1e-7 {
                s[i] = 0.0;
            }
        }
        (self.moitie(&s, 1.0, bord), self.moitie(&s, -1.0, bord))
    }

    fn moitie(&self, s: &[f64], signe: f64, bord: Bord) -> Option<Self> {
        let n = self.pts.len();
        let (mut pts, mut bords) = (Vec::with_capacity(n + 2), Vec::with_capacity(n + 2));
        for i in 0..n {
            let j = (i + 1) % n;
            let (a, b) = (s[i] * signe, s[j] * signe);
            if a >= 0.0 {
                pts.push(self.pts[i]);
                bords.push(if a == 0.0 && b < 0.0 {
                    bord
                } else {
                    self.bords[i]
                });
            }
            if a * b < 0.0 {
                pts.push(self.croisement(i, j, s));
                bords.push(if a > 0.0 { bord } else { self.bords[i] });
            }
        }
        let cellule = Self { pts, bords };
        (cellule.pts.len() >= 3 && cellule.aire() > 1.0).then_some(cellule)
    }

    /// The cut point of an edge, computed from its lower end so that both halves get the same bits.
    fn croisement(&self, i: usize, j: usize, s: &[f64]) -> Pt {
        let (a, b) = if s[i] < s[j] { (i, j) } else { (j, i) };
        self.pts[a] + (self.pts[b] - self.pts[a]) * (s[a] / (s[a] - s[b]))
    }

    /// The part on the left of the line.
    pub(super) fn a_gauche(&self, droite: &Droite, bord: Bord) -> Option<Self> {
        self.couper(droite, bord).0
    }

    /// The line across `u` that leaves the given share of the area behind it.
    pub(super) fn ligne_de_partage(&self, u: Pt, part: f64) -> Droite {
        let (a, b) = etendue(&self.pts, u);
        let cible = self.aire() * part;
        let (mut bas, mut haut) = (a, b);
        for _ in 0..18 {
            let milieu = f64::midpoint(bas, haut);
            if aire_derriere(&self.pts, u, milieu) < cible {
                bas = milieu;
            } else {
                haut = milieu;
            }
        }
        // Along `gauche(u)` the left side of the line is the near side, the one behind.
        Droite {
            o: u * f64::midpoint(bas, haut),
            d: gauche(u),
        }
    }

    /// Cuts the cell in two shares across `u`: first the share behind (small values along `u`), then the rest.
    pub(super) fn partager(&self, u: Pt, part: f64) -> (Option<Self>, Option<Self>) {
        self.couper(&self.ligne_de_partage(u, part), Bord::Fond)
    }

    /// Cuts into `n` slices of about equal area across `u`, in order along `u`.
    pub(super) fn tranches(&self, u: Pt, n: usize, gigue: &mut impl FnMut() -> f64) -> Vec<Self> {
        if n <= 1 {
            return vec![self.clone()];
        }
        let k = n / 2;
        let part = (k as f64 + gigue()) / n as f64;
        let (a, b) = self.partager(u, part.clamp(0.08, 0.92));
        let mut tout = a.map_or_else(Vec::new, |a| a.tranches(u, k, gigue));
        tout.extend(b.map_or_else(Vec::new, |b| b.tranches(u, n - k, gigue)));
        tout
    }
}

/// Area of a ring, positive when counter-clockwise (m²).
pub(super) fn aire(pts: &[Pt]) -> f64 {
    let Some(&o) = pts.first() else { return 0.0 };
    pts.windows(2)
        .map(|w| croix(w[0] - o, w[1] - o))
        .sum::<f64>()
        / 2.0
}

/// Range of the points along a direction.
pub(super) fn etendue(pts: &[Pt], u: Pt) -> (f64, f64) {
    pts.iter()
        .map(|&p| scalaire(p, u))
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), s| {
            (a.min(s), b.max(s))
        })
}

/// Area of the part of a convex ring whose coordinate along `u` is below `limite`.
fn aire_derriere(pts: &[Pt], u: Pt, limite: f64) -> f64 {
    let n = pts.len();
    let o = u * limite;
    let (mut somme, mut precedent): (f64, Option<Pt>) = (0.0, None);
    let mut ajouter = |p: Pt| {
        if let Some(q) = precedent {
            somme += croix(q - o, p - o);
        }
        precedent = Some(p);
    };
    let mut premier = None;
    for i in 0..n {
        let (p, q) = (pts[i], pts[(i + 1) % n]);
        let (a, b) = (scalaire(p, u) - limite, scalaire(q, u) - limite);
        if a <= 0.0 {
            premier.get_or_insert(p);
            ajouter(p);
        }
        if a * b < 0.0 {
            let c = p + (q - p) * (a / (a - b));
            premier.get_or_insert(c);
            ajouter(c);
        }
    }
    if let Some(p) = premier {
        ajouter(p);
    }
    somme / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carre(c: f64) -> Cellule {
        let p = |x, y| Pt { x, y };
        Cellule {
            pts: vec![p(0.0, 0.0), p(c, 0.0), p(c, c), p(0.0, c)],
            bords: vec![Bord::Rue; 4],
        }
    }

    #[test]
    fn halves_share_their_cut_and_their_area() {
        let droite = Droite::par(Pt { x: 0.0, y: 31.0 }, Pt { x: 100.0, y: 52.7 });
        let (a, b) = carre(100.0).couper(&droite, Bord::Fond);
        let (a, b) = (a.expect("left half"), b.expect("right half"));
        assert!((a.aire() + b.aire() - 10_000.0).abs() < 1e-9);
        let coupes = |c: &Cellule| {
            c.pts
                .iter()
                .filter(|p| droite.cote(**p).abs() < 1e-9)
                .map(|p| (p.x.to_bits(), p.y.to_bits()))
                .collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(coupes(&a), coupes(&b));
        assert_eq!(a.bords.iter().filter(|&&t| t == Bord::Fond).count(), 1);
    }

    #[test]
    fn shares_have_the_asked_area() {
        let (a, b) = carre(60.0).partager(tournee(Pt { x: 1.0, y: 0.0 }, 0.4), 0.25);
        assert!((a.expect("share").aire() - 900.0).abs() < 1.0);
        assert!((b.expect("rest").aire() - 2700.0).abs() < 1.0);
    }

    #[test]
    fn the_border_is_cut_only_at_its_vertices() {
        let mut c = carre(100.0);
        c.pts.insert(1, Pt { x: 40.0, y: 0.0 });
        c.bords = vec![Bord::Limite, Bord::Limite, Bord::Rue, Bord::Rue, Bord::Rue];
        let (a, _) = c.couper(
            &Droite::par(Pt { x: 52.0, y: 0.0 }, Pt { x: 52.0, y: 9.0 }),
            Bord::Fond,
        );
        assert!(
            a.expect("left")
                .pts
                .iter()
                .any(|p| p.x == 40.0 && p.y == 0.0)
        );
    }

    #[test]
    fn slices_are_in_order() {
        let t = carre(90.0).tranches(Pt { x: 1.0, y: 0.0 }, 5, &mut || 0.0);
        assert_eq!(t.len(), 5);
        assert!(t.windows(2).all(|w| w[0].centre().x < w[1].centre().x));
        assert!(t.iter().all(|c| (c.aire() - 1620.0).abs() < 1.0));
    }
}
