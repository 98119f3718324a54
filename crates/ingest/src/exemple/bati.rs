//! What is built on each parcel, by use: terraced town houses, detached houses, estates, halls.

use super::alea::Alea;
use super::chantier::{Bati, Chantier};
use super::plan::{Bord, Pt};
use super::usages::{Friche, Lot, Usage};

/// The buildings of a parcel.
pub(super) fn construire(
    anneau: &[Pt],
    bords: &[Bord],
    usage: Usage,
    alea: &mut Alea,
) -> Vec<Bati> {
    let mut c = Chantier::ouvrir(anneau, bords);
    match usage {
        Usage::Centre => centre(&mut c, alea),
        Usage::Faubourg => faubourg(&mut c, alea),
        Usage::Pavillon => pavillon(&mut c, 1.0, alea),
        Usage::GrandTerrain => pavillon(&mut c, 1.25, alea),
        Usage::Collectif => barres(&mut c, (14.0, alea.entre(28.0, 44.0)), 20.0, 9, 13.0),
        Usage::Hlm => hlm(&mut c, alea),
        Usage::Ecole | Usage::Friche(Friche::AncienneEcole) => ecole(&mut c, 10.0, 0.55, alea),
        Usage::College => ecole(&mut c, 15.0, 0.62, alea),
        Usage::Hopital => hopital(&mut c, alea),
        Usage::Mairie => emprise(&mut c, 0.62, 11.0),
        Usage::Eglise => eglise(&mut c),
        Usage::Friche(Friche::Halle) => emprise(&mut c, 0.66, 8.0),
        Usage::Cimetiere => petit(&mut c, 6.0, 5.0, 0.5, false, 4.0),
        Usage::Parc => petit(&mut c, 7.0, 7.0, 0.45, true, 4.0),
        Usage::Stade => {
            petit(&mut c, 28.0, 8.0, 0.1, false, 4.0);
            petit(&mut c, 12.0, 6.0, 0.85, true, 3.0);
        }
        Usage::Supermarche => emprise(&mut c, 0.36, 7.5),
        Usage::Bureaux => barres(&mut c, (16.0, 34.0), 24.0, 3, 12.0),
        Usage::Administration => barres(&mut c, (14.0, 42.0), 22.0, 2, 12.0),
        Usage::Gare => petit(&mut c, 42.0, 11.0, 0.25, false, 8.0),
        Usage::Friche(Friche::Briqueterie) => barres(&mut c, (22.0, 46.0), 17.0, 3, 8.0),
        Usage::Friche(Friche::Ferroviaire) => petit(&mut c, 62.0, 13.0, 0.4, false, 7.0),
        Usage::Friche(Friche::Caserne) => barres(&mut c, (13.0, 46.0), 26.0, 3, 11.0),
        Usage::Friche(Friche::CaveCooperative) => emprise(&mut c, 0.38, 10.0),
        Usage::Friche(Friche::Moulin) => petit(&mut c, 19.0, 11.0, 0.3, false, 11.0),
        Usage::Friche(Friche::Garage) => emprise(&mut c, 0.42, 6.0),
        Usage::Zae(lot) => hangar(&mut c, lot, alea),
        Usage::Mas => mas(&mut c, alea),
        Usage::Vigne | Usage::Champ if alea.chance(0.03) => {
            petit(&mut c, 5.0, 4.2, alea.unite(), true, 3.0);
        }
        _ => {}
    }
    c.batis
}

fn centre(c: &mut Chantier, alea: &mut Alea) {
    if alea.chance(0.05) {
        return;
    }
    let h = alea.entre(6.0, 12.5);
    let fond = c.y.1;
    if fond < 15.0 && c.aire() < 190.0 && alea.chance(0.8) {
        c.bande(c.y.0 - 1.0, fond + 1.0, h);
        return;
    }
    let p = alea.entre(9.5, 14.5).min(fond * 0.85);
    c.bande(c.y.0 - 1.0, p, h);
    if fond > p + 8.0 && alea.chance(0.4) {
        c.bande(fond - alea.entre(3.5, 5.5), fond + 1.0, 3.5);
    }
}

