//! The plan of a commune: roads, river, railway, old town, faubourgs, quarters and blocks.
//!
//! Every block is kept twice: its gross cell, up to the middle of the streets (gross cells tile the commune,
//! zones are made of them), and its net cell, what is left to build on. The difference is the public domain,
//! which the cadastre does not parcel.

use super::alea::{Alea, bruit};
use super::grille::{LARGEUR_RAIL, LARGEUR_RIVIERE, Territoire};
use super::plan::{Bord, Cellule, Droite, Pt, croix, norme, scalaire, tournee, unitaire};

/// Where a block stands in the town.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Coeur,
    Faubourg,
    Quartier,
    Campagne,
    Rail,
}

/// A block: gross and net cell.
#[derive(Clone, Debug)]
pub(super) struct Maille {
    pub(super) brut: Cellule,
    pub(super) net: Option<Cellule>,
    pub(super) place: Place,
    /// Blocks of one quarter share cadastral sections.
    pub(super) quartier: usize,
}

/// Measures of a town (metres).
#[derive(Clone, Copy, Debug)]
pub(super) struct Mesures {
    /// Radius of the old town, of the faubourgs, of the built-up area.
    pub(super) coeur: f64,
    pub(super) faubourg: f64,
    pub(super) ville: f64,
}

impl Mesures {
    pub(super) fn pour(rayon: f64) -> Self {
        Self {
            coeur: (rayon * 0.2).clamp(70.0, 165.0),
            faubourg: (rayon * 0.42).clamp(118.0, 330.0),
            ville: rayon,
        }
    }
}

impl Maille {
    /// Cuts along a line, leaving a strip of public domain of the given width. A lane never reaches the commune's
    /// border, where the neighbour would not know its two sides: only departmental roads do, at known vertices.
    fn couper(&self, ligne: &Droite, largeur: f64, bord: Bord) -> [Option<Self>; 2] {
        let nets = match &self.net {
            Some(net) if largeur > 0.0 && !net.sort_par(ligne) => (
                net.couper(&ligne.decalee(largeur / 2.0), bord).0,
                net.couper(&ligne.decalee(-largeur / 2.0), bord).1,
            ),
            Some(net) => net.couper(ligne, if largeur > 0.0 { Bord::Fond } else { bord }),
            None => (None, None),
        };
        self.moities(ligne, bord, nets)
    }

    /// Cuts along the river, whose two banks are vertices of the border.
    fn couper_riviere(&self, ligne: &Droite) -> [Option<Self>; 2] {
        let rive = |d: f64| {
            self.net
                .as_ref()
                .map(|net| net.couper(&ligne.decalee(d), Bord::Eau))
        };
        let nets = (
            rive(LARGEUR_RIVIERE / 2.0).and_then(|r| r.0),
            rive(-LARGEUR_RIVIERE / 2.0).and_then(|r| r.1),
        );
        self.moities(ligne, Bord::Eau, nets)
    }

    fn moities(
        &self,
        ligne: &Droite,
        bord: Bord,
        (ng, nd): (Option<Cellule>, Option<Cellule>),
    ) -> [Option<Self>; 2] {
        let (bg, bd) = self.brut.couper(ligne, bord);
        let faire = |b: Option<Cellule>, n: Option<Cellule>| {
            b.map(|brut| Self {
                brut,
                net: n,
                ..self.clone()
            })
        };
        [faire(bg, ng), faire(bd, nd)]
    }

    /// Halves across `u` at a share of the area, without a street.
    pub(super) fn diviser(self, u: Pt, part: f64) -> (Self, Option<Self>) {
        let Some(net) = &self.net else {
            return (self, None);
        };
        let ligne = net.ligne_de_partage(u, part);
        match self.couper(&ligne, 0.0, Bord::Fond) {
            [Some(a), Some(b)] if a.net.is_some() && b.net.is_some() => (a, Some(b)),
            _ => (self, None),
        }
    }

    pub(super) fn aire(&self) -> f64 {
        self.net.as_ref().map_or(0.0, Cellule::aire)
    }
}

