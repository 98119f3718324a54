//! Parcels of legal persons in the layout of the DGFiP: one row per tax subdivision (SUF) and owner.
//! No natural person is ever written, as in the real file.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::alea::{Alea, Objet};
use super::sol::Sol;
use super::texte::{Forme, octets};
use super::usages::{Friche, Lot, Usage};

const ENTETE: [&str; 24] = [
    "Département (Champ géographique)",
    "Code Direction (Champ géographique)",
    "Code Commune (Champ géographique)",
    "Nom Commune (Champ géographique)",
    "Préfixe (Références cadastrales)",
    "Section (Références cadastrales)",
    "N° plan (Références cadastrales)",
    "N° de voirie (Adresse parcelle)",
    "Indice de répétition (Adresse parcelle)",
    "Code voie MAJIC (Adresse parcelle)",
    "Code voie rivoli (Adresse parcelle)",
    "Nature voie (Adresse parcelle)",
    "Nom voie (Adresse parcelle)",
    "Contenance (Caractéristiques parcelle)",
    "SUF (Evaluation SUF)",
    "Nature culture (Evaluation SUF)",
    "Contenance (Evaluation SUF)",
    "Code droit (Propriétaire(s) parcelle)",
    "N° MAJIC (Propriétaire(s) parcelle)",
    "N° SIREN (Propriétaire(s) parcelle)",
    "Groupe personne (Propriétaire(s) parcelle)",
    "Forme juridique (Propriétaire(s) parcelle)",
    "Forme juridique abrégée (Propriétaire(s) parcelle)",
    "Dénomination (Propriétaire(s) parcelle)",
];

