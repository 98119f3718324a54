//! How well a table suits each layer. Three witnesses: the columns (one that a single layer knows says more than
//! one that all know), the words in the cells, the geometry; and a last one that counts little, the name.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use gisement_model::texte::cle;
use gisement_model::{Couche, GeometryKind};
use serde::Serialize;

use super::content::Content;
use super::{source_file, suggest, vocabulary};
use crate::SourceConfig;
use crate::columns::match_column;
use crate::layers::{ALL, Layer};
use crate::normalise;
use crate::plan::{Found, Plan};

/// Values looked at to recognise a list.
const VALUES: usize = 300;
/// A layer accepted only thanks to guessed correspondences is never surer than this.
const GUESSED_MAX: f64 = 60.0;

/// A layer that a table may feed.
#[derive(Debug, Clone, Serialize)]
pub struct Candidat {
    /// The layer.
    pub couche: Couche,
    /// From 0 to 100.
    pub confiance: u8,
    /// Whether the columns suffice to read the table as that layer.
    pub reconnue: bool,
    /// The schema recognised, in words.
    pub dialecte: Option<String>,
    /// What speaks for it.
    pub pour: Vec<String>,
    /// What speaks against it.
    pub contre: Vec<String>,
    /// What is missing to read it so.
    pub manque: Option<String>,
    /// Field → column, used by the layer.
    pub champs: BTreeMap<String, String>,
    /// Field → column that resembles it, for fields that no column of a known schema feeds.
    pub suggestions: BTreeMap<String, String>,
}

/// Every layer against a table.
pub(super) fn all(path: &Path, table: Option<&str>, content: &Content) -> Vec<Candidat> {
    let weights: HashMap<&str, f64> = content
        .info
        .columns
        .iter()
        .map(|c| {
            let claims = ALL.iter().filter(|l| knows(l, c)).count();
            (
                c.as_str(),
                if claims == 0 {
                    0.0
                } else {
                    1.0 / claims as f64
                },
            )
        })
        .collect();
    ALL.iter()
        .map(|layer| {
            let mut config = SourceConfig {
                table: table.map(str::to_owned),
                ..SourceConfig::new(layer.couche, "")
            };
            let plain = one(layer, path, &config, content, &weights);
            if plain.reconnue || plain.suggestions.is_empty() {
                return plain;
            }
            // With the columns that resemble the missing ones, would it be read?
            config.correspondance.clone_from(&plain.suggestions);
            let mut guessed = one(layer, path, &config, content, &weights);
            if !guessed.reconnue {
                return plain;
            }
            guessed.confiance = guessed.confiance.min(GUESSED_MAX as u8);
            guessed
                .contre
                .push("par une correspondance devinée, à vérifier".into());
            guessed.manque = plain.manque;
            guessed.suggestions = plain.suggestions;
            guessed
        })
        .collect()
}

/// Whether a layer has a field that a column of this name feeds.
fn knows(layer: &Layer, column: &str) -> bool {
    let one = [column.to_owned()];
    (layer.extra)(column)
        || layer
            .inputs
            .iter()
            .flat_map(|i| i.aliases)
            .any(|a| match_column(&one, a).is_some())
}

/// Whether some layer reads a column of this name: such columns name no natural person.
pub(super) fn is_known_column(column: &str) -> bool {
    ALL.iter().any(|l| knows(l, column))
}