/// Lays out the commune.
pub(super) fn tracer(t: &Territoire, m: Mesures, graine: u64, alea: &mut Alea) -> Vec<Maille> {
    let rayons = rayons(t);
    let coins: Vec<Pt> = coins_du_coeur(t.centre, &rayons, m.coeur, alea);
    let n = rayons.len();
    let mut mailles = Vec::new();
    let mut quartier = 0;

    let coeur = Cellule {
        pts: coins.clone(),
        bords: vec![Bord::Rue; n],
    };
    let net = (0..n).try_fold(coeur.clone(), |c, i| {
        c.a_gauche(
            &Droite::par(coins[i], coins[(i + 1) % n]).decalee(5.5),
            Bord::Rue,
        )
    });
    mailles.push(Maille {
        brut: coeur,
        net,
        place: Place::Coeur,
        quartier,
    });

    for i in 0..n {
        let j = (i + 1) % n;
        let (di, dj) = (
            Droite {
                o: t.centre,
                d: rayons[i].0,
            },
            Droite {
                o: t.centre,
                d: rayons[j].0,
            },
        );
        let corde = Droite::par(coins[i], coins[j]);
        let bord = |k: usize| {
            if rayons[k].1 > 0.0 {
                Bord::Rue
            } else {
                Bord::Fond
            }
        };
        let secteur = |a: f64, b: f64, c: f64| {
            t.cellule
                .couper_depuis(&di.decalee(a), bord(i))
                .0?
                .couper_depuis(&dj.decalee(-b), bord(j))
                .1?
                .couper(&corde.decalee(-c), Bord::Rue)
                .1
        };
        let Some(brut) = secteur(0.0, 0.0, 0.0) else {
            continue;
        };
        let net = secteur(rayons[i].1 / 2.0, rayons[j].1 / 2.0, 5.5);
        let entier = Maille {
            brut,
            net,
            place: Place::Campagne,
            quartier: 0,
        };
        let rayon = |r: f64, d: Pt, k: f64| t.centre + d * (r * k);
        let (ki, kj) = (alea.entre(0.9, 1.12), alea.entre(0.9, 1.12));
        let corde2 = Droite::par(
            rayon(m.faubourg, rayons[i].0, ki),
            rayon(m.faubourg, rayons[j].0, kj),
        );
        for bande in bandes(entier, t) {
            if bande.place == Place::Rail {
                quartier += 1;
                mailles.push(Maille { quartier, ..bande });
                continue;
            }
            let [dedans, dehors] = bande.couper(&corde2, 9.0, Bord::Rue);
            if let Some(d) = dedans {
                quartier += 1;
                ilots(
                    Maille {
                        place: Place::Faubourg,
                        quartier,
                        ..d
                    },
                    alea,
                    &mut mailles,
                );
            }
            if let Some(d) = dehors {
                quartiers(d, t.centre, m, graine, &mut quartier, alea, &mut mailles);
            }
        }
    }
    mailles
}

/// Directions and widths of the roads out of the town, in order; a limit without a road (width 0) is added where two
/// roads leave too wide a gap, so that sectors stay compact.
fn rayons(t: &Territoire) -> Vec<(Pt, f64)> {
    let mut r: Vec<(Pt, f64)> = t
        .routes
        .iter()
        .map(|r| (unitaire(r.sortie - t.centre), r.largeur))
        .collect();
    let angle = |d: Pt| if d.y >= 0.0 { 1.0 - d.x } else { 3.0 + d.x };
    if r.is_empty() {
        r.push((Pt { x: 0.8, y: 0.6 }, 8.0));
    }
    loop {
        r.sort_by(|a, b| angle(a.0).total_cmp(&angle(b.0)));
        let n = r.len();
        // A gap is too wide above about 100°.
        let large = (0..n).find(|&i| {
            let (a, b) = (r[i].0, r[(i + 1) % n].0);
            n == 1 || croix(a, b) <= 0.0 || scalaire(a, b) < -0.18
        });
        let Some(i) = large else { break };
        let (a, b) = (r[i].0, r[(i + 1) % n].0);
        let milieu = if n == 1 {
            tournee(a, 8.0)
        } else if croix(a, b) > 0.0 {
            unitaire(a + b)
        } else {
            let s = a + b;
            if norme(s) < 0.2 {
                tournee(a, 9.0)
            } else {
                unitaire(s) * -1.0
            }
        };
        // Towards a vertex of the border, where plots of both sides may meet.
        let bout = t
            .cellule
            .pts
            .iter()
            .map(|&p| unitaire(p - t.centre))
            .max_by(|a, b| scalaire(*a, milieu).total_cmp(&scalaire(*b, milieu)));
        r.push((bout.unwrap_or(milieu), 0.0));
    }
    r
}

/// Corners of the old town on the roads, scaled to the wanted area and kept convex.
fn coins_du_coeur(centre: Pt, rayons: &[(Pt, f64)], coeur: f64, alea: &mut Alea) -> Vec<Pt> {
    let n = rayons.len();
    let poser = |k: &[f64]| {
        rayons
            .iter()
            .zip(k)
            .map(|(r, k)| centre + r.0 * *k)
            .collect::<Vec<Pt>>()
    };
    let gigue: Vec<f64> = (0..n).map(|_| alea.entre(0.86, 1.16)).collect();
    let convexe = |p: &[Pt]| {
        (0..n).all(|i| croix(p[(i + 1) % n] - p[i], p[(i + 2) % n] - p[(i + 1) % n]) > 1e-3)
    };
    let essai = poser(&gigue);
    let k = if convexe(&essai) { gigue } else { vec![1.0; n] };
    let echelle = (3.0 * coeur * coeur / super::plan::aire(&poser(&k)).max(0.1)).sqrt();
    poser(&k.iter().map(|x| x * echelle).collect::<Vec<_>>())
}

