//! What anyone may read: nothing that was evaluated of a natural person's parcel leaves by any path.
//!
//! Two editions differ only by that: the evaluations of two such parcels of one commune are exchanged, so that every
//! number of parcels is the same. In public form each address must answer the same bytes for both.

use std::collections::{BTreeSet, VecDeque};

use arrow_array::Array as _;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use gisement_model::ParcelleNotee;
use gisement_store::geoparquet::read_batches;
use serde_json::{Value, json};

use crate::fixture::{SIDE, Service, commune, idu, parcel, row};

/// Two parcels of natural persons, in one commune.
const MASKED: [usize; 2] = [4, 20];
/// A parcel of a company, one in a brownfield.
const SHOWN: [usize; 2] = [12, 0];

fn evaluation(which: usize) -> Value {
    let one = json!({
        "verdict": "prioritaire", "type_principal": "sous_densifie", "types": ["sous_densifie", "dent_creuse"],
        "vetos": [], "conditions": ["acces"], "voie": "permis", "utile_m2": 812.34, "ces": 0.17, "unite_utile_m2": 1812.5,
        "dist_transport_m": 417.0, "emprise_bati_m2": 151.5, "logements": 1, "propriete": "personnes_physiques",
        "potentiel_min": 41.0, "potentiel": 77.7, "potentiel_max": 83.0, "durete_min": 21.0, "durete": 25.5, "durete_max": 33.0,
        "besoin_min": 61.0, "besoin": 66.6, "besoin_max": 71.0, "sobriete_min": 91.0, "sobriete": 95.5, "sobriete_max": 99.0,
        "fiabilite": 63.1, "indice_min": 55.0, "indice": 70.7, "indice_max": 80.0,
        "capacite_bas": 11, "capacite": 13, "capacite_haut": 17, "enaf_min_m2": 0.0, "enaf_m2": 31.0, "enaf_max_m2": 47.0,
    });
    let other = json!({ "verdict": "ecarte", "vetos": ["inondation"], "utile_m2": 300.0 });
    if which == 0 { one } else { other }
}

fn rows(exchanged: bool) -> Vec<(usize, ParcelleNotee)> {
    (0..SIDE * SIDE)
        .map(|i| {
            let mut known = parcel(
                i,
                &json!({ "contenance_m2": 1000 + i, "zone_type": "U", "part_u": 1.0, "part_interdiction": 0.25 }),
            );
            let more = match i {
                0 => json!({ "friche_id": "F1", "verdict": "a_etudier", "type_principal": "friche", "types": ["friche"],
                    "potentiel": 50.0, "potentiel_min": 50.0, "potentiel_max": 50.0, "indice": 50.0 }),
                4 => evaluation(usize::from(exchanged)),
                20 => evaluation(usize::from(!exchanged)),
                12 => json!({ "proprietaire": "SARL Les Graves", "proprietaire_siren": "123456782", "proprietaire_classe": "societe",
                    "propriete": "personnes_morales", "verdict": "a_etudier", "type_principal": "dent_creuse",
                    "types": ["dent_creuse"], "potentiel": 44.0, "potentiel_min": 40.0, "potentiel_max": 48.0, "indice": 44.0 }),
                // A natural person behind a legal form.
                13 => json!({ "proprietaire_classe": "masque", "propriete": "personnes_physiques", "verdict": "ecarte" }),
                _ => json!({}),
            };
            known.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            (i, row(&known))
        })
        .collect()
}

fn communes() -> [gisement_model::CommuneNotee; 2] {
    [
        commune("34901", "Lauzerac"),
        commune("34902", "Saint-Étienne-des-Graves"),
    ]
}

fn publique(exchanged: bool) -> Service {
    Service::publique(&rows(exchanged), &communes())
}

