//! Placing buildings inside a parcel: a local frame on the street front, and shapes that must fit.

use super::deformation::au_centimetre;
use super::plan::{Bord, Pt, aire, gauche, norme, scalaire, unitaire};
use super::topologie::dedans;

/// A building outline on the ground.
#[derive(Clone, Debug)]
pub(super) struct Bati {
    /// Open ring, counter-clockwise.
    pub(super) anneau: Vec<Pt>,
    /// Light construction (shed, shelter): cadastre type `02`.
    pub(super) leger: bool,
    /// Height to the gutter (metres).
    pub(super) hauteur: f64,
}

/// A parcel seen from its street: `x` along the front, `y` inward (metres).
pub(super) struct Chantier {
    o: Pt,
    u: Pt,
    v: Pt,
    anneau: Vec<Pt>,
    rectangles: Vec<[f64; 4]>,
    pub(super) x: (f64, f64),
    pub(super) y: (f64, f64),
    pub(super) batis: Vec<Bati>,
}

impl Chantier {
    /// Sets the frame on the longest street front, or on the longest side when the parcel has none.
    pub(super) fn ouvrir(anneau: &[Pt], bords: &[Bord]) -> Self {
        let (a, b) = front(anneau, bords, Bord::Rue).unwrap_or_else(|| plus_long_cote(anneau));
        let u = unitaire(b - a);
        let v = gauche(u);
        let local: Vec<Pt> = anneau
            .iter()
            .map(|&p| Pt {
                x: scalaire(p - a, u),
                y: scalaire(p - a, v),
            })
            .collect();
        let borne = |f: fn(&Pt) -> f64| {
            local
                .iter()
                .map(f)
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(m, n), s| {
                    (m.min(s), n.max(s))
                })
        };
        let (x, y) = (borne(|p| p.x), borne(|p| p.y));
        Self {
            o: a,
            u,
            v,
            anneau: local,
            rectangles: Vec::new(),
            x,
            y,
            batis: Vec::new(),
        }
    }

    /// Turns the frame so that `x` runs along the longer side.
    pub(super) fn en_long(mut self) -> Self {
        if self.profondeur() > self.largeur() * 1.15 {
            let (u, v) = (self.v, self.u * -1.0);
            for p in &mut self.anneau {
                *p = Pt { x: p.y, y: -p.x };
            }
            let (x, y) = (self.y, (-self.x.1, -self.x.0));
            Self { u, v, x, y, ..self }
        } else {
            self
        }
    }

    pub(super) fn largeur(&self) -> f64 {
        self.x.1 - self.x.0
    }

    pub(super) fn profondeur(&self) -> f64 {
        self.y.1 - self.y.0
    }

    pub(super) fn aire(&self) -> f64 {
        aire(&self.anneau)
    }

    fn contient(&self, forme: &[Pt]) -> bool {
        let n = forme.len();
        let milieu = |i: usize| (forme[i] + forme[(i + 1) % n]) * 0.5;
        (0..n).all(|i| dedans(&self.anneau, forme[i]) && dedans(&self.anneau, milieu(i)))
            && !self.anneau.iter().any(|&p| dedans(forme, p))
    }

    fn au_sol(&self, forme: &[Pt]) -> Vec<Pt> {
        let mut pts: Vec<Pt> = Vec::with_capacity(forme.len());
        for p in forme {
            let q = au_centimetre(self.o + self.u * p.x + self.v * p.y);
            if pts.last() != Some(&q) {
                pts.push(q);
            }
        }
        if pts.len() > 1 && pts.first() == pts.last() {
            pts.pop();
        }
        pts
    }

    fn poser(&mut self, forme: &[Pt], emprise: [f64; 4], leger: bool, hauteur: f64) -> bool {
        let libre = |r: &[f64; 4]| {
            emprise[2] <= r[0] || emprise[0] >= r[2] || emprise[3] <= r[1] || emprise[1] >= r[3]
        };
        if !self.rectangles.iter().all(libre) || !self.contient(forme) {
            return false;
        }
        self.rectangles.push(emprise);
        let anneau = self.au_sol(forme);
        self.batis.push(Bati {
            anneau,
            leger,
            hauteur,
        });
        true
    }

    /// A rectangle from its corner nearest to the street.
    pub(super) fn rectangle(
        &mut self,
        x: f64,
        y: f64,
        l: f64,
        p: f64,
        leger: bool,
        hauteur: f64,
    ) -> bool {
        let forme = [
            Pt { x, y },
            Pt { x: x + l, y },
            Pt { x: x + l, y: y + p },
            Pt { x, y: y + p },
        ];
        self.poser(&forme, [x, y, x + l, y + p], leger, hauteur)
    }

    /// An L: a main body and a wing of width `aile` and length `q` behind it, on the right or the left.
    pub(super) fn equerre(
        &mut self,
        x: f64,
        y: f64,
        (l, p): (f64, f64),
        (aile, q): (f64, f64),
        droite: bool,
        hauteur: f64,
    ) -> bool {
        let pt = |x, y| Pt { x, y };
        let forme = if droite {
            [
                pt(x, y),
                pt(x + l, y),
                pt(x + l, y + p + q),
                pt(x + l - aile, y + p + q),
                pt(x + l - aile, y + p),
                pt(x, y + p),
            ]
        } else {
            [
                pt(x, y),
                pt(x + l, y),
                pt(x + l, y + p),
                pt(x + aile, y + p),
                pt(x + aile, y + p + q),
                pt(x, y + p + q),
            ]
        };
        self.poser(&forme, [x, y, x + l, y + p + q], false, hauteur)
    }

    /// Tries a rectangle at its wish, then ever nearer to the middle of the parcel and smaller.
    pub(super) fn inscrire(
        &mut self,
        x: f64,
        y: f64,
        l: f64,
        p: f64,
        leger: bool,
        hauteur: f64,
    ) -> bool {
        let c = self.milieu();
        let (mut cx, mut cy, mut l, mut p) = (x + l / 2.0, y + p / 2.0, l, p);
        for _ in 0..7 {
            if self.rectangle(cx - l / 2.0, cy - p / 2.0, l, p, leger, hauteur) {
                return true;
            }
            (cx, cy) = (cx + (c.x - cx) * 0.3, cy + (c.y - cy) * 0.3);
            (l, p) = (l * 0.9, p * 0.9);
        }
        false
    }

    /// The part of the parcel between two depths, from side to side: a terraced house.
    pub(super) fn bande(&mut self, y0: f64, y1: f64, hauteur: f64) -> bool {
        let coupe = |forme: Vec<Pt>, limite: f64, signe: f64| -> Vec<Pt> {
            let n = forme.len();
            let mut r = Vec::with_capacity(n + 2);
            for i in 0..n {
                let (p, q) = (forme[i], forme[(i + 1) % n]);
                let (a, b) = ((p.y - limite) * signe, (q.y - limite) * signe);
                if a >= 0.0 {
                    r.push(p);
                }
                if a * b < 0.0 {
                    r.push(p + (q - p) * (a / (a - b)));
                }
            }
            r
        };
        let forme = coupe(coupe(self.anneau.clone(), y0, 1.0), y1, -1.0);
        if forme.len() < 3 || aire(&forme) < 18.0 {
            return false;
        }
        let x = forme
            .iter()
            .map(|p| p.x)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
                (a.min(v), b.max(v))
            });
        self.rectangles.push([x.0, y0, x.1, y1]);
        let anneau = self.au_sol(&forme);
        if anneau.len() < 3 {
            return false;
        }
        self.batis.push(Bati {
            anneau,
            leger: false,
            hauteur,
        });
        true
    }

    /// Mean of the corners, a point well inside an ordinary parcel.
    pub(super) fn milieu(&self) -> Pt {
        Pt {
            x: f64::midpoint(self.x.0, self.x.1),
            y: f64::midpoint(self.y.0, self.y.1),
        }
    }
}

