//! Planning documents in the CNIG layout: zones that tile the commune, prescriptions, carte communale.
//! Three dialects, as three generations of the standard are in force side by side.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::alea::{Alea, Objet};
use super::commune::{Dialecte, Document};
use super::plan::{Pt, gauche, unitaire};
use super::shp::{self, Champ, Codage, Couche, Ligne};
use super::sol::{Sol, Surface};
use super::usages::{Usage, Zone};

const DESTINATIONS: [Champ; 12] = [
    Champ("LIBELLE", 'C', 12),
    Champ("LIBELONG", 'C', 254),
    Champ("TYPEZONE", 'C', 3),
    Champ("FORMDOMI", 'C', 4),
    Champ("DESTOUI", 'C', 120),
    Champ("DESTCDT", 'C', 120),
    Champ("DESTNON", 'C', 120),
    Champ("NOMFIC", 'C', 80),
    Champ("URLFIC", 'C', 254),
    Champ("IDURBA", 'C', 30),
    Champ("DATVALID", 'C', 8),
    Champ("SYMBOLE", 'C', 80),
];
const COURANT: [Champ; 8] = [
    Champ("LIBELLE", 'C', 12),
    Champ("LIBELONG", 'C', 254),
    Champ("TYPEZONE", 'C', 3),
    Champ("NOMFIC", 'C', 80),
    Champ("URLFIC", 'C', 254),
    Champ("IDURBA", 'C', 30),
    Champ("DATVALID", 'C', 8),
    Champ("LIB_IDZONE", 'C', 40),
];
const ANCIEN: [Champ; 9] = [
    Champ("LIBELLE", 'C', 12),
    Champ("LIBELONG", 'C', 254),
    Champ("TYPEZONE", 'C', 3),
    Champ("DESTDOMI", 'C', 2),
    Champ("NOMFIC", 'C', 80),
    Champ("URLFIC", 'C', 254),
    Champ("INSEE", 'C', 5),
    Champ("DATAPPRO", 'C', 8),
    Champ("DATVALID", 'C', 8),
];
const SECTEUR_CC: [Champ; 9] = [
    Champ("LIBELLE", 'C', 12),
    Champ("LIBELONG", 'C', 254),
    Champ("TYPESECT", 'C', 2),
    Champ("FERMRECO", 'C', 3),
    Champ("NOMFIC", 'C', 80),
    Champ("URLFIC", 'C', 254),
    Champ("INSEE", 'C', 5),
    Champ("DATAPPRO", 'C', 8),
    Champ("DATVALID", 'C', 8),
];
const PRESCRIPTION: [Champ; 8] = [
    Champ("LIBELLE", 'C', 254),
    Champ("TXT", 'C', 10),
    Champ("TYPEPSC", 'C', 2),
    Champ("STYPEPSC", 'C', 2),
    Champ("NOMFIC", 'C', 80),
    Champ("URLFIC", 'C', 254),
    Champ("IDURBA", 'C', 30),
    Champ("DATVALID", 'C', 8),
];
const DOC_URBA: [Champ; 6] = [
    Champ("IDURBA", 'C', 30),
    Champ("TYPEDOC", 'C', 4),
    Champ("ETAT", 'C', 2),
    Champ("NOMPROC", 'C', 10),
    Champ("DATAPPRO", 'C', 8),
    Champ("NOMREG", 'C', 80),
];

/// Writes the documents of a commune; a commune under the national rules (RNU) has none.
pub(super) fn ecrire(dossier: &Path, sol: &Sol, graine: u64) -> io::Result<Vec<PathBuf>> {
    let code = &sol.commune.code;
    match sol.commune.document {
        Document::Rnu => Ok(Vec::new()),
        Document::CarteCommunale(date) => {
            let geo = dossier.join(format!("plu/{code}_CC_{date}/Donnees_geographiques"));
            let couche = Couche {
                champs: &SECTEUR_CC,
                lignes: secteurs(sol, date),
                codage: Codage::Utf8,
            };
            shp::ecrire(&geo.join(format!("{code}_SECTEUR_CC_{date}")), &couche)
        }
        Document::Plu(dialecte, date) => {
            let racine = dossier.join(format!("plu/{code}_PLU_{date}"));
            let geo = racine.join("Donnees_geographiques");
            let codage = match dialecte {
                Dialecte::Destinations => Codage::Utf8,
                Dialecte::Courant => Codage::Cp1252Muet,
                Dialecte::Ancien => Codage::Cp1252,
            };
            let champs: &'static [Champ] = match dialecte {
                Dialecte::Destinations => &DESTINATIONS,
                Dialecte::Courant => &COURANT,
                Dialecte::Ancien => &ANCIEN,
            };
            let mut f = shp::ecrire(
                &geo.join(format!("{code}_ZONE_URBA_{date}")),
                &Couche {
                    champs,
                    lignes: zones(sol, dialecte, date),
                    codage,
                },
            )?;
            let prescriptions = Couche {
                champs: &PRESCRIPTION,
                lignes: prescriptions(sol, date, graine),
                codage,
            };
            f.extend(shp::ecrire(
                &geo.join(format!("{code}_PRESCRIPTION_SURF_{date}")),
                &prescriptions,
            )?);
            let doc = vec![
                format!("{code}_PLU_{date}"),
                "PLU".into(),
                "03".into(),
                "R".into(),
                date.into(),
                format!("{code}_reglement_{date}.pdf"),
            ];
            let chemin = racine.join(format!("{code}_DOC_URBA_{date}.dbf"));
            fs::write(
                &chemin,
                shp::table(&DOC_URBA, std::iter::once(doc.as_slice()), codage),
            )?;
            f.push(chemin);
            Ok(f)
        }
    }
}

