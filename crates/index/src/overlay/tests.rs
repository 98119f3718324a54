use super::*;
use geo::Translate as _;
use proptest::prelude::*;

const ECLAT: Eclat = Eclat {
    area: 0.0,
    width: 0.0,
};

fn star(radii: &[f64]) -> Polygon<f64> {
    let n = radii.len() as f64;
    let ring: Vec<(f64, f64)> = radii
        .iter()
        .enumerate()
        .map(|(i, r)| {
            let a = std::f64::consts::TAU * i as f64 / n;
            (7e5 + r * a.cos(), 6.3e6 + r * a.sin())
        })
        .collect();
    Polygon::new(ring.into(), vec![])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn shares_agree_with_general_clipping(
        zone in prop::collection::vec(200.0f64..600.0, 60..150), parcel in prop::collection::vec(5.0f64..40.0, 3..9),
        dx in -500.0f64..500.0, dy in -500.0f64..500.0,
    ) {
        let zone = star(&zone);
        let parcel = star(&parcel).translate(dx, dy);
        let mut geoms = Geometries::new();
        geoms.push_multi_polygon(&MultiPolygon(vec![zone.clone()]));
        let overlay = Overlay::new(&geoms, true);
        let mut f = Forme::default();
        f.load_polygons(&MultiPolygon(vec![parcel.clone()]));
        let (mut hits, mut slivers) = (Vec::new(), 0);
        overlay.measure(&f, &overlay.candidates(&f.boite), ECLAT, &mut hits, &mut slivers);
        let got = hits.first().map_or(0.0, |h| h.area);
        let oracle = parcel.intersection(&zone).unsigned_area();
        prop_assert!((got - oracle).abs() < 1e-3, "{} {}", got, oracle);
        let cut = parcel.intersection(&local(&geoms, 0, &f.boite)).unsigned_area();
        prop_assert!((cut - oracle).abs() < 1e-3, "{} {}", cut, oracle);
    }
}

#[test]
fn overlaps_are_found_and_slivers_counted() {
    let rect =
        |x0: f64, x1: f64| MultiPolygon(vec![geo::Rect::new((x0, 0.0), (x1, 100.0)).to_polygon()]);
    let mut geoms = Geometries::new();
    for (a, b) in [(0.0, 50.0), (50.0, 99.9), (40.0, 60.0), (99.9, 200.0)] {
        geoms.push_multi_polygon(&rect(a, b));
    }
    let overlay = Overlay::new(&geoms, true);
    let pairs: Vec<_> = overlay.overlaps.keys().copied().collect();
    assert_eq!(pairs, [(0, 2), (1, 2)]);
    let mut f = Forme::default();
    f.load_polygons(&rect(0.0, 100.0));
    let (mut hits, mut slivers) = (Vec::new(), 0);
    let eclat = Eclat {
        area: 1.0,
        width: 0.2,
    };
    overlay.measure(
        &f,
        &overlay.candidates(&f.boite),
        eclat,
        &mut hits,
        &mut slivers,
    );
    assert_eq!((hits.len(), slivers), (3, 1));
    let mut parcel = Geometries::new();
    parcel.push_multi_polygon(&rect(0.0, 100.0));
    let shape = Shape {
        forme: &f,
        geom: parcel.get(0),
    };
    assert!((overlay.union_area(&shape, &hits, &geoms) - 9990.0).abs() < 1e-3);
}

/// Polygons of one class drawn a little over one another: what they share counts once, however small.
#[test]
fn small_overlaps_count_once() {
    let rect =
        |x0: f64, x1: f64| MultiPolygon(vec![geo::Rect::new((x0, 0.0), (x1, 9.0)).to_polygon()]);
    let mut geoms = Geometries::new();
    geoms.push_multi_polygon(&rect(0.0, 5.0));
    geoms.push_multi_polygon(&rect(4.9, 9.0));
    let overlay = Overlay::new(&geoms, true);
    let mut f = Forme::default();
    f.load_polygons(&rect(0.0, 10.0));
    let (mut hits, mut slivers) = (Vec::new(), 0);
    let candidates = overlay.candidates(&f.boite);
    overlay.measure(&f, &candidates, ECLAT, &mut hits, &mut slivers);
    let mut parcel = Geometries::new();
    parcel.push_multi_polygon(&rect(0.0, 10.0));
    let shape = Shape {
        forme: &f,
        geom: parcel.get(0),
    };
    assert!((overlay.union_area(&shape, &hits, &geoms) - 81.0).abs() < 1e-4);
    assert!(!overlay.any_overlap(&hits, OVERLAP_M2));
}