fn faubourg(c: &mut Chantier, alea: &mut Alea) {
    if alea.chance(0.015) {
        return;
    }
    if alea.chance(0.72) {
        let recul = if alea.chance(0.6) { c.y.0 - 1.0 } else { 2.5 };
        c.bande(
            recul,
            recul.max(0.0) + alea.entre(9.0, 12.5),
            alea.entre(5.5, 9.5),
        );
    } else {
        let (l, p) = ((c.largeur() * 0.7).min(12.0), alea.entre(8.0, 10.5));
        c.inscrire(
            c.x.0 + c.largeur() * alea.entre(0.1, 0.25),
            alea.entre(2.0, 4.5),
            l,
            p,
            false,
            alea.entre(4.5, 7.0),
        );
    }
    if c.y.1 > 23.0 && alea.chance(0.45) {
        let (l, p) = (alea.entre(3.5, 6.0), alea.entre(3.0, 5.0));
        c.inscrire(
            c.x.0 + alea.entre(0.8, 2.0),
            c.y.1 - p - alea.entre(1.5, 5.0),
            l,
            p,
            alea.chance(0.6),
            2.8,
        );
    }
}

fn pavillon(c: &mut Chantier, taille: f64, alea: &mut Alea) {
    let (l, p) = (
        alea.entre(10.0, 13.8) * taille,
        alea.entre(7.6, 9.6) * taille,
    );
    let jeu = (c.largeur() - l).max(0.0);
    let x = c.x.0 + jeu * alea.entre(0.25, 0.75);
    let y = alea.entre(4.5, 8.0) * taille;
    let h = if alea.chance(0.35) { 5.6 } else { 3.2 };
    let aile = (alea.entre(4.6, 6.2), alea.entre(2.8, 5.0));
    let pose = alea.chance(0.42) && c.equerre(x, y, (l, p), aile, alea.chance(0.5), h);
    // A house that does not fit its odd plot is built smaller and more central: an empty plot among houses is rare.
    let reduit = |c: &mut Chantier, k: f64| {
        let (l, p) = (l * k, p * k);
        c.inscrire(
            c.x.0 + (c.largeur() - l).max(0.0) * 0.5,
            y * k,
            l,
            p,
            false,
            h,
        )
    };
    let pose = pose || c.inscrire(x, y, l, p, false, h);
    if !pose && ![0.85, 0.7, 0.58].into_iter().any(|k| reduit(c, k)) {
        return;
    }
    if alea.chance(0.5) {
        let cote = if alea.chance(0.5) {
            c.x.0 + 0.8
        } else {
            c.x.1 - 4.6
        };
        c.rectangle(
            cote,
            alea.entre(3.0, 7.0),
            3.6,
            alea.entre(5.4, 6.4),
            alea.chance(0.45),
            2.6,
        );
    }
    if alea.chance(0.22) {
        let (w, d) = (alea.entre(2.6, 4.0), alea.entre(2.4, 3.4));
        c.rectangle(
            c.x.0 + c.largeur() * alea.entre(0.1, 0.7),
            c.y.1 - d - alea.entre(1.2, 3.0),
            w,
            d,
            true,
            2.3,
        );
    }
}

/// Parallel blocks along the long side.
fn barres(c: &mut Chantier, (p, l): (f64, f64), ecart: f64, nombre: usize, hauteur: f64) {
    let mut k = tourner(c);
    let mut poses = 0;
    let mut y = k.y.0 + 7.0;
    while y + p < k.y.1 - 3.0 && poses < nombre {
        let mut x = k.x.0 + 8.0;
        while x + l < k.x.1 - 4.0 && poses < nombre {
            if k.rectangle(x, y, l, p, false, hauteur) {
                poses += 1;
                x += l + 12.0;
            } else {
                x += 5.0;
            }
        }
        y += if poses > 0 { p + ecart } else { 4.0 };
    }
    if poses == 0 {
        let m = k.milieu();
        k.inscrire(m.x - l / 2.0, m.y - p / 2.0, l, p, false, hauteur);
    }
    c.batis = k.batis;
}

fn tourner(c: &mut Chantier) -> Chantier {
    let vide = Chantier::ouvrir(
        &[
            Pt { x: 0.0, y: 0.0 },
            Pt { x: 1.0, y: 0.0 },
            Pt { x: 0.0, y: 1.0 },
        ],
        &[Bord::Fond; 3],
    );
    std::mem::replace(c, vide).en_long()
}

fn hlm(c: &mut Chantier, alea: &mut Alea) {
    if c.aire() < 5000.0 {
        barres(c, (12.0, 30.0), 18.0, 2, 9.0);
        return;
    }
    let mut k = tourner(c);
    let l = (k.largeur() * 0.5).min(74.0);
    let m = k.milieu();
    k.inscrire(k.x.0 + 9.0, k.y.0 + 9.0, l, 12.0, false, 14.0);
    k.inscrire(m.x - l * 0.4, k.y.1 - 24.0, l * 0.8, 12.0, false, 14.0);
    k.inscrire(
        k.x.1 - 34.0,
        m.y - 10.0,
        20.0,
        20.0,
        false,
        alea.entre(24.0, 33.0),
    );
    k.inscrire(k.x.0 + 10.0, m.y - 3.0, 20.0, 20.0, false, 27.0);
    c.batis = k.batis;
}

