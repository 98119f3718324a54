use fast_mvt::{MvtGeometry, MvtReaderRef, MvtValueRef};
use proptest::prelude::*;

use super::*;

/// World units of a vertex given in units of the tile.
fn world(tile: TileId, v: (i32, i32)) -> (u32, u32) {
    let unit = 1i64 << (20 - tile.z());
    let at = |t: u32, v: i32| ((i64::from(t) * 4096 + i64::from(v)) * unit) as u32;
    (at(tile.x(), v.0), at(tile.y(), v.1))
}

/// A shape from polygons in tile units; rings are closed here.
fn shape(tile: TileId, polygons: &[Vec<Vec<(i32, i32)>>]) -> Shape {
    let mut s = Shape::new(tile);
    s.clear();
    for p in polygons {
        let rings: Vec<(Vec<u32>, Vec<u32>)> = p
            .iter()
            .map(|r| r.iter().chain(r.first()).map(|v| world(tile, *v)).unzip())
            .collect();
        s.polygon(rings.iter().map(|(x, y)| (x.as_slice(), y.as_slice())));
    }
    s
}

fn tile() -> TileId {
    TileId::new(14, 8_345, 5_975).unwrap()
}

/// Encodes one feature and reads its rings back with an independent reader: (vertices, signed area doubled).
fn rings(s: &Shape) -> Vec<(Vec<(i32, i32)>, i64)> {
    let mut layer = LayerWriter::new("essai", &[]);
    layer.polygon(s);
    let bytes = encode(&[layer]);
    let reader = MvtReaderRef::new(&bytes).unwrap();
    let geometry = reader
        .layers()
        .next()
        .unwrap()
        .features()
        .next()
        .unwrap()
        .geometry()
        .unwrap();
    let polygons = match geometry {
        MvtGeometry::Polygon(p) => vec![p],
        MvtGeometry::MultiPolygon(m) => m.0,
        other => panic!("{other:?}"),
    };
    polygons
        .iter()
        .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()))
        .map(|r| {
            let v: Vec<_> = r.coords().map(|c| (c.x, c.y)).collect();
            let twice = v
                .windows(2)
                .map(|w| {
                    i64::from(w[0].0) * i64::from(w[1].1) - i64::from(w[1].0) * i64::from(w[0].1)
                })
                .sum();
            (v, twice)
        })
        .collect()
}

#[test]
fn rings_are_wound_as_the_standard_says_whatever_the_source() {
    let square = |a: i32, b: i32| vec![(a, a), (b, a), (b, b), (a, b)];
    let reversed = |r: Vec<(i32, i32)>| r.into_iter().rev().collect::<Vec<_>>();
    for outer in [square(0, 100), reversed(square(0, 100))] {
        for hole in [square(20, 40), reversed(square(20, 40))] {
            let r = rings(&shape(tile(), &[vec![outer.clone(), hole]]));
            assert_eq!(r.iter().map(|r| r.1).collect::<Vec<_>>(), [20_000, -800]);
        }
    }
}

#[test]
fn only_vertices_on_a_straight_line_are_left_out() {
    let r = rings(&shape(
        tile(),
        &[vec![vec![
            (50, 0),
            (100, 0),
            (100, 50),
            (100, 100),
            (100, 100),
            (0, 100),
            (0, 0),
        ]]],
    ));
    assert_eq!(r[0].0.len(), 5, "{r:?}");
    let spike = rings(&shape(
        tile(),
        &[vec![vec![
            (0, 0),
            (100, 0),
            (100, 100),
            (300, 100),
            (100, 100),
            (0, 100),
        ]]],
    ));
    assert_eq!((spike[0].0.len(), spike[0].1), (5, 20_000));
}

#[test]
fn what_crosses_the_edge_is_cut_at_the_buffer() {
    let r = rings(&shape(
        tile(),
        &[vec![vec![(-500, 10), (200, 10), (200, 20), (-500, 20)]]],
    ));
    assert_eq!(r[0].1, 2 * 10 * 264);
    let all = rings(&shape(
        tile(),
        &[vec![vec![
            (-9_000, -9_000),
            (9_000, -9_000),
            (9_000, 9_000),
            (-9_000, 9_000),
        ]]],
    ));
    assert_eq!(all[0].1, 2 * 4_224 * 4_224);
    assert!(
        shape(
            tile(),
            &[vec![vec![(5_000, 5_000), (5_100, 5_000), (5_100, 5_100)]]]
        )
        .is_empty()
    );
}

