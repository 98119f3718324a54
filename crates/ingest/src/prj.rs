//! Well-known text of reference systems, matched by parameters: half of the `.prj` files of French producers carry
//! no EPSG code.

use gisement_model::crs::UnknownCrs;
use gisement_model::{Crs, Fuseau};

/// Semi-major axis of GRS 80 and WGS 84. m.
const GRS80_A: f64 = 6_378_137.0;

/// A declared system that is none of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unrecognised {
    /// What it is, in words.
    pub(crate) why: String,
    /// The system that its numbers would be taken for, when only its datum differs: hundreds of metres that no
    /// coordinate betrays.
    pub(crate) looks_like: Option<Crs>,
}

impl Unrecognised {
    fn other(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            looks_like: None,
        }
    }

    fn other_datum(why: &str, looks_like: Crs) -> Self {
        Self {
            why: format!(
                "{why}, d’un autre système géodésique que l’actuel ; reprojetez le fichier en {looks_like}"
            ),
            looks_like: Some(looks_like),
        }
    }
}

impl From<UnknownCrs> for Unrecognised {
    fn from(e: UnknownCrs) -> Self {
        Self {
            why: e.to_string(),
            looks_like: match e {
                UnknownCrs::Former { looks_like, .. } => Some(looks_like),
                UnknownCrs::Unknown(_) => None,
            },
        }
    }
}

/// The system that a WKT text describes, or why none of ours.
pub(crate) fn recognise(wkt: &str) -> Result<Crs, Unrecognised> {
    let text = wkt
        .trim()
        .trim_start_matches('\u{feff}')
        .trim_end_matches('\0');
    let Some(root) = Node::parse(text) else {
        return Err(Unrecognised::other("texte illisible"));
    };
    let by_parameters = parameters(&root);
    // An explicit code is believed when we know it; when parameters disagree with it, they win: the coordinates
    // were computed with them.
    match (by_parameters, root.authority()) {
        (Ok(crs), _) => Ok(crs),
        (Err(why), Some(code)) => match Crs::from_epsg(code) {
            Err(UnknownCrs::Unknown(_)) => Err(why),
            known => Ok(known?),
        },
        (Err(why), None) => Err(why),
    }
}

