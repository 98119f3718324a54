//! A commune on the ground: parcels with their cadastral numbers and buildings, zones, sites.

use std::collections::BTreeMap;

use super::alea::{Alea, Objet};
use super::bati::construire;
use super::chantier::Bati;
use super::commune::Commune;
use super::deformation::Deformation;
use super::grille::{Hexagone, LARGEUR_RIVIERE, Territoire};
use super::plan::{Bord, Cellule, Pt, aire};
use super::programme::{Bloc, Site, remplir};
use super::topologie::{Chaine, Noeuds, reunir};
use super::trace::{Mesures, tracer};
use super::usages::{Usage, Zone};

/// A polygon on the ground: outer ring first, open rings.
pub(super) type Surface = Vec<Vec<Pt>>;

/// A parcel.
#[derive(Clone, Debug)]
pub(super) struct Parcelle {
    /// `34901000AB0012`.
    pub(super) idu: String,
    /// Prefix, section without padding, number.
    pub(super) prefixe: &'static str,
    pub(super) section: String,
    pub(super) numero: u32,
    pub(super) anneau: Vec<Pt>,
    pub(super) usage: Usage,
    pub(super) zone: Zone,
    /// Index of the named site it belongs to.
    pub(super) site: Option<usize>,
    /// Planar area in Lambert-93 (m²).
    pub(super) aire: f64,
    pub(super) batis: Vec<Bati>,
}

/// Everything generated for one commune.
#[derive(Debug)]
pub(super) struct Sol {
    pub(super) commune: Commune,
    pub(super) centre: Pt,
    pub(super) contour: Vec<Pt>,
    pub(super) parcelles: Vec<Parcelle>,
    pub(super) zones: BTreeMap<Zone, Vec<Surface>>,
    pub(super) sites: Vec<Site>,
    /// Gross outline of each site that has one (a business park with its streets).
    pub(super) emprises: BTreeMap<usize, Vec<Surface>>,
    /// Plan of the commune and its deformation, for the layers drawn across parcels.
    pub(super) territoire: Territoire,
    pub(super) deformation: Deformation,
}

impl Sol {
    /// Generates a commune; depends on nothing but its rank and the seed.
    pub(super) fn generer(rang: usize, graine: u64) -> Self {
        let commune = Commune::nouvelle(rang, graine);
        let territoire = Hexagone::spirale(rang).territoire(graine);
        let mesures = Mesures::pour(commune.rayon);
        let mut alea = Alea::nouveau(graine, rang, Objet::Plan);
        let mailles = tracer(&territoire, mesures, graine, &mut alea);
        let mut alea = Alea::nouveau(graine, rang, Objet::Parcelles);
        let (blocs, sites) = remplir(&commune, &territoire, mesures, mailles, graine, &mut alea);
        let deformation = Deformation {
            graine,
            centre: territoire.centre,
            rayon_coeur: mesures.coeur,
            rivieres: territoire.rivieres_proches.clone(),
        };
        let centre = deformation.terrain(territoire.centre);
        let mut sol = Self {
            commune,
            centre,
            contour: Vec::new(),
            parcelles: Vec::new(),
            zones: BTreeMap::new(),
            sites,
            emprises: BTreeMap::new(),
            territoire,
            deformation,
        };
        sol.poser(&blocs, graine);
        sol
    }

    fn poser(&mut self, blocs: &[Bloc], graine: u64) {
        let mut noeuds = Noeuds::default();
        let contour = noeuds.chaine(&self.territoire.cellule);
        let lots: Vec<(usize, usize, Chaine)> = blocs
            .iter()
            .enumerate()
            .flat_map(|(i, b)| b.lots.iter().enumerate().map(move |(j, l)| (i, j, l)))
            .map(|(i, j, l)| (i, j, noeuds.chaine(&l.cellule)))
            .collect();
        let bruts: Vec<(usize, Chaine)> = blocs
            .iter()
            .enumerate()
            .filter(|(_, b)| !b.maille.brut.pts.is_empty())
            .map(|(i, b)| (i, noeuds.chaine(&b.maille.brut)))
            .collect();

        self.contour = noeuds.au_sol(&noeuds.nouee(&contour), &self.deformation).0;
        let bruts: Vec<(usize, Chaine)> = bruts
            .into_iter()
            .map(|(i, c)| (i, noeuds.nouee(&c)))
            .collect();
        for zone in Zone::TOUTES {
            let membres: Vec<&Chaine> = bruts
                .iter()
                .filter(|(i, _)| blocs[*i].zone == zone)
                .map(|(_, c)| c)
                .collect();
            if !membres.is_empty() {
                self.zones.insert(zone, self.surfaces(&noeuds, &membres));
            }
        }
        for (i, c) in &bruts {
            if let Some(site) = blocs[*i].site {
                self.emprises.insert(site, self.surfaces(&noeuds, &[c]));
            }
        }
        self.parcelliser(blocs, &lots, &noeuds, graine);
    }

