//! OGC API – Features.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixture::{SIDE, Service, commune, idu, parcel, row};

fn local(link: &str) -> &str {
    link.strip_prefix("http://essai:8080").unwrap_or(link)
}

fn link<'a>(page: &'a Value, rel: &str) -> Option<&'a str> {
    page["links"].as_array()?.iter().find(|l| l["rel"] == rel)?["href"].as_str()
}

/// QGIS takes for text a property that the first ten features leave unknown.
#[tokio::test]
async fn the_first_features_know_what_any_feature_knows() {
    // The last parcels know each another property.
    let rows: Vec<_> = (0..40)
        .map(|i| {
            let more = match i {
                20 => json!({ "indice": 60.5 }),
                25 => json!({ "types": ["friche"] }),
                39 => json!({ "capacite": 12 }),
                _ => json!({}),
            };
            (i, row(&parcel(i, &more)))
        })
        .collect();
    let communes = [
        commune("34901", "Lauzerac"),
        commune("34902", "Saint-Étienne"),
    ];
    let s = Service::with(&rows, &communes);
    let known = |f: &Value| -> BTreeSet<String> {
        let properties = f["properties"].as_object().unwrap();
        let empty = |v: &Value| v.is_null() || v.as_array().is_some_and(Vec::is_empty);
        let known = properties.iter().filter(|(_, v)| !empty(v));
        known.map(|(name, _)| name.clone()).collect()
    };
    let list = s.json("/collections").await;
    for c in list["collections"].as_array().unwrap() {
        let items = format!("/collections/{}/items", c["id"].as_str().unwrap());
        let all = s.json(&format!("{items}?limit=10000")).await;
        let all = all["features"].as_array().unwrap();
        let ids: BTreeSet<_> = all.iter().map(|f| f["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), all.len(), "{items}");
        assert_eq!(c["lignes"], all.len(), "{items}");
        let first = s.json(&format!("{items}?limit=10")).await;
        let first = first["features"].as_array().unwrap();
        assert_eq!(first[..], all[..first.len()], "{items}");
        let of = |features: &[Value]| features.iter().flat_map(known).collect();
        let (few, every): (BTreeSet<_>, BTreeSet<_>) = (of(first), of(all));
        assert_eq!(few, every, "{items}");
    }
}

#[tokio::test]
async fn collections_list_what_the_edition_holds_and_nothing_internal() {
    let s = Service::new();
    let list = s.json("/collections").await;
    let ids: Vec<_> = list["collections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        [
            "parcelles",
            "communes",
            "epci",
            "friches",
            "friches_emprises",
            "zae",
            "equipements"
        ]
    );
    for id in ids {
        let c = s.json(&format!("/collections/{id}")).await;
        assert!(
            link(&c, "items")
                .unwrap()
                .ends_with(&format!("/collections/{id}/items"))
        );
        let page = s.json(&format!("/collections/{id}/items?limit=2")).await;
        assert_eq!(page["type"], "FeatureCollection");
        for f in page["features"].as_array().unwrap() {
            assert_eq!(
                f["properties"].as_object().unwrap().len(),
                c["champs"].as_array().unwrap().len(),
                "{id}"
            );
        }
    }
    for path in [
        "/collections/recouvrements",
        "/collections/recouvrements/items",
        "/collections/rien/items",
    ] {
        let a = s.get(path, &[]).await;
        assert_eq!(
            (a.status, a.header("content-type")),
            (StatusCode::NOT_FOUND, "application/problem+json")
        );
        assert_eq!(a.json()["instance"], path);
    }
}

#[tokio::test]
async fn a_feature_is_complete() {
    let s = Service::new();
    let a = s
        .get(
            &format!("/collections/parcelles/items/{}", idu(1)),
            &[("host", "essai:8080")],
        )
        .await;
    assert_eq!(a.header("content-type"), "application/geo+json");
    let f = a.json();
    assert_eq!(
        (&f["id"], &f["properties"]["idu"]),
        (&json!(idu(1)), &json!(idu(1)))
    );
    assert_eq!(f["properties"]["zone_libelle"], "UX \"activités\"");
    assert_eq!(f["properties"]["types"], json!([]));
    assert_eq!(f["properties"]["indice"], Value::Null);
    assert_eq!(f["geometry"]["type"], "MultiPolygon");
    let ring: Vec<[f64; 2]> =
        serde_json::from_value(f["geometry"]["coordinates"][0][0].clone()).unwrap();
    assert_eq!(ring.len(), 5);
    let area: f64 = ring
        .windows(2)
        .map(|w| w[0][0] * w[1][1] - w[1][0] * w[0][1])
        .sum();
    assert!(area > 0.0, "anticlockwise");
    assert_eq!(
        link(&f, "collection").unwrap(),
        "http://essai:8080/collections/parcelles"
    );

    assert_eq!(
        s.json("/collections/epci/items").await["features"][0]["geometry"],
        Value::Null
    );
    assert_eq!(
        s.json("/collections/equipements/items/S%2F1%20%C3%A9")
            .await["properties"]["nom"],
        "Gare"
    );
    assert_eq!(
        s.get("/collections/parcelles/items/rien", &[]).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn paging_walks_the_collection_exactly_once() {
    let s = Service::new();
    for limit in [7, 400, 1600, 10_000] {
        let mut next = Some(format!("/collections/parcelles/items?limit={limit}"));
        let mut seen = BTreeSet::new();
        while let Some(path) = next {
            let a = s.get(&path, &[("host", "essai:8080")]).await;
            let page = a.json();
            let features = page["features"].as_array().unwrap();
            assert_eq!(page["numberMatched"], SIDE * SIDE);
            assert_eq!(page["numberReturned"], features.len());
            for f in features {
                assert!(seen.insert(f["id"].as_str().unwrap().to_owned()), "twice");
            }
            next = link(&page, "next").map(|l| local(l).to_owned());
            assert_eq!(a.header("link").is_empty(), next.is_none());
        }
        assert_eq!(seen.len(), SIDE * SIDE);
    }
    let beyond = s
        .json("/collections/parcelles/items?offset=99999999999999999999")
        .await;
    assert_eq!(
        (&beyond["numberReturned"], link(&beyond, "next")),
        (&json!(0), None)
    );
    let capped = s.json("/collections/parcelles/items?limit=999999").await;
    assert_eq!(capped["numberReturned"], 1600);
}

#[tokio::test]
async fn a_box_gives_what_brute_force_gives() {
    let s = Service::new();
    let all = s.json("/collections/parcelles/items?limit=10000").await;
    let boxes: Vec<(String, [f64; 4])> = all["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            let ring: Vec<[f64; 2]> =
                serde_json::from_value(f["geometry"]["coordinates"][0][0].clone()).unwrap();
            let fold =
                |k: usize, f: fn(f64, f64) -> f64| ring.iter().map(|p| p[k]).reduce(f).unwrap();
            let b = [
                fold(0, f64::min),
                fold(1, f64::min),
                fold(0, f64::max),
                fold(1, f64::max),
            ];
            (f["id"].as_str().unwrap().to_owned(), b)
        })
        .collect();
    let [w, so, e, n] = boxes
        .iter()
        .fold([180.0f64, 90.0, -180.0, -90.0], |a, (_, b)| {
            [
                a[0].min(b[0]),
                a[1].min(b[1]),
                a[2].max(b[2]),
                a[3].max(b[3]),
            ]
        });
    for (i, [fx0, fy0, fx1, fy1]) in [
        [0.1, 0.1, 0.2, 0.4],
        [0.0, 0.0, 1.0, 1.0],
        [0.5, 0.5, 0.5, 0.5],
        [-1.0, 0.3, 2.0, 0.31],
        [1.1, 1.1, 1.2, 1.2],
    ]
    .into_iter()
    .enumerate()
    {
        let at = |low: f64, high: f64, f: f64| ((low + (high - low) * f) * 1e7).round() / 1e7;
        let q = [at(w, e, fx0), at(so, n, fy0), at(w, e, fx1), at(so, n, fy1)];
        let path = format!(
            "/collections/parcelles/items?limit=10000&bbox={},{},{},{}",
            q[0], q[1], q[2], q[3]
        );
        let found = s.json(&path).await;
        let ids: BTreeSet<String> = found["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["id"].as_str().unwrap().to_owned())
            .collect();
        let meets = |b: &[f64; 4]| b[0] <= q[2] && b[2] >= q[0] && b[1] <= q[3] && b[3] >= q[1];
        let loose: BTreeSet<String> = boxes
            .iter()
            .filter(|(_, b)| meets(b))
            .map(|(id, _)| id.clone())
            .collect();
        // The grid is turned by a degree in these coordinates, so boxes say a little more than geometries.
        assert!(ids.is_subset(&loose), "{i}");
        assert!(
            loose.len() - ids.len() <= 2 * SIDE,
            "{i}: {} of {}",
            ids.len(),
            loose.len()
        );
        assert_eq!(found["numberMatched"], ids.len());
        let three = s.json(&path.replace("limit=10000", "limit=3")).await;
        assert_eq!(
            three["numberMatched"],
            ids.len(),
            "the count does not depend on the page"
        );
    }
    let points = s
        .json("/collections/friches/items?bbox=-180,-90,180,90")
        .await;
    assert_eq!(points["numberMatched"], 2);
    let without = s.json("/collections/epci/items?bbox=3,43,3.1,43.1").await;
    let all = s.json("/collections/epci/items").await;
    assert_eq!(
        without["numberMatched"], all["numberMatched"],
        "what has no geometry is in every box (Part 1, requirement 24 C)"
    );
}

#[tokio::test]
async fn a_box_may_cross_the_antimeridian() {
    let s = Service::new();
    let count = async |bbox: &str| {
        s.json(&format!("/collections/parcelles/items?limit=1&{bbox}"))
            .await["numberMatched"]
            .clone()
    };
    let all = count("").await;
    for crossing in ["bbox=177,-90,-177,90", "bbox=-1,-90,-2,-80"] {
        assert_eq!(count(crossing).await, 0, "{crossing}");
    }
    // The globe but for a strip where nothing lies, in both orders of the axes.
    assert_eq!(count("bbox=-100,-90,-101,90").await, all);
    let flipped = "bbox=-90,-100,90,-101&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326";
    assert_eq!(count(flipped).await, all);
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let s = Service::new();
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=dix", "limit"),
        ("limit=5&limit=6", "limit"),
        ("offset=-3", "offset"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=4,44,5,43", "bbox"),
        ("bbox=4,43,3,44&bbox-crs=EPSG:3857", "bbox"),
        ("bbox=NaN,0,1,1", "bbox"),
        ("datetime=demain", "datetime"),
        ("f=gml", "f"),
        ("inconnu=1", "inconnu"),
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
    s.json("/collections/parcelles/items?datetime=2026-01-01T00:00:00Z/..&limit=1&f=json")
        .await;
}

#[tokio::test]
async fn a_page_is_not_sent_twice_to_who_has_it() {
    let s = Service::new();
    let path = "/collections/parcelles/items?limit=10";
    let first = s.get(path, &[]).await;
    let again = s
        .get(path, &[("if-none-match", first.header("etag"))])
        .await;
    assert_eq!(
        (again.status, again.body.len()),
        (StatusCode::NOT_MODIFIED, 0)
    );
    let other = s
        .get(
            "/collections/parcelles/items?limit=11",
            &[("if-none-match", first.header("etag"))],
        )
        .await;
    assert_eq!(other.status, StatusCode::OK);
    let small = s.get(path, &[("accept-encoding", "gzip")]).await;
    assert_eq!(small.header("content-encoding"), "gzip");
    assert!(small.body.len() < first.body.len() / 4);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_query_makes_the_server_fail(
        path in prop::sample::select(vec![
            "/", "/collections/parcelles/items", "/collections/parcelles/items/x", "/recherche", "/edition", "/rapport",
            "/fiches/x", "/tiles/WebMercatorQuad/14/1/1", "/classement",
        ]),
        key in prop::sample::select(vec![
            "bbox", "limit", "offset", "datetime", "q", "f", "%00", "x", "profil", "besoin", "poids.ces", "territoire",
            "types", "verdicts", "utile_min",
        ]),
        value in "[0-9,.eE%+-]{0,20}|[a-zA-Z0-9 é%&=\"<>']{0,20}|\\PC{0,12}",
    ) {
        use std::sync::LazyLock;
        static S: LazyLock<(Service, tokio::runtime::Runtime)> =
            LazyLock::new(|| (Service::new(), tokio::runtime::Runtime::new().unwrap()));
        let uri = format!("{path}?{key}={value}").replace(' ', "+");
        if let Ok(uri) = uri.parse::<axum::http::Uri>() {
            let a = S.1.block_on(S.0.get(&uri.to_string(), &[]));
            prop_assert!(a.status.as_u16() < 500, "{uri}: {}", a.text());
        }
    }
}
