//! The four axes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{BaremeError, Courbe};
use crate::codes::ClasseProprietaire;

/// Families of types that share criterion weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Famille {
    /// Brownfields.
    Friche,
    /// Vacant or mutable business land.
    Zae,
    /// Offices, shops, public equipment.
    Bati,
    /// Bare land.
    Nu,
    /// Under-dense plots.
    Dense,
}

/// The weight of a criterion in each family.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PoidsFamille {
    /// Brownfields.
    pub friche: f64,
    /// Business land.
    pub zae: f64,
    /// Buildings.
    pub bati: f64,
    /// Bare land.
    pub nu: f64,
    /// Under-dense plots.
    pub dense: f64,
}

impl PoidsFamille {
    /// The weight for a family.
    pub fn famille(&self, f: Famille) -> f64 {
        match f {
            Famille::Friche => self.friche,
            Famille::Zae => self.zae,
            Famille::Bati => self.bati,
            Famille::Nu => self.nu,
            Famille::Dense => self.dense,
        }
    }

    /// The same weight in every family where the criterion counts; it stays out of the others, where it says nothing.
    pub fn remplacer(&mut self, poids: f64) {
        for w in [
            &mut self.friche,
            &mut self.zae,
            &mut self.bati,
            &mut self.nu,
            &mut self.dense,
        ] {
            if *w > 0.0 {
                *w = poids;
            }
        }
    }
}

/// A criterion of Potentiel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Critere {
    /// French label.
    pub libelle: String,
    /// Unit.
    #[serde(default)]
    pub unite: String,
    /// Utility of a number.
    #[serde(default)]
    pub courbe: Option<Courbe>,
    /// Utility of a code.
    #[serde(default)]
    pub table: BTreeMap<String, f64>,
    /// Weights.
    pub poids: PoidsFamille,
    /// What to do to learn it.
    pub conseil: String,
    /// Where the numbers come from.
    pub source: String,
}

impl Critere {
    /// Lowest and highest utilities.
    pub fn bounds(&self) -> (f64, f64) {
        let table = self
            .table
            .values()
            .fold((f64::MAX, f64::MIN), |(lo, hi), v| (lo.min(*v), hi.max(*v)));
        match &self.courbe {
            Some(c) => {
                let b = c.bounds();
                (b.0.min(table.0), b.1.max(table.1))
            }
            None => table,
        }
    }

    /// Utility of a number; the middle of nothing when there is no curve is 0.
    pub fn nombre(&self, x: f64) -> f64 {
        self.courbe.as_ref().map_or(0.0, |c| c.at(x))
    }

    /// Utility of a code.
    pub fn code(&self, code: &str) -> Option<f64> {
        self.table.get(code).copied()
    }

    fn check(&self, key: &str, curve: bool, codes: &[&str]) -> Result<(), BaremeError> {
        let bad = |cle: String, detail: &str| {
            Err(BaremeError::Valeur {
                cle,
                detail: detail.to_owned(),
            })
        };
        match &self.courbe {
            Some(c) => c.check(&format!("potentiel.{key}.courbe"), 0.0, 1.0)?,
            None if curve => return bad(format!("potentiel.{key}.courbe"), "courbe absente"),
            None => {}
        }
        for code in codes {
            if !self.table.contains_key(*code) {
                return bad(format!("potentiel.{key}.table.{code}"), "code absent");
            }
        }
        for (code, v) in &self.table {
            if !codes.contains(&code.as_str()) {
                return bad(format!("potentiel.{key}.table.{code}"), "code inconnu");
            }
            if !(0.0..=1.0).contains(v) {
                return bad(
                    format!("potentiel.{key}.table.{code}"),
                    "une utilité est comprise entre 0 et 1",
                );
            }
        }
        let p = self.poids;
        if [p.friche, p.zae, p.bati, p.nu, p.dense]
            .iter()
            .any(|w| !w.is_finite() || *w < 0.0)
        {
            return bad(format!("potentiel.{key}.poids"), "poids négatif");
        }
        Ok(())
    }
}

