//! Overseas territories: parcels in degrees, zones in metres, an edition in the legal projection.
//!
//! The expected figures come from pyproj 3 (PROJ 9.5) and shapely: planar areas and shares in the legal projection,
//! areas on the ellipsoid with `pyproj.Geod`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::harness::{Ran, Server, construire, edition_dir, gisement, rapport, read_json};

struct Territory {
    commune: &'static str,
    epsg: u32,
    /// Name of the projection in EPSG's register.
    name: &'static str,
    /// South-west corner of the parcel, which measures 0.0005° by 0.0004°.
    lon: f64,
    lat: f64,
    /// North-east corner of the southern and western half of the zone. m.
    x: f64,
    y: f64,
    /// On the ellipsoid. m².
    area: f64,
    /// Of the parcel in the zone.
    share: f64,
}

const TERRITORIES: [Territory; 4] = [
    Territory {
        commune: "97105",
        epsg: 5490,
        name: "RGAF09 / UTM zone 20N",
        lon: -61.7260,
        lat: 15.9985,
        x: 636_334.0,
        y: 1_769_209.0,
        area: 2368.8720,
        share: 0.303_980,
    },
    Territory {
        commune: "97302",
        epsg: 2972,
        name: "RGFG95 / UTM zone 22N",
        lon: -52.3260,
        lat: 4.9372,
        x: 352_998.0,
        y: 545_891.0,
        area: 2452.9227,
        share: 0.320_148,
    },
    Territory {
        commune: "97411",
        epsg: 2975,
        name: "RGR92 / UTM zone 40S",
        lon: 55.4500,
        lat: -20.8800,
        x: 338_783.0,
        y: 7_690_378.0,
        area: 2304.0645,
        share: 0.308_460,
    },
    Territory {
        commune: "97608",
        epsg: 4471,
        name: "RGM04 / UTM zone 38S",
        lon: 45.2279,
        lat: -12.7806,
        x: 524_753.0,
        y: 8_587_138.0,
        area: 2402.3969,
        share: 0.324_421,
    },
];

impl Territory {
    fn idu(&self) -> String {
        format!("{}000AB0001", self.commune)
    }

    /// The corners of the parcel, closed.
    fn corners(&self) -> Vec<[f64; 2]> {
        let (w, s, e, n) = (self.lon, self.lat, self.lon + 0.0005, self.lat + 0.0004);
        vec![[w, s], [e, s], [e, n], [w, n], [w, s]]
    }

    fn parcel(&self) -> String {
        parcel(&self.idu(), &self.corners())
    }

    /// A zone that covers the south-west of the parcel, and the same zone on the other side of a gap, in metres.
    fn zone(&self, epsg: u32) -> String {
        let (w, s, e, n) = (self.x - 500.0, self.y - 500.0, self.x, self.y + 500.0);
        format!(
            r#"{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"urn:ogc:def:crs:EPSG::{epsg}"}}}},"features":[{{"type":"Feature","geometry":{{"type":"Polygon","coordinates":[[[{w},{s}],[{e},{s}],[{e},{n}],[{w},{n}],[{w},{s}]]]}},"properties":{{"LIBELLE":"UA","TYPEZONE":"U","INSEE":"{}"}}}}]}}"#,
            self.commune
        )
    }
}

fn parcel(idu: &str, ring: &[[f64; 2]]) -> String {
    let ring: Vec<String> = ring
        .iter()
        .map(|[x, y]| format!("[{x:.7},{y:.7}]"))
        .collect();
    format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","id":"{idu}","geometry":{{"type":"Polygon","coordinates":[[{}]]}},"properties":{{"id":"{idu}","commune":"{}","prefixe":"000","section":"AB","numero":"1","contenance":2300,"arpente":false}}}}]}}"#,
        ring.join(","),
        &idu[..5]
    )
}

struct Case(tempfile::TempDir);

