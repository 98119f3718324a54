//! The territory of a pack: its communes, and what is asked of the edition again and again.

use std::collections::BTreeMap;

use gisement_export::Selection;
use gisement_model::{CommuneNotee, RegistreZan};
use serde_json::{Value, json};

use crate::columns::{Integers, Texts};
use crate::editions::Edition;
use crate::observatoire::{Absence, Perimetre};
use crate::problem::Problem;
use crate::territoires::{self, Level, Territoire};

/// A territory of an edition.
pub(super) struct Portee<'e> {
    pub(super) edition: &'e Edition,
    pub(super) territoire: Territoire<'e>,
    pub(super) communes: Vec<CommuneNotee>,
    pub(super) perimetre: Perimetre<'e>,
    lines: BTreeMap<String, RegistreZan>,
}

/// A heading of which the edition says nothing.
pub(super) fn missing(motif: &str, couche: &str) -> Value {
    json!({ "statut": "non_renseigne", "motif": motif, "couche_attendue": couche, "sources": [] })
}

/// A heading of which the edition says nothing, as what was looked for says it.
pub(super) fn absent(a: Absence) -> Value {
    missing(a.motif, a.couche)
}

/// A heading that is filled.
pub(super) fn filled(sources: &[&str]) -> Value {
    json!({ "statut": "renseigne", "motif": null, "couche_attendue": null, "sources": sources })
}

/// Square metres as the pack stores them.
pub(super) fn m2(v: f64) -> i64 {
    v.round() as i64
}

impl<'e> Portee<'e> {
    /// The territory that `niveau:code` names.
    pub(super) fn find(edition: &'e Edition, asked: &str) -> Result<Self, Problem> {
        let named = asked.split_once(':');
        let territoire = named
            .and_then(|(level, code)| territoires::find(edition, Level::parse(level)?, code))
            .ok_or_else(|| {
                Problem::parameter(
                    "territoire",
                    format!("L’édition n’a pas de territoire « {asked} » (niveau:code, par exemple scot:FICTIF-01)."),
                )
            })?;
        let communes: Vec<CommuneNotee> = match edition.collection("communes") {
            Some(c) => c.rows(&territoire.communes).map_err(Problem::internal)?,
            None => Vec::new(),
        };
        let lines = territoires::lines(edition, &communes)?;
        Ok(Self {
            edition,
            territoire,
            perimetre: Perimetre::new(edition, &communes),
            communes,
            lines,
        })
    }

    /// The ledger's line of a commune.
    pub(super) fn line(&self, c: &CommuneNotee) -> Option<&RegistreZan> {
        self.lines.get(c.code_insee.commune_entiere().as_str())
    }

    /// SIREN and name of the EPCI, in the order in which communes name them.
    pub(super) fn epci(&self) -> Vec<(&str, &str)> {
        let mut found: BTreeMap<&str, &str> = BTreeMap::new();
        for c in &self.communes {
            if let Some(siren) = &c.epci {
                found.insert(siren, c.epci_nom.as_deref().unwrap_or(siren));
            }
        }
        found.into_iter().collect()
    }

    /// The register of OCS GE, with a line by commune.
    pub(super) fn artificialisation(&self) -> Result<Value, Problem> {
        let mut found = territoires::artificialisation(self.edition, &self.communes)?;
        let lines = territoires::artificialisation_lines(self.edition, &self.communes)?;
        let bloc = match found["couverture"].as_str() {
            Some("aucune") | None => missing(
                "couche non chargée, ou un seul millésime",
                "OCS GE, deux millésimes",
            ),
            Some("partielle") => {
                let mut b = filled(&["occupation"]);
                b["statut"] = "partiel".into();
                b["motif"] = "commune non couverte par la source".into();
                b
            }
            Some(_) => filled(&["occupation"]),
        };
        for (key, value) in bloc.as_object().into_iter().flatten() {
            found[key] = value.clone();
        }
        found["lignes"] = lines.into();
        Ok(found)
    }

    /// Negative cells of the consumption file, over the communes of the territory.
    pub(super) fn residues(&self) -> i64 {
        let Some(c) = self.edition.collection("registre_zan_annuel") else {
            return 0;
        };
        let (level, code) = (Texts::new(c, "niveau"), Texts::new(c, "code"));
        let n = Integers::new(c, "nb_residus");
        let ours = |row: usize| {
            level.get(row) == Some("commune")
                && code.get(row).is_some_and(|k| self.perimetre.holds(k))
        };
        (0..c.len())
            .filter(|row| ours(*row))
            .filter_map(|row| n.get(row))
            .sum()
    }

    /// Rows of a collection that lie in the territory by the commune that they name, or else by where they are: a
    /// plan or a risk may name none.
    fn lying(&self, collection: &str) -> Vec<u32> {
        let (Some(communes), Some(c)) = (
            self.edition.collection("communes"),
            self.edition.collection(collection),
        ) else {
            return Vec::new();
        };
        let ours = self.territoire.communes.iter();
        let boxes: Vec<[f64; 4]> = ours
            .filter_map(|row| communes.bbox(*row as usize))
            .collect();
        let meets = |a: [f64; 4]| {
            boxes
                .iter()
                .any(|b| a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3])
        };
        let insee = Texts::new(c, "code_insee");
        (0..c.len())
            .filter(|row| match insee.get(*row) {
                Some(code) => self.perimetre.holds(code),
                None => c.bbox(*row).is_some_and(meets),
            })
            .map(|row| row as u32)
            .collect()
    }

    /// What the GeoPackage of the pack holds: communes, gisements, brownfields, parks and their plots, plans and
    /// constraints, registers.
    pub(super) fn selections(&self) -> Result<Vec<Selection<'e>>, crate::Error> {
        let p = &self.perimetre;
        let in_territory = |name: &'static str, column: &str| (name, Some(p.rows(name, column)));
        let gisements = p.gisements().iter().map(|g| g.row).collect();
        let mut parts: Vec<(&str, Option<Vec<u32>>)> = vec![
            ("communes", Some(self.territoire.communes.clone())),
            ("parcelles", Some(gisements)),
        ];
        parts.push(in_territory("friches", "code_insee"));
        parts.push(in_territory("friches_emprises", "code_insee"));
        parts.push(in_territory("zae", "code_insee"));
        parts.push(("terrains", Some(p.terrains())));
        parts.push(("zonage", Some(self.lying("zonage"))));
        parts.push(("contraintes", Some(self.lying("contraintes"))));
        parts.push(("registre_zan", None));
        parts.push(("registre_zan_annuel", None));
        parts.push(in_territory("registre_artificialisation", "code_insee"));
        let mut out = Vec::new();
        for (name, rows) in parts {
            let Some(collection) = self.edition.collection(name) else {
                continue;
            };
            let Some(info) = self.edition.public().find(|c| c.id == name) else {
                continue;
            };
            out.push(crate::exports::selection(
                self.edition,
                info,
                collection,
                rows,
            )?);
        }
        Ok(out)
    }
}
