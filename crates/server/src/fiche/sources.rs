//! From layer codes to the files that the reader can check.

use gisement_model::bareme::Bareme;
use gisement_model::{Couche, Provenance};
use gisement_store::Manifest;
use serde_json::{Value, json};

/// The sources that a sheet refers to, numbered in the order of their first use.
pub(super) struct Sources<'a> {
    manifest: &'a Manifest,
    commune: &'a str,
    /// Layers whose file is known from an object that lies on the parcel.
    known: Vec<(Couche, usize)>,
    used: Vec<(Couche, &'a Provenance)>,
}

impl<'a> Sources<'a> {
    /// `known`: layers and the rank in the edition's list of the file that one of their objects comes from.
    pub(super) fn new(
        manifest: &'a Manifest,
        commune: &'a str,
        known: impl Iterator<Item = (Couche, usize)>,
    ) -> Self {
        Self {
            manifest,
            commune,
            known: known.collect(),
            used: Vec::new(),
        }
    }

    /// The number of a layer's source on this sheet; `None` when the edition has no file of that layer.
    pub(super) fn rank(&mut self, couche: Couche) -> Option<usize> {
        if let Some(at) = self.used.iter().position(|(c, _)| *c == couche) {
            return Some(at);
        }
        let found = self.provenance(couche)?;
        self.used.push((couche, found));
        Some(self.used.len() - 1)
    }

    /// One file for the layer: the one an object on the parcel comes from, else the one named after the commune, else
    /// the first.
    fn provenance(&self, couche: Couche) -> Option<&'a Provenance> {
        let all = &self.manifest.sources;
        let of_object = self
            .known
            .iter()
            .filter(|(c, _)| *c == couche)
            .find_map(|(_, rank)| all.get(*rank).filter(|p| p.couche == couche));
        let mut files = all.iter().filter(|p| p.couche == couche);
        of_object
            .or_else(|| files.clone().find(|p| p.fichier.contains(self.commune)))
            .or_else(|| files.next())
    }

    /// Replaces every layer code under a key `source` by its number.
    pub(super) fn number(&mut self, value: &mut Value) {
        match value {
            Value::Object(o) => {
                for (key, v) in o {
                    match v {
                        Value::String(code) if key == "source" => {
                            *v = json!(code.parse().ok().and_then(|c| self.rank(c)));
                        }
                        v => self.number(v),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|v| self.number(v)),
            _ => {}
        }
    }

    /// The numbered list, each with what it counts for at its age.
    pub(super) fn list(&self, bareme: &Bareme) -> Value {
        let date = self.manifest.date;
        self.used
            .iter()
            .map(|(couche, p)| {
                json!({
                    "couche": couche,
                    "libelle": couche.libelle(),
                    "producteur": p.producteur,
                    "licence": p.licence,
                    "millesime": p.millesime,
                    "fraicheur": gisement_index::freshness(*couche, p.millesime, bareme, date),
                    "fichier": p.fichier,
                })
            })
            .collect()
    }
}
