//! `/territoires`: what is known of some communes, beside what the collections say.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::fixture::Service;

#[tokio::test]
async fn territories_are_listed_by_level() {
    let s = Service::new();
    let list = s.json("/territoires").await;
    let codes = |level: &str| -> Vec<String> {
        let all = list[level].as_array().unwrap().iter();
        all.map(|t| t["code"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(codes("commune"), ["34901", "34902"]);
    assert_eq!(codes("departement"), ["34"]);
    // The communes of the fixture name no EPCI and no SCoT.
    assert!(codes("epci").is_empty() && codes("scot").is_empty());
    for t in list["commune"].as_array().unwrap() {
        assert_eq!(s.json(t["href"].as_str().unwrap()).await["nom"], t["nom"]);
    }
}

#[tokio::test]
async fn stocks_are_those_of_the_ranking() {
    let s = Service::new();
    for (territoire, address) in [
        ("commune:34901", "/territoires/commune/34901"),
        ("departement:34", "/territoires/departement/34"),
    ] {
        let t = s.json(address).await;
        let ranking = s
            .json(&format!("/classement?territoire={territoire}&limit=1000"))
            .await;
        let lines = ranking["classement"].as_array().unwrap();
        assert!(!lines.is_empty());
        let stocks = t["gisements"].as_array().unwrap();
        let n: u64 = stocks.iter().map(|g| g["nombre"].as_u64().unwrap()).sum();
        assert_eq!(json!(n), ranking["numberMatched"]);
        let area: f64 = lines.iter().map(|l| l["utile_m2"].as_f64().unwrap()).sum();
        assert!((stocks[0]["utile_m2"].as_f64().unwrap() - area).abs() < 1e-6);
        // Nothing is known of their capacity: that is counted, not summed as nothing.
        assert_eq!(stocks[0]["capacite"]["inconnus"], ranking["numberMatched"]);
    }
}

#[tokio::test]
async fn unknown_is_not_nothing() {
    let s = Service::new();
    let t = s.json("/territoires/departement/34").await;
    assert_eq!(
        t["population"],
        json!({ "somme": null, "communes_inconnues": 2 })
    );
    assert_eq!(
        t["parcelles"]["prioritaire"],
        json!({ "somme": 6.0, "communes_inconnues": 0 })
    );
    assert_eq!(
        t["logement"]["communes_sru"],
        json!({ "oui": 0, "non": 0, "inconnu": 2 })
    );
    assert_eq!(t["communes"][0]["enaf_reste_m2"], Value::Null);
}

#[tokio::test]
async fn other_addresses_are_not_there() {
    let s = Service::new();
    for path in [
        "/territoires/commune/99999",
        "/territoires/region/76",
        "/territoires/scot/",
        "/territoires/departement/3",
    ] {
        assert_eq!(
            s.get(path, &[]).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let refused = s.get("/territoires?niveau=commune", &[]).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}