#[test]
fn a_feature_too_small_becomes_dust_and_only_in_its_own_tile() {
    let speck = |x: u32, y: u32| {
        let mut s = Shape::new(tile());
        let xs = [x, x + 3, x + 3, x];
        let ys = [y, y, y + 3, y];
        s.polygon(std::iter::once((&xs[..], &ys[..])));
        s
    };
    let (x, y) = world(tile(), (700, 900));
    let mut s = speck(x, y);
    assert!(s.is_empty() && s.or_dust());
    assert_eq!(
        rings(&s),
        [(
            vec![(700, 900), (702, 900), (702, 902), (700, 902), (700, 900)],
            8
        )]
    );
    let (x, y) = world(tile(), (-10, 900));
    assert!(!speck(x, y).or_dust(), "the neighbouring tile shows it");
}

#[test]
fn values_are_written_once_and_read_back() {
    let s = shape(tile(), &[vec![vec![(0, 0), (10, 0), (10, 10)]]]);
    let mut layer = LayerWriter::new("parcelles", &["idu", "v", "u"]);
    for (idu, u) in [
        ("34901000ZB0047", 300),
        ("34901000ZB0048", 70_000),
        ("34901000ZB0049", 300),
    ] {
        layer.unique_text(0, idu);
        layer.text(1, "a_etudier");
        layer.integer(2, u);
        layer.polygon(&s);
    }
    let bytes = encode(&[layer, LayerWriter::new("vide", &[])]);
    let reader = MvtReaderRef::new(&bytes).unwrap();
    assert_eq!(reader.layer_count(), 1);
    let layer = reader.layers().next().unwrap();
    assert_eq!(
        (layer.name(), layer.version(), layer.extent()),
        ("parcelles", 2, 4096)
    );
    assert_eq!(layer.values().len(), 3 + 1 + 2);
    let last = layer.features().last().unwrap().properties_vec().unwrap();
    assert_eq!(
        last,
        [
            ("idu", MvtValueRef::String("34901000ZB0049")),
            ("v", MvtValueRef::String("a_etudier")),
            ("u", MvtValueRef::UInt(300))
        ]
    );
}

#[test]
fn points_outside_the_buffer_are_left_out() {
    let mut s = Shape::new(tile());
    let (x, y) = world(tile(), (-300, 5));
    s.point(x, y);
    assert!(s.is_empty());
    let (x, y) = world(tile(), (30, 5));
    s.point(x, y);
    let mut layer = LayerWriter::new("p", &[]);
    layer.point(&s);
    let bytes = encode(&[layer]);
    let reader = MvtReaderRef::new(&bytes).unwrap();
    let g = reader
        .layers()
        .next()
        .unwrap()
        .features()
        .next()
        .unwrap()
        .geometry()
        .unwrap();
    assert_eq!(g, MvtGeometry::Point((30, 5).into()));
}

#[test]
fn tiles_that_do_not_exist_are_refused() {
    assert!(TileId::new(0, 0, 0).is_some() && TileId::new(16, 65_535, 0).is_some());
    assert!(
        TileId::new(0, 1, 0).is_none()
            && TileId::new(3, 0, 8).is_none()
            && TileId::new(19, 0, 0).is_none()
    );
    assert_eq!(
        TileId::new(0, 0, 0).unwrap().world_box(),
        [0, 0, u32::MAX, u32::MAX]
    );
}

proptest! {
    /// Whatever the ring: nothing beyond the buffer, outer rings positive, and a convex ring keeps the area it has in
    /// the buffered tile but for the rounding of the cuts.
    #[test]
    fn clipped_rings_stay_in_the_buffer(
        ring in prop::collection::vec((-9_000i32..13_000, -9_000i32..13_000), 3..12),
    ) {
        let mut s = shape(tile(), &[vec![ring]]);
        if s.or_dust() {
            for (vertices, twice) in rings(&s) {
                prop_assert!(twice > 0);
                for v in vertices {
                    prop_assert!((-64..=4_160).contains(&v.0) && (-64..=4_160).contains(&v.1), "{v:?}");
                }
            }
        }
    }

    /// Two neighbours that share a slanted border, cut by the tile: together they have the area of their union.
    #[test]
    fn neighbours_cut_their_border_at_one_place(
        top in -3_000i32..7_000, bottom in -3_000i32..7_000, left in -9_000i32..-5_000, right in 9_000i32..13_000,
    ) {
        let (n, s) = (-2_000, 6_000);
        let quad = |a: (i32, i32), b: (i32, i32)| vec![vec![vec![(a.0, n), (b.0, n), (b.1, s), (a.1, s)]]];
        let area = |p: &[Vec<Vec<(i32, i32)>>]| {
            let sh = shape(tile(), p);
            if sh.is_empty() { 0 } else { rings(&sh).iter().map(|r| r.1).sum::<i64>() }
        };
        let west = area(&quad((left, left), (top, bottom)));
        let east = area(&quad((top, bottom), (right, right)));
        prop_assert_eq!(west + east, 2 * 4_224 * 4_224);
    }
}