macro_rules! potentiel {
    ($($(#[$doc:meta])* $name:ident: $curve:literal, [$($code:literal),*];)+) => {
        /// The criteria of Potentiel.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Potentiel { $($(#[$doc])* pub $name: Critere,)+ }

        impl Potentiel {
            /// Every criterion with its identifier, in the order of the file.
            pub fn criteres(&self) -> Vec<(&'static str, &Critere)> {
                vec![$((stringify!($name), &self.$name),)+]
            }

            /// A criterion by its identifier, to be weighed otherwise.
            pub fn critere_mut(&mut self, id: &str) -> Option<&mut Critere> {
                match id {
                    $(stringify!($name) => Some(&mut self.$name),)+
                    _ => None,
                }
            }

            pub(super) fn check(&self) -> Result<(), BaremeError> {
                $(self.$name.check(stringify!($name), $curve, &[$($code),*])?;)+
                Ok(())
            }
        }
    };
}

potentiel! {
    /// Usable area.
    surface_utile: true, [];
    /// Largest inscribed circle.
    diametre_inscrit: true, [];
    /// Built share.
    ces: true, [];
    /// State of the site.
    etat: false, ["friche_sans_projet", "vacant", "inoccupe", "potentielle", "partiellement", "avec_projet", "occupe", "reconvertie"];
    /// Whether the zone allows housing.
    logement_autorise: false, ["autorise", "conditionnel", "auc", "derogation", "rnu", "aus", "interdit"];
    /// Public transport.
    transport: true, [];
    /// School, shop, health: the second nearest.
    services: true, [];
    /// Town hall.
    centralite: true, [];
    /// Share under a prescription class.
    contraintes: true, [];
    /// Soil.
    pollution: false, ["inexistante", "traitee", "peu_probable", "supposee", "averee"];
    /// Industrial risk and noise.
    nuisances: true, ["bruit_1", "bruit_2", "bruit_3", "bruit_4", "bruit_5", "peb_c", "peb_d"];
    /// Heritage.
    patrimoine: true, [];
    /// Depth of large buildings.
    profondeur_bati: false, ["jusqu_a_15", "de_15_a_18", "plus_de_18"];
}

/// One part of Dureté: what an unknown value spans.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// French label.
    pub libelle: String,
    /// Points by code.
    pub table: BTreeMap<String, f64>,
    /// Lowest and highest points of codes that leave them open.
    #[serde(default)]
    pub intervalles: BTreeMap<String, [f64; 2]>,
    /// Lowest and highest points of an unknown value.
    pub inconnu: [f64; 2],
    /// What to do to learn it.
    pub conseil: String,
}

/// The axis Dureté (bareme §5).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Durete {
    /// Where the points come from.
    pub source: String,
    /// Ownership.
    pub propriete: Part,
    /// Owner classes that count as public land.
    pub classes_publiques: Vec<ClasseProprietaire>,
    /// Up to this number legal persons are few.
    pub personnes_morales_max: usize,
    /// Occupation.
    pub occupation: Part,
    /// Sound building kept in use.
    pub bati_en_usage: Part,
    /// Protected environment.
    pub environnement: Part,
    /// Share from which a protected area covers rather than touches.
    pub environnement_couvre: f64,
    /// Flood or technological prescription.
    pub prescription: Part,
    /// Pollution.
    pub pollution: Part,
    /// Points to 0–100.
    pub echelle: Courbe,
    /// Classes by upper bound of points, in order; the last has none.
    pub classes: Vec<Echelle>,
}

/// A class of an axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Echelle {
    /// Code.
    pub code: String,
    /// Upper bound, included.
    #[serde(default)]
    pub jusqu_a: Option<f64>,
}

