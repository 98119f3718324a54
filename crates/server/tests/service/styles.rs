//! Styles of QGIS: listed, served, linked from their collection.

use axum::http::StatusCode;

use crate::fixture::Service;

const QML: &str = "application/vnd.qgis.qml";

#[tokio::test]
async fn every_listed_style_is_served_and_linked_from_its_collection() {
    let s = Service::new();
    let list = s.get("/styles", &[("host", "h")]).await.json();
    let styles = list["styles"].as_array().unwrap();
    let ids: Vec<_> = styles.iter().map(|v| v["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"parcelles"), "{ids:?}");
    // Only those of the collections that the edition holds.
    assert!(!ids.contains(&"zonage"), "{ids:?}");
    for (style, id) in styles.iter().zip(ids) {
        let collection = format!("/collections/{id}");
        let described = s.get(&collection, &[("host", "h")]).await.json();
        let links = described["links"].as_array().unwrap();
        assert_eq!(
            links.iter().find(|l| l["rel"] == "stylesheet"),
            Some(&style["links"][0])
        );
        assert_eq!(style["links"][0]["type"], QML);
        assert_eq!(style["title"], described["title"]);
        let path = format!("/styles/{id}.qml");
        assert_eq!(style["links"][0]["href"], format!("http://h{path}"));
        let html = s.get(&format!("{collection}?f=html"), &[]).await.text();
        assert!(html.contains(&format!("href=\"{path}\"")), "{id}");
        let qml = s.get(&path, &[]).await;
        assert_eq!(qml.status, StatusCode::OK);
        assert_eq!(qml.header("content-type"), QML);
        assert!(qml.text().contains("<renderer-v2 "), "{id}");
        let again = s.get(&path, &[("if-none-match", qml.header("etag"))]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    }
}

#[tokio::test]
async fn a_collection_without_style_has_none() {
    let s = Service::new();
    for path in ["rien.qml", "equipements.qml", "parcelles", "parcelles.sld"] {
        let a = s.get(&format!("/styles/{path}"), &[]).await;
        assert_eq!(a.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(a.header("content-type"), "application/problem+json");
    }
    let described = s.json("/collections/equipements").await;
    let links = described["links"].as_array().unwrap();
    assert!(links.iter().all(|l| l["rel"] != "stylesheet"));
    let html = s.get("/collections/equipements?f=html", &[]).await.text();
    assert!(!html.contains(".qml"));
}
