//! Bad input: a clear message that names file, row and field; counted in the report; nothing else lost; no panic.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::harness::{Ran, Server, collection, construire, parcels, rapport, real_data};

struct Case {
    dir: tempfile::TempDir,
}

impl Case {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn donnees(&self) -> PathBuf {
        self.path("donnees")
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.path(name), bytes).unwrap();
        self
    }

    /// Builds with one source of parcels and these further lines of configuration.
    fn build(&self, file: &str, more: &str) -> Ran {
        let config = format!(
            "[observatoire]\nnom = \"Essai\"\ndate = 2026-11-01\n\n[[source]]\ncouche = \"parcelles\"\nchemin = \"{file}\"\n{more}"
        );
        self.write("observatoire.toml", config);
        construire(&self.path("observatoire.toml"), &self.donnees())
    }

    /// read, kept, rejected, merged.
    fn counts(&self, file: &str) -> [u64; 4] {
        let r = rapport(&self.donnees(), file);
        ["lus", "gardes", "rejetes", "fusionnes"].map(|k| r[k].as_u64().unwrap())
    }

    fn anomalies(&self, file: &str) -> String {
        rapport(&self.donnees(), file)["anomalies"].to_string()
    }
}

/// Lambert-93 parcels cut from the real commune, as a shapefile whose siblings a test then removes.
fn copy_shapefile(case: &Case, data: &Path, stem: &str) {
    for ext in ["shp", "shx", "dbf", "prj", "cpg"] {
        let from = data.join(format!("commune_complete_63148_ennezat/{stem}.{ext}"));
        std::fs::copy(from, case.path(&format!("p.{ext}"))).unwrap();
    }
}

const TOLERANT: &str = "[tolerance]\nrejets = 0.5\n";

#[test]
fn a_missing_file_is_named() {
    Case::new().build("absent.json", "").exits(2).says(&[
        "observatoire.toml",
        "absent.json",
        "aucun fichier",
    ]);
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    let case = Case::new();
    case.write("p.json", collection(&parcels()));
    case.build("p.json", "millesine = 2026-01-01\n")
        .exits(2)
        .says(&["ligne 8", "millesine", "millesime"]);
}

/// What a friche inventory says of the five parcels: the part of each in a friche, by number.
fn friches_of(case: &Case) -> Vec<serde_json::Value> {
    let server = Server::start(&case.donnees());
    let mut all = server.all("parcelles");
    all.sort_by_key(|p| p["idu"].as_str().unwrap().to_owned());
    all.iter().map(|p| p["part_friche"].clone()).collect()
}

#[test]
fn an_inventory_is_complete_inside_its_polygons_only() {
    let case = Case::new();
    case.write("p.json", collection(&parcels())).write(
        "f.csv",
        "site_id;site_nom;comm_insee;unite_fonciere_refcad\n34999_1;Usine;34999;34999000AB0005\n",
    );
    let emprise = |east: f64| {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[[3.09,43.59],[{east},43.59],[{east},43.61],[3.09,43.61],[3.09,43.59]]]}}}}]}}"#
        )
    };
    let source = "[[source]]\ncouche = \"friches\"\nchemin = \"f.csv\"\n";
    let with = format!("{source}couverture = {{ fichier = \"emprise.geojson\" }}\n");
    let (known, unknown, found) = (
        serde_json::json!(0.0),
        serde_json::Value::Null,
        serde_json::json!(1.0),
    );
    // The file is missing, then it is not: parcels 1 and 2 are inside, the third by half, the fifth is cited.
    case.build("p.json", &with).exits(2).says(&[
        "ligne 11",
        "source[1].couverture.fichier",
        "emprise.geojson",
    ]);
    case.write("emprise.geojson", emprise(3.10225));
    case.build("p.json", &with).exits(0);
    let first = friches_of(&case);
    assert_eq!(
        first,
        [&known, &known, &unknown, &unknown, &found].map(Clone::clone)
    );
    let covered = &rapport(&case.donnees(), "f.csv")["source"]["couverture"]["polygones"];
    assert_eq!(covered["fichier"], "emprise.geojson");
    assert_eq!(covered["empreinte"].as_str().unwrap().len(), 64);
    // Polygons that change are another edition.
    case.write("emprise.geojson", emprise(3.2));
    case.build("p.json", &with).exits(0);
    assert_eq!(
        friches_of(&case),
        [&known, &known, &known, &known, &found].map(Clone::clone)
    );
    // Without them absence proves nothing.
    case.build("p.json", source).exits(0);
    assert_eq!(
        friches_of(&case),
        [&unknown, &unknown, &unknown, &unknown, &found].map(Clone::clone)
    );
}

