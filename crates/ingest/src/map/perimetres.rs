//! Perimeters of a policy or of an operation (QPV, ZAC, ORT, OAP, PENE, RPG…), from any polygon file: the kind comes
//! from the configuration, unless the columns leave no doubt.

use gisement_model::{CodeInsee, Perimetre};

use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input, inputs};
use crate::read::{Mapping, Twin};

inputs! {
    GENRE = "genre" ["genre", "type_perimetre"];
    CODE = "code" ["code_qp", "id_parcel", "num_ilot", "code", "id"];
    NOM = "nom" ["lib_qp", "nom_qp", "nom", "libelle", "nom_zac", "intitule"];
    DATE = "date" ["date", "date_creation", "date_arrete", "datappro", "date_signature"];
    COMMUNES = "communes" ["insee_com", "communes", "code_insee", "insee", "depcom"];
}

/// Kinds that the rest of the program may expect; others are kept, and noted.
const GENRES: &[&str] = &[
    "PENE", "QPV", "ORT", "ZAC", "OAP", "RPG", "ZAD", "NPNRU", "PUP", "OIN", "GOU", "ZAP", "PEAN",
];

impl Mapping for Perimetre {
    type Id = String;
    const INPUTS: &'static [Input] = INPUTS;
    const TABLES: &'static [&'static str] = &["qpv", "zac", "ort", "rpg", "oap", "perimetre"];

    fn dialect(f: &Found<'_>) -> Result<String, String> {
        Ok(match () {
            () if f.column("code_qp") => "quartiers prioritaires (ANCT)",
            () if f.column("num_ilot") || f.column("id_parcel") => "RPG",
            () if f.has(GENRE) => "périmètres par correspondance",
            () => return Err("le genre des périmètres est inconnu : indiquez `constantes = { genre = \"ZAC\" }` ou `correspondance = { genre = … }`".into()),
        }
        .to_owned())
    }

    fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
        let column = c.column(CODE).to_ascii_lowercase();
        let genre = c.short(GENRE).map(|g| g.to_uppercase());
        let implied = match column.as_str() {
            "code_qp" => Some("QPV"),
            "num_ilot" | "id_parcel" => Some("RPG"),
            _ => None,
        };
        let Some(genre) = genre.or_else(|| implied.map(str::to_owned)) else {
            return Err(Rejet::new(
                "genre_absent",
                "Périmètre sans genre",
                c.column(GENRE),
                "",
            ));
        };
        if !GENRES.contains(&genre.as_str()) {
            c.notes.warn(
                "genre_hors_liste",
                "Genre de périmètre hors de la liste connue : conservé tel quel",
                c.column(GENRE),
                &genre,
            );
        }
        let code = c.short(CODE);
        let written = code.clone().unwrap_or_else(|| c.geometry_id());
        let mut communes = Vec::new();
        for t in c.list(COMMUNES) {
            match t.parse::<CodeInsee>() {
                Ok(code) => communes.push(code.to_string()),
                Err(_) => c.notes.warn(
                    "code_insee_illisible",
                    "Code commune illisible",
                    c.column(COMMUNES),
                    &t,
                ),
            }
        }
        out.push(Self {
            id: format!("{genre}-{written}"),
            code,
            nom: c.text(NOM),
            date: c.date(DATE),
            communes,
            genre,
        });
        Ok(())
    }

    fn identity(&self) -> Option<String> {
        Some(self.id.clone())
    }

    fn twin(first: &mut Self, second: &Self, same: bool) -> Twin {
        if same && first.nom == second.nom {
            Twin::First
        } else {
            Twin::Both
        }
    }

    fn rename(&mut self, n: u32) {
        self.id = format!("{}-{n}", self.id);
    }
}
