//! Business parks, brownfields and public land of a territory: what `/territoires` says is what the pack says, and
//! what a reader counts in the collections.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};

use super::harness::{Server, construire, gisement, sample};

const ETATS: [(&str, Option<&str>); 6] = [
    ("occupe", Some("occupé")),
    ("transition", Some("occupation transitoire")),
    ("vacant", Some("vacant")),
    ("inoccupe", Some("inoccupé")),
    ("friche", Some("friche")),
    ("inconnu", None),
];

fn rows(v: &Value) -> &[Value] {
    v.as_array().unwrap()
}

/// A share of the pack, where a division by nothing has its word.
fn share(v: &Value) -> Value {
    if v == "sans_objet" {
        Value::Null
    } else {
        v.clone()
    }
}

#[test]
fn the_service_and_the_pack_say_the_same_of_parks_brownfields_and_public_land() {
    let dir = tempfile::tempdir().unwrap();
    construire(&sample(), dir.path()).exits(0);
    let to = dir.path().join("lot");
    gisement(&[
        "exporter",
        dir.path().to_str().unwrap(),
        "--lot",
        to.to_str().unwrap(),
        "--territoire",
        "scot:FICTIF-01",
    ])
    .exits(0);
    let pack: Value = serde_json::from_slice(&fs::read(to.join("donnees.json")).unwrap()).unwrap();
    let server = Server::start(dir.path());
    let said = server.json("/territoires/scot/FICTIF-01");

    let same_vacancy = |packed: &Value, said: &Value| {
        for (code, _) in ETATS {
            assert_eq!(
                packed[code], said["etats"][code]["nombre"],
                "{code}: {said}"
            );
        }
        assert_eq!(packed["zae_uf"], said["zae_uf"]);
        assert_eq!(share(&packed["zae_taux_max"]), said["zae_taux_max"]);
        assert_eq!(packed["zae_taux_surface"], said["zae_taux_surface"]);
        assert!(said["zae_taux"].is_null() && said["zae_uf_vacante"].is_null());
    };
    same_vacancy(&pack["zae"]["total"], &said["zae"]["total"]);
    for key in ["statut", "motif", "couche_attendue"] {
        assert_eq!(pack["zae"][key], said["zae"][key], "{key}");
    }
    assert_eq!(
        rows(&pack["zae"]["zones"]).len(),
        rows(&said["zae"]["zones"]).len()
    );
    for (p, s) in rows(&pack["zae"]["zones"])
        .iter()
        .zip(rows(&said["zae"]["zones"]))
    {
        assert_eq!(p["id"], s["id"]);
        same_vacancy(p, s);
        assert_eq!(p["inventaire"], s["inventaire"]);
        for end in ["min", "central", "max"] {
            assert_eq!(p[format!("zae_mut_{end}")], s["mutabilite"][end], "{end}");
        }
        assert_eq!(p["zae_motif"].is_null(), s["motif_refus"].is_null());
        assert_eq!(
            p["zae_motif"] == "Aucun identifié",
            s["motif_refus"] == "aucun"
        );
    }

    for (code, class) in pack["friches"]["resume"].as_object().unwrap() {
        let s = &said["friches"]["classes"][code];
        assert_eq!(class["n"], s["nombre"], "{code}");
        if s["surface_inconnue"] == 0 {
            assert_eq!(class["surface_m2"], s["surface_m2"], "{code}");
        }
    }
    assert_eq!(pack["friches"]["lues"], said["friches"]["nombre"]);
    assert_eq!(pack["friches"]["rejetees"], said["friches"]["sans_statut"]);

    let land = &said["foncier_public"];
    let packed = rows(&pack["foncier_public"]["sites"]);
    assert!(!packed.is_empty());
    assert_eq!(land["total"]["nombre"], packed.len());
    let by_class: i64 = land["par_classe"]
        .as_object()
        .unwrap()
        .values()
        .map(|c| c["nombre"].as_i64().unwrap())
        .sum();
    assert_eq!(by_class, packed.len() as i64);
    for (p, s) in packed.iter().zip(rows(&land["sites"])) {
        assert_eq!(p["id"], s["idu"]);
        for key in ["commune", "classe", "proprietaire"] {
            assert_eq!(p[key], s[key], "{key}");
        }
        for (packed, low) in [
            ("lgt_bas", "min"),
            ("lgt_central", "central"),
            ("lgt_haut", "max"),
        ] {
            assert_eq!(p[packed], s["capacite"][low]);
        }
        let area = s["surface_m2"].as_f64().unwrap();
        assert!((area - p["surface_m2"].as_f64().unwrap()).abs() <= 0.5);
    }
}

