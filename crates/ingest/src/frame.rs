//! In which system coordinates are, and how they get into the legal projection. Declarations are checked against
//! the numbers: files lie about their system more often than about their positions.

use geo_types::Coord;
use gisement_model::Crs;

use crate::Error;
use crate::extent::{Extent, contains, extent, home};

/// What a file says of its own system.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Declared<'a> {
    /// The system, when it is one of ours.
    pub(crate) crs: Option<Crs>,
    /// The system of ours that it would be taken for, when only its datum is another.
    pub(crate) looks_like: Option<Crs>,
    /// How it is said, in words.
    pub(crate) words: &'a str,
}

/// The decision for one file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Frame {
    /// System of the coordinates in the file.
    pub(crate) source: Crs,
    /// Legal projection.
    pub(crate) target: Crs,
    /// The file writes latitude or northing first.
    pub(crate) swapped: bool,
    /// How it was decided, in words.
    pub(crate) words: String,
    /// The declaration was overruled by the numbers.
    pub(crate) overruled: bool,
    bounds: Extent,
}

impl Frame {
    /// Decides from what is declared and from the first coordinates of the file.
    pub(crate) fn decide(
        name: &str,
        configured: Option<Crs>,
        declared: Declared<'_>,
        sample: &[Coord<f64>],
        target: Crs,
    ) -> Result<Self, Error> {
        let Declared {
            crs: declared,
            looks_like,
            words: declared_words,
        } = declared;
        let fits = |crs: Crs, swap: bool| most_lie_in(&extent(crs, target), sample, swap);
        let refused = |detail: String| Error::Crs {
            fichier: name.to_owned(),
            detail,
        };
        let mut overruled = false;
        let (source, swapped, how) = if sample.is_empty() {
            let crs = configured.or(declared).unwrap_or(Crs::LonLat);
            (
                crs,
                false,
                format!("{declared_words}, aucune coordonnée à vérifier"),
            )
        } else if let Some(crs) = configured {
            let swap = !fits(crs, false) && fits(crs, true);
            overruled = !fits(crs, swap);
            (crs, swap, format!("{crs} imposé par la configuration"))
        } else if let Some(crs) = declared.filter(|c| fits(*c, false) || fits(*c, true)) {
            (crs, !fits(crs, false), declared_words.to_owned())
        } else if let Some(crs) = declared.filter(|c| is_of_another_land(*c, sample, target)) {
            (crs, false, elsewhere(declared_words, target))
        } else if let Some((crs, swap)) = guess(&fits, target) {
            // Numbers tell nothing of the datum.
            if looks_like == Some(crs) {
                return Err(refused(declared_words.to_owned()));
            }
            // GeoJSON says nothing when it means CRS84.
            overruled =
                declared.is_some() || crs != Crs::LonLat && declared_words.starts_with("GeoJSON");
            (crs, swap, guessed_words(declared_words, crs))
        } else if let Some(crs) = declared {
            (crs, false, elsewhere(declared_words, target))
        } else if looks_like != Some(Crs::LonLat) && are_french_degrees(sample) {
            // A national file, most of whose rows are of other territories.
            let words = guessed_words(declared_words, Crs::LonLat);
            (Crs::LonLat, false, elsewhere(&words, target))
        } else {
            return Err(refused(format!(
                "système de coordonnées inconnu ({declared_words})"
            )));
        };
        let mut words = how;
        if swapped {
            words.push_str(", axes permutés (latitude ou ordonnée en premier)");
        }
        if source != target {
            words = format!("{words} ; reprojeté en {target}");
        }
        Ok(Self {
            source,
            target,
            swapped,
            words,
            overruled,
            bounds: extent(target, target),
        })
    }

    /// A coordinate of the file in the legal projection; `None` when it is not finite or not in the territory
    /// of that projection.
    pub(crate) fn project(&self, c: Coord<f64>) -> Option<Coord<f64>> {
        let c = if self.swapped { flip(c) } else { c };
        let out = self.convert(c);
        contains(&self.bounds, out).then_some(out)
    }

    /// The same with the axes the other way round, for the odd row of an otherwise regular file.
    pub(crate) fn project_swapped(&self, c: Coord<f64>) -> Option<Coord<f64>> {
        let c = if self.swapped { c } else { flip(c) };
        let out = self.convert(c);
        contains(&self.bounds, out).then_some(out)
    }

    fn convert(&self, c: Coord<f64>) -> Coord<f64> {
        if self.source == self.target {
            return c;
        }
        let (lon, lat) = self.source.to_lonlat(c.x, c.y);
        let (x, y) = self.target.from_lonlat(lon, lat);
        Coord { x, y }
    }
}

