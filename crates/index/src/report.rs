//! What the build decided, left out and joined: `rapport` of an edition.

use std::collections::BTreeMap;

use serde::Serialize;

/// The report of a build. Same inputs, same bytes.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RapportEdition {
    /// Rule set.
    pub bareme: String,
    /// Rows per layer, as built.
    pub lignes: BTreeMap<String, u64>,
    /// Rows dropped because another file holds the same, per layer.
    pub doublons: BTreeMap<String, u64>,
    /// Rows left out because they lie outside the territory and its surroundings, per layer.
    pub hors_territoire: BTreeMap<String, u64>,
    /// Parcels without a surface: nothing can be measured.
    pub parcelles_sans_geometrie: u64,
    /// Pieces under 1 m² or 0.2 m wide, ignored.
    pub eclats_ignores: u64,
    /// Pairs of zones that overlap, with the area: the first examples, largest first.
    pub zones_superposees: Vec<Superposition>,
    /// Number of pairs of zones that overlap.
    pub nb_zones_superposees: u64,
    /// Parcels on which a precedence between zones had to be decided.
    pub parcelles_zones_superposees: u64,
    /// Parcels whose zone shares were checked to add up to 1 within 10⁻⁶.
    pub sommes_verifiees: u64,
    /// Those that did not: always 0, or the build has a fault.
    pub sommes_fausses: u64,
    /// Brownfields by the way they were joined.
    pub friches: RapportFriches,
    /// Unités foncières and sites.
    pub assemblages: RapportAssemblages,
    /// Communes of the edition.
    pub communes: u64,
    /// Communes known only by the code of their parcels.
    pub communes_sans_contour: u64,
    /// For each layer, the communes where its absence proves something.
    pub couverture: BTreeMap<String, u64>,
    /// For each layer that has some, the communes where it does inside polygons only.
    pub couverture_partielle: BTreeMap<String, u64>,
}

/// Two features that overlap.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Superposition {
    /// First feature.
    pub a: String,
    /// Second feature.
    pub b: String,
    /// Area shared. m², planar.
    pub surface_m2: f64,
}

/// Land that is bought together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RapportAssemblages {
    /// Unités foncières of two parcels or more.
    pub unites: u64,
    /// Parcels in them.
    pub parcelles: u64,
    /// Units left out for their size.
    pub trop_grandes: u64,
    /// Brownfields and plots of business parks that were measured as sites.
    pub sites: u64,
    /// Parcels that are no ranked gisement alone, and are one with their neighbours of the same owner.
    pub conseilles: u64,
}

/// Brownfields joined to parcels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RapportFriches {
    /// All of them.
    pub total: u64,
    /// By the parcels they cite.
    pub refcad: u64,
    /// By their polygon.
    pub geometrie: u64,
    /// By their point.
    pub point: u64,
    /// By nothing.
    pub aucun: u64,
    /// References that are no parcel identifier.
    pub references_illisibles: u64,
}