/// Addresses that a curious reader would try about the two parcels.
fn curious() -> Vec<String> {
    let mut all: Vec<String> = [
        "/classement?limit=1000",
        "/classement?limit=1000&verdicts=prioritaire,a_etudier,reserve&f=csv",
        "/classement?potentiel=1&durete=0&besoin=0&sobriete=0&utile_min=800",
        "/classement?poids.dist_transport_m=3",
        "/classement?filter=potentiel%20%3E%2070",
        "/classement?territoire=commune:34901",
        "/territoires/commune/34901",
        "/territoires/epci/200000001",
        "/territoires/departement/34",
        "/collections/parcelles/items?limit=10000",
        "/collections/parcelles/items?sortby=-potentiel&limit=5&f=html",
        "/collections/parcelles/items?sortby=utile_m2,-indice&limit=2000&properties=idu",
        "/collections/parcelles/items?verdict=prioritaire",
        "/collections/parcelles/items?verdict=ecarte&limit=1",
        "/collections/parcelles/items?filter=indice%20BETWEEN%2070%20AND%2071",
        "/collections/parcelles/items?filter=utile_m2%20%3D%20812.34%20OR%20ces%20%3E%200.1",
        "/collections/parcelles/items?filter=verdict%20IS%20NULL&limit=1",
        "/collections/parcelles/items?filter=NOT%20(verdict%20%3D%20%27ecarte%27)&limit=3000",
        "/collections/parcelles/items?filter=A_CONTAINS(types%2C(%27sous_densifie%27))",
        "/collections/parcelles/items?filter=capacite%20%3D%2013",
        "/collections/communes/items",
        "/recherche?q=34901000BB0005",
        "/recherche?q=BB%205%20Lauzerac",
        "/rapport?f=json",
        "/editions/2026-11-01-aaaa/collections/parcelles/items?limit=3",
        "/editions/2026-11-01-aaaa/fichiers/parcelles.parquet",
    ]
    .map(str::to_owned)
    .into();
    for i in MASKED.into_iter().chain(SHOWN) {
        let id = idu(i);
        all.push(format!("/fiches/{id}"));
        all.push(format!("/collections/parcelles/items/{id}"));
        all.push(format!("/collections/parcelles/items?idu={id}"));
    }
    // Every tile over the grid.
    for z in 5..=16u32 {
        let (n, sides) = (f64::from(1u32 << z), [(3.865, 43.62), (3.885, 43.633)]);
        let at = |(lon, lat): (f64, f64)| {
            let y = f64::ln(f64::tan(
                std::f64::consts::FRAC_PI_4 + lat.to_radians() / 2.0,
            ));
            (
                ((lon + 180.0) / 360.0 * n) as u32,
                ((1.0 - y / std::f64::consts::PI) / 2.0 * n) as u32,
            )
        };
        let [(x0, y1), (x1, y0)] = sides.map(at);
        for (x, y) in (x0..=x1).flat_map(|x| (y0..=y1).map(move |y| (x, y))) {
            all.push(format!("/tiles/WebMercatorQuad/{z}/{y}/{x}"));
        }
    }
    all
}

/// Every address that answers lead to, from the landing page on, and those of the curious.
async fn addresses(s: &Service) -> BTreeSet<String> {
    let mut waiting: VecDeque<String> = curious().into();
    waiting.push_back("/?f=json".into());
    waiting.push_back("/?f=html".into());
    let mut seen = BTreeSet::new();
    while let Some(path) = waiting.pop_front() {
        if path.contains('{') || seen.len() > 3_000 || !seen.insert(path.clone()) {
            continue;
        }
        // Features are many, and alike: those of the curious are followed.
        if path.contains("/items/") {
            continue;
        }
        let body = s.get(&path, &[]).await.body;
        if let Ok(value) = serde_json::from_slice::<Value>(&body) {
            links(&value, &mut waiting);
        }
    }
    seen
}