fn parameters(root: &Node) -> Result<Crs, Unrecognised> {
    let key = root.key.to_ascii_uppercase();
    match key.as_str() {
        "GEOGCS" | "GEOGCRS" | "GEODCRS" => {
            let spheroid = root.find("SPHEROID").or_else(|| root.find("ELLIPSOID"));
            let a = spheroid.and_then(|s| s.number(1)).unwrap_or(0.0);
            let degrees = root
                .find("UNIT")
                .or_else(|| root.find("ANGLEUNIT"))
                .and_then(|u| u.number(1))
                .is_none_or(|u| (u - 0.017_453_29).abs() < 1e-6);
            let why = format!("système géographique « {} »", root.name());
            match ((a - GRS80_A).abs() < 1.0, degrees) {
                (true, true) => Ok(Crs::LonLat),
                (false, true) if a > 0.0 => Err(Unrecognised::other_datum(&why, Crs::LonLat)),
                _ => Err(Unrecognised::other(why)),
            }
        }
        "PROJCS" | "PROJCRS" => {
            let what = format!("projection « {} »", root.name());
            let unknown = || Unrecognised::other(&what);
            let method = root
                .find("PROJECTION")
                .or_else(|| root.find("METHOD"))
                .map(|n| n.name().to_ascii_lowercase())
                .unwrap_or_default();
            if method.contains("mercator")
                && (method.contains("auxiliary_sphere")
                    || method.contains("pseudo")
                    || root.name().to_ascii_lowercase().contains("pseudo"))
            {
                return Ok(Crs::WebMercator);
            }
            let spheroid = root.find("SPHEROID").or_else(|| root.find("ELLIPSOID"));
            let a = spheroid.and_then(|s| s.number(1)).unwrap_or(GRS80_A);
            let p = |names: &[&str]| root.parameter(names);
            let (Some(lat0), Some(lon0), Some(x0), Some(y0)) = (
                p(&[
                    "latitude_of_origin",
                    "latitude of false origin",
                    "latitude of natural origin",
                    "latitude_of_center",
                ]),
                p(&[
                    "central_meridian",
                    "longitude of false origin",
                    "longitude of natural origin",
                    "longitude_of_center",
                ]),
                p(&["false_easting", "easting at false origin", "false easting"]),
                p(&[
                    "false_northing",
                    "northing at false origin",
                    "false northing",
                ]),
            ) else {
                return Err(unknown());
            };
            if (a - 6_378_249.2).abs() < 1.0 {
                // Clarke 1880: the old datum. Its latitudes are in gons where the angular unit is.
                let gons = root
                    .find("GEOGCS")
                    .or_else(|| root.find("BASEGEODCRS"))
                    .or_else(|| root.find("BASEGEOGCRS"))
                    .and_then(|g| g.find("UNIT").or_else(|| g.find("ANGLEUNIT")))
                    .and_then(|u| u.number(1))
                    .is_some_and(|u| (u - 0.015_707_96).abs() < 1e-6);
                return [if gons { lat0 * 0.9 } else { lat0 }, lat0]
                    .into_iter()
                    .find_map(|lat| Crs::lambert_ntf(lat, x0, y0))
                    .ok_or_else(unknown);
            }
            let ours = (a - GRS80_A).abs() < 1.0;
            if method.replace('_', " ").contains("transverse mercator") {
                let scale = p(&["scale_factor", "scale factor at natural origin"]);
                let zone = scale
                    .filter(|_| lat0.abs() < 1e-9)
                    .and_then(|k0| Fuseau::by_parameters(lon0, k0, x0, y0))
                    .map(Crs::Utm)
                    .ok_or_else(unknown)?;
                return if ours {
                    Ok(zone)
                } else {
                    Err(Unrecognised::other_datum(&what, zone))
                };
            }
            if !ours {
                return Err(unknown());
            }
            let (Some(s1), Some(s2)) = (
                p(&["standard_parallel_1", "latitude of 1st standard parallel"]),
                p(&["standard_parallel_2", "latitude of 2nd standard parallel"]),
            ) else {
                return Err(unknown());
            };
            let (lo, hi) = (s1.min(s2), s1.max(s2));
            let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
            if !near(lon0, 3.0) {
                return Err(unknown());
            }
            if near(lat0, 46.5)
                && near(lo, 44.0)
                && near(hi, 49.0)
                && near(x0, 700_000.0)
                && near(y0, 6_600_000.0)
            {
                return Ok(Crs::Lambert93);
            }
            let zone = lat0.round();
            if near(lat0, zone)
                && (42.0..=50.0).contains(&zone)
                && near(lo, zone - 0.75)
                && near(hi, zone + 0.75)
                && near(x0, 1_700_000.0)
                && near(y0, 200_000.0 + 1_000_000.0 * (zone - 41.0))
            {
                return Ok(Crs::ConiqueConforme(zone as u8));
            }
            Err(unknown())
        }
        "COMPD_CS" | "COMPOUNDCRS" => root
            .nodes()
            .map(parameters)
            .find(|part| {
                part.as_ref()
                    .map_or_else(|e| e.looks_like.is_some(), |_| true)
            })
            .unwrap_or_else(|| {
                Err(Unrecognised::other(format!(
                    "système composé « {} »",
                    root.name()
                )))
            }),
        _ => Err(Unrecognised::other(format!("« {} »", root.key))),
    }
}

#[derive(Debug)]
enum Item {
    Text(String),
    Number(f64),
    Node(Node),
}

#[derive(Debug)]
struct Node {
    key: String,
    children: Vec<Item>,
}

