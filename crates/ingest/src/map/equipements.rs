//! Points of interest: GTFS stops, BPE, FINESS, any point file by mapping.

use gisement_model::Equipement;
use gisement_model::codes::KindEquipement;

use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input, inputs};
use crate::read::{Mapping, Twin};

inputs! {
    ID = "id" ["stop_id", "nofinesset", "idequip", "uai", "id"];
    KIND = "kind" ["kind", "typequ", "type_equipement"];
    NOM = "nom" ["stop_name", "nom", "name", "nomrs", "libelle", "appellation_officielle"];
    LOCATION = "location_type" ["location_type"];
}

impl Mapping for Equipement {
    type Id = String;
    const INPUTS: &'static [Input] = INPUTS;

    fn dialect(f: &Found<'_>) -> Result<String, String> {
        Ok(match () {
            () if f.column("stop_id") => "GTFS stops.txt",
            () if f.column("typequ") && f.has_values(KIND) => "BPE (Insee)",
            () if f.has(KIND) => "points par correspondance",
            () => return Err("le genre des équipements est inconnu : indiquez `constantes = { kind = \"ecole\" }` ou `correspondance` et `valeurs`".into()),
        }
        .to_owned())
    }

    fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
        let stop = c.column(ID).eq_ignore_ascii_case("stop_id");
        if stop && c.int(LOCATION).is_some_and(|t| t >= 2) {
            return Err(Rejet::filtered(
                "acces_de_station",
                "Entrée ou nœud de station : pas un arrêt",
                "location_type",
                c.text(LOCATION).unwrap_or_default(),
            ));
        }
        let kind = match c.text(KIND) {
            None if stop => KindEquipement::Transport,
            None => {
                return Err(Rejet::filtered(
                    "genre_absent",
                    "Équipement sans genre",
                    c.column(KIND),
                    "",
                ));
            }
            Some(t) => match KindEquipement::parse(&t) {
                Some(k) => k,
                None => {
                    return Err(Rejet::filtered(
                        "genre_non_retenu",
                        "Genre d’équipement non retenu par `valeurs`",
                        c.column(KIND),
                        t,
                    ));
                }
            },
        };
        let id = c
            .short(ID)
            .unwrap_or_else(|| format!("{kind}-{}", c.geometry_id()));
        out.push(Self {
            id,
            kind,
            nom: c.text(NOM),
        });
        Ok(())
    }

    fn identity(&self) -> Option<String> {
        Some(format!("{} {}", self.kind, self.id))
    }

    fn twin(_first: &mut Self, _second: &Self, same: bool) -> Twin {
        if same { Twin::First } else { Twin::Both }
    }

    fn rename(&mut self, n: u32) {
        self.id = format!("{}-{n}", self.id);
    }
}
