//! From a block to plots: rows along a street, loops, old lanes, fields.

use super::alea::Alea;
use super::plan::{Bord, Cellule, Droite, Pt, gauche, norme, tournee, unitaire};
use super::usages::{Lot, Usage};

/// A plot of the plan and its use.
#[derive(Clone, Debug)]
pub(super) struct Lotissement {
    pub(super) cellule: Cellule,
    pub(super) usage: Usage,
}

/// Depth of a row and width of a front (metres), and how much plots differ (0 = all alike).
#[derive(Clone, Copy, Debug)]
pub(super) struct Trame {
    pub(super) profondeur: f64,
    pub(super) facade: f64,
    pub(super) gigue: f64,
    /// Width of the streets opened inside a block too deep for two rows.
    pub(super) rue: f64,
}

/// Rows of plots back to back, perpendicular to the long side; opens streets when the block is deep.
pub(super) fn rangs(cellule: &Cellule, trame: Trame, alea: &mut Alea) -> Vec<Cellule> {
    let axe = cellule.axe();
    let rangees = axe.large / trame.profondeur;
    if rangees > 2.75 {
        let part = if rangees > 5.0 {
            0.5
        } else {
            (2.0 / rangees).clamp(0.35, 0.65)
        };
        let milieu = cellule.ligne_de_partage(gauche(axe.u), part);
        return ouvrir(cellule, &milieu, trame.rue)
            .iter()
            .flat_map(|c| rangs(c, trame, alea))
            .collect();
    }
    if rangees > 1.45 {
        let (a, b) = cellule.partager(gauche(axe.u), alea.entre(0.46, 0.54));
        return [a, b]
            .iter()
            .flatten()
            .flat_map(|c| rang(c, axe.u, trame, alea))
            .collect();
    }
    rang(cellule, axe.u, trame, alea)
}

/// One row: plots side by side along `u`.
fn rang(cellule: &Cellule, u: Pt, trame: Trame, alea: &mut Alea) -> Vec<Cellule> {
    let surface = trame.profondeur * trame.facade;
    let n = (cellule.aire() / surface).round().max(1.0) as usize;
    let u = tournee(u, alea.cloche() * 0.025 * (1.0 + trame.gigue * 4.0));
    cellule.tranches(u, n, &mut || alea.cloche() * trame.gigue * 0.5)
}

/// Cuts a street through a cell along a line.
pub(super) fn ouvrir(cellule: &Cellule, milieu: &Droite, largeur: f64) -> Vec<Cellule> {
    let a = cellule.couper(&milieu.decalee(largeur / 2.0), Bord::Rue).0;
    let b = cellule.couper(&milieu.decalee(-largeur / 2.0), Bord::Rue).1;
    [a, b].into_iter().flatten().collect()
}

/// A loop street: a row of plots all around, opening inward, and a block in the middle.
/// `None` when the cell is too narrow for it.
pub(super) fn boucle(
    cellule: &Cellule,
    profondeur: f64,
    rue: f64,
    alea: &mut Alea,
) -> Option<(Vec<(Cellule, Pt)>, Cellule)> {
    if cellule.axe().large < 2.0 * (profondeur + rue) + profondeur * 0.8 {
        return None;
    }
    let n = cellule.pts.len();
    let mut reste = cellule.clone();
    let mut rangees = Vec::new();
    let mut directions: Vec<Pt> = Vec::new();
    let depart = alea.entier(0, n as i64 - 1) as usize;
    for i in (0..n).map(|i| (i + depart) % n) {
        let (p, q) = (cellule.pts[i], cellule.pts[(i + 1) % n]);
        let u = unitaire(q - p);
        if norme(q - p) < 1.0 || directions.iter().any(|d| norme(*d - u) < 0.02) {
            continue;
        }
        directions.push(u);
        let ligne = Droite { o: p, d: u }.decalee(profondeur);
        let (dedans, bande) = reste.couper(&ligne, Bord::Rue);
        rangees.extend(bande.map(|b| (b, u)));
        reste = dedans?.a_gauche(&ligne.decalee(rue), Bord::Rue)?;
    }
    // The way in: through the row that lies along a street.
    let entree = rangees.iter().position(|(b, u)| {
        b.pts.len() >= 4
            && b.cadre(*u).long > 40.0
            && b.bords.iter().filter(|&&t| t == Bord::Rue).count() >= 2
    })?;
    let (bande, u) = rangees.remove(entree);
    let ligne = bande.ligne_de_partage(u, alea.entre(0.35, 0.65));
    rangees.extend(ouvrir(&bande, &ligne, rue).into_iter().map(|b| (b, u)));
    Some((rangees, reste))
}

