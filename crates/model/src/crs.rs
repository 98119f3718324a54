//! Coordinate reference systems and the closed forms that need no library.
//!
//! Lambert conic conformal after EPSG guidance note 7-2 (method 9802), on the GRS 80 ellipsoid.
//! RGF93, ETRS89 and WGS 84 are taken as one datum, as every French open data set does (centimetres); so are RGAF09,
//! RGFG95, RGR92 and RGM04 overseas.

use serde::{Deserialize, Serialize};

use crate::utm::Fuseau;
use crate::{ntf, utm};

pub(crate) const A: f64 = 6_378_137.0;
pub(crate) const F: f64 = 1.0 / 298.257_222_101;

/// A coordinate reference system that Gisement converts from or to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Crs {
    /// EPSG:2154, the legal projection of mainland France. Metres.
    Lambert93,
    /// EPSG:3942–3950, conic conformal zone of the given parallel (42–50). Metres.
    ConiqueConforme(u8),
    /// EPSG:27561–27564 and 27571–27574, Lambert zones of the NTF (27572 is Lambert II étendu). Metres.
    LambertNtf(u16),
    /// EPSG:5490, 2972, 2975, 4471, the legal projections overseas. Metres.
    Utm(Fuseau),
    /// Longitude, latitude in degrees (OGC:CRS84).
    LonLat,
    /// EPSG:3857. Metres on the sphere.
    WebMercator,
}

/// A reference system that is not handled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownCrs {
    /// None of ours.
    #[error(
        "système de coordonnées « {0} » non pris en charge (EPSG:2154, 3942 à 3950, 27561 à 27574, 5490, 2972, 2975, 4471, 4326, 3857 le sont)"
    )]
    Unknown(String),
    /// On a former local datum: taken for today's system, everything would be hundreds of metres away.
    #[error(
        "système de coordonnées « EPSG:{epsg} » ({name}) : ancien système local, à des centaines de mètres de l’actuel ; reprojetez le fichier en {looks_like}"
    )]
    Former {
        /// The EPSG number.
        epsg: u32,
        /// Its name.
        name: &'static str,
        /// The system that its numbers would be taken for.
        looks_like: Crs,
    },
}

impl Crs {
    /// The legal projection of a département or collectivity (`34`, `2A`, `974`); `None` where none is handled.
    pub fn legale(departement: &str) -> Option<Self> {
        Some(match departement {
            "971" | "972" | "977" | "978" => Self::Utm(Fuseau::Antilles),
            "973" => Self::Utm(Fuseau::Guyane),
            "974" => Self::Utm(Fuseau::Reunion),
            "976" => Self::Utm(Fuseau::Mayotte),
            d if d.starts_with("97") || d.starts_with("98") => return None,
            _ => Self::Lambert93,
        })
    }

