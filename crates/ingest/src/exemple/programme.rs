//! What the town needs, and where it goes: schools, hospital, estates, business park, friches…
//! Each item takes the free block that fits best; what is left becomes housing, fields or woods.

use super::alea::Alea;
use super::besoins::{Attrait, Besoin, VILLAGE, VILLE};
use super::campagne::{Alentours, terres};
use super::commune::{Commune, Taille};
use super::grille::Territoire;
use super::lots::{self, Lotissement, Trame};
use super::plan::{Bord, Cellule, Droite, norme};
use super::trace::{Maille, Mesures, Place};
use super::usages::{Friche, Usage, Zone};

/// A named place made of one or several parcels.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) usage: Usage,
    pub(super) nom: String,
}

/// A block with its zone and plots.
#[derive(Clone, Debug)]
pub(super) struct Bloc {
    pub(super) maille: Maille,
    pub(super) zone: Zone,
    pub(super) lots: Vec<Lotissement>,
    pub(super) site: Option<usize>,
}

/// Fills the plan: blocks with zones and plots, and the named sites.
pub(super) fn remplir(
    commune: &Commune,
    t: &Territoire,
    m: Mesures,
    mailles: Vec<Maille>,
    graine: u64,
    alea: &mut Alea,
) -> (Vec<Bloc>, Vec<Site>) {
    let mut r = Remplissage {
        t,
        m,
        graine,
        libres: mailles,
        blocs: Vec::new(),
        sites: Vec::new(),
    };
    if commune.taille != Taille::Village || commune.rang == 1 || commune.rang == 2 {
        r.poser_zae(commune, alea);
    }
    let besoins: Vec<&Besoin> = match commune.taille {
        Taille::Ville => VILLE.iter().collect(),
        Taille::Bourg => VILLE
            .iter()
            .skip(3)
            .step_by(2)
            .chain(&VILLAGE[7..])
            .collect(),
        Taille::Village => VILLAGE
            .iter()
            .take(if commune.rayon < 300.0 { 6 } else { 9 })
            .collect(),
    };
    for b in besoins {
        r.poser(b, alea);
    }
    r.reste(commune, alea);
    (r.blocs, r.sites)
}

struct Remplissage<'a> {
    t: &'a Territoire,
    m: Mesures,
    graine: u64,
    libres: Vec<Maille>,
    blocs: Vec<Bloc>,
    sites: Vec<Site>,
}

