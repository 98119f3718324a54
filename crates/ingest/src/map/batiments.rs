//! Buildings: Etalab and PCI (hard or light), BD Parcellaire, BD TOPO in its old and new columns.

use gisement_model::Batiment;
use gisement_model::codes::UsageBatiment;
use gisement_model::texte::cle;

use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input, inputs};
use crate::read::{Mapping, Twin};

inputs! {
    ID = "id" ["cleabs", "id", "gb_ident"];
    COMMUNE = "code_insee" ["commune", "code_insee", "insee", "insee_com"];
    DEPARTEMENT = "departement" ["code_dep"];
    CODE_COM = "code_commune" ["code_com"];
    LEGER = "leger" ["construction_legere", "leger", "dur", "type"];
    USAGE_1 = "usage_1" ["usage_1", "usage1"];
    HAUTEUR = "hauteur_m" ["hauteur", "hauteur_m"];
    ETAGES = "etages" ["nombre_d_etages", "nb_etages", "etages"];
    LOGEMENTS = "logements" ["nombre_de_logements", "nb_logts", "logements"];
}

impl Mapping for Batiment {
    type Id = String;
    const INPUTS: &'static [Input] = INPUTS;
    const TABLES: &'static [&'static str] = &["bati", "building"];

    fn dialect(f: &Found<'_>) -> Result<String, String> {
        Ok(match () {
            () if f.column("cleabs") || f.column("usage1") || f.column("usage_1") => {
                "BD TOPO bâtiment"
            }
            () if f.column("origin_bat") => "BD TOPO bâti (ancienne)",
            () if f.column("object_rid") => "EDIGEO bâtiments (PCI, DGFiP)",
            () if f.column("dur") => "PCI bâtiments (DGFiP)",
            () if f.column("type") && f.column("commune") => "cadastre Etalab bâtiments",
            () if f.column("type") => "BD Parcellaire bâti",
            () => "polygones de bâtiments",
        }
        .to_owned())
    }

    fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
        let code_insee = c.insee(COMMUNE).or_else(|| {
            let (dep, com) = c.text(DEPARTEMENT).zip(c.text(CODE_COM))?;
            super::commune_du_pci(&dep, &com)
        });
        // Identifiers such as `1`, `E` or `Objet_1643905` are those of one export: the geometry is a better one.
        let id = if let Some(id) = c.short(ID).filter(|i| i.starts_with("BATIMENT")) {
            id
        } else {
            let h = c.geometry_id();
            code_insee.map_or_else(|| h.clone(), |i| format!("{i}-{h}"))
        };
        out.push(Self {
            id,
            code_insee,
            leger: leger(c),
            usage_1: usage(c),
            hauteur_m: c.real(HAUTEUR).filter(|h| *h > 0.0),
            etages: c.int(ETAGES).filter(|n| *n > 0),
            logements: c.int(LOGEMENTS).filter(|n| *n >= 0),
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

/// `01` hard, `02` light (PCI, Etalab); yes or no (BD TOPO); words, possibly damaged (BD Parcellaire).
fn leger(c: &mut Cells<'_, '_>) -> Option<bool> {
    let column = c.column(LEGER).to_ascii_lowercase();
    if column == "type" || column == "dur" {
        let text = c.text(LEGER)?;
        return match cle(&text).as_str() {
            "01" | "1" => Some(false),
            "02" | "2" => Some(true),
            k if k.starts_with("construction l") => Some(true),
            k if k.contains("dur") => Some(false),
            _ => {
                c.notes.warn(
                    "hors_liste",
                    "Valeur hors de la liste du standard : considérée comme inconnue",
                    &column,
                    &text,
                );
                None
            }
        };
    }
    c.yes_no(LEGER)
}

fn usage(c: &mut Cells<'_, '_>) -> Option<UsageBatiment> {
    c.code(USAGE_1, UsageBatiment::parse)
}
