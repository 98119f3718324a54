//! What an edition says of itself. Hashed files only: nothing here depends on the clock, the host or a path.

use std::collections::BTreeMap;

use gisement_model::{Couche, Crs, Field, GeometryKind, Provenance};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What the identifier of a public form ends with.
const PUBLIQUE: &str = "-publique";

/// Who may read an edition (`docs/decisions/0009`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Diffusion {
    /// Partners on a trusted network: everything is shown.
    #[default]
    Interne,
    /// Anyone: the evaluation of natural persons' parcels is withheld.
    Publique,
}

impl Diffusion {
    /// The identifier of this form of an edition. Those of two forms differ, so that addresses and caches never meet.
    pub fn id(self, edition: &str) -> String {
        match self {
            Self::Interne => edition.to_owned(),
            Self::Publique => format!("{edition}{PUBLIQUE}"),
        }
    }

    /// The edition of which an identifier names this form; `None` when it names another.
    pub fn of_id(self, id: &str) -> Option<&str> {
        let public = id.strip_suffix(PUBLIQUE);
        match self {
            Self::Interne => public.is_none().then_some(id),
            Self::Publique => public,
        }
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the form that serde calls"
    )]
    fn is_interne(&self) -> bool {
        *self == Self::Interne
    }
}

/// `manifest.json` of an edition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Identifier: reference date and the hash of everything that went in.
    pub id: String,
    /// Name of the observatory.
    pub nom: String,
    /// Reference date for rules and freshness.
    pub date: Date,
    /// Who may read this form of it.
    #[serde(default, skip_serializing_if = "Diffusion::is_interne")]
    pub diffusion: Diffusion,
    /// Whether the territory is invented.
    pub fictif: bool,
    /// Version of the program, with the hash of its sources.
    pub programme: String,
    /// Legal projection of the layers.
    pub crs: Crs,
    /// Extent in degrees: west, south, east, north. `None` when nothing has a geometry.
    pub bbox: Option<[f64; 4]>,
    /// Where a map opens.
    pub depart: Option<Depart>,
    /// Name and hash of the rule set, which lies beside as `bareme.toml`.
    pub bareme: String,
    /// The collections, in the order of the data flow.
    pub collections: Vec<CollectionInfo>,
    /// The files that went in, layer by layer; the `source` column of a collection is a rank among those of its layer.
    pub sources: Vec<Provenance>,
    /// Layers of which no source was given.
    pub couches_absentes: Vec<Couche>,
    /// Number of parcels by verdict, and `parcelles` for all; in a public form `masquees` for those whose evaluation is
    /// withheld, and no verdict whose number would tell something of a few of them.
    pub comptes: BTreeMap<String, u64>,
    /// BLAKE3 of every file of the edition, manifest and journal apart.
    pub empreintes: BTreeMap<String, String>,
}

/// Where a map opens.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Depart {
    /// Longitude and latitude.
    pub centre: [f64; 2],
    /// Zoom of the map library (512-pixel tiles).
    pub zoom: f64,
}

/// One collection of an edition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CollectionInfo {
    /// Its name in addresses.
    pub id: String,
    /// French title.
    pub titre: String,
    /// Number of rows.
    pub lignes: u64,
    /// Kind of its geometries.
    pub geometrie: String,
    /// Its columns.
    pub champs: Vec<Champ>,
}

/// One column of a collection, as a reader sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Champ {
    /// Name.
    pub nom: String,
    /// Type: text, integer, real, boolean, date, text_list.
    pub genre: String,
    /// Whether it may be unknown.
    pub nullable: bool,
    /// Unit, empty for none.
    pub unite: String,
    /// French label.
    pub libelle: String,
}

impl CollectionInfo {
    pub(crate) fn describe(
        name: &str,
        title: &str,
        rows: usize,
        geometry: GeometryKind,
        fields: &[Field],
    ) -> Self {
        let text = |v: serde_json::Value| v.as_str().unwrap_or_default().to_owned();
        Self {
            id: name.to_owned(),
            titre: title.to_owned(),
            lignes: rows as u64,
            geometrie: text(serde_json::to_value(geometry).unwrap_or_default()),
            champs: fields
                .iter()
                .map(|f| Champ {
                    nom: f.name.to_owned(),
                    genre: text(serde_json::to_value(f.kind).unwrap_or_default()),
                    nullable: f.nullable,
                    unite: f.unit.to_owned(),
                    libelle: f.label.to_owned(),
                })
                .collect(),
        }
    }
}
