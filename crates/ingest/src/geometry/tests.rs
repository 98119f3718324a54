use super::*;
use crate::frame::Declared;
use gisement_model::Crs;

fn settle(
    rings: &[&[(f64, f64)]],
    kind: GeometryKind,
) -> (
    Result<(), Rejet>,
    Geometries,
    gisement_model::RapportFichier,
) {
    let mut s = Shape::default();
    for r in rings {
        // Around the origin of Lambert-93, in metres.
        s.coords.extend(r.iter().map(|&(x, y)| Coord {
            x: 700_000.0 + x,
            y: 6_600_000.0 + y,
        }));
        s.end_ring();
    }
    s.end_polygon();
    s.kind = ShapeKind::Surface;
    let frame = Frame::decide(
        "f",
        None,
        Declared {
            crs: Some(Crs::Lambert93),
            ..Declared::default()
        },
        &s.coords,
        Crs::Lambert93,
    )
    .unwrap();
    let (mut g, mut n) = (Geometries::new(), Notes::default());
    n.row = 1;
    let r = Room::default().settle(
        &s,
        &frame,
        Wish {
            kind,
            required: true,
        },
        &mut g,
        &mut n,
    );
    let mut report = gisement_model::RapportFichier::new(crate::tests_support::provenance(), "");
    n.merge_into(&mut report);
    (r, g, report)
}

#[test]
fn rings_are_closed_cleaned_and_oriented() {
    let (r, g, report) = settle(
        &[&[(0., 0.), (0., 10.), (0., 10.), (10., 10.), (10., 0.)]],
        GeometryKind::Surface,
    );
    r.unwrap();
    assert_eq!(g.get(0).area(), 100.0);
    let ring: Vec<_> = g.get(0).coords().to_vec();
    assert_eq!(ring.len(), 5);
    assert!(signed_area(&ring) > 0.0);
    assert_eq!(
        report.repares.keys().collect::<Vec<_>>(),
        ["anneau_referme", "sommets_repetes_retires"]
    );
}

#[test]
fn a_bow_tie_becomes_two_triangles() {
    let (r, g, report) = settle(
        &[&[(0., 0.), (10., 10.), (10., 0.), (0., 10.), (0., 0.)]],
        GeometryKind::Surface,
    );
    r.unwrap();
    assert_eq!(g.get(0).polygons().len(), 2);
    assert!((g.get(0).area() - 50.0).abs() < 1e-6);
    assert_eq!(report.repares["auto_intersection"], 1);
    assert!(validity::check_multi_polygon(&g.get(0).to_multi_polygon()).is_ok());
}

#[test]
fn degenerate_and_absurd_surfaces_are_refused() {
    for ring in [
        &[(0., 0.), (1., 1.), (0., 0.)][..],
        &[(0., 0.), (1., 1.), (2., 2.), (0., 0.)],
    ] {
        let (r, g, _) = settle(&[ring], GeometryKind::Surface);
        assert_eq!(r.unwrap_err().code, "geometrie_degeneree");
        assert!(g.is_empty());
    }
    let (r, ..) = settle(
        &[&[(0., 0.), (1., 0.), (f64::NAN, 1.), (0., 0.)]],
        GeometryKind::Surface,
    );
    assert_eq!(r.unwrap_err().code, "hors_emprise");
}

#[test]
fn a_surface_can_stand_for_a_point() {
    let (r, g, _) = settle(
        &[&[(0., 0.), (10., 0.), (10., 10.), (0., 0.)]],
        GeometryKind::Point,
    );
    r.unwrap();
    assert!(g.get(0).point().is_some());
}