impl Case {
    fn new(files: &[(&str, String)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        Self(dir)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn donnees(&self) -> PathBuf {
        self.path("donnees")
    }

    /// Builds from `parcelles*.json` and `zones.json`, where there are some.
    fn build(&self, observatoire: &str) -> Ran {
        let mut config =
            format!("[observatoire]\nnom = \"Essai\"\ndate = 2026-11-01\n{observatoire}\n");
        for (layer, files) in [("parcelles", "parcelles*.json"), ("zonage", "zones.json")] {
            if layer == "parcelles" || self.path(files).exists() {
                let source = format!("[[source]]\ncouche = \"{layer}\"\nchemin = \"{files}\"\n");
                config.push_str(&source);
            }
        }
        std::fs::write(self.path("observatoire.toml"), config).unwrap();
        construire(&self.path("observatoire.toml"), &self.donnees())
    }
}

fn holds(file: &Path, text: &str) -> bool {
    let bytes = std::fs::read(file).unwrap();
    bytes.windows(text.len()).any(|w| w == text.as_bytes())
}

#[test]
fn every_territory_is_published_in_its_legal_projection() {
    for t in TERRITORIES {
        let case = Case::new(&[
            ("parcelles.json", t.parcel()),
            ("zones.json", t.zone(t.epsg)),
        ]);
        case.build("").exits(0);
        let legal = format!("EPSG:{}", t.epsg);
        let edition = edition_dir(&case.donnees());
        assert_eq!(read_json(&edition.join("manifest.json"))["crs"], legal);
        assert!(holds(&edition.join("parcelles.parquet"), t.name), "{legal}");
        let zones = rapport(&case.donnees(), "zones.json");
        assert_eq!(
            (&zones["gardes"], &zones["anomalies"]),
            (&1.into(), &Value::Object(serde_json::Map::default()))
        );

        let server = Server::start(&case.donnees());
        let feature = server.json(&format!("/collections/parcelles/items/{}", t.idu()));
        let p = &feature["properties"];
        let (area, share) = (
            p["surface_m2"].as_f64().unwrap(),
            p["part_u"].as_f64().unwrap(),
        );
        assert!((area - t.area).abs() < 0.01, "{legal}: {area}");
        assert!((share - t.share).abs() < 2e-6, "{legal}: {share}");
        // Published degrees are served as they were, after a stay in the projection.
        let served: Vec<[f64; 2]> =
            serde_json::from_value(feature["geometry"]["coordinates"][0][0].clone())
                .or_else(|_| serde_json::from_value(feature["geometry"]["coordinates"][0].clone()))
                .unwrap();
        let said = |ring: &[[f64; 2]]| -> std::collections::BTreeSet<String> {
            ring.iter().map(|[x, y]| format!("{x:.7} {y:.7}")).collect()
        };
        assert_eq!(said(&served), said(&t.corners()));
        // And metres as the file has them, where its projection is asked for.
        let zones = server.json(&format!("/collections/zonage/items?crs={legal}"));
        let metres: Vec<[f64; 2]> =
            serde_json::from_value(zones["features"][0]["geometry"]["coordinates"][0][0].clone())
                .unwrap();
        let (w, s, e, n) = (t.x - 500.0, t.y - 500.0, t.x, t.y + 500.0);
        let corners = [[w, s], [e, s], [e, n], [w, n]].map(|[x, y]| format!("{x:.3} {y:.3}"));
        let served = metres.iter().map(|[x, y]| format!("{x:.3} {y:.3}"));
        assert_eq!(
            served.collect::<std::collections::BTreeSet<_>>(),
            corners.into()
        );
    }
}

#[test]
fn the_configuration_may_say_the_projection() {
    let [.., reunion, mayotte] = TERRITORIES;
    let case = Case::new(&[("parcelles.json", reunion.parcel())]);
    for said in [
        "projection = \"EPSG:2975\"",
        "territoire = { communes = [\"97411\"] }",
        "territoire = { departements = [\"974\"] }\nprojection = \"EPSG:2975\"",
    ] {
        case.build(said).exits(0);
        let manifest = read_json(&edition_dir(&case.donnees()).join("manifest.json"));
        assert_eq!(manifest["crs"], "EPSG:2975", "{said}");
    }
    // Said for another territory: its parcels are nowhere.
    case.build("projection = \"EPSG:4471\"").exits(3);
    case.build("projection = \"EPSG:3857\"").exits(2).says(&[
        "EPSG:3857",
        "EPSG:2975",
        "observatoire.toml",
    ]);
    case.build("territoire = { departements = [\"974\", \"976\"] }")
        .exits(2)
        .says(&["974", "976", "EPSG:4471", "deux observatoires"]);
    // Two territories among the sources.
    let case = Case::new(&[
        ("parcelles-974.json", reunion.parcel()),
        ("parcelles-976.json", mayotte.parcel()),
    ]);
    case.build("").exits(1).says(&[
        "parcelles-974.json",
        "parcelles-976.json",
        "EPSG:2975",
        "EPSG:4471",
    ]);
}

#[test]
fn a_former_datum_is_refused_and_not_guessed() {
    let [antilles, ..] = TERRITORIES;
    let case = Case::new(&[
        ("parcelles.json", antilles.parcel()),
        ("zones.json", antilles.zone(2970)),
    ]);
    case.build("")
        .exits(1)
        .says(&["zones.json", "Guadeloupe 1948", "EPSG:5490"]);
}

/// Undeclared metres of the Antilles are where Lambert II étendu puts the Pyrénées; the number of the parcel is not.
#[test]
fn a_parcel_is_where_its_number_says() {
    let [antilles, ..] = TERRITORIES;
    let Territory { x, y, .. } = antilles;
    let ring = [[x, y], [x + 50.0, y], [x + 50.0, y + 40.0], [x, y]];
    let case = Case::new(&[("parcelles.json", parcel(&antilles.idu(), &ring))]);
    case.build("")
        .exits(1)
        .says(&[&antilles.idu(), "EPSG:5490", "projection"]);
    case.build("territoire = { departements = [\"971\"] }")
        .exits(0);
}

#[test]
fn inspecter_finds_the_territory() {
    let [_, _, reunion, _] = TERRITORIES;
    let case = Case::new(&[
        ("parcelles.json", reunion.parcel()),
        ("zones.json", reunion.zone(32740)),
    ]);
    let seen = gisement(&["inspecter", case.path("parcelles.json").to_str().unwrap()]).exits(0);
    assert!(
        seen.stdout.contains("reprojeté en EPSG:2975"),
        "{}",
        seen.stdout
    );
    let seen = gisement(&["inspecter", case.path("zones.json").to_str().unwrap()]).exits(0);
    assert!(
        seen.stdout.contains("EPSG::32740") && !seen.stdout.contains("crs_contredit"),
        "{}",
        seen.stdout
    );
}
