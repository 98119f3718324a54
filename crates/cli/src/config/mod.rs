//! The observatory's configuration file (design §4): read, checked key by key, resolved against its folder.

mod keys;
mod projection;
mod resolved;

use std::path::{Path, PathBuf};

use gisement_export::lot::Publication;
use gisement_ingest::SourceConfig;
use jiff::civil::Date;
use serde::Deserialize;

pub(crate) use resolved::{Config, ResolvedSource};

/// A configuration that cannot be used. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("{}, ligne {line} : {message}", .path.display())]
    Syntax {
        path: PathBuf,
        line: usize,
        message: String,
    },
    #[error("{}, ligne {line} : clé inconnue « {key} » dans [{table}]{hint}", .path.display())]
    UnknownKey {
        path: PathBuf,
        line: usize,
        key: String,
        table: String,
        hint: String,
    },
    #[error("{} : {message}", .path.display())]
    Invalid { path: PathBuf, message: String },
    #[error("{} : {source}", .path.display())]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
}

/// The file as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    observatoire: RawObservatoire,
    #[serde(default)]
    tolerance: RawTolerance,
    #[serde(default)]
    source: Vec<SourceConfig>,
    #[serde(default)]
    publication: Publication,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawObservatoire {
    nom: String,
    date: Date,
    territoire: Option<RawTerritoire>,
    projection: Option<String>,
    baremes: Option<PathBuf>,
    #[serde(default)]
    organisation: Vec<String>,
    #[serde(default)]
    fictif: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTerritoire {
    scot: Option<String>,
    epci: Option<String>,
    communes: Option<Vec<String>>,
    departements: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTolerance {
    /// Largest share of rejected rows in one file before the command ends with code 3.
    rejets: f64,
}

impl Default for RawTolerance {
    fn default() -> Self {
        Self { rejets: 0.05 }
    }
}

/// Reads and checks a configuration file.
pub(crate) fn load(path: &Path) -> Result<Config, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let syntax = |offset: usize, message: String| ConfigError::Syntax {
        path: path.to_owned(),
        line: keys::line_of(&text, offset),
        message,
    };
    let document = toml::de::DeTable::parse(&text)
        .map_err(|e| syntax(e.span().map_or(0, |s| s.start), e.message().to_owned()))?;
    keys::check(path, &text, document.get_ref())?;
    let mut value: toml::Value = toml::from_str(&text)
        .map_err(|e| syntax(e.span().map_or(0, |s| s.start), e.message().to_owned()))?;
    dates_as_text(&mut value);
    let raw: RawConfig = serde_path_to_error::deserialize(value).map_err(|e| {
        let offset = keys::offset_of(document.get_ref(), e.path());
        syntax(offset, format!("{} : {}", e.path(), e.inner().message()))
    })?;
    let line =
        |source: usize, key: &str| keys::line_of_source(&text, document.get_ref(), source, key);
    resolved::resolve(path, raw, &line)
}

/// TOML dates reach serde as a private type of the `toml` crate; our structs read civil dates from text.
fn dates_as_text(value: &mut toml::Value) {
    match value {
        toml::Value::Datetime(d) => *value = toml::Value::String(d.to_string()),
        toml::Value::Array(a) => a.iter_mut().for_each(dates_as_text),
        toml::Value::Table(t) => t.iter_mut().for_each(|(_, v)| dates_as_text(v)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load_text(text: &str) -> Result<Config, String> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("p.json"), "{}").unwrap();
        let path = dir.path().join("observatoire.toml");
        std::fs::write(&path, text).unwrap();
        load(&path).map_err(|e| {
            e.to_string()
                .replace(&path.display().to_string(), "observatoire.toml")
        })
    }

    const HEAD: &str = "[observatoire]\nnom = \"Essai\"\ndate = 2026-11-01\n";

    #[test]
    fn a_plain_configuration_is_read() {
        let c = load_text(&format!("{HEAD}[[source]]\ncouche = \"parcelles\"\nchemin = \"*.json\"\nmillesime = 2026-10-01\n")).unwrap();
        assert_eq!(
            (c.nom.as_str(), c.sources.len(), c.sources[0].files.len()),
            ("Essai", 1, 1)
        );
        assert_eq!(
            c.sources[0].config.millesime,
            Some(jiff::civil::date(2026, 10, 1))
        );
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest_one() {
        let e = load_text(&format!(
            "{HEAD}[[source]]\ncouche = \"parcelles\"\nchemni = \"*.json\"\n"
        ))
        .unwrap_err();
        assert_eq!(
            e,
            "observatoire.toml, ligne 6 : clé inconnue « chemni » dans [source] (vouliez-vous dire « chemin » ?)"
        );
        let e = load_text("[observatoir]\nnom = \"x\"\n").unwrap_err();
        assert!(
            e.contains("ligne 1") && e.contains("« observatoire »"),
            "{e}"
        );
    }

    #[test]
    fn polygons_that_cannot_be_used_are_named_with_the_line() {
        let mut c = load_text(&format!(
            "{HEAD}[[source]]\ncouche = \"parcelles\"\nchemin = \"*.json\"\n\n[[source]]\ncouche = \"zae\"\nchemin = \"*.json\"\nmillesime = 2026-10-01\ncouverture = {{ fichier = \"absent.geojson\" }}\n"
        ))
        .unwrap();
        let e = c
            .load_coverages(gisement_model::Crs::Lambert93)
            .unwrap_err()
            .to_string();
        assert!(
            e.contains("observatoire.toml, ligne 12 : source[1].couverture.fichier : ")
                && e.contains("absent.geojson"),
            "{e}"
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, expected) in [
            (
                HEAD.replace("2026-11-01", "\"hier\""),
                "ligne 3 : observatoire.date",
            ),
            (
                format!("{HEAD}[[source]]\ncouche = \"parcelle\"\nchemin = \"*.json\"\n"),
                "parcelle",
            ),
            (
                format!("{HEAD}[[source]]\ncouche = \"parcelles\"\nchemin = \"absent-*.json\"\n"),
                "absent-*.json",
            ),
            (format!("{HEAD}[observatoire\n"), "ligne 4"),
            (
                format!(
                    "{HEAD}[[source]]\ncouche = \"zae\"\nchemin = \"*.json\"\ncouverture = {{ fichie = \"e.geojson\" }}\n"
                ),
                "ligne 7 : clé inconnue « fichie » dans [source.couverture] (vouliez-vous dire « fichier » ?)",
            ),
            (
                format!(
                    "{HEAD}[[source]]\ncouche = \"zae\"\nchemin = \"*.json\"\ncouverture = \"partout\"\n"
                ),
                "ligne 7 : source[0].couverture",
            ),
            (
                format!("{HEAD}territoire = {{ scot = \"1\", epci = \"2\" }}\n"),
                "un seul",
            ),
            (
                format!("{HEAD}projection = \"EPSG:3857\"\n"),
                "projection légale",
            ),
            (
                format!("{HEAD}projection = \"EPSG:2970\"\n"),
                "Guadeloupe 1948",
            ),
        ] {
            let e = load_text(&text).unwrap_err();
            assert!(e.contains(expected), "{expected} not in: {e}");
        }
    }
}