impl Durete {
    pub(super) fn check(&self) -> Result<(), BaremeError> {
        self.echelle.check("durete.echelle", 0.0, 100.0)?;
        for (key, part, codes) in [
            (
                "propriete",
                &self.propriete,
                &[
                    "organisation",
                    "publique",
                    "personnes_morales",
                    "personnes_morales_nombreuses",
                    "copropriete",
                ][..],
            ),
            (
                "occupation",
                &self.occupation,
                &["vacant", "un_logement", "autre"],
            ),
            ("bati_en_usage", &self.bati_en_usage, &["non", "oui"]),
            (
                "environnement",
                &self.environnement,
                &["aucun", "touche", "couvre"],
            ),
            ("prescription", &self.prescription, &["non", "oui"]),
            (
                "pollution",
                &self.pollution,
                &["aucune", "supposee", "averee"],
            ),
        ] {
            let bad = |suffix: &str, detail: &str| {
                Err(BaremeError::Valeur {
                    cle: format!("durete.{key}.{suffix}"),
                    detail: detail.to_owned(),
                })
            };
            let bornes = part.intervalles.iter().map(|(k, v)| (k.as_str(), v));
            for (code, v) in bornes.chain([("inconnu", &part.inconnu)]) {
                if v[0] > v[1] {
                    return bad(code, "le bas dépasse le haut");
                }
            }
            if key == "propriete" && !part.intervalles.contains_key("personnes_physiques") {
                return bad("intervalles.personnes_physiques", "code absent");
            }
            for code in codes {
                if !part.table.contains_key(*code) {
                    return bad(&format!("table.{code}"), "code absent");
                }
            }
            if part
                .table
                .values()
                .any(|v| !(part.inconnu[0]..=part.inconnu[1]).contains(v) && key != "propriete")
            {
                return bad(
                    "inconnu",
                    "l’inconnu doit contenir toutes les valeurs connues",
                );
            }
        }
        Ok(())
    }
}

/// A criterion of Besoin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CritereBesoin {
    /// French label.
    pub libelle: String,
    /// Unit.
    #[serde(default)]
    pub unite: String,
    /// Utility of a number.
    #[serde(default)]
    pub courbe: Option<Courbe>,
    /// Utility of a code.
    #[serde(default)]
    pub table: BTreeMap<String, f64>,
    /// Weight.
    pub poids: f64,
    /// What to do to learn it.
    pub conseil: String,
}

/// The axis Besoin (bareme §6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Besoin {
    /// Where the numbers come from.
    pub source: String,
    /// Gap to the SRU target.
    pub sru_ecart: CritereBesoin,
    /// Carence order.
    pub carence: CritereBesoin,
    /// Applications ÷ allocations.
    pub tension: CritereBesoin,
    /// ABC zone.
    pub zone_abc: CritereBesoin,
    /// Vacancy.
    pub vacance: CritereBesoin,
    /// Share of social rented housing.
    pub part_lls: CritereBesoin,
}

impl Besoin {
    /// Every criterion with its identifier.
    pub fn criteres(&self) -> [(&'static str, &CritereBesoin); 6] {
        [
            ("sru_ecart", &self.sru_ecart),
            ("carence", &self.carence),
            ("tension", &self.tension),
            ("zone_abc", &self.zone_abc),
            ("vacance", &self.vacance),
            ("part_lls", &self.part_lls),
        ]
    }

    pub(super) fn check(&self) -> Result<(), BaremeError> {
        for (key, c) in self.criteres() {
            let bad = |suffix: &str, detail: &str| {
                Err(BaremeError::Valeur {
                    cle: format!("besoin.{key}.{suffix}"),
                    detail: detail.to_owned(),
                })
            };
            if let Some(curve) = &c.courbe {
                curve.check(&format!("besoin.{key}.courbe"), 0.0, 1.0)?;
            } else if c.table.is_empty() {
                return bad("courbe", "ni courbe ni table");
            }
            if c.table.values().any(|v| !(0.0..=1.0).contains(v)) {
                return bad("table", "une utilité est comprise entre 0 et 1");
            }
            if !c.poids.is_finite() || c.poids < 0.0 {
                return bad("poids", "poids négatif");
            }
        }
        Ok(())
    }
}

impl CritereBesoin {
    /// Lowest and highest utilities.
    pub fn bounds(&self) -> (f64, f64) {
        self.courbe.as_ref().map_or_else(
            || {
                self.table
                    .values()
                    .fold((f64::MAX, f64::MIN), |(lo, hi), v| (lo.min(*v), hi.max(*v)))
            },
            Courbe::bounds,
        )
    }
}

/// The axis Sobriété (bareme §7): `100 × (1 − part × (base + pente × min(1, enaf ÷ reste)))`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sobriete {
    /// Factor of an ENAF parcel that costs nothing against the budget.
    pub base: f64,
    /// What the whole budget adds.
    pub pente: f64,
    /// Factor `min(1, enaf ÷ reste)` when the budget is unknown.
    pub reste_inconnu: f64,
    /// Where the numbers come from.
    pub source: String,
}
