//! Consumption of natural, agricultural and forest land (Cerema): columns are found by pattern, never by position.

use std::collections::BTreeMap;

use gisement_model::Enaf;

use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input, inputs};
use crate::read::Mapping;

inputs! {
    INSEE = "code_insee" ["idcom", "code_insee", "codgeo", "insee"];
    ANNEE = "annee" ["annee", "year"];
    TOTAL = "total_m2" ["total_m2", "total"];
    ACTIVITE = "activite_m2" ["activite_m2", "activite"];
    HABITAT = "habitat_m2" ["habitat_m2", "habitat"];
    MIXTE = "mixte_m2" ["mixte_m2", "mixte"];
    ROUTE = "route_m2" ["route_m2", "route"];
    FERRE = "ferre_m2" ["ferre_m2", "ferre", "ferroviaire"];
    INCONNU = "inconnu_m2" ["inconnu_m2", "inconnu"];
}

/// Rounding leaves −1 or −2 m² in the unknown part; anything beyond is no residue.
const RESIDUE: f64 = -10.0;

impl Mapping for Enaf {
    type Id = String;
    const INPUTS: &'static [Input] = INPUTS;

    fn extra(column: &str) -> bool {
        annual(column).is_some()
    }

    fn dialect(f: &Found<'_>) -> Result<String, String> {
        if !f.has_column(INSEE) {
            return Err("aucune colonne de commune (idcom)".into());
        }
        let years: Vec<i64> = f
            .columns()
            .iter()
            .filter_map(|c| annual(c))
            .filter(|(_, d)| *d == Destination::Total)
            .map(|(y, _)| y)
            .collect();
        match (years.iter().min(), years.iter().max()) {
            (Some(a), Some(b)) => Ok(format!(
                "Cerema, consommation d’espaces, {} années ({a}-{b})",
                years.len()
            )),
            _ if f.has_column(ANNEE) && f.has_column(TOTAL) => {
                Ok("consommation d’espaces, une ligne par année".into())
            }
            _ => Err("aucune colonne annuelle (naf09art10, …) ni couple année et total".into()),
        }
    }

    fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
        let Some(code_insee) = c.insee(INSEE) else {
            return Err(Rejet::new(
                "code_insee_illisible",
                "Code commune absent ou illisible",
                c.column(INSEE),
                "",
            ));
        };
        // The commune that the file names, before `valeurs`: two old communes of a new one are two rows of a year.
        let named = c.verbatim(INSEE).unwrap_or_default();
        let code_source = named
            .parse()
            .map_or(named, |c: gisement_model::CodeInsee| c.to_string());
        let blank = |annee, total_m2| Self {
            code_insee,
            code_source: code_source.clone(),
            annee,
            total_m2,
            activite_m2: None,
            habitat_m2: None,
            mixte_m2: None,
            route_m2: None,
            ferre_m2: None,
            inconnu_m2: None,
        };
        if let Some(annee) = c.int(ANNEE) {
            let Some(total) = c.real(TOTAL) else {
                return Err(Rejet::new(
                    "total_absent",
                    "Consommation sans total",
                    c.column(TOTAL),
                    "",
                ));
            };
            out.push(Self {
                activite_m2: c.real(ACTIVITE),
                habitat_m2: c.real(HABITAT),
                mixte_m2: c.real(MIXTE),
                route_m2: c.real(ROUTE),
                ferre_m2: c.real(FERRE),
                inconnu_m2: c.real(INCONNU),
                ..blank(annee, total)
            });
            return Ok(());
        }
        let mut years: BTreeMap<i64, (Option<f64>, Self)> = BTreeMap::new();
        for (column, value) in c.extras() {
            let (Some((year, destination)), Some(v)) = (annual(column), value) else {
                continue;
            };
            if v < RESIDUE {
                c.notes.warn(
                    "surface_negative",
                    "Consommation négative au-delà d’un arrondi : considérée comme inconnue",
                    column,
                    &v.to_string(),
                );
                continue;
            }
            let (total, row) = years
                .entry(year)
                .or_insert_with(|| (None, blank(year, 0.0)));
            match destination {
                Destination::Total => *total = Some(v),
                Destination::Activite => row.activite_m2 = Some(v),
                Destination::Habitat => row.habitat_m2 = Some(v),
                Destination::Mixte => row.mixte_m2 = Some(v),
                Destination::Route => row.route_m2 = Some(v),
                Destination::Ferre => row.ferre_m2 = Some(v),
                Destination::Inconnu => row.inconnu_m2 = Some(v),
            }
        }
        let before = out.len();
        for (_, (total, row)) in years {
            if let Some(total_m2) = total {
                let parts = [
                    row.activite_m2,
                    row.habitat_m2,
                    row.mixte_m2,
                    row.route_m2,
                    row.ferre_m2,
                    row.inconnu_m2,
                ];
                if parts.iter().all(Option::is_some)
                    && (parts.iter().flatten().sum::<f64>() - total_m2).abs() > 1.0
                {
                    c.notes.warn(
                        "total_incoherent",
                        "Le total n’est pas la somme des destinations",
                        &row.annee.to_string(),
                        &total_m2.to_string(),
                    );
                }
                out.push(Self { total_m2, ..row });
            }
        }
        if out.len() == before {
            return Err(Rejet::new(
                "total_absent",
                "Commune sans aucune année",
                "",
                code_insee.to_string(),
            ));
        }
        Ok(())
    }

    fn identity(&self) -> Option<String> {
        Some(format!("{}-{}", self.code_source, self.annee))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Destination {
    Total,
    Activite,
    Habitat,
    Mixte,
    Route,
    Ferre,
    Inconnu,
}

/// `naf{a}art{b}` and `art{a}act{b}`…, with b = a + 1: multi-year totals are left out.
fn annual(column: &str) -> Option<(i64, Destination)> {
    let c = column.as_bytes();
    if c.len() != 10 || !column.is_ascii() {
        return None;
    }
    let two = |s: &[u8]| -> Option<i64> {
        (s[0].is_ascii_digit() && s[1].is_ascii_digit())
            .then(|| i64::from((s[0] - b'0') * 10 + s[1] - b'0'))
    };
    let (a, b) = (two(&c[3..5])?, two(&c[8..10])?);
    if b != a + 1 {
        return None;
    }
    let word = |r: std::ops::Range<usize>| column[r].to_ascii_lowercase();
    let destination = match (word(0..3).as_str(), word(5..8).as_str()) {
        ("naf", "art") => Destination::Total,
        ("art", "act") => Destination::Activite,
        ("art", "hab") => Destination::Habitat,
        ("art", "mix") => Destination::Mixte,
        ("art", "rou") => Destination::Route,
        ("art", "fer") => Destination::Ferre,
        ("art", "inc") => Destination::Inconnu,
        _ => return None,
    };
    Some((2000 + a, destination))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annual_columns_and_no_others() {
        assert_eq!(annual("naf09art10"), Some((2009, Destination::Total)));
        assert_eq!(annual("ART23HAB24"), Some((2023, Destination::Habitat)));
        for c in [
            "naf09art24",
            "naf11hab21",
            "artcom0923",
            "surfcom2024",
            "naf09art1",
            "nafééart10",
        ] {
            assert_eq!(annual(c), None, "{c}");
        }
    }
}
