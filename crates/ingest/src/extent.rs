//! Where coordinates of a territory lie, system by system: what tells an honest declaration from a wrong one.

use geo_types::Coord;
use gisement_model::{Crs, Fuseau};

/// xmin, ymin, xmax, ymax in the units of a system.
pub(crate) type Extent = [f64; 4];

/// Mainland France and Corsica in degrees, with a margin of half a degree.
const FRANCE: Extent = [-5.8, 40.8, 10.2, 51.7];

/// Holds nothing.
const NOWHERE: Extent = [
    f64::INFINITY,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NEG_INFINITY,
];

/// Land of an overseas projection in degrees, with the same margin.
fn land(zone: Fuseau) -> Extent {
    match zone {
        // From Martinique to Saint-Martin.
        Fuseau::Antilles => [-63.7, 13.9, -60.3, 18.7],
        Fuseau::Guyane => [-55.2, 1.6, -51.1, 6.3],
        Fuseau::Reunion => [54.7, -21.9, 56.4, -20.3],
        Fuseau::Mayotte => [44.5, -13.5, 45.8, -12.1],
    }
}

/// Where coordinates lie in a system, for a territory whose legal projection is given.
pub(crate) fn extent(crs: Crs, legal: Crs) -> Extent {
    match (legal, crs) {
        (Crs::Utm(zone), Crs::LonLat) => land(zone),
        (Crs::Utm(zone), Crs::WebMercator) => projected(land(zone), crs),
        (Crs::Utm(zone), _) if crs == legal => projected(land(zone), crs),
        (Crs::Utm(_), _) | (_, Crs::Utm(_)) => NOWHERE,
        _ => mainland(crs),
    }
}

/// Where a system is used, whatever the territory.
pub(crate) fn home(crs: Crs) -> Extent {
    match crs {
        Crs::Utm(_) => extent(crs, crs),
        _ => mainland(crs),
    }
}

fn mainland(crs: Crs) -> Extent {
    match crs {
        Crs::LonLat => FRANCE,
        Crs::Lambert93 => [0.0, 5_950_000.0, 1_350_000.0, 7_250_000.0],
        // A zone is used within a degree of its parallel, and seen a little beyond.
        Crs::ConiqueConforme(z) => {
            let y = 200_000.0 + 1_000_000.0 * (f64::from(z) - 41.0);
            [1_000_000.0, y - 400_000.0, 2_400_000.0, y + 400_000.0]
        }
        Crs::LambertNtf(code) => {
            // Zones I to IV; 27572 serves the whole country. A million is added a zone in the 2757x.
            let zone = f64::from(code % 10);
            let add = if code >= 27571 { zone * 1e6 } else { 0.0 };
            match code {
                27572 => [0.0, 1_600_000.0, 1_250_000.0, 2_750_000.0],
                27564 | 27574 => [480_000.0, add, 630_000.0, add + 350_000.0],
                _ => [0.0, add - 150_000.0, 1_250_000.0, add + 550_000.0],
            }
        }
        Crs::WebMercator => [-650_000.0, 4_980_000.0, 1_140_000.0, 6_740_000.0],
        Crs::Utm(_) => NOWHERE,
    }
}

/// The box around the corners of a box of degrees: parallels and meridians bend by far less than the margin.
fn projected(degrees: Extent, crs: Crs) -> Extent {
    let [w, s, e, n] = degrees;
    [(w, s), (w, n), (e, s), (e, n)]
        .into_iter()
        .map(|(lon, lat)| crs.from_lonlat(lon, lat))
        .fold(NOWHERE, |b, (x, y)| {
            [b[0].min(x), b[1].min(y), b[2].max(x), b[3].max(y)]
        })
}

/// Whether a coordinate lies there. Never for NaN.
pub(crate) fn contains(b: &Extent, c: Coord<f64>) -> bool {
    c.x >= b[0] && c.x <= b[2] && c.y >= b[1] && c.y <= b[3]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_lies_in_one_territory() {
        for (lon, lat, legal) in [
            (3.87, 43.61, Crs::Lambert93),
            (-61.53, 16.24, Crs::Utm(Fuseau::Antilles)),
            (-62.85, 17.9, Crs::Utm(Fuseau::Antilles)),
            (-61.07, 14.61, Crs::Utm(Fuseau::Antilles)),
            (-52.33, 4.94, Crs::Utm(Fuseau::Guyane)),
            (-54.03, 3.64, Crs::Utm(Fuseau::Guyane)),
            (55.45, -20.88, Crs::Utm(Fuseau::Reunion)),
            (45.23, -12.78, Crs::Utm(Fuseau::Mayotte)),
        ] {
            for l in Crs::legales() {
                for crs in [Crs::LonLat, Crs::WebMercator, legal] {
                    let (x, y) = crs.from_lonlat(lon, lat);
                    assert_eq!(
                        contains(&extent(crs, l), Coord { x, y }),
                        l == legal,
                        "{lon} {lat} in {crs} for {l}"
                    );
                }
            }
            let (x, y) = legal.from_lonlat(lon, lat);
            assert!(contains(&home(legal), Coord { x, y }));
        }
    }
}
