//! Parcels: Etalab GeoJSON, EDIGEO, Parcellaire Express and BD Parcellaire, raw PCI shapefile, API Carto, QGIS re-exports.

use gisement_model::{CodeInsee, Idu, Parcelle};

use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input, inputs};
use crate::read::{Mapping, Twin};

inputs! {
    IDU = "idu" ["idu", "id", "id_parcelle", "idpar", "idu_parcelle"];
    COMMUNE = "commune" ["commune", "code_insee", "depcom", "insee", "insee_com", "idcom"];
    DEPARTEMENT = "departement" ["code_dep"];
    CODE_COM = "code_commune" ["code_com"];
    PREFIXE = "prefixe" ["prefixe", "com_abs"];
    SECTION = "section" ["section"];
    NUMERO = "numero" ["numero"];
    CONTENANCE = "contenance_m2" ["contenance", "contenance_m2", "supf", "dcntpa"];
    ARPENTE = "arpente" ["arpente", "coar"];
    CREATED = "created" ["created", "date_obs", "creat_date"];
    UPDATED = "updated" ["updated", "date_maj", "update_date"];
}

impl Mapping for Parcelle {
    type Id = Idu;
    const INPUTS: &'static [Input] = INPUTS;
    const TABLES: &'static [&'static str] = &["parcel"];

    fn dialect(f: &Found<'_>) -> Result<String, String> {
        let parts = f.has(SECTION)
            && f.has(NUMERO)
            && (f.has(COMMUNE) || f.has(DEPARTEMENT) && f.has(CODE_COM));
        if f.column("qualite") && f.column("modeConfection") {
            return Err("feuilles du cadastre, pas des parcelles : couche « feuilles »".into());
        }
        if !f.has_column(IDU) && !parts {
            return Err(
                "ni identifiant de parcelle (idu, id), ni commune, section et numéro".into(),
            );
        }
        Ok(match () {
            () if f.column("object_rid") => "EDIGEO (PCI, DGFiP)",
            () if f.column("supf") && f.column("indp") => "PCI (DGFiP)",
            () if f.column("idu") && f.column("gid") => "cadastre API Carto",
            () if f.column("code_dep") && f.column("com_abs") && f.column("contenance") => {
                "Parcellaire Express (IGN)"
            }
            () if f.column("code_dep") && f.column("com_abs") => {
                "BD Parcellaire (IGN), identifiant reconstitué"
            }
            () if f.column("arpente") || f.column("contenance") && f.column("created") => {
                "cadastre Etalab"
            }
            () if f.has_column(IDU) => "cadastre, colonnes réduites",
            () => "cadastre, identifiant reconstitué",
        }
        .to_owned())
    }

    fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
        let idu = idu(c)?;
        let contenance_m2 = c.int(CONTENANCE).filter(|v| *v >= 0);
        if contenance_m2 == Some(0) {
            c.notes.warn(
                "contenance_nulle",
                "Contenance nulle : considérée comme inconnue",
                c.column(CONTENANCE),
                "0",
            );
        }
        // The PCI writes A for a surveyed parcel and nothing for the others.
        let arpente = if c.column(ARPENTE).eq_ignore_ascii_case("coar") {
            Some(c.text(ARPENTE).is_some_and(|t| t.eq_ignore_ascii_case("a")))
        } else {
            c.yes_no(ARPENTE)
        };
        out.push(Self {
            idu,
            contenance_m2: contenance_m2.filter(|v| *v > 0),
            arpente,
            created: c.date(CREATED),
            updated: c.date(UPDATED),
        });
        Ok(())
    }

    fn identity(&self) -> Option<Idu> {
        Some(self.idu)
    }

    fn twin(first: &mut Self, second: &Self, _same: bool) -> Twin {
        if second.updated > first.updated {
            Twin::Second
        } else {
            Twin::First
        }
    }
}

/// The identifier as such (14 characters), completed by the département (12, PCI), or rebuilt from its parts.
fn idu(c: &mut Cells<'_, '_>) -> Result<Idu, Rejet> {
    let written = c.text(IDU);
    if let Some(t) = &written {
        if let Ok(idu) = t.parse() {
            return Ok(idu);
        }
        if t.len() == 12
            && let Some(dep) = c.text(DEPARTEMENT)
        {
            // Overseas départements have three digits, of which the PCI's commune code repeats the last.
            let insee = if dep.len() == 3 {
                &dep[..2]
            } else {
                dep.as_str()
            };
            if let Ok(idu) = format!("{insee}{t}").parse() {
                return Ok(idu);
            }
        }
    }
    let refused = |why: &'static str, value: String| {
        Err(Rejet::new(
            "idu_illisible",
            "Identifiant de parcelle absent ou illisible",
            why,
            value,
        ))
    };
    let Some((section, numero)) = c.verbatim(SECTION).zip(c.text(NUMERO)) else {
        let hint = if written.as_ref().is_some_and(|t| t.len() == 12) {
            "idu sans département : `constantes = { departement = … }`"
        } else {
            "idu"
        };
        return refused(hint, written.unwrap_or_default());
    };
    let Some(commune) = commune(c) else {
        return refused("commune", written.unwrap_or_default());
    };
    let prefixe = c.text(PREFIXE).unwrap_or_default();
    Idu::from_parts(commune, &prefixe, &section, &numero)
        .or_else(|e| refused("commune, préfixe, section, numéro", e.0))
}

fn commune(c: &mut Cells<'_, '_>) -> Option<CodeInsee> {
    if let Some(insee) = c.text(COMMUNE).and_then(|t| t.parse().ok()) {
        return Some(insee);
    }
    let (dep, com) = c.text(DEPARTEMENT).zip(c.text(CODE_COM))?;
    let dep = if dep.len() == 1 {
        format!("0{dep}")
    } else {
        dep
    };
    format!(
        "{dep}{com:0>width$}",
        width = 5usize.saturating_sub(dep.len())
    )
    .parse()
    .ok()
}
