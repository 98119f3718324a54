//! Risk plans, easements, technological perimeters. The class follows the one table of design §5; what the file
//! does not say is `inconnue`, never a ban.

use gisement_model::Contrainte;
use gisement_model::codes::ClasseContrainte::{
    self, Etude, Inconnue, Information, Interdiction, Prescription,
};
use gisement_model::texte::cle;

use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input, inputs};
use crate::read::{Mapping, Twin};

inputs! {
    ID = "id" ["id_zone", "idzone", "idzonereglementaire", "idass", "id_gen", "id_gaspar", "codeprocedure"];
    CATEGORIE = "categorie" ["suptype", "typesup", "categorie_sup"];
    CLASSE = "classe" ["classe"];
    REGLEMENT = "typereglementurba" ["typereglementurba", "typereglement", "typereg"];
    ZONE = "zone" ["typeass", "zone_peb", "zone", "codezone", "codezonereglement"];
    NOM = "nom" ["nom", "libellezonereglement", "nomsup", "nomass", "libelle"];
    RISQUE = "risque" ["nomrisque", "risque", "coderisque"];
    ETAT = "etat" ["etat", "etatprocedure"];
    APPROBATION = "date_approbation" ["dateappro", "datappro", "dateapprobation", "date_approbation"];
}

impl Mapping for Contrainte {
    type Id = String;
    const INPUTS: &'static [Input] = INPUTS;
    const TABLES: &'static [&'static str] =
        &["zonereglementaireurba", "zone_reg", "zonage", "assiette"];

    fn dialect(f: &Found<'_>) -> Result<String, String> {
        Ok(match () {
            () if f.column("typereglementurba") => "CNIG PPR, zones réglementaires d’urbanisme",
            () if foncier(f.table()) => "CNIG PPR, zones réglementaires foncières",
            () if f.column("typereglement") || f.column("typereg") => {
                "CNIG/Covadis PPR, zones réglementaires"
            }
            () if f.column("id_gaspar") || f.column("coderisque") => {
                "Covadis PPR, périmètre sans zonage"
            }
            () if f.column("suptype") || f.column("typeass") => {
                "servitudes d’utilité publique (assiettes)"
            }
            () => "polygones de contraintes",
        }
        .to_owned())
    }

    fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
        let categorie = category(c);
        let zone = c.text(ZONE);
        let reglement = c.short(REGLEMENT);
        let (classe, classe_source) = if let Some(declared) = c.text(CLASSE) {
            let class = ClasseContrainte::parse(&declared);
            if class.is_none() {
                c.notes.warn(
                    "classe_inconnue",
                    "Classe de contrainte non traduite : « inconnue », jamais une interdiction",
                    c.column(CLASSE),
                    &declared,
                );
            }
            (class.unwrap_or(Inconnue), Some(declared))
        } else if let Some(code) = &reglement {
            let class = if foncier_column(c) {
                None
            } else {
                by_regulation(code)
            };
            if class.is_none() {
                c.notes.warn("classe_inconnue", "Code de règlement hors de la table des classes : « inconnue », jamais une interdiction", c.column(REGLEMENT), code);
            }
            (class.unwrap_or(Inconnue), reglement.clone())
        } else {
            let class = by_category(&categorie, zone.as_deref().unwrap_or_default());
            if class.is_none() {
                c.notes.warn(
                    "classe_inconnue",
                    "Contrainte sans classe : « inconnue », jamais une interdiction",
                    "classe",
                    &categorie,
                );
            }
            (class.unwrap_or(Inconnue), zone.clone())
        };
        // A plan that is only prescribed binds nobody yet.
        let draft = c
            .text(ETAT)
            .is_some_and(|e| matches!(cle(&e).as_str(), "01" | "prescrit" | "en cours" | "projet"));
        let classe = if draft && matches!(classe, Interdiction | Prescription) {
            Etude
        } else {
            classe
        };
        let written = c.short(ID);
        let id = match written {
            Some(i) => format!("{categorie}-{i}-{}", c.geometry_id()),
            None => format!("{categorie}-{}", c.geometry_id()),
        };
        out.push(Self {
            id,
            classe,
            classe_source,
            nom: c.text(NOM),
            risque: c.text(RISQUE),
            date_approbation: c.date(APPROBATION),
            categorie,
        });
        Ok(())
    }

    fn identity(&self) -> Option<String> {
        Some(self.id.clone())
    }

    fn twin(first: &mut Self, second: &Self, _same: bool) -> Twin {
        // The same place twice: harmless unless the classes differ, and then both are shown.
        if first.classe == second.classe && first.nom == second.nom {
            Twin::First
        } else {
            Twin::Both
        }
    }

    fn rename(&mut self, n: u32) {
        self.id = format!("{}-{n}", self.id);
    }
}