/// Cuts out the river (public domain) and the railway (parcelled land of its own).
fn bandes(entier: Maille, t: &Territoire) -> Vec<Maille> {
    let mut pieces = vec![entier];
    if let Some(r) = &t.riviere {
        pieces = pieces
            .iter()
            .flat_map(|m| m.couper_riviere(r))
            .flatten()
            .collect();
    }
    if let Some(r) = &t.rail {
        let mut suite = Vec::new();
        for m in pieces {
            let [haut, reste] = m.couper(&r.decalee(LARGEUR_RAIL / 2.0), 0.0, Bord::Rail);
            suite.extend(haut);
            if let Some(reste) = reste {
                let [voie, bas] = reste.couper(&r.decalee(-LARGEUR_RAIL / 2.0), 0.0, Bord::Rail);
                suite.extend(voie.map(|v| Maille {
                    place: Place::Rail,
                    ..v
                }));
                suite.extend(bas);
            }
        }
        pieces = suite;
    }
    pieces
}

/// Blocks of a faubourg.
fn ilots(m: Maille, alea: &mut Alea, sortie: &mut Vec<Maille>) {
    if m.aire() < 7500.0 * alea.entre(0.7, 1.3) {
        sortie.push(m);
        return;
    }
    let Some(net) = &m.net else {
        sortie.push(m);
        return;
    };
    let axe = net.axe();
    let ligne = net.ligne_de_partage(tournee(axe.u, alea.cloche() * 0.09), alea.entre(0.38, 0.62));
    for moitie in m
        .couper(&ligne, alea.entre(6.0, 9.0), Bord::Rue)
        .into_iter()
        .flatten()
    {
        ilots(moitie, alea, sortie);
    }
}

/// Effective distance from the centre: the town grows more along some sides than others.
pub(super) fn distance(p: Pt, centre: Pt, graine: u64) -> f64 {
    norme(p - centre) * (1.0 + 0.3 * bruit(graine ^ 0x21, p.x / 380.0, p.y / 380.0))
}

/// Splits a sector into quarters, and those of the town into blocks.
fn quartiers(
    m: Maille,
    centre: Pt,
    mes: Mesures,
    graine: u64,
    quartier: &mut usize,
    alea: &mut Alea,
    sortie: &mut Vec<Maille>,
) {
    let Some(net) = &m.net else {
        sortie.push(m);
        return;
    };
    let axe = net.axe();
    let proche = norme(net.centre() - centre) - axe.long * 0.35;
    let cible = if proche < mes.ville * 1.05 {
        78_000.0
    } else if proche < mes.ville * 1.5 {
        150_000.0
    } else {
        260_000.0
    };
    if net.aire() > cible * alea.entre(0.7, 1.3) {
        let ligne =
            net.ligne_de_partage(tournee(axe.u, alea.cloche() * 0.11), alea.entre(0.38, 0.62));
        let urbain = proche < mes.ville * 1.1;
        let largeur = if urbain {
            alea.entre(8.5, 11.0)
        } else if alea.chance(0.85) {
            5.5
        } else {
            0.0
        };
        let bord = if largeur > 0.0 { Bord::Rue } else { Bord::Fond };
        for moitie in m.couper(&ligne, largeur, bord).into_iter().flatten() {
            quartiers(moitie, centre, mes, graine, quartier, alea, sortie);
        }
        return;
    }
    *quartier += 1;
    let m = Maille {
        quartier: *quartier,
        ..m
    };
    if distance(m.brut.centre(), centre, graine) < mes.ville * 1.22 {
        blocs(m, centre, mes, graine, alea, sortie);
    } else {
        sortie.push(m);
    }
}

fn blocs(
    m: Maille,
    centre: Pt,
    mes: Mesures,
    graine: u64,
    alea: &mut Alea,
    sortie: &mut Vec<Maille>,
) {
    let Some(net) = &m.net else {
        sortie.push(m);
        return;
    };
    let axe = net.axe();
    let cible = if norme(net.centre() - centre) < mes.ville * 0.6 {
        13_500.0
    } else {
        21_000.0
    };
    if net.aire() > cible * alea.entre(0.65, 1.5) || axe.long > axe.large * 3.0 && axe.long > 150.0
    {
        let ligne =
            net.ligne_de_partage(tournee(axe.u, alea.cloche() * 0.1), alea.entre(0.36, 0.64));
        for moitie in m
            .couper(&ligne, alea.entre(7.0, 9.5), Bord::Rue)
            .into_iter()
            .flatten()
        {
            blocs(moitie, centre, mes, graine, alea, sortie);
        }
        return;
    }
    let urbain = distance(m.brut.centre(), centre, graine) < mes.ville;
    sortie.push(Maille {
        place: if urbain {
            Place::Quartier
        } else {
            Place::Campagne
        },
        ..m
    });
}
