//! OGC API – Features beyond filters: queryables, order, selection, reference systems, pages, permanent addresses.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::fixture::{ORIGIN, SIDE, STEP, Service, idu, publish};

const LAMBERT: &str = "http://www.opengis.net/def/crs/EPSG/0/2154";

fn link<'a>(page: &'a Value, rel: &str) -> Option<&'a str> {
    page["links"].as_array()?.iter().find(|l| l["rel"] == rel)?["href"].as_str()
}

fn features(page: &Value) -> &[Value] {
    page["features"].as_array().unwrap()
}

#[tokio::test]
async fn queryables_say_what_can_be_asked() {
    let s = Service::new();
    for id in ["parcelles", "friches", "epci"] {
        let a = s
            .get(&format!("/collections/{id}/queryables"), &[("host", "h")])
            .await;
        assert_eq!(a.header("content-type"), "application/schema+json");
        let q = a.json();
        let c = s.json(&format!("/collections/{id}")).await;
        let rel = "http://www.opengis.net/def/rel/ogc/1.0/queryables";
        assert_eq!(q["$id"], format!("http://h{}", link(&c, rel).unwrap()));
        let names: BTreeSet<&str> = q["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .filter(|k| *k != "geometry")
            .collect();
        let columns = c["champs"].as_array().unwrap();
        let columns: BTreeSet<&str> = columns.iter().map(|c| c["nom"].as_str().unwrap()).collect();
        assert_eq!(names, columns);
        // Each is accepted by a filter.
        for name in names {
            let path = format!("/collections/{id}/items?limit=1&filter={name}%20IS%20NOT%20NULL");
            s.json(&path).await;
        }
        assert_eq!(q["properties"]["geometry"].is_null(), id == "epci");
    }
    let q = s.json("/collections/parcelles/queryables").await;
    let p = &q["properties"];
    assert_eq!(p["utile_m2"]["type"], "number");
    assert_eq!(p["utile_m2"]["title"], "Surface utile");
    assert!(
        p["utile_m2"]["description"]
            .as_str()
            .unwrap()
            .contains("m²")
    );
    assert_eq!(p["created"]["format"], "date");
    assert_eq!(p["types"]["items"]["type"], "string");
    // QGIS knows a geometry by this, and only when no type stands beside.
    assert_eq!(
        p["geometry"]["$ref"],
        "https://geojson.org/schema/MultiPolygon.json"
    );
    assert!(p["geometry"]["type"].is_null());
    let schema = s.json("/collections/parcelles/schema").await;
    assert_eq!(
        schema["properties"]["properties"]["properties"]["idu"]["type"],
        "string"
    );
    assert_eq!(
        s.get("/collections/rien/queryables", &[]).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn columns_are_parameters() {
    let s = Service::new();
    let all = s.json("/collections/parcelles/items?limit=10000").await;
    let holds = |f: &Value, name: &str, v: &Value| match &f["properties"][name] {
        Value::Array(list) => list.contains(v),
        // 12 and 12.0 are one number.
        Value::Number(n) => n.as_f64() == v.as_f64(),
        other => other == v,
    };
    for (query, wanted) in [
        ("verdict=a_etudier", vec![("verdict", json!("a_etudier"))]),
        ("types=dent_creuse", vec![("types", json!("dent_creuse"))]),
        ("contenance_m2=12.0", vec![("contenance_m2", json!(12))]),
        (
            "section=ZB&fiabilite=71.6",
            vec![("section", json!("ZB")), ("fiabilite", json!(71.6))],
        ),
        (
            "terrain_etat=vacant",
            vec![("terrain_etat", json!("vacant"))],
        ),
    ] {
        let found = s
            .json(&format!("/collections/parcelles/items?limit=10000&{query}"))
            .await;
        let expected = features(&all)
            .iter()
            .filter(|f| wanted.iter().all(|(name, v)| holds(f, name, v)))
            .map(|f| &f["id"]);
        let expected: Vec<&Value> = expected.collect();
        assert!(!expected.is_empty(), "{query}");
        let ids: Vec<&Value> = features(&found).iter().map(|f| &f["id"]).collect();
        assert_eq!(ids, expected, "{query}");
    }
    for (query, name) in [
        ("contenance_m2=beaucoup", "contenance_m2"),
        ("arpente=oui", "arpente"),
        ("created=hier", "created"),
        ("properties=idu,rien", "properties"),
        ("sortby=rien", "sortby"),
        ("sortby=types", "sortby"),
        ("sortby=", "sortby"),
        ("crs=EPSG:27572", "crs"),
        ("bbox-crs=lambert", "bbox-crs"),
        ("bbox-crs=EPSG:2154&bbox=1,2,3e99,4", "bbox"),
    ] {
        let a = s
            .get(&format!("/collections/parcelles/items?{query}"), &[])
            .await;
        assert_eq!(
            (a.status, a.json()["parametre"].as_str()),
            (StatusCode::BAD_REQUEST, Some(name)),
            "{query}"
        );
    }
    let some = s
        .json("/collections/parcelles/items?limit=3&properties=verdict,utile_m2")
        .await;
    for f in features(&some) {
        let keys: Vec<&String> = f["properties"].as_object().unwrap().keys().collect();
        assert_eq!(keys.len(), 2);
        assert!(f["id"].is_string() && f["geometry"]["type"] == "MultiPolygon");
    }
}

#[tokio::test]
async fn pages_in_order_walk_each_feature_once() {
    let s = Service::new();
    let query = "filter=utile_m2%20%3E%201&sortby=-verdict,%2Bfiabilite,-section&properties=verdict,fiabilite,section&crs=EPSG:2154&limit=333";
    let mut next = Some(format!("/collections/parcelles/items?{query}"));
    let (mut seen, mut keys) = (BTreeSet::new(), Vec::new());
    while let Some(path) = next {
        let page = s.json(&path).await;
        assert_eq!(page["numberMatched"], SIDE * SIDE);
        for f in features(&page) {
            assert!(seen.insert(f["id"].as_str().unwrap().to_owned()), "twice");
            let p = &f["properties"];
            assert_eq!(p.as_object().unwrap().len(), 3, "{path}");
            assert!(f["geometry"]["coordinates"][0][0][0][0].as_f64() > Some(700_000.0));
            keys.push((
                p["verdict"].as_str().unwrap().to_owned(),
                // Unknown is last.
                p["fiabilite"].as_f64().unwrap_or(f64::MAX),
                p["section"].as_str().unwrap().to_owned(),
            ));
        }
        next = link(&page, "next").map(str::to_owned);
    }
    assert_eq!(seen.len(), SIDE * SIDE);
    let expected = |a: &(String, f64, String), b: &(String, f64, String)| {
        b.0.cmp(&a.0).then(a.1.total_cmp(&b.1)).then(b.2.cmp(&a.2))
    };
    assert!(keys.is_sorted_by(|a, b| expected(a, b).is_le()));
    // What nothing tells apart keeps the order of the collection.
    let plain = s.json("/collections/parcelles/items?limit=50").await;
    let tied = s
        .json("/collections/parcelles/items?limit=50&sortby=-surface_m2")
        .await;
    assert_eq!(plain["features"], tied["features"]);
}

#[tokio::test]
async fn coordinates_are_given_in_the_system_asked() {
    let s = Service::new();
    let id = idu(SIDE + 2);
    let ring = async |crs: &str| -> Vec<[f64; 2]> {
        for path in [
            format!("/collections/parcelles/items/{id}?crs={crs}"),
            format!("/collections/parcelles/items?idu={id}&crs={crs}"),
        ] {
            let a = s.get(&path, &[]).await;
            let code = crs.rsplit([':', '/']).next().unwrap();
            assert!(
                a.header("content-crs").ends_with(&format!("/{code}>")),
                "{path}"
            );
        }
        let f = s
            .json(&format!("/collections/parcelles/items/{id}?crs={crs}"))
            .await;
        serde_json::from_value(f["geometry"]["coordinates"][0][0].clone()).unwrap()
    };
    let (x, y) = (ORIGIN.0 + 2.0 * STEP, ORIGIN.1 + STEP);
    let metres = ring(LAMBERT).await;
    let mut corners = BTreeSet::new();
    for [px, py] in &metres {
        let cell = |v: f64, from: f64| {
            let steps = (v - from) / STEP;
            // As the layer has it, to the millimetre.
            assert!((steps - steps.round()).abs() * STEP < 1e-6, "{v}");
            steps.round() as i64
        };
        corners.insert((cell(*px, x), cell(*py, y)));
    }
    assert_eq!(corners, [(0, 0), (0, 1), (1, 0), (1, 1)].into());
    let degrees = ring("http://www.opengis.net/def/crs/OGC/1.3/CRS84").await;
    let flipped: Vec<[f64; 2]> = ring("EPSG:4326")
        .await
        .iter()
        .map(|[a, b]| [*b, *a])
        .collect();
    assert_eq!(flipped, degrees);
    for ([lon, lat], [mx, my]) in degrees.iter().zip(ring("EPSG:3857").await) {
        let (ex, ey) = gisement_model::Crs::WebMercator.from_lonlat(*lon, *lat);
        assert!((ex - mx).abs() < 1e-3 && (ey - my).abs() < 1e-3);
    }

    // What is read in a system is found again there, to its last digit.
    let bound = |k: usize, f: fn(f64, f64) -> f64| metres.iter().map(|p| p[k]).reduce(f).unwrap();
    let (east, north) = (bound(0, f64::max), bound(1, f64::max));
    let corner = format!(
        "/collections/parcelles/items?limit=100&bbox-crs={LAMBERT}&bbox={east},{north},{},{}",
        east + 1.0,
        north + 1.0
    );
    let found = s.json(&corner).await;
    assert!(features(&found).iter().any(|f| f["id"] == *id));

    let c = s.json("/collections/parcelles").await;
    assert_eq!(c["storageCrs"], LAMBERT);
    assert_eq!(c["crs"][0], "http://www.opengis.net/def/crs/OGC/1.3/CRS84");
    for system in c["crs"].as_array().unwrap() {
        let a = s
            .get(
                &format!(
                    "/collections/parcelles/items?limit=1&crs={}",
                    system.as_str().unwrap()
                ),
                &[],
            )
            .await;
        assert_eq!(
            a.header("content-crs"),
            format!("<{}>", system.as_str().unwrap())
        );
    }
    let plain = s.get("/collections/parcelles/items?limit=1", &[]).await;
    assert_eq!(
        plain.header("content-crs"),
        "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    );
}

#[tokio::test]
async fn collections_are_also_pages() {
    let s = Service::new();
    let html = async |path: &str| {
        let a = s.get(path, &[("accept", "text/html,*/*;q=0.5")]).await;
        assert_eq!(a.status, StatusCode::OK, "{path}");
        assert!(a.header("content-type").starts_with("text/html"), "{path}");
        assert!(a.header("vary").to_lowercase().contains("accept"), "{path}");
        let text = a.text();
        assert!(
            !text.contains("<script") && !text.contains("<fermé>"),
            "{path}"
        );
        text
    };
    assert!(
        html("/collections")
            .await
            .contains("/collections/parcelles\"")
    );
    assert!(
        html("/collections/parcelles")
            .await
            .contains("Surface utile")
    );
    let page = html("/collections/friches/items").await;
    assert!(page.contains("Garage &lt;fermé&gt;"));
    let page = html("/collections/parcelles/items?sortby=-idu&limit=20&offset=20").await;
    assert!(
        page.contains("sortby=-idu&amp;limit=20&amp;offset=40") && page.contains("Page précédente")
    );
    assert_eq!(page.matches("<tr>").count(), 21);
    let item = html("/collections/equipements/items/S%2F1%20%C3%A9").await;
    assert!(item.contains("Gare") && item.contains("S/1 é"));
    let either = [("accept", "application/geo+json, text/html;q=0.5")];
    let a = s.get("/collections/friches/items", &either).await;
    assert_eq!(a.header("content-type"), "application/geo+json");
    // A program that says nothing gets data, and says so to caches.
    for path in [
        "/collections",
        "/collections/parcelles",
        "/collections/parcelles/items?limit=1",
    ] {
        let a = s.get(path, &[]).await;
        assert!(
            a.header("content-type").contains("json")
                && a.header("vary").to_lowercase().contains("accept"),
            "{path}"
        );
        let joined = if path.contains('?') { '&' } else { '?' };
        assert!(
            s.get(&format!("{path}{joined}f=html"), &[])
                .await
                .header("content-type")
                .starts_with("text/html")
        );
    }
}

#[tokio::test]
async fn an_edition_keeps_its_own_addresses() {
    let s = Service::new();
    let first = "/editions/2026-11-01-aaaa/collections";
    let before = s.json(&format!("{first}/parcelles/items?limit=5")).await;
    assert_eq!(
        before["features"],
        s.json("/collections/parcelles/items?limit=5").await["features"]
    );
    publish(&s.folder, "2026-12-01-bbbb", 7);
    let other = s
        .json("/editions/2026-12-01-bbbb/collections/parcelles/items?limit=5")
        .await;
    assert_ne!(before["features"], other["features"]);
    let again = s.json(&format!("{first}/parcelles/items?limit=5")).await;
    assert_eq!(before["features"], again["features"]);
    assert!(
        link(&again, "next")
            .unwrap()
            .starts_with(&format!("{first}/parcelles/items?"))
    );
    let c = s.json(&format!("{first}/parcelles")).await;
    for rel in ["self", "items", "describedBy"] {
        assert!(link(&c, rel).unwrap().starts_with(first), "{rel}");
    }
    let id = again["features"][0]["id"].as_str().unwrap();
    assert_eq!(
        s.json(&format!("{first}/parcelles/items/{id}")).await["id"],
        id
    );
    s.json(&format!("{first}/parcelles/queryables")).await;
    for path in [
        "/editions/rien/collections",
        "/editions/..%2F..%2Fetc/collections",
        &format!("{first}/rien/items"),
    ] {
        assert_eq!(
            s.get(path, &[]).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

/// A value that a schema accepts.
fn example(schema: &Value) -> String {
    if let Some(v) = schema["enum"].get(0).and_then(Value::as_str) {
        return v.to_owned();
    }
    match (schema["type"].as_str().unwrap(), schema["format"].as_str()) {
        ("integer" | "number", _) => "1".into(),
        ("boolean", _) => "true".into(),
        (_, Some("date")) => "2026-11-01".into(),
        ("array", _) => example(&schema["items"]),
        _ => "texte".into(),
    }
}

#[tokio::test]
async fn the_description_and_the_service_agree() {
    let s = Service::new();
    let api = s.json("/api").await;
    let known = |name: &str| match name {
        "bbox" => Some("3,43,4,44"),
        "datetime" => Some("2026-11-01/.."),
        "filter" => Some("TRUE"),
        "profil" => Some("recyclage"),
        "types" => Some("friche"),
        "territoire" => Some("commune:34901"),
        "verdicts" => Some("reserve"),
        "histogrammes" => Some("utile_m2:0:500"),
        _ => None,
    };
    let (export, _) = s
        .exported(&json!({ "collection": "zae", "format": "gpkg" }))
        .await;
    let mut asked = 0;
    for (path, operation) in api["paths"].as_object().unwrap() {
        let mut here = path.clone();
        let mut queries = Vec::new();
        for p in operation["get"]["parameters"].as_array().unwrap() {
            let p = match p["$ref"].as_str() {
                None => p,
                Some(r) => api.pointer(r.strip_prefix('#').unwrap()).unwrap(),
            };
            let name = p["name"].as_str().unwrap();
            let value = match (path.as_str(), name) {
                (_, "sortby") => {
                    let id = path.strip_suffix("/items").unwrap();
                    let c = s.json(id).await;
                    format!("-{}", c["champs"][0]["nom"].as_str().unwrap())
                }
                (_, "featureId") => {
                    let items = s.json(&path.replace("/{featureId}", "")).await;
                    let id = items["features"][0]["id"].as_str().unwrap();
                    id.replace('/', "%2F")
                        .replace(' ', "%20")
                        .replace('é', "%C3%A9")
                }
                (_, "idu") if p["in"] == "path" => idu(0),
                (_, "edition") => "2026-11-01-aaaa".into(),
                (_, "nom") => "bareme.toml".into(),
                (_, "collection") => "parcelles".into(),
                (_, "niveau") => "commune".into(),
                (_, "code") => "34901".into(),
                (_, "id") => export["id"].as_str().unwrap().to_owned(),
                (_, "z") => "14".into(),
                (_, "x" | "y") => "8000".into(),
                _ => known(name).map_or_else(|| example(&p["schema"]), str::to_owned),
            };
            if p["in"] == "path" {
                here = here.replace(&format!("{{{name}}}"), &value);
            } else {
                queries.push(format!("{name}={value}"));
            }
        }
        if queries.is_empty() {
            queries.push(String::new());
        }
        // Each parameter alone: some exclude others.
        for q in queries {
            let a = s.get(&format!("{here}?{q}"), &[]).await;
            assert!(a.status.is_success(), "{here}?{q}: {}", a.text());
            asked += 1;
        }
    }
    assert!(asked > 300, "{asked}");
    for name in [
        "filter",
        "filter-lang",
        "filter-crs",
        "crs",
        "bbox-crs",
        "sortby",
        "properties",
        "verdict",
    ] {
        let all = api["paths"]["/collections/parcelles/items"]["get"]["parameters"]
            .as_array()
            .unwrap();
        let named =
            |p: &Value| p["name"] == name || p["$ref"] == format!("#/components/parameters/{name}");
        assert!(all.iter().any(named), "{name}");
    }
}
