//! The arrows between crates are the ones of `docs/architecture.md`, and no others.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

const ALLOWED: &[(&str, &[&str])] = &[
    ("gisement-model", &[]),
    ("gisement-store", &["gisement-model"]),
    ("gisement-ingest", &["gisement-model", "gisement-store"]),
    ("gisement-index", &["gisement-model", "gisement-store"]),
    ("gisement-export", &["gisement-model", "gisement-store"]),
    (
        "gisement-server",
        &[
            "gisement-model",
            "gisement-store",
            "gisement-index",
            "gisement-export",
        ],
    ),
    (
        "gisement",
        &[
            "gisement-model",
            "gisement-store",
            "gisement-ingest",
            "gisement-index",
            "gisement-export",
            "gisement-server",
        ],
    ),
];

#[test]
fn crates_depend_only_along_the_arrows() {
    let out = std::process::Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(super::harness::root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&out.stdout).unwrap();
    let allowed: BTreeMap<_, BTreeSet<_>> = ALLOWED
        .iter()
        .map(|(c, d)| (*c, d.iter().copied().collect()))
        .collect();
    let packages = metadata["packages"].as_array().unwrap();
    assert_eq!(
        packages.len(),
        ALLOWED.len(),
        "a new crate needs its arrows here and in docs/architecture.md"
    );
    for package in packages {
        let name = package["name"].as_str().unwrap();
        for d in package["dependencies"].as_array().unwrap() {
            let on = d["name"].as_str().unwrap();
            if d["kind"].is_null() && (on == "gisement" || on.starts_with("gisement-")) {
                assert!(allowed[name].contains(on), "{name} must not know {on}");
            }
        }
    }
}
