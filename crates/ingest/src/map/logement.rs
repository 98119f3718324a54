//! Housing context of communes: zonage ABC, SRU inventory, vacancy and the like. Percentages come with or without
//! their sign, as ratios or not: the whole column decides.

use gisement_model::codes::ZoneAbc;
use gisement_model::texte::cle;
use gisement_model::{CodeInsee, Logement, RapportFichier};

use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input, inputs};
use crate::read::{Mapping, Twin};

inputs! {
    INSEE = "code_insee" ["codgeo", "code_insee", "code insee", "comm_insee", "depcom", "insee", "depcom_arm"];
    ZONE = "zone_abc" ["zone_abc", "zon*"];
    SRU_SOUMISE = "sru_soumise" ["sru_soumise", "situation de la commune*"];
    SRU_TAUX = "sru_taux" ["sru_taux", "taux lls*", "taux ls *"];
    SRU_CIBLE = "sru_cible" ["sru_cible", "taux cible*", "taux legal*", "taux a atteindre*"];
    CARENCE = "carence" ["carence", "commune carencee*", "carencee"];
    TENSION = "tension" ["tension", "pression*"];
    VACANCE = "vacance" ["vacance", "taux_vacance", "prop_logvac*", "tx_vac"];
    PART_LLS = "part_lls" ["part_lls"];
}

impl Mapping for Logement {
    type Id = CodeInsee;
    const INPUTS: &'static [Input] = INPUTS;

    fn dialect(f: &Found<'_>) -> Result<String, String> {
        if !f.has_column(INSEE) {
            return Err("aucune colonne de code commune".into());
        }
        Ok(match () {
            () if f.column("zon*") && f.column("codgeo") => "zonage ABC",
            () if f.has_column(SRU_SOUMISE) || f.has_column(SRU_TAUX) => "inventaire SRU",
            () if (ZONE..=PART_LLS).any(|i| f.has(i)) => "contexte du logement par commune",
            () => {
                return Err(
                    "aucune colonne de logement reconnue : indiquez `correspondance`".into(),
                );
            }
        }
        .to_owned())
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
        let share =
            |v: Option<(f64, bool)>| v.map(|(x, percent)| if percent { x / 100.0 } else { x });
        let (vacance, part_lls) = (c.percent(VACANCE), c.percent(PART_LLS));
        out.push(Self {
            code_insee,
            zone_abc: c.code(ZONE, ZoneAbc::parse),
            sru_soumise: sru(c),
            sru_taux: c.real(SRU_TAUX),
            sru_cible: c.real(SRU_CIBLE),
            carence: c.yes_no(CARENCE),
            tension: c.real(TENSION),
            vacance: share(vacance),
            part_lls: share(part_lls),
        });
        Ok(())
    }

    fn identity(&self) -> Option<CodeInsee> {
        Some(self.code_insee)
    }

    /// A second row of a commune fills what the first left empty.
    fn twin(first: &mut Self, second: &Self, _same: bool) -> Twin {
        first.zone_abc = first.zone_abc.or(second.zone_abc);
        first.sru_soumise = first.sru_soumise.or(second.sru_soumise);
        first.sru_taux = first.sru_taux.or(second.sru_taux);
        first.sru_cible = first.sru_cible.or(second.sru_cible);
        first.carence = first.carence.or(second.carence);
        first.tension = first.tension.or(second.tension);
        first.vacance = first.vacance.or(second.vacance);
        first.part_lls = first.part_lls.or(second.part_lls);
        Twin::First
    }

    const WHOLE: bool = true;

    fn finish(rows: &mut [Self], report: &mut RapportFichier) {
        let max = |f: fn(&Self) -> Option<f64>, rows: &[Self]| {
            rows.iter().filter_map(f).fold(0.0f64, f64::max)
        };
        // Percentages written as ratios (0,162485092), and shares written as percentages (3,1).
        let (taux, cible) = (max(|r| r.sru_taux, rows), max(|r| r.sru_cible, rows));
        let (vacance, part) = (max(|r| r.vacance, rows), max(|r| r.part_lls, rows));
        for r in rows {
            for (value, scale, happened) in [
                (&mut r.sru_taux, 100.0, taux > 0.0 && taux <= 1.0),
                (&mut r.sru_cible, 100.0, cible > 0.0 && cible <= 1.0),
                (&mut r.vacance, 0.01, vacance > 1.0),
                (&mut r.part_lls, 0.01, part > 1.0),
            ] {
                if let Some(v) = value
                    && happened
                {
                    *v *= scale;
                    report.repaired("pourcentage_ramene_a_son_unite");
                }
            }
        }
    }
}

/// `Soumise prélevée`, `Soumise exonérée`… against `Non soumise…`, once misspelt `Nous soumise`.
fn sru(c: &mut Cells<'_, '_>) -> Option<bool> {
    let text = c.text(SRU_SOUMISE)?;
    match cle(&text).as_str() {
        k if k.starts_with("soumise") => Some(true),
        k if k.starts_with("non soumise") || k.starts_with("nous soumise") => Some(false),
        _ => c.yes_no(SRU_SOUMISE),
    }
}
