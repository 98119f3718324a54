//! The territories above communes, as sets of communes of the edition.

use std::collections::{BTreeMap, BTreeSet};

use gisement_model::CodeInsee;
use gisement_model::codes::NiveauTerritoire;

use crate::layers::Layers;

/// Some communes of the edition.
#[derive(Debug, Clone)]
pub(super) struct Groupe {
    pub(super) niveau: NiveauTerritoire,
    pub(super) code: String,
    pub(super) nom: String,
    pub(super) communes: BTreeSet<CodeInsee>,
    /// How many communes it has, in the edition or not.
    pub(super) membres: Option<i64>,
}

/// EPCI, SCoT and départements that hold communes of the edition. Communes in none of a level that was loaded make a
/// line of their own, so that every level adds up to the same.
pub(super) fn of(layers: &Layers, communes: &BTreeSet<CodeInsee>) -> Vec<Groupe> {
    let mut out = Vec::new();
    let epci = layers.epci.rows.iter();
    out.extend(level(
        NiveauTerritoire::Epci,
        epci.map(|e| (e.siren.as_str(), e.nom.as_str(), &e.communes)),
        communes,
    ));
    let scots = layers.scots.rows.iter();
    out.extend(level(
        NiveauTerritoire::Scot,
        scots.map(|s| (s.id.as_str(), s.nom.as_str(), &s.communes)),
        communes,
    ));
    let mut departements: BTreeMap<&str, BTreeSet<CodeInsee>> = BTreeMap::new();
    for c in communes {
        departements.entry(c.departement()).or_default().insert(*c);
    }
    out.extend(departements.into_iter().map(|(code, communes)| Groupe {
        niveau: NiveauTerritoire::Departement,
        code: code.to_owned(),
        nom: code.to_owned(),
        communes,
        membres: None,
    }));
    out
}

fn level<'a>(
    niveau: NiveauTerritoire,
    groups: impl Iterator<Item = (&'a str, &'a str, &'a Vec<String>)>,
    communes: &BTreeSet<CodeInsee>,
) -> Vec<Groupe> {
    let mut left = communes.clone();
    let mut found: BTreeMap<&str, Groupe> = BTreeMap::new();
    let mut any = false;
    for (code, nom, members) in groups {
        any = true;
        let members: BTreeSet<CodeInsee> = members
            .iter()
            .filter_map(|c| c.parse::<CodeInsee>().ok())
            .map(CodeInsee::commune_entiere)
            .collect();
        let group = found.entry(code).or_insert_with(|| Groupe {
            niveau,
            code: code.to_owned(),
            nom: nom.to_owned(),
            communes: BTreeSet::new(),
            membres: Some(0),
        });
        group.membres = group.membres.map(|n| n + members.len() as i64);
        for c in members {
            // A commune claimed twice is counted in the first.
            if left.remove(&c) {
                group.communes.insert(c);
            }
        }
    }
    let mut out: Vec<Groupe> = found
        .into_values()
        .filter(|g| !g.communes.is_empty())
        .collect();
    if any && !left.is_empty() {
        let (code, nom) = match niveau {
            NiveauTerritoire::Epci => ("hors_epci", "Hors EPCI"),
            _ => ("hors_scot", "Hors SCoT"),
        };
        out.push(Groupe {
            niveau,
            code: code.to_owned(),
            nom: nom.to_owned(),
            communes: left,
            membres: None,
        });
    }
    out
}
