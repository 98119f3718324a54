//! One `[[source]]` entry of the configuration file (design §4).

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use gisement_model::{CodeInsee, Couche, Couverture, Crs};
use jiff::civil::Date;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

/// What the configuration says about one file, or one glob of files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// Layer that the file feeds.
    pub couche: Couche,
    /// Path or glob, relative to the configuration file.
    pub chemin: String,
    /// Date of the data.
    #[serde(default, deserialize_with = "date")]
    pub millesime: Option<Date>,
    /// Who made the data.
    #[serde(default)]
    pub producteur: Option<String>,
    /// Licence of the data.
    #[serde(default)]
    pub licence: Option<String>,
    /// Where absence means "none".
    #[serde(default)]
    pub couverture: Option<CouvertureConfig>,
    /// Canonical field → column of the file.
    #[serde(default)]
    pub correspondance: BTreeMap<String, String>,
    /// Canonical field → value, for fields that the file lacks.
    #[serde(default)]
    pub constantes: BTreeMap<String, String>,
    /// Canonical field → (value of the file → code).
    #[serde(default)]
    pub valeurs: BTreeMap<String, BTreeMap<String, String>>,
    /// Table of a GeoPackage, object of EDIGEO (`SECTION_id`), sheet of a workbook, or file inside an archive.
    #[serde(default)]
    pub table: Option<String>,
    /// Column of the file → values kept.
    #[serde(default)]
    pub filtre: BTreeMap<String, Vec<String>>,
    /// Reference system, to overrule detection.
    #[serde(default)]
    pub crs: Option<String>,
    /// Text encoding, to overrule detection.
    #[serde(default)]
    pub encodage: Option<String>,
    /// Largest share of rejected rows in one file, from 0 to 1, to overrule the observatory's.
    #[serde(default)]
    pub rejets_max: Option<f64>,
}

impl SourceConfig {
    /// The keys of a `[[source]]` entry, to suggest the nearest one to a misspelt key.
    pub const KEYS: &[&str] = &[
        "couche",
        "chemin",
        "millesime",
        "producteur",
        "licence",
        "couverture",
        "correspondance",
        "constantes",
        "valeurs",
        "table",
        "filtre",
        "crs",
        "encodage",
        "rejets_max",
    ];

    /// An entry with nothing but a layer and a path.
    pub fn new(couche: Couche, chemin: impl Into<String>) -> Self {
        Self {
            couche,
            chemin: chemin.into(),
            millesime: None,
            producteur: None,
            licence: None,
            couverture: None,
            correspondance: BTreeMap::new(),
            constantes: BTreeMap::new(),
            valeurs: BTreeMap::new(),
            table: None,
            filtre: BTreeMap::new(),
            crs: None,
            encodage: None,
            rejets_max: None,
        }
    }

    /// Where absence means "none": as declared, else the layer's default.
    pub fn couverture(&self) -> Couverture {
        self.couverture
            .clone()
            .map_or_else(|| Couverture::default_for(self.couche), |c| c.0)
    }

    /// The reference system declared, when there is one.
    pub(crate) fn declared_crs(&self) -> Result<Option<Crs>, crate::Error> {
        self.crs
            .as_deref()
            .map(str::parse::<Crs>)
            .transpose()
            .map_err(|e| crate::Error::Config {
                cle: "crs",
                detail: e.to_string(),
            })
    }
}

/// One file to read.
#[derive(Debug, Clone)]
pub struct SourceFile<'a> {
    /// Where it is.
    pub path: PathBuf,
    /// Its path relative to the configuration, for reports: never absolute.
    pub name: String,
    /// What the configuration says about it.
    pub config: &'a SourceConfig,
}

/// The key `couverture`: `"contenu"`, `"territoire"`, `"inconnue"`, a list of communes or of départements, or a file
/// of polygons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CouvertureConfig(pub Couverture);

