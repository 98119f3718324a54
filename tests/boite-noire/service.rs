//! The server on the sample territory.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::harness::{Server, construire, get, gisement, read_json, sample};

fn served() -> (tempfile::TempDir, Server) {
    let dir = tempfile::tempdir().unwrap();
    construire(&sample(), dir.path()).exits(0);
    let server = Server::start(dir.path());
    (dir, server)
}

#[test]
fn what_the_readme_shows_answers() {
    let (dir, server) = served();
    let edition = server.json("/edition");
    let manifest = read_json(&super::harness::edition_dir(dir.path()).join("manifest.json"));
    assert_eq!(edition["id"], manifest["id"]);
    assert_eq!(edition["fictif"], true);
    assert_eq!(
        server.count("parcelles"),
        edition["comptes"]["parcelles"].as_u64().unwrap()
    );
    let (status, page) = server.get("/carte");
    assert!(
        status == 200 && String::from_utf8_lossy(&page).contains("<html"),
        "{status}"
    );
    for collection in [
        "friches",
        "friches_emprises",
        "zae",
        "terrains",
        "zonage",
        "contraintes",
        "communes",
        "batiments",
    ] {
        assert!(server.count(collection) > 0, "{collection}");
    }
    for path in [
        "/",
        "/conformance",
        "/collections",
        "/editions",
        "/rapport",
        "/sante",
    ] {
        assert_eq!(server.get(path).0, 200, "{path}");
    }
    assert_eq!(server.stop(), Some(0), "SIGTERM ends the server cleanly");
}

#[test]
fn sites_are_scored_and_explained_like_parcels() {
    let (_dir, server) = served();
    let [sites, units] = ["sites", "unites_foncieres"].map(|name| server.all(name));
    let genres = |all: &[serde_json::Value]| {
        let of = all.iter().map(|s| s["genre"].as_str().unwrap().to_owned());
        of.collect::<std::collections::BTreeSet<_>>()
    };
    assert!(genres(&sites).iter().eq(["friche", "terrain_zae"]));
    assert!(genres(&units).iter().eq(["unite_fonciere"]));
    let unit = &units[0];
    for s in sites.iter().chain(&units).step_by(7) {
        let sheet = server.json(&format!("/fiches/{}", s["id"].as_str().unwrap()));
        assert_eq!(sheet["verdict"]["code"], s["verdict"], "{s}");
        assert_eq!(sheet["site"]["parcelles"], s["parcelles"]);
    }
    // Its parcels know it, and it is as large as they are together.
    let of_unit: Vec<_> = server
        .all("parcelles")
        .into_iter()
        .filter(|p| p["unite"] == unit["id"])
        .collect();
    assert_eq!(of_unit.len() as i64, unit["nb_parcelles"].as_i64().unwrap());
    let sum: f64 = of_unit
        .iter()
        .map(|p| p["surface_m2"].as_f64().unwrap())
        .sum();
    let whole = unit["surface_m2"].as_f64().unwrap();
    assert!((sum - whole).abs() < 0.001 * whole, "{sum} {whole}");
    let report = server.json("/rapport?f=json");
    let a = &report["edition"]["assemblages"];
    assert!(a["unites"].as_u64() > Some(0), "{a}");
}

#[test]
fn a_sheet_agrees_with_the_collection() {
    let (_dir, server) = served();
    let parcels = server.all("parcelles");
    let mut seen = std::collections::BTreeSet::new();
    for p in parcels {
        // One parcel of each verdict and main type.
        if !seen.insert(format!("{} {}", p["verdict"], p["type_principal"])) {
            continue;
        }
        let sheet = server.json(&format!("/fiches/{}", p["idu"].as_str().unwrap()));
        assert_eq!(sheet["verdict"]["code"], p["verdict"], "{}", p["idu"]);
        assert_eq!(
            sheet["types"][0]["code"], p["type_principal"],
            "{}",
            p["idu"]
        );
        for axis in sheet["axes"].as_array().unwrap() {
            let code = axis["code"].as_str().unwrap();
            for (key, column) in [
                ("min", format!("{code}_min")),
                ("central", code.to_owned()),
                ("max", format!("{code}_max")),
            ] {
                let (a, b) = (axis[key].as_f64(), p[&column].as_f64());
                assert!(
                    a.is_none() == b.is_none()
                        && a.zip(b).is_none_or(|(a, b)| (a - b).abs() < 1e-6),
                    "{} {column}",
                    p["idu"]
                );
            }
            let (min, max) = (axis["min"].as_f64().unwrap(), axis["max"].as_f64().unwrap());
            let central = axis["central"].as_f64().unwrap_or(f64::midpoint(min, max));
            assert!(
                0.0 <= min && min <= central && central <= max && max <= 100.0,
                "{} {code}",
                p["idu"]
            );
        }
        let sources = sheet["sources"].as_array().unwrap();
        assert!(
            !sources.is_empty() && sources.iter().all(|s| !s["millesime"].is_null()),
            "every value has a dated source"
        );
    }
    assert!(seen.len() >= 8, "the sample must show many cases: {seen:?}");
}

