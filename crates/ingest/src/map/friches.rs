//! Brownfields: CNIG Friches 1.0 tables, Cartofriches exports, local observatories.
//!
//! Columns are kept by allow-list: owners' names, contacts, producers and free comments are not even read, since
//! they may name natural persons (design §2, source-schemas §8.10).

use gisement_model::Friche;
use gisement_model::codes::{OccupationFriche, Pollution, StatutFriche};
use gisement_model::texte::cle;

use crate::cells::Cells;
use crate::normalise;
use crate::notes::Rejet;
use crate::plan::{Found, Input, inputs};
use crate::read::{Mapping, Twin};

inputs! {
    SITE_ID = "site_id" ["site_id"];
    SITE_NOM = "site_nom" ["site_nom", "friche", "nom"];
    SITE_TYPE = "site_type" ["site_type"];
    SITE_STATUT = "site_statut" ["site_statut"];
    OCCUPATION = "site_occupation" ["site_occupation"];
    POLLUTION = "sol_pollution" ["sol_pollution_existe"];
    INSEE = "code_insee" ["comm_insee", "code_insee", "insee_com"];
    REFCAD = "refcad" ["unite_fonciere_refcad", "refcad", "l_idpar"];
    SURFACE = "surface_m2" ["unite_fonciere_surface", "site_surface", "surf_calc"];
    IDENTIF = "site_identif_date" ["site_identif_date"];
    ACTU = "site_actu_date" ["site_actu_date"];
    URL = "site_url" ["site_url"];
}

/// `site_type` of the standard (v1.0.6), by comparison key.
const TYPES: &[&str] = &[
    "friche industrielle",
    "friche commerciale",
    "friche hospitaliere",
    "friche agro industrielle",
    "friche carriere ou mine",
    "friche militaire",
    "friche d habitat",
    "friche d equipement public",
    "friche portuaire",
    "friche aeroportuaire",
    "friche ferroviaire",
    "friche logistique",
    "friche loisir tourisme hotellerie",
    "friche enseignement",
    "friche cultuelle",
    "mixte dominante habitat",
    "mixte autre",
];

impl Mapping for Friche {
    type Id = String;
    const INPUTS: &'static [Input] = INPUTS;
    const TABLES: &'static [&'static str] = &["friche"];
    const GEOMETRY_REQUIRED: bool = false;

    fn dialect(f: &Found<'_>) -> Result<String, String> {
        if !f.has_column(SITE_ID) {
            return Err("aucune colonne site_id".into());
        }
        Ok(match () {
            () if f.column("urba_zaer") => "CNIG Friches 1.0.6",
            () if f.column("geompoint")
                && f.column("unite_fonciere_refcad")
                && f.column("source_nom") =>
            {
                "CNIG Friches 1.0"
            }
            () if f.column("l_idpar") || f.column("nom_prodcartofriches") => {
                "Cartofriches (base de production)"
            }
            () => "friches, colonnes locales",
        }
        .to_owned())
    }

    fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
        let Some(site_id) = c.short(SITE_ID) else {
            return Err(Rejet::new(
                "site_id_absent",
                "Friche sans identifiant",
                c.column(SITE_ID),
                "",
            ));
        };
        let code_insee = c.insee(INSEE);
        let site_type = c
            .short(SITE_TYPE)
            .filter(|t| !normalise::code_is_unknown(t));
        if let Some(t) = &site_type
            && !TYPES.contains(&cle(t).as_str())
        {
            c.notes.warn(
                "type_hors_liste",
                "Type de friche hors de la liste du standard : conservé tel quel",
                c.column(SITE_TYPE),
                t,
            );
        }
        out.push(Self {
            site_nom: c.text(SITE_NOM),
            site_type: site_type.map(|t| t.replace('’', "'")),
            site_statut: c.code(SITE_STATUT, StatutFriche::parse),
            site_occupation: c.code(OCCUPATION, OccupationFriche::parse),
            sol_pollution: c.code(POLLUTION, Pollution::parse),
            refcad: c.refcad(REFCAD, code_insee),
            surface_m2: c.int(SURFACE).filter(|s| *s > 0),
            site_identif_date: c.date(IDENTIF),
            site_actu_date: c.date(ACTU),
            site_url: c.text(URL).filter(|u| u.starts_with("http")),
            code_insee,
            site_id,
        });
        Ok(())
    }

    fn identity(&self) -> Option<String> {
        Some(self.site_id.clone())
    }

    fn twin(first: &mut Self, second: &Self, _same: bool) -> Twin {
        if second.site_actu_date > first.site_actu_date {
            Twin::Second
        } else {
            Twin::First
        }
    }
}
