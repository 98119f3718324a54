//! What is this file? Format, tables, columns, and the layer it looks like, with reasons in words; then a trial
//! reading as that layer and a ready `[[source]]` entry.
//!
//! One direction: `nature` (can it be read at all) → `content` (what is in each table) → `score` (against every
//! layer of [`crate::layers`], with the words of `vocabulary`) → `proposal` (the entry) → [`crate::read`] (the trial).

mod content;
mod nature;
mod proposal;
mod score;
mod suggest;
mod vocabulary;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gisement_model::{Couche, Crs, RapportFichier};
use serde::Serialize;

use crate::frame::{self, Declared, Frame};
use crate::{Error, SourceConfig, SourceFile, fingerprint};

pub use content::Colonne;
pub use nature::data_files;
pub use score::Candidat;

/// Objects of EDIGEO, as GDAL names them, that feed a layer.
const EDIGEO: &[&str] = &[
    "PARCELLE_id",
    "BATIMENT_id",
    "COMMUNE_id",
    "SECTION_id",
    "SUBDSECT_id",
    "LIEUDIT_id",
];

/// From this confidence on, and when the dialect accepts the columns, a layer is recognised.
const RECOGNISED: u8 = 50;

/// What a file is.
#[derive(Debug, Clone, Serialize)]
pub struct Inspection {
    /// The path, as given.
    pub chemin: String,
    /// Why the file holds nothing that can be read, in words: a raster, an XML document, an empty file…
    pub refus: Option<String>,
    /// Its tables: one, except in a GeoPackage.
    pub tables: Vec<Table>,
}

/// What one table holds.
#[derive(Debug, Clone, Serialize)]
pub struct Table {
    /// Its name; empty when the file is the table.
    pub nom: String,
    /// The format, in words.
    pub format: String,
    /// How the text encoding was decided.
    pub encodage: String,
    /// How the reference system was decided.
    pub crs: String,
    /// Rows in the table, readable or not.
    pub lignes: u64,
    /// Rows that are not rows: malformed objects, records marked as deleted.
    pub illisibles: u64,
    /// Columns, in the order of the file.
    pub colonnes: Vec<Colonne>,
    /// Number of rows by kind of geometry.
    pub geometries: BTreeMap<String, u64>,
    /// Extent in the coordinates of the file: xmin, ymin, xmax, ymax.
    pub emprise: Option<[f64; 4]>,
    /// The layers that the table may feed, likeliest first.
    pub candidats: Vec<Candidat>,
    /// The layer recognised.
    pub couche: Option<Couche>,
    /// What a reading as that layer gives, or why it failed.
    pub lecture: Option<Result<RapportFichier, String>>,
    /// The entry proposed for the likeliest layer.
    pub source: Option<SourceConfig>,
    /// The same as text, with what remains to be filled in as comments.
    pub bloc: Option<String>,
}

impl Inspection {
    /// Whether a table feeds a layer.
    pub fn is_recognised(&self) -> bool {
        self.tables.iter().any(|t| t.couche.is_some())
    }

    /// Whether a table read as its layer loses more than this share of its rows, or is cut short.
    pub fn loses_more_than(&self, share: f64) -> bool {
        self.tables
            .iter()
            .filter(|t| t.couche.is_some())
            .filter_map(|t| t.lecture.as_ref())
            .any(|l| {
                l.as_ref().map_or(true, |r| {
                    r.rejetes as f64 > share * r.lus as f64
                        || r.anomalies.contains_key("fichier_tronque")
                })
            })
    }
}

/// Says what a file is, in the legal projection of the territory where its coordinates lie. Never fails: what cannot be
/// read is said in [`Inspection::refus`].
pub fn inspect(path: &Path) -> Inspection {
    let mut out = Inspection {
        chemin: path.display().to_string(),
        refus: None,
        tables: Vec::new(),
    };
    match tables_of(path) {
        Err(refus) => out.refus = Some(refus),
        Ok(names) => {
            for name in names {
                match table(path, name.as_deref()) {
                    Ok(t) => out.tables.push(t),
                    Err(e) => out.refus = Some(nature::explain(path, &e)),
                }
            }
        }
    }
    out
}

