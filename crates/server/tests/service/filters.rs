//! Filters in CQL2, against the same condition worked out from the properties of items.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use gisement_model::ParcelleNotee;
use serde_json::{Value, json};

use crate::classement::communes;
use crate::fixture::{ORIGIN, SIDE, STEP, Service, parcel, row};

/// Parcels of these tests: every type of column, with unknown values.
pub(crate) const PARCELS: usize = 3 * SIDE;
pub(crate) const LABELS: [&str; 6] = [
    "U",
    "UX \"activités\"",
    "Été",
    "été",
    "100 % bâti",
    "L'Isle_1",
];
pub(crate) const DATES: [&str; 3] = ["2019-12-31", "2020-01-01", "2024-06-15"];
const LISTS: [&[&str]; 4] = [&[], &["friche"], &["friche", "dent_creuse"], &["extension"]];

pub(crate) fn rows() -> Vec<(usize, ParcelleNotee)> {
    (0..PARCELS)
        .map(|i| {
            let mut known = json!({ "types": LISTS[i % 4], "verdict": if i % 5 == 0 { "reserve" } else { "sans_objet" } });
            let mut set = |name: &str, unknown: bool, v: Value| {
                if !unknown {
                    known[name] = v;
                }
            };
            set("contenance_m2", i % 7 == 0, json!(100 * (i % 11)));
            set("facade_m", i % 3 == 0, json!((i % 13) as f64 * 1.5 - 3.0));
            set("zone_libelle", i % 6 == 5, json!(LABELS[i % LABELS.len()]));
            set("arpente", i % 4 == 1, json!(i % 2 == 0));
            set("created", i % 5 == 2, json!(DATES[i % 3]));
            (i, row(&parcel(i, &known)))
        })
        .collect()
}

pub(crate) fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |out, b| {
        if b.is_ascii_alphanumeric() {
            out + &char::from(b).to_string()
        } else {
            out + &format!("%{b:02X}")
        }
    })
}

/// The same, leaving as it is what an address may hold, so that more fits in it.
fn lean(text: &str) -> String {
    text.bytes().fold(String::new(), |out, b| {
        if b.is_ascii_alphanumeric() || b"-._~!$'()*,;:@/=".contains(&b) {
            out + &char::from(b).to_string()
        } else {
            out + &format!("%{b:02X}")
        }
    })
}

