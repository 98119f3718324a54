//! What the ZAN ledger deducts from measured consumption, from any table by mapping: no standard describes it.

use gisement_model::Declaration;
use gisement_model::codes::NatureDeclaration;

use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input, inputs};
use crate::read::{Mapping, Twin};

inputs! {
    INSEE = "code_insee" ["code_insee", "insee", "idcom", "codgeo"];
    ANNEE = "annee" ["annee", "year"];
    NATURE = "nature" ["nature", "type_declaration"];
    SURFACE = "surface_m2" ["surface_m2"];
    SURFACE_HA = "surface_ha" ["surface_ha"];
    OBJET = "objet" ["objet", "projet", "operation"];
    DOCUMENT = "document" ["document", "nom_document"];
    DATE = "date" ["date", "date_declaration"];
    ADRESSE = "adresse" ["adresse", "url", "lien"];
}

const HECTARE: f64 = 10_000.0;

impl Mapping for Declaration {
    type Id = String;
    const INPUTS: &'static [Input] = INPUTS;
    const TABLES: &'static [&'static str] = &["declaration"];

    fn dialect(f: &Found<'_>) -> Result<String, String> {
        let surface = f.has(SURFACE) || f.has(SURFACE_HA);
        if f.has(INSEE) && f.has(ANNEE) && f.has(NATURE) && surface {
            Ok("déclarations par correspondance".into())
        } else {
            Err("il faut la commune, l’année, la nature (pene, renaturation) et la surface".into())
        }
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
        let Some(nature) = c.code(NATURE, NatureDeclaration::parse) else {
            return Err(Rejet::new(
                "nature_illisible",
                "Nature absente ou inconnue (pene, renaturation)",
                c.column(NATURE),
                c.text(NATURE).unwrap_or_default(),
            ));
        };
        let Some(annee) = c.int(ANNEE).filter(|y| (1900..2200).contains(y)) else {
            return Err(Rejet::new(
                "annee_illisible",
                "Année absente ou illisible",
                c.column(ANNEE),
                c.text(ANNEE).unwrap_or_default(),
            ));
        };
        let surface = c
            .real(SURFACE)
            .or_else(|| c.real(SURFACE_HA).map(|h| h * HECTARE));
        let Some(surface_m2) = surface.filter(|s| *s >= 0.0) else {
            return Err(Rejet::new(
                "surface_illisible",
                "Surface absente, illisible ou négative",
                c.column(SURFACE),
                c.text(SURFACE).unwrap_or_default(),
            ));
        };
        let objet = c.text(OBJET);
        out.push(Self {
            id: match &objet {
                Some(o) => format!(
                    "{code_insee}-{annee}-{nature}-{}",
                    gisement_model::texte::cle(o)
                ),
                None => format!("{code_insee}-{annee}-{nature}"),
            },
            code_insee,
            annee,
            nature,
            surface_m2,
            objet,
            document: c.text(DOCUMENT),
            date: c.date(DATE),
            adresse: c.text(ADRESSE).filter(|a| a.starts_with("http")),
        });
        Ok(())
    }

    fn identity(&self) -> Option<String> {
        Some(self.id.clone())
    }

    /// A declaration said twice counts once; two of one object that differ are both kept, and reported.
    fn twin(_first: &mut Self, _second: &Self, same: bool) -> Twin {
        if same { Twin::First } else { Twin::Both }
    }

    fn rename(&mut self, n: u32) {
        self.id = format!("{}-{n}", self.id);
    }
}