    /// Every legal projection.
    pub fn legales() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Lambert93).chain(Fuseau::ALL.into_iter().map(Self::Utm))
    }

    /// From an EPSG number. Geographic systems all mean longitude and latitude here: files that declare them write
    /// longitude first (GeoJSON, shapefile).
    pub fn from_epsg(code: u32) -> Result<Self, UnknownCrs> {
        match code {
            2154 | 9793 => Ok(Self::Lambert93),
            3942..=3950 => Ok(Self::ConiqueConforme((code - 3900) as u8)),
            // WGS 84, RGF93 (v1 and v2b), ETRS89; overseas RGAF09, RRAF 91, RGFG95, RGR92, RGM04.
            4326 | 4171 | 9777 | 4258 | 5488 | 5489 | 4558 | 4624 | 4627 | 4470 => Ok(Self::LonLat),
            _ if ntf::is_zone(code) => Ok(Self::LambertNtf(code as u16)),
            3857 | 900913 => Ok(Self::WebMercator),
            _ => Fuseau::from_epsg(code)
                .map(Self::Utm)
                .ok_or_else(|| match utm::former(code) {
                    Some((name, looks_like)) => UnknownCrs::Former {
                        epsg: code,
                        name,
                        looks_like,
                    },
                    None => UnknownCrs::Unknown(format!("EPSG:{code}")),
                }),
        }
    }

    /// The EPSG number; `None` for longitude/latitude order, whose name is OGC:CRS84.
    pub fn epsg(self) -> Option<u32> {
        match self {
            Self::Lambert93 => Some(2154),
            Self::ConiqueConforme(z) => Some(3900 + u32::from(z)),
            Self::LambertNtf(code) => Some(u32::from(code)),
            Self::Utm(z) => Some(z.epsg()),
            Self::LonLat => None,
            Self::WebMercator => Some(3857),
        }
    }

    /// The Lambert zone of the NTF with this latitude of origin (degrees), false easting and northing (metres).
    pub fn lambert_ntf(lat0: f64, x0: f64, y0: f64) -> Option<Self> {
        ntf::by_parameters(lat0, x0, y0).map(Self::LambertNtf)
    }

    /// To longitude and latitude in degrees.
    pub fn to_lonlat(self, x: f64, y: f64) -> (f64, f64) {
        match self {
            Self::LonLat => (x, y),
            Self::WebMercator => mercator_to_lonlat(x, y),
            Self::Lambert93 => LAMBERT_93.inverse(x, y),
            Self::ConiqueConforme(z) => Conic::zone(z).inverse(x, y),
            Self::LambertNtf(code) => ntf::to_lonlat(code, x, y),
            Self::Utm(z) => z.inverse(x, y),
        }
    }

    /// From longitude and latitude in degrees.
    pub fn from_lonlat(self, lon: f64, lat: f64) -> (f64, f64) {
        match self {
            Self::LonLat => (lon, lat),
            Self::WebMercator => lonlat_to_mercator(lon, lat),
            Self::Lambert93 => LAMBERT_93.forward(lon, lat),
            Self::ConiqueConforme(z) => Conic::zone(z).forward(lon, lat),
            Self::LambertNtf(code) => ntf::from_lonlat(code, lon, lat),
            Self::Utm(z) => z.forward(lon, lat),
        }
    }

    /// The areal scale k² at a point of this projection: planar area ÷ k² = area on the ellipsoid.
    /// 1 for longitude/latitude, where no planar area is ever taken.
    pub fn areal_scale(self, x: f64, y: f64) -> f64 {
        let conic = match self {
            Self::Lambert93 => *LAMBERT_93,
            Self::ConiqueConforme(z) => Conic::zone(z),
            Self::LambertNtf(code) => return ntf::areal_scale(code, x, y),
            Self::Utm(z) => return z.areal_scale(x, y),
            Self::LonLat => return 1.0,
            Self::WebMercator => {
                let (_, lat) = mercator_to_lonlat(x, y);
                return lat.to_radians().cos().powi(-2);
            }
        };
        conic.areal_scale(x, y)
    }
}

impl From<Crs> for String {
    fn from(c: Crs) -> Self {
        c.to_string()
    }
}

impl TryFrom<String> for Crs {
    type Error = UnknownCrs;
    fn try_from(s: String) -> Result<Self, UnknownCrs> {
        s.parse()
    }
}

impl std::fmt::Display for Crs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.epsg() {
            Some(n) => write!(f, "EPSG:{n}"),
            None => f.write_str("OGC:CRS84"),
        }
    }
}

impl std::str::FromStr for Crs {
    type Err = UnknownCrs;

    /// Reads `EPSG:2154`, `2154`, `urn:ogc:def:crs:EPSG::2154`, `urn:ogc:def:crs:OGC:1.3:CRS84`, `CRS84`.
    fn from_str(s: &str) -> Result<Self, UnknownCrs> {
        let last = s.trim().rsplit([':', '/']).next().unwrap_or_default();
        if last.eq_ignore_ascii_case("CRS84") || last.eq_ignore_ascii_case("CRS84h") {
            return Ok(Self::LonLat);
        }
        last.parse()
            .map_err(|_| UnknownCrs::Unknown(s.to_owned()))
            .and_then(Self::from_epsg)
    }
}