/// The system that the numbers themselves suggest, axes swapped or not. Web Mercator is no guess: its numbers over
/// northern France look like Lambert-93.
fn guess(fits: &impl Fn(Crs, bool) -> bool, target: Crs) -> Option<(Crs, bool)> {
    // Overseas, the mainland's other systems fit nothing.
    let systems = [Crs::LonLat, target]
        .into_iter()
        .chain((42..=50).map(Crs::ConiqueConforme))
        // Lambert II étendu: what files of before 2009 without declaration are in.
        .chain(std::iter::once(Crs::LambertNtf(27572)));
    systems
        .clone()
        .find(|c| fits(*c, false))
        .map(|c| (c, false))
        .or_else(|| systems.clone().find(|c| fits(*c, true)).map(|c| (c, true)))
}

/// Whether a file is of another territory than the one looked at, by a declaration that its coordinates confirm:
/// those of the Antilles look like Lambert II étendu.
fn is_of_another_land(crs: Crs, sample: &[Coord<f64>], target: Crs) -> bool {
    crs != target && Crs::legales().any(|l| l == crs) && most_lie_in(&home(crs), sample, false)
}

/// Whether most coordinates are degrees of one French territory or another.
fn are_french_degrees(sample: &[Coord<f64>]) -> bool {
    let lands: Vec<Extent> = Crs::legales().map(|l| extent(Crs::LonLat, l)).collect();
    let inside = sample
        .iter()
        .filter(|c| lands.iter().any(|l| contains(l, **c)))
        .count();
    inside * 2 > sample.len()
}

fn elsewhere(declared: &str, target: Crs) -> String {
    format!("{declared}, la plupart hors du territoire de {target}")
}

/// More than half of the coordinates: a file may hold a few lost points.
fn most_lie_in(bounds: &Extent, sample: &[Coord<f64>], swap: bool) -> bool {
    let inside = sample
        .iter()
        .filter(|c| contains(bounds, if swap { flip(**c) } else { **c }))
        .count();
    inside * 2 > sample.len()
}

/// The legal projection of the territory where coordinates lie: the one for which nothing is overruled, if any.
pub(crate) fn legal(
    configured: Option<Crs>,
    declared: Declared<'_>,
    sample: &[Coord<f64>],
) -> Option<Crs> {
    let frames: Vec<Frame> = Crs::legales()
        .filter_map(|l| Frame::decide("", configured, declared, sample, l).ok())
        .filter(|f| {
            let inside = sample.iter().filter(|c| f.project(**c).is_some()).count();
            inside * 2 > sample.len()
        })
        .collect();
    frames
        .iter()
        .find(|f| !f.overruled)
        .or(frames.first())
        .map(|f| f.target)
}

/// RFC 7946 gives a GeoJSON without `crs` its system: the numbers then confirm, they do not decide.
fn guessed_words(declared: &str, crs: Crs) -> String {
    if crs == Crs::LonLat && declared.starts_with("GeoJSON") {
        format!("{declared} : {crs}, confirmé par les coordonnées")
    } else {
        format!("{declared}, déduit des coordonnées : {crs}")
    }
}

