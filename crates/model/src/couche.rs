//! The canonical layers.

use serde::{Deserialize, Serialize};

macro_rules! couches {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $label:literal;)+) => {
        /// A canonical layer (design §5). The code is the name used in configurations, files and addresses.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Couche { $($(#[$doc])* #[serde(rename = $code)] $variant,)+ }

        impl Couche {
            /// Every layer, in the order of the data flow.
            pub const ALL: &'static [Couche] = &[$(Couche::$variant,)+];

            /// The name used in configurations, files and addresses.
            pub fn code(self) -> &'static str {
                match self { $(Couche::$variant => $code,)+ }
            }

            /// French name for a reader.
            pub fn libelle(self) -> &'static str {
                match self { $(Couche::$variant => $label,)+ }
            }
        }
    };
}

couches! {
    /// Cadastral parcels.
    Parcelles = "parcelles", "Parcelles cadastrales";
    /// Sections of the cadastre.
    Sections = "sections", "Sections cadastrales";
    /// Sheets of the cadastre.
    Feuilles = "feuilles", "Feuilles cadastrales";
    /// Named places of the cadastre.
    LieuxDits = "lieux_dits", "Lieux-dits";
    /// Buildings.
    Batiments = "batiments", "Bâtiments";
    /// Communes.
    Communes = "communes", "Communes";
    /// Intercommunalities (EPCI).
    Epci = "epci", "Intercommunalités";
    /// SCoT perimeters, as lists of communes.
    Scots = "scots", "SCoT";
    /// Zones of local plans.
    Zonage = "zonage", "Zonage des documents d’urbanisme";
    /// Prescriptions of local plans.
    Prescriptions = "prescriptions", "Prescriptions d’urbanisme";
    /// Prescriptions of local plans drawn as lines.
    PrescriptionsLin = "prescriptions_lin", "Prescriptions d’urbanisme linéaires";
    /// Prescriptions of local plans drawn as points.
    PrescriptionsPct = "prescriptions_pct", "Prescriptions d’urbanisme ponctuelles";
    /// Information perimeters annexed to local plans.
    Informations = "informations", "Informations d’urbanisme";
    /// Information lines annexed to local plans.
    InformationsLin = "informations_lin", "Informations d’urbanisme linéaires";
    /// Information points annexed to local plans.
    InformationsPct = "informations_pct", "Informations d’urbanisme ponctuelles";
    /// Planning documents, by commune.
    Documents = "documents", "Documents d’urbanisme";
    /// Reduction targets of land consumption.
    Trajectoires = "trajectoires", "Trajectoires de sobriété foncière";
    /// What the ledger deducts from measured consumption: national projects, effective renaturation.
    Declarations = "declarations", "Déclarations au registre ZAN";
    /// Operational and policy perimeters (QPV, ZAC, ORT…).
    Perimetres = "perimetres", "Périmètres opérationnels";
    /// Brownfields.
    Friches = "friches", "Friches";
    /// Business parks (CNIG `site_eco`).
    Zae = "zae", "Zones d’activité économique";
    /// Plots of business parks (CNIG `terrain_eco`).
    Terrains = "terrains", "Terrains des zones d’activité";
    /// Risk plans and easements.
    Contraintes = "contraintes", "Risques et servitudes";
    /// Consumption of natural, agricultural and forest land.
    Enaf = "enaf", "Consommation d’ENAF";
    /// Housing context of communes.
    Logement = "logement", "Contexte du logement";
    /// Points of interest: stops, schools, shops, health, town halls.
    Equipements = "equipements", "Équipements et transports";
    /// Activity areas (BD TOPO).
    Activite = "activite", "Zones d’activité ou d’intérêt (BD TOPO)";
    /// Land cover (OCS GE).
    Occupation = "occupation", "Occupation du sol";
    /// Legal-person owners.
    Proprietaires = "proprietaires", "Propriétaires personnes morales";
}

impl std::fmt::Display for Couche {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// A name that is no layer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("couche « {0} » inconnue")]
pub struct UnknownCouche(pub String);

impl std::str::FromStr for Couche {
    type Err = UnknownCouche;
    fn from_str(s: &str) -> Result<Self, UnknownCouche> {
        Self::ALL
            .iter()
            .copied()
            .find(|c| c.code() == s)
            .ok_or_else(|| UnknownCouche(s.to_owned()))
    }
}
