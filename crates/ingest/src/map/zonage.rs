//! Zones of local plans (CNIG ZONE_URBA 2013 to 2024, GPU) and sectors of cartes communales (SECTEUR_CC).

use gisement_model::codes::TypeZone;
use gisement_model::{CodeInsee, Zone};
use jiff::civil::Date;

use crate::cells::Cells;
use crate::normalise;
use crate::notes::Rejet;
use crate::plan::{Found, Input, inputs};
use crate::read::{Mapping, Twin};

inputs! {
    ID = "id" ["gpu_zone_id"];
    LIBELLE = "libelle" ["libelle"];
    LIBELONG = "libelong" ["libelong"];
    TYPEZONE = "typezone" ["typezone"];
    TYPESECT = "secteur_cc" ["typesect"];
    DESTOUI = "destoui" ["destoui"];
    DESTCDT = "destcdt" ["destcdt"];
    DESTNON = "destnon" ["destnon"];
    FORMDOMI = "formdomi" ["formdomi"];
    DESTDOMI = "destdomi" ["destdomi"];
    IDURBA = "idurba" ["idurba"];
    INSEE = "code_insee" ["insee", "code_insee", "depcom", "commune"];
    PARTITION = "partition" ["partition"];
    DATAPPRO = "datappro" ["datappro", "datapro", "dataappro"];
    DATVALID = "datvalid" ["datvalid", "datavalid", "date_valid"];
    STATUT = "gpu_timestamp" ["gpu_timestamp"];
}

impl Mapping for Zone {
    type Id = String;
    const INPUTS: &'static [Input] = INPUTS;
    const TABLES: &'static [&'static str] = &["zone_urba", "zoning", "secteur_cc", "zonage"];

    fn dialect(f: &Found<'_>) -> Result<String, String> {
        Ok(match () {
            () if f.column("typesect") => "CNIG SECTEUR_CC (carte communale)",
            () if !f.has(TYPEZONE) && !f.has(TYPESECT) => {
                return Err("ni TYPEZONE ni TYPESECT".into());
            }
            () if f.column("gpu_doc_id") => "Géoportail de l’urbanisme zone_urba",
            () if f.column("destoui") || f.column("formdomi") => "CNIG ZONE_URBA 2022 et suivants",
            () if f.column("destdomi") => "CNIG ZONE_URBA 2013-2014",
            () if f.column("idurba") => "CNIG ZONE_URBA 2017",
            () => "zonage d’urbanisme, colonnes réduites",
        }
        .to_owned())
    }

    fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
        let idurba = c.short(IDURBA);
        let partition = c.short(PARTITION);
        let code_insee = c.insee(INSEE).or_else(|| {
            idurba.as_deref().and_then(commune_of).or_else(|| {
                partition
                    .as_deref()
                    .and_then(|p| commune_of(p.strip_prefix("DU_").unwrap_or(p)))
            })
        });
        let libelle = c.short(LIBELLE);
        let secteur_cc = c.short(TYPESECT).map(|t| format!("{t:0>2}"));
        let typezone_source = c.short(TYPEZONE);
        let typezone = match (&typezone_source, &secteur_cc) {
            (Some(t), _) => typezone(c, t, libelle.as_deref()),
            (None, Some(s)) => sector(s),
            (None, None) => {
                c.notes
                    .warn("typezone_absent", "Zone sans type", c.column(TYPEZONE), "");
                None
            }
        };
        let place = idurba
            .clone()
            .or_else(|| code_insee.map(|i| i.to_string()))
            .unwrap_or_else(|| "zone".into());
        let id = c.short(ID).unwrap_or_else(|| {
            let label: String = libelle
                .as_deref()
                .unwrap_or("")
                .chars()
                .filter(|ch| ch.is_alphanumeric())
                .collect();
            format!("{place}-{label}-{}", c.geometry_id())
        });
        let datappro = c
            .date(DATAPPRO)
            .or_else(|| idurba.as_deref().and_then(approval_of));
        out.push(Self {
            id,
            libelle,
            libelong: c.text(LIBELONG),
            typezone,
            typezone_source,
            secteur_cc,
            destoui: c.text(DESTOUI),
            destcdt: c.text(DESTCDT),
            destnon: c.text(DESTNON),
            formdomi: c.short(FORMDOMI),
            destdomi: c.short(DESTDOMI).filter(|d| d != "99" && d != "00"),
            idurba,
            code_insee,
            datappro,
            datvalid: c.date(DATVALID).or_else(|| c.date(STATUT)),
        });
        Ok(())
    }

    fn identity(&self) -> Option<String> {
        Some(self.id.clone())
    }

    fn twin(first: &mut Self, second: &Self, same: bool) -> Twin {
        match (same, second.datvalid > first.datvalid) {
            (false, _) => Twin::Both,
            (true, true) => Twin::Second,
            (true, false) => Twin::First,
        }
    }

    fn rename(&mut self, n: u32) {
        self.id = format!("{}-{n}", self.id);
    }
}

