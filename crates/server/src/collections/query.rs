//! The parameters of `/items`, checked.

use crate::problem::Problem;
use crate::request::Params;

/// Features in a page unless told otherwise.
pub(crate) const LIMIT_DEFAULT: usize = 1_000;
/// Most features in a page.
pub(crate) const LIMIT_MAX: usize = 10_000;
const KNOWN: &[&str] = &["bbox", "datetime", "limit", "offset", "f"];

/// What a client asks of `/items`.
#[derive(Debug, PartialEq)]
pub(crate) struct Query {
    /// West, south, east, north in degrees.
    pub(crate) bbox: Option<[f64; 4]>,
    pub(crate) limit: usize,
    pub(crate) offset: usize,
}

impl Query {
    pub(crate) fn read(params: &Params) -> Result<Self, Problem> {
        params.only(KNOWN)?;
        if params
            .get("f")?
            .is_some_and(|f| f != "json" && f != "geojson")
        {
            return Err(Problem::parameter("f", "Format possible : json."));
        }
        // No feature has a time: the standard wants the parameter accepted, and every feature then matches.
        if params.get("datetime")?.is_some_and(|d| !is_datetime(d)) {
            return Err(Problem::parameter(
                "datetime",
                "Une date RFC 3339 ou un intervalle est attendu.",
            ));
        }
        let limit = match params.get("limit")? {
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
        };
        Ok(Self {
            bbox: params.get("bbox")?.map(bbox).transpose()?,
            limit,
            offset: params
                .get("offset")?
                .map_or(Ok(0), |v| whole("offset", v))?,
        })
    }
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
pub(crate) fn bbox(text: &str) -> Result<[f64; 4], Problem> {
    let fail = |why: &str| {
        Problem::parameter(
            "bbox",
            format!("{why} Forme attendue : ouest,sud,est,nord en degrés (CRS84)."),
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
    if b[0] > b[2] || b[1] > b[3] {
        return Err(fail("L’ouest doit précéder l’est, et le sud le nord."));
    }
    if b[0] < -180.0 || b[2] > 180.0 || b[1] < -90.0 || b[3] > 90.0 {
        return Err(fail("Une coordonnée est hors du globe."));
    }
    Ok(b)
}

fn is_datetime(text: &str) -> bool {
    let instant =
        |t: &str| t.parse::<jiff::Timestamp>().is_ok() || t.parse::<jiff::civil::Date>().is_ok();
    match text.split_once('/') {
        None => instant(text),
        Some((a, b)) => [a, b]
            .iter()
            .all(|t| t.is_empty() || *t == ".." || instant(t)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_checked() {
        assert_eq!(bbox("3.1, 43.5,3.3,43.7").unwrap(), [3.1, 43.5, 3.3, 43.7]);
        assert_eq!(bbox("3,43,0,4,44,100").unwrap(), [3.0, 43.0, 4.0, 44.0]);
        for bad in [
            "",
            "1,2,3",
            "1,2,3,4,5",
            "1,2,3,4,5,6,7",
            "a,b,c,d",
            "NaN,1,2,3",
            "1,2,inf,3",
            "4,43,3,44",
            "3,44,4,43",
            "-181,0,0,1",
            "0,0,0,91",
            "3,43,9,4,44,1",
        ] {
            assert!(bbox(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn dates_are_checked() {
        for ok in [
            "2026-11-01",
            "2026-11-01T00:00:00Z",
            "../2026-11-01",
            "2026-11-01T00:00:00Z/..",
        ] {
            assert!(is_datetime(ok), "{ok}");
        }
        assert!(!is_datetime("hier") && !is_datetime(""));
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