#[test]
fn parks_brownfields_and_public_land_are_those_a_reader_counts_in_the_collections() {
    let dir = tempfile::tempdir().unwrap();
    construire(&sample(), dir.path()).exits(0);
    let server = Server::start(dir.path());
    let said = server.json("/territoires/departement/34");
    let plots = server.all("terrains");

    let mut inventoried = 0;
    for zone in rows(&said["zae"]["zones"]) {
        let own: Vec<&Value> = plots
            .iter()
            .filter(|t| t["site_id"] == zone["id"])
            .collect();
        if own.is_empty() {
            assert!(
                zone["zae_uf"].is_null() && zone["etats"].is_null(),
                "{zone}"
            );
            assert!(zone["inventaire"].is_null());
            continue;
        }
        inventoried += 1;
        assert_eq!(zone["zae_uf"], own.len());
        let mut empty = 0;
        for (code, etat) in ETATS {
            let of: Vec<_> = own.iter().filter(|t| t["etat"] == json!(etat)).collect();
            assert_eq!(zone["etats"][code]["nombre"], of.len(), "{code}: {zone}");
            let known: Vec<f64> = of
                .iter()
                .filter_map(|t| t["surface_brute_m2"].as_f64())
                .collect();
            assert_eq!(
                zone["etats"][code]["surface_inconnue"],
                of.len() - known.len()
            );
            if of.is_empty() || !known.is_empty() {
                let area = zone["etats"][code]["surface_m2"].as_f64().unwrap();
                assert!(
                    (area - known.iter().sum::<f64>()).abs() < 0.01,
                    "{code}: {zone}"
                );
            } else {
                assert!(zone["etats"][code]["surface_m2"].is_null());
            }
            if matches!(code, "vacant" | "friche" | "inconnu") {
                empty += of.len();
            }
        }
        let bound = zone["zae_taux_max"].as_f64().unwrap();
        assert!(
            (bound - empty as f64 / own.len() as f64).abs() < 1e-9,
            "{zone}"
        );
        let newest = own
            .iter()
            .filter_map(|t| t["terr_actu_date"].as_str())
            .max();
        if let Some(day) = newest {
            assert_eq!(zone["inventaire"], day);
        }
    }
    assert!(inventoried > 0);
    assert_eq!(said["zae"]["nombre"], server.count("zae"));
    assert_eq!(said["zae"]["total"]["zones_inventoriees"], inventoried);

    let mut friches: BTreeMap<String, u64> = BTreeMap::new();
    for f in server.all("friches") {
        let statut = f["site_statut"].as_str().unwrap_or("inconnu").to_owned();
        *friches.entry(statut).or_default() += 1;
    }
    assert_eq!(said["friches"]["par_statut"], json!(friches));
    let units: i64 = said["friches"]["classes"]
        .as_object()
        .unwrap()
        .values()
        .map(|c| c["unites"].as_i64().unwrap())
        .sum();
    let stock = rows(&said["gisements"])
        .iter()
        .find(|g| g["type"] == "friche");
    assert_eq!(units, stock.map_or(0, |g| g["nombre"].as_i64().unwrap()));

    let ranked = "verdict IN ('prioritaire','a_etudier','reserve') AND type_principal IS NOT NULL";
    let of = |condition: &str| -> BTreeSet<String> {
        let filter = format!("{ranked} AND {condition}").replace(' ', "%20");
        let found = server.json(&format!(
            "/collections/parcelles/items?limit=1000&properties=idu&filter={filter}"
        ));
        assert_eq!(found["numberMatched"], rows(&found["features"]).len());
        let idu = |f: &Value| f["properties"]["idu"].as_str().unwrap().to_owned();
        rows(&found["features"]).iter().map(idu).collect()
    };
    let hospitals = of("activite_nature='hopital'");
    for classe in ["etat", "commune", "etablissement_public", "organisme_hlm"] {
        let owned = of(&format!("proprietaire_classe='{classe}'"));
        let n = owned.difference(&hospitals).count();
        let found = &said["foncier_public"]["par_classe"][classe]["nombre"];
        assert_eq!(found.as_u64().unwrap_or(0), n as u64, "{classe}");
    }
}

#[test]
fn a_territory_without_park_says_why() {
    let dir = tempfile::tempdir().unwrap();
    construire(&sample(), dir.path()).exits(0);
    let server = Server::start(dir.path());
    let list = server.json("/territoires");
    let parks = server.all("zae");
    let without = rows(&list["commune"])
        .iter()
        .map(|c| c["code"].as_str().unwrap())
        .find(|c| !parks.iter().any(|z| z["code_insee"] == *c))
        .expect("the sample has a commune without business park");
    let said = server.json(&format!("/territoires/commune/{without}"));
    assert_eq!(said["zae"]["nombre"], 0);
    assert_eq!(said["zae"]["statut"], "non_renseigne");
    assert!(said["zae"]["motif"].is_string() && said["zae"]["total"].is_null());
}
