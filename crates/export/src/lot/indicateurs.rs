//! The registry of figures: label, definition, unit and source of each, read by tables, dictionary and report.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A figure that the pack may print.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Indicateur {
    /// Identifier.
    pub(super) id: String,
    /// French label.
    pub(super) libelle: String,
    /// What it is, with its formula.
    #[serde(default)]
    pub(super) definition: String,
    /// `m²`, `part`, `logements`, `date`, `texte`…
    pub(super) unite: String,
    /// Register of land take that it belongs to: `enaf`, `ocsge`, or none. The two never meet in one table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) registre: Option<String>,
}

#[derive(Deserialize)]
struct Fichier {
    indicateur: Vec<Indicateur>,
}

static ALL: LazyLock<Vec<Indicateur>> = LazyLock::new(|| {
    // The text is part of the program, and a test reads it.
    let file: Result<Fichier, _> = toml::from_str(include_str!("indicateurs.toml"));
    file.map_or_else(|_| Vec::new(), |f| f.indicateur)
});

static BY_ID: LazyLock<BTreeMap<&'static str, &'static Indicateur>> =
    LazyLock::new(|| ALL.iter().map(|i| (i.id.as_str(), i)).collect());

/// A figure by its identifier.
pub(super) fn find(id: &str) -> Option<&'static Indicateur> {
    BY_ID.get(id).copied()
}

/// The whole registry, for a reader.
pub fn indicateurs() -> Value {
    serde_json::to_value(&*ALL).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_reads_and_names_each_figure_once() {
        toml::from_str::<Fichier>(include_str!("indicateurs.toml")).unwrap();
        assert!(ALL.len() > 60);
        assert_eq!(ALL.len(), BY_ID.len());
        assert!(
            ALL.iter()
                .all(|i| !i.libelle.is_empty() && !i.unite.is_empty())
        );
    }
}