/// The category of the configuration or file, else what the columns of the schema imply.
fn category(c: &mut Cells<'_, '_>) -> String {
    if let Some(t) = c.short(CATEGORIE) {
        return t.to_ascii_uppercase();
    }
    let name = c.text(NOM).unwrap_or_default().to_uppercase();
    let column =
        |c: &Cells<'_, '_>, input: usize, name: &str| c.column(input).eq_ignore_ascii_case(name);
    if name.starts_with("PPRT") || column(c, ID, "idzonereglementaire") {
        "PPRT".to_owned()
    } else if name.starts_with("PPRN")
        || name.starts_with("PPRI")
        || column(c, RISQUE, "nomrisque")
        || column(c, RISQUE, "coderisque")
        || column(c, REGLEMENT, "typereglementurba")
        || column(c, REGLEMENT, "typereg")
    {
        "PPRN".to_owned()
    } else {
        c.notes.warn(
            "categorie_absente",
            "Contrainte sans catégorie : indiquez `constantes = { categorie = … }`",
            "categorie",
            "",
        );
        "AUTRE".to_owned()
    }
}

fn foncier(table: &str) -> bool {
    cle(table).contains("foncier")
}

/// In the land tables of a PPRT the same codes mean expropriation and relinquishment, not building rules.
fn foncier_column(c: &Cells<'_, '_>) -> bool {
    foncier(c.table())
}

/// PPR regulation codes (CNIG).
fn by_regulation(code: &str) -> Option<ClasseContrainte> {
    match format!("{code:0>2}").as_str() {
        "01" | "02" => Some(Prescription),
        "03" | "04" | "06" => Some(Interdiction),
        "05" => Some(Information),
        "07" => Some(Etude),
        _ => None,
    }
}

/// Easement categories, with the zone of those that have several (AS1, PEB).
fn by_category(categorie: &str, zone: &str) -> Option<ClasseContrainte> {
    let zone = cle(zone);
    match categorie {
        "AS1" if zone.contains("immediat") => Some(Interdiction),
        "AS1" if zone.contains("rapproche") => Some(Prescription),
        "AS1" if zone.contains("eloigne") => Some(Information),
        "PEB" if zone == "a" || zone == "b" || zone == "zone a" || zone == "zone b" => {
            Some(Interdiction)
        }
        "I1" | "I3" | "PM3" => Some(Prescription),
        "SIS" | "PM2" | "AC2" => Some(Etude),
        "AC1" | "AC4" | "I4" | "T1" | "BRUIT" => Some(Information),
        c if c.starts_with("PT") || c.starts_with("EL") => Some(Information),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_classes() {
        for (code, class) in [
            ("01", Some(Prescription)),
            ("3", Some(Interdiction)),
            ("04", Some(Interdiction)),
            ("05", Some(Information)),
            ("06", Some(Interdiction)),
            ("07", Some(Etude)),
            ("99", None),
        ] {
            assert_eq!(by_regulation(code), class, "{code}");
        }
        for (cat, zone, class) in [
            (
                "AS1",
                "Périmètre de protection immédiat",
                Some(Interdiction),
            ),
            ("AS1", "éloignée", Some(Information)),
            ("AS1", "", None),
            ("PEB", "B", Some(Interdiction)),
            ("PEB", "D", None),
            ("SIS", "", Some(Etude)),
            ("PT2", "", Some(Information)),
            ("SEVESO", "", None),
        ] {
            assert_eq!(by_category(cat, zone), class, "{cat} {zone}");
        }
    }
}