fn ids(page: &Value) -> BTreeSet<String> {
    let features = page["features"].as_array().unwrap();
    let ids: BTreeSet<String> = features
        .iter()
        .map(|f| f["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(page["numberMatched"], ids.len());
    ids
}

/// The items that a query gives.
pub(crate) async fn asked(s: &Service, query: &str) -> BTreeSet<String> {
    ids(&s
        .json(&format!("/collections/parcelles/items?limit=10000&{query}"))
        .await)
}

async fn matching(s: &Service, filter: &str) -> BTreeSet<String> {
    asked(s, &format!("filter={}", encode(filter))).await
}

#[tokio::test]
async fn unknown_is_neither_true_nor_false() {
    let s = Service::with(&rows(), &communes());
    let count = async |f: &str| matching(&s, f).await.len();
    for name in ["contenance_m2", "facade_m"] {
        let (above, below, unknown) = (
            count(&format!("{name} > 3")).await,
            count(&format!("NOT {name} > 3")).await,
            count(&format!("{name} IS NULL")).await,
        );
        assert!(above > 0 && below > 0 && unknown > 0, "{name}");
        assert_eq!(above + below + unknown, PARCELS, "{name}");
        assert_eq!(
            count(&format!("{name} IS NOT NULL")).await,
            PARCELS - unknown
        );
        // Even what nothing can make true or false.
        assert_eq!(count(&format!("{name} = {name}")).await, PARCELS - unknown);
    }
    assert_eq!(
        count("contenance_m2 / 0 > 1 OR contenance_m2 / 0 <= 1").await,
        0
    );
    assert_eq!(count("TRUE").await, PARCELS);
    assert_eq!(count("NOT TRUE").await, 0);
    assert_eq!(
        count("(contenance_m2 > 3) = (facade_m > 3)").await
            + count("(contenance_m2 > 3) <> (facade_m > 3)").await,
        count("contenance_m2 IS NOT NULL AND facade_m IS NOT NULL").await
    );
}

#[tokio::test]
async fn texts_are_compared_as_asked() {
    let s = Service::with(&rows(), &communes());
    let labels = async |f: &str| -> BTreeSet<String> {
        let page = s
            .json(&format!(
                "/collections/parcelles/items?limit=10000&properties=zone_libelle&filter={}",
                encode(f)
            ))
            .await;
        let features = page["features"].as_array().unwrap();
        features
            .iter()
            .filter_map(|f| f["properties"]["zone_libelle"].as_str().map(str::to_owned))
            .collect()
    };
    for (filter, expected) in [
        ("zone_libelle LIKE 'U%'", vec!["U", "UX \"activités\""]),
        ("zone_libelle LIKE '_t_'", vec!["Été", "été"]),
        ("zone_libelle LIKE '%\\%%'", vec!["100 % bâti"]),
        ("zone_libelle LIKE '%''Isle\\_1'", vec![]),
        ("CASEI(zone_libelle) = CASEI('ÉTÉ')", vec!["Été", "été"]),
        (
            "ACCENTI(CASEI(zone_libelle)) LIKE 'ete'",
            vec!["Été", "été"],
        ),
        (
            "ACCENTI(zone_libelle) IN ('ete', accenti('Été'))",
            vec!["Été", "été"],
        ),
        (
            "CASEI(zone_libelle) NOT IN (casei('U'))",
            vec!["UX \"activités\"", "Été", "été", "100 % bâti"],
        ),
    ] {
        let expected: BTreeSet<String> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(labels(filter).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn dates_lie_before_after_and_within() {
    let s = Service::with(&rows(), &communes());
    for (filter, same) in [
        (
            "T_AFTER(created, DATE('2020-01-01'))",
            "created > DATE('2020-01-01')",
        ),
        (
            "T_BEFORE(created, DATE('2020-01-01'))",
            "created < DATE('2020-01-01')",
        ),
        (
            "T_EQUALS(created, DATE('2020-01-01'))",
            "created = DATE('2020-01-01')",
        ),
        (
            "T_INTERSECTS(created, INTERVAL('2020-01-01', '..'))",
            "created >= DATE('2020-01-01')",
        ),
        (
            "T_DISJOINT(created, INTERVAL('2020-01-01', '..'))",
            "created < DATE('2020-01-01')",
        ),
        (
            "T_DURING(INTERVAL(created, created), INTERVAL('2019-12-31', '2024-06-15'))",
            "created = DATE('2020-01-01')",
        ),
        (
            "T_STARTS(INTERVAL(created, '2024-06-15'), INTERVAL('2020-01-01', '..'))",
            "created = DATE('2020-01-01')",
        ),
        (
            "T_MEETS(INTERVAL('..', created), INTERVAL('2020-01-01', '2021-01-01'))",
            "created = DATE('2020-01-01')",
        ),
    ] {
        let found = matching(&s, filter).await;
        assert!(!found.is_empty(), "{filter}");
        assert_eq!(found, matching(&s, same).await, "{filter}");
    }
    let json = json!({ "op": "t_intersects", "args": [{ "property": "created" }, { "interval": ["2020-01-01", ".."] }] });
    assert_eq!(
        asked(
            &s,
            &format!("filter-lang=cql2-json&filter={}", encode(&json.to_string()))
        )
        .await,
        matching(&s, "created >= DATE('2020-01-01')").await
    );
    // A feature without date is never left out by `datetime`.
    let unknown = matching(&s, "updated IS NULL").await.len();
    assert_eq!(asked(&s, "datetime=2020-01-01/..").await.len(), unknown);
}

/// A box in Lambert-93 a metre within these cells, both ends included.
fn cells(x0: usize, y0: usize, x1: usize, y1: usize) -> [f64; 4] {
    [
        ORIGIN.0 + x0 as f64 * STEP + 1.0,
        ORIGIN.1 + y0 as f64 * STEP + 1.0,
        ORIGIN.0 + (x1 + 1) as f64 * STEP - 1.0,
        ORIGIN.1 + (y1 + 1) as f64 * STEP - 1.0,
    ]
}

const LAMBERT: &str = "http://www.opengis.net/def/crs/EPSG/0/2154";

#[tokio::test]
async fn shapes_are_met_in_the_system_of_the_filter() {
    let s = Service::new();
    let lambert =
        async |f: String| asked(&s, &format!("filter-crs={LAMBERT}&filter={}", encode(&f))).await;
    let [a, b, c, d] = cells(2, 3, 4, 4);
    let corners = format!("(({a} {b}, {c} {b}, {c} {d}, {a} {d}, {a} {b}))");
    let found = lambert(format!("S_INTERSECTS(geometry, BBOX({a},{b},{c},{d}))")).await;
    assert_eq!(found.len(), 6);
    for same in [
        format!("S_INTERSECTS(geometry, POLYGON{corners})"),
        format!("S_INTERSECTS(MULTIPOLYGON({corners}), geometry)"),
        format!("S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT({a} {b}), POLYGON{corners}))"),
        format!("NOT S_DISJOINT(geometry, POLYGON{corners})"),
        format!("S_OVERLAPS(geometry, POLYGON{corners}) OR S_WITHIN(geometry, POLYGON{corners})"),
    ] {
        assert_eq!(lambert(same.clone()).await, found, "{same}");
    }
    assert_eq!(
        asked(&s, &format!("bbox-crs={LAMBERT}&bbox={a},{b},{c},{d}")).await,
        found
    );
    let disjoint = lambert(format!("S_DISJOINT(geometry, POLYGON{corners})")).await;
    assert_eq!(disjoint.len(), SIDE * SIDE - 6);

    // Around three cells and a bit: those wholly inside, and those crossed by the border.
    let [a, b, c, d] = [a - 11.0, b - 11.0, c + 11.0, d + 11.0];
    let corners = format!("(({a} {b}, {c} {b}, {c} {d}, {a} {d}, {a} {b}))");
    let within = lambert(format!("S_WITHIN(geometry, POLYGON{corners})")).await;
    assert_eq!(within, found);
    assert_eq!(
        lambert(format!("S_CONTAINS(POLYGON{corners}, geometry)")).await,
        found
    );
    assert_eq!(
        lambert(format!("S_INTERSECTS(geometry, POLYGON{corners})"))
            .await
            .len(),
        5 * 4
    );
    let crossed = lambert(format!("S_CROSSES(LINESTRING({a} {b}, {c} {d}), geometry)")).await;
    assert!(crossed.len() > 4);
    assert_eq!(
        lambert(format!("S_CROSSES(geometry, LINESTRING({a} {b}, {c} {d}))")).await,
        crossed
    );
    let point = format!("POINT({} {})", a + 15.0, b + 15.0);
    let one = lambert(format!("S_CONTAINS(geometry, {point})")).await;
    assert_eq!((one.len(), one.is_subset(&found)), (1, true));

    // The same place in degrees, either order of axes, both encodings.
    let id = one.first().unwrap();
    let feature = s.json(&format!("/collections/parcelles/items/{id}")).await;
    let ring = &feature["geometry"]["coordinates"][0][0];
    let mid = |k: usize| f64::midpoint(ring[0][k].as_f64().unwrap(), ring[2][k].as_f64().unwrap());
    let (lon, lat) = (mid(0), mid(1));
    assert_eq!(
        matching(&s, &format!("S_INTERSECTS(geometry,POINT({lon} {lat}))")).await,
        one
    );
    let epsg = "http://www.opengis.net/def/crs/EPSG/0/4326";
    let flipped = format!(
        "filter-crs={epsg}&filter={}",
        encode(&format!("S_INTERSECTS(geometry,POINT({lat} {lon}))"))
    );
    assert_eq!(asked(&s, &flipped).await, one);
    let json = json!({ "op": "s_intersects", "args": [{ "property": "geometry" }, { "type": "Point", "coordinates": [lon, lat] }] });
    let json = format!("filter-lang=cql2-json&filter={}", encode(&json.to_string()));
    assert_eq!(asked(&s, &json).await, one);
    let equal =
        json!({ "op": "s_equals", "args": [{ "property": "geometry" }, feature["geometry"]] });
    let equal = format!(
        "filter-lang=cql2-json&filter={}",
        encode(&equal.to_string())
    );
    assert_eq!(asked(&s, &equal).await, one);

    // Together with bbox and another condition.
    let both = format!(
        "filter-crs={LAMBERT}&bbox-crs={LAMBERT}&bbox={a},{b},{c},{d}&filter={}",
        encode(&format!(
            "S_INTERSECTS(geometry, POLYGON{corners}) AND idu = '{id}'"
        ))
    );
    assert_eq!(asked(&s, &both).await, one);

    // A place of a collection without geometry is unknown.
    let none = s
        .get(
            "/collections/epci/items?filter=S_INTERSECTS(geometry,POINT(3%2043))",
            &[],
        )
        .await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn rankings_are_filtered_alike() {
    let s = Service::new();
    let all = s.json("/classement?limit=1000").await;
    let filter = "fiabilite > 70 AND CASEI(section) = casei('zb') AND contenance_m2 < 800";
    let some = s
        .json(&format!("/classement?limit=1000&filter={}", encode(filter)))
        .await;
    let items = matching(&s, &format!("{filter} AND verdict = 'a_etudier'")).await;
    let lines = |page: &Value| -> BTreeSet<String> {
        let lines = page["classement"].as_array().unwrap();
        lines
            .iter()
            .map(|l| l["idu"].as_str().unwrap().to_owned())
            .collect()
    };
    let expected: BTreeSet<String> = lines(&all).intersection(&items).cloned().collect();
    assert!(expected.len() > 5 && expected.len() < lines(&all).len());
    assert_eq!(lines(&some), expected);
    let a = s.get("/classement?filter=rien%3D1", &[]).await;
    assert_eq!(
        (a.status, a.json()["parametre"].as_str()),
        (StatusCode::BAD_REQUEST, Some("filter"))
    );
}

#[tokio::test]
async fn faults_name_what_is_at_fault() {
    let s = Service::new();
    let line: Vec<String> = (0..501).map(|i| format!("{} 2", i % 9)).collect();
    let long = format!("S_INTERSECTS(geometry,LINESTRING({}))", line.join(","));
    for (filter, why) in [
        ("", "attendu"),
        ("rien = 1", "« rien »"),
        ("surface_m2 = 'x'", "« surface_m2 » (nombre)"),
        ("surface_m2", "condition"),
        ("surface_m2 +", "s’arrête"),
        ("surface_m2 > > 3", "« > 3 »"),
        ("surface_m2 = NULL", "IS NULL"),
        ("verdict LIKE 3", "LIKE"),
        ("verdict LIKE section", "modèle"),
        ("created > '2020-01-01'", "« created » (date)"),
        ("created > DATE('hier')", "« hier »"),
        ("created > TIMESTAMP('2020-01-01T00:00:00Z')", "TIMESTAMP"),
        ("T_DURING(created, INTERVAL('2020-01-01','..'))", "t_during"),
        ("types = 'friche'", "A_CONTAINS"),
        ("arpente > TRUE", "ordre"),
        ("buffer(geometry, 3) = 1", "« buffer »"),
        ("S_INTERSECTS(verdict, POINT(1 2))", "« verdict »"),
        ("S_INTERSECTS(geometry, geometry)", "s_intersects"),
        ("S_INTERSECTS(geometry, POINT(200 2))", "domaine"),
        ("S_INTERSECTS(geometry, POLYGON EMPTY)", "vide"),
        (
            "S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))",
            "invalide",
        ),
        (
            "S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 1, 0.5 0)))",
            "fermé",
        ),
        (
            "S_WITHIN(geometry, GEOMETRYCOLLECTION(POINT(1 2)))",
            "GEOMETRYCOLLECTION",
        ),
        ("S_INTERSECTS(geometry, BBOX(3,2,1,4))", "minimum"),
        ("S_INTERSECTS(geometry, BBOX(1,2,3))", "BBOX"),
        (&long, "500 sommets"),
        ("verdict IN (('a','b'),'c')", "liste"),
        ("(verdict = 'a'", "parenthèses"),
        ("verdict = 'a", "guillemet"),
        ("casei(surface_m2) = 'a'", "casei"),
        ("verdict + 1 = 2", "nombres"),
    ] {
        let a = s
            .get(
                &format!("/collections/parcelles/items?filter={}", lean(filter)),
                &[],
            )
            .await;
        let p = a.json();
        assert_eq!(
            (a.status, p["parametre"].as_str()),
            (StatusCode::BAD_REQUEST, Some("filter")),
            "{filter}: {p}"
        );
        let detail = p["detail"].as_str().unwrap();
        assert!(detail.contains(why), "{filter}: {detail}");
    }
    for (query, name) in [
        ("filter-lang=sql&filter=TRUE", "filter-lang"),
        ("filter-crs=EPSG:27572&filter=TRUE", "filter-crs"),
        ("filter=TRUE&filter=FALSE", "filter"),
        ("filter-lang=cql2-json&filter=%7B", "filter"),
    ] {
        let a = s
            .get(&format!("/collections/parcelles/items?{query}"), &[])
            .await;
        assert_eq!(a.json()["parametre"], name, "{query}");
    }
}

#[tokio::test]
async fn hostile_filters_are_refused_at_once() {
    let s = Service::new();
    let nested = |open: &str, inside: &str, close: &str, n: usize| {
        format!("{}{inside}{}", open.repeat(n), close.repeat(n))
    };
    let many = |part: &str, n: usize| vec![part; n].join(" AND ");
    for filter in [
        nested("(", "verdict = 'a'", ")", 1_500),
        nested("(", "a b", ")", 90),
        nested("((", "a b", ",1),2)", 40),
        "(".repeat(3_000),
        nested("f(", "1", ")", 900),
        nested("f(", "1 2", ")", 90),
        nested("point(", "1 2 3 4 5", ")", 90),
        nested("1e5and(", "1 2", ")", 90),
        nested("in(", "1 2", ")", 90),
        nested("geometrycollection(", "point(1 2)", ")", 90),
        format!("{}TRUE", "NOT ".repeat(900)),
        format!("{}1 = 1", "-".repeat(3_000)),
        format!("1{} = 1", "+1".repeat(1_500)),
        many("a=1", 400),
        format!("verdict LIKE '{}'", "%a".repeat(1_000)),
        format!(
            "S_INTERSECTS(geometry, LINESTRING({}))",
            vec!["1 2"; 900].join(",")
        ),
        "surface_m2 > 1e999".to_owned(),
        "S_INTERSECTS(geometry, POINT(NaN NaN))".to_owned(),
        format!("S_INTERSECTS(geometry, POINT({}.5 2))", "9".repeat(400)),
        "\u{1}0\u{1} = 1".to_owned(),
        "\"\u{1}0\" = 1".to_owned(),
    ] {
        let path = format!("/collections/parcelles/items?filter={}", lean(&filter));
        let start = Instant::now();
        let a = s.get(&path, &[]).await;
        let shown: String = filter.chars().take(60).collect();
        assert!(
            a.status == StatusCode::BAD_REQUEST || a.status == StatusCode::URI_TOO_LONG,
            "{shown}: {} {}",
            a.status,
            a.text()
        );
        assert!(
            start.elapsed() < Duration::from_secs(3),
            "{shown}: {:?}",
            start.elapsed()
        );
    }
    let deep = nested("[", "", "]", 1_500);
    for json in [
        deep.clone(),
        nested("{\"op\":\"not\",\"args\":[", "true", "]}", 60),
        format!("{{\"op\":\"in\",\"args\":[{{\"property\":\"verdict\"}},{deep}]}}"),
        "{\"op\":\"=\",\"args\":[1e400,1]}".to_owned(),
        "{\"op\":\"s_intersects\",\"args\":[{\"property\":\"geometry\"},{\"type\":\"Point\",\"coordinates\":[1]}]}".to_owned(),
        "{\"op\":\"s_intersects\",\"args\":[{\"property\":\"geometry\"},{\"type\":\"Polygon\",\"coordinates\":[[]]}]}".to_owned(),
        "{\"op\":\"and\",\"args\":[]}".to_owned(),
        "{\"op\":\"not\",\"args\":[]}".to_owned(),
    ] {
        let path = format!("/collections/parcelles/items?filter-lang=cql2-json&filter={}", lean(&json));
        let start = Instant::now();
        let a = s.get(&path, &[]).await;
        assert!(a.status == StatusCode::BAD_REQUEST || a.status == StatusCode::URI_TOO_LONG, "{json}: {}", a.text());
        assert!(start.elapsed() < Duration::from_secs(3), "{json}");
    }
    // What QGIS writes nests by one level a term, and passes.
    let qgis = (0..30).fold("(\"utile_m2\" > 1)".to_owned(), |f, _| {
        format!("({f} AND (NOT (\"verdict\" = 'ecarte')))")
    });
    assert_eq!(matching(&s, &qgis).await.len(), SIDE * SIDE);
}