#[test]
fn the_sample_holds_the_cases_it_promises() {
    let (_dir, server) = served();
    let parcels = server.all("parcelles");
    let having = |key: &str, value: &str| parcels.iter().filter(|p| p[key] == value).count();
    for verdict in [
        "prioritaire",
        "a_etudier",
        "reserve",
        "ecarte",
        "sans_objet",
    ] {
        assert!(having("verdict", verdict) > 0, "no parcel is {verdict}");
    }
    for kind in [
        "friche",
        "zae_vacante",
        "zae_mutable",
        "dent_creuse",
        "sous_densifie",
    ] {
        assert!(having("type_principal", kind) > 0, "no parcel is {kind}");
    }
    // Check of sanity of bareme.md §8.
    let ranked: usize = ["prioritaire", "a_etudier", "reserve"]
        .iter()
        .map(|v| having("verdict", v))
        .sum();
    assert!(
        having("verdict", "prioritaire") * 100 <= ranked * 15,
        "{} of {ranked}",
        having("verdict", "prioritaire")
    );
    // A plan without class is never a ban.
    assert!(
        server
            .all("contraintes")
            .iter()
            .any(|c| c["classe"] == "inconnue")
    );
}

#[test]
fn a_bbox_and_paging_return_every_feature_once() {
    let (_dir, server) = served();
    let all = server.all("parcelles");
    assert_eq!(all.len() as u64, server.count("parcelles"));
    let mut ids: Vec<_> = all.iter().map(|p| p["idu"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all.len());
    let box_of = |p: &serde_json::Value| {
        let b: Vec<String> =
            server.json(&format!("/fiches/{}", p["idu"].as_str().unwrap()))["bbox"]
                .as_array()
                .unwrap()
                .iter()
                .map(ToString::to_string)
                .collect();
        b.join(",")
    };
    let found = server.json(&format!(
        "/collections/parcelles/items?bbox={}&limit=1000",
        box_of(&all[0])
    ));
    let hits: Vec<_> = found["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["id"].clone())
        .collect();
    assert!(
        hits.contains(&all[0]["idu"]) && hits.len() < 100,
        "{} hits",
        hits.len()
    );
}

#[test]
fn a_new_edition_is_picked_up_without_a_failed_request() {
    let (dir, server) = served();
    let old = server.json("/edition")["id"].clone();
    let tile = {
        let tilejson = server.json("/tiles/WebMercatorQuad/tilejson.json");
        let template = tilejson["tiles"][0].as_str().unwrap().to_owned();
        let path = &template[template.find("/editions").unwrap()..];
        path.replace("{z}", "5")
            .replace("{x}", "16")
            .replace("{y}", "11")
    };
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let hammer = |path: &'static str| {
            let (stop, url) = (&stop, &server.url);
            move || {
                let mut n = 0;
                while !stop.load(Ordering::Relaxed) {
                    let (status, body) = get(url, path);
                    assert!(status == 200 && !body.is_empty(), "{path}: {status}");
                    n += 1;
                }
                n
            }
        };
        let workers: Vec<_> = [
            "/edition",
            "/collections/parcelles/items?limit=50",
            "/sante",
        ]
        .into_iter()
        .map(|p| scope.spawn(hammer(p)))
        .collect();
        let (config, donnees) = (sample(), dir.path().to_str().unwrap().to_owned());
        gisement(&[
            "construire",
            config.to_str().unwrap(),
            "--donnees",
            &donnees,
            "--date",
            "2026-05-25",
        ])
        .exits(0);
        let deadline = Instant::now() + Duration::from_secs(20);
        while server.json("/edition")["id"] == old {
            assert!(
                Instant::now() < deadline,
                "the new edition was never served"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        stop.store(true, Ordering::Relaxed);
        for w in workers {
            assert!(w.join().unwrap() > 10, "too few requests to prove anything");
        }
    });
    let (status, _) = server.get(&tile);
    assert!(
        matches!(status, 200 | 204),
        "the addresses of the edition before still answer: {status}"
    );
}

#[test]
fn the_date_of_a_law_changes_the_pathway() {
    let (dir, server) = served();
    let after: Vec<_> = server
        .all("parcelles")
        .into_iter()
        .filter(|p| p["voie"] == "l152_6_7")
        .collect();
    assert!(
        !after.is_empty(),
        "no parcel of the sample takes L152-6-7 in November 2026"
    );
    drop(server);
    let (config, donnees) = (sample(), dir.path().to_str().unwrap().to_owned());
    gisement(&[
        "construire",
        config.to_str().unwrap(),
        "--donnees",
        &donnees,
        "--date",
        "2026-05-25",
    ])
    .exits(0);
    let server = Server::start(dir.path());
    let before = server.all("parcelles");
    assert!(
        before.iter().all(|p| p["voie"] != "l152_6_7"),
        "L152-6-7 is in force from 26 May 2026 only"
    );
}

#[test]
fn a_folder_without_edition_is_explained() {
    let dir = tempfile::tempdir().unwrap();
    gisement(&["servir", dir.path().to_str().unwrap()])
        .exits(1)
        .says(&["gisement construire"]);
    gisement(&[
        "servir",
        dir.path().to_str().unwrap(),
        "--adresse",
        "0.0.0.0:0",
    ])
    .exits(1);
}