fn zones(sol: &Sol, dialecte: Dialecte, date: &str) -> Vec<Ligne> {
    let code = &sol.commune.code;
    let nomfic = format!("{code}_reglement_{date}.pdf");
    let idurba = format!("{code}_PLU_{date}");
    let mut lignes = Vec::new();
    for (&zone, surfaces) in &sol.zones {
        // In the oldest dialect one natural zone keeps the type `Nh`, withdrawn from the standard in 2014.
        let petite = surfaces
            .iter()
            .enumerate()
            .min_by(|a, b| super::plan::aire(&a.1[0]).total_cmp(&super::plan::aire(&b.1[0])))
            .map(|(i, _)| i);
        for (i, s) in surfaces.iter().enumerate() {
            let nh = dialecte == Dialecte::Ancien
                && zone == Zone::N
                && surfaces.len() > 1
                && Some(i) == petite;
            let (libelle, longue, genre) = if nh {
                ("Nh", "Zone naturelle habitée : hameaux et écarts", "Nh")
            } else {
                (zone.libelle(), zone.libelong(), zone.typezone())
            };
            let page = format!(
                "{nomfic}#page={}",
                5 + 9 * Zone::TOUTES.iter().position(|z| *z == zone).unwrap_or(0)
            );
            let (oui, cdt, non) = destinations(zone);
            let v: Vec<&str> = match dialecte {
                Dialecte::Destinations => vec![
                    libelle,
                    longue,
                    genre,
                    zone.formdomi().0,
                    oui,
                    cdt,
                    non,
                    &page,
                    "",
                    &idurba,
                    date,
                    "",
                ],
                Dialecte::Courant => {
                    vec![libelle, longue, genre, &page, "", &idurba, date, libelle]
                }
                Dialecte::Ancien => vec![
                    libelle,
                    longue,
                    genre,
                    zone.formdomi().1,
                    &page,
                    "",
                    code,
                    date,
                    date,
                ],
            };
            lignes.push((s.clone(), v.into_iter().map(str::to_owned).collect()));
        }
    }
    lignes
}

/// Sub-destinations allowed, conditional and banned (CNIG codes; 20 to 22 is housing).
fn destinations(zone: Zone) -> (&'static str, &'static str, &'static str) {
    match zone {
        Zone::Ua | Zone::Ub => ("20,21,22,30,31,32,33,35,40,41,43,51", "50", "10,11,52"),
        Zone::Uc => ("20,21,22,40,43", "30,32,33,51", "10,11,31,50,52"),
        Zone::Ux => ("30,31,33,50,51,52,53", "32,40", "10,11,20,21,22"),
        Zone::Ue => ("40,41,42,43,44,45", "21,22", "10,11,30,50,52"),
        Zone::Uf => ("41,42", "", "10,11,20,21,22,30,50,52"),
        Zone::Auc => ("", "20,21,22,40", "10,11,50,52"),
        Zone::Aus => ("", "", "10,20,21,22,30,50,52"),
        Zone::A => ("10", "11", "20,21,22,30,50,51,52"),
        Zone::N => ("11", "42", "10,20,21,22,30,50,51,52"),
    }
}

/// Sectors of a carte communale: 01 open to building, 02 activities only, 03 closed.
fn secteurs(sol: &Sol, date: &str) -> Vec<Ligne> {
    let mut lignes = Vec::new();
    for (zone, surfaces) in &sol.zones {
        let (code, nom, longue) = match zone.typezone() {
            "U" if *zone == Zone::Ux => {
                ("02", "ZCa", "Secteur réservé à l'implantation d'activités")
            }
            "U" => ("01", "ZC", "Secteur où les constructions sont autorisées"),
            _ => (
                "03",
                "ZnC",
                "Secteur où les constructions ne sont pas admises, sauf exceptions",
            ),
        };
        for s in surfaces {
            let v = [
                nom,
                longue,
                code,
                "non",
                "",
                "",
                &sol.commune.code,
                date,
                date,
            ];
            lignes.push((s.clone(), v.into_iter().map(str::to_owned).collect()));
        }
    }
    lignes
}

