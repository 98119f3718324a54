//! The pack of a territory: whole or not at all, the same bytes twice, every figure that of the service.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::harness::{Server, construire, gisement, sample};

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_pack_is_whole_reproducible_and_says_what_the_service_says() {
    let dir = tempfile::tempdir().unwrap();
    construire(&sample(), dir.path()).exits(0);
    let data = dir.path().to_str().unwrap();
    let at = |name: &str| dir.path().join(name);
    let pack = |name: &str, territoire: &str| {
        let to = at(name);
        gisement(&[
            "exporter",
            data,
            "--lot",
            to.to_str().unwrap(),
            "--territoire",
            territoire,
        ])
    };
    pack("un", "scot:FICTIF-01").exits(0);
    pack("deux", "scot:FICTIF-01").exits(0);
    let manifest = read(&at("un/manifeste.json"));
    let files = manifest["fichiers"].as_array().unwrap();
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
        "tableaux.xlsx",
        "observatoire.gpkg",
        "observatoire.qgz",
        "csv/ZAN_communes.csv",
        "donnees.json",
        "bareme.toml",
        "LISEZMOI.txt",
    ] {
        assert!(files.iter().any(|f| f["nom"] == name), "{name}");
    }
    // One sheet for each commune, unless there is no Typst: then the manifest says so.
    let sheets = files
        .iter()
        .filter(|f| f["nom"].as_str().unwrap().starts_with("fiches-communales/"));
    let lacking = manifest["absents"].as_array().unwrap();
    let lacking = lacking.iter().any(|a| a == "fiches-communales/");
    assert_eq!(sheets.count(), if lacking { 0 } else { 5 });

    let checks = manifest["controles"].as_array().unwrap();
    assert!(checks.len() > 20 && checks.iter().all(|c| c["resultat"] != "echoue"));

    let figures = read(&at("un/donnees.json"));
    let server = Server::start(dir.path());
    let said = server.json("/territoires/scot/FICTIF-01");
    for key in [
        "reference_m2",
        "enveloppe_m2",
        "conso_m2",
        "reste_m2",
        "part",
        "projection_m2",
    ] {
        assert_eq!(
            figures["registre"]["territoire"][key], said["registre"][key],
            "{key}"
        );
    }
    let units: i64 = said["gisements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| g["nombre"].as_i64().unwrap())
        .sum();
    let own = |l: &&Value| l["niveau"] == "territoire" && l["type"] == "ensemble";
    let lines = figures["stock"]["lignes"].as_array().unwrap();
    assert_eq!(lines.iter().find(own).unwrap()["g_unites"], json!(units));
    let csv = fs::read_to_string(at("un/csv/ZAN_communes.csv")).unwrap();
    assert!(csv.starts_with('\u{feff}') && csv.lines().count() == 6);
    // Every heading of the law is there, filled or not, and then says why.
    for heading in figures["ohf"].as_array().unwrap() {
        assert!(
            heading["statut"] != "non_renseigne" || heading["motif"].is_string(),
            "{heading}"
        );
    }

    // A folder that is not a pack stays what it is; so does one when the territory does not exist.
    fs::create_dir(at("autre")).unwrap();
    fs::write(at("autre/notes.txt"), "à moi").unwrap();
    pack("autre", "scot:FICTIF-01").exits(1);
    assert_eq!(fs::read_to_string(at("autre/notes.txt")).unwrap(), "à moi");
    let refused = pack("un", "scot:INCONNU");
    refused.exits(2);
    assert!(at("un/manifeste.json").is_file());
}

#[test]
fn a_pack_is_asked_of_the_service_like_any_export() {
    let dir = tempfile::tempdir().unwrap();
    construire(&sample(), dir.path()).exits(0);
    let server = Server::start(dir.path());
    let asked = server.post(
        "/exports",
        &json!({ "format": "lot", "territoire": "commune:34902" }),
    );
    assert_eq!(asked.0, 201, "{}", asked.1);
    let id = asked.1["id"].as_str().unwrap().to_owned();
    let mut state = Value::Null;
    for _ in 0..600 {
        state = server.json(&format!("/exports/{id}"));
        if state["etat"] != "en attente" && state["etat"] != "en cours" {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert_eq!(state["etat"], "fini", "{state}");
    assert!(
        state["fichier"]
            .as_str()
            .unwrap()
            .ends_with("commune-34902.zip")
    );
    let zip = server.get(&format!("/exports/{id}/fichier")).1;
    assert!(zip.starts_with(b"PK"));
    for bad in [
        json!({ "format": "lot" }),
        json!({ "format": "lot", "territoire": "scot:INCONNU" }),
        json!({ "format": "lot", "territoire": "commune:34902", "filter": "ces < 1" }),
        json!({ "format": "csv", "collection": "zae", "territoire": "commune:34902" }),
    ] {
        assert_eq!(server.post("/exports", &bad).0, 400, "{bad}");
    }
}