fn links(value: &Value, into: &mut VecDeque<String>) {
    match value {
        Value::Object(o) => {
            for (key, v) in o {
                match v {
                    Value::String(href) if key == "href" && href.starts_with('/') => {
                        into.push_back(href.clone());
                    }
                    v => links(v, into),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|v| links(v, into)),
        _ => {}
    }
}

/// The bytes of an answer, without the time at which it was made.
async fn answer(s: &Service, path: &str) -> (StatusCode, String, Vec<u8>) {
    let a = s.get(path, &[]).await;
    let tag = a
        .headers
        .get("etag")
        .map(|v| format!("{v:?}"))
        .unwrap_or_default();
    let mut body = a.body;
    if let Ok(mut v) = serde_json::from_slice::<Value>(&body)
        && v.get("timeStamp").is_some()
    {
        v["timeStamp"] = Value::Null;
        body = v.to_string().into_bytes();
    }
    (a.status, tag, body)
}

#[tokio::test]
async fn no_path_tells_two_evaluations_apart() {
    let (one, other) = (publique(false), publique(true));
    let all = addresses(&one).await;
    assert!(all.len() > 150, "{} addresses", all.len());
    assert_eq!(all, addresses(&other).await);
    for path in &all {
        assert_eq!(
            answer(&one, path).await,
            answer(&other, path).await,
            "{path}"
        );
    }
}

/// The test above can fail: what is compared differs where everything is shown.
#[tokio::test]
async fn the_two_editions_do_differ() {
    let (one, other) = (
        Service::with(&rows(false), &communes()),
        Service::with(&rows(true), &communes()),
    );
    let mut differ = 0;
    for path in curious() {
        differ += usize::from(answer(&one, &path).await.2 != answer(&other, &path).await.2);
    }
    assert!(differ > 15, "{differ} answers differ");
}

#[tokio::test]
async fn a_masked_parcel_shows_cadastre_zone_and_constraints() {
    let s = publique(false);
    let feature = s
        .json(&format!("/collections/parcelles/items/{}", idu(4)))
        .await;
    let p = &feature["properties"];
    assert_eq!(p["masquee"], true);
    assert_eq!(
        (
            &p["contenance_m2"],
            &p["zone_type"],
            &p["part_interdiction"]
        ),
        (&json!(1004), &json!("U"), &json!(0.25))
    );
    for hidden in [
        "verdict",
        "types",
        "utile_m2",
        "potentiel",
        "capacite",
        "ces",
        "propriete",
        "enaf_m2",
    ] {
        assert_eq!(p[hidden], Value::Null, "{hidden}");
    }
    let sheet = s.json(&format!("/fiches/{}", idu(4))).await;
    assert_eq!(
        (&sheet["masquee"], &sheet["verdict"]),
        (&json!(true), &Value::Null)
    );
    assert!(
        sheet["raison"]
            .as_str()
            .unwrap()
            .contains("personne morale")
    );
    assert_eq!(sheet["surface_m2"], 900.5);

    for shown in SHOWN {
        let p = s
            .json(&format!("/collections/parcelles/items/{}", idu(shown)))
            .await["properties"]
            .clone();
        assert_eq!(
            (&p["masquee"], &p["verdict"]),
            (&json!(false), &json!("a_etudier"))
        );
        let sheet = s.json(&format!("/fiches/{}", idu(shown))).await;
        assert!(sheet["verdict"].is_object() && sheet["masquee"].is_null());
    }
    // A natural person behind a legal form.
    let p = s
        .json(&format!("/collections/parcelles/items/{}", idu(13)))
        .await["properties"]
        .clone();
    assert_eq!(
        (&p["masquee"], &p["proprietaire_classe"]),
        (&json!(true), &Value::Null)
    );
}

#[tokio::test]
async fn only_what_is_shown_is_ranked_and_small_numbers_are_held_back() {
    let s = publique(false);
    let ranking = s.json("/classement?limit=1000").await;
    let ids: BTreeSet<&str> = ranking["classement"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["idu"].as_str().unwrap())
        .collect();
    assert_eq!(ids, SHOWN.map(idu).iter().map(String::as_str).collect());

    let communes = s.json("/collections/communes/items").await;
    let first = communes["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| &f["properties"])
        .find(|p| p["code_insee"] == "34901")
        .unwrap();
    assert_eq!(first["nb_parcelles"], 1440);
    assert_eq!(first["nb_classes"], 2);
    // One priority and two ruled out are fewer than five; nothing else is there to hide them among but the many.
    for (name, n) in [
        ("prioritaire", Value::Null),
        ("ecarte", Value::Null),
        ("sans_objet", Value::Null),
        ("a_etudier", json!(2)),
    ] {
        assert_eq!(first[format!("nb_{name}")], n, "{name}");
    }
    let edition = s.json("/edition").await;
    assert_eq!(edition["diffusion"], "publique");
    assert_eq!(edition["comptes"]["masquees"], 1598);
    assert_eq!(edition["id"], "2026-11-01-aaaa-publique");
}

/// The values are gone from the file, not only said to be unknown.
#[tokio::test]
async fn the_files_hold_nothing_more() {
    let s = publique(false);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("parcelles.parquet");
    std::fs::write(&path, s.get("/fichiers/parcelles.parquet", &[]).await.body).unwrap();
    let mut masked = 0;
    for batch in read_batches(&path).unwrap() {
        let flags: &arrow_array::BooleanArray = batch
            .column_by_name("masquee")
            .unwrap()
            .as_any()
            .downcast_ref()
            .unwrap();
        for name in [
            "verdict",
            "types",
            "utile_m2",
            "indice",
            "capacite",
            "propriete",
        ] {
            let column = batch.column_by_name(name).unwrap();
            for row in 0..batch.num_rows() {
                assert!(!flags.value(row) || column.is_null(row), "{name} {row}");
            }
        }
        masked += flags.true_count();
    }
    assert_eq!(masked, 1598);
    let report = s.json("/fichiers/rapport.json").await;
    assert_eq!(
        report["fichiers"][0]["anomalies"]["geometrie"]["exemples"],
        json!([])
    );
}

#[tokio::test]
async fn an_edition_under_its_internal_name_is_not_there() {
    let s = publique(false);
    for path in [
        "/editions/2026-11-01-aaaa/collections",
        "/editions/2026-11-01-aaaa/tiles/WebMercatorQuad/13/2990/4184",
    ] {
        let r = Request::builder().uri(path).body(Body::empty()).unwrap();
        assert_eq!(s.send(r).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let list = s.json("/editions").await;
    assert_eq!(list["editions"][0]["id"], "2026-11-01-aaaa-publique");
    assert_eq!(list["editions"][0]["comptes"]["parcelles"], 1600);
}

/// The derived form is kept from one start to the next, and made again by another program.
#[test]
fn the_public_form_is_kept() {
    let s = publique(false);
    let root = s.folder.root().join("cache/2026-11-01-aaaa-publique");
    let made = |program: &str| {
        gisement_server::State::publique(s.folder.clone(), program.into()).unwrap();
        std::fs::metadata(root.join("parcelles.parquet"))
            .unwrap()
            .modified()
            .unwrap()
    };
    let first = made("essai");
    assert_eq!(made("essai"), first);
    assert!(made("un autre") > first);
}

#[tokio::test]
async fn no_export_tells_two_evaluations_apart() {
    let (one, other) = (publique(false), publique(true));
    for format in [
        "gpkg",
        "shp",
        "geojson",
        "flatgeobuf",
        "geoparquet",
        "csv",
        "xlsx",
    ] {
        for filter in [
            None,
            Some("potentiel > 50 OR verdict = 'ecarte' OR utile_m2 < 400 OR idu LIKE '%ZB00%'"),
        ] {
            let asked = json!({ "collection": "parcelles", "format": format, "filter": filter });
            let ((said, file), (_, same)) =
                (one.exported(&asked).await, other.exported(&asked).await);
            assert_eq!(file.body, same.body, "{format} {filter:?}");
            assert!(said["lignes"].as_u64().unwrap() > 10, "{said}");
        }
    }
}