fn prescriptions(sol: &Sol, date: &str, graine: u64) -> Vec<Ligne> {
    let mut alea = Alea::nouveau(graine, sol.commune.rang, Objet::Sites);
    let idurba = format!("{}_PLU_{date}", sol.commune.code);
    let mut lignes = Vec::new();
    let mut ajouter = |s: Surface, libelle: &str, txt: &str, genre: &str, sous: &str| {
        let v = [libelle, txt, genre, sous, "", "", &idurba, date];
        lignes.push((s, v.into_iter().map(str::to_owned).collect()));
    };
    let choisir =
        |usage: fn(Usage) -> bool, n: usize, alea: &mut Alea| -> Vec<&super::sol::Parcelle> {
            let tous: Vec<_> = sol.parcelles.iter().filter(|p| usage(p.usage)).collect();
            let depart = if tous.is_empty() {
                0
            } else {
                alea.entier(0, tous.len() as i64 - 1) as usize
            };
            let pas = (tous.len() / n.max(1)).max(1);
            (0..n.min(tous.len()))
                .map(|k| tous[(depart + k * pas) % tous.len()])
                .collect()
        };
    for p in choisir(|u| u == Usage::Bois, 7, &mut alea) {
        ajouter(
            vec![p.anneau.clone()],
            "Espace boisé classé",
            "EBC",
            "01",
            "00",
        );
    }
    for p in choisir(|u| matches!(u, Usage::Parc | Usage::Eglise), 3, &mut alea) {
        ajouter(
            vec![p.anneau.clone()],
            "Élément de paysage et de patrimoine à protéger",
            "",
            "07",
            "01",
        );
    }
    // A road widening: a strip that ignores parcel limits, as these do.
    for (k, p) in choisir(
        |u| matches!(u, Usage::Pavillon | Usage::Faubourg),
        2,
        &mut alea,
    )
    .into_iter()
    .enumerate()
    {
        let txt = format!("ER{}", k + 1);
        ajouter(
            vec![bande(
                p.anneau[0],
                sol.centre,
                alea.entre(130.0, 220.0),
                alea.entre(5.0, 8.0),
            )],
            "Emplacement réservé : élargissement de voirie",
            &txt,
            "05",
            "01",
        );
    }
    if let Some(p) = choisir(|u| u == Usage::Champ, 1, &mut alea).first() {
        ajouter(
            vec![p.anneau.clone()],
            "Emplacement réservé : équipement public (bassin de rétention)",
            "ER3",
            "05",
            "02",
        );
    }
    // Reserved for social mix: vacant plots, with the whole commune's largest ones first.
    let mut libres: Vec<_> = sol
        .parcelles
        .iter()
        .filter(|p| matches!(p.usage, Usage::Libre | Usage::TerrainCommunal))
        .collect();
    libres.sort_by(|a, b| b.aire.total_cmp(&a.aire));
    for (k, p) in libres.iter().skip(1).take(2).enumerate() {
        ajouter(
            vec![p.anneau.clone()],
            "Emplacement réservé en vue de la réalisation de logements sociaux",
            &format!("ERS{}", k + 1),
            "05",
            "05",
        );
    }
    if let Some(auc) = sol.zones.get(&Zone::Auc).and_then(|z| z.first()) {
        ajouter(
            auc.clone(),
            "Secteur de mixité sociale : 30 % de logements locatifs sociaux",
            "SMS1",
            "17",
            "00",
        );
    }
    if let Some(p) = sol.parcelles.iter().find(|p| {
        matches!(
            p.usage,
            Usage::Friche(
                super::usages::Friche::Briqueterie | super::usages::Friche::CaveCooperative
            )
        )
    }) {
        ajouter(
            vec![p.anneau.clone()],
            "Secteur de mixité sociale : 40 % de logements locatifs sociaux",
            "SMS2",
            "17",
            "00",
        );
    }
    for s in sol.bande_de_riviere(10.0, 19.0) {
        ajouter(
            s,
            "Marge de recul inconstructible le long du cours d'eau",
            "",
            "02",
            "01",
        );
    }
    lignes
}

/// A strip of the given length and width that starts at a point and heads for another.
fn bande(a: Pt, vers: Pt, longueur: f64, largeur: f64) -> Vec<Pt> {
    let u = unitaire(vers - a);
    let v = gauche(u) * largeur;
    [a, a + u * longueur, a + u * longueur + v, a + v]
        .into_iter()
        .map(super::deformation::au_centimetre)
        .collect()
}
