//! Information annexed to local plans (CNIG INFO_SURF, INFO_LIN, INFO_PCT): three layers of the same columns, since a
//! layer has one geometry.

use gisement_model::{Information, InformationLin, InformationPct};

use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input, inputs};
use crate::read::{Mapping, Twin};

inputs! {
    ID = "id" ["gpu_id"];
    LIBELLE = "libelle" ["libelle"];
    TXT = "txt" ["txt"];
    TYPEINF = "typeinf" ["typeinf"];
    STYPEINF = "stypeinf" ["stypeinf"];
    IDURBA = "idurba" ["idurba"];
    INSEE = "code_insee" ["insee"];
}

macro_rules! information {
    ($row:ident, $cnig:literal, $table:literal) => {
        impl Mapping for $row {
            type Id = String;
            const INPUTS: &'static [Input] = INPUTS;
            const TABLES: &'static [&'static str] = &[$table];

            fn dialect(f: &Found<'_>) -> Result<String, String> {
                if !f.has(TYPEINF) {
                    return Err("aucune colonne TYPEINF".into());
                }
                Ok(if f.column("stypeinf") {
                    concat!("CNIG ", $cnig, " 2017 et suivants")
                } else {
                    concat!("CNIG ", $cnig, " 2013-2014")
                }
                .to_owned())
            }

            fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
                // The code is an integer in some layers and "07" in their siblings.
                let Some(typeinf) = c.short(TYPEINF).map(|t| format!("{t:0>2}")) else {
                    return Err(Rejet::new(
                        "typeinf_absent",
                        "Information sans type",
                        c.column(TYPEINF),
                        "",
                    ));
                };
                let stypeinf = c.short(STYPEINF).map(|t| format!("{t:0>2}"));
                let idurba = c.short(IDURBA);
                let place = idurba
                    .clone()
                    .or_else(|| c.short(INSEE))
                    .unwrap_or_else(|| "information".into());
                let sub = stypeinf.as_deref().unwrap_or("xx");
                let id = c
                    .short(ID)
                    .unwrap_or_else(|| format!("{place}-{typeinf}-{sub}-{}", c.geometry_id()));
                out.push(Self {
                    id,
                    libelle: c.text(LIBELLE),
                    txt: c.text(TXT),
                    typeinf,
                    stypeinf,
                    idurba,
                });
                Ok(())
            }

            fn identity(&self) -> Option<String> {
                Some(self.id.clone())
            }

            fn twin(first: &mut Self, second: &Self, same: bool) -> Twin {
                if same && first.libelle == second.libelle {
                    Twin::First
                } else {
                    Twin::Both
                }
            }

            fn rename(&mut self, n: u32) {
                self.id = format!("{}-{n}", self.id);
            }
        }
    };
}

information!(Information, "INFO_SURF", "info_surf");
information!(InformationLin, "INFO_LIN", "info_lin");
information!(InformationPct, "INFO_PCT", "info_pct");
