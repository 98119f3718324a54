//! A territory made to be hard to measure: the parcels and buildings of one generated commune, under random polygons
//! that overlap one another in every layer but OCS GE, and every kind of equipment. Real zones seldom overlap.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What each property is drawn from.
type Proprietes = &'static [(&'static str, &'static [&'static str])];
/// The layers: name, how many polygons, their radius (m), their properties.
type Couche = (&'static str, usize, (f64, f64), Proprietes);
const COUCHES: [Couche; 5] = [
    (
        "zonage",
        70,
        (60.0, 500.0),
        &[
            ("TYPEZONE", &["U", "U", "AUc", "AUs", "A", "N", "N"]),
            ("LIBELLE", &["UA", "UX", "ZURNU", "Z"]),
            (
                "LIBELONG",
                &["Zone d’activités", "Habitat et activités", "Centre", "", ""],
            ),
            ("DESTOUI", &["20-31", "22", "", "", "", "", ""]),
            ("DESTCDT", &["21", "31;20", "", "", "", "", ""]),
            ("DESTNON", &["21-22", "20", "", "", "", "", ""]),
            ("FORMDOMI", &["0101", "0202", "", "", ""]),
            ("DESTDOMI", &["01", "02", "04", "", ""]),
            ("DATVALID", &["20200115", "20230601", "20230601", ""]),
        ],
    ),
    (
        "prescriptions",
        120,
        (15.0, 160.0),
        &[
            (
                "TYPEPSC",
                &[
                    "01", "02", "05", "05", "05", "09", "10", "12", "16", "17", "7",
                ],
            ),
            (
                "STYPEPSC",
                &["00", "01", "02", "03", "04", "05", "06", "07", "08", ""],
            ),
            (
                "LIBELLE",
                &[
                    "Emplacement réservé",
                    "Logements sociaux 30 %",
                    "Mixité Sociale",
                ],
            ),
        ],
    ),
    (
        "contraintes",
        160,
        (15.0, 200.0),
        &[
            (
                "CAT",
                &[
                    "PPRN",
                    "PM1",
                    "PM3",
                    "SIS",
                    "AC1",
                    "AC2",
                    "AC3",
                    "Natura 2000",
                    "Zone humide",
                    "PEB",
                    "QPV",
                    "AS1",
                    "I3",
                ],
            ),
            (
                "CLASSE",
                &[
                    "interdiction",
                    "prescription",
                    "etude",
                    "information",
                    "inconnue",
                ],
            ),
        ],
    ),
    (
        "activite",
        60,
        (15.0, 150.0),
        &[
            ("CATEGORIE", &["Divers"]),
            (
                "NATURE",
                &["eau", "cimetiere", "parc", "sport", "hopital", "activite"],
            ),
        ],
    ),
    (
        "perimetres",
        40,
        (30.0, 250.0),
        &[("genre", &["QPV", "RPG", "RPG", "ZAC"])],
    ),
];
/// OCS GE is a partition of the land: a grid of this many cells a side, with moved corners.
const MAILLES: usize = 40;
const OCCUPATION: Proprietes = &[
    ("code_cs", &["CS1.1.1.1", "CS1.2.2", "CS2.1.1.1"]),
    (
        "code_us",
        &["US1.1", "US1.2", "US2", "US4.1.1", "US4.1.2", "US5"],
    ),
    ("artif", &["artif", "non artif"]),
];
const KINDS: [&str; 6] = [
    "transport",
    "ecole",
    "commerce",
    "sante",
    "mairie",
    "risque_industriel",
];

/// Draws the same numbers every time (xorshift).
struct Hasard(u64);

impl Hasard {
    fn unit(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn of<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[(self.unit() * list.len() as f64) as usize]
    }
}

/// Writes the layers beside a generated territory, and a configuration of them; returns it.
pub fn write(generated: &Path) -> PathBuf {
    let communes = generated.join("cadastre/*-communes.json");
    let commune = glob::glob(communes.to_str().unwrap())
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let mut corners = Vec::new();
    points(&super::super::harness::read_json(&commune), &mut corners);
    let range = |i: usize| {
        let all = corners.iter().map(|c| c[i]);
        (
            all.clone().fold(f64::MAX, f64::min),
            all.fold(f64::MIN, f64::max),
        )
    };
    let (lon, lat) = (range(0), range(1));
    let mut h = Hasard(2026);
    let at = |h: &mut Hasard| {
        [
            lon.0 + (lon.1 - lon.0) * h.unit(),
            lat.0 + (lat.1 - lat.0) * h.unit(),
        ]
    };

    let mut config =
        String::from("[observatoire]\nnom = \"Territoire brouillé\"\ndate = 2026-11-01\n");
    for (couche, chemin) in [
        ("parcelles", "cadastre/cadastre-*-parcelles.json*"),
        ("batiments", "cadastre/cadastre-*-batiments.json*"),
        ("communes", "cadastre/cadastre-*-communes.json*"),
    ] {
        writeln!(
            config,
            "[[source]]\ncouche = \"{couche}\"\nchemin = \"{chemin}\""
        )
        .unwrap();
    }
    for (couche, n, radius, properties) in COUCHES {
        let features: Vec<String> = (0..n)
            .map(|i| {
                let ring = star(at(&mut h), radius, &mut h);
                feature(&format!("{couche}-{i}"), &ring, properties, &mut h)
            })
            .collect();
        save(generated, couche, &features);
        writeln!(
            config,
            "[[source]]\ncouche = \"{couche}\"\nchemin = \"{couche}.json\""
        )
        .unwrap();
        if couche == "contraintes" {
            config.push_str("correspondance = { categorie = \"CAT\", classe = \"CLASSE\" }\n");
        }
    }
    save(generated, "occupation", &partition(lon, lat, &mut h));
    config.push_str("[[source]]\ncouche = \"occupation\"\nchemin = \"occupation.json\"\n");
    let features: Vec<String> = (0..60)
        .map(|i| {
            let [x, y] = at(&mut h);
            format!(
                "{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Point\",\"coordinates\":[{x:.7},{y:.7}]}},\"properties\":{{\"id\":\"{i}\",\"kind\":\"{}\"}}}}",
                KINDS[i % KINDS.len()]
            )
        })
        .collect();
    save(generated, "equipements", &features);
    config.push_str("[[source]]\ncouche = \"equipements\"\nchemin = \"equipements.json\"\n");
    let path = generated.join("brouille.toml");
    std::fs::write(&path, config).unwrap();
    path
}

fn feature(id: &str, ring: &str, properties: Proprietes, h: &mut Hasard) -> String {
    let mut said = format!("\"id\":\"{id}\"");
    for (name, values) in properties {
        write!(said, ",\"{name}\":\"{}\"", h.of(values)).unwrap();
    }
    format!(
        "{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[{ring}]]}},\"properties\":{{{said}}}}}"
    )
}

/// A grid over the territory, its inner corners moved by less than half a cell.
fn partition(lon: (f64, f64), lat: (f64, f64), h: &mut Hasard) -> Vec<String> {
    let step = |r: (f64, f64)| (r.1 - r.0) / MAILLES as f64;
    let mut corner = |i: usize, j: usize| {
        let x = lon.0 + step(lon) * (i as f64 + 0.8 * h.unit() - 0.4);
        let y = lat.0 + step(lat) * (j as f64 + 0.8 * h.unit() - 0.4);
        format!("[{x:.7},{y:.7}]")
    };
    let corners: Vec<Vec<String>> = (0..=MAILLES)
        .map(|i| (0..=MAILLES).map(|j| corner(i, j)).collect())
        .collect();
    let cells = (0..MAILLES).flat_map(|i| (0..MAILLES).map(move |j| (i, j)));
    cells
        .map(|(i, j)| {
            let at = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j)];
            let ring = at.map(|(i, j)| corners[i][j].clone()).join(",");
            feature(&format!("occupation-{i}-{j}"), &ring, OCCUPATION, h)
        })
        .collect()
}

