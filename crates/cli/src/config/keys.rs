//! Unknown keys are errors, with the line and the nearest valid key: a misspelt key must never be ignored.

use std::path::Path;

use gisement_ingest::{CouvertureConfig, SourceConfig};
use serde_path_to_error::{Path as KeyPath, Segment};
use toml::de::{DeTable, DeValue};

use super::ConfigError;

const TOP: &[&str] = &["observatoire", "tolerance", "source", "publication"];
const OBSERVATOIRE: &[&str] = &[
    "nom",
    "date",
    "territoire",
    "projection",
    "baremes",
    "organisation",
    "fictif",
];
const TERRITOIRE: &[&str] = &["scot", "epci", "communes", "departements"];
const TOLERANCE: &[&str] = &["rejets"];

/// The 1-based line of a byte offset.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(offset)
        .filter(|b| **b == b'\n')
        .count()
        + 1
}

/// Where in the text the value at `key` stands; the nearest enclosing table when it is not written there (a
/// missing key).
pub(super) fn offset_of(document: &DeTable<'_>, key: &KeyPath) -> usize {
    let mut offset = 0;
    let mut table = Some(document);
    let mut array = None;
    for segment in key {
        let found = match segment {
            Segment::Map { key } => table.and_then(|t| t.get(key.as_str())),
            Segment::Seq { index } => array.and_then(|a: &toml::de::DeArray<'_>| a.get(*index)),
            Segment::Enum { .. } | Segment::Unknown => None,
        };
        let Some(found) = found else { break };
        offset = found.span().start;
        (table, array) = (None, None);
        match found.get_ref() {
            DeValue::Table(t) => table = Some(t),
            DeValue::Array(a) => array = Some(a),
            _ => break,
        }
    }
    offset
}

/// The 1-based line of a key of the `index`-th `[[source]]`, or of the nearest table above it.
pub(super) fn line_of_source(text: &str, document: &DeTable<'_>, index: usize, key: &str) -> usize {
    let source = match document.get("source").map(toml::Spanned::get_ref) {
        Some(DeValue::Array(sources)) => sources.get(index),
        _ => None,
    };
    let value = match source.map(toml::Spanned::get_ref) {
        Some(DeValue::Table(t)) => t.get(key),
        _ => None,
    };
    let offset = value.or(source).map_or(0, |s| s.span().start);
    line_of(text, offset)
}

pub(super) fn check(path: &Path, text: &str, document: &DeTable<'_>) -> Result<(), ConfigError> {
    let only =
        |table: &DeTable<'_>, name: &str, allowed: &[&str]| only(path, text, table, name, allowed);
    only(document, "racine", TOP)?;
    for (key, value) in document {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("observatoire", DeValue::Table(t)) => {
                only(t, "observatoire", OBSERVATOIRE)?;
                if let Some(DeValue::Table(t)) = t.get("territoire").map(toml::Spanned::get_ref) {
                    only(t, "observatoire.territoire", TERRITOIRE)?;
                }
            }
            ("tolerance", DeValue::Table(t)) => only(t, "tolerance", TOLERANCE)?,
            ("source", DeValue::Array(sources)) => {
                for source in sources {
                    if let DeValue::Table(t) = source.get_ref() {
                        only(t, "source", SourceConfig::KEYS)?;
                        if let Some(DeValue::Table(t)) =
                            t.get("couverture").map(toml::Spanned::get_ref)
                        {
                            only(t, "source.couverture", CouvertureConfig::KEYS)?;
                        }
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn only(
    path: &Path,
    text: &str,
    table: &DeTable<'_>,
    name: &str,
    allowed: &[&str],
) -> Result<(), ConfigError> {
    for key in table.keys() {
        let found = key.get_ref().as_ref();
        if !allowed.contains(&found) {
            return Err(ConfigError::UnknownKey {
                path: path.to_owned(),
                line: line_of(text, key.span().start),
                key: found.to_owned(),
                table: name.to_owned(),
                hint: nearest(found, allowed)
                    .map(|n| format!(" (vouliez-vous dire « {n} » ?)"))
                    .unwrap_or_default(),
            });
        }
    }
    Ok(())
}

fn nearest<'a>(found: &str, allowed: &[&'a str]) -> Option<&'a str> {
    allowed
        .iter()
        .map(|a| (strsim::jaro_winkler(found, a), *a))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(similarity, _)| *similarity > 0.7)
        .map(|(_, a)| a)
}
