//! Styles of QGIS: listed, served, linked from their collection.

use axum::http::StatusCode;
use serde_json::Value;

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
    // The first is that of the tiles.
    for (style, id) in styles.iter().zip(ids).skip(1) {
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

/// Every layer and property that the style of the tiles names is one of theirs.
#[tokio::test]
async fn the_style_of_the_tiles_speaks_of_what_they_hold() {
    let s = Service::new();
    let list = s.json("/styles").await;
    assert_eq!(list["styles"][0]["links"][0]["href"], "/styles/carte.json");
    let answer = s.get("/styles/carte.json", &[]).await;
    assert_eq!(
        answer.header("content-type"),
        "application/vnd.mapbox.style+json"
    );
    let style = answer.json();
    let tilejson = s
        .json(style["sources"]["gisement"]["url"].as_str().unwrap())
        .await;
    let fields = |layer: &str| {
        let all = tilejson["vector_layers"].as_array().unwrap();
        all.iter().find(|l| l["id"] == layer).unwrap()["fields"].clone()
    };
    let mut read = 0;
    for layer in style["layers"].as_array().unwrap() {
        let Some(name) = layer["source-layer"].as_str() else {
            continue;
        };
        let fields = fields(name);
        let mut waiting = vec![&layer["filter"], &layer["paint"]];
        while let Some(v) = waiting.pop() {
            match v {
                Value::Array(items) => {
                    if let [op, Value::String(key)] = &items[..]
                        && (op == "get" || op == "has")
                    {
                        assert!(fields.get(key).is_some(), "{name} {key}");
                        read += 1;
                    }
                    waiting.extend(items);
                }
                Value::Object(o) => waiting.extend(o.values()),
                _ => {}
            }
        }
    }
    assert!(read > 8, "{read}");
    // Layers that the edition does not have are not drawn.
    assert!(!answer.text().contains("\"terrains\""));
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
