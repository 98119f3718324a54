use super::*;
use crate::Table;
use geo_types::Coord;
use gisement_model::codes::KindEquipement;
use gisement_model::{Equipement, GeometryKind};
use proptest::prelude::*;

fn row(id: String) -> Equipement {
    Equipement {
        id,
        kind: KindEquipement::Mairie,
        nom: None,
    }
}

fn table(points: &[Option<(f64, f64)>]) -> Table {
    let mut geoms = Geometries::new();
    let mut rows = Vec::new();
    for (i, p) in points.iter().enumerate() {
        match p {
            Some((lon, lat)) => geoms.push_point(Coord { x: *lon, y: *lat }),
            None => geoms.push_null(),
        }
        rows.push(row(format!("p{i}")));
    }
    Table::from_rows("essai", GeometryKind::Point, &rows, geoms, Crs::LonLat).unwrap()
}

fn write_table(dir: &Path, t: &Table) {
    write(dir, &t.name, &t.batch, &t.geoms, t.crs).unwrap();
}

fn open(points: &[Option<(f64, f64)>]) -> Collection {
    let dir = tempfile::tempdir().unwrap();
    write_table(dir.path(), &table(points));
    Collection::open(dir.path(), "essai").unwrap()
}

#[test]
fn attributes_and_coordinates_are_served_from_the_mapped_file() {
    let c = open(&[Some((3.876_543_2, 43.612_345_6)), None]);
    assert_eq!(
        (c.len(), c.kind(0), c.kind(1)),
        (2, GeomKind::Point, GeomKind::Null)
    );
    assert_eq!(
        c.bbox(0),
        Some([3.876_543_2, 43.612_345_6, 3.876_543_2, 43.612_345_6])
    );
    assert_eq!(c.bbox(1), None);
    assert_eq!(
        c.attributes().map(|(n, _)| n).collect::<Vec<_>>(),
        ["id", "kind", "nom"]
    );
}

#[test]
fn lines_are_served_as_lines() {
    let mut geoms = Geometries::new();
    for (x, n) in [(3.0, 2), (3.5, 3)] {
        geoms.push_ring((0..n).map(|i| Coord {
            x: x + f64::from(i) * 0.1,
            y: 43.5,
        }));
    }
    geoms.end_polygon();
    geoms.end_feature(GeomKind::Line);
    let rows = [row("l".into())];
    let table = Table::from_rows("essai", GeometryKind::Line, &rows, geoms, Crs::LonLat).unwrap();
    let dir = tempfile::tempdir().unwrap();
    write_table(dir.path(), &table);
    let c = Collection::open(dir.path(), "essai").unwrap();
    assert_eq!(c.kind(0), GeomKind::Line);
    let lines: Vec<usize> = c.polygons(0).flatten().map(|r| r.lon.len()).collect();
    assert_eq!(lines, [2, 3]);
    assert_eq!(c.search_degrees([3.05, 43.4, 3.06, 43.6]), [0]);
}

#[test]
fn an_empty_collection_opens() {
    let c = open(&[]);
    assert!(c.is_empty() && c.search([0, 0, u32::MAX, u32::MAX]).is_empty());
}

#[test]
fn a_truncated_file_is_an_error_not_a_crash() {
    let dir = tempfile::tempdir().unwrap();
    write_table(dir.path(), &table(&[Some((3.0, 43.0))]));
    let path = dir.path().join("essai.arrow");
    let whole = std::fs::read(&path).unwrap();
    for cut in [0, 5, 10, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..cut]).unwrap();
        assert!(
            Collection::open(dir.path(), "essai").is_err(),
            "cut at {cut}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn legal_positions_come_back_to_the_millimetre(
        points in prop::collection::vec((100_000_000i64..1_200_000_000, 6_050_000_000i64..7_100_000_000), 1..40),
    ) {
        let mut geoms = Geometries::new();
        for (x, y) in &points {
            geoms.push_point(Coord { x: *x as f64 / 1e3, y: *y as f64 / 1e3 });
        }
        let rows: Vec<Equipement> = (0..points.len()).map(|i| row(format!("p{i}"))).collect();
        let table = Table::from_rows("essai", GeometryKind::Point, &rows, geoms, Crs::Lambert93).unwrap();
        let dir = tempfile::tempdir().unwrap();
        write_table(dir.path(), &table);
        let c = Collection::open(dir.path(), "essai").unwrap();
        for (i, kept) in points.iter().enumerate() {
            let ring = c.polygons(i).flatten().next().unwrap();
            let (x, y) = Crs::Lambert93.from_lonlat(f64::from(ring.lon[0]) / 1e7, f64::from(ring.lat[0]) / 1e7);
            let back = ((x * 1e3).round() as i64 + i64::from(ring.dx[0]), (y * 1e3).round() as i64 + i64::from(ring.dy[0]));
            prop_assert_eq!(back, *kept);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn search_finds_exactly_the_points_of_the_box(
        points in prop::collection::vec(prop::option::weighted(0.9, (-5.0f64..9.0, 42.0f64..51.0)), 0..60),
        a in (-5.0f64..9.0, 42.0f64..51.0), b in (-5.0f64..9.0, 42.0f64..51.0),
    ) {
        let bbox = [a.0.min(b.0), a.1.min(b.1), a.0.max(b.0), a.1.max(b.1)];
        let expected: Vec<u32> = points.iter().enumerate()
            .filter(|(_, p)| p.is_some_and(|(x, y)| x >= bbox[0] && x <= bbox[2] && y >= bbox[1] && y <= bbox[3]))
            .map(|(i, _)| i as u32).collect();
        prop_assert_eq!(open(&points).search_degrees(bbox), expected);
    }
}
