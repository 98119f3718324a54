//! `/exports`: the life of an export, what bounds it, and what its files hold.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use gisement_server::ExportLimits;
use serde_json::{Value, json};

use crate::fixture::{Answer, Service, commune, parcel, publish, row};

/// The formats, and how their files begin.
const FORMATS: [(&str, &[u8]); 7] = [
    ("gpkg", b"SQLite format 3\0"),
    ("shp", b"PK\x03\x04"),
    ("geojson", b"{"),
    ("flatgeobuf", b"fgb\x03fgb"),
    ("geoparquet", b"PAR1"),
    ("csv", b"PK\x03\x04"),
    ("xlsx", b"PK\x03\x04"),
];

impl Service {
    async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Answer {
        let mut r = Request::builder().method(method).uri(path);
        for (k, v) in headers {
            r = r.header(*k, *v);
        }
        self.send(r.body(body).unwrap()).await
    }

    async fn export_as(&self, client: &str, body: &Value) -> Answer {
        let headers = [
            ("content-type", "application/json"),
            ("x-forwarded-for", client),
        ];
        self.ask(
            Method::POST,
            "/exports",
            &headers,
            Body::from(body.to_string()),
        )
        .await
    }

    async fn export(&self, body: &Value) -> Answer {
        self.export_as("192.0.2.1", body).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, &[], Body::empty()).await
    }

    /// The state of an export once it has none of these.
    async fn once_past(&self, path: &str, states: &[&str]) -> Value {
        let start = Instant::now();
        loop {
            let v = self.json(path).await;
            if !states.contains(&v["etat"].as_str().unwrap()) {
                return v;
            }
            assert!(start.elapsed() < Duration::from_mins(1), "{v}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The file of an export that must succeed, and what is said of it.
    pub(crate) async fn exported(&self, body: &Value) -> (Value, Answer) {
        let asked = self.export(body).await;
        assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text());
        let here = asked.header("location").to_owned();
        let v = self.once_past(&here, &["en attente", "en cours"]).await;
        assert_eq!(v["etat"], "fini", "{v}");
        let file = self.get(&format!("{here}/fichier"), &[]).await;
        assert_eq!(file.status, StatusCode::OK, "{}", file.text());
        (v, file)
    }

    /// Folders of exports on the disk, and the files in them.
    fn on_disk(&self) -> Vec<PathBuf> {
        let mut all = Vec::new();
        let mut stack = vec![self.folder.root().join("exports")];
        while let Some(dir) = stack.pop() {
            for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
                if entry.path().is_dir() {
                    stack.push(entry.path());
                } else if entry.path().extension().is_none_or(|e| e != "verrou") {
                    all.push(entry.path());
                }
            }
        }
        all
    }
}

#[tokio::test]
async fn every_format_is_asked_for_followed_and_taken() {
    let s = Service::new();
    let matched = s
        .json("/collections/parcelles/items?limit=1&verdict=a_etudier")
        .await["numberMatched"]
        .clone();
    for (format, start) in FORMATS {
        let (v, file) = s
            .exported(
                &json!({ "collection": "parcelles", "format": format, "verdict": "a_etudier" }),
            )
            .await;
        assert_eq!(v["lignes"], matched, "{format}");
        assert_eq!(v["lignes_total"], matched);
        assert_eq!(v["progression"], 1.0);
        assert_eq!(v["octets"].as_u64().unwrap(), file.body.len() as u64);
        assert!(v["expire_le"].is_string() && v["remarques"].is_array());
        assert!(file.body.starts_with(start), "{format}");
        let hash = blake3::hash(&file.body).to_hex().to_string();
        assert_eq!(v["blake3"], hash.as_str());
        assert_eq!(file.header("etag"), format!("\"{hash}\""));
        let name = v["fichier"].as_str().unwrap();
        assert!(name.starts_with("2026-11-01-aaaa-parcelles."), "{name}");
        assert_eq!(
            file.header("content-disposition"),
            format!("attachment; filename=\"{name}\"")
        );
        let links = v["links"].as_array().unwrap();
        let link = links.iter().find(|l| l["rel"] == "enclosure").unwrap();
        assert_eq!(link["type"], file.header("content-type"));
    }
}

#[tokio::test]
async fn a_file_is_taken_in_parts_and_asked_for_again_by_its_hash() {
    let s = Service::new();
    let (v, whole) = s
        .exported(&json!({ "collections": ["parcelles", "friches"], "format": "gpkg" }))
        .await;
    let here = format!("/exports/{}/fichier", v["id"].as_str().unwrap());
    let part = s.get(&here, &[("range", "bytes=0-14")]).await;
    assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.body, b"SQLite format 3");
    let beyond = s.get(&here, &[("range", "bytes=99999999999-")]).await;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    let same = s
        .get(&here, &[("if-none-match", whole.header("etag"))])
        .await;
    assert_eq!(same.status, StatusCode::NOT_MODIFIED);
    let head = s.ask(Method::HEAD, &here, &[], Body::empty()).await;
    assert_eq!(head.header("content-length"), whole.body.len().to_string());
    assert!(head.body.is_empty());
}

