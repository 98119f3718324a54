//! Shared boundaries: every vertex that lies on a neighbour's edge is written on both sides, then the
//! edges are bent by the deformation, each once, whichever side asks. Parcels so touch without gap or overlap.

use std::collections::HashMap;

use super::deformation::{Deformation, au_centimetre};
use super::plan::{Bord, Cellule, Pt, aire, croix, norme, scalaire};

/// Points nearer than this are one point (metres): more than [`SUR_ARETE`], so that a point beside a corner is that corner.
const FUSION: f64 = 0.16;
/// A point nearer than this to an edge lies on it (metres).
const SUR_ARETE: f64 = 0.1;
/// Side of the search grid (metres).
const PAS: f64 = 24.0;

/// A closed chain of numbered points (not repeated at the end) with the kind of each edge.
#[derive(Clone, Debug, Default)]
pub(super) struct Chaine {
    pub(super) points: Vec<u32>,
    pub(super) bords: Vec<Bord>,
}

/// The numbered points of one commune.
#[derive(Debug, Default)]
pub(super) struct Noeuds {
    points: Vec<Pt>,
    fusion: HashMap<(i64, i64), Vec<u32>>,
    grille: HashMap<(i32, i32), Vec<u32>>,
}

impl Noeuds {
    /// Number of a point, the same as that of a point already known within [`FUSION`].
    pub(super) fn numero(&mut self, p: Pt) -> u32 {
        let case = |v: f64| (v / FUSION).floor() as i64;
        let (i, j) = (case(p.x), case(p.y));
        for di in -1..=1 {
            for dj in -1..=1 {
                let voisins = self
                    .fusion
                    .get(&(i + di, j + dj))
                    .map_or(&[][..], Vec::as_slice);
                if let Some(&k) = voisins
                    .iter()
                    .find(|&&k| norme(self.points[k as usize] - p) < FUSION)
                {
                    return k;
                }
            }
        }
        let k = self.points.len() as u32;
        self.points.push(p);
        self.fusion.entry((i, j)).or_default().push(k);
        self.grille
            .entry(((p.x / PAS).floor() as i32, (p.y / PAS).floor() as i32))
            .or_default()
            .push(k);
        k
    }

    /// Numbers the corners of a cell.
    pub(super) fn chaine(&mut self, cellule: &Cellule) -> Chaine {
        let mut c = Chaine::default();
        for (&p, &b) in cellule.pts.iter().zip(&cellule.bords) {
            let k = self.numero(p);
            if c.points.last() != Some(&k) {
                c.points.push(k);
                c.bords.push(b);
            }
        }
        if c.points.len() > 1 && c.points.first() == c.points.last() {
            c.points.pop();
            c.bords.pop();
        }
        c
    }

    /// The chain with every known point that lies on its edges. Call once all points are numbered.
    pub(super) fn nouee(&self, c: &Chaine) -> Chaine {
        let mut r = Chaine::default();
        let n = c.points.len();
        for i in 0..n {
            let (a, b) = (c.points[i], c.points[(i + 1) % n]);
            r.points.push(a);
            r.bords.push(c.bords[i]);
            for k in self.sur_arete(a, b) {
                r.points.push(k);
                r.bords.push(c.bords[i]);
            }
        }
        r
    }

    /// The corners of a chain, as they were given.
    pub(super) fn sommets(&self, c: &Chaine) -> Vec<Pt> {
        c.points.iter().map(|&k| self.points[k as usize]).collect()
    }

    fn sur_arete(&self, a: u32, b: u32) -> Vec<u32> {
        let (p, q) = (self.points[a as usize], self.points[b as usize]);
        let (d, l) = (q - p, norme(q - p));
        if l < 2.0 * SUR_ARETE {
            return Vec::new();
        }
        let u = d / l;
        let mut trouves: Vec<(f64, u32)> = Vec::new();
        let pas = (l / (PAS * 0.5)).ceil() as usize;
        let mut vues: Vec<(i32, i32)> = Vec::with_capacity(pas * 2 + 6);
        for e in 0..=pas {
            let m = p + d * (e as f64 / pas as f64);
            // The four cells around the sample, shifted by the tolerance, so that no cell under the edge is missed.
            for (dx, dy) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
                let case = (
                    ((m.x + dx * PAS * 0.3) / PAS).floor() as i32,
                    ((m.y + dy * PAS * 0.3) / PAS).floor() as i32,
                );
                if vues.contains(&case) {
                    continue;
                }
                vues.push(case);
                for &k in self.grille.get(&case).map_or(&[][..], Vec::as_slice) {
                    let v = self.points[k as usize] - p;
                    let t = scalaire(v, u);
                    if k != a
                        && k != b
                        && t > FUSION / 2.0
                        && t < l - FUSION / 2.0
                        && croix(u, v).abs() < SUR_ARETE
                    {
                        trouves.push((t, k));
                    }
                }
            }
        }
        trouves.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
        trouves.into_iter().map(|(_, k)| k).collect()
    }

    /// Moves a chain to the ground: an open ring at the centimetre, with the kind of each edge.
    pub(super) fn au_sol(&self, c: &Chaine, deformation: &Deformation) -> (Vec<Pt>, Vec<Bord>) {
        let (mut pts, mut bords): (Vec<Pt>, Vec<Bord>) = (Vec::new(), Vec::new());
        let mut poser = |p: Pt, b: Bord| {
            let p = au_centimetre(p);
            if pts.last() != Some(&p) {
                pts.push(p);
                bords.push(b);
            }
        };
        let n = c.points.len();
        let mut milieux = Vec::new();
        for i in 0..n {
            let (a, b) = (c.points[i], c.points[(i + 1) % n]);
            let (p, q) = (self.points[a as usize], self.points[b as usize]);
            poser(deformation.terrain(p), c.bords[i]);
            milieux.clear();
            // Always bent from its lower number to its higher one, so that both sides agree.
            if a < b {
                courber(p, q, deformation, 5, &mut milieux);
            } else {
                courber(q, p, deformation, 5, &mut milieux);
            }
            if a > b {
                milieux.reverse();
            }
            for &m in &milieux {
                poser(m, c.bords[i]);
            }
        }
        if pts.len() > 1 && pts.first() == pts.last() {
            pts.pop();
            bords.pop();
        }
        (pts, bords)
    }
}

