//! Who publishes a pack, and what only they know: `[publication]` of a configuration.

use std::collections::BTreeMap;
use std::path::Path;

use gisement_store::{Diffusion, Manifest};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// `[publication]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// The body that publishes; the observatory's name when it is not said.
    #[serde(default)]
    pub organisme: Option<String>,
    /// Title of the report.
    #[serde(default)]
    pub titre: Option<String>,
    /// Who answers for it.
    #[serde(default)]
    pub directeur_publication: Option<String>,
    /// Where to write.
    #[serde(default)]
    pub contact: Option<String>,
    /// Licence of the pack.
    #[serde(default)]
    pub licence: Option<String>,
    /// Target of dwellings.
    #[serde(default)]
    pub objectif_logements: Option<Objectif>,
    /// Share of each type that is counted on; printed, never applied.
    #[serde(default)]
    pub taux_mobilisation: BTreeMap<String, f64>,
    /// Folder of Markdown comments, one file for each page.
    #[serde(default)]
    pub commentaires: Option<std::path::PathBuf>,
    #[serde(skip)]
    textes: BTreeMap<String, String>,
}

/// A target of dwellings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objectif {
    /// Dwellings.
    pub nombre: i64,
    /// Of which social.
    #[serde(default)]
    pub dont_lls: Option<i64>,
    /// First year.
    pub debut: i64,
    /// Last year.
    pub fin: i64,
    /// Document that sets it.
    pub document: String,
    /// Its date.
    #[serde(default)]
    pub date: Option<Date>,
}

const TITRE: &str = "Observatoire de l’habitat et du foncier";
const SOUS_TITRE: &str = "Gisements fonciers, sobriété foncière et logement social";
const LICENCE: &str = "Licence Ouverte 2.0";

impl Publication {
    /// Reads the comments that go with it, relative to the folder of its configuration.
    ///
    /// # Errors
    /// A comment that cannot be read.
    pub fn with_comments(mut self, folder: &Path) -> std::io::Result<Self> {
        if let Some(dir) = &self.commentaires {
            for entry in std::fs::read_dir(folder.join(dir))? {
                let path = entry?.path();
                let name = path.file_stem().and_then(|n| n.to_str());
                if let (Some(name), Some("md")) = (name, path.extension().and_then(|e| e.to_str()))
                {
                    self.textes
                        .insert(name.to_owned(), std::fs::read_to_string(&path)?);
                }
            }
        }
        Ok(self)
    }

    /// Comments of the body, by page.
    pub fn textes(&self) -> &BTreeMap<String, String> {
        &self.textes
    }

    /// As the report says it.
    pub fn describe(&self, m: &Manifest) -> Value {
        let public = m.diffusion == Diffusion::Publique;
        let mention = match (m.fictif, public) {
            (true, _) => Some("Territoire fictif : toutes ces données sont inventées"),
            (false, false) => Some("Diffusion restreinte aux partenaires de l’observatoire"),
            (false, true) => None,
        };
        json!({
            "organisme": self.organisme.as_deref().unwrap_or(&m.nom),
            "titre": self.titre.as_deref().unwrap_or(TITRE),
            "sous_titre": SOUS_TITRE,
            "logo": null,
            "directeur": self.directeur_publication,
            "contact": self.contact,
            "licence": self.licence.as_deref().unwrap_or(LICENCE),
            "diffusion": if public { "publique" } else { "partenaires" },
            "mention": mention,
        })
    }
}
