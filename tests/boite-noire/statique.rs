//! An edition as a site: whole or not at all, the same bytes twice, what the service answers, for anyone unless told.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use serde_json::Value;

use super::harness::{Server, construire, gisement, read_json, sample};

fn unzipped(path: &Path) -> Value {
    let mut text = String::new();
    let file = fs::File::open(path).unwrap();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Every sheet of a site by its identifier, and every owner.
fn sheets(site: &Path) -> [BTreeMap<String, Value>; 2] {
    let mut all = [BTreeMap::new(), BTreeMap::new()];
    for folder in ["fiches", "fiches/sites"] {
        for entry in fs::read_dir(site.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "gz") {
                let shard = unzipped(&path);
                for (found, key) in all.iter_mut().zip(["fiches", "proprietaires"]) {
                    let members = shard[key].as_object().into_iter().flatten();
                    found.extend(members.map(|(id, v)| (id.clone(), v.clone())));
                }
            }
        }
    }
    all
}

#[test]
fn a_site_is_whole_reproducible_and_says_what_the_service_says() {
    let dir = tempfile::tempdir().unwrap();
    construire(&sample(), dir.path()).exits(0);
    let data = dir.path().to_str().unwrap();
    let at = |name: &str| dir.path().join(name);
    let site = |name: &str, options: &[&str]| {
        let to = at(name);
        gisement(
            &[
                &["exporter", data, "--statique", to.to_str().unwrap()],
                options,
            ]
            .concat(),
        )
    };
    site("un", &["--diffusion", "interne"]).exits(0);
    site("deux", &["--diffusion", "interne"]).exits(0);
    let mark = read_json(&at("un/site.json"));
    assert_eq!(mark, read_json(&at("deux/site.json")));
    let files = mark["fichiers"].as_array().unwrap();
    for f in files {
        let name = f["nom"].as_str().unwrap();
        let bytes = fs::read(at("un").join(name)).unwrap();
        assert_eq!(bytes.len() as u64, f["octets"].as_u64().unwrap(), "{name}");
        assert_eq!(
            bytes,
            fs::read(at("deux").join(name)).unwrap(),
            "{name} differs from one run to the next"
        );
    }
    for name in [
        "index.html",
        "LISEZMOI.txt",
        "tuiles.pmtiles",
        "donnees/gisements.parquet",
        "parquet/parcelles.parquet",
    ] {
        assert!(files.iter().any(|f| f["nom"] == name), "{name}");
    }

    let server = Server::start(dir.path());
    assert_eq!(
        read_json(&at("un/donnees/edition.json")),
        server.json("/edition")
    );
    let said = server.json("/territoires/scot/FICTIF-01");
    let found = read_json(&at("un/donnees/territoires/scot/FICTIF-01.json"));
    for (key, value) in said.as_object().unwrap() {
        // Addresses are those of each.
        if !["links", "communes"].contains(&key.as_str()) {
            assert_eq!(&found[key], value, "{key}");
        }
    }
    let [fiches, owners] = sheets(&at("un"));
    let parcels = server.count("parcelles") as usize;
    let assembled = server.count("sites") as usize;
    assert!(fiches.len() >= parcels + assembled, "{}", fiches.len());
    for (id, sheet) in fiches.iter().step_by(fiches.len() / 80) {
        let address = format!("/fiches/{}", id.replace(' ', "%20"));
        assert_eq!(sheet, &server.json(&address), "{id}");
    }
    assert_eq!(owners.len() as u64, server.count("proprietaires"));

    // For anyone unless told otherwise: the evaluation that is withheld is nowhere.
    site("public", &[]).exits(0);
    assert_eq!(read_json(&at("public/site.json"))["diffusion"], "publique");
    let edition = read_json(&at("public/donnees/edition.json"));
    let masked = edition["comptes"]["masquees"].as_u64().unwrap();
    let [fiches, _] = sheets(&at("public"));
    let withheld = fiches.values().filter(|f| f["raison"].is_string());
    assert!(masked > 0);
    assert_eq!(withheld.clone().count() as u64, masked);
    assert!(withheld.into_iter().all(|f| f["verdict"].is_null()));

    // A folder that is not a site stays what it is.
    fs::create_dir(at("autre")).unwrap();
    fs::write(at("autre/notes.txt"), "à moi").unwrap();
    site("autre", &[]).exits(1);
    assert_eq!(fs::read_to_string(at("autre/notes.txt")).unwrap(), "à moi");
}