/// Adds the points an edge needs to follow the ground to within half a metre (a little more when it is long).
fn courber(a: Pt, b: Pt, deformation: &Deformation, profondeur: u32, sortie: &mut Vec<Pt>) {
    let l = norme(b - a);
    if profondeur == 0 || l < 9.0 {
        return;
    }
    let (ta, tb) = (deformation.terrain(a), deformation.terrain(b));
    let tolerance = (0.3 + l * 0.006).min(1.1);
    let ecart = |t: f64| norme(deformation.terrain(a + (b - a) * t) - (ta + (tb - ta) * t));
    if ecart(0.5) > tolerance || (l > 70.0 && (ecart(0.25) > tolerance || ecart(0.75) > tolerance))
    {
        let m = (a + b) * 0.5;
        courber(a, m, deformation, profondeur - 1, sortie);
        sortie.push(deformation.terrain(m));
        courber(m, b, deformation, profondeur - 1, sortie);
    }
}

/// The union of noded chains that tile an area: outer chains first, each followed by its holes.
pub(super) fn reunir(noeuds: &Noeuds, chaines: &[&Chaine]) -> Vec<Vec<Chaine>> {
    let mut aretes: HashMap<(u32, u32), Bord> = HashMap::new();
    let mut ordre: Vec<(u32, u32)> = Vec::new();
    for c in chaines {
        let n = c.points.len();
        for i in 0..n {
            let (a, b) = (c.points[i], c.points[(i + 1) % n]);
            if aretes.remove(&(b, a)).is_none() && aretes.insert((a, b), c.bords[i]).is_none() {
                ordre.push((a, b));
            }
        }
    }
    let mut depuis: HashMap<u32, Vec<u32>> = HashMap::new();
    for &(a, b) in &ordre {
        if aretes.contains_key(&(a, b)) {
            depuis.entry(a).or_default().push(b);
        }
    }
    let mut anneaux: Vec<Chaine> = Vec::new();
    for &(a0, b0) in &ordre {
        if !aretes.contains_key(&(a0, b0)) {
            continue;
        }
        let mut anneau = Chaine::default();
        let (mut a, mut b) = (a0, b0);
        while let Some(bord) = aretes.remove(&(a, b)) {
            anneau.points.push(a);
            anneau.bords.push(bord);
            let Some(c) = suite(
                noeuds,
                a,
                b,
                depuis.get(&b).map_or(&[][..], Vec::as_slice),
                &aretes,
            ) else {
                break;
            };
            (a, b) = (b, c);
        }
        if anneau.points.len() >= 3 {
            anneaux.push(anneau);
        }
    }
    emboiter(noeuds, anneaux)
}

/// The next corner after the edge `a → b`: the sharpest turn to the left, which stays along the same area.
fn suite(
    noeuds: &Noeuds,
    a: u32,
    b: u32,
    candidats: &[u32],
    aretes: &HashMap<(u32, u32), Bord>,
) -> Option<u32> {
    let pt = |k: u32| noeuds.points[k as usize];
    let d = pt(b) - pt(a);
    // A monotone stand-in for the turning angle in (-180°, 180°], without trigonometry.
    let angle = |c: u32| {
        let e = pt(c) - pt(b);
        let (x, y) = (scalaire(d, e), croix(d, e));
        let k = y / (x.abs() + y.abs());
        if x >= 0.0 {
            k
        } else if y >= 0.0 {
            2.0 - k
        } else {
            -2.0 - k
        }
    };
    candidats
        .iter()
        .copied()
        .filter(|&c| aretes.contains_key(&(b, c)))
        .max_by(|&x, &y| angle(x).total_cmp(&angle(y)))
}

/// Puts each clockwise ring into the smallest counter-clockwise ring that holds it.
fn emboiter(noeuds: &Noeuds, anneaux: Vec<Chaine>) -> Vec<Vec<Chaine>> {
    let sommets = |c: &Chaine| {
        c.points
            .iter()
            .map(|&k| noeuds.points[k as usize])
            .collect::<Vec<_>>()
    };
    let (pleins, trous): (Vec<Chaine>, Vec<Chaine>) =
        anneaux.into_iter().partition(|c| aire(&sommets(c)) > 0.0);
    let contours: Vec<Vec<Pt>> = pleins.iter().map(&sommets).collect();
    let mut surfaces: Vec<Vec<Chaine>> = pleins.into_iter().map(|c| vec![c]).collect();
    for trou in trous {
        let s = sommets(&trou);
        let temoin = (s[0] + s[1]) * 0.5;
        let hote = (0..contours.len())
            .filter(|&i| dedans(&contours[i], temoin))
            .min_by(|&i, &j| aire(&contours[i]).total_cmp(&aire(&contours[j])));
        if let Some(i) = hote {
            surfaces[i].push(trou);
        }
    }
    surfaces
}

/// Whether a point lies inside a ring (even-odd rule).
pub(super) fn dedans(anneau: &[Pt], p: Pt) -> bool {
    let n = anneau.len();
    let mut interieur = false;
    for i in 0..n {
        let (a, b) = (anneau[i], anneau[(i + 1) % n]);
        if (a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x) {
            interieur = !interieur;
        }
    }
    interieur
}
