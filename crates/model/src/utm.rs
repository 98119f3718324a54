//! The UTM zones of the overseas départements, and the local systems that came before them.
//!
//! Transverse Mercator (EPSG method 9807) by the series of Krüger, after C. Karney, « Transverse Mercator with an
//! accuracy of a few nanometers », J. Geodesy 85 (2011), on the GRS 80 ellipsoid. Kept to the fourth power of the
//! third flattening n: what is left out is under 10⁻⁷ m within six degrees of the central meridian.

use crate::crs::{A, Crs, F, isometric_latitude, latitude, m};

/// Third flattening.
const N: f64 = F / (2.0 - F);
const N2: f64 = N * N;
const N3: f64 = N2 * N;
const N4: f64 = N2 * N2;

/// Scale on the central meridian.
const K0: f64 = 0.9996;
/// Radius of the sphere whose meridians are as long as the ellipsoid's, at that scale. m.
const RADIUS: f64 = K0 * A / (1.0 + N) * (1.0 + N2 / 4.0 + N4 / 64.0);
/// False easting. m.
const X0: f64 = 500_000.0;

/// From the conformal sphere to the plane (Karney, eq. 35).
const ALPHA: [f64; 4] = [
    N / 2.0 - 2.0 / 3.0 * N2 + 5.0 / 16.0 * N3 + 41.0 / 180.0 * N4,
    13.0 / 48.0 * N2 - 3.0 / 5.0 * N3 + 557.0 / 1440.0 * N4,
    61.0 / 240.0 * N3 - 103.0 / 140.0 * N4,
    49_561.0 / 161_280.0 * N4,
];
/// And back (eq. 36).
const BETA: [f64; 4] = [
    N / 2.0 - 2.0 / 3.0 * N2 + 37.0 / 96.0 * N3 - 1.0 / 360.0 * N4,
    1.0 / 48.0 * N2 + 1.0 / 15.0 * N3 - 437.0 / 1440.0 * N4,
    17.0 / 480.0 * N3 - 37.0 / 840.0 * N4,
    4397.0 / 161_280.0 * N4,
];

/// A UTM zone that is the legal projection of an overseas territory (décret no 2000-1276, as amended in 2019).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fuseau {
    /// EPSG:5490, RGAF09 / UTM 20 N: Guadeloupe, Martinique, Saint-Barthélemy, Saint-Martin.
    Antilles,
    /// EPSG:2972, RGFG95 / UTM 22 N.
    Guyane,
    /// EPSG:2975, RGR92 / UTM 40 S.
    Reunion,
    /// EPSG:4471, RGM04 / UTM 38 S.
    Mayotte,
}

impl Fuseau {
    /// Every zone.
    pub const ALL: [Self; 4] = [Self::Antilles, Self::Guyane, Self::Reunion, Self::Mayotte];

    /// EPSG number, longitude of the central meridian (degrees), false northing (m).
    const fn definition(self) -> (u32, f64, f64) {
        match self {
            Self::Antilles => (5490, -63.0, 0.0),
            Self::Guyane => (2972, -51.0, 0.0),
            Self::Reunion => (2975, 57.0, 10_000_000.0),
            Self::Mayotte => (4471, 45.0, 10_000_000.0),
        }
    }

    /// The EPSG number of the legal projection.
    pub fn epsg(self) -> u32 {
        self.definition().0
    }

    /// From an EPSG number: the legal projection, or the same zone on WGS 84, centimetres away. RRAF 91, of which
    /// the Antilles' older files are (as « WGS 84 » most often), is 0.5 to 0.7 m away from RGAF09.
    pub(crate) fn from_epsg(code: u32) -> Option<Self> {
        match code {
            5490 | 32620 | 4559 | 2989 => Some(Self::Antilles),
            2972 | 32622 => Some(Self::Guyane),
            2975 | 32740 => Some(Self::Reunion),
            4471 | 32738 => Some(Self::Mayotte),
            _ => None,
        }
    }

    /// The zone with this central meridian (degrees), scale, false easting and northing (m), whose parallel of origin
    /// is the equator.
    pub fn by_parameters(lon0: f64, k0: f64, x0: f64, y0: f64) -> Option<Self> {
        Self::ALL.into_iter().find(|z| {
            let (_, lon, north) = z.definition();
            (lon - lon0).abs() < 1e-6
                && (k0 - K0).abs() < 1e-9
                && (x0 - X0).abs() < 1e-3
                && (y0 - north).abs() < 1e-3
        })
    }

    /// From longitude and latitude in degrees.
    pub(crate) fn forward(self, lon: f64, lat: f64) -> (f64, f64) {
        let (_, lon0, y0) = self.definition();
        let (xi, eta, _) = sphere((lon - lon0).to_radians(), lat.to_radians());
        let (dxi, deta) = sines(&ALPHA, xi, eta);
        (X0 + RADIUS * (eta + deta), y0 + RADIUS * (xi + dxi))
    }

