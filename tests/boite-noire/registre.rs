//! The ZAN ledger of the sample, as the service says it, against the file that it comes from.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::harness::{Server, construire, sample};

/// Consumption by commune and year, read from the sample's own table. m².
fn file() -> BTreeMap<String, BTreeMap<i64, f64>> {
    let path = sample().parent().unwrap().join("enaf/conso_com.csv");
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let head: Vec<&str> = lines.next().unwrap().split(';').collect();
    lines
        .map(|l| {
            let cells: Vec<&str> = l.split(';').collect();
            let years = head.iter().zip(&cells).filter_map(|(h, v)| {
                let annual = h.strip_prefix("naf").filter(|r| r.len() == 7)?;
                let (from, to) = annual.split_once("art")?;
                let (from, to): (i64, i64) = (from.parse().ok()?, to.parse().ok()?);
                (to == from + 1).then(|| (2000 + from, v.parse().unwrap()))
            });
            (cells[0].to_owned(), years.collect())
        })
        .collect()
}

fn sum(years: &BTreeMap<i64, f64>, of: std::ops::RangeInclusive<i64>) -> f64 {
    years.range(of).map(|(_, v)| v).sum()
}

fn close(found: &Value, wanted: f64, what: &str) {
    let found = found.as_f64().unwrap_or_else(|| panic!("{what} : {found}"));
    assert!((found - wanted).abs() < 0.01, "{what} : {found}, {wanted}");
}

#[test]
fn the_ledger_is_the_file_s_with_its_targets_and_deductions() {
    let dir = tempfile::tempdir().unwrap();
    construire(&sample(), dir.path()).exits(0);
    let server = Server::start(dir.path());
    let consumed = file();
    let of = |path: &str| -> Value { server.json(path) };

    // The town declares 0.8 ha to a national project; its target is that of the SCoT, −54.5 %.
    let town = &of("/territoires/commune/34901")["registre"];
    let years = &consumed["34901"];
    close(&town["reference_m2"], sum(years, 2011..=2020), "référence");
    close(&town["cible_m2"], sum(years, 2011..=2020) * 0.455, "cible");
    close(
        &town["conso_m2"],
        sum(years, 2021..=2030) - 8000.0,
        "consommation",
    );
    assert_eq!(town["objectif"]["origine"], "herite");
    assert_eq!(town["objectif"]["niveau"], "scot");
    assert_eq!(
        (&town["pene_statut"], &town["garantie_statut"]),
        (&"declaree".into(), &"sans_effet".into())
    );
    assert!(town["repartition"].is_null() && town["par_departement"].is_null());

    // One commune wrote a target of its own and is past it.
    let over = &of("/territoires/commune/34905")["registre"];
    close(
        &over["cible_m2"],
        sum(&consumed["34905"], 2011..=2020) * 0.3,
        "cible propre",
    );
    assert_eq!(
        (&over["objectif"]["origine"], &over["statut"]),
        (&"propre".into(), &"depasse".into())
    );
    assert!(over["reste_m2"].as_f64().unwrap() < 0.0);
    assert_eq!(over["epuisement"]["quand"], "deja_depassee");

    // The SCoT is the sum of its communes; its envelope is its own target, and the difference is said.
    let answer = of("/territoires/scot/FICTIF-01");
    let scot = &answer["registre"];
    let members: Vec<&str> = answer["communes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["code"].as_str().unwrap())
        .collect();
    assert_eq!(members.len(), 5);
    let whole: f64 = members
        .iter()
        .map(|c| sum(&consumed[*c], 2011..=2020))
        .sum();
    close(&scot["reference_m2"], whole, "référence du SCoT");
    close(&scot["enveloppe_m2"], whole * 0.455, "enveloppe du SCoT");
    let envelopes: f64 = answer["communes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["registre"]["enveloppe_m2"].as_f64().unwrap())
        .sum();
    close(
        &scot["repartition"]["somme_communes_m2"],
        envelopes,
        "somme des enveloppes",
    );
    close(
        &scot["repartition"]["ecart_m2"],
        envelopes - whole * 0.455,
        "écart",
    );
    assert_eq!(scot["repartition"]["communes_depassees"], 1);
    for year in scot["annees"].as_array().unwrap() {
        let y = year["annee"].as_i64().unwrap();
        close(
            &year["total_m2"],
            members.iter().map(|c| consumed[*c][&y]).sum(),
            "année",
        );
    }

    // A commune without SCoT is on the line of those that have none, and the département holds all.
    let none = server.json("/collections/registre_zan/items?niveau=scot&code=hors_scot&limit=10");
    let none = &none["features"][0]["properties"];
    close(
        &none["reference_m2"],
        sum(&consumed["34906"], 2011..=2020),
        "hors SCoT",
    );
    let all = &of("/territoires/departement/34")["registre"];
    close(
        &all["reference_m2"],
        whole + sum(&consumed["34906"], 2011..=2020),
        "département",
    );

    // OCS GE covers the town only: no total of the SCoT is given.
    let land = &answer["artificialisation"];
    assert_eq!(land["couverture"], "partielle");
    let town = &of("/territoires/commune/34901")["artificialisation"];
    assert_eq!(town["couverture"], "complete_uniforme");
    let flux = &town["periodes"][0];
    assert_eq!(
        (flux["debut"].as_i64(), flux["fin"].as_i64()),
        (Some(2021), Some(2024))
    );
    let [built, back, net] =
        ["artif_m2", "desartif_m2", "nette_m2"].map(|k| flux[k].as_f64().unwrap());
    assert!(built > 10_000.0 && back > 5000.0 && (built - back - net).abs() < 1e-6);
}