#[test]
fn an_unknown_layer_is_named() {
    let case = Case::new();
    case.write("p.json", collection(&parcels()));
    case.build(
        "p.json",
        "[[source]]\ncouche = \"parcele\"\nchemin = \"p.json\"\n",
    )
    .exits(2)
    .says(&["parcele"]);
}

#[test]
fn an_unknown_reference_system_is_refused() {
    let case = Case::new();
    case.write("p.json", collection(&parcels()));
    case.build("p.json", "crs = \"EPSG:99999\"\n")
        .says(&["99999"]);
}

#[test]
fn a_wrong_reference_system_is_noticed() {
    // Degrees declared as Lambert-93 metres: every parcel would fall into the ocean off Ghana.
    let case = Case::new();
    case.write("p.json", collection(&parcels()));
    let ran = case.build("p.json", "crs = \"EPSG:2154\"\n");
    assert_ne!(ran.code, Some(0), "accepted: {}", ran.stderr);
    ran.says(&["p.json"]);
}

#[test]
fn a_corrupt_feature_loses_only_itself() {
    let case = Case::new();
    let mut features = parcels();
    features[2] = features[2].replace("\"coordinates\":[[", "\"coordinates\":[[[oups,");
    case.write("p.json", collection(&features));
    case.build("p.json", TOLERANT).exits(0);
    assert_eq!(case.counts("p.json"), [5, 4, 1, 0]);
    assert!(
        case.anomalies("p.json").contains("\"ligne\":3"),
        "{}",
        case.anomalies("p.json")
    );
}

#[test]
fn more_rejections_than_tolerated_end_with_code_3() {
    let case = Case::new();
    let mut features = parcels();
    features[2] = features[2].replace("\"coordinates\":[[", "\"coordinates\":[[[oups,");
    case.write("p.json", collection(&features));
    case.build("p.json", "")
        .exits(3)
        .says(&["p.json", "5 lignes lues, 1 rejetées", "ligne 3"]);
    assert_eq!(case.counts("p.json"), [5, 4, 1, 0]);
}

#[test]
fn a_source_may_have_a_tolerance_of_its_own() {
    let case = Case::new();
    let mut features = parcels();
    features[2] = features[2].replace("\"coordinates\":[[", "\"coordinates\":[[[oups,");
    case.write("p.json", collection(&features));
    let page = || {
        let server = Server::start(&case.donnees());
        String::from_utf8(server.get("/rapport?f=html").1).unwrap()
    };
    // One row in five: more than this source accepts, whatever the others do…
    case.build("p.json", &format!("rejets_max = 0.125\n{TOLERANT}"))
        .exits(3)
        .says(&["p.json : au-delà de la tolérance (12,5 %)"]);
    assert_eq!(rapport(&case.donnees(), "p.json")["tolerance"], 0.125);
    assert!(page().contains("Tolérance propre à cette source : 12,5"));
    // … and less. The tolerance is no reason to read again, and one to publish again: the report says it.
    let layers = || {
        std::fs::read_dir(case.donnees().join("couches"))
            .unwrap()
            .count()
    };
    let before = layers();
    case.build("p.json", "rejets_max = 0.5\n").exits(0);
    assert_eq!(layers(), before);
    assert_eq!(rapport(&case.donnees(), "p.json")["tolerance"], 0.5);
    case.build("p.json", "rejets_max = 1\n").exits(0);
    // The general one is said where there is no other.
    case.build("p.json", TOLERANT).exits(0);
    assert_eq!(rapport(&case.donnees(), "p.json")["tolerance"], 0.5);
    assert!(!page().contains("Tolérance propre"));
    for bad in ["1.5", "-0.1", "nan"] {
        case.build("p.json", &format!("rejets_max = {bad}\n"))
            .exits(2)
            .says(&["ligne 8 : source[0].rejets_max", "entre 0 et 1"]);
    }
    case.build("p.json", "rejets_max = \"2 %\"\n")
        .exits(2)
        .says(&["ligne 8", "rejets_max"]);
}

#[test]
fn a_null_geometry_is_counted() {
    let case = Case::new();
    let mut features = parcels();
    let start = features[1].find("{\"type\":\"Polygon\"").unwrap();
    let end = features[1].find(",\"properties\"").unwrap();
    features[1].replace_range(start..end, "null");
    case.write("p.json", collection(&features));
    case.build("p.json", TOLERANT).exits(0);
    assert_eq!(case.counts("p.json"), [5, 4, 1, 0]);
}

