//! Tables per commune: ENAF consumption (Cerema), ABC zones, SRU inventory, demand for social housing.

use std::io;
use std::path::{Path, PathBuf};

use super::alea::{Alea, Objet};
use super::commune::{Commune, Taille};
use super::territoires::{nom_epci, siren_epci};
use super::texte::{Forme, SIMPLE, csv};

const DESTINATIONS: [&str; 6] = ["act", "hab", "mix", "rou", "fer", "inc"];
/// First and last calendar year of the edition: columns `naf09art10` to `naf23art24`.
const ANNEES: std::ops::Range<u32> = 9..24;

/// Writes `enaf/conso_com.csv`.
pub(super) fn enaf(dossier: &Path, communes: &[Commune], graine: u64) -> io::Result<PathBuf> {
    let mut entete: Vec<String> = [
        "idcom",
        "idcomtxt",
        "idreg",
        "idregtxt",
        "iddep",
        "iddeptxt",
        "epci24",
        "epci24txt",
        "scot",
    ]
    .map(str::to_owned)
    .to_vec();
    for a in ANNEES {
        entete.push(format!("naf{a:02}art{:02}", a + 1));
        entete.extend(
            DESTINATIONS
                .iter()
                .map(|d| format!("art{a:02}{d}{:02}", a + 1)),
        );
    }
    entete.extend(["naf09art24".to_owned(), "surfcom2024".to_owned()]);
    let lignes: Vec<Vec<String>> = communes
        .iter()
        .map(|c| {
            let mut a = Alea::nouveau(graine, c.rang + 1_000_000, Objet::Statistiques);
            let (dep, deptxt) = c.departement();
            let scot = c
                .scot
                .map_or_else(String::new, |s| format!("SCOT_F{:02}", s + 1));
            let mut l = vec![
                c.code.clone(),
                c.nom.clone(),
                "76".into(),
                "Occitanie".into(),
                dep.into(),
                deptxt.into(),
                siren_epci(c.epci),
                nom_epci(c.epci, graine),
                scot,
            ];
            let (mut somme, base) = (0_i64, f64::from(c.population).sqrt() * 330.0);
            for an in ANNEES {
                // Consumption falls over the years, as everywhere since 2011.
                let tendance = if an < 12 {
                    1.25
                } else if an < 18 {
                    0.85
                } else {
                    0.6
                };
                let mut v: Vec<i64> = vec![
                    if c.taille != Taille::Village && a.chance(0.5) {
                        (base * tendance * a.entre(0.1, 0.9)) as i64
                    } else {
                        0
                    },
                    (base * tendance * a.entre(0.15, 1.3)) as i64,
                    if a.chance(0.1) {
                        (base * a.entre(0.02, 0.1)) as i64
                    } else {
                        0
                    },
                    if a.chance(0.25) {
                        (base * a.entre(0.02, 0.2)) as i64
                    } else {
                        0
                    },
                    0,
                    if a.chance(0.03) {
                        -1 - i64::from(a.chance(0.3))
                    } else {
                        0
                    },
                ];
                if an == 16 && c.rang == 0 {
                    // One known residue of −1 m² in the main town.
                    v[5] = -1;
                }
                let total: i64 = v.iter().sum();
                somme += total;
                l.push(total.to_string());
                l.extend(v.iter().map(ToString::to_string));
            }
            l.extend([somme.to_string(), "9183000".to_owned()]);
            l
        })
        .collect();
    let entete: Vec<&str> = entete.iter().map(String::as_str).collect();
    csv(
        &dossier.join("enaf/conso_com.csv"),
        Forme {
            bom: true,
            crlf: false,
            separateur: b';',
        },
        &entete,
        &lignes,
    )
}

