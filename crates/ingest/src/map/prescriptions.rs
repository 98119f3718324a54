//! Prescriptions of local plans (CNIG PRESCRIPTION_SURF, PRESCRIPTION_LIN, PRESCRIPTION_PCT): three layers of the same
//! columns, since a layer has one geometry.

use gisement_model::{Prescription, PrescriptionLin, PrescriptionPct};

use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input, inputs};
use crate::read::{Mapping, Twin};

inputs! {
    ID = "id" ["gpu_id"];
    LIBELLE = "libelle" ["libelle"];
    TXT = "txt" ["txt"];
    TYPEPSC = "typepsc" ["typepsc"];
    STYPEPSC = "stypepsc" ["stypepsc"];
    IDURBA = "idurba" ["idurba"];
    INSEE = "code_insee" ["insee"];
}

macro_rules! prescription {
    ($row:ident, $cnig:literal, $table:literal) => {
        impl Mapping for $row {
            type Id = String;
            const INPUTS: &'static [Input] = INPUTS;
            const TABLES: &'static [&'static str] = &[$table];

            fn dialect(f: &Found<'_>) -> Result<String, String> {
                if !f.has(TYPEPSC) {
                    return Err("aucune colonne TYPEPSC".into());
                }
                Ok(if f.column("stypepsc") {
                    concat!("CNIG ", $cnig, " 2017 et suivants")
                } else {
                    concat!("CNIG ", $cnig, " 2013-2014")
                }
                .to_owned())
            }

            fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
                // The code is an integer in some layers and "07" in their siblings.
                let Some(typepsc) = c.short(TYPEPSC).map(|t| format!("{t:0>2}")) else {
                    return Err(Rejet::new(
                        "typepsc_absent",
                        "Prescription sans type",
                        c.column(TYPEPSC),
                        "",
                    ));
                };
                let stypepsc = c.short(STYPEPSC).map(|t| format!("{t:0>2}"));
                let idurba = c.short(IDURBA);
                let place = idurba
                    .clone()
                    .or_else(|| c.short(INSEE))
                    .unwrap_or_else(|| "prescription".into());
                let sub = stypepsc.as_deref().unwrap_or("xx");
                let id = c
                    .short(ID)
                    .unwrap_or_else(|| format!("{place}-{typepsc}-{sub}-{}", c.geometry_id()));
                out.push(Self {
                    id,
                    libelle: c.text(LIBELLE),
                    txt: c.text(TXT),
                    typepsc,
                    stypepsc,
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

prescription!(Prescription, "PRESCRIPTION_SURF", "prescription_surf");
prescription!(PrescriptionLin, "PRESCRIPTION_LIN", "prescription_lin");
prescription!(PrescriptionPct, "PRESCRIPTION_PCT", "prescription_pct");
