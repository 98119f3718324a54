//! The ingest report of one file: what was read, kept, repaired, rejected, and why.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Provenance;

/// How many examples are kept for each kind of anomaly.
pub const EXEMPLES_MAX: usize = 5;

/// The report of one file. `lus = gardes + rejetes + fusionnes` always holds ([`RapportFichier::is_balanced`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RapportFichier {
    /// The file.
    pub source: Provenance,
    /// The schema recognised, in words (`cadastre Etalab GeoJSON`).
    pub dialecte: String,
    /// Rows read.
    pub lus: u64,
    /// Rows kept in the layer.
    pub gardes: u64,
    /// Rows refused.
    pub rejetes: u64,
    /// Rows merged into another one (duplicates), or left out by the configured filter.
    pub fusionnes: u64,
    /// Rows kept after a repair, by kind of repair.
    pub repares: BTreeMap<String, u64>,
    /// What was found wrong, by code.
    pub anomalies: BTreeMap<String, Anomalie>,
    /// How the reference system was decided.
    pub crs: String,
    /// How the text encoding was decided.
    pub encodage: String,
    /// Extent in the layer's projection: xmin, ymin, xmax, ymax.
    pub emprise: Option<[f64; 4]>,
    /// Largest share of rejected rows that the configuration accepts, from 0 to 1. Said by the build: the file, which
    /// is read once for several of them, has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<f64>,
}

/// What becomes of a row in which something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effet {
    /// It is kept.
    #[default]
    Garde,
    /// It is refused.
    Rejete,
    /// It is merged into another, or left out as asked.
    Fusionne,
}

impl Effet {
    /// In words.
    pub fn libelle(self) -> &'static str {
        match self {
            Self::Garde => "gardé",
            Self::Rejete => "rejeté",
            Self::Fusionne => "fusionné ou écarté",
        }
    }
}

/// One kind of anomaly.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Anomalie {
    /// What it means, for the reader of the report.
    pub libelle: String,
    /// What became of the rows.
    pub effet: Effet,
    /// How many times.
    pub nombre: u64,
    /// The first cases, at most [`EXEMPLES_MAX`].
    pub exemples: Vec<Exemple>,
}

/// One case of an anomaly.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Exemple {
    /// Row or feature number, from 1.
    pub ligne: Option<u64>,
    /// Column.
    pub champ: Option<String>,
    /// The value found, shortened.
    pub valeur: Option<String>,
}

impl RapportFichier {
    /// An empty report for a file.
    pub fn new(source: Provenance, dialecte: impl Into<String>) -> Self {
        Self {
            source,
            dialecte: dialecte.into(),
            lus: 0,
            gardes: 0,
            rejetes: 0,
            fusionnes: 0,
            repares: BTreeMap::new(),
            anomalies: BTreeMap::new(),
            crs: String::new(),
            encodage: String::new(),
            emprise: None,
            tolerance: None,
        }
    }

    /// Whether more rows were rejected than the configuration accepts.
    pub fn is_beyond_tolerance(&self) -> bool {
        self.tolerance
            .is_some_and(|t| self.rejetes as f64 > t * self.lus as f64)
    }

    /// Whether every row read is accounted for.
    pub fn is_balanced(&self) -> bool {
        self.lus == self.gardes + self.rejetes + self.fusionnes
    }

    /// Records an anomaly.
    pub fn note(&mut self, code: &str, libelle: &str, effet: Effet, exemple: Exemple) {
        let a = self.anomalies.entry(code.to_owned()).or_default();
        if a.nombre == 0 {
            libelle.clone_into(&mut a.libelle);
            a.effet = effet;
        }
        a.nombre += 1;
        if a.exemples.len() < EXEMPLES_MAX {
            a.exemples.push(exemple);
        }
    }

    /// Records a repair.
    pub fn repaired(&mut self, kind: &str) {
        *self.repares.entry(kind.to_owned()).or_default() += 1;
    }
}

impl Exemple {
    /// A case at a row, in a column, with its value cut to 80 characters.
    pub fn at(ligne: u64, champ: &str, valeur: &str) -> Self {
        Self {
            ligne: Some(ligne),
            champ: (!champ.is_empty()).then(|| champ.to_owned()),
            valeur: (!valeur.is_empty()).then(|| valeur.chars().take(80).collect()),
        }
    }
}
