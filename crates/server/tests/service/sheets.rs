//! Sheets.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::fixture::Service;

#[tokio::test]
async fn a_sheet_has_every_key_of_the_contract() {
    let s = Service::new();
    let f = s.json("/fiches/34901000ZB0001").await;
    for key in [
        "idu",
        "section",
        "numero",
        "prefixe",
        "commune",
        "nom",
        "edition",
        "geometrie",
        "bbox",
        "centre",
        "contenance_m2",
        "surface_m2",
        "verdict",
        "types",
        "axes",
        "fiabilite",
        "indice",
        "a_verifier",
        "voie",
        "capacite",
        "enaf",
        "recouvrements",
        "friche",
        "zae",
        "criteres",
        "sources",
        "liens",
    ] {
        assert!(f.get(key).is_some(), "{key}");
    }
    assert_eq!(f["nom"], "Ancienne briqueterie, ZB 0001");
    assert_eq!(f["commune"], json!({ "code": "34901", "nom": "Lauzerac" }));
    assert_eq!(f["geometrie"]["type"], "MultiPolygon");
    assert_eq!(
        f["zae"]["terrain"],
        json!({ "terr_id": "T1", "etat": "vacant" })
    );
    let over: Vec<_> = f["recouvrements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (&r["couche"], &r["libelle"], &r["part"]))
        .collect();
    assert_eq!(
        over,
        [
            (&json!("zae"), &json!("ZAE des Graves"), &json!(1.0)),
            (
                &json!("friches"),
                &json!("Ancienne briqueterie"),
                &json!(0.4)
            ),
        ]
    );
    let outside = f["liens"].as_array().unwrap().iter();
    let outside: Vec<&str> = outside.map(|l| l["href"].as_str().unwrap()).collect();
    assert_eq!(outside.len(), 3);
    assert!(outside.iter().all(|l| l.starts_with("https://")));
    assert!(
        outside[2].contains(&format!("parcelleId={}#", f["idu"].as_str().unwrap())),
        "{outside:?}"
    );
    let sources = f["sources"].as_array().unwrap();
    assert_eq!(sources[0]["couche"], "parcelles");
    assert_eq!(
        f["recouvrements"][0]["source"]
            .as_u64()
            .map(|i| &sources[i as usize]["couche"]),
        Some(&json!("zae"))
    );
    check_sources(&f, sources.len());
    let lon = f["centre"][0].as_f64().unwrap();
    assert!((3.0..5.0).contains(&lon));
}

/// Every `source` is a rank in `sources`, or null.
fn check_sources(v: &Value, count: usize) {
    match v {
        Value::Object(o) => {
            for (k, v) in o {
                if k == "source" {
                    assert!(
                        v.is_null() || v.as_u64().is_some_and(|i| (i as usize) < count),
                        "{v}"
                    );
                }
                check_sources(v, count);
            }
        }
        Value::Array(a) => a.iter().for_each(|v| check_sources(v, count)),
        _ => {}
    }
}

#[tokio::test]
async fn any_spelling_leads_to_the_sheet() {
    let s = Service::new();
    for spelling in [
        "34901000zb0001",
        "34901%20ZB%201",
        "34901%20000%20ZB%200001",
        "ZB1%20Lauzerac",
    ] {
        assert_eq!(
            s.json(&format!("/fiches/{spelling}")).await["idu"],
            "34901000ZB0001",
            "{spelling}"
        );
    }
    for missing in ["34901000ZB9999", "x", "34999%20ZB%201", &"9".repeat(300)] {
        let a = s.get(&format!("/fiches/{missing}"), &[]).await;
        assert_eq!(
            (a.status, a.header("content-type")),
            (StatusCode::NOT_FOUND, "application/problem+json"),
            "{missing}"
        );
    }
    let a = s.get("/fiches/34901000ZB0002", &[]).await;
    assert_eq!(a.json()["friche"], Value::Null);
    let again = s
        .get(
            "/fiches/34901000ZB0002",
            &[("if-none-match", a.header("etag"))],
        )
        .await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}