#[tokio::test]
async fn conditions_are_those_of_items() {
    let s = Service::new();
    // Around the first vertex of a parcel: some parcels, not all.
    let one = s.json("/collections/parcelles/items?limit=1").await;
    let at = &one["features"][0]["geometry"]["coordinates"][0][0][0];
    let (lon, lat) = (at[0].as_f64().unwrap(), at[1].as_f64().unwrap());
    let bbox = [lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4].map(|v| format!("{v:.6}"));
    let bbox = &bbox.join(",");
    let numbers: Vec<f64> = bbox.split(',').map(|n| n.parse().unwrap()).collect();
    let filter = "surface_m2 > 0 AND NOT (verdict = 'sans_objet')";
    let json_filter = json!({ "op": "=", "args": [{ "property": "verdict" }, "a_etudier"] });
    for (body, query) in [
        (json!({}), String::new()),
        (json!({ "bbox": numbers }), format!("bbox={bbox}")),
        (json!({ "bbox": bbox }), format!("bbox={bbox}")),
        (json!({ "filter": json_filter }), "verdict=a_etudier".into()),
        (
            json!({ "filter": filter }),
            format!(
                "filter={}",
                filter
                    .replace(' ', "%20")
                    .replace('>', "%3E")
                    .replace('=', "%3D")
            ),
        ),
        (json!({ "code_insee": "34902" }), "code_insee=34902".into()),
    ] {
        let expected = s
            .json(&format!("/collections/parcelles/items?limit=1&{query}"))
            .await["numberMatched"]
            .as_u64()
            .unwrap();
        assert!(expected > 0, "{query}");
        let mut asked =
            json!({ "collection": "parcelles", "format": "geojson", "properties": ["idu"] });
        asked
            .as_object_mut()
            .unwrap()
            .extend(body.as_object().unwrap().clone());
        let (v, file) = s.exported(&asked).await;
        assert_eq!(v["lignes"], expected, "{query}");
        let d = file.json();
        assert_eq!(d["features"].as_array().unwrap().len() as u64, expected);
        let properties = d["features"][0]["properties"].as_object().unwrap();
        assert_eq!(properties.keys().collect::<Vec<_>>(), ["idu"]);
        s.delete(&format!("/exports/{}", v["id"].as_str().unwrap()))
            .await;
    }
}

