//! The parameters of `/items`, checked.

use axum::http::HeaderMap;
use gisement_model::Crs;
use gisement_store::CollectionInfo;
use jiff::civil::{Date, date};

use super::Window;
use crate::filter::{self, Source};
use crate::problem::Problem;
use crate::request::Params;
use crate::system::{self, System};

/// Features in a page unless told otherwise.
pub(crate) const LIMIT_DEFAULT: usize = 1_000;
/// Most features in a page.
pub(crate) const LIMIT_MAX: usize = 10_000;
/// Features in a page for a reader, unless told otherwise.
const LIMIT_HTML: usize = 50;
/// Columns that an order may name.
const SORT_MAX: usize = 10;
/// Parameters other than the columns of the collection.
const KNOWN: [&str; 12] = [
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    "f",
    filter::PARAMETERS[0],
    filter::PARAMETERS[1],
    filter::PARAMETERS[2],
    "limit",
    "offset",
    "properties",
    "sortby",
];

/// What a client asks of `/items`.
#[derive(Debug, PartialEq)]
pub(crate) struct Query {
    pub(crate) window: Option<Window>,
    /// First and last day since 1970.
    pub(crate) during: (Option<i32>, Option<i32>),
    pub(crate) filter: Option<Source>,
    /// Values that columns must have.
    pub(crate) equal: Vec<(String, String)>,
    /// The properties shown; all when `None`.
    pub(crate) shown: Option<Vec<String>>,
    /// Columns that give the order, and whether the largest values come first.
    pub(crate) order: Vec<(String, bool)>,
    /// The system of the answer.
    pub(crate) system: System,
    pub(crate) limit: usize,
    pub(crate) offset: usize,
    /// For a reader rather than a program.
    pub(crate) html: bool,
}

impl Query {
    /// Reads a query on a collection of an edition stored in this system.
    pub(crate) fn read(
        params: &Params,
        headers: &HeaderMap,
        info: &CollectionInfo,
        stored: System,
    ) -> Result<Self, Problem> {
        let columns: Vec<&str> = info.champs.iter().map(|c| c.nom.as_str()).collect();
        params.only(&KNOWN, &columns)?;
        let html = match params.get("f")? {
            Some("geojson") => false,
            _ => params.wants_html(headers)?,
        };
        let mut equal = Vec::new();
        for name in &columns {
            if let Some(value) = params.get(name)? {
                equal.push(((*name).to_owned(), value.to_owned()));
            }
        }
        let known = |parameter: &'static str, name: &str| {
            if columns.contains(&name) {
                return Ok(name.to_owned());
            }
            Err(Problem::parameter(
                parameter,
                format!(
                    "La collection « {} » n’a pas de propriété « {name} ».",
                    info.id
                ),
            ))
        };
        let shown = params
            .list("properties")?
            .map(|names| names.into_iter().map(|n| known("properties", n)).collect())
            .transpose()?;
        let system = |parameter: &str| {
            let text = params.get(parameter)?;
            text.map(|t| system::read(parameter, t, stored.crs))
                .transpose()
        };
        let bbox_crs = system("bbox-crs")?.unwrap_or(System::CRS84);
        Ok(Self {
            window: params
                .get("bbox")?
                .map(|text| bbox(text, bbox_crs))
                .transpose()?,
            during: params.get("datetime")?.map_or(Ok((None, None)), during)?,
            filter: Source::read(params, stored)?,
            equal,
            shown,
            order: order(params, info)?,
            system: system("crs")?.unwrap_or(System::CRS84),
            limit: match params.get("limit")? {
                None if html => LIMIT_HTML,
                None => LIMIT_DEFAULT,
                Some(v) => match whole("limit", v)? {
                    0 => {
                        return Err(Problem::parameter(
                            "limit",
                            "Un nombre d’au moins 1 est attendu.",
                        ));
                    }
                    // More than the most is no error: the answer is only shorter (Part 1, requirement 22).
                    n => n.min(LIMIT_MAX),
                },
            },
            offset: params
                .get("offset")?
                .map_or(Ok(0), |v| whole("offset", v))?,
            html,
        })
    }
}

/// `sortby=-utile_m2,idu`: a sign before each name, `+` when none.
fn order(params: &Params, info: &CollectionInfo) -> Result<Vec<(String, bool)>, Problem> {
    let bad = |why: String| Problem::parameter("sortby", why);
    let Some(text) = params.get("sortby")? else {
        return Ok(Vec::new());
    };
    let keys: Vec<&str> = text.split(',').collect();
    if keys.len() > SORT_MAX {
        return Err(bad(format!("Au plus {SORT_MAX} propriétés.")));
    }
    keys.into_iter()
        .map(|key| {
            let (name, down) = match key.strip_prefix('-') {
                Some(name) => (name, true),
                // A plus sign that was not encoded is a space.
                None => (key.strip_prefix(['+', ' ']).unwrap_or(key), false),
            };
            match info.champs.iter().find(|c| c.nom == name) {
                Some(c) if c.genre == "text_list" => Err(bad(format!(
                    "« {name} » est une liste : elle n’a pas d’ordre."
                ))),
                Some(_) => Ok((name.to_owned(), down)),
                None => Err(bad(format!(
                    "La collection « {} » n’a pas de propriété « {name} ».",
                    info.id
                ))),
            }
        })
        .collect()
}