    /// The union of gross cells on the ground. Threads of a few square metres, left where two cells disagree on a
    /// corner by a decimetre, are dropped: they lie over a neighbouring zone.
    fn surfaces(&self, noeuds: &Noeuds, membres: &[&Chaine]) -> Vec<Surface> {
        let anneaux = |s: &Vec<Chaine>| {
            s.iter()
                .map(|c| noeuds.au_sol(c, &self.deformation).0)
                .filter(|r| aire(r).abs() > 15.0)
                .collect()
        };
        reunir(noeuds, membres)
            .iter()
            .map(anneaux)
            .filter(|s: &Surface| s.first().is_some_and(|r| aire(r) > 15.0))
            .collect()
    }

    fn parcelliser(
        &mut self,
        blocs: &[Bloc],
        lots: &[(usize, usize, Chaine)],
        noeuds: &Noeuds,
        graine: u64,
    ) {
        let mut bati = Alea::nouveau(graine, self.commune.rang, Objet::Bati);
        let mut sections = Sections::nouvelles(&self.commune);
        let mut alea = Alea::nouveau(graine, self.commune.rang, Objet::Cadastre);
        // By quarter, so that a section is a compact piece of the commune.
        let mut ordre: Vec<&(usize, usize, Chaine)> = lots.iter().collect();
        ordre.sort_by_key(|(i, j, _)| (famille(blocs[*i].zone), blocs[*i].maille.quartier, *i, *j));
        for (i, j, chaine) in ordre {
            let bloc = &blocs[*i];
            let (anneau, bords) = noeuds.au_sol(&noeuds.nouee(chaine), &self.deformation);
            let aire = aire(&anneau);
            if anneau.len() < 3 || aire < 4.0 {
                continue;
            }
            let usage = bloc.lots[*j].usage;
            let (section, numero) =
                sections.suivante(famille(bloc.zone), bloc.maille.quartier, &mut alea);
            let prefixe = if famille(bloc.zone) == Famille::Rurale {
                self.commune.prefixe_rural
            } else {
                "000"
            };
            let idu = format!("{}{prefixe}{section:0>2}{numero:04}", self.commune.code);
            let batis = construire(&anneau, &bords, usage, &mut bati);
            self.parcelles.push(Parcelle {
                idu,
                prefixe,
                section,
                numero,
                anneau,
                usage,
                zone: bloc.zone,
                site: bloc.site,
                aire,
                batis,
            });
        }
    }

    /// A band along the river, from one side of the commune to the other, at distances that vary with `x`.
    pub(super) fn bande_de_riviere(&self, dedans: f64, dehors: f64) -> Vec<Surface> {
        let Some(r) = &self.territoire.riviere else {
            return Vec::new();
        };
        let (x0, x1) = super::plan::etendue(&self.territoire.cellule.pts, Pt { x: 1.0, y: 0.0 });
        let pas = ((x1 - x0) / 42.0).ceil() as usize;
        let ligne = |distance: f64, signe: f64| -> Vec<Pt> {
            (0..=pas)
                .map(|k| {
                    let x = x0 + (x1 - x0) * k as f64 / pas as f64;
                    let ampleur = 1.0
                        + 0.55
                            * super::alea::bruit(
                                self.deformation.graine ^ 0x41,
                                x / 260.0,
                                signe + r.o.y,
                            );
                    Pt {
                        x,
                        y: r.o.y + signe * (distance * ampleur).max(LARGEUR_RIVIERE / 2.0),
                    }
                })
                .collect()
        };
        let pieces = if dedans <= LARGEUR_RIVIERE {
            vec![(ligne(dehors, -1.0), ligne(dehors, 1.0))]
        } else {
            vec![
                (ligne(dehors, -1.0), ligne(dedans, -1.0)),
                (ligne(dedans, 1.0), ligne(dehors, 1.0)),
            ]
        };
        pieces
            .into_iter()
            .filter_map(|(bas, haut)| {
                let mut pts = bas;
                pts.extend(haut.into_iter().rev());
                let n = pts.len();
                let cellule = decouper(
                    &Cellule {
                        pts,
                        bords: vec![Bord::Fond; n],
                    },
                    &self.territoire.cellule,
                )?;
                Some(vec![
                    cellule
                        .into_iter()
                        .map(|p| super::deformation::au_centimetre(self.deformation.terrain(p)))
                        .collect(),
                ])
            })
            .collect()
    }
}

