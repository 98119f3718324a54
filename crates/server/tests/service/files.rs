//! `/fichiers` and `/catalogue`: what an edition was published as, and what catalogues are told of it.

use axum::http::StatusCode;

use crate::fixture::Service;

#[tokio::test]
async fn files_are_those_that_were_published() {
    let s = Service::new();
    let list = s.json("/fichiers").await;
    let all = list["fichiers"].as_array().unwrap();
    assert!(all.iter().any(|f| f["nom"] == "parcelles.parquet"));
    for f in all {
        let got = s.get(f["href"].as_str().unwrap(), &[]).await;
        assert_eq!(got.status, StatusCode::OK, "{f}");
        assert_eq!(got.body.len() as u64, f["octets"].as_u64().unwrap(), "{f}");
        assert_eq!(got.header("content-type"), f["type"].as_str().unwrap());
        let hash = blake3::hash(&got.body).to_hex().to_string();
        assert_eq!(f["blake3"], hash.as_str());
        assert_eq!(got.header("etag"), format!("\"{hash}\""));
    }
}

#[tokio::test]
async fn a_file_is_asked_for_again_by_its_hash_and_taken_in_parts() {
    let s = Service::new();
    let (here, fixed) = (
        "/fichiers/parcelles.parquet",
        "/editions/2026-11-01-aaaa/fichiers/parcelles.parquet",
    );
    let whole = s.get(here, &[]).await;
    assert!(whole.body.starts_with(b"PAR1") && whole.body.ends_with(b"PAR1"));
    let etag = whole.header("etag").to_owned();
    assert!(
        s.get(fixed, &[])
            .await
            .header("cache-control")
            .contains("immutable")
    );
    for path in [here, fixed] {
        let same = s.get(path, &[("if-none-match", &etag)]).await;
        assert_eq!(same.status, StatusCode::NOT_MODIFIED);
        assert!(same.body.is_empty());
    }
    let tail = format!("bytes={}-", whole.body.len() - 4);
    let part = s.get(here, &[("range", &tail), ("if-range", &etag)]).await;
    assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.body, b"PAR1"[..]);
    let other = s
        .get(here, &[("range", &tail), ("if-range", "\"x\"")])
        .await;
    assert_eq!(other.status, StatusCode::OK);
    let beyond = s.get(here, &[("range", "bytes=99999999999-")]).await;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(beyond.header("content-type"), "application/problem+json");
    assert_eq!(beyond.header("cache-control"), "no-store");
}

#[tokio::test]
async fn what_is_not_public_is_no_file() {
    let s = Service::new();
    for name in [
        "recouvrements.parquet",
        "journal.json",
        "manifest.json",
        "..%2F..%2Fcourant",
        "parcelles",
        "%2Fetc%2Fpasswd",
    ] {
        let got = s.get(&format!("/fichiers/{name}"), &[]).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{name}");
        assert_eq!(got.header("content-type"), "application/problem+json");
    }
}

#[tokio::test]
async fn every_address_of_the_catalogue_answers() {
    let s = Service::new();
    let got = s.get("/catalogue", &[]).await;
    assert_eq!(got.header("content-type"), "application/ld+json");
    let c = got.json();
    assert_eq!(c["@type"], "dcat:Catalog");
    let datasets = c["dcat:dataset"].as_array().unwrap();
    let public = s.json("/collections").await["collections"]
        .as_array()
        .unwrap()
        .len();
    assert_eq!(datasets.len(), public);
    for d in datasets {
        let distributions = d["dcat:distribution"].as_array().unwrap();
        assert_eq!(distributions.len(), 2, "{d}");
        let addresses = distributions.iter().map(|x| &x["dcat:accessURL"]["@id"]);
        for address in addresses.chain([&d["@id"]]) {
            let got = s.get(address.as_str().unwrap(), &[]).await;
            assert_eq!(got.status, StatusCode::OK, "{address}");
        }
    }
    let parcels = datasets
        .iter()
        .find(|d| d["@id"].as_str().unwrap().ends_with("/parcelles"))
        .unwrap();
    assert!(parcels["dct:source"][0]["dct:publisher"]["foaf:name"].is_string());
    assert!(parcels["dct:spatial"]["dcat:bbox"]["@value"].is_string());
    assert!(parcels["dct:license"].is_array());
}
