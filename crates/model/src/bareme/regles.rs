//! Types, vetoes, conditions, pathways, capacity, budget.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::mesures::Natures;
use crate::codes::{ClasseProprietaire, UsageBatiment};

/// Thresholds of the types of gisement (design §7.2).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Types {
    /// Below this CES land is unbuilt.
    pub ces_nu: f64,
    /// From `ces_nu` to this CES land is mutable or under-dense.
    pub ces_mutable: f64,
    /// Usable area of an infill plot. m².
    pub dent_creuse_min_m2: f64,
    /// Usable area of an under-dense plot. m².
    pub sous_densifie_min_m2: f64,
    /// Natures of activity that make an `equipement`.
    pub natures_equipement: Natures,
    /// Natures of public use that are no infill, no under-dense plot and no bare public land.
    pub natures_exclues: Natures,
    /// Building usages that make a `tertiaire`.
    pub usages_tertiaire: Vec<UsageBatiment>,
    /// Owner classes whose built land is an `equipement`.
    pub proprietaires_equipement: Vec<ClasseProprietaire>,
    /// Owner classes whose unbuilt land is `public_nu`.
    pub proprietaires_publics: Vec<ClasseProprietaire>,
    /// Usable area from which social housing may be densified. m².
    pub parc_social_densifiable_m2: f64,
}

/// Thresholds of the vetoes (shares of the parcel, m², m).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vetos {
    /// A + N share.
    pub part_zone_na: f64,
    /// Share of a ban below which it is not looked at.
    pub part_interdiction: f64,
    /// A usable piece of this area lifts a ban. m².
    pub piece_m2: f64,
    /// … if it holds a circle of this diameter. m.
    pub piece_cercle_m: f64,
    /// Share of the building in the ban, for a conversion.
    pub part_bati: f64,
    /// Usable area. m².
    pub trop_petit_m2: f64,
    /// Inscribed circle. m.
    pub trop_etroit_m: f64,
    /// Share of water or cemetery.
    pub part_usage_incompatible: f64,
    /// Natures of activity that never become housing.
    pub natures_incompatibles: Natures,
    /// Covers and uses of OCS GE that never become housing.
    pub occupation_incompatible: Vec<String>,
    /// Share from which such a cover is taken out of the usable part: below, it is the blur of a map.
    pub part_occupation: f64,
    /// Vetoes that become a condition when they cannot be decided.
    pub a_verifier: Vec<String>,
}

/// Thresholds of the conditions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// Usable share where the zone bans housing, or is closed to urbanisation.
    pub part_zone: f64,
    /// From this date an open AU zone needs a plan that carries its ZAN target.
    #[serde(deserialize_with = "date")]
    pub auc_zan_depuis: Date,
    /// Share under a prescription class.
    pub part_prescription: f64,
    /// Distance to an industrial risk. m.
    pub risque_m: f64,
    /// Words of brownfield types whose unknown pollution needs a study.
    pub friches_suspectes: Vec<String>,
}

/// Verdict rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// Types left out of the default ranking.
    pub types_hors_classement: Vec<String>,
}

/// What a priority site must show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prioritaire {
    /// Potentiel, central.
    pub potentiel: f64,
    /// Potentiel, minimum.
    pub potentiel_min: f64,
    /// Sobriété, central.
    pub sobriete: f64,
    /// Inscribed circle. m.
    pub diametre_m: f64,
    /// Fiabilité.
    pub fiabilite: f64,
    /// Main types that are never a priority.
    pub types_exclus: Vec<String>,
}

/// Capacity rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capacite {
    /// Never shown under this usable area. m².
    pub utile_min_m2: f64,
    /// Dwellings per hectare by ABC zone; `inconnue` for a commune whose zone is not known.
    pub densites: Vec<Densite>,
    /// Height of a level. m.
    pub niveau_m: f64,
    /// Levels of a building of unknown height: low, central, high.
    pub niveaux_inconnus: [f64; 3],
    /// Net ÷ gross floor area of a conversion.
    pub rendement: f64,
    /// Mean dwelling. m².
    pub logement_m2: f64,
    /// Depth limits of a building. m.
    pub profondeurs_m: [f64; 2],
    /// Share of the floor area that can be housing, by depth class.
    pub facteurs_profondeur: [f64; 3],
    /// Above this number of dwellings a builder owes social housing in a carence commune.
    pub seuil_logements: i64,
    /// … at this rate (CU L111-24).
    pub taux_carence: f64,
}

/// Net densities of an ABC zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Densite {
    /// Zones (`A bis`, `A`, …) or `inconnue`.
    pub zones: Vec<String>,
    /// Low, central, high. Dwellings per ha.
    pub par_ha: [f64; 3],
}

/// A legal pathway, dated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voie {
    /// Code.
    pub code: String,
    /// French label.
    pub libelle: String,
    /// Article.
    #[serde(default)]
    pub article: Option<String>,
    /// Where to read it.
    #[serde(default)]
    pub adresse: Option<String>,
    /// In force from.
    #[serde(default, deserialize_with = "date_option")]
    pub depuis: Option<Date>,
    /// In force until (excluded).
    #[serde(default, deserialize_with = "date_option")]
    pub jusqu_a: Option<Date>,
    /// Who decides.
    #[serde(default)]
    pub autorite: Option<String>,
    /// Grounds of refusal: `acces`, `nuisances`, `services`, `paysage`, `ecoles`, `mixite`.
    #[serde(default)]
    pub motifs: Vec<String>,
}

impl Voie {
    /// Whether the pathway is in force.
    pub fn en_vigueur(&self, date: Date) -> bool {
        self.depuis.is_none_or(|d| d <= date) && self.jusqu_a.is_none_or(|d| date < d)
    }
}

/// A TOML date, which is no string.
pub(super) fn date<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Date, D::Error> {
    toml::value::Datetime::deserialize(d)?
        .to_string()
        .parse()
        .map_err(serde::de::Error::custom)
}

pub(super) fn date_option<'de, D: serde::Deserializer<'de>>(
    d: D,
) -> Result<Option<Date>, D::Error> {
    date(d).map(Some)
}
