//! Whether a feature meets a box: the box of the feature is only a first answer.

use gisement_store::{Collection, GeomKind, Ring};
use rayon::prelude::*;

use crate::system::System;

/// A box in the units of a reference system ([`System::position`]); bounds need not be whole.
/// One whose west lies beyond its east crosses the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Window {
    system: System,
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl Window {
    /// A box as written, abscissa first.
    pub(crate) fn new(bbox: [f64; 4], system: System) -> Self {
        let [west, south, east, north] = bbox.map(|v| system.scaled(v));
        Self {
            system,
            west,
            south,
            east,
            north,
        }
    }

    /// Its parts on either side of the antimeridian.
    fn halves(self) -> Option<[Self; 2]> {
        (self.west > self.east).then(|| {
            let end = self.system.scaled(180.0);
            [Self { east: end, ..self }, Self { west: -end, ..self }]
        })
    }

    /// The rows whose geometry meets the box, in order.
    pub(crate) fn rows(self, collection: &Collection) -> Vec<u32> {
        if let Some(halves) = self.halves() {
            let mut rows = halves.map(|half| half.rows(collection)).concat();
            rows.sort_unstable();
            rows.dedup();
            return rows;
        }
        let bounds = [self.west, self.south, self.east, self.north];
        let unit = self.system.scaled(1.0);
        let degrees = self.system.envelope(bounds.map(|v| v / unit));
        let mut rows = collection.search_degrees(degrees);
        rows.retain(|row| self.meets(collection, *row as usize));
        rows
    }

    /// Those of some rows whose geometry meets the box, in the order given.
    pub(crate) fn among(self, collection: &Collection, rows: Vec<u32>) -> Vec<u32> {
        rows.into_par_iter()
            .with_min_len(1024)
            .filter(|row| self.meets(collection, *row as usize))
            .collect()
    }

    fn holds(self, x: f64, y: f64) -> bool {
        x >= self.west && x <= self.east && y >= self.south && y <= self.north
    }

    /// Whether the geometry of a row and the box have a point in common.
    pub(crate) fn meets(self, collection: &Collection, row: usize) -> bool {
        if let Some(halves) = self.halves() {
            return halves.iter().any(|half| half.meets(collection, row));
        }
        let closed = collection.kind(row) == GeomKind::Surface;
        // Most features that the index found have their first vertex in the box.
        let mut rings = collection.polygons(row).flatten();
        let first = rings
            .next()
            .and_then(|r| (!r.lon.is_empty()).then(|| self.system.position(r, 0)));
        match first {
            None => false,
            Some((x, y)) if self.holds(x, y) => true,
            Some(_) => collection
                .polygons(row)
                .any(|polygon| self.meets_polygon(polygon, closed)),
        }
    }

    /// `closed` is false for lines, which a box can only be crossed by.
    fn meets_polygon<'a>(self, rings: impl Iterator<Item = Ring<'a>>, closed: bool) -> bool {
        // No border in the box: then the box lies wholly inside the polygon or wholly outside, and one corner tells.
        let mut inside = false;
        for ring in rings {
            for i in 1..ring.lon.len() {
                let at = |i: usize| self.system.position(ring, i);
                let (a, b) = (at(i - 1), at(i));
                if self.meets_segment(a, b) {
                    return true;
                }
                // Even-odd over all rings, so that a corner in a hole is outside.
                if (a.1 > self.south) != (b.1 > self.south)
                    && self.west < a.0 + (self.south - a.1) / (b.1 - a.1) * (b.0 - a.0)
                {
                    inside = !inside;
                }
            }
        }
        inside && closed
    }

    /// Liang–Barsky: whether part of a segment lies in the box, edges included.
    fn meets_segment(self, a: (f64, f64), b: (f64, f64)) -> bool {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let (mut enter, mut leave) = (0.0f64, 1.0f64);
        for (p, q) in [
            (-dx, a.0 - self.west),
            (dx, self.east - a.0),
            (-dy, a.1 - self.south),
            (dy, self.north - a.1),
        ] {
            if p == 0.0 {
                if q < 0.0 {
                    return false;
                }
            } else if p < 0.0 {
                enter = enter.max(q / p);
            } else {
                leave = leave.min(q / p);
            }
        }
        enter <= leave
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meets(rings: &[&[(i32, i32)]], b: [f64; 4]) -> bool {
        meets_as(rings, b, true)
    }

    fn meets_as(rings: &[&[(i32, i32)]], b: [f64; 4], closed: bool) -> bool {
        let columns: Vec<(Vec<i32>, Vec<i32>)> = rings
            .iter()
            .map(|r| r.iter().chain(r.first()).copied().unzip())
            .collect();
        Window {
            system: System::CRS84,
            west: b[0],
            south: b[1],
            east: b[2],
            north: b[3],
        }
        .meets_polygon(
            columns.iter().map(|(lon, lat)| Ring {
                lon,
                lat,
                x: &[],
                y: &[],
                dx: &[],
                dy: &[],
            }),
            closed,
        )
    }

    #[test]
    fn a_line_has_no_inside() {
        // Closed, and still a line: what it goes around is not met.
        let round: &[(i32, i32)] = &[(0, 0), (100, 0), (0, 100)];
        let rings = [round];
        assert!(!meets_as(&rings, [10.0, 10.0, 20.0, 20.0], false));
        assert!(
            meets_as(&rings, [-5.0, 10.0, 5.0, 20.0], false),
            "crossed by the box"
        );
    }

    #[test]
    fn geometry_decides_not_its_box() {
        let triangle: &[(i32, i32)] = &[(0, 0), (100, 0), (0, 100)];
        assert!(meets(&[triangle], [10.0, 10.0, 20.0, 20.0]), "box inside");
        assert!(
            !meets(&[triangle], [80.0, 80.0, 90.0, 90.0]),
            "in its box, beyond its side"
        );
        assert!(
            meets(&[triangle], [50.0, 50.0, 90.0, 90.0]),
            "touches its side"
        );
        assert!(
            meets(&[triangle], [-10.0, -10.0, 200.0, 200.0]),
            "box around"
        );
        assert!(
            meets(&[triangle], [-10.0, 40.0, 200.0, 41.0]),
            "band across, no vertex inside"
        );
        let hole: &[(i32, i32)] = &[(5, 5), (40, 5), (5, 40)];
        assert!(
            !meets(&[triangle, hole], [10.0, 10.0, 12.0, 12.0]),
            "in the hole"
        );
        assert!(
            meets(&[triangle, hole], [4.0, 4.0, 12.0, 12.0]),
            "across the border of the hole"
        );
    }

    #[test]
    fn bounds_with_seven_decimals_are_whole_units() {
        let w = Window::new([3.876_543_2, 43.6, 3.9, 43.7], System::CRS84);
        assert_eq!((w.west, w.south), (38_765_432.0, 436_000_000.0));
    }
}
