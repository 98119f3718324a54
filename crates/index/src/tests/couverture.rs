//! Where the absence of an object proves something: polygons of a file (design §4, `couverture`).

use gisement_model::codes::TypeZone;
use gisement_model::{Couverture, Crs, LayerRow, Zae};
use gisement_store::Layer;

use super::territory::{layer, parcel, rows, zone};
use crate::Layers;

/// Polygons around boxes, under the hash `empreinte`.
fn inside(layers: &mut Layers, empreinte: &str, boxes: &[[f64; 4]]) -> Couverture {
    let boxes: Vec<Option<[f64; 4]>> = boxes.iter().copied().map(Some).collect();
    let drawn: Layer<Zae> = layer(boxes.iter().map(|_| park("x")).collect(), &boxes);
    layers.emprises.insert(empreinte.to_owned(), drawn.geoms);
    Couverture::Polygones {
        fichier: "emprise.geojson".into(),
        empreinte: empreinte.to_owned(),
    }
}

fn park(id: &str) -> Zae {
    serde_json::from_value(serde_json::json!({ "site_id": id })).unwrap()
}

/// Five squares of 20 m in a row, 20 m apart: x from 0, 40, 80, 120, 160.
fn five() -> Layers {
    let mut layers = Layers::empty(Crs::Lambert93);
    let boxes: Vec<_> = (0..5)
        .map(|i| Some([f64::from(i) * 40.0, 0.0, f64::from(i) * 40.0 + 20.0, 20.0]))
        .collect();
    let rows = (1..=5)
        .map(|i| parcel(&format!("34901000AA000{i}")))
        .collect();
    layers.parcelles = layer(rows, &boxes);
    layers
}

fn set<T: LayerRow>(layer: &mut Layer<T>, c: Couverture) {
    layer.sources[0].couverture = c;
}

fn shares(layers: Layers) -> Vec<Option<f64>> {
    let (mut found, ..) = rows(layers);
    found.sort_by_key(|r| r.idu);
    found.iter().map(|r| r.part_zae).collect()
}

#[test]
fn absence_proves_nothing_outside_the_polygons() {
    let mut layers = five();
    // A park on a quarter of the fourth parcel, which is outside; another far away.
    layers.zae = layer(
        vec![park("a"), park("b")],
        &[
            Some([120.0, 0.0, 130.0, 10.0]),
            Some([900.0, 0.0, 950.0, 50.0]),
        ],
    );
    set(&mut layers.zae, Couverture::Inconnue);
    let unknown = shares(layers.clone());
    assert_eq!(unknown, [None, None, None, Some(0.25), None]);
    // The first parcel is inside, the second in two polygons that touch, the third by half, the fifth but for a
    // strip of 4 cm.
    let c = inside(
        &mut layers,
        "e",
        &[
            [-5.0, -5.0, 25.0, 25.0],
            [30.0, -5.0, 50.0, 25.0],
            [50.0, -5.0, 90.0, 25.0],
            [160.04, -5.0, 190.0, 25.0],
        ],
    );
    set(&mut layers.zae, c);
    assert_eq!(
        shares(layers.clone()),
        [Some(0.0), Some(0.0), None, Some(0.25), Some(0.0)]
    );
    // Polygons that are not there cover nothing.
    layers.emprises.clear();
    assert_eq!(shares(layers), unknown);
}

#[test]
fn polygons_of_several_sources_add_up() {
    let mut layers = five();
    let mut zae = layer(vec![park("b")], &[Some([900.0, 0.0, 950.0, 50.0])]);
    set(
        &mut zae,
        inside(&mut layers, "e", &[[-5.0, -5.0, 12.0, 25.0]]),
    );
    let mut other = layer(vec![park("c")], &[Some([900.0, 90.0, 950.0, 99.0])]);
    // They overlap.
    set(
        &mut other,
        inside(&mut layers, "f", &[[8.0, -5.0, 65.0, 25.0]]),
    );
    zae.append(other);
    layers.zae = zae;
    assert_eq!(shares(layers), [Some(0.0), Some(0.0), None, None, None]);
}

#[test]
fn prescriptions_are_known_where_the_zones_are() {
    let mut layers = five();
    layers.zonage = layer(
        vec![zone("u", TypeZone::U, None)],
        &[Some([-5.0, -5.0, 25.0, 25.0])],
    );
    let c = inside(&mut layers, "e", &[[-5.0, -5.0, 65.0, 25.0]]);
    set(&mut layers.zonage, c);
    let prescription: gisement_model::Prescription = serde_json::from_value(
        serde_json::json!({ "id": "p", "code_insee": "34902", "typepsc": "05" }),
    )
    .unwrap();
    layers.prescriptions = layer(vec![prescription], &[Some([900.0, 0.0, 950.0, 50.0])]);
    let (mut found, ..) = rows(layers.clone());
    found.sort_by_key(|r| r.idu);
    let reserved: Vec<_> = found.iter().map(|r| r.part_emplacement_reserve).collect();
    assert_eq!(reserved, [Some(0.0), Some(0.0), None, None, None]);
    // Inside, land without a zone is known to have none; outside, nothing is.
    let zones: Vec<_> = found.iter().map(|r| r.part_u).collect();
    assert_eq!(zones, [Some(1.0), Some(0.0), None, None, None]);
}

#[test]
fn the_report_counts_communes_covered_in_part() {
    let mut layers = five();
    layers.zae = layer(vec![park("b")], &[Some([900.0, 0.0, 950.0, 50.0])]);
    let c = inside(&mut layers, "e", &[[-5.0, -5.0, 25.0, 25.0]]);
    set(&mut layers.zae, c);
    let built = super::territory::build(layers);
    assert_eq!(built.rapport.couverture["zae"], 0);
    assert_eq!(built.rapport.couverture_partielle["zae"], 1);
    assert!(!built.rapport.couverture_partielle.contains_key("friches"));
}