fn flip(c: Coord<f64>) -> Coord<f64> {
    Coord { x: c.y, y: c.x }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gisement_model::Fuseau;

    fn decide(declared: Option<Crs>, sample: &[(f64, f64)]) -> Frame {
        let sample: Vec<_> = sample.iter().map(|&(x, y)| Coord { x, y }).collect();
        Frame::decide(
            "f",
            None,
            Declared {
                crs: declared,
                looks_like: None,
                words: "GeoJSON sans membre crs",
            },
            &sample,
            Crs::Lambert93,
        )
        .unwrap()
    }

    #[test]
    fn numbers_overrule_declarations() {
        let f = decide(None, &[(3.9, 43.6), (-1.2, 48.0)]);
        assert_eq!(
            (f.source, f.swapped, f.overruled),
            (Crs::LonLat, false, false)
        );
        let f = decide(None, &[(43.6, 3.9)]);
        assert_eq!((f.source, f.swapped), (Crs::LonLat, true));
        let f = decide(None, &[(770_795.5, 6_279_476.1)]);
        assert_eq!((f.source, f.overruled), (Crs::Lambert93, true));
        let f = decide(Some(Crs::LonLat), &[(6_279_476.1, 770_795.5)]);
        assert_eq!(
            (f.source, f.swapped, f.overruled),
            (Crs::Lambert93, true, true)
        );
        let f = decide(Some(Crs::Lambert93), &[(1_770_769.0, 3_157_136.0)]);
        assert_eq!(f.source, Crs::ConiqueConforme(44));
        let f = decide(Some(Crs::WebMercator), &[(431_552.0, 5_405_712.0)]);
        assert_eq!((f.source, f.overruled), (Crs::WebMercator, false));
    }

    #[test]
    fn unknown_systems_are_errors() {
        let far = [Coord { x: 5e7, y: 5e7 }];
        let nothing = Declared::default();
        assert!(Frame::decide("f", None, nothing, &far, Crs::Lambert93).is_err());
        // Declared but elsewhere: rows will be refused one by one.
        let f = decide(Some(Crs::LonLat), &[(-61.5, 16.2)]);
        assert!(f.words.contains("hors du territoire"), "{}", f.words);
        // So is a national file, for an overseas territory.
        let f = decide(None, &[(-61.5, 16.2), (-61.0, 14.6), (2.3, 48.8)]);
        assert_eq!((f.source, f.overruled), (Crs::LonLat, false));
        assert!(f.project(Coord { x: 2.3, y: 48.8 }).is_some());
        assert_eq!(f.project(Coord { x: -61.5, y: 16.2 }), None);
    }

    #[test]
    fn bad_coordinates_are_nowhere() {
        let f = decide(None, &[(3.9, 43.6)]);
        for (x, y) in [
            (f64::NAN, 43.0),
            (f64::INFINITY, 43.0),
            (1e300, 43.0),
            (0.0, 0.0),
        ] {
            assert_eq!(f.project(Coord { x, y }), None);
        }
        assert!(f.project_swapped(Coord { x: 43.6, y: 3.9 }).is_some());
    }

    #[test]
    fn overseas_coordinates_stay_in_their_own_projection() {
        let places = [
            (3.87, 43.61, Crs::Lambert93),
            (-61.53, 16.24, Crs::Utm(Fuseau::Antilles)),
            (-52.33, 4.94, Crs::Utm(Fuseau::Guyane)),
            (55.45, -20.88, Crs::Utm(Fuseau::Reunion)),
            (45.23, -12.78, Crs::Utm(Fuseau::Mayotte)),
        ];
        for (lon, lat, own) in places {
            let (x, y) = own.from_lonlat(lon, lat);
            let (degrees, metres) = (Coord { x: lon, y: lat }, Coord { x, y });
            for target in Crs::legales() {
                for (crs, c) in [(Crs::LonLat, degrees), (own, metres)] {
                    let said = Declared {
                        crs: Some(crs),
                        ..Declared::default()
                    };
                    let f = Frame::decide("f", None, said, &[c], target).unwrap();
                    assert_eq!((f.source, f.swapped), (crs, false));
                    assert_eq!(f.project(c).is_some(), target == own, "{lon} for {target}");
                    // Undeclared, or declared wrongly: the numbers decide, for their own projection.
                    if target == own {
                        let f = Frame::decide("f", None, Declared::default(), &[c], own).unwrap();
                        assert_eq!(f.source, crs);
                        let swapped = [flip(c)];
                        let f =
                            Frame::decide("f", None, Declared::default(), &swapped, own).unwrap();
                        assert_eq!((f.source, f.swapped), (crs, true));
                    }
                }
            }
            for (crs, c) in [(Crs::LonLat, degrees), (own, metres)] {
                let said = Declared {
                    crs: Some(crs),
                    ..Declared::default()
                };
                assert_eq!(legal(None, said, &[c]), Some(own));
            }
            assert_eq!(legal(None, Declared::default(), &[degrees]), Some(own));
        }
        assert_eq!(
            legal(None, Declared::default(), &[Coord { x: 2.0, y: -40.0 }]),
            None
        );
    }

    #[test]
    fn numbers_do_not_excuse_another_datum() {
        let zone = Crs::Utm(Fuseau::Antilles);
        let said = Declared {
            crs: None,
            looks_like: Some(zone),
            words: ".prj non reconnu (Sainte_Anne_UTM_20N)",
        };
        let at = |x, y| [Coord { x, y }];
        let sample = at(656_674.6, 1_796_176.6);
        let e = Frame::decide("f", None, said, &sample, zone)
            .unwrap_err()
            .to_string();
        assert!(e.contains("Sainte_Anne"), "{e}");
        // The configuration knows better; degrees are no metres of an old datum.
        assert!(Frame::decide("f", Some(zone), said, &sample, zone).is_ok());
        assert!(Frame::decide("f", None, said, &at(-61.5, 16.2), zone).is_ok());
    }
}
