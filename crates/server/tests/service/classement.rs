//! `/classement`, against scores worked out again from `/items` and from sheets.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use axum::http::{Method, Request, StatusCode};
use gisement_model::{CommuneNotee, ParcelleNotee};
use serde_json::{Value, json};

use crate::fixture::{Service, commune, parcel, row};

const VERDICTS: [&str; 7] = [
    "prioritaire",
    "a_etudier",
    "reserve",
    "ecarte",
    "sans_objet",
    "non_evalue",
    "parc_social",
];
const TYPES: [&str; 6] = [
    "friche",
    "zae_vacante",
    "tertiaire",
    "dent_creuse",
    "sous_densifie",
    "extension",
];
/// More than what a ranking shows at once by default, less than what it may show.
const PARCELS: usize = 700;

/// The communes of these tests: an EPCI of two, a SCoT of one, and a name that a spreadsheet would run.
pub(crate) fn communes() -> [CommuneNotee; 2] {
    let mut all = [
        commune("34901", "Lauzerac"),
        commune("34902", "=1+1, \"x\""),
    ];
    for c in &mut all {
        c.epci = Some("200000001".into());
    }
    all[0].scot = Some("S 1".into());
    all
}

/// Marks drawn from a fixed sequence: every verdict and type, unknown centrals, and many equal scores and areas.
pub(crate) fn drawn() -> Vec<(usize, ParcelleNotee)> {
    let mut state = 2026u64;
    let mut draw = |n: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    (0..PARCELS)
        .map(|i| {
            let verdict = VERDICTS[draw(7) as usize];
            let mut known =
                json!({ "verdict": verdict, "utile_m2": 400.0 + 250.0 * draw(3) as f64 });
            // Land that is bought together: brownfields of many parcels, a few unités foncières.
            if i % 9 == 0 {
                known["friche_id"] = json!(format!("F{}", i % 2 + 1));
            }
            if i % 7 == 0 {
                known["unite"] = json!(format!("U{}", i / 70));
            }
            if i % 5 != 0 {
                known["dist_transport_m"] = json!(100.0 * (i % 13) as f64);
            }
            if verdict != "sans_objet" && verdict != "non_evalue" {
                known["type_principal"] = json!(TYPES[draw(6) as usize]);
                known["fiabilite"] = json!(55.5);
                for axis in ["potentiel", "durete", "besoin", "sobriete"] {
                    let (low, wide) = (draw(8) as f64 * 10.0, draw(3) as f64 * 7.5);
                    known[format!("{axis}_min")] = json!(low);
                    known[format!("{axis}_max")] = json!(low + 2.0 * wide);
                    // Not the middle, so that taking it for the middle shows.
                    known[axis] = if draw(4) == 0 {
                        Value::Null
                    } else {
                        json!(low + wide / 2.0)
                    };
                }
                known["capacite_bas"] = json!(4);
                known["capacite"] = json!(6);
                known["capacite_haut"] = json!(9);
            }
            (i, row(&parcel(i, &known)))
        })
        .collect()
}

pub(crate) fn service() -> Service {
    Service::with(&drawn(), &communes())
}

pub(crate) fn lines(answer: &Value) -> &[Value] {
    answer["classement"].as_array().unwrap()
}

pub(crate) fn idus(answer: &Value) -> Vec<&str> {
    lines(answer)
        .iter()
        .map(|l| l["idu"].as_str().unwrap())
        .collect()
}

/// Lowest, entering and highest value of an axis, Dureté reversed.
fn axis(p: &Value, name: &str) -> [f64; 3] {
    let [low, high] = ["min", "max"].map(|s| p[format!("{name}_{s}")].as_f64().unwrap());
    let mid = p[name].as_f64().unwrap_or(f64::midpoint(low, high));
    if name == "durete" {
        [100.0 - high, 100.0 - mid, 100.0 - low]
    } else {
        [low, mid, high]
    }
}

