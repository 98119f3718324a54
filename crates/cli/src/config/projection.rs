//! The legal projection of an observatory, as far as its configuration tells it.

use std::collections::BTreeSet;

use gisement_index::Territoire;
use gisement_model::Crs;

/// From the key `projection` or the départements of the territory; both must agree.
pub(super) fn of(key: Option<&str>, territoire: &Territoire) -> Result<Option<Crs>, String> {
    let said = key.map(parse).transpose()?;
    let found = match territoire {
        Territoire::Communes(codes) => {
            one(codes.iter().map(gisement_model::CodeInsee::departement))?
        }
        Territoire::Departements(codes) => one(codes.iter().map(String::as_str))?,
        Territoire::Tout | Territoire::Scot(_) | Territoire::Epci(_) => None,
    };
    match (said, found) {
        (Some(said), Some(found)) if said != found => Err(format!(
            "projection = \"{said}\" : la projection légale du territoire est {found}"
        )),
        _ => Ok(said.or(found)),
    }
}

fn parse(text: &str) -> Result<Crs, String> {
    let crs: Crs = text.parse().map_err(|e| format!("projection : {e}"))?;
    if Crs::legales().any(|l| l == crs) {
        Ok(crs)
    } else {
        let all: Vec<String> = Crs::legales().map(|l| l.to_string()).collect();
        Err(format!(
            "projection = \"{text}\" n’est pas une projection légale française ({})",
            all.join(", ")
        ))
    }
}

/// The projection that départements share; `None` for no département.
fn one<'a>(departements: impl Iterator<Item = &'a str>) -> Result<Option<Crs>, String> {
    let departements: BTreeSet<&str> = departements.collect();
    let mut shared: Option<(&str, Crs)> = None;
    for d in departements {
        let crs = Crs::legale(d).ok_or_else(|| {
            format!("territoire : aucune projection légale prise en charge pour « {d} »")
        })?;
        match shared {
            Some((other, c)) if c != crs => {
                return Err(format!(
                    "territoire : {other} et {d} n’ont pas la même projection légale ({c}, {crs}) ; faites deux observatoires"
                ));
            }
            _ => shared = Some((d, crs)),
        }
    }
    Ok(shared.map(|(_, crs)| crs))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn departements(codes: &[&str]) -> Territoire {
        Territoire::Departements(codes.iter().map(|c| (*c).to_owned()).collect())
    }

    fn legale(d: &str) -> Option<Crs> {
        Crs::legale(d)
    }

    #[test]
    fn the_territory_tells_its_projection() {
        assert_eq!(of(None, &Territoire::Tout), Ok(None));
        assert_eq!(of(None, &departements(&["34", "2A"])), Ok(legale("34")));
        assert_eq!(of(None, &departements(&["971", "972"])), Ok(legale("971")));
        let communes = Territoire::Communes(vec!["97411".parse().unwrap()]);
        assert_eq!(of(None, &communes), Ok(legale("974")));
        assert_eq!(of(Some("EPSG:2975"), &communes), Ok(legale("974")));
        // The same zone on WGS 84 is said by its legal name afterwards.
        assert_eq!(of(Some("EPSG:32738"), &Territoire::Tout), Ok(legale("976")));
    }

    #[test]
    fn what_cannot_be_is_said() {
        let e = of(None, &departements(&["34", "974"])).unwrap_err();
        assert!(e.contains("34 et 974") && e.contains("EPSG:2975"), "{e}");
        let e = of(Some("EPSG:2154"), &departements(&["974"])).unwrap_err();
        assert!(e.contains("EPSG:2975"), "{e}");
        let e = of(None, &departements(&["988"])).unwrap_err();
        assert!(e.contains("988"), "{e}");
    }
}