impl Remplissage<'_> {
    fn site(&mut self, usage: Usage, nom: &str) -> usize {
        self.sites.push(Site {
            usage,
            nom: nom.to_owned(),
        });
        self.sites.len() - 1
    }

    fn ville(&self) -> Alentours {
        Alentours {
            graine: self.graine,
            centre: self.t.centre,
            rayon: self.m.ville,
        }
    }

    fn eloignement(&self, m: &Maille) -> f64 {
        norme(m.brut.centre() - self.t.centre)
    }

    fn ecart_ligne(ligne: Option<&Droite>, m: &Maille) -> f64 {
        ligne.map_or(9e3, |l| {
            m.net
                .iter()
                .flat_map(|c| &c.pts)
                .map(|&p| l.cote(p).abs())
                .fold(9e3, f64::min)
        })
    }

    fn poser(&mut self, besoin: &Besoin, alea: &mut Alea) {
        let &(usage, nom, surface, eloignement, zone, attrait, parcelles) = besoin;
        let place_voulue = if attrait == Attrait::Lisiere {
            Place::Campagne
        } else {
            Place::Quartier
        };
        let note = |r: &Self, m: &Maille| -> Option<f64> {
            let net = m.net.as_ref()?;
            let convient = m.place == place_voulue
                || attrait != Attrait::Lisiere && m.place == Place::Faubourg && eloignement < 0.6;
            if !convient || net.aire() < surface * 0.6 {
                return None;
            }
            let aire = (net.aire() / surface).ln().max(0.0) * 0.35;
            let loin = (r.eloignement(m) / r.m.ville - eloignement).abs() * 2.4;
            let lieu = match attrait {
                Attrait::Rail => Self::ecart_ligne(r.t.rail.as_ref(), m) / 25.0,
                Attrait::Riviere => Self::ecart_ligne(r.t.riviere.as_ref(), m) / 25.0,
                Attrait::Rien if Self::ecart_ligne(r.t.rail.as_ref(), m) < 40.0 => 0.6,
                Attrait::Lisiere if net.axe().large < 60.0 => 1.0,
                Attrait::Rien | Attrait::Lisiere => 0.0,
            };
            Some(aire + loin + lieu)
        };
        let choix = (0..self.libres.len())
            .filter_map(|i| note(self, &self.libres[i]).map(|n| (i, n)))
            .min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let Some((i, _)) = choix else { return };
        let m = self.libres.remove(i);
        let axe = m.net.as_ref().map(Cellule::axe);
        let total = m.aire();
        let (prise, reste) = match axe {
            Some(axe) if surface < total * 0.74 => m.diviser(
                if alea.chance(0.5) {
                    axe.u
                } else {
                    axe.u * -1.0
                },
                surface / total,
            ),
            _ => (m, None),
        };
        self.libres.extend(reste);
        let Some(net) = prise.net.clone() else { return };
        if usage == Usage::Ouvert {
            let lots = terres(&net, self.ville(), 5200.0, alea);
            self.blocs.push(Bloc {
                maille: prise,
                zone,
                lots,
                site: None,
            });
            return;
        }
        let site = self.site(usage, nom);
        let u = net.axe().u;
        let cellules = net.tranches(u, parcelles, &mut || alea.cloche() * 0.3);
        let lots = cellules
            .into_iter()
            .map(|cellule| Lotissement { cellule, usage })
            .collect();
        self.blocs.push(Bloc {
            maille: prise,
            zone,
            lots,
            site: Some(site),
        });
    }

    fn poser_zae(&mut self, commune: &Commune, alea: &mut Alea) {
        let cible = if commune.taille == Taille::Village {
            60_000.0
        } else {
            165_000.0
        };
        let choix = (0..self.libres.len())
            .filter(|&i| self.libres[i].place == Place::Campagne && self.libres[i].net.is_some())
            .map(|i| {
                let m = &self.libres[i];
                let net_axe = m.net.as_ref().map(Cellule::axe);
                let forme = net_axe.map_or(9.0, |a| {
                    (a.long / a.large.max(1.0) - 1.5).max(0.0)
                        + if a.large < 190.0 { 2.0 } else { 0.0 }
                });
                let loin = (self.eloignement(m) / self.m.ville - 1.35).abs() * 2.0;
                let inonde = if Self::ecart_ligne(self.t.riviere.as_ref(), m) < 120.0 {
                    3.0
                } else {
                    0.0
                };
                (
                    i,
                    (m.aire() / cible).ln().abs() * 1.3 + forme + loin + inonde,
                )
            })
            .min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let Some((i, _)) = choix else { return };
        let m = self.libres.remove(i);
        let (prise, reste) = match m.net.as_ref().map(Cellule::axe) {
            Some(axe) if m.aire() > cible * 1.35 => {
                let part = cible / m.aire();
                m.diviser(axe.u, part)
            }
            _ => (m, None),
        };
        self.libres.extend(reste);
        let Some(net) = prise.net.clone() else { return };
        let nom = [
            "ZAE des Graves",
            "ZAE La Plaine",
            "ZAE Le Pont de Fer",
            "Parc d'activités des Costières",
            "ZAE Les Cazals",
        ][commune.rang.min(4) % 5];
        let site = self.site(Usage::Zae(super::usages::Lot::Occupe), nom);
        let lots = lots::zae(&net, alea);
        self.blocs.push(Bloc {
            maille: prise,
            zone: Zone::Ux,
            lots,
            site: Some(site),
        });
    }

    /// Whatever no one asked for: housing inside the town, fields and woods outside.
    fn reste(&mut self, commune: &Commune, alea: &mut Alea) {
        for m in std::mem::take(&mut self.libres) {
            let Some(net) = m.net.clone() else {
                // Too narrow to hold a plot: counts with the railway it touches, else with the river bank.
                let zone = if m.place == Place::Rail || m.brut.bords.contains(&Bord::Rail) {
                    Zone::Uf
                } else {
                    Zone::N
                };
                self.blocs.push(Bloc {
                    maille: m,
                    zone,
                    lots: Vec::new(),
                    site: None,
                });
                continue;
            };
            match m.place {
                Place::Coeur => self.coeur(&m, &net, alea),
                Place::Rail => {
                    let n = (net.axe().long / alea.entre(180.0, 420.0)).ceil() as usize;
                    let lots = net
                        .tranches(net.axe().u, n, &mut || alea.cloche() * 0.2)
                        .into_iter()
                        .map(|cellule| Lotissement {
                            cellule,
                            usage: Usage::Rail,
                        })
                        .collect();
                    self.blocs.push(Bloc {
                        maille: m,
                        zone: Zone::Uf,
                        lots,
                        site: None,
                    });
                }
                Place::Faubourg => {
                    let trame = Trame {
                        profondeur: alea.entre(24.0, 34.0),
                        facade: alea.entre(8.5, 13.0),
                        gigue: 0.35,
                        rue: 6.0,
                    };
                    let lots = lots::rangs(&net, trame, alea)
                        .into_iter()
                        .map(|cellule| Lotissement {
                            cellule,
                            usage: Usage::Faubourg,
                        })
                        .collect();
                    self.blocs.push(Bloc {
                        maille: m,
                        zone: Zone::Ub,
                        lots,
                        site: None,
                    });
                }
                Place::Quartier => self.habitat(m, &net, alea),
                Place::Campagne => {
                    let lots = terres(&net, self.ville(), commune.champ_m2, alea);
                    let boise = lots
                        .iter()
                        .filter(|l| matches!(l.usage, Usage::Bois | Usage::Garrigue))
                        .count()
                        * 2
                        > lots.len();
                    let rive = Self::ecart_ligne(self.t.riviere.as_ref(), &m) < 30.0;
                    let zone = if boise || rive { Zone::N } else { Zone::A };
                    self.blocs.push(Bloc {
                        maille: m,
                        zone,
                        lots,
                        site: None,
                    });
                }
            }
        }
    }

    /// The old town: church, town hall, market hall and square near the centre, narrow plots around.
    fn coeur(&mut self, m: &Maille, net: &Cellule, alea: &mut Alea) {
        let mut ilots = lots::ilots_du_coeur(net, alea);
        let centre = self.t.centre;
        ilots.sort_by(|a, b| norme(a.centre() - centre).total_cmp(&norme(b.centre() - centre)));
        let grande = self.m.ville > 500.0;
        let roles = [
            (None, 700.0),
            (Some((Usage::Eglise, "Église")), 500.0),
            (Some((Usage::Mairie, "Mairie")), 450.0),
            (
                grande.then_some((Usage::Friche(Friche::Halle), "Ancienne halle du marché")),
                1100.0,
            ),
        ];
        let mut reserves = Vec::new();
        for (k, (role, mini)) in roles.into_iter().enumerate() {
            if k == 3 && role.is_none() {
                break;
            }
            let Some(i) = ilots.iter().take(9).position(|c| c.aire() > mini) else {
                continue;
            };
            let ilot = ilots.remove(i);
            // No role: the square itself, public domain without a parcel.
            if let Some((usage, nom)) = role {
                let surface = if usage == Usage::Mairie {
                    650.0
                } else {
                    1500.0
                };
                let (prise, rendu) = lots::prelever(&ilot, surface, alea);
                ilots.extend(rendu);
                let site = self.site(usage, nom);
                reserves.push((
                    Lotissement {
                        cellule: prise,
                        usage,
                    },
                    site,
                ));
            }
        }
        let lots = ilots
            .iter()
            .flat_map(|c| lots::lots_du_coeur(c, alea))
            .map(|cellule| Lotissement {
                cellule,
                usage: Usage::Centre,
            })
            .collect();
        self.blocs.push(Bloc {
            maille: m.clone(),
            zone: Zone::Ua,
            lots,
            site: None,
        });
        for (lot, site) in reserves {
            // The gross cell is already counted with the old town: these blocks only carry their parcel.
            let vide = Maille {
                brut: Cellule {
                    pts: Vec::new(),
                    bords: Vec::new(),
                },
                ..m.clone()
            };
            self.blocs.push(Bloc {
                maille: vide,
                zone: Zone::Ua,
                lots: vec![lot],
                site: Some(site),
            });
        }
    }

    fn habitat(&mut self, m: Maille, net: &Cellule, alea: &mut Alea) {
        let d = norme(net.centre() - self.t.centre) / self.m.ville;
        let tirage = alea.unite();
        let (trame, usage) = if d < 0.62 && tirage < 0.45 {
            (
                Trame {
                    profondeur: alea.entre(26.0, 33.0),
                    facade: alea.entre(11.0, 14.0),
                    gigue: 0.3,
                    rue: 7.0,
                },
                Usage::Faubourg,
            )
        } else if tirage > 0.83 {
            (
                Trame {
                    profondeur: alea.entre(40.0, 52.0),
                    facade: alea.entre(26.0, 36.0),
                    gigue: 0.3,
                    rue: 7.0,
                },
                Usage::GrandTerrain,
            )
        } else {
            (
                Trame {
                    profondeur: alea.entre(25.0, 31.0),
                    facade: alea.entre(16.0, 22.0),
                    gigue: 0.14,
                    rue: 7.5,
                },
                Usage::Pavillon,
            )
        };
        let libres = alea.entre(0.002, 0.016);
        let lots = lots::pavillons(net, trame, alea)
            .into_iter()
            .map(|cellule| {
                let usage = if alea.chance(libres) {
                    Usage::Libre
                } else {
                    usage
                };
                Lotissement { cellule, usage }
            })
            .collect();
        let zone = if usage == Usage::Faubourg {
            Zone::Ub
        } else {
            Zone::Uc
        };
        self.blocs.push(Bloc {
            maille: m,
            zone,
            lots,
            site: None,
        });
    }
}
