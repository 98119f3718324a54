//! What a file says of itself: edition, sources, licences, conditions, columns.

use std::fmt::Write as _;

use gisement_model::{Crs, Provenance};
use gisement_store::Manifest;
use serde_json::{Value, json};

use crate::Selection;

/// What to read first in every file.
pub(crate) const UNKNOWN: &str =
    "Une valeur absente est inconnue : elle ne vaut jamais zéro, ni « non ».";

/// What goes into a file: selections of one edition, and the conditions they were chosen by.
#[derive(Debug)]
pub struct Export<'a> {
    /// What the edition says of itself.
    pub manifest: &'a Manifest,
    /// What is written, in this order.
    pub selections: Vec<Selection<'a>>,
    /// The conditions on rows as they were asked for, for a reader; none when everything was.
    pub conditions: Vec<String>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Rows.
    pub rows: u64,
    /// Size of the file.
    pub bytes: u64,
    /// What the format could not hold as it was, in French.
    pub remarks: Vec<String>,
}

impl<'a> Export<'a> {
    /// Title of the file.
    pub(crate) fn title(&self) -> String {
        let names: Vec<&str> = self
            .selections
            .iter()
            .map(|s| s.info.titre.as_str())
            .collect();
        format!("{} : {}", self.manifest.nom, names.join(", "))
    }

    /// A sentence on where it comes from.
    pub(crate) fn description(&self) -> String {
        let m = self.manifest;
        let mut text = format!(
            "Extrait de l’observatoire « {} », édition {} (règles et fraîcheur au {}), Gisement {}.",
            m.nom, m.id, m.date, m.programme
        );
        if m.fictif {
            text.push_str(" TERRITOIRE FICTIF : ces données sont inventées.");
        }
        if !self.conditions.is_empty() {
            let _ = write!(text, " Sélection : {}.", self.conditions.join(" ; "));
        }
        let _ = write!(text, " Licences des sources : {}.", self.licences());
        text
    }

    /// The licences of the sources, each once.
    pub(crate) fn licences(&self) -> String {
        let sources = &self.manifest.sources;
        let mut names: Vec<&str> = sources
            .iter()
            .filter_map(|s| s.licence.as_deref())
            .collect();
        names.sort_unstable();
        names.dedup();
        if sources.iter().any(|s| s.licence.is_none()) {
            names.push("non indiquée pour certaines sources");
        }
        if names.is_empty() {
            "non indiquées".to_owned()
        } else {
            names.join(", ")
        }
    }

    /// The sources, as rows under [`SOURCE_COLUMNS`]; every collection of an edition may draw on all of them.
    pub(crate) fn sources(&self) -> impl Iterator<Item = [String; 8]> {
        self.ranked().map(|(rank, s)| row(s, rank))
    }

    /// The sources, each with its rank.
    pub(crate) fn ranked(&self) -> impl Iterator<Item = (usize, &'a Provenance)> {
        let mut rank = 0;
        let mut layer = None;
        self.manifest.sources.iter().map(move |s| {
            // What the `source` column of a collection counts: its rank among those of its layer.
            rank = if layer == Some(s.couche) { rank + 1 } else { 0 };
            layer = Some(s.couche);
            (rank, s)
        })
    }

    /// All of it for programs.
    pub(crate) fn json(&self) -> Value {
        let m = self.manifest;
        json!({
            "titre": self.title(),
            "observatoire": m.nom,
            "territoire_fictif": m.fictif,
            "edition": m.id,
            "date": m.date.to_string(),
            "programme": m.programme,
            "bareme": m.bareme,
            "selection": self.conditions,
            "licences": self.licences(),
            "sources": m.sources.iter().map(|s| json!({
                "couche": s.couche.code(),
                "fichier": s.fichier,
                "producteur": s.producteur,
                "licence": s.licence,
                "millesime": s.millesime.map(|d| d.to_string()),
                "crs": s.crs_source.map(|c| c.to_string()),
                "blake3": s.empreinte,
            })).collect::<Vec<_>>(),
            "collections": self.selections.iter().map(|s| json!({
                "id": s.info.id,
                "titre": s.info.titre,
                "lignes": s.len(),
                "champs": s.columns.iter().map(|c| json!({
                    "nom": c.champ.nom,
                    "genre": c.champ.genre,
                    "unite": c.champ.unite,
                    "libelle": c.champ.libelle,
                })).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "valeurs_absentes": UNKNOWN,
        })
    }

    /// `LISEZMOI.txt` of an archive; `columns` says how its files name their columns.
    pub(crate) fn readme(&self, remarks: &[String], columns: &str) -> String {
        let mut out = format!("{}\n\n{}\n\n{UNKNOWN}\n", self.title(), self.description());
        let _ = write!(out, "\nBarème : {}\n", self.manifest.bareme);
        out.push_str("\nContenu\n");
        for s in &self.selections {
            let _ = writeln!(
                out,
                "  {} : {} ({} lignes{})",
                s.info.id,
                s.info.titre,
                s.len(),
                if s.located() {
                    format!(", coordonnées en {}", named(s.crs()))
                } else {
                    String::new()
                }
            );
        }
        if !remarks.is_empty() {
            out.push_str("\nRemarques\n");
            for r in remarks {
                let _ = writeln!(out, "  - {r}");
            }
        }
        out.push_str("\nSources (détail dans sources.csv) ; leurs licences s’appliquent à ce qui en est tiré\n");
        // Often many files of one producer: said once.
        let mut lines: Vec<String> = self.manifest.sources.iter().map(sourced).collect();
        lines.dedup();
        for line in lines {
            let _ = writeln!(out, "  {line}");
        }
        let _ = write!(out, "\nColonnes\n{columns}");
        out
    }
}

/// Whose a source is, and under what licence.
pub(crate) fn sourced(s: &Provenance) -> String {
    format!(
        "{} : {}, {}, licence : {}",
        s.couche.code(),
        s.producteur.as_deref().unwrap_or("producteur non indiqué"),
        s.millesime
            .map_or_else(|| "sans date".to_owned(), |d| d.to_string()),
        s.licence.as_deref().unwrap_or("non indiquée"),
    )
}

/// A system for a reader.
pub(crate) fn named(crs: Crs) -> String {
    match crs {
        Crs::LonLat => "longitude et latitude (degrés, WGS 84)".to_owned(),
        other => other.to_string(),
    }
}

/// What [`Export::sources`] gives.
pub(crate) const SOURCE_COLUMNS: [&str; 8] = [
    "Couche",
    "Rang",
    "Fichier",
    "Producteur",
    "Licence",
    "Millésime",
    "Système d’origine",
    "BLAKE3",
];

fn row(s: &Provenance, rank: usize) -> [String; 8] {
    [
        s.couche.code().to_owned(),
        rank.to_string(),
        s.fichier.clone(),
        s.producteur.clone().unwrap_or_default(),
        s.licence.clone().unwrap_or_default(),
        s.millesime.map(|d| d.to_string()).unwrap_or_default(),
        s.crs_source.map(|c| c.to_string()).unwrap_or_default(),
        s.empreinte.clone(),
    ]
}

/// A count with its noun, one form for one and another for more.
pub(crate) fn counted(n: usize, one: &str, more: &str) -> String {
    format!("{n} {}", if n < 2 { one } else { more })
}
