//! Vector tiles and TileJSON.

use std::collections::BTreeMap;
use std::io::Read as _;

use axum::http::StatusCode;
use fast_mvt::{MvtGeometry, MvtReaderRef, MvtValueRef};
use gisement_model::crs;

use crate::fixture::{ORIGIN, SIDE, STEP, Service};

/// Path of the tile at a place given in metres from the corner of the grid.
fn path(z: u8, dx: f64, dy: f64) -> String {
    let (lon, lat) = crs::lambert93_to_lonlat(ORIGIN.0 + dx, ORIGIN.1 + dy);
    let (x, y) = crs::lonlat_to_world(lon, lat);
    let at = |v: u32| v >> (32 - u32::from(z));
    format!("/tiles/WebMercatorQuad/{z}/{}/{}", at(y), at(x))
}

/// Features by layer: properties as text, and the area in tile units (0 for points).
type Layers = BTreeMap<String, Vec<(BTreeMap<String, String>, f64)>>;

fn read(bytes: &[u8]) -> Layers {
    let reader = MvtReaderRef::new(bytes).unwrap();
    let mut all = Layers::new();
    for layer in reader.layers() {
        assert_eq!((layer.version(), layer.extent()), (2, 4096));
        for f in layer.features() {
            let properties = f
                .properties_vec()
                .unwrap()
                .into_iter()
                .map(|(k, v)| {
                    let text = match v {
                        MvtValueRef::String(s) => s.to_owned(),
                        MvtValueRef::UInt(n) => n.to_string(),
                        other => panic!("{other:?}"),
                    };
                    (k.to_owned(), text)
                })
                .collect();
            let area = match f.geometry().unwrap() {
                MvtGeometry::Polygon(p) => ring_area(p.exterior()),
                MvtGeometry::MultiPolygon(m) => m.0.iter().map(|p| ring_area(p.exterior())).sum(),
                _ => 0.0,
            };
            all.entry(layer.name().to_owned())
                .or_default()
                .push((properties, area));
        }
    }
    all
}

fn ring_area(r: &geo_types::LineString<i32>) -> f64 {
    let twice: i64 =
        r.0.windows(2)
            .map(|w| i64::from(w[0].x) * i64::from(w[1].y) - i64::from(w[1].x) * i64::from(w[0].y))
            .sum();
    twice as f64 / 2.0
}

#[tokio::test]
async fn a_tile_has_its_layers_and_properties() {
    let s = Service::new();
    let a = s.get(&path(15, 100.0, 100.0), &[]).await;
    assert_eq!(
        (a.status, a.header("content-type")),
        (StatusCode::OK, "application/vnd.mapbox-vector-tile")
    );
    let layers = read(&a.body);
    assert_eq!(
        layers.keys().map(String::as_str).collect::<Vec<_>>(),
        [
            "communes",
            "equipements",
            "friches",
            "friches_points",
            "parcelles",
            "zae"
        ]
    );
    let find = |idu: &str| {
        layers["parcelles"]
            .iter()
            .find(|p| p.0["idu"] == idu)
            .unwrap()
    };
    let (properties, area) = find("34901000ZB0125");
    let expected = [
        ("idu", "34901000ZB0125"),
        ("n", "125"),
        ("v", "a_etudier"),
        ("t", "dent_creuse"),
        ("u", "900"),
        ("p", "61"),
        ("d", "26"),
        ("s", "100"),
        ("f", "72"),
        ("m", "2"),
    ];
    assert_eq!(
        *properties,
        expected.map(|(k, v)| (k.to_owned(), v.to_owned())).into()
    );
    // 30 m at 43.6° N in units of 40 075 km ÷ 2¹⁵ ÷ 4096.
    let side = STEP / (40_075_017.0 * 43.61f64.to_radians().cos() / 32_768.0 / 4_096.0);
    assert!(
        (area / (side * side) - 1.0).abs() < 0.03,
        "{area} for {}",
        side * side
    );
    assert_eq!(
        find("34901000ZB0126")
            .0
            .keys()
            .map(String::as_str)
            .collect::<Vec<_>>(),
        ["idu", "n", "u", "v"]
    );
    let only: Vec<_> = layers["friches_points"]
        .iter()
        .map(|f| f.0["id"].as_str())
        .collect();
    assert_eq!(
        only,
        ["F2"],
        "a brownfield with a polygon is not also a point"
    );
    assert_eq!(layers["friches"][0].0["nom"], "Ancienne briqueterie");
    assert_eq!(layers["communes"][0].0.get("n"), None, "only below zoom 13");
}