fn one(
    layer: &Layer,
    path: &Path,
    config: &SourceConfig,
    content: &Content,
    weights: &HashMap<&str, f64>,
) -> Candidat {
    let mut out = Candidat {
        couche: layer.couche,
        confiance: 0,
        reconnue: false,
        dialecte: None,
        pour: Vec::new(),
        contre: Vec::new(),
        manque: None,
        champs: BTreeMap::new(),
        suggestions: BTreeMap::new(),
    };
    let file = source_file(path, config);
    let plan = match Plan::bind(&file, &content.info, layer.inputs, layer.extra) {
        Ok(p) => p,
        Err(e) => {
            out.manque = Some(e.to_string());
            return out;
        }
    };
    match (layer.dialect)(&Found {
        info: &content.info,
        bindings: plan.bindings(),
    }) {
        Ok(d) => {
            out.reconnue = true;
            out.dialecte = Some(d);
        }
        Err(why) => out.manque = Some(why),
    }
    for (i, input) in layer.inputs.iter().enumerate() {
        if !plan.column(i).is_empty() {
            out.champs
                .insert(input.name.to_owned(), plan.column(i).to_owned());
        }
    }
    // A layer that asks for nothing is at least worth naming.
    let mut evidence = if out.reconnue { 0.12 } else { 0.0 };
    evidence += columns(&mut out, &plan, weights);
    evidence += words(&mut out, content);
    evidence += name(&mut out, layer, path, config.table.as_deref());
    let mut confidence = 100.0 * (1.0 - (-evidence.max(0.0)).exp());
    confidence *= coverage(&out, &plan, weights);
    confidence *= geometry(&mut out, layer, content);
    confidence *= repeated(&mut out, content);
    confidence *= foreign(&mut out, content);
    if !out.reconnue {
        confidence *= 0.35;
    }
    out.confiance = confidence.clamp(0.0, 99.0).round() as u8;
    out.suggestions = suggest::columns(layer, &out.champs, content, |c| {
        weights.get(c).is_some_and(|w| *w > 0.0)
    });
    out
}

/// Columns that the layer knows, weighed by how many other layers know them too.
fn columns(out: &mut Candidat, plan: &Plan, weights: &HashMap<&str, f64>) -> f64 {
    let weigh = |c: &str| weights.get(c).copied().unwrap_or(0.0);
    let mut telling: Vec<(&str, f64)> = out
        .champs
        .values()
        .map(|c| (c.as_str(), weigh(c)))
        .collect();
    telling.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    telling.dedup();
    let sum: f64 = telling.iter().map(|(_, w)| w).sum();
    let extras = plan.extras.len();
    let own: Vec<String> = telling
        .iter()
        .filter(|(_, w)| *w > 0.4)
        .take(6)
        .map(|(c, _)| (*c).to_owned())
        .collect();
    let shared = telling.len() - own.len().min(telling.len());
    let mut pour = Vec::new();
    if !own.is_empty() {
        pour.push(format!("colonnes propres à la couche : {}", own.join(", ")));
    }
    if extras > 0 {
        pour.push(format!("{extras} colonnes reconnues par leur motif"));
    }
    if own.is_empty() && shared > 0 {
        let names: Vec<_> = telling.iter().take(4).map(|(c, _)| *c).collect();
        pour.push(format!(
            "colonnes communes à plusieurs couches : {}",
            names.join(", ")
        ));
    }
    out.pour = pour;
    sum + (extras as f64).min(3.0)
}

/// Cells that hold the words of the field's list, or do not.
fn words(out: &mut Candidat, content: &Content) -> f64 {
    let mut evidence = 0.0;
    for (field, column) in &out.champs {
        let Some((belongs, what)) = vocabulary::of(out.couche, field) else {
            continue;
        };
        if rebuilt(out, field) {
            continue;
        }
        let values: Vec<String> = content
            .values(column)
            .filter(|v| !normalise::code_is_unknown(v))
            .take(VALUES)
            .collect();
        if values.is_empty() {
            continue;
        }
        let share =
            values.iter().filter(|v| belongs(v.trim())).count() as f64 / values.len() as f64;
        let percent = (share * 100.0).round();
        if share >= 0.5 {
            evidence += 1.5 * share;
            out.pour.push(format!(
                "{column} contient des {what} ({percent} % des valeurs)"
            ));
        } else {
            evidence -= 1.0;
            out.contre.push(format!(
                "{column} n’a pas les {what} attendus ({percent} % des valeurs)"
            ));
        }
    }
    evidence
}