impl<'de> Deserialize<'de> for CouvertureConfig {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = CouvertureConfig;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("« contenu », « territoire », « inconnue », une liste de communes, une liste de départements, ou { fichier = \"emprise.geojson\" }")
            }

            fn visit_str<E: de::Error>(self, s: &str) -> Result<Self::Value, E> {
                match s {
                    "contenu" => Ok(CouvertureConfig(Couverture::Contenu)),
                    "territoire" => Ok(CouvertureConfig(Couverture::Territoire)),
                    "inconnue" => Ok(CouvertureConfig(Couverture::Inconnue)),
                    _ => Err(E::invalid_value(de::Unexpected::Str(s), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fichier = None;
                while let Some(key) = map.next_key::<String>()? {
                    if key != "fichier" {
                        return Err(de::Error::unknown_field(&key, CouvertureConfig::KEYS));
                    }
                    fichier = Some(map.next_value::<String>()?);
                }
                let fichier: String = fichier.ok_or_else(|| de::Error::missing_field("fichier"))?;
                Ok(CouvertureConfig(Couverture::Polygones {
                    fichier,
                    empreinte: String::new(),
                }))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let (mut communes, mut departements) = (Vec::new(), Vec::new());
                while let Some(code) = seq.next_element::<String>()? {
                    if let (5, Ok(c)) = (code.len(), code.parse::<CodeInsee>()) {
                        communes.push(c);
                    } else if is_departement(&code) {
                        departements.push(code);
                    } else {
                        return Err(de::Error::invalid_value(de::Unexpected::Str(&code), &self));
                    }
                }
                match (communes.is_empty(), departements.is_empty()) {
                    (false, true) => Ok(CouvertureConfig(Couverture::Communes(communes))),
                    (true, false) => Ok(CouvertureConfig(Couverture::Departements(departements))),
                    _ => Err(de::Error::custom(
                        "couverture : donnez des communes (5 caractères) ou des départements (2 ou 3), pas les deux",
                    )),
                }
            }
        }
        d.deserialize_any(Words)
    }
}

impl CouvertureConfig {
    /// The keys of the form that names a file.
    pub const KEYS: &[&str] = &["fichier"];
}

fn is_departement(code: &str) -> bool {
    matches!(code, "2A" | "2B")
        || matches!(code.len(), 2 | 3) && code.bytes().all(|b| b.is_ascii_digit())
}

/// A date as TOML writes it (`2026-10-01`, which serde sees as a map of one private key) or as text.
fn date<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Date>, D::Error> {
    struct Either;
    impl<'de> Visitor<'de> for Either {
        type Value = Option<Date>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("une date AAAA-MM-JJ")
        }

        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_str<E: de::Error>(self, s: &str) -> Result<Self::Value, E> {
            s.parse()
                .map(Some)
                .map_err(|_| E::invalid_value(de::Unexpected::Str(s), &self))
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            match map.next_entry::<String, String>()? {
                Some((_, s)) => self.visit_str(&s),
                None => Ok(None),
            }
        }
    }
    d.deserialize_any(Either)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(toml: &str) -> Result<SourceConfig, toml::de::Error> {
        toml::from_str(toml)
    }

    #[test]
    fn reads_the_entry_of_the_design() {
        let c = parse(
            r#"couche = "zae"
            chemin = "zae/zae_region.shp"
            millesime = 2026-10-01
            couverture = ["34", "30"]
            correspondance = { site_nom = "NOM_ZAE", site_id = "ID" }
            constantes = { departement = "63" }
            valeurs = { classe = { "FORT - Interdiction construction" = "interdiction" } }
            table = "site_eco"
            filtre = { ETAT = ["02"] }
            crs = "EPSG:2154"
            encodage = "windows-1252""#,
        )
        .unwrap();
        assert_eq!(c.couche, Couche::Zae);
        assert_eq!(c.millesime, Some(jiff::civil::date(2026, 10, 1)));
        assert_eq!(
            c.couverture(),
            Couverture::Departements(vec!["34".into(), "30".into()])
        );
        assert_eq!(c.declared_crs().unwrap(), Some(Crs::Lambert93));
    }

    #[test]
    fn wrong_entries_are_refused() {
        for bad in [
            "couche = \"zae\"\nchemin = \"x\"\nchemins = \"y\"",
            "couche = \"zea\"\nchemin = \"x\"",
            "couche = \"zae\"\nchemin = \"x\"\ncouverture = \"partout\"",
            "couche = \"zae\"\nchemin = \"x\"\ncouverture = [\"34\", \"34172\"]",
            "couche = \"zae\"\nchemin = \"x\"\ncouverture = {}",
            "couche = \"zae\"\nchemin = \"x\"\ncouverture = { fichier = 3 }",
            "couche = \"zae\"\nchemin = \"x\"\ncouverture = { fichier = \"a\", empreinte = \"b\" }",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_key_is_listed() {
        let c = SourceConfig::new(Couche::Friches, "f.csv");
        let serde_json::Value::Object(map) = serde_json::to_value(&c).unwrap() else {
            panic!("an object")
        };
        let mut keys: Vec<_> = map.keys().map(String::as_str).collect();
        let mut listed = SourceConfig::KEYS.to_vec();
        keys.sort_unstable();
        listed.sort_unstable();
        assert_eq!(keys, listed);
        assert_eq!(c.couverture(), Couverture::Inconnue);
    }
}
