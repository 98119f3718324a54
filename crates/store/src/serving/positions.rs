//! From legal positions to those that outputs show.

use geo_types::Coord;
use gisement_model::{Crs, crs};

/// Vertices remembered, a power of two: those of some hundreds of neighbouring parcels.
const KEPT: usize = 1 << 12;

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
    fn new(crs: Crs, c: Coord<f64>) -> Self {
        let degrees = crs.to_lonlat(c.x, c.y);
        let (lon7, lat7) = ((degrees.0 * 1e7).round(), (degrees.1 * 1e7).round());
        // The world position is taken from the rounded degrees, so that every output shows one position.
        let (x, y) = crs::lonlat_to_world(lon7 / 1e7, lat7 / 1e7);
        let (mut dx, mut dy) = (0, 0);
        if crs != Crs::LonLat {
            let back = crs.from_lonlat(lon7 / 1e7, lat7 / 1e7);
            let lack = |kept: f64, back: f64| {
                let mm = (kept * 1e3).round() - (back * 1e3).round();
                // A unit is eleven of them, so half of one always fits.
                mm.clamp(f64::from(i8::MIN), f64::from(i8::MAX)) as i8
            };
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

/// Converts vertices that follow one another in a file. Half of them stand where one stood shortly before (a ring ends
/// where it begins, neighbours share their corners), and a conversion costs a dozen transcendental functions.
pub(super) struct Positions {
    crs: Crs,
    kept: Vec<([u64; 2], Position)>,
}

impl Positions {
    pub(super) fn new(crs: Crs) -> Self {
        let nowhere = Coord {
            x: f64::NAN,
            y: f64::NAN,
        };
        let none = Position {
            lon: 0,
            lat: 0,
            x: 0,
            y: 0,
            dx: 0,
            dy: 0,
        };
        Self {
            crs,
            kept: vec![(key(nowhere), none); KEPT],
        }
    }

    pub(super) fn of(&mut self, c: Coord<f64>) -> Position {
        if !(c.x.is_finite() && c.y.is_finite()) {
            return Position::new(self.crs, c);
        }
        let key = key(c);
        let mixed = (key[0] ^ key[1].rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let kept = &mut self.kept[(mixed >> (64 - KEPT.trailing_zeros())) as usize];
        if kept.0 != key {
            *kept = (key, Position::new(self.crs, c));
        }
        kept.1
    }
}

fn key(c: Coord<f64>) -> [u64; 2] {
    [c.x.to_bits(), c.y.to_bits()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_remembered_is_what_would_be_converted(
            steps in prop::collection::vec((0u8..12, 0u8..12), 1..200),
        ) {
            for crs in [Crs::Lambert93, Crs::LonLat] {
                let mut positions = Positions::new(crs);
                for (x, y) in &steps {
                    let c = match crs {
                        Crs::LonLat => Coord { x: f64::from(*x), y: f64::from(*y) },
                        _ => Coord { x: 7e5 + 0.3 * f64::from(*x), y: 6.3e6 + 0.7 * f64::from(*y) },
                    };
                    prop_assert_eq!(positions.of(c), Position::new(crs, c));
                }
            }
        }
    }
}