/// Clips a ring by the left and right sides of a convex cell (Sutherland and Hodgman: the ring crosses each side once or twice).
fn decouper(c: &Cellule, par: &Cellule) -> Option<Vec<Pt>> {
    let mut pts = c.pts.clone();
    let n = par.pts.len();
    for i in 0..n {
        let d = super::plan::Droite::par(par.pts[i], par.pts[(i + 1) % n]);
        let m = pts.len();
        let mut r = Vec::with_capacity(m + 2);
        for k in 0..m {
            let (p, q) = (pts[k], pts[(k + 1) % m]);
            let (a, b) = (d.cote(p), d.cote(q));
            if a >= 0.0 {
                r.push(p);
            }
            if a * b < 0.0 {
                r.push(p + (q - p) * (a / (a - b)));
            }
        }
        pts = r;
    }
    (pts.len() >= 3).then_some(pts)
}

/// The union of parcels that touch along shared vertices.
pub(super) fn dissoudre(anneaux: &[&[Pt]]) -> Vec<Surface> {
    let mut noeuds = Noeuds::default();
    let chaines: Vec<Chaine> = anneaux
        .iter()
        .map(|a| {
            noeuds.chaine(&Cellule {
                pts: a.to_vec(),
                bords: vec![Bord::Fond; a.len()],
            })
        })
        .collect();
    let references: Vec<&Chaine> = chaines.iter().collect();
    reunir(&noeuds, &references)
        .iter()
        .map(|s| s.iter().map(|c| noeuds.sommets(c)).collect())
        .collect()
}

/// A point well inside a ring: the middle of its widest crossing at mid-height.
pub(super) fn point_interieur(anneau: &[Pt]) -> Pt {
    let (bas, haut) = super::plan::etendue(anneau, Pt { x: 0.0, y: 1.0 });
    // Just off the middle, so that no vertex lies at that height.
    let y = bas + (haut - bas) * 0.501_37;
    let n = anneau.len();
    let mut x: Vec<f64> = (0..n)
        .map(|i| (anneau[i], anneau[(i + 1) % n]))
        .filter(|(a, b)| (a.y > y) != (b.y > y))
        .map(|(a, b)| a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x))
        .collect();
    x.sort_by(f64::total_cmp);
    let large = x
        .chunks_exact(2)
        .max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])));
    large.map_or(anneau[0], |c| Pt {
        x: f64::midpoint(c[0], c[1]),
        y,
    })
}

/// Cadastral sections of a kind bear a kind of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Famille {
    Urbaine,
    Activite,
    Rurale,
}

fn famille(z: Zone) -> Famille {
    match z {
        Zone::Ux => Famille::Activite,
        Zone::A | Zone::N | Zone::Aus => Famille::Rurale,
        _ => Famille::Urbaine,
    }
}

/// Hands out sections and numbers.
struct Sections {
    rurale_ancienne: bool,
    courante: Option<(Famille, usize)>,
    rang: usize,
    numero: u32,
}

impl Sections {
    fn nouvelles(c: &Commune) -> Self {
        // Communes without land consolidation keep single letters outside the town; others have Z sections.
        Self {
            rurale_ancienne: c.rang % 2 == 1,
            courante: None,
            rang: 0,
            numero: 0,
        }
    }

    fn suivante(&mut self, f: Famille, quartier: usize, alea: &mut Alea) -> (String, u32) {
        let change = match self.courante {
            None => true,
            Some((g, q)) => g != f || q != quartier && self.numero > 190,
        };
        if change {
            self.rang = if self.courante.is_some_and(|(g, _)| g == f) {
                self.rang + 1
            } else {
                0
            };
            self.numero = 0;
        }
        self.courante = Some((f, quartier));
        // Divisions and mergers leave holes in the numbering.
        self.numero += if alea.chance(0.05) {
            alea.entier(2, 5) as u32
        } else {
            1
        };
        (self.lettres(f), self.numero)
    }

    fn lettres(&self, f: Famille) -> String {
        let lettre = |k: usize| char::from(b"ABCDEHIKLMNOPRSTVWXY"[k % 20]);
        match f {
            Famille::Urbaine => format!(
                "{}{}",
                char::from(b'A' + (self.rang / 20) as u8),
                lettre(self.rang)
            ),
            Famille::Activite => "ZB".to_owned(),
            Famille::Rurale if self.rurale_ancienne => lettre(self.rang).to_string(),
            Famille::Rurale => format!(
                "Z{}",
                lettre(if self.rang == 0 { 0 } else { self.rang + 1 })
            ),
        }
    }
}