#[tokio::test]
async fn every_parcel_is_drawn_from_zoom_13_on() {
    let s = Service::new();
    for z in 13..=16 {
        let mut seen = std::collections::BTreeSet::new();
        for dx in 0..=8 {
            for dy in 0..=8 {
                let side = SIDE as f64 * STEP / 8.0;
                let a = s
                    .get(&path(z, f64::from(dx) * side, f64::from(dy) * side), &[])
                    .await;
                seen.extend(
                    read(&a.body)
                        .remove("parcelles")
                        .into_iter()
                        .flatten()
                        .map(|p| p.0["idu"].clone()),
                );
            }
        }
        assert_eq!(seen.len(), SIDE * SIDE, "zoom {z}");
    }
}

#[tokio::test]
async fn communes_carry_their_counts_at_low_zooms() {
    let s = Service::new();
    let layers = read(&s.get(&path(9, 100.0, 100.0), &[]).await.body);
    assert_eq!(
        layers.keys().map(String::as_str).collect::<Vec<_>>(),
        ["communes", "friches_points"]
    );
    let (p, area) = &layers["communes"][0];
    assert_eq!(
        (p["code"].as_str(), p["n"].as_str(), p["i"].as_str()),
        ("34901", "12", "67")
    );
    assert!(*area > 0.0);
}

#[tokio::test]
async fn squares_of_a_kilometre_tell_where_the_gisements_are() {
    let s = Service::new();
    let parcels = s.json("/collections/parcelles/items?limit=10000").await;
    let ranked = s.json("/classement?limit=1000").await;
    // Each gisement in its square, by the middle of its outline.
    let mut expected: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let score_of: BTreeMap<&str, f64> = ranked["classement"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| {
            (
                r["idu"].as_str().unwrap(),
                r["score"]["central"].as_f64().unwrap(),
            )
        })
        .collect();
    for f in parcels["features"].as_array().unwrap() {
        let Some(score) = score_of.get(f["properties"]["idu"].as_str().unwrap()) else {
            continue;
        };
        let ring = f["geometry"]["coordinates"][0][0].as_array().unwrap();
        let mean = |i: usize| {
            let of = ring[..4].iter().map(|c| c[i].as_f64().unwrap());
            of.sum::<f64>() / 4.0
        };
        let (x, y) = crs::lonlat_to_lambert93(mean(0), mean(1));
        let id = format!("1kmE{}N{}", (x / 1e3).floor(), (y / 1e3).floor());
        expected.entry(id).or_default().push(*score);
    }
    assert_eq!(expected.len(), 4, "the grid lies on four squares");
    for z in [10, 12] {
        let layers = read(&s.get(&path(z, 600.0, 600.0), &[]).await.body);
        let squares = &layers["carreaux"];
        let mut counted = 0;
        for (p, area) in squares {
            let mut scores = expected[&p["id"]].clone();
            scores.sort_by(|a, b| b.total_cmp(a));
            assert_eq!(p["n"], scores.len().to_string());
            assert_eq!(p["ix"], scores[0].round().to_string());
            let top = &scores[..scores.len().min(10)];
            let median = f64::midpoint(top[(top.len() - 1) / 2], top[top.len() / 2]);
            assert_eq!(p["i"], median.round().to_string());
            // Known of every gisement of the fixture, and the same for all.
            assert_eq!(
                [&p["p"], &p["px"], &p["d"], &p["dx"]],
                ["61", "61", "26", "26"]
            );
            assert!(!p.contains_key("b"), "nothing is known of the need");
            assert!(*area > 0.0);
            counted += scores.len();
        }
        if z == 10 {
            assert_eq!(counted, score_of.len(), "all in one tile");
        }
    }
    for z in [9, 13] {
        let layers = read(&s.get(&path(z, 600.0, 600.0), &[]).await.body);
        assert!(!layers.contains_key("carreaux"), "zoom {z}");
    }
}

