//! Rule sets: utility curves, weights, vetoes, legal pathways and ZAN parameters, as versioned TOML.
//!
//! [`Bareme::defaut`] is built in (`baremes/2026.toml`). Every number of a rule set carries its source beside it in
//! the file; an unknown or missing key is an error that names it.

mod axes;
mod courbe;
mod fiabilite;
mod mesures;
mod profils;
mod regles;
mod zan;

use serde::{Deserialize, Serialize};

pub use axes::{
    Besoin, Critere, CritereBesoin, Durete, Echelle, Famille, Part, PoidsFamille, Potentiel,
    Sobriete,
};
pub use courbe::{Courbe, Intervalle};
pub use fiabilite::{Fraicheur, Fraicheurs};
pub use mesures::{Contraintes, Destinations, Mesures, Prescriptions, TacheUrbaine, Unites};
pub use profils::{PoidsAxes, Profil};
pub use regles::{Capacite, Conditions, Densite, Prioritaire, Types, Verdict, Vetos, Voie};
pub use zan::{GarantieCommunale, MesureZan, RegleZan};

/// The text of the built-in rule set.
pub const DEFAUT: &str = include_str!("../../baremes/2026.toml");

/// A rule set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bareme {
    /// Name shown to readers.
    pub nom: String,
    /// Version of the rule set.
    pub version: String,
    /// How facts are measured.
    pub mesures: Mesures,
    /// Unités foncières.
    pub unites: Unites,
    /// The urban patch.
    pub tache_urbaine: TacheUrbaine,
    /// How constraints group by category.
    pub contraintes: Contraintes,
    /// Which prescriptions matter.
    pub prescriptions: Prescriptions,
    /// How a zone's text says whether housing is allowed.
    pub destinations: Destinations,
    /// Thresholds of the types of gisement.
    pub types: Types,
    /// Thresholds of the vetoes.
    pub vetos: Vetos,
    /// Thresholds of the conditions.
    pub conditions: Conditions,
    /// Verdict rules.
    pub verdict: Verdict,
    /// What a priority site must show.
    pub prioritaire: Prioritaire,
    /// The axis Potentiel.
    pub potentiel: Potentiel,
    /// The axis Dureté.
    pub durete: Durete,
    /// The axis Besoin.
    pub besoin: Besoin,
    /// The axis Sobriété.
    pub sobriete: Sobriete,
    /// The rules of the ZAN ledger, dated.
    #[serde(rename = "zan")]
    pub regles_zan: Vec<RegleZan>,
    /// Ageing of layers.
    pub fraicheur: Fraicheurs,
    /// Capacity.
    pub capacite: Capacite,
    /// Legal pathways, dated.
    #[serde(rename = "voie")]
    pub voies: Vec<Voie>,
    /// Profiles of axis weights; the first is the default one.
    #[serde(rename = "profil")]
    pub profils: Vec<Profil>,
}

/// A rule set that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaremeError {
    /// The text is not the expected TOML: the parser's message shows the line and names the key.
    #[error("barème illisible : {0}")]
    Texte(String),
    /// A key holds a value that makes no sense.
    #[error("barème, clé « {cle} » : {detail}")]
    Valeur {
        /// The key, dotted.
        cle: String,
        /// What is wrong.
        detail: String,
    },
}

impl Bareme {
    /// Reads and checks a rule set.
    pub fn parse(text: &str) -> Result<Self, BaremeError> {
        let bareme: Self = toml::from_str(text)
            .map_err(|e| BaremeError::Texte(e.to_string().trim().to_owned()))?;
        bareme.check()?;
        Ok(bareme)
    }

    /// The built-in rule set.
    #[expect(clippy::panic, reason = "the built-in text is parsed by a test")]
    ///
    /// # Panics
    /// Never: a test parses it.
    pub fn defaut() -> Self {
        Self::parse(DEFAUT).unwrap_or_else(|e| panic!("built-in rule set: {e}"))
    }

    /// The default profile.
    pub fn profil(&self) -> &Profil {
        &self.profils[0]
    }

    /// The rules of the ENAF ledger in force on a day: of several, those that came last.
    pub fn zan(&self, date: jiff::civil::Date) -> Option<&RegleZan> {
        self.regles_zan
            .iter()
            .filter(|z| z.mesure == MesureZan::Enaf)
            .filter(|z| z.debut <= date && z.fin.is_none_or(|f| date < f))
            .max_by_key(|z| z.debut)
    }

    fn check(&self) -> Result<(), BaremeError> {
        self.potentiel.check()?;
        self.besoin.check()?;
        self.durete.check()?;
        let bad = |cle: &str, detail: &str| {
            Err(BaremeError::Valeur {
                cle: cle.to_owned(),
                detail: detail.to_owned(),
            })
        };
        let share = |cle: &str, v: f64| {
            if (0.0..=1.0).contains(&v) {
                Ok(())
            } else {
                bad(cle, "une part est comprise entre 0 et 1")
            }
        };
        share("mesures.dans_part", self.mesures.dans_part)?;
        share("types.ces_nu", self.types.ces_nu)?;
        share("types.ces_mutable", self.types.ces_mutable)?;
        share("vetos.part_zone_na", self.vetos.part_zone_na)?;
        share("vetos.part_interdiction", self.vetos.part_interdiction)?;
        for (i, z) in self.regles_zan.iter().enumerate() {
            if let Err((key, detail)) = z.check() {
                return bad(&format!("zan.{}.{key}", z.id), detail);
            }
            if self.regles_zan[..i].iter().any(|o| o.id == z.id) {
                return bad(&format!("zan.{}", z.id), "jeu de règles défini deux fois");
            }
        }
        if self.mesures.rayon_recherche_m <= 0.0 || self.mesures.rayon_recherche_m > 6000.0 {
            return bad(
                "mesures.rayon_recherche_m",
                "entre 0 et 6 000 m, l’étendue lue autour du territoire",
            );
        }
        let t = &self.tache_urbaine;
        if t.dilatation_m <= 0.0 || t.erosion_m < 0.0 || t.erosion_m > t.dilatation_m {
            return bad(
                "tache_urbaine.erosion_m",
                "positive et au plus égale à la dilatation",
            );
        }
        if self.profils.is_empty() {
            return bad("profil", "au moins un profil est nécessaire");
        }
        for p in &self.profils {
            let w = [
                p.poids.potentiel,
                p.poids.besoin,
                p.poids.sobriete,
                p.poids.durete,
            ];
            if w.iter().any(|v| !v.is_finite() || *v < 0.0) || w.iter().sum::<f64>() <= 0.0 {
                return bad(
                    &format!("profil.{}.poids", p.code),
                    "des poids positifs, l’un au moins non nul",
                );
            }
        }
        for (i, v) in self.voies.iter().enumerate() {
            if self.voies[..i].iter().any(|w| w.code == v.code) {
                return bad(&format!("voie.{}", v.code), "voie définie deux fois");
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
