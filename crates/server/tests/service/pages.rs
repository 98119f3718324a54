//! Pages, metadata, search, and how errors look.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};

use crate::fixture::Service;

#[tokio::test]
async fn the_home_page_is_for_readers_and_for_programs() {
    let s = Service::new();
    let html = s
        .get(
            "/",
            &[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")],
        )
        .await;
    assert!(html.header("content-type").starts_with("text/html"));
    assert!(
        html.text().contains("SCoT &lt;d’essai&gt;") && html.text().contains("Territoire fictif")
    );
    assert!(!html.text().contains("<script") && !html.text().contains("https://"));
    assert!(
        html.header("content-security-policy")
            .starts_with("default-src 'self';")
    );
    for accept in ["application/json", "*/*", ""] {
        let json = s
            .get("/", &[("accept", accept), ("host", "h")])
            .await
            .json();
        let rels: Vec<_> = json["links"]
            .as_array()
            .unwrap()
            .iter()
            .map(|l| l["rel"].as_str().unwrap())
            .collect();
        for needed in [
            "self",
            "conformance",
            "data",
            "service-desc",
            "http://www.opengis.net/def/rel/ogc/1.0/conformance",
        ] {
            assert!(rels.contains(&needed), "{needed}");
        }
    }
    assert!(
        s.get("/?f=html", &[])
            .await
            .header("content-type")
            .starts_with("text/html")
    );
    assert_eq!(s.get("/?f=xml", &[]).await.status, StatusCode::BAD_REQUEST);
    let classes = s.json("/conformance").await;
    assert!(classes["conformsTo"].as_array().unwrap().len() > 3);
    let api = s.json("/api").await;
    assert_eq!(
        api["components"]["parameters"]["limit"]["schema"]["maximum"],
        10_000
    );
}

#[tokio::test]
async fn the_edition_tells_the_map_what_it_needs() {
    let s = Service::new();
    let a = s.get("/edition", &[]).await;
    let e = a.json();
    assert_eq!(e["id"], "2026-11-01-aaaa");
    assert_eq!(e["profils"][0]["poids"]["potentiel"], 0.4);
    assert_eq!(e["couches_absentes"][0], "occupation");
    assert_eq!(e["depart"]["zoom"], 14.5);
    assert_eq!(
        e["attribution"][0],
        "Cadastre : DGFiP / Etalab, 1ᵉʳ octobre 2026 (Licence Ouverte 2.0)"
    );
    let again = s
        .get("/edition", &[("if-none-match", a.header("etag"))])
        .await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(s.json("/editions").await["editions"][0]["courante"], true);
    assert_eq!(s.json("/sante").await["edition"], "2026-11-01-aaaa");
}

#[tokio::test]
async fn the_report_is_readable_and_safe() {
    let s = Service::new();
    let html = s.get("/rapport?f=html", &[]).await.text();
    assert!(
        html.contains("Géométrie &lt;vide&gt;") && html.contains("ligne 7, geometry, « null »")
    );
    assert!(html.contains("1\u{202f}601") && html.contains("Jointures"));
    assert_eq!(s.json("/rapport?f=json").await["fichiers"][0]["lus"], 1601);
}

#[tokio::test]
async fn everything_can_be_searched() {
    let s = Service::new();
    for (q, genre, code) in [
        ("34901000ZB0001", "parcelle", "34901000ZB0001"),
        ("34901%20zb%201", "parcelle", "34901000ZB0001"),
        ("ZB1+Lauzerac", "parcelle", "34901000ZB0001"),
        ("ZB+1", "parcelle", "34901000ZB0001"),
        ("ZB+8", "parcelle", "34901123ZB0008"),
        ("34902+A+10", "parcelle", "349020000A0010"),
        ("34901000ZB00", "parcelle", "34901000ZB0001"),
        ("lauz", "commune", "34901"),
        ("saint+etienne", "commune", "34902"),
        ("GRAVES", "commune", "34902"),
        ("34902", "commune", "34902"),
        ("briqueterie", "friche", "F1"),
        ("ZAE+des", "zae", "Z1"),
    ] {
        let found = s.json(&format!("/recherche?q={q}")).await;
        let first = &found["resultats"][0];
        assert_eq!(
            (first["genre"].as_str(), first["code"].as_str()),
            (Some(genre), Some(code)),
            "{q}: {found}"
        );
        assert_eq!(first["bbox"].as_array().map(Vec::len), Some(4));
    }
    let parcel = s.json("/recherche?q=34901+ZB+1").await;
    assert_eq!(parcel["resultats"][0]["libelle"], "ZB 0001, Lauzerac");
    assert_eq!(
        s.json("/recherche?q=34901000").await["resultats"]
            .as_array()
            .unwrap()
            .len(),
        20
    );
    assert_eq!(
        s.json("/recherche?q=zzz").await["resultats"],
        serde_json::json!([])
    );
    assert_eq!(
        s.json("/recherche?q=").await["resultats"],
        serde_json::json!([])
    );
    assert_eq!(s.get("/recherche", &[]).await.json()["parametre"], "q");
    assert_eq!(
        s.get(&format!("/recherche?q={}", "a".repeat(101)), &[])
            .await
            .status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn errors_are_problem_documents() {
    let s = Service::new();
    for path in [
        "/rien",
        "/collections/x/y/z",
        "/collections/%FF/items",
        "/../etc/passwd",
        "/index.html",
    ] {
        let a = s.get(path, &[]).await;
        assert_eq!(a.status, StatusCode::NOT_FOUND, "{path}");
        let p = a.json();
        assert_eq!(p["status"], 404);
        for key in ["type", "title", "detail", "instance"] {
            assert!(p[key].is_string(), "{path} {key}");
        }
    }
    let long = s
        .get(&format!("/recherche?q={}", "a".repeat(5_000)), &[])
        .await;
    assert_eq!(
        (long.status, long.json()["status"].as_u64()),
        (StatusCode::URI_TOO_LONG, Some(414))
    );
}

#[tokio::test]
async fn the_service_only_reads() {
    let s = Service::new();
    let send = |method: Method| {
        s.send(
            Request::builder()
                .method(method)
                .uri("/collections")
                .header("origin", "https://autre.example")
                .body(Body::empty())
                .unwrap(),
        )
    };
    let options = send(Method::OPTIONS).await;
    assert_eq!(
        (options.status, options.header("allow")),
        (StatusCode::NO_CONTENT, "GET, HEAD, OPTIONS")
    );
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let a = send(method).await;
        assert_eq!(
            (a.status, a.header("allow")),
            (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD, OPTIONS")
        );
        assert_eq!(a.json()["status"], 405);
    }
    let get = send(Method::GET).await;
    let head = send(Method::HEAD).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(head.header("content-length"), get.header("content-length"));
    assert_eq!(get.header("access-control-allow-origin"), "*");
    let missing = s
        .send(Request::head("/rien").body(Body::empty()).unwrap())
        .await;
    assert_eq!(
        (missing.status, missing.body.len()),
        (StatusCode::NOT_FOUND, 0)
    );
}

#[tokio::test]
async fn the_map_answers_at_its_addresses() {
    let s = Service::new();
    for path in ["/carte", "/fiche/34901000ZB0001"] {
        let a = s.get(path, &[]).await;
        assert!(
            a.status.is_success() && a.header("content-type").starts_with("text/html"),
            "{path}"
        );
        assert!(
            a.header("content-security-policy")
                .contains("worker-src 'self'")
        );
    }
}

/// OGC API – Features Part 1, class `html`.
#[tokio::test]
async fn every_ogc_document_is_a_page_too() {
    let s = Service::new();
    let feature = format!("/collections/parcelles/items/{}", crate::fixture::idu(0));
    for path in [
        "/",
        "/conformance",
        "/api",
        "/collections",
        "/collections/parcelles",
        "/collections/parcelles/items",
        &feature,
    ] {
        let page = s.get(path, &[("accept", "text/html")]).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(
            page.header("content-type").starts_with("text/html"),
            "{path}"
        );
        assert_eq!(page.header("vary"), "Accept", "{path}");
        assert!(page.text().contains("<h1>"), "{path}");
        let data = s.get(path, &[("accept", "*/*")]).await;
        assert!(data.header("content-type").contains("json"), "{path}");
    }
    let reference = s.get("/api?f=html", &[]).await.text();
    for said in [
        "/collections/parcelles/items",
        "bbox, bbox-crs",
        "et ",
        "propriétés",
    ] {
        assert!(reference.contains(said), "{said}");
    }
}