#[tokio::test]
async fn what_cannot_be_followed_is_refused_with_the_parameter_at_fault() {
    let s = Service::new();
    let deep = format!("{}idu = 'a'{}", "(".repeat(5_000), ")".repeat(5_000));
    for (body, parameter) in [
        (
            json!({ "format": "gpkg", "collection": "inconnue" }),
            "collections",
        ),
        // Held by the edition, but not shown.
        (
            json!({ "format": "gpkg", "collection": "recouvrements" }),
            "collections",
        ),
        (
            json!({ "format": "dwg", "collection": "parcelles" }),
            "format",
        ),
        (
            json!({ "format": "gpkg", "collection": "parcelles", "filter": deep }),
            "filter",
        ),
        (
            json!({ "format": "gpkg", "collection": "parcelles", "filter": "idu = " }),
            "filter",
        ),
        (
            json!({ "format": "gpkg", "collection": "parcelles", "filter": "nom = 'x'" }),
            "filter",
        ),
        (
            json!({ "format": "gpkg", "collection": "parcelles", "bbox": [3, 44, 4, 43] }),
            "bbox",
        ),
        (
            json!({ "format": "gpkg", "collection": "parcelles", "crs": "EPSG:27572" }),
            "crs",
        ),
        (
            json!({ "format": "gpkg", "collection": "parcelles", "properties": ["nom"] }),
            "properties",
        ),
        (
            json!({ "format": "gpkg", "collection": "parcelles", "limit": 3 }),
            "limit",
        ),
        (
            json!({ "format": "gpkg", "collection": "parcelles", "sortie": "/etc/passwd" }),
            "sortie",
        ),
    ] {
        let got = s.export(&body).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(got.header("content-type"), "application/problem+json");
        assert_eq!(got.json()["parametre"], parameter, "{}", got.text());
    }
    let unknown = json!({ "format": "gpkg", "collection": "parcelles", "edition": "../x" });
    assert_eq!(s.export(&unknown).await.status, StatusCode::NOT_FOUND);
    let broken = [("content-type", "application/json")];
    let got = s
        .ask(Method::POST, "/exports", &broken, Body::from("{"))
        .await;
    assert_eq!(got.status, StatusCode::BAD_REQUEST);
    let plain = [("content-type", "text/plain")];
    let got = s
        .ask(Method::POST, "/exports", &plain, Body::from("{}"))
        .await;
    assert_eq!(got.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let large = "x".repeat(100 * 1024);
    let got = s
        .ask(Method::POST, "/exports", &broken, Body::from(large))
        .await;
    assert_eq!(got.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(s.on_disk().is_empty());
}

#[tokio::test]
async fn only_whoever_asked_knows_an_export_and_no_other_site_may_ask() {
    let s = Service::new();
    let (v, _) = s
        .exported(&json!({ "collection": "zae", "format": "gpkg" }))
        .await;
    let id = v["id"].as_str().unwrap();
    assert_eq!(id.len(), 32);
    assert!(id.bytes().all(|b| b.is_ascii_hexdigit()));
    let offer = s.get("/exports", &[]).await;
    assert_eq!(offer.status, StatusCode::OK);
    assert!(!offer.text().contains(id));
    for other in [
        "0".repeat(32),
        "..".into(),
        "%2e%2e".into(),
        id[1..].to_owned(),
    ] {
        for end in ["", "/fichier"] {
            let got = s.get(&format!("/exports/{other}{end}"), &[]).await;
            assert_eq!(got.status, StatusCode::NOT_FOUND, "{other}{end}");
            assert_eq!(got.header("content-type"), "application/problem+json");
        }
        let got = s.delete(&format!("/exports/{other}")).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND);
    }
    // A browser asks before it lets another site's page send JSON, and hears of reading only.
    let preflight = s.ask(Method::OPTIONS, "/exports", &[], Body::empty()).await;
    assert_eq!(
        preflight.header("access-control-allow-methods"),
        "GET, HEAD, OPTIONS"
    );
    assert_eq!(preflight.header("allow"), "GET, HEAD, POST, OPTIONS");
    for (method, path) in [
        (Method::PUT, "/exports"),
        (Method::DELETE, "/exports"),
        (Method::POST, "/exports/x"),
        (Method::DELETE, "/exports/x/fichier"),
        (Method::POST, "/collections"),
    ] {
        let got = s.ask(method, path, &[], Body::empty()).await;
        assert_eq!(got.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert!(!got.header("allow").is_empty());
        assert_eq!(got.json()["status"], 405);
    }
}

/// One worker that never gets to the end of its queue by itself.
fn slow(limits: ExportLimits) -> ExportLimits {
    ExportLimits {
        workers: 0,
        ..limits
    }
}

#[tokio::test]
async fn exports_in_progress_are_counted_for_one_address_and_for_all() {
    let s = Service::limited(slow(ExportLimits {
        active: 3,
        active_client: 2,
        ..ExportLimits::default()
    }));
    let body = json!({ "collection": "parcelles", "format": "gpkg" });
    let first = s.export_as("192.0.2.1", &body).await;
    assert_eq!(first.status, StatusCode::CREATED);
    assert_eq!(first.json()["etat"], "en attente");
    assert_eq!(
        s.export_as("192.0.2.1", &body).await.status,
        StatusCode::CREATED
    );
    let third = s.export_as("192.0.2.1", &body).await;
    assert_eq!(third.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!third.header("retry-after").is_empty());
    // What a client claims before the address that the proxy saw changes nothing.
    let liar = s.export_as("203.0.113.9, 192.0.2.1", &body).await;
    assert_eq!(liar.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        s.export_as("192.0.2.2", &body).await.status,
        StatusCode::CREATED
    );
    let full = s.export_as("192.0.2.3", &body).await;
    assert_eq!(full.status, StatusCode::SERVICE_UNAVAILABLE);
    // The file of what waits is not there yet.
    let here = first.header("location").to_owned();
    let early = s.get(&format!("{here}/fichier"), &[]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    // Cancelled, it makes room.
    assert_eq!(s.delete(&here).await.status, StatusCode::NO_CONTENT);
    assert_eq!(s.json(&here).await["etat"], "annulé");
    assert_eq!(
        s.export_as("192.0.2.1", &body).await.status,
        StatusCode::CREATED
    );
    // Once more, and it is forgotten.
    assert_eq!(s.delete(&here).await.status, StatusCode::NO_CONTENT);
    assert_eq!(s.get(&here, &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_file_too_large_is_given_up_and_leaves_nothing() {
    let s = Service::limited(ExportLimits {
        bytes_job: 10_000,
        ..ExportLimits::default()
    });
    for (format, _) in FORMATS {
        let asked = s
            .export(&json!({ "collection": "parcelles", "format": format }))
            .await;
        let here = asked.header("location").to_owned();
        let v = s.once_past(&here, &["en attente", "en cours"]).await;
        assert_eq!(v["etat"], "échoué", "{format}");
        let why = v["erreur"].as_str().unwrap();
        assert!(why.contains("10000 octets"), "{why}");
        assert!(v["progression"].as_f64().unwrap() < 1.0);
    }
    assert_eq!(s.on_disk(), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn files_of_all_take_a_bounded_place() {
    let s = Service::limited(ExportLimits {
        bytes_total: 400_000,
        ..ExportLimits::default()
    });
    let body = json!({ "collection": "zae", "format": "gpkg" });
    let (first, _) = s.exported(&body).await;
    // Sooner or later there is no room, be it before an export begins or while it is written.
    let refused = async {
        loop {
            let asked = s.export(&body).await;
            if asked.status == StatusCode::SERVICE_UNAVAILABLE {
                return asked.text();
            }
            let here = asked.header("location").to_owned();
            let v = s.once_past(&here, &["en attente", "en cours"]).await;
            if v["etat"] == "échoué" {
                return v["erreur"].to_string();
            }
        }
    };
    let why = tokio::time::timeout(Duration::from_mins(1), refused).await;
    assert!(why.unwrap().contains("place"));
    let taken: u64 = s
        .on_disk()
        .iter()
        .map(|f| f.metadata().unwrap().len())
        .sum();
    assert!(taken <= 400_000, "{taken}");
    // What is removed makes room.
    s.delete(&format!("/exports/{}", first["id"].as_str().unwrap()))
        .await;
    s.exported(&body).await;
}

#[tokio::test]
async fn finished_exports_end_and_the_latest_of_an_address_are_kept() {
    let s = Service::limited(ExportLimits {
        kept_client: 2,
        age: Duration::from_millis(700),
        ..ExportLimits::default()
    });
    let body = json!({ "collection": "zae", "format": "geojson" });
    let mut all = Vec::new();
    for _ in 0..3 {
        let (v, _) = s.exported(&body).await;
        all.push(format!("/exports/{}", v["id"].as_str().unwrap()));
    }
    assert_eq!(s.get(&all[0], &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(s.get(&all[2], &[]).await.status, StatusCode::OK);
    assert_eq!(s.on_disk().len(), 2);
    let start = Instant::now();
    while s.get(&all[2], &[]).await.status != StatusCode::NOT_FOUND {
        assert!(start.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(s.on_disk(), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn an_export_keeps_the_edition_it_was_asked_of() {
    let s = Service::new();
    publish(&s.folder, "2026-11-02-bbbb", 100_000);
    let first = |d: &Value| d["features"][0]["properties"]["contenance_m2"].as_i64();
    let body = |edition: &str| {
        json!({
            "collection": "parcelles", "format": "geojson", "edition": edition,
            "properties": ["contenance_m2"], "filter": "idu = '34901000BB0001' OR contenance_m2 >= 0",
        })
    };
    let (v, old) = s.exported(&body("2026-11-01-aaaa")).await;
    assert_eq!(v["edition"], "2026-11-01-aaaa");
    let (v, new) = s.exported(&body("2026-11-02-bbbb")).await;
    assert_eq!(v["edition"], "2026-11-02-bbbb");
    assert_ne!(first(&old.json()), first(&new.json()));
}

#[tokio::test]
async fn texts_of_sources_are_no_formulas_in_a_spreadsheet() {
    let hostile = "=HYPERLINK(\"http://example.invalid\")";
    let rows = [(
        0,
        row(&parcel(
            0,
            &json!({ "proprietaire": hostile, "proprietaire_siren": "@SUM(1)" }),
        )),
    )];
    let communes = ["34901", "34902"].map(|c| commune(c, "+1"));
    let s = Service::with(&rows, &communes);
    let (v, file) = s
        .exported(&json!({ "collections": ["parcelles", "communes"], "format": "csv" }))
        .await;
    let remarks = v["remarques"].to_string();
    assert!(remarks.contains("4 textes sont précédés"), "{remarks}");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(file.body)).unwrap();
    let mut text = String::new();
    let mut parcels = archive.by_name("parcelles.csv").unwrap();
    std::io::Read::read_to_string(&mut parcels, &mut text).unwrap();
    drop(parcels);
    assert!(
        text.contains("\"'=HYPERLINK(\"\"http://example.invalid\"\")\""),
        "{text}"
    );
    assert!(text.contains(";'@SUM(1);"));
    for beside in ["LISEZMOI.txt", "sources.csv"] {
        assert!(archive.index_for_name(beside).is_some(), "{beside}");
    }
}
