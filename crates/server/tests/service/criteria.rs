//! `/classement` on parcels whose marks come from their facts: criterion weights, and the index of the edition.

use std::collections::{BTreeMap, BTreeSet};

use gisement_model::ParcelleNotee;
use gisement_model::bareme::Bareme;
use serde_json::{Value, json};

use crate::classement::{communes, idus, lines};
use crate::fixture::{SIDE, Service, parcel, row};

/// Bare plots in an urban zone whose marks come from their facts, as a build writes them.
fn evaluated() -> Vec<(usize, ParcelleNotee)> {
    let bareme = Bareme::defaut();
    (0..SIDE)
        .map(|i| {
            let mut known = json!({
                "utile_m2": 500.0 + 10.0 * i as f64, "ces": 0.0, "part_u": 1.0, "part_a": 0.0, "part_n": 0.0,
                "part_auc": 0.0, "part_zone_inconnue": 0.0, "logement_autorise": 1.0, "diametre_inscrit_m": 18.0,
                "dist_services_m": 200.0 + 15.0 * ((i * 7) % SIDE) as f64,
            });
            if i % 3 != 0 {
                known["dist_transport_m"] = json!(100.0 + 25.0 * ((i * 11) % SIDE) as f64);
            }
            let mut r: ParcelleNotee = row(&parcel(i, &known));
            let c = communes().into_iter().find(|c| c.code_insee == r.code_insee);
            gisement_index::inscrire_notes(&mut r, c.as_ref(), &bareme, jiff::civil::date(2026, 11, 1));
            (i, r)
        })
        .collect()
}

#[tokio::test]
async fn criterion_weights_are_those_of_the_contributions() {
    let s = Service::with(&evaluated(), &communes());
    let plain = s.json("/classement").await;
    assert_eq!(plain["numberMatched"], SIDE);
    for (query, weights) in [
        ("poids.transport=9", [("transport", 9.0)].as_slice()),
        (
            "poids.transport=0&poids.services=.25",
            &[("transport", 0.0), ("services", 0.25)],
        ),
    ] {
        let got = s.json(&format!("/classement?{query}")).await;
        assert_ne!(idus(&got), idus(&plain), "{query} changes the order");
        assert_eq!(
            got["poids_criteres"],
            json!(weights.iter().copied().collect::<BTreeMap<_, _>>())
        );
        for line in lines(&got) {
            let idu = line["idu"].as_str().unwrap();
            let sheet = s.json(&format!("/fiches/{idu}")).await;
            assert_eq!(
                (&line["verdict"], &line["fiabilite"]),
                (&sheet["verdict"]["code"], &sheet["fiabilite"])
            );
            let contributions = sheet["axes"][0]["contributions"].as_array().unwrap();
            let (mut sums, mut known, mut total) = ([0.0; 3], 0.0, 0.0);
            for c in contributions {
                let w = weights
                    .iter()
                    .find(|w| c["critere"] == w.0)
                    .map_or(c["poids"].as_f64().unwrap(), |w| w.1);
                let u = |k: &str| c["utilite"][k].as_f64();
                total += w;
                sums[0] += w * u("min").unwrap();
                sums[2] += w * u("max").unwrap();
                if let Some(central) = u("central") {
                    known += w;
                    sums[1] += w * central;
                }
            }
            let (low, high) = (100.0 * sums[0] / total, 100.0 * sums[2] / total);
            let want = [low, (100.0 * sums[1] / known).clamp(low, high), high];
            for (k, v) in ["min", "central", "max"].into_iter().zip(want) {
                let got = line["axes"]["potentiel"][k].as_f64().unwrap();
                // Sheets write utilities with three decimals.
                assert!((got - v).abs() < 0.06, "{query} {idu} {k}: {got} {v}");
            }
        }
    }
    // The weights of the rule set give the marks of the edition.
    let bareme = Bareme::defaut();
    let same: Vec<String> = bareme
        .potentiel
        .criteres()
        .iter()
        .filter(|(_, c)| c.poids.nu > 0.0)
        .map(|(id, c)| format!("poids.{id}={}", c.poids.nu))
        .collect();
    let got = s.json(&format!("/classement?{}", same.join("&"))).await;
    assert_eq!(got["classement"], plain["classement"]);
}

#[tokio::test]
async fn the_default_profile_gives_the_index_of_the_edition() {
    let s = Service::with(&evaluated(), &communes());
    for l in lines(&s.json("/classement?profil=equilibre").await) {
        let sheet = s.json(l["fiche"].as_str().unwrap()).await;
        for k in ["min", "central", "max"] {
            assert_eq!(l["score"][k], sheet["indice"][k], "{}", l["idu"]);
        }
        let unknown = |v: &Value| -> BTreeSet<String> {
            serde_json::from_value(v["axes_sans_central"].clone()).unwrap()
        };
        assert_eq!(unknown(l), unknown(&sheet["indice"]));
    }
}