#[test]
fn a_self_intersection_is_repaired_and_reported() {
    let case = Case::new();
    let mut features = parcels();
    // A bow tie: the second and third vertices exchanged.
    features[0] = features[0].replace(
        "[3.1000000,43.6000000],[3.1005000,43.6000000],[3.1005000,43.6005000]",
        "[3.1000000,43.6000000],[3.1005000,43.6005000],[3.1005000,43.6000000]",
    );
    case.write("p.json", collection(&features));
    case.build("p.json", TOLERANT).exits(0);
    let [lus, gardes, ..] = case.counts("p.json");
    assert_eq!((lus, gardes), (5, 5));
    let repares = rapport(&case.donnees(), "p.json")["repares"].to_string();
    assert_ne!(repares, "{}", "the repair must be reported");
}

#[test]
fn a_duplicate_parcel_is_merged_and_counted() {
    let case = Case::new();
    let mut features = parcels();
    features.push(features[0].clone());
    case.write("p.json", collection(&features));
    case.build("p.json", "").exits(0);
    assert_eq!(case.counts("p.json"), [6, 5, 0, 1]);
}

#[test]
fn a_truncated_gz_keeps_what_could_be_read_and_says_so() {
    let case = Case::new();
    // Large enough for several compressed blocks, so that a cut loses the end and not everything.
    let features: Vec<String> = (0..4000)
        .map(|i| {
            parcels()[i % 5].replace(
                "34999000AB000",
                &format!("34999{:03}AB{:03}", i / 900, i % 900),
            )
        })
        .collect();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(collection(&features).as_bytes()).unwrap();
    let whole = gz.finish().unwrap();
    case.write("p.json.gz", &whole[..whole.len() / 2]);
    case.build("p.json.gz", "")
        .exits(3)
        .says(&["p.json.gz", "tronqué"]);
    let [lus, gardes, ..] = case.counts("p.json.gz");
    assert!(
        gardes > 100 && lus >= gardes && lus < 4000,
        "{lus} read, {gardes} kept"
    );
}

#[test]
fn an_empty_collection_builds_an_empty_layer() {
    let case = Case::new();
    case.write(
        "p.json",
        r#"{"type":"FeatureCollection","crs":null,"features":[]}"#,
    );
    case.build("p.json", "").exits(0);
    assert_eq!(case.counts("p.json"), [0, 0, 0, 0]);
    assert_eq!(Server::start(&case.donnees()).count("parcelles"), 0);
}

#[test]
fn a_file_that_is_not_what_its_name_says_is_refused() {
    for bytes in [&b"\x00\x01\x02\x03"[..], b"", b"<html>404</html>"] {
        let case = Case::new();
        case.write("p.json", bytes);
        case.build("p.json", "").exits(1).says(&["p.json"]);
        assert!(!case.donnees().join("courant").exists());
    }
}

#[test]
fn a_shapefile_without_its_siblings_says_which_one_matters() {
    let Some(data) = real_data("shapefile siblings") else {
        return;
    };
    let whole = [2243, 2243, 0, 0];
    for (missing, code) in [("shx", 0), ("prj", 0), ("cpg", 0), ("dbf", 1)] {
        let case = Case::new();
        copy_shapefile(&case, &data, "PARCELLE_region");
        std::fs::remove_file(case.path(&format!("p.{missing}"))).unwrap();
        let ran = case
            .build("p.shp", "constantes = { departement = \"63\" }\n")
            .exits(code);
        if code == 0 {
            assert_eq!(case.counts("p.shp"), whole, "without .{missing}");
        } else {
            ran.says(&["p.", "dbf"]);
        }
    }
}

#[test]
fn a_truncated_shapefile_is_reported_not_a_crash() {
    let Some(data) = real_data("truncated shapefile") else {
        return;
    };
    let case = Case::new();
    copy_shapefile(&case, &data, "PARCELLE_region");
    let bytes = std::fs::read(case.path("p.shp")).unwrap();
    case.write("p.shp", &bytes[..bytes.len() / 2]);
    let ran = case.build("p.shp", "constantes = { departement = \"63\" }\n");
    assert!(matches!(ran.code, Some(1 | 3)), "{ran:?}");
    ran.says(&["p.shp"]);
}

#[test]
fn a_bad_command_line_is_wrong_usage() {
    for args in [
        &["construir"][..],
        &["servir"],
        &["exemple", "x", "--communes", "0"],
    ] {
        super::harness::gisement(args).exits(2);
    }
}