/// Lambert-93 metres to longitude, latitude in degrees.
pub fn lambert93_to_lonlat(x: f64, y: f64) -> (f64, f64) {
    LAMBERT_93.inverse(x, y)
}

/// Longitude, latitude in degrees to Lambert-93 metres.
pub fn lonlat_to_lambert93(lon: f64, lat: f64) -> (f64, f64) {
    LAMBERT_93.forward(lon, lat)
}

/// EPSG:3857 metres to degrees.
pub fn mercator_to_lonlat(x: f64, y: f64) -> (f64, f64) {
    ((x / A).to_degrees(), (y / A).sinh().atan().to_degrees())
}

/// Degrees to EPSG:3857 metres.
pub fn lonlat_to_mercator(lon: f64, lat: f64) -> (f64, f64) {
    (A * lon.to_radians(), A * lat.to_radians().tan().asinh())
}

/// Degrees to Web Mercator in 2⁻³² of the world's side, x eastward from −180°, y southward from the top of
/// the tile grid: the form in which tiles are cut. About 9 mm on the equator. Saturates outside the grid.
pub fn lonlat_to_world(lon: f64, lat: f64) -> (u32, u32) {
    let round = |v: f64| v.round().clamp(0.0, WORLD - 1.0) as u32;
    (round(world_x(lon)), round(world_y(lat)))
}

/// Side of the world in the units of [`lonlat_to_world`].
const WORLD: f64 = 4_294_967_296.0;

/// A longitude in the units of [`lonlat_to_world`], not rounded.
pub fn world_x(lon: f64) -> f64 {
    (lon / 360.0 + 0.5) * WORLD
}

/// A latitude in the units of [`lonlat_to_world`], not rounded.
pub fn world_y(lat: f64) -> f64 {
    let y = lat.to_radians().tan().asinh();
    (0.5 - y / (2.0 * std::f64::consts::PI)) * WORLD
}

/// Parameters of a Lambert conic conformal projection with two parallels, precomputed.
#[derive(Debug, Clone, Copy)]
struct Conic {
    n: f64,
    big_f: f64,
    r0: f64,
    lon0: f64,
    x0: f64,
    y0: f64,
}

static LAMBERT_93: std::sync::LazyLock<Conic> =
    std::sync::LazyLock::new(|| Conic::new(46.5, 44.0, 49.0, 700_000.0, 6_600_000.0));

fn e() -> f64 {
    (F * (2.0 - F)).sqrt()
}

/// The isometric `t` of EPSG 9802.
fn t(phi: f64) -> f64 {
    let s = e() * phi.sin();
    (std::f64::consts::FRAC_PI_4 - phi / 2.0).tan() * ((1.0 + s) / (1.0 - s)).powf(e() / 2.0)
}

/// Isometric latitude ψ = −ln [`t`]: atanh(sin φ) − e·atanh(e·sin φ), the second term by its series, whose seventh
/// term is under 1e-16. Half the cost of two powers, and a département has ten million vertices.
pub(crate) fn isometric_latitude(phi: f64) -> f64 {
    const E2: f64 = F * (2.0 - F);
    let s = phi.sin();
    let q = E2 * s * s;
    let series = 1.0
        + q * (1.0 / 3.0
            + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0 + q / 13.0)))));
    0.5 * ((1.0 + s) / (1.0 - s)).ln() - E2 * s * series
}

/// Radius of a parallel, over the equatorial one.
pub(crate) fn m(phi: f64) -> f64 {
    phi.cos() / (1.0 - (e() * phi.sin()).powi(2)).sqrt()
}

