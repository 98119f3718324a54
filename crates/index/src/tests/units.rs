//! Land that is bought together.

use gisement_model::codes::{ClasseProprietaire, TypeZone};
use gisement_model::{Batiment, Crs, Proprietaire};

use super::territory::{build, layer, parcel, rows, zone};
use crate::Layers;

fn owner(idu: &str, sirens: &[&str]) -> Proprietaire {
    Proprietaire {
        idu: idu.parse().unwrap(),
        classe: ClasseProprietaire::Societe,
        denominations: sirens.iter().map(|s| format!("SOCIETE {s}")).collect(),
        sirens: sirens.iter().map(ToString::to_string).collect(),
        classes: vec!["societe".to_owned(); sirens.len()],
        droits: vec!["P".to_owned(); sirens.len()],
        nb_proprietaires: sirens.len() as i64,
        nb_droits: sirens.len() as i64,
    }
}

/// A row of plots of 8 m by 10 m along x, owned as said.
pub(super) fn street(owners: &[&[&str]]) -> Layers {
    let mut l = Layers::empty(Crs::Lambert93);
    let idus: Vec<String> = (1..=owners.len())
        .map(|n| format!("34901000AA{n:04}"))
        .collect();
    let boxes: Vec<Option<[f64; 4]>> = (0..owners.len())
        .map(|i| Some([i as f64 * 8.0, 0.0, i as f64 * 8.0 + 8.0, 10.0]))
        .collect();
    l.parcelles = layer(idus.iter().map(|i| parcel(i)).collect(), &boxes);
    let known: Vec<Proprietaire> = idus
        .iter()
        .zip(owners)
        .filter(|(_, o)| !o.is_empty())
        .map(|(i, o)| owner(i, o))
        .collect();
    let none = vec![None; known.len()];
    l.proprietaires = layer(known, &none);
    l.zonage = layer(
        vec![zone("u", TypeZone::U, None)],
        &[Some([-50.0, -50.0, 500.0, 100.0])],
    );
    l.batiments = layer(
        vec![
            serde_json::from_value::<Batiment>(
                serde_json::json!({ "id": "b", "code_insee": "34901" }),
            )
            .unwrap(),
        ],
        &[Some([-40.0, -40.0, -30.0, -30.0])],
    );
    l
}

fn units(owners: &[&[&str]]) -> Vec<Option<String>> {
    let (mut found, ..) = rows(street(owners));
    found.sort_by_key(|r| r.idu);
    found.into_iter().map(|r| r.unite).collect()
}

#[test]
fn neighbours_of_one_owner_are_a_unit_and_a_third_keeps_them_apart() {
    let uf = |n: u32| Some(format!("UF-34901000AA{n:04}"));
    assert_eq!(
        units(&[&["1"], &["1"], &["2"], &["1"], &["1"], &[]]),
        [uf(1), uf(1), None, uf(4), uf(4), None]
    );
    // An owner in common is not enough; the order of owners is nothing.
    assert_eq!(units(&[&["1"], &["1", "2"], &["2"]]), [None, None, None]);
    assert_eq!(units(&[&["1", "2"], &["2", "1"]]), [uf(1), uf(1)]);
    // An owner without number is nobody's twin.
    assert_eq!(units(&[&[""], &[""]]), [None, None]);
}

#[test]
fn plots_too_small_alone_are_assembled_by_the_same_code() {
    let owned: [&[&str]; 7] = [&["1"]; 7];
    let l = street(&owned);
    let (found, ..) = rows(l.clone());
    // 80 m² alone: no infill. 560 m² together, 10 m wide; what the prescriptions say is not known.
    for r in &found {
        assert_eq!(r.type_principal, None);
        assert_eq!(r.unite_verdict.as_deref(), Some("reserve"), "{r:?}");
        assert!((r.unite_utile_m2.unwrap() / r.surface_m2 - 7.0).abs() < 1e-3);
    }
    let c = build(l);
    let a = &c.rapport.assemblages;
    assert_eq!((a.unites, a.parcelles, a.conseilles), (1, 7, 7));
    let named = |name: &str| c.tables.iter().find(|t| t.1.name == name);
    assert!(named("sites").is_none(), "there is no brownfield");
    let (title, table) = named("unites_foncieres").unwrap();
    assert_eq!(title, "Unités foncières");
    assert_eq!(table.batch.num_rows(), 1);
    for column in [
        "id",
        "genre",
        "parcelles",
        "verdict",
        "potentiel",
        "capacite",
    ] {
        assert!(table.fields.iter().any(|f| f.name == column), "{column}");
    }
    // Thirty parcels at most: beyond, it is an estate.
    let many: Vec<&[&str]> = vec![&["1"]; 31];
    let c = build(street(&many));
    let a = &c.rapport.assemblages;
    assert_eq!((a.unites, a.trop_grandes), (0, 1));
}
