//! Reduction targets of land consumption, from any table by mapping: no standard describes them.

use gisement_model::codes::NiveauTrajectoire;
use gisement_model::{CodeInsee, RapportFichier, Trajectoire};

use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input, inputs};
use crate::read::{Mapping, Twin};

inputs! {
    NIVEAU = "niveau" ["niveau", "echelon"];
    CODE = "code" ["code", "code_insee", "siren", "id_scot"];
    REDUCTION = "reduction" ["reduction", "taux_reduction", "objectif"];
    PLANCHER = "plancher_m2" ["plancher_m2"];
    PLANCHER_HA = "plancher_ha" ["plancher_ha", "plancher"];
    MUTUALISE = "mutualise" ["mutualise", "mutualise_par"];
    DELEGUEES = "communes_deleguees" ["communes_deleguees", "nb_communes_deleguees"];
    DOCUMENT = "document" ["document", "nom_document"];
    ADRESSE = "adresse" ["adresse", "url", "lien"];
}

const HECTARE: f64 = 10_000.0;

impl Mapping for Trajectoire {
    type Id = String;
    const INPUTS: &'static [Input] = INPUTS;
    const TABLES: &'static [&'static str] = &["trajectoire"];
    // The unit of a percentage is told by the whole column.
    const WHOLE: bool = true;

    fn dialect(f: &Found<'_>) -> Result<String, String> {
        if f.has(NIVEAU) && f.has(CODE) {
            Ok("trajectoires par correspondance".into())
        } else {
            Err("il faut le niveau (region, scot, epci, commune) et le code du territoire".into())
        }
    }

    fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
        let Some(niveau) = c.code(NIVEAU, NiveauTrajectoire::parse) else {
            return Err(Rejet::new(
                "niveau_illisible",
                "Niveau absent ou inconnu (region, scot, epci, commune)",
                c.column(NIVEAU),
                c.text(NIVEAU).unwrap_or_default(),
            ));
        };
        let written = c.short(CODE).unwrap_or_default();
        let code = match niveau {
            NiveauTrajectoire::Commune => written.parse::<CodeInsee>().ok().map(|i| i.to_string()),
            NiveauTrajectoire::Epci => Some(written.clone())
                .filter(|s| s.len() == 9 && s.bytes().all(|b| b.is_ascii_digit())),
            NiveauTrajectoire::Region => Some(written.clone())
                .filter(|s| s.len() == 2 && s.bytes().all(|b| b.is_ascii_digit())),
            NiveauTrajectoire::Scot => Some(written.clone()).filter(|s| !s.is_empty()),
        };
        let Some(code) = code else {
            return Err(Rejet::new(
                "code_illisible",
                "Code de territoire absent ou illisible",
                c.column(CODE),
                written,
            ));
        };
        let positive = |v: Option<f64>| v.filter(|x| *x >= 0.0);
        out.push(Self {
            id: format!("{niveau}-{code}"),
            niveau,
            code,
            reduction: reduction(c),
            plancher_m2: positive(c.real(PLANCHER))
                .or_else(|| positive(c.real(PLANCHER_HA)).map(|h| h * HECTARE)),
            mutualise: c.short(MUTUALISE),
            communes_deleguees: c.int(DELEGUEES).filter(|n| *n >= 0),
            document: c.text(DOCUMENT),
            adresse: c.text(ADRESSE).filter(|a| a.starts_with("http")),
        });
        Ok(())
    }

    fn identity(&self) -> Option<String> {
        Some(self.id.clone())
    }

    /// Two targets of one territory that differ are both shown; otherwise the second row completes the first.
    fn twin(first: &mut Self, second: &Self, _same: bool) -> Twin {
        if first.reduction.is_some()
            && second.reduction.is_some()
            && first.reduction != second.reduction
        {
            return Twin::Both;
        }
        first.reduction = first.reduction.or(second.reduction);
        first.plancher_m2 = first.plancher_m2.or(second.plancher_m2);
        first.mutualise = first.mutualise.take().or_else(|| second.mutualise.clone());
        first.communes_deleguees = first.communes_deleguees.or(second.communes_deleguees);
        first.document = first.document.take().or_else(|| second.document.clone());
        first.adresse = first.adresse.take().or_else(|| second.adresse.clone());
        Twin::First
    }

    fn rename(&mut self, n: u32) {
        self.id = format!("{}-{n}", self.id);
    }

    fn finish(rows: &mut [Self], report: &mut RapportFichier) {
        // Percentages written as ratios (0,5).
        let max = rows.iter().filter_map(|r| r.reduction).fold(0.0, f64::max);
        if max > 0.0 && max <= 1.0 {
            for v in rows.iter_mut().filter_map(|r| r.reduction.as_mut()) {
                *v *= 100.0;
                report.repaired("pourcentage_ramene_a_son_unite");
            }
        }
    }
}

/// A reduction, sometimes written as a change (−50 %).
fn reduction(c: &mut Cells<'_, '_>) -> Option<f64> {
    let value = c.real(REDUCTION)?;
    let size = value.abs();
    if size > 100.0 {
        c.notes.warn(
            "reduction_impossible",
            "Réduction de plus de 100 % : considérée comme inconnue",
            c.column(REDUCTION),
            &value.to_string(),
        );
        return None;
    }
    if value < 0.0 {
        c.notes.repaired("signe_de_reduction_retire");
    }
    Some(size)
}
