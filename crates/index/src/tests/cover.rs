//! Owners, land cover and perimeters measured on hand-drawn parcels.

use gisement_model::codes::{ClasseProprietaire, Propriete, StatutFriche, TypeZone};
use gisement_model::{Batiment, Crs, Friche, LayerRow, Occupation, Perimetre, Proprietaire};

use super::territory::{layer, parcel, rows, zone};
use crate::Layers;

fn json<T: LayerRow>(value: serde_json::Value) -> T {
    serde_json::from_value(value).unwrap()
}

#[test]
fn networks_leave_the_usable_part_and_cover_prices_the_rest() {
    let mut l = Layers::empty(Crs::Lambert93);
    let square = Some([0.0, 0.0, 100.0, 100.0]);
    let far = Some([500.0, 0.0, 600.0, 100.0]);
    l.parcelles = layer(
        vec![parcel("34901000AA0001"), parcel("34901000AA0002")],
        &[square, far],
    );
    l.zonage = layer(
        vec![zone("u", TypeZone::U, None)],
        &[Some([-50.0, -50.0, 700.0, 200.0])],
    );
    l.batiments = layer(
        vec![json::<Batiment>(
            serde_json::json!({ "id": "b", "code_insee": "34901" }),
        )],
        &[Some([-40.0, -40.0, -30.0, -30.0])],
    );
    let cover = |id: &str, us: &str, artif: bool| -> Occupation {
        json(serde_json::json!({ "id": id, "code_us": us, "artif": artif }))
    };
    l.occupation = layer(
        vec![
            cover("rail", "US4.1.2", true),
            cover("cour", "US3", true),
            cover("pré", "US1.1", false),
            cover("bord", "US4.1.1", true),
        ],
        &[
            Some([0.0, 0.0, 30.0, 100.0]),
            Some([30.0, 0.0, 50.0, 100.0]),
            Some([50.0, 0.0, 100.0, 100.0]),
            Some([495.0, 0.0, 505.0, 100.0]),
        ],
    );
    // The farmers' declaration overlaps what OCS GE says, and reaches further.
    l.perimetres = layer(
        vec![
            json::<Perimetre>(
                serde_json::json!({ "id": "r", "genre": "RPG", "communes": ["34901"] }),
            ),
            json::<Perimetre>(
                serde_json::json!({ "id": "q", "genre": "QPV", "communes": ["34901"] }),
            ),
        ],
        &[
            Some([40.0, 0.0, 80.0, 100.0]),
            Some([90.0, 0.0, 200.0, 100.0]),
        ],
    );
    let mut owner: Proprietaire = json(serde_json::json!({
        "idu": "34901000AA0001", "classe": "commune", "denominations": ["COMMUNE DE LAUZERAC"], "sirens": ["213490017"],
        "classes": ["commune"], "droits": ["P"], "nb_proprietaires": 1, "nb_droits": 1,
    }));
    owner.classe = ClasseProprietaire::Commune;
    l.proprietaires = layer(vec![owner], &[None]);
    let (found, ..) = rows(l);
    let r = found.iter().find(|r| r.numero == "0001").unwrap();
    let near =
        |v: Option<f64>, want: f64| assert!((v.unwrap() - want).abs() < 1e-6, "{v:?} {want}");
    near(r.part_usage_incompatible, 0.3);
    near(r.part_artificialisee, 0.5);
    near(r.part_agricole, 0.6);
    near(r.part_qpv, 0.1);
    near(Some(r.utile_m2 / r.surface_m2), 0.7);
    near(r.artif_nette_m2.map(|a| a / r.surface_m2), 0.5);
    assert!(r.enaf_max_m2 >= r.artif_nette_m2 && r.enaf_max_m2 >= r.enaf_m2);
    assert_eq!(r.proprietaire.as_deref(), Some("COMMUNE DE LAUZERAC"));
    assert_eq!(r.propriete, Some(Propriete::Publique));
    assert!(r.types.contains(&"public_nu".to_owned()), "{:?}", r.types);
    // A blurred edge of a road takes nothing; a file of unknown coverage proves no natural person.
    let other = found.iter().find(|r| r.numero == "0002").unwrap();
    near(other.part_usage_incompatible, 0.05);
    assert_eq!(other.utile_m2, other.surface_m2);
    assert_eq!(other.propriete, None);
}

/// A brownfield is urbanised whatever stands on it: no file of buildings is needed to know that it takes no ENAF.
#[test]
fn a_brownfield_takes_no_enaf_without_buildings() {
    let mut l = Layers::empty(Crs::Lambert93);
    let [square, far] = [[0.0, 0.0, 100.0, 100.0], [500.0, 0.0, 600.0, 100.0]].map(Some);
    let (cited, other) = ("34901000AA0001", "34901000AA0002");
    l.parcelles = layer(vec![parcel(cited), parcel(other)], &[square, far]);
    l.zonage = layer(
        vec![zone("u", TypeZone::U, None)],
        &[Some([0.0, 0.0, 700.0, 100.0])],
    );
    let mut friche: Friche = json(serde_json::json!({ "site_id": "f", "refcad": [cited] }));
    friche.site_statut = Some(StatutFriche::SansProjet);
    l.friches = layer(vec![friche], &[None]);
    let (rows, _, _) = rows(l);
    let enaf = |idu: &str| {
        let r = rows.iter().find(|r| r.idu.as_str() == idu).unwrap();
        (r.part_hors_tache, r.enaf_min_m2, r.enaf_max_m2)
    };
    assert_eq!(enaf(cited), (Some(0.0), Some(0.0), Some(0.0)));
    assert_eq!(enaf(other), (None, None, None));
}