    /// To longitude and latitude in degrees.
    pub(crate) fn inverse(self, x: f64, y: f64) -> (f64, f64) {
        let (_, lon0, y0) = self.definition();
        let (xi, eta) = ((y - y0) / RADIUS, (x - X0) / RADIUS);
        let (dxi, deta) = sines(&BETA, xi, eta);
        let (xi, eta) = (xi - dxi, eta - deta);
        let (s, c) = (eta.sinh(), xi.cos());
        let psi = (xi.sin() / s.hypot(c)).asinh();
        (
            lon0 + s.atan2(c).to_degrees(),
            latitude((-psi).exp()).to_degrees(),
        )
    }

    /// The scale k² of areas at a point (m) of the zone (eq. 23 to 26).
    pub(crate) fn areal_scale(self, x: f64, y: f64) -> f64 {
        let (lon, lat) = self.inverse(x, y);
        let (_, lon0, _) = self.definition();
        let phi = lat.to_radians();
        let (xi, eta, parallel) = sphere((lon - lon0).to_radians(), phi);
        let mut slopes = ALPHA;
        for (j, a) in slopes.iter_mut().enumerate() {
            *a *= 2.0 * (j + 1) as f64;
        }
        let (p, q) = cosines(&slopes, xi, eta);
        (RADIUS / A * (1.0 + p).hypot(q) / (m(phi) * parallel)).powi(2)
    }
}

/// Transverse Mercator of the conformal sphere, and the norm that its scale is divided by. Radians from the central
/// meridian.
fn sphere(lambda: f64, phi: f64) -> (f64, f64, f64) {
    let tau = isometric_latitude(phi).sinh();
    let norm = tau.hypot(lambda.cos());
    (tau.atan2(lambda.cos()), (lambda.sin() / norm).asinh(), norm)
}

type Complex = (f64, f64);

/// Σ cⱼ sin 2jζ, ζ = ξ + iη.
fn sines(c: &[f64; 4], xi: f64, eta: f64) -> Complex {
    let (sin, cos) = doubled(xi, eta);
    let (b, _) = clenshaw(c, cos);
    times(b, sin)
}

/// Σ cⱼ cos 2jζ.
fn cosines(c: &[f64; 4], xi: f64, eta: f64) -> Complex {
    let (_, cos) = doubled(xi, eta);
    let (b1, b2) = clenshaw(c, cos);
    let (re, im) = times(b1, cos);
    (re - b2.0, im - b2.1)
}

/// sin 2ζ and cos 2ζ.
fn doubled(xi: f64, eta: f64) -> (Complex, Complex) {
    let ((s, c), (sh, ch)) = (
        (2.0 * xi).sin_cos(),
        ((2.0 * eta).sinh(), (2.0 * eta).cosh()),
    );
    ((s * ch, c * sh), (c * ch, -s * sh))
}

/// The two last terms of Clenshaw's recurrence over multiples of an angle of this cosine.
fn clenshaw(c: &[f64; 4], cos: Complex) -> (Complex, Complex) {
    let (mut b1, mut b2) = ((0.0, 0.0), (0.0, 0.0));
    for cj in c.iter().rev() {
        let (re, im) = times((2.0 * cos.0, 2.0 * cos.1), b1);
        (b1, b2) = ((cj + re - b2.0, im - b2.1), b1);
    }
    (b1, b2)
}