/// The latitude (radians) of an isometric [`t`].
pub(crate) fn latitude(ti: f64) -> f64 {
    // Conformal latitude, then the series of Snyder (3-5) for the geodetic one, then one Newton step:
    // the series alone is good to a few micrometres, the step brings it to rounding error.
    let chi = std::f64::consts::FRAC_PI_2 - 2.0 * ti.atan();
    let e2 = e() * e();
    let (e4, e6, e8) = (e2 * e2, e2 * e2 * e2, e2 * e2 * e2 * e2);
    let mut phi = chi
        + (e2 / 2.0 + 5.0 * e4 / 24.0 + e6 / 12.0 + 13.0 * e8 / 360.0) * (2.0 * chi).sin()
        + (7.0 * e4 / 48.0 + 29.0 * e6 / 240.0 + 811.0 * e8 / 11520.0) * (4.0 * chi).sin()
        + (7.0 * e6 / 120.0 + 81.0 * e8 / 1120.0) * (6.0 * chi).sin()
        + (4279.0 * e8 / 161_280.0) * (8.0 * chi).sin();
    let s = e() * phi.sin();
    phi += std::f64::consts::FRAC_PI_2
        - 2.0 * (ti * ((1.0 - s) / (1.0 + s)).powf(e() / 2.0)).atan()
        - phi;
    phi
}

impl Conic {
    fn new(lat0: f64, lat1: f64, lat2: f64, x0: f64, y0: f64) -> Self {
        let (p0, p1, p2) = (lat0.to_radians(), lat1.to_radians(), lat2.to_radians());
        let n = (m(p1).ln() - m(p2).ln()) / (t(p1).ln() - t(p2).ln());
        let big_f = m(p1) / (n * t(p1).powf(n));
        Self {
            n,
            big_f,
            r0: A * big_f * t(p0).powf(n),
            lon0: 3.0,
            x0,
            y0,
        }
    }

    /// Conic conformal zone of parallel `z` (arrêté of 10 July 2006 … decree 2006-272).
    fn zone(z: u8) -> Self {
        let lat = f64::from(z);
        Self::new(
            lat,
            lat - 0.75,
            lat + 0.75,
            1_700_000.0,
            200_000.0 + 1_000_000.0 * (lat - 41.0),
        )
    }

    fn forward(&self, lon: f64, lat: f64) -> (f64, f64) {
        let r = A * self.big_f * (-self.n * isometric_latitude(lat.to_radians())).exp();
        let theta = self.n * (lon - self.lon0).to_radians();
        (
            self.x0 + r * theta.sin(),
            self.y0 + self.r0 - r * theta.cos(),
        )
    }

    fn inverse(&self, x: f64, y: f64) -> (f64, f64) {
        let (dx, dy) = (x - self.x0, self.r0 - (y - self.y0));
        let ti = (dx.hypot(dy) / (A * self.big_f)).powf(1.0 / self.n);
        (
            (dx.atan2(dy) / self.n).to_degrees() + self.lon0,
            latitude(ti).to_degrees(),
        )
    }

