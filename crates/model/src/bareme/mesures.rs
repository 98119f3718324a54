//! How facts are measured and how the text of documents is read.

use serde::{Deserialize, Serialize};

use crate::codes::{EtatTerrain, NatureActivite};

/// General measuring rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mesures {
    /// A piece smaller than this is a sliver, ignored and counted. m².
    pub eclat_m2: f64,
    /// A piece of smaller mean width (2A/P) is a sliver. m.
    pub eclat_largeur_m: f64,
    /// How far an amenity is searched. m, planar.
    pub rayon_recherche_m: f64,
    /// A parcel is "in" a zone, a ZAE or a friche from this share.
    pub dans_part: f64,
    /// … or from this usable area. m².
    pub dans_m2: f64,
    /// Depth is measured for buildings at least this large. m².
    pub batiment_profond_min_m2: f64,
    /// Step of the inscribed circle's diameter. m.
    pub precision_cercle_m: f64,
    /// Two boundaries closer than this are one. m.
    pub tolerance_facade_m: f64,
    /// A façade shorter than this is none. m.
    pub facade_min_m: f64,
}

/// Unités foncières: contiguous parcels of one set of owners.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unites {
    /// Length of boundary from which two parcels touch. m.
    pub contact_m: f64,
    /// Larger units are no assembly. m², planar.
    pub surface_max_m2: f64,
    /// Nor are units of more parcels.
    pub parcelles_max: usize,
}

/// The urban patch (*tache urbaine*), after the method of Gironde and Cerema.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TacheUrbaine {
    /// Smaller buildings do not count. m².
    pub batiment_min_m2: f64,
    /// Dilation around buildings. m.
    pub dilatation_m: f64,
    /// Erosion of the dilated patch. m.
    pub erosion_m: f64,
    /// Side of the cells on which the patch is drawn. m.
    pub maille_m: f64,
    /// States of a ZAE plot that make it urbanised whatever stands around it.
    pub terrains_urbanises: Vec<EtatTerrain>,
}

/// Groups of constraint categories, by the beginning of their name (compared without case or accent).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contraintes {
    /// Risk prevention plans.
    pub ppr: Vec<String>,
    /// Sectors of information on soils.
    pub sis: Vec<String>,
    /// Heritage.
    pub patrimoine: Vec<String>,
    /// Protected nature and wetlands.
    pub environnement: Vec<String>,
    /// Noise exposure plans of airfields.
    pub peb: Vec<String>,
    /// Transport noise classes.
    pub bruit: Vec<String>,
    /// Priority quarters.
    pub qpv: Vec<String>,
}

/// Prescriptions by code `TYPEPSC-STYPEPSC` (CNIG PLU 2017 to 2024); a bare `TYPEPSC` means every sub-type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prescriptions {
    /// Building banned.
    pub interdiction: Vec<String>,
    /// Reserved sites that exclude housing.
    pub emplacement_reserve: Vec<String>,
    /// Reserved sites of unknown object, kept out of the bans when their label names housing.
    pub emplacement_generique: Vec<String>,
    /// Words that name housing in a reserved site's label.
    pub mots_logement: Vec<String>,
    /// Reserved sites for social mix.
    pub mixite: Vec<String>,
    /// Other reserved sites, shown as a remark.
    pub autre: Vec<String>,
    /// Sites frozen until a project is approved.
    pub gele: Vec<String>,
    /// Sectors of social mix (SMS).
    pub sms: Vec<String>,
    /// Sectors of limited size and capacity (STECAL).
    pub stecal: Vec<String>,
}

/// How a zone's columns say whether housing is allowed, in decreasing order of trust.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destinations {
    /// Codes of housing in DESTOUI, DESTCDT, DESTNON.
    pub logement: Vec<String>,
    /// Beginnings of FORMDOMI of housing.
    pub formdomi_autorise: Vec<String>,
    /// DESTDOMI that allow housing.
    pub destdomi_autorise: Vec<String>,
    /// DESTDOMI that ban it.
    pub destdomi_interdit: Vec<String>,
    /// Beginnings of short labels that ban it (presumed).
    pub libelles_interdits: Vec<String>,
    /// Words of long labels that ban it (presumed); they win over the next list.
    pub mots_interdits: Vec<String>,
    /// Words of long labels that allow it (presumed).
    pub mots_autorises: Vec<String>,
    /// Short labels of zones under the national rules (RNU) inside a PLUi.
    pub libelles_rnu: Vec<String>,
}

/// Natures of activity, as a list used by several rules.
pub(super) type Natures = Vec<NatureActivite>;