#[tokio::test]
async fn tiles_are_cached_by_validator_and_sent_as_asked() {
    let s = Service::new();
    let p = path(15, 100.0, 100.0);
    let plain = s.get(&p, &[]).await;
    let gzip = s.get(&p, &[("accept-encoding", "gzip, deflate, br")]).await;
    let zstd = s
        .get(&p, &[("accept-encoding", "gzip, deflate, br, zstd")])
        .await;
    assert_eq!(zstd.header("content-encoding"), "zstd");
    let read = zstd::bulk::decompress(&zstd.body, 1 << 24).unwrap();
    assert_eq!(read, plain.body);
    let brotli = s.get(&p, &[("accept-encoding", "br")]).await;
    assert_eq!(
        [
            plain.header("content-encoding"),
            gzip.header("content-encoding"),
            brotli.header("content-encoding")
        ],
        ["", "gzip", "br"]
    );
    let mut read = Vec::new();
    flate2::read::GzDecoder::new(&gzip.body[..])
        .read_to_end(&mut read)
        .unwrap();
    assert_eq!(read, plain.body);
    for (a, encoding) in [(&plain, ""), (&gzip, "gzip"), (&brotli, "br")] {
        assert_eq!(
            (a.header("vary"), a.header("cache-control")),
            ("Accept-Encoding", "no-cache")
        );
        let again = s
            .get(
                &p,
                &[
                    ("accept-encoding", encoding),
                    ("if-none-match", a.header("etag")),
                ],
            )
            .await;
        assert_eq!(
            (again.status, again.body.len()),
            (StatusCode::NOT_MODIFIED, 0)
        );
    }
    assert_ne!(plain.header("etag"), gzip.header("etag"));
    let fixed = s.get(&format!("/editions/2026-11-01-aaaa{p}"), &[]).await;
    assert_eq!(fixed.body, plain.body);
    assert!(fixed.header("cache-control").contains("immutable"));
}

#[tokio::test]
async fn empty_and_impossible_tiles() {
    let s = Service::new();
    let a = s.get("/tiles/WebMercatorQuad/14/0/0", &[]).await;
    assert_eq!((a.status, a.body.len()), (StatusCode::NO_CONTENT, 0));
    for bad in [
        "/tiles/WebMercatorQuad/14/99999/0",
        "/tiles/WebMercatorQuad/17/0/0",
        "/tiles/WebMercatorQuad/a/0/0",
        "/tiles/WebMercatorQuad/-1/0/0",
        "/tiles/WebMercatorQuad/+1/0/0",
        "/tiles/LAMB93/14/0/0",
        "/editions/../tiles/WebMercatorQuad/14/0/0",
        "/editions/..%2F..%2Fetc/tiles/WebMercatorQuad/14/0/0",
        "/editions/2026-11-01-zzzz/tiles/WebMercatorQuad/14/0/0",
    ] {
        let a = s.get(bad, &[]).await;
        assert_eq!(
            (a.status, a.header("content-type")),
            (StatusCode::NOT_FOUND, "application/problem+json"),
            "{bad}"
        );
    }
}

#[tokio::test]
async fn tilejson_leads_to_the_tiles() {
    let s = Service::new();
    let a = s
        .get(
            "/tiles/WebMercatorQuad/tilejson.json",
            &[
                ("host", "carte.example:8080"),
                ("x-forwarded-proto", "https"),
            ],
        )
        .await;
    let t = a.json();
    assert_eq!(t["tilejson"], "3.0.0");
    assert_eq!(
        t["tiles"][0],
        "https://carte.example:8080/editions/2026-11-01-aaaa/tiles/WebMercatorQuad/{z}/{y}/{x}"
    );
    assert_eq!((&t["minzoom"], &t["maxzoom"]), (&5.into(), &16.into()));
    let layers: Vec<_> = t["vector_layers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        layers,
        [
            "communes",
            "carreaux",
            "parcelles",
            "zae",
            "friches",
            "friches_points",
            "equipements"
        ]
    );
    let relative = s
        .json("/editions/2026-11-01-aaaa/tiles/WebMercatorQuad/tilejson.json")
        .await;
    assert_eq!(
        relative["tiles"][0],
        "/editions/2026-11-01-aaaa/tiles/WebMercatorQuad/{z}/{y}/{x}"
    );
    s.json("/tiles").await;
    s.json("/tiles/WebMercatorQuad").await;
}
