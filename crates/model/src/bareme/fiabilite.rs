//! Reliability: how layers age.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The ageing of a layer, in months since extraction.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fraicheur {
    /// Up to this age a datum counts whole.
    pub frais: f64,
    /// From this age on it counts for `plancher`.
    pub perime: f64,
}

/// The ageing of layers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fraicheurs {
    /// What an out-of-date datum counts for.
    pub plancher: f64,
    /// What a datum without date counts for.
    pub sans_date: f64,
    /// What a presumed datum is multiplied by.
    pub presume: f64,
    /// By layer code; a layer that is not listed follows `defaut`.
    pub couches: BTreeMap<String, Fraicheur>,
    /// Other layers.
    pub defaut: Fraicheur,
}