impl Node {
    fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        Self::take(&mut rest, 0)
    }

    fn take(rest: &mut &str, depth: u8) -> Option<Self> {
        let open = rest.find(['[', '('])?;
        let key = rest[..open].trim().to_owned();
        *rest = &rest[open + 1..];
        let mut children = Vec::new();
        loop {
            *rest = rest.trim_start();
            match rest.chars().next()? {
                ']' | ')' => {
                    *rest = &rest[1..];
                    return Some(Self { key, children });
                }
                ',' => *rest = &rest[1..],
                '"' => {
                    let end = rest[1..].find('"')? + 1;
                    children.push(Item::Text(rest[1..end].to_owned()));
                    *rest = &rest[end + 1..];
                }
                _ => {
                    let end = rest.find([',', ']', ')', '[', '('])?;
                    if matches!(rest.as_bytes()[end], b'[' | b'(') {
                        if depth > 16 {
                            return None;
                        }
                        children.push(Item::Node(Self::take(rest, depth + 1)?));
                    } else {
                        let word = rest[..end].trim();
                        children.push(
                            word.parse()
                                .map_or_else(|_| Item::Text(word.to_owned()), Item::Number),
                        );
                        *rest = &rest[end..];
                    }
                }
            }
        }
    }

    fn nodes(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|c| match c {
            Item::Node(n) => Some(n),
            _ => None,
        })
    }

    /// The first descendant of that key.
    fn find(&self, key: &str) -> Option<&Self> {
        self.nodes().find_map(|n| {
            if n.key.eq_ignore_ascii_case(key) {
                Some(n)
            } else {
                n.find(key)
            }
        })
    }

    fn name(&self) -> &str {
        match self.children.first() {
            Some(Item::Text(t)) => t,
            _ => "",
        }
    }

    fn number(&self, at: usize) -> Option<f64> {
        match self.children.get(at) {
            Some(Item::Number(x)) => Some(*x),
            _ => None,
        }
    }

    fn parameter(&self, names: &[&str]) -> Option<f64> {
        self.nodes()
            .filter(|n| n.key.eq_ignore_ascii_case("PARAMETER"))
            .find(|n| names.iter().any(|name| n.name().eq_ignore_ascii_case(name)))
            .and_then(|n| n.number(1))
            .or_else(|| self.nodes().find_map(|n| n.parameter(names)))
    }

    /// The EPSG code of this node itself, not of one of its parts.
    fn authority(&self) -> Option<u32> {
        let n = self.nodes().find(|n| {
            (n.key.eq_ignore_ascii_case("AUTHORITY") || n.key.eq_ignore_ascii_case("ID"))
                && n.name().eq_ignore_ascii_case("EPSG")
        })?;
        match n.children.get(1)? {
            Item::Text(t) => t.parse().ok(),
            Item::Number(x) => Some(*x as u32),
            Item::Node(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn real_prj_files() {
        let grs = r#"GEOGCS["GCS_RGF93",DATUM["D_RGF_1993",SPHEROID["GRS_1980",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]]"#;
        let conic = |name: &str, p: &str| {
            format!(
                r#"PROJCS["{name}",{grs},PROJECTION["Lambert_Conformal_Conic"],{p},UNIT["Meter",1]]"#
            )
        };
        for (wkt, crs) in [
            (conic("RGF93_Lambert_93", r#"PARAMETER["standard_parallel_1",49],PARAMETER["standard_parallel_2",44],PARAMETER["latitude_of_origin",46.5],PARAMETER["central_meridian",3],PARAMETER["false_easting",700000],PARAMETER["false_northing",6600000]"#), Crs::Lambert93),
            (conic("Lambert_Conformal_Conic", r#"PARAMETER["standard_parallel_1",44],PARAMETER["standard_parallel_2",49.00000000001],PARAMETER["Latitude_Of_Origin",46.5],PARAMETER["central_meridian",3],PARAMETER["false_easting",700000],PARAMETER["false_northing",6600000]"#), Crs::Lambert93),
            (conic("RGF93_CC44", r#"PARAMETER["Standard_Parallel_1",43.25],PARAMETER["Standard_Parallel_2",44.75],PARAMETER["Latitude_Of_Origin",44],PARAMETER["Central_Meridian",3],PARAMETER["False_Easting",1700000],PARAMETER["False_Northing",3200000]"#), Crs::ConiqueConforme(44)),
            (r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]]"#.into(), Crs::LonLat),
        ] {
            assert_eq!(recognise(&wkt), Ok(crs), "{wkt}");
        }
        let ntf = |lat: &str, unit: &str, y0: &str| {
            format!(
                r#"PROJCS["NTF_Paris_Lambert",GEOGCS["GCS_NTF_Paris",DATUM["D_NTF",SPHEROID["Clarke_1880_IGN",6378249.2,293.466021293627]],PRIMEM["Paris",2.33722917],UNIT[{unit}]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",600000.0],PARAMETER["False_Northing",{y0}],PARAMETER["Central_Meridian",0.0],PARAMETER["Standard_Parallel_1",{lat}],PARAMETER["Scale_Factor",0.99987742],PARAMETER["Latitude_Of_Origin",{lat}],UNIT["Meter",1.0]]"#
            )
        };
        let (gons, degrees) = (
            r#""Grad",0.0157079632679489"#,
            r#""Degree",0.0174532925199433"#,
        );
        for (lat, unit, y0, code) in [
            ("52.0", gons, "2200000.0", 27572),
            ("46.8", degrees, "2200000.0", 27572),
            ("49.0", gons, "200000.0", 27563),
        ] {
            assert_eq!(recognise(&ntf(lat, unit, y0)), Ok(Crs::LambertNtf(code)));
        }
        assert!(recognise(&ntf("52.0", gons, "77.0")).is_err());
    }

    /// As ESRI, GDAL (WKT 1) and QGIS (WKT 2) write a UTM zone.
    fn utm(lon0: &str, y0: &str, ellipsoid: &str) -> [String; 3] {
        let geogcs = format!(
            r#"GEOGCS["g",DATUM["d",SPHEROID["s",{ellipsoid}]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#
        );
        let wkt1 = |name: &str| {
            format!(
                r#"PROJCS["{name}",{geogcs},PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",{y0}],PARAMETER["Central_Meridian",{lon0}],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#
            )
        };
        let wkt2 = format!(
            r#"PROJCRS["w",BASEGEOGCRS["g",DATUM["d",ELLIPSOID["s",{ellipsoid},LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]]],CONVERSION["UTM zone",METHOD["Transverse Mercator",ID["EPSG",9807]],PARAMETER["Latitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8801]],PARAMETER["Longitude of natural origin",{lon0},ANGLEUNIT["degree",0.0174532925199433]],PARAMETER["Scale factor at natural origin",0.9996,SCALEUNIT["unity",1]],PARAMETER["False easting",500000,LENGTHUNIT["metre",1]],PARAMETER["False northing",{y0},LENGTHUNIT["metre",1]]],CS[Cartesian,2]]"#
        );
        let compound = format!(
            r#"COMPD_CS["c",{},VERT_CS["IGN 1989",VERT_DATUM["IGN 1989",2005],UNIT["metre",1]]]"#,
            wkt1("w")
        );
        [wkt1("w"), wkt2, compound]
    }

    #[test]
    fn overseas_zones_are_known_and_their_old_datums_refused() {
        let (grs80, wgs84, hayford) = (
            "6378137.0,298.257222101",
            "6378137.0,298.257223563",
            "6378388.0,297.0",
        );
        for (lon0, y0, zone) in [
            ("-63.0", "0.0", Fuseau::Antilles),
            ("-51", "0", Fuseau::Guyane),
            ("57.0", "10000000.0", Fuseau::Reunion),
            ("45.0", "10000000", Fuseau::Mayotte),
        ] {
            for wkt in utm(lon0, y0, grs80).iter().chain(&utm(lon0, y0, wgs84)) {
                assert_eq!(recognise(wkt), Ok(Crs::Utm(zone)), "{wkt}");
            }
            for wkt in utm(lon0, y0, hayford) {
                let e = recognise(&wkt).unwrap_err();
                assert_eq!(e.looks_like, Some(Crs::Utm(zone)), "{}", e.why);
            }
        }
        for wkt in utm("3.0", "0.0", grs80) {
            assert_eq!(recognise(&wkt).unwrap_err().looks_like, None);
        }
        let degrees = r#"GEOGCS["GCS_Sainte_Anne",DATUM["D_Sainte_Anne",SPHEROID["International_1924",6378388.0,297.0]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
        assert_eq!(
            recognise(degrees).unwrap_err().looks_like,
            Some(Crs::LonLat)
        );
        // Gauss-Laborde of Réunion: known by its code alone.
        let laborde = r#"PROJCS["Piton_des_Neiges_TM_Reunion",GEOGCS["g",DATUM["d",SPHEROID["s",6378388.0,297.0]],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",160000.0],PARAMETER["False_Northing",50000.0],PARAMETER["Central_Meridian",55.53333333333333],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",-21.11666666666667],UNIT["Meter",1.0],AUTHORITY["EPSG","3727"]]"#;
        assert!(recognise(laborde).unwrap_err().why.contains("Réunion 1947"));
    }

    proptest! {
        #[test]
        fn never_panics(s in "[A-Z\\[\\]\",0-9. ]{0,80}") {
            let _ = recognise(&s);
        }
    }
}
