//! The tables of a pack, described in `feuilles.toml`: rows of figures as typed columns.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::indicateurs::{self, Indicateur};
use crate::{Error, Result};

/// A description.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    nom: String,
    titre: String,
    lignes: String,
    /// One more row, the last.
    #[serde(default)]
    avec: Option<String>,
    /// The list of each row of which every element is a row.
    #[serde(default)]
    deplier: Option<String>,
    /// What such a row keeps of the one that it comes from.
    #[serde(default)]
    garder: Vec<String>,
    /// Columns that become rows: key of the value → its name.
    #[serde(default)]
    depivoter: std::collections::BTreeMap<String, String>,
    colonnes: Vec<String>,
}

#[derive(Deserialize)]
struct Fichier {
    feuille: Vec<Description>,
}

/// A table.
pub(super) struct Feuille {
    pub(super) nom: String,
    pub(super) titre: String,
    pub(super) colonnes: Vec<Colonne>,
    pub(super) lignes: Vec<Map<String, Value>>,
}

/// A column: where it is in a row, and what it is.
pub(super) struct Colonne {
    chemin: String,
    pub(super) indicateur: &'static Indicateur,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cellule<'a> {
    Nombre(f64),
    Texte(&'a str),
    Booleen(bool),
    /// No number, and why: `non_renseigne`, `sans_objet`, `secret`.
    Absente(&'static str),
}

impl Colonne {
    /// What a row holds here.
    pub(super) fn cellule<'a>(&self, ligne: &'a Map<String, Value>) -> Cellule<'a> {
        let mut steps = self.chemin.split('/');
        let first = steps.next().and_then(|s| ligne.get(s));
        let found = steps.fold(first, |v, step| v.and_then(|v| v.get(step)));
        match found {
            Some(Value::Number(n)) => n
                .as_f64()
                .map_or(Cellule::Absente("non_renseigne"), Cellule::Nombre),
            Some(Value::Bool(b)) => Cellule::Booleen(*b),
            Some(Value::String(s)) if !self.is_text() && s == "sans_objet" => {
                Cellule::Absente("sans_objet")
            }
            Some(Value::String(s)) if !self.is_text() && s == "secret" => {
                Cellule::Absente("secret")
            }
            Some(Value::String(s)) => Cellule::Texte(s),
            _ => Cellule::Absente("non_renseigne"),
        }
    }

    /// Whether its values are words: a word that is missing has no status of its own.
    pub(super) fn is_text(&self) -> bool {
        matches!(self.indicateur.unite.as_str(), "texte" | "date" | "booleen")
    }

    /// Label and unit.
    pub(super) fn entete(&self) -> String {
        let i = self.indicateur;
        match i.unite.as_str() {
            "texte" | "date" | "booleen" | "nombre" | "an" | "unites" | "ratio" => {
                i.libelle.clone()
            }
            unit => format!("{} ({unit})", i.libelle),
        }
    }
}

/// Every table, in the order of the workbook.
pub(super) fn all(donnees: &Value) -> Result<Vec<Feuille>> {
    let file: Fichier =
        toml::from_str(include_str!("feuilles.toml")).map_err(|e| Error::of("feuilles.toml")(e))?;
    file.feuille.into_iter().map(|d| d.read(donnees)).collect()
}

impl Description {
    fn read(self, donnees: &Value) -> Result<Feuille> {
        let colonnes = self
            .colonnes
            .iter()
            .map(|c| {
                let (chemin, id) = c.split_once('=').unwrap_or((c, c));
                let indicateur = indicateurs::find(id).ok_or_else(|| {
                    Error::of("feuilles.toml")(format!(
                        "{} : indicateur « {id} » inconnu",
                        self.nom
                    ))
                })?;
                Ok(Colonne {
                    chemin: chemin.to_owned(),
                    indicateur,
                })
            })
            .collect::<Result<_>>()?;
        let object = |v: &Value| v.as_object().cloned();
        let mut lignes: Vec<Map<String, Value>> = donnees
            .pointer(&self.lignes)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(object)
            .collect();
        lignes.extend(
            self.avec
                .iter()
                .filter_map(|p| donnees.pointer(p).and_then(object)),
        );
        if let Some(list) = &self.deplier {
            lignes = unfolded(&lignes, list, &self.garder);
        }
        if !self.depivoter.is_empty() {
            lignes = lignes
                .iter()
                .flat_map(|l| {
                    self.depivoter.iter().map(|(key, name)| {
                        let mut row = l.clone();
                        row.insert("destination".to_owned(), name.as_str().into());
                        row.insert("valeur".to_owned(), l.get(key).cloned().unwrap_or_default());
                        row
                    })
                })
                .collect();
        }
        Ok(Feuille {
            nom: self.nom,
            titre: self.titre,
            colonnes,
            lignes,
        })
    }
}

fn unfolded(lignes: &[Map<String, Value>], list: &str, kept: &[String]) -> Vec<Map<String, Value>> {
    let mut out = Vec::new();
    for l in lignes {
        for element in l.get(list).and_then(Value::as_array).into_iter().flatten() {
            let mut row = element.as_object().cloned().unwrap_or_default();
            for key in kept {
                row.insert(key.clone(), l.get(key).cloned().unwrap_or_default());
            }
            out.push(row);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_column_is_in_the_registry_and_registers_never_meet() {
        for f in all(&json!({})).unwrap() {
            let registers: std::collections::BTreeSet<&str> = f
                .colonnes
                .iter()
                .filter_map(|c| c.indicateur.registre.as_deref())
                .collect();
            assert!(registers.len() <= 1, "{} : {registers:?}", f.nom);
            assert!(f.lignes.is_empty());
        }
    }

    #[test]
    fn rows_unfold_and_what_is_missing_says_why() {
        let year =
            json!({ "annee": 2021, "periode": "objectif", "activite_m2": 5.0, "habitat_m2": null });
        let commune = json!({ "code": "34001", "nom": "A", "part": "sans_objet", "reste_m2": -12, "annees": [year],
            "objectif": { "reduction": 0.5 } });
        let sheets = all(&json!({ "registre": { "communes": [commune] } })).unwrap();
        let of = |nom: &str| sheets.iter().find(|f| f.nom == nom).unwrap();
        let cell = |f: &Feuille, row: usize, id: &str| -> String {
            let c = f.colonnes.iter().find(|c| c.indicateur.id == id).unwrap();
            format!("{:?}", c.cellule(&f.lignes[row]))
        };
        let lines = of("ZAN_communes");
        assert_eq!(cell(lines, 0, "enaf_part"), "Absente(\"sans_objet\")");
        assert_eq!(cell(lines, 0, "enaf_reste"), "Nombre(-12.0)");
        assert_eq!(cell(lines, 0, "enaf_taux"), "Nombre(0.5)");
        assert_eq!(cell(lines, 0, "enaf_cible"), "Absente(\"non_renseigne\")");
        let years = of("ZAN_annuel");
        assert_eq!(years.lignes.len(), 6);
        assert_eq!(
            (cell(years, 0, "destination"), cell(years, 0, "enaf_flux")),
            ("Texte(\"activite\")".into(), "Nombre(5.0)".into())
        );
        assert_eq!(cell(years, 2, "enaf_flux"), "Absente(\"non_renseigne\")");
    }
}
