//! Profiles: how axes are weighed against each other.

use serde::{Deserialize, Serialize};

/// Weights of the axes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoidsAxes {
    /// Potentiel.
    pub potentiel: f64,
    /// Besoin.
    pub besoin: f64,
    /// Sobriété.
    pub sobriete: f64,
    /// Dureté, entering as 100 − D.
    pub durete: f64,
}

/// A declared set of axis weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profil {
    /// Code.
    pub code: String,
    /// French label.
    pub libelle: String,
    /// Weights.
    pub poids: PoidsAxes,
    /// Main types that the profile ranks when none is asked for; empty for those that a ranking lists by default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
}