/// The tables to look at: `None` for the only one of a file.
fn tables_of(path: &Path) -> Result<Vec<Option<String>>, String> {
    let format = crate::open::detect(path).map_err(|e| nature::explain(path, &e))?;
    #[cfg(feature = "gdal")]
    if format == crate::open::Format::GeoPackage {
        let names = crate::reader::gdal::tables(path).map_err(|e| nature::explain(path, &e))?;
        return Ok(if names.len() > 1 {
            names.into_iter().map(Some).collect()
        } else {
            vec![None]
        });
    }
    // The objects of a sheet that feed a layer; those that it lacks are left out.
    let edigeo = match format {
        crate::open::Format::Edigeo => true,
        crate::open::Format::Archive(_) => content::scan(path, None).is_err(),
        _ => false,
    };
    if edigeo {
        let found: Vec<Option<String>> = EDIGEO
            .iter()
            .filter(|name| content::scan(path, Some(name)).is_ok())
            .map(|name| Some((*name).to_owned()))
            .collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    if format == crate::open::Format::Csv
        && let Some(why) = nature::not_a_table(path)
    {
        return Err(why);
    }
    Ok(vec![None])
}

fn table(path: &Path, name: Option<&str>) -> Result<Table, Error> {
    let content = content::scan(path, name)?;
    // Nowhere to be found: read as anything else is, in the projection of the mainland.
    let legal =
        frame::legal(None, declared(&content), &content.first_coords).unwrap_or(Crs::Lambert93);
    let mut candidates = score::all(path, name, &content);
    candidates.sort_by(|a, b| b.confiance.cmp(&a.confiance).then(a.couche.cmp(&b.couche)));
    let best = candidates.first().cloned();
    let recognised = best
        .as_ref()
        .filter(|c| c.reconnue && c.confiance >= RECOGNISED)
        .map(|c| c.couche);
    let proposal = best.map(|c| proposal::of(path, name, &content, &c, recognised.is_some()));
    let lecture = match (&proposal, recognised) {
        (Some(p), Some(couche)) => Some(trial(path, &p.source, couche, legal)),
        _ => None,
    };
    Ok(Table {
        nom: name.unwrap_or_default().to_owned(),
        format: content.info.format.to_owned(),
        encodage: content
            .outcome
            .encoding
            .clone()
            .unwrap_or_else(|| content.info.encoding.clone()),
        crs: crs(&content, legal),
        lignes: content.rows,
        illisibles: content.broken,
        colonnes: content.columns(score::is_known_column),
        geometries: content.shapes.clone(),
        emprise: content.bounds,
        candidats: candidates,
        couche: recognised,
        lecture,
        source: proposal.as_ref().map(|p| p.source.clone()),
        bloc: proposal.map(|p| p.text),
    })
}

/// The reference system, decided as a reading would, and how.
fn crs(content: &content::Content, legal: Crs) -> String {
    if content.first_coords.is_empty() {
        return if content.info.has_geometry && content.rows > 0 {
            "aucune géométrie".into()
        } else if content.info.crs_words.is_empty() {
            "sans géométrie".into()
        } else {
            content.info.crs_words.clone()
        };
    }
    let declared = declared(content);
    Frame::decide("", None, declared, &content.first_coords, legal).map_or_else(
        |_| format!("système de coordonnées inconnu ({})", declared.words),
        |f| f.words,
    )
}

fn declared(content: &content::Content) -> Declared<'_> {
    Declared {
        crs: content.outcome.late_crs.or(content.info.crs),
        looks_like: content.info.looks_like,
        words: if content.info.crs_words.is_empty() {
            "coordonnées dans les cellules"
        } else {
            &content.info.crs_words
        },
    }
}

fn trial(
    path: &Path,
    config: &SourceConfig,
    couche: Couche,
    legal: Crs,
) -> Result<RapportFichier, String> {
    let file = source_file(path, config);
    let read = crate::layers::ALL
        .iter()
        .find(|l| l.couche == couche)
        .ok_or_else(|| format!("couche « {couche} » non lue"))?
        .read;
    fingerprint(&file, legal)
        .and_then(|fp| read(&file, &fp, legal))
        .map_err(|e| e.to_string())
}

/// The file under an entry, named as reports name it.
fn source_file<'a>(path: &Path, config: &'a SourceConfig) -> SourceFile<'a> {
    SourceFile {
        path: PathBuf::from(path),
        name: file_name(path),
        config,
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |n| n.to_string_lossy().into(),
    )
}

#[cfg(test)]
mod tests;
