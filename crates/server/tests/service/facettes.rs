//! Facets and places by site, against counts worked out again from `/items`.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::classement::{idus, lines, service};
use crate::fixture::Service;

/// Conditions by name, as a client sends them, and what each keeps.
type Condition = (&'static str, &'static str, fn(&Value) -> bool);

const CONDITIONS: [Condition; 5] = [
    ("types", "friche,dent_creuse", |p| {
        ["friche", "dent_creuse"].contains(&p["type_principal"].as_str().unwrap_or_default())
    }),
    ("verdicts", "a_etudier,reserve", |p| {
        ["a_etudier", "reserve"].contains(&p["verdict"].as_str().unwrap_or_default())
    }),
    ("territoire", "commune:34901", |p| {
        p["code_insee"] == "34901"
    }),
    ("filtre.utile_m2", "utile_m2 >= 650", |p| {
        p["utile_m2"].as_f64().unwrap() >= 650.0
    }),
    (
        "filtre.dist_transport_m",
        "dist_transport_m <= 500 OR dist_transport_m IS NULL",
        |p| p["dist_transport_m"].as_f64().is_none_or(|v| v <= 500.0),
    ),
];

async fn items(s: &Service) -> Vec<Value> {
    let all = s.json("/collections/parcelles/items?limit=10000").await;
    let features = all["features"].as_array().unwrap();
    features.iter().map(|f| f["properties"].clone()).collect()
}

fn is_ranked(p: &Value) -> bool {
    ["prioritaire", "a_etudier", "reserve"].contains(&p["verdict"].as_str().unwrap_or_default())
}

fn request() -> String {
    let encoded = |text: &str| {
        [(' ', "%20"), ('<', "%3C"), ('>', "%3E"), ('=', "%3D")]
            .into_iter()
            .fold(text.to_owned(), |t, (raw, code)| t.replace(raw, code))
    };
    let parts = CONDITIONS.map(|(name, value, _)| format!("{name}={}", encoded(value)));
    parts.join("&")
}

/// Ranked parcels that pass all conditions but those of some names.
fn passing<'a>(all: &'a [Value], but: &[&str]) -> Vec<&'a Value> {
    all.iter()
        .filter(|p| is_ranked(p))
        .filter(|p| {
            CONDITIONS
                .iter()
                .all(|(name, _, keeps)| but.contains(name) || keeps(p))
        })
        .collect()
}

fn counted(parcels: &[&Value], column: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for p in parcels {
        *counts
            .entry(p[column].as_str().unwrap().to_owned())
            .or_default() += 1;
    }
    counts
}

#[tokio::test]
async fn each_choice_says_what_it_would_give_with_the_others() {
    let s = service();
    let all = items(&s).await;
    let ask = request();
    let got = s
        .json(&format!(
            "/classement/facettes?{ask}&histogrammes=dist_transport_m:0:250:500:1000,utile_m2:500,fiabilite:0"
        ))
        .await;
    let ranking = s.json(&format!("/classement?limit=1000&{ask}")).await;
    let within = passing(&all, &[]);
    assert!(within.len() > 10, "{}", within.len());
    assert_eq!(got["numberMatched"], within.len());
    assert_eq!(ranking["numberMatched"], within.len());
    assert_eq!(got["parcelles"], all.len());
    for (name, ..) in CONDITIONS {
        assert_eq!(got["sans"][name], passing(&all, &[name]).len(), "{name}");
    }
    for (facet, column) in [("types", "type_principal"), ("verdicts", "verdict")] {
        let want = counted(&passing(&all, &[facet]), column);
        let told: BTreeMap<String, usize> = serde_json::from_value(got[facet].clone()).unwrap();
        for (code, n) in &told {
            assert_eq!(*n, want.get(code).copied().unwrap_or(0), "{facet} {code}");
        }
        assert_eq!(told.values().sum::<usize>(), want.values().sum::<usize>());
        assert!(want.len() > 2, "choices that are not taken are counted too");
    }

    let near = passing(&all, &["filtre.dist_transport_m"]);
    let known: Vec<f64> = near
        .iter()
        .filter_map(|p| p["dist_transport_m"].as_f64())
        .collect();
    let between = |low: f64, high: f64| known.iter().filter(|v| (low..high).contains(*v)).count();
    let h = &got["histogrammes"]["dist_transport_m"];
    assert_eq!(
        h["comptes"],
        json!([
            between(0.0, 250.0),
            between(250.0, 500.0),
            between(500.0, 1000.0),
            between(1000.0, f64::MAX)
        ])
    );
    assert_eq!(h["inconnus"], near.len() - known.len());
    assert!(h["inconnus"].as_u64() > Some(0));
    let wide = passing(&all, &["filtre.utile_m2"]);
    let h = &got["histogrammes"]["utile_m2"];
    let small = wide
        .iter()
        .filter(|p| p["utile_m2"].as_f64() < Some(500.0))
        .count();
    assert_eq!(
        (&h["avant"], &h["comptes"]),
        (&json!(small), &json!([wide.len() - small]))
    );
    assert_eq!((&h["min"], &h["max"]), (&json!(400.0), &json!(900.0)));

    // What is never ranked and passes the other filters.
    for verdict in ["ecarte", "non_evalue", "parc_social"] {
        let n = all
            .iter()
            .filter(|p| p["verdict"] == verdict)
            .filter(|p| {
                CONDITIONS.iter().all(|(name, _, keeps)| match *name {
                    "verdicts" => true,
                    "types" => (p["type_principal"].is_null() && verdict != "ecarte") || keeps(p),
                    _ => keeps(p),
                })
            })
            .count();
        assert_eq!(got["hors_liste"][verdict], n, "{verdict}");
    }
    assert!(got["hors_liste"]["ecarte"].as_u64() > Some(0));
}

