//! The Lambert zones of the old French datum (NTF), in which files of before 2009 still come.
//!
//! Conic conformal with one parallel (EPSG method 9801) on Clarke 1880 IGN, meridian of Paris; the datum is shifted
//! by IGN's three parameters (−168, −60, +320 m), right to some metres: the grid that would do better is not shipped.

const A: f64 = 6_378_249.2;
const B: f64 = 6_356_515.0;
const E2: f64 = 1.0 - B * B / (A * A);
/// Longitude of Paris, 2.596 921 3 gon.
const PARIS: f64 = 2.337_229_17;
/// From the NTF's geocentric coordinates to RGF93's. m.
const SHIFT: [f64; 3] = [-168.0, -60.0, 320.0];

const GRS80_A: f64 = 6_378_137.0;
const GRS80_F: f64 = 1.0 / 298.257_222_101;
const GRS80_E2: f64 = GRS80_F * (2.0 - GRS80_F);

/// A zone: EPSG number, latitude of origin (degrees), scale there, false easting and northing (m).
type Zone = (u16, f64, f64, f64, f64);

/// 2756x count northings from the zone's origin, 2757x add a million a zone; 27572 is « Lambert II étendu ».
const ZONES: [Zone; 8] = [
    (27561, 49.5, 0.999_877_341, 600_000.0, 200_000.0),
    (27562, 46.8, 0.999_877_42, 600_000.0, 200_000.0),
    (27563, 44.1, 0.999_877_499, 600_000.0, 200_000.0),
    (27564, 42.165, 0.999_944_71, 234.358, 185_861.369),
    (27571, 49.5, 0.999_877_341, 600_000.0, 1_200_000.0),
    (27572, 46.8, 0.999_877_42, 600_000.0, 2_200_000.0),
    (27573, 44.1, 0.999_877_499, 600_000.0, 3_200_000.0),
    (27574, 42.165, 0.999_944_71, 234.358, 4_185_861.369),
];

/// The EPSG number of a zone given by its parameters (degrees, metres).
pub(crate) fn by_parameters(lat0: f64, x0: f64, y0: f64) -> Option<u16> {
    ZONES
        .iter()
        .find(|z| (z.1 - lat0).abs() < 1e-3 && (z.3 - x0).abs() < 1.0 && (z.4 - y0).abs() < 1.0)
        .map(|z| z.0)
}

pub(crate) fn is_zone(epsg: u32) -> bool {
    ZONES.iter().any(|z| u32::from(z.0) == epsg)
}

fn zone(epsg: u16) -> Zone {
    ZONES.into_iter().find(|z| z.0 == epsg).unwrap_or(ZONES[5])
}

fn isometric(phi: f64) -> f64 {
    let (e, s) = (E2.sqrt(), phi.sin());
    s.atanh() - e * (e * s).atanh()
}

/// The exponent of the cone, the radius of the origin's parallel and the isometric latitude there.
fn cone(z: Zone) -> (f64, f64, f64) {
    let phi0 = z.1.to_radians();
    let normal = A / (1.0 - E2 * phi0.sin().powi(2)).sqrt();
    (phi0.sin(), z.2 * normal / phi0.tan(), isometric(phi0))
}

/// To longitude and latitude in degrees (RGF93).
pub(crate) fn to_lonlat(epsg: u16, x: f64, y: f64) -> (f64, f64) {
    let z = zone(epsg);
    let (n, r0, psi0) = cone(z);
    let (dx, dy) = (x - z.3, r0 - (y - z.4));
    let lon = dx.atan2(dy) / n + PARIS.to_radians();
    let psi = psi0 - (dx.hypot(dy) / r0).ln() / n;
    let e = E2.sqrt();
    let mut lat = psi.tanh().asin();
    for _ in 0..8 {
        lat = (psi + e * (e * lat.sin()).atanh()).tanh().asin();
    }
    shift((lon, lat), (A, E2), (GRS80_A, GRS80_E2), SHIFT)
}

