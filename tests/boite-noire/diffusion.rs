//! The sample as partners and as anyone read it, side by side.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::harness::{Server, construire, gisement, sample};

/// What is told of a parcel whose evaluation is withheld, from docs/api.md: cadastre, zone, constraints.
fn shown(name: &str) -> bool {
    const CADASTRE: [&str; 12] = [
        "idu",
        "code_insee",
        "prefixe",
        "section",
        "numero",
        "contenance_m2",
        "arpente",
        "created",
        "updated",
        "surface_m2",
        "source",
        "masquee",
    ];
    const ZONE: [&str; 7] = [
        "zone_libelle",
        "zone_type",
        "part_u",
        "part_auc",
        "part_aus",
        "part_a",
        "part_n",
    ];
    const CONSTRAINTS: [&str; 22] = [
        "part_zone_inconnue",
        "part_stecal",
        "part_interdiction_construire",
        "part_emplacement_reserve",
        "part_er_mixite",
        "part_er_autre",
        "part_site_gele",
        "part_sms",
        "sms_taux",
        "part_interdiction",
        "part_prescription",
        "part_etude",
        "part_information",
        "part_classe_inconnue",
        "part_ppr_inconnue",
        "part_sis",
        "part_patrimoine",
        "part_environnement",
        "part_qpv",
        "peb",
        "bruit_categorie",
        "id",
    ];
    CADASTRE.contains(&name) || ZONE.contains(&name) || CONSTRAINTS.contains(&name)
}

fn by_id(all: Vec<Value>, key: &str) -> BTreeMap<String, Value> {
    all.into_iter()
        .map(|p| (p[key].as_str().unwrap().to_owned(), p))
        .collect()
}

fn ranked(s: &Server) -> Vec<(String, String)> {
    let page = s.json("/classement?limit=1000");
    let lines = page["classement"].as_array().unwrap();
    assert_eq!(page["numberMatched"], lines.len(), "one page holds all");
    lines
        .iter()
        .map(|l| {
            (
                l["idu"].as_str().unwrap().to_owned(),
                l["score"].to_string(),
            )
        })
        .collect()
}

#[test]
fn the_public_reads_what_partners_do_but_for_natural_persons() {
    let dir = tempfile::tempdir().unwrap();
    construire(&sample(), dir.path()).exits(0);
    let (partners, public) = (
        Server::start(dir.path()),
        Server::told(dir.path(), &["--diffusion", "publique"]),
    );

    let of = |s: &Server| by_id(s.all("parcelles"), "idu");
    let (all, seen) = (of(&partners), of(&public));
    assert_eq!(all.len(), seen.len());
    let mut masked = BTreeSet::new();
    for (idu, p) in &all {
        let q = &seen[idu];
        let legal = !p["proprietaire_classe"].is_null() && p["proprietaire_classe"] != "masque";
        let open = legal || !p["friche_id"].is_null() || !p["zae_id"].is_null();
        assert_eq!(q["masquee"], !open, "{idu}");
        for (name, v) in p.as_object().unwrap() {
            if open || shown(name) {
                assert_eq!(&q[name], v, "{idu} {name}");
            } else {
                assert_eq!(q[name], Value::Null, "{idu} {name}");
            }
        }
        if !open {
            masked.insert(idu.clone());
        }
    }
    assert!(
        masked.len() > 500 && masked.len() < all.len() - 100,
        "{} masked",
        masked.len()
    );

    let mut expected = ranked(&partners);
    let before = expected.len();
    expected.retain(|(idu, _)| !masked.contains(idu));
    assert!(expected.len() < before && !expected.is_empty());
    assert_eq!(ranked(&public), expected);

    // No commune tells the number of a few masked parcels, by what it publishes or by what is left.
    let (open, counted) = (
        by_id(partners.all("communes"), "code_insee"),
        by_id(public.all("communes"), "code_insee"),
    );
    let verdicts = [
        "prioritaire",
        "a_etudier",
        "reserve",
        "ecarte",
        "parc_social",
        "sans_objet",
        "non_evalue",
    ];
    let mut held = 0;
    for (code, c) in &open {
        let hidden = |v: &str| {
            let is = |idu: &String| all[idu]["code_insee"] == **code && all[idu]["verdict"] == v;
            masked.iter().filter(|idu| is(idu)).count()
        };
        let mut rest = 0;
        for v in verdicts {
            let (n, told) = (hidden(v), &counted[code][format!("nb_{v}")]);
            if told.is_null() {
                rest += n;
                held += 1;
            } else {
                assert_eq!(told, &c[format!("nb_{v}")], "{code} {v}");
                assert!(n == 0 || n >= 5, "{code} {v}: {n}");
            }
        }
        assert!(rest == 0 || rest >= 5, "{code}: {rest}");
        assert_eq!(counted[code]["nb_parcelles"], c["nb_parcelles"]);
    }
    assert!(held > 0, "the sample has numbers to hold back");

    // Everything else is the same.
    for collection in [
        "friches",
        "zae",
        "terrains",
        "zonage",
        "contraintes",
        "batiments",
        "sites",
        "unites_foncieres",
    ] {
        assert_eq!(
            partners.all(collection),
            public.all(collection),
            "{collection}"
        );
    }
    let file = dir.path().join("parcelles.geojson");
    let [data, file] = [dir.path(), &file].map(|p| p.to_str().unwrap());
    gisement(&[
        "exporter",
        data,
        "--collection",
        "parcelles",
        "--sortie",
        file,
        "--diffusion",
        "publique",
    ])
    .exits(0);
    let written: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let properties = |f: &Value| f["properties"].clone();
    let written = by_id(
        written["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(properties)
            .collect(),
        "idu",
    );
    assert_eq!(written, seen);

    let one = masked.first().unwrap();
    let sheet = public.json(&format!("/fiches/{one}"));
    assert_eq!(
        (&sheet["verdict"], &sheet["masquee"]),
        (&Value::Null, &Value::Bool(true))
    );
    assert!(partners.json(&format!("/fiches/{one}"))["verdict"].is_object());
}

#[test]
fn other_machines_are_served_only_when_told_to_whom() {
    let dir = tempfile::tempdir().unwrap();
    let donnees = dir.path().to_str().unwrap();
    gisement(&["servir", donnees, "--adresse", "0.0.0.0:0"])
        .exits(1)
        .says(&["--diffusion interne", "--diffusion publique"]);
}
