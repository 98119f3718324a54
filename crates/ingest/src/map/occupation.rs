//! Land cover and use (IGN OCS GE): the ARTIF files, which say what is artificialised, and OCCUPATION_SOL, where the
//! matrix of the decree says it before thresholds of area.

use gisement_model::texte::cle;
use gisement_model::{Occupation, ocsge};

use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input, inputs};
use crate::read::{Mapping, Twin};

inputs! {
    ID = "id" ["id", "id_ocsge"];
    CS = "code_cs" ["code_cs", "couverture", "cs"];
    US = "code_us" ["code_us", "usage", "us"];
    ARTIF = "artif" ["artif", "artificialise"];
    SEUIL = "seuil" ["crit_seuil"];
    MILLESIME = "millesime" ["millesime", "annee"];
}

impl Mapping for Occupation {
    type Id = String;
    const INPUTS: &'static [Input] = INPUTS;
    const TABLES: &'static [&'static str] = &["occupation_sol", "artif"];

    fn dialect(f: &Found<'_>) -> Result<String, String> {
        Ok(match () {
            () if f.has_column(ARTIF) => "OCS GE, artificialisation",
            () if f.column("code_cs") && f.column("code_us") => "OCS GE OCCUPATION_SOL",
            () if f.has(CS) && f.has(US) => "OCS GE, couverture et usage",
            () => {
                return Err(
                    "ni qualité artificialisée (artif), ni couverture et usage (code_cs, code_us)"
                        .into(),
                );
            }
        }
        .to_owned())
    }

    fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
        let code_cs = c.code(CS, ocsge::couverture);
        let code_us = c.code(US, ocsge::usage);
        let matrix = ocsge::artificialise(code_cs, code_us);
        let declared = artif(c);
        let seuil = c.yes_no(SEUIL);
        let (artif, origine) = match (declared, matrix) {
            (Some(a), _) => (Some(a), Some("fichier")),
            (None, Some(a)) => (Some(a), Some("matrice")),
            (None, None) => (None, None),
        };
        if let (Some(d), Some(m)) = (declared, matrix)
            && d != m
        {
            let pair = format!("{} {}", code_cs.unwrap_or("?"), code_us.unwrap_or("?"));
            if seuil == Some(true) {
                c.notes.warn(
                    "artif_par_seuil",
                    "Qualité contraire à la matrice, expliquée par le seuil de surface",
                    c.column(ARTIF),
                    &pair,
                );
            } else {
                c.notes.warn(
                    "artif_hors_matrice",
                    "Qualité contraire à la matrice couverture-usage : celle du fichier est conservée",
                    c.column(ARTIF),
                    &pair,
                );
            }
        }
        if artif.is_none() {
            c.notes.warn(
                "artif_inconnu",
                "Ni qualité artificialisée, ni couverture et usage qui la disent",
                c.column(CS),
                "",
            );
        }
        let millesime = c.int(MILLESIME).and_then(year);
        let place = millesime.map_or_else(|| "ocsge".to_owned(), |y| format!("ocsge-{y}"));
        out.push(Self {
            id: c
                .short(ID)
                .unwrap_or_else(|| format!("{place}-{}", c.geometry_id())),
            code_cs: code_cs.map(str::to_owned),
            code_us: code_us.map(str::to_owned),
            artif,
            artif_origine: origine.map(str::to_owned),
            seuil,
            millesime,
        });
        Ok(())
    }

    fn identity(&self) -> Option<String> {
        Some(self.id.clone())
    }

    fn twin(_first: &mut Self, _second: &Self, same: bool) -> Twin {
        if same { Twin::First } else { Twin::Both }
    }

    fn rename(&mut self, n: u32) {
        self.id = format!("{}-{n}", self.id);
    }
}

/// `artif`, `non artif` (IGN); yes or no (local copies).
fn artif(c: &mut Cells<'_, '_>) -> Option<bool> {
    let text = c.text(ARTIF)?;
    match cle(&text).as_str() {
        "artif" | "artificialise" | "artificialisee" => Some(true),
        "non artif" | "non artificialise" | "non artificialisee" => Some(false),
        _ => c.yes_no(ARTIF),
    }
}

/// A year, or the year of a date written as a number.
fn year(n: i64) -> Option<i64> {
    let y = if n > 9999 { n / 10_000 } else { n };
    (1990..=2100).contains(&y).then_some(y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_of_real_files() {
        assert_eq!(year(2021), Some(2021));
        assert_eq!(year(20_210_101), Some(2021));
        assert_eq!(year(0), None);
    }
}