/// From longitude and latitude in degrees (RGF93).
pub(crate) fn from_lonlat(epsg: u16, lon: f64, lat: f64) -> (f64, f64) {
    let back = SHIFT.map(|v| -v);
    let (lon, lat) = shift(
        (lon.to_radians(), lat.to_radians()),
        (GRS80_A, GRS80_E2),
        (A, E2),
        back,
    );
    let z = zone(epsg);
    let (n, r0, psi0) = cone(z);
    let r = r0 * (-n * (isometric(lat.to_radians()) - psi0)).exp();
    let theta = n * (lon - PARIS).to_radians();
    (z.3 + r * theta.sin(), z.4 + r0 - r * theta.cos())
}

/// The scale k² of areas at a point of a zone.
pub(crate) fn areal_scale(epsg: u16, x: f64, y: f64) -> f64 {
    let z = zone(epsg);
    let (n, r0, _) = cone(z);
    let r = (x - z.3).hypot(r0 - (y - z.4));
    let (_, lat) = to_lonlat(epsg, x, y);
    let phi = lat.to_radians();
    let normal = A / (1.0 - E2 * phi.sin().powi(2)).sqrt();
    (n * r / (normal * phi.cos())).powi(2)
}

/// Through geocentric coordinates on the ground, from one ellipsoid (a, e²) to another. Radians in, degrees out.
fn shift(
    (lon, lat): (f64, f64),
    (a, e2): (f64, f64),
    (to_a, to_e2): (f64, f64),
    by: [f64; 3],
) -> (f64, f64) {
    let normal = a / (1.0 - e2 * lat.sin().powi(2)).sqrt();
    let x = normal * lat.cos() * lon.cos() + by[0];
    let y = normal * lat.cos() * lon.sin() + by[1];
    let z = normal * (1.0 - e2) * lat.sin() + by[2];
    let p = x.hypot(y);
    let mut phi = (z / (p * (1.0 - to_e2))).atan();
    for _ in 0..6 {
        let normal = to_a / (1.0 - to_e2 * phi.sin().powi(2)).sqrt();
        phi = ((z + to_e2 * normal * phi.sin()) / p).atan();
    }
    (y.atan2(x).to_degrees(), phi.to_degrees())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PROJ 9 with the same three parameters, whose Paris is 3·10⁻⁹ degree away from EPSG's.
    #[test]
    fn agrees_with_proj() {
        for (epsg, x, y, lon, lat) in [
            (
                27572,
                600_000.0,
                2_428_000.0,
                2.336_505_662_6,
                48.850_346_593_7,
            ),
            (
                27572,
                725_000.0,
                1_850_000.0,
                3.883_715_539_1,
                43.640_803_176_6,
            ),
            (
                27572,
                250_000.0,
                2_400_000.0,
                -2.401_188_377_6,
                48.503_787_721_8,
            ),
            (
                27574,
                561_000.0,
                4_216_000.0,
                9.137_557_925_4,
                42.235_172_840_3,
            ),
            (
                27563,
                725_000.0,
                150_000.0,
                3.885_922_609_0,
                43.639_360_222_5,
            ),
        ] {
            let (found_lon, found_lat) = to_lonlat(epsg, x, y);
            assert!((found_lon - lon).abs() < 1e-8, "{epsg} {found_lon} {lon}");
            assert!((found_lat - lat).abs() < 2e-9, "{epsg} {found_lat} {lat}");
            // The shift forgets heights: a millimetre after a round trip.
            let (back_x, back_y) = from_lonlat(epsg, lon, lat);
            assert!((back_x - x).abs() < 0.01 && (back_y - y).abs() < 0.01);
        }
        assert!((areal_scale(27572, 600_000.0, 2_200_000.0) - 0.999_754_86).abs() < 1e-5);
    }
}