fn save(dir: &Path, couche: &str, features: &[String]) {
    let text = super::super::harness::collection(features);
    std::fs::write(dir.join(format!("{couche}.json")), text).unwrap();
}

/// A closed ring around a centre, in degrees: re-entrant, never crossing itself.
fn star([lon, lat]: [f64; 2], (least, most): (f64, f64), h: &mut Hasard) -> String {
    let n = 5 + (h.unit() * 12.0) as usize;
    let size = least + (most - least) * h.unit();
    let mut ring: Vec<String> = (0..n)
        .map(|i| {
            let angle = (i as f64 + 0.8 * h.unit()) / n as f64 * std::f64::consts::TAU;
            let r = size * (0.4 + 0.6 * h.unit());
            let (x, y) = (
                lon + r * angle.cos() / (111_320.0 * lat.to_radians().cos()),
                lat + r * angle.sin() / 111_320.0,
            );
            format!("[{x:.7},{y:.7}]")
        })
        .collect();
    ring.push(ring[0].clone());
    ring.join(",")
}

/// Every pair of coordinates of a GeoJSON document.
fn points(v: &serde_json::Value, out: &mut Vec<[f64; 2]>) {
    if let Some(list) = v.as_array() {
        match list[..] {
            [
                serde_json::Value::Number(ref x),
                serde_json::Value::Number(ref y),
            ] => {
                out.push([x.as_f64().unwrap(), y.as_f64().unwrap()]);
            }
            _ => list.iter().for_each(|i| points(i, out)),
        }
    } else if let Some(map) = v.as_object() {
        map.values().for_each(|i| points(i, out));
    }
}