fn ecole(c: &mut Chantier, p: f64, part: f64, alea: &mut Alea) {
    let l = (c.largeur() * part).max(16.0);
    let q = (c.profondeur() * 0.42).max(8.0);
    let (x, y) = (c.x.0 + c.largeur() * 0.18, c.y.0.max(0.0) + 7.0);
    if !c.equerre(x, y, (l, p), (p, q), alea.chance(0.5), 6.5) {
        c.inscrire(x, y, l, p, false, 6.5);
    }
    c.inscrire(
        c.x.0 + c.largeur() * 0.4,
        c.y.1 - 13.0,
        14.0,
        7.0,
        true,
        3.0,
    );
}

fn hopital(c: &mut Chantier, alea: &mut Alea) {
    let mut k = tourner(c);
    let m = k.milieu();
    let l = (k.largeur() * 0.66).min(70.0);
    k.inscrire(
        m.x - l / 2.0,
        m.y - 9.0,
        l,
        18.0,
        false,
        alea.entre(9.0, 19.0),
    );
    k.inscrire(
        m.x - l / 2.0,
        m.y + 14.0,
        16.0,
        (k.profondeur() * 0.26).max(10.0),
        false,
        9.0,
    );
    k.inscrire(
        m.x + l / 2.0 - 16.0,
        m.y - 10.0 - k.profondeur() * 0.26,
        16.0,
        (k.profondeur() * 0.25).max(10.0),
        false,
        7.0,
    );
    c.batis = k.batis;
}

fn eglise(c: &mut Chantier) {
    let mut k = tourner(c);
    let m = k.milieu();
    let l = (k.largeur() * 0.66).min(36.0);
    let p = (k.profondeur() * 0.42).min(15.0);
    k.inscrire(m.x - l / 2.0, m.y - p / 2.0, l, p, false, 16.0);
    k.inscrire(
        m.x + l / 2.0 + 0.2,
        m.y - p / 4.0,
        5.0,
        p / 2.0,
        false,
        22.0,
    );
    c.batis = k.batis;
}

/// One building covering about a share of the parcel.
fn emprise(c: &mut Chantier, part: f64, hauteur: f64) {
    let k = part.sqrt();
    let (l, p) = (c.largeur() * k, c.profondeur() * k);
    let m = c.milieu();
    c.inscrire(
        m.x - l / 2.0,
        m.y - p / 2.0 + c.profondeur() * 0.05,
        l,
        p,
        false,
        hauteur,
    );
}

fn petit(c: &mut Chantier, l: f64, p: f64, t: f64, leger: bool, hauteur: f64) {
    let x = c.x.0 + (c.largeur() - l).max(0.0) * t;
    let y = c.y.0.max(0.0) + (c.profondeur() - p).max(0.0) * (0.15 + 0.5 * t);
    c.inscrire(x, y, l, p, leger, hauteur);
}

fn hangar(c: &mut Chantier, lot: Lot, alea: &mut Alea) {
    let part = match lot {
        Lot::Inoccupe => return,
        Lot::Occupe => alea.entre(0.32, 0.52),
        Lot::Partiel => alea.entre(0.08, 0.17),
        Lot::Vacant => alea.entre(0.2, 0.34),
        Lot::Friche => alea.entre(0.22, 0.3),
    };
    let (l, p) = (c.largeur() * alea.entre(0.58, 0.76), c.profondeur());
    let p = (c.aire() * part / l).min(p * 0.74);
    let x = c.x.0 + (c.largeur() - l) * alea.entre(0.3, 0.7);
    let y = c.y.0.max(0.0)
        + alea
            .entre(9.0, 16.0)
            .min((c.profondeur() - p).max(0.0) * 0.6);
    c.inscrire(x, y, l, p, false, alea.entre(6.0, 10.5));
    if lot == Lot::Occupe && alea.chance(0.35) {
        c.inscrire(c.x.0 + 3.0, c.y.1 - 11.0, 12.0, 7.0, true, 4.0);
    }
}

fn mas(c: &mut Chantier, alea: &mut Alea) {
    let m = c.milieu();
    if !c.equerre(
        m.x - 9.0,
        m.y - 8.0,
        (alea.entre(15.0, 20.0), 9.0),
        (7.5, alea.entre(7.0, 11.0)),
        alea.chance(0.5),
        6.5,
    ) {
        c.inscrire(m.x - 8.0, m.y - 5.0, 16.0, 9.0, false, 6.5);
    }
    c.inscrire(m.x - 22.0, m.y + 4.0, 10.0, 14.0, alea.chance(0.5), 6.0);
}