fn times(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

/// A local system on another datum, hundreds of metres away from today's: its name, and the system that its numbers
/// would be taken for.
pub(crate) fn former(epsg: u32) -> Option<(&'static str, Crs)> {
    use Fuseau::{Antilles, Guyane, Mayotte, Reunion};
    Some(match epsg {
        2969 => ("Fort Marigot", Crs::Utm(Antilles)),
        2970 => ("Guadeloupe 1948", Crs::Utm(Antilles)),
        2973 => ("Martinique 1938", Crs::Utm(Antilles)),
        2971 => ("CSG67", Crs::Utm(Guyane)),
        2990 | 3727 => ("Réunion 1947", Crs::Utm(Reunion)),
        2980 => ("Combani 1950", Crs::Utm(Mayotte)),
        4474 | 5879 => ("Cadastre 1997", Crs::Utm(Mayotte)),
        4621 => ("Fort Marigot", Crs::LonLat),
        4622 => ("Guadeloupe 1948", Crs::LonLat),
        4623 => ("CSG67", Crs::LonLat),
        4625 => ("Martinique 1938", Crs::LonLat),
        4626 => ("Réunion 1947", Crs::LonLat),
        4632 => ("Combani 1950", Crs::LonLat),
        4475 => ("Cadastre 1997", Crs::LonLat),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Oracle: `echo 55.4481 -20.8789 | gdaltransform -s_srs OGC:CRS84 -t_srs EPSG:2975` and the like (PROJ 9.1).
    const PROJ: [(u32, f64, f64, f64, f64); 8] = [
        (
            5490,
            -61.5340,
            16.2412,
            656_674.615_312_988,
            1_796_176.551_810_49,
        ),
        (
            5490,
            -63.1502,
            17.8978,
            484_090.285_056_955,
            1_978_884.999_124_83,
        ),
        (
            2972,
            -52.3260,
            4.9372,
            352_980.204_643_592,
            545_868.922_442_576,
        ),
        (2972, -54.5, 2.2, 110_579.594_798_041, 243_624.325_006_97),
        (
            2975,
            55.4481,
            -20.8789,
            338_568.315_025_724,
            7_690_475.436_586_6,
        ),
        (
            2975,
            55.8371,
            -21.3393,
            379_410.297_830_189,
            7_639_854.989_370_04,
        ),
        (
            4471,
            45.2279,
            -12.7806,
            524_735.374_749_63,
            8_587_115.811_503_16,
        ),
        (
            4471,
            45.0301,
            -12.9912,
            503_264.200_099_017,
            8_563_837.243_656_16,
        ),
    ];

    #[test]
    fn agrees_with_proj() {
        for (epsg, lon, lat, x, y) in PROJ {
            let z = Fuseau::from_epsg(epsg).unwrap();
            assert_eq!(z.epsg(), epsg);
            let (fx, fy) = z.forward(lon, lat);
            assert!(
                (fx - x).abs() < 1e-6 && (fy - y).abs() < 1e-6,
                "{epsg}: {} {}",
                fx - x,
                fy - y
            );
        }
    }

    /// The scale is that of the map itself: a small square on the ellipsoid, projected.
    #[test]
    fn areal_scale_is_the_jacobian() {
        for (epsg, lon, lat, x, y) in PROJ {
            let z = Fuseau::from_epsg(epsg).unwrap();
            let d = 1e-5;
            let (e, w) = (z.forward(lon + d, lat), z.forward(lon - d, lat));
            let (n, s) = (z.forward(lon, lat + d), z.forward(lon, lat - d));
            let planar = (e.0 - w.0) * (n.1 - s.1) - (e.1 - w.1) * (n.0 - s.0);
            let phi = lat.to_radians();
            let e2 = F * (2.0 - F);
            let w2 = 1.0 - e2 * phi.sin().powi(2);
            let ground =
                (A * m(phi)) * (A * (1.0 - e2) / w2.powf(1.5)) * (2.0 * d).to_radians().powi(2);
            let k2 = z.areal_scale(x, y);
            assert!((planar / ground / k2 - 1.0).abs() < 1e-7, "{epsg}: {k2}");
        }
        assert!((Fuseau::Mayotte.areal_scale(X0, 8_580_000.0) - K0 * K0).abs() < 1e-12);
    }

    #[test]
    fn zones_are_known_by_their_parameters() {
        let by = Fuseau::by_parameters;
        assert_eq!(by(57.0, 0.9996, 500_000.0, 1e7), Some(Fuseau::Reunion));
        assert_eq!(by(-63.0, 0.9996, 500_000.0, 0.0), Some(Fuseau::Antilles));
        // Another zone, another scale (Gauss-Laborde), another hemisphere.
        assert_eq!(by(3.0, 0.9996, 500_000.0, 0.0), None);
        assert_eq!(by(57.0, 1.0, 500_000.0, 1e7), None);
        assert_eq!(by(57.0, 0.9996, 500_000.0, 0.0), None);
    }

    proptest! {
        #[test]
        fn inverse_undoes_forward(lon in -4.0f64..4.0, lat in -25.0f64..20.0) {
            for z in Fuseau::ALL {
                let lon = z.definition().1 + lon;
                let (x, y) = z.forward(lon, lat);
                let (l, p) = z.inverse(x, y);
                prop_assert!((l - lon).abs() < 1e-11 && (p - lat).abs() < 1e-11, "{:?} {} {}", z, l - lon, p - lat);
            }
        }

        #[test]
        fn published_degrees_survive_a_stay_in_utm(lon7 in 552_000_000i64..559_000_000, lat7 in -214_000_000i64..-208_000_000) {
            let (x, y) = Fuseau::Reunion.forward(lon7 as f64 * 1e-7, lat7 as f64 * 1e-7);
            let (l, p) = Fuseau::Reunion.inverse(x, y);
            prop_assert_eq!((l * 1e7).round() as i64, lon7);
            prop_assert_eq!((p * 1e7).round() as i64, lat7);
        }
    }
}
