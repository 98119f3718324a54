//! Activity areas: BD TOPO `zone_d_activite_ou_d_interet`, older SURFACE_ACTIVITE.

use gisement_model::Activite;
use gisement_model::codes::NatureActivite;

use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input, inputs};
use crate::read::{Mapping, Twin};

inputs! {
    ID = "id" ["cleabs", "id"];
    CATEGORIE = "categorie" ["categorie"];
    NATURE = "nature" ["nature"];
    TOPONYME = "toponyme" ["toponyme", "nom"];
}

impl Mapping for Activite {
    type Id = String;
    const INPUTS: &'static [Input] = INPUTS;
    const TABLES: &'static [&'static str] = &["zone_d_activite", "surface_activite", "activite"];

    fn dialect(f: &Found<'_>) -> Result<String, String> {
        Ok(match () {
            () if f.column("cleabs") => "BD TOPO zone_d_activite_ou_d_interet",
            () if f.column("origine") && f.column("categorie") => "BD TOPO SURFACE_ACTIVITE",
            () if f.has(CATEGORIE) || f.has(NATURE) => "zones d’activité par correspondance",
            () => return Err("ni catégorie ni nature".into()),
        }
        .to_owned())
    }

    fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
        let categorie = c.text(CATEGORIE);
        let detail = c.text(NATURE);
        // The nature is the finer of the two; the category answers when it says nothing that scoring uses.
        let nature = detail
            .as_deref()
            .and_then(NatureActivite::parse)
            .or_else(|| categorie.as_deref().and_then(NatureActivite::parse));
        if nature.is_none() {
            let text = detail.or_else(|| categorie.clone()).unwrap_or_default();
            c.notes.warn(
                "nature_hors_liste",
                "Nature sans effet sur l’analyse : conservée comme inconnue",
                "nature",
                &text,
            );
        }
        let id = c
            .short(ID)
            .unwrap_or_else(|| format!("activite-{}", c.geometry_id()));
        out.push(Self {
            id,
            categorie,
            nature,
            toponyme: c.text(TOPONYME),
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
