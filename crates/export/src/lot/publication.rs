//! Who publishes a pack, and what only they know: `[publication]` of a configuration.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use gisement_store::{Diffusion, Manifest};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::logo::Logo;
use crate::{Error, Result};

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
    /// Folder of Markdown comments, one file for each page or commune (`commune-34901.md`).
    #[serde(default)]
    pub commentaires: Option<PathBuf>,
    /// SVG or PNG for the cover.
    #[serde(default)]
    pub logo: Option<PathBuf>,
    /// Whether each commune gets its sheet. Unsaid: yes, up to a hundred communes.
    #[serde(default)]
    pub fiches_communales: Option<bool>,
    #[serde(skip)]
    textes: BTreeMap<String, String>,
    #[serde(skip)]
    image: Option<Logo>,
}

/// Most communes that get their sheets unasked: about a minute of typesetting.
const FICHES: usize = 100;

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
    /// Reads the comments and the logo that go with it, relative to the folder of its configuration.
    ///
    /// # Errors
    /// A comment that cannot be read, a logo that cannot be used.
    pub fn with_files(mut self, folder: &Path) -> Result<Self> {
        if let Some(dir) = &self.commentaires {
            let dir = folder.join(dir);
            for entry in fs::read_dir(&dir).map_err(Error::io(&dir))? {
                let path = entry.map_err(Error::io(&dir))?.path();
                let name = path.file_stem().and_then(|n| n.to_str());
                if let (Some(name), Some("md")) = (name, path.extension().and_then(|e| e.to_str()))
                {
                    let text = fs::read_to_string(&path).map_err(Error::io(&path))?;
                    self.textes.insert(name.to_owned(), text);
                }
            }
        }
        if let Some(logo) = &self.logo {
            self.image = Some(Logo::read(folder, logo)?);
        }
        Ok(self)
    }

    /// Comments of the body, by page.
    pub fn textes(&self) -> &BTreeMap<String, String> {
        &self.textes
    }

    /// The logo, once [`Publication::with_files`] has read it.
    pub(super) fn image(&self) -> Option<&Logo> {
        self.image.as_ref()
    }

    /// Codes of the communes that get a sheet: all those of the figures, or none.
    pub(super) fn fiches<'d>(&self, donnees: &'d Value) -> Vec<&'d str> {
        let communes = donnees["communes"].as_array();
        let codes = communes
            .into_iter()
            .flatten()
            .filter_map(|c| c["code"].as_str());
        let codes: Vec<&str> = codes.collect();
        if self.fiches_communales.unwrap_or(codes.len() <= FICHES) {
            codes
        } else {
            Vec::new()
        }
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
            "logo": self.image.as_ref().map(|l| l.name),
            "directeur": self.directeur_publication,
            "contact": self.contact,
            "licence": self.licence.as_deref().unwrap_or(LICENCE),
            "diffusion": if public { "publique" } else { "partenaires" },
            "mention": mention,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_commune_gets_its_sheet_unless_they_are_many_or_it_is_refused() {
        let of = |n: usize| {
            let communes = (0..n).map(|i| json!({ "code": format!("{:05}", 34000 + i) }));
            json!({ "communes": communes.collect::<Vec<_>>() })
        };
        let count = |asked: Option<bool>, n: usize| {
            let p = Publication {
                fiches_communales: asked,
                ..Publication::default()
            };
            p.fiches(&of(n)).len()
        };
        assert_eq!(count(None, FICHES), FICHES);
        assert_eq!(count(None, FICHES + 1), 0);
        assert_eq!(count(Some(true), FICHES + 1), FICHES + 1);
        assert_eq!(count(Some(false), 3), 0);
        assert_eq!(Publication::default().fiches(&of(2)), ["34000", "34001"]);
    }

    #[test]
    fn comments_and_logo_are_read_from_the_folder_of_the_configuration() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("mots")).unwrap();
        fs::write(dir.path().join("mots/commune-34901.md"), "Un mot.").unwrap();
        fs::write(dir.path().join("mots/notes.txt"), "à part").unwrap();
        fs::write(dir.path().join("logo.svg"), "<svg/>").unwrap();
        let p = Publication {
            commentaires: Some("mots".into()),
            logo: Some("logo.svg".into()),
            ..Publication::default()
        };
        let read = p.clone().with_files(dir.path()).unwrap();
        assert_eq!(read.textes()["commune-34901"], "Un mot.");
        assert_eq!(read.textes().len(), 1);
        assert_eq!(read.image().unwrap().name, "logo.svg");
        fs::remove_file(dir.path().join("logo.svg")).unwrap();
        assert!(p.with_files(dir.path()).is_err());
    }
}