/// A polygon of many vertices is cut into cells: the cuts are no part of what it has in common with a parcel.
#[test]
fn cuts_between_cells_do_not_make_a_sliver() {
    let saw: Vec<(f64, f64)> = (0..=200)
        .map(|i| (f64::from(i) * 4.0, if i % 2 == 0 { 0.0 } else { 0.3 }))
        .chain([(800.0, 500.0), (0.0, 500.0)])
        .collect();
    let zone = MultiPolygon(vec![Polygon::new(saw.into(), vec![])]);
    let mut geoms = Geometries::new();
    geoms.push_multi_polygon(&zone);
    let overlay = Overlay::new(&geoms, false);
    let mut f = Forme::default();
    f.load_polygons(&MultiPolygon(vec![
        geo::Rect::new((1.0, -30.0), (799.0, 0.37)).to_polygon(),
    ]));
    let part = common_area_and_perimeter(&zone, &f);
    // Just thick enough, with the perimeter of the part itself.
    let width = 2.0 * part.0 / part.1 - 1e-6;
    let (mut hits, mut slivers) = (Vec::new(), 0);
    let eclat = Eclat { area: 1.0, width };
    let candidates = overlay.candidates(&f.boite);
    overlay.measure(&f, &candidates, eclat, &mut hits, &mut slivers);
    assert_eq!((hits.len(), slivers), (1, 0));
}

/// A box leaves edges over one another along its sides: here down its left side and back, from its lowest corner.
#[test]
fn a_polygon_cut_by_a_box_keeps_its_area_in_a_union() {
    let shape = [
        (-5.0, 30.0),
        (-5.0, -12.0),
        (20.0, -8.0),
        (-4.0, -4.0),
        (-4.0, 12.0),
        (55.0, 5.0),
        (55.0, 38.0),
    ];
    let shape = MultiPolygon(vec![Polygon::new(shape.to_vec().into(), vec![])]);
    let mut geoms = Geometries::new();
    geoms.push_multi_polygon(&shape);
    let b = Boite {
        x0: 0.0,
        y0: 1.0,
        x1: 59.0,
        y1: 39.0,
    };
    let cut = geo::Rect::new((-1.0, 0.0), (60.0, 40.0)).to_polygon();
    let expected = shape.intersection(&MultiPolygon(vec![cut])).unsigned_area();
    let part = local(&geoms, 0, &b);
    let found = clip::union(vec![part.clone(), part]).unsigned_area();
    assert!((found - expected).abs() < 1e-3, "{found} {expected}");
}

/// A ring all around a parcel has twice its perimeter.
#[test]
fn a_thin_ring_is_a_sliver() {
    let square = |d: f64| geo::Rect::new((d, d), (50.0 - d, 50.0 - d)).to_polygon();
    let (outer, inner) = (square(0.0), square(0.15));
    let mut geoms = Geometries::new();
    geoms.push_multi_polygon(&MultiPolygon(vec![Polygon::new(
        outer.exterior().clone(),
        vec![inner.exterior().clone()],
    )]));
    let overlay = Overlay::new(&geoms, false);
    let mut f = Forme::default();
    f.load_polygons(&MultiPolygon(vec![outer]));
    let (mut hits, mut slivers) = (Vec::new(), 0);
    let eclat = Eclat {
        area: 1.0,
        width: 0.2,
    };
    let candidates = overlay.candidates(&f.boite);
    overlay.measure(&f, &candidates, eclat, &mut hits, &mut slivers);
    assert_eq!((hits.len(), slivers), (0, 1));
}

fn common_area_and_perimeter(zone: &MultiPolygon<f64>, f: &Forme) -> (f64, f64) {
    let b = f.boite;
    let parcel = geo::Rect::new((b.x0, b.y0), (b.x1, b.y1)).to_polygon();
    let mut part = Forme::default();
    part.load_polygons(&zone.intersection(&MultiPolygon(vec![parcel])));
    (part.area, part.perimeter)
}