/// A housing estate of detached houses.
pub(super) fn pavillons(cellule: &Cellule, trame: Trame, alea: &mut Alea) -> Vec<Cellule> {
    if cellule.aire() > 11_000.0
        && alea.chance(0.6)
        && let Some((rangees, ilot)) = boucle(cellule, trame.profondeur, trame.rue, alea)
    {
        let mut lots: Vec<Cellule> = rangees
            .iter()
            .flat_map(|(c, u)| rang(c, *u, trame, alea))
            .collect();
        lots.extend(rangs(&ilot, trame, alea));
        return lots;
    }
    rangs(cellule, trame, alea)
}

/// The blocks of an old town, between crooked lanes.
pub(super) fn ilots_du_coeur(cellule: &Cellule, alea: &mut Alea) -> Vec<Cellule> {
    let axe = cellule.axe();
    if cellule.aire() > 2300.0 * alea.entre(0.7, 1.4) || axe.large > 50.0 {
        let u = tournee(axe.u, alea.cloche() * 0.12);
        let ligne = cellule.ligne_de_partage(u, alea.entre(0.36, 0.64));
        let largeur = if alea.chance(0.25) {
            7.5
        } else {
            alea.entre(3.6, 5.4)
        };
        return ouvrir(cellule, &ligne, largeur)
            .iter()
            .flat_map(|c| ilots_du_coeur(c, alea))
            .collect();
    }
    vec![cellule.clone()]
}

/// The narrow plots of one block of the old town.
pub(super) fn lots_du_coeur(cellule: &Cellule, alea: &mut Alea) -> Vec<Cellule> {
    let trame = Trame {
        profondeur: alea.entre(14.0, 19.0),
        facade: alea.entre(6.5, 9.5),
        gigue: 0.42,
        rue: 4.0,
    };
    rangs(cellule, trame, alea)
}

/// Fields, down to about `cible` m²; sizes differ as they do in a real cadastre.
pub(super) fn champs(
    cellule: &Cellule,
    cible: f64,
    lanieres: bool,
    alea: &mut Alea,
) -> Vec<Cellule> {
    let axe = cellule.axe();
    if cellule.aire() < cible * alea.entre(0.75, 2.1) || axe.large < 14.0 {
        return vec![cellule.clone()];
    }
    // Strips are cut along the long side as long as they stay wide; blocks always across it.
    let long = lanieres && axe.large > 34.0 && axe.long < axe.large * 3.2 && alea.chance(0.6);
    let u = if long { gauche(axe.u) } else { axe.u };
    let (a, b) = cellule.partager(tournee(u, alea.cloche() * 0.05), alea.entre(0.32, 0.68));
    [a, b]
        .iter()
        .flatten()
        .flat_map(|c| champs(c, cible, lanieres, alea))
        .collect()
}

/// A piece of about `surface` m² at one end of a cell, and the rest.
pub(super) fn prelever(
    cellule: &Cellule,
    surface: f64,
    alea: &mut Alea,
) -> (Cellule, Option<Cellule>) {
    let total = cellule.aire();
    if surface > total * 0.78 {
        return (cellule.clone(), None);
    }
    let axe = cellule.axe();
    let part = surface / total;
    let bout = if alea.chance(0.5) {
        axe.u
    } else {
        axe.u * -1.0
    };
    match cellule.partager(bout, part.max(0.04)) {
        (Some(a), b) => (a, b),
        (None, _) => (cellule.clone(), None),
    }
}

/// A business park: loop street, large lots, some still empty.
pub(super) fn zae(cellule: &Cellule, alea: &mut Alea) -> Vec<Lotissement> {
    let trame = Trame {
        profondeur: 72.0,
        facade: 62.0,
        gigue: 0.5,
        rue: 13.0,
    };
    let cellules: Vec<Cellule> = match boucle(cellule, trame.profondeur, trame.rue, alea) {
        Some((rangees, ilot)) => {
            let mut lots: Vec<Cellule> = rangees
                .iter()
                .flat_map(|(c, u)| rang(c, *u, trame, alea))
                .collect();
            lots.extend(rangs(&ilot, trame, alea));
            lots
        }
        None => rangs(cellule, trame, alea),
    };
    let n = cellules.len();
    cellules
        .into_iter()
        .enumerate()
        .map(|(i, cellule)| {
            // Every state occurs in each business park; the rest is drawn.
            let etat = match i {
                1 => Lot::Vacant,
                3 => Lot::Inoccupe,
                5 if n > 8 => Lot::Friche,
                6 => Lot::Partiel,
                _ => alea.parmi(&[
                    Lot::Occupe,
                    Lot::Occupe,
                    Lot::Occupe,
                    Lot::Occupe,
                    Lot::Occupe,
                    Lot::Occupe,
                    Lot::Partiel,
                    Lot::Partiel,
                    Lot::Inoccupe,
                    Lot::Inoccupe,
                    Lot::Vacant,
                ]),
            };
            Lotissement {
                cellule,
                usage: Usage::Zae(etat),
            }
        })
        .collect()
}
