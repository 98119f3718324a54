//! `gisement exporter`, and exports of a server that ends or is killed.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::harness::{Server, construire, gisement, sample};

fn files(dir: &Path) -> usize {
    fs::read_dir(dir).map_or(0, Iterator::count)
}

#[test]
fn a_selection_becomes_a_file_and_what_is_wrong_is_said() {
    let dir = tempfile::tempdir().unwrap();
    construire(&sample(), dir.path()).exits(0);
    let data = dir.path().to_str().unwrap();
    let out = dir.path().join("sortie");
    fs::create_dir(&out).unwrap();
    let at = |name: &str| out.join(name).to_str().unwrap().to_owned();
    let to = at("p.geojson");
    let run = |more: &[&str]| {
        let mut all = vec!["exporter", data];
        all.extend_from_slice(more);
        gisement(&all)
    };
    let filter = "verdict = 'prioritaire'";
    run(&[
        "--collection",
        "parcelles",
        "--sortie",
        &to,
        "--filtre",
        filter,
    ])
    .exits(0);
    let d: serde_json::Value = serde_json::from_slice(&fs::read(&to).unwrap()).unwrap();
    let found = d["features"].as_array().unwrap();
    assert!(!found.is_empty());
    assert!(
        found
            .iter()
            .all(|f| f["properties"]["verdict"] == "prioritaire")
    );
    let several = at("tout.gpkg");
    run(&[
        "--collection",
        "zae",
        "--collection",
        "parcelles",
        "--sortie",
        &several,
    ])
    .exits(0);
    assert!(fs::read(&several).unwrap().starts_with(b"SQLite format 3"));
    // Wrong usage, and nothing is written; what was there stays.
    let before = fs::read(&to).unwrap();
    for bad in [
        &["--collection", "inconnue", "--sortie", &to][..],
        &[
            "--collection",
            "parcelles",
            "--sortie",
            &to,
            "--filtre",
            "idu =",
        ],
        &["--collection", "parcelles", "--sortie", &at("p.dwg")],
        &[
            "--collection",
            "parcelles",
            "--sortie",
            &to,
            "--format",
            "dwg",
        ],
        &[
            "--collection",
            "parcelles",
            "--collection",
            "zae",
            "--sortie",
            &to,
        ],
    ] {
        run(bad).exits(2);
    }
    assert_eq!(fs::read(&to).unwrap(), before);
    assert_eq!(files(&out), 2);
}

#[test]
fn files_of_exports_go_with_their_server() {
    let dir = tempfile::tempdir().unwrap();
    construire(&sample(), dir.path()).exits(0);
    let exports = dir.path().join("exports");
    let ask = |server: &Server| {
        let body = json!({ "collection": "zae", "format": "gpkg" });
        let (status, asked) = server.post("/exports", &body);
        assert_eq!(status, 201);
        let path = format!("/exports/{}", asked["id"].as_str().unwrap());
        while server.json(&path)["etat"] != "fini" {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    let server = Server::start(dir.path());
    ask(&server);
    assert_eq!(files(&exports), 2, "a folder and its lock");
    // Killed: its files stay, until the next server starts.
    drop(server);
    assert_eq!(files(&exports), 2);
    let server = Server::start(dir.path());
    assert_eq!(files(&exports), 0);
    ask(&server);
    assert_eq!(server.stop(), Some(0));
    assert_eq!(files(&exports), 0);
}