/// The name of the table or file: a hint, never a proof.
fn name(out: &mut Candidat, layer: &Layer, path: &Path, table: Option<&str>) -> f64 {
    let stem = path
        .file_stem()
        .map(|s| s.to_string_lossy().into_owned())
        .unwrap_or_default();
    let name = table.unwrap_or(&stem);
    let key = cle(name).replace(' ', "_");
    let code = layer.couche.code();
    let singular = code.trim_end_matches('s');
    let word = |w: &str| key == w || key.split('_').any(|k| k == w);
    if layer.tables.iter().any(|t| key.contains(t))
        || key.contains(singular)
        || vocabulary::names(layer.couche).iter().any(|w| word(w))
    {
        out.pour.push(format!("nom « {name} »"));
        0.7
    } else {
        0.0
    }
}

/// Columns that other layers know and this one leaves unexplained.
fn coverage(out: &Candidat, plan: &Plan, weights: &HashMap<&str, f64>) -> f64 {
    let used: std::collections::BTreeSet<&str> = out
        .champs
        .values()
        .map(String::as_str)
        .chain(plan.extras.iter().map(|(n, _)| n.as_str()))
        .collect();
    let total: f64 = weights.values().filter(|w| **w > 0.0).map(|_| 1.0).sum();
    if total == 0.0 {
        return 1.0;
    }
    let explained = used.iter().filter(|c| weights.contains_key(*c)).count() as f64;
    0.6 + 0.4 * (explained / total).min(1.0)
}

fn geometry(out: &mut Candidat, layer: &Layer, content: &Content) -> f64 {
    if content.rows == 0 {
        return 1.0;
    }
    let (point, surface) = (content.mostly("point"), content.mostly("polygone"));
    let line = content.mostly("ligne");
    let none = !point && !surface && !line;
    let (ok, wanted) = match layer.geometry {
        GeometryKind::None => (none, "une table sans géométrie"),
        GeometryKind::Surface => (surface, "des polygones"),
        GeometryKind::Line => (line, "des lignes"),
        GeometryKind::Point => (point || surface, "des points"),
        GeometryKind::Mixed => (point || surface, "des points ou des polygones"),
    };
    let found = match () {
        () if none => "sans géométrie",
        () if surface => "polygones",
        () if point => "points",
        () => "lignes",
    };
    if ok {
        if layer.geometry != GeometryKind::None {
            out.pour.push(format!("géométrie : {found}"));
        }
        return if layer.geometry == GeometryKind::Point && surface {
            0.6
        } else {
            1.0
        };
    }
    out.contre
        .push(format!("la couche attend {wanted}, le fichier a : {found}"));
    match layer.geometry {
        // A table by commune may come with the outlines of communes.
        GeometryKind::None => 0.7,
        _ if none && !layer.geometry_required => 0.8,
        _ => 0.05,
    }
}

/// The same object again and again is not an object of the layer.
fn repeated(out: &mut Candidat, content: &Content) -> f64 {
    let key = vocabulary::key(out.couche).filter(|f| !rebuilt(out, f));
    let Some(column) = key.and_then(|f| out.champs.get(f)) else {
        return 1.0;
    };
    let values: Vec<String> = content.values(column).collect();
    let distinct: std::collections::BTreeSet<&String> = values.iter().collect();
    if values.len() > 1 && distinct.len() * 2 < values.len() {
        out.contre.push(format!(
            "{column} ne distingue pas les objets ({} valeurs pour {} lignes)",
            distinct.len(),
            values.len()
        ));
        0.2
    } else {
        1.0
    }
}

/// Columns that belong to another kind of object.
fn foreign(out: &mut Candidat, content: &Content) -> f64 {
    let found: Vec<&str> = vocabulary::foreign(out.couche)
        .iter()
        .filter_map(|f| {
            content
                .info
                .columns
                .iter()
                .find(|c| c.eq_ignore_ascii_case(f))
        })
        .map(String::as_str)
        .collect();
    if found.is_empty() || out.couche == Couche::Communes && found.len() < 2 {
        return 1.0;
    }
    out.contre.push(format!(
        "colonnes d’un autre genre d’objet : {}",
        found.join(", ")
    ));
    0.2
}

/// Whether an identifier is made from its parts, so that a column of that name proves nothing.
fn rebuilt(out: &Candidat, field: &str) -> bool {
    field == "idu"
        && ["section", "numero", "code_commune"]
            .iter()
            .all(|f| out.champs.contains_key(*f))
}
