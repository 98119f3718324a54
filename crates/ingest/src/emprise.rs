//! The polygons inside which a source says that it is complete (design §4, `couverture = { fichier = "…" }`).

use std::path::Path;

use gisement_model::{Couche, Couverture, Crs, Effet, Perimetre};
use gisement_store::Geometries;

use crate::{CouvertureConfig, Error, SourceConfig, SourceFile, fingerprint, read};

/// Polygons of a coverage file.
#[derive(Debug, Clone)]
pub struct Emprise {
    /// BLAKE3 of the file, all its parts, hexadecimal: what [`Couverture::Polygones`] names it by.
    pub empreinte: String,
    /// The polygons, in the legal projection.
    pub polygones: Geometries,
}

impl SourceConfig {
    /// Reads the polygons that `couverture` names, if it names some, from the folder of the configuration. Their hash
    /// enters the entry: the same source complete elsewhere is another source, for the cache as for editions.
    ///
    /// Any format of polygons will do. A file that is not wholly understood is refused: what is lost of it would be
    /// land where nothing is known, without a word.
    pub fn load_coverage(&mut self, dir: &Path, legal: Crs) -> Result<Option<Emprise>, Error> {
        let Some(CouvertureConfig(Couverture::Polygones { fichier, empreinte })) =
            &mut self.couverture
        else {
            return Ok(None);
        };
        let lue = load(&dir.join(&*fichier), fichier, legal)?;
        empreinte.clone_from(&lue.empreinte);
        Ok(Some(lue))
    }
}

fn load(path: &Path, name: &str, legal: Crs) -> Result<Emprise, Error> {
    let mut config = SourceConfig::new(Couche::Perimetres, name);
    config.constantes.insert("genre".into(), "EMPRISE".into());
    let file = SourceFile {
        path: path.into(),
        name: name.into(),
        config: &config,
    };
    let print = fingerprint(&file, legal)?;
    let (layer, report) = read::<Perimetre>(&file, &print, legal, &|_, _| {})?;
    let unusable = |detail: String| Error::Coverage {
        fichier: name.into(),
        detail,
    };
    if let Some(a) = report.anomalies.get("fichier_tronque") {
        return Err(unusable(a.libelle.clone()));
    }
    if report.rejetes > 0 {
        let why: Vec<String> = report
            .anomalies
            .values()
            .filter(|a| a.effet == Effet::Rejete)
            .map(|a| format!("{} ({})", a.libelle, a.nombre))
            .collect();
        return Err(unusable(format!(
            "objets refusés : {} sur {}, {}",
            report.rejetes,
            report.lus,
            why.join(", ")
        )));
    }
    if layer.is_empty() {
        return Err(unusable("aucun polygone".into()));
    }
    Ok(Emprise {
        empreinte: print.empreinte,
        polygones: layer.geoms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use gisement_model::Zae;

    /// A square of a hundredth of a degree near Montpellier, and how it is drawn.
    fn square(x: f64) -> String {
        let (a, b) = (x, x + 0.01);
        format!(
            r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[[{a},43.6],[{b},43.6],[{b},43.61],[{a},43.61],[{a},43.6]]]}}}}"#
        )
    }

    fn collection(features: &[String]) -> String {
        format!(
            r#"{{"type":"FeatureCollection","features":[{}]}}"#,
            features.join(",")
        )
    }

    fn source() -> SourceConfig {
        toml::from_str(
            "couche = \"zae\"\nchemin = \"zae.csv\"\ncouverture = { fichier = \"emprise.geojson\" }",
        )
        .unwrap()
    }

    #[test]
    fn polygons_are_read_and_their_hash_enters_the_key_and_the_provenance() {
        let dir = tempfile::tempdir().unwrap();
        let at = |n: &str| dir.path().join(n);
        std::fs::write(at("zae.csv"), "site_id;site_nom;wkt\nA;Parc;POLYGON((7e5 6.28e6,700100 6.28e6,700100 6280100,7e5 6280100,7e5 6.28e6))\n").unwrap();
        let load = |features: &[String]| {
            std::fs::write(at("emprise.geojson"), collection(features)).unwrap();
            let mut config = source();
            let lue = config.load_coverage(dir.path(), Crs::Lambert93).unwrap();
            (config, lue.unwrap())
        };
        let key = |config: &SourceConfig| {
            let file = SourceFile {
                path: at("zae.csv"),
                name: "zae.csv".into(),
                config,
            };
            let print = fingerprint(&file, Crs::Lambert93).unwrap();
            let read = read::<Zae>(&file, &print, Crs::Lambert93, &|_, _| {}).unwrap();
            (print.cle, read.1.source.couverture)
        };
        let (one, e) = load(&[square(3.87)]);
        assert_eq!(e.polygones.len(), 1);
        // 1 111 m by 806 m, in metres: the polygon was projected.
        assert!((e.polygones.get(0).area() - 896_000.0).abs() < 5_000.0);
        let (two, f) = load(&[square(3.87), square(3.9)]);
        assert_eq!(f.polygones.len(), 2);
        let ((k1, c1), (k2, c2)) = (key(&one), key(&two));
        assert_ne!(k1, k2);
        assert_eq!(key(&load(&[square(3.87)]).0).0, k1);
        let named = |empreinte: &str| Couverture::Polygones {
            fichier: "emprise.geojson".into(),
            empreinte: empreinte.into(),
        };
        assert_eq!((c1, c2), (named(&e.empreinte), named(&f.empreinte)));
        // Other sources have nothing to read.
        let mut plain = SourceConfig::new(Couche::Zae, "zae.csv");
        let none = plain.load_coverage(dir.path(), Crs::Lambert93).unwrap();
        assert!(none.is_none());
    }

    #[test]
    fn a_file_that_is_not_wholly_understood_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let point = r#"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[3.9,43.6]}}"#;
        let whole = collection(&[square(3.87), square(3.9)]);
        for (text, expected) in [
            (None, "emprise.geojson"),
            (Some(""), "fichier vide"),
            (Some("bonjour\nvous\n"), "géométrie"),
            (Some(&*collection(&[])), "aucun polygone"),
            (
                Some(&*collection(&[square(3.87), point.into()])),
                "objets refusés : 1 sur 2",
            ),
            (Some(&whole[..whole.len() - 150]), "tronqué"),
        ] {
            if let Some(text) = text {
                std::fs::write(dir.path().join("emprise.geojson"), text).unwrap();
            }
            let e = source()
                .load_coverage(dir.path(), Crs::Lambert93)
                .unwrap_err()
                .to_string();
            assert!(e.contains(expected), "{expected} : {e}");
        }
    }
}
