//! Where a value comes from and where absence means "none".

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{CodeInsee, Couche, Crs};

/// One source file as it entered an edition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Layer that the file feeds.
    pub couche: Couche,
    /// Path as the configuration names it, relative to it. Never absolute: editions are reproducible.
    pub fichier: String,
    /// BLAKE3 of the file (of all its parts, for a shapefile), hexadecimal.
    pub empreinte: String,
    /// Who made the data.
    pub producteur: Option<String>,
    /// Licence of the data.
    pub licence: Option<String>,
    /// Date of the data.
    pub millesime: Option<Date>,
    /// Reference system found in the file; `None` for a file without geometry.
    pub crs_source: Option<Crs>,
    /// Where the absence of an object means that there is none.
    pub couverture: Couverture,
}

/// The extent over which a source is complete (design §4, key `couverture`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Couverture {
    /// The communes present in the file.
    Contenu,
    /// The whole territory.
    Territoire,
    /// These communes.
    Communes(Vec<CodeInsee>),
    /// These départements.
    Departements(Vec<String>),
    /// The land inside the polygons of a file.
    Polygones {
        /// Path as the configuration names it, relative to it.
        fichier: String,
        /// BLAKE3 of the file, hexadecimal; empty as long as it is not read.
        #[serde(default)]
        empreinte: String,
    },
    /// Absence proves nothing.
    Inconnue,
}

impl Couverture {
    /// What a layer's sources cover unless the configuration says otherwise.
    pub fn default_for(couche: Couche) -> Self {
        match couche {
            Couche::Friches
            | Couche::Contraintes
            | Couche::Equipements
            | Couche::Proprietaires
            | Couche::Perimetres
            | Couche::Documents
            | Couche::Trajectoires
            | Couche::Declarations
            | Couche::Activite => Self::Inconnue,
            _ => Self::Contenu,
        }
    }
}