/// A whole number.
pub(crate) fn whole(name: &str, text: &str) -> Result<usize, Problem> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits {
        return Err(Problem::parameter(
            name,
            "Un nombre entier positif est attendu.",
        ));
    }
    // Digits only, so what does not fit is merely large: past the end of anything.
    Ok(text.parse().unwrap_or(usize::MAX))
}

/// Four numbers, or six whose heights are checked and then left aside: features have none.
pub(crate) fn bbox(text: &str, system: System) -> Result<Window, Problem> {
    let fail = |why: &str| {
        Problem::parameter(
            "bbox",
            format!(
                "{why} Forme attendue : ouest,sud,est,nord dans l’ordre des axes de {}.",
                system.uri()
            ),
        )
    };
    let numbers: Vec<f64> = text
        .split(',')
        .take(7)
        .map(|n| n.trim().parse().ok().filter(|v: &f64| v.is_finite()))
        .collect::<Option<_>>()
        .ok_or_else(|| fail("Un des nombres est illisible."))?;
    let b = match numbers[..] {
        [w, s, e, n] => [w, s, e, n],
        [w, s, low, e, n, high] if low <= high => [w, s, e, n],
        [_, _, _, _, _, _] => return Err(fail("La hauteur basse dépasse la haute.")),
        _ => return Err(fail("Quatre ou six nombres sont attendus.")),
    };
    let b = if system.flipped {
        [b[1], b[0], b[3], b[2]]
    } else {
        b
    };
    // In degrees a west beyond the east means that the box crosses the antimeridian (Part 1, requirement 23).
    if b[1] > b[3] || (b[0] > b[2] && system.crs != Crs::LonLat) {
        return Err(fail("L’ouest doit précéder l’est, et le sud le nord."));
    }
    if !system.holds(b[0], b[1]) || !system.holds(b[2], b[3]) {
        return Err(fail("Une coordonnée est hors du globe."));
    }
    Ok(Window::new(b, system))
}

/// The first and last day of a date, or of an interval open or not.
fn during(text: &str) -> Result<(Option<i32>, Option<i32>), Problem> {
    let bad = || {
        Problem::parameter(
            "datetime",
            "Une date RFC 3339 ou un intervalle est attendu.",
        )
    };
    let day = |t: &str| {
        let day = |d: Date| (d - date(1970, 1, 1)).get_days();
        if let Ok(instant) = t.parse::<jiff::Timestamp>() {
            return Ok(day(instant.to_zoned(jiff::tz::TimeZone::UTC).date()));
        }
        let plain = t.len() == 10;
        let d = plain.then(|| t.parse::<Date>().ok()).flatten();
        d.map(day).ok_or_else(bad)
    };
    let end = |t: &str| match t {
        "" | ".." => Ok(None),
        t => day(t).map(Some),
    };
    match text.split_once('/') {
        None => day(text).map(|d| (Some(d), Some(d))),
        Some((a, b)) => match (end(a)?, end(b)?) {
            (Some(a), Some(b)) if a > b => Err(bad()),
            ends => Ok(ends),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_checked() {
        let crs84 = |text| bbox(text, System::CRS84);
        let expected = |b| Window::new(b, System::CRS84);
        assert_eq!(
            crs84("3.1, 43.5,3.3,43.7").unwrap(),
            expected([3.1, 43.5, 3.3, 43.7])
        );
        assert_eq!(
            crs84("3,43,0,4,44,100").unwrap(),
            expected([3.0, 43.0, 4.0, 44.0])
        );
        assert_eq!(
            crs84("177,65,-177,70").unwrap(),
            expected([177.0, 65.0, -177.0, 70.0])
        );
        for bad in [
            "",
            "1,2,3",
            "1,2,3,4,5",
            "1,2,3,4,5,6,7",
            "a,b,c,d",
            "NaN,1,2,3",
            "1,2,inf,3",
            "3,44,4,43",
            "-181,0,0,1",
            "0,0,0,91",
            "3,43,9,4,44,1",
        ] {
            assert!(crs84(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn dates_are_checked() {
        let november = 20_758;
        for (text, expected) in [
            ("2026-11-01", (Some(november), Some(november))),
            ("2026-11-01T23:00:00Z", (Some(november), Some(november))),
            ("../2026-11-01", (None, Some(november))),
            ("2026-11-01T00:00:00Z/..", (Some(november), None)),
            ("/2026-11-01", (None, Some(november))),
        ] {
            assert_eq!(during(text).unwrap(), expected, "{text}");
        }
        for bad in ["hier", "", "2026-11-02/2026-11-01", "2026-13-01"] {
            assert!(during(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn large_numbers_do_not_overflow() {
        assert_eq!(
            whole("offset", "99999999999999999999999").unwrap(),
            usize::MAX
        );
        assert!(
            whole("offset", "-1").is_err()
                && whole("offset", "").is_err()
                && whole("offset", "1e3").is_err()
        );
    }
}
