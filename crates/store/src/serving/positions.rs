//! From legal positions to those that outputs show.

use geo_types::Coord;
use gisement_model::{Crs, crs};

/// Side of the squares in which conversions are approached. m.
const SIDE: f64 = 256.0;
/// Squares remembered, a power of two.
const KEPT: usize = 64;
/// What an approached value may be wrong by, in units of what it is rounded to (a millimetre at least): forty times what
/// third derivatives leave in the corners of a square (10⁻⁸ m).
const DOUBT: f64 = 1e-3;

/// A vertex as the serving form holds it: see [`super`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) lon: i32,
    pub(super) lat: i32,
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) dx: i8,
    pub(super) dy: i8,
}

impl Position {
    fn exact(crs: Crs, c: Coord<f64>) -> Self {
        let degrees = crs.to_lonlat(c.x, c.y);
        let (lon7, lat7) = ((degrees.0 * 1e7).round(), (degrees.1 * 1e7).round());
        // The world position is taken from the rounded degrees, so that every output shows one position.
        let (x, y) = crs::lonlat_to_world(lon7 / 1e7, lat7 / 1e7);
        let (mut dx, mut dy) = (0, 0);
        if crs != Crs::LonLat {
            let back = crs.from_lonlat(lon7 / 1e7, lat7 / 1e7);
            (dx, dy) = (lack(c.x, back.0), lack(c.y, back.1));
        }
        Self {
            lon: lon7 as i32,
            lat: lat7 as i32,
            x,
            y,
            dx,
            dy,
        }
    }
}

/// Millimetres from a position to the one kept, both rounded.
fn lack(kept: f64, back: f64) -> i8 {
    let mm = (kept * 1e3).round() - (back * 1e3).round();
    // A unit is eleven of them, so half of one always fits.
    mm.clamp(f64::from(i8::MIN), f64::from(i8::MAX)) as i8
}

/// Converts the vertices of a run. A conversion costs a dozen transcendental functions; over a small square it is a
/// polynomial of the second degree to some nanometres. Where that could round to another value than the conversion
/// itself would, the conversion is made: what comes out is always what [`Position::exact`] gives.
pub(super) struct Positions {
    crs: Crs,
    squares: Vec<Option<Square>>,
}

impl Positions {
    pub(super) fn new(crs: Crs) -> Self {
        let metric = !matches!(crs, Crs::LonLat | Crs::WebMercator);
        let squares = if metric { vec![None; KEPT] } else { Vec::new() };
        Self { crs, squares }
    }

    pub(super) fn of(&mut self, c: Coord<f64>) -> Position {
        let key = ((c.x / SIDE).floor(), (c.y / SIDE).floor());
        // Infinite coordinates and those of no projection have no square.
        if self.squares.is_empty() || !(key.0.abs() < 1e9 && key.1.abs() < 1e9) {
            return Position::exact(self.crs, c);
        }
        let slot = (key.0 as i64 & 7) << 3 | key.1 as i64 & 7;
        let kept = &mut self.squares[slot as usize];
        let square = match kept {
            Some(square) if square.key == key => square,
            _ => kept.insert(Square::new(self.crs, key)),
        };
        square
            .position(c)
            .unwrap_or_else(|| Position::exact(self.crs, c))
    }
}

/// Conversions around the middle of a square, as second-degree polynomials of the metres from it.
#[derive(Debug, Clone)]
struct Square {
    key: (f64, f64),
    middle: Coord<f64>,
    /// 10⁻⁷ degree: constant, x, y, x², xy, y².
    lon: [f64; 6],
    lat: [f64; 6],
    /// Southward units of the world, by 10⁻⁷ degrees of latitude from that of the middle: constant, first, second.
    world: [f64; 3],
}

impl Square {
    fn new(crs: Crs, key: (f64, f64)) -> Self {
        let middle = Coord {
            x: (key.0 + 0.5) * SIDE,
            y: (key.1 + 0.5) * SIDE,
        };
        let h = SIDE / 2.0;
        let at = |i: f64, j: f64| {
            let (lon, lat) = crs.to_lonlat(middle.x + i * h, middle.y + j * h);
            (lon * 1e7, lat * 1e7)
        };
        let [o, e, w, n, s] = [
            at(0.0, 0.0),
            at(1.0, 0.0),
            at(-1.0, 0.0),
            at(0.0, 1.0),
            at(0.0, -1.0),
        ];
        let (ne, nw, se, sw) = (at(1.0, 1.0), at(-1.0, 1.0), at(1.0, -1.0), at(-1.0, -1.0));
        let fit = |f: fn(&(f64, f64)) -> f64| {
            let [o, e, w, n, s] = [&o, &e, &w, &n, &s].map(f);
            let [ne, nw, se, sw] = [&ne, &nw, &se, &sw].map(f);
            [
                o,
                (e - w) / (2.0 * h),
                (n - s) / (2.0 * h),
                (e - 2.0 * o + w) / (2.0 * h * h),
                (ne - nw - se + sw) / (4.0 * h * h),
                (n - 2.0 * o + s) / (2.0 * h * h),
            ]
        };
        let (lon, lat) = (fit(|p| p.0), fit(|p| p.1));
        let step = (lat[1].abs() + lat[2].abs()) * h;
        let south = |lat: f64| crs::world_y(lat / 1e7);
        let (below, here, above) = (south(lat[0] - step), south(lat[0]), south(lat[0] + step));
        Self {
            key,
            middle,
            lon,
            lat,
            world: [
                here,
                (above - below) / (2.0 * step),
                (above - 2.0 * here + below) / (2.0 * step * step),
            ],
        }
    }