#[tokio::test]
async fn the_view_is_one_more_condition() {
    let s = service();
    let first = s.json("/classement?limit=1").await;
    let [lon, lat] = [0, 1].map(|k| lines(&first)[0]["centre"][k].as_f64().unwrap());
    let bbox = format!(
        "bbox={},{},{},{}",
        lon - 1e-3,
        lat - 1e-3,
        lon + 1e-3,
        lat + 1e-3
    );
    let within = s.json(&format!("/classement?limit=1000&{bbox}")).await;
    let got = s.json(&format!("/classement/facettes?{bbox}")).await;
    assert_eq!(got["numberMatched"], within["numberMatched"]);
    assert_eq!(got["sans"]["bbox"], first["numberMatched"]);
    assert_ne!(got["sans"]["bbox"], got["numberMatched"]);
}

#[tokio::test]
async fn what_cannot_be_counted_is_refused() {
    let s = service();
    for (query, parameter) in [
        ("histogrammes=verdict:0:1", "histogrammes"),
        ("histogrammes=absente:0:1", "histogrammes"),
        ("histogrammes=utile_m2", "histogrammes"),
        ("histogrammes=utile_m2:1:0", "histogrammes"),
        ("histogrammes=utile_m2:0:nan", "histogrammes"),
        ("filtre.x=absente%20%3D%201", "filtre.x"),
        ("filtre.x=((", "filtre.x"),
        ("absent=1", "absent"),
    ] {
        let a = s.get(&format!("/classement/facettes?{query}"), &[]).await;
        assert_eq!(a.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(a.json()["parametre"], parameter, "{query}");
    }
    let many: Vec<String> = (0..33)
        .map(|i| format!("filtre.f{i}=utile_m2%3E1"))
        .collect();
    let a = s.get(&format!("/classement?{}", many.join("&")), &[]).await;
    assert_eq!(a.json()["parametre"], "filtre.f32");
    let a = s.get("/classement?par=commune", &[]).await;
    assert_eq!(a.json()["parametre"], "par");
    let a = s.get("/classement?par=site&f=csv", &[]).await;
    assert_eq!(a.json()["parametre"], "par");
}

#[tokio::test]
async fn a_site_has_one_place_that_of_its_best_parcel() {
    let s = service();
    let all = items(&s).await;
    let of = |idu: &str| all.iter().find(|p| p["idu"] == idu).unwrap();
    let site_of = |p: &Value| {
        let id = [&p["friche_id"], &p["unite"]]
            .into_iter()
            .find(|v| !v.is_null())?;
        id.as_str().map(ToOwned::to_owned)
    };
    let flat = s.json("/classement?limit=1000").await;
    let mut expected: Vec<(Option<String>, Vec<&str>)> = Vec::new();
    for idu in idus(&flat) {
        let site = site_of(of(idu));
        match expected.iter_mut().find(|(s, _)| s.is_some() && *s == site) {
            Some((_, parcels)) => parcels.push(idu),
            None => expected.push((site, vec![idu])),
        }
    }
    assert!(expected.iter().any(|(_, parcels)| parcels.len() > 5));
    let mut got = Vec::new();
    for offset in [0, 50, 100, 150, 200, 250] {
        let page = s
            .json(&format!("/classement?par=site&limit=50&offset={offset}"))
            .await;
        assert_eq!(page["numberMatched"], expected.len());
        assert_eq!(page["parcelles"], flat["numberMatched"]);
        got.extend_from_slice(lines(&page));
    }
    assert_eq!(got.len(), expected.len());
    for ((i, line), (site, parcels)) in got.iter().enumerate().zip(&expected) {
        assert_eq!(
            (&line["rang"], &line["idu"]),
            (&json!(i + 1), &json!(parcels[0]))
        );
        let Some(site) = site else {
            assert_eq!(line["site"], Value::Null);
            continue;
        };
        let told = &line["site"];
        assert_eq!(
            (&told["id"], &told["nombre"], &told["parcelles"]),
            (&json!(site), &json!(parcels.len()), &json!(parcels))
        );
        let utile: f64 = parcels
            .iter()
            .map(|p| of(p)["utile_m2"].as_f64().unwrap())
            .sum();
        assert_eq!(told["utile_m2"], utile);
        let n = parcels.len();
        assert_eq!(
            told["capacite"],
            json!({ "bas": 4 * n, "central": 6 * n, "haut": 9 * n })
        );
        let nom = (site == "F1").then_some("Ancienne briqueterie");
        if site.starts_with('F') {
            assert_eq!(told["genre"], "friche");
            assert!(nom.is_none() || told["nom"] == json!(nom));
        } else {
            assert_eq!(
                (&told["genre"], &told["nom"]),
                (&json!("unite_fonciere"), &Value::Null)
            );
        }
    }
}
