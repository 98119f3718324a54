//! Dated rules of the ZAN ledger.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::regles::{date, date_option};

/// What a rule set measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MesureZan {
    /// Consumption of natural, agricultural and forest land.
    Enaf,
    /// Net artificialisation.
    ArtificialisationNette,
}

/// The rules of one period of the ledger, in force from a date on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegleZan {
    /// Name in tables.
    pub id: String,
    /// Name for a reader.
    pub libelle: String,
    /// What is measured.
    pub mesure: MesureZan,
    /// First day in force.
    #[serde(deserialize_with = "date")]
    pub debut: Date,
    /// First day no longer in force.
    #[serde(default, deserialize_with = "date_option")]
    pub fin: Option<Date>,
    /// First and last years of the reference period.
    pub reference: [i64; 2],
    /// First and last years of the period that has a target.
    pub objectif: [i64; 2],
    /// Reduction when no document sets one.
    pub reduction: f64,
    /// Share of the envelope by which it may be exceeded.
    pub tolerance: f64,
    /// The communal guarantee.
    pub garantie: GarantieCommunale,
    /// Law.
    pub source: String,
}

/// The floor under a commune's envelope (loi 2023-630, art. 4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GarantieCommunale {
    /// Floor. m².
    pub surface_m2: f64,
    /// More for each commune that a commune nouvelle took in. m².
    pub par_deleguee_m2: f64,
    /// Most that they may add. m².
    pub deleguees_max_m2: f64,
    /// The commune's plan was prescribed, arrested or approved before this day.
    #[serde(deserialize_with = "date")]
    pub document_avant: Date,
}

impl RegleZan {
    /// Number of years of the reference period.
    pub fn annees_reference(&self) -> i64 {
        self.reference[1] - self.reference[0] + 1
    }

    /// Number of years of the period that has a target.
    pub fn annees_objectif(&self) -> i64 {
        self.objectif[1] - self.objectif[0] + 1
    }

    pub(super) fn check(&self) -> Result<(), (&'static str, &'static str)> {
        let share = |v: f64| (0.0..=1.0).contains(&v);
        let years = |y: [i64; 2]| y[0] <= y[1];
        let g = &self.garantie;
        if !share(self.reduction) || !share(self.tolerance) {
            return Err(("reduction", "une part est comprise entre 0 et 1"));
        }
        if !years(self.reference) || !years(self.objectif) || self.objectif[0] <= self.reference[1]
        {
            return Err((
                "objectif",
                "deux périodes d’années croissantes, l’objectif après la référence",
            ));
        }
        if self.fin.is_some_and(|f| f <= self.debut) {
            return Err(("fin", "après le début"));
        }
        if [g.surface_m2, g.par_deleguee_m2, g.deleguees_max_m2]
            .iter()
            .any(|v| !v.is_finite() || *v < 0.0)
        {
            return Err(("garantie", "des surfaces positives"));
        }
        Ok(())
    }
}