    /// The position of a vertex of the square; `None` where approaching it is not enough.
    fn position(&self, c: Coord<f64>) -> Option<Position> {
        let (x, y) = (c.x - self.middle.x, c.y - self.middle.y);
        let value = |p: &[f64; 6]| p[0] + x * (p[1] + x * p[3] + y * p[4]) + y * (p[2] + y * p[5]);
        let (lon, lat) = (value(&self.lon), value(&self.lat));
        let (lon7, lat7) = (sure(lon)?, sure(lat)?);
        // The way back of less than a unit is straight.
        let slope_x = |p: &[f64; 6]| p[1] + 2.0 * x * p[3] + y * p[4];
        let slope_y = |p: &[f64; 6]| p[2] + x * p[4] + 2.0 * y * p[5];
        let (lon_x, lon_y, lat_x, lat_y) = (
            slope_x(&self.lon),
            slope_y(&self.lon),
            slope_x(&self.lat),
            slope_y(&self.lat),
        );
        let det = lon_x * lat_y - lon_y * lat_x;
        let (u, v) = (lon7 - lon, lat7 - lat);
        let back_x = c.x + (u * lat_y - v * lon_y) / det;
        let back_y = c.y + (v * lon_x - u * lat_x) / det;
        sure(back_x * 1e3)?;
        sure(back_y * 1e3)?;
        let t = lat7 - self.lat[0];
        let south = sure(self.world[0] + t * (self.world[1] + t * self.world[2]))?;
        Some(Position {
            lon: lon7 as i32,
            lat: lat7 as i32,
            x: crs::world_x(lon7 / 1e7).round() as u32,
            y: south as u32,
            dx: lack(c.x, back_x),
            dy: lack(c.y, back_y),
        })
    }
}

/// A value rounded, when no other that is as near could round otherwise.
fn sure(v: f64) -> Option<f64> {
    let rounded = v.round();
    ((v - rounded).abs() < 0.5 - DOUBT).then_some(rounded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Places of the territories of the legal projections, in degrees.
    fn places() -> impl Strategy<Value = (Crs, f64, f64)> {
        let of = |departement: &str, lon: std::ops::Range<f64>, lat: std::ops::Range<f64>| {
            let crs = Crs::legale(departement).unwrap();
            (lon, lat).prop_map(move |(lon, lat)| (crs, lon, lat))
        };
        prop_oneof![
            of("34", -5.1..9.6, 41.3..51.1),
            of("971", -61.9..-60.8, 14.3..18.2),
            of("973", -54.6..-51.6, 2.1..5.8),
            of("974", 55.2..55.9, -21.4..-20.8),
            of("976", 45.0..45.3, -13.1..-12.6),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn what_is_approached_is_what_is_converted(
            (crs, lon, lat) in places(),
            steps in prop::collection::vec((-300i32..300, -300i32..300, 0u16..1000), 1..60),
        ) {
            let (x, y) = crs.from_lonlat(lon, lat);
            let mut positions = Positions::new(crs);
            for (i, j, mm) in steps {
                let part = f64::from(mm) / 1e3;
                let c = Coord { x: (x + f64::from(i) + part), y: (y + f64::from(j) - part) };
                prop_assert_eq!(positions.of(c), Position::exact(crs, c));
                let c = Coord { x: (c.x * 1e2).round() / 1e2, y: (c.y * 1e2).round() / 1e2 };
                prop_assert_eq!(positions.of(c), Position::exact(crs, c));
            }
        }
    }

    #[test]
    fn most_vertices_are_approached() {
        let square = Square::new(Crs::Lambert93, (2734.0, 24609.0));
        let near = (0..1000).filter(|i| {
            let (x, y) = (
                f64::from(i % 25) * 8.13 - 100.0,
                f64::from(i / 25) * 5.07 - 100.0,
            );
            let c = Coord {
                x: square.middle.x + x,
                y: square.middle.y + y,
            };
            square.position(c).is_some()
        });
        assert!(near.count() > 950);
    }

    #[test]
    fn what_has_no_square_is_converted_all_the_same() {
        for (crs, x, y) in [
            (Crs::LonLat, 3.5, 43.5),
            (Crs::Lambert93, f64::INFINITY, 0.0),
            (Crs::Lambert93, f64::NAN, f64::NAN),
        ] {
            let c = Coord { x, y };
            assert_eq!(Positions::new(crs).of(c), Position::exact(crs, c));
        }
    }
}