    fn areal_scale(&self, x: f64, y: f64) -> f64 {
        let r = (x - self.x0).hypot(self.r0 - (y - self.y0));
        let (_, lat) = self.inverse(x, y);
        (r * self.n / (A * m(lat.to_radians()))).powi(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Oracle: `echo 3.8767 43.6108 | gdaltransform -s_srs OGC:CRS84 -t_srs EPSG:2154` and the like (PROJ 9.1).
    #[test]
    fn agrees_with_proj() {
        let cases = [
            (
                Crs::Lambert93,
                3.8767,
                43.6108,
                770_795.508_846,
                6_279_476.134_663,
            ),
            (
                Crs::Lambert93,
                2.3522,
                48.8566,
                652_469.022_709,
                6_862_035.259_420,
            ),
            (
                Crs::ConiqueConforme(44),
                3.8767,
                43.6108,
                1_770_769.052_927,
                3_157_136.073_708,
            ),
        ];
        for (crs, lon, lat, x, y) in cases {
            let (fx, fy) = crs.from_lonlat(lon, lat);
            assert!(
                (fx - x).abs() < 1e-5 && (fy - y).abs() < 1e-5,
                "{crs}: {fx} {fy}"
            );
            let (l, p) = crs.to_lonlat(fx, fy);
            assert!((l - lon).abs() < 1e-12 && (p - lat).abs() < 1e-12);
        }
    }

    #[test]
    fn areal_scale_matches_the_published_deviation() {
        let at = |lat| {
            let (x, y) = Crs::Lambert93.from_lonlat(3.0, lat);
            Crs::Lambert93.areal_scale(x, y)
        };
        assert!((at(46.5) - (1.0 - 0.0019)).abs() < 1e-4);
        assert!((at(44.0) - 1.0).abs() < 1e-9 && (at(49.0) - 1.0).abs() < 1e-9);
        assert!((at(42.5) - 1.0029).abs() < 1e-4);
    }

    #[test]
    fn names_round_trip() {
        for s in [
            "EPSG:2154",
            "EPSG:3944",
            "OGC:CRS84",
            "EPSG:3857",
            "EPSG:5490",
            "EPSG:2972",
            "EPSG:2975",
            "EPSG:4471",
        ] {
            assert_eq!(s.parse::<Crs>().unwrap().to_string(), s);
        }
        assert_eq!("urn:ogc:def:crs:EPSG::2154".parse(), Ok(Crs::Lambert93));
        assert_eq!("urn:ogc:def:crs:OGC:1.3:CRS84".parse(), Ok(Crs::LonLat));
        assert!("EPSG:32631".parse::<Crs>().is_err());
        // WGS 84 is RGR92, RGR92 in degrees is longitude and latitude.
        assert_eq!("EPSG:32740".parse(), Ok(Crs::Utm(Fuseau::Reunion)));
        assert_eq!("EPSG:4627".parse(), Ok(Crs::LonLat));
    }

    #[test]
    fn former_local_systems_are_refused_by_name() {
        let e = "EPSG:2970".parse::<Crs>().unwrap_err().to_string();
        assert!(
            e.contains("Guadeloupe 1948") && e.contains("EPSG:5490"),
            "{e}"
        );
        // Geocentric: no longitude at all.
        assert!("EPSG:5487".parse::<Crs>().is_err());
    }

    #[test]
    fn every_departement_has_its_legal_projection() {
        for (departement, epsg) in [
            ("34", 2154),
            ("2A", 2154),
            ("971", 5490),
            ("972", 5490),
            ("977", 5490),
            ("978", 5490),
            ("973", 2972),
            ("974", 2975),
            ("976", 4471),
        ] {
            let crs = Crs::legale(departement).unwrap();
            assert_eq!(crs.epsg(), Some(epsg), "{departement}");
            assert!(Crs::legales().any(|l| l == crs));
        }
        for other in ["975", "988", "97"] {
            assert_eq!(Crs::legale(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn inverse_undoes_forward(lon in -5.5f64..10.0, lat in 41.0f64..51.5) {
            for crs in [Crs::Lambert93, Crs::ConiqueConforme(44), Crs::WebMercator] {
                let (x, y) = crs.from_lonlat(lon, lat);
                let (l, p) = crs.to_lonlat(x, y);
                prop_assert!((l - lon).abs() < 1e-11 && (p - lat).abs() < 1e-11, "{} {} {}", crs, l - lon, p - lat);
            }
        }

        #[test]
        fn published_degrees_survive_a_stay_in_lambert(lon7 in -55_000_000i64..100_000_000, lat7 in 410_000_000i64..515_000_000) {
            let (x, y) = Crs::Lambert93.from_lonlat(lon7 as f64 * 1e-7, lat7 as f64 * 1e-7);
            let (l, p) = Crs::Lambert93.to_lonlat(x, y);
            prop_assert_eq!((l * 1e7).round() as i64, lon7);
            prop_assert_eq!((p * 1e7).round() as i64, lat7);
        }
    }
}