/// Writes the three housing tables.
pub(super) fn logement(
    dossier: &Path,
    communes: &[Commune],
    graine: u64,
) -> io::Result<Vec<PathBuf>> {
    let zone = |c: &Commune| match (c.taille, c.rang) {
        (Taille::Ville, _) | (_, 1) => "B1",
        (Taille::Bourg, r) if r % 2 == 0 => "B2",
        (_, 2) => "B2",
        _ => "C",
    };
    let abc: Vec<Vec<String>> = communes
        .iter()
        .map(|c| {
            vec![
                c.code.clone(),
                "76".into(),
                c.departement().0.to_owned(),
                c.nom.clone(),
                zone(c).into(),
                "Non".into(),
            ]
        })
        .collect();
    let forme = Forme {
        bom: false,
        crlf: true,
        separateur: b';',
    };
    let entete = [
        "CODGEO",
        "REG",
        "DEP",
        "LIBGEO",
        "Zone en vigueur depuis le 26 juin 2026",
        "Reclassement juin 2026",
    ];
    let mut fichiers = vec![csv(
        &dossier.join("logement/zonage-abc.csv"),
        forme,
        &entete,
        &abc,
    )?];

    let virgule = |v: f64, n: usize| format!("{v:.n$}").replace('.', ",");
    let (mut sru, mut demande) = (Vec::new(), Vec::new());
    for c in communes {
        let mut a = Alea::nouveau(graine, c.rang + 2_000_000, Objet::Statistiques);
        let taux = match c.rang {
            0 => 17.42,
            1 => 6.18,
            _ => a.entre(1.5, 19.0),
        };
        let soumise = c.population > 3500;
        // One commune failed its triennial duty: carence.
        let carence = c.rang == 1 || c.rang > 6 && soumise && taux < 6.0 && a.chance(0.4);
        let situation = if soumise {
            if carence {
                "Soumise prélevée"
            } else {
                "Soumise prélèvement nul"
            }
        } else {
            "Non soumise sous seuil pop"
        };
        let rp = i64::from(c.population) * 10 / 22;
        let milliers = if rp >= 1000 {
            format!("{} {:03}", rp / 1000, rp % 1000)
        } else {
            rp.to_string()
        };
        let cible = if !soumise {
            "NC".to_owned()
        } else if c.taille == Taille::Ville {
            "25%".to_owned()
        } else {
            "20%".to_owned()
        };
        sru.push(vec![
            c.code.clone(),
            c.nom.clone(),
            milliers,
            (rp as f64 * taux / 100.0).round().to_string(),
            format!("{}%", virgule(taux, 2)),
            cible,
            situation.into(),
            if carence { "oui" } else { "non" }.into(),
            if carence { "22/12/2023" } else { "" }.into(),
        ]);
        let demandes = (rp as f64 * a.entre(0.02, 0.07)).round();
        let tension = if c.taille == Taille::Ville {
            a.entre(4.5, 8.5)
        } else {
            a.entre(1.8, 5.5)
        };
        let attributions = (demandes / tension).round().max(1.0);
        let tension = if c.population < 700 {
            "NC".into()
        } else {
            virgule(demandes / attributions, 1)
        };
        demande.push(vec![
            c.code.clone(),
            c.nom.clone(),
            demandes.to_string(),
            attributions.to_string(),
            tension,
            virgule(a.entre(0.045, 0.13), 3),
            virgule(taux / 100.0, 4),
        ]);
    }
    let entete = [
        "Code INSEE",
        "Commune",
        "Résidences principales",
        "LLS",
        "Taux LLS 2025",
        "Taux cible",
        "Situation de la commune",
        "Commune carencée",
        "Date arrêté de carence",
    ];
    fichiers.push(csv(
        &dossier.join("logement/sru.csv"),
        SIMPLE,
        &entete,
        &sru,
    )?);
    let entete = [
        "code_insee",
        "commune",
        "demandes",
        "attributions",
        "pression",
        "taux_vacance",
        "part_lls",
    ];
    fichiers.push(csv(
        &dossier.join("logement/demande.csv"),
        SIMPLE,
        &entete,
        &demande,
    )?);
    Ok(fichiers)
}
