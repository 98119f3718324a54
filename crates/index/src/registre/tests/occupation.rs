//! The register of OCS GE, from editions of land cover.

use gisement_model::{Commune, Crs, Occupation};
use gisement_store::Layer;
use serde_json::json;

use super::super::*;
use super::layer;
use crate::overlay::Overlay;

fn cover(id: &str, year: i64, artif: bool, cs: &str) -> Occupation {
    serde_json::from_value(json!({ "id": id, "millesime": year, "artif": artif, "code_cs": cs }))
        .unwrap()
}

fn commune(code: &str) -> Commune {
    serde_json::from_value(json!({ "code_insee": code, "nom": code })).unwrap()
}

fn land_cover(communes: Layer<Commune>, occupation: Layer<Occupation>) -> Vec<RegistreArtif> {
    let mut l = Layers::empty(Crs::Lambert93);
    l.communes = communes;
    l.occupation = occupation;
    let outlines = Overlay::new(&l.communes.geoms, false);
    let millesimes = Millesimes::new(&l, &outlines);
    let current = Overlay::of(&l.occupation.geoms, false, &|i| millesimes.is_current(i));
    artificialisation(&l, &millesimes, &outlines, &current)
}

/// Two communes of a hectare side by side; what was built goes over their boundary.
#[test]
fn what_became_artificialised_and_what_ceased_to_be_are_told_apart() {
    let communes = || {
        layer(
            vec![commune("34001"), commune("34002")],
            &[[0.0, 0.0, 100.0, 100.0], [100.0, 0.0, 200.0, 100.0]],
        )
    };
    let field = "CS2.2.1";
    let occupation = layer(
        vec![
            // 2018: built from 0 to 50, the rest is not.
            cover("a", 2018, true, "CS1.1.1.1"),
            cover("b", 2018, false, field),
            // 2021: 0 to 20 was given back, 50 to 120 was built.
            cover("c", 2021, false, field),
            cover("d", 2021, true, "CS1.1.1.2"),
            cover("e", 2021, false, field),
        ],
        &[
            [0.0, 0.0, 50.0, 100.0],
            [50.0, 0.0, 200.0, 100.0],
            [0.0, 0.0, 20.0, 100.0],
            [20.0, 0.0, 120.0, 100.0],
            [120.0, 0.0, 200.0, 100.0],
        ],
    );
    let rows = land_cover(communes(), occupation.clone());
    let near = |v: Option<f64>, wanted: f64| {
        assert!((v.unwrap() - wanted).abs() < 1e-6, "{v:?} for {wanted}")
    };
    assert_eq!(rows.len(), 2);
    let (a, b) = (&rows[0], &rows[1]);
    assert_eq!(
        (a.annee_debut, a.annee_fin, a.departement.as_str()),
        (Some(2018), 2021, "34")
    );
    near(a.artif_m2, 5000.0);
    near(a.desartif_m2, 2000.0);
    near(a.nette_m2, 3000.0);
    near(a.imper_m2, 5000.0);
    near(b.artif_m2, 2000.0);
    near(b.desartif_m2, 0.0);
    assert!((a.taux - 0.8).abs() < 1e-9 && (a.artificialise_m2 - 8000.0).abs() < 1e-6);

    // One edition: the state, and no flux. An edition that leaves a commune partly blank says nothing of it.
    let only: Vec<u32> = vec![2, 3];
    let rows = land_cover(communes(), occupation.reordered(&only));
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (
            rows[0].code_insee.as_str(),
            rows[0].annee_debut,
            rows[0].nette_m2
        ),
        ("34001", None, None)
    );
}

#[test]
fn the_later_edition_is_what_is_there_now() {
    let mut l = Layers::empty(Crs::Lambert93);
    l.communes = layer(
        vec![commune("34001"), commune("81001")],
        &[[0.0, 0.0, 100.0, 100.0], [100.0, 0.0, 200.0, 100.0]],
    );
    // The second commune has no edition of 2021.
    l.occupation = layer(
        vec![
            cover("a", 2018, true, "CS1.1.1.1"),
            cover("a", 2021, false, "CS2.2.1"),
            cover("b", 2019, true, "CS1.1.1.1"),
        ],
        &[
            [0.0, 0.0, 100.0, 100.0],
            [0.0, 0.0, 100.0, 100.0],
            [100.0, 0.0, 200.0, 100.0],
        ],
    );
    let outlines = Overlay::new(&l.communes.geoms, false);
    let m = Millesimes::new(&l, &outlines);
    let current: Vec<&str> = (0..3)
        .filter(|i| m.is_current(*i))
        .map(|i| l.occupation.rows[i].id.as_str())
        .collect();
    assert_eq!(current, ["a", "b"]);
    let years: Vec<Option<i64>> = (0..3)
        .filter(|i| m.is_current(*i))
        .map(|i| l.occupation.rows[i].millesime)
        .collect();
    assert_eq!(years, [Some(2021), Some(2019)]);
}

#[test]
fn the_same_name_in_two_editions_is_two_names() {
    let mut l = layer(
        vec![
            cover("a", 2018, true, "CS1.1.1.1"),
            cover("a", 2021, true, "CS1.1.1.1"),
            cover("b", 2021, true, "CS1.1.1.1"),
        ],
        &[],
    );
    distinguish(&mut l);
    let ids: Vec<&str> = l.rows.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids, ["a-2018", "a-2021", "b"]);
}