/// The longest run of edges of a kind, from its first to its last corner.
pub(super) fn front(anneau: &[Pt], bords: &[Bord], bord: Bord) -> Option<(Pt, Pt)> {
    let n = anneau.len();
    let depart = (0..n).find(|&i| bords[i] != bord).unwrap_or(0);
    let mut meilleur: Option<(f64, Pt, Pt)> = None;
    let mut debut: Option<Pt> = None;
    for k in 0..=n {
        let i = (depart + k) % n;
        // A run also ends at a street corner, where the front turns.
        let tourne = debut.is_some() && {
            let (p, q, r) = (anneau[(i + n - 1) % n], anneau[i], anneau[(i + 1) % n]);
            scalaire(unitaire(q - p), unitaire(r - q)) < 0.8
        };
        if (k == n || bords[i] != bord || tourne)
            && let Some(a) = debut.take()
        {
            let l = norme(anneau[i] - a);
            if meilleur.is_none_or(|(m, ..)| l > m) {
                meilleur = Some((l, a, anneau[i]));
            }
        }
        if k < n && bords[i] == bord && debut.is_none() {
            debut = Some(anneau[i]);
        }
    }
    meilleur.filter(|m| m.0 > 1.5).map(|(_, a, b)| (a, b))
}

fn plus_long_cote(anneau: &[Pt]) -> (Pt, Pt) {
    let n = anneau.len();
    (0..n)
        .map(|i| (anneau[i], anneau[(i + 1) % n]))
        .max_by(|a, b| norme(a.1 - a.0).total_cmp(&norme(b.1 - b.0)))
        .unwrap_or((Pt { x: 0.0, y: 0.0 }, Pt { x: 1.0, y: 0.0 }))
}