/// What a ranking must answer, from the properties of items: score intervals and order, by brute force.
fn expected(
    items: &Value,
    weights: [(&str, f64); 4],
    keep: impl Fn(&Value) -> bool,
) -> Vec<(String, [f64; 3])> {
    let total: f64 = weights.iter().map(|w| w.1).sum();
    let mut all: Vec<(f64, String, [f64; 3])> = items["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| &f["properties"])
        .filter(|p| VERDICTS[..3].contains(&p["verdict"].as_str().unwrap()) && keep(p))
        .map(|p| {
            let score = [0, 1, 2].map(|k| {
                let sum: f64 = weights.iter().map(|(a, w)| w * axis(p, a)[k]).sum();
                (sum / total * 100.0).round() / 100.0
            });
            let utile = p["utile_m2"].as_f64().unwrap();
            (utile, p["idu"].as_str().unwrap().to_owned(), score)
        })
        .collect();
    all.sort_by(|a, b| {
        let down = |x: f64, y: f64| y.partial_cmp(&x).unwrap_or(Ordering::Equal);
        down(a.2[1], b.2[1])
            .then(down(a.0, b.0))
            .then(a.1.cmp(&b.1))
    });
    all.into_iter()
        .map(|(_, idu, score)| (idu, score))
        .collect()
}

fn main_type(p: &Value) -> &str {
    p["type_principal"].as_str().unwrap_or_default()
}

fn by_default(p: &Value) -> bool {
    !["", "sous_densifie", "extension"].contains(&main_type(p))
}

/// Which items a case ranks.
type Keep<'a> = &'a dyn Fn(&Value) -> bool;

#[tokio::test]
async fn scores_and_order_are_those_worked_out_from_items() {
    let s = service();
    let items = s.json("/collections/parcelles/items?limit=10000").await;
    let recycling = |p: &Value| ["friche", "zae_vacante", "zae_mutable"].contains(&main_type(p));
    let cases: [(&str, [f64; 4], Keep<'_>); 7] = [
        ("", [0.40, 0.15, 0.25, 0.20], &by_default),
        ("profil=prospection", [0.40, 0.30, 0.20, 0.10], &by_default),
        ("profil=recyclage", [0.45, 0.10, 0.20, 0.25], &recycling),
        ("potentiel=1&durete=3", [0.25, 0.75, 0.0, 0.0], &by_default),
        ("besoin=.5", [0.0, 0.0, 1.0, 0.0], &by_default),
        (
            "types=extension,friche&verdicts=reserve",
            [0.40, 0.15, 0.25, 0.20],
            &|p| ["extension", "friche"].contains(&main_type(p)) && p["verdict"] == "reserve",
        ),
        (
            "territoire=commune:34902&utile_min=650",
            [0.40, 0.15, 0.25, 0.20],
            &|p| {
                by_default(p) && p["code_insee"] == "34902" && p["utile_m2"].as_f64() >= Some(650.0)
            },
        ),
    ];
    for (query, [p, d, b, z], keep) in cases {
        let weights = [
            ("potentiel", p),
            ("durete", d),
            ("besoin", b),
            ("sobriete", z),
        ];
        let want = expected(&items, weights, keep);
        assert!(want.len() > 5, "{query}");
        let got = s.json(&format!("/classement?limit=1000&{query}")).await;
        assert_eq!(got["numberMatched"], want.len(), "{query}");
        assert_eq!(got["numberReturned"], want.len(), "{query}");
        for (i, (line, (idu, score))) in lines(&got).iter().zip(&want).enumerate() {
            assert_eq!(
                (&line["rang"], &line["idu"]),
                (&json!(i + 1), &json!(idu)),
                "{query}"
            );
            let [min, central, max] = score;
            assert_eq!(
                line["score"],
                json!({ "min": min, "central": central, "max": max }),
                "{query} {idu}"
            );
        }
        let distinct: BTreeSet<u64> = want.iter().map(|(_, s)| s[1].to_bits()).collect();
        assert_eq!(
            got["valeurs_distinctes"],
            json!({ "premiers": want.len(), "scores": distinct.len() })
        );
        assert_eq!(
            got["poids"],
            json!({ "potentiel": p, "durete": d, "besoin": b, "sobriete": z })
        );
    }
}

#[tokio::test]
async fn a_line_says_what_the_parcel_is() {
    let s = service();
    let got = s
        .get("/classement?limit=300", &[("host", "essai:8080")])
        .await
        .json();
    assert_eq!(got["edition"]["id"], "2026-11-01-aaaa");
    assert_eq!(
        (&got["edition"]["date"], &got["profil"]),
        (&json!("2026-11-01"), &json!("equilibre"))
    );
    for l in lines(&got) {
        let idu = l["idu"].as_str().unwrap();
        let item = s.json(&format!("/collections/parcelles/items/{idu}")).await;
        let p = &item["properties"];
        for key in ["verdict", "type_principal", "utile_m2", "fiabilite"] {
            assert_eq!(l[key], p[key], "{idu} {key}");
        }
        assert_eq!(l["commune"]["code"], p["code_insee"]);
        assert_eq!(l["capacite"], json!({ "bas": 4, "central": 6, "haut": 9 }));
        assert_eq!(l["fiche"], format!("http://essai:8080/fiches/{idu}"));
        let name = match p["friche_id"].as_str() {
            Some("F1") => json!("Ancienne briqueterie"),
            Some(_) => json!("Garage <fermé>"),
            None => Value::Null,
        };
        assert_eq!(
            (&l["friche_nom"], &l["zae_nom"]),
            (&name, &Value::Null),
            "{idu}"
        );
        let mut unknown = Vec::new();
        for axis in ["potentiel", "durete", "besoin", "sobriete"] {
            let [min, max] = ["min", "max"].map(|s| &p[format!("{axis}_{s}")]);
            assert_eq!(
                l["axes"][axis],
                json!({ "min": min, "central": p[axis], "max": max })
            );
            if p[axis].is_null() {
                unknown.push(axis);
            }
        }
        assert_eq!(l["axes_sans_central"], json!(unknown), "{idu}");
    }
    assert!(
        lines(&got)
            .iter()
            .any(|l| l["axes_sans_central"] != json!([]))
    );
}

#[tokio::test]
async fn the_order_of_rows_changes_nothing() {
    let mut rows = drawn();
    let one = Service::with(&rows, &communes());
    rows.reverse();
    rows.rotate_left(137);
    let other = Service::with(&rows, &communes());
    for query in [
        "",
        "?limit=1000&types=friche,extension",
        "?poids.ces=3&profil=recyclage",
    ] {
        let path = format!("/classement{query}");
        let (a, b, again) = (
            one.json(&path).await,
            other.json(&path).await,
            one.json(&path).await,
        );
        assert_eq!(a["classement"], b["classement"], "{query}");
        assert_eq!(a["classement"], again["classement"], "{query}");
    }
}

#[tokio::test]
async fn pages_walk_the_ranking_once() {
    let s = service();
    let whole = s
        .json("/classement?limit=1000&potentiel=40&besoin=25")
        .await;
    let mut path = "/classement?potentiel=40&besoin=25&limit=37".to_owned();
    let mut seen: Vec<Value> = Vec::new();
    loop {
        let a = s.get(&path, &[]).await;
        let page = a.json();
        seen.extend_from_slice(lines(&page));
        assert_eq!(page["valeurs_distinctes"], whole["valeurs_distinctes"]);
        let links = page["links"].as_array().unwrap();
        let next = links.iter().find(|l| l["rel"] == "next");
        assert_eq!(a.header("link").is_empty(), next.is_none());
        match next {
            Some(l) => l["href"].as_str().unwrap().clone_into(&mut path),
            None => break,
        }
    }
    assert_eq!(seen, lines(&whole));
    let beyond = s.json("/classement?offset=99999999999999999999").await;
    assert_eq!(
        (&beyond["numberReturned"], lines(&beyond).len()),
        (&json!(0), 0)
    );
}

#[tokio::test]
async fn territories_and_boxes_restrict() {
    let s = service();
    let all = s.json("/classement?limit=1000").await;
    let count = |answer: &Value| answer["numberMatched"].as_u64().unwrap();
    let scot = s.json("/classement?limit=1000&territoire=scot:S%201").await;
    let commune = s
        .json("/classement?limit=1000&territoire=commune:34901")
        .await;
    assert_eq!(idus(&scot), idus(&commune));
    assert!(count(&scot) < count(&all));
    for query in [
        "territoire=epci:200000001",
        "territoire=commune:34901,commune:34902",
    ] {
        let got = s.json(&format!("/classement?limit=1000&{query}")).await;
        assert_eq!(idus(&got), idus(&all), "{query}");
    }
    let ranked: BTreeSet<&str> = idus(&all).into_iter().collect();
    let [lon, lat] = [0, 1].map(|k| lines(&all)[0]["centre"][k].as_f64().unwrap());
    for d in [0.0, 1e-3, 1.0] {
        let bbox = format!("bbox={},{},{},{}", lon - d, lat - d, lon + d, lat + d);
        let items = s
            .json(&format!("/collections/parcelles/items?limit=10000&{bbox}"))
            .await;
        let inside: BTreeSet<&str> = items["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["id"].as_str().unwrap())
            .filter(|id| ranked.contains(id))
            .collect();
        let got = s.json(&format!("/classement?limit=1000&{bbox}")).await;
        assert_eq!(
            idus(&got).into_iter().collect::<BTreeSet<_>>(),
            inside,
            "{d}"
        );
        let swapped = format!(
            "bbox={},{},{},{}&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326",
            lat - d,
            lon - d,
            lat + d,
            lon + d
        );
        let same = s.json(&format!("/classement?limit=1000&{swapped}")).await;
        assert_eq!(idus(&same), idus(&got), "{d}");
        assert!(!inside.is_empty());
    }
}

#[tokio::test]
async fn bad_parameters_are_named_and_explained() {
    let s = service();
    for (query, name, why) in [
        ("profil=magique", "profil", "equilibre"),
        ("profil=equilibre&besoin=1", "profil", "pas les deux"),
        ("potentiel=0&besoin=0", "potentiel", "dépasser 0"),
        ("besoin=-1", "besoin", "positif"),
        ("besoin=NaN", "besoin", "positif"),
        ("besoin=inf", "besoin", "1000"),
        ("besoin=0,4", "besoin", "point décimal"),
        ("poids.transport=x", "poids.transport", "nombre"),
        ("poids.magie=1", "poids.magie", "poids.transport"),
        ("verdicts=ecarte", "verdicts", "veto"),
        ("verdicts=reserve,sans_objet", "verdicts", "gisement"),
        ("verdicts=non_evalue", "verdicts", "couche"),
        ("verdicts=parc_social", "verdicts", "patrimoine"),
        ("verdicts=beau", "verdicts", "prioritaire"),
        ("verdicts=", "verdicts", "virgules"),
        ("types=chateau", "types", "friche"),
        ("territoire=34901", "territoire", "commune:34901"),
        ("territoire=region:76", "territoire", "epci:"),
        ("territoire=commune:99999", "territoire", "commune:99999"),
        ("bbox=1,2", "bbox", "ouest"),
        ("utile_min=-3", "utile_min", "positif"),
        ("limit=0", "limit", "1"),
        ("f=xlsx", "f", "csv"),
        ("tri=1", "tri", "profil"),
    ] {
        let a = s.get(&format!("/classement?{query}"), &[]).await;
        assert_eq!(a.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(a.header("content-type"), "application/problem+json");
        let problem = a.json();
        assert_eq!(problem["parametre"], name, "{query}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(why), "{query}: {detail}");
    }
}

#[tokio::test]
async fn csv_holds_the_same_lines_and_no_formula() {
    let s = service();
    let a = s
        .get("/classement?f=csv&limit=1000", &[("host", "essai:8080")])
        .await;
    assert!(a.header("content-type").starts_with("text/csv"));
    assert_eq!(
        a.header("content-disposition"),
        "attachment; filename=\"classement-2026-11-01-aaaa.csv\""
    );
    let text = a.text();
    let mut rows = text.split_terminator("\r\n");
    let header: Vec<&str> = rows.next().unwrap().split(',').collect();
    assert_eq!((header.len(), header[8]), (20, "score"));
    let json = s.json("/classement?limit=1000").await;
    let hostile = "\"'=1+1, \"\"x\"\"\"";
    let mut seen = 0;
    for (row, line) in rows.zip(lines(&json)) {
        // The only cell that holds a comma.
        seen += usize::from(row.contains(hostile));
        let cells: Vec<String> = row
            .replace(hostile, "x")
            .split(',')
            .map(str::to_owned)
            .collect();
        assert_eq!(cells.len(), header.len(), "{row}");
        assert_eq!(cells[1], line["idu"].as_str().unwrap());
        assert_eq!(
            cells[8].parse::<f64>().ok(),
            line["score"]["central"].as_f64()
        );
        let durete = header.iter().position(|h| *h == "durete").unwrap();
        assert_eq!(
            cells[durete].parse::<f64>().ok(),
            line["axes"]["durete"]["central"].as_f64()
        );
        assert!(
            cells.iter().all(|c| !c.starts_with(['=', '+', '-', '@'])),
            "{row}"
        );
    }
    assert!(seen > 0);
}

#[tokio::test]
async fn an_answer_is_not_sent_twice_to_who_has_it() {
    let s = service();
    let path = "/classement?profil=planification";
    let first = s.get(path, &[]).await;
    assert_eq!(first.header("cache-control"), "no-cache");
    let known = [("if-none-match", first.header("etag"))];
    let again = s.get(path, &known).await;
    assert_eq!(
        (again.status, again.body.len()),
        (StatusCode::NOT_MODIFIED, 0)
    );
    for other in ["/classement", "/classement?profil=planification&f=csv"] {
        assert_eq!(s.get(other, &known).await.status, StatusCode::OK, "{other}");
    }
    let head = Request::builder().method(Method::HEAD).uri(path);
    let head = s.send(head.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(head.header("etag"), first.header("etag"));
}