/// The type by the standard's list, else by its first letters, else (AU alone) by the label of the zone.
fn typezone(c: &mut Cells<'_, '_>, source: &str, libelle: Option<&str>) -> Option<TypeZone> {
    if let Some(t) = TypeZone::parse(source) {
        return Some(t);
    }
    let family = match source.as_bytes() {
        [b'U' | b'u', rest @ ..] if rest.len() <= 3 => Some(TypeZone::U),
        [b'A', rest @ ..]
            if rest
                .iter()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) =>
        {
            Some(TypeZone::A)
        }
        [b'N', rest @ ..]
            if rest
                .iter()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) =>
        {
            Some(TypeZone::N)
        }
        _ if source.eq_ignore_ascii_case("AU") => libelle.and_then(au_by_label),
        _ => None,
    };
    match family {
        Some(_) => c.notes.repaired("typezone_normalise"),
        None => c.notes.warn(
            "hors_liste",
            "Valeur hors de la liste du standard : considérée comme inconnue",
            c.column(TYPEZONE),
            source,
        ),
    }
    family
}

/// `1AUa`, `IAU`, `AUc…` are open; `2AU`, `IIAU`, `AUs…`, `AU0` wait for a change of the plan.
fn au_by_label(label: &str) -> Option<TypeZone> {
    let l = label.to_ascii_uppercase().replace([' ', '-'], "");
    if ["2AU", "IIAU", "AUS", "AU0", "AU2", "3AU"]
        .iter()
        .any(|p| l.starts_with(p))
    {
        Some(TypeZone::AUs)
    } else if ["1AU", "IAU", "AUC", "AU1"]
        .iter()
        .any(|p| l.starts_with(p))
    {
        Some(TypeZone::AUc)
    } else {
        None
    }
}

/// Sectors of a carte communale: open to building, kept for business, closed.
fn sector(code: &str) -> Option<TypeZone> {
    match code {
        "01" | "02" => Some(TypeZone::U),
        "03" => Some(TypeZone::N),
        _ => None,
    }
}

/// The commune at the head of an IDURBA (`30014_PLU_20171013`); a SIREN is none.
pub(super) fn commune_of(idurba: &str) -> Option<CodeInsee> {
    let head = idurba.split('_').next().unwrap_or(idurba);
    let head = if head.len() > 5 && head.len() != 9 {
        head.get(..5)?
    } else {
        head
    };
    (head.len() == 5).then(|| head.parse().ok()).flatten()
}

/// The date at the end of an IDURBA, which the standard defines as that of the approval.
pub(super) fn approval_of(idurba: &str) -> Option<Date> {
    let digits = idurba.rsplit('_').find(|p| p.len() == 8)?;
    match normalise::date(digits) {
        normalise::Read::Value(d) => Some(d),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_say_their_commune_and_date() {
        assert_eq!(commune_of("30014_PLU_20171013").unwrap().as_str(), "30014");
        assert_eq!(commune_of("3001420171013").unwrap().as_str(), "30014");
        assert_eq!(commune_of("241800432_PLUi_20200128"), None);
        assert_eq!(
            approval_of("30014_PLU_20171013"),
            Some(jiff::civil::date(2017, 10, 13))
        );
        assert_eq!(approval_of("30014"), None);
    }

    #[test]
    fn au_zones_are_told_by_their_label() {
        assert_eq!(au_by_label("2AUa"), Some(TypeZone::AUs));
        assert_eq!(au_by_label("IAU"), Some(TypeZone::AUc));
        assert_eq!(au_by_label("AU"), None);
    }
}