/// A legal person: SIREN, group, legal form, its abbreviation, name.
type Personne = (String, &'static str, &'static str, &'static str, String);

fn proprietaire(usage: Usage, commune: &str, code: &str, a: &mut Alea) -> Option<Personne> {
    let p = |siren: &str, groupe, forme, abrege, nom: &str| {
        Some((siren.to_owned(), groupe, forme, abrege, nom.to_owned()))
    };
    let entreprise = |a: &mut Alea| {
        let (debut, fin) = (
            a.parmi(&[
                "GARRIGUE",
                "OCCITAN",
                "LANGUEDOC",
                "COUSTOU",
                "HERAULT",
                "MIDI",
                "CANIGOU",
                "PEYRADE",
            ]),
            a.parmi(&[
                "LOGISTIQUE",
                "INVEST",
                "BATIMENT",
                "NEGOCE",
                "INDUSTRIE",
                "DISTRIBUTION",
            ]),
        );
        let n = a.entier(100, 899);
        Some((
            format!("990{n}{:03}", a.entier(100, 999)),
            "0",
            "Société à responsabilité limitée",
            "SARL",
            format!("{debut} {fin} (FICTIF)"),
        ))
    };
    let communal = || {
        p(
            &format!("9930{code}"),
            "4",
            "Commune",
            "COM",
            &format!("COMMUNE DE {commune}"),
        )
    };
    match usage {
        Usage::Ecole
        | Usage::Mairie
        | Usage::Eglise
        | Usage::Cimetiere
        | Usage::Parc
        | Usage::Stade
        | Usage::TerrainCommunal
        | Usage::Friche(Friche::Halle | Friche::AncienneEcole | Friche::Caserne) => communal(),
        Usage::Hlm => p(
            "990034001",
            "5",
            "Office public de l'habitat",
            "OPH",
            "OFFICE PUBLIC DE L'HABITAT DES GARRIGUES (FICTIF)",
        ),
        Usage::Hopital => p(
            "990034002",
            "9",
            "Etablissement public de santé",
            "EPS",
            "CENTRE HOSPITALIER (FICTIF)",
        ),
        Usage::College => p(
            "990034003",
            "3",
            "Département",
            "DPT",
            "DEPARTEMENT (FICTIF)",
        ),
        Usage::Administration => p(
            "990034004",
            "1",
            "Service de l'Etat",
            "ETAT",
            "ETAT - MINISTERE (FICTIF)",
        ),
        Usage::Gare | Usage::Rail | Usage::Friche(Friche::Ferroviaire) => p(
            "990034005",
            "9",
            "Société nationale",
            "EPIC",
            "SNCF RESEAU (FICTIF)",
        ),
        Usage::Zae(Lot::Inoccupe) => p(
            "990034006",
            "9",
            "Communauté de communes",
            "CC",
            "COMMUNAUTE DE COMMUNES (FICTIVE)",
        ),
        Usage::Zae(_)
        | Usage::Supermarche
        | Usage::Bureaux
        | Usage::Friche(Friche::Briqueterie | Friche::CaveCooperative) => entreprise(a),
        Usage::Collectif => p(
            &format!("U34{:06}", a.entier(1000, 99999)),
            "7",
            "Copropriété",
            "COPR",
            "LES COPROPRIETAIRES (FICTIF)",
        ),
        Usage::Bois | Usage::Garrigue if a.chance(0.08) => communal(),
        Usage::Vigne | Usage::Champ if a.chance(0.06) => {
            let n = a.entier(100, 999);
            Some((
                format!("991{n}{:03}", a.entier(100, 999)),
                "0",
                "Groupement foncier agricole",
                "GFA",
                format!("GFA DU MAS {n} (FICTIF)"),
            ))
        }
        Usage::Libre if a.chance(0.2) => p(
            "990034007",
            "6",
            "Société d'économie mixte",
            "SEM",
            "AMENAGEMENT DU TERRITOIRE (FICTIF)",
        ),
        _ => None,
    }
}

const FORME: Forme = Forme {
    bom: false,
    crlf: true,
    separateur: b';',
};

/// Rows of a commune already written as text (they are many), with its département.
pub(super) fn recueillir(sol: &Sol, graine: u64) -> io::Result<(String, Vec<u8>)> {
    let mut a = Alea::nouveau(graine, sol.commune.rang, Objet::Proprietaires);
    let nom = sol.commune.nom_cadastre();
    let (dep, com) = sol.commune.code.split_at(2);
    let mut lignes = Vec::new();
    for p in &sol.parcelles {
        let Some((siren, groupe, forme, abrege, denomination)) =
            proprietaire(p.usage, &nom, &sol.commune.code, &mut a)
        else {
            continue;
        };
        let culture = match p.usage {
            Usage::Vigne => "VI",
            Usage::Champ => "T",
            Usage::Bois => "BT",
            Usage::Garrigue => "L",
            _ => "S",
        };
        let aire = p.aire.round();
        // One parcel in ten has two tax subdivisions, hence two rows.
        let sufs: Vec<(&str, f64)> = if a.chance(0.1) {
            vec![
                ("A", (aire * 0.6).round()),
                ("B", aire - (aire * 0.6).round()),
            ]
        } else {
            vec![("", aire)]
        };
        let prefixe = if p.prefixe == "000" { "" } else { p.prefixe };
        let voie = a.parmi(&[
            "DES AMANDIERS",
            "DE LA REPUBLIQUE",
            "DU MOULIN",
            "DES GRAVES",
            "DU FOUR",
            "DE LA GARE",
        ]);
        let numero = a.entier(1, 90).to_string();
        // A second owner with a lesser right on some company land: the same parcel again.
        let mut droits = vec![("P", siren.clone(), forme, abrege, denomination.clone())];
        if groupe == "0" && a.chance(0.08) {
            droits.push((
                "U",
                "990034999".to_owned(),
                "Société anonyme",
                "SA",
                "CREDIT-BAIL DU MIDI (FICTIF)".to_owned(),
            ));
        }
        for (suf, surface) in sufs {
            for (droit, siren, forme, abrege, denomination) in &droits {
                let s = str::to_owned;
                lignes.push(vec![
                    s(dep),
                    s("0"),
                    s(com),
                    nom.clone(),
                    s(prefixe),
                    p.section.clone(),
                    p.numero.to_string(),
                    numero.clone(),
                    String::new(),
                    String::new(),
                    s("0110"),
                    s("RUE"),
                    s(voie),
                    format!("{aire:.0}"),
                    s(suf),
                    s(culture),
                    format!("{surface:.0}"),
                    s(droit),
                    String::new(),
                    siren.clone(),
                    s(groupe),
                    s(forme),
                    s(abrege),
                    denomination.clone(),
                ]);
            }
        }
    }
    Ok((dep.to_owned(), octets(FORME, &lignes)?))
}

/// Writes one file per département.
pub(super) fn ecrire(dossier: &Path, apports: &[(String, Vec<u8>)]) -> io::Result<Vec<PathBuf>> {
    let dossier = dossier.join("proprietaires");
    fs::create_dir_all(&dossier)?;
    let mut par_departement: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    for (dep, lignes) in apports {
        match par_departement.entry(dep) {
            Entry::Occupied(mut e) => e.get_mut().extend(lignes),
            Entry::Vacant(e) => e.insert(octets(FORME, &[ENTETE])?).extend(lignes),
        }
    }
    par_departement
        .iter()
        .map(|(dep, lignes)| {
            let chemin = dossier.join(format!("parcelles_personnes_morales_{dep}.csv"));
            fs::write(&chemin, lignes)?;
            Ok(chemin)
        })
        .collect()
}
