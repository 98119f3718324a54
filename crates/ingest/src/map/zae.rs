//! Business sites and their plots (CNIG Sites économiques, OFEA Tarn, any polygon layer by mapping, even one
//! without attributes).

use gisement_model::codes::{EtatTerrain, TypeSite, Vocation};
use gisement_model::{Terrain, Zae};

use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input};
use crate::read::{Mapping, Twin};

const HECTARE: f64 = 10_000.0;

/// The declared area, from a column in square metres or one in hectares (the standard's unit).
fn area(c: &mut Cells<'_, '_>, m2: usize, ha: usize) -> Option<f64> {
    c.real(m2)
        .or_else(|| c.real(ha).map(|h| h * HECTARE))
        .filter(|s| *s > 0.0)
}

mod site {
    use super::{Cells, Found, Input, Mapping, Rejet, Twin, TypeSite, Vocation, Zae, area};
    use crate::plan::inputs;

    inputs! {
        SITE_ID = "site_id" ["site_id", "id_site"];
        SITE_NOM = "site_nom" ["site_nom", "nom_site", "nom_zae", "nom"];
        SITE_TYPE = "site_type" ["site_type"];
        VOCATION = "site_vocadomi" ["site_vocadomi", "site_vocad"];
        ETAT = "site_etat" ["site_etat"];
        INSEE = "code_insee" ["site_comm_insee", "insee", "site_com_1", "comm_insee", "code_insee"];
        EPCI = "epci_siren" ["site_epci_siren", "epci_siren", "site_epc_1"];
        SURFACE = "surface_brute_m2" ["surface_m2"];
        SURFACE_HA = "surface_brute_ha" ["site_surf_brute", "surf_ha_site", "surface_ha"];
        UF = "uf_nbre" ["site_uf_nbre", "site_uf_nb"];
        UF_VACANT = "uf_vacant_nbre" ["site_uf_vacant_nbre", "site_uf_va"];
        ACTU = "site_actu_date" ["site_actu_date", "site_actu_"];
    }

    impl Mapping for Zae {
        type Id = String;
        const INPUTS: &'static [Input] = INPUTS;
        const TABLES: &'static [&'static str] = &["site_eco", "siteeconomique", "zae"];

        fn dialect(f: &Found<'_>) -> Result<String, String> {
            Ok(match () {
                () if f.column("terr_id") || f.column("pole_rayonnement") => {
                    return Err("table des terrains ou des pôles, pas des sites".into());
                }
                () if f.column("site_id") && (f.column("site_type") || f.column("pole_id")) => {
                    "CNIG Sites économiques (site_eco)"
                }
                () if f.column("surf_ha_site") => "OFEA (DDT 81) sites économiques",
                () if f.columns().is_empty() => "polygones de ZAE sans attributs",
                () => "polygones de ZAE",
            }
            .to_owned())
        }

        fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
            let site_id = c.short(SITE_ID).unwrap_or_else(|| {
                c.notes.warn(
                    "site_id_absent",
                    "Site sans identifiant : tiré de sa géométrie",
                    "",
                    "",
                );
                format!("ZAE-{}", c.geometry_id())
            });
            out.push(Self {
                site_id,
                site_nom: c.text(SITE_NOM),
                site_type: c.code(SITE_TYPE, TypeSite::parse),
                site_vocadomi: c.code(VOCATION, Vocation::parse),
                site_etat: c.short(ETAT),
                code_insee: c.insee(INSEE),
                epci_siren: c.short(EPCI),
                surface_brute_m2: area(c, SURFACE, SURFACE_HA),
                uf_nbre: c.int(UF).filter(|n| *n >= 0),
                uf_vacant_nbre: c.int(UF_VACANT).filter(|n| *n >= 0),
                site_actu_date: c.date(ACTU),
            });
            Ok(())
        }

        fn identity(&self) -> Option<String> {
            Some(self.site_id.clone())
        }

        fn twin(_first: &mut Self, _second: &Self, same: bool) -> Twin {
            if same { Twin::First } else { Twin::Both }
        }

        fn rename(&mut self, n: u32) {
            self.site_id = format!("{}-{n}", self.site_id);
        }
    }
}

mod terrain {
    use super::{Cells, EtatTerrain, Found, Input, Mapping, Rejet, Terrain, Twin, area};
    use crate::plan::inputs;

    inputs! {
        TERR_ID = "terr_id" ["terr_id", "id_lot"];
        SITE_ID = "site_id" ["site_id", "id_site"];
        ETAT = "etat" ["terr_etat_occup", "terr_etat_", "libelle_statut_lot"];
        REFCAD = "refcad" ["terr_refcad", "terr_refca"];
        MAITRISE = "maitrise_fonciere" ["terr_maitrise_fonc", "terr_maitr"];
        USAGE = "usage" ["terr_usage"];
        SURFACE = "surface_brute_m2" ["surface_m2"];
        SURFACE_HA = "surface_brute_ha" ["terr_surf_brute", "surf_ha_lot", "terr_surf_"];
        ACTU = "terr_actu_date" ["terr_actu_date", "terr_actu_"];
    }

    impl Mapping for Terrain {
        type Id = String;
        const INPUTS: &'static [Input] = INPUTS;
        const TABLES: &'static [&'static str] = &["terrain"];

        fn dialect(f: &Found<'_>) -> Result<String, String> {
            Ok(match () {
                () if f.column("terr_id") => "CNIG Sites économiques (terrain_eco)",
                () if f.column("id_lot") => "OFEA (DDT 81) lots",
                () if f.has(TERR_ID) || f.has(ETAT) => "terrains de ZAE",
                () => {
                    return Err(
                        "ni identifiant (terr_id) ni état d’occupation (etat) de terrain".into(),
                    );
                }
            }
            .to_owned())
        }

        fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
            // The official example has an identifier with a space in it.
            let terr_id = c.short(TERR_ID).map_or_else(
                || {
                    c.notes.warn(
                        "terr_id_absent",
                        "Terrain sans identifiant : tiré de sa géométrie",
                        "",
                        "",
                    );
                    format!("TERRAIN-{}", c.geometry_id())
                },
                |t| t.split_whitespace().collect::<String>(),
            );
            out.push(Self {
                terr_id,
                site_id: c.short(SITE_ID),
                etat: c.code(ETAT, EtatTerrain::parse),
                refcad: c.refcad(REFCAD, None),
                maitrise_fonciere: c.short(MAITRISE),
                usage: c.short(USAGE),
                surface_brute_m2: area(c, SURFACE, SURFACE_HA),
                terr_actu_date: c.date(ACTU),
            });
            Ok(())
        }

        fn identity(&self) -> Option<String> {
            Some(self.terr_id.clone())
        }

        fn twin(_first: &mut Self, _second: &Self, same: bool) -> Twin {
            if same { Twin::First } else { Twin::Both }
        }

        fn rename(&mut self, n: u32) {
            self.terr_id = format!("{}-{n}", self.terr_id);
        }
    }
}
